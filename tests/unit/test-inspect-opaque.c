/* SPDX-License-Identifier: MIT */
/* What sxlint cannot look into is never passed over: by itself it leaves every gate unanswered, and
 * beside a good app it keeps those from passing that the app alone would pass. */
#include "apfs.h"
#include "base/buf.h"
#include "examined.h"
#include "package.h"
#include "rows.h"
#include "rules/judge.h"
#include "udif.h"

#include <stdio.h>
#include <string.h>

static struct sx_ruleset *rules;

#define FILLER "................................................................................"

static struct sx_str volume_of(struct sx_arena *arena)
{
    static const struct sx_fx_hfs_entry entry = { SX_FX_HFS_FILE, LIT("f"), 0644, LIT("content") };
    return sx_fx_hfs(arena, &entry, 1);
}

/* The first table of an image says that its first chunk is kept in a way of the future. */
static struct sx_str unknown_chunks(struct sx_arena *arena)
{
    struct sx_fx_udif form = { .resource_fork = true };
    struct sx_str image = sx_fx_udif(arena, volume_of(arena), &form);
    char *copy = sx_arena_alloc(arena, image.len);
    memcpy(copy, image.ptr, image.len);
    memcpy(copy + sx_str_find(image, SX_STR("mish")) + 204, "\x80\0\0\x09", 4);
    return (struct sx_str){ copy, image.len };
}

/* The tree of a volume whose nodes carry hashes. */
static struct sx_str sealed_volume(struct sx_arena *arena)
{
    enum { BLOCK = 4096, TREE = 9, FLAGS = 32, HASHED = 0x10 };
    static const struct sx_fx_hfs_entry entry = { SX_FX_HFS_FILE, LIT("f"), 0644, LIT("content") };
    struct sx_str volume = sx_fx_apfs(arena, &entry, 1, false);
    char *copy = sx_arena_alloc(arena, volume.len);
    memcpy(copy, volume.ptr, volume.len);
    copy[TREE * BLOCK + FLAGS] |= HASHED;
    sx_fx_apfs_seal(copy + (size_t)TREE * BLOCK);
    return (struct sx_str){ copy, volume.len };
}

static struct sx_str other_volume(struct sx_arena *arena)
{
    struct sx_fx_udif form = { 0 };
    char *sectors = sx_arena_alloc(arena, 32768);
    memcpy(sectors + 82, "FAT32", 5);
    return sx_fx_udif(arena, (struct sx_str){ sectors, 32768 }, &form);
}

static const struct row {
    const char *name;
    struct sx_str bytes; /* or */
    struct sx_str (*make)(struct sx_arena *arena);
    const char *reason; /* a part of what is said */
} rows[] = {
    { "7-Zip", LIT("7z\xbc\xaf\x27\x1c" FILLER), NULL, "7z archive" },
    { "rar", LIT("Rar!\x1a\x07\x01" FILLER), NULL, "rar archive" },
    { "zstd", LIT("\x28\xb5\x2f\xfd" FILLER), NULL, "zstd file" },
    { "Apple Archive", LIT("AA01" FILLER), NULL, "Apple Archive" },
    { "Apple Archive in chunks", LIT("pbze" FILLER), NULL, "Apple Archive" },
    { "Apple Encrypted Archive", LIT("AEA1" FILLER), NULL, "Apple Archive" },
    { "encrypted image", LIT("encrcdsa\0\0\0\2" FILLER), NULL, "it needs a password" },
    { "encrypted image of old", LIT(FILLER FILLER FILLER FILLER FILLER FILLER FILLER "cdsaencr"),
      NULL, "it needs a password" },
    { "image with unknown chunks", { 0 }, unknown_chunks, "0x80000009" },
    { "sealed APFS volume", { 0 }, sealed_volume, "a sealed volume is not read" },
    { "FAT volume", { 0 }, other_volume, "fat: contents not examined" },
};

/* A good app; what cannot be read lies among its resources, and is sealed. */
static const char app[] =
    "files:\n"
    "  A.app:\n"
    "    files:\n"
    "      Contents/Info.plist: {plist: {CFBundleIdentifier: com.example.a,"
    " CFBundleExecutable: A, CFBundlePackageType: APPL}}\n"
    "      Contents/MacOS/A: {macho: {arch: arm64, code: 100}}\n"
    "      Contents/Resources/x: {text: !hex %s}\n"
    "    sign: {as: developer-id, flags: [runtime], timestamp: 2026-11-23T18:05:40Z}\n";

