/* SPDX-License-Identifier: MIT */
/* Launch constraints of built and signed code, and of launchd jobs: what they say of what ships. */
#include "base/buf.h"
#include "examined.h"
#include "rows.h"

#define DEFAULTS                                                                                   \
    "defaults:\n"                                                                                  \
    "  macho: {arch: arm64}\n"                                                                     \
    "  sign: {as: developer-id, flags: [runtime], timestamp: 2026-11-23T18:04:11Z}\n"              \
    "files:\n"
#define TOOL(constraints)                                                                          \
    DEFAULTS "  tool:\n    macho: {}\n"                                                            \
             "    sign: {identifier: com.example.tool, constraints: {" constraints "}}\n"
#define APP(helper)                                                                                \
    DEFAULTS                                                                                       \
    "  App.app:\n"                                                                                 \
    "    sign: {}\n"                                                                               \
    "    files:\n"                                                                                 \
    "      Contents/Info.plist:\n"                                                                 \
    "        plist: {CFBundleIdentifier: com.example.app, CFBundleExecutable: App,\n"              \
    "                CFBundlePackageType: APPL}\n"                                                 \
    "      Contents/MacOS/App: {macho: {}}\n"                                                      \
    "      Contents/MacOS/helper:\n"                                                               \
    "        macho: {}\n"                                                                          \
    "        sign: {identifier: com.example.helper, constraints: {" helper "}}\n"
#define JOB(constraint)                                                                            \
    APP("")                                                                                        \
    "      Contents/Library/LaunchDaemons/com.example.helper.plist:\n"                             \
    "        plist: {Label: com.example.helper, BundleProgram: Contents/MacOS/helper,\n"           \
    "                SpawnConstraint: " constraint "}\n"

/* What is said: one line a constraint "kind: unmet facts", and one a problem "! detail". */
static const struct row {
    const char *name, *yaml, *path, *says;
} rows[] = {
    { "none", TOOL(""), "tool", "" },
    { "met", TOOL("self: {team-identifier: W4FFLE9K2Q, validation-category: 6}"), "tool",
      "self:\n" },
    { "another team", TOOL("self: {team-identifier: ABCDE12345, launch-type: 3}"), "tool",
      "self: team-identifier\n" },
    { "another category", TOOL("self: {validation-category: 4}"), "tool",
      "self: validation-category\n" },
    { "a cdhash of another build",
      TOOL("self: {cdhash: {$in: [!hex 00112233445566778899aabbccddeeff00112233]}}"), "tool",
      "self: cdhash\n" },
    { "an entitlement that is not claimed",
      TOOL("self: {entitlements: {$query: [[1, com.apple.security.app-sandbox], [5, true]]}}"),
      "tool", "self: entitlements\n" },
    { "in the order of the slots",
      TOOL("library: {team-identifier: W4FFLE9K2Q}, self: {team-identifier: W4FFLE9K2Q}"), "tool",
      "self:\nlibrary:\n" },
    { "a parent that is not shipped", TOOL("parent: {signing-identifier: com.example.other}"),
      "tool", "parent:\n" },
    { "unknown operator", TOOL("self: {$xor: {team-identifier: A}}"), "tool",
      "! $xor is no known operator\nself:\n" },
    { "no constraint at all", TOOL("self: !hex 7005020101b000"), "tool",
      "! no number under ccat\n" },
    { "no DER at all", TOOL("responsible: !hex 00"), "tool", "! outer element: want tag\n" },

    { "the parent is shipped",
      APP("parent: {signing-identifier: com.example.app, team-identifier: W4FFLE9K2Q}"), "App.app",
      "parent:\n" },
    { "the parent is shipped by another team",
      APP("parent: {signing-identifier: com.example.app, team-identifier: ABCDE12345}"), "App.app",
      "parent: team-identifier\n" },
    { "the parent has no identifier", APP("parent: {team-identifier: ABCDE12345}"), "App.app",
      "parent:\n" },
    { "responsible code from the store",
      APP("responsible: {signing-identifier: {$in: [com.example.app]}, validation-category: 4}"),
      "App.app", "responsible: validation-category\n" },

    { "a job without", JOB("{team-identifier: W4FFLE9K2Q}"), "App.app", "spawn:\n" },
    { "a job for another program", JOB("{signing-identifier: com.example.daemon}"), "App.app",
      "spawn: signing-identifier\n" },
    { "a job with an unknown operator", JOB("{$xor: {a: 1}}"), "App.app",
      "! $xor is no known operator\nspawn:\n" },
    { "a job whose constraint is text", JOB("none"), "App.app",
      "! SpawnConstraint is no dictionary\n" },
};

static void tell_problems(struct sx_buf *out, struct sx_objs problems)
{
    for (size_t i = 0; i < problems.n; i++) {
        const struct sx_Problem *p = SX_AT(Problem, problems, i);
        struct sx_str detail = sx_str_sub(p->detail, 0, sx_str_find(p->detail, SX_STR(", at")));
        detail = sx_str_sub(detail, 0, sx_str_find(detail, SX_STR(" 0x")));
        if (p->what == SX_PROBLEM_CONSTRAINT_MALFORMED)
            sx_buf_printf(out, "! %.*s\n", SX_STR_ARG(detail));
    }
}

static void tell(struct sx_buf *out, const struct sx_Constraint *c)
{
    struct sx_str kind = sx_ConstraintKind_name((enum sx_ConstraintKind)c->kind);
    sx_buf_printf(out, "%.*s:", SX_STR_ARG(kind));
    for (size_t i = 0; i < c->unmet.n; i++)
        sx_buf_printf(out, " %.*s", SX_STR_ARG(c->unmet.at[i]));
    sx_buf_char(out, '\n');
}

static void examines(void **state)
{
    const struct row *row = *state;
    struct examined e;
    SX_AUTO(sx_buf_release) struct sx_buf said = { 0 };
    examine(&e, row->yaml, row->path);
    const struct sx_Artifact *artifact = examined_artifact(&e);
    for (size_t i = 0; i < artifact->code.n; i++) {
        const struct sx_Signature *signature = SX_AT(Code, artifact->code, i)->signature;
        tell_problems(&said, signature->problems);
        for (size_t k = 0; k < signature->constraints.n; k++)
            tell(&said, SX_AT(Constraint, signature->constraints, k));
    }
    for (size_t i = 0; i < artifact->jobs.n; i++) {
        const struct sx_Job *job = SX_AT(Job, artifact->jobs, i);
        tell_problems(&said, job->problems);
        if (job->constraint != NULL)
            tell(&said, job->constraint);
    }
    sx_buf_char(&said, '\0');
    assert_string_equal(said.ptr, row->says);
    examined_free(&e);
}

int main(void)
{
    static struct rows list;
    ADD_ROWS(&list, rows, examines);
    return run_rows("inspect-constraints", &list);
}
