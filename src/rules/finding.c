/* SPDX-License-Identifier: MIT */
/* From hits to findings: rendered, merged over the slices of a code object, laid under their
 * causes, and put in the order of the report. */
#include "rules/case.h"

#include <stdlib.h>

/* A finding while its lists still grow. */
struct growing {
    struct sx_finding finding; /* first, so that the one is the other */
    SX_VEC(struct sx_str) slices;
    SX_VEC(struct sx_finding *) consequences;
    struct sx_str offending; /* as text, for the fingerprint */
};

struct writer {
    struct sx_case *c;
    struct sx_table made;      /* rule, owner, cause and message to struct growing */
    struct sx_table hosts;     /* code objects that hold a system extension */
    struct sx_table app_hosts; /* the same of an app extension */
    SX_VEC(struct growing *) all;
};

/* Rendering */

static void bind_hit(struct sx_case *c, const struct sx_hit *hit, size_t gathered)
{
    enum sx_scope scope = hit->charge->rule->scope;
    for (size_t i = 0; i < SX_N_SUBJECTS; i++)
        c->bound.of[i] = sx_object_value(hit->subject[i]);
    if (gathered < hit->gathered.n)
        c->bound.of[sx_scope_subject(scope)] = sx_object_value(hit->gathered.at[gathered]);
    c->bound.of[SX_NAME_COUNT] = sx_int(hit->gathered.n > 0 ? (int64_t)hit->gathered.n : 1);
}

/* Those that its program yields for each of the gathered problems or claims, or, without a
 * program, the gathered themselves. */
struct sx_value sx_case_offending(struct sx_case *c, const struct sx_hit *hit)
{
    const struct sx_cel_program *program = hit->charge->rule->offending;
    SX_VEC(struct sx_value) all = { 0 };
    if (program == NULL)
        return sx_list_objects(hit->gathered.at, hit->gathered.n);
    size_t n = hit->gathered.n > 0 ? hit->gathered.n : 1;
    for (size_t i = 0; i < n; i++) {
        struct sx_value variables[SX_MAX_VARIABLES];
        bind_hit(c, hit, i);
        sx_scope_bind(hit->charge->rule->scope, &c->bound, variables);
        struct sx_value list = sx_case_value(c, program, variables);
        for (size_t k = 0; list.kind == SX_LIST && k < list.list.n; k++)
            SX_PUSH(c->scratch, &all, sx_list_at(list, k));
    }
    return sx_list_values(all.at, all.n);
}

const struct sx_template *sx_case_ready(struct sx_case *c, const struct sx_template *template)
{
    struct sx_str key = { (const char *)&template, sizeof(template) };
    struct sx_err err = { 0 };
    if (template == NULL || template->is_ready)
        return template;
    struct sx_template *known = sx_table_get(&c->texts, key);
    if (known != NULL)
        return known;
    const struct sx_template *ready;
    known = SX_NEW(c->arena, struct sx_template);
    *known = *template; /* should it not compile, it says nothing */
    if (sx_template_ready(template, c->arena, &ready, &err))
        *known = *ready;
    known->is_ready = sx_table_put(&c->texts, sx_str_dup(c->arena, key), known);
    return known;
}

/* Nobody mends what lies in a container but whoever packs it. */
static struct sx_shell_root shell_root(const struct sx_Artifact *artifact)
{
    return (struct sx_shell_root){ sx_str_base(artifact->path), artifact->path,
                                   artifact->container };
}

struct sx_rendering sx_case_render(struct sx_case *c, const struct sx_template *template,
                                   enum sx_reader reader, const struct sx_value *variables)
{
    struct sx_cel_run run = { .arena = c->scratch, .context = &c->asker };
    struct sx_shell_root root = shell_root(c->artifact);
    return sx_template_render(sx_case_ready(c, template), reader, &root, variables, &run, c->arena);
}

static struct sx_str render(struct sx_case *c, const struct sx_template *template,
                            const struct sx_value *variables)
{
    return sx_case_render(c, template, SX_FOR_PEOPLE, variables).text;
}

