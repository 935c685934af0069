/* SPDX-License-Identifier: MIT */
/* The resource seal of a bundle: _CodeSignature/CodeResources, a property list that names every
 * file of the bundle with its hash, every link with its text and all nested code with a
 * requirement, and the rules by which files are in it or out.
 *
 *     files   path -> SHA-1, or {hash, optional}          version 1, by rules
 *     files2  path -> {hash2, hash, ... optional}         version 2, by rules2: a file
 *                     {symlink, optional}                 a link
 *                     {requirement, cdhash, optional}     code
 *     rules2  regular expression -> true, or {weight, omit, optional, nested}
 *
 * Paths lie below the resource root (Contents, a framework's version, the root of a flat bundle).
 * Where files2 is there, it and rules2 count alone, but files and rules must be there too.
 *
 * Source: Security, resources.cpp, and loadResources in StaticCode.cpp. */
#pragma once
#include "base/source.h"
#include "codesign/ere.h"
#include "codesign/seal_fault.h"
#include "crypto/digest.h"

enum sx_seal_kind {
    SX_SEAL_FILE,
    SX_SEAL_LINK,
    SX_SEAL_CODE,
    SX_SEAL_BROKEN, /* an entry that says nothing; a problem tells why */
};

enum { SX_SEAL_HASH_TYPES = SX_HASH_SHA384 + 1 };

struct sx_seal_entry {
    struct sx_str path;
    struct sx_str text; /* of a link where it leads, of code its requirement */
    uint64_t off;       /* of its key in the file */
    /* The hashes one after the other, by hash type: those of a file, or the cdhash of code, which
     * stands at SX_HASH_SHA1, having its length. A length of 255 fits no hash. */
    const uint8_t *hashes;
    uint8_t hash_len[SX_SEAL_HASH_TYPES];
    uint8_t kind; /* enum sx_seal_kind */
    bool is_optional;
    bool is_met; /* by a scan */
};

/* sx_seal_hash is the hash of an entry under a type (1 to 4); empty when it has none. */
struct sx_str sx_seal_hash(const struct sx_seal_entry *entry, unsigned type);

struct sx_seal_rule {
    struct sx_str pattern;
    const struct sx_ere *ere;
    uint32_t weight;
    bool omit, optional, nested;
    bool is_true; /* written as <true/>, not as a dictionary */
    uint64_t off; /* of its key in the file */
};

struct sx_seal {
    bool is_usable;  /* false: there is no seal, or nothing to go by; problems say why */
    int64_t version; /* 1 or 2; 0 when there is neither */
    struct sx_seal_entry *entries; /* sorted by path, each path once */
    size_t n_entries;
    struct sx_seal_rule *rules; /* in the order in which they win: weight, then omit */
    size_t n_rules;
};

/* sx_seal_read reads CodeResources in one pass. Everything in `*out` lives in `arena`; what is
 * wrong is in `problems`. Fails when the file could not be examined: it cannot be read (IO), is
 * larger than the limits allow (LIMIT), or holds a rule that this reader cannot follow
 * (UNSUPPORTED). Of a path that is there twice the last entry counts, as for CoreFoundation. */
SX_MUST_USE bool sx_seal_read(const struct sx_source *source, struct sx_arena *arena,
                              struct sx_seal *out, struct sx_seal_problems *problems,
                              struct sx_err *err);

/* sx_seal_find returns NULL for a path that is not in the seal. */
struct sx_seal_entry *sx_seal_find(const struct sx_seal *seal, struct sx_str path);

/* sx_seal_check looks at the seal by itself: rules that omit more than Apple allows (Security,
 * StaticCode.cpp, hasWeakResourceRules), an old version, paths that lead out, names that are one
 * name on some file systems. `resources` is where the bundle's resources lie below the resource
 * root: "Resources/" or nothing. */
void sx_seal_check(const struct sx_seal *seal, struct sx_str resources,
                   struct sx_seal_problems *problems);

/* sx_seal_nests_code tells whether Apple's default rules for bundles take what lies at this path
 * below the resource root for nested code: Frameworks/x, MacOS/x, or x by itself. */
bool sx_seal_nests_code(struct sx_str path);
