/* SPDX-License-Identifier: MIT */
/* Whether code meets a requirement (Security, reqinterp.cpp). */
#include "base/buf.h"
#include "codesign/code_directory.h"
#include "codesign/requirement_certificate.h"
#include "codesign/requirement_match.h"

/* From when on a Developer ID account has to notarize, and code of the others, by its timestamp
 * (Security, legacydevid.cpp): 7 April and 1 June 2019, in seconds since 2001. */
#define ACCOUNT_CUT_OFF   576374400
#define TIMESTAMP_CUT_OFF 581040000

struct evaluation {
    const struct sx_requirement_subject *subject;
    struct sx_requirement_budget budget;
    uint8_t *nodes;
    const char *unknown, *error; /* the first reason for either */
    struct sx_arena *arena;
};

static enum sx_met met(bool holds)
{
    return holds ? SX_MET_YES : SX_MET_NO;
}

static enum sx_met unknown(struct evaluation *e, const char *why)
{
    if (e->unknown == NULL)
        e->unknown = why;
    return SX_MET_UNKNOWN;
}

static enum sx_met error(struct evaluation *e, const char *why)
{
    if (e->error == NULL)
        e->error = why;
    return SX_MET_ERROR;
}

static bool is_bad_text(const struct sx_requirement_node *node)
{
    return sx_match_has_text(node->match.op) && !sx_requirement_is_utf8(node->match.text);
}

static enum sx_met matches(struct evaluation *e, const struct sx_requirement_node *node,
                           struct sx_value value)
{
    return is_bad_text(node) ? error(e, "an operand is no UTF-8 text")
                             : met(sx_requirement_matches(node, value, &e->budget));
}

static enum sx_met key(struct evaluation *e, const struct sx_requirement_node *node,
                       const struct sx_map *map, const char *unread)
{
    if (!sx_requirement_is_utf8(node->text))
        return error(e, "a key is no UTF-8 text");
    if (unread != NULL)
        return unknown(e, unread);
    const struct sx_value *value = sx_map_get(map, sx_requirement_c_text(node->text));
    return matches(e, node, value != NULL ? *value : sx_null());
}

static enum sx_met identifier(struct evaluation *e, const struct sx_requirement_node *node)
{
    return met(sx_str_eq(e->subject->identifier, node->text));
}

/* Code that Apple delivers: by what its certificates say, as the system's list of it is not at
 * hand. */
static enum sx_met anchor_apple(struct evaluation *e, const struct sx_requirement_node *node)
{
    (void)node; /* the signature of all */
    return met(sx_requirement_is_apple(&e->subject->chain));
}

static enum sx_met anchor_generic(struct evaluation *e, const struct sx_requirement_node *node)
{
    (void)node; /* likewise */
    return met(sx_chain_is_trusted(&e->subject->chain));
}

static enum sx_met certificate_hash(struct evaluation *e, const struct sx_requirement_node *node)
{
    const struct sx_cert *cert = sx_requirement_cert(&e->subject->chain, node->slot);
    if (node->text.len != sizeof(cert->sha1))
        return error(e, "the hash of a certificate has another length than SHA-1");
    return met(cert != NULL && memcmp(cert->sha1, node->text.ptr, sizeof(cert->sha1)) == 0);
}

static enum sx_met info(struct evaluation *e, const struct sx_requirement_node *node)
{
    return key(e, node, e->subject->info, e->subject->info_unread);
}

static enum sx_met entitlement(struct evaluation *e, const struct sx_requirement_node *node)
{
    return key(e, node, e->subject->entitlements, e->subject->entitlements_unread);
}

static enum sx_met cdhash(struct evaluation *e, const struct sx_requirement_node *node)
{
    return met(sx_str_eq(sx_str_of_span(e->subject->cdhash), node->text));
}

