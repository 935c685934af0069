/* SPDX-License-Identifier: MIT */
/* The shape of bundles: what stands where it may not, and what may. */
#include "rows.h"
#include "sealed-app.h"

#define F            "Contents/Frameworks/F.framework"
#define ROOT(p)      "bundle-root-unsealed errSecCSUnsealedAppRoot " p "\n"
#define FROOT(p)     F ": framework-root-unsealed errSecCSUnsealedFrameworkRoot " F p "\n"
#define FOLDER(p)    "signature-folder-content errSecCSUnsealedAppRoot Contents/_CodeSignature/" p "\n"
#define REGULAR(p)   "main-not-regular-file errSecCSRegularFile " p "\n"
#define NESTED(s)    "nested-invalid errSecCS" s " " F "\n"
#define FLAT(p)      F ": framework-links-flattened " F p "\n"
#define AMBIGUOUS(p) F ": bundle-ambiguous errSecCSAmbiguousBundleFormat " F p "\n"
#define PROFILE(p)   "profile-misplaced " p "\n"
#define EXT          "Contents/Library/SystemExtensions/"

static const struct row {
    const char *name;
    struct sealed_app app;
    const char *want; /* all problems; "" is none */
} rows[] = {
    /* beside Contents */
    { "a file", { .after = EDIT("write: A.app/README, text: x") }, ROOT("README") },
    { "a folder", { .after = EDIT("write: A.app/Extras/x, text: x") }, ROOT("Extras") },
    { "a link", { .after = EDIT("write: A.app/link, link: Contents") }, ROOT("link") },
    { "a link with a name that is allowed",
      { .after = EDIT("write: A.app/.DS_Store, link: Contents/PkgInfo") },
      ROOT(".DS_Store") },
    { "a file that could be run",
      { .after = EDIT("write: A.app/.DS_Store, text: x, mode: 755") },
      ROOT(".DS_Store") },
    { "a folder with a name that is allowed",
      { .after = EDIT("write: A.app/.LSOverride/x, text: x") },
      ROOT(".LSOverride") },
    { "several",
      { .after = EDIT("write: A.app/b, text: x") EDIT("write: A.app/a, text: x") },
      ROOT("a") ROOT("b") },
    { "AppleDouble", { .after = EDIT("write: A.app/._Contents, text: x") }, ROOT("._Contents") },
    { "Icon without its carriage return",
      { .after = EDIT("write: A.app/Icon, text: x") },
      ROOT("Icon") },
    { "what the Finder leaves",
      { .after = EDIT("write: A.app/.DS_Store, text: x") EDIT("write: \"A.app/Icon\\r\", text: x")
            EDIT("write: A.app/.LSOverride, text: x")
                EDIT("write: A.app/.SoftwareDepot.tracking, text: x") },
      "" },

    /* the root of a framework */
    { "a file in a framework",
      { .after = EDIT("write: A.app/" F "/README, text: x") },
      NESTED("UnsealedFrameworkRoot") FROOT("/README") },
    { "a link to something else",
      { .after = EDIT("write: A.app/" F "/Headers, link: Versions/A/Resources") },
      NESTED("UnsealedFrameworkRoot") FROOT("/Headers") },
    { "a link out of the current version",
      { .after = EDIT("write: A.app/" F "/Headers, link: /Headers") },
      NESTED("UnsealedFrameworkRoot") FROOT("/Headers") },
    { "a file among the versions",
      { .after = EDIT("write: A.app/" F "/Versions/note, text: x") },
      NESTED("UnsealedFrameworkRoot") FROOT("/Versions/note") },
    { "a link among the versions",
      { .after = EDIT("write: A.app/" F "/Versions/B, link: A") },
      NESTED("UnsealedFrameworkRoot") FROOT("/Versions/B") },
    { "Current leads further than a sibling",
      { .after = EDIT("delete: A.app/" F "/Versions/Current")
            EDIT("write: A.app/" F "/Versions/Current, link: ../Versions/A") },
      NESTED("UnsealedFrameworkRoot") FROOT("/Versions/Current") },
    { "module.map that could be run",
      { .after = EDIT("write: A.app/" F "/module.map, text: x, mode: 755") },
      NESTED("UnsealedFrameworkRoot") FROOT("/module.map") },
    { "what may be there",
      { .after = EDIT("write: A.app/" F "/.DS_Store, text: x")
            EDIT("write: A.app/" F "/Versions/.DS_Store, text: x")
                EDIT("write: A.app/" F "/module.map, text: x")
                    EDIT("write: A.app/" F "/Headers, link: Versions/Current/Headers")
                        EDIT("write: A.app/" F "/Modules, link: ./Versions/A/Modules") },
      "" },
    { "the executable is a copy",
      { .after = EDIT("delete: A.app/" F "/F") EDIT("write: A.app/" F "/F, text: copy") },
      NESTED("UnsealedFrameworkRoot") FROOT("/F") FLAT("/F") AMBIGUOUS("/F") },
    { "Resources is a copy",
      { .after = EDIT("delete: A.app/" F "/Resources")
            EDIT("write: A.app/" F "/Resources/Info.plist, text: copy") },
      NESTED("UnsealedFrameworkRoot") FROOT("/Resources") FLAT("/Resources")
          AMBIGUOUS("/Resources/Info.plist") },
    { "Current is a folder",
      { .after = EDIT("delete: A.app/" F "/Versions/Current")
            EDIT("move: A.app/" F "/Versions/A, to: A.app/" F "/Versions/Current") },
      NESTED("UnsealedFrameworkRoot") FROOT("/Versions/Current") FLAT("/Versions/Current") },
    { "Current leads nowhere",
      { .after = EDIT("delete: A.app/" F "/Versions/Current")
            EDIT("write: A.app/" F "/Versions/Current, link: Z") },
      NESTED("StaticCodeNotFound") F ": framework-version-missing errSecCSStaticCodeNotFound " F
                                     "/Versions/Current\n" },
    { "no Current",
      { .after = EDIT("delete: A.app/" F "/Versions/Current") },
      NESTED("StaticCodeNotFound") F ": framework-version-missing errSecCSStaticCodeNotFound " F
                                     "/Versions/Current\n" },

    /* _CodeSignature */
    { "a file in it",
      { .after = EDIT("write: A.app/Contents/_CodeSignature/note, text: x") },
      FOLDER("note") },
    { "a folder in it",
      { .after = EDIT("write: A.app/Contents/_CodeSignature/d/x, text: x") },
      FOLDER("d") },
    { "a link in it",
      { .after = EDIT("write: A.app/Contents/_CodeSignature/l, link: CodeResources") },
      FOLDER("l") },
    { "a part that the executable has",
      { .after = EDIT("write: A.app/Contents/_CodeSignature/CodeDirectory, text: x") },
      FOLDER("CodeDirectory") },
    { "a CodeSignature that is not empty",
      { .after = EDIT("write: A.app/Contents/_CodeSignature/CodeSignature, text: x") },
      FOLDER("CodeSignature") },
    { "an empty CodeSignature",
      { .after = EDIT("write: A.app/Contents/_CodeSignature/CodeSignature, text: ''") },
      "" },

    /* Info.plist and the executable */
    { "an executable that is a link",
      { .after = EDIT("move: A.app/Contents/MacOS/A, to: A.app/Contents/MacOS/B")
            EDIT("write: A.app/Contents/MacOS/A, link: B") },
      REGULAR(
          "Contents/MacOS/A") "Contents/MacOS/B: info-plist-altered errSecCSInfoPlistFailed\n"
                              "Contents/MacOS/B: info-plist-altered errSecCSInfoPlistFailed\n"
                              "Contents/MacOS/B: seal-without-bundle errSecCSResourcesNotFound\n" },
    { "an app that is none for Gatekeeper",
      { .files = FILE_LINE(
            "Contents/Helpers/h.app: {sign: {}, files: {Contents/MacOS/h: {macho: {}}, "
            "Contents/Info.plist: {plist: {CFBundleExecutable: h, CFBundlePackageType: BNDL}}}}") },
      "Contents/Helpers/h.app: not-app-like errSecCSNotAppLike\n" },
    { "a bundle of nothing",
      { .after = EDIT("write: A.app/Contents/Resources/n.app/x, text: x") },
      "resource-added errSecCSBadResource Contents/Resources/n.app/x\n"
      "Contents/Resources/n.app: bundle-unrecognised errSecCSBadBundleFormat\n" },
    { "an Info.plist that is none",
      { .files =
            FILE_LINE("Contents/Helpers/h.app: {sign: {}, files: {"
                      "Contents/MacOS/h: {macho: {}}, Contents/Info.plist: '<plist><dict>'}}") },
      "nested-invalid errSecCSBadDictionaryFormat Contents/Helpers/h.app\n"
      "Contents/Helpers/h.app: info-plist-unreadable errSecCSBadDictionaryFormat "
      "Contents/Helpers/h.app/Contents/Info.plist\n" },

    /* where things belong */
    { "a file beside extensions",
      { .files = FILE_LINE(EXT "note: x") },
      "stray-beside-extension " EXT "note\n" },
    { "symbols beside extensions",
      { .files = FILE_LINE(EXT "x.dSYM/y: x") },
      "stray-beside-extension " EXT "x.dSYM\n" },
    { "data among code",
      { .files = FILE_LINE("Contents/Helpers/data: x"), .sign = SEALED_TWICE },
      "data-in-code-place Contents/Helpers/data\n" },
    { "data among code, deeper",
      { .files = FILE_LINE("Contents/PlugIns/d/data: x") },
      "data-in-code-place Contents/PlugIns/d/data\n" },
    { "symbols among code",
      { .files = FILE_LINE("Contents/Frameworks/F.dSYM/x: {text: x}") },
      "data-in-code-place Contents/Frameworks/F.dSYM/x\n" },
    { "data elsewhere",
      { .files = FILE_LINE("Contents/Library/LaunchAgents/data: x")
            FILE_LINE("Contents/Other/data: x") },
      "" },
    { "a profile in the wrong folder",
      { .files = FILE_LINE("Contents/Resources/embedded.provisionprofile: x") },
      PROFILE("Contents/Resources/embedded.provisionprofile") },
    { "a profile of the wrong name",
      { .files = FILE_LINE("Contents/Resources/embedded.mobileprovision: x") },
      PROFILE("Contents/Resources/embedded.mobileprovision") },
    { "a profile that is data",
      { .files = FILE_LINE("Contents/Resources/other.provisionprofile: x") },
      "" },
};

static void is_found(void **state)
{
    const struct row *row = *state;
    struct examined e;
    sealed_app_examine(&e, &row->app);
    assert_string_equal(sealed_problems(&e).ptr, row->want);
    examined_free(&e);
}

int main(void)
{
    static struct rows list;
    ADD_ROWS(&list, rows, is_found);
    return run_rows("inspect-shape", &list);
}
