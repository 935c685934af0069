/* SPDX-License-Identifier: MIT */
/* Detached signatures: their frame, and code that is judged by one. */
#include "bytes.h"
#include "requirement.h"
#include "codesign/detached.h"
#include "examined.h"
#include "rows.h"

#include <stdio.h>

#define BE(n)        "\x00\x00\x00" n
#define ARM          "\x01\x00\x00\x0c"
#define INTEL        "\x01\x00\x00\x07"
#define LIST(length) "\xfa\xde\x0c\xc1" BE(length)
/* A SuperBlob of 28 bytes with one wrapped blob in `slot`. */
#define SIGNATURE(slot)                                                                            \
    "\xfa\xde\x0c\xc0" BE("\x1c") BE("\x01") slot BE("\x14") "\xfa\xde\x0b\x01" BE("\x08")
#define CMS      "\x00\x01\x00\x00"
#define RESOURCE BE("\x03")

static const struct row {
    const char *name;
    struct sx_str bytes;
    uint32_t cputype;
    size_t n; /* parts */
    enum sx_errc code;
    const char *what;
} rows[] = {
    { "of a script", LIT(SIGNATURE(CMS)), 0, 1, SX_OK, "" },
    { "of a Mach-O by itself", LIT(SIGNATURE(CMS)), 0x0100000c, 1, SX_OK, "" },
    { "of a processor and of all",
      LIT(LIST("\x54") BE("\x02") ARM BE("\x1c") BE("\x00") BE("\x38") SIGNATURE(CMS)
              SIGNATURE(RESOURCE)),
      0x0100000c, 2, SX_OK, "" },
    { "what a processor has for itself goes before",
      LIT(LIST("\x54") BE("\x02") ARM BE("\x1c") BE("\x00") BE("\x38") SIGNATURE(CMS)
              SIGNATURE(CMS)),
      0x0100000c, 1, SX_OK, "" },
    { "of another processor",
      LIT(LIST("\x54") BE("\x02") INTEL BE("\x1c") BE("\x00") BE("\x38") SIGNATURE(CMS)
              SIGNATURE(RESOURCE)),
      0x0100000c, 0, SX_E_FORMAT, "the detached signature has nothing for processor 0x100000c" },
    { "without what all share", LIT(LIST("\x30") BE("\x01") ARM BE("\x14") SIGNATURE(CMS)),
      0x0100000c, 0, SX_E_FORMAT, "the detached signature lacks what all slices share" },
    { "an entry within the index", LIT(LIST("\x30") BE("\x01") ARM BE("\x08") SIGNATURE(CMS)),
      0x0100000c, 0, SX_E_RANGE, "DetachedSignature: offset 8 lies within the index" },
    { "an entry outside", LIT(LIST("\x30") BE("\x01") ARM BE("\x7f") SIGNATURE(CMS)), 0x0100000c, 0,
      SX_E_RANGE, "" },
    { "longer than the file", LIT(LIST("\x7f") BE("\x01") ARM BE("\x14") SIGNATURE(CMS)),
      0x0100000c, 0, SX_E_RANGE, "" },
    { "shorter than its own header", LIT(LIST("\x00") BE("\x01") ARM BE("\x14") SIGNATURE(CMS)),
      0x0100000c, 0, SX_E_FORMAT, "DetachedSignature.length: 0" },
    { "shorter than its index", LIT(LIST("\x10") BE("\x01") ARM BE("\x14") SIGNATURE(CMS)),
      0x0100000c, 0, SX_E_FORMAT, "DetachedSignature.length: 16" },
    { "too many", LIT(LIST("\x30") BE("\x7f") ARM BE("\x14") SIGNATURE(CMS)), 0x0100000c, 0,
      SX_E_LIMIT, "DetachedSignature.count: 127, at most 101" },
    { "a signature of another kind", LIT(LIST("\x1c") BE("\x01") ARM BE("\x14") LIST("\x08")),
      0x0100000c, 0, SX_E_TRUNCATED, "" },
    { "nothing", LIT(""), 0, 0, SX_E_TRUNCATED, "" },
};

