/* SPDX-License-Identifier: MIT */
#include "requirement.h"

#include "der.h"

#define APPLE_OID "1.2.840.113635.100."

/* Operations and matches of the prefix code (Security, requirement.h). */
enum {
    OP_IDENT = 2,
    OP_APPLE_ANCHOR = 3,
    OP_ANCHOR_HASH = 4,
    OP_AND = 6,
    OP_OR = 7,
    OP_CDHASH = 8,
    OP_CERT_FIELD = 11,
    OP_CERT_GENERIC = 14,
    OP_APPLE_GENERIC_ANCHOR = 15,
};
enum { MATCH_EXISTS = 0, MATCH_EQUAL = 1 };

static struct sx_str number(struct sx_arena *arena, uint32_t n)
{
    char bytes[4];
    sx_fx_set_be(bytes, 4, n);
    return sx_str_dup(arena, (struct sx_str){ bytes, 4 });
}

static struct sx_str data(struct sx_arena *arena, struct sx_str bytes)
{
    struct sx_str padding = { "\0\0", (4 - bytes.len % 4) % 4 };
    return sx_fx_join(arena, SX_FX_PARTS(number(arena, (uint32_t)bytes.len), bytes, padding));
}

/* A word stands bare; whatever else is quoted. */
static struct sx_str quoted(struct sx_arena *arena, struct sx_str value)
{
    bool bare = value.len > 0 && (value.ptr[0] < '0' || value.ptr[0] > '9');
    for (size_t i = 0; i < value.len && bare; i++) {
        char c = value.ptr[i];
        bare = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    }
    return bare ? value : sx_str_printf(arena, "\"%.*s\"", SX_STR_ARG(value));
}

static const char *slot_name(uint32_t slot)
{
    return slot == 0 ? "leaf" : slot == UINT32_MAX ? "root" : "1";
}

static struct sx_fx_requirement identifier(struct sx_arena *arena, struct sx_str value)
{
    return (struct sx_fx_requirement){
        sx_str_printf(arena, "identifier \"%.*s\"", SX_STR_ARG(value)),
        sx_fx_join(arena, SX_FX_PARTS(number(arena, OP_IDENT), data(arena, value))),
    };
}

static struct sx_fx_requirement bare(struct sx_arena *arena, uint32_t op, const char *text)
{
    return (struct sx_fx_requirement){ sx_str_of(text), number(arena, op) };
}

static struct sx_fx_requirement joined(struct sx_arena *arena, uint32_t op,
                                       struct sx_fx_requirement a, struct sx_fx_requirement b)
{
    return (struct sx_fx_requirement){
        sx_str_printf(arena, "%.*s %s %.*s", SX_STR_ARG(a.text), op == OP_AND ? "and" : "or",
                      SX_STR_ARG(b.text)),
        sx_fx_join(arena, SX_FX_PARTS(number(arena, op), a.code, b.code)),
    };
}

static struct sx_fx_requirement has_field(struct sx_arena *arena, uint32_t slot, const char *oid)
{
    return (struct sx_fx_requirement){
        sx_str_printf(arena, "certificate %s[field.%s] /* exists */", slot_name(slot), oid),
        sx_fx_join(arena, SX_FX_PARTS(number(arena, OP_CERT_GENERIC), number(arena, slot),
                                      data(arena, sx_fx_oid_content(arena, oid)),
                                      number(arena, MATCH_EXISTS))),
    };
}

static struct sx_fx_requirement field_is(struct sx_arena *arena, const char *field,
                                         struct sx_str value)
{
    return (struct sx_fx_requirement){
        sx_str_printf(arena, "certificate leaf[%s] = %.*s", field,
                      SX_STR_ARG(quoted(arena, value))),
        sx_fx_join(arena, SX_FX_PARTS(number(arena, OP_CERT_FIELD), number(arena, 0),
                                      data(arena, sx_str_of(field)), number(arena, MATCH_EQUAL),
                                      data(arena, value))),
    };
}

