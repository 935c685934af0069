/* SPDX-License-Identifier: MIT */
/* One dependency: the places where dyld looks for it, in dyld's order (Loader.cpp, getLoader,
 * forEachPath and forEachResolvedAtPathVar). Some of them nobody can look at here: a path on the
 * disk of whoever installs, a folder around the artifact. They count only when the dependency is
 * found nowhere else, since on a clean Mac nothing is there. */
#include "inspect/load.h"

enum { SEEN_COSTS = 32 }; /* steps, for a path that the tree is asked about */

/* What became of a path of the tree that is no file's own. */
struct sx_load_seen {
    const struct sx_load_file *file; /* to which links lead; NULL when to no Mach-O file */
    bool leaves;                     /* they lead out of the tree */
};

struct search {
    const struct sx_load_process *p;
    const struct sx_load_file *here; /* of the image whose dependency is sought */
    struct sx_load_answer best;      /* of the places that do not settle it */
    bool depends;                    /* on a place that nobody here can look at */
};

/* The surer an answer, the higher: it is kept when no place settles the search. */
static int sureness(enum sx_Found found)
{
    static const uint8_t order[] = {
        [SX_FOUND_MISSING] = 1, [SX_FOUND_OUTSIDE] = 2, [SX_FOUND_WRONG_ARCH] = 3,
        [SX_FOUND_HOST] = 4,    [SX_FOUND_SYSTEM] = 5,  [SX_FOUND_BUNDLED] = 6
    };
    return order[found];
}

/* Every function below returns whether the search is over. */
static bool keep(struct search *s, enum sx_Found found, const struct sx_load_file *file,
                 struct sx_load_image *image)
{
    if (sureness(found) > sureness(s->best.found))
        s->best = (struct sx_load_answer){ found, file, image };
    return found == SX_FOUND_BUNDLED;
}

/* A place outside of what travels together. */
static bool keep_outside(struct search *s, const struct sx_load_file *file)
{
    if (!s->here->stands_alone) {
        s->depends = true;
        return false;
    }
    struct sx_load_image *image = file != NULL ? sx_load_image_of(file, s->p->arch) : NULL;
    return keep(s, SX_FOUND_OUTSIDE, file, image);
}

/* Only a dylib can be linked; another kind of Mach-O is as good as nothing. */
static bool is_dylib(const struct sx_load_image *image)
{
    return image->slice->fileType == SX_FILE_TYPE_DYLIB ||
           image->slice->fileType == SX_FILE_TYPE_STUB;
}

static bool keep_file(struct search *s, const struct sx_load_file *file)
{
    struct sx_str path = file->found->main;
    struct sx_load_image *image = sx_load_image_of(file, s->p->arch);
    if (!sx_load_within(path, s->here->top))
        return keep_outside(s, file);
    if (image == NULL)
        return keep(s, SX_FOUND_WRONG_ARCH, file, NULL);
    if (!is_dylib(image))
        return false;
    bool travels = sx_load_within(path, s->here->vehicle);
    return keep(s, travels ? SX_FOUND_BUNDLED : SX_FOUND_HOST, file, image);
}

/* Paths in the tree */

static const struct sx_load_seen *look(struct sx_load *load, struct sx_str path)
{
    struct sx_load_seen *seen = sx_table_get(&load->seen, path);
    if (seen != NULL || !sx_load_spend(load, SEEN_COSTS + path.len / 16))
        return seen;
    struct sx_arena_mark mark = sx_arena_mark(load->scratch);
    struct sx_str real;
    struct sx_err err = { 0 }; /* a path that leads nowhere is an answer */
    seen = SX_NEW(load->arena, struct sx_load_seen);
    if (sx_tree_resolve(load->tree, path, load->scratch, &real, &err))
        seen->file = sx_table_get(&load->by_path, real);
    else if (err.code == SX_E_RANGE)
        seen->leaves = true;
    else
        seen->file = sx_table_get(&load->by_case, sx_load_lower(load->scratch, path));
    sx_table_put(&load->seen, sx_str_dup(load->arena, path), seen);
    sx_arena_rewind(load->scratch, mark);
    return seen;
}

