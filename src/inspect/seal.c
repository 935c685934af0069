/* SPDX-License-Identifier: MIT */
/* Resource seals: which files are hashed for them, what they say, and whether it is so. */
#include "inspect/sealing.h"
#include "base/buf.h"
#include "bundle/look.h"

#include <stdlib.h>

/* All seals of a subject. */
struct sx_seals {
    struct sx_subject *s;
    struct sx_walk *walk;
    struct sx_sealing *at; /* in the order of the code */
    size_t n;
    struct sx_arena **arenas; /* one a worker: seals are read at the same time */
    unsigned n_arenas;
};

struct sx_str sx_path_below(struct sx_str path, struct sx_str folder)
{
    if (folder.len == 0)
        return path;
    if (sx_str_eq(path, folder))
        return SX_STR("");
    bool is_inside =
        sx_str_starts(path, folder) && path.len > folder.len && path.ptr[folder.len] == '/';
    return is_inside ? sx_str_sub(path, folder.len + 1, path.len) : (struct sx_str){ 0 };
}

struct sx_str sx_sealed_path(const struct sx_sealing *sealing, struct sx_str path,
                             struct sx_arena *arena)
{
    return sx_path_join(arena, sealing->root, path);
}

/* Planning */

/* Security goes on to the resources only when the native slice's hash of CodeResources is that of
 * the file. */
static bool vouches(const struct sx_subject_slice *slice)
{
    return slice != NULL && slice->has_directory && slice->seals_resources &&
           !sx_has_problem(slice->signature->problems, SX_PROBLEM_SEAL_ALTERED);
}

static bool plan_one(struct sx_seals *seals, size_t at, struct sx_sealing *out)
{
    struct sx_arena *arena = seals->walk->paths;
    const struct sx_subject_code *code = &seals->s->code[at];
    const struct sx_bundle *bundle = code->found->bundle;
    if (bundle == NULL)
        return false;
    struct sx_str file =
        sx_path_join(arena, bundle->support, SX_STR("_CodeSignature/CodeResources"));
    const struct sx_walk_entry *entry = sx_walk_find(seals->walk, file);
    const struct sx_walk_entry *folder = sx_walk_find(seals->walk, bundle->support);
    const struct sx_subject_slice *primary = sx_primary_subject_slice(code);
    bool is_file = entry != NULL && entry->type == SX_ENTRY_FILE;
    *out = (struct sx_sealing){ .at = at, .root = bundle->support, .folder = folder, .file = file };
    if (primary != NULL)
        out->detached = primary->seal;
    if ((!is_file && out->detached.len == 0) || folder == NULL)
        return false;
    out->is_verified = vouches(primary);
    for (size_t i = 0; i < code->n_slices; i++)
        out->hashes |= code->slices[i].hashes & ~SX_HASH_BIT(SX_HASH_SHA512);
    return true;
}

static bool plan(struct sx_seals *seals)
{
    seals->at = SX_NEW_N(seals->walk->paths, struct sx_sealing, seals->s->n_code);
    for (size_t i = 0; i < seals->s->n_code; i++)
        seals->n += plan_one(seals, i, &seals->at[seals->n]);
    return seals->n > 0;
}

/* What a seal will want of a file is not known before it has been read, which happens at the same
 * time: so files are hashed on the guess that it follows Apple's default rules. A wrong guess costs
 * time and no more, since what is missing is hashed afterwards. */
static bool is_guessed(const struct sx_sealing *sealing, const struct sx_bundle *bundle,
                       const struct sx_walk_entry *entry)
{
    struct sx_str below = sx_path_below(entry->path, sealing->root);
    bool nests_code = bundle->layout != SX_BUNDLE_FLAT;
    return !sx_str_eq(entry->path, bundle->main) &&
           !sx_str_starts(below, SX_STR("_CodeSignature/")) &&
           !(nests_code && sx_seal_nests_code(below));
}

