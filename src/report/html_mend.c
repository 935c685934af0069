/* SPDX-License-Identifier: MIT */
/* How to mend it all: the edits file by file, then the commands, as they are printed. */
#include "report/html.h"
#include "report/mend.h"

enum { MOST_STEPS = 50 };

/* Findings that are mended in one go: edits of one file, or one sentence. */
struct step {
    struct sx_str what;
    bool is_file;
    SX_VEC(const struct sx_finding *) findings;
};

struct steps {
    struct sx_arena *arena;
    struct sx_table by_what;
    SX_VEC(struct step *) at;
};

static void add(struct steps *steps, const struct sx_finding *f)
{
    const struct sx_repair *repair = &f->repair;
    bool is_file = repair->minus.n + repair->plus.n > 0 && repair->file.ptr != NULL;
    struct sx_str what = is_file ? repair->file : repair->instruction;
    if (what.ptr == NULL || !sx_is_open(f) || sx_str_ends(what, SX_STR(", see the end")))
        return; /* that is what the commands do */
    struct step *step = sx_table_get(&steps->by_what, what);
    if (step == NULL) {
        step = SX_NEW(steps->arena, struct step);
        step->what = what;
        step->is_file = is_file;
        sx_table_put(&steps->by_what, what, step);
        SX_PUSH(steps->arena, &steps->at, step);
    }
    SX_PUSH(steps->arena, &step->findings, f);
}

static void gather(struct steps *steps, const struct sx_groups *groups)
{
    sx_table_init(&steps->by_what, steps->arena);
    for (size_t i = 0; i < groups->n; i++)
        for (size_t k = 0; k < groups->at[i].n; k++)
            add(steps, groups->at[i].at[k].finding);
}

static void write_step(struct sx_html *h, const struct step *step)
{
    sx_html_raw(h, step->is_file ? "<li>edit <code>" : "<li>");
    if (step->is_file)
        sx_html_name(h, step->what);
    else
        sx_html_prose(h, step->what);
    sx_html_raw(h, step->is_file ? "</code>: " : ": ");
    for (size_t i = 0; i < step->findings.n; i++) {
        sx_html_raw(h, i > 0 ? ", <a href=\"#" : "<a href=\"#");
        sx_pen_text(h->pen, SX_IN_ATTRIBUTE, sx_html_anchor(h, step->findings.at[i]));
        sx_html_raw(h, "\">");
        sx_html_text(h, step->findings.at[i]->rule->id);
        sx_html_raw(h, "</a>");
    }
    sx_html_raw(h, "</li>\n");
}

static void write_steps(struct sx_html *h, const struct steps *steps)
{
    if (steps->at.n == 0)
        return;
    sx_html_raw(h, "<ol class=\"steps\">\n");
    for (size_t i = 0; i < steps->at.n && i < MOST_STEPS; i++)
        write_step(h, steps->at.at[i]);
    sx_html_raw(h, "</ol>\n");
    if (steps->at.n > MOST_STEPS)
        sx_pen_printf(h->pen, "<p>and %zu more, at the findings</p>\n", steps->at.n - MOST_STEPS);
}

/* The heading has said "To mend" already. */
static void write_lead(struct sx_html *h, struct sx_str head)
{
    static const struct sx_str said = SX_LIT("To mend: ");
    struct sx_str rest = sx_str_starts(head, said) ? sx_str_sub(head, said.len, head.len) : head;
    sx_html_raw(h, "<p class=\"lead\">");
    if (rest.len > 0)
        sx_pen_printf(h->pen, "%c", rest.ptr[0] & ~0x20); /* our own word, in lower case */
    sx_html_prose(h, sx_str_sub(rest, 1, rest.len));
    sx_html_raw(h, ":</p>\n");
}

/* Without the indent that a terminal has. */
static void write_commands(struct sx_html *h, struct sx_str commands)
{
    sx_html_raw(h, "<pre class=\"well commands\" tabindex=\"0\" role=\"region\" "
                   "aria-label=\"Commands to sign again\">");
    while (commands.len > 0) {
        size_t end = sx_str_find(commands, SX_STR("\n"));
        struct sx_str line = sx_str_sub(commands, 0, end);
        sx_html_text(h, sx_str_starts(line, SX_STR("  ")) ? sx_str_sub(line, 2, line.len) : line);
        commands = sx_str_sub(commands, end + 1, commands.len);
        sx_html_raw(h, commands.len > 0 ? "\n" : "");
    }
    sx_html_raw(h, "</pre>\n");
}

void sx_html_mend(struct sx_html *h)
{
    struct sx_mending mending = sx_mending_of(h->part, &h->groups, h->arena);
    struct steps steps = { .arena = h->arena };
    gather(&steps, &h->groups);
    if (mending.commands.ptr == NULL && steps.at.n == 0)
        return;
    sx_html_section(h, "mend", "To mend");
    write_steps(h, &steps);
    if (mending.commands.ptr != NULL) {
        write_lead(h, mending.head);
        write_commands(h, mending.commands);
    }
    sx_html_section_end(h);
}
