/* SPDX-License-Identifier: MIT */
/* One page that a release manager can read: the answer, the gates, what is in it, the findings,
 * how to mend them, entitlements, dates, what was examined. */
#include "report/html.h"

#include "report/formats.h"
#include "report/html-css.h"

#include <stdio.h>

/* Drawn once; each place uses them. */
static const char symbols[] =
    "<svg width=\"0\" height=\"0\" style=\"position:absolute\" aria-hidden=\"true\">\n"
    "<symbol id=\"i-x\" viewBox=\"0 0 24 24\"><path d=\"M6 6l12 12M18 6L6 18\"/></symbol>\n"
    "<symbol id=\"i-ok\" viewBox=\"0 0 24 24\"><path d=\"M4.5 12.5l5 5L19.5 7\"/></symbol>\n"
    "<symbol id=\"i-q\" viewBox=\"0 0 24 24\"><path d=\"M8.5 8.6a3.6 3.6 0 1 1 5.2 3.3c-1.2.6-1.7 "
    "1.2-1.7 2.6M12 18.6v.2\"/></symbol>\n"
    "<symbol id=\"i-tri\" viewBox=\"0 0 24 24\"><path d=\"M12 4L2.8 20h18.4zM12 10.2v4.4M12 "
    "17.2v.1\"/></symbol>\n"
    "<symbol id=\"i-dot\" viewBox=\"0 0 24 24\"><circle cx=\"12\" cy=\"12\" r=\"8.5\"/><path "
    "d=\"M12 11v5M12 7.8v.1\"/></symbol>\n"
    "<symbol id=\"i-ne\" viewBox=\"0 0 24 24\"><path d=\"M5 9.5h14M5 14.5h14M15.5 "
    "4.5l-7 15\"/></symbol>\n"
    "<symbol id=\"i-ring\" viewBox=\"0 0 24 24\"><circle cx=\"12\" cy=\"12\" r=\"7\" "
    "stroke-dasharray=\"3 3.3\"/></symbol>\n"
    "<symbol id=\"i-chev\" viewBox=\"0 0 24 24\"><path d=\"M9 5.5l6.5 6.5L9 18.5\"/></symbol>\n"
    "</svg>\n";

/* The sections in order, and when a page has them. */
static const struct section {
    const char *id, *name;
    void (*write)(struct sx_html *h);
} sections[] = {
    { "verdict", "Verdict", sx_html_verdict },    { "bundle", "Bundle", sx_html_bundle },
    { "findings", "Findings", sx_html_findings }, { "mend", "To mend", sx_html_mend },
    { "claims", "Entitlements", sx_html_claims }, { "dates", "Dates", sx_html_dates },
    { "examined", "Examined", sx_html_examined },
};

/* Anchors: the first of a rule is its id, so that links from elsewhere lead there. */

static struct sx_str key_of(struct sx_html *h, const void *pointer)
{
    return sx_str_dup(h->arena, (struct sx_str){ (const char *)&pointer, sizeof(pointer) });
}

static struct sx_str new_anchor(struct sx_html *h, struct sx_str id)
{
    size_t *n = sx_table_get(h->ids, id);
    if (n == NULL) {
        n = SX_NEW(h->ids->arena, size_t);
        sx_table_put(h->ids, id, n);
    }
    return ++*n == 1 ? id : sx_str_printf(h->arena, "%.*s-%zu", SX_STR_ARG(id), *n);
}

static void name_finding(struct sx_html *h, const struct sx_finding *f)
{
    struct sx_str *anchor = SX_NEW(h->arena, struct sx_str);
    *anchor = new_anchor(h, f->rule->id);
    sx_table_put(&h->anchor, key_of(h, f), anchor);
    if (sx_is_open(f))
        sx_table_put(&h->first, f->rule->id, anchor);
}

static void count_finding(struct sx_html *h, const struct sx_finding *f, struct sx_str anchor)
{
    struct sx_str key = key_of(h, sx_html_subject(f));
    struct sx_html_tally *tally = sx_table_get(&h->tally, key);
    if (!sx_is_open(f))
        return;
    if (tally == NULL) {
        tally = SX_NEW(h->arena, struct sx_html_tally);
        tally->anchor = anchor;
        sx_table_put(&h->tally, key, tally);
    }
    tally->count[f->severity]++;
}

static void name_block(struct sx_html *h, const struct sx_block *block)
{
    name_finding(h, block->finding);
    struct sx_str anchor = sx_html_anchor(h, block->finding);
    size_t n = block->fold != NULL ? block->fold->n : 1;
    for (size_t i = 0; i < n; i++)
        count_finding(h, block->fold != NULL ? block->fold->findings[i] : block->finding, anchor);
}

