/* SPDX-License-Identifier: MIT */
/* The page of a rule, the list of rules, and rules by symptom, of rules made for this test. */
#include "rules/ruleset.h"
#include "written.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

static const char rules_text[] =
    "- id: XX101\n"
    "  name: value-lacks-suffix\n"
    "  severity: error\n"
    "  basis: documented\n"
    "  gates: [launch, activation]\n"
    "  for: code\n"
    "  check: code.neValues.all(v, v.endsWith('x'))\n"
    "  summary: A build claims a value without the suffix.\n"
    "  message: claims {offending}\n"
    "  why: Values are compared literally.\n"
    "  aliases: [XX001]\n"
    "  seen-as: ['OSSystemExtensionErrorDomain 8, codeSignatureInvalid']\n"
    "  fix: {edit: {file: entitlements, minus: '<string>{offending}</string>'}, resign: true}\n"
    "  references: ['A page <https://example.com/a>', 'https://example.com/b', seen in a log]\n"
    "  examples:\n"
    "    pass: [{code: {neValues: [ax]}}]\n"
    "    fail: [{code: {neValues: [a]}}]\n"
    "- id: XX102\n"
    "  name: profile-does-not-grant\n"
    "  severity: warning\n"
    "  basis: observed\n"
    "  gates: [launch]\n"
    "  for: code\n"
    "  check: has(code.profile)\n"
    "  message: has no profile\n"
    "  why: something must grant it\n"
    "  follows: [XX101]\n"
    "  seen-as: ['OSSystemExtensionErrorDomain 8, codeSignatureInvalid',\n"
    "            'amfid: Code=-413 \"No matching profile found\"']\n"
    "- id: XX103\n"
    "  name: install-missing\n"
    "  severity: error\n"
    "  basis: documented\n"
    "  gates: [activation]\n"
    "  for: code\n"
    "  check: has(code.profile)\n"
    "  message: does not ask\n"
    "  why: it has to\n"
    "  seen-as: [Missing entitlement (OSSystemExtensionErrorDomain 2)]\n"
    "- id: XX901\n"
    "  name: noise\n"
    "  severity: note\n"
    "  basis: observed\n"
    "  summary: This line is noise, it is logged on success too.\n"
    "  message: noise\n"
    "  why: Look for what stands beside it.\n"
    "  follows: [XX103]\n"
    "  seen-as: ['no policy, cannot allow apps outside /Applications']\n";

struct fixture {
    struct sx_ruleset *rules;
    struct written out;
};

static void set_up(struct fixture *f)
{
    struct sx_err err = { 0 };
    *f = (struct fixture){ .rules = sx_ruleset_empty() };
    if (!sx_ruleset_add_text(f->rules, sx_str_of(rules_text), "test.yaml", &err))
        fail_msg("%u:%u: %s", err.line, err.column, err.what);
}

static void tear_down(struct fixture *f, const char *expected)
{
    assert_written_as(&f->out, expected);
    sx_ruleset_free(f->rules);
}

static const struct sx_style plain = { .width = 80 };

static void page(void **state)
{
    (void)state;
    struct fixture f;
    set_up(&f);
    const struct sx_rule *rule = sx_ruleset_find(f.rules, SX_STR("XX001"));
    assert_non_null(rule);
    assert_true(sx_write_rule(f.rules, rule, &plain, written_to(&f.out)));
    tear_down(&f, "explain");
}

static void list(void **state)
{
    (void)state;
    struct fixture f;
    struct sx_str word = SX_STR("XX10"), ignored = SX_STR("install-missing");
    struct sx_severity_change change = { SX_STR("XX102"), SX_SEVERITY_NOTE };
    struct sx_selection selection = {
        .select = { &word, 1 }, .ignore = { &ignored, 1 }, .changes = &change, .n_changes = 1
    };
    set_up(&f);
    assert_true(sx_write_rule_list(f.rules, &selection, &plain, written_to(&f.out)));
    tear_down(&f, "rules-list");
}

static void examples(void **state)
{
    (void)state;
    struct fixture f;
    set_up(&f);
    struct sx_example_failure failures[] = {
        { sx_ruleset_find(f.rules, SX_STR("XX101")), true, 2, SX_STR("did not fire") },
        { sx_ruleset_find(f.rules, SX_STR("XX102")), false, 1,
          SX_STR("not checked: code.profile") },
    };
    struct sx_example_report report = { 12, 10, failures, SX_LEN(failures) };
    assert_true(sx_write_examples(&report, &plain, written_to(&f.out)));
    tear_down(&f, "rules-test");
}

