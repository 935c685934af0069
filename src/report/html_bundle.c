/* SPDX-License-Identifier: MIT */
/* What is in it, as a tree: each code object with the state of its signature, its profile and how
 * much is found of it. What lies in a disk image or installer package stands below it. Siblings
 * that are alike, and of which nothing is found, share a row. */
#include "report/claims.h"
#include "report/html.h"
#include "report/show.h"

enum { MOST_ALIKE = 4, MOST_DEPTH = 8 };

/* A row on its way: which levels above it go on below it. */
struct place {
    const struct place *above; /* NULL for what no other object holds */
    struct sx_str path;        /* of the object */
    bool is_last;
    unsigned depth;
};

static void write_rails(struct sx_html *h, const struct place *place)
{
    const struct place *levels[MOST_DEPTH];
    unsigned n = 0;
    for (const struct place *p = place; p->above != NULL && n < MOST_DEPTH; p = p->above)
        levels[n++] = p;
    if (n == 0)
        return;
    sx_html_raw(h, "<span class=\"rail\" aria-hidden=\"true\">");
    while (n-- > 0)
        sx_pen_printf(h->pen, "<i class=\"%s%s\"></i>", n == 0 ? "bend" : "",
                      levels[n]->is_last ? ""
                      : n == 0           ? " on"
                                         : "on");
    sx_html_raw(h, "</span>");
}

static void begin_row(struct sx_html *h, const struct place *place)
{
    unsigned depth = place->depth < MOST_DEPTH ? place->depth : MOST_DEPTH;
    sx_pen_printf(h->pen, "<tr style=\"--d:%u\"><th scope=\"row\">", depth);
    write_rails(h, place);
}

/* The path below what stands above it. */
static struct sx_str path_below(const struct sx_Code *code, const struct place *above)
{
    return above != NULL ? sx_below(code->path, above->path) : code->path;
}

/* "framework in Contents/Frameworks" */
static void write_words(struct sx_html *h, const struct sx_Code *code, const struct place *place)
{
    struct sx_str path = path_below(code, place->above);
    struct sx_str base = sx_str_base(path);
    sx_html_raw(h, "<span class=\"sub\">");
    sx_html_prose(h, sx_code_words(h->arena, code));
    if (base.len < path.len) {
        sx_html_raw(h, " in ");
        sx_html_path(h, sx_escape(h->arena, sx_str_sub(path, 0, path.len - base.len - 1)));
    }
    sx_html_raw(h, "</span>");
}

static void write_state(struct sx_html *h, const struct sx_Code *code)
{
    static const struct {
        enum sx_tone tone;
        const char *icon;
    } looks[SX_SignatureState_END] = {
        [SX_SIGNATURE_STATE_ABSENT] = { SX_TONE_WARN, "q" },
        [SX_SIGNATURE_STATE_VALID] = { SX_TONE_GOOD, "ok" },
        [SX_SIGNATURE_STATE_UNSIGNED] = { SX_TONE_IDLE, "ring" },
        [SX_SIGNATURE_STATE_AD_HOC] = { SX_TONE_IDLE, "ring" },
        [SX_SIGNATURE_STATE_LINKER_SIGNED] = { SX_TONE_IDLE, "ring" },
        [SX_SIGNATURE_STATE_INVALID] = { SX_TONE_BAD, "x" },
    };
    enum sx_role role;
    struct sx_str word = sx_show_state(code, &role);
    uint16_t state = code->signature != NULL ? code->signature->state : 0;
    state = state < SX_SignatureState_END ? state : 0;
    const struct sx_html_tally *tally = sx_html_tally(h, &code->head);
    bool has_errors = tally != NULL && tally->count[SX_SEVERITY_ERROR] > 0;
    bool is_refused = looks[state].tone == SX_TONE_IDLE && has_errors;
    sx_html_raw(h, "<td data-l=\"signature\">");
    sx_html_chip(h, is_refused ? SX_TONE_BAD : looks[state].tone, looks[state].icon, word);
    sx_html_raw(h, "</td>\n");
}

static bool needs_profile(const struct sx_Code *code)
{
    for (size_t i = 0; i < code->claims.n; i++)
        if (SX_AT(Claim, code->claims, i)->authorisation == SX_AUTHORISATION_NO_PROFILE)
            return true;
    return false;
}