static bool look_in_tree(struct search *s, struct sx_str path)
{
    struct sx_load *load = s->p->load;
    const struct sx_load_file *file = sx_table_get(&load->by_path, path);
    if (file != NULL)
        return keep_file(s, file);
    if (load->is_alone)
        return keep_outside(s, NULL);
    const struct sx_load_seen *seen = look(load, path);
    if (seen == NULL)
        return true; /* no steps are left */
    if (seen->file != NULL)
        return keep_file(s, seen->file);
    if (seen->leaves || !sx_load_within(path, s->here->top))
        return keep_outside(s, NULL);
    return false;
}

/* The first component of a path that may begin with '/', and what follows it. */
static struct sx_str component(struct sx_str path, struct sx_str *rest)
{
    size_t at = 0;
    while (at < path.len && path.ptr[at] == '/')
        at++;
    path = sx_str_sub(path, at, path.len);
    size_t end = sx_str_find(path, SX_STR("/"));
    *rest = sx_str_sub(path, end, path.len);
    return sx_str_sub(path, 0, end);
}

/* A path from a folder of the tree, which has no links in it: a ".." right behind it leads to its
 * parent, one further on to wherever the links before it lead. */
static bool look_from(struct search *s, struct sx_str folder, struct sx_str path)
{
    struct sx_arena *scratch = s->p->load->scratch;
    struct sx_str rest, name;
    if (folder.len + path.len >= SX_MAX_LOAD_PATH)
        return false;
    while ((name = component(path, &rest)).len > 0 &&
           (sx_str_is(name, ".") || sx_str_is(name, ".."))) {
        if (name.len == 2 && folder.len == 0)
            return keep_outside(s, NULL);
        if (name.len == 2)
            folder = sx_path_parent(folder);
        path = rest;
    }
    while (path.len > 0 && path.ptr[0] == '/')
        path = sx_str_sub(path, 1, path.len);
    return look_in_tree(s, sx_path_join(scratch, folder, path));
}

/* Paths of the disk */

static bool look_on_disk(struct search *s, struct sx_str path, bool is_named)
{
    bool sure = true;
    path = sx_load_plain(s->p->load->scratch, path);
    if (path.len >= SX_MAX_LOAD_PATH)
        return false;
    if (!sx_load_is_system(path))
        return keep(s, SX_FOUND_OUTSIDE, NULL, NULL);
    if (is_named || sx_load_ships(path, &sure)) {
        keep(s, SX_FOUND_SYSTEM, NULL, NULL);
        return sure;
    }
    return false;
}

/* Variables */

static struct sx_str folder_of(const struct sx_load_image *image)
{
    return sx_path_parent(image->file->found->main);
}

/* Frameworks of old name their dependencies from Foo.framework/Foo, where they do not lie; dyld
 * tries that place second for dylibs built with an SDK before macOS 13 (loaderPathsAreReal). */
static bool look_above_version(struct search *s, const struct sx_load_image *loader,
                               struct sx_str rest)
{
    struct sx_str versions = sx_path_parent(folder_of(loader));
    if (loader->sdk >= 0x000d0000 || !is_dylib(loader) ||
        !sx_str_is(sx_str_base(versions), "Versions"))
        return false;
    return look_from(s, sx_path_parent(versions), rest);
}

static const struct sx_load_image *loader_of(const struct search *s)
{
    return s->p->chain.at[s->p->chain.n - 1].image;
}

static bool look_from_executable(struct search *s, struct sx_str rest)
{
    if (s->p->main == NULL) {
        s->depends = true;
        return false;
    }
    return look_from(s, folder_of(s->p->main), rest);
}

/* One LC_RPATH of an image on the chain. One that is relative leads to wherever the process was
 * started; nothing is there for sure. */
static bool look_in_rpath(struct search *s, const struct sx_load_image *image, struct sx_str rpath,
                          struct sx_str tail)
{
    struct sx_arena *scratch = s->p->load->scratch;
    struct sx_str rest;
    if (rpath.len + tail.len >= SX_MAX_LOAD_PATH)
        return false;
    struct sx_str path = sx_path_join(scratch, rpath, tail);
    if (sx_load_after(path, "@loader_path", &rest))
        return look_from(s, folder_of(image), rest);
    if (sx_load_after(path, "@executable_path", &rest))
        return look_from_executable(s, rest);
    return path.len > 0 && path.ptr[0] == '/' && look_on_disk(s, path, false);
}

