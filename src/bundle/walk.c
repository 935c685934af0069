/* SPDX-License-Identifier: MIT */
#include "bundle/walk.h"

#include "base/arith.h"
#include "base/buf.h"
#include "base/limits.h"
#include "macho/macho.h"

/* A walk in progress. Every list is kept with a pointer to its end, so that it grows in order.
 * Names and paths of one folder live in `scratch` while it is walked; what is kept is copied. */
struct walker {
    const struct sx_tree *tree;
    struct sx_arena *arena, *scratch;
    struct sx_walk *out;
    const struct sx_found_code **code_end;
    const struct sx_found_file **profiles_end, **jobs_end, **configurations_end;
    uint64_t entries;
};

static void gap(struct walker *w, struct sx_str path, struct sx_str reason)
{
    struct sx_walk_gap *g = SX_NEW(w->arena, struct sx_walk_gap);
    *g = (struct sx_walk_gap){ .path = sx_str_dup(w->arena, path),
                               .reason = sx_str_dup(w->arena, reason),
                               .next = w->out->gaps };
    w->out->gaps = g;
}

static struct sx_found_code *add_code(struct walker *w, struct sx_found_code found)
{
    struct sx_found_code *code = SX_NEW(w->arena, struct sx_found_code);
    *code = found;
    code->path = sx_str_dup(w->arena, found.path);
    code->main = sx_str_dup(w->arena, found.main);
    code->main_entry.name = sx_str_base(code->main);
    code->at = w->out->n_code;
    *w->code_end = code;
    w->code_end = &code->next;
    w->out->n_code++;
    return code;
}

static void add_file(struct walker *w, const struct sx_found_file ***end, struct sx_str path,
                     const struct sx_tree_entry *entry, const struct sx_found_code *host)
{
    struct sx_found_file *file = SX_NEW(w->arena, struct sx_found_file);
    *file =
        (struct sx_found_file){ .path = sx_str_dup(w->arena, path), .host = host, .entry = *entry };
    file->entry.name = sx_str_base(file->path);
    **end = file;
    *end = &file->next;
}

/* Is the file at `path` a Mach-O? Whoever cannot be read is a gap. */
static bool sniff(struct walker *w, struct sx_str path)
{
    uint8_t head[SX_MACHO_SNIFF];
    struct sx_source source = { 0 };
    struct sx_err err = { 0 };
    const char *name = sx_str_dup(w->scratch, sx_escape(w->scratch, path)).ptr;
    size_t len = 0;
    if (sx_tree_open(w->tree, path, name, &source, &err)) {
        len = (size_t)sx_min_u64(source.size, sizeof(head));
        if (!sx_source_pread(&source, 0, head, len, &err))
            len = 0;
    }
    sx_source_close(&source);
    if (err.code != SX_OK)
        gap(w, path, sx_str_of(err.what));
    return sx_macho_sniff((struct sx_span){ head, len, 0 });
}

static bool in_launchd_folder(struct sx_str path)
{
    struct sx_str folder = sx_str_base(sx_path_parent(path));
    return sx_str_is(folder, "LaunchDaemons") || sx_str_is(folder, "LaunchAgents");
}

/* Files that are no code and that some reader wants. */
static void note_file(struct walker *w, struct sx_str path, const struct sx_tree_entry *entry,
                      const struct sx_found_code *host)
{
    struct sx_str name = entry->name;
    if (sx_str_ends(name, SX_STR(".provisionprofile")) ||
        sx_str_ends(name, SX_STR(".mobileprovision")))
        add_file(w, &w->profiles_end, path, entry, host);
    else if (sx_str_ends(name, SX_STR(".mobileconfig")))
        add_file(w, &w->configurations_end, path, entry, host);
    else if (sx_str_ends(name, SX_STR(".plist")) && in_launchd_folder(path))
        add_file(w, &w->jobs_end, path, entry, host);
}

static void walk_file(struct walker *w, struct sx_str path, const struct sx_tree_entry *entry,
                      const struct sx_found_code *host)
{
    w->out->files++;
    if (host != NULL && sx_str_eq(path, host->main)) /* it speaks for its bundle */
        return;
    if (entry->size < 4 || !sniff(w, path)) {
        note_file(w, path, entry, host);
        return;
    }
    struct sx_found_code found = {
        .path = path, .host = host, .main = path, .main_is_macho = true
    };
    found.main_entry = *entry;
    add_code(w, found);
}

static void walk_folder(struct walker *w, struct sx_str path, const struct sx_found_code *host,
                        unsigned depth);

/* A folder with a suffix of its own kind is always code, whatever is missing in it. One that a
 * plug-in's suffix or only its shape makes a bundle must hold code: a main executable or a
 * signature. Otherwise it is a folder of resources. */
static bool is_code(const struct walker *w, enum sx_suffix suffix, const struct sx_bundle *b)
{
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
    return add_code(w, found);
}

/* Versions of a framework beside the current one are code objects of their own: each has its
 * own executable and seal. Their path is that of the version's folder. */