/* A label that would speak of what is not there is left out. */
static struct sx_str label(struct sx_case *c, const struct sx_template *template,
                           const struct sx_value *variables)
{
    struct sx_rendering made = sx_case_render(c, template, SX_FOR_PEOPLE, variables);
    bool is_told = made.doubt.kind == SX_NULL && !made.has_absent;
    return is_told ? made.text : (struct sx_str){ 0 };
}

static struct sx_strs seen_as(struct sx_case *c, const struct sx_rule *rule,
                              const struct sx_value *variables)
{
    const struct sx_template *const *symptoms = ((const struct sx_rule_entry *)rule)->symptoms;
    size_t n = ((const struct sx_rule_entry *)rule)->n_symptoms;
    struct sx_str *at = SX_NEW_N(c->arena, struct sx_str, n);
    for (size_t i = 0; i < n; i++)
        at[i] = render(c, symptoms[i], variables);
    return (struct sx_strs){ at, n };
}

static void render_texts(struct sx_case *c, const struct sx_hit *hit, struct sx_value *variables,
                         struct sx_finding *f)
{
    const struct sx_rule *rule = f->rule;
    f->found = label(c, rule->found, variables);
    f->wanted = label(c, rule->wanted, variables);
    f->profile = label(c, rule->profile, variables);
    f->why = render(c, ((const struct sx_rule_entry *)rule)->why, &c->bound.of[SX_NAME_COUNT]);
    f->seen_as = seen_as(c, rule, variables);
    sx_place_render(c, hit, variables, f);
    sx_repair_render(c, hit, variables, f);
}

static struct sx_str below(struct sx_str path, struct sx_str folder)
{
    if (path.len > folder.len && sx_str_starts(path, folder) && path.ptr[folder.len] == '/')
        return sx_str_sub(path, folder.len + 1, path.len);
    return path;
}

static void list_files(struct sx_case *c, const struct sx_hit *hit, struct sx_finding *f)
{
    if (f->rule->files.ptr == NULL)
        return;
    struct sx_str *at = SX_NEW_N(c->arena, struct sx_str, hit->gathered.n);
    struct sx_str folder = sx_object_identity(hit->owner);
    size_t n = 0;
    for (size_t i = 0; i < hit->gathered.n; i++) {
        const struct sx_Problem *problem = (const struct sx_Problem *)hit->gathered.at[i];
        if (problem->path.ptr != NULL)
            at[n++] = sx_escape(c->arena, below(problem->path, folder));
    }
    sx_strs_sort(at, n);
    f->files = (struct sx_strs){ at, n };
    f->files_label = f->rule->files;
}

static void list_hosts(struct writer *w)
{
    const struct sx_objs all = w->c->artifact->code;
    sx_table_init(&w->hosts, w->c->arena);
    sx_table_init(&w->app_hosts, w->c->arena);
    for (size_t i = 0; i < all.n; i++) {
        const struct sx_Code *code = SX_AT(Code, all, i);
        if (code->host == NULL) /* one that holds two is there already */
            continue;
        if (sx_is_system_extension(code))
            (void)sx_table_put(&w->hosts, sx_code_key(&code->host), w);
        if (code->kind == SX_CODE_KIND_APP_EXTENSION)
            (void)sx_table_put(&w->app_hosts, sx_code_key(&code->host), w);
    }
}

static bool is_extension_or_host(const struct writer *w, const struct sx_Code *code)
{
    return sx_is_system_extension(code) || sx_table_get(&w->hosts, sx_code_key(&code)) != NULL;
}

static bool is_with_extension(const struct writer *w, const struct sx_Code *code)
{
    return is_extension_or_host(w, code) || code->kind == SX_CODE_KIND_APP_EXTENSION ||
           sx_table_get(&w->app_hosts, sx_code_key(&code)) != NULL;
}

/* Where there is no extension, in it or around it, nothing is to be activated. */
static bool is_apart(const struct writer *w, const struct sx_Code *code)
{
    static const unsigned kinds = 1u << SX_CODE_KIND_APP | 1u << SX_CODE_KIND_XPC_SERVICE |
                                  1u << SX_CODE_KIND_EXECUTABLE | 1u << SX_CODE_KIND_PLUGIN |
                                  1u << SX_CODE_KIND_FRAMEWORK | 1u << SX_CODE_KIND_DYLIB |
                                  1u << SX_CODE_KIND_BUNDLE;
    if ((kinds >> code->kind & 1) == 0)
        return false;
    while (code != NULL && !is_with_extension(w, code))
        code = code->host;
    return code == NULL;
}