static void is_read(void **state)
{
    const struct row *row = *state;
    struct sx_superblob superblob;
    struct sx_err err = { 0 };
    struct sx_span in = { (const uint8_t *)row->bytes.ptr, row->bytes.len, 0 };
    bool ok = sx_detached_parse(in, row->cputype, &superblob, &err);
    assert_int_equal(err.code, row->code);
    assert_int_equal(ok, row->code == SX_OK);
    if (ok)
        assert_int_equal(superblob.n, row->n);
    if (row->what[0] != '\0')
        assert_string_equal(err.what, row->what);
}

/* Code judged by one */

static struct sx_str read_file(const struct examined *e, const char *name)
{
    const char *path = sx_str_printf(e->arena, "%s/%s", e->folder, name).ptr;
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    char *bytes = sx_arena_alloc(e->arena, 1 << 18);
    size_t n = fread(bytes, 1, 1 << 18, f);
    fclose(f);
    return (struct sx_str){ bytes, n };
}

#define DEFAULTS "defaults: {sign: {as: developer-id}}\nfiles:\n"

static void judges_a_script(void **state)
{
    (void)state;
    struct examined e;
    examine(&e, DEFAULTS "  run.sh: {text: '#!/bin/sh', sign: {kept: detached}}\n", "run.sh");
    assert_int_equal(examined_artifact(&e)->code.n, 0);
    e.detached = read_file(&e, "run.sh.sig");
    examine_again(&e);
    const struct sx_Code *code = examined_code(&e, "run.sh");
    assert_int_equal(code->signature->state, SX_SIGNATURE_STATE_VALID);
    assert_int_equal(code->signature->signer, SX_SIGNER_DEVELOPER_ID);
    examined_free(&e);
}

/* The signature of each slice taken out of a file and put into a list. */
static struct sx_str detach(const struct examined *e, struct sx_str file, size_t cut)
{
    static const char *const archs[] = { "arm64", "x86_64" };
    static const uint32_t cputypes[] = { 0x0100000c, 0x01000007 };
    struct sx_buf out = { 0 };
    size_t at = 12 + 3 * 8, offsets[3];
    for (size_t i = 0; i < 2; i++) {
        const struct sx_Slice *slice = examined_slice(e, "tool", archs[i]);
        const struct sx_CodeDirectory *cd =
            SX_AT(CodeDirectory, slice->signature->codeDirectories, 0);
        offsets[i] = (size_t)(slice->offset + cd->codeLimit);
    }
    struct sx_str parts[] = { sx_str_sub(file, offsets[0], 16000),
                              sx_str_sub(file, offsets[1], 16000),
                              SX_STR("\xfa\xde\x0c\xc0\0\0\0\x0c\0\0\0\0") };
    sx_fx_put_be(&out, 4, 0xfade0cc1);
    sx_fx_put_be(&out, 4, at + parts[0].len + parts[1].len + parts[2].len);
    sx_fx_put_be(&out, 4, 3);
    for (size_t i = 0; i < 3; i++) {
        sx_fx_put_be(&out, 4, i < 2 ? cputypes[i] : 0);
        sx_fx_put_be(&out, 4, at);
        at += parts[i].len;
    }
    for (size_t i = 0; i < 3; i++)
        sx_buf_str(&out, parts[i]);
    out.len -= cut;
    return sx_fx_take(e->arena, &out);
}

