/* SPDX-License-Identifier: MIT */
#include "judged.h"
#include "report/words.h"
#include "rows.h"

#define RULE(check)                                                                                \
    "- id: AA001\n  name: a\n  severity: error\n  for: code\n  message: 'is {code.kind}'\n"        \
    "  why: w\n  check: " check "\n"

/* One rule with examples, and the first thing wrong with them. */
static const struct row {
    const char *name, *text;
    size_t run, passed;
    const char *what; /* of the first failure, from its beginning; NULL: all pass */
    bool wants_failure;
    size_t number;
} table[] = {
    { "fires and does not",
      RULE("code.kind == 'app'") "  examples: {pass: [{code: {kind: app}}], fail: [{code: {kind: "
                                 "dylib}}]}\n",
      2, 2, NULL },
    { "did not fire", RULE("code.kind == 'app'") "  examples: {fail: [{code: {kind: app}}]}\n", 1,
      0, "did not fire", true, 1 },
    { "fired",
      RULE("code.kind == 'app'") "  examples: {pass: [{code: {kind: app}}, {code: {kind: "
                                 "dylib}}]}\n",
      2, 1, "fired", false, 2 },
    { "when it does not apply it passes",
      RULE("false") "  when: code.kind == 'app'\n  examples: {pass: [{code: {kind: dylib}}]}\n", 1,
      1, NULL },
    { "and does not fire",
      RULE("false") "  when: code.kind == 'app'\n  examples: {fail: [{code: {kind: dylib}}]}\n", 1,
      0, "did not fire", true, 1 },
    { "a member that is not stated",
      RULE("code.minos == '13.0'") "  examples: {pass: [{code: {kind: app}}]}\n", 1, 0,
      "not checked: the example does not state Code.minos", false, 1 },
    { "a member of a member",
      RULE("code.signature.signer == 'apple'") "  examples: {pass: [{code: {signature: {}}}]}\n", 1,
      0, "not checked: the example does not state Signature.signer", false, 1 },
    { "null says absent",
      RULE("code.minos == null") "  examples: {pass: [{code: {minos: null}}]}\n", 1, 1, NULL },
    { "a name that is not stated",
      RULE("channel == 'app-store'") "  examples: {pass: [{code: {}}]}\n", 1, 0,
      "not checked: the example does not state channel", false, 1 },
    { "names of the run",
      RULE(
          "channel == 'app-store' && now < timestamp('2027-01-01T00:00:00Z') && oldestMacos == "
          "null "
          "&& shipped.get('a', []).size() == 1 && payloads[0].type == 'b'") "  examples: {pass: "
                                                                            "[{channel: app-store, "
                                                                            "now: 2026-11-24, "
                                                                            "oldestMacos: null, "
                                                                            "shipped: {a: "
                                                                            "[{}]}, payloads: "
                                                                            "[{type: b}]}]}\n",
      1, 1, NULL },
    { "what the message reads has to be stated",
      RULE("code.minos == '13.0'") "  examples: {fail: [{code: {minos: '12.0'}}]}\n", 1, 0,
      "message: not checked: the example does not state Code.kind", true, 1 },
    { "unknown member", RULE("true") "  examples: {pass: [{code: {knd: app}}]}\n", 1, 0,
      "code: Code has no member knd; the nearest is kind", false, 1 },
    { "unknown value", RULE("true") "  examples: {pass: [{code: {kind: ap}}]}\n", 1, 0,
      "code: CodeKind has no value ap", false, 1 },
    { "wrong type", RULE("true") "  examples: {pass: [{code: {minos: [a]}}]}\n", 1, 0,
      "code: minos: want string?, found list", false, 1 },
    { "unknown name", RULE("true") "  examples: {pass: [{kode: {kind: app}}]}\n", 1, 0,
      "no rule knows a name kode", false, 1 },
    { "no map", RULE("true") "  examples: {pass: [code]}\n", 1, 0, "an example has to be a map",
      false, 1 },
    { "a list for an object", RULE("true") "  examples: {pass: [{code: [a]}]}\n", 1, 0,
      "code: want a map for a Code", false, 1 },
    { "no date", RULE("true") "  examples: {pass: [{now: tomorrow}]}\n", 1, 0, "now: want a date",
      false, 1 },
    { "a rule that breaks off",
      RULE("code.minos.olderThan('13.0')") "  examples: {pass: [{code: {minos: null}}]}\n", 1, 0,
      "broke off: ", false, 1 },
    { "a requirement asks for what the example does not state",
      RULE("code.satisfies('anchor apple')") "  examples: {pass: [{code: {}}]}\n", 1, 0,
      "not checked: the example does not state Code.slices", false, 1 },
    { "a requirement that only a Mac resolves",
      RULE("code.satisfies('(x)')") "  examples: {pass: [{code: {slices: [{signature: {identifier: "
                                    "a, cdhash: '00', "
                                    "certificates: []}}]}}]}\n",
      1, 0, "not checked: a requirement that a Mac keeps under a name is not at hand", false, 1 },
};

