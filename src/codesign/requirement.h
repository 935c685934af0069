/* SPDX-License-Identifier: MIT */
/* Apple's code requirement language: a condition on who signed code and what the code says of
 * itself. It has two forms, text that people write and a blob that signatures hold:
 *
 *     identifier "com.example" and anchor apple generic
 *     fade0c00 | length | kind 1 | expression in prefix order: and, identifier ..., ...
 *
 * Numbers are big-endian; data is a length, that many bytes, and zeros up to a multiple of four.
 * Sources: Security, requirement.h, reqreader.cpp, reqinterp.cpp, reqdumper.cpp,
 * requirements.grammar. */
#pragma once
#include "codesign/requirement_set.h"
#include "crypto/chain.h"
#include "value/schema.h"

/* Operations of an expression, by number. */
enum sx_requirement_op {
    SX_REQ_FALSE = 0,
    SX_REQ_TRUE = 1,
    SX_REQ_IDENTIFIER = 2,      /* text: the identifier */
    SX_REQ_ANCHOR_APPLE = 3,    /* Apple's own code */
    SX_REQ_CERT_HASH = 4,       /* slot, text: a SHA-1 */
    SX_REQ_INFO_VALUE = 5,      /* text: a key, match: = value; only in old blobs */
    SX_REQ_AND = 6,             /* left, right */
    SX_REQ_OR = 7,              /* left, right */
    SX_REQ_CDHASH = 8,          /* text: the cdhash */
    SX_REQ_NOT = 9,             /* left */
    SX_REQ_INFO = 10,           /* text: a key, match */
    SX_REQ_CERT_SUBJECT = 11,   /* slot, text: "subject.CN" and the like, match */
    SX_REQ_CERT_TRUSTED = 12,   /* slot */
    SX_REQ_ANCHOR_TRUSTED = 13, /* any certificate trusted by the user's settings */
    SX_REQ_CERT_FIELD = 14,     /* slot, text: OID contents, match */
    SX_REQ_ANCHOR_GENERIC = 15, /* any chain that ends in an anchor of Apple's */
    SX_REQ_ENTITLEMENT = 16,    /* text: a key, match */
    SX_REQ_CERT_POLICY = 17,    /* slot, text: OID contents, match */
    SX_REQ_NAMED_ANCHOR = 18,   /* text: a name that only a Mac resolves */
    SX_REQ_NAMED_CODE = 19,     /* likewise */
    SX_REQ_PLATFORM = 20,       /* slot: the number of a platform */
    SX_REQ_NOTARIZED = 21,
    SX_REQ_CERT_DATE = 22, /* slot, text: OID contents, match */
    SX_REQ_LEGACY = 23,    /* Developer ID code that need not be notarized */
    SX_REQ_N_OPS,
    /* An operation that nobody knows, but whose size is given: false, or passed over. */
    SX_REQ_UNKNOWN_FALSE = SX_REQ_N_OPS, /* slot: its number */
    SX_REQ_UNKNOWN_SKIP,                 /* slot: its number; left: what follows */
};

/* How a value is compared. Those from ON to ON_OR_AFTER have a time as operand, EXISTS and ABSENT
 * none, all others text. */
enum sx_requirement_match {
    SX_MATCH_EXISTS = 0,
    SX_MATCH_EQUAL,
    SX_MATCH_CONTAINS,
    SX_MATCH_BEGINS,
    SX_MATCH_ENDS,
    SX_MATCH_LESS,
    SX_MATCH_GREATER,
    SX_MATCH_LESS_EQUAL,
    SX_MATCH_GREATER_EQUAL,
    SX_MATCH_ON,
    SX_MATCH_BEFORE,
    SX_MATCH_AFTER,
    SX_MATCH_ON_OR_BEFORE,
    SX_MATCH_ON_OR_AFTER,
    SX_MATCH_ABSENT,
    SX_MATCH_N, /* this and above: unknown, never matches */
};

enum { SX_LEAF_SLOT = 0, SX_ROOT_SLOT = -1 };

struct sx_requirement_node {
    enum sx_requirement_op op;
    uint32_t at;        /* number of this node, in the order of the blob */
    int32_t slot;       /* 0 leaf, 1 its issuer, ...; -1 root, -2 below it, ... */
    struct sx_str text; /* bytes as they stand: text need not be UTF-8, nor an OID be one */
    struct {
        uint32_t op; /* enum sx_requirement_match, or a number beyond */
        struct sx_str text;
        int64_t time; /* seconds since 2001-01-01T00:00:00Z */
    } match;
    const struct sx_requirement_node *left, *right;
};

/* What Apple calls the kind of a requirement. */
enum sx_requirement_form { SX_FORM_EXPRESSION = 1, SX_FORM_LIGHTWEIGHT = 2 };