/* From the image itself up to the executable (forEachResolvedAtPathVar: rpathStack). */
static bool look_in_rpaths(struct search *s, struct sx_str tail)
{
    const struct sx_load_process *p = s->p;
    for (size_t i = p->chain.n; i > 0; i--) {
        const struct sx_load_image *image = p->chain.at[i - 1].image;
        for (size_t k = 0; k < image->slice->rpaths.n; k++)
            if (!sx_load_spend(p->load, 1) ||
                look_in_rpath(s, image, image->slice->rpaths.at[k], tail))
                return true;
    }
    s->depends |= p->guesses;
    return false;
}

/* Whoever was linked with an SDK before macOS 14 has dyld try the name in /usr/lib at last
 * (forEachDylibFallback; frameworks fall back elsewhere). */
static bool falls_back(const struct search *s, struct sx_str path)
{
    const struct sx_load_image *loader = loader_of(s);
    uint16_t platform = loader->slice->platform;
    struct sx_str place = sx_path_join(s->p->load->scratch, SX_STR("/usr/lib"), sx_str_base(path));
    bool is_mac = platform == SX_PLATFORM_MACOS || platform == SX_PLATFORM_ABSENT;
    bool sure;
    return is_mac && loader->sdk < 0x000e0000 && sx_load_ships(place, &sure);
}

/* dyld takes no path from the working directory in a hardened process. */
static bool is_hardened(const struct sx_load_image *main)
{
    static const char key[] = "com.apple.security.cs.allow-dyld-environment-variables";
    bool allowed = false;
    sx_map_bool(main->slice->entitlements, key, &allowed);
    return !allowed && main->slice->signature != NULL &&
           sx_strs_has(main->slice->signature->flags, SX_STR("runtime"));
}

static bool look_in_working_folder(struct search *s)
{
    if (s->p->main == NULL)
        s->depends = true;
    else if (!is_hardened(s->p->main))
        keep(s, SX_FOUND_OUTSIDE, NULL, NULL);
    return false;
}

/* Looks everywhere. A path that begins with another variable is one that dyld does not know. */
static bool look_everywhere(struct search *s, struct sx_str path)
{
    const struct sx_load_image *loader = loader_of(s);
    struct sx_str rest;
    if (sx_load_after(path, "@loader_path", &rest))
        return look_from(s, folder_of(loader), rest) || look_above_version(s, loader, rest);
    if (sx_load_after(path, "@executable_path", &rest))
        return look_from_executable(s, rest);
    if (sx_load_after(path, "@rpath", &rest) && rest.len > 0)
        return look_in_rpaths(s, sx_str_sub(rest, 1, rest.len));
    if (sx_str_starts(path, SX_STR("@")))
        return false;
    return sx_str_starts(path, SX_STR("/")) ? look_on_disk(s, path, true)
                                            : look_in_working_folder(s);
}

/* A path that begins with a variable is expanded before dyld compares it with what is loaded,
 * but for @rpath. */
static bool is_loaded(struct search *s, struct sx_str path)
{
    struct sx_str rest;
    if (sx_str_starts(path, SX_STR("@")) && !sx_load_after(path, "@rpath", &rest))
        return false;
    const struct sx_load_image *image = sx_table_get(&s->p->names, path);
    return image != NULL && keep_file(s, image->file);
}

/* A process whose paths are set by load commands may find anything anywhere. */
static bool may_depend(const struct search *s)
{
    return s->depends || (s->p->main != NULL && s->p->main->sets_paths);
}

struct sx_load_answer sx_load_search(const struct sx_load_process *p, struct sx_str path)
{
    struct search s = { .p = p, .here = p->chain.at[p->chain.n - 1].image->file };
    bool settled = is_loaded(&s, path) || look_everywhere(&s, path);
    if (!settled && falls_back(&s, path))
        keep(&s, SX_FOUND_SYSTEM, NULL, NULL);
    if (may_depend(&s) && sureness(s.best.found) < sureness(SX_FOUND_HOST))
        return (struct sx_load_answer){ .found = SX_FOUND_ABSENT };
    if (s.best.found == SX_FOUND_ABSENT)
        s.best.found = SX_FOUND_MISSING;
    return s.best;
}
