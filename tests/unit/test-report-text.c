/* SPDX-License-Identifier: MIT */
/* The text report against the mock-ups, byte for byte (tests/unit/expected). */
#include "report/formats.h"
#include "waffle.h"
#include "written.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

static void made_as_is(struct waffle *w)
{
    (void)w;
}

/* An archive of which not even the directory could be read. */
static void make_unreadable(struct waffle *w)
{
    w->app->path = SX_STR("dist/Waffle.zip");
    w->app->kind = SX_ARTIFACT_KIND_ABSENT;
    w->app->code = (struct sx_objs){ 0 };
    sx_fact_unread(&w->app->head, w->arena, "code", SX_UNREAD_NOT_EXAMINED,
                   SX_STR("the zip archive ends too early; 212 of 3310 members, no end of central "
                          "directory"),
                   214958080);
    w->judgements.n = 1;
    w->at[0].is_unreadable = w->at[0].is_incomplete = true;
    w->at[0].sentence =
        SX_STR("Not cleared: dist/Waffle.zip could not be read, so no gate was checked.");
    w->judgements.whole = w->at[0];
}

/* Two archives in the app that nobody could look into. */
static void make_partly_examined(struct waffle *w)
{
    static const struct sx_not_checked entries[] = {
        { .path = { "Waffle.app/Contents/Resources/models.7z", 39 },
          .reason = { "7z archive, 48 MB: sxlint has no reader for it, the notary may have", 67 },
          .state = SX_UNREAD_NOT_EXAMINED },
        { .path = { "Waffle.app/Contents/Resources/old.zip", 37 },
          .reason = { "encrypted zip archive: 3 members named, none readable", 53 },
          .state = SX_UNREAD_NOT_EXAMINED },
        { .path = { "Waffle.app", 10 },
          .what = { "notarized", 9 },
          .reason = { "not in the artifact", 19 },
          .state = SX_UNREAD_OUT_OF_REACH },
    };
    struct sx_judgement *at = &w->at[0];
    at->not_checked = entries;
    at->n_not_checked = SX_LEN(entries);
    at->is_incomplete = true;
    at->verdicts[SX_GATE_NOTARIZATION] =
        (struct sx_verdict){ SX_NOT_CHECKED, SX_STR("2 files not examined"), true };
    at->sentence = SX_STR("Not cleared: nothing found, but 2 files were not examined, so "
                          "notarization is not checked.");
    w->judgements.whole = *at;
}

/* A second product: now each has a report of its own. */
static void make_several(struct waffle *w)
{
    w->configuration->path = SX_STR("dist/cli.pkg");
    w->configuration->kind = SX_ARTIFACT_KIND_INSTALLER_PACKAGE;
    w->configuration->configurations = (struct sx_objs){ 0 };
    w->at[1] = (struct sx_judgement){ .artifact = w->configuration,
                                      .channel = SX_CHANNEL_DEVELOPER_ID,
                                      .sentence = SX_STR("Ready: nothing found.") };
    for (size_t gate = 0; gate < SX_N_GATES; gate++)
        w->at[1].verdicts[gate] =
            (struct sx_verdict){ SX_NOT_CHECKED, SX_STR("no code in it"), false };
}

/* What --verbose adds: sources, offsets, waived findings, whole lists. */
static void make_telling(struct waffle *w)
{
    static const struct sx_str references[] = {
        { "Network Extensions Entitlement <https://example.com/entitlement>", 64 },
        { "seen in a log", 13 },
    };
    struct sx_finding *f = (struct sx_finding *)w->at[0].findings[5];
    struct sx_finding *waived = (struct sx_finding *)w->at[0].findings[7];
    ((struct sx_rule *)f->rule)->references = (struct sx_strs){ references, 2 };
    f->offset = (struct sx_opt_int){ true, 0x1a4c0 };
    f->symbol = SX_STR("errSecCSSignatureFailed");
    static const struct sx_Waiver waiver = { .expires = { true, { 1798675200, 0 } } };
    waived->status = SX_WAIVED;
    waived->waiver = &waiver;
    w->judgements.whole.n_waived = 1;
    w->judgements.whole.waived_until = waiver.expires;
    w->judgements.whole.n_baseline = 2;
    w->judgements.whole.count[SX_SEVERITY_WARNING] = 0;
}

