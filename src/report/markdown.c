/* SPDX-License-Identifier: MIT */
/* The summary of a job, in GitHub's Markdown: the answer first, then the verdicts, the findings
 * folded. GitHub takes 1 MiB a step, so it ends before that and says what is left out. */
#include "report/formats.h"
#include "report/gaps.h"
#include "report/mend.h"
#include "report/pen.h"

enum { MOST_BYTES = 900 * 1000, MOST_SHOWN = 5, MOST_GAPS = 20 };

/* Counts what passes through. */
struct meter {
    struct sx_out out;
    size_t n;
};

struct summary {
    struct sx_pen *pen;
    struct meter *meter;
    struct sx_arena *arena;
    size_t left_out;
};

static bool count(void *context, const char *bytes, size_t n)
{
    struct meter *meter = context;
    meter->n += n;
    return meter->out.write(meter->out.context, bytes, n);
}

static const char *mark_of(const struct sx_judgement *judged)
{
    if (judged->count[SX_SEVERITY_ERROR] > 0)
        return "✗";
    return judged->is_incomplete ? "?" : "✓";
}

static void text(struct summary *s, struct sx_str t)
{
    sx_pen_text(s->pen, SX_IN_MARKDOWN, t);
}

static void write_verdicts(struct summary *s, const struct sx_judgement *judged)
{
    static const char *const words[] = {
        [SX_NOT_CHECKED] = "? not checked", [SX_PASS] = "✓ pass", [SX_FAIL] = "✗ fail"
    };
    sx_pen_raw(s->pen, "| gate | verdict | |\n|---|---|---|\n");
    for (unsigned gate = 0; gate < SX_N_GATES; gate++) {
        const struct sx_verdict *verdict = &judged->verdicts[gate];
        sx_pen_printf(s->pen, "| %s | %s | ", sx_gate_name(gate), words[verdict->state]);
        text(s, verdict->sentence);
        sx_pen_raw(s->pen, " |\n");
    }
    sx_pen_raw(s->pen, "\n");
}

static void labelled(struct summary *s, struct sx_str label, struct sx_str t)
{
    if (t.ptr == NULL)
        return;
    sx_pen_raw(s->pen, "- ");
    text(s, label);
    sx_pen_raw(s->pen, ": ");
    text(s, t);
    sx_pen_raw(s->pen, "\n");
}

static void item(struct summary *s, const char *label, struct sx_str t)
{
    labelled(s, sx_str_of(label), t);
}

/* Where a finding, or what is folded into one, stands. */
static void write_paths(struct summary *s, const struct sx_group *group,
                        const struct sx_block *block)
{
    size_t n = block->fold != NULL ? block->fold->n : 0;
    item(s, "in", group->path);
    for (size_t i = 0; i < n && i < MOST_SHOWN; i++)
        item(s, "found", sx_below(block->fold->findings[i]->path, block->fold->folder));
    if (n > MOST_SHOWN)
        sx_pen_printf(s->pen, "- … and %zu more files\n", n - MOST_SHOWN);
}

static void write_files(struct summary *s, const struct sx_finding *f)
{
    for (size_t i = 0; i < f->files.n && i < MOST_SHOWN; i++)
        labelled(s, f->files_label, f->files.at[i]);
    if (f->files.n > MOST_SHOWN)
        sx_pen_printf(s->pen, "- … and %zu more files\n", f->files.n - MOST_SHOWN);
}

static void write_lists(struct summary *s, const struct sx_finding *f)
{
    for (size_t i = 0; i < f->n_consequences; i++) {
        const struct sx_finding *c = f->consequences[i];
        struct sx_str id = c->rule->id, message = c->message;
        item(s, "so", sx_str_printf(s->arena, "%.*s %.*s", SX_STR_ARG(id), SX_STR_ARG(message)));
    }
    for (size_t i = 0; i < f->seen_as.n; i++)
        item(s, "seen as", f->seen_as.at[i]);
}

static void write_block(struct summary *s, const struct sx_group *group,
                        const struct sx_block *block)
{
    const struct sx_finding *f = block->finding;
    sx_pen_printf(s->pen, "<details><summary>%s ", sx_severity_name(f->severity));
    sx_pen_text(s->pen, SX_IN_ATTRIBUTE, sx_brief_title(f->rule, s->arena));
    sx_pen_raw(s->pen, ": "); /* a line break would end the HTML */
    sx_pen_text(s->pen, SX_IN_ATTRIBUTE, sx_block_message(block, s->arena));
    sx_pen_raw(s->pen, "</summary>\n\n");
    write_paths(s, group, block);
    write_files(s, f);
    item(s, "gates", sx_gates_words(f, s->arena));
    item(s, "found", f->found);
    item(s, "wanted", f->wanted);
    item(s, "profile", f->profile);
    item(s, "why", f->why);
    write_lists(s, f);
    item(s, "fix", sx_brief_fix(&f->repair, s->arena));
    sx_pen_raw(s->pen, "\n</details>\n");
}

