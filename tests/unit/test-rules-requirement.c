/* SPDX-License-Identifier: MIT */
/* What conditions ask of requirements: requirementError and satisfies. */
#include "rows.h"
#include "told.h"
#include "base/limits.h"
#include "rules/requirement.h"
#include "rules/scope.h"

#define CODE(members) "{artifacts: [{path: A, kind: bundle, code: [{path: A, " members "}]}]}"
#define SIGNED                                                                                     \
    "identifier: com.example, cdhash: '5f51000000000000000000000000000000000000', "                \
    "codeDirectories: [{cdhash: '5f51000000000000000000000000000000000000', "                      \
    "platformIdentifier: 3}]"
#define CHAIN                                                                                      \
    "certificates: [{commonName: Waffle, organizationalUnit: W4FFLE9K2Q, sha1: "                   \
    "'1122000000000000000000000000000000000000', markers: ['1.2.840.113635.100.6.1.13']}, "        \
    "{commonName: Authority, markers: ['1.2.840.113635.100.6.2.6']}, "                             \
    "{commonName: Root, isAnchor: true}]"
#define SLICE(arch, signature) "{arch: " arch ", signature: {" signature "}}"
#define ONE                    CODE("slices: [" SLICE("arm64", SIGNED ", " CHAIN) "]")
#define AD_HOC                 CODE("slices: [" SLICE("arm64", SIGNED) "]")

static const struct row {
    const char *name, *facts, *expression;
    const char *value; /* true, false, or what a string, an error or a reason begins with */
} rows[] = {
    /* requirementError */
    { "compiles", ONE, "requirementError('anchor apple')", "" },
    { "does not", ONE, "requirementError('anchor aple')",
      "expected apple, trusted, = or [, found aple; the nearest word is apple, line 1, column 8" },
    { "of nothing", ONE, "requirementError('')",
      "expected a condition, found the end, line 1, column 1" },
    { "a set", ONE, "requirementError('designated => always')",
      "expected one requirement, found a set of them, line 1, column 1" },
    { "asked twice", ONE, "requirementError('!') == requirementError('!')", "true" },

    /* one slice */
    { "by team", ONE, "code.satisfies('certificate leaf[subject.OU] = W4FFLE9K2Q')", "true" },
    { "by another", ONE, "code.satisfies('certificate leaf[subject.OU] = W4FFLE9K2R')", "false" },
    { "by anchor", ONE, "code.satisfies('anchor apple generic')", "true" },
    { "by Apple's own", ONE, "code.satisfies('anchor apple')", "false" },
    { "by marker", ONE, "code.satisfies('certificate 1[field.1.2.840.113635.100.6.2.6]')", "true" },
    { "by hash", ONE,
      "code.satisfies('certificate leaf = H\"1122000000000000000000000000000000000000\"')",
      "true" },
    { "by identifier", ONE, "code.satisfies('identifier \"com.example\"')", "true" },
    { "by cdhash", ONE, "code.satisfies('cdhash H\"5f51000000000000000000000000000000000000\"')",
      "true" },
    { "by platform", ONE, "code.satisfies('platform = 3')", "true" },
    { "of a slice", ONE, "code.slices.all(s, s.satisfies('identifier \"com.example\"'))", "true" },
    { "of a slice, not", ONE, "code.slices.exists(s, s.satisfies('never'))", "false" },
    { "ad hoc", AD_HOC, "code.satisfies('anchor apple generic')", "false" },
    { "ad hoc, absent", AD_HOC, "code.satisfies('certificate leaf[timestamp.1.2] absent')",
      "true" },
    { "by Info.plist", CODE("info: {k: '10.10'}, slices: [" SLICE("arm64", SIGNED) "]"),
      "code.satisfies('info[k] > \"10.9\"')", "true" },
    { "by entitlement", CODE("slices: [" SLICE("arm64", SIGNED ", entitlements: {a.b: true}") "]"),
      "code.satisfies('entitlement[a.b]')", "true" },
    { "notarized", CODE("slices: [{arch: arm64, notarized: true, signature: {" SIGNED "}}]"),
      "code.satisfies('notarized')", "true" },

    /* several */
    { "every slice",
      CODE("slices: [" SLICE("arm64", SIGNED) ", " SLICE("x86_64", SIGNED ", " CHAIN) "]"),
      "code.satisfies('identifier \"com.example\"')", "true" },
    { "one of two",
      CODE("slices: [" SLICE("arm64", SIGNED) ", " SLICE("x86_64", SIGNED ", " CHAIN) "]"),
      "code.satisfies('anchor apple generic')", "false" },

    /* nothing to ask */
    { "unsigned", CODE("slices: [" SLICE("arm64", "state: unsigned") "]"),
      "code.satisfies('always')", "false" },
    { "no slices", CODE("kind: app"), "code.satisfies('always')", "false" },

    /* nobody knows */
    { "a named anchor", ONE, "code.satisfies('anchor apple foo')",
      "a requirement that a Mac keeps under a name is not at hand" },
    { "decided by the rest", ONE, "code.satisfies('(foo) and never')", "false" },
    { "an unread Info.plist",
      CODE("unread: [{what: info, state: broken, reason: no XML}], slices: [" SLICE("arm64",
                                                                                    SIGNED) "]"),
      "code.satisfies('info[k]')", "no XML" },
    { "an unread signature",
      CODE("slices: [{arch: arm64, signature: {unread: [{what: identifier, state: broken, reason: "
           "cut short}]}}]"),
      "code.satisfies('always')", "cut short" },
    { "unread slices", CODE("unread: [{what: slices, state: broken, reason: no Mach-O}]"),
      "code.satisfies('always')", "no Mach-O" },
    { "of one of two, and false of the other",
      CODE("slices: [" SLICE("arm64", SIGNED ", " CHAIN) ", " SLICE("x86_64", SIGNED) "]"),
      "code.satisfies('anchor trusted')", "false" },

    /* errors */
    { "does not compile", ONE, "code.satisfies('anchor aple')", "satisfies: expected apple" },
    { "an operand that is no text", ONE, "code.satisfies('info[k] = 0xff')",
      "an operand is no UTF-8 text" },
    { "guarded", ONE, "requirementError('x') != '' || code.satisfies('x')", "true" },
};