/* Things that look another way: in one slice only, unverified, without fix, only a note. */
static void make_odd(struct waffle *w)
{
    static const struct sx_str slices[] = { { "arm64", 5 } };
    struct sx_finding *f = (struct sx_finding *)w->at[0].findings[7];
    f->slices = (struct sx_strs){ slices, 1 };
    ((struct sx_rule *)f->rule)->basis = SX_UNVERIFIED;
    f->repair.instruction = (struct sx_str){ 0 };
    w->at[0].findings += 7;
    w->at[0].n_findings = 2;
    w->at[1].n_findings = 0;
    w->judgements.whole.count[SX_SEVERITY_ERROR] = 0;
}

static const struct row {
    const char *name; /* of the expected text */
    void (*make)(struct waffle *w);
    void (*change)(struct waffle *w);
    struct sx_style style;
} rows[] = {
    { "broken", waffle_broken, made_as_is, { .width = 80 } },
    { "broken-wide", waffle_broken, made_as_is, { .width = 120 } },
    { "broken-narrow", waffle_broken, made_as_is, { .width = 20 } },
    { "broken-color", waffle_broken, made_as_is, { .width = 80, .color = true } },
    { "broken-ascii", waffle_broken, made_as_is, { .width = 80, .ascii = true } },
    { "broken-quiet",
      waffle_broken,
      made_as_is,
      { .width = 80, .quiet = true, .fail_on = SX_SEVERITY_ERROR } },
    { "broken-quiet-warning",
      waffle_broken,
      made_as_is,
      { .width = 80, .quiet = true, .fail_on = SX_SEVERITY_WARNING } },
    { "broken-verbose", waffle_broken, make_telling, { .width = 80, .verbose = true } },
    { "good", waffle_good, made_as_is, { .width = 80 } },
    { "good-quiet", waffle_good, made_as_is, { .quiet = true, .fail_on = SX_SEVERITY_ERROR } },
    { "unreadable", waffle_good, make_unreadable, { .width = 80 } },
    { "unreadable-quiet",
      waffle_good,
      make_unreadable,
      { .quiet = true, .fail_on = SX_SEVERITY_ERROR } },
    { "partly-examined", waffle_good, make_partly_examined, { .width = 80 } },
    { "many", waffle_many, made_as_is, { .width = 80 } },
    { "several", waffle_broken, make_several, { .width = 80 } },
    { "odd", waffle_broken, make_odd, { .width = 80 } },
};

static void is_written_as(void **state)
{
    const struct row *row = *state;
    struct waffle w;
    struct written out = { 0 };
    row->make(&w);
    row->change(&w);
    assert_true(sx_write_text(&w.judgements, &row->style, written_to(&out)));
    assert_written_as(&out, row->name);
    waffle_free(&w);
}

/* A writer that stops ends the report, and it says so. */
static void stops(void **state)
{
    (void)state;
    struct waffle w;
    struct written out = { .stop_at = 1 };
    waffle_broken(&w);
    assert_false(sx_write_text(&w.judgements, &(struct sx_style){ .width = 80 }, written_to(&out)));
    sx_buf_release(&out.buf);
    waffle_free(&w);
}

int main(void)
{
    struct CMUnitTest tests[SX_LEN(rows) + 1];
    for (size_t i = 0; i < SX_LEN(rows); i++)
        tests[i] = (struct CMUnitTest){ rows[i].name, is_written_as, NULL, NULL, (void *)&rows[i] };
    tests[SX_LEN(rows)] = (struct CMUnitTest)cmocka_unit_test(stops);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
