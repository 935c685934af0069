/* SPDX-License-Identifier: MIT */
/* JUnit's report, as Jenkins and GitLab read it: a suite an artifact, a case a rule and object.
 * A case fails when a finding of it fails the run, and passes when the rule was asked and held;
 * what was not checked is skipped, or an error where that ends the run as incomplete. Rules that
 * have nothing to ask of an object have no case, nor have consequences. */
#include "report/brief.h"
#include "report/formats.h"
#include "report/gaps.h"
#include "report/pen.h"

#include <stdlib.h>

enum outcome { PASSED, SKIPPED, FAILED, ERROR, N_OUTCOMES };

struct test {
    struct sx_str path, name; /* of class and case */
    enum outcome outcome;
    SX_VEC(const struct sx_finding *) findings;
    struct sx_str reason; /* why it was not checked; absent: a rule was asked */
};

struct suite {
    struct sx_arena *arena;
    const struct sx_judgement *at;
    const struct sx_style *style;
    struct sx_table by_key; /* of a rule and an owner: struct test */
    SX_VEC(struct test *) tests;
    size_t count[N_OUTCOMES];
};

static struct sx_str key_of(struct suite *suite, const struct sx_rule *rule,
                            const struct sx_object *owner)
{
    const void *parts[] = { rule, owner };
    return sx_str_dup(suite->arena, (struct sx_str){ (const char *)parts, sizeof(parts) });
}

static struct test *add(struct suite *suite, struct sx_str path, struct sx_str name)
{
    struct test *test = SX_NEW(suite->arena, struct test);
    test->path = path;
    test->name = name;
    SX_PUSH(suite->arena, &suite->tests, test);
    return test;
}

static enum outcome outcome_of(const struct suite *suite, const struct sx_finding *f)
{
    if (!sx_is_open(f))
        return SKIPPED;
    return f->severity >= suite->style->fail_on ? FAILED : PASSED;
}

static void add_finding(struct suite *suite, const struct sx_finding *f)
{
    struct sx_str key = key_of(suite, f->rule, f->owner);
    struct test *test = sx_table_get(&suite->by_key, key);
    enum outcome outcome = outcome_of(suite, f);
    if (test == NULL) {
        test = add(suite, sx_path_words(suite->at, f->path, suite->arena),
                   sx_brief_title(f->rule, suite->arena));
        test->outcome = outcome;
        sx_table_put(&suite->by_key, key, test);
    }
    test->outcome = outcome > test->outcome ? outcome : test->outcome;
    SX_PUSH(suite->arena, &test->findings, f);
    for (size_t i = 0; i < f->n_consequences; i++) { /* no case, and no pass either */
        const struct sx_finding *c = f->consequences[i];
        sx_table_put(&suite->by_key, key_of(suite, c->rule, c->owner), test);
    }
}

static void add_pass(struct suite *suite, const struct sx_pass *pass)
{
    if (!sx_table_put(&suite->by_key, key_of(suite, pass->rule, pass->owner), suite))
        return;
    struct sx_str path = sx_escape(suite->arena, sx_object_identity(pass->owner));
    add(suite, sx_path_words(suite->at, path, suite->arena),
        sx_brief_title(pass->rule, suite->arena));
}

static void add_not_checked(struct suite *suite, struct sx_str path, struct sx_str what,
                            struct sx_str reason, bool is_incomplete)
{
    struct test *test = add(suite, path, what.len > 0 ? what : SX_STR("contents"));
    test->outcome = is_incomplete ? ERROR : SKIPPED;
    test->reason = reason;
}

/* A case for each member of each object; of what could not be read there is nothing but itself. */
static void gather_not_checked(struct suite *suite)
{
    const struct sx_judgement *at = suite->at;
    const struct sx_gap *gaps;
    size_t n = at->is_unreadable ? sx_gaps(at, suite->arena, &gaps) : 0;
    for (size_t i = 0; i < n; i++)
        add_not_checked(suite, gaps[i].path, gaps[i].what, gaps[i].reason, true);
    for (size_t i = 0; i < at->n_not_checked && !at->is_unreadable; i++) {
        const struct sx_not_checked *entry = &at->not_checked[i];
        add_not_checked(suite, sx_path_words(at, entry->path, suite->arena), entry->what,
                        entry->reason, entry->state == SX_UNREAD_NOT_EXAMINED);
    }
}

static int by_name(const void *a, const void *b)
{
    const struct test *x = *(struct test *const *)a, *y = *(struct test *const *)b;
    int order = sx_str_cmp(x->path, y->path);
    return order != 0 ? order : sx_str_cmp(x->name, y->name);
}

static void gather(struct suite *suite)
{
    const struct sx_judgement *at = suite->at;
    sx_table_init(&suite->by_key, suite->arena);
    for (size_t i = 0; i < at->n_findings; i++)
        add_finding(suite, at->findings[i]);
    for (size_t i = 0; i < at->n_passes; i++)
        add_pass(suite, &at->passes[i]);
    gather_not_checked(suite);
    if (suite->tests.n > 0)
        qsort(suite->tests.at, suite->tests.n, sizeof(struct test *), by_name);
    for (size_t i = 0; i < suite->tests.n; i++)
        suite->count[suite->tests.at[i]->outcome]++;
}

