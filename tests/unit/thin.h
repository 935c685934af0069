/* SPDX-License-Identifier: MIT */
/* A Mach-O slice for tests, spelled as text: "seg __TEXT 0 0x4000; main; dylib /a 1". Each
 * command is a verb, perhaps a text, and numbers. */
#pragma once
#include "bytes.h"

struct thin {
    uint32_t cputype, cpusubtype, filetype, flags;
    const char *commands;
    size_t size; /* of the file; it is zero behind the load commands */
    bool is_32, is_big_endian;
};

/* thin_put appends the slice to `buf`. */
void thin_put(struct sx_buf *buf, const struct thin *thin);
