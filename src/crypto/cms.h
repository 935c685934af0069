/* SPDX-License-Identifier: MIT */
/* Verifies the CMS signature of code, of a package, or of a provisioning profile as Apple's
 * verifier does (Security, StaticCode.cpp and libsecurity_smime), and says as plain data what
 * it found: who signed, when, and what is wrong.
 *
 * The signature is checked over the bytes of the signed attributes as they stand: real ones are
 * not always in DER order, and whoever sorts them first refuses good signatures. Of several
 * signers only the first counts. */
#pragma once
#include "crypto/chain.h"
#include "crypto/verdict.h"

enum sx_cms_use {
    SX_CMS_CODE,    /* detached, over the CodeDirectory of slot 0, header included */
    SX_CMS_PACKAGE, /* detached, over the checksum of the table of contents */
    SX_CMS_PROFILE, /* carries its content; also the DER form of a profile */
};

struct sx_cms_request {
    enum sx_cms_use use;
    struct sx_span content; /* what is signed; unused by a profile */
    struct sx_time now;
    bool check_expiration; /* the CodeDirectory's flag "expires": an expired leaf is fatal */
};

struct sx_timestamp {
    struct sx_time time;     /* genTime */
    struct sx_str authority; /* subject of the token's signer */
    struct sx_str policy;    /* dotted OID */
    struct sx_chain chain;   /* of the authority, at that time */
};

/* One entry of the attribute 1.2.840.113635.100.9.2. */
struct sx_cdhash_entry {
    struct sx_str algorithm; /* dotted OID */
    enum sx_hash hash;       /* of that algorithm; 0 when it is none we know */
    struct sx_span digest;
};

struct sx_cms {
    struct sx_verdict verdict;
    size_t len;       /* bytes of the input that the CMS fills */
    size_t n_signers; /* 0 when it is unreadable */
    uint64_t off;     /* of the SignerInfo */
    struct sx_chain chain;
    struct sx_str team;              /* the leaf's first OU, or none */
    struct sx_opt_time signing_time; /* the signer's own word */
    struct sx_timestamp timestamp;
    struct sx_time judged_at; /* the time for which the chain was judged */
    struct sx_span content;   /* that the CMS carries; empty when it carries none */

    /* The attributes that bind all CodeDirectories; see crypto/cdhash.h. */
    struct sx_span cdhash_plist;                  /* 9.1: a property list, array "cdhashes" */
    const struct sx_cdhash_entry *cdhash_entries; /* 9.2 */
    size_t n_cdhash_entries;

    enum sx_identity signer;
    bool has_token;     /* a timestamp token is there, right or wrong */
    bool has_timestamp; /* and it verifies */
    bool is_expired;    /* not valid when judged, and tolerated, as there is no timestamp */
    bool has_cdhash_plist;
    bool has_cdhash_entries;
    bool cdhash_entries_broken; /* some value of 9.2 is no such entry, or one comes twice */
};

/* sx_cms_verify reads the CMS at the start of `in`; signers may leave padding behind it.
 * Everything that is wrong stands in out->verdict: nothing about the file makes it fail.
 * `*out` borrows from `in` and lives in `arena`. */
void sx_cms_verify(const struct sx_trust *trust, struct sx_hasher *hasher, struct sx_span in,
                   const struct sx_cms_request *request, struct sx_arena *arena,
                   struct sx_cms *out);

/* sx_cms_check_team compares the team of the CodeDirectory (none when it has none) with the
 * leaf's, and adds TEAM_WRONG to the verdict. Only the chains of Apple's developers are asked,
 * and a leaf without OU agrees with every team. */
void sx_cms_check_team(struct sx_cms *cms, struct sx_str team, struct sx_arena *arena);