static void tests(void **state)
{
    const struct row *row = *state;
    struct sx_ruleset *set = sx_ruleset_empty();
    struct sx_err err = { 0 };
    if (!sx_ruleset_add_text(set, sx_str_of(row->text), "team.yaml", &err))
        fail_msg("%u:%u: %s", (unsigned)err.line, (unsigned)err.column, err.what);
    struct sx_example_report report = sx_ruleset_test(set, NULL);
    assert_int_equal(report.run, row->run);
    assert_int_equal(report.passed, row->passed);
    assert_int_equal(report.n_failures, report.run - report.passed);
    if (row->what != NULL) {
        if (!sx_str_starts(report.failures[0].what, sx_str_of(row->what)))
            assert_string_equal(report.failures[0].what.ptr, row->what);
        assert_int_equal(report.failures[0].wants_failure, row->wants_failure);
        assert_int_equal(report.failures[0].number, row->number);
    }
    sx_ruleset_free(set);
}

static void only_those_of_a_path(void **state)
{
    (void)state;
    struct sx_ruleset *set = sx_ruleset_new();
    struct sx_err err = { 0 };
    assert_true(sx_ruleset_add_text(set, sx_str_of(table[0].text), "rules/team.yaml", &err));
    assert_int_equal(sx_ruleset_test(set, "rules").run, 2);
    assert_int_equal(sx_ruleset_test(set, "rules/team.yaml").run, 2);
    assert_int_equal(sx_ruleset_test(set, "rules/te").run, 0);
    assert_true(sx_ruleset_test(set, NULL).run > 2);
    sx_ruleset_free(set);
}

static void prints_examples(void **state)
{
    (void)state;
    struct sx_ruleset *set = sx_ruleset_empty();
    struct sx_err err = { 0 };
    assert_true(sx_ruleset_add_text(set, sx_str_of(table[0].text), "team.yaml", &err));
    const struct sx_rule *rule = sx_ruleset_at(set, 0);
    assert_string_equal(sx_rule_example(set, rule, false).ptr, "{code: {kind: app}}");
    assert_string_equal(sx_rule_example(set, rule, true).ptr, "{code: {kind: dylib}}");
    sx_ruleset_free(set);
}

/* The built-in rules */

static void all_examples_pass(void **state)
{
    (void)state;
    struct sx_ruleset *set = sx_ruleset_empty();
    struct sx_err err = { 0 };
    if (!sx_ruleset_add_built_in(set, &err))
        fail_msg("%s:%u:%u: %s", err.file, (unsigned)err.line, (unsigned)err.column, err.what);
    struct sx_example_report report = sx_ruleset_test(set, NULL);
    for (size_t i = 0; i < report.n_failures; i++)
        print_error("%.*s, %s %zu: %.*s\n", SX_STR_ARG(report.failures[i].rule->id),
                    report.failures[i].wants_failure ? "fail" : "pass", report.failures[i].number,
                    SX_STR_ARG(report.failures[i].what));
    assert_int_equal(report.n_failures, 0);
    sx_ruleset_free(set);
}

