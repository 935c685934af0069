/* SPDX-License-Identifier: MIT */
#include "bundle/bundle.h"

#include "base/buf.h"
#include "base/limits.h"
#include "value/plist.h"

#include <strings.h>

const char *sx_bundle_layout_name(enum sx_bundle_layout layout)
{
    static const char *const names[] = {
#define X(name, text) [SX_BUNDLE_##name] = text,
        SX_BUNDLE_LAYOUTS(X)
#undef X
    };
    return names[layout];
}

/* Suffixes of bundles that hold code ("Placing content in a bundle", Apple; and those of the
 * system's own plug-in folders). Any other folder is a bundle when it looks like one. */
enum sx_suffix sx_suffix_of(struct sx_str name)
{
    static const struct {
        const char *text;
        enum sx_suffix suffix;
    } table[] = {
        { ".app", SX_SUFFIX_APP },
        { ".appex", SX_SUFFIX_APPEX },
        { ".systemextension", SX_SUFFIX_SYSTEM_EXTENSION },
        { ".dext", SX_SUFFIX_DEXT },
        { ".framework", SX_SUFFIX_FRAMEWORK },
        { ".xpc", SX_SUFFIX_XPC },
        { ".kext", SX_SUFFIX_KEXT },
        { ".pkg", SX_SUFFIX_PACKAGE },
        { ".mpkg", SX_SUFFIX_PACKAGE },
        { ".bundle", SX_SUFFIX_PLUGIN },
        { ".plugin", SX_SUFFIX_PLUGIN },
        { ".component", SX_SUFFIX_PLUGIN },
        { ".driver", SX_SUFFIX_PLUGIN },
        { ".qlgenerator", SX_SUFFIX_PLUGIN },
        { ".mdimporter", SX_SUFFIX_PLUGIN },
        { ".prefPane", SX_SUFFIX_PLUGIN },
        { ".saver", SX_SUFFIX_PLUGIN },
        { ".action", SX_SUFFIX_PLUGIN },
        { ".vst", SX_SUFFIX_PLUGIN },
        { ".vst3", SX_SUFFIX_PLUGIN },
        { ".aaxplugin", SX_SUFFIX_PLUGIN },
        { ".xctest", SX_SUFFIX_PLUGIN },
        { ".pluginkit", SX_SUFFIX_PLUGIN },
        { ".service", SX_SUFFIX_PLUGIN },
        { ".colorPicker", SX_SUFFIX_PLUGIN },
        { ".inputmethod", SX_SUFFIX_PLUGIN },
    };
    for (size_t i = 0; i < SX_LEN(table); i++) {
        size_t len = strlen(table[i].text);
        if (name.len > len && strncasecmp(name.ptr + name.len - len, table[i].text, len) == 0)
            return table[i].suffix;
    }
    return SX_SUFFIX_NONE;
}

/* What one look at a folder tells about its shape. Names are compared without regard to case,
 * as CFBundle_Resources.c compares them; folders may be links to folders. */
struct shape {
    bool contents, resources, support_files, versions;
    struct sx_str info, info_macos; /* file names as they stand */
};

static bool is_named(struct sx_str name, const char *want)
{
    return name.len == strlen(want) && strncasecmp(name.ptr, want, name.len) == 0;
}

static bool look(const struct sx_tree *tree, struct sx_str path, struct sx_arena *arena,
                 struct shape *out, struct sx_err *err)
{
    struct sx_tree_entries entries;
    SX_TRY(sx_tree_list(tree, path, arena, &entries, err));
    *out = (struct shape){ 0 };
    for (size_t i = 0; i < entries.n; i++) {
        const struct sx_tree_entry *e = &entries.at[i];
        bool folder = e->type == SX_ENTRY_DIRECTORY || e->type == SX_ENTRY_SYMLINK;
        out->contents |= folder && is_named(e->name, "Contents");
        out->resources |= folder && is_named(e->name, "Resources");
        out->support_files |= folder && is_named(e->name, "Support Files");
        out->versions |= folder && is_named(e->name, "Versions");
        if (is_named(e->name, "Info.plist") && e->type != SX_ENTRY_DIRECTORY)
            out->info = e->name;
        if (is_named(e->name, "Info-macos.plist") && e->type != SX_ENTRY_DIRECTORY)
            out->info_macos = e->name;
    }
    return true;
}

