/* SPDX-License-Identifier: MIT */
/* Claims against profiles: one table for the whole artifact, every cell a word. */
#include "report/show.h"

#include <stdlib.h>

enum cell { NOTHING, GRANTED, MISMATCH, MISSING, UNCLAIMED, FREE, N_CELLS };

static const char *const cell_words[N_CELLS] = {
    [NOTHING] = "-",       [GRANTED] = "granted",     [MISMATCH] = "mismatch",
    [MISSING] = "missing", [UNCLAIMED] = "unclaimed", [FREE] = "free",
};

struct row {
    struct sx_str key, prefix, rest;
};

struct column {
    const struct sx_Code *code;
    struct sx_str name;
    size_t width;
    struct sx_table cells; /* of keys to enum cell */
};

struct table {
    struct sx_arena *arena;
    SX_VEC(struct column) columns;
    SX_VEC(struct row) rows;
    struct sx_table keys;
    size_t key_width;
};

/* A profile is for an App ID, whose last part may be a star (TN3125). */
static bool is_for(const struct sx_Profile *profile, const struct sx_Code *code)
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

/* Something other than key and value does not fit: certificate, date, App ID, ... */
static bool is_foreign(const struct sx_Claim *claim)
{
    struct sx_str entitlement = sx_AuthorisationPart_name(SX_AUTHORISATION_PART_ENTITLEMENT);
    return claim->unmet.n > sx_strs_has(claim->unmet, entitlement);
}

static enum cell cell_of(const struct sx_Claim *claim)
{
    switch ((enum sx_Authorisation)claim->authorisation) {
    case SX_AUTHORISATION_NOT_NEEDED:
        return FREE;
    case SX_AUTHORISATION_GRANTED:
        return is_foreign(claim) ? MISMATCH : GRANTED;
    case SX_AUTHORISATION_REFUSED:
        return is_foreign(claim) || claim->allowed.kind != SX_NULL ? MISMATCH : MISSING;
    case SX_AUTHORISATION_NO_PROFILE:
        return MISSING;
    case SX_AUTHORISATION_ABSENT:
    case SX_Authorisation_END:
        break;
    }
    return NOTHING;
}

static struct row row_of(struct sx_str key)
{
    static const struct sx_str prefixes[] = { { "com.apple.developer.", 20 },
                                              { "com.apple.security.", 19 },
                                              { "com.apple.", 10 } };
    for (size_t i = 0; i < SX_LEN(prefixes); i++)
        if (sx_str_starts(key, prefixes[i]))
            return (struct row){ key, prefixes[i], sx_str_sub(key, prefixes[i].len, key.len) };
    return (struct row){ key, SX_STR(""), key };
}

