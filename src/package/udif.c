/* SPDX-License-Identifier: MIT */
/* The disk of an image: chunks are unpacked when they are asked for, several at once by the workers
 * of a pool when reading goes on where it was, and the last of them are kept. */
#include "package/udif.h"

#include "base/arith.h"
#include "base/limits.h"
#include "package/udif_disk.h"

#include <assert.h>
#include <string.h>
#include <zlib.h>

enum { NO_CHUNK = -1 };

/* One chunk unpacked, and what it was unpacked from. */
struct sx_udif_slot {
    int64_t chunk; /* NO_CHUNK: none */
    uint64_t used; /* when: sx_udif.now */
    uint8_t *bytes, *stored;
    uint32_t crc;
    struct sx_err err; /* why it could not be unpacked */
};

static size_t bytes_of(const struct sx_udif_chunk *chunk)
{
    return (size_t)(chunk->sectors * SX_SECTOR);
}

/* As many slots as fit into the cache, four for each worker at most, one at least. */
static void make_slots(struct sx_udif *udif)
{
    size_t bytes = SX_SECTOR, stored = SX_SECTOR, jobs = sx_pool_jobs(udif->pool);
    for (size_t i = 0; i < udif->layout->n_chunks; i++) {
        const struct sx_udif_chunk *chunk = &udif->layout->chunks[i];
        if (!sx_udif_is_compressed(chunk->method))
            continue;
        bytes = bytes > bytes_of(chunk) ? bytes : bytes_of(chunk);
        stored = stored > chunk->len ? stored : (size_t)chunk->len;
    }
    size_t fit = SX_IMAGE_CACHE / (bytes + stored), wanted = 4 * jobs;
    udif->n_slots = fit == 0 ? 1 : fit < wanted ? fit : wanted;
    udif->max_batch = jobs < udif->n_slots ? jobs : udif->n_slots;
    udif->slots = SX_NEW_N(udif->arena, struct sx_udif_slot, udif->n_slots);
    udif->batch = SX_NEW_N(udif->arena, struct sx_udif_slot *, udif->max_batch);
    for (size_t i = 0; i < udif->n_slots; i++)
        udif->slots[i] = (struct sx_udif_slot){ .chunk = NO_CHUNK,
                                                .bytes = sx_arena_alloc(udif->arena, bytes),
                                                .stored = sx_arena_alloc(udif->arena, stored) };
}

struct sx_udif *sx_udif_open(const struct sx_source *source, const struct sx_udif_layout *layout,
                             struct sx_pool *pool, uint64_t most)
{
    struct sx_arena *arena = sx_arena_new();
    struct sx_udif *udif = SX_NEW(arena, struct sx_udif);
    *udif = (struct sx_udif){
        .file = source,
        .layout = layout,
        .states = SX_NEW_N(arena, struct sx_udif_state, layout->n_chunks),
        .pool = pool,
        .arena = arena,
        .most = most,
    };
    make_slots(udif);
    return udif;
}

void sx_udif_close(struct sx_udif *udif)
{
    if (udif != NULL)
        sx_arena_free(udif->arena);
}

void sx_udif_closep(struct sx_udif **udif)
{
    sx_udif_close(*udif);
}

static void unpack_slot(void *context, size_t i, unsigned worker)
{
    struct sx_udif *udif = context;
    struct sx_udif_slot *slot = udif->batch[i];
    const struct sx_udif_chunk *chunk = &udif->layout->chunks[slot->chunk];
    struct sx_span stored = { slot->stored, (size_t)chunk->len, chunk->off };
    (void)worker;
    slot->err = (struct sx_err){ 0 };
    if (sx_source_pread(udif->file, chunk->off, slot->stored, stored.len, &slot->err) &&
        sx_udif_decode(chunk->method, stored, slot->bytes, bytes_of(chunk), &slot->err))
        slot->crc = (uint32_t)crc32(0, slot->bytes, (uInt)bytes_of(chunk));
}

static struct sx_udif_slot *find(const struct sx_udif *udif, size_t chunk)
{
    for (size_t i = 0; i < udif->n_slots; i++)
        if (udif->slots[i].chunk == (int64_t)chunk)
            return &udif->slots[i];
    return NULL;
}

/* The slot that has not been used for longest gets the chunk. */
static void plan(struct sx_udif *udif, size_t n, size_t chunk)
{
    struct sx_udif_slot *oldest = &udif->slots[0];
    for (size_t i = 1; i < udif->n_slots; i++)
        if (udif->slots[i].used < oldest->used)
            oldest = &udif->slots[i];
    oldest->chunk = (int64_t)chunk;
    oldest->used = udif->now;
    udif->batch[n] = oldest;
    udif->unpacked += bytes_of(&udif->layout->chunks[chunk]);
    udif->next = chunk + 1;
}

