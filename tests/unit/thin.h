/* SPDX-License-Identifier: MIT */
/* A Mach-O slice for tests, spelled as text: "seg __TEXT 0 0x4000; main; dylib /a 1". Each
 * command is a verb, perhaps a text, and numbers. */
#pragma once
#include "bytes.h"
#include "macho/macho.h"

struct thin {
    uint32_t cputype, cpusubtype, filetype, flags;
    const char *commands;
    size_t size; /* of the file; it is zero behind the load commands */
    bool is_32, is_big_endian;
};

/* thin_put appends the slice to `buf`. */
void thin_put(struct sx_buf *buf, const struct thin *thin);

/* A file in memory, of exactly its own size, and what was read of it. */
struct opened {
    struct sx_arena *arena;
    uint8_t *bytes;
    struct sx_source *source;
    struct sx_macho macho;
    struct sx_err err;
    bool ok;
};

struct opened open_bytes(struct sx_buf *buf); /* takes the bytes */
struct opened open_thin(const struct thin *thin);
void close_opened(struct opened *opened);

/* assert_fault wants the one fault and no other, with a detail; SX_MACHO_FAULT_END: none. */
void assert_fault(const struct sx_macho_anomalies *anomalies, enum sx_macho_fault fault);

#define NO_FAULT SX_MACHO_FAULT_END
#define ARM64    SX_CPU_ARM64, 0
#define X86_64   SX_CPU_X86_64, 3