/* What kills an extension, or the app that has to ask for it, stops its activation as well. */
static unsigned gates_of(const struct writer *w, const struct sx_hit *hit)
{
    unsigned gates = hit->charge->gates, activation = 1u << SX_GATE_ACTIVATION;
    const struct sx_Code *code = sx_hit_code(hit);
    if ((gates & 1u << SX_GATE_LAUNCH) != 0 && code != NULL && is_extension_or_host(w, code))
        gates |= w->c->gates & activation;
    if (code != NULL && is_apart(w, code))
        gates &= ~activation;
    return gates;
}

static void fill(const struct writer *w, const struct sx_hit *hit, struct sx_finding *f)
{
    struct sx_case *c = w->c;
    size_t n_problems = hit->charge->rule->scope == SX_SCOPE_PROBLEM ? hit->gathered.n : 0;
    f->rule = hit->charge->rule;
    f->severity = hit->charge->severity;
    f->gates = gates_of(w, hit);
    f->owner = hit->owner;
    f->path = sx_escape(c->arena, sx_object_identity(hit->owner));
    if (n_problems > 0)
        f->symbol = ((const struct sx_Problem *)hit->gathered.at[0])->symbol;
    if (n_problems == 1) /* several have no one place */
        f->offset = ((const struct sx_Problem *)hit->gathered.at[0])->offset;
    list_files(c, hit, f);
}

/* Every element, however many. */
static struct sx_str text_of(struct sx_case *c, struct sx_value elements)
{
    SX_AUTO(sx_buf_release) struct sx_buf out = { 0 };
    for (size_t i = 0; i < elements.list.n; i++) {
        sx_value_text(&out, sx_list_at(elements, i), ", ");
        sx_buf_char(&out, '\n');
    }
    return sx_str_dup(c->arena, sx_buf_view(&out));
}

/* Merging */

static struct sx_str key_of(struct writer *w, const struct sx_hit *hit, struct sx_str message)
{
    const struct sx_finding *cause = hit->cause != NULL ? hit->cause->finding : NULL;
    const void *parts[] = { hit->charge, hit->owner, cause };
    SX_AUTO(sx_buf_release) struct sx_buf key = { 0 };
    sx_buf_put(&key, parts, sizeof(parts));
    sx_buf_str(&key, message);
    return sx_str_dup(w->c->arena, sx_buf_view(&key));
}

/* Does Apple's log name what a finding says? Whatever makes a signature invalid stands there as
 * one line for the whole signature, which is another rule's finding. */
static bool is_notary_issue(const struct sx_hit *hit)
{
    const unsigned invalid = SX_BY_CODESIGN | SX_BY_STRICT | SX_BY_INSTALLER;
    if ((hit->charge->gates & 1u << SX_GATE_NOTARIZATION) == 0)
        return false;
    if (hit->charge->rule->scope != SX_SCOPE_PROBLEM)
        return true;
    const struct sx_Problem *problem = (const struct sx_Problem *)hit->gathered.at[0];
    return problem->what == SX_PROBLEM_ABSENT ||
           (sx_problem_kind((enum sx_ProblemKind)problem->what)->refused_by & invalid) == 0;
}

static void add_slice(struct sx_case *c, struct growing *g, const struct sx_hit *hit)
{
    const struct sx_Slice *slice = (const struct sx_Slice *)hit->subject[SX_NAME_SLICE];
    if (slice != NULL && slice->arch.ptr != NULL)
        SX_PUSH(c->arena, &g->slices, sx_escape(c->arena, slice->arch));
    if (is_notary_issue(hit))
        g->finding.n_notary_issues++;
}

