/* SPDX-License-Identifier: MIT */
#include "plist_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sx_span in = { data, size, 0 };
    if (sx_plist_detect(in) != SX_PLIST_XML)
        return 0;
    return check_plist(data, size);
}
