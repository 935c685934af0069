/* SPDX-License-Identifier: MIT */
/* What waivers and baselines do to findings, verdicts and counts: one row a decision, on an app
 * with two errors, one of which follows from the other, and a helper with one. */
#include "judged.h"
#include "rows.h"
#include "rules/config.h"

static const struct sx_time now = { 1795478400, 0 }; /* 2026-11-24 */

static const char facts[] = "now: '2026-11-24'\n"
                            "artifacts: [{path: build/A.app, kind: bundle, code: ["
                            "{path: A.app, kind: app, slices: [{arch: arm64, fileType: execute}]}, "
                            "{path: A.app/h, kind: executable}]}]\n";

static const char rules[] =
    "- {id: AA001, name: first, severity: error, gates: [launch], for: code, aliases: [AA999], "
    "check: false, message: m, why: w}\n"
    "- {id: AA002, name: second, severity: error, gates: [store, launch], for: code, "
    "when: code.kind == 'app', check: false, follows: [AA001], message: m, why: w}\n"
    "- {id: WV001, name: ended, severity: warning, gates: [], for: waiver, "
    "check: waiver.daysLeft >= 0, message: 'ended: {waiver.rule}', why: w}\n"
    "- {id: WV002, name: unused, severity: warning, gates: [], for: waiver, "
    "when: waiver.asked && waiver.daysLeft >= 0, check: waiver.matches > 0, "
    "message: 'unused: {waiver.rule}', why: w}\n"
    "- {id: WV003, name: gone, severity: error, gates: [policy], for: baseline, "
    "when: accepted.strict && accepted.asked, check: accepted.matches > 0, "
    "message: 'gone: {accepted.path}', why: w}\n";

#define W(rule, path, expires)                                                                     \
    "  - {rule: " rule ", path: '" path "', reason: r, expires: " expires "}\n"
/* The findings as "ID status path"; consequences indented; the launch gate; counts. */
static const struct row {
    const char *name, *waivers, *says;
} table[] = {
    { "nothing decided", "",
      "AA001 open A.app\n  AA002 open\nAA001 open A.app/h\nlaunch fail, 2 open, 0 waived\n" },
    { "a waiver covers what follows", W("AA001", "A.app", "2026-12-31"),
      "AA001 waived A.app\n  AA002 waived\nAA001 open A.app/h\nlaunch fail, 1 open, 1 waived\n" },
    { "by name", W("first", "A.app", "2026-12-31"),
      "AA001 waived A.app\n  AA002 waived\nAA001 open A.app/h\nlaunch fail, 1 open, 1 waived\n" },
    { "by alias", W("AA999", "A.app", "2026-12-31"),
      "AA001 waived A.app\n  AA002 waived\nAA001 open A.app/h\nlaunch fail, 1 open, 1 waived\n" },
    { "by the path as given", W("AA001", "build/A.app", "2026-12-31"),
      "AA001 waived A.app\n  AA002 waived\nAA001 open A.app/h\nlaunch fail, 1 open, 1 waived\n" },
    { "no gate passes over what is waived", W("AA001", "**", "2026-12-31"),
      "AA001 waived A.app\n  AA002 waived\nAA001 waived A.app/h\n"
      "launch not checked: waived: AA001, 0 open, 2 waived\n" },
    { "one star stays in its folder", W("AA001", "*", "2026-12-31"),
      "AA001 waived A.app\n  AA002 waived\nAA001 open A.app/h\nlaunch fail, 1 open, 1 waived\n" },
    { "on its last day", W("AA001", "A.app", "2026-11-24"),
      "AA001 waived A.app\n  AA002 waived\nAA001 open A.app/h\nlaunch fail, 1 open, 1 waived\n" },
    { "the day after", W("AA001", "A.app", "2026-11-23"),
      "WV001 open c.yaml\nAA001 open A.app\n  AA002 open\nAA001 open A.app/h\n"
      "launch fail, 3 open, 0 waived\n" },
    { "of a consequence only", W("AA002", "A.app", "2026-12-31"),
      "AA001 open A.app\n  AA002 waived\nAA001 open A.app/h\nlaunch fail, 2 open, 0 waived\n" },
    { "of nothing", W("AA001", "B.app", "2026-12-31"),
      "WV002 open c.yaml\nAA001 open A.app\n  AA002 open\nAA001 open A.app/h\n"
      "launch fail, 3 open, 0 waived\n" },
    { "the waiver that ends last decides",
      W("AA001", "A.app", "2026-11-20") W("AA001", "A.*", "2026-12-31"),
      "WV001 open c.yaml\nAA001 waived A.app\n  AA002 waived\nAA001 open A.app/h\n"
      "launch fail, 2 open, 1 waived\n" },
};

static void put_counts(struct sx_buf *out, const struct sx_judgement *whole)
{
    const struct sx_verdict *launch = &whole->verdicts[SX_GATE_LAUNCH];
    size_t open = 0;
    for (int i = 0; i < SX_N_SEVERITIES; i++)
        open += whole->count[i];
    sx_buf_cstr(out, launch->state == SX_FAIL ? "launch fail" : "launch not checked: ");
    if (launch->state != SX_FAIL)
        sx_buf_str(out, launch->sentence);
    sx_buf_printf(out, ", %zu open, %zu waived\n", open, whole->n_waived);
}

