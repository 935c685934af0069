/* SPDX-License-Identifier: MIT */
/* One cause, one finding: what follows from a fault is told under it, gate by gate it is counted,
 * and the last sentence says what would happen. With the built-in rules, on built fixtures. */
#include "base/buf.h"
#include "examined.h"
#include "rows.h"
#include "rules/judge.h"
#include "rules/ruleset.h"

#include <stdlib.h>

#define DEFAULTS                                                                                   \
    "defaults: {sign: {as: developer-id, flags: [runtime], timestamp: 2026-11-23T18:04:11Z}, "     \
    "macho: {arch: arm64}}\nfiles:\n"
#define TOOL(keys) DEFAULTS "  tool: {macho: {}, sign: {identifier: com.example.tool, " keys "}}\n"
#define FAT(keys)                                                                                  \
    DEFAULTS "  tool: {macho: {arch: [x86_64, arm64]}, sign: {identifier: com.example.tool, " keys \
             "}}\n"
#define PLIST(name, type)                                                                          \
    "{plist: {CFBundleIdentifier: com.example." name ", CFBundleExecutable: " name                 \
    ", CFBundlePackageType: " type ", CFBundleVersion: '7', CFBundleShortVersionString: '1.2'}}\n"
#define APP_OF(keys, main)                                                                         \
    DEFAULTS                                                                                       \
    "  A.app:\n"                                                                                   \
    "    sign: {" keys "}\n"                                                                       \
    "    files:\n"                                                                                 \
    "      Contents/Info.plist: " PLIST("A", "APPL") "      Contents/MacOS/A: " main "\n"
#define APP(keys) APP_OF(keys, "{macho: {}}")
#define LOADER(libraries)                                                                          \
    APP_OF("", "{macho: {rpaths: ['@executable_path/../Frameworks'], dylibs: [" libraries          \
               ", /usr/lib/libSystem.B.dylib]}}")
#define LIBRARY(name, sign) "      Contents/Frameworks/" name ": {macho: {type: dylib}" sign "}\n"
#define HELPER(keys)                                                                               \
    "      Contents/Helpers/helper: {macho: {}, sign: {identifier: com.example.helper, " keys "}}" \
    "\n"
#define FRAMEWORK                                                                                  \
    "      Contents/Frameworks/F.framework:\n"                                                     \
    "        sign: {}\n"                                                                           \
    "        files:\n"                                                                             \
    "          Versions/A/Resources/Info.plist: " PLIST(                                           \
        "F", "FMWK") "          Versions/A/F: {macho: {type: dylib}}\n"                            \
                     "          Versions/A/Helpers/deep: {macho: {}, sign: {identifier: "          \
                     "com.example.deep}}\n"                                                        \
                     "          Versions/Current: {link: A}\n"                                     \
                     "          Resources: {link: Versions/Current/Resources}\n"                   \
                     "          F: {link: Versions/Current/F}\n"                                   \
                     "          Helpers: {link: Versions/Current/Helpers}\n"
#define AFTER(edit) "after: [{" edit "}]\n"

#define READY    "Ready to upload: nothing found that would stop "
#define REJECTED "Not ready: Apple would reject the upload"
#define BLOCKED  "; a downloaded copy would not open"

