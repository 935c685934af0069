/* SPDX-License-Identifier: MIT */
#include "report/group.h"

#include <stdlib.h>

enum { FOLD_FROM = 4, MOST_PATTERNS = 4 };

const struct sx_Code *sx_owner_code(const struct sx_finding *finding)
{
    const struct sx_object *owner = finding->owner;
    if (owner == NULL)
        return NULL;
    if (owner->type == &sx_type_Code)
        return (const struct sx_Code *)owner;
    return owner->type == &sx_type_Slice ? ((const struct sx_Slice *)owner)->code : NULL;
}

const struct sx_Container *sx_packed_in(const struct sx_Code *code)
{
    const struct sx_Container *container = code->container;
    bool is_itself = container != NULL && sx_str_eq(container->path, code->path);
    bool is_folder = container != NULL && container->kind == SX_CONTAINER_KIND_XCARCHIVE;
    return is_itself || is_folder ? NULL : container;
}

struct sx_str sx_found_at(const struct sx_Artifact *artifact, const struct sx_Container *packing,
                          struct sx_str path, struct sx_arena *arena)
{
    struct sx_str below = sx_below(path, sx_str_base(artifact->path));
    if (packing != NULL) {
        below = sx_below(path, packing->path);
        return below.len > 0 ? below : SX_STR(".");
    }
    if (below.len == 0)
        return artifact->path;
    return sx_str_printf(arena, "%.*s/%.*s", SX_STR_ARG(artifact->path), SX_STR_ARG(below));
}

/* A block on its way into a group. */
struct item {
    struct sx_str path;
    size_t order; /* in the judgement */
    struct sx_block block;
};

/* The findings that may be folded into one. */
struct bucket {
    const struct sx_Artifact *artifact;
    struct sx_fold *fold; /* NULL while there are too few */
    SX_VEC(const struct sx_finding *) findings;
};

struct grouping {
    struct sx_arena *arena;
    SX_VEC(struct item) items;
    SX_VEC(const struct sx_fold *) folds;
    struct sx_table buckets;
};

static void add_strs(struct sx_buf *buf, struct sx_strs strs)
{
    for (size_t i = 0; i < strs.n; i++) {
        sx_buf_char(buf, 0);
        sx_buf_str(buf, strs.at[i]);
    }
}

/* What is signed together: the outermost host, or what the loose files around are packed in. */
static struct sx_str common_home(const struct sx_Artifact *artifact, const struct sx_Code *code)
{
    if (code->host == NULL)
        return code->container != NULL ? code->container->path : artifact->path;
    while (code->host != NULL)
        code = code->host;
    return code->path;
}

/* Findings whose keys agree say the same in the same words, but for where. */
static struct sx_str fold_key(const struct sx_finding *f, struct sx_str home,
                              struct sx_arena *arena)
{
    SX_AUTO(sx_buf_release) struct sx_buf buf = { 0 };
    sx_buf_str(&buf, f->rule->id);
    const struct sx_str parts[] = {
        home,         f->message, f->found, f->wanted, f->profile, f->why, f->repair.instruction,
        f->repair.run
    };
    add_strs(&buf, (struct sx_strs){ parts, SX_LEN(parts) });
    sx_buf_char(&buf, sx_owner_code(f)->layout == SX_LAYOUT_FILE ? 'f' : 'd');
    add_strs(&buf, f->slices);
    add_strs(&buf, f->repair.minus);
    add_strs(&buf, f->repair.plus);
    sx_buf_printf(&buf, "%d%d", (int)f->severity, (int)f->status);
    return sx_str_dup(arena, sx_buf_view(&buf));
}

static struct sx_str folder_of(struct sx_str path)
{
    struct sx_str base = sx_str_base(path);
    return sx_str_sub(path, 0, base.len < path.len ? path.len - base.len - 1 : 0);
}

static bool may_fold(const struct sx_finding *f)
{
    const struct sx_Code *code = sx_owner_code(f);
    return code != NULL && (code->host != NULL || folder_of(code->path).len > 0) &&
           f->files.n == 0 && f->place.document == NULL;
}

