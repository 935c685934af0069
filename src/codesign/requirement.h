/* SPDX-License-Identifier: MIT */
/* Apple's code requirement language: a condition on who signed code and what the code says of
 * itself. It has two forms, text that people write and a blob that signatures hold:
 *
 *     identifier "com.example" and anchor apple generic
 *     fade0c00 | length | kind | and | identifier | 11 | "com.example" + padding | anchor ...
 *
 * Both are read into a tree and written from it:
 *
 *     text  --sx_requirement_read-->   tree  --sx_requirement_encode-->  blob
 *     text  <--sx_requirement_text--   tree  <--sx_requirement_parse---  blob
 *
 * Sources: Security, requirement.h, reqreader.cpp, reqinterp.cpp, reqdumper.cpp, reqmaker.cpp,
 * requirements.grammar. */
#pragma once
#include "codesign/requirement_set.h"
#include "crypto/chain.h"
#include "value/schema.h"

/* What follows the number of an operation in a blob, in this order. Numbers are big-endian; text
 * is a length, that many bytes, and zeros up to a multiple of four. */
enum {
    SX_HAS_SLOT = 1,
    SX_HAS_TEXT = 2,
    SX_HAS_VALUE = 4, /* the text to be equal to */
    SX_HAS_MATCH = 8,
    SX_HAS_LEFT = 16,
    SX_HAS_RIGHT = 32,
};

/* Name, number, operands. */
#define SX_REQUIREMENT_OPS(X)                                                                      \
    X(FALSE, 0, 0)                                                                                 \
    X(TRUE, 1, 0)                                                                                  \
    X(IDENTIFIER, 2, SX_HAS_TEXT)                                                                  \
    X(ANCHOR_APPLE, 3, 0)                        /* Apple's own code */                            \
    X(CERT_HASH, 4, SX_HAS_SLOT | SX_HAS_TEXT)   /* a SHA-1 */                                     \
    X(INFO_VALUE, 5, SX_HAS_TEXT | SX_HAS_VALUE) /* what old compilers made for INFO */            \
    X(AND, 6, SX_HAS_LEFT | SX_HAS_RIGHT)                                                          \
    X(OR, 7, SX_HAS_LEFT | SX_HAS_RIGHT)                                                           \
    X(CDHASH, 8, SX_HAS_TEXT)                                                                      \
    X(NOT, 9, SX_HAS_LEFT)                                                                         \
    X(INFO, 10, SX_HAS_TEXT | SX_HAS_MATCH)                       /* a key of Info.plist */        \
    X(CERT_SUBJECT, 11, SX_HAS_SLOT | SX_HAS_TEXT | SX_HAS_MATCH) /* "subject.CN", "email" */      \
    X(CERT_TRUSTED, 12, SX_HAS_SLOT)                              /* by the user's own settings */ \
    X(ANCHOR_TRUSTED, 13, 0)                                      /* some certificate, likewise */ \
    X(CERT_FIELD, 14, SX_HAS_SLOT | SX_HAS_TEXT | SX_HAS_MATCH)   /* an extension's OID */         \
    X(ANCHOR_GENERIC, 15, 0) /* the chain ends in an anchor of Apple's */                          \
    X(ENTITLEMENT, 16, SX_HAS_TEXT | SX_HAS_MATCH)                                                 \
    X(CERT_POLICY, 17, SX_HAS_SLOT | SX_HAS_TEXT | SX_HAS_MATCH) /* a policy's OID */              \
    X(NAMED_ANCHOR, 18, SX_HAS_TEXT) /* a requirement that a Mac keeps under it */                 \
    X(NAMED_CODE, 19, SX_HAS_TEXT)   /* likewise */                                                \
    X(PLATFORM, 20, SX_HAS_SLOT)     /* the slot is the platform's number */                       \
    X(NOTARIZED, 21, 0)                                                                            \
    X(CERT_DATE, 22, SX_HAS_SLOT | SX_HAS_TEXT | SX_HAS_MATCH) /* an extension's OID */            \
    X(LEGACY, 23, 0) /* from before Developer ID code had to be notarized */

enum sx_requirement_op {
#define X(name, number, operands) SX_REQ_##name = number,
    SX_REQUIREMENT_OPS(X)
#undef X
        SX_REQ_N_OPS,
    /* Operations that nobody knows, but whose length stands in the blob: false, or passed over.
     * The slot is the number, the text what follows it; the second has a left. */
    SX_REQ_UNKNOWN_FALSE = SX_REQ_N_OPS,
    SX_REQ_UNKNOWN_SKIP,
};

/* sx_requirement_operands is 0 for an operation that nobody knows. */
unsigned sx_requirement_operands(enum sx_requirement_op op);

/* How a value is compared, by number; from ON to ON_OR_AFTER with a time, else with text. */
enum sx_requirement_match {
    SX_MATCH_EXISTS,
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
};

enum { SX_LEAF_SLOT = 0, SX_ROOT_SLOT = -1 };

struct sx_requirement_node {
    enum sx_requirement_op op;
    uint32_t at;        /* its number in the tree, below n_nodes */
    int32_t slot;       /* 0 leaf, 1 its issuer, ...; -1 root, -2 the one below it, ... */
    struct sx_str text; /* bytes as they stand: neither UTF-8 nor an OID is promised */
    struct {
        uint32_t op;        /* enum sx_requirement_match, or a number beyond: never matches */
        struct sx_str text; /* likewise */
        int64_t time;       /* seconds since 2001-01-01T00:00:00Z */
    } match;
    const struct sx_requirement_node *left, *right;
};