/* Every text compiles, whether or not an example reaches it. */
static void all_texts_compile(void **state)
{
    (void)state;
    struct sx_ruleset *set = sx_ruleset_new();
    for (size_t i = 0; i < sx_ruleset_count(set); i++) {
        const struct sx_rule *r = sx_ruleset_at(set, i);
        const struct sx_template *const texts[] = { r->message,   r->found,           r->wanted,
                                                    r->profile,   r->fix.instruction, r->fix.run,
                                                    r->fix.minus, r->fix.plus };
        for (size_t k = 0; k < SX_LEN(texts); k++) {
            const struct sx_template *ready;
            struct sx_err err = { 0 };
            if (!sx_template_ready(texts[k], set->arena, &ready, &err))
                fail_msg("%.*s: %s", SX_STR_ARG(r->id), err.what);
        }
    }
    sx_ruleset_free(set);
}

/* "Title <https://...>", or one of both; plain http is nobody's source. */
static bool is_reference(struct sx_str s)
{
    size_t at = sx_str_find(s, SX_STR("http"));
    return s.len > 0 &&
           (at == s.len || sx_str_starts(sx_str_sub(s, at, s.len), SX_STR("https://")));
}

static void words_are_as_agreed(void **state)
{
    (void)state;
    struct sx_ruleset *set = sx_ruleset_new();
    for (size_t i = 0; i < sx_ruleset_count(set); i++) {
        const struct sx_rule *r = sx_ruleset_at(set, i);
        struct sx_str message = sx_template_text(r->message);
        assert_true(r->references.n > 0);
        for (size_t k = 0; k < r->references.n; k++)
            assert_true(is_reference(r->references.at[k]));
        assert_false(sx_str_ends(message, SX_STR(".")));
        assert_false(sx_str_ends(r->why, SX_STR(".")));
        assert_true(r->summary.len == 0 || sx_str_ends(r->summary, SX_STR(".")));
    }
    sx_ruleset_free(set);
}

static bool mends(const struct sx_fix *fix)
{
    return fix->resign || fix->instruction != NULL || fix->run != NULL || fix->minus != NULL ||
           fix->plus != NULL;
}

/* The commands at the end, which say who signs, are there for what has to be signed again. */
static bool signs(const struct sx_fix *fix)
{
    struct sx_str run = sx_template_text(fix->run);
    return sx_str_find(run, SX_STR("$id")) < run.len;
}

/* What nobody could act on without, and what a person would search for. A note stops nothing, a
 * policy may be nobody's but one's own, and of what is unverified nobody knows what it looks like.
 */
static const char *lacking(struct sx_ruleset *set, const struct sx_rule *r)
{
    bool is_note = r->severity == SX_SEVERITY_NOTE, is_sure = r->basis != SX_UNVERIFIED;
    bool is_felt = (r->gates & ~(1u << SX_GATE_POLICY)) != 0 && !is_note && is_sure;
    const struct {
        bool is_there;
        const char *what;
    } wanted[] = {
        { r->page.why.len > 0, "why" },
        { mends(&r->fix) || (is_note && r->page.mend.len > 0), "a fix" },
        { r->fix.resign || !signs(&r->fix), "a line that sets $id" },
        { r->references.n > 0, "a source" },
        { r->seen_as.n > 0 || !is_felt, "what one sees" },
        { is_sure || r->severity != SX_SEVERITY_ERROR, "certainty" },
        { sx_rule_example(set, r, true).len > 0, "an example that fires" },
        { sx_rule_example(set, r, false).len > 0, "an example that is silent" },
    };
    for (size_t i = 0; i < SX_LEN(wanted); i++)
        if (!wanted[i].is_there)
            return wanted[i].what;
    return NULL;
}

static void nothing_is_lacking(void **state)
{
    (void)state;
    struct sx_ruleset *set = sx_ruleset_new();
    size_t n = 0, n_wrong = 0;
    for (size_t i = 0; i < sx_ruleset_count(set); i++) {
        const struct sx_rule *r = sx_ruleset_at(set, i);
        const char *what = r->is_advice ? NULL : lacking(set, r);
        if (what != NULL)
            print_error("%.*s lacks %s\n", SX_STR_ARG(r->id), what);
        n_wrong += what != NULL;
        n += !r->is_advice;
    }
    assert_int_equal(n_wrong, 0);
    assert_true(n >= 380);
    sx_ruleset_free(set);
}

