/* SPDX-License-Identifier: MIT */
/* A configuration to begin with: every key that a project is likely to want, with what was found in
 * its artifact as the value or as the example. */
#include "report/words.h"

enum { MOST_WAIVERS = 5, FIRST_TERM = 90, DAY = 24 * 60 * 60 };

static struct sx_str days_later(struct sx_arena *arena, struct sx_time t, int days)
{
    t.seconds += (int64_t)days * DAY;
    return sx_day_text(arena, t);
}

/* In single quotes nothing has a meaning in YAML but the quote itself. */
static void put_quoted(struct sx_buf *out, struct sx_str text)
{
    sx_buf_char(out, '\'');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\'')
            sx_buf_char(out, '\'');
        sx_buf_char(out, text.ptr[i]);
    }
    sx_buf_char(out, '\'');
}

/* The oldest macOS that the first executable says it runs on. */
static struct sx_str oldest(const struct sx_judgements *all)
{
    const struct sx_Artifact *artifact = all->at[0].artifact;
    for (size_t i = 0; i < artifact->code.n; i++) {
        const struct sx_Code *code = SX_AT(Code, artifact->code, i);
        for (size_t k = 0; k < code->slices.n; k++)
            if (SX_AT(Slice, code->slices, k)->minos.ptr != NULL)
                return sx_escape(all->arena, SX_AT(Slice, code->slices, k)->minos);
    }
    return (struct sx_str){ 0 };
}

static void put_head(struct sx_buf *out, const struct sx_judgements *all)
{
    struct sx_str path = sx_escape(all->arena, all->at[0].artifact->path), macos = oldest(all);
    sx_buf_printf(
        out,
        "# Configuration of sxlint, begun with what was found in %.*s.\n"
        "# It holds for the folder that it lies in and those below. Every key is an option of\n"
        "# `sxlint check` as well; `sxlint config` shows what is in force, and from where.\n\n"
        "# How it is shipped: auto, developer-id, app-store, development, ad-hoc,\n"
        "# enterprise-mdm.\n"
        "channel: %.*s\n\n"
        "# The oldest macOS that the product supports.\n",
        SX_STR_ARG(path), SX_STR_ARG(sx_Channel_name(all->at[0].channel)));
    if (macos.ptr != NULL)
        sx_buf_printf(out, "oldest-macos: '%.*s'\n", SX_STR_ARG(macos));
    else
        sx_buf_cstr(out, "#oldest-macos: '13.0'\n");
    sx_buf_cstr(out, "\n# Exit 1 from this severity on: error, warning, note, never.\n"
                     "fail-on: error\n\n"
                     "# Rules of your own, beside the built-in ones.\n"
                     "#rules: [rules/team.yaml]\n\n"
                     "# Rules by id, name or beginning of an id.\n"
                     "#ignore: [VR]\n"
                     "#severity: {VR104: error}\n\n");
}

static void put_waivers(struct sx_buf *out, const struct sx_judgements *all)
{
    struct sx_time now = all->run->question.now;
    const struct sx_judgement *whole = &all->whole;
    size_t n = whole->n_findings < MOST_WAIVERS ? whole->n_findings : MOST_WAIVERS;
    sx_buf_printf(out, "# Findings that are accepted for a while, a year at most. %s\n",
                  n > 0 ? "Of those found today:" : "An example:");
    sx_buf_cstr(out, "#waivers:\n");
    for (size_t i = 0; i < n || i < 1; i++) {
        const struct sx_finding *f = i < n ? whole->findings[i] : NULL;
        sx_buf_printf(out, "#  - rule: %.*s\n#    path: ",
                      SX_STR_ARG(f != NULL ? f->rule->id : SX_STR("ID")));
        put_quoted(out, f != NULL ? f->path : SX_STR("**"));
        sx_buf_printf(out,
                      "\n#    reason: why it is accepted, and who will mend it\n"
                      "#    expires: %.*s\n",
                      SX_STR_ARG(days_later(all->arena, now, FIRST_TERM)));
    }
}

static void put_baseline(struct sx_buf *out, const struct sx_judgements *all)
{
    struct sx_str path = sx_escape(all->arena, all->at[0].artifact->path);
    sx_buf_printf(
        out,
        "\n# All that is found today, accepted as it is; what is new counts. Write it with\n"
        "#   sxlint baseline -o sxlint-baseline.json %.*s\n"
        "#baseline: sxlint-baseline.json\n"
        "#baseline-strict: true # it may only shrink\n",
        SX_STR_ARG(path));
}

bool sx_write_starter(const struct sx_judgements *judgements, struct sx_out out)
{
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    if (judgements->n == 0)
        return true;
    put_head(&text, judgements);
    put_waivers(&text, judgements);
    put_baseline(&text, judgements);
    return out.write(out.context, text.ptr, text.len);
}
