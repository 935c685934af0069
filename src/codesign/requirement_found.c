/* SPDX-License-Identifier: MIT */
/* What code has where a requirement asks for something else: for people. */
#include "base/buf.h"
#include "codesign/requirement_certificate.h"

#define NO_CERTIFICATE SX_STR("no such certificate")
#define NOTHING        SX_STR("none")

static void put_value(struct sx_buf *out, struct sx_value value, struct sx_arena *arena)
{
    if (value.kind == SX_STRING)
        sx_buf_str(out, value.str);
    else if (value.kind == SX_BOOL)
        sx_buf_cstr(out, value.b ? "true" : "false");
    else if (value.kind == SX_INT)
        sx_buf_printf(out, "%lld", (long long)value.i);
    else if (value.kind == SX_TIMESTAMP)
        sx_buf_str(out, sx_time_text(arena, value.time));
    else
        sx_buf_printf(out, "(%s)", sx_kind_name((enum sx_kind)value.kind));
}

/* The first elements of a list; a value that is no text is named by its type. */
static struct sx_str value_text(struct sx_value value, struct sx_arena *arena)
{
    enum { SHOWN = 5 };
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    if (value.kind == SX_NULL || (value.kind == SX_LIST && value.list.n == 0))
        return NOTHING;
    if (value.kind != SX_LIST)
        put_value(&text, value, arena);
    for (size_t i = 0; value.kind == SX_LIST && i < value.list.n && i <= SHOWN; i++) {
        sx_buf_cstr(&text, i > 0 ? ", " : "");
        if (i == SHOWN)
            sx_buf_cstr(&text, "...");
        else
            put_value(&text, sx_list_at(value, i), arena);
    }
    return sx_str_dup(arena, sx_buf_view(&text));
}

static struct sx_str key_text(struct sx_str key, const struct sx_map *map, const char *unread,
                              struct sx_arena *arena)
{
    const struct sx_value *value = sx_map_get(map, key);
    if (unread != NULL)
        return sx_str_of(unread);
    return value_text(value != NULL ? *value : sx_null(), arena);
}

/* Who signed: the last certificate stands for the chain. */
static struct sx_str anchor_text(const struct sx_chain *chain)
{
    const struct sx_cert *root = sx_requirement_cert(chain, SX_ROOT_SLOT);
    if (root == NULL)
        return SX_STR("no certificate");
    return root->common_name.ptr != NULL ? root->common_name : root->subject.text;
}

static struct sx_str certificate_text(const struct sx_requirement_node *node,
                                      const struct sx_cert *cert, struct sx_arena *arena)
{
    if (cert == NULL)
        return NO_CERTIFICATE;
    if (node->op == SX_REQ_CERT_HASH)
        return sx_hex(arena, cert->sha1, sizeof(cert->sha1));
    if (node->op == SX_REQ_CERT_SUBJECT)
        return value_text(sx_requirement_subject_value(cert, node->text, arena), arena);
    if (node->op == SX_REQ_CERT_DATE)
        return value_text(sx_requirement_date(cert, node->text, arena), arena);
    return (struct sx_str){ 0 };
}

struct sx_str sx_requirement_found(const struct sx_requirement_node *node,
                                   const struct sx_requirement_subject *subject,
                                   struct sx_arena *arena)
{
    if (node->op == SX_REQ_IDENTIFIER)
        return subject->identifier;
    if (node->op == SX_REQ_CDHASH)
        return sx_hex(arena, subject->cdhash.ptr, subject->cdhash.len);
    if (node->op == SX_REQ_PLATFORM)
        return sx_str_printf(arena, "%u", subject->platform);
    if (node->op == SX_REQ_INFO || node->op == SX_REQ_INFO_VALUE)
        return key_text(node->text, subject->info, subject->info_unread, arena);
    if (node->op == SX_REQ_ENTITLEMENT)
        return key_text(node->text, subject->entitlements, subject->entitlements_unread, arena);
    if (node->op == SX_REQ_ANCHOR_APPLE || node->op == SX_REQ_ANCHOR_GENERIC)
        return anchor_text(&subject->chain);
    if ((sx_requirement_operands(node->op) & SX_HAS_SLOT) != 0)
        return certificate_text(node, sx_requirement_cert(&subject->chain, node->slot), arena);
    return (struct sx_str){ 0 };
}