static void put_findings(struct sx_buf *out, const struct sx_judgement *whole)
{
    /* the configuration, whose name sorts behind the app, first: it is easier to read so */
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < whole->n_findings; i++) {
            const struct sx_finding *f = whole->findings[i];
            if ((f->owner->type == &sx_type_Code) != (pass == 1))
                continue;
            sx_buf_printf(out, "%.*s %s %.*s\n", SX_STR_ARG(f->rule->id), sx_status_name(f->status),
                          SX_STR_ARG(f->path));
            for (size_t k = 0; k < f->n_consequences; k++)
                sx_buf_printf(out, "  %.*s %s\n", SX_STR_ARG(f->consequences[k]->rule->id),
                              sx_status_name(f->consequences[k]->status));
        }
}

static void waivers(void **state)
{
    const struct row *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    SX_AUTO(sx_buf_release) struct sx_buf out = { 0 };
    struct sx_config config;
    struct sx_err err = { 0 };
    struct judged j;
    struct sx_str text =
        sx_str_printf(arena, "waivers:%s\n%s", row->waivers[0] ? "" : " []", row->waivers);
    if (!sx_config_read(text, "c.yaml", now, arena, &config, &err))
        fail_msg("%u:%u: %s", err.line, err.column, err.what);
    struct sx_exceptions exceptions = { .waivers = config.waivers };
    judged_start(&j, facts, rules);
    judged_finish(&j, &(struct sx_selection){ .exceptions = &exceptions });
    put_findings(&out, &j.all->whole);
    put_counts(&out, &j.all->whole);
    assert_string_equal(sx_str_dup(arena, sx_buf_view(&out)).ptr, row->says);
    judged_free(&j);
}

static void a_waiver_needs_a_rule(void **state)
{
    (void)state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_config config;
    struct sx_err err = { 0 };
    struct judged j;
    struct sx_judgements *all;
    assert_true(sx_config_read(SX_STR("waivers:\n" W("AA003", "*", "2026-12-31")), "c.yaml", now,
                               arena, &config, &err));
    struct sx_exceptions exceptions = { .waivers = config.waivers };
    judged_start(&j, facts, rules);
    assert_false(sx_judge(&j.told.run, j.rules, &(struct sx_selection){ .exceptions = &exceptions },
                          &all, &err));
    assert_string_equal(err.file, "c.yaml");
    assert_int_equal(err.line, 2);
    assert_int_equal(err.column, 12);
    assert_string_equal(err.what, "no rule AA003; the nearest is AA001");
    judged_free(&j);
}

/* Everything found is accepted; then the helper's finding is mended, which a baseline that may only
 * shrink does not pass over. */
static void baseline_of(struct judged *j, struct sx_objs *out, struct sx_arena *arena)
{
    const struct sx_object **at = SX_NEW_N(arena, const struct sx_object *, 8);
    size_t n = 0;
    for (size_t i = 0; i < j->all->whole.n_findings; i++) {
        struct sx_Accepted *accepted = SX_FACT(arena, Accepted);
        accepted->file = SX_STR("b.json");
        accepted->fingerprint = sx_str_dup(arena, j->all->whole.findings[i]->fingerprint);
        accepted->rule = SX_STR("AA001");
        accepted->path = sx_str_dup(arena, j->all->whole.findings[i]->path);
        at[n++] = &accepted->head;
    }
    *out = (struct sx_objs){ at, n };
}

static void a_baseline_accepts_what_was_there(void **state)
{
    (void)state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    SX_AUTO(sx_buf_release) struct sx_buf out = { 0 };
    struct sx_exceptions exceptions = { .may_only_shrink = true };
    struct sx_selection selection = { .exceptions = &exceptions };
    struct judged j;
    judged_start(&j, facts, rules);
    judged_finish(&j, NULL);
    baseline_of(&j, &exceptions.accepted, arena);
    judged_free(&j);

    judged_start(&j, facts, rules);
    judged_finish(&j, &selection);
    put_findings(&out, &j.all->whole);
    put_counts(&out, &j.all->whole);
    judged_free(&j);

    judged_start(&j,
                 "now: '2026-11-24'\nartifacts: [{path: other/A.app, kind: bundle, code: [{path: "
                 "A.app, kind: app}]}]\n",
                 rules);
    judged_finish(&j, &selection);
    put_findings(&out, &j.all->whole);
    assert_int_equal(j.all->whole.n_baseline, 1);
    judged_free(&j);

    assert_string_equal(sx_str_dup(arena, sx_buf_view(&out)).ptr,
                        "AA001 baseline A.app\n  AA002 baseline\nAA001 baseline A.app/h\n"
                        "launch not checked: in the baseline: AA001, 0 open, 0 waived\n"
                        "WV003 open b.json\nAA001 baseline A.app\n  AA002 baseline\n");
}

int main(void)
{
    static struct rows list;
    ADD_ROWS(&list, table, waivers);
    ADD_TEST(&list, a_waiver_needs_a_rule);
    ADD_TEST(&list, a_baseline_accepts_what_was_there);
    return run_rows("waive", &list);
}