static void other_versions(struct walker *w, struct sx_str framework, struct sx_str current,
                           const struct sx_found_code *host, unsigned depth)
{
    struct sx_tree_entries entries;
    struct sx_err ignored = { 0 };
    struct sx_str versions = sx_path_join(w->scratch, framework, SX_STR("Versions"));
    if (!sx_tree_list(w->tree, versions, w->scratch, &entries, &ignored))
        return;
    for (size_t i = 0; i < entries.n; i++) {
        struct sx_bundle *bundle = SX_NEW(w->arena, struct sx_bundle);
        struct sx_str path = sx_path_join(w->scratch, versions, entries.at[i].name);
        if (entries.at[i].type != SX_ENTRY_DIRECTORY || sx_str_eq(path, current))
            continue;
        if (sx_bundle_version(w->tree, sx_str_dup(w->arena, framework), entries.at[i].name,
                              w->arena, bundle, &ignored))
            walk_folder(w, path, bundle_code(w, bundle, SX_SUFFIX_FRAMEWORK, path, host),
                        depth + 1);
    }
}

/* Tells bundles from plain folders, and walks what is inside either. */
static void walk_child(struct walker *w, struct sx_str path, const struct sx_found_code *host,
                       unsigned depth)
{
    struct sx_str name = sx_str_base(path.len > 0 ? path : w->tree->name);
    enum sx_suffix suffix = sx_suffix_of(name);
    bool looks = suffix != SX_SUFFIX_NONE ||
                 sx_tree_has(w->tree, sx_path_join(w->scratch, path, SX_STR("Contents/Info.plist")),
                             SX_ENTRY_FILE);
    struct sx_bundle *bundle = looks ? SX_NEW(w->arena, struct sx_bundle) : NULL;
    struct sx_err err = { 0 };
    if (bundle != NULL)
        path = sx_str_dup(w->arena, path);
    if (bundle != NULL && !sx_bundle_read(w->tree, path, w->arena, bundle, &err)) {
        gap(w, path, sx_str_of(err.what));
        return;
    }
    if (bundle == NULL || !is_code(w, suffix, bundle)) {
        walk_folder(w, path, host, depth);
        return;
    }
    const struct sx_found_code *code = bundle_code(w, bundle, suffix, path, host);
    walk_folder(w, path, code, depth);
}

static void walk_entry(struct walker *w, struct sx_str folder, const struct sx_tree_entry *entry,
                       const struct sx_found_code *host, unsigned depth)
{
    struct sx_str path = sx_path_join(w->scratch, folder, entry->name);
    if (entry->type == SX_ENTRY_DIRECTORY)
        walk_child(w, path, host, depth + 1);
    else if (entry->type == SX_ENTRY_FILE)
        walk_file(w, path, entry, host);
}

static bool within_limits(struct walker *w, struct sx_str path, size_t n, unsigned depth)
{
    w->entries += n;
    if (depth <= SX_MAX_TREE_DEPTH && w->entries <= SX_MAX_TREE_ENTRIES &&
        w->out->n_code < SX_MAX_CODE)
        return true;
    const char *what = depth > SX_MAX_TREE_DEPTH       ? "folders nested too deep"
                       : w->out->n_code >= SX_MAX_CODE ? "too many code objects"
                                                       : "too many files";
    gap(w, path, sx_str_of(what));
    return false;
}

static void list_folder(struct walker *w, struct sx_str path, const struct sx_found_code *host,
                        unsigned depth)
{
    struct sx_tree_entries entries;
    struct sx_err err = { 0 };
    bool is_framework = host != NULL && sx_str_eq(host->path, path) && host->bundle != NULL &&
                        host->bundle->layout == SX_BUNDLE_VERSIONS &&
                        !sx_str_eq(host->bundle->root, path);
    if (!sx_tree_list(w->tree, path, w->scratch, &entries, &err)) {
        gap(w, path, sx_str_of(err.what));
        return;
    }
    if (!within_limits(w, path, entries.n, depth))
        return;
    for (size_t i = 0; i < entries.n; i++) {
        if (is_framework && sx_str_is(entries.at[i].name, "Versions")) {
            walk_folder(w, host->bundle->root, host, depth + 1);
            other_versions(w, path, host->bundle->root, host->host, depth);
        } else {
            walk_entry(w, path, &entries.at[i], host, depth);
        }
    }
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
    *out = (struct sx_walk){ 0 };
    SX_AUTO(sx_arena_freep) struct sx_arena *scratch = sx_arena_new();
    struct walker w = { .tree = tree,
                        .arena = arena,
                        .scratch = scratch,
                        .out = out,
                        .code_end = &out->code,
                        .profiles_end = &out->profiles,
                        .jobs_end = &out->jobs,
                        .configurations_end = &out->configurations };
    SX_TRY(sx_tree_list(tree, SX_STR(""), scratch, &entries, err));
    walk_child(&w, SX_STR(""), NULL, 0);
    return true;
}