static void guess(struct sx_seals *seals, const struct sx_sealing *sealing)
{
    const struct sx_bundle *bundle = seals->s->code[sealing->at].found->bundle;
    struct sx_walk_entry *end = &seals->walk->entries[sealing->folder->end];
    struct sx_walk_entry *first = &seals->walk->entries[sealing->folder - seals->walk->entries];
    for (struct sx_walk_entry *entry = first + 1; entry < end; entry++)
        if (entry->type == SX_ENTRY_FILE && is_guessed(sealing, bundle, entry))
            entry->hashes |= (uint8_t)sealing->hashes;
}

/* Reading and scanning, in any worker */

static struct sx_arena *arena_of(struct sx_seals *seals, unsigned worker)
{
    if (seals->arenas[worker] == NULL)
        seals->arenas[worker] = sx_arena_new();
    return seals->arenas[worker];
}

static struct sx_str resources_prefix(const struct sx_bundle *bundle)
{
    return bundle->layout == SX_BUNDLE_FLAT ? SX_STR("") : SX_STR("Resources/");
}

static enum sx_seal_item item_of(const struct sx_walk_entry *entry)
{
    static const enum sx_seal_item items[] = {
        [SX_ENTRY_FILE] = SX_ITEM_FILE,
        [SX_ENTRY_DIRECTORY] = SX_ITEM_FOLDER,
        [SX_ENTRY_SYMLINK] = SX_ITEM_LINK,
        [SX_ENTRY_SPECIAL] = SX_ITEM_SPECIAL,
    };
    return items[entry->type];
}

static bool read_link(struct sx_seals *seals, struct sx_sealing *sealing,
                      const struct sx_sealed_item *item, struct sx_arena *arena)
{
    struct sx_str text;
    SX_TRY(sx_tree_readlink(seals->s->tree, item->there->path, arena, &text, &sealing->err));
    if (sx_seal_compare_link(&sealing->scan, item->entry, text))
        SX_PUSH(arena, &sealing->links, *item);
    return true;
}

/* A folder that is to be entered, and cannot be. */
static void shut(struct sx_sealing *sealing, const struct sx_walk_entry *folder, struct sx_str path)
{
    if (folder->is_unreadable)
        sx_seal_note(&sealing->problems, SX_SEAL_FAULT_FOLDER, path, SX_SEAL_NOWHERE,
                     "the folder cannot be listed");
    if (folder->is_cut)
        sx_fail(&sealing->err, SX_E_LIMIT, 0, "sealed folders that were not looked into");
    if (folder->is_unreadable || folder->is_cut)
        sx_seal_excuse(&sealing->scan, path);
}

/* One item; says in `*enter` whether what is in a folder is to be met too. */
static bool scan_item(struct sx_seals *seals, struct sx_sealing *sealing,
                      struct sx_walk_entry *there, struct sx_arena *arena, bool *enter)
{
    struct sx_sealed_item item = { .there = there };
    struct sx_str path = sx_path_below(there->path, sealing->root);
    enum sx_seal_step step;
    SX_TRY(sx_seal_meet(&sealing->scan, path, item_of(there), &step, &item.entry, &sealing->err));
    *enter = step == SX_STEP_ENTER;
    switch (step) {
    case SX_STEP_PASS:
        break;
    case SX_STEP_ENTER:
        shut(sealing, there, path);
        break;
    case SX_STEP_FILE:
        SX_PUSH(arena, &sealing->files, item);
        break;
    case SX_STEP_LINK:
        return read_link(seals, sealing, &item, arena);
    case SX_STEP_CODE:
        SX_PUSH(arena, &sealing->code, item);
        break;
    }
    return true;
}

static bool scan(struct sx_seals *seals, struct sx_sealing *sealing, struct sx_arena *arena)
{
    struct sx_walk_entry *entries = seals->walk->entries;
    size_t first = (size_t)(sealing->folder - entries) + 1;
    const struct sx_found_code *found = seals->s->code[sealing->at].found;
    struct sx_str main = sx_path_below(found->main, sealing->root);
    sx_seal_scan_init(&sealing->scan, &sealing->seal, main, sealing->folder->end - first,
                      &sealing->problems);
    for (size_t i = first; i < sealing->folder->end;) {
        bool enter;
        SX_TRY(scan_item(seals, sealing, &entries[i], arena, &enter));
        i = enter ? i + 1 : entries[i].end;
    }
    sx_seal_finish(&sealing->scan);
    return true;
}

