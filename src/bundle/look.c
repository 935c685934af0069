/* SPDX-License-Identifier: MIT */
#include "bundle/look.h"

#include "base/arith.h"
#include "base/meter.h"
#include "base/xattr.h"
#include "macho/macho.h"

#include <stdlib.h>

enum {
    BUFFER = 256 << 10, /* bytes read at once */
    BATCH = 64,         /* files of one folder that one turn takes */
    LARGE = 8 << 20,    /* bytes of a file that gets a turn of its own, the largest first */
};

/* Files of one folder: entries from `begin` to `end`. */
struct batch {
    uint32_t begin, end;
};

/* A file that has to wait for a turn of its own. */
struct large {
    uint64_t size;
    uint32_t entry;
};

/* A file that could not be read. */
struct trouble {
    uint32_t entry;
    enum sx_errc code;
    struct sx_str what;
};

/* What a worker reuses from turn to turn, and what it has found. */
struct worker {
    struct sx_arena *arena;
    struct sx_hasher *hasher;
    uint8_t *buffer;
    struct sx_looked looked;
    SX_VEC(struct large) large;
    SX_VEC(struct trouble) troubles;
};

struct look {
    struct sx_walk *walk;
    const struct sx_tree *tree;
    const struct sx_crypto *crypto;
    const struct sx_look_beside *beside;
    size_t n_beside;
    struct worker *workers;
    struct batch *batches;
    size_t n_batches;
    struct large *large;
    size_t n_large;
};

static bool is_wanted(const struct sx_walk_entry *entry)
{
    bool lacks_digests = entry->hashes != 0 && entry->digests == NULL;
    return entry->type == SX_ENTRY_FILE && !entry->is_unreadable &&
           (!entry->is_seen || lacks_digests);
}

static struct worker *worker_at(struct look *l, unsigned i)
{
    struct worker *w = &l->workers[i];
    if (w->arena != NULL)
        return w;
    w->arena = sx_arena_new();
    w->hasher = sx_hasher_new(l->crypto);
    w->buffer = malloc(BUFFER);
    if (w->buffer == NULL)
        abort(); /* as in an arena: the machine's state, and no file's doing */
    return w;
}

/* One file */

static size_t digests_len(unsigned hashes)
{
    size_t len = 0;
    for (unsigned hash = 0; hashes >> hash != 0; hash++)
        if ((hashes & SX_HASH_BIT(hash)) != 0)
            len += sx_hash_len(hash);
    return len;
}

static const uint8_t *finish_digests(struct worker *w, unsigned hashes)
{
    uint8_t *digests = sx_arena_alloc(w->arena, digests_len(hashes));
    uint8_t digest[SX_HASH_MAX_LEN];
    size_t at = 0;
    for (unsigned hash = 0; hashes >> hash != 0; hash++) {
        if ((hashes & SX_HASH_BIT(hash)) == 0)
            continue;
        sx_hash_final(w->hasher, (enum sx_hash)hash, digest);
        memcpy(digests + at, digest, sx_hash_len(hash));
        at += sx_hash_len(hash);
    }
    return digests;
}

static void recognise(const struct look *l, const struct sx_source *source, struct sx_span head,
                      struct sx_walk_entry *entry)
{
    struct sx_span unknown = { 0 };
    entry->is_macho = sx_macho_is_code(source, head);
    entry->is_recognised = !entry->is_macho && l->walk->recognise != NULL &&
                           l->walk->recognise(head, unknown, sx_str_base(entry->path));
}

/* The same by the end of the file, where that costs nothing more: of one that has been read whole,
 * whose last `n` bytes are in the buffer, and of one on a disk; not where all before it would have
 * to be unpacked. */
static void recognise_by_tail(const struct look *l, struct worker *w,
                              const struct sx_source *source, size_t n, struct sx_walk_entry *entry)
{
    struct sx_span tail = { w->buffer, SX_WALK_TAIL, 0 };
    struct sx_err ignored = { 0 }; /* it has been read to its end, or will be by somebody else */
    if (entry->is_macho || entry->is_recognised || l->walk->recognise == NULL ||
        source->size < SX_WALK_TAIL)
        return;
    if (entry->hashes != 0 && n >= SX_WALK_TAIL)
        tail.ptr = w->buffer + (n - SX_WALK_TAIL);
    else if ((entry->hashes == 0 && source->fd < 0) ||
             !sx_source_pread(source, source->size - SX_WALK_TAIL, w->buffer, SX_WALK_TAIL,
                              &ignored))
        return;
    entry->is_recognised =
        l->walk->recognise((struct sx_span){ 0 }, tail, sx_str_base(entry->path));
}

