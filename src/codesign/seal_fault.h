/* SPDX-License-Identifier: MIT */
/* Everything that can be wrong with a resource seal and with what it seals. Each row is one check;
 * its second column is the kind of problem it is told as, its third what the row means. Nothing
 * here judges.
 *
 * Sources: Security, StaticCode.cpp (validateResource and what it calls), resources.cpp. */
#pragma once
#include "base/arena.h"

#define SX_SEAL_FAULTS(X)                                                                          \
    /* CodeResources itself */                                                                     \
    X(NOT_A_SEAL, "seal-missing", "no dictionaries rules and files, which counts as no seal")      \
    X(UNREADABLE, "seal-unreadable", "no property list with a dictionary")                         \
    X(INCOMPLETE, "seal-entry-invalid", "files2 without rules2")                                   \
    X(ENTRY, "seal-entry-invalid", "an entry with a value of the wrong type, or without hash")     \
    X(RULE, "seal-rule-invalid",                                                                   \
      "a rule neither boolean nor dictionary, or no regular expression")                           \
    X(NO_CATCH_ALL, "seal-rules-weak", "no rule seals everything by default")                      \
    X(OMITS_MORE, "seal-rules-weak", "a rule omits what Apple's own rules seal")                   \
    X(VERSION_1, "seal-version-1", "only files and rules, no files2")                              \
    X(PATH_ESCAPES, "seal-path-escapes", "an absolute path, or one with ..")                       \
    X(NAMES_COLLIDE, "names-collide", "paths equal after case folding or normalisation")           \
    X(MAIN_EXECUTABLE, "main-executable-as-resource", "an entry for the main executable")          \
    /* what it seals */                                                                            \
    X(ADDED, "resource-added", "not in the seal")                                                  \
    X(MISSING, "resource-missing", "in the seal, and not there")                                   \
    X(TYPE, "resource-altered", "a file, a link or code where the seal has another of them")       \
    X(CONTENT, "resource-altered", "a file whose hash is not that of the seal")                    \
    X(LINK_TEXT, "resource-altered", "a link that leads elsewhere than the seal says")             \
    X(LINK_LEAVES, "symlink-leaves", "absolute, broken, outside, or to something omitted")         \
    X(DS_STORE_LINK, "ds-store-symlink", "a link named .DS_Store")                                 \
    X(SPECIAL, "special-file", "a socket, fifo or device")                                         \
    X(FOLDER, "folder-unreadable", "a folder that cannot be listed")

enum sx_seal_fault {
#define X(name, problem, text) SX_SEAL_FAULT_##name,
    SX_SEAL_FAULTS(X)
#undef X
        SX_SEAL_FAULT_END
};

struct sx_seal_fault_info {
    const char *problem; /* the kind of problem it is told as */
    const char *text;    /* what the fault means */
};

const struct sx_seal_fault_info *sx_seal_fault_info(enum sx_seal_fault fault);

#define SX_SEAL_NOWHERE UINT64_MAX

struct sx_seal_problem {
    enum sx_seal_fault fault;
    struct sx_str path;   /* below the resource root; absent when the seal itself is meant */
    uint64_t off;         /* in CodeResources, or SX_SEAL_NOWHERE */
    struct sx_str detail; /* found and wanted, complete enough to print, escaped */
};

/* Problems of one seal. At most SX_MAX_PROBLEMS are kept; `more` counts those beyond. */
struct sx_seal_problems {
    struct sx_arena *arena; /* set by the caller; everything in the list lives there */
    struct sx_seal_problem *at;
    size_t n, cap;
    uint64_t more;
};

/* sx_seal_note appends a problem; path and detail are copied. */
void sx_seal_note(struct sx_seal_problems *problems, enum sx_seal_fault fault, struct sx_str path,
                  uint64_t off, const char *detail, ...) SX_PRINTF(5, 6);
/* sx_seal_problems_sort orders by path, then fault, then offset: what concerns the seal itself
 * stands first. */
void sx_seal_problems_sort(struct sx_seal_problems *problems);
