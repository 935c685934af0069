/* SPDX-License-Identifier: MIT */
/* The gates in a row, in the order in which an app meets them. */
#include "report/html.h"

/* "Apple would reject the upload, 8 issues: CS501, NT130": the ids stand apart. */
static void write_sentence(struct sx_html *h, const struct sx_verdict *verdict)
{
    struct sx_str text = verdict->sentence;
    size_t colon = sx_str_find(text, SX_STR(": "));
    bool has_ids = verdict->state == SX_FAIL && colon < text.len;
    sx_html_raw(h, "<p>");
    sx_html_prose(h, has_ids ? sx_str_sub(text, 0, colon) : text);
    sx_html_raw(h, "</p>");
    if (!has_ids)
        return;
    sx_html_raw(h, "<span class=\"ids\">");
    sx_html_ids(h, sx_str_sub(text, colon + 2, text.len));
    sx_html_raw(h, "</span>");
}

static void write_gate(struct sx_html *h, enum sx_gate gate)
{
    static const struct {
        const char *class, *icon, *word;
    } states[] = { [SX_NOT_CHECKED] = { "idle", "q", "not checked" },
                   [SX_PASS] = { "pass", "ok", "pass" },
                   [SX_FAIL] = { "fail", "x", "fail" } };
    const struct sx_verdict *verdict = &h->part->judged->verdicts[gate];
    const char *class = verdict->incomplete ? "open" : states[verdict->state].class;
    unsigned level = sx_html_level(h, 2);
    sx_pen_printf(h->pen, "<li class=\"%s\"><span class=\"stop\">", class);
    sx_html_icon(h, states[verdict->state].icon);
    sx_pen_printf(h->pen, "</span>\n<h%u>%s</h%u><span class=\"word\">%s</span>", level,
                  sx_gate_name(gate), level, states[verdict->state].word);
    write_sentence(h, verdict);
    sx_html_raw(h, "</li>\n");
}

void sx_html_verdict(struct sx_html *h)
{
    sx_html_section(h, "verdict", "Verdict at each gate");
    sx_html_raw(h, "<p class=\"lead\">In the order in which Apple and macOS meet it. Pass means "
                   "that nothing was found.</p>\n<ol class=\"gates\">\n");
    for (unsigned gate = 0; gate < SX_N_GATES; gate++)
        write_gate(h, (enum sx_gate)gate);
    sx_html_raw(h, "</ol>\n");
    sx_html_section_end(h);
}
