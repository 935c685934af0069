/* SPDX-License-Identifier: MIT */
#include "bundle/shape.h"

#include "base/buf.h"
#include "base/limits.h"
#include "codesign/seal.h"
#include "codesign/slot.h"

#include <stdarg.h>

const char *sx_shape_problem(enum sx_shape_fault fault)
{
    static const char *const problems[SX_SHAPE_FAULT_END] = {
#define X(name, problem) problem,
        SX_SHAPE_FAULTS(X)
#undef X
    };
    return problems[fault];
}

/* One bundle under the eye. */
struct look {
    const struct sx_tree *tree;
    const struct sx_walk *walk;
    const struct sx_found_code *code;
    const struct sx_bundle *bundle;
    struct sx_arena *scratch;
    struct sx_shape_flaws *flaws;
};

static const struct sx_str whole = { 0 };

SX_PRINTF(4, 5)
static void note(struct look *l, enum sx_shape_fault fault, struct sx_str path, const char *detail,
                 ...)
{
    va_list args;
    if (l->flaws->n == SX_MAX_PROBLEMS) {
        l->flaws->more++;
        return;
    }
    va_start(args, detail);
    struct sx_shape_flaw flaw = {
        .fault = fault,
        .path = sx_str_dup(l->flaws->arena, path),
        .detail = sx_str_vbrief(l->flaws->arena, detail, args),
    };
    va_end(args);
    SX_PUSH(l->flaws->arena, l->flaws, flaw);
}

static const struct sx_walk_entry *find(const struct look *l, struct sx_str folder,
                                        const char *name)
{
    return sx_walk_find(l->walk, sx_path_join(l->scratch, folder, sx_str_of(name)));
}

/* What is directly in a folder, one after the other; `folder` may be NULL. */
#define FOR_EACH_CHILD(child, l, folder)                                                           \
    for (const struct sx_walk_entry *child = (folder) != NULL ? (folder) + 1 : NULL;               \
         child != NULL && child < &(l)->walk->entries[(folder)->end];                              \
         child = &(l)->walk->entries[child->end])

static struct sx_str name_of(const struct sx_walk_entry *entry)
{
    return sx_str_base(entry->path);
}

static bool is_named(const struct sx_walk_entry *entry, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (sx_str_is(name_of(entry), names[i]))
            return true;
    return false;
}

/* A regular file that nobody may run. */
static bool is_plain(const struct look *l, const struct sx_walk_entry *entry)
{
    struct sx_tree_entry stat;
    struct sx_err ignored = { 0 }; /* the listing has just seen it */
    return entry->type == SX_ENTRY_FILE && sx_tree_stat(l->tree, entry->path, &stat, &ignored) &&
           (stat.mode & 0111) == 0;
}

static struct sx_str link_text(const struct look *l, const struct sx_walk_entry *entry)
{
    struct sx_str text = SX_STR("");
    struct sx_err ignored = { 0 }; /* a link that cannot be read leads nowhere */
    if (entry->type == SX_ENTRY_SYMLINK &&
        !sx_tree_readlink(l->tree, entry->path, l->scratch, &text, &ignored))
        text = SX_STR("");
    return text;
}

static struct sx_str without_dot(struct sx_str text)
{
    return sx_str_starts(text, SX_STR("./")) ? sx_str_sub(text, 2, text.len) : text;
}

/* Where a path leads; absent text when nowhere. */
static struct sx_str resolve(const struct look *l, struct sx_str folder, const char *name)
{
    struct sx_str out;
    struct sx_err ignored = { 0 };
    struct sx_str path = sx_path_join(l->scratch, folder, sx_str_of(name));
    return sx_tree_resolve(l->tree, path, l->scratch, &out, &ignored) ? out : whole;
}

/* Info.plist and the executable */

static void check_regular(struct look *l, struct sx_str path, const char *what)
{
    const struct sx_walk_entry *entry = path.ptr != NULL ? sx_walk_find(l->walk, path) : NULL;
    if (entry != NULL && entry->type != SX_ENTRY_FILE)
        note(l, SX_SHAPE_FAULT_NOT_REGULAR, path, "%s is %s", what,
             entry->type == SX_ENTRY_SYMLINK ? "a link" : "no regular file");
}

static void check_parts(struct look *l)
{
    if (l->bundle->main.ptr == NULL && l->bundle->info_path.ptr == NULL)
        note(l, SX_SHAPE_FAULT_UNRECOGNISED, whole, "it has neither Info.plist nor executable");
    check_regular(l, l->bundle->main, "the main executable");
    check_regular(l, l->bundle->info_path, "Info.plist");
}

