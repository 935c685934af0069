/* SPDX-License-Identifier: MIT */
/* One dependency: the places where dyld looks for it, in dyld's order (Loader.cpp, getLoader,
 * forEachPath and forEachResolvedAtPathVar). Some of them nobody can look at here: a path on the
 * disk of whoever installs, a folder around the artifact. They count only when the dependency is
 * found nowhere else, since on a clean Mac nothing is there. */
#include "inspect/dyld.h"

enum { SEEN_COSTS = 32 }; /* steps, for a path that the tree is asked about */

/* What became of a path of the tree that is no file's own. */
struct sx_dyld_seen {
    const struct sx_dyld_file *file; /* to which links lead; NULL when to no Mach-O file */
    bool leaves;                     /* they lead out of the tree */
};

struct search {
    const struct sx_dyld_process *p;
    const struct sx_dyld_file *here; /* of the image whose dependency is sought */
    struct sx_dyld_answer best;      /* of the places that do not settle it */
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
static bool keep(struct search *s, enum sx_Found found, const struct sx_dyld_file *file,
                 struct sx_dyld_image *image)
{
    if (sureness(found) > sureness(s->best.found))
        s->best = (struct sx_dyld_answer){ found, file, image };
    return found == SX_FOUND_BUNDLED;
}

/* A place outside of what travels together. */
static bool keep_outside(struct search *s, const struct sx_dyld_file *file)
{
    if (!s->here->stands_alone) {
        s->depends = true;
        return false;
    }
    struct sx_dyld_image *image = file != NULL ? sx_dyld_image_of(file, s->p->arch) : NULL;
    return keep(s, SX_FOUND_OUTSIDE, file, image);
}

/* Only a dylib can be linked; another kind of Mach-O is as good as nothing. */
static bool is_dylib(const struct sx_dyld_image *image)
{
    return image->slice->fileType == SX_FILE_TYPE_DYLIB ||
           image->slice->fileType == SX_FILE_TYPE_STUB;
}

static bool keep_file(struct search *s, const struct sx_dyld_file *file)
{
    struct sx_str path = file->found->main;
    struct sx_dyld_image *image = sx_dyld_image_of(file, s->p->arch);
    if (!sx_dyld_within(path, s->here->top))
        return keep_outside(s, file);
    if (image == NULL)
        return keep(s, SX_FOUND_WRONG_ARCH, file, NULL);
    if (!is_dylib(image))
        return false;
    bool travels = sx_dyld_within(path, s->here->vehicle);
    return keep(s, travels ? SX_FOUND_BUNDLED : SX_FOUND_HOST, file, image);
}

/* Paths in the tree */

static const struct sx_dyld_seen *look(struct sx_dyld *dyld, struct sx_str path)
{
    struct sx_dyld_seen *seen = sx_table_get(&dyld->seen, path);
    if (seen != NULL || !sx_dyld_spend(dyld, SEEN_COSTS + path.len / 16))
        return seen;
    struct sx_arena_mark mark = sx_arena_mark(dyld->scratch);
    struct sx_str real;
    struct sx_err err = { 0 }; /* a path that leads nowhere is an answer */
    seen = SX_NEW(dyld->arena, struct sx_dyld_seen);
    if (sx_tree_resolve(dyld->tree, path, dyld->scratch, &real, &err))
        seen->file = sx_table_get(&dyld->by_path, real);
    else if (err.code == SX_E_RANGE)
        seen->leaves = true;
    else
        seen->file = sx_table_get(&dyld->by_case, sx_dyld_lower(dyld->scratch, path));
    sx_table_put(&dyld->seen, sx_str_dup(dyld->arena, path), seen);
    sx_arena_rewind(dyld->scratch, mark);
    return seen;
}

static bool look_in_tree(struct search *s, struct sx_str path)
{
    struct sx_dyld *dyld = s->p->dyld;
    const struct sx_dyld_file *file = sx_table_get(&dyld->by_path, path);
    if (file != NULL)
        return keep_file(s, file);
    if (dyld->is_alone)
        return keep_outside(s, NULL);
    const struct sx_dyld_seen *seen = look(dyld, path);
    if (seen == NULL)
        return true; /* no steps are left */
    if (seen->file != NULL)
        return keep_file(s, seen->file);
    if (seen->leaves || !sx_dyld_within(path, s->here->top))
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
    struct sx_arena *scratch = s->p->dyld->scratch;
    struct sx_str rest, name;
    if (folder.len + path.len >= SX_MAX_DYLD_PATH)
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
    path = sx_dyld_plain(s->p->dyld->scratch, path);
    if (!sx_dyld_is_system(path))
        return keep(s, SX_FOUND_OUTSIDE, NULL, NULL);
    if (is_named || sx_dyld_ships(path, &sure)) {
        keep(s, SX_FOUND_SYSTEM, NULL, NULL);
        return sure;
    }
    return false;
}

/* Variables */

static struct sx_str folder_of(const struct sx_dyld_image *image)
{
    return sx_path_parent(image->file->found->main);
}

/* Frameworks of old name their dependencies from Foo.framework/Foo, where they do not lie; dyld
 * tries that place second for dylibs built with an SDK before macOS 13 (loaderPathsAreReal). */
static bool look_above_version(struct search *s, const struct sx_dyld_image *loader,
                               struct sx_str rest)
{
    struct sx_str versions = sx_path_parent(folder_of(loader));
    if (loader->sdk >= 0x000d0000 || !is_dylib(loader) ||
        !sx_str_is(sx_str_base(versions), "Versions"))
        return false;
    return look_from(s, sx_path_parent(versions), rest);
}

static const struct sx_dyld_image *loader_of(const struct search *s)
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
static bool look_in_rpath(struct search *s, const struct sx_dyld_image *image, struct sx_str rpath,
                          struct sx_str tail)
{
    struct sx_arena *scratch = s->p->dyld->scratch;
    struct sx_str rest;
    if (rpath.len + tail.len >= SX_MAX_DYLD_PATH)
        return false;
    struct sx_str path = sx_path_join(scratch, rpath, tail);
    if (sx_dyld_after(path, "@loader_path", &rest))
        return look_from(s, folder_of(image), rest);
    if (sx_dyld_after(path, "@executable_path", &rest))
        return look_from_executable(s, rest);
    return path.len > 0 && path.ptr[0] == '/' && look_on_disk(s, path, false);
}

/* From the image itself up to the executable (forEachResolvedAtPathVar: rpathStack). */
static bool look_in_rpaths(struct search *s, struct sx_str tail)
{
    const struct sx_dyld_process *p = s->p;
    for (size_t i = p->chain.n; i > 0; i--) {
        const struct sx_dyld_image *image = p->chain.at[i - 1].image;
        for (size_t k = 0; k < image->slice->rpaths.n; k++) {
            struct sx_arena_mark mark = sx_arena_mark(p->dyld->scratch);
            bool over = !sx_dyld_spend(p->dyld, 1) ||
                        look_in_rpath(s, image, image->slice->rpaths.at[k], tail);
            sx_arena_rewind(p->dyld->scratch, mark);
            if (over)
                return true;
        }
    }
    s->depends |= p->guesses;
    return false;
}

/* Whoever was linked with an SDK before macOS 14 has dyld try the name in /usr/lib at last
 * (forEachDylibFallback; frameworks fall back elsewhere). */
static bool falls_back(const struct search *s, struct sx_str path)
{
    const struct sx_dyld_image *loader = loader_of(s);
    uint16_t platform = loader->slice->platform;
    struct sx_str place = sx_path_join(s->p->dyld->scratch, SX_STR("/usr/lib"), sx_str_base(path));
    bool is_mac = platform == SX_PLATFORM_MACOS || platform == SX_PLATFORM_ABSENT;
    bool sure;
    return is_mac && loader->sdk < 0x000e0000 && sx_dyld_ships(place, &sure);
}

/* dyld takes no path from the working directory in a hardened process. */
static bool is_hardened(const struct sx_dyld_image *main)
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
    const struct sx_dyld_image *loader = loader_of(s);
    struct sx_str rest;
    if (sx_dyld_after(path, "@loader_path", &rest))
        return look_from(s, folder_of(loader), rest) || look_above_version(s, loader, rest);
    if (sx_dyld_after(path, "@executable_path", &rest))
        return look_from_executable(s, rest);
    if (sx_dyld_after(path, "@rpath", &rest) && rest.len > 0)
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
    if (sx_str_starts(path, SX_STR("@")) && !sx_dyld_after(path, "@rpath", &rest))
        return false;
    const struct sx_dyld_image *image = sx_table_get(&s->p->names, path);
    return image != NULL && keep_file(s, image->file);
}

/* A process whose paths are set by load commands may find anything anywhere. */
static bool may_depend(const struct search *s)
{
    return s->depends || (s->p->main != NULL && s->p->main->sets_paths);
}

struct sx_dyld_answer sx_dyld_search(const struct sx_dyld_process *p, struct sx_str path)
{
    struct search s = { .p = p, .here = p->chain.at[p->chain.n - 1].image->file };
    bool fits = path.len < SX_MAX_DYLD_PATH;
    bool settled = fits && (is_loaded(&s, path) || look_everywhere(&s, path));
    if (fits && !settled && falls_back(&s, path))
        keep(&s, SX_FOUND_SYSTEM, NULL, NULL);
    if (may_depend(&s) && sureness(s.best.found) < sureness(SX_FOUND_HOST))
        return (struct sx_dyld_answer){ .found = SX_FOUND_ABSENT };
    if (s.best.found == SX_FOUND_ABSENT)
        s.best.found = SX_FOUND_MISSING;
    return s.best;
}