/* The chunk, and those behind it that nobody has looked at, when reading goes on where it was. */
static size_t plan_batch(struct sx_udif *udif, size_t at)
{
    bool goes_on = at >= udif->next && at - udif->next <= 1;
    size_t n = 0;
    udif->now++;
    plan(udif, n++, at);
    for (size_t i = at + 1; goes_on && i < udif->layout->n_chunks && n < udif->max_batch; i++)
        if (sx_udif_is_compressed(udif->layout->chunks[i].method) && !udif->states[i].has_crc &&
            find(udif, i) == NULL)
            plan(udif, n++, i);
    return n;
}

/* A file that cannot be read is no fault of the chunk. */
static bool keep(struct sx_udif *udif, struct sx_udif_slot *slot, struct sx_err *err)
{
    struct sx_udif_state *state = &udif->states[slot->chunk];
    if (slot->err.code == SX_E_IO || slot->err.code == SX_E_LIMIT) {
        slot->chunk = NO_CHUNK;
        slot->used = 0;
        *err = slot->err;
        return false;
    }
    if (slot->err.code != SX_OK && state->broken == NULL) {
        struct sx_err *why = SX_NEW(udif->arena, struct sx_err);
        *why = slot->err;
        state->broken = why;
    }
    state->crc = slot->crc;
    state->has_crc = slot->err.code == SX_OK;
    return true;
}

bool sx_udif_unpack(struct sx_udif *udif, size_t at, struct sx_err *err)
{
    if (udif->states[at].broken != NULL || find(udif, at) != NULL)
        return true;
    if (udif->unpacked >= udif->most)
        return sx_fail(err, SX_E_LIMIT, udif->layout->chunks[at].off,
                       "disk image: stopped after unpacking %llu bytes",
                       (unsigned long long)udif->unpacked);
    size_t n = plan_batch(udif, at);
    bool is_kept = true;
    sx_pool_for(udif->pool, n, unpack_slot, udif);
    for (size_t i = 0; i < n; i++)
        is_kept = keep(udif, udif->batch[i], err) && is_kept;
    return is_kept;
}

/* The last chunk that begins at a sector or before it; n_chunks when there is none. */
static size_t chunk_before(const struct sx_udif_layout *layout, uint64_t sector)
{
    size_t low = 0, high = layout->n_chunks;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (layout->chunks[middle].first <= sector)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 ? low - 1 : layout->n_chunks;
}

static bool copy_chunk(struct sx_udif *udif, size_t at, uint64_t from, uint8_t *to, size_t n,
                       struct sx_err *err)
{
    const struct sx_udif_chunk *chunk = &udif->layout->chunks[at];
    if (chunk->method == SX_UDIF_RAW)
        return sx_source_pread(udif->file, chunk->off + from, to, n, err);
    if (!sx_udif_is_compressed(chunk->method)) {
        memset(to, 0, n);
        return true;
    }
    SX_TRY(sx_udif_unpack(udif, at, err));
    if (udif->states[at].broken != NULL) {
        *err = *udif->states[at].broken;
        return false;
    }
    struct sx_udif_slot *slot = find(udif, at);
    assert(slot != NULL); /* it has just been unpacked */
    slot->used = udif->now;
    memcpy(to, slot->bytes + from, n);
    return true;
}

/* Sectors that no chunk holds are zeros. */
static bool read_disk(void *context, uint64_t off, void *buf, size_t len, struct sx_err *err)
{
    struct sx_udif *udif = context;
    const struct sx_udif_layout *layout = udif->layout;
    uint8_t *to = buf;
    while (len > 0) {
        size_t at = chunk_before(layout, off / SX_SECTOR), n_chunks = layout->n_chunks;
        bool is_behind = at < n_chunks; /* some chunk */
        size_t next = is_behind ? at + 1 : 0;
        uint64_t begin = is_behind ? layout->chunks[at].first * SX_SECTOR : 0;
        uint64_t end = is_behind ? begin + layout->chunks[at].sectors * SX_SECTOR : 0;
        bool is_held = off < end;
        uint64_t until = is_held           ? end
                         : next < n_chunks ? layout->chunks[next].first * SX_SECTOR
                                           : UINT64_MAX;
        size_t n = (size_t)sx_min_u64(len, until - off);
        if (is_held)
            SX_TRY(copy_chunk(udif, at, off - begin, to, n, err));
        else
            memset(to, 0, n);
        to += n;
        off += n;
        len -= n;
    }
    return true;
}

void sx_udif_disk(struct sx_udif *udif, const char *name, struct sx_source *out)
{
    static const struct sx_source_ops ops = { read_disk, NULL };
    *out = (struct sx_source){ .name = name,
                               .size = udif->layout->sectors * SX_SECTOR,
                               .fd = -1,
                               .ops = &ops,
                               .context = udif };
}