/* An app is what LaunchServices would start: Security asks it of what is to be executed. */
static void check_app_like(struct look *l)
{
    struct sx_str type = { 0 };
    bool is_layout =
        l->bundle->layout != SX_BUNDLE_VERSIONS && l->bundle->layout != SX_BUNDLE_SUPPORT_FILES;
    if (l->code->suffix != SX_SUFFIX_APP || l->bundle->info == NULL)
        return;
    bool is_app =
        sx_map_str(l->bundle->info, "CFBundlePackageType", &type) && sx_str_is(type, "APPL");
    if (!is_app)
        note(l, SX_SHAPE_FAULT_NOT_APP_LIKE, whole, "CFBundlePackageType is not APPL");
    else if (!is_layout)
        note(l, SX_SHAPE_FAULT_NOT_APP_LIKE, whole, "it is laid out as a %s",
             l->bundle->layout == SX_BUNDLE_VERSIONS ? "framework" : "bundle of old");
}

/* The root of a bundle with Contents */

static void check_root(struct look *l)
{
    static const char *const allowed[] = { ".LSOverride", ".DS_Store", "Icon\r",
                                           ".SoftwareDepot.tracking" };
    const struct sx_walk_entry *root = sx_walk_find(l->walk, l->code->path);
    bool has_contents = false;
    FOR_EACH_CHILD(child, l, root)
    {
        if (child->type == SX_ENTRY_DIRECTORY && sx_str_is(name_of(child), "Contents"))
            has_contents = true;
        else if (!is_named(child, allowed, SX_LEN(allowed)) || !is_plain(l, child))
            note(l, SX_SHAPE_FAULT_ROOT, child->path, "it stands beside Contents");
    }
    if (!has_contents)
        note(l, SX_SHAPE_FAULT_ROOT, whole, "no folder has exactly the name Contents");
}

/* Frameworks */

/* The text of Versions/Current has to be the plain name of a sibling. */
static bool is_sibling(struct sx_str text)
{
    text = without_dot(text);
    return text.len > 0 && memchr(text.ptr, '/', text.len) == NULL && !sx_str_is(text, ".") &&
           !sx_str_is(text, "..");
}

/* A link in the root of a framework leads to its namesake in the current version. */
static bool is_namesake(struct look *l, struct sx_str name, struct sx_str text,
                        struct sx_str current)
{
    struct sx_arena *a = l->scratch;
    text = without_dot(text);
    return sx_str_eq(text, sx_str_printf(a, "Versions/Current/%.*s", SX_STR_ARG(name))) ||
           sx_str_eq(text,
                     sx_str_printf(a, "Versions/%.*s/%.*s", SX_STR_ARG(current), SX_STR_ARG(name)));
}

static void check_versions(struct look *l, const struct sx_walk_entry *versions)
{
    bool has_current = false;
    FOR_EACH_CHILD(child, l, versions)
    {
        bool is_current = sx_str_is(name_of(child), "Current");
        if (is_current && child->type == SX_ENTRY_SYMLINK)
            has_current = is_sibling(link_text(l, child));
        else if (child->type != SX_ENTRY_DIRECTORY &&
                 !(sx_str_is(name_of(child), ".DS_Store") && is_plain(l, child)))
            note(l, SX_SHAPE_FAULT_FRAMEWORK_ROOT, child->path, "no version, and not Current");
    }
    if (!has_current)
        note(l, SX_SHAPE_FAULT_FRAMEWORK_ROOT,
             sx_path_join(l->scratch, versions->path, SX_STR("Current")),
             "it is no link to a version beside it");
}

static void check_framework_root(struct look *l, const struct sx_walk_entry *versions)
{
    const struct sx_walk_entry *link = find(l, versions->path, "Current");
    struct sx_str current = link != NULL ? link_text(l, link) : SX_STR("");
    const struct sx_walk_entry *root = sx_walk_find(l->walk, l->code->path);
    FOR_EACH_CHILD(child, l, root)
    {
        struct sx_str name = name_of(child);
        bool may_be_plain = sx_str_is(name, ".DS_Store") || sx_str_is(name, "module.map");
        if (child == versions || (may_be_plain && is_plain(l, child)))
            continue;
        if (child->type != SX_ENTRY_SYMLINK)
            note(l, SX_SHAPE_FAULT_FRAMEWORK_ROOT, child->path, "no link into the current version");
        else if (!is_namesake(l, name, link_text(l, child), current))
            note(l, SX_SHAPE_FAULT_FRAMEWORK_ROOT, child->path,
                 "a link that does not lead to its namesake in the current version");
    }
    check_versions(l, versions);
}

