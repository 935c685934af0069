/* SPDX-License-Identifier: MIT */
/* The designated requirement of code that stores none (Security, drmaker.cpp). */
#include "base/buf.h"
#include "codesign/requirement_certificate.h"

#define OID_APPLE            "1.2.840.113635.100.6."
#define OID_DEVELOPER        OID_APPLE "2.1" /* in the authority for Apple's developers */
#define OID_DEVELOPER_ID     OID_APPLE "2.6" /* in the authority for Developer ID */
#define OID_DEVELOPER_ID_APP OID_APPLE "1.13"
#define OID_ORGANIZATION     "2.5.4.10"
#define OID_COMMON_NAME      "2.5.4.3"
#define OID_UNIT             "2.5.4.11"

struct maker {
    struct sx_arena *arena;
    uint32_t n_nodes;
};

static struct sx_requirement_node *make(struct maker *m, enum sx_requirement_op op,
                                        struct sx_str text)
{
    struct sx_requirement_node *node = SX_NEW(m->arena, struct sx_requirement_node);
    node->op = op;
    node->at = m->n_nodes++;
    node->text = text;
    return node;
}

static const struct sx_requirement_node *bare(struct maker *m, enum sx_requirement_op op)
{
    return make(m, op, (struct sx_str){ 0 });
}

static const struct sx_requirement_node *join(struct maker *m, enum sx_requirement_op op,
                                              const struct sx_requirement_node *left,
                                              const struct sx_requirement_node *right)
{
    struct sx_requirement_node *node = make(m, op, (struct sx_str){ 0 });
    node->left = left;
    node->right = right;
    return node;
}

static const struct sx_requirement_node *has_field(struct maker *m, int32_t slot, const char *oid)
{
    SX_AUTO(sx_buf_release) struct sx_buf contents = { 0 };
    bool ok = sx_requirement_oid(sx_str_of(oid), &contents);
    (void)ok; /* an identifier of this file is one */
    struct sx_requirement_node *node =
        make(m, SX_REQ_CERT_FIELD, sx_str_dup(m->arena, sx_buf_view(&contents)));
    node->slot = slot;
    return node;
}

/* An attribute that the leaf does not have is asked for as empty text. */
static const struct sx_requirement_node *leaf_has(struct maker *m, const char *key,
                                                  const struct sx_cert *leaf, const char *oid)
{
    struct sx_str value = sx_name_last(&leaf->subject, oid);
    struct sx_requirement_node *node = make(m, SX_REQ_CERT_SUBJECT, sx_str_of(key));
    node->match.op = SX_MATCH_EQUAL;
    node->match.text = value.ptr != NULL ? value : SX_STR("");
    return node;
}

static bool authority_has(const struct sx_chain *chain, const char *oid)
{
    return chain->n == 3 && sx_cert_extension(&chain->certs[1], oid) != NULL;
}

static const struct sx_requirement_node *apple_anchor(struct maker *m, const struct sx_chain *chain)
{
    const struct sx_cert *leaf = &chain->certs[0];
    if (authority_has(chain, OID_DEVELOPER))
        return join(m, SX_REQ_AND, bare(m, SX_REQ_ANCHOR_GENERIC),
                    join(m, SX_REQ_AND, leaf_has(m, "subject.CN", leaf, OID_COMMON_NAME),
                         has_field(m, 1, OID_DEVELOPER)));
    if (authority_has(chain, OID_DEVELOPER_ID))
        return join(m, SX_REQ_AND, bare(m, SX_REQ_ANCHOR_GENERIC),
                    join(m, SX_REQ_AND, has_field(m, 1, OID_DEVELOPER_ID),
                         join(m, SX_REQ_AND, has_field(m, 0, OID_DEVELOPER_ID_APP),
                              leaf_has(m, "subject.OU", leaf, OID_UNIT))));
    return bare(m, SX_REQ_ANCHOR_APPLE);
}

/* The highest certificate that the leaf's organisation has in an unbroken row. */
static size_t authority_of(const struct sx_chain *chain)
{
    struct sx_str organization = sx_name_last(&chain->certs[0].subject, OID_ORGANIZATION);
    size_t at = 0;
    while (organization.ptr != NULL && at + 1 < chain->n &&
           sx_str_eq(organization, sx_name_last(&chain->certs[at + 1].subject, OID_ORGANIZATION)))
        at++;
    return at;
}

/* The last certificate is called the root, unless the leaf has no organisation. */
static const struct sx_requirement_node *other_anchor(struct maker *m, const struct sx_chain *chain)
{
    size_t at = authority_of(chain);
    bool named = sx_name_last(&chain->certs[0].subject, OID_ORGANIZATION).ptr != NULL;
    struct sx_str hash = { (const char *)chain->certs[at].sha1, sizeof(chain->certs[at].sha1) };
    struct sx_requirement_node *node = make(m, SX_REQ_CERT_HASH, sx_str_dup(m->arena, hash));
    node->slot = named && at == chain->n - 1 ? SX_ROOT_SLOT : (int32_t)at;
    return node;
}

bool sx_requirement_default(const struct sx_requirement_subject *subject, struct sx_arena *arena,
                            struct sx_requirement *out)
{
    struct maker m = { .arena = arena };
    const struct sx_chain *chain = &subject->chain;
    if (chain->n == 0)
        return false;
    const struct sx_requirement_node *identifier = make(&m, SX_REQ_IDENTIFIER, subject->identifier);
    const struct sx_requirement_node *anchor =
        sx_chain_is_trusted(chain) ? apple_anchor(&m, chain) : other_anchor(&m, chain);
    *out = (struct sx_requirement){ .root = join(&m, SX_REQ_AND, identifier, anchor) };
    out->n_nodes = m.n_nodes;
    return true;
}

void sx_requirement_default_ad_hoc(const struct sx_span *cdhashes, size_t n, struct sx_arena *arena,
                                   struct sx_requirement *out)
{
    struct maker m = { .arena = arena };
    const struct sx_requirement_node *root = NULL;
    for (size_t i = 0; i < n; i++) {
        const struct sx_requirement_node *one =
            make(&m, SX_REQ_CDHASH, sx_str_of_span(cdhashes[i]));
        root = i == 0 ? one : join(&m, SX_REQ_OR, root, one);
    }
    *out = (struct sx_requirement){ .root = root, .n_nodes = m.n_nodes };
}
