/* SPDX-License-Identifier: MIT */
/* Tickets of a disk image and of a package: the right one, and every other, with the findings that
 * follow. Both hold the same app, which the ticket of either covers. */
#include "base/buf.h"
#include "cms.h"
#include "examined.h"
#include "hfs.h"
#include "image.h"
#include "package.h"
#include "profile.h"
#include "rows.h"
#include "rules/judge.h"
#include "udif.h"

#include <stdio.h>
#include <string.h>

static struct sx_ruleset *rules;

/* What a ticket lists. */
enum { CONTAINER = 1, APP = 2, ANOTHER = 4 };

#define WAFFLE                                                                                     \
    "C=US,O=Waffle Works,OU=W4FFLE9K2Q,CN=Developer ID Application: Waffle Works (W4FFLE9K2Q),"    \
    "UID=W4FFLE9K2Q"
#define SIGNER "CN=Software Ticket Signing,OU=Tickets,O=sxlint Tests,C=US"

static const struct row {
    const char *name;
    unsigned lists;
    const char *signer, *issued;
    bool wrong_signature;
    size_t at; /* of a byte that is set otherwise; 0: none is */
    char byte;
    size_t len;       /* to which it is cut; 0: it is whole */
    const char *want; /* findings of the family TK: where, what was found, and what follows */
} rows[] = {
    { "the right one", CONTAINER | APP, .want = "" },
    { "without the app", CONTAINER, .want = "TK106 app; " },
    { "the app's alone", APP, .want = "TK103 container; " },
    { "another build's", ANOTHER, .want = "TK103 container; TK106 app; " },
    { "of an empty upload", 0, .want = "TK103 container; TK106 app; " },
    { "signed otherwise", CONTAINER | APP, .wrong_signature = true,
      .want = "TK105 container: the signature does not fit what is signed; " },
    { "of a developer", CONTAINER | APP, "developer-id",
      .want = "TK105 container: signed by " WAFFLE ", who signs no tickets; " },
    { "of before its signer was", CONTAINER | APP, .issued = "2026-02-01",
      .want = "TK105 container: " SIGNER ": certificate is not yet valid; " },
    { "of after its signer was", CONTAINER | APP, .issued = "2027-06-01",
      .want = "TK105 container: " SIGNER ": certificate has expired; " },
    { "with a hash altered", CONTAINER | APP, .at = 1, .byte = '!',
      .want = "TK103 container; TK105 container: the signature does not fit what is signed; " },
    { "of another version", CONTAINER | APP, .at = 4, .byte = 2,
      .want = "TK105 container: ticket.version: 2, known is 1; " },
    { "that is none", CONTAINER | APP, .at = 3, .byte = 'x',
      .want = "TK105 container: ticket.magic: it is not \"s8ch\"; " },
    { "cut short", CONTAINER | APP, .len = 40,
      .want = "TK105 container: certificates: bytes 16+1156 lie outside the 40 bytes there are; " },
};

/* The app is built as it is; the containers are made of what lies in the folder then. */
static const char app[] =
    "files:\n"
    "  shipped/A.app:\n"
    "    files:\n"
    "      Contents/Info.plist: {plist: {CFBundleIdentifier: com.example.a,"
    " CFBundleExecutable: A, CFBundlePackageType: APPL}}\n"
    "      Contents/MacOS/A: {macho: {arch: arm64, code: 100}}\n"
    "    sign: {as: developer-id, flags: [runtime], timestamp: 2026-11-23T18:05:40Z}\n"
    "  A.pkg:\n"
    "    package: {component: {payload: shipped/A.app, install-location: /Applications},"
    " sign: {timestamp: 2026-11-23T18:20:00Z}}\n";

static struct sx_fx_cdhash hash_of(struct sx_arena *arena, enum sx_fx_hash kind, struct sx_str hex)
{
    return (struct sx_fx_cdhash){ kind, sx_fx_unhex(arena, hex) };
}