/* All pages in a row, each behind its name. */
static bool take_page(void *context, const char *name, struct sx_str text)
{
    struct sx_out out = written_to(context);
    return out.write(out.context, "== ", 3) && out.write(out.context, name, strlen(name)) &&
           out.write(out.context, "\n", 1) && out.write(out.context, text.ptr, text.len);
}

static void pages(void **state)
{
    (void)state;
    struct fixture f;
    set_up(&f);
    assert_true(sx_write_pages(f.rules, (struct sx_pages){ take_page, &f.out }));
    tear_down(&f, "pages");
}

static bool take_none(void *context, const char *name, struct sx_str text)
{
    (void)context;
    (void)name;
    (void)text;
    return false;
}

static void pages_nobody_takes(void **state)
{
    (void)state;
    struct fixture f;
    set_up(&f);
    assert_false(sx_write_pages(f.rules, (struct sx_pages){ take_none, NULL }));
    sx_ruleset_free(f.rules);
}

/* Symptoms: what is asked, and the rules in the answer. */
static const struct row {
    const char *name, *asked;
    const char *first, *second; /* ids; NULL = none */
} rows[] = {
    { "word by word", "OSSystemExtensionErrorDomain 8, codeSignatureInvalid", "XX101", "XX102" },
    { "another order", "error 8 OSSystemExtensionErrorDomain", "XX101", "XX102" },
    { "another case", "ossystemextensionerrordomain 8", "XX101", "XX102" },
    { "within a line", "2026-11-24 10:00 sysextd[123]: OSSystemExtensionErrorDomain 8", "XX101",
      "XX102" },
    { "another number", "OSSystemExtensionErrorDomain error 2", "XX103", NULL },
    { "in the quotes of a dialog", "\xe2\x80\x9cMissing entitlement\xe2\x80\x9d", "XX103", NULL },
    { "all of it among the words of others",
      "matching, Missing entitlement, OSSystemExtensionErrorDomain 8, codeSignatureInvalid",
      "XX101", "XX102" },
    { "part of a line", "No matching profile found", "XX102", NULL },
    { "advice", "no policy, cannot allow apps outside /Applications", "XX103", NULL },
    { "nothing like it", "flibbertigibbet", NULL, NULL },
    { "one word of many", "entitlement", "XX103", NULL },
    { "no words", "…!?", NULL, NULL },
    { "nothing", "", NULL, NULL },
};

static void finds(void **state)
{
    const struct row *row = *state;
    struct fixture f;
    bool found;
    set_up(&f);
    assert_true(
        sx_write_symptom(f.rules, sx_str_of(row->asked), &plain, written_to(&f.out), &found));
    struct sx_str text = sx_buf_view(&f.out.buf);
    size_t first = row->first != NULL ? sx_str_find(text, sx_str_of(row->first)) : text.len;
    size_t second = row->second != NULL ? sx_str_find(text, sx_str_of(row->second)) : text.len;
    assert_int_equal(found, row->first != NULL);
    assert_true(found == (first < text.len));
    assert_true((row->second != NULL) == (second < text.len));
    assert_true(row->second == NULL || first < second);
    sx_buf_release(&f.out.buf);
    sx_ruleset_free(f.rules);
}

static void symptom(void **state)
{
    (void)state;
    struct fixture f;
    bool found;
    set_up(&f);
    assert_true(sx_write_symptom(f.rules, SX_STR("OSSystemExtensionErrorDomain error 8"), &plain,
                                 written_to(&f.out), &found));
    tear_down(&f, "symptom");
}

static void advice(void **state)
{
    (void)state;
    struct fixture f;
    bool found;
    set_up(&f);
    assert_true(sx_write_symptom(f.rules, SX_STR("cannot allow apps outside /Applications"), &plain,
                                 written_to(&f.out), &found));
    tear_down(&f, "advice");
}

int main(void)
{
    static const struct CMUnitTest others[] = {
        cmocka_unit_test(page),
        cmocka_unit_test(list),
        cmocka_unit_test(examples),
        cmocka_unit_test(symptom),
        cmocka_unit_test(advice),
        cmocka_unit_test(pages),
        cmocka_unit_test(pages_nobody_takes),
    };
    struct CMUnitTest tests[SX_LEN(rows) + SX_LEN(others)];
    for (size_t i = 0; i < SX_LEN(rows); i++)
        tests[i] = (struct CMUnitTest){ rows[i].name, finds, NULL, NULL, (void *)&rows[i] };
    memcpy(tests + SX_LEN(rows), others, sizeof(others));
    return cmocka_run_group_tests(tests, NULL, NULL);
}
