/* SPDX-License-Identifier: MIT */
/* What Xcode is building, as its environment describes it ("Build settings reference"). A script of
 * a build phase runs before Xcode signs, so the sources are judged there; one that runs afterwards
 * (a post-action of a scheme, an export) has the signed product. */
#include "cli/cli.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH_SIZE = 4096, MOST_PATHS = 64 };

/* A build setting; NULL when it is empty, which Xcode does not tell from unset. */
static const char *setting(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0' ? value : NULL;
}

static bool is_yes(const char *name)
{
    const char *value = setting(name);
    return value != NULL && strcmp(value, "YES") == 0;
}

/* A path below a folder that a setting names; NULL when one of the two is not known. */
static const char *below(struct settings *s, const char *folder, const char *path)
{
    char whole[PATH_SIZE];
    const char *where = setting(folder);
    if (path == NULL || (where == NULL && path[0] != '/'))
        return NULL;
    int n = path[0] == '/' ? snprintf(whole, sizeof(whole), "%s", path)
                           : snprintf(whole, sizeof(whole), "%s/%s", where, path);
    return n < (int)sizeof(whole) ? keep(s, strdup(whole)) : NULL;
}

/* In the sandbox of scripts a file may be there and not be readable: then it was not declared as an
 * input, which whoever reads it says. One that is not there yet is not known. */
static const char *if_there(const char *path)
{
    return path != NULL && access(path, F_OK) == 0 ? path : NULL;
}

/* "$TARGET_TEMP_DIR/Waffle.app.xcent": the entitlements as Xcode hands them to codesign */
static const char *processed_entitlements(struct settings *s, const char *product)
{
    char name[PATH_SIZE];
    snprintf(name, sizeof(name), "%s.xcent", product);
    return if_there(below(s, "TARGET_TEMP_DIR", name));
}

/* Where Xcode keeps profiles: since version 16, and before. */
static const char *installed_profile(struct settings *s)
{
    static const char *const folders[] = { "Library/Developer/Xcode/UserData/Provisioning Profiles",
                                           "Library/MobileDevice/Provisioning Profiles" };
    const char *uuid = setting("EXPANDED_PROVISIONING_PROFILE");
    for (size_t i = 0; uuid != NULL && i < LEN(folders); i++) {
        char name[PATH_SIZE];
        snprintf(name, sizeof(name), "%s/%s.provisionprofile", folders[i], uuid);
        const char *path = if_there(below(s, "HOME", name));
        if (path != NULL)
            return path;
    }
    return NULL;
}

static const char *profile(struct settings *s)
{
    char name[PATH_SIZE];
    const char *contents = setting("CONTENTS_FOLDER_PATH");
    if (contents == NULL)
        return NULL; /* a tool has none */
    snprintf(name, sizeof(name), "%s/embedded.provisionprofile", contents);
    const char *embedded = if_there(below(s, "TARGET_BUILD_DIR", name));
    return embedded != NULL ? embedded : installed_profile(s);
}

/* Variables of sources are build settings; those of the team exist only while Xcode signs. */
static const char *variable(void *context, const char *name)
{
    struct settings *s = context;
    const char *team = setting("DEVELOPMENT_TEAM");
    bool is_prefix =
        strcmp(name, "TeamIdentifierPrefix") == 0 || strcmp(name, "AppIdentifierPrefix") == 0;
    char prefix[64];
    if (!is_prefix || team == NULL)
        return getenv(name);
    snprintf(prefix, sizeof(prefix), "%s.", team);
    return keep(s, strdup(prefix));
}

static struct sxlint_target target_of(struct settings *s, const char *product)
{
    const char *identity = setting("EXPANDED_CODE_SIGN_IDENTITY_NAME");
    const char *minos = setting("MACOSX_DEPLOYMENT_TARGET");
    return (struct sxlint_target){
        .product = product,
        .entitlements = below(s, "SRCROOT", setting("CODE_SIGN_ENTITLEMENTS")),
        .processed_entitlements = processed_entitlements(s, product),
        .info = below(s, "SRCROOT", setting("INFOPLIST_FILE")),
        .processed_info = if_there(below(s, "TARGET_BUILD_DIR", setting("INFOPLIST_PATH"))),
        .profile = profile(s),
        .identity = identity != NULL ? identity : setting("CODE_SIGN_IDENTITY"),
        .certificate = setting("EXPANDED_CODE_SIGN_IDENTITY"),
        .team = setting("DEVELOPMENT_TEAM"),
        .identifier = setting("PRODUCT_BUNDLE_IDENTIFIER"),
        .archs = setting("ARCHS"),
        .minos = minos != NULL ? minos : setting("DRIVERKIT_DEPLOYMENT_TARGET"),
        .sdk = setting("SDK_VERSION"),
        .is_hardened = is_yes("ENABLE_HARDENED_RUNTIME"),
        .variable = variable,
        .context = s,
    };
}

/* Paths that are judged */

struct paths {
    const char *at[MOST_PATHS];
    size_t n;
};