struct sx_requirement {
    /* The tree; NULL for a lightweight code requirement, a dictionary that only Apple's own
     * evaluator reads: `lightweight` is its DER. */
    const struct sx_requirement_node *root;
    size_t n_nodes;
    struct sx_span lightweight;
    /* Of a blob: the first bytes that nobody reads and that are not zero, as padding or behind
     * the end. */
    struct sx_span stray;
};

/* A set of requirements by kind, as it stands in slot 2, or one alone. */
struct sx_requirements {
    struct sx_requirement_of {
        uint32_t kind; /* enum sx_requirement_kind, or a number beyond; 0 when it is alone */
        struct sx_requirement requirement;
    } at[SX_MAX_REQUIREMENTS];
    size_t n;
    bool is_set;
};

/* sx_requirement_read reads the text of one requirement as Apple's compiler does, but for what
 * that lets pass in silence: OIDs and times that are none, and numbers that do not fit. Fails with
 * USAGE, or with LIMIT, at line and column. The tree lives in `arena` and borrows from `text`. */
SX_MUST_USE bool sx_requirement_read(struct sx_str text, struct sx_arena *arena,
                                     struct sx_requirement *out, struct sx_err *err);
/* sx_requirements_read reads a set ("designated => ...") or one requirement. A kind that is given
 * twice counts as it stands last. */
SX_MUST_USE bool sx_requirements_read(struct sx_str text, struct sx_arena *arena,
                                      struct sx_requirements *out, struct sx_err *err);

/* sx_requirement_parse reads a blob, header included; bytes behind its length are passed over.
 * The tree lives in `arena` and borrows from `blob`. Fails with TRUNCATED, RANGE, MAGIC or FORMAT
 * (also where it nests so deep that Apple's evaluator gives up), with LIMIT when the blob is too
 * big, with UNSUPPORTED for a kind of requirement, or an operation without length, that nobody
 * knows. */
SX_MUST_USE bool sx_requirement_parse(struct sx_span blob, struct sx_arena *arena,
                                      struct sx_requirement *out, struct sx_err *err);
/* sx_requirements_parse reads a set or one requirement, as the magic says. */
SX_MUST_USE bool sx_requirements_parse(struct sx_span blob, struct sx_arena *arena,
                                       struct sx_requirements *out, struct sx_err *err);

/* sx_requirement_encode makes the blob that Apple's compiler makes. */
struct sx_span sx_requirement_encode(const struct sx_requirement *requirement,
                                     struct sx_arena *arena);
struct sx_span sx_requirements_encode(const struct sx_requirements *requirements,
                                      struct sx_arena *arena);

/* sx_requirement_text appends the text that Apple's tools print, not escaped. It returns whether
 * that text reads as a requirement of the same meaning: it need not, as Apple's printer has forms
 * that its compiler does not know (a time, `certificate leaftrusted`), and cuts long words. */
bool sx_requirement_text(const struct sx_requirement *requirement, struct sx_buf *out);
/* sx_requirement_node_text is the same of a part. */
bool sx_requirement_node_text(const struct sx_requirement_node *node, struct sx_buf *out);
/* sx_requirements_text writes a line for each of a set, "designated => ...". */
bool sx_requirements_text(const struct sx_requirements *requirements, struct sx_buf *out);

/* What a requirement is asked of: one slice of signed code. Unsigned code meets none, whatever it
 * says: it is not asked. */
struct sx_requirement_subject {
    struct sx_str identifier;                      /* of the chosen CodeDirectory */
    struct sx_span cdhash;                         /* likewise, 20 bytes */
    uint8_t platform;                              /* likewise */
    struct sx_chain chain;                         /* leaf first; empty for ad hoc code */
    struct sx_opt_time timestamp;                  /* the secure one */
    const struct sx_map *info, *entitlements;      /* NULL: there are none */
    const char *info_unread, *entitlements_unread; /* why they are not known, or NULL */
    enum sx_tri notarized;                         /* ABSENT: nobody knows */
};

enum sx_met { SX_MET_NO, SX_MET_YES, SX_MET_UNKNOWN, SX_MET_ERROR };

struct sx_requirement_answer {
    enum sx_met met;
    const char *why;      /* it is UNKNOWN or an ERROR; else NULL */
    const uint8_t *nodes; /* enum sx_met of each node, by its number */
    uint64_t steps;       /* taken: one a node, or 64 bytes compared */
};

/* sx_requirement_evaluate tells whether the code meets the requirement, as Apple's evaluator
 * would. An added anchor stands for Apple's. UNKNOWN is what only a Mac can tell (the user's trust
 * settings, named requirements, a ticket that is not at hand), unless the rest decides. ERROR,
 * which nothing outweighs, is an operand that Apple's evaluator gives up at, or more than
 * `max_steps`. The answer lives in `arena`. */
void sx_requirement_evaluate(const struct sx_requirement *requirement,
                             const struct sx_requirement_subject *subject, uint64_t max_steps,
                             struct sx_arena *arena, struct sx_requirement_answer *out);

/* sx_requirement_found says what the code has where a node asks, a subject.OU say; absent text
 * for a node that asks for no value. It is not escaped. */
struct sx_str sx_requirement_found(const struct sx_requirement_node *node,
                                   const struct sx_requirement_subject *subject,
                                   struct sx_arena *arena);

/* sx_requirement_default makes the designated requirement of code that stores none, by who signed
 * it (Security, drmaker.cpp); false for code without certificates. */
SX_MUST_USE bool sx_requirement_default(const struct sx_requirement_subject *subject,
                                        struct sx_arena *arena, struct sx_requirement *out);
/* sx_requirement_default_ad_hoc makes that of ad hoc code, which names the cdhashes of all slices,
 * 20 bytes each (Security, StaticCode.cpp); `n` is not 0. */
void sx_requirement_default_ad_hoc(const struct sx_span *cdhashes, size_t n, struct sx_arena *arena,
                                   struct sx_requirement *out);