static void write_profile(struct sx_html *h, const struct sx_Code *code)
{
    if (code->profile == NULL && !needs_profile(code)) {
        sx_html_raw(h, "<td data-l=\"profile\" class=\"is-idle\">needs none</td>\n");
        return;
    }
    sx_html_raw(h, "<td data-l=\"profile\" class=\"wrap\"><span>");
    if (code->profile == NULL)
        sx_html_raw(h, "<span class=\"is-bad\">none, and needs one</span>");
    else
        sx_html_name(h, sx_quoted(h->arena, code->profile->name));
    if (code->profile != NULL && !sx_profile_is_for(code->profile, code))
        sx_html_raw(h, "<span class=\"sub is-bad\">of another App ID</span>");
    sx_html_raw(h, "</span></td>\n");
}

static void write_tally(struct sx_html *h, const struct sx_object *object)
{
    const struct sx_html_tally *tally = sx_html_tally(h, object);
    struct sx_str words[SX_N_SEVERITIES];
    size_t n = 0;
    if (tally == NULL) {
        sx_html_raw(h, "<td data-l=\"findings\" class=\"is-idle\">none</td></tr>\n");
        return;
    }
    for (size_t i = 0; i < SX_N_SEVERITIES; i++)
        if (tally->count[sx_severities[i]] > 0)
            words[n++] = sx_count(h->arena, tally->count[sx_severities[i]],
                                  sx_severity_noun(sx_severities[i]));
    sx_html_raw(h, "<td data-l=\"findings\"><a href=\"#");
    sx_pen_text(h->pen, SX_IN_ATTRIBUTE, tally->anchor);
    sx_html_raw(h, "\">");
    sx_html_text(h, sx_join(h->arena, (struct sx_strs){ words, n }, ", "));
    sx_html_raw(h, "</a></td></tr>\n");
}

static void write_code(struct sx_html *h, const struct sx_Code *code, const struct place *place)
{
    begin_row(h, place);
    sx_html_raw(h, "<span class=\"name\">");
    sx_html_path(h, sx_escape(h->arena, sx_str_base(code->path)));
    sx_html_raw(h, "</span>");
    write_words(h, code, place);
    sx_html_raw(h, "</th>\n");
    write_state(h, code);
    write_profile(h, code);
    write_tally(h, &code->head);
}

static bool wraps(const struct sx_Code *code)
{
    return code->kind == SX_CODE_KIND_DISK_IMAGE || code->kind == SX_CODE_KIND_INSTALLER_PACKAGE;
}

/* Leaves of one kind and state, without profile, of which nothing is found. */
static bool are_alike(const struct sx_html *h, const struct sx_Code *a, const struct sx_Code *b)
{
    enum sx_role role;
    return a->kind == b->kind && a->profile == NULL && b->profile == NULL && a->nested.n == 0 &&
           b->nested.n == 0 && sx_html_tally(h, &a->head) == NULL &&
           sx_html_tally(h, &b->head) == NULL && !wraps(a) &&
           sx_str_eq(sx_show_state(a, &role), sx_show_state(b, &role));
}

static size_t count_alike(const struct sx_html *h, struct sx_objs code, size_t from)
{
    size_t n = 1;
    while (from + n < code.n && are_alike(h, SX_AT(Code, code, from), SX_AT(Code, code, from + n)))
        n++;
    return n;
}

static void write_alike(struct sx_html *h, struct sx_objs code, size_t from, size_t n,
                        const struct place *place)
{
    const struct sx_Code *first = SX_AT(Code, code, from);
    begin_row(h, place);
    sx_html_raw(h, "<details class=\"more\"><summary class=\"name\">");
    sx_html_text(h, sx_count(h->arena, n, sx_code_noun(first->kind)));
    sx_html_raw(h, "</summary><ul class=\"mono\">");
    for (size_t i = from; i < from + n; i++) {
        const struct sx_Code *c = SX_AT(Code, code, i);
        sx_html_raw(h, "<li>");
        sx_html_name(h, sx_escape(h->arena, path_below(c, place->above)));
        sx_html_raw(h, "</li>");
    }
    sx_html_raw(h, "</ul></details></th>\n");
    write_state(h, first);
    write_profile(h, first);
    write_tally(h, &first->head); /* none */
}

/* Objects without a host, below what wraps them: lists by the path of a disk image or installer
 * package; "" has those that nothing wraps. */
struct list {
    SX_VEC(const struct sx_object *) at;
};

