/* SPDX-License-Identifier: MIT */
/* Entitlement by code object, against the profile of each: a word and a mark a cell. */
#include "report/claims.h"
#include "report/html.h"
#include "report/layout.h"

enum { MOST_COLUMNS = 24 };

static const struct {
    enum sx_tone tone;
    const char *icon; /* NULL: none */
} looks[SX_N_CELLS] = {
    [SX_CELL_NOTHING] = { SX_TONE_IDLE, NULL },     [SX_CELL_GRANTED] = { SX_TONE_GOOD, "ok" },
    [SX_CELL_MISMATCH] = { SX_TONE_BAD, "ne" },     [SX_CELL_MISSING] = { SX_TONE_BAD, "x" },
    [SX_CELL_UNCLAIMED] = { SX_TONE_WARN, "ring" }, [SX_CELL_FREE] = { SX_TONE_IDLE, NULL },
};

static void write_value(struct sx_html *h, struct sx_value v)
{
    if (v.kind == SX_STRING) {
        sx_html_raw(h, "<code>");
        sx_html_name(h, sx_escape(h->arena, sx_cut_value(h->arena, v.str)));
        sx_html_raw(h, "</code>");
    } else {
        sx_html_cstr(h, v.kind == SX_BOOL ? (v.b ? "true" : "false") : sx_kind_name(v.kind));
    }
}

static void write_values(struct sx_html *h, const char *label, struct sx_value v)
{
    size_t n = v.kind == SX_LIST ? v.list.n : 1;
    sx_pen_printf(h->pen, "<span class=\"why\">%s ", label);
    for (size_t i = 0; i < n; i++) {
        sx_html_raw(h, i > 0 ? ", " : "");
        write_value(h, v.kind == SX_LIST ? sx_list_at(v, i) : v);
    }
    sx_html_raw(h, "</span>");
}

static void write_reason(struct sx_html *h, const struct sx_Code *code,
                         const struct sx_Claim *claim)
{
    const struct sx_Profile *profile = code->profile;
    if (profile != NULL && !sx_profile_is_for(profile, code)) {
        sx_html_raw(h, "<span class=\"why\">the profile is for <code>");
        sx_html_name(h, sx_escape(h->arena, profile->appId));
        sx_html_raw(h, "</code></span>");
        return;
    }
    write_values(h, "claimed",
                 claim->refused.n > 0 ? sx_list_values(claim->refused.at, claim->refused.n)
                                      : claim->value);
    write_values(h, "granted", claim->allowed);
}

static void write_cell(struct sx_html *h, const struct sx_claims *t, size_t column, size_t row)
{
    struct sx_claims_cell cell = sx_claims_at(t, column, row);
    sx_html_raw(h, cell.state == SX_CELL_NOTHING ? "<td class=\"none\"" : "<td");
    sx_pen_attribute(h->pen, "data-l", t->columns.at[column].name);
    if (cell.state == SX_CELL_NOTHING) {
        sx_html_raw(h, "><span aria-hidden=\"true\">–</span><span class=\"vh\">none</span></td>");
        return;
    }
    sx_html_raw(h, "><span>");
    sx_html_chip(h, looks[cell.state].tone, looks[cell.state].icon,
                 sx_str_of(sx_cell_words[cell.state]));
    if (cell.state == SX_CELL_MISMATCH && cell.claim != NULL)
        write_reason(h, t->columns.at[column].code, cell.claim);
    sx_html_raw(h, "</span></td>");
}

static void write_head(struct sx_html *h, const struct sx_claims *t, size_t n)
{
    sx_html_raw(h, "<thead><tr><th scope=\"col\">entitlement</th>");
    for (size_t i = 0; i < n; i++) {
        sx_html_raw(h, "<th scope=\"col\">");
        sx_html_name(h, t->columns.at[i].name);
        sx_html_raw(h, "</th>");
    }
    sx_html_raw(h, "</tr></thead>\n");
}

static void write_prefix(struct sx_html *h, struct sx_str prefix, size_t n)
{
    sx_pen_printf(h->pen, "<tbody>\n<tr class=\"prefix\"><th colspan=\"%zu\" scope=\"rowgroup\">",
                  n + 1);
    sx_html_text(h, prefix.len > 0 ? prefix : SX_STR("other"));
    sx_html_raw(h, "</th></tr>\n");
}

static void write_rows(struct sx_html *h, const struct sx_claims *t, size_t n)
{
    for (size_t i = 0; i < t->rows.n && !h->pen->stopped; i++) {
        const struct sx_claims_row *row = &t->rows.at[i];
        bool is_new = i == 0 || !sx_str_eq(row->prefix, t->rows.at[i - 1].prefix);
        if (is_new && i > 0)
            sx_html_raw(h, "</tbody>\n");
        if (is_new)
            write_prefix(h, row->prefix, n);
        sx_html_raw(h, "<tr><th scope=\"row\">");
        sx_html_path(h, sx_escape(h->arena, row->rest));
        sx_html_raw(h, "</th>");
        for (size_t k = 0; k < n; k++)
            write_cell(h, t, k, i);
        sx_html_raw(h, "</tr>\n");
    }
    sx_html_raw(h, "</tbody>\n");
}

static void write_legend(struct sx_html *h)
{
    static const enum sx_cell order[] = { SX_CELL_GRANTED,   SX_CELL_MISMATCH, SX_CELL_MISSING,
                                          SX_CELL_UNCLAIMED, SX_CELL_FREE,     SX_CELL_NOTHING };
    sx_html_raw(h, "<ul class=\"legend\">\n");
    for (size_t i = 0; i < SX_LEN(order); i++)
        sx_pen_printf(h->pen, "<li><b class=\"is-%s\">%s</b> %s</li>\n",
                      sx_html_tone(looks[order[i]].tone),
                      order[i] == SX_CELL_NOTHING ? "–" : sx_cell_words[order[i]],
                      sx_cell_meanings[order[i]]);
    sx_html_raw(h, "</ul>\n");
}

void sx_html_claims(struct sx_html *h)
{
    struct sx_claims t;
    sx_claims_init(&t, h->arena);
    for (size_t i = 0; i < h->part->n; i++)
        sx_claims_add(&t, h->part->at[i].artifact);
    sx_claims_close(&t);
    size_t n = t.columns.n < MOST_COLUMNS ? t.columns.n : MOST_COLUMNS;
    if (t.rows.n == 0)
        return;
    sx_html_section(h, "claims", "Entitlements against profiles");
    sx_html_raw(h, "<p class=\"lead\">What each executable claims, and what the profile in its own "
                   "bundle grants.</p>\n<div class=\"card scroll\" tabindex=\"0\" role=\"region\" "
                   "aria-label=\"Table of entitlements\">\n<table class=\"matrix stack\">\n");
    write_head(h, &t, n);
    write_rows(h, &t, n);
    sx_html_raw(h, "</table>\n</div>\n");
    if (n < t.columns.n)
        sx_pen_printf(h->pen,
                      "<p class=\"lead\">and %zu more; sxlint show --section entitlements "
                      "has them all</p>\n",
                      t.columns.n - n);
    write_legend(h);
    sx_html_section_end(h);
}
