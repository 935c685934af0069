/* SPDX-License-Identifier: MIT */
/* Configurations and baselines as text: what is read out of them, and where they are refused. */
#include "rows.h"
#include "rules/config.h"

/* 2026-11-24T18:00:00Z: a waiver holds through its last day, whatever the hour. */
static const struct sx_time now = { 1795543200, 0 };

/* A configuration and its settings ("line:column key value" each) and waivers, or the refusal. */
static const struct row {
    const char *name, *text, *says;
} configs[] = {
    { "nothing", "", "" },
    { "comments only", "# nothing yet\n", "" },
    { "a text", "channel: app-store\n", "1:10 channel app-store\n" },
    { "numbers are texts", "oldest-macos: 13.0\njobs: 2\n",
      "1:15 oldest-macos 13.0\n2:7 jobs 2\n" },
    { "the order of the file", "select: [NE]\nchannel: auto\n",
      "1:10 select NE\n2:10 channel auto\n" },
    { "a list gives one each", "ignore:\n  - VR104\n  - UD\n",
      "2:5 ignore VR104\n3:5 ignore UD\n" },
    { "a map too", "severity: {UD104: error, VR: note}\n",
      "1:12 severity UD104=error\n1:26 severity VR=note\n" },
    { "reports", "report: {sarif: out.sarif}\n", "1:10 report sarif=out.sarif\n" },
    { "flags", "quiet: true\nstats: false\n", "1:8 quiet true\n2:8 stats false\n" },
    { "an unknown key", "channel: auto\nwaiver: []\n",
      "2:1: unknown key \"waiver\"; the nearest is \"waivers\"" },
    { "an unknown key, near to nothing", "zzzzzzzzzzzzz: 1\n",
      "1:1: unknown key \"zzzzzzzzzzzzz\"; there are waivers, baseline, channel, color, fail-on, "
      "format, ignore, jobs, oldest-macos, report, rules, select, severity, show-at, trust-anchor, "
      "baseline-strict, no-progress, quiet, stats, verbose" },
    { "a hostile key", "\"\\e[31m\": 1\n", NULL },
    { "a list for a text", "channel: [auto]\n", "1:10: channel: want text, found a list" },
    { "a text for a list", "select: NE\n", "1:9: select: want a list, found text" },
    { "no value", "channel:\n", "1:9: channel: want text, found nothing" },
    { "a flag that is none", "quiet: yes\n", "1:8: quiet: want true or false" },
    { "a quoted flag", "quiet: 'true'\n", "1:8: quiet: want true or false" },
    { "a list in a list", "select: [[NE]]\n", "1:10: select: want text, found a list" },
    { "no map", "- channel\n", "1:1: configuration: want a map, found a list" },
    { "a key twice", "quiet: true\nquiet: true\n", NULL },
    { "an alias", "channel: &a auto\nformat: *a\n", NULL },
    { "no YAML", "channel: [\n", NULL },

#define WAIVER "waivers:\n  - rule: NE103\n    path: Waffle.app/**\n"
    { "a waiver", WAIVER "    reason: later\n    expires: 2026-12-31\n",
      "waiver NE103 Waffle.app/** later 37\n" },
    { "to the end of today", WAIVER "    reason: later\n    expires: 2026-11-24\n",
      "waiver NE103 Waffle.app/** later 0\n" },
    { "that has ended", WAIVER "    reason: later\n    expires: 2026-11-23\n",
      "waiver NE103 Waffle.app/** later -1\n" },
    { "a year ahead", WAIVER "    reason: later\n    expires: 2027-11-24\n",
      "waiver NE103 Waffle.app/** later 365\n" },
    { "more than a year", WAIVER "    reason: later\n    expires: 2027-11-25\n",
      "5:14: the waiver of NE103 ends more than a year ahead; a date up to 2027-11-24 is needed" },
    { "without an end", WAIVER "    reason: later\n",
      "2:5: the waiver of NE103 has no \"expires\"; a date up to 2027-11-24 is needed" },
    { "without a reason", WAIVER "    expires: 2026-12-31\n",
      "2:5: the waiver of NE103 has no \"reason\"" },
    { "with an empty reason", WAIVER "    reason: ''\n    expires: 2026-12-31\n",
      "4:13: reason: want text, found nothing" },
    { "without a path", "waivers: [{rule: NE103, reason: r, expires: 2026-12-31}]\n",
      "1:11: the waiver of NE103 has no \"path\"" },
    { "without a rule", "waivers: [{path: p}]\n", "1:11: the waiver has no \"rule\"" },
    { "with a time", WAIVER "    reason: later\n    expires: 2026-12-31T00:00:00Z\n",
      "5:14: the waiver of NE103 has no date under \"expires\"; a date up to 2027-11-24 is "
      "needed" },
    { "with no date", WAIVER "    reason: later\n    expires: never\n",
      "5:14: the waiver of NE103 has no date under \"expires\"; a date up to 2027-11-24 is "
      "needed" },
    { "with a misspelt key", WAIVER "    resaon: later\n",
      "4:5: unknown key \"resaon\"; the nearest is \"reason\"" },
    { "that is no map", "waivers: [NE103]\n", "1:11: waiver: want a map, found text" },
};