static struct list *list_at(struct sx_html *h, struct sx_table *lists, struct sx_str path)
{
    struct list *list = sx_table_get(lists, path);
    if (list == NULL) {
        list = SX_NEW(h->arena, struct list);
        sx_table_put(lists, path, list);
    }
    return list;
}

static struct sx_str folder_of(struct sx_str path)
{
    size_t base = sx_str_base(path).len;
    return sx_str_sub(path, 0, base < path.len ? path.len - base - 1 : 0);
}

static struct list *wrapper_of(struct sx_html *h, struct sx_table *lists, struct sx_str path)
{
    struct list *list = NULL;
    for (path = folder_of(path); list == NULL && path.len > 0; path = folder_of(path))
        list = sx_table_get(lists, path);
    return list != NULL ? list : list_at(h, lists, SX_STR(""));
}

static void gather_roots(struct sx_html *h, const struct sx_Artifact *artifact,
                         struct sx_table *lists)
{
    sx_table_init(lists, h->arena);
    list_at(h, lists, SX_STR(""));
    for (size_t i = 0; i < artifact->code.n; i++)
        if (wraps(SX_AT(Code, artifact->code, i)))
            list_at(h, lists, SX_AT(Code, artifact->code, i)->path);
    for (size_t i = 0; i < artifact->code.n; i++) {
        const struct sx_Code *code = SX_AT(Code, artifact->code, i);
        if (code->host == NULL)
            SX_PUSH(h->arena, &wrapper_of(h, lists, code->path)->at, &code->head);
    }
}

static struct sx_objs wrapped(const struct sx_table *lists, struct sx_str path)
{
    const struct list *list = sx_table_get(lists, path);
    return (struct sx_objs){ list->at.at, list->at.n };
}

static void write_level(struct sx_html *h, const struct sx_table *lists, struct sx_objs code,
                        const struct place *above)
{
    for (size_t i = 0, n; i < code.n && !h->pen->stopped; i += n) {
        const struct sx_Code *c = SX_AT(Code, code, i);
        n = above != NULL ? count_alike(h, code, i) : 1;
        n = n > MOST_ALIKE ? n : 1;
        struct place place = { above, c->path, i + n == code.n,
                               above != NULL ? above->depth + 1 : 0 };
        if (n > 1)
            write_alike(h, code, i, n, &place);
        else
            write_code(h, c, &place);
        write_level(h, lists, n == 1 && wraps(c) ? wrapped(lists, c->path) : c->nested, &place);
    }
}

static void write_configurations(struct sx_html *h, const struct sx_judgement *at)
{
    static const struct place outermost = { 0 };
    for (size_t i = 0; i < at->artifact->configurations.n; i++) {
        const struct sx_Configuration *c = SX_AT(Configuration, at->artifact->configurations, i);
        begin_row(h, &outermost);
        sx_html_raw(h, "<span class=\"name\">");
        sx_html_name(h, sx_path_words(at, sx_escape(h->arena, c->path), h->arena));
        sx_html_raw(h, "</span><span class=\"sub\">");
        sx_html_prose(h, sx_configuration_words(h->arena, c));
        sx_pen_printf(h->pen,
                      "</span></th>\n<td data-l=\"signature\" class=\"is-idle\">%s</td>\n"
                      "<td data-l=\"profile\" class=\"is-idle\">needs none</td>\n",
                      c->is_signed ? "signed" : "not signed");
        write_tally(h, &c->head);
    }
}

void sx_html_bundle(struct sx_html *h)
{
    struct sx_str words = sx_objects_words(h->part, h->arena);
    if (words.len == 0)
        return;
    sx_html_section(h, "bundle", "What is in it");
    sx_html_raw(h, "<p class=\"lead\">");
    sx_html_text(h, words);
    sx_html_raw(h, ".</p>\n<div class=\"card\">\n<table class=\"tree stack\">\n<thead><tr>"
                   "<th scope=\"col\">code object</th><th scope=\"col\">signature</th>"
                   "<th scope=\"col\">profile</th><th scope=\"col\">findings</th></tr></thead>\n"
                   "<tbody>\n");
    for (size_t i = 0; i < h->part->n; i++) {
        struct sx_table lists;
        gather_roots(h, h->part->at[i].artifact, &lists);
        write_level(h, &lists, wrapped(&lists, SX_STR("")), NULL);
        write_configurations(h, &h->part->at[i]);
    }
    sx_html_raw(h, "</tbody>\n</table>\n</div>\n");
    sx_html_section_end(h);
}
