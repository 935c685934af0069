/* SPDX-License-Identifier: MIT */
/* Bundles of other shapes and ages, each with its seal: what is found in them. */
#include "base/buf.h"
#include "rows.h"
#include "sealed-app.h"

#include <sys/stat.h>
#include <unistd.h>

#define DEFAULTS                                                                                   \
    "defaults: {macho: {arch: [arm64, x86_64], code: 600}, sign: {as: developer-id}}\nfiles:\n"
#define INFO(name, type) "{plist: {CFBundleExecutable: " name ", CFBundlePackageType: " type "}}"

/* A bundle whose resources lie in its root, by today's rules and by those of older signers, where
 * a rule for everything has the weight of those that omit. */
#define FLAT(seal)                                                                                 \
    DEFAULTS "  A.app:\n"                                                                          \
             "    sign: {" seal "}\n"                                                              \
             "    files:\n"                                                                        \
             "      Info.plist: " INFO(                                                            \
                 "A", "APPL") "\n"                                                                 \
                              "      PkgInfo: APPL????\n"                                          \
                              "      A: {macho: {}}\n"                                             \
                              "      art/a.png: picture\n"                                         \
                              "      embedded.mobileprovision: profile\n"                          \
                              "      en.lproj/L.strings: text\n"                                   \
                              "      Frameworks/F.framework: {sign: {seal: {flat: true}}, files: " \
                              "{F: {macho: {type: dylib}}, "                                       \
                              "Info.plist: " INFO("F", "FMWK") "}}\n"
#define TODAY "seal: {flat: true}"
#define OLDER                                                                                      \
    "seal: {flat: true, rules: {'^': true}, rules2: {'^.*': true, '^': {weight: 20}, "             \
    "'^Info\\.plist$': {omit: true, weight: 20}, '^PkgInfo$': {omit: true, weight: 20}, "          \
    "'^(.*/)?\\.DS_Store$': {omit: true, weight: 2000}, "                                          \
    "'^(Frameworks|PlugIns)/': {nested: true, weight: 10}, '^.*\\.lproj/': {optional: true, "      \
    "weight: 1000}}}"

#define FRAMEWORK                                                                                  \
    DEFAULTS "  F.framework:\n"                                                                    \
             "    sign: {}\n"                                                                      \
             "    files:\n"                                                                        \
             "      Versions/A/F: {macho: {type: dylib}}\n"                                        \
             "      Versions/A/Resources/Info.plist: " INFO(                                       \
                 "F", "FMWK") "\n"                                                                 \
                              "      Versions/A/Resources/r: r\n"                                  \
                              "      Versions/Current: {link: A}\n"                                \
                              "      Resources: {link: Versions/Current/Resources}\n"              \
                              "      F: {link: Versions/Current/F}\n"
#define AFTER      "after:\n"
#define ALTERED(p) "resource-altered errSecCSBadResource " p "\n"

static const struct row {
    const char *name, *yaml, *want;
    const char *path; /* NULL: A.app */
} rows[] = {
    { "flat, by today's rules", FLAT(TODAY), "" },
    { "flat, by older rules", FLAT(OLDER), "" },
    { "flat, a file altered", FLAT(OLDER) AFTER EDIT("append: A.app/art/a.png, text: x"),
      ALTERED("art/a.png") },
    { "flat, Info.plist altered", FLAT(OLDER) AFTER EDIT("append: A.app/Info.plist, text: x"),
      "info-plist-altered errSecCSInfoPlistFailed\ninfo-plist-altered errSecCSInfoPlistFailed\n" },
    { "flat, PkgInfo altered", FLAT(OLDER) AFTER EDIT("append: A.app/PkgInfo, text: x"), "" },
    { "flat, a profile altered",
      FLAT(TODAY) AFTER EDIT("append: A.app/embedded.mobileprovision, text: x"),
      ALTERED("embedded.mobileprovision") },
    { "flat, a file added beside Info.plist", FLAT(TODAY) AFTER EDIT("write: A.app/new, text: x"),
      "resource-added errSecCSBadResource new\n" },
    { "flat, an executable in a framework altered",
      FLAT(TODAY)
          AFTER EDIT("flip: A.app/Frameworks/F.framework/F, at: 600, from: slice, arch: arm64"),
      ALTERED("Frameworks/F.framework/F") "Frameworks/F.framework: page-altered "
                                          "errSecCSSignatureFailed\n" },
    { "a framework by itself", FRAMEWORK, "", "F.framework" },
    { "a framework by itself, altered",
      FRAMEWORK AFTER EDIT("append: F.framework/Versions/A/Resources/r, text: x"),
      ALTERED("F.framework/Versions/A/Resources/r"), "F.framework" },
    { "a framework by itself, another version unsigned",
      FRAMEWORK AFTER EDIT(
          "write: F.framework/Versions/B/F, macho: {type: dylib}, sign: {as: none}"),
      "", "F.framework" },
    { "the executable of an app by itself",
      DEFAULTS "  tool: {macho: {}, sign: {slots: {3: !hex "
               "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881}}}\n",
      "seal-without-bundle errSecCSResourcesNotFound\n", "tool" },
    { "an app that nobody signed",
      DEFAULTS "  A.app: {files: {Contents/Info.plist: " INFO(
          "A",
          "APPL") ", "
                  "Contents/MacOS/A: {macho: {}, sign: {as: none}}, Contents/Resources/a: a}}\n",
      "" },
    { "an app whose executable a linker signed",
      DEFAULTS "  A.app: {files: {Contents/Info.plist: " INFO(
          "A",
          "APPL") ", "
                  "Contents/MacOS/A: {macho: {}, sign: {as: linker}}, Contents/Resources/a: a}}\n",
      "seal-missing errSecCSResourcesNotFound\n" },
};