static struct sx_fx_requirement is_certificate(struct sx_arena *arena,
                                               const struct sx_fx_cert *cert, uint32_t slot)
{
    struct sx_str hash = sx_fx_digest(arena, SX_FX_SHA1, cert->der);
    return (struct sx_fx_requirement){
        sx_str_printf(arena, "certificate %s = H\"%.*s\"", slot_name(slot),
                      SX_STR_ARG(sx_hex(arena, hash.ptr, hash.len))),
        sx_fx_join(arena, SX_FX_PARTS(number(arena, OP_ANCHOR_HASH), number(arena, slot),
                                      data(arena, hash))),
    };
}

static struct sx_fx_requirement and
    (struct sx_arena * arena, struct sx_fx_requirement a, struct sx_fx_requirement b)
{
    return joined(arena, OP_AND, a, b);
}

struct sx_fx_requirement sx_fx_requirement_default(struct sx_arena *arena, struct sx_str id,
                                                   const struct sx_fx_cert *signer)
{
    const char *marker = signer->issuer_marker != NULL ? signer->issuer_marker : "";
    struct sx_fx_requirement who = identifier(arena, id);
    struct sx_fx_requirement apple = bare(arena, OP_APPLE_GENERIC_ANCHOR, "anchor apple generic");
    if (!signer->trusted)
        return and(arena, who,
                   is_certificate(arena, signer, signer->issuer == NULL ? UINT32_MAX : 0));
    if (strcmp(marker, "6.2.6") == 0)
        return and(arena, who,
                   and(arena, apple,
                       and(arena, has_field(arena, 1, APPLE_OID "6.2.6"),
                           and(arena, has_field(arena, 0, APPLE_OID "6.1.13"),
                               field_is(arena, "subject.OU", signer->team)))));
    if (strcmp(marker, "6.2.1") == 0)
        return and(arena, who,
                   and(arena, apple,
                       and(arena, field_is(arena, "subject.CN", signer->common_name),
                           has_field(arena, 1, APPLE_OID "6.2.1"))));
    return and(arena, who, bare(arena, OP_APPLE_ANCHOR, "anchor apple"));
}

struct sx_fx_requirement sx_fx_requirement_cdhash(struct sx_arena *arena,
                                                  const struct sx_fx_cdhash *cdhashes, size_t n)
{
    struct sx_fx_requirement all = { 0 };
    for (size_t i = 0; i < n; i++) {
        struct sx_str cdhash = sx_str_sub(cdhashes[i].digest, 0, 20);
        struct sx_fx_requirement one = {
            sx_str_printf(arena, "cdhash H\"%.*s\"",
                          SX_STR_ARG(sx_hex(arena, cdhash.ptr, cdhash.len))),
            sx_fx_join(arena, SX_FX_PARTS(number(arena, OP_CDHASH), data(arena, cdhash))),
        };
        all = i == 0 ? one : joined(arena, OP_OR, all, one);
    }
    return all;
}

struct sx_str sx_fx_blob(struct sx_arena *arena, uint32_t magic, struct sx_str payload)
{
    return sx_fx_join(arena, SX_FX_PARTS(number(arena, magic),
                                         number(arena, (uint32_t)payload.len + 8), payload));
}

struct sx_str sx_fx_requirement_set(struct sx_arena *arena, struct sx_str code)
{
    if (code.len == 0)
        return sx_fx_blob(arena, 0xfade0c01, number(arena, 0));
    struct sx_str expression = sx_fx_join(arena, SX_FX_PARTS(number(arena, 1), code));
    return sx_fx_blob(
        arena, 0xfade0c01,
        sx_fx_join(arena, SX_FX_PARTS(number(arena, 1), number(arena, 3), number(arena, 20),
                                      sx_fx_blob(arena, 0xfade0c00, expression))));
}