static struct bucket *bucket_of(struct grouping *g, const struct sx_Artifact *artifact,
                                const struct sx_finding *f)
{
    if (!may_fold(f))
        return NULL;
    struct sx_str key = fold_key(f, common_home(artifact, sx_owner_code(f)), g->arena);
    struct bucket *bucket = sx_table_get(&g->buckets, key);
    if (bucket == NULL) {
        bucket = SX_NEW(g->arena, struct bucket);
        bucket->artifact = artifact;
        sx_table_put(&g->buckets, key, bucket);
    }
    return bucket;
}

/* The folder that holds both paths. */
static struct sx_str common_folder(struct sx_str a, struct sx_str b)
{
    size_t n = 0, folder = 0;
    while (n < a.len && n < b.len && a.ptr[n] == b.ptr[n]) {
        if (a.ptr[n] == '/')
            folder = n;
        n++;
    }
    bool a_ends = n == a.len && (n == b.len || b.ptr[n] == '/');
    bool b_ends = n == b.len && n < a.len && a.ptr[n] == '/';
    if (a_ends || b_ends)
        folder = n;
    return sx_str_sub(a, 0, folder);
}

/* Patterns of `find`, each with how many files it names. */
struct pattern {
    struct sx_str suffix;
    size_t n;
};

static int by_use(const void *a, const void *b)
{
    const struct pattern *x = a, *y = b;
    if (x->n != y->n)
        return x->n > y->n ? -1 : 1;
    return sx_str_cmp(x->suffix, y->suffix);
}

static struct sx_str suffix_of(struct sx_str path)
{
    struct sx_str name = sx_str_base(path);
    size_t at = name.len;
    while (at > 1 && name.ptr[at - 1] != '.')
        at--;
    struct sx_str suffix = sx_str_sub(name, at, name.len);
    for (size_t i = 0; i < suffix.len; i++)
        if (!((suffix.ptr[i] | 32) >= 'a' && (suffix.ptr[i] | 32) <= 'z'))
            return (struct sx_str){ 0 };
    return at > 1 ? suffix : (struct sx_str){ 0 };
}

static bool count_suffix(struct pattern *patterns, size_t *n, struct sx_str suffix)
{
    for (size_t i = 0; i < *n; i++) {
        if (sx_str_eq(patterns[i].suffix, suffix)) {
            patterns[i].n++;
            return true;
        }
    }
    if (suffix.len == 0 || *n == MOST_PATTERNS)
        return false;
    patterns[(*n)++] = (struct pattern){ suffix, 1 };
    return true;
}

static struct sx_strs patterns_from(struct pattern *patterns, size_t n, struct sx_arena *arena)
{
    qsort(patterns, n, sizeof(*patterns), by_use);
    struct sx_str *out = SX_NEW_N(arena, struct sx_str, n);
    for (size_t i = 0; i < n; i++)
        out[i] = sx_str_printf(arena, "*.%.*s", SX_STR_ARG(patterns[i].suffix));
    return (struct sx_strs){ out, n };
}

/* None when one of the objects is a folder or has a name without suffix. */
static struct sx_strs patterns_of(const struct sx_fold *fold, struct sx_arena *arena)
{
    struct pattern patterns[MOST_PATTERNS];
    size_t n = 0;
    for (size_t i = 0; i < fold->n; i++) {
        const struct sx_Code *code = sx_owner_code(fold->findings[i]);
        if (code->layout != SX_LAYOUT_FILE || !count_suffix(patterns, &n, suffix_of(code->path)))
            return (struct sx_strs){ 0 };
    }
    return patterns_from(patterns, n, arena);
}

/* The bundles beside loose files have files of the same names, and seals that hold these; false
 * when they cannot be told apart by their names. */
