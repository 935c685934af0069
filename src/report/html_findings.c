/* SPDX-License-Identifier: MIT */
/* The findings by object, each open; what is waived stands behind them, closed. */
#include "report/frame.h"
#include "report/html.h"

static const struct look {
    const char *class, *icon;
    enum sx_tone tone;
} looks[SX_N_SEVERITIES] = {
    [SX_SEVERITY_ERROR] = { "error", "x", SX_TONE_BAD },
    [SX_SEVERITY_WARNING] = { "warning", "tri", SX_TONE_WARN },
    [SX_SEVERITY_NOTE] = { "note", "dot", SX_TONE_IDLE },
};

static void begin(struct sx_html *h, struct sx_str label)
{
    sx_html_raw(h, "<dt>");
    sx_html_text(h, label);
    sx_html_raw(h, "</dt><dd>");
}

static void end(struct sx_html *h)
{
    sx_html_raw(h, "</dd>\n");
}

static void tell(struct sx_html *h, const char *label, struct sx_str text)
{
    if (text.ptr == NULL)
        return;
    begin(h, sx_str_of(label));
    sx_html_prose(h, text);
    end(h);
}

static void write_items(struct sx_html *h, const struct sx_str *at, size_t n)
{
    sx_html_raw(h, "<ul>");
    for (size_t i = 0; i < n; i++) {
        sx_html_raw(h, "<li><code>");
        sx_html_name(h, at[i]);
        sx_html_raw(h, "</code></li>");
    }
    sx_html_raw(h, "</ul>");
}

/* Up to five whole, else three and the others to be unfolded. */
static void tell_list(struct sx_html *h, struct sx_str label, const struct sx_str *at, size_t n)
{
    size_t shown = sx_shown(n);
    if (n == 0)
        return;
    begin(h, label);
    write_items(h, at, shown);
    if (shown < n) {
        sx_pen_printf(h->pen, "<details class=\"more\"><summary>and %zu more files</summary>",
                      n - shown);
        write_items(h, at + shown, n - shown);
        sx_html_raw(h, "</details>");
    }
    end(h);
}

static void write_frame(struct sx_html *h, const struct sx_place *place)
{
    struct sx_frame_line lines[SX_MOST_FRAME_LINES];
    size_t n = sx_frame_lines(place, h->arena, lines);
    if (n == 0)
        return;
    sx_html_raw(h, "<pre class=\"well frame\">");
    for (size_t i = 0; i < n; i++) {
        sx_html_raw(h, i > 0 ? "\n" : "");
        if (lines[i].number > 0)
            sx_pen_printf(h->pen, "<span class=\"n\">%u</span>", lines[i].number);
        sx_html_text(h, lines[i].before);
        sx_html_raw(h, lines[i].value.len > 0 ? "<mark>" : "");
        sx_html_text(h, lines[i].value);
        sx_html_raw(h, lines[i].value.len > 0 ? "</mark>" : "");
        sx_html_text(h, lines[i].after);
    }
    sx_html_raw(h, "</pre>");
}

static void tell_place(struct sx_html *h, const struct sx_finding *f)
{
    if (f->place.document == NULL)
        return;
    begin(h, SX_STR("at"));
    sx_html_prose(h, sx_frame_place(&f->place, h->arena));
    write_frame(h, &f->place);
    end(h);
}

static void tell_consequences(struct sx_html *h, const struct sx_finding *f)
{
    if (f->n_consequences == 0)
        return;
    begin(h, SX_STR("so"));
    sx_html_raw(h, "<ul>");
    for (size_t i = 0; i < f->n_consequences; i++) {
        sx_html_raw(h, "<li><b>");
        sx_html_text(h, f->consequences[i]->rule->id);
        sx_html_raw(h, "</b> ");
        sx_html_prose(h, f->consequences[i]->message);
        sx_html_raw(h, "</li>");
    }
    sx_html_raw(h, "</ul>");
    end(h);
}