/* The order of the tests is that of Security's BundleDiskRep::setup, then CoreFoundation's. */
static enum sx_bundle_layout layout_of(const struct shape *s, bool is_framework)
{
    bool info = s->info.ptr != NULL || s->info_macos.ptr != NULL;
    if (s->contents)
        return info && !is_framework ? SX_BUNDLE_MIXED : SX_BUNDLE_CONTENTS;
    if (is_framework && s->versions)
        return SX_BUNDLE_VERSIONS;
    if (s->resources && !info)
        return SX_BUNDLE_RESOURCES;
    if (s->support_files && !info)
        return SX_BUNDLE_SUPPORT_FILES;
    return SX_BUNDLE_FLAT;
}

/* The version a framework runs with: what Versions/Current leads to; where that link was lost
 * on the way (npm and plain zip tools drop links), the only version there is. */
static bool current_version(const struct sx_tree *tree, struct sx_str versions,
                            struct sx_arena *arena, struct sx_str *out)
{
    struct sx_err ignored = { 0 };
    struct sx_str current = sx_path_join(arena, versions, SX_STR("Current"));
    struct sx_tree_entries entries;
    size_t folders = 0;
    if (sx_tree_resolve(tree, current, arena, out, &ignored) &&
        sx_tree_has(tree, *out, SX_ENTRY_DIRECTORY))
        return true;
    ignored = (struct sx_err){ 0 };
    if (!sx_tree_list(tree, versions, arena, &entries, &ignored))
        return false;
    for (size_t i = 0; i < entries.n; i++)
        if (entries.at[i].type == SX_ENTRY_DIRECTORY) {
            *out = sx_path_join(arena, versions, entries.at[i].name);
            folders++;
        }
    return folders == 1;
}

/* Reads Info.plist: Info-macos.plist goes before Info.plist; keys that end in -macos replace
 * those without (CFBundle_InfoPlist.c). */
static void apply_platform_keys(struct sx_bundle *b, struct sx_arena *arena)
{
    static const char suffix[] = "-macos";
    SX_VEC(struct sx_entry) entries = { 0 };
    bool any = false;
    for (size_t i = 0; i < b->info->n; i++)
        any |= sx_str_ends(b->info->at[i].key.str, SX_STR(suffix));
    if (!any)
        return;
    for (size_t i = 0; i < b->info->n; i++) {
        struct sx_entry entry = b->info->at[i];
        struct sx_str own = sx_str_printf(arena, "%.*s%s", SX_STR_ARG(entry.key.str), suffix);
        const struct sx_value *special = sx_map_get(b->info, own);
        if (special != NULL)
            entry.value = *special;
        SX_PUSH(arena, &entries, entry);
        if (!sx_str_ends(entry.key.str, SX_STR(suffix)))
            continue;
        struct sx_entry plain = entry;
        plain.key.str = sx_str_sub(entry.key.str, 0, entry.key.str.len - strlen(suffix));
        if (sx_map_get(b->info, plain.key.str) == NULL)
            SX_PUSH(arena, &entries, plain);
    }
    b->info = sx_map_new(arena, entries.at, entries.n);
}

static bool read_info(const struct sx_tree *tree, struct sx_arena *arena, struct sx_bundle *b)
{
    struct sx_source source = { 0 };
    struct sx_span bytes;
    struct sx_plist plist;
    const char *name = sx_str_dup(arena, sx_escape(arena, b->info_path)).ptr;
    SX_TRY(sx_tree_open(tree, b->info_path, name, &source, &b->info_err));
    bool ok = sx_source_whole(&source, SX_MAX_SMALL_FILE, arena, &bytes, &b->info_err);
    sx_source_close(&source);
    SX_TRY(ok);
    b->info_text = sx_str_of_span(bytes);
    SX_TRY(sx_plist_parse(bytes, arena, &plist, &b->info_err));
    if (plist.root.kind != SX_MAP)
        return sx_fail(&b->info_err, SX_E_FORMAT, 0, "the property list is no dictionary");
    b->info = plist.root.map;
    apply_platform_keys(b, arena);
    return true;
}

