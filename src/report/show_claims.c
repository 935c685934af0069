/* SPDX-License-Identifier: MIT */
/* Claims against profiles: one table for the whole artifact, every cell a word. */
#include "report/claims.h"
#include "report/show.h"

static enum sx_role role_of(enum sx_cell cell)
{
    return cell == SX_CELL_MISMATCH || cell == SX_CELL_MISSING ? SX_BAD : SX_PLAIN;
}

static void write_row(struct sx_layout *l, const struct sx_claims *t, size_t row, size_t from,
                      size_t n)
{
    size_t at = t->key_width;
    sx_layout_to(l, t->rows.at[row].prefix.len > 0 ? 2 : 0);
    sx_layout_unbroken(l, true);
    sx_layout_name(l, SX_PLAIN, t->rows.at[row].rest);
    for (size_t i = from; i < from + n; i++) {
        enum sx_cell cell = sx_claims_at(t, i, row).state;
        sx_layout_to(l, at);
        sx_layout_cstr(l, role_of(cell), sx_cell_words[cell]);
        at += t->columns.at[i].width + 2;
    }
    sx_layout_line(l);
}

static void write_columns(struct sx_layout *l, const struct sx_claims *t, size_t from, size_t n)
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
        const struct sx_claims_row *row = &t->rows.at[i];
        bool new_prefix = i == 0 || !sx_str_eq(row->prefix, t->rows.at[i - 1].prefix);
        if (new_prefix && row->prefix.len > 0) {
            sx_layout_word(l, SX_PLAIN, row->prefix);
            sx_layout_line(l);
        }
        write_row(l, t, i, from, n);
    }
    sx_layout_line(l);
}

/* As many columns at once as the line holds. */
static void write_table(struct sx_layout *l, const struct sx_claims *t)
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
    static const enum sx_cell order[] = { SX_CELL_GRANTED, SX_CELL_MISMATCH, SX_CELL_MISSING,
                                          SX_CELL_UNCLAIMED, SX_CELL_FREE };
    for (size_t i = 0; i < SX_LEN(order); i++) {
        sx_layout_label(l, 0, sx_cell_words[order[i]], 11);
        sx_layout_cstr(l, SX_FAINT, sx_cell_meanings[order[i]]);
        if (i + 1 == SX_LEN(order))
            sx_layout_printf(l, SX_FAINT, ";  -  %s", sx_cell_meanings[SX_CELL_NOTHING]);
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
    if (sx_claim_is_foreign(claim))
        write_values(s, "unmet", sx_list_strs(claim->unmet));
}

/* Where the profile grants another value, both; and what of the profile does not fit the code. */
static void write_mismatches(struct sx_show *s, const struct sx_Code *code)
{
    bool first = true;
    for (size_t i = 0; i < code->claims.n; i++) {
        const struct sx_Claim *claim = SX_AT(Claim, code->claims, i);
        if (sx_claim_cell(claim) != SX_CELL_MISMATCH)
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
    struct sx_claims t;
    sx_claims_init(&t, s->arena);
    sx_claims_add(&t, artifact);
    sx_claims_close(&t);
    if (t.rows.n == 0) {
        sx_layout_cstr(s->l, SX_PLAIN, "no entitlements claimed, none granted");
        sx_layout_line(s->l);
        return;
    }
    write_table(s->l, &t);
    write_legend(s->l);
    for (size_t i = 0; i < artifact->code.n; i++)
        write_mismatches(s, SX_AT(Code, artifact->code, i));
}
