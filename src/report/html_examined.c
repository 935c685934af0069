/* SPDX-License-Identifier: MIT */
/* What was looked at, in numbers, and what was not, with the reason. */
#include "report/gaps.h"
#include "report/html.h"

enum { MOST_GAPS = 100 };

static void write_numbers(struct sx_html *h)
{
    struct sx_census census = sx_census_of(h->part);
    const struct {
        struct sx_noun noun;
        uint64_t n;
        bool is_always;
    } rows[] = {
        { { "code object", "code objects" }, census.code_objects, true },
        { { "slice", "slices" }, census.slices, true },
        { { "signature", "signatures" }, census.signatures, true },
        { { "page hash", "page hashes" }, census.page_hashes, true },
        { { "sealed file", "sealed files" }, census.sealed_files, true },
        { { "profile", "profiles" }, census.profiles, true },
        { { "launchd job", "launchd jobs" }, census.jobs, false },
        { { "configuration profile", "configuration profiles" }, census.configurations, false },
        { { "stapled ticket", "stapled tickets" }, census.tickets, true },
        { { "rule", "rules" }, census.rules, true },
    };
    unsigned level = sx_html_level(h, 2);
    sx_pen_printf(h->pen, "<div class=\"card\"><h%u>Examined</h%u><dl class=\"nums\">\n", level,
                  level);
    for (size_t i = 0; i < SX_LEN(rows); i++) {
        if (rows[i].n == 0 && !rows[i].is_always)
            continue;
        sx_pen_printf(h->pen, "<div><dt>%s</dt><dd>",
                      rows[i].n == 1 ? rows[i].noun.one : rows[i].noun.many);
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

static void write_gaps(struct sx_html *h, const struct sx_judgement *at)
{
    const struct sx_gap *gaps;
    size_t n = sx_gaps(at, h->arena, &gaps);
    for (size_t i = 0; i < n && i < MOST_GAPS; i++)
        write_item(h, gaps[i].is_incomplete ? SX_TONE_WARN : SX_TONE_IDLE,
                   sx_gap_place(&gaps[i], h->arena), gaps[i].reason);
    if (n > MOST_GAPS)
        sx_pen_printf(h->pen, "<li>and %zu more</li>\n", n - MOST_GAPS);
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
        write_gaps(h, &h->part->at[i]);
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