static void prepare(struct sx_html *h)
{
    sx_table_init(&h->first, h->arena);
    sx_table_init(&h->anchor, h->arena);
    sx_table_init(&h->tally, h->arena);
    h->groups = sx_groups_of(h->part, false, h->arena);
    for (size_t i = 0; i < h->groups.n; i++)
        for (size_t k = 0; k < h->groups.at[i].n; k++)
            name_block(h, &h->groups.at[i].at[k]);
}

/* The head of a report */

static bool is_code_itself(const struct sx_Artifact *artifact)
{
    return artifact->kind == SX_ARTIFACT_KIND_BUNDLE || artifact->kind == SX_ARTIFACT_KIND_MACHO;
}

/* The object that the report is about; of a folder or container with several there is none. */
static const struct sx_Code *main_code(const struct sx_judgement *at)
{
    const struct sx_objs code = at->artifact->code;
    const struct sx_Code *first = NULL;
    for (size_t i = 0; i < code.n; i++) {
        const struct sx_Code *c = SX_AT(Code, code, i);
        if (c->host != NULL)
            continue;
        if (first != NULL && !is_code_itself(at->artifact))
            return NULL;
        first = first != NULL ? first : c;
    }
    return first;
}

static void fact(struct sx_html *h, struct sx_str text)
{
    if (text.len == 0)
        return;
    sx_html_raw(h, "<li>");
    sx_html_prose(h, text);
    sx_html_raw(h, "</li>\n");
}

static struct sx_str identity(struct sx_html *h, const struct sx_Code *code)
{
    struct sx_str kind = sx_str_of(sx_code_noun(code->kind).one);
    struct sx_str id = sx_escape(h->arena, code->identifier);
    if (id.len == 0)
        return kind;
    return sx_str_printf(h->arena, "%.*s, %.*s", SX_STR_ARG(kind), SX_STR_ARG(id));
}

static struct sx_str signer(struct sx_html *h, const struct sx_Code *code)
{
    const struct sx_Signature *signature = code->signature;
    if (signature == NULL)
        return (struct sx_str){ 0 };
    struct sx_str words = sx_str_of(sx_signer_words(signature->signer));
    struct sx_str team = sx_escape(h->arena, signature->teamIdentifier);
    if (team.len == 0)
        return words;
    return sx_str_printf(h->arena, "%.*s, %.*s", SX_STR_ARG(words), SX_STR_ARG(team));
}

static void write_companions(struct sx_html *h)
{
    for (size_t i = 0; i < h->part->n; i++) {
        struct sx_str path = sx_escape(h->arena, h->part->at[i].artifact->path);
        if (&h->part->at[i] != h->part->product)
            fact(h, sx_str_printf(h->arena, "checked with %.*s", SX_STR_ARG(path)));
    }
}

static void write_facts(struct sx_html *h)
{
    const struct sx_judgement *product = h->part->product;
    const struct sx_Code *code = main_code(product);
    struct sx_str path = sx_escape(h->arena, product->artifact->path);
    const char *noun = sx_artifact_noun(product->artifact->kind).one;
    sx_html_raw(h, "<ul class=\"facts\">\n");
    fact(h, sx_str_printf(h->arena, "%s, %.*s", noun, SX_STR_ARG(path)));
    const struct sx_Code *signed_code = code != NULL ? code : sx_first_code(product->artifact);
    if (code != NULL)
        fact(h, identity(h, code));
    if (signed_code != NULL)
        fact(h, signer(h, signed_code));
    if (code != NULL)
        fact(h, sx_build_words(h->arena, code));
    write_companions(h);
    sx_html_raw(h, "</ul>\n");
}

/* Of what does not count, where there is any. */
static void write_count(struct sx_html *h, size_t n, const char *words)
{
    if (n > 0)
        sx_pen_printf(h->pen, "<li class=\"is-idle\"><b>%zu</b><span>%s</span></li>\n", n, words);
}

static void write_tally(struct sx_html *h)
{
    static const enum sx_tone tones[SX_N_SEVERITIES] = { [SX_SEVERITY_ERROR] = SX_TONE_BAD,
                                                         [SX_SEVERITY_WARNING] = SX_TONE_WARN,
                                                         [SX_SEVERITY_NOTE] = SX_TONE_IDLE };
    sx_html_raw(h, "<ul class=\"tally\" aria-label=\"Findings\">\n");
    for (size_t i = 0; i < SX_N_SEVERITIES; i++) {
        enum sx_severity severity = sx_severities[i];
        size_t n = h->part->judged->count[severity];
        struct sx_noun noun = sx_severity_noun(severity);
        sx_pen_printf(h->pen, "<li class=\"is-%s\"><b>%zu</b><span>%s</span></li>\n",
                      sx_html_tone(n > 0 ? tones[severity] : SX_TONE_IDLE), n,
                      n == 1 ? noun.one : noun.many);
    }
    write_count(h, h->part->judged->n_waived, "waived");
    write_count(h, h->part->judged->n_baseline, "in the baseline");
    sx_html_raw(h, "</ul>\n");
}

