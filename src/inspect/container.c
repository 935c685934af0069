/* SPDX-License-Identifier: MIT */
/* Containers, as arguments and wherever they lie in a tree: opened, walked like a folder, and
 * described. */
#include "base/arith.h"
#include "base/buf.h"
#include "base/limits.h"
#include "inspect/inspector.h"

#include <stdlib.h>

enum { MOST_TOP_LEVEL = 1000 };

/* A container that is open for as long as the run, since facts may be read from it when they are
 * asked for. */
struct sx_opened {
    struct sx_arena *arena;
    struct sx_source source;
    struct sx_container container;
    struct sx_tree tree;
    struct sx_opened *next;
};

static void close_container(struct sx_opened *opened)
{
    sx_unpack_free(opened->container.unpack);
    sx_source_close(&opened->source);
    sx_arena_free(opened->arena);
}

void sx_containers_close(struct sx_inspector *in)
{
    while (in->opened != NULL) {
        struct sx_opened *next = in->opened->next;
        close_container(in->opened);
        in->opened = next;
    }
}

/* Facts */

static uint16_t kind_of(enum sx_container_kind kind)
{
    return sx_enum_number(&sx_enumeration_ContainerKind, sx_container_kind_name(kind));
}

static struct sx_Container *container_new(struct sx_subject *s, struct sx_str path,
                                          enum sx_container_kind kind)
{
    struct sx_Container *facts = SX_FACT(s->in->arena, Container);
    facts->path = path;
    facts->kind = kind_of(kind);
    SX_PUSH(s->in->arena, &s->all->containers, &facts->head);
    return facts;
}

static struct sx_strs top_level(struct sx_subject *s, const struct sx_tree *tree)
{
    struct sx_tree_entries entries;
    struct sx_err ignored = { 0 }; /* the root of what has been unpacked is there */
    if (!sx_tree_list(tree, SX_STR(""), s->in->arena, &entries, &ignored))
        return (struct sx_strs){ 0 };
    size_t n = (size_t)sx_min_u64(entries.n, MOST_TOP_LEVEL);
    struct sx_str *names = SX_NEW_N(s->in->arena, struct sx_str, n);
    for (size_t i = 0; i < n; i++)
        names[i] = sx_str_dup(s->in->arena, entries.at[i].name);
    return (struct sx_strs){ names, n };
}

static void add_gap(struct sx_subject *s, struct sx_Container *facts, struct sx_str path,
                    enum sx_errc code, struct sx_str reason)
{
    struct sx_err kind = { .code = code };
    enum sx_unread_state state = sx_is_broken(&kind) ? SX_UNREAD_BROKEN : SX_UNREAD_NOT_EXAMINED;
    struct sx_arena *arena = s->in->arena;
    struct sx_str what =
        path.ptr != NULL ? sx_path_join(arena, facts->path, path) : sx_str_dup(arena, facts->path);
    sx_fact_unread(&facts->head, arena, what.ptr, state, sx_str_dup(arena, reason), -1);
}

static bool has_gap(const struct sx_container *container, struct sx_str path)
{
    for (const struct sx_container_gap *gap = container->gaps; gap != NULL; gap = gap->next)
        if (sx_str_eq(gap->path, path))
            return true;
    return false;
}

/* What is damaged in the artifact is no fact about a product, as a damaged archive among its
 * resources is: it has not been examined whole. */
static void add_damage_of_artifact(struct sx_subject *s, const struct sx_container *container,
                                   const struct sx_container_problem *p, struct sx_Container *facts)
{
    struct sx_str reason = p->detail;
    if (has_gap(container, p->path))
        return; /* which says more */
    if (p->off != SX_NOWHERE)
        reason = sx_str_printf(s->in->arena, "%.*s, at byte %llu", SX_STR_ARG(p->detail),
                               (unsigned long long)p->off);
    add_gap(s, facts, p->path, SX_E_FORMAT, reason);
}