static struct sx_value evaluate(struct told *told, struct sx_requirement_asker *asker,
                                const char *expression, uint64_t steps)
{
    struct sx_bound bound = { 0 };
    struct sx_value variables[SX_MAX_VARIABLES];
    struct sx_cel_run run = { .arena = told->arena, .steps = steps, .context = asker };
    const struct sx_cel_program *program;
    struct sx_err err = { 0 };
    const struct sx_Artifact *artifact = SX_AT(Artifact, told->run.artifacts, 0);
    bound.of[SX_NAME_CODE] = sx_object_value(artifact->code.at[0]);
    sx_scope_bind(SX_SCOPE_CODE, &bound, variables);
    if (!sx_cel_compile(sx_scope_env_at(SX_SCOPE_CODE, SX_STAGE_CONDITION), sx_str_of(expression),
                        told->arena, &program, &err))
        fail_msg("%u: %s", err.column, err.what);
    return sx_cel_eval(program, &run, variables);
}

static void evaluates(void **state)
{
    const struct row *row = *state;
    struct told told;
    struct sx_requirement_asker asker;
    told_facts(&told, row->facts);
    sx_requirement_asker_init(&asker, told.arena, &told.run);
    struct sx_value v = evaluate(&told, &asker, row->expression, SX_MAX_STEPS);
    struct sx_str text = v.kind == SX_BOOL      ? sx_str_of(v.b ? "true" : "false")
                         : v.kind == SX_UNKNOWN ? v.unread->reason
                                                : v.str;
    if (!sx_str_starts(text, sx_str_of(row->value)))
        fail_msg("%.*s", SX_STR_ARG(text));
    told_free(&told);
}

/* One reason is one thing nobody knows, whoever asks and of what. */
static void one_reason(void **state)
{
    (void)state;
    struct told told;
    struct sx_requirement_asker asker;
    told_facts(&told, ONE);
    sx_requirement_asker_init(&asker, told.arena, &told.run);
    struct sx_value a = evaluate(&told, &asker, "code.satisfies('(a)')", SX_MAX_STEPS);
    struct sx_value b = evaluate(&told, &asker, "code.satisfies('(b)')", SX_MAX_STEPS);
    assert_ptr_equal(a.unread, b.unread);
    told_free(&told);
}

/* Neither compiling nor asking is free. */
static void budget(void **state)
{
    (void)state;
    struct told told;
    struct sx_requirement_asker asker;
    told_facts(&told, ONE);
    for (uint64_t steps = 1; steps < 12; steps++) {
        sx_requirement_asker_init(&asker, told.arena, &told.run);
        struct sx_value v =
            evaluate(&told, &asker, "code.satisfies('always and always and always')", steps);
        assert_int_equal(v.kind, SX_ERROR);
    }
    told_free(&told);
}

int main(void)
{
    static struct rows list;
    ADD_ROWS(&list, rows, evaluates);
    ADD_TEST(&list, one_reason);
    ADD_TEST(&list, budget);
    return run_rows("rules-requirement", &list);
}
