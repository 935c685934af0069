/* SPDX-License-Identifier: MIT */
/* The examples in rule files: small facts on which a rule must fire, or must not. What an
 * example does not state has not been examined, so it has to state whatever its rule reads. */
#include "base/limits.h"
#include "rules/keys.h"
#include "rules/requirement.h"
#include "rules/ruleset.h"
#include "rules/yaml_value.h"

struct example {
    const struct sx_rule_entry *entry;
    uint32_t node;
    struct sx_arena *arena;
    struct sx_bound bound;
    struct sx_requirement_asker asker;
    struct sx_cel_run run;
    struct sx_value variables[SX_MAX_VARIABLES];
};

/* The steps of running an example say what is wrong with it, in words: absent text when nothing
 * is. */
static const struct sx_str fine;

/* Facts out of YAML */

static bool build_object(struct example *e, const struct sx_spec *spec, struct sx_value v,
                         struct sx_value *out, struct sx_err *err)
{
    const struct sx_object *object;
    *out = sx_null();
    if (v.kind == SX_NULL)
        return true;
    if (v.kind != SX_MAP)
        return sx_fail(err, SX_E_FORMAT, 0, "want a map for a %s", spec->object->name);
    SX_TRY(sx_object_build(spec->object, v.map, &sx_type_Unread, e->arena, &object, err));
    *out = sx_object_value(object);
    return true;
}

static bool build(struct example *e, const struct sx_spec *spec, struct sx_value v,
                  struct sx_value *out, struct sx_err *err);

static bool build_list(struct example *e, const struct sx_spec *spec, struct sx_value v,
                       struct sx_value *out, struct sx_err *err)
{
    if (v.kind != SX_LIST)
        return sx_fail(err, SX_E_FORMAT, 0, "want a list");
    struct sx_value *at = SX_NEW_N(e->arena, struct sx_value, v.list.n);
    for (size_t i = 0; i < v.list.n; i++)
        SX_TRY(build(e, spec->elem, sx_list_at(v, i), &at[i], err));
    *out = sx_list_values(at, v.list.n);
    return true;
}

static bool build_map(struct example *e, const struct sx_spec *spec, struct sx_value v,
                      struct sx_value *out, struct sx_err *err)
{
    if (v.kind != SX_MAP)
        return sx_fail(err, SX_E_FORMAT, 0, "want a map");
    struct sx_entry *at = SX_NEW_N(e->arena, struct sx_entry, v.map->n);
    for (size_t i = 0; i < v.map->n; i++) {
        at[i].key = v.map->at[i].key;
        SX_TRY(build(e, spec->elem, v.map->at[i].value, &at[i].value, err));
    }
    *out = sx_map_value(sx_map_new(e->arena, at, v.map->n));
    return true;
}

static bool build_time(struct sx_value v, struct sx_value *out, struct sx_err *err)
{
    struct sx_time time;
    if (v.kind != SX_STRING || !sx_time_parse(v.str, true, &time))
        return sx_fail(err, SX_E_FORMAT, 0, "want a date, 2026-11-24");
    *out = sx_timestamp(time);
    return true;
}

static bool build(struct example *e, const struct sx_spec *spec, struct sx_value v,
                  struct sx_value *out, struct sx_err *err)
{
    if (spec->kind == SX_T_OBJECT)
        return build_object(e, spec, v, out, err);
    if (spec->kind == SX_T_LIST)
        return build_list(e, spec, v, out, err);
    if (spec->kind == SX_T_MAP)
        return build_map(e, spec, v, out, err);
    if (spec->kind == SX_T_TIMESTAMP)
        return build_time(v, out, err);
    if (v.kind != SX_STRING && v.kind != SX_NULL)
        return sx_fail(err, SX_E_FORMAT, 0, "want text");
    *out = v;
    return true;
}