/* Whole, or not at all. */
static void add_block(struct summary *s, const struct sx_group *group, const struct sx_block *block)
{
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    struct sx_pen *page = s->pen, pen;
    sx_pen_init(&pen, sx_buf_out(&text));
    s->pen = &pen;
    write_block(s, group, block);
    sx_pen_finish(&pen);
    s->pen = page;
    if (s->meter->n + page->n + text.len > MOST_BYTES)
        s->left_out++;
    else
        sx_pen_bytes(page, sx_buf_view(&text));
}

static void write_findings(struct summary *s, const struct sx_groups *groups)
{
    for (size_t i = 0; i < groups->n; i++) {
        for (size_t k = 0; k < groups->at[i].n && !s->pen->stopped; k++)
            add_block(s, &groups->at[i], &groups->at[i].at[k]);
    }
}

/* What was not examined is named in the open; the rest of what nobody knows is in the verdicts. */
static void write_gaps(struct summary *s, const struct sx_judgement *at)
{
    const struct sx_gap *gaps;
    size_t n = sx_gaps(at, s->arena, &gaps), told = 0;
    for (size_t i = 0; i < n; i++)
        if (gaps[i].is_incomplete && told++ < MOST_GAPS)
            item(s, "not examined", sx_gap_words(&gaps[i], s->arena));
    if (told > MOST_GAPS)
        sx_pen_printf(s->pen, "- … and %zu more\n", told - MOST_GAPS);
    sx_pen_raw(s->pen, told > 0 ? "\n" : "");
}

static size_t count_lines(struct sx_str t)
{
    size_t n = 0;
    for (size_t i = 0; i < t.len; i++) /* a line that ends in a backslash goes on */
        n += t.ptr[i] == '\n' && (i == 0 || t.ptr[i - 1] != '\\');
    return n;
}

/* Indented by four, Markdown takes text as it is. */
static void write_mending(struct summary *s, const struct sx_part *part,
                          const struct sx_groups *groups)
{
    struct sx_mending mending = sx_mending_of(part, groups, s->arena);
    struct sx_str rest = mending.commands;
    if (rest.ptr == NULL || s->meter->n + s->pen->n + rest.len > MOST_BYTES)
        return;
    sx_pen_printf(s->pen, "<details><summary>To mend: %zu commands, inside out</summary>\n\n",
                  count_lines(rest));
    text(s, mending.head);
    sx_pen_raw(s->pen, "\n\n");
    while (rest.len > 0) {
        size_t end = sx_str_find(rest, SX_STR("\n"));
        sx_pen_raw(s->pen, "  ");
        sx_pen_text(s->pen, SX_IN_LINE, sx_str_sub(rest, 0, end));
        sx_pen_raw(s->pen, "\n");
        rest = sx_str_sub(rest, end + 1, rest.len);
    }
    sx_pen_raw(s->pen, "\n</details>\n");
}

static void write_part(struct summary *s, const struct sx_part *part)
{
    const struct sx_judgement *judged = part->judged;
    struct sx_groups groups = sx_groups_of(part, true, s->arena);
    sx_pen_printf(s->pen, "### %s ", mark_of(judged));
    text(s, sx_escape(s->arena, part->product->artifact->path));
    sx_pen_raw(s->pen, "\n\n");
    text(s, judged->sentence);
    sx_pen_raw(s->pen, "\n\n");
    write_verdicts(s, judged);
    text(s, sx_findings_words(judged, s->arena));
    sx_pen_raw(s->pen, "\n\n");
    for (size_t i = 0; i < part->n; i++)
        write_gaps(s, &part->at[i]);
    write_findings(s, &groups);
    write_mending(s, part, &groups);
}

bool sx_write_markdown(const struct sx_judgements *judgements, const struct sx_style *style,
                       struct sx_out out)
{
    (void)style; /* a browser lays it out */
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct meter meter = { .out = out };
    struct sx_pen pen;
    struct summary s = { .pen = &pen, .meter = &meter, .arena = arena };
    const struct sx_part *parts;
    size_t n = sx_parts(judgements, arena, &parts);
    sx_pen_init(&pen, (struct sx_out){ count, &meter });
    for (size_t i = 0; i < n; i++)
        write_part(&s, &parts[i]);
    if (s.left_out > 0)
        sx_pen_printf(&pen, "\n… and %zu more findings in the report\n", s.left_out);
    return sx_pen_finish(&pen);
}