static struct sx_judgements *judge(struct examined *e)
{
    static const struct sx_selection all;
    struct sx_judgements *judged;
    struct sx_err err = { 0 };
    if (!sx_judge(e->run, rules, &all, &judged, &err))
        fail_msg("%s", err.what);
    return judged;
}

static unsigned passed(const struct sx_judgements *judged)
{
    unsigned gates = 0;
    for (size_t i = 0; i < SX_N_GATES; i++)
        gates |= (unsigned)(judged->whole.verdicts[i].state == SX_PASS) << i;
    return gates;
}

static bool is_told(const struct sx_judgements *judged, const char *reason)
{
    for (size_t i = 0; i < judged->whole.n_not_checked; i++) {
        struct sx_str said = judged->whole.not_checked[i].reason;
        if (sx_str_find(said, sx_str_of(reason)) < said.len)
            return true;
    }
    return false;
}

static struct sx_str bytes_of(const struct row *row, struct sx_arena *arena)
{
    return row->make != NULL ? row->make(arena) : row->bytes;
}

static void passes_no_gate(void **state)
{
    const struct row *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct examined e;
    examine_bytes(&e, "x", bytes_of(row, arena));
    struct sx_judgements *judged = judge(&e);
    assert_int_equal(passed(judged), 0);
    assert_true(judged->whole.is_unreadable || is_told(judged, row->reason));
    sx_judgements_free(judged);
    examined_free(&e);
}

static unsigned gates_of_app(struct sx_arena *arena, struct sx_str resource, const char *reason)
{
    struct examined e;
    struct sx_str hex = sx_hex(arena, resource.ptr, resource.len);
    examine(&e, sx_str_printf(arena, app, hex.ptr).ptr, "A.app");
    struct sx_judgements *judged = judge(&e);
    unsigned gates = passed(judged);
    if (reason != NULL)
        assert_true(is_told(judged, reason));
    sx_judgements_free(judged);
    examined_free(&e);
    return gates;
}

static void holds_gates_up(void **state)
{
    const struct row *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    enum { NOTARIZATION = 1 << SX_GATE_NOTARIZATION };
    assert_true(gates_of_app(arena, SX_STR("some text"), NULL) & NOTARIZATION);
    assert_false(gates_of_app(arena, bytes_of(row, arena), row->reason) & NOTARIZATION);
}

/* Damage of the artifact: what is in it is not known, so nothing is said of it, nor that there is
 * nothing. */
static const struct damaged {
    const char *name;
    struct sx_str bytes;
    const char *reason;
} damaged[] = {
    { "gzip, cut", LIT("\x1f\x8b\x08\0\0\0\0\0\0\x03\x2b\x4f\x4c\x4b\xcb\x49\xe5\x02\0\xae"),
      "gzip data ends too early, at byte 20" },
    { "bzip2, damaged", LIT("BZh91AY&SYwaffle waffle"), "bzip2 data is damaged, at byte 18" },
    { "xz, damaged",
      LIT("\xfd"
          "7zXZ\0waffle waffle"),
      "xz data is damaged, at byte 12" },
    { "zip without a directory",
      LIT("PK\3\4\x14\0\0\0\0\0\0\0\0\0\x83\x16\xdc\x8c\1\0\0\0\1\0\0\0\1\0\0\0fx"
          "PK\1\0\x14\3\x14\0\0\0\0\0\0\0\0\0\x83\x16\xdc\x8c\1\0\0\0\1\0\0\0\1\0\0\0\0\0"
          "\0\0\0\0\0\0\0\0\0\0\0\0f"
          "PK\5\6\0\0\0\0\1\0\1\0\x2f\0\0\0\x20\0\0\0\0\0"),
      "the central directory is damaged: no entry here" },
};

static void is_not_examined(void **state)
{
    const struct damaged *row = *state;
    struct examined e;
    examine_bytes(&e, "x", row->bytes);
    struct sx_judgements *judged = judge(&e);
    assert_true(judged->whole.is_unreadable);
    assert_true(is_told(judged, row->reason));
    assert_int_equal(judged->whole.n_findings, 0);
    assert_int_equal(passed(judged), 0);
    sx_judgements_free(judged);
    examined_free(&e);
}

int main(void)
{
    static struct rows tests;
    rules = sx_ruleset_new();
    ADD_ROWS(&tests, rows, passes_no_gate);
    ADD_ROWS(&tests, rows, holds_gates_up);
    ADD_ROWS(&tests, damaged, is_not_examined);
    int failed = run_rows("inspect-opaque", &tests);
    sx_ruleset_free(rules);
    return failed;
}