/* What a copy that follows links makes of a framework. */
static void check_flattened(struct look *l, const struct sx_walk_entry *versions)
{
    const struct sx_walk_entry *root = sx_walk_find(l->walk, l->code->path);
    const struct sx_walk_entry *current = find(l, versions->path, "Current");
    if (current != NULL && current->type == SX_ENTRY_DIRECTORY)
        note(l, SX_SHAPE_FAULT_LINKS_FLATTENED, current->path, "a folder where a link belongs");
    FOR_EACH_CHILD(child, l, root)
    {
        struct sx_str name = name_of(child);
        bool is_copy =
            child != versions && child->type != SX_ENTRY_SYMLINK &&
            sx_walk_find(l->walk, sx_path_join(l->scratch, l->bundle->root, name)) != NULL;
        if (is_copy)
            note(l, SX_SHAPE_FAULT_LINKS_FLATTENED, child->path, "a copy where a link belongs");
    }
}

/* Security compares the executable and Info.plist as found from the framework's root with those
 * of the current version. */
static void check_ambiguous(struct look *l)
{
    const struct {
        struct sx_str name, want;
    } parts[] = {
        { sx_str_base(l->bundle->main), l->bundle->main },
        { SX_STR("Resources/Info.plist"), l->bundle->info_path },
    };
    for (size_t i = 0; i < SX_LEN(parts); i++) {
        struct sx_str found = { 0 };
        if (parts[i].want.ptr != NULL)
            found = resolve(l, l->code->path, sx_str_dup(l->scratch, parts[i].name).ptr);
        if (found.ptr != NULL && !sx_str_eq(found, parts[i].want))
            note(l, SX_SHAPE_FAULT_AMBIGUOUS, found, "not the one of the current version");
    }
}

static void check_framework(struct look *l)
{
    const struct sx_walk_entry *versions = find(l, l->code->path, "Versions");
    if (versions == NULL || versions->type != SX_ENTRY_DIRECTORY)
        return;
    struct sx_str current = resolve(l, versions->path, "Current");
    if (current.ptr == NULL || !sx_tree_has(l->tree, current, SX_ENTRY_DIRECTORY)) {
        note(l, SX_SHAPE_FAULT_VERSION_GONE,
             sx_path_join(l->scratch, versions->path, SX_STR("Current")), "it leads to no version");
        return;
    }
    check_framework_root(l, versions);
    check_flattened(l, versions);
    check_ambiguous(l);
}

/* What stands in _CodeSignature: parts of the signature that are in use. A Mach-O holds all of
 * them but the seal; an empty CodeSignature is what old tools left. */
static bool is_part(struct sx_str name, struct sx_arena *scratch)
{
    const struct sx_slot_info *info = sx_slot_of_file(sx_str_dup(scratch, name).ptr);
    return info != NULL && info->slot != SX_SLOT_INFO_PLIST;
}

static void check_signature_folder(struct look *l, bool has_parts)
{
    struct sx_tree_entry stat;
    struct sx_err ignored = { 0 };
    FOR_EACH_CHILD(child, l, find(l, l->bundle->support, "_CodeSignature"))
    {
        bool is_file = child->type == SX_ENTRY_FILE;
        bool is_seal = is_file && sx_str_is(name_of(child), "CodeResources");
        bool is_used = is_file && has_parts && is_part(name_of(child), l->scratch);
        bool is_empty = is_file && sx_str_is(name_of(child), "CodeSignature") &&
                        sx_tree_stat(l->tree, child->path, &stat, &ignored) && stat.size == 0;
        if (!is_seal && !is_used && !is_empty)
            note(l, SX_SHAPE_FAULT_SIGNATURE_FOLDER, child->path, "no part of the signature");
    }
}

static void check_extensions_folder(struct look *l)
{
    FOR_EACH_CHILD(child, l, find(l, l->code->path, "Contents/Library/SystemExtensions"))
    {
        enum sx_suffix suffix = sx_suffix_of(name_of(child));
        if (suffix != SX_SUFFIX_SYSTEM_EXTENSION && suffix != SX_SUFFIX_DEXT)
            note(l, SX_SHAPE_FAULT_STRAY, child->path, "neither a system nor a driver extension");
    }
}