/* Without certificate, or without attribute, not even "absent" is true of a subject. */
static enum sx_met subject(struct evaluation *e, const struct sx_requirement_node *node)
{
    const struct sx_cert *cert = sx_requirement_cert(&e->subject->chain, node->slot);
    if (is_bad_text(node))
        return error(e, "an operand is no UTF-8 text");
    struct sx_value value =
        cert != NULL ? sx_requirement_subject_value(cert, node->text, e->arena) : sx_null();
    return value.kind == SX_NULL ? SX_MET_NO : matches(e, node, value);
}

/* Whether there is an extension or a policy is true or nothing. */
static enum sx_met presence(struct evaluation *e, const struct sx_requirement_node *node)
{
    const struct sx_cert *cert = sx_requirement_cert(&e->subject->chain, node->slot);
    if (is_bad_text(node))
        return error(e, "an operand is no UTF-8 text");
    if (cert == NULL)
        return SX_MET_NO;
    bool there = node->op == SX_REQ_CERT_FIELD
                     ? sx_requirement_extension(cert, node->text, e->arena) != NULL
                     : sx_requirement_has_policy(cert, node->text, e->arena);
    return matches(e, node, there ? sx_bool(true) : sx_null());
}

/* Here a missing certificate is a missing date. */
static enum sx_met date(struct evaluation *e, const struct sx_requirement_node *node)
{
    const struct sx_cert *cert = sx_requirement_cert(&e->subject->chain, node->slot);
    return matches(e, node,
                   cert != NULL ? sx_requirement_date(cert, node->text, e->arena) : sx_null());
}

static enum sx_met trusted(struct evaluation *e, const struct sx_requirement_node *node)
{
    bool any = node->op == SX_REQ_ANCHOR_TRUSTED
                   ? e->subject->chain.n > 0
                   : sx_requirement_cert(&e->subject->chain, node->slot) != NULL;
    return any ? unknown(e, "a Mac's own trust settings decide") : SX_MET_NO;
}

static enum sx_met named(struct evaluation *e, const struct sx_requirement_node *node)
{
    (void)node; /* likewise */
    return unknown(e, "a requirement that a Mac keeps under a name is not at hand");
}

static enum sx_met platform(struct evaluation *e, const struct sx_requirement_node *node)
{
    return met(e->subject->platform == node->slot);
}

static enum sx_met notarized(struct evaluation *e, const struct sx_requirement_node *node)
{
    (void)node; /* likewise */
    if (e->subject->notarized == SX_TRI_ABSENT)
        return unknown(e, "whether it is notarized is not known without a ticket");
    return met(e->subject->notarized == SX_TRI_TRUE);
}

/* What the dates do not decide, a list on the Mac does. */
static enum sx_met legacy(struct evaluation *e, const struct sx_requirement_node *node)
{
    const struct sx_cert *cert = sx_requirement_cert(&e->subject->chain, SX_LEAF_SLOT);
    const struct sx_opt_time *stamp = &e->subject->timestamp;
    (void)node; /* likewise */
    if (cert == NULL)
        return SX_MET_NO;
    bool dated = sx_cert_extension(cert, "1.2.840.113635.100.6.1.33") != NULL;
    const struct sx_opt_time *account = &cert->developer_id_date;
    if (dated &&
        (!account->has || sx_time_cmp(account->t, sx_requirement_time(ACCOUNT_CUT_OFF)) >= 0))
        return SX_MET_NO;
    if (stamp->has && sx_time_cmp(stamp->t, sx_requirement_time(TIMESTAMP_CUT_OFF)) < 0)
        return SX_MET_YES;
    return unknown(e, "a list of old software on a Mac decides");
}

static enum sx_met never(struct evaluation *e, const struct sx_requirement_node *node)
{
    (void)e;    /* likewise */
    (void)node; /* likewise */
    return SX_MET_NO;
}

static enum sx_met always(struct evaluation *e, const struct sx_requirement_node *node)
{
    (void)e;    /* likewise */
    (void)node; /* likewise */
    return SX_MET_YES;
}

static enum sx_met evaluate(struct evaluation *e, const struct sx_requirement_node *node);

