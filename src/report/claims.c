/* SPDX-License-Identifier: MIT */
#include "report/claims.h"

#include "report/layout.h"

#include <stdlib.h>

enum { MERGE_FROM = 4 };

const char *const sx_cell_words[SX_N_CELLS] = {
    [SX_CELL_NOTHING] = "-",           [SX_CELL_GRANTED] = "granted",
    [SX_CELL_MISMATCH] = "mismatch",   [SX_CELL_MISSING] = "missing",
    [SX_CELL_UNCLAIMED] = "unclaimed", [SX_CELL_FREE] = "free",
};

const char *const sx_cell_meanings[SX_N_CELLS] = {
    [SX_CELL_NOTHING] = "neither claimed nor granted",
    [SX_CELL_GRANTED] = "claimed, and the bundle's own profile grants it",
    [SX_CELL_MISMATCH] = "claimed, but another value is granted, or not to this code",
    [SX_CELL_MISSING] = "claimed and restricted, but no profile lists it",
    [SX_CELL_UNCLAIMED] = "granted by the profile, not claimed",
    [SX_CELL_FREE] = "claimed, needs no profile",
};

/* A profile is for an App ID, whose last part may be a star (TN3125). */
bool sx_profile_is_for(const struct sx_Profile *profile, const struct sx_Code *code)
{
    struct sx_str id = profile->appId;
    struct sx_str identifier = code->identifier.ptr == NULL && code->signature != NULL
                                   ? code->signature->identifier
                                   : code->identifier;
    if (id.ptr == NULL || identifier.ptr == NULL)
        return true;
    if (sx_str_ends(id, SX_STR("*")))
        return sx_str_starts(identifier, sx_str_sub(id, 0, id.len - 1));
    return sx_str_eq(id, identifier);
}

bool sx_claim_is_foreign(const struct sx_Claim *claim)
{
    struct sx_str entitlement = sx_AuthorisationPart_name(SX_AUTHORISATION_PART_ENTITLEMENT);
    return claim->unmet.n > sx_strs_has(claim->unmet, entitlement);
}

enum sx_cell sx_claim_cell(const struct sx_Claim *claim)
{
    bool is_foreign = sx_claim_is_foreign(claim);
    switch ((enum sx_Authorisation)claim->authorisation) {
    case SX_AUTHORISATION_NOT_NEEDED:
        return SX_CELL_FREE;
    case SX_AUTHORISATION_GRANTED:
        return is_foreign ? SX_CELL_MISMATCH : SX_CELL_GRANTED;
    case SX_AUTHORISATION_REFUSED:
        return is_foreign || claim->allowed.kind != SX_NULL ? SX_CELL_MISMATCH : SX_CELL_MISSING;
    case SX_AUTHORISATION_NO_PROFILE:
        return SX_CELL_MISSING;
    case SX_AUTHORISATION_ABSENT:
    case SX_Authorisation_END:
        break;
    }
    return SX_CELL_NOTHING;
}

static struct sx_claims_row row_of(struct sx_str key)
{
    static const struct sx_str prefixes[] = { SX_LIT("com.apple.developer."),
                                              SX_LIT("com.apple.security."), SX_LIT("com.apple.") };
    for (size_t i = 0; i < SX_LEN(prefixes); i++)
        if (sx_str_starts(key, prefixes[i]))
            return (struct sx_claims_row){ key, prefixes[i],
                                           sx_str_sub(key, prefixes[i].len, key.len) };
    return (struct sx_claims_row){ key, SX_STR(""), key };
}

static void set(struct sx_claims *t, struct sx_claims_column *column, struct sx_str key,
                struct sx_claims_cell cell)
{
    struct sx_claims_cell *kept = SX_NEW(t->arena, struct sx_claims_cell);
    *kept = cell;
    if (!sx_table_put(&column->cells, key, kept))
        return; /* a claim has spoken for this key */
    size_t n = strlen(sx_cell_words[cell.state]);
    column->width = n > column->width ? n : column->width;
    if (sx_table_put(&t->keys, key, t))
        SX_PUSH(t->arena, &t->rows, row_of(key));
}

/* "filter" for com.example.waffle.filter.systemextension, "Waffle" for Waffle.app. */
static struct sx_str short_name(const struct sx_Code *code)
{
    struct sx_str name = code->stem.len > 0 ? code->stem : sx_str_base(code->path);
    size_t at = name.len;
    while (at > 0 && name.ptr[at - 1] != '.')
        at--;
    return at == 0 || at == name.len ? name : sx_str_sub(name, at, name.len);
}

static void add_object(struct sx_claims *t, const struct sx_Code *code)
{
    const struct sx_map *granted = code->profile != NULL ? code->profile->entitlements : NULL;
    struct sx_claims_column column = { .code = code,
                                       .name = sx_escape(t->arena, short_name(code)) };
    if (code->claims.n == 0 && granted == NULL)
        return;
    column.width = sx_columns(column.name);
    sx_table_init(&column.cells, t->arena);
    for (size_t i = 0; i < code->claims.n; i++) {
        const struct sx_Claim *claim = SX_AT(Claim, code->claims, i);
        set(t, &column, claim->key, (struct sx_claims_cell){ sx_claim_cell(claim), claim });
    }
    for (size_t i = 0; granted != NULL && i < granted->n && sx_profile_is_for(code->profile, code);
         i++)
        set(t, &column, granted->at[i].key.str, (struct sx_claims_cell){ SX_CELL_UNCLAIMED, NULL });
    SX_PUSH(t->arena, &t->columns, column);
}