/* Contents/CodeResources is where a ticket is stapled, and begins as tickets do; long ago it was a
 * link to the seal. */
static void check_ticket(struct look *l)
{
    const struct sx_walk_entry *entry = find(l, l->code->path, "Contents/CodeResources");
    struct sx_source source = { 0 };
    struct sx_err ignored = { 0 }; /* that it cannot be read is a gap of the walk */
    char head[4] = "s8ch";
    if (entry == NULL)
        return;
    if (entry->type == SX_ENTRY_FILE &&
        sx_tree_open(l->tree, entry->path, "ticket", &source, &ignored) &&
        (source.size < sizeof(head) || !sx_source_pread(&source, 0, head, sizeof(head), &ignored)))
        memset(head, 0, sizeof(head));
    sx_source_close(&source);
    if (entry->type != SX_ENTRY_FILE)
        note(l, SX_SHAPE_FAULT_TICKET, entry->path, "no file where a ticket is stapled");
    else if (memcmp(head, "s8ch", sizeof(head)) != 0)
        note(l, SX_SHAPE_FAULT_TICKET, entry->path, "no ticket where one is stapled");
}

/* Everything in the bundle, but for what is in code of its own */

/* Files that Apple's rules seal as files though they stand where code is nested. */
static bool is_sealed_as_file(struct sx_str below)
{
    static const char *const names[] = { "Info.plist", "PkgInfo", "version.plist",
                                         "embedded.provisionprofile", "CodeResources" };
    for (size_t i = 0; i < SX_LEN(names); i++)
        if (sx_str_is(below, names[i]))
            return true;
    return sx_str_is(sx_str_base(below), ".DS_Store");
}

/* Returns whether what is in a folder is to be looked at as well. */
static bool check_code_place(struct look *l, const struct sx_walk_entry *entry, struct sx_str below)
{
    struct sx_str name = name_of(entry);
    if (l->bundle->layout == SX_BUNDLE_FLAT || !sx_seal_nests_code(below))
        return true;
    if (entry->type == SX_ENTRY_DIRECTORY) {
        bool is_taken_for_bundle =
            memchr(name.ptr, '.', name.len) != NULL && !sx_str_ends(name, SX_STR(".dSYM"));
        if (is_taken_for_bundle)
            note(l, SX_SHAPE_FAULT_DOTTED_FOLDER, entry->path, "codesign takes it for a bundle");
        return !is_taken_for_bundle;
    }
    if (entry->type == SX_ENTRY_FILE && !entry->is_macho && !entry->is_unreadable &&
        !sx_str_eq(entry->path, l->bundle->main) && !is_sealed_as_file(below))
        note(l, SX_SHAPE_FAULT_DATA, entry->path, "no code, where codesign expects code");
    return true;
}

static void check_content(struct look *l)
{
    const struct sx_walk_entry *folder = sx_walk_find(l->walk, l->bundle->support);
    if (folder == NULL)
        return;
    size_t begin = (size_t)(folder - l->walk->entries) + 1;
    size_t skip = l->bundle->support.len > 0 ? l->bundle->support.len + 1 : 0;
    for (size_t i = begin; i < folder->end;) {
        const struct sx_walk_entry *entry = &l->walk->entries[i];
        struct sx_str below = sx_str_sub(entry->path, skip, entry->path.len);
        bool enter = entry->code == NULL && check_code_place(l, entry, below);
        i = enter ? i + 1 : entry->end;
    }
}

void sx_shape_check(const struct sx_tree *tree, const struct sx_walk *walk,
                    const struct sx_found_code *code, bool has_parts, struct sx_shape_flaws *flaws)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *scratch = sx_arena_new();
    struct look l = { tree, walk, code, code->bundle, scratch, flaws };
    bool has_contents =
        code->bundle->layout == SX_BUNDLE_CONTENTS || code->bundle->layout == SX_BUNDLE_MIXED;
    check_parts(&l);
    check_app_like(&l);
    check_signature_folder(&l, has_parts);
    if (has_contents) {
        check_root(&l);
        check_extensions_folder(&l);
        check_ticket(&l);
    } else if (!code->is_version && code->suffix == SX_SUFFIX_FRAMEWORK) {
        check_framework(&l);
    }
    check_content(&l);
}