static void put_config(struct sx_buf *out, const struct sx_config *config)
{
    for (size_t i = 0; i < config->n; i++)
        sx_buf_printf(out, "%u:%u %.*s %.*s\n", config->settings[i].line,
                      config->settings[i].column, SX_STR_ARG(config->settings[i].key),
                      SX_STR_ARG(config->settings[i].value));
    for (size_t i = 0; i < config->waivers.n; i++) {
        const struct sx_Waiver *w = SX_AT(Waiver, config->waivers, i);
        sx_buf_printf(out, "waiver %.*s %.*s %.*s %d\n", SX_STR_ARG(w->rule), SX_STR_ARG(w->path),
                      SX_STR_ARG(w->reason), (int)w->daysLeft);
    }
}

static void configurations(void **state)
{
    const struct row *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    SX_AUTO(sx_buf_release) struct sx_buf out = { 0 };
    struct sx_config config;
    struct sx_err err = { 0 };
    if (sx_config_read(sx_str_of(row->text), ".sxlint.yaml", now, arena, &config, &err))
        put_config(&out, &config);
    else
        sx_buf_printf(&out, "%u:%u: %s", err.line, err.column, err.what);
    assert_true(err.code == SX_OK || (err.file != NULL && err.line > 0));
    if (row->says != NULL)
        assert_string_equal(sx_str_dup(arena, sx_buf_view(&out)).ptr, row->says);
    else
        assert_int_not_equal(err.code, SX_OK);
}

/* A place that a finding can point at, in the text as it is. */
static void a_waiver_knows_its_place(void **state)
{
    (void)state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_config config;
    struct sx_err err = { 0 };
    uint32_t line, column;
    struct sx_str text = SX_STR(WAIVER "    reason: later\n    expires: 2026-12-31\n");
    assert_true(sx_config_read(text, "c", now, arena, &config, &err));
    const struct sx_Waiver *w = SX_AT(Waiver, config.waivers, 0);
    sx_line_of(w->head.document->text, sx_map_get(w->entry, SX_STR("expires"))->pos - 1, &line,
               &column);
    assert_int_equal(line, 5);
    assert_int_equal(column, 14);
}

#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define ONE "{\"fingerprint\": \"" HEX "\", \"rule\": \"NE103\", \"path\": \"W.app\"}"
static const struct row baselines[] = {
    { "empty", "{\"schemaVersion\": 1, \"findings\": []}", "" },
    { "one", "{\"schemaVersion\": 1, \"findings\": [" ONE "]}", HEX " NE103 W.app\n" },
    { "of another version", "{\"schemaVersion\": 2, \"findings\": []}",
      "no baseline: want schemaVersion 1" },
    { "a list", "[]", "no baseline: want schemaVersion 1" },
    { "without findings", "{\"schemaVersion\": 1}", "no baseline: want a list of findings" },
    { "a finding that is none", "{\"schemaVersion\": 1, \"findings\": [" ONE ", 7]}",
      "findings[1] has no fingerprint of 64 hex digits" },
    { "a short fingerprint", "{\"schemaVersion\": 1, \"findings\": [{\"fingerprint\": \"00\"}]}",
      "findings[0] has no fingerprint of 64 hex digits" },
    { "no rule", "{\"schemaVersion\": 1, \"findings\": [{\"fingerprint\": \"" HEX "\"}]}",
      "findings[0] has no rule" },
    { "no path",
      "{\"schemaVersion\": 1, \"findings\": [{\"fingerprint\": \"" HEX "\", \"rule\": \"A\"}]}",
      "findings[0] has no path" },
    { "cut off", "{\"schemaVersion\": 1, ", NULL },
    { "no JSON", "schemaVersion: 1", NULL },
};

static void baselines_are_read_or_refused(void **state)
{
    const struct row *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    SX_AUTO(sx_buf_release) struct sx_buf out = { 0 };
    struct sx_objs accepted;
    struct sx_err err = { 0 };
    if (!sx_baseline_read(sx_str_of(row->text), "b.json", arena, &accepted, &err)) {
        assert_string_equal(err.file, "b.json");
        sx_buf_cstr(&out, err.what);
    }
    for (size_t i = 0; err.code == SX_OK && i < accepted.n; i++) {
        const struct sx_Accepted *at = SX_AT(Accepted, accepted, i);
        sx_buf_printf(&out, "%.*s %.*s %.*s\n", SX_STR_ARG(at->fingerprint), SX_STR_ARG(at->rule),
                      SX_STR_ARG(at->path));
    }
    if (row->says != NULL)
        assert_string_equal(sx_str_dup(arena, sx_buf_view(&out)).ptr, row->says);
    else
        assert_int_not_equal(err.code, SX_OK);
}

int main(void)
{
    static struct rows list;
    ADD_ROWS(&list, configs, configurations);
    ADD_ROWS(&list, baselines, baselines_are_read_or_refused);
    ADD_TEST(&list, a_waiver_knows_its_place);
    return run_rows("config", &list);
}