/* What lies in a folder with a suffix, in no particular order: the report sorts. */
static void add_all(struct settings *s, struct paths *paths, const char *folder, const char *suffix)
{
    DIR *open = folder != NULL ? opendir(folder) : NULL;
    for (struct dirent *entry; open != NULL && (entry = readdir(open)) != NULL;) {
        char path[PATH_SIZE];
        size_t len = strlen(entry->d_name), tail = strlen(suffix);
        int n = snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
        bool is_meant = len > tail && strcmp(entry->d_name + len - tail, suffix) == 0;
        const char *kept = is_meant && n < (int)sizeof(path) && paths->n < MOST_PATHS
                               ? keep(s, strdup(path))
                               : NULL;
        if (kept != NULL)
            paths->at[paths->n++] = kept;
    }
    if (open != NULL)
        closedir(open);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Extensions are products of other targets, signed before they are embedded. */
static void add_extensions(struct settings *s, struct paths *paths)
{
    static const struct {
        const char *folder, *suffix;
    } places[] = { { "Library/SystemExtensions", ".systemextension" },
                   { "Library/SystemExtensions", ".dext" },
                   { "PlugIns", ".appex" } };
    const char *contents = setting("CONTENTS_FOLDER_PATH");
    for (size_t i = 0; contents != NULL && i < LEN(places); i++) {
        char name[PATH_SIZE];
        snprintf(name, sizeof(name), "%s/%s", contents, places[i].folder);
        add_all(s, paths, below(s, "TARGET_BUILD_DIR", name), places[i].suffix);
    }
    qsort(paths->at, paths->n, sizeof(*paths->at), by_name);
}

/* The apps of an archive, or the product that was built. */
static void add_products(struct settings *s, struct paths *paths)
{
    const char *archive = setting("ARCHIVE_PATH");
    add_all(s, paths, archive != NULL ? below(s, "ARCHIVE_PATH", "Products/Applications") : NULL,
            ".app");
    qsort(paths->at, paths->n, sizeof(*paths->at), by_name);
    if (paths->n > 0)
        return;
    const char *product = archive != NULL
                              ? below(s, "ARCHIVE_PATH", "Products")
                              : below(s, "TARGET_BUILD_DIR", setting("FULL_PRODUCT_NAME"));
    if (product != NULL)
        paths->at[paths->n++] = product;
}

/* A script may be kept from a source that it has not declared: that is said by name. */
static void tell_unreadable_source(const char *path)
{
    char safe[PATH_SIZE];
    if (path == NULL || access(path, R_OK) == 0)
        return;
    const char *reason = strerror(errno);
    sxlint_escape(path, safe, sizeof(safe));
    printf("warning: sxlint: cannot read %s: %s; is it among the input files of the phase?\n", safe,
           reason);
}

/* Runs */

/* Only scripts of build phases are told of their inputs. */
static bool is_before_signing(const struct settings *s)
{
    if (s->phase != NULL && strcmp(s->phase, "auto") != 0)
        return strcmp(s->phase, "sources") == 0;
    return s->n_words == 0 && setting("SCRIPT_INPUT_FILE_COUNT") != NULL;
}

static struct sxlint_run *check(struct settings *s, struct sxlint_error *error)
{
    struct paths paths = { .n = 0 };
    const char *oldest = setting("MACOSX_DEPLOYMENT_TARGET");
    if (oldest != NULL && !is_said(s, "oldest-macos") &&
        !sxlint_policy_set(s->policy, "oldest-macos", oldest, error))
        return NULL;
    if (is_before_signing(s)) {
        struct sxlint_target target = target_of(s, setting("FULL_PRODUCT_NAME"));
        const char *source = target.entitlements != NULL ? target.entitlements : target.info;
        if (source != NULL && !is_said(s, "show-at") &&
            !sxlint_policy_set(s->policy, "show-at", source, error))
            return NULL;
        tell_unreadable_source(target.entitlements);
        tell_unreadable_source(target.info);
        add_extensions(s, &paths);
        target.embedded = paths.at;
        target.n_embedded = paths.n;
        return sxlint_check_target(s->policy, &target, error);
    }
    if (s->n_words > 0)
        return sxlint_check(s->policy, s->words, s->n_words, error);
    add_products(s, &paths);
    return sxlint_check(s->policy, paths.at, paths.n, error);
}

/* Without a product there is nothing to judge; `-1` when there is. */
static int look_around(const struct settings *s)
{
    const char *platform = setting("PLATFORM_NAME"), *allowed = setting("CODE_SIGNING_ALLOWED");
    bool is_mac =
        platform == NULL || strcmp(platform, "macosx") == 0 || strcmp(platform, "driverkit") == 0;
    if (s->n_words > 0)
        return -1;
    if (setting("FULL_PRODUCT_NAME") == NULL && setting("ARCHIVE_PATH") == NULL)
        return complain("no build of Xcode: neither FULL_PRODUCT_NAME nor ARCHIVE_PATH is set");
    if (!is_mac || (allowed != NULL && strcmp(allowed, "NO") == 0)) {
        printf("note: sxlint: nothing to check, %s\n",
               is_mac ? "code signing is off (CODE_SIGNING_ALLOWED)" : "not a product for macOS");
        return SXLINT_OK;
    }
    return -1;
}

static bool is_debug(void)
{
    const char *configuration = setting("CONFIGURATION");
    return configuration != NULL && strncmp(configuration, "Debug", 5) == 0;
}

int run_xcode(struct settings *s)
{
    struct sink out = { .file = stdout };
    struct sxlint_error error;
    int code = look_around(s);
    if (code < 0)
        code = check_formats(s);
    if (code >= 0)
        return code;
    judge_now(s);
    struct sxlint_run *run = check(s, &error);
    if (run == NULL)
        return complain_error(&error);
    struct sxlint_style style = style_for(s, &out);
    style.lenient = is_debug() && !s->break_debug;
    code = sxlint_report(run, "xcode", &style, sink_writer(&out), &error) ? SXLINT_OK
                                                                          : SXLINT_UNREADABLE;
    code = worse(code, write_reports(s, run));
    for (size_t i = 0; i < sxlint_run_unreadable(run); i++)
        printf("warning: sxlint: %s\n", sxlint_run_unreadable_why(run, i));
    if (!style.lenient)
        code = worse(code, (int)sxlint_run_code(run));
    sxlint_run_free(run);
    return code;
}