static void is_found(void **state)
{
    const struct row *row = *state;
    struct examined e;
    examine(&e, row->yaml, row->path != NULL ? row->path : "A.app");
    assert_string_equal(sealed_problems(&e).ptr, row->want);
    examined_free(&e);
}

/* What an artifact could not look at: "path: reason" lines. */
static struct sx_str gaps(const struct examined *e)
{
    SX_AUTO(sx_buf_release) struct sx_buf out = { 0 };
    struct sx_objs unread = examined_artifact(e)->head.unread;
    for (size_t i = 0; i < unread.n; i++) {
        const struct sx_unread *u = (const struct sx_unread *)unread.at[i];
        if (u->state == SX_UNREAD_NOT_EXAMINED)
            sx_buf_printf(&out, "%.*s: %.*s\n", SX_STR_ARG(u->what), SX_STR_ARG(u->reason));
    }
    sx_buf_char(&out, '\0');
    return sx_str_dup(e->arena, sx_buf_view(&out));
}

/* The fixture factory makes files, folders and links only. */
static void special_files_are_found(void **state)
{
    (void)state;
    struct examined e;
    sealed_app_examine(&e, &(struct sealed_app){ 0 });
    const char *pipe = sx_str_printf(e.arena, "%s/A.app/Contents/Resources/pipe", e.folder).ptr;
    assert_int_equal(mkfifo(pipe, 0644), 0);
    examine_again(&e);
    assert_string_equal(sealed_problems(&e).ptr,
                        "special-file errSecCSResourceNotSupported Contents/Resources/pipe\n");
    examined_free(&e);
}

/* What may not be read is named, and no part of it passes for examined. */
static void unreadable_files_are_named(void **state)
{
    (void)state;
    struct examined e;
    if (geteuid() == 0) {
        print_message("skipped: the superuser reads everything\n");
        return;
    }
    sealed_app_examine(&e, &(struct sealed_app){ 0 });
    const char *file = sx_str_printf(e.arena, "%s/A.app/Contents/Resources/a.txt", e.folder).ptr;
    const char *folder = sx_str_printf(e.arena, "%s/A.app/Contents/Resources/b", e.folder).ptr;
    assert_int_equal(chmod(file, 0), 0);
    assert_int_equal(chmod(folder, 0), 0);
    examine_again(&e);
    assert_string_equal(gaps(&e).ptr,
                        "A.app/Contents/Resources/a.txt: cannot open the file: Permission denied\n"
                        "A.app/Contents/Resources/b: cannot list Contents/Resources/b: Permission "
                        "denied\n");
    assert_string_equal(sealed_problems(&e).ptr,
                        "folder-unreadable errSecCSSignatureNotVerifiable Contents/Resources/b\n"
                        "symlink-leaves errSecCSInvalidSymlink Contents/Resources/link\n"
                        "? sealed files that cannot be read\n");
    assert_int_equal(chmod(folder, 0755), 0);
    examined_free(&e);
}

int main(void)
{
    static struct rows list;
    ADD_ROWS(&list, rows, is_found);
    ADD_TEST(&list, special_files_are_found);
    ADD_TEST(&list, unreadable_files_are_named);
    return run_rows("inspect-bundles", &list);
}
