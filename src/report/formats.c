/* SPDX-License-Identifier: MIT */
#include "report/formats.h"

const struct sx_format sx_formats[] = {
    { "text", sx_write_text },
    { "json", sx_write_json },
};
const size_t sx_n_formats = SX_LEN(sx_formats);