static void tell_symptoms(struct sx_html *h, const struct sx_block *block)
{
    const struct sx_finding *f = block->finding;
    struct sx_str issues = sx_issues_words(block->fold, h->arena);
    if (f->seen_as.n == 0)
        return;
    begin(h, SX_STR("seen as"));
    for (size_t i = 0; i < f->seen_as.n; i++) {
        sx_html_raw(h, "<blockquote>");
        sx_html_name(h, f->seen_as.at[i]);
        if (i == 0)
            sx_html_text(h, issues);
        sx_html_raw(h, "</blockquote>");
    }
    end(h);
}

static void write_lines(struct sx_html *h, const char *class, const char *sign,
                        struct sx_strs lines)
{
    for (size_t i = 0; i < lines.n; i++) {
        sx_pen_printf(h->pen, "<span class=\"%s\">%s ", class, sign);
        sx_html_text(h, lines.at[i]);
        sx_html_raw(h, "</span>");
    }
}

static void write_edit(struct sx_html *h, const struct sx_repair *repair)
{
    if (repair->minus.n + repair->plus.n == 0)
        return;
    sx_html_raw(h, "<pre class=\"well\">");
    write_lines(h, "minus", "-", repair->minus);
    write_lines(h, "plus", "+", repair->plus);
    sx_html_raw(h, "</pre>");
}

static void write_command(struct sx_html *h, struct sx_str command)
{
    if (command.ptr == NULL)
        return;
    sx_html_raw(h, "<pre class=\"well\">");
    sx_html_text(h, command);
    sx_html_raw(h, "</pre>");
}

/* To the commands, which stand once, at the end. */
static void write_pointer(struct sx_html *h, const char *words)
{
    sx_pen_printf(h->pen, "%ssee <a href=\"#mend", words);
    if (h->number > 0)
        sx_pen_printf(h->pen, "-%zu", h->number);
    sx_html_raw(h, "\">To mend</a>");
}

static void tell_fix(struct sx_html *h, const struct sx_finding *f)
{
    const struct sx_repair *repair = &f->repair;
    bool has_more = repair->minus.n + repair->plus.n > 0 || repair->run.ptr != NULL;
    struct sx_str said = sx_brief_fix_head(repair, h->arena);
    if (!has_more && said.ptr == NULL && !repair->resign)
        return;
    begin(h, SX_STR("fix"));
    if (said.ptr != NULL)
        sx_html_prose(h, said);
    if (said.len < repair->instruction.len && !has_more)
        write_pointer(h, ", ");
    else if (said.ptr == NULL && !has_more)
        write_pointer(h, "sign it again, ");
    write_edit(h, repair);
    write_command(h, repair->run);
    end(h);
}

/* Where the objects of a fold lie; what was found stands below them. */
static void tell_found(struct sx_html *h, const struct sx_block *block)
{
    const struct sx_fold *fold = block->fold;
    if (fold == NULL) {
        tell(h, "found", block->finding->found);
        return;
    }
    struct sx_str *paths = SX_NEW_N(h->arena, struct sx_str, fold->n);
    for (size_t i = 0; i < fold->n; i++)
        paths[i] = sx_below(fold->findings[i]->path, fold->folder);
    tell_list(h, SX_STR("found"), paths, fold->n);
    if (block->finding->found.ptr == NULL)
        return;
    sx_html_raw(h, "<dd>");
    sx_html_prose(h, block->finding->found);
    end(h);
}

static void tell_sources(struct sx_html *h, const struct sx_rule *rule)
{
    begin(h, SX_STR("basis"));
    sx_html_cstr(h, sx_basis_name(rule->basis));
    for (size_t i = 0; i < rule->references.n; i++) {
        struct sx_reference reference = sx_reference_of(rule->references.at[i]);
        bool is_link = sx_str_starts(reference.address, SX_STR("https://"));
        sx_html_raw(h, i == 0 ? ": " : "; ");
        if (is_link) {
            sx_html_raw(h, "<a href=\"");
            sx_pen_text(h->pen, SX_IN_ATTRIBUTE, reference.address);
            sx_html_raw(h, "\" rel=\"noreferrer\">");
        }
        sx_html_text(h, reference.title.len > 0 ? reference.title : reference.address);
        sx_html_raw(h, is_link ? "</a>" : "");
    }
    end(h);
}