static void judges_a_universal_file(void **state)
{
    (void)state;
    struct examined e, other;
    examine(&e, DEFAULTS "  tool: {macho: {}, sign: {}}\n", "tool");
    struct sx_str file = read_file(&e, "tool");
    struct sx_str detached = detach(&e, file, 0), cut = detach(&e, file, 1);
    /* the same code under another signature, which does not count */
    examine(&other, DEFAULTS "  tool: {macho: {}, sign: {as: ad-hoc}}\n", "tool");
    assert_int_equal(examined_slice(&other, "tool", "arm64")->signature->signer, SX_SIGNER_AD_HOC);
    const struct sx_str tries[] = { detached, cut };
    for (size_t i = 0; i < SX_LEN(tries); i++) {
        e.detached = tries[i];
        examine_again(&e);
        assert_int_equal(examined_slice(&e, "tool", "arm64")->signature->state,
                         i == 0 ? SX_SIGNATURE_STATE_VALID : SX_SIGNATURE_STATE_INVALID);
        assert_int_equal(examined_slice(&e, "tool", "x86_64")->signature->state,
                         i == 0 ? SX_SIGNATURE_STATE_VALID : SX_SIGNATURE_STATE_INVALID);
    }
    other.detached = detached;
    examine_again(&other);
    assert_int_equal(examined_slice(&other, "tool", "arm64")->signature->signer,
                     SX_SIGNER_DEVELOPER_ID);
    examined_free(&other);
    examined_free(&e);
}

/* A seal that lies in the detached signature, and not in the bundle. */
static void judges_a_bundle(void **state)
{
    (void)state;
    struct examined e;
    examine(&e,
            DEFAULTS "  A.app:\n"
                     "    sign: {kept: detached}\n"
                     "    files:\n"
                     "      Contents/Info.plist: {plist: {CFBundleExecutable: A}}\n"
                     "      Contents/MacOS/A: {text: '#!/bin/sh'}\n"
                     "      Contents/Resources/r: r\n",
            "A.app");
    struct sx_str own = read_file(&e, "A.app/Contents/MacOS/A.sig");
    struct sx_str seal = read_file(&e, "A.app/Contents/_CodeSignature/CodeResources");
    struct sx_buf out = { 0 };
    struct sx_superblob parts;
    struct sx_err err = { 0 };
    assert_true(sx_detached_parse((struct sx_span){ (const uint8_t *)own.ptr, own.len, 0 }, 0,
                                  &parts, &err));
    size_t at = 12 + 8 * (parts.n + 1);
    sx_fx_put_be(&out, 4, 0xfade0cc0);
    sx_fx_put_be(&out, 4, 0);
    sx_fx_put_be(&out, 4, parts.n + 1);
    for (size_t i = 0; i < parts.n; i++) {
        sx_fx_put_be(&out, 4, parts.blobs[i].slot);
        sx_fx_put_be(&out, 4, at);
        at += parts.blobs[i].data.len;
    }
    sx_fx_put_be(&out, 4, SX_SLOT_RESOURCES);
    sx_fx_put_be(&out, 4, at);
    for (size_t i = 0; i < parts.n; i++)
        sx_buf_str(&out, sx_str_of_span(parts.blobs[i].data));
    sx_buf_str(&out, sx_fx_blob(e.arena, 0xfade0b01, seal));
    sx_fx_set_be(out.ptr + 4, 4, out.len);
    e.detached = sx_fx_take(e.arena, &out);
    assert_int_equal(
        remove(
            sx_str_printf(e.arena, "%s/A.app/Contents/_CodeSignature/CodeResources", e.folder).ptr),
        0);
    assert_int_equal(remove(sx_str_printf(e.arena, "%s/A.app/Contents/MacOS/A.sig", e.folder).ptr),
                     0);
    examine_again(&e);
    const struct sx_Code *code = examined_code(&e, "A.app");
    assert_int_equal(code->signature->state, SX_SIGNATURE_STATE_VALID);
    assert_int_equal(code->seal->files, 1);
    FILE *f = fopen(sx_str_printf(e.arena, "%s/A.app/Contents/Resources/r", e.folder).ptr, "a");
    assert_non_null(f);
    assert_true(fputs("x", f) >= 0 && fclose(f) == 0);
    examine_again(&e);
    assert_non_null(examined_problem(examined_code(&e, "A.app")->problems, "resource-altered", ""));
    examined_free(&e);
}

int main(void)
{
    static struct rows list;
    ADD_ROWS(&list, rows, is_read);
    ADD_TEST(&list, judges_a_script);
    ADD_TEST(&list, judges_a_universal_file);
    ADD_TEST(&list, judges_a_bundle);
    return run_rows("detached", &list);
}