static void set(struct table *t, struct column *column, struct sx_str key, enum cell cell)
{
    enum cell *kept = SX_NEW(t->arena, enum cell);
    *kept = cell;
    if (!sx_table_put(&column->cells, key, kept))
        return; /* a claim has spoken for this key */
    size_t n = strlen(cell_words[cell]);
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

static void add_object(struct table *t, const struct sx_Code *code)
{
    const struct sx_map *granted = code->profile != NULL ? code->profile->entitlements : NULL;
    struct column column = { .code = code, .name = sx_escape(t->arena, short_name(code)) };
    if (code->claims.n == 0 && granted == NULL)
        return;
    column.width = sx_columns(column.name);
    sx_table_init(&column.cells, t->arena);
    for (size_t i = 0; i < code->claims.n; i++) {
        const struct sx_Claim *claim = SX_AT(Claim, code->claims, i);
        set(t, &column, claim->key, cell_of(claim));
    }
    for (size_t i = 0; granted != NULL && i < granted->n && is_for(code->profile, code); i++)
        set(t, &column, granted->at[i].key.str, UNCLAIMED);
    SX_PUSH(t->arena, &t->columns, column);
}

static int by_key(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    int order =
        sx_str_cmp(x->prefix.len > 0 ? x->prefix : x->key, y->prefix.len > 0 ? y->prefix : y->key);
    return order != 0 ? order : sx_str_cmp(x->key, y->key);
}

static void tell_whole(struct table *t, struct column *column)
{
    column->name = sx_escape(t->arena, sx_str_base(column->code->path));
    size_t n = sx_columns(column->name);
    column->width = n > column->width ? n : column->width;
}

/* Names that two objects would share are told whole. */
static void distinguish(struct table *t)
{
    struct sx_table owners;
    sx_table_init(&owners, t->arena);
    for (size_t i = 0; i < t->columns.n; i++) {
        struct column *column = &t->columns.at[i], *other = sx_table_get(&owners, column->name);
        if (other == NULL) {
            sx_table_put(&owners, column->name, column);
            continue;
        }
        tell_whole(t, other);
        tell_whole(t, column);
    }
}

static enum sx_role role_of(enum cell cell)
{
    return cell == MISMATCH || cell == MISSING ? SX_BAD : SX_PLAIN;
}

static void write_row(struct sx_layout *l, const struct table *t, const struct row *row,
                      size_t from, size_t n)
{
    size_t at = t->key_width;
    sx_layout_to(l, row->prefix.len > 0 ? 2 : 0);
    sx_layout_unbroken(l, true);
    sx_layout_name(l, SX_PLAIN, row->rest);
    for (size_t i = from; i < from + n; i++) {
        const enum cell *kept = sx_table_get(&t->columns.at[i].cells, row->key);
        enum cell cell = kept != NULL ? *kept : NOTHING;
        sx_layout_to(l, at);
        sx_layout_cstr(l, role_of(cell), cell_words[cell]);
        at += t->columns.at[i].width + 2;
    }
    sx_layout_line(l);
}

static void write_columns(struct sx_layout *l, const struct table *t, size_t from, size_t n)
{
    size_t at = t->key_width;
    for (size_t i = from; i < from + n; i++) {
        sx_layout_unbroken(l, true);
        sx_layout_to(l, at);
        sx_layout_word(l, SX_STRONG, t->columns.at[i].name);
        at += t->columns.at[i].width + 2;
    }
    sx_layout_line(l);
    for (size_t i = 0; i < t->rows.n; i++) {
        const struct row *row = &t->rows.at[i];
        bool new_prefix = i == 0 || !sx_str_eq(row->prefix, t->rows.at[i - 1].prefix);
        if (new_prefix && row->prefix.len > 0) {
            sx_layout_word(l, SX_PLAIN, row->prefix);
            sx_layout_line(l);
        }
        write_row(l, t, row, from, n);
    }
    sx_layout_line(l);
}

/* As many columns at once as the line holds. */
static void write_table(struct sx_layout *l, const struct table *t)
{
    for (size_t from = 0, n; from < t->columns.n; from += n) {
        size_t width = t->key_width;
        for (n = 0; from + n < t->columns.n; n++) {
            width += t->columns.at[from + n].width + 2;
            if (n > 0 && width - 2 > l->width)
                break;
        }
        write_columns(l, t, from, n);
    }
}

static void write_legend(struct sx_layout *l)
{
    static const struct {
        enum cell cell;
        const char *meaning;
    } legend[] = {
        { GRANTED, "claimed, and the bundle's own profile grants it" },
        { MISMATCH, "claimed, but another value is granted, or not to this code" },
        { MISSING, "claimed and restricted, but no profile lists it" },
        { UNCLAIMED, "granted by the profile, not claimed" },
        { FREE, "claimed, needs no profile;  -  neither claimed nor granted" },
    };
    for (size_t i = 0; i < SX_LEN(legend); i++) {
        sx_layout_label(l, 0, cell_words[legend[i].cell], 11);
        sx_layout_cstr(l, SX_FAINT, legend[i].meaning);
        sx_layout_line(l);
    }
}

static void write_values(struct sx_show *s, const char *label, struct sx_value v)
{
    size_t n = v.kind == SX_LIST ? v.list.n : 1;
    if (n == 0)
        return;
    sx_layout_label(s->l, 4, label, 14);
    for (size_t i = 0; i < n; i++) {
        struct sx_value one = v.kind == SX_LIST ? sx_list_at(v, i) : v;
        if (i > 0)
            sx_layout_break(s->l);
        if (one.kind == SX_STRING)
            sx_layout_text(s->l, SX_PLAIN, sx_escape(s->arena, sx_cut_value(s->arena, one.str)));
        else
            sx_layout_cstr(s->l, SX_PLAIN,
                           one.kind == SX_BOOL ? (one.b ? "true" : "false")
                                               : sx_kind_name(one.kind));
    }
    sx_layout_line(s->l);
}

static void write_mismatch(struct sx_show *s, const struct sx_Claim *claim)
{
    sx_layout_to(s->l, 2);
    sx_layout_name(s->l, SX_PLAIN, claim->key);
    sx_layout_line(s->l);
    if (claim->authorisation == SX_AUTHORISATION_REFUSED) {
        write_values(s, "claimed",
                     claim->refused.n > 0 ? sx_list_values(claim->refused.at, claim->refused.n)
                                          : claim->value);
        write_values(s, "granted", claim->allowed);
    }
    if (is_foreign(claim))
        write_values(s, "unmet", sx_list_strs(claim->unmet));
}

/* Where the profile grants another value, both; and what of the profile does not fit the code. */
static void write_mismatches(struct sx_show *s, const struct sx_Code *code)
{
    bool first = true;
    for (size_t i = 0; i < code->claims.n; i++) {
        const struct sx_Claim *claim = SX_AT(Claim, code->claims, i);
        if (cell_of(claim) != MISMATCH)
            continue;
        if (first) {
            sx_layout_line(s->l);
            sx_layout_name(s->l, SX_STRONG, sx_str_base(code->path));
            sx_layout_line(s->l);
        }
        first = false;
        write_mismatch(s, claim);
    }
}

void sx_show_claims(struct sx_show *s, const struct sx_Artifact *artifact)
{
    struct table t = { .arena = s->arena };
    sx_table_init(&t.keys, s->arena);
    for (size_t i = 0; i < artifact->code.n; i++)
        add_object(&t, SX_AT(Code, artifact->code, i));
    if (t.rows.n == 0) {
        sx_layout_cstr(s->l, SX_PLAIN, "no entitlements claimed, none granted");
        sx_layout_line(s->l);
        return;
    }
    distinguish(&t);
    qsort(t.rows.at, t.rows.n, sizeof(*t.rows.at), by_key);
    for (size_t i = 0; i < t.rows.n; i++) {
        size_t n = sx_columns(t.rows.at[i].rest) + (t.rows.at[i].prefix.len > 0 ? 4 : 2);
        t.key_width = n > t.key_width ? n : t.key_width;
    }
    write_table(s->l, &t);
    write_legend(s->l);
    for (size_t i = 0; i < artifact->code.n; i++)
        write_mismatches(s, SX_AT(Code, artifact->code, i));
}