static void write_hit(struct writer *w, struct sx_hit *hit)
{
    struct sx_case *c = w->c;
    struct sx_arena_mark mark = sx_arena_mark(c->scratch);
    struct sx_value variables[SX_MAX_VARIABLES];
    struct sx_value elements = sx_case_offending(c, hit);
    bind_hit(c, hit, 0);
    c->bound.of[SX_NAME_OFFENDING] = elements;
    sx_scope_bind(hit->charge->rule->scope, &c->bound, variables);

    struct sx_str message = render(c, hit->charge->rule->message, variables);
    struct sx_str key = key_of(w, hit, message);
    struct growing *g = sx_table_get(&w->made, key);
    if (g == NULL) {
        g = SX_NEW(c->arena, struct growing);
        g->finding.message = message;
        fill(w, hit, &g->finding);
        render_texts(c, hit, variables, &g->finding);
        g->offending = text_of(c, elements);
        if (sx_table_put(&w->made, key, g))
            SX_PUSH(c->arena, &w->all, g);
        if (hit->cause != NULL)
            SX_PUSH(c->arena, &((struct growing *)hit->cause->finding)->consequences, &g->finding);
    }
    add_slice(c, g, hit);
    hit->finding = &g->finding;
    sx_arena_rewind(c->scratch, mark);
}

/* Order: path; errors, warnings, notes; offset; id. */

static int by_report(const void *a, const void *b)
{
    const struct sx_finding *const *pa = a, *const *pb = b;
    const struct sx_finding *x = *pa, *y = *pb;
    int order = sx_str_cmp(x->path, y->path);
    if (order == 0)
        order = (int)y->severity - (int)x->severity;
    if (order == 0)
        order = (x->offset.v > y->offset.v) - (x->offset.v < y->offset.v);
    if (order == 0)
        order = sx_str_cmp(x->rule->id, y->rule->id);
    return order != 0 ? order : sx_str_cmp(x->message, y->message);
}

static void sort(struct sx_finding **at, size_t n)
{
    if (n > 0)
        qsort(at, n, sizeof(struct sx_finding *), by_report);
}

/* Slices are named when the finding does not hold for all of its code object. */
static void close_slices(struct growing *g)
{
    const struct sx_object *owner = g->finding.owner;
    const struct sx_Code *code = (const struct sx_Code *)owner;
    if (owner->type == &sx_type_Code && g->slices.n < code->slices.n)
        g->finding.slices = (struct sx_strs){ g->slices.at, g->slices.n };
}

static void close_finding(struct sx_case *c, struct growing *g)
{
    close_slices(g);
    g->finding.fingerprint = sx_fingerprint(c, &g->finding, g->offending);
    sort(g->consequences.at, g->consequences.n);
    g->finding.consequences = (const struct sx_finding *const *)g->consequences.at;
    g->finding.n_consequences = g->consequences.n;
    for (size_t i = 0; i < g->consequences.n; i++)
        g->finding.n_notary_issues += g->consequences.at[i]->n_notary_issues;
}

static void write_hits(struct writer *w, bool with_cause)
{
    for (size_t i = 0; i < w->c->hits.n; i++)
        if ((w->c->hits.at[i]->cause != NULL) == with_cause)
            write_hit(w, w->c->hits.at[i]);
}

void sx_case_findings(struct sx_case *c)
{
    struct writer w = { .c = c };
    sx_table_init(&w.made, c->arena);
    list_hosts(&w);
    write_hits(&w, false); /* causes first: consequences are laid under them */
    size_t n_causes = w.all.n;
    write_hits(&w, true);
    for (size_t i = w.all.n; i-- > 0;)
        close_finding(c, w.all.at[i]);
    for (size_t i = 0; i < n_causes; i++)
        SX_PUSH(c->arena, &c->findings, &w.all.at[i]->finding);
}

static void count(struct sx_judgement *j, const struct sx_finding *f)
{
    j->count[f->severity] += f->status == SX_OPEN;
    j->n_baseline += f->status == SX_BASELINE;
    if (f->status != SX_WAIVED)
        return;
    j->n_waived++;
    if (!j->waived_until.has || sx_time_cmp(f->waiver->expires.t, j->waived_until.t) < 0)
        j->waived_until = f->waiver->expires;
}

void sx_case_close(struct sx_case *c)
{
    sort(c->findings.at, c->findings.n);
    for (size_t i = 0; i < c->findings.n; i++)
        count(c->judgement, c->findings.at[i]);
    c->judgement->findings = (const struct sx_finding *const *)c->findings.at;
    c->judgement->n_findings = c->findings.n;
    sx_doubts_close(c);
}