static void add_problems(struct sx_subject *s, const struct sx_container *container,
                         bool is_artifact, struct sx_Container *facts, struct sx_problems *problems)
{
    struct sx_arena *arena = s->in->arena;
    for (const struct sx_container_problem *p = container->problems; p != NULL; p = p->next) {
        uint16_t kind = sx_enum_number(&sx_enumeration_ProblemKind, p->kind);
        if (is_artifact && kind == SX_PROBLEM_ARCHIVE_UNREADABLE) {
            add_damage_of_artifact(s, container, p, facts);
            continue;
        }
        struct sx_str path =
            p->path.ptr != NULL ? sx_path_join(arena, facts->path, p->path) : p->path;
        sx_problem_add(problems, (enum sx_ProblemKind)kind, path, p->off,
                       sx_str_dup(arena, p->detail));
    }
    if (container->n_problems > SX_MAX_PROBLEMS)
        sx_fact_unread(&facts->head, arena, "problems", SX_UNREAD_NOT_EXAMINED,
                       sx_str_printf(arena, "%llu problems more than are listed",
                                     (unsigned long long)(container->n_problems - SX_MAX_PROBLEMS)),
                       -1);
}

static void add_gaps(struct sx_subject *s, const struct sx_container *container,
                     struct sx_Container *facts)
{
    for (const struct sx_container_gap *gap = container->gaps; gap != NULL; gap = gap->next)
        add_gap(s, facts, gap->path, SX_E_LIMIT, gap->reason);
    if (container->n_gaps > SX_MAX_PROBLEMS)
        add_gap(s, facts, (struct sx_str){ 0 }, SX_E_LIMIT,
                sx_str_printf(s->in->arena, "%llu members more than are listed are not examined",
                              (unsigned long long)(container->n_gaps - SX_MAX_PROBLEMS)));
}

/* Counts of what is below a folder of a tree. */
static void count(const struct sx_tree *tree, struct sx_str folder, struct sx_arena *scratch,
                  struct sx_Container *facts)
{
    struct sx_arena_mark mark = sx_arena_mark(scratch);
    struct sx_tree_entries entries;
    struct sx_err ignored = { 0 }; /* a walk has just been there */
    if (!sx_tree_list(tree, folder, scratch, &entries, &ignored))
        return;
    for (size_t i = 0; i < entries.n; i++) {
        facts->entries++;
        facts->symlinks += entries.at[i].type == SX_ENTRY_SYMLINK;
        if (entries.at[i].type == SX_ENTRY_DIRECTORY)
            count(tree, sx_path_join(scratch, folder, entries.at[i].name), scratch, facts);
    }
    sx_arena_rewind(scratch, mark);
}

static void describe_parts(struct sx_subject *s, const struct sx_opened *opened,
                           struct sx_subject *inner)
{
    SX_VEC(struct sx_subject_part) parts = { 0 };
    for (const struct sx_container_part *p = opened->container.parts; p != NULL; p = p->next) {
        struct sx_str path = sx_path_join(s->in->arena, inner->container->path, p->path);
        struct sx_Container *facts = container_new(s, path, p->kind);
        count(&opened->tree, p->path, s->in->scratch, facts);
        SX_PUSH(s->in->arena, &parts,
                (struct sx_subject_part){ p->path, facts,
                                          sx_component_at(opened->container.installer, p->path) });
    }
    inner->parts = parts.at;
    inner->n_parts = parts.n;
}

static struct sx_Container *describe(struct sx_subject *s, const struct sx_opened *opened,
                                     struct sx_str path, bool is_artifact,
                                     struct sx_problems *problems)
{
    struct sx_unpack_stats stats = sx_unpack_stats(opened->container.unpack);
    struct sx_Container *facts = container_new(s, path, opened->container.kind);
    facts->entries = (int64_t)stats.entries;
    facts->symlinks = (int64_t)stats.symlinks;
    facts->macosxEntries = (int64_t)stats.macosx_entries;
    facts->topLevel = top_level(s, &opened->tree);
    add_problems(s, &opened->container, is_artifact, facts, problems);
    add_gaps(s, &opened->container, facts);
    return facts;
}

