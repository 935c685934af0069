/* SPDX-License-Identifier: MIT */
#include "facts/requirement.h"

static const struct sx_unread *unread_of(const struct sx_object *object, const char *member)
{
    struct sx_value v = sx_object_get(object, sx_type_member(object->type, sx_str_of(member)));
    return v.kind == SX_UNKNOWN ? v.unread : NULL;
}

/* As a C string, since it becomes the reason of an answer. */
static const char *reason_of(const struct sx_object *object, const char *member,
                             struct sx_arena *arena)
{
    const struct sx_unread *unread = unread_of(object, member);
    if (unread == NULL)
        return NULL;
    return unread->reason.len > 0 ? sx_str_dup(arena, unread->reason).ptr : "it was not examined";
}

static uint8_t nibble(char c)
{
    return (uint8_t)(c <= '9' ? c - '0' : c - 'a' + 10);
}

/* Facts hold digests as lower-case hex digits; what is none has no bytes. */
struct sx_span sx_digest_bytes(struct sx_str hex, struct sx_arena *arena)
{
    uint8_t *bytes = sx_arena_alloc(arena, hex.len / 2 + 1);
    for (size_t i = 0; i < hex.len; i++)
        if (strchr("0123456789abcdef", hex.ptr[i]) == NULL || hex.ptr[i] == '\0')
            return (struct sx_span){ 0 };
    for (size_t i = 0; i < hex.len / 2; i++)
        bytes[i] = (uint8_t)(nibble(hex.ptr[2 * i]) << 4 | nibble(hex.ptr[2 * i + 1]));
    return (struct sx_span){ bytes, hex.len / 2, 0 };
}

/* The CodeDirectory that speaks for the code has its cdhash. */
static uint8_t platform_of(const struct sx_Signature *signature)
{
    for (size_t i = 0; i < signature->codeDirectories.n; i++) {
        const struct sx_CodeDirectory *cd = SX_AT(CodeDirectory, signature->codeDirectories, i);
        if (sx_str_eq(cd->cdhash, signature->cdhash))
            return (uint8_t)cd->platformIdentifier;
    }
    return 0;
}

/* Certificates. */

static struct sx_name name_of(const struct sx_Certificate *facts, struct sx_arena *arena)
{
    struct sx_name_part *parts = SX_NEW_N(arena, struct sx_name_part, 2);
    size_t n = 0;
    if (facts->commonName.ptr != NULL)
        parts[n++] = (struct sx_name_part){ SX_STR("2.5.4.3"), facts->commonName };
    if (facts->organizationalUnit.ptr != NULL)
        parts[n++] = (struct sx_name_part){ SX_STR("2.5.4.11"), facts->organizationalUnit };
    return (struct sx_name){ .text = facts->subject, .parts = parts, .n_parts = n };
}

static void told(const struct sx_Certificate *facts, struct sx_arena *arena, struct sx_cert *out)
{
    struct sx_extension *extensions = SX_NEW_N(arena, struct sx_extension, facts->markers.n);
    struct sx_span sha1 = sx_digest_bytes(facts->sha1, arena);
    for (size_t i = 0; i < facts->markers.n; i++)
        extensions[i].oid = facts->markers.at[i];
    *out = (struct sx_cert){
        .subject = name_of(facts, arena),
        .common_name = facts->commonName,
        .organizational_unit = facts->organizationalUnit,
        .extensions = extensions,
        .n_extensions = facts->markers.n,
        .developer_id_date = facts->developerIdDate,
    };
    if (sha1.len == sizeof(out->sha1))
        memcpy(out->sha1, sha1.ptr, sha1.len);
}

static const struct sx_whole_cert *whole_of(const struct sx_run *run, struct sx_str sha256)
{
    return run != NULL && run->certificates != NULL ? sx_table_get(run->certificates, sha256)
                                                    : NULL;
}

static void chain_of(const struct sx_run *run, const struct sx_objs certificates,
                     struct sx_arena *arena, struct sx_chain *out)
{
    struct sx_cert *certs = SX_NEW_N(arena, struct sx_cert, certificates.n);
    *out = (struct sx_chain){ certs, certificates.n, SX_ANCHOR_NONE };
    for (size_t i = 0; i < certificates.n; i++) {
        const struct sx_Certificate *facts = SX_AT(Certificate, certificates, i);
        const struct sx_whole_cert *whole = whole_of(run, facts->sha256);
        out->anchor = whole != NULL     ? whole->anchor /* that of the last remains */
                      : facts->isAnchor ? SX_ANCHOR_APPLE
                                        : SX_ANCHOR_NONE;
        if (whole != NULL)
            certs[i] = whole->cert;
        else
            told(facts, arena, &certs[i]);
    }
}

bool sx_is_signed(const struct sx_Slice *slice)
{
    return slice->signature != NULL && slice->signature->cdhash.len > 0;
}

static enum sx_tri notarized_of(const struct sx_Slice *slice)
{
    if (unread_of(&slice->head, "notarized") != NULL)
        return SX_TRI_ABSENT;
    return slice->notarized ? SX_TRI_TRUE : SX_TRI_FALSE;
}

const struct sx_unread *sx_requirement_subject_of(const struct sx_run *run,
                                                  const struct sx_Code *code,
                                                  const struct sx_Slice *slice,
                                                  struct sx_arena *arena,
                                                  struct sx_requirement_subject *out)
{
    static const char *const needed[] = { "identifier", "cdhash", "certificates" };
    const struct sx_Signature *signature = slice->signature;
    for (size_t i = 0; i < SX_LEN(needed); i++) {
        const struct sx_unread *unread = unread_of(&signature->head, needed[i]);
        if (unread != NULL)
            return unread;
    }
    *out = (struct sx_requirement_subject){
        .identifier = signature->identifier,
        .cdhash = sx_digest_bytes(signature->cdhash, arena),
        .platform = platform_of(signature),
        .entitlements = signature->entitlements,
        .entitlements_unread = reason_of(&signature->head, "entitlements", arena),
        .notarized = notarized_of(slice),
    };
    chain_of(run, signature->certificates, arena, &out->chain);
    if (signature->timestamp != NULL)
        out->timestamp = signature->timestamp->time;
    if (code != NULL) {
        out->info = code->info;
        out->info_unread = reason_of(&code->head, "info", arena);
    }
    return NULL;
}
