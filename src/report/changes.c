/* SPDX-License-Identifier: MIT */
#include "report/changes.h"

#include "rules/pair.h"
#include "rules/template.h"

static struct sx_value member(const struct sx_object *object, const char *name)
{
    return sx_object_get(object, sx_type_member(object->type, sx_str_of(name)));
}

static struct sx_value of_signature(const struct sx_Code *code, const char *name)
{
    return code->signature != NULL ? member(&code->signature->head, name) : sx_null();
}

static struct sx_value version(const struct sx_Code *code, struct sx_arena *arena)
{
    struct sx_value info = member(&code->head, "info");
    return info.kind == SX_UNKNOWN ? info : sx_string(sx_version_words(arena, code->info));
}

static struct sx_value identifier(const struct sx_Code *code, struct sx_arena *arena)
{
    (void)arena;
    return member(&code->head, "identifier");
}

static struct sx_value signed_as(const struct sx_Code *code, struct sx_arena *arena)
{
    (void)arena;
    return of_signature(code, "identifier");
}

static struct sx_value team(const struct sx_Code *code, struct sx_arena *arena)
{
    (void)arena;
    return of_signature(code, "teamIdentifier");
}

static struct sx_value signer(const struct sx_Code *code, struct sx_arena *arena)
{
    (void)arena;
    return of_signature(code, "signer");
}

static struct sx_value flags(const struct sx_Code *code, struct sx_arena *arena)
{
    (void)arena;
    return of_signature(code, "flags");
}

static struct sx_value requirement(const struct sx_Code *code, struct sx_arena *arena)
{
    (void)arena;
    struct sx_value all = of_signature(code, "requirements");
    const struct sx_value *v =
        all.kind == SX_MAP ? sx_map_get(all.map, SX_STR("designated")) : NULL;
    return all.kind == SX_UNKNOWN ? all : v != NULL ? *v : sx_null();
}

static struct sx_value slices(const struct sx_Code *code, struct sx_arena *arena)
{
    struct sx_str *at = SX_NEW_N(arena, struct sx_str, code->slices.n);
    size_t n = 0;
    for (size_t i = 0; i < code->slices.n; i++)
        if (SX_AT(Slice, code->slices, i)->arch.ptr != NULL)
            at[n++] = SX_AT(Slice, code->slices, i)->arch;
    return sx_string(n > 0 ? sx_join_and(arena, (struct sx_strs){ at, n }) : (struct sx_str){ 0 });
}

static struct sx_value minos(const struct sx_Code *code, struct sx_arena *arena)
{
    (void)arena;
    return member(&code->head, "minos");
}

static struct sx_value profile(const struct sx_Code *code, struct sx_arena *arena)
{
    (void)arena;
    struct sx_value v = member(&code->head, "profile");
    return v.kind == SX_OBJECT ? member(v.object, "name") : v;
}

static struct sx_value profile_end(const struct sx_Code *code, struct sx_arena *arena)
{
    (void)arena;
    struct sx_value v = member(&code->head, "profile");
    return v.kind == SX_OBJECT ? member(v.object, "expires") : v;
}

/* In the order in which they are told; the first ones are what others hold on to. */
enum { N_IDENTITY = 3 };
static const struct {
    const char *what;
    struct sx_value (*of)(const struct sx_Code *code, struct sx_arena *arena);
} facts[] = {
    { "team", team },
    { "identifier", identifier },
    { "designated requirement", requirement },
    { "signed as", signed_as },
    { "version", version },
    { "signer", signer },
    { "flags", flags },
    { "slices", slices },
    { "oldest macOS", minos },
    { "profile", profile },
    { "profile ends", profile_end },
};

static struct sx_str text_of(struct sx_value v, struct sx_arena *arena)
{
    SX_AUTO(sx_buf_release) struct sx_buf out = { 0 };
    if (v.kind == SX_NULL)
        return (struct sx_str){ 0 };
    sx_value_whole(&out, v, ", ");
    return out.len > 0 ? sx_str_dup(arena, sx_buf_view(&out)) : (struct sx_str){ 0 };
}