static bool read_seal(struct sx_seals *seals, struct sx_sealing *sealing, struct sx_arena *arena)
{
    struct sx_source source;
    const struct sx_bundle *bundle = seals->s->code[sealing->at].found->bundle;
    if (sealing->detached.len > 0)
        sx_source_memory("CodeResources", sealing->detached, &source);
    else
        SX_TRY(
            sx_tree_open(seals->s->tree, sealing->file, "CodeResources", &source, &sealing->err));
    bool ok = sx_seal_read(&source, arena, &sealing->seal, &sealing->problems, &sealing->err);
    sx_source_close(&source);
    if (!ok || !sealing->seal.is_usable || !sealing->is_verified)
        return ok;
    sx_seal_check(&sealing->seal, resources_prefix(bundle), &sealing->problems);
    return scan(seals, sealing, arena);
}

static void read_turn(void *context, size_t i, unsigned worker)
{
    struct sx_seals *seals = context;
    struct sx_arena *arena = arena_of(seals, worker);
    struct sx_sealing *sealing = &seals->at[i];
    sealing->problems.arena = arena;
    bool ok = read_seal(seals, sealing, arena);
    (void)ok; /* why not stands in sealing->err */
}

/* Whatever a seal has to compare and was not hashed on the guess. */
static bool want_the_rest(struct sx_seals *seals)
{
    bool any = false;
    for (size_t i = 0; i < seals->n; i++)
        for (size_t k = 0; k < seals->at[i].files.n; k++) {
            struct sx_walk_entry *there = seals->at[i].files.at[k].there;
            if ((seals->at[i].hashes & ~there->hashes) == 0)
                continue;
            there->hashes |= (uint8_t)seals->at[i].hashes;
            there->digests = NULL;
            any = true;
        }
    return any;
}

struct sx_seals *sx_look_and_read_seals(struct sx_subject *s, struct sx_walk *walk)
{
    struct sx_seals *seals = SX_NEW(walk->paths, struct sx_seals);
    struct sx_looked looked = { 0 };
    unsigned jobs = sx_pool_jobs(s->in->pool);
    *seals = (struct sx_seals){ .s = s, .walk = walk, .n_arenas = jobs };
    seals->arenas = SX_NEW_N(walk->paths, struct sx_arena *, jobs);
    if (plan(seals))
        for (size_t i = 0; i < seals->n; i++)
            if (seals->at[i].is_verified)
                guess(seals, &seals->at[i]);
    struct sx_look_beside beside = { seals->n, read_turn, seals };
    sx_walk_look(walk, s->tree, s->in->pool, s->in->crypto, &beside, &looked);
    if (want_the_rest(seals))
        sx_walk_look(walk, s->tree, s->in->pool, s->in->crypto, NULL, &looked);
    s->examined->bytes_read += looked.bytes_read;
    s->examined->bytes_hashed += looked.bytes_hashed;
    return seals;
}

void sx_seals_free(struct sx_seals *seals)
{
    for (size_t i = 0; i < seals->n; i++)
        sx_seal_scan_release(&seals->at[i].scan);
    for (unsigned i = 0; i < seals->n_arenas; i++)
        sx_arena_free(seals->arenas[i]);
}

/* Comparing */

static void compare_files(struct sx_seals *seals, struct sx_sealing *sealing)
{
    for (size_t i = 0; i < sealing->files.n; i++) {
        const struct sx_sealed_item *item = &sealing->files.at[i];
        if (item->there->is_unreadable) {
            sx_fail(&sealing->err, SX_E_IO, 0, "sealed files that cannot be read");
            continue;
        }
        sx_seal_compare_file(&sealing->scan, item->entry, sealing->hashes, item->there->hashes,
                             item->there->digests);
        seals->s->examined->sealed_files++;
    }
}

/* The seal that holds this one's bundle as nested code, which Security then looks at, too. */
static struct sx_sealing *outer_of(void *context, struct sx_sealing *sealing)
{
    const struct sx_seals *seals = context;
    const struct sx_found_code *found = seals->s->code[sealing->at].found;
    for (size_t i = 0; found->host != NULL && i < seals->n; i++) {
        struct sx_sealing *outer = &seals->at[i];
        if (outer->at != found->host->at || outer->scan.matcher == NULL)
            continue;
        const struct sx_seal_entry *entry =
            sx_seal_find(&outer->seal, sx_path_below(found->path, outer->root));
        return entry != NULL && entry->kind == SX_SEAL_CODE ? outer : NULL;
    }
    return NULL;
}

