/* SPDX-License-Identifier: MIT */
/* A CodeDirectory is what a signature signs: who the code claims to be, and a hash of every page
 * of it and of every other part. Versions only ever added fields at the end:
 *
 *     0x20001 | 0x20100 scatter | 0x20200 team | 0x20300 codeLimit64 | 0x20400 exec segment
 *             | 0x20500 runtime, pre-encrypt | 0x20600 linkage | strings | hashes
 *
 * The hash array runs both ways from hashOffset: hash i of code page i upwards, that of special
 * slot -i downwards. Hashes of nothing but zeros say that there is nothing to hash.
 *
 * Sources: Security, codedirectory.h and .cpp; XNU, cs_blobs.h and ubc_subr.c. */
#pragma once
#include "codesign/fault.h"
#include "crypto/digest.h"

enum { SX_CDHASH_LEN = 20 };

struct sx_code_directory {
    struct sx_span blob; /* exactly `length` bytes, header included */
    uint32_t slot;       /* 0, or 0x1000 and up */

    /* As read; what `version` does not have is 0. */
    uint32_t version, flags;
    uint32_t hash_offset, ident_offset, n_special_slots, n_code_slots, code_limit_32;
    uint8_t hash_size, hash_type, platform, page_shift; /* page_shift 0: one page of any size */
    uint32_t spare2, scatter_offset, team_offset, spare3;
    uint64_t code_limit_64, exec_seg_base, exec_seg_limit, exec_seg_flags;
    uint32_t runtime, pre_encrypt_offset;
    uint8_t linkage_hash_type, linkage_application_type;
    uint16_t linkage_application_subtype;
    uint32_t linkage_offset, linkage_size;

    /* Derived. */
    uint64_t code_limit;             /* bytes signed: code_limit_64 when it is not 0 */
    struct sx_str identifier;        /* as it stands in the file */
    struct sx_str team;              /* ptr NULL when there is none */
    struct sx_span code;             /* n_code_slots hashes */
    struct sx_span special;          /* n_special_slots hashes, the highest slot first */
    struct sx_span pre_encrypt;      /* n_code_slots hashes, or empty */
    bool hash_is_known;              /* Security and kernel can compute it, and hashSize fits */
    uint8_t digest[SX_HASH_MAX_LEN]; /* of the blob, by its own hash; cdhash = the first 20 bytes */
    size_t digest_len;               /* 0 when the hash is not known */
};

/* sx_code_directory_parse reads one CodeDirectory and checks it as Security's checkIntegrity
 * does. `blob` begins at the magic and ends with the component; it is
 * borrowed. False means that it cannot be used, and `problems` say why; true may come with
 * problems, too, that do not keep it from being read. */
SX_MUST_USE bool sx_code_directory_parse(struct sx_span blob, uint32_t slot,
                                         struct sx_hasher *hasher, struct sx_code_directory *out,
                                         struct sx_code_problems *problems);

/* sx_code_directory_special returns the hash of special slot -`slot`; empty when the slot is
 * out of range or all zeros. */
struct sx_span sx_code_directory_special(const struct sx_code_directory *cd, uint32_t slot);
/* sx_code_directory_page returns the hash of a code page; empty when out of range. */
struct sx_span sx_code_directory_page(const struct sx_code_directory *cd, uint32_t page);
/* sx_code_directory_page_size is in bytes, 0 for one page of any size. */
uint64_t sx_code_directory_page_size(const struct sx_code_directory *cd);

/* Hash types in the order in which Security and the kernel prefer them. sx_hash_rank is 0 for a
 * type that they do not compute, SHA-512 among them. */
unsigned sx_hash_rank(unsigned hash_type);

/* Flags, by the names codesign prints; the kernel honours those with `kernel` (XNU, cs_blobs.h,
 * CS_ALLOWED_MACHO) and masks out what else a file says. */
#define SX_CODE_FLAGS(X)                                                                           \
    X(HOST, 0x1, "host", false)                                                                    \
    X(ADHOC, 0x2, "adhoc", true)                                                                   \
    X(HARD, 0x100, "hard", true)                                                                   \
    X(KILL, 0x200, "kill", true)                                                                   \
    X(EXPIRES, 0x400, "expires", true)                                                             \
    X(RESTRICT, 0x800, "restrict", true)                                                           \
    X(ENFORCEMENT, 0x1000, "enforcement", true)                                                    \
    X(LIBRARY_VALIDATION, 0x2000, "library-validation", true)                                      \
    X(RUNTIME, 0x10000, "runtime", true)                                                           \
    X(LINKER_SIGNED, 0x20000, "linker-signed", true)

enum sx_code_flag {
#define X(name, bit, text, kernel) SX_CODE_FLAG_##name = bit,
    SX_CODE_FLAGS(X)
#undef X
};

/* Flags of the exec segment, their names among the facts, and the entitlements whose boolean
 * true makes codesign set them (Security, signer.cpp and CodeSigner.cpp); NULL: none. MAIN_BINARY
 * marks an MH_EXECUTE. */
#define SX_EXEC_FLAGS(X)                                                                           \
    X(MAIN_BINARY, 0x1, "main-binary", NULL, NULL)                                                 \
    X(ALLOW_UNSIGNED, 0x10, "allow-unsigned", "get-task-allow", "run-unsigned-code")               \
    X(DEBUGGER, 0x20, "debugger", "com.apple.private.cs.debugger", NULL)                           \
    X(JIT, 0x40, "jit", "dynamic-codesigning", NULL)                                               \
    X(SKIP_LV, 0x80, "skip-lv", "com.apple.private.skip-library-validation", NULL)                 \
    X(CAN_LOAD_CDHASH, 0x100, "can-load-cdhash", "com.apple.private.amfi.can-load-cdhash", NULL)   \
    X(CAN_EXEC_CDHASH, 0x200, "can-exec-cdhash", "com.apple.private.amfi.can-execute-cdhash", NULL)

enum sx_exec_flag {
#define X(name, bit, text, entitlement, other) SX_EXEC_FLAG_##name = bit,
    SX_EXEC_FLAGS(X)
#undef X
};

/* sx_code_flag_names and sx_exec_flag_names list the names of the bits that are set, ascending;
 * bits without a name are left out. */
struct sx_strs sx_code_flag_names(struct sx_arena *arena, uint32_t flags);
struct sx_strs sx_exec_flag_names(struct sx_arena *arena, uint64_t flags);

/* sx_runtime_version_text prints 16.8.8 bits as codesign does: "15.2.0", always three parts. The
 * text is absent (ptr NULL) for 0. */
struct sx_str sx_runtime_version_text(struct sx_arena *arena, uint32_t runtime);
