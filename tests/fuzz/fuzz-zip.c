/* SPDX-License-Identifier: MIT */
/* Any bytes as a zip archive. */
#include "container_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    check_container(&sx_format_zip, data, size);
    return 0;
}
