/* SPDX-License-Identifier: MIT */
/* Slices as images, and those of their members that are read from the file when asked for. */
#include "inspect/dyld.h"

#include "base/buf.h"
#include "macho/symbols.h"

struct sx_dyld *sx_dyld_new(const struct sx_subject *s)
{
    struct sx_arena *arena = s->in->arena;
    struct sx_dyld *dyld = SX_NEW(arena, struct sx_dyld);
    *dyld = (struct sx_dyld){ .arena = arena,
                              .scratch = s->in->scratch,
                              .tree = s->tree,
                              .prefix = s->prefix,
                              .is_alone = s->prefix.len == 0,
                              .steps = SX_MAX_DYLD_STEPS };
    sx_table_init(&dyld->by_path, arena);
    sx_table_init(&dyld->by_case, arena);
    sx_table_init(&dyld->seen, arena);
    sx_table_init(&dyld->by_code, arena);
    return dyld;
}

bool sx_dyld_spend(struct sx_dyld *dyld, uint64_t steps)
{
    dyld->steps -= dyld->steps < steps ? dyld->steps : steps;
    return dyld->steps > 0;
}

/* Reading */

/* What a slice's file says when it is opened again. */
struct reading {
    struct sx_source source;
    struct sx_macho macho;
    const struct sx_macho_slice *slice;
};

static bool reopen(const struct sx_dyld_image *image, struct reading *r, struct sx_err *err)
{
    struct sx_dyld *dyld = image->dyld;
    struct sx_str main = image->file->found->main;
    struct sx_str path = sx_path_join(dyld->scratch, dyld->prefix, main);
    const char *name = sx_str_dup(dyld->scratch, sx_escape(dyld->scratch, path)).ptr;
    SX_TRY(sx_tree_open(dyld->tree, main, name, &r->source, err));
    SX_TRY(sx_macho_open(&r->source, dyld->scratch, &r->macho, err));
    r->slice = image->at < r->macho.n_slices ? &r->macho.slices[image->at] : NULL;
    if (r->slice == NULL || r->slice->off != (uint64_t)image->slice->offset ||
        !sx_str_eq(r->slice->arch, image->slice->arch))
        return sx_fail(err, SX_E_IO, 0, "the file was changed while it was examined");
    if (r->slice->err.code != SX_OK) {
        *err = r->slice->err;
        return false;
    }
    return true;
}

static bool read_imports(struct sx_dyld_image *image, const struct sx_macho_slice *slice,
                         struct sx_err *err)
{
    return sx_macho_imports(slice, image->dyld->arena, &image->slice->imports, err);
}

static bool is_encrypted(const struct sx_macho_slice *slice, struct sx_err *err)
{
    if (slice->encryption.cryptid == 0)
        return false;
    sx_fail(err, SX_E_UNSUPPORTED, slice->off, "the store has encrypted the code");
    return true;
}

static bool read_classes(struct sx_dyld_image *image, const struct sx_macho_slice *slice,
                         struct sx_err *err)
{
    struct sx_arena *arena = image->dyld->arena;
    struct sx_macho_classes classes;
    if (is_encrypted(slice, err))
        return false;
    SX_TRY(sx_macho_classes(slice, arena, &classes, err));
    struct sx_str *names = SX_NEW_N(arena, struct sx_str, classes.n);
    for (size_t i = 0; i < classes.n; i++)
        names[i] = classes.at[i].name;
    image->slice->classes = (struct sx_strs){ names, classes.n };
    image->classes = classes.at;
    return true;
}

static bool read_strings(struct sx_dyld_image *image, const struct sx_macho_slice *slice,
                         struct sx_err *err)
{
    return !is_encrypted(slice, err) &&
           sx_macho_strings(slice, image->dyld->arena, &image->slice->strings, err);
}

static const struct lazy_member {
    const char *name;
    bool (*read)(struct sx_dyld_image *image, const struct sx_macho_slice *slice,
                 struct sx_err *err);
} lazy_members[] = {
    { "imports", read_imports },
    { "classes", read_classes },
    { "strings", read_strings },
};

static bool fill_from_file(struct sx_dyld_image *image, const char *name, struct sx_err *err)
{
    struct sx_arena_mark mark = sx_arena_mark(image->dyld->scratch);
    struct reading r = { .source = { .fd = -1 } };
    bool ok = reopen(image, &r, err);
    for (size_t i = 0; ok && i < SX_LEN(lazy_members); i++)
        if (strcmp(name, lazy_members[i].name) == 0)
            ok = lazy_members[i].read(image, r.slice, err);
    sx_source_close(&r.source);
    sx_arena_rewind(image->dyld->scratch, mark);
    return ok;
}

static void fill(struct sx_lazy *lazy, const struct sx_member *member)
{
    struct sx_dyld_image *image = (struct sx_dyld_image *)lazy; /* its first member */
    struct sx_err err = { 0 };
    bool ok = strcmp(member->name, "loads") == 0
                  ? sx_dyld_closure(image, &image->slice->loads, &err)
                  : fill_from_file(image, member->name, &err);
    if (!ok)
        sx_unread_all(&image->slice->head, image->dyld->arena, &member->name, 1, &err);
}