/* Whether both are known and not the same. */
static bool differ(struct sx_value old, struct sx_value new, struct sx_arena *arena,
                   struct sx_change *out)
{
    if (old.kind == SX_UNKNOWN || new.kind == SX_UNKNOWN)
        return false;
    out->old = text_of(old, arena);
    out->new = text_of(new, arena);
    return (out->old.ptr == NULL) != (out->new.ptr == NULL) || !sx_str_eq(out->old, out->new);
}

static void compare_facts(struct sx_changed_code *c, struct sx_arena *arena,
                          bool changed[SX_LEN(facts)])
{
    for (size_t i = 0; i < SX_LEN(facts); i++) {
        struct sx_change change = { .what = sx_str_of(facts[i].what) };
        if (!differ(facts[i].of(c->old, arena), facts[i].of(c->new, arena), arena, &change))
            continue;
        changed[i] = true;
        SX_PUSH(arena, &c->changes, change);
    }
}

static struct sx_value claim(const struct sx_map *claims, struct sx_str key)
{
    const struct sx_value *v = claims != NULL ? sx_map_get(claims, key) : NULL;
    return v != NULL ? *v : sx_null();
}

/* Keys of the old release in their order, then those that are new. */
static void compare_claims(struct sx_changed_code *c, struct sx_arena *arena)
{
    struct sx_value old = member(&c->old->head, "entitlements"),
                    new = member(&c->new->head, "entitlements");
    const struct sx_map *sides[] = { old.kind == SX_MAP ? old.map : NULL,
                                     new.kind == SX_MAP ? new.map : NULL };
    if (old.kind == SX_UNKNOWN || new.kind == SX_UNKNOWN)
        return;
    for (size_t side = 0; side < SX_LEN(sides); side++)
        for (size_t i = 0; sides[side] != NULL && i < sides[side]->n; i++) {
            struct sx_str key = sides[side]->at[i].key.str;
            struct sx_change change = { .what = sx_escape(arena, key) };
            if (side > 0 && claim(sides[0], key).kind != SX_NULL)
                continue;
            if (differ(claim(sides[0], key), claim(sides[1], key), arena, &change))
                SX_PUSH(arena, &c->changes, change);
        }
}

static bool is_altered(const struct sx_Code *old, const struct sx_Code *new)
{
    struct sx_value a = of_signature(old, "cdhash"), b = of_signature(new, "cdhash");
    return a.kind == SX_STRING && b.kind == SX_STRING && !sx_str_eq(a.str, b.str);
}

/* Where there is no pair, nothing is kept. */
static struct sx_strs kept_facts(const bool changed[SX_LEN(facts)], size_t n_pairs,
                                 struct sx_arena *arena)
{
    struct sx_str *at = SX_NEW_N(arena, struct sx_str, N_IDENTITY);
    size_t n = 0;
    for (size_t i = 0; n_pairs > 0 && i < N_IDENTITY; i++)
        if (!changed[i])
            at[n++] = sx_str_of(facts[i].what);
    return (struct sx_strs){ at, n };
}

/* What could not be read is not gone. */
static bool is_read(const struct sx_Artifact *artifact)
{
    return member(&artifact->head, "code").kind != SX_UNKNOWN;
}

struct sx_changes sx_changes_of(const struct sx_Artifact *old, const struct sx_Artifact *new,
                                struct sx_arena *arena)
{
    struct sx_changes out = { 0 };
    if (!is_read(old) || !is_read(new))
        return out;
    struct sx_pairing pairing = sx_pair_code(old->code, new->code, arena);
    bool changed[SX_LEN(facts)] = { false };
    for (size_t i = 0; i < pairing.pairs.n; i++) {
        struct sx_changed_code c = { pairing.pairs.at[i].old, pairing.pairs.at[i].new,
                                     .is_altered = false };
        c.is_altered = is_altered(c.old, c.new);
        compare_facts(&c, arena, changed);
        compare_claims(&c, arena);
        if (c.is_altered || c.changes.n > 0)
            SX_PUSH(arena, &out.code, c);
    }
    for (size_t i = 0; i < pairing.removed.n; i++)
        SX_PUSH(arena, &out.removed, pairing.removed.at[i]);
    for (size_t i = 0; i < pairing.added.n; i++)
        SX_PUSH(arena, &out.added, pairing.added.at[i]);
    out.kept = kept_facts(changed, pairing.pairs.n, arena);
    return out;
}
