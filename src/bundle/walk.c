/* SPDX-License-Identifier: MIT */
#include "bundle/walk.h"

#include "base/arith.h"
#include "base/buf.h"
#include "base/limits.h"
#include "bundle/attribute.h"
#include "codesign/seal.h"
#include "codesign/slot.h"
#include "macho/macho.h"

#include <stdlib.h>

/* A walk in progress. Every list is kept with a pointer to its end, so that it grows in order.
 * Names and paths of one folder live in `scratch` while it is walked; what is kept is copied. */
struct walker {
    const struct sx_tree *tree;
    struct sx_arena *arena, *scratch;
    struct sx_walk *out;
    struct sx_buf entries; /* struct sx_walk_entry each */
    const struct sx_found_file **profiles_end, **jobs_end, **configurations_end;
};

void sx_walk_add_gap(struct sx_walk *walk, struct sx_str path, enum sx_errc code,
                     struct sx_str reason)
{
    struct sx_walk_gap *g = SX_NEW(walk->arena, struct sx_walk_gap);
    *g = (struct sx_walk_gap){ .path = sx_str_dup(walk->arena, path),
                               .reason = sx_str_dup(walk->arena, reason),
                               .code = code,
                               .next = walk->gaps };
    walk->gaps = g;
}

/* The listing */

static struct sx_walk_entry *entry_at(const struct walker *w, size_t i)
{
    return (struct sx_walk_entry *)(void *)w->entries.ptr + i;
}

static size_t n_entries(const struct walker *w)
{
    return w->entries.len / sizeof(struct sx_walk_entry);
}

static size_t add_entry(struct walker *w, struct sx_str path, enum sx_entry_type type,
                        const struct sx_found_code *host)
{
    size_t at = n_entries(w);
    struct sx_walk_entry entry = { .path = sx_str_dup(w->out->paths, path),
                                   .host = host,
                                   .type = (uint8_t)type,
                                   .end = (uint32_t)at + 1 };
    sx_buf_put(&w->entries, &entry, sizeof(entry));
    w->out->has_apple_double |= sx_str_starts(sx_str_base(path), SX_STR("._"));
    return at;
}

/* The order of the listing: that of bytes, but that a '/' comes before all of them, since what is
 * in a folder stands right behind it. */
static int compare_paths(struct sx_str a, struct sx_str b)
{
    size_t n = a.len < b.len ? a.len : b.len;
    for (size_t i = 0; i < n; i++) {
        if (a.ptr[i] == b.ptr[i])
            continue;
        if (a.ptr[i] == '/' || b.ptr[i] == '/')
            return a.ptr[i] == '/' ? -1 : 1;
        return (unsigned char)a.ptr[i] < (unsigned char)b.ptr[i] ? -1 : 1;
    }
    return (a.len > b.len) - (a.len < b.len);
}