static bool spare_bundles(struct sx_fold *fold, struct sx_objs code, struct sx_arena *arena)
{
    struct pattern patterns[MOST_PATTERNS];
    size_t n = 0;
    for (size_t i = 0; i < code.n; i++) {
        const struct sx_Code *each = SX_AT(Code, code, i);
        if (each->layout != SX_LAYOUT_FILE && each->host == NULL &&
            sx_str_starts(each->path, fold->folder) &&
            !count_suffix(patterns, &n, suffix_of(each->path)))
            return false;
    }
    fold->spared = patterns_from(patterns, n, arena);
    return true;
}

static struct sx_fold *fold_of(struct grouping *g, const struct bucket *bucket)
{
    struct sx_fold *fold = SX_NEW(g->arena, struct sx_fold);
    *fold = (struct sx_fold){ .folder = folder_of(bucket->findings.at[0]->path),
                              .findings = bucket->findings.at,
                              .n = bucket->findings.n };
    for (size_t i = 1; i < fold->n; i++)
        fold->folder = common_folder(fold->folder, folder_of(fold->findings[i]->path));
    fold->patterns = patterns_of(fold, g->arena);
    const struct sx_Code *first = sx_owner_code(fold->findings[0]);
    if (first->host == NULL) {
        fold->loose_in = sx_found_at(bucket->artifact, sx_packed_in(first), fold->folder, g->arena);
        if (!spare_bundles(fold, bucket->artifact->code, g->arena))
            fold->patterns = (struct sx_strs){ 0 };
    }
    return fold;
}

/* Adds a finding, or, for the first of many, their fold. */
static void add_finding(struct grouping *g, const struct sx_judgement *at,
                        const struct sx_finding *f)
{
    struct bucket *bucket = bucket_of(g, at->artifact, f);
    struct item item = { sx_path_words(at, f->path, g->arena), g->items.n, { f, NULL } };
    if (bucket != NULL && bucket->findings.n >= FOLD_FROM) {
        if (bucket->fold != NULL)
            return;
        bucket->fold = fold_of(g, bucket);
        SX_PUSH(g->arena, &g->folds, bucket->fold);
        item.path = bucket->fold->folder;
        item.block.fold = bucket->fold;
    }
    SX_PUSH(g->arena, &g->items, item);
}

static int by_path(const void *a, const void *b)
{
    const struct item *x = a, *y = b;
    int order = sx_str_cmp(x->path, y->path);
    return order != 0 ? order : (x->order > y->order) - (x->order < y->order);
}

/* "dylibs and bundles", in the order of counting. */
static struct sx_str kinds_of(const struct sx_fold *fold, struct sx_arena *arena)
{
    bool has[SX_CodeKind_END] = { false };
    struct sx_str words[SX_CodeKind_END];
    size_t n = 0;
    for (size_t i = 0; i < fold->n; i++)
        has[sx_owner_code(fold->findings[i])->kind] = true;
    for (size_t i = 0; i < sx_n_kind_nouns; i++)
        if (has[sx_kind_nouns[i].kind])
            words[n++] = sx_str_of(sx_kind_nouns[i].noun.many);
    return sx_join_and(arena, (struct sx_strs){ words, n });
}

static struct sx_str heading_of(const struct item *item, struct sx_arena *arena)
{
    const struct sx_fold *fold = item->block.fold;
    if (fold == NULL)
        return sx_owner_words(arena, item->block.finding->owner);
    struct sx_str kinds = kinds_of(fold, arena);
    return sx_str_printf(arena, "%zu %.*s", fold->n, SX_STR_ARG(kinds));
}

/* Items of one path stand together; a fold has a heading of its own. */
static bool is_same_group(const struct item *a, const struct item *b)
{
    return a->block.fold == NULL && b->block.fold == NULL && sx_str_eq(a->path, b->path);
}