/* A file that looks like a container and cannot be opened. */
static void describe_damaged(struct sx_subject *s, const struct sx_container_format *format,
                             struct sx_str path, const struct sx_err *err)
{
    static const char *const members[] = { "entries", "symlinks", "macosxEntries", "topLevel" };
    struct sx_arena *arena = s->in->arena;
    struct sx_Container *facts = container_new(s, path, format->kind);
    struct sx_problems problems = { .arena = arena };
    sx_unread_all(&facts->head, arena, members, SX_LEN(members), err);
    if (sx_is_broken(err))
        sx_problem_add(&problems,
                       format->kind == SX_CONTAINER_DISK_IMAGE ? SX_PROBLEM_IMAGE_MALFORMED
                                                               : SX_PROBLEM_ARCHIVE_UNREADABLE,
                       (struct sx_str){ 0 }, err->off, sx_reason_of(arena, err));
    facts->problems = sx_problems_list(&problems);
    add_gap(s, facts, (struct sx_str){ 0 }, err->code, sx_reason_of(arena, err));
}

/* Opening */

static bool open_container(struct sx_subject *s, const struct sx_container_format *format,
                           struct sx_source *source, struct sx_str path, struct sx_opened **out,
                           struct sx_err *err)
{
    struct sx_arena *arena = sx_arena_new();
    struct sx_opened *opened = SX_NEW(arena, struct sx_opened);
    struct sx_container_question question = { .arena = arena,
                                              .name = sx_str_base(path),
                                              .budget = &s->in->budget,
                                              .trust = s->in->trust,
                                              .hasher = s->in->hasher,
                                              .pool = s->in->pool,
                                              .now = s->in->run->question.now };
    *opened = (struct sx_opened){ .arena = arena, .source = *source };
    *source = (struct sx_source){ .fd = -1 }; /* it is the container's now */
    opened->source.name = sx_str_dup(arena, sx_escape(arena, path)).ptr;
    if (!sx_container_open(format, &opened->source, &question, &opened->container, err)) {
        close_container(opened);
        return false;
    }
    sx_unpack_tree(opened->container.unpack, sx_str_base(path), &opened->tree);
    *out = opened;
    return true;
}

static bool is_told(const struct sx_problems *problems, struct sx_str path)
{
    for (size_t i = 0; i < problems->list.n; i++) {
        const struct sx_Problem *p = (const struct sx_Problem *)problems->list.at[i];
        if (p->what == SX_PROBLEM_ARCHIVE_UNREADABLE && sx_str_eq(p->path, path))
            return true;
    }
    return false;
}

/* Damage of members that shows only when they are unpacked. */
static void add_damage(struct sx_subject *inner, const struct sx_walk *walk, bool is_artifact,
                       struct sx_problems *problems)
{
    for (const struct sx_walk_gap *gap = walk->gaps; gap != NULL; gap = gap->next) {
        struct sx_err kind = { .code = gap->code };
        if (is_artifact) {
            add_gap(inner, inner->container, gap->path, gap->code, gap->reason);
            continue;
        }
        struct sx_str path = sx_subject_path(inner, gap->path);
        if (sx_is_broken(&kind) && problems->list.n < SX_MAX_PROBLEMS && !is_told(problems, path))
            sx_problem_add(problems, SX_PROBLEM_ARCHIVE_UNREADABLE, path, SX_NOWHERE, gap->reason);
    }
}

/* What makes a container worth keeping open. */
static size_t n_gathered(const struct sx_subject *s)
{
    return s->all->code.n + s->all->jobs.n + s->all->profiles.n + s->all->configurations.n;
}

/* A container that is a code object too; NULL for others. */
static struct sx_Code *outer_code(struct sx_subject *s, const struct sx_opened *opened,
                                  struct sx_str path)
{
    const struct sx_container *container = &opened->container;
    return container->installer != NULL
               ? sx_inspect_package(s, container->installer, &opened->source, path)
           : container->image != NULL ? sx_inspect_image(s, container->image, &opened->source, path)
                                      : NULL;
}

