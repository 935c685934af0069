/* SPDX-License-Identifier: MIT */
/* Any bytes as a tar archive, but for the checksums of headers, which a fuzzer does not find: they
 * are put right where headers stand in a row. */
#include "container_check.h"

#include <stdio.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { BLOCK = 512, CHECKSUM = 148, CHECKSUM_LEN = 8 };

static void put_right(uint8_t *block)
{
    unsigned sum = 0;
    char text[CHECKSUM_LEN + 1];
    memset(block + CHECKSUM, ' ', CHECKSUM_LEN);
    for (size_t i = 0; i < BLOCK; i++)
        sum += block[i];
    snprintf(text, sizeof(text), "%06o", sum);
    memcpy(block + CHECKSUM, text, CHECKSUM_LEN - 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *bytes = malloc(size + 1);
    require(bytes != NULL);
    if (size > 0)
        memcpy(bytes, data, size);
    for (size_t at = 0; size - at >= BLOCK; at += BLOCK)
        if (bytes[at] != 0)
            put_right(bytes + at);
    check_container(&sx_format_tar, bytes, size);
    free(bytes);
    check_container(&sx_format_tar, data, size);
    return 0;
}