/* Until the example states it, a name stands for something nobody has looked at. */
static void bind_unknown(struct example *e)
{
    for (int i = 0; i < SX_N_NAMES; i++) {
        struct sx_unread *unread = SX_NEW(e->arena, struct sx_unread);
        unread->what = sx_str_of(sx_name_text((enum sx_name)i));
        unread->state = SX_UNREAD_NOT_EXAMINED;
        e->bound.of[i] = (struct sx_value){ .kind = SX_UNKNOWN, .unread = unread };
    }
}

static struct sx_str bind_stated(struct example *e)
{
    struct sx_value stated = sx_yaml_value(e->entry->yaml, e->node, e->arena);
    if (stated.kind != SX_MAP)
        return SX_STR("an example has to be a map of names to facts");
    for (size_t i = 0; i < stated.map->n; i++) {
        struct sx_err err = { 0 };
        struct sx_str key = stated.map->at[i].key.str;
        enum sx_name name = sx_name_find(key);
        if (name == SX_N_NAMES)
            return sx_str_printf(e->arena, "no rule knows a name %.*s", SX_STR_ARG(key));
        if (!build(e, sx_name_spec(name), stated.map->at[i].value, &e->bound.of[name], &err))
            return sx_str_printf(e->arena, "%.*s: %s", SX_STR_ARG(key), err.what);
    }
    return fine;
}

/* Questions */

static struct sx_str not_told(struct example *e, struct sx_value v)
{
    const struct sx_unread *unread = v.kind == SX_UNKNOWN ? v.unread : NULL;
    if (v.kind == SX_ERROR)
        return sx_str_printf(e->arena, "broke off: %.*s", SX_STR_ARG(v.str));
    if (unread == NULL)
        return SX_STR("not checked");
    if (unread->reason.ptr != NULL && unread->owner == NULL)
        return sx_str_printf(e->arena, "not checked: %.*s", SX_STR_ARG(unread->reason));
    const char *type = unread->owner != NULL ? unread->owner->type->name : NULL;
    return sx_str_printf(e->arena, "not checked: the example does not state %s%s%.*s",
                         type != NULL ? type : "", type != NULL ? "." : "",
                         SX_STR_ARG(unread->what));
}

static struct sx_value eval(struct example *e, const struct sx_cel_program *program)
{
    e->run.steps = SX_MAX_STEPS;
    return sx_cel_eval(program, &e->run, e->variables);
}

static struct sx_str ask(struct example *e, bool *fired)
{
    const struct sx_rule *rule = &e->entry->rule;
    struct sx_value v = rule->when != NULL ? eval(e, rule->when) : sx_bool(true);
    bool applies = v.kind == SX_BOOL && v.b;
    if (applies)
        v = eval(e, rule->check);
    if (v.kind != SX_BOOL)
        return not_told(e, v);
    *fired = applies && !v.b;
    return fine;
}

static void bind_offending(struct example *e)
{
    const struct sx_rule *rule = &e->entry->rule;
    struct sx_value subject = e->bound.of[sx_scope_subject(rule->scope)];
    struct sx_value *one = SX_NEW(e->arena, struct sx_value);
    *one = subject;
    e->bound.of[SX_NAME_COUNT] = sx_int(1);
    e->bound.of[SX_NAME_OFFENDING] =
        rule->offending != NULL ? eval(e, rule->offending) : sx_list_values(one, 1);
    sx_scope_bind(rule->scope, &e->bound, e->variables);
}

/* A finding that fires must be able to say what it says. */
static struct sx_str speak(struct example *e)
{
    const struct sx_rule *r = &e->entry->rule;
    const struct {
        const char *name;
        const struct sx_template *template;
    } texts[] = {
        { "message", r->message }, { "found", r->found },        { "wanted", r->wanted },
        { "profile", r->profile }, { "do", r->fix.instruction }, { "run", r->fix.run },
        { "minus", r->fix.minus }, { "plus", r->fix.plus },
    };
    bind_offending(e);
    for (size_t i = 0; i < SX_LEN(texts); i++) {
        const struct sx_template *ready;
        struct sx_err err = { 0 };
        if (!sx_template_ready(texts[i].template, e->arena, &ready, &err))
            return sx_str_printf(e->arena, "%s: %s", texts[i].name, err.what);
        struct sx_rendering made =
            sx_template_render(ready, SX_FOR_PEOPLE, NULL, e->variables, &e->run, e->arena);
        bool is_label = i > 0 && i < 4; /* left out when it has nothing to speak of */
        if (made.doubt.kind == SX_UNKNOWN || (made.doubt.kind == SX_ERROR && !is_label))
            return sx_str_printf(e->arena, "%s: %s", texts[i].name, not_told(e, made.doubt).ptr);
    }
    return fine;
}

