/* SPDX-License-Identifier: MIT */
/* Everything that can be wrong with a signature, from the SuperBlob to the last page hash. Each
 * row is one check; its second column is the kind of problem it is told as (several checks can
 * make one kind), its third what the row means. Nothing here judges: whether Apple's verifier,
 * the kernel or nobody minds belongs to the kind.
 *
 * Sources: Security, superblob.h, codedirectory.cpp (checkIntegrity), StaticCode.cpp;
 * XNU, ubc_subr.c (cs_validate_csblob and below). */
#pragma once
#include "base/arena.h"

#define SX_CODE_FAULTS(X)                                                                          \
    /* SuperBlob */                                                                                \
    X(SIGNATURE_TOO_LONG, "signature-out-of-bounds", "the SuperBlob is longer than its place")     \
    X(SUPERBLOB, "superblob-malformed", "magic, length or index of the SuperBlob")                 \
    X(BLOB_KIND, "blob-kind-wrong", "a slot holds a blob of another kind")                         \
    X(BLOB_TWICE, "blob-twice", "the index names a slot twice")                                    \
    X(DIRECTORY_MISSING, "code-directory-missing", "no blob in slot 0")                            \
    X(SLACK, "slack-not-zero", "bytes other than 0 behind the SuperBlob")                          \
    /* one CodeDirectory; the kernel's own rules last */                                           \
    X(DIRECTORY_BLOB, "code-directory-malformed", "magic or length")                               \
    X(DIRECTORY_SIZE, "code-directory-malformed", "shorter than 96 bytes")                         \
    X(DIRECTORY_VERSION, "code-directory-version", "version outside the known range")              \
    X(IDENTIFIER, "code-directory-malformed", "identifier outside, or without end")                \
    X(TEAM, "code-directory-malformed", "team identifier outside, or without end")                 \
    X(HASH_ARRAY, "code-directory-malformed", "hashes outside the CodeDirectory")                  \
    X(PRE_ENCRYPT_ARRAY, "code-directory-malformed", "pre-encrypt hashes outside it")              \
    X(SCATTER, "code-directory-malformed", "scatter list without end, or beyond the pages")        \
    X(PAGE_COUNT, "code-directory-malformed", "nCodeSlots does not fit code limit and page size")  \
    X(HASH_SIZE, "code-directory-malformed", "hashSize is not that of the hash type")              \
    X(KERNEL_DIRECTORY_SIZE, "code-directory-malformed", "shorter than the kernel's 108 bytes")    \
    X(KERNEL_HASH_TYPE, "code-directory-malformed", "a hash type that the kernel does not know")   \
    X(LINKAGE, "code-directory-malformed", "linkage data outside the CodeDirectory")               \
    /* several of them */                                                                          \
    X(HASH_TYPE_TWICE, "code-directory-hash-twice", "two CodeDirectories of one hash type")        \
    X(NO_DIGEST, "digest-unsupported", "no CodeDirectory with a usable hash")                      \
    X(DISAGREE, "code-directories-disagree", "identifier, team, flags or limit differ")            \
    X(ALTERNATE_UNREACHED, "code-directories-disagree", "an alternate behind a gap in the slots")  \
    X(FLAGS, "flags-unknown", "flags that the kernel masks out")                                   \
    X(RESERVED, "reserved-not-zero", "a spare field is not 0")                                     \
    X(PAGE_SIZE, "page-size-refused", "a page size that the kernel does not map")                  \
    /* what the hashes say */                                                                      \
    X(CODE_LIMIT, "code-limit-wrong", "the CodeDirectory does not end where the signature begins") \
    X(PAGE, "page-altered", "a code page differs")                                                 \
    X(INFO_PLIST, "info-plist-altered", "Info.plist differs, or is sealed and gone")               \
    X(REQUIREMENTS, "requirements-altered", "requirements differ, or are sealed and gone")         \
    X(RESOURCES, "seal-altered", "the resource seal differs, or is sealed and gone")               \
    X(TOP_DIRECTORY, "top-directory-wrong", "the top directory differs, or lists other slots")     \
    X(ENTITLEMENTS, "entitlements-altered", "entitlements differ, or are sealed and gone")         \
    X(TRAILER, "trailer-altered", "the image's trailer differs, or is sealed and gone")            \
    X(CONSTRAINT, "constraint-altered", "a constraint differs, or is sealed and gone")             \
    X(NOT_SEALED, "blob-not-sealed", "entitlements or constraint without hash, or the reverse")    \
    /* who signed */                                                                               \
    X(CMS_MISSING, "cms-missing", "not ad hoc, and no CMS")                                        \
    X(CMS_EMPTY, "cms-unreadable", "not ad hoc, and an empty CMS")                                 \
    X(EXEC_FLAGS, "exec-flags-unexplained", "exec-segment flags that nothing explains")            \
    X(REQUIREMENT_SET, "requirements-malformed", "the requirement set does not parse")             \
    X(IMAGE_LAYOUT, "image-signature-layout", "blobs do not fill the SuperBlob exactly")

enum sx_code_fault {
#define X(name, problem, text) SX_CODE_FAULT_##name,
    SX_CODE_FAULTS(X)
#undef X
        SX_CODE_FAULT_END
};

struct sx_code_fault_info {
    const char *problem; /* the kind of problem it is told as */
    const char *text;    /* what the fault means */
};

const struct sx_code_fault_info *sx_code_fault_info(enum sx_code_fault fault);

#define SX_NO_SLOT   INT64_MIN
#define SX_NO_PAGE   UINT32_MAX
#define SX_NO_OFFSET UINT64_MAX

struct sx_code_problem {
    enum sx_code_fault fault;
    int64_t slot;         /* of a blob, or a special slot as a negative number, or SX_NO_SLOT */
    uint32_t page;        /* code page from 0, or SX_NO_PAGE */
    uint64_t off;         /* bytes from the start of the file, or SX_NO_OFFSET */
    struct sx_str detail; /* found and wanted, complete enough to print, escaped */
};

/* Problems of one signature, in the order they were found. At most SX_MAX_PROBLEMS are kept;
 * `more` counts those beyond. */
struct sx_code_problems {
    struct sx_arena *arena; /* set by the caller; everything in the list lives there */
    struct sx_code_problem *at;
    size_t n, cap;
    uint64_t more;
};

/* sx_code_note appends a problem with a slot or SX_NO_SLOT, and sx_code_note_page one with a code
 * page; the detail is formatted into the arena. */
void sx_code_note(struct sx_code_problems *problems, enum sx_code_fault fault, int64_t slot,
                  uint64_t off, const char *detail, ...) SX_PRINTF(5, 6);
void sx_code_note_page(struct sx_code_problems *problems, enum sx_code_fault fault, uint32_t page,
                       uint64_t off, const char *detail, ...) SX_PRINTF(5, 6);
/* sx_code_problems_sort orders by slot, then page, then offset, then fault. */
void sx_code_problems_sort(struct sx_code_problems *problems);
/* sx_code_problems_have tells whether `fault` is among those kept. */
bool sx_code_problems_have(const struct sx_code_problems *problems, enum sx_code_fault fault);