/* Both sides are always looked at, so that an error in either is one. */
static enum sx_met pair(struct evaluation *e, const struct sx_requirement_node *node)
{
    enum sx_met decides = node->op == SX_REQ_AND ? SX_MET_NO : SX_MET_YES;
    enum sx_met left = evaluate(e, node->left), right = evaluate(e, node->right);
    if (left == SX_MET_ERROR || right == SX_MET_ERROR)
        return SX_MET_ERROR;
    if (left == decides || right == decides)
        return decides;
    return left == SX_MET_UNKNOWN ? left : right;
}

static enum sx_met not(struct evaluation *e, const struct sx_requirement_node *node)
{
    static const enum sx_met inverse[] = {
        [SX_MET_NO] = SX_MET_YES,
        [SX_MET_YES] = SX_MET_NO,
        [SX_MET_UNKNOWN] = SX_MET_UNKNOWN,
        [SX_MET_ERROR] = SX_MET_ERROR,
    };
    return inverse[evaluate(e, node->left)];
}

static enum sx_met follow(struct evaluation *e, const struct sx_requirement_node *node)
{
    return evaluate(e, node->left);
}

static enum sx_met evaluate(struct evaluation *e, const struct sx_requirement_node *node)
{
    static enum sx_met (*const conditions[])(struct evaluation * e,
                                             const struct sx_requirement_node *node) = {
        [SX_REQ_FALSE] = never,
        [SX_REQ_TRUE] = always,
        [SX_REQ_IDENTIFIER] = identifier,
        [SX_REQ_ANCHOR_APPLE] = anchor_apple,
        [SX_REQ_CERT_HASH] = certificate_hash,
        [SX_REQ_INFO_VALUE] = info,
        [SX_REQ_AND] = pair,
        [SX_REQ_OR] = pair,
        [SX_REQ_CDHASH] = cdhash,
        [SX_REQ_NOT] = not,
        [SX_REQ_INFO] = info,
        [SX_REQ_CERT_SUBJECT] = subject,
        [SX_REQ_CERT_TRUSTED] = trusted,
        [SX_REQ_ANCHOR_TRUSTED] = trusted,
        [SX_REQ_CERT_FIELD] = presence,
        [SX_REQ_ANCHOR_GENERIC] = anchor_generic,
        [SX_REQ_ENTITLEMENT] = entitlement,
        [SX_REQ_CERT_POLICY] = presence,
        [SX_REQ_NAMED_ANCHOR] = named,
        [SX_REQ_NAMED_CODE] = named,
        [SX_REQ_PLATFORM] = platform,
        [SX_REQ_NOTARIZED] = notarized,
        [SX_REQ_CERT_DATE] = date,
        [SX_REQ_LEGACY] = legacy,
        [SX_REQ_UNKNOWN_FALSE] = never,
        [SX_REQ_UNKNOWN_SKIP] = follow,
    };
    enum sx_met answer = SX_MET_ERROR;
    if (sx_requirement_charge(&e->budget, 1))
        answer = conditions[node->op](e, node);
    if (e->budget.spent)
        answer = error(e, "it takes more work than is allowed");
    e->nodes[node->at] = (uint8_t)answer;
    return answer;
}

void sx_requirement_evaluate(const struct sx_requirement *requirement,
                             const struct sx_requirement_subject *subject, uint64_t max_steps,
                             struct sx_arena *arena, struct sx_requirement_answer *out)
{
    struct evaluation e = {
        .subject = subject,
        .budget = { .left = max_steps },
        .nodes = SX_NEW_N(arena, uint8_t, requirement->n_nodes),
        .arena = arena,
    };
    out->met = requirement->root != NULL
                   ? evaluate(&e, requirement->root)
                   : unknown(&e, "only Apple's evaluator reads lightweight code requirements");
    out->why = out->met == SX_MET_ERROR ? e.error : out->met == SX_MET_UNKNOWN ? e.unknown : NULL;
    out->nodes = e.nodes;
    out->steps = max_steps - e.budget.left;
}