/* `contents` of a container: the code gathered from `first` on that lies in it, or in a part of it,
 * and has no host. */
static bool lies_in(const struct sx_Code *code, const struct sx_subject *tree)
{
    bool is_inside = code->container == tree->container;
    for (size_t i = 0; i < tree->n_parts; i++)
        is_inside |= code->container == tree->parts[i].facts;
    return is_inside;
}

static void list_contents(struct sx_subject *s, struct sx_Code *outer,
                          const struct sx_subject *inner, size_t first)
{
    struct sx_objs all = { s->all->code.at, s->all->code.n };
    struct sx_facts_list list = { 0 };
    for (size_t i = first; i < all.n; i++) {
        const struct sx_Code *code = SX_AT(Code, all, i);
        if (code->host == NULL && lies_in(code, inner))
            SX_PUSH(s->in->arena, &list, &code->head);
    }
    outer->contents = sx_facts_sorted(list);
}

/* Does it hold one file, which the format made smaller and nothing else? */
static bool is_packing(const struct sx_opened *opened)
{
    return opened->container.kind == SX_CONTAINER_GZIP ||
           opened->container.kind == SX_CONTAINER_ARCHIVE;
}

/* Where a member was not read there may be code in it, though none was found. */
static void leave_open(struct sx_subject *s, const struct sx_Container *facts)
{
    for (size_t i = 0; i < facts->head.unread.n; i++) {
        const struct sx_unread *gap = (const struct sx_unread *)facts->head.unread.at[i];
        if (!sx_str_starts(gap->what, facts->path))
            continue; /* a member of the facts, none of the container */
        sx_fact_unread(&s->artifact->head, s->in->arena, "code", (enum sx_unread_state)gap->state,
                       gap->reason, -1);
        return;
    }
}

/* A container's tree is a subject of its own: what is in it knows nothing of what is around it, as
 * it is before somebody unpacks it. */
static void read_container(struct sx_subject *s, struct sx_opened *opened, struct sx_str path,
                           bool is_artifact)
{
    struct sx_problems problems = { .arena = s->in->arena };
    struct sx_Container *facts = describe(s, opened, path, is_artifact, &problems);
    size_t before = n_gathered(s);
    struct sx_carrier carrier = { .outer = s->carrier };
    struct sx_Code *outer = outer_code(s, opened, path);
    size_t first = s->all->code.n;
    SX_AUTO(sx_walk_release) struct sx_walk walk = { 0 };
    struct sx_err err = { 0 };
    struct sx_subject inner = { .in = s->in,
                                .tree = &opened->tree,
                                .prefix = path,
                                .artifact = s->artifact,
                                .examined = s->examined,
                                .all = s->all,
                                .container = facts,
                                .carrier = s->carrier,
                                .depth = s->depth + 1,
                                .is_unpacked = is_artifact && is_packing(opened) };
    if (outer != NULL) {
        carrier.code = outer;
        inner.carrier = &carrier;
    }
    describe_parts(s, opened, &inner);
    if (sx_walk_tree(&opened->tree, s->in->arena, &walk, &err))
        sx_inspect_walk(&inner, &walk);
    else
        add_gap(s, facts, (struct sx_str){ 0 }, err.code, sx_reason_of(s->in->arena, &err));
    if (outer != NULL)
        list_contents(s, outer, &inner, first);
    add_damage(&inner, &walk, is_artifact, &problems);
    facts->problems = sx_problems_list(&problems);
    if (is_artifact && s->all->code.n == 0)
        leave_open(s, facts);
    if (n_gathered(s) == before) {
        close_container(opened);
        return;
    }
    opened->next = s->in->opened;
    s->in->opened = opened;
}

bool sx_inspect_container(struct sx_subject *s, const struct sx_container_format *format,
                          struct sx_source *source, struct sx_str path, struct sx_err *err)
{
    struct sx_opened *opened;
    SX_TRY(open_container(s, format, source, path, &opened, err));
    s->artifact->kind = sx_enum_number(&sx_enumeration_ArtifactKind,
                                       sx_container_kind_name(opened->container.kind));
    read_container(s, opened, path, true);
    return true;
}