/* Reads all of a file of which digests are wanted, else its head. */
static bool read_file(struct look *l, struct worker *w, const struct sx_source *source,
                      struct sx_walk_entry *entry, struct sx_err *err)
{
    uint64_t wanted = entry->hashes != 0 ? source->size : sx_min_u64(source->size, SX_MACHO_SNIFF);
    size_t n = 0;
    if (entry->hashes != 0)
        sx_hash_begin(w->hasher, entry->hashes);
    for (uint64_t at = 0; at < wanted; at += n) {
        n = (size_t)sx_min_u64(wanted - at, BUFFER);
        SX_TRY(sx_source_pread(source, at, w->buffer, n, err));
        if (at == 0)
            recognise(l, source, (struct sx_span){ w->buffer, n, 0 }, entry);
        if (entry->hashes != 0)
            sx_hash_update(w->hasher, w->buffer, n);
        sx_meter_count(l->walk->meter, at == 0, n);
    }
    recognise_by_tail(l, w, source, n, entry);
    if (entry->hashes != 0)
        entry->digests = finish_digests(w, entry->hashes);
    w->looked.bytes_read += wanted;
    w->looked.bytes_hashed += entry->hashes != 0 ? wanted : 0;
    return true;
}

static void look_at(struct look *l, struct worker *w, size_t i, const struct sx_tree *tree,
                    struct sx_str path, bool also_large)
{
    struct sx_walk_entry *entry = &l->walk->entries[i];
    struct sx_source source = { 0 };
    struct sx_err err = { 0 };
    bool ok = sx_tree_open(tree, path, "the file", &source, &err);
    if (ok) {
        entry->size = source.size;
        entry->has_attributes = source.fd >= 0 && sx_xattr_any(source.fd);
        if (source.size >= LARGE && entry->hashes != 0 && !also_large)
            SX_PUSH(w->arena, &w->large, (struct large){ source.size, (uint32_t)i });
        else
            ok = read_file(l, w, &source, entry, &err);
    }
    sx_source_close(&source);
    entry->is_seen = true;
    entry->is_unreadable = !ok;
    if (!ok) {
        struct sx_str what = sx_str_dup(w->arena, sx_str_of(err.what));
        SX_PUSH(w->arena, &w->troubles, (struct trouble){ (uint32_t)i, err.code, what });
    }
}

/* Turns */

/* Opens the folder of a batch once, so that each file in it costs one look-up. */
static void look_at_batch(struct look *l, struct worker *w, const struct batch *batch)
{
    struct sx_tree folder = { .fd = -1 };
    struct sx_err ignored = { 0 }; /* then each file is opened by its whole path */
    struct sx_str parent = sx_path_parent(l->walk->entries[batch->begin].path);
    bool is_entered = sx_tree_enter(l->tree, parent, &folder, &ignored);
    for (size_t i = batch->begin; i < batch->end; i++) {
        struct sx_str path = l->walk->entries[i].path;
        if (is_wanted(&l->walk->entries[i]))
            look_at(l, w, i, is_entered ? &folder : l->tree, is_entered ? sx_str_base(path) : path,
                    false);
    }
    sx_tree_close(&folder);
}

static void turn(void *context, size_t i, unsigned worker)
{
    struct look *l = context;
    if (i < l->n_beside)
        l->beside->turn(l->beside->context, i, worker);
    else
        look_at_batch(l, worker_at(l, worker), &l->batches[i - l->n_beside]);
}

static void large_turn(void *context, size_t i, unsigned worker)
{
    struct look *l = context;
    size_t entry = l->large[i].entry;
    look_at(l, worker_at(l, worker), entry, l->tree, l->walk->entries[entry].path, true);
}

/* The work list */

