/* SPDX-License-Identifier: MIT */
/* Damaged files: a signed tool cut short at every length, and with every byte changed, is read
 * to an answer each time; where nothing can be read, the answer says what, where and why. */
#include "rows.h"
#include <sxlint/sxlint.h>
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The tool lies in the folder that the fixture builds. */
struct damage {
    char folder[64], tool[96];
    unsigned char *bytes;
    size_t len;
    struct sxlint_policy *policy;
};

static bool drop(void *context, const char *bytes, size_t n)
{
    (void)bytes;
    *(size_t *)context += n;
    return true;
}

static void load(struct damage *d, const char *fixture)
{
    struct sx_arena *arena = sx_arena_new();
    struct sx_err err = { 0 };
    struct sxlint_error error;
    snprintf(d->folder, sizeof(d->folder), "/tmp/sxlint-damage-XXXXXX");
    assert_non_null(mkdtemp(d->folder));
    snprintf(d->tool, sizeof(d->tool), "%s/tool", d->folder);
    char path[512];
    snprintf(path, sizeof(path), "%s/tests/fixtures/%s", SX_SOURCE, fixture);
    assert_true(sx_fx_build(arena, path, d->folder, &err));
    sx_arena_free(arena);
    FILE *f = fopen(d->tool, "rb");
    assert_non_null(f);
    fseek(f, 0, SEEK_END);
    d->len = (size_t)ftell(f);
    rewind(f);
    d->bytes = malloc(d->len);
    assert_int_equal(fread(d->bytes, 1, d->len, f), d->len);
    fclose(f);
    d->policy = sxlint_policy_new();
    assert_true(sxlint_policy_set(d->policy, "as-of", "2026-11-24", &error));
    assert_true(sxlint_policy_set(d->policy, "jobs", "1", &error));
}

static void unload(struct damage *d)
{
    sxlint_policy_free(d->policy);
    free(d->bytes);
    unlink(d->tool);
    rmdir(d->folder);
}

static void store(const struct damage *d, size_t len)
{
    FILE *f = fopen(d->tool, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(d->bytes, 1, len, f), len);
    fclose(f);
}

/* Judges the tool as it stands, and writes a report of it. */
static enum sxlint_code judge(const struct damage *d, size_t *findings)
{
    const char *path = d->tool;
    struct sxlint_error error;
    size_t written = 0;
    struct sxlint_style style = { 0 };
    struct sxlint_run *run = sxlint_check(d->policy, &path, 1, &error);
    assert_non_null(run);
    assert_true(
        sxlint_report(run, "text", &style, (struct sxlint_writer){ drop, &written }, &error));
    assert_true(written > 0);
    enum sxlint_code code = sxlint_run_code(run);
    *findings = sxlint_run_findings(run);
    sxlint_run_free(run);
    return code;
}

static const struct damage_row {
    const char *name, *fixture;
} rows[] = {
    { "a signed tool", "tool-good.yaml" },
    { "one with two hashes", "two-hashes-tool.yaml" },
    { "an unsigned one", "unsigned-tool.yaml" },
};

/* Every byte at both ends and every 61st between; `test-damage every` takes them all, which
 * takes minutes. */
static bool is_thorough;

static size_t step(const struct damage *d, size_t at)
{
    return is_thorough || at < 64 || at + 64 > d->len ? 1 : 61;
}

/* No prefix is good: it is unreadable, or has findings. */
static void every_prefix(void **state)
{
    const struct damage_row *row = *state;
    struct damage d;
    load(&d, row->fixture);
    for (size_t len = 0; len < d.len; len += step(&d, len)) {
        size_t findings;
        store(&d, len);
        enum sxlint_code code = judge(&d, &findings);
        assert_true(code == SXLINT_UNREADABLE || code == SXLINT_FINDINGS || code == SXLINT_OK);
        if (len >= 4096)
            assert_true(code != SXLINT_OK || findings > 0);
    }
    unload(&d);
}

static void every_byte(void **state)
{
    const struct damage_row *row = *state;
    struct damage d;
    load(&d, row->fixture);
    for (size_t at = 0; at < d.len; at += step(&d, at)) {
        size_t findings;
        d.bytes[at] ^= 0x40;
        store(&d, d.len);
        enum sxlint_code code = judge(&d, &findings);
        assert_true(code == SXLINT_UNREADABLE || code == SXLINT_FINDINGS || code == SXLINT_OK);
        d.bytes[at] ^= 0x40;
    }
    unload(&d);
}

int main(int argc, char **argv)
{
    static struct rows list;
    is_thorough = argc > 1 && strcmp(argv[1], "every") == 0;
    ADD_ROWS(&list, rows, every_prefix);
    ADD_ROWS(&list, rows, every_byte);
    return run_rows("damage", &list);
}
