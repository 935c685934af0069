/* SPDX-License-Identifier: MIT */
#include "report/formats.h"

#define ROW(name, word)  { word, sx_write_##name },
#define NAME(name, word) word,
const struct sx_format sx_formats[] = { SX_FORMATS(ROW) };
const char *const sx_format_names[] = { SX_FORMATS(NAME) NULL };
const size_t sx_n_formats = SX_LEN(sx_formats);