struct sx_walk_entry *sx_walk_find(const struct sx_walk *walk, struct sx_str path)
{
    size_t low = 0;
    size_t high = walk->n_entries;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare_paths(walk->entries[middle].path, path);
        if (order == 0)
            return &walk->entries[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* Code and files of note */

static struct sx_found_code *add_code(struct sx_walk *walk, struct sx_found_code found)
{
    struct sx_found_code *code = SX_NEW(walk->arena, struct sx_found_code);
    *code = found;
    code->path = sx_str_dup(walk->arena, found.path);
    code->main = sx_str_dup(walk->arena, found.main);
    code->main_entry.name = sx_str_base(code->main);
    code->at = walk->n_code;
    *walk->code_end = code;
    walk->code_end = &code->next;
    walk->n_code++;
    return code;
}

static void add_file(struct walker *w, const struct sx_found_file ***end, struct sx_str path,
                     const struct sx_found_code *host)
{
    struct sx_found_file *file = SX_NEW(w->arena, struct sx_found_file);
    struct sx_err ignored = { 0 }; /* the listing has just seen it */
    *file = (struct sx_found_file){ .path = sx_str_dup(w->arena, path), .host = host };
    if (!sx_tree_stat(w->tree, path, &file->entry, &ignored))
        file->entry = (struct sx_tree_entry){ .uid = -1 };
    file->entry.name = sx_str_base(file->path);
    **end = file;
    *end = &file->next;
}

static bool in_launchd_folder(struct sx_str path)
{
    struct sx_str folder = sx_str_base(sx_path_parent(path));
    return sx_str_is(folder, "LaunchDaemons") || sx_str_is(folder, "LaunchAgents");
}

/* Files that some reader wants. */
static void walk_file(struct walker *w, struct sx_str path, const struct sx_found_code *host)
{
    struct sx_str name = sx_str_base(path);
    w->out->files++;
    if (sx_str_ends(name, SX_STR(".provisionprofile")) ||
        sx_str_ends(name, SX_STR(".mobileprovision")))
        add_file(w, &w->profiles_end, path, host);
    else if (sx_str_ends(name, SX_STR(".mobileconfig")))
        add_file(w, &w->configurations_end, path, host);
    else if (sx_str_ends(name, SX_STR(".plist")) && in_launchd_folder(path))
        add_file(w, &w->jobs_end, path, host);
}

/* Bundles */

/* Is the file at `path` a Mach-O? That it cannot be read is told by whoever looks at all files. */
static bool sniff(struct walker *w, struct sx_str path)
{
    uint8_t head[SX_MACHO_SNIFF];
    struct sx_source source = { 0 };
    struct sx_err ignored = { 0 };
    bool is_code = false;
    if (sx_tree_open(w->tree, path, "main executable", &source, &ignored)) {
        size_t len = (size_t)sx_min_u64(source.size, sizeof(head));
        is_code = sx_source_pread(&source, 0, head, len, &ignored) &&
                  sx_macho_is_code(&source, (struct sx_span){ head, len, 0 });
    }
    sx_source_close(&source);
    return is_code;
}

static void walk_folder(struct walker *w, struct sx_str path, const struct sx_found_code *host,
                        unsigned depth);

/* What PackageMaker makes (Apple, "Software Delivery Guide", package and metapackage formats);
 * other folders are called so too. */
static bool is_package(const struct walker *w, const struct sx_bundle *b)
{
    struct sx_str payload = sx_path_join(w->scratch, b->support, SX_STR("Archive.pax.gz"));
    return sx_tree_has(w->tree, payload, SX_ENTRY_FILE) ||
           (b->info != NULL && sx_map_get(b->info, SX_STR("IFPkgFormatVersion")) != NULL);
}

/* An app for iPhone or iPad on a Mac with Apple silicon: the folder in /Applications holds the app
 * of the store in Wrapper, a link to it, and nothing that is signed by itself. */
static bool is_wrapper(const struct walker *w, enum sx_suffix suffix, const struct sx_bundle *b)
{
    struct sx_str link = sx_path_join(w->scratch, b->root, SX_STR("WrappedBundle"));
    return suffix == SX_SUFFIX_APP && b->info == NULL &&
           sx_tree_has(w->tree, link, SX_ENTRY_SYMLINK);
}

/* A folder with a suffix of its own kind is always code, whatever is missing in it. One that a
 * plug-in's suffix or only its shape makes a bundle must hold code: a main executable or a
 * signature. Otherwise it is a folder of resources. */
static bool is_code(const struct walker *w, enum sx_suffix suffix, const struct sx_bundle *b)
{
    if (suffix == SX_SUFFIX_PACKAGE)
        return is_package(w, b);
    if (is_wrapper(w, suffix, b))
        return false;
    if (suffix != SX_SUFFIX_NONE && suffix != SX_SUFFIX_PLUGIN)
        return true;
    struct sx_str seal = sx_path_join(w->scratch, b->support, SX_STR("_CodeSignature"));
    if (sx_tree_has(w->tree, seal, SX_ENTRY_DIRECTORY))
        return true;
    return b->info != NULL && b->main.ptr != NULL;
}

static struct sx_found_code *bundle_code(struct walker *w, const struct sx_bundle *bundle,
                                         enum sx_suffix suffix, struct sx_str path,
                                         const struct sx_found_code *host)
{
    struct sx_found_code found = {
        .path = path, .bundle = bundle, .suffix = suffix, .host = host, .main = bundle->main
    };
    struct sx_err ignored = { 0 }; /* find_main has just seen it */
    if (bundle->main.ptr != NULL &&
        sx_tree_stat(w->tree, bundle->main, &found.main_entry, &ignored) &&
        found.main_entry.type == SX_ENTRY_FILE)
        found.main_is_macho = sniff(w, bundle->main);
    return add_code(w->out, found);
}

/* A folder in Versions of a framework. Versions beside the current one are code objects of their
 * own: each has its own executable and seal. Their path is that of the version's folder. */
static void walk_version(struct walker *w, size_t at, struct sx_str path,
                         const struct sx_found_code *framework, unsigned depth)
{
    struct sx_bundle *bundle = SX_NEW(w->arena, struct sx_bundle);
    struct sx_err ignored = { 0 }; /* the listing has just seen the folder */
    const struct sx_found_code *host = framework;
    if (!sx_str_eq(path, framework->bundle->root) &&
        sx_bundle_version(w->tree, framework->path, sx_str_base(path), w->arena, bundle,
                          &ignored)) {
        struct sx_found_code *code =
            bundle_code(w, bundle, SX_SUFFIX_FRAMEWORK, path, framework->host);
        code->is_version = true;
        entry_at(w, at)->code = code;
        host = code;
    }
    walk_folder(w, path, host, depth);
}

static bool is_version_folder(struct sx_str path, const struct sx_found_code *host)
{
    struct sx_str versions = sx_path_parent(path);
    return host != NULL && host->bundle != NULL && host->bundle->layout == SX_BUNDLE_VERSIONS &&
           !host->is_version && sx_str_is(sx_str_base(versions), "Versions") &&
           sx_str_eq(sx_path_parent(versions), host->path);
}

/* Tells bundles from plain folders, and walks what is inside either. */
static void walk_child(struct walker *w, struct sx_str path, const struct sx_found_code *host,
                       unsigned depth)
{
    size_t at = add_entry(w, path, SX_ENTRY_DIRECTORY, host);
    struct sx_str name = sx_str_base(path.len > 0 ? path : w->tree->name);
    enum sx_suffix suffix = sx_suffix_of(name);
    if (is_version_folder(path, host)) {
        walk_version(w, at, path, host, depth);
        entry_at(w, at)->end = (uint32_t)n_entries(w);
        return;
    }
    bool looks = suffix != SX_SUFFIX_NONE ||
                 sx_tree_has(w->tree, sx_path_join(w->scratch, path, SX_STR("Contents/Info.plist")),
                             SX_ENTRY_FILE);
    struct sx_bundle *bundle = looks ? SX_NEW(w->arena, struct sx_bundle) : NULL;
    struct sx_err ignored = { 0 }; /* a folder that cannot be listed is told once, below */
    if (bundle != NULL)
        path = sx_str_dup(w->arena, path);
    if (bundle != NULL && sx_bundle_read(w->tree, path, w->arena, bundle, &ignored) &&
        is_code(w, suffix, bundle)) {
        host = bundle_code(w, bundle, suffix, path, host);
        entry_at(w, at)->code = host;
    }
    walk_folder(w, path, host, depth);
    entry_at(w, at)->end = (uint32_t)n_entries(w);
}

/* Folders */

static void walk_entry(struct walker *w, struct sx_str folder, const struct sx_tree_entry *entry,
                       const struct sx_found_code *host, unsigned depth)
{
    struct sx_str path = sx_path_join(w->scratch, folder, entry->name);
    if (entry->type == SX_ENTRY_DIRECTORY) {
        walk_child(w, path, host, depth + 1);
        return;
    }
    add_entry(w, path, entry->type, host);
    if (entry->type == SX_ENTRY_FILE)
        walk_file(w, path, host);
}

static bool within_limits(struct walker *w, struct sx_str path, size_t n, unsigned depth)
{
    if (depth <= SX_MAX_TREE_DEPTH && n_entries(w) + n <= SX_MAX_TREE_ENTRIES &&
        w->out->n_code < SX_MAX_CODE)
        return true;
    const char *what = depth > SX_MAX_TREE_DEPTH       ? "folders nested too deep"
                       : w->out->n_code >= SX_MAX_CODE ? "too many code objects"
                                                       : "too many files";
    sx_walk_add_gap(w->out, path, SX_E_LIMIT, sx_str_of(what));
    return false;
}

static void list_folder(struct walker *w, struct sx_str path, const struct sx_found_code *host,
                        unsigned depth)
{
    size_t at = n_entries(w) - 1; /* the folder's own */
    struct sx_tree_entries entries;
    struct sx_err err = { 0 };
    if (!sx_tree_list(w->tree, path, w->scratch, &entries, &err)) {
        sx_walk_add_gap(w->out, path, err.code, sx_str_of(err.what));
        entry_at(w, at)->is_unreadable = true;
        return;
    }
    if (!within_limits(w, path, entries.n, depth)) {
        entry_at(w, at)->is_cut = true;
        return;
    }
    for (size_t i = 0; i < entries.n; i++)
        walk_entry(w, path, &entries.at[i], host, depth);
}

static void walk_folder(struct walker *w, struct sx_str path, const struct sx_found_code *host,
                        unsigned depth)
{
    struct sx_arena_mark mark = sx_arena_mark(w->scratch);
    list_folder(w, path, host, depth);
    sx_arena_rewind(w->scratch, mark);
}

bool sx_walk_tree(const struct sx_tree *tree, struct sx_arena *arena, struct sx_walk *out,
                  struct sx_err *err)
{
    struct sx_tree_entries entries;
    SX_AUTO(sx_arena_freep) struct sx_arena *scratch = sx_arena_new();
    *out = (struct sx_walk){ .arena = arena };
    SX_TRY(sx_tree_list(tree, SX_STR(""), scratch, &entries, err));
    out->paths = sx_arena_new();
    out->code_end = &out->code;
    struct walker w = { .tree = tree,
                        .arena = arena,
                        .scratch = scratch,
                        .out = out,
                        .profiles_end = &out->profiles,
                        .jobs_end = &out->jobs,
                        .configurations_end = &out->configurations };
    walk_child(&w, SX_STR(""), NULL, 0);
    out->entries = entry_at(&w, 0); /* the buffer is the walk's now */
    out->n_entries = n_entries(&w);
    return true;
}

void sx_walk_file(const struct sx_tree_entry *entry, bool is_macho, struct sx_arena *arena,
                  struct sx_walk *out)
{
    *out = (struct sx_walk){ .arena = arena, .paths = sx_arena_new(), .files = 1 };
    out->code_end = &out->code;
    add_code(out, (struct sx_found_code){ .path = entry->name,
                                          .main = entry->name,
                                          .main_entry = *entry,
                                          .main_is_macho = is_macho });
}

struct sx_walk_kept {
    struct sx_arena *arena;
    struct sx_walk_kept *next;
};

void sx_walk_keep(struct sx_walk *walk, struct sx_arena *arena)
{
    struct sx_walk_kept *kept = SX_NEW(walk->paths, struct sx_walk_kept);
    *kept = (struct sx_walk_kept){ arena, walk->kept };
    walk->kept = kept;
}

void sx_walk_release(struct sx_walk *walk)
{
    for (struct sx_walk_kept *kept = walk->kept; kept != NULL; kept = kept->next)
        sx_arena_free(kept->arena);
    walk->kept = NULL;
    free(walk->entries);
    sx_arena_free(walk->paths);
    walk->entries = NULL;
    walk->n_entries = 0;
    walk->paths = NULL;
}

/* A bundle's main executable speaks for its bundle. */
static bool is_main(const struct sx_walk_entry *entry)
{
    return entry->host != NULL && sx_str_eq(entry->path, entry->host->main);
}

/* A file that is no Mach-O, in a place for code and signed by extended attributes: a script. */
static bool is_signed_file(const struct sx_walk_entry *entry, const struct sx_tree *tree)
{
    const struct sx_bundle *bundle = entry->host != NULL ? entry->host->bundle : NULL;
    if (bundle == NULL || bundle->layout == SX_BUNDLE_FLAT || entry->type != SX_ENTRY_FILE ||
        sx_str_starts(sx_str_base(entry->path), SX_STR("._")))
        return false;
    size_t skip = bundle->support.len > 0 ? bundle->support.len + 1 : 0;
    return sx_str_starts(entry->path, bundle->support) &&
           sx_seal_nests_code(sx_str_sub(entry->path, skip, entry->path.len)) &&
           sx_attribute_has(tree, entry->path, SX_ATTRIBUTE_OF_PARTS "CodeDirectory");
}

void sx_walk_add_files(struct sx_walk *walk, const struct sx_tree *tree)
{
    for (size_t i = 0; i < walk->n_entries; i++) {
        struct sx_walk_entry *entry = &walk->entries[i];
        if (entry->code != NULL || is_main(entry) ||
            (!entry->is_macho && !is_signed_file(entry, tree)))
            continue;
        if (walk->n_code >= SX_MAX_CODE) {
            sx_walk_add_gap(walk, entry->path, SX_E_LIMIT, SX_STR("too many code objects"));
            return;
        }
        struct sx_found_code found = { .path = entry->path,
                                       .host = entry->host,
                                       .main = entry->path,
                                       .main_is_macho = entry->is_macho };
        struct sx_err ignored = { 0 }; /* it has just been read */
        if (!sx_tree_stat(tree, entry->path, &found.main_entry, &ignored))
            found.main_entry = (struct sx_tree_entry){ .size = entry->size, .uid = -1 };
        entry->code = add_code(walk, found);
    }
}
