/* SPDX-License-Identifier: MIT */
/* What was looked at, in numbers, and what was not, with the reason. */
#include "report/html.h"

enum { MOST_ENTRIES = 100 };

static void write_numbers(struct sx_html *h)
{
    struct sx_census census = sx_census_of(h->part);
    const struct {
        const char *name;
        uint64_t n;
    } rows[] = {
        { "code objects", census.code_objects },
        { "slices", census.slices },
        { "signatures", census.signatures },
        { "page hashes", census.page_hashes },
        { "sealed files", census.sealed_files },
        { "profiles", census.profiles },
        { "launchd jobs", census.jobs },
        { "configuration profiles", census.configurations },
        { "rules", census.rules },
    };
    unsigned level = sx_html_level(h, 2);
    sx_pen_printf(h->pen, "<div class=\"card\"><h%u>Examined</h%u><dl class=\"nums\">\n", level,
                  level);
    for (size_t i = 0; i < SX_LEN(rows); i++) {
        sx_pen_printf(h->pen, "<div><dt>%s</dt><dd>", rows[i].name);
        sx_html_number(h, rows[i].n);
        sx_html_raw(h, "</dd></div>\n");
    }
    sx_html_raw(h, "</dl></div>\n");
}

static void write_item(struct sx_html *h, enum sx_tone tone, struct sx_str what,
                       struct sx_str reason)
{
    sx_pen_printf(h->pen, "<li><span class=\"is-%s\">", sx_html_tone(tone));
    sx_html_icon(h, "q");
    sx_html_raw(h, "</span>");
    sx_html_prose(h, what);
    sx_html_raw(h, "<span class=\"sub\">");
    sx_html_prose(h, reason);
    sx_html_raw(h, "</span></li>\n");
}

static void write_entries(struct sx_html *h, const struct sx_judgement *at)
{
    for (size_t i = 0; i < at->n_not_checked && i < MOST_ENTRIES; i++) {
        const struct sx_not_checked *entry = &at->not_checked[i];
        bool is_incomplete = entry->state == SX_UNREAD_NOT_EXAMINED || at->is_unreadable;
        struct sx_str path = sx_path_words(at, entry->path, h->arena);
        struct sx_str what =
            entry->what.len == 0
                ? path
                : sx_str_printf(h->arena, "%.*s, %.*s", SX_STR_ARG(path), SX_STR_ARG(entry->what));
        write_item(h, is_incomplete ? SX_TONE_WARN : SX_TONE_IDLE, what, entry->reason);
    }
    if (at->n_not_checked > MOST_ENTRIES)
        sx_pen_printf(h->pen, "<li>and %zu more</li>\n", at->n_not_checked - MOST_ENTRIES);
}

/* What no reading of files can tell; said once on every page, so that nobody takes it for
 * examined. */
static void write_limits(struct sx_html *h)
{
    write_item(h, SX_TONE_IDLE, SX_STR("revocation of certificates"),
               SX_STR("needs the network, which sxlint never uses"));
    write_item(h, SX_TONE_IDLE, SX_STR("what the code does when it runs"),
               SX_STR("cannot be seen in files"));
}

static void write_rest(struct sx_html *h)
{
    unsigned level = sx_html_level(h, 2);
    const struct sx_judgement *judged = h->part->judged;
    sx_pen_printf(h->pen, "<div class=\"card\"><h%u>Not examined</h%u><ul class=\"not\">\n", level,
                  level);
    for (size_t i = 0; i < h->part->n; i++)
        write_entries(h, &h->part->at[i]);
    for (unsigned gate = 0; gate < SX_N_GATES; gate++)
        if (judged->verdicts[gate].state == SX_NOT_CHECKED && !judged->is_unreadable)
            write_item(h, SX_TONE_IDLE, sx_str_printf(h->arena, "the %s gate", sx_gate_name(gate)),
                       judged->verdicts[gate].sentence);
    write_limits(h);
    sx_html_raw(h, "</ul></div>\n");
}

void sx_html_examined(struct sx_html *h)
{
    sx_html_section(h, "examined", "What was examined");
    sx_html_raw(h, "<div class=\"cols\">\n");
    write_numbers(h);
    write_rest(h);
    sx_html_raw(h, "</div>\n");
    sx_html_section_end(h);
}