/* "Not ready: Apple would reject the upload": the first words are the answer. */
static void write_answer(struct sx_html *h)
{
    const struct sx_judgement *judged = h->part->judged;
    const char *class = judged->count[SX_SEVERITY_ERROR] > 0 ? "answer"
                        : judged->is_incomplete              ? "answer open"
                                                             : "answer ready";
    struct sx_str text = judged->sentence;
    size_t colon = sx_str_find(text, SX_STR(": "));
    sx_pen_printf(h->pen, "<div class=\"%s\">\n<div><strong>", class);
    sx_html_prose(h, sx_str_sub(text, 0, colon));
    sx_html_raw(h, "</strong>\n<p>");
    sx_html_prose(h, sx_str_sub(text, colon + 2, text.len));
    sx_html_raw(h, "</p></div>\n");
    write_tally(h);
    sx_html_raw(h, "</div>\n");
}

static struct sx_str title_of(struct sx_html *h)
{
    struct sx_str name = sx_str_base(h->part->product->artifact->path);
    return sx_str_is(name, ".") ? SX_STR("This folder") : sx_escape(h->arena, name);
}

static struct sx_str version_of(struct sx_html *h)
{
    const struct sx_Code *code = main_code(h->part->product);
    return code != NULL ? sx_version_words(h->arena, code->info) : (struct sx_str){ 0 };
}

static void write_head(struct sx_html *h)
{
    unsigned level = sx_html_level(h, 0);
    sx_html_raw(h, "<header class=\"top\">\n");
    if (h->number == 0) {
        sx_html_raw(h, "<p class=\"kicker\">sxlint report, as of ");
        sx_html_text(h, sx_day_text(h->arena, h->part->all->run->question.now));
        sx_html_raw(h, "</p>\n");
    }
    sx_pen_printf(h->pen, "<h%u class=\"title\" id=\"report-%zu\">", level, h->number);
    sx_html_name(h, title_of(h));
    sx_html_raw(h, " <span class=\"ver\">");
    sx_html_text(h, version_of(h));
    sx_pen_printf(h->pen, "</span></h%u>\n", level);
    write_facts(h);
    write_answer(h);
    sx_html_raw(h, "</header>\n");
}

/* A report: the sections are written first, since the way to them stands before them. */

struct body {
    struct sx_buf text[SX_LEN(sections)];
};

static void release(struct body *body)
{
    for (size_t i = 0; i < SX_LEN(sections); i++)
        sx_buf_release(&body->text[i]);
}

static void write_sections(struct sx_html *h, struct body *body)
{
    struct sx_pen *page = h->pen, pen;
    for (size_t i = 0; i < SX_LEN(sections); i++) {
        sx_pen_init(&pen, sx_buf_out(&body->text[i]));
        h->pen = &pen;
        sections[i].write(h);
        sx_pen_finish(&pen);
    }
    h->pen = page;
}

static void write_nav(struct sx_html *h, const struct body *body)
{
    char suffix[32] = "";
    if (h->number > 0)
        snprintf(suffix, sizeof(suffix), "-%zu", h->number);
    sx_pen_printf(h->pen, "<nav class=\"jump\" aria-label=\"In this report%s\">\n<ul>\n", suffix);
    for (size_t i = 0; i < SX_LEN(sections); i++)
        if (body->text[i].len > 0)
            sx_pen_printf(h->pen, "<li><a href=\"#%s%s\">%s</a></li>\n", sections[i].id, suffix,
                          sections[i].name);
    sx_html_raw(h, "</ul>\n</nav>\n");
}

static void write_report(struct sx_html *h)
{
    struct body body = { 0 };
    prepare(h);
    write_sections(h, &body);
    write_head(h);
    write_nav(h, &body);
    sx_html_raw(h, h->number > 0 ? "<div class=\"report\">\n" : "<main>\n");
    for (size_t i = 0; i < SX_LEN(sections); i++)
        sx_pen_bytes(h->pen, sx_buf_view(&body.text[i]));
    sx_html_raw(h, h->number > 0 ? "</div>\n" : "</main>\n");
    release(&body);
}

/* The page */