/* Noting */

static bool is_copied_away(const struct sx_found_code *found)
{
    return found->suffix == SX_SUFFIX_SYSTEM_EXTENSION || found->suffix == SX_SUFFIX_DEXT;
}

/* A helper that SMJobBless copies to /Library/PrivilegedHelperTools. */
static bool is_blessed(const struct sx_found_code *found)
{
    return found->bundle == NULL &&
           sx_str_ends(sx_path_parent(found->path), SX_STR("Contents/Library/LaunchServices"));
}

/* Bundles that macOS starts or opens by themselves. */
static bool needs_no_host(const struct sx_found_code *found)
{
    return found->suffix == SX_SUFFIX_APP || found->suffix == SX_SUFFIX_KEXT ||
           is_copied_away(found);
}

static void find_reach(struct sx_dyld_file *file)
{
    const struct sx_found_code *found = file->found, *top = found, *vehicle = NULL;
    for (const struct sx_found_code *at = found; at != NULL; at = at->host) {
        if (vehicle == NULL && (is_copied_away(at) || is_blessed(at)))
            vehicle = at;
        top = at;
    }
    file->stands_alone = needs_no_host(top);
    file->top = top->bundle != NULL ? top->path : SX_STR("");
    file->vehicle = vehicle != NULL ? vehicle->path : file->top;
}

static struct sx_dyld_file *file_of(struct sx_dyld *dyld, const struct sx_found_code *found,
                                    const struct sx_Code *code)
{
    struct sx_dyld_file *file = sx_table_get(&dyld->by_path, found->main);
    if (file != NULL)
        return file;
    file = SX_NEW(dyld->arena, struct sx_dyld_file);
    file->found = found;
    file->code = code;
    find_reach(file);
    sx_table_put(&dyld->by_path, found->main, file);
    sx_table_put(&dyld->by_case, sx_dyld_lower(dyld->arena, found->main), file);
    sx_table_put(&dyld->by_code, code->path, file);
    return file;
}

static bool sets_paths(struct sx_strs environment)
{
    for (size_t i = 0; i < environment.n; i++) {
        size_t end = sx_str_find(environment.at[i], SX_STR("="));
        if (sx_str_ends(sx_str_sub(environment.at[i], 0, end), SX_STR("_PATH")))
            return true;
    }
    return false;
}

void sx_dyld_add(struct sx_dyld *dyld, const struct sx_found_code *found, struct sx_Slice *facts,
                 struct sx_Dylib **dylibs, const struct sx_macho_slice *slice, size_t at)
{
    struct sx_arena *arena = dyld->arena;
    struct sx_dyld_image *image = SX_NEW(arena, struct sx_dyld_image);
    size_t n = facts->dylibs.n;
    *image = (struct sx_dyld_image){
        .lazy = { .object = &facts->head, .fill = fill },
        .dyld = dyld,
        .file = file_of(dyld, found, facts->code),
        .slice = facts,
        .at = at,
        .install_name = slice->id.path.len < SX_MAX_DYLD_PATH ? slice->id.path : SX_STR(""),
        .sdk = slice->version.has ? slice->version.sdk : 0,
        .sets_paths = sets_paths(slice->dyld_environment),
        .dylibs = dylibs,
        .answers = SX_NEW_N(arena, struct sx_dyld_answer, n),
        .next = SX_NEW_N(arena, struct sx_dyld_image *, n),
    };
    facts->head.lazy = &image->lazy;
    SX_PUSH(arena, &dyld->images, image);
    SX_PUSH(arena, &image->file->images, image);
}

/* Slices of a process: its own kind first. A process of arm64e that runs without pointer
 * authentication takes arm64 too; on Macs with Haswell's instructions the two kinds of x86_64 go
 * together (dyld, MachOFile.cpp, GradedArchs). */
static const struct grade {
    const char *process, *image;
} grades[] = {
    { "arm64e", "arm64" },
    { "x86_64", "x86_64h" },
    { "x86_64h", "x86_64" },
};

static struct sx_dyld_image *image_of_arch(const struct sx_dyld_file *file, struct sx_str arch)
{
    for (size_t i = 0; i < file->images.n; i++)
        if (sx_str_eq(file->images.at[i]->slice->arch, arch))
            return file->images.at[i];
    return NULL;
}

struct sx_dyld_image *sx_dyld_image_of(const struct sx_dyld_file *file, struct sx_str arch)
{
    struct sx_dyld_image *image = image_of_arch(file, arch);
    for (size_t i = 0; image == NULL && i < SX_LEN(grades); i++)
        if (sx_str_is(arch, grades[i].process))
            image = image_of_arch(file, sx_str_of(grades[i].image));
    return image;
}