static const struct row {
    const char *name, *yaml, *path;
    const char *told; /* a line a finding: id, name, slices, and the ids of what follows */
    size_t n_issues;  /* in Apple's log */
    const char *sentence;
} rows[] = {
    { "an unsigned file", TOOL("as: none"), "tool", "NT102 tool: LV124 NT104 NT105\n", 3,
      REJECTED "; 1 of 1 executable would be killed." },
    { "two unsigned slices", FAT("as: none"), "tool", "NT102 tool: LV124 NT104 NT105\n", 6,
      REJECTED "; 1 of 1 executable would be killed." },
    { "signed ad hoc", TOOL("as: ad-hoc, flags: []"), "tool", "NT130 tool: NT104 NT105\n", 3,
      REJECTED BLOCKED "." },
    { "only the linker signed", TOOL("as: linker, flags: [adhoc, linker-signed]"), "tool",
      "NT130 tool: NT104 NT105\n", 3, REJECTED BLOCKED "." },
    { "only the linker signed an app", APP("as: linker, flags: [adhoc, linker-signed]"), "A.app",
      "NT130 A.app: CS504 LV125 NT101 NT104 NT105\n", 4, REJECTED BLOCKED "." },
    { "signed for development", TOOL("as: development"), "tool", "", 0,
      "Ready: nothing found that would stop tool at a gate it has to pass." },
    { "no timestamp", TOOL("timestamp: null"), "tool", "NT104 tool:\n", 1, REJECTED "." },
    { "no hardened runtime", TOOL("flags: []"), "tool", "NT105 tool:\n", 1, REJECTED "." },
    { "one slice without", FAT("x86_64: {flags: []}"), "tool", "NT105 tool (x86_64): HR915\n", 1,
      REJECTED "." },
    { "one slice altered", FAT("") AFTER("flip: tool, from: slice, arch: x86_64, at: 5000"), "tool",
      "CS205 tool (x86_64): NT101\n", 1, REJECTED BLOCKED "." },
    { "one slice that ends elsewhere than its code",
      FAT("x86_64: {fields: {codeLimit: 4096, nCodeSlots: 1}}"), "tool",
      "CS109 tool (x86_64): NT101\n", 1, REJECTED BLOCKED "." },
    { "a signature that cannot be read",
      TOOL("") AFTER("patch: tool, from: signature, at: 0, text: xxxx"), "tool",
      "CS106 tool: NT101 NT104 NT105\n", 3, REJECTED BLOCKED "." },
    { "a file that was cut", TOOL("") AFTER("truncate: tool, at: -4096"), "tool",
      "CS105 tool: CS104 CS912\n", 0, REJECTED BLOCKED "; 1 of 1 executable would be killed." },
    { "a file added to an app", APP("") AFTER("write: A.app/Contents/Resources/new, text: x"),
      "A.app", "CS501 A.app: NT101\n", 1, REJECTED BLOCKED "." },
    { "two things wrong with one app",
      APP("timestamp: null") AFTER("write: A.app/Contents/Resources/new, text: x"), "A.app",
      "CS501 A.app: NT101\nNT104 A.app:\n", 2, REJECTED BLOCKED "." },
    { "a helper without timestamp in an ad hoc app",
      APP("as: ad-hoc, flags: []") HELPER("timestamp: null"), "A.app",
      "NT130 A.app: NT104 NT105\nNT104 helper:\n", 4, REJECTED BLOCKED "." },
    { "an ad hoc helper in a good app", APP("") HELPER("as: ad-hoc, flags: []"), "A.app",
      "NT130 helper: NT104 NT105\n", 3, REJECTED BLOCKED "." },
    { "an altered helper",
      APP("") HELPER("") AFTER("flip: A.app/Contents/Helpers/helper, at: 5000"), "A.app",
      "CS205 helper: CS703 NT101 NT101\n", 2, REJECTED BLOCKED "." },
    { "an altered helper of a framework",
      APP("") FRAMEWORK AFTER(
          "flip: A.app/Contents/Frameworks/F.framework/Versions/A/Helpers/deep, at: 5000"),
      "A.app", "CS205 deep: CS703 CS703 NT101 NT101 NT101\n", 3, REJECTED BLOCKED "." },
    { "an unsigned library", LOADER("'@rpath/libb.dylib'") LIBRARY("libb.dylib", ""), "A.app",
      "NT102 libb.dylib: HR911 LV124 NT104\n", 2, REJECTED "; 1 of 1 executable would be killed." },
    { "a library of another team beside an ad hoc tool",
      LOADER("'@rpath/libb.dylib'") LIBRARY("libb.dylib", ", sign: {as: developer-id-other-team}")
          HELPER("as: ad-hoc, flags: []"),
      "A.app", "HR911 A.app:\nNT130 helper: NT104 NT105\n", 3,
      REJECTED BLOCKED "; 1 of 2 executables would be killed." },
    { "a library of another team beside an unsigned one",
      LOADER("'@rpath/libb.dylib', '@rpath/libc.dylib'") LIBRARY("libb.dylib", "")
          LIBRARY("libc.dylib", ", sign: {as: developer-id-other-team}"),
      "A.app", "HR911 A.app:\nNT102 libb.dylib: LV124 NT104\n", 2,
      REJECTED "; 1 of 1 executable would be killed." },
    { "a certificate for packages", TOOL("as: installer"), "tool",
      "CS314 tool: ID212 NT101 NT103\n", 2, REJECTED BLOCKED "." },
    { "a timestamp of nobody", TOOL("cms: {defects: [token-wrong-signature]}"), "tool",
      "CS308 tool: NT101 NT104\n", 2, REJECTED BLOCKED "." },
    { "a note beside nothing", TOOL("slack: remains"), "tool", "CS909 tool:\n", 0,
      READY "tool at a gate it has to pass." },
};

static struct sx_ruleset *rules; /* read once for all rows */

static int by_id(const void *a, const void *b)
{
    const struct sx_finding *const *x = a, *const *y = b;
    return sx_str_cmp((*x)->rule->id, (*y)->rule->id);
}