static bool is_same_folder(const struct sx_walk *walk, size_t a, size_t b)
{
    return sx_str_eq(sx_path_parent(walk->entries[a].path), sx_path_parent(walk->entries[b].path));
}

static void make_batches(struct look *l, struct sx_arena *arena)
{
    SX_VEC(struct batch) batches = { 0 };
    struct batch *last = NULL;
    for (size_t i = 0; i < l->walk->n_entries; i++) {
        if (!is_wanted(&l->walk->entries[i]))
            continue;
        if (last != NULL && last->end == i && last->end - last->begin < BATCH &&
            is_same_folder(l->walk, last->begin, i)) {
            last->end++;
            continue;
        }
        SX_PUSH(arena, &batches, (struct batch){ (uint32_t)i, (uint32_t)i + 1 });
        last = &batches.at[batches.n - 1];
    }
    l->batches = batches.at;
    l->n_batches = batches.n;
}

static int larger_first(const void *a, const void *b)
{
    const struct large *x = a;
    const struct large *y = b;
    if (x->size != y->size)
        return x->size < y->size ? 1 : -1;
    return (x->entry > y->entry) - (x->entry < y->entry);
}

static void gather_large(struct look *l, unsigned jobs, struct sx_arena *arena)
{
    SX_VEC(struct large) all = { 0 };
    for (unsigned i = 0; i < jobs; i++)
        for (size_t k = 0; k < l->workers[i].large.n; k++)
            SX_PUSH(arena, &all, l->workers[i].large.at[k]);
    if (all.n > 1)
        qsort(all.at, all.n, sizeof(*all.at), larger_first);
    l->large = all.at;
    l->n_large = all.n;
}

static int last_first(const void *a, const void *b)
{
    const struct trouble *x = a;
    const struct trouble *y = b;
    return (x->entry < y->entry) - (x->entry > y->entry);
}

/* In an order that does not depend on which worker came first; each gap goes before the others. */
static void tell_troubles(struct look *l, unsigned jobs, struct sx_arena *arena)
{
    SX_VEC(struct trouble) all = { 0 };
    for (unsigned i = 0; i < jobs; i++)
        for (size_t k = 0; k < l->workers[i].troubles.n; k++)
            SX_PUSH(arena, &all, l->workers[i].troubles.at[k]);
    if (all.n > 1)
        qsort(all.at, all.n, sizeof(*all.at), last_first);
    for (size_t i = 0; i < all.n; i++)
        sx_walk_add_gap(l->walk, l->walk->entries[all.at[i].entry].path, all.at[i].code,
                        all.at[i].what);
}

/* Digests live in the workers' arenas, which the walk keeps. */
static void dismiss(struct look *l, unsigned jobs, struct sx_looked *looked)
{
    for (unsigned i = 0; i < jobs; i++) {
        struct worker *w = &l->workers[i];
        looked->bytes_read += w->looked.bytes_read;
        looked->bytes_hashed += w->looked.bytes_hashed;
        sx_hasher_free(w->hasher);
        free(w->buffer);
        if (w->arena != NULL)
            sx_walk_keep(l->walk, w->arena);
    }
}

/* Which members of a container are open at once may be a secret of its reader. */
static struct sx_pool *pool_for(const struct sx_tree *tree, struct sx_pool *pool)
{
    return tree->ops->one_at_a_time ? sx_pool_new(1) : pool;
}

void sx_walk_look(struct sx_walk *walk, const struct sx_tree *tree, struct sx_pool *pool,
                  const struct sx_crypto *crypto, const struct sx_look_beside *beside,
                  struct sx_looked *looked)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_pool *used = pool_for(tree, pool);
    struct look l = { .walk = walk, .tree = tree, .crypto = crypto, .beside = beside };
    l.n_beside = beside != NULL ? beside->n : 0;
    l.workers = SX_NEW_N(arena, struct worker, sx_pool_jobs(used));
    make_batches(&l, arena);
    sx_pool_for(used, l.n_beside + l.n_batches, turn, &l);
    gather_large(&l, sx_pool_jobs(used), arena);
    sx_pool_for(used, l.n_large, large_turn, &l);
    tell_troubles(&l, sx_pool_jobs(used), arena);
    dismiss(&l, sx_pool_jobs(used), looked);
    if (used != pool)
        sx_pool_free(used);
}