/* Out */

static void write_texts(struct sx_pen *pen, const struct test *test, struct sx_arena *arena)
{
    for (size_t i = 0; i < test->findings.n; i++) {
        const struct sx_finding *f = test->findings.at[i];
        sx_pen_printf(pen, "%s%s: ", i > 0 ? "\n" : "", sx_severity_name(f->severity));
        sx_pen_text(pen, SX_IN_MARKUP, sx_brief_text(f, arena));
    }
}

static void write_failure(struct sx_pen *pen, const struct test *test, struct sx_arena *arena)
{
    const struct sx_finding *f = test->findings.at[0];
    sx_pen_raw(pen, "      <failure");
    sx_pen_attribute(pen, "type", sx_str_of(sx_severity_name(f->severity)));
    sx_pen_attribute(pen, "message", sx_brief_message(f, arena));
    sx_pen_raw(pen, ">");
    write_texts(pen, test, arena);
    sx_pen_raw(pen, "</failure>\n");
}

/* An element that has a message and nothing else. */
static void write_message(struct sx_pen *pen, const char *element, struct sx_str message)
{
    sx_pen_printf(pen, "      <%s", element);
    sx_pen_attribute(pen, "message", message);
    sx_pen_raw(pen, "/>\n");
}

static void write_outcome(struct sx_pen *pen, const struct test *test, struct sx_arena *arena)
{
    if (test->reason.ptr != NULL) {
        bool is_error = test->outcome == ERROR;
        write_message(pen, is_error ? "error" : "skipped", test->reason);
    } else if (test->outcome == FAILED) {
        write_failure(pen, test, arena);
    } else if (test->outcome == SKIPPED) {
        write_message(pen, "skipped", sx_excuse(test->findings.at[0], arena));
    }
    if (test->findings.n > 0 && test->outcome != FAILED) {
        sx_pen_raw(pen, "      <system-out>");
        write_texts(pen, test, arena);
        sx_pen_raw(pen, "</system-out>\n");
    }
}

static void write_test(struct sx_pen *pen, const struct suite *suite, const struct test *test)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    sx_pen_raw(pen, "    <testcase");
    sx_pen_attribute(pen, "classname", test->path);
    sx_pen_attribute(pen, "name", test->name);
    if (test->findings.n > 0) {
        struct sx_spot spot = sx_spot_of(test->findings.at[0], suite->at, suite->style);
        sx_pen_attribute(pen, "file", spot.file);
    }
    if (test->findings.n == 0 && test->reason.ptr == NULL) {
        sx_pen_raw(pen, "/>\n");
        return;
    }
    sx_pen_raw(pen, ">\n");
    write_outcome(pen, test, arena);
    sx_pen_raw(pen, "    </testcase>\n");
}

static void write_property(struct sx_pen *pen, const char *name, struct sx_str value)
{
    sx_pen_raw(pen, "      <property");
    sx_pen_attribute(pen, "name", sx_str_of(name));
    sx_pen_attribute(pen, "value", value);
    sx_pen_raw(pen, "/>\n");
}

static void write_suite(struct sx_pen *pen, const struct suite *suite)
{
    sx_pen_raw(pen, "  <testsuite");
    sx_pen_attribute(pen, "name", suite->at->artifact->path);
    sx_pen_number(pen, "tests", suite->tests.n);
    sx_pen_number(pen, "failures", suite->count[FAILED]);
    sx_pen_number(pen, "errors", suite->count[ERROR]);
    sx_pen_number(pen, "skipped", suite->count[SKIPPED]);
    sx_pen_raw(pen, ">\n    <properties>\n");
    for (unsigned gate = 0; gate < SX_N_GATES; gate++)
        write_property(pen, sx_gate_name(gate),
                       sx_str_of(sx_verdict_name(suite->at->verdicts[gate].state)));
    write_property(pen, "sentence", suite->at->sentence);
    sx_pen_raw(pen, "    </properties>\n");
    for (size_t i = 0; i < suite->tests.n && !pen->stopped; i++)
        write_test(pen, suite, suite->tests.at[i]);
    sx_pen_raw(pen, "  </testsuite>\n");
}

bool sx_write_junit(const struct sx_judgements *judgements, const struct sx_style *style,
                    struct sx_out out)
{
    struct sx_pen pen;
    sx_pen_init(&pen, out);
    sx_pen_raw(&pen, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    for (size_t i = 0; i < judgements->n; i++) {
        SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
        struct suite suite = { .arena = arena, .at = &judgements->at[i], .style = style };
        gather(&suite);
        write_suite(&pen, &suite);
    }
    sx_pen_raw(&pen, "</testsuites>\n");
    return sx_pen_finish(&pen);
}