static void find_info(const struct sx_tree *tree, struct sx_arena *arena, struct sx_str folder,
                      struct sx_bundle *b)
{
    struct shape shape;
    struct sx_err ignored = { 0 };
    if (!look(tree, folder, arena, &shape, &ignored))
        return;
    struct sx_str name = shape.info_macos.ptr != NULL ? shape.info_macos : shape.info;
    if (name.ptr == NULL)
        return;
    b->info_path = sx_path_join(arena, folder, name);
    read_info(tree, arena, b); /* why it failed stands in info_err */
}

static struct sx_str stem_of(struct sx_str name)
{
    for (size_t i = name.len; i > 1; i--)
        if (name.ptr[i - 1] == '.')
            return sx_str_sub(name, 0, i - 1);
    return name;
}

/* Looks for the executable below the folders in turn (CFBundle_Executable.c). A name with a
 * '/' would be resolved as a path and could lead out: it is not followed. */
static void find_main(const struct sx_tree *tree, struct sx_arena *arena, struct sx_bundle *b)
{
    const struct sx_str folders[] = {
        sx_path_join(arena, b->support, SX_STR("MacOS")),
        b->support,
        b->root,
    };
    bool named = sx_map_str(b->info, "CFBundleExecutable", &b->executable) ||
                 sx_map_str(b->info, "NSExecutable", &b->executable);
    if (!named || b->executable.len == 0)
        b->executable = stem_of(sx_str_base(b->path.len > 0 ? b->path : tree->name));
    if (sx_str_find(b->executable, SX_STR("/")) != b->executable.len ||
        sx_str_is(b->executable, "..") || sx_str_is(b->executable, "."))
        return;
    for (size_t i = 0; i < SX_LEN(folders); i++) {
        struct sx_str path = sx_path_join(arena, folders[i], b->executable);
        struct sx_tree_entry entry;
        struct sx_err ignored = { 0 };
        if (sx_tree_stat(tree, path, &entry, &ignored) && entry.type != SX_ENTRY_DIRECTORY) {
            b->main = path;
            return;
        }
    }
}

static void read_shape(const struct sx_tree *tree, struct sx_arena *arena, struct sx_bundle *b)
{
    static const char *const below[] = {
        [SX_BUNDLE_CONTENTS] = "Contents",
        [SX_BUNDLE_MIXED] = "Contents",
        [SX_BUNDLE_VERSIONS] = "",
        [SX_BUNDLE_RESOURCES] = "",
        [SX_BUNDLE_FLAT] = "",
        [SX_BUNDLE_SUPPORT_FILES] = "Support Files",
    };
    bool resources = b->layout == SX_BUNDLE_RESOURCES || b->layout == SX_BUNDLE_VERSIONS;
    b->support = sx_path_join(arena, b->root, sx_str_of(below[b->layout]));
    if (resources)
        find_info(tree, arena, sx_path_join(arena, b->root, SX_STR("Resources")), b);
    if (b->info_path.ptr == NULL)
        find_info(tree, arena, b->support, b);
    find_main(tree, arena, b);
}

bool sx_bundle_read(const struct sx_tree *tree, struct sx_str path, struct sx_arena *arena,
                    struct sx_bundle *out, struct sx_err *err)
{
    struct shape shape;
    struct sx_str name = sx_str_base(path.len > 0 ? path : tree->name);
    bool is_framework = sx_suffix_of(name) == SX_SUFFIX_FRAMEWORK;
    SX_TRY(look(tree, path, arena, &shape, err));
    *out = (struct sx_bundle){ .path = path, .root = path };
    out->layout = layout_of(&shape, is_framework);
    if (out->layout == SX_BUNDLE_VERSIONS) {
        struct sx_str versions = sx_path_join(arena, path, SX_STR("Versions"));
        if (!current_version(tree, versions, arena, &out->root))
            out->layout = SX_BUNDLE_FLAT;
    }
    read_shape(tree, arena, out);
    return true;
}

bool sx_bundle_version(const struct sx_tree *tree, struct sx_str path, struct sx_str version,
                       struct sx_arena *arena, struct sx_bundle *out, struct sx_err *err)
{
    struct sx_tree_entry entry;
    struct sx_str versions = sx_path_join(arena, path, SX_STR("Versions"));
    struct sx_str root = sx_path_join(arena, versions, version);
    SX_TRY(sx_tree_stat(tree, root, &entry, err));
    *out = (struct sx_bundle){ .path = path, .root = root, .layout = SX_BUNDLE_VERSIONS };
    read_shape(tree, arena, out);
    return true;
}