static void put_finding(struct sx_buf *out, const struct sx_finding *f)
{
    const struct sx_finding *sorted[32];
    assert_in_range(f->n_consequences, 0, SX_LEN(sorted));
    for (size_t i = 0; i < f->n_consequences; i++)
        sorted[i] = f->consequences[i];
    qsort(sorted, f->n_consequences, sizeof(*sorted), by_id);
    sx_buf_printf(out, "%.*s %.*s", SX_STR_ARG(f->rule->id), SX_STR_ARG(sx_str_base(f->path)));
    for (size_t i = 0; i < f->slices.n; i++)
        sx_buf_printf(out, "%s%.*s%s", i > 0 ? ", " : " (", SX_STR_ARG(f->slices.at[i]),
                      i + 1 == f->slices.n ? ")" : "");
    sx_buf_char(out, ':');
    for (size_t i = 0; i < f->n_consequences; i++)
        sx_buf_printf(out, " %.*s", SX_STR_ARG(sorted[i]->rule->id));
    sx_buf_char(out, '\n');
}

static void is_told_once(void **state)
{
    static const struct sx_selection all;
    const struct row *row = *state;
    SX_AUTO(sx_buf_release) struct sx_buf told = { 0 };
    struct sx_judgements *judged;
    struct examined e;
    struct sx_err err = { 0 };
    size_t n_issues = 0;
    examine(&e, row->yaml, row->path);
    if (!sx_judge(e.run, rules, &all, &judged, &err))
        fail_msg("%s", err.what);
    for (size_t i = 0; i < judged->whole.n_findings; i++) {
        put_finding(&told, judged->whole.findings[i]);
        n_issues += judged->whole.findings[i]->n_notary_issues;
    }
    sx_buf_char(&told, '\0');
    assert_string_equal(told.ptr, row->told);
    assert_int_equal(n_issues, row->n_issues);
    assert_string_equal(judged->whole.sentence.ptr, row->sentence);
    sx_judgements_free(judged);
    examined_free(&e);
}

/* Gates that rest on something nobody looked at. */
static const struct silent {
    const char *name, *yaml, *path;
    enum sx_verdict_state state; /* of the signature gate */
    bool is_incomplete;          /* exit 3 */
    const char *told;            /* ids that are told all the same */
} silents[] = {
    { "a script, whose signature lies elsewhere",
      DEFAULTS "  A.app:\n    files:\n      Contents/Info.plist: " PLIST(
          "A", "APPL") "      Contents/MacOS/A: {text: '#!/bin/sh', mode: 755}\n",
      "A.app", SX_NOT_CHECKED, false, "LV143" },
    { "load commands that end nowhere", TOOL("") AFTER("patch: tool, at: 36, text: !hex 00000000"),
      "tool", SX_FAIL, false, "CS101" },
    { "more altered pages than are listed",
      DEFAULTS "  tool: {macho: {arch: arm64, code: 5000000}, sign: {identifier: com.example.tool, "
               "fields: {hashOffset: 184}}}\n",
      "tool", SX_FAIL, true, "CS205" },
};

static void is_not_passed(void **state)
{
    static const struct sx_selection all;
    const struct silent *row = *state;
    struct sx_judgements *judged;
    struct examined e;
    struct sx_err err = { 0 };
    bool is_told = false;
    examine(&e, row->yaml, row->path);
    if (!sx_judge(e.run, rules, &all, &judged, &err))
        fail_msg("%s", err.what);
    const struct sx_judgement *j = &judged->whole;
    for (size_t i = 0; i < j->n_findings; i++)
        is_told |= sx_str_is(j->findings[i]->rule->id, row->told);
    assert_true(is_told);
    assert_int_equal(j->verdicts[SX_GATE_SIGNATURE].state, row->state);
    assert_int_equal(j->is_incomplete, row->is_incomplete);
    sx_judgements_free(judged);
    examined_free(&e);
}

/* A cause that weighs less is not taken, for it would hide an error from the exit code. */
static bool is_in_vain(const struct sx_rule *rule, struct sx_str id)
{
    bool is_there = false, is_heavy = false;
    for (size_t i = 0; i < sx_ruleset_count(rules); i++) {
        const struct sx_rule *cause = sx_ruleset_at(rules, i);
        bool is_meant = !cause->is_advice && sx_str_starts(cause->id, id);
        is_there |= is_meant;
        is_heavy |= is_meant && cause->severity >= rule->severity;
    }
    return is_there && !is_heavy;
}

static void no_cause_is_named_in_vain(void **state)
{
    (void)state;
    for (size_t i = 0; i < sx_ruleset_count(rules); i++) {
        const struct sx_rule *rule = sx_ruleset_at(rules, i);
        for (size_t k = 0; k < rule->follows.n; k++)
            if (is_in_vain(rule, rule->follows.at[k]))
                fail_msg("%.*s follows %.*s, which weighs less", SX_STR_ARG(rule->id),
                         SX_STR_ARG(rule->follows.at[k]));
    }
}

int main(void)
{
    static struct rows all;
    rules = sx_ruleset_new();
    ADD_ROWS(&all, rows, is_told_once);
    ADD_ROWS(&all, silents, is_not_passed);
    ADD_TEST(&all, no_cause_is_named_in_vain);
    int failed = run_rows("causes", &all);
    sx_ruleset_free(rules);
    return failed;
}