static struct sx_groups divide(struct grouping *g)
{
    SX_VEC(struct sx_group) groups = { 0 };
    struct sx_block *blocks = SX_NEW_N(g->arena, struct sx_block, g->items.n);
    for (size_t i = 0; i < g->items.n; i++) {
        const struct item *item = &g->items.at[i];
        blocks[i] = item->block;
        if (i > 0 && is_same_group(item - 1, item)) {
            groups.at[groups.n - 1].n++;
            continue;
        }
        SX_PUSH(g->arena, &groups,
                (struct sx_group){ item->path, heading_of(item, g->arena), &blocks[i], 1 });
    }
    return (struct sx_groups){ groups.at, groups.n, g->folds.at, g->folds.n };
}

static bool is_shown(const struct sx_finding *f, bool open_only)
{
    return f->status == SX_OPEN || !open_only;
}

struct sx_groups sx_groups_of(const struct sx_part *part, bool open_only, struct sx_arena *arena)
{
    struct grouping g = { .arena = arena };
    sx_table_init(&g.buckets, arena);
    for (size_t i = 0; i < part->n; i++) {
        const struct sx_judgement *at = &part->at[i];
        for (size_t k = 0; k < at->n_findings; k++) {
            const struct sx_finding *f = at->findings[k];
            struct bucket *bucket = is_shown(f, open_only) ? bucket_of(&g, at->artifact, f) : NULL;
            if (bucket != NULL)
                SX_PUSH(arena, &bucket->findings, f);
        }
    }
    for (size_t i = 0; i < part->n; i++) {
        const struct sx_judgement *at = &part->at[i];
        size_t from = g.items.n;
        for (size_t k = 0; k < at->n_findings; k++)
            if (is_shown(at->findings[k], open_only))
                add_finding(&g, at, at->findings[k]);
        if (g.folds.n > 0) /* a folder stands before what lies in it */
            qsort(g.items.at + from, g.items.n - from, sizeof(*g.items.at), by_path);
    }
    return divide(&g);
}

/* "is not signed" of many is "214 files are not signed". */
static struct sx_str message_of_many(const struct sx_fold *fold, struct sx_arena *arena)
{
    static const struct {
        struct sx_str one;
        const char *many;
    } verbs[] = { { SX_LIT("is "), "are" },
                  { SX_LIT("has "), "have" },
                  { SX_LIT("lies "), "lie" } };
    static const struct sx_noun file = { "file", "files" }, object = { "object", "objects" };
    const struct sx_Code *first = sx_owner_code(fold->findings[0]);
    struct sx_str message = fold->findings[0]->message;
    struct sx_str n = sx_count(arena, fold->n, first->layout == SX_LAYOUT_FILE ? file : object);
    for (size_t i = 0; i < SX_LEN(verbs); i++) {
        if (!sx_str_starts(message, verbs[i].one))
            continue;
        struct sx_str rest = sx_str_sub(message, verbs[i].one.len, message.len);
        return sx_str_printf(arena, "%.*s %s %.*s", SX_STR_ARG(n), verbs[i].many, SX_STR_ARG(rest));
    }
    return sx_str_printf(arena, "%.*s, each: %.*s", SX_STR_ARG(n), SX_STR_ARG(message));
}

struct sx_str sx_block_message(const struct sx_block *block, struct sx_arena *arena)
{
    const struct sx_finding *f = block->finding;
    struct sx_str message = block->fold != NULL ? message_of_many(block->fold, arena) : f->message;
    if (f->slices.n == 0)
        return message;
    struct sx_str slices = sx_join_and(arena, f->slices);
    return sx_str_printf(arena, "%.*s, %.*s only", SX_STR_ARG(message), SX_STR_ARG(slices));
}

struct sx_str sx_issues_words(const struct sx_fold *fold, struct sx_arena *arena)
{
    static const struct sx_noun issue = { "issue", "issues" };
    size_t n = 0;
    for (size_t i = 0; fold != NULL && i < fold->n; i++)
        n += fold->findings[i]->n_notary_issues;
    if (n == 0)
        return (struct sx_str){ 0 };
    return sx_str_printf(arena, " (%.*s in Apple's log)", SX_STR_ARG(sx_count(arena, n, issue)));
}