struct sx_requirement {
    uint32_t form;                          /* enum sx_requirement_form */
    const struct sx_requirement_node *root; /* of an expression */
    size_t n_nodes;                         /* of an expression */
    struct sx_span constraint;              /* of a lightweight one: DER */
    struct sx_span rest;                    /* bytes behind it, which nobody looks at */
};

/* sx_requirement_parse reads a blob, header included, whose length must not exceed what is there.
 * `*out` borrows from it and lives in `arena`. Fails with TRUNCATED, RANGE, MAGIC or FORMAT; with
 * LIMIT when operators nest too deep for Apple's evaluator, too, or the blob is too big; with
 * UNSUPPORTED for another kind of requirement or an operation that Apple's evaluator gives up
 * at. */
SX_MUST_USE bool sx_requirement_parse(struct sx_span blob, struct sx_arena *arena,
                                      struct sx_requirement *out, struct sx_err *err);

/* sx_requirement_compile makes the blob that Apple's compiler makes of one requirement. Fails with
 * USAGE at line and column (from 1), or LIMIT. */
SX_MUST_USE bool sx_requirement_compile(struct sx_str text, struct sx_arena *arena,
                                        struct sx_span *out, struct sx_err *err);
/* sx_requirement_compile_set does the same for a set, "designated => ..."; and
 * sx_requirement_compile_any for whichever of the two the text is. */
SX_MUST_USE bool sx_requirement_compile_set(struct sx_str text, struct sx_arena *arena,
                                            struct sx_span *out, struct sx_err *err);
SX_MUST_USE bool sx_requirement_compile_any(struct sx_str text, struct sx_arena *arena,
                                            struct sx_span *out, struct sx_err *err);
/* sx_requirement_read compiles one requirement and parses the blob. */
SX_MUST_USE bool sx_requirement_read(struct sx_str text, struct sx_arena *arena,
                                     struct sx_requirement *out, struct sx_err *err);

/* sx_requirement_text appends Apple's canonical text, which is not escaped. It returns whether the
 * text compiles to a requirement of the same meaning: Apple's printer has forms of its own that
 * its compiler does not read. */
bool sx_requirement_text(const struct sx_requirement *requirement, struct sx_buf *out);
/* sx_requirement_node_text appends that of a part. */
bool sx_requirement_node_text(const struct sx_requirement_node *node, struct sx_buf *out);

/* What a requirement is asked of: one slice of signed code. Unsigned code meets no requirement,
 * whatever it says; ask before. */
struct sx_requirement_subject {
    struct sx_str identifier;                      /* of the chosen CodeDirectory */
    struct sx_span cdhash;                         /* of the chosen CodeDirectory, 20 bytes */
    uint8_t platform;                              /* likewise */
    struct sx_chain chain;                         /* leaf first; empty for ad hoc code */
    struct sx_opt_time signed_at;                  /* the secure timestamp */
    const struct sx_map *info, *entitlements;      /* NULL: it has none */
    const char *info_unread, *entitlements_unread; /* why they are not known, or NULL */
    enum sx_tri notarized;                         /* ABSENT: nobody knows */
};

enum sx_met { SX_MET_NO, SX_MET_YES, SX_MET_UNKNOWN, SX_MET_ERROR };

struct sx_requirement_answer {
    enum sx_met met;
    const char *why;      /* UNKNOWN or ERROR: complete enough to print; else NULL */
    const uint8_t *nodes; /* enum sx_met of each node, by its number */
    uint64_t steps;       /* taken: a node, or 64 bytes compared */
};

/* sx_requirement_evaluate tells whether code meets the requirement, as Apple's evaluator does. An
 * added anchor stands for Apple's. UNKNOWN is what only a Mac can tell (trust settings, named
 * anchors and code, tickets that are not at hand), unless the rest decides; ERROR, which nothing
 * outweighs, is a hash of a wrong length, or more than `max_steps` of work. Lives in `arena`. */
void sx_requirement_evaluate(const struct sx_requirement *requirement,
                             const struct sx_requirement_subject *subject, uint64_t max_steps,
                             struct sx_arena *arena, struct sx_requirement_answer *out);

/* sx_requirement_found says what the code has where a node asks (`W4FFLE9K2Q` for a subject.OU);
 * absent text for a node that asks for nothing with a value. It is not escaped. */
struct sx_str sx_requirement_found(const struct sx_requirement_node *node,
                                   const struct sx_requirement_subject *subject,
                                   struct sx_arena *arena);

/* sx_requirement_default makes the designated requirement of code that stores none (Security,
 * drmaker.cpp), a blob: by who signed. For ad hoc code it names the cdhashes, of all slices, each
 * slice's in order of hash type, that of the chosen slice first. Fails with USAGE when there is
 * neither certificate nor cdhash. */
SX_MUST_USE bool sx_requirement_default(const struct sx_requirement_subject *subject,
                                        const struct sx_span *cdhashes, size_t n_cdhashes,
                                        struct sx_arena *arena, struct sx_span *out,
                                        struct sx_err *err);