static int by_key(const void *a, const void *b)
{
    const struct sx_claims_row *x = a, *y = b;
    int order =
        sx_str_cmp(x->prefix.len > 0 ? x->prefix : x->key, y->prefix.len > 0 ? y->prefix : y->key);
    return order != 0 ? order : sx_str_cmp(x->key, y->key);
}

static void tell_whole(struct sx_claims *t, struct sx_claims_column *column)
{
    column->name = sx_escape(t->arena, sx_str_base(column->code->path));
    size_t n = sx_columns(column->name);
    column->width = n > column->width ? n : column->width;
}

/* Names that two objects would share are told whole. */
static void distinguish(struct sx_claims *t)
{
    struct sx_table owners;
    sx_table_init(&owners, t->arena);
    for (size_t i = 0; i < t->columns.n; i++) {
        struct sx_claims_column *column = &t->columns.at[i],
                                *other = sx_table_get(&owners, column->name);
        if (other == NULL) {
            sx_table_put(&owners, column->name, column);
            continue;
        }
        tell_whole(t, other);
        tell_whole(t, column);
    }
}

/* What a column shows, as bytes; a mismatch has reasons of its own. */
static struct sx_str picture(const struct sx_claims *t, size_t column)
{
    char *states = SX_NEW_N(t->arena, char, t->rows.n);
    for (size_t i = 0; i < t->rows.n; i++) {
        states[i] = (char)('0' + sx_claims_at(t, column, i).state);
        if (states[i] == '0' + SX_CELL_MISMATCH)
            return (struct sx_str){ 0 };
    }
    return (struct sx_str){ states, t->rows.n };
}

/* Columns that show the same, the first of them by place. */
struct alike {
    size_t first, n;
};

static void count_alike(const struct sx_claims *t, struct sx_table *pictures, size_t column)
{
    struct sx_str key = picture(t, column);
    struct alike *alike = key.ptr != NULL ? sx_table_get(pictures, key) : NULL;
    if (alike == NULL && key.ptr != NULL) {
        alike = SX_NEW(t->arena, struct alike);
        alike->first = column;
        sx_table_put(pictures, key, alike);
    }
    if (alike != NULL)
        alike->n++;
}

static void name_all(struct sx_claims *t, struct sx_claims_column *column, size_t n)
{
    column->name = sx_str_printf(t->arena, "%.*s and %zu more", SX_STR_ARG(column->name), n - 1);
    size_t width = sx_columns(column->name);
    column->width = width > column->width ? width : column->width;
}

/* The first of those that are alike, and are many, speaks for all: a folder full of tools that
 * were signed with one file of entitlements is one column. */
static void merge(struct sx_claims *t)
{
    struct sx_table pictures;
    size_t kept = 0;
    sx_table_init(&pictures, t->arena);
    for (size_t i = 0; i < t->columns.n; i++)
        count_alike(t, &pictures, i);
    for (size_t i = 0; i < t->columns.n; i++) {
        struct sx_str key = picture(t, i);
        const struct alike *alike = key.ptr != NULL ? sx_table_get(&pictures, key) : NULL;
        bool is_merged = alike != NULL && alike->n >= MERGE_FROM;
        if (is_merged && alike->first != i)
            continue;
        t->columns.at[kept] = t->columns.at[i];
        if (is_merged)
            name_all(t, &t->columns.at[kept], alike->n);
        kept++;
    }
    t->columns.n = kept;
}

void sx_claims_init(struct sx_claims *t, struct sx_arena *arena)
{
    *t = (struct sx_claims){ .arena = arena };
    sx_table_init(&t->keys, arena);
}

void sx_claims_add(struct sx_claims *t, const struct sx_Artifact *artifact)
{
    for (size_t i = 0; i < artifact->code.n; i++)
        add_object(t, SX_AT(Code, artifact->code, i));
}

void sx_claims_close(struct sx_claims *t)
{
    distinguish(t);
    if (t->rows.n > 0)
        qsort(t->rows.at, t->rows.n, sizeof(*t->rows.at), by_key);
    for (size_t i = 0; i < t->rows.n; i++) {
        size_t n = sx_columns(t->rows.at[i].rest) + (t->rows.at[i].prefix.len > 0 ? 4 : 2);
        t->key_width = n > t->key_width ? n : t->key_width;
    }
    merge(t);
}

struct sx_claims_cell sx_claims_at(const struct sx_claims *t, size_t column, size_t row)
{
    const struct sx_claims_cell *cell =
        sx_table_get(&t->columns.at[column].cells, t->rows.at[row].key);
    return cell != NULL ? *cell : (struct sx_claims_cell){ SX_CELL_NOTHING, NULL };
}