static struct sx_str ticket_of(struct sx_arena *arena, const struct row *row,
                               struct sx_fx_cdhash container, struct sx_fx_cdhash inside)
{
    struct sx_fx_pki *pki = sx_fx_pki_new(arena);
    struct sx_fx_cdhash hashes[3];
    struct sx_fx_ticket ticket = {
        .signer = sx_fx_cert(pki, sx_str_of(row->signer != NULL ? row->signer : "ticket-signer")),
        .cdhashes = hashes,
        .wrong_signature = row->wrong_signature,
    };
    bool is_package = container.hash == SX_FX_SHA1;
    if (is_package && (row->lists & CONTAINER) != 0)
        ticket.checksum = container.digest;
    else if ((row->lists & CONTAINER) != 0)
        hashes[ticket.n_cdhashes++] = container;
    if ((row->lists & APP) != 0)
        hashes[ticket.n_cdhashes++] = inside;
    if ((row->lists & ANOTHER) != 0)
        hashes[ticket.n_cdhashes++] =
            (struct sx_fx_cdhash){ SX_FX_SHA256, SX_STR("that is another build's hash") };
    assert_true(sx_time_parse(sx_str_of(row->issued != NULL ? row->issued : "2026-11-23"), true,
                              &ticket.issued));
    struct sx_str bytes = sx_str_dup(arena, sx_fx_ticket(pki, &ticket));
    char *copy = sx_arena_alloc(arena, bytes.len);
    memcpy(copy, bytes.ptr, bytes.len);
    /* the first hash lies behind "g8tk", the counts and the time of issue */
    size_t at = row->at == 1 ? sx_str_find(bytes, SX_STR("g8tk")) + 24 + 1 : row->at;
    if (row->at != 0)
        copy[at] = row->byte;
    return (struct sx_str){ copy, row->len > 0 ? row->len : bytes.len };
}

/* Findings of one family, with the container's names taken out. */
static void tell(struct sx_buf *out, const struct sx_finding *f)
{
    if (sx_str_starts(f->rule->id, SX_STR("TK"))) {
        bool is_inside = sx_str_find(f->path, SX_STR("A.app")) < f->path.len;
        sx_buf_printf(out, "%.*s %s", SX_STR_ARG(f->rule->id), is_inside ? "app" : "container");
        if (sx_str_is(f->rule->id, "TK105"))
            sx_buf_printf(out, ": %.*s", (int)sx_str_find(f->found, SX_STR(", at byte")),
                          f->found.ptr);
        sx_buf_cstr(out, "; ");
    }
    for (size_t i = 0; i < f->n_consequences; i++)
        tell(out, f->consequences[i]);
}

static void judge(struct examined *e, const struct row *row)
{
    static const struct sx_selection all;
    SX_AUTO(sx_buf_release) struct sx_buf said = { 0 };
    struct sx_judgements *judged;
    struct sx_err err = { 0 };
    if (!sx_judge(e->run, rules, &all, &judged, &err))
        fail_msg("%s", err.what);
    for (size_t i = 0; i < judged->whole.n_findings; i++)
        tell(&said, judged->whole.findings[i]);
    sx_buf_char(&said, '\0');
    assert_string_equal(said.ptr, row->want);
    sx_judgements_free(judged);
}

static struct sx_fx_cdhash app_of(struct examined *e)
{
    examine(e, app, "shipped/A.app");
    return hash_of(e->arena, SX_FX_SHA256, examined_code(e, "A.app")->signature->cdhash);
}

static struct sx_str stored(const struct examined *e, const char *name)
{
    const char *path = sx_str_printf(e->arena, "%s/%s", e->folder, name).ptr;
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    char *bytes = sx_arena_alloc(e->arena, 1 << 20);
    size_t n = fread(bytes, 1, 1 << 20, f);
    fclose(f);
    return (struct sx_str){ bytes, n };
}

/* Its own hash is known when it has been signed; the ticket is not part of what is hashed. */
static void on_an_image(void **state)
{
    const struct row *row = *state;
    struct examined bare, e;
    struct sx_err err = { 0 };
    struct sx_str volume;
    struct sx_fx_cdhash inside = app_of(&bare), own;
    const char *shipped = sx_str_printf(bare.arena, "%s/shipped", bare.folder).ptr;
    assert_true(sx_fx_hfs_folder(bare.arena, shipped, &volume, &err));
    struct sx_fx_udif form = { 0 };
    struct sx_str image = sx_fx_udif(bare.arena, volume, &form);
    struct sx_str identifier = SX_STR("com.example.image");
    (void)sx_fx_sign_disk_image(bare.arena, image, identifier, "developer-id", (struct sx_str){ 0 },
                                &own);
    struct sx_str ticket = ticket_of(bare.arena, row, own, inside);
    struct sx_str stapled =
        sx_fx_sign_disk_image(bare.arena, image, identifier, "developer-id", ticket, &own);
    examine_bytes(&e, "A.dmg", stapled);
    assert_int_equal(examined_code(&e, "A.dmg")->signature->state, SX_SIGNATURE_STATE_VALID);
    judge(&e, row);
    examined_free(&e);
    examined_free(&bare);
}