const struct sx_container_format *sx_container_format_at(const struct sx_source *source)
{
    uint8_t bytes[SX_MACHO_SNIFF];
    struct sx_err ignored = { 0 }; /* who reads the file says why it cannot be read */
    size_t n = (size_t)sx_min_u64(source->size, sizeof(bytes));
    if (!sx_source_pread(source, 0, bytes, n, &ignored))
        return NULL;
    return sx_container_format_of((struct sx_span){ bytes, n, 0 }, source);
}

/* Containers in a tree */

static void open_nested(struct sx_subject *s, struct sx_str path)
{
    struct sx_source source = { .fd = -1 };
    struct sx_err err = { 0 };
    struct sx_opened *opened;
    struct sx_str said = sx_str_dup(s->in->arena, sx_subject_path(s, path));
    const char *name = sx_str_dup(s->in->arena, sx_escape(s->in->arena, said)).ptr;
    if (!sx_tree_open(s->tree, path, name, &source, &err))
        return; /* the look has told it */
    uint64_t size = source.size;
    const struct sx_container_format *format = sx_container_format_at(&source);
    if (format == NULL) {
        sx_source_close(&source);
        return;
    }
    if (format->unpack == NULL) {
        sx_subject_gap(s, path, SX_E_UNSUPPORTED,
                       sx_str_printf(s->in->arena, "%s, %llu bytes: sxlint has no reader for it",
                                     format->title, (unsigned long long)size));
    } else if (s->depth >= SX_MAX_CONTAINER_DEPTH) {
        sx_subject_gap(s, path, SX_E_LIMIT,
                       sx_str_printf(s->in->arena, "%s in %d containers, as deep as sxlint looks",
                                     format->title, SX_MAX_CONTAINER_DEPTH));
    } else if (open_container(s, format, &source, said, &opened, &err)) {
        read_container(s, opened, said, s->is_unpacked);
    } else {
        describe_damaged(s, format, said, &err);
    }
    sx_source_close(&source);
}

/* A file whose name says that it is an archive, and whose bytes do not. */
static bool has_archive_name(struct sx_str name)
{
    static const char *const suffixes[] = { ".zip", ".jar", ".whl" };
    for (size_t i = 0; i < SX_LEN(suffixes); i++)
        if (sx_str_ends(name, sx_str_of(suffixes[i])))
            return true;
    return false;
}

static void tell_no_archive(struct sx_subject *s, struct sx_str path)
{
    struct sx_problems problems = { .arena = s->in->arena };
    struct sx_str said = sx_str_dup(s->in->arena, sx_subject_path(s, path));
    struct sx_Container *facts = container_new(s, said, SX_CONTAINER_ZIP);
    sx_problem_add(&problems, SX_PROBLEM_ARCHIVE_UNREADABLE, (struct sx_str){ 0 }, 0,
                   SX_STR("it does not begin as a zip archive does"));
    facts->problems = sx_problems_list(&problems);
}

void sx_inspect_nested_containers(struct sx_subject *s, const struct sx_walk *walk)
{
    size_t n_left = 0;
    for (size_t i = 0; i < walk->n_entries; i++) {
        const struct sx_walk_entry *entry = &walk->entries[i];
        if (entry->type != SX_ENTRY_FILE || entry->is_macho || entry->is_unreadable)
            continue;
        if (entry->is_recognised && s->in->budget.is_spent)
            n_left++;
        else if (entry->is_recognised)
            open_nested(s, entry->path);
        else if (has_archive_name(entry->path))
            tell_no_archive(s, entry->path);
    }
    if (n_left > 0)
        sx_subject_gap(s, SX_STR(""), SX_E_LIMIT,
                       sx_str_printf(s->in->arena,
                                     "%zu containers in it are not opened: what is "
                                     "unpacked already is all that sxlint unpacks",
                                     n_left));
}