static struct sx_str run_example(struct example *e, bool wants_failure)
{
    bool fired = false;
    bind_unknown(e);
    struct sx_str wrong = bind_stated(e);
    if (wrong.ptr != NULL)
        return wrong;
    sx_scope_bind(e->entry->rule.scope, &e->bound, e->variables);
    wrong = ask(e, &fired);
    if (wrong.ptr != NULL)
        return wrong;
    if (fired != wants_failure)
        return fired ? SX_STR("fired") : SX_STR("did not fire");
    return fired ? speak(e) : fine;
}

/* Reports */

struct tester {
    struct sx_arena *arena;
    struct sx_example_report report;
    SX_VEC(struct sx_example_failure) failures;
};

static void run_list(struct tester *t, const struct sx_rule_entry *entry, uint32_t list,
                     bool wants_failure)
{
    size_t number = 0;
    if (list == 0)
        return;
    for (uint32_t n = sx_yaml_at(entry->yaml, list)->child; n != 0;) {
        SX_AUTO(sx_arena_freep) struct sx_arena *scratch = sx_arena_new();
        struct example e = { .entry = entry, .node = n, .arena = scratch };
        sx_requirement_asker_init(&e.asker, scratch, NULL);
        e.run = (struct sx_cel_run){ .arena = scratch, .context = &e.asker };
        struct sx_str wrong = run_example(&e, wants_failure);
        t->report.run++;
        number++;
        if (wrong.ptr == NULL)
            t->report.passed++;
        else
            SX_PUSH(t->arena, &t->failures,
                    (struct sx_example_failure){ .rule = &entry->rule,
                                                 .wants_failure = wants_failure,
                                                 .number = number,
                                                 .what = sx_str_dup(t->arena, wrong) });
        n = sx_yaml_at(entry->yaml, n)->next;
    }
}

static bool is_below(struct sx_str file, const char *path)
{
    struct sx_str folder = sx_str_of(path);
    if (!sx_str_starts(file, folder))
        return false;
    return file.len == folder.len || folder.len == 0 || folder.ptr[folder.len - 1] == '/' ||
           file.ptr[folder.len] == '/';
}

struct sx_example_report sx_ruleset_test(struct sx_ruleset *set, const char *path)
{
    struct tester t = { .arena = set->arena };
    for (size_t i = 0; i < set->rules.n; i++) {
        const struct sx_rule_entry *entry = set->rules.at[i];
        bool is_meant = path == NULL || (!entry->is_built_in && is_below(entry->rule.file, path));
        if (!is_meant || entry->rule.is_advice)
            continue;
        run_list(&t, entry, entry->pass, false);
        run_list(&t, entry, entry->fail, true);
    }
    t.report.failures = t.failures.at;
    t.report.n_failures = t.failures.n;
    return t.report;
}

struct sx_str sx_rule_example(const struct sx_ruleset *set, const struct sx_rule *rule,
                              bool wants_failure)
{
    const struct sx_rule_entry *entry = (const struct sx_rule_entry *)rule;
    uint32_t list = wants_failure ? entry->fail : entry->pass;
    if (list == 0)
        return (struct sx_str){ 0 };
    SX_AUTO(sx_buf_release) struct sx_buf out = { 0 };
    for (uint32_t n = sx_yaml_at(entry->yaml, list)->child; n != 0;
         n = sx_yaml_at(entry->yaml, n)->next) {
        sx_buf_cstr(&out, out.len > 0 ? "\n" : "");
        sx_yaml_print(&out, entry->yaml, n);
    }
    return sx_str_dup(set->arena, sx_buf_view(&out));
}