/* Apple's log, word by word: each message leads to the rule, and the rule to the section that the
 * log's docUrl names. Sources: Resolving common notarization issues; logs that people published. */
static const struct message {
    const char *rule, *name,
        *section; /* `name` is the message; no section: the log's docUrl is null */
} messages[] = {
    { "NT101", "The signature of the binary is invalid.", "#3087735" },
    { "NT102", "The binary is not signed.", "#3087721" },
    { "NT103", "The binary is not signed with a valid Developer ID certificate.", "#3087721" },
    { "NT130", "The binary is not signed with a valid Developer ID certificate.", "#3087721" },
    { "NT104", "The signature does not include a secure timestamp.", "#3087733" },
    { "NT105", "The executable does not have the hardened runtime enabled.", "#3087724" },
    { "HR903", "The executable requests the com.apple.security.get-task-allow entitlement.",
      "#3087731" },
    { "HR917", "The binary uses an SDK older than the 10.9 SDK.", "#3087723" },
    { "NT108", "Embedded entitlements are invalid: syntax error near line 1", "#3561456" },
    { "NT109", "The signature algorithm used is too weak.", NULL },
    { "NT110", "has no signed executables or bundles. No tickets can be generated.", NULL },
    { "NT111", "The binary is not signed.", "#3087721" },
    { "NT112", "The contents of the package at", NULL },
    { "NT113", "Unable to notarize", NULL },
    { "NT122", "b\"ditto: Couldn't read PKZip signature\\n\"", NULL },
};

static bool names_section(const struct sx_rule *rule, const char *section)
{
    for (size_t i = 0; i < rule->references.n; i++) {
        struct sx_str address = sx_reference_of(rule->references.at[i]).address;
        if (section != NULL && sx_str_ends(address, sx_str_of(section)))
            return true;
    }
    return section == NULL;
}

static void speaks_as_the_notary(void **state)
{
    const struct message *row = *state;
    struct sx_ruleset *set = sx_ruleset_new();
    const struct sx_rule *rule = sx_ruleset_find(set, sx_str_of(row->rule));
    assert_non_null(rule);
    assert_true(sx_strs_has(rule->seen_as, sx_str_of(row->name)));
    assert_true(names_section(rule, row->section));
    sx_ruleset_free(set);
}

/* The policy that docs/writing-rules.md shows is one that works. */
static void documented_policy(void **state)
{
    (void)state;
    struct sx_ruleset *set = sx_ruleset_empty();
    struct sx_err err = { 0 };
    struct sx_str page = judged_source("docs/writing-rules.md", set->arena);
    size_t from = sx_str_find(page, SX_STR("```yaml\n")) + 8;
    struct sx_str text = sx_str_sub(page, from, page.len);
    text.len = sx_str_find(text, SX_STR("```"));
    if (!sx_ruleset_add_text(set, text, "docs", &err))
        fail_msg("%u:%u: %s", (unsigned)err.line, (unsigned)err.column, err.what);
    assert_int_equal(sx_ruleset_count(set), 5);
    struct sx_example_report report = sx_ruleset_test(set, NULL);
    assert_true(report.run > 10);
    assert_int_equal(report.n_failures, 0);
    sx_ruleset_free(set);
}

int main(void)
{
    static struct rows rows;
    ADD_ROWS(&rows, table, tests);
    ADD_TEST(&rows, only_those_of_a_path);
    ADD_TEST(&rows, prints_examples);
    ADD_TEST(&rows, all_examples_pass);
    ADD_TEST(&rows, all_texts_compile);
    ADD_TEST(&rows, words_are_as_agreed);
    ADD_ROWS(&rows, messages, speaks_as_the_notary);
    ADD_TEST(&rows, nothing_is_lacking);
    ADD_TEST(&rows, documented_policy);
    return run_rows("rules-examples", &rows);
}