static void on_a_package(void **state)
{
    const struct row *row = *state;
    struct examined bare, e;
    struct sx_fx_cdhash inside = app_of(&bare);
    struct sx_str package = stored(&bare, "A.pkg");
    examine_bytes(&e, "A.pkg", package);
    struct sx_fx_cdhash own =
        hash_of(e.arena, SX_FX_SHA1, examined_code(&e, "A.pkg")->installer->tocChecksum);
    struct sx_str ticket = ticket_of(bare.arena, row, own, inside);
    struct sx_str stapled = sx_str_dup(bare.arena, sx_fx_staple(bare.arena, package, ticket));
    examined_free(&e);
    examine_bytes(&e, "A.pkg", stapled);
    assert_int_equal(examined_code(&e, "A.pkg")->signature->state, SX_SIGNATURE_STATE_VALID);
    judge(&e, row);
    examined_free(&e);
    examined_free(&bare);
}

/* Trailers behind a package that lead to no ticket: bytes put over those at its end. What could not
 * be looked into keeps its gate from passing. */
static const struct trailer {
    const char *name;
    struct sx_str bytes;
    const char *want; /* not checked */
} trailers[] = {
    { "as it is", LIT("t8lr\1\0\2\0"), "" },
    { "no trailer", LIT("T8lr"), "" },
    { "no ticket", LIT("t8lr\1\0\1\0"), "" },
    { "of another version", LIT("t8lr\2\0\2\0"), "trailer.version: 2, known is 1" },
    { "longer than the file", LIT("t8lr\1\0\2\0\xff\xff\xff\xff"),
      "trailer.length: 4294967295, and" },
    { "longer than any ticket", LIT("t8lr\1\0\2\0\1\0\x40\0"), "trailer.length: 4194305, and" },
    { "behind another, longer than the file", LIT("t8lr\1\0\3\0\xff\xff\xff\xff"),
      "trailer.length: 4294967295, and" },
};

static void leads_nowhere(void **state)
{
    const struct trailer *row = *state;
    static const struct row ticket = { .lists = CONTAINER | APP };
    static const struct sx_selection all;
    struct examined bare, e;
    struct sx_judgements *judged;
    struct sx_err err = { 0 };
    struct sx_fx_cdhash inside = app_of(&bare);
    struct sx_str package = stored(&bare, "A.pkg");
    struct sx_str stapled =
        sx_str_dup(bare.arena, sx_fx_staple(bare.arena, package,
                                            ticket_of(bare.arena, &ticket, inside, inside)));
    char *end = (char *)(uintptr_t)stapled.ptr + stapled.len - 16;
    memcpy(end, row->bytes.ptr, row->bytes.len);
    examine_bytes(&e, "A.pkg", stapled);
    if (!sx_judge(e.run, rules, &all, &judged, &err))
        fail_msg("%s", err.what);
    bool is_told = row->want[0] == '\0';
    for (size_t i = 0; i < judged->whole.n_not_checked; i++)
        is_told |= sx_str_starts(judged->whole.not_checked[i].reason, sx_str_of(row->want));
    assert_true(is_told);
    assert_int_not_equal(judged->whole.verdicts[SX_GATE_GATEKEEPER].state, SX_PASS);
    sx_judgements_free(judged);
    examined_free(&e);
    examined_free(&bare);
}

int main(void)
{
    static struct rows tests;
    rules = sx_ruleset_new();
    ADD_ROWS(&tests, rows, on_an_image);
    ADD_ROWS(&tests, rows, on_a_package);
    ADD_ROWS(&tests, trailers, leads_nowhere);
    int failed = run_rows("inspect-staple", &tests);
    sx_ruleset_free(rules);
    return failed;
}
