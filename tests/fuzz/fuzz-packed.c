/* SPDX-License-Identifier: MIT */
/* Any bytes as a packed file: the first says how, the rest is it. */
#include "container_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct sx_container_format *const formats[] = { &sx_format_gzip, &sx_format_bzip2,
                                                                 &sx_format_xz };
    if (size > 0)
        check_container(formats[data[0] % SX_LEN(formats)], data + 1, size - 1);
    return 0;
}
