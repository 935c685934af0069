/* SPDX-License-Identifier: MIT */
/* How the files of this folder hand a slice on while it is being read. */
#pragma once
#include "base/buf.h"
#include "base/limits.h"
#include "macho/macho.h"

/* Entries of a fat header: the declared ones, and a hidden one behind them. */
enum { SX_MACHO_MAX_ARCHS = SX_MAX_SLICES + 1 };

/* A slice under construction. */
struct sx_macho_reader {
    struct sx_arena *arena;
    struct sx_macho_slice *slice;
    SX_VEC(struct sx_macho_segment) segments;
    SX_VEC(struct sx_macho_section) sections;
    SX_VEC(struct sx_macho_dylib) dylibs;
    SX_VEC(struct sx_str) rpaths;
    SX_VEC(struct sx_str) environment;
    SX_VEC(struct sx_macho_item) notes;
    SX_VEC(struct sx_macho_item) fileset;
    /* The command from which Security takes the end of the slice: the first that is a segment
     * called __LINKEDIT or an LC_SYMTAB (machorep.cpp, MachO::validateStructure). */
    struct {
        bool has;
        const char *what;
        uint64_t end; /* bytes from the start of the slice */
        uint64_t off; /* of the command in the file */
    } anchor;
};

/* One load command. */
struct sx_macho_command {
    uint32_t cmd;
    struct sx_span bytes;    /* all cmdsize bytes */
    struct sx_cursor fields; /* over `bytes`, behind cmd and cmdsize */
    int argument;            /* of its row in the table of commands */
};

/* sx_macho_read_command takes from a command what a slice wants to know. Fails when the command
 * is too short for what it says it holds. */
SX_MUST_USE bool sx_macho_read_command(struct sx_macho_reader *reader,
                                       struct sx_macho_command *command, struct sx_err *err);
/* sx_macho_read_segment does so for LC_SEGMENT and LC_SEGMENT_64. */
SX_MUST_USE bool sx_macho_read_segment(struct sx_macho_reader *reader,
                                       struct sx_macho_command *command, struct sx_err *err);

/* sx_macho_read_slice reads header and load commands of a slice whose place is known. `budget`
 * is what is left of SX_MAX_LOAD_COMMANDS, in bytes. What fails is recorded in the slice. */
void sx_macho_read_slice(struct sx_macho_slice *slice, struct sx_arena *arena, uint64_t *budget);

/* sx_macho_check_slice notes what the kernel and Security have against a slice that was read. */
void sx_macho_check_slice(const struct sx_macho_reader *reader);

/* sx_macho_check_layout notes what they have against the order of slices in a fat file. */
void sx_macho_check_layout(const struct sx_source *source, uint64_t header_end,
                           struct sx_arena *arena, struct sx_macho *macho);
