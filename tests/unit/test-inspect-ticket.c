/* SPDX-License-Identifier: MIT */
/* Stapled tickets as facts: what a bundle carries, and which slices it covers. */
#include "examined.h"
#include "rows.h"

#include <string.h>

/* An app that holds a helper app; `more` are edits behind it. */
static struct sx_str app_with(struct sx_arena *arena, const char *more)
{
    return sx_str_printf(
        arena,
        "files:\n"
        "  Waffle.app:\n"
        "    files:\n"
        "      Contents/Info.plist: {plist: {CFBundleIdentifier: com.example.waffle,"
        " CFBundleExecutable: Waffle, CFBundlePackageType: APPL}}\n"
        "      Contents/MacOS/Waffle: {macho: {code: 100}}\n"
        "      Contents/Helpers/Crumb.app:\n"
        "        files:\n"
        "          Contents/Info.plist: {plist: {CFBundleIdentifier: com.example.crumb,"
        " CFBundleExecutable: Crumb, CFBundlePackageType: APPL}}\n"
        "          Contents/MacOS/Crumb: {macho: {code: 100}}\n"
        "        sign: {as: developer-id, flags: [runtime]}\n"
        "    sign: {as: developer-id, flags: [runtime]}\n"
        "after:\n%s",
        more);
}

static const struct row {
    const char *name, *edits;
    size_t n_hashes;       /* SIZE_MAX: no ticket; 0: unreadable */
    const char *notarized; /* main slice, helper's slice: t, f, x (broken), - (out of reach) */
    const char *problem, *detail;
} rows[] = {
    { "stapled", "  - {staple: Waffle.app}\n", 4, "tt" },
    { "nothing stapled", "  - {write: loose, text: x}\n", SIZE_MAX, "--" },
    { "the helper's own", "  - {staple: Waffle.app/Contents/Helpers/Crumb.app}\n", SIZE_MAX, "-t" },
    { "without the last", "  - {staple: Waffle.app, leave-out: 2}\n", 2, "ft" },
    { "a link",
      "  - {write: Waffle.app/Contents/CodeResources, link: _CodeSignature/CodeResources}\n",
      SIZE_MAX, "--", "not-a-ticket", "no file where a ticket is stapled" },
    { "a seal", "  - {write: Waffle.app/Contents/CodeResources, text: \"<plist/>\"}\n", SIZE_MAX,
      "--", "not-a-ticket", "no ticket where one is stapled" },
    { "cut short",
      "  - {staple: Waffle.app}\n  - {truncate: Waffle.app/Contents/CodeResources, at: 40}\n", 0,
      "xx", "ticket-unreadable", "certificates: " },
    { "signed otherwise", "  - {staple: Waffle.app, wrong-signature: true}\n", 4, "xx",
      "ticket-signature-wrong", "the signature does not fit what is signed" },
    { "of a developer", "  - {staple: Waffle.app, signer: developer-id}\n", 4, "xx",
      "ticket-signature-wrong", "who signs no tickets" },
};

static char answer_of(const struct sx_Code *code)
{
    const struct sx_Slice *slice = SX_AT(Slice, code->slices, 0);
    struct sx_value v =
        sx_object_get(&slice->head, sx_type_member(&sx_type_Slice, SX_STR("notarized")));
    if (v.kind == SX_BOOL)
        return v.b ? 't' : 'f';
    assert_int_equal(v.kind, SX_UNKNOWN);
    return v.unread->state == SX_UNREAD_BROKEN ? 'x' : '-';
}

static void has_problem(const struct sx_Code *app, const struct row *r)
{
    struct sx_objs problems =
        strcmp(r->problem, "not-a-ticket") == 0 ? app->problems : app->ticket->problems;
    assert_non_null(examined_problem(problems, r->problem, r->detail));
}

static void covers(void **state)
{
    const struct row *r = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct examined e;
    examine(&e, app_with(arena, r->edits).ptr, "Waffle.app");
    const struct sx_Code *app = examined_code(&e, "Waffle.app");
    const struct sx_Code *helper = examined_code(&e, "Waffle.app/Contents/Helpers/Crumb.app");
    assert_int_equal(app->ticket != NULL, r->n_hashes != SIZE_MAX);
    if (app->ticket != NULL) {
        assert_int_equal(app->ticket->hashes.n, r->n_hashes);
        assert_int_equal(app->ticket->created.has, r->n_hashes > 0);
        assert_int_equal(app->ticket->problems.n, r->problem != NULL);
    }
    char found[] = { answer_of(app), answer_of(helper), '\0' };
    assert_string_equal(found, r->notarized);
    if (r->problem != NULL)
        has_problem(app, r);
    examined_free(&e);
}

int main(void)
{
    static struct rows tests;
    ADD_ROWS(&tests, rows, covers);
    return run_rows("inspect-ticket", &tests);
}