static void write_title(struct sx_html *h, size_t n)
{
    const struct sx_judgement *judged = h->part->judged;
    struct sx_str sentence =
        sx_str_sub(judged->sentence, 0, sx_str_find(judged->sentence, SX_STR(": ")));
    sx_html_raw(h, "<title>");
    if (n > 1) {
        sx_pen_printf(h->pen, "sxlint report of %zu artifacts", n);
    } else {
        sx_html_text(h, title_of(h));
        sx_html_raw(h, version_of(h).len > 0 ? " " : "");
        sx_html_text(h, version_of(h));
        sx_html_raw(h, ": ");
        sx_html_text(h, sentence);
        sx_html_raw(h, ", ");
        sx_html_text(h, sx_findings_words(judged, h->arena));
    }
    sx_html_raw(h, "</title>\n");
}

/* Nothing is fetched, no script runs: whatever a name may hold. */
static void begin_page(struct sx_html *h, size_t n)
{
    sx_html_raw(h, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                   "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                   "style-src 'unsafe-inline'\">\n"
                   "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                   "<meta name=\"color-scheme\" content=\"light dark\">\n"
                   "<meta name=\"referrer\" content=\"no-referrer\">\n");
    write_title(h, n);
    sx_html_raw(h, "<style>\n");
    for (size_t i = 0; i < SX_LEN(html_css); i++)
        sx_html_raw(h, html_css[i]);
    sx_html_raw(h, "</style>\n</head>\n<body>\n");
    sx_html_raw(h, symbols);
    sx_html_raw(h, n > 1 ? "<a class=\"skip\" href=\"#report-1\">Skip to the first report</a>\n"
                         : "<a class=\"skip\" href=\"#verdict\">Skip to the verdict</a>\n");
}

static void end_page(struct sx_html *h)
{
    struct sx_str channel = sx_Channel_name((uint16_t)h->part->product->channel);
    sx_pen_printf(h->pen, "<footer>sxlint %s, as of ", SX_VERSION);
    sx_html_text(h, sx_day_text(h->arena, h->part->all->run->question.now));
    sx_html_raw(h, ", channel ");
    sx_html_text(h, channel);
    sx_html_raw(h, ". The same input gives the same page. Each rule: <code>sxlint explain "
                   "ID</code>.</footer>\n</body>\n</html>\n");
}

static void write_line(struct sx_html *h, const struct sx_part *part, size_t number)
{
    size_t errors = part->judged->count[SX_SEVERITY_ERROR];
    sx_html_raw(h, "<li>");
    if (errors > 0)
        sx_html_chip(h, SX_TONE_BAD, "x",
                     sx_count(h->arena, errors, sx_severity_noun(SX_SEVERITY_ERROR)));
    else if (sx_part_is_ready(part))
        sx_html_chip(h, SX_TONE_GOOD, "ok", SX_STR("ready"));
    else
        sx_html_chip(h, SX_TONE_WARN, "q", SX_STR("not cleared"));
    sx_pen_printf(h->pen, " <a href=\"#report-%zu\">", number);
    sx_html_name(h, sx_escape(h->arena, part->product->artifact->path));
    sx_html_raw(h, "</a></li>\n");
}

/* Of several artifacts: a line each, then a report each. */
static void write_contents(struct sx_html *h, const struct sx_part *parts, size_t n)
{
    size_t ready = 0;
    for (size_t i = 0; i < n; i++)
        ready += sx_part_is_ready(&parts[i]);
    sx_html_raw(h, "<header class=\"top\">\n<p class=\"kicker\">sxlint report, as of ");
    sx_html_text(h, sx_day_text(h->arena, parts->all->run->question.now));
    sx_pen_printf(h->pen,
                  "</p>\n<h1 class=\"title\">%zu of %zu ready</h1>\n<ul class=\"contents\">\n",
                  ready, n);
    for (size_t i = 0; i < n; i++)
        write_line(h, &parts[i], i + 1);
    sx_html_raw(h, "</ul>\n</header>\n");
}

bool sx_write_html(const struct sx_judgements *judgements, const struct sx_style *style,
                   struct sx_out out)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    const struct sx_part *parts;
    size_t n = sx_parts(judgements, arena, &parts);
    struct sx_table ids;
    struct sx_pen pen;
    sx_pen_init(&pen, out);
    sx_table_init(&ids, arena);
    struct sx_html page = {
        .pen = &pen, .arena = arena, .part = parts, .style = style, .ids = &ids
    };
    begin_page(&page, n);
    if (n > 1) {
        write_contents(&page, parts, n);
        sx_html_raw(&page, "<main>\n");
    }
    for (size_t i = 0; i < n && !pen.stopped; i++) {
        SX_AUTO(sx_arena_freep) struct sx_arena *own = sx_arena_new();
        struct sx_html h = page;
        h.part = &parts[i];
        h.arena = own;
        h.number = n > 1 ? i + 1 : 0;
        write_report(&h);
    }
    if (n > 1)
        sx_html_raw(&page, "</main>\n");
    end_page(&page);
    return sx_pen_finish(&pen);
}