/* Facts */

static int by_text(const void *a, const void *b)
{
    return sx_str_cmp(*(const struct sx_str *)a, *(const struct sx_str *)b);
}

static const struct sx_Seal *seal_facts(struct sx_arena *arena, const struct sx_seal *seal)
{
    struct sx_Seal *facts = SX_FACT(arena, Seal);
    SX_VEC(struct sx_str) nested = { 0 };
    facts->version = seal->version;
    for (size_t i = 0; i < seal->n_entries; i++) {
        const struct sx_seal_entry *entry = &seal->entries[i];
        facts->files += entry->kind == SX_SEAL_FILE;
        facts->symlinks += entry->kind == SX_SEAL_LINK;
        if (entry->kind == SX_SEAL_CODE)
            SX_PUSH(arena, &nested, sx_str_dup(arena, entry->path));
    }
    if (nested.n > 1)
        qsort(nested.at, nested.n, sizeof(*nested.at), by_text);
    facts->nested = (struct sx_strs){ nested.at, nested.n };
    return facts;
}

/* Problems of the seal itself are told of the file; those of what it seals name that. */
static void add_problems(struct sx_subject *s, struct sx_sealing *sealing)
{
    struct sx_arena *arena = s->in->arena;
    struct sx_subject_code *code = &s->code[sealing->at];
    sx_seal_problems_sort(&sealing->problems);
    for (size_t i = 0; i < sealing->problems.n; i++) {
        const struct sx_seal_problem *p = &sealing->problems.at[i];
        bool is_own = p->path.ptr == NULL;
        struct sx_str path =
            is_own ? sealing->file : sx_sealed_path(sealing, p->path, s->in->scratch);
        sx_problem_add(&code->problems,
                       (enum sx_ProblemKind)sx_enum_number(&sx_enumeration_ProblemKind,
                                                           sx_seal_fault_info(p->fault)->problem),
                       sx_subject_path(s, path), is_own ? p->off : SX_NOWHERE,
                       sx_str_dup(arena, p->detail));
    }
    if (sealing->problems.more > 0)
        sx_fail(&sealing->err, SX_E_LIMIT, 0, "%llu problems more than are listed",
                (unsigned long long)sealing->problems.more);
    if (sealing->err.code != SX_OK)
        sx_fact_unread(&code->facts->head, arena, "problems", SX_UNREAD_NOT_EXAMINED,
                       sx_reason_of(arena, &sealing->err), -1);
}

static void tell(struct sx_subject *s, struct sx_sealing *sealing)
{
    static const char *const members[] = { "seal" };
    struct sx_arena *arena = s->in->arena;
    struct sx_Code *facts = s->code[sealing->at].facts;
    if (sealing->seal.version > 0)
        facts->seal = seal_facts(arena, &sealing->seal);
    else if (sealing->err.code != SX_OK)
        sx_unread_all(&facts->head, arena, members, SX_LEN(members), &sealing->err);
    if (sealing->is_verified)
        add_problems(s, sealing);
}

/* Code that others hold stands behind them, so that going backwards it is settled first. */
void sx_check_seals(struct sx_seals *seals)
{
    struct sx_subject *s = seals->s;
    for (size_t i = 0; i < seals->n; i++) {
        struct sx_sealing *sealing = &seals->at[i];
        compare_files(seals, sealing);
        for (size_t k = 0; k < sealing->links.n; k++)
            sx_check_link(s, sealing, &sealing->links.at[k], outer_of, seals);
    }
    struct sx_sealing *next = seals->at + seals->n;
    for (size_t i = s->n_code; i-- > 0;) {
        if (next > seals->at && next[-1].at == i) {
            next--;
            tell(s, next);
            if (next->is_verified)
                sx_check_detritus(s, seals->walk, next);
            sx_check_nested(s, next);
        }
        sx_settle_code(s, &s->code[i]);
    }
}