static void write_summary(struct sx_html *h, const struct sx_block *block)
{
    const struct sx_finding *f = block->finding;
    const struct look *look = &looks[f->severity];
    struct sx_str gates = sx_gates_words(f, h->arena);
    sx_pen_printf(h->pen, "<summary><span class=\"sev is-%s\">", sx_html_tone(look->tone));
    sx_html_icon(h, look->icon);
    sx_pen_printf(h->pen, " %s ", sx_severity_name(f->severity));
    sx_html_text(h, f->rule->id);
    sx_html_raw(h, "</span><span class=\"msg\">");
    sx_html_prose(h, sx_block_message(block, h->arena));
    sx_html_raw(h, "</span>\n<span class=\"meta\">");
    sx_html_text(h, f->rule->name);
    sx_html_cstr(h, f->rule->basis == SX_UNVERIFIED ? ", unverified" : "");
    if (!sx_is_open(f)) {
        sx_html_raw(h, ", ");
        sx_html_text(h, sx_excuse(f, h->arena));
    }
    sx_html_cstr(h, gates.ptr != NULL ? ", " : "");
    sx_html_text(h, gates);
    sx_html_raw(h, "</span><svg class=\"icon turn\" aria-hidden=\"true\"><use "
                   "href=\"#i-chev\"/></svg></summary>\n");
}

static void tell_all(struct sx_html *h, const struct sx_block *block)
{
    const struct sx_finding *f = block->finding;
    tell_list(h, f->files_label, f->files.at, f->files.n);
    tell_place(h, f);
    tell_found(h, block);
    tell(h, "wanted", f->wanted);
    tell(h, "profile", f->profile);
    tell(h, "why", f->why);
    tell_consequences(h, f);
    tell_symptoms(h, block);
    tell_fix(h, f);
    if (h->style->verbose)
        tell_sources(h, f->rule);
}

/* A list, unless there is nothing to tell. */
static void write_evidence(struct sx_html *h, const struct sx_block *block)
{
    SX_AUTO(sx_buf_release) struct sx_buf told = { 0 };
    struct sx_pen *page = h->pen, pen;
    sx_pen_init(&pen, sx_buf_out(&told));
    h->pen = &pen;
    tell_all(h, block);
    sx_pen_finish(&pen);
    h->pen = page;
    if (told.len == 0)
        return;
    sx_html_raw(h, "<dl class=\"ev\">\n");
    sx_pen_bytes(page, sx_buf_view(&told));
    sx_html_raw(h, "</dl>\n");
}

static void write_block(struct sx_html *h, const struct sx_block *block)
{
    const struct sx_finding *f = block->finding;
    sx_pen_printf(h->pen, "<details class=\"finding %s\"%s", looks[f->severity].class,
                  sx_is_open(f) ? " open" : "");
    sx_pen_attribute(h->pen, "id", sx_html_anchor(h, f));
    sx_html_raw(h, ">\n");
    write_summary(h, block);
    write_evidence(h, block);
    sx_html_raw(h, "</details>\n");
}

static void write_group(struct sx_html *h, const struct sx_group *group)
{
    unsigned level = sx_html_level(h, 2);
    sx_pen_printf(h->pen, "<h%u class=\"object\">", level);
    sx_html_path(h, group->path);
    sx_html_raw(h, "<span class=\"sub\">");
    sx_html_text(h, group->words);
    sx_pen_printf(h->pen, "</span></h%u>\n", level);
    for (size_t i = 0; i < group->n && !h->pen->stopped; i++)
        write_block(h, &group->at[i]);
}

void sx_html_findings(struct sx_html *h)
{
    if (h->groups.n == 0 && h->part->judged->is_unreadable)
        return;
    sx_html_section(h, "findings", "Findings");
    if (h->groups.n == 0)
        sx_html_raw(h, "<p class=\"lead\">No findings.</p>\n");
    else
        sx_html_raw(h, "<p class=\"lead\">One cause, one finding; what follows from a cause stands "
                       "under it.</p>\n");
    for (size_t i = 0; i < h->groups.n; i++)
        write_group(h, &h->groups.at[i]);
    sx_html_section_end(h);
}
