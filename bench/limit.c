/* SPDX-License-Identifier: MIT */
/* The least that anyone who verifies must do: finds all files below a path, reads them and hashes
 * what has been read, with so many threads. A file is hashed in one piece; a Mach-O, whose pages
 * are hashed one by one, in pieces that several threads share.
 *
 *     limit JOBS PATH */
#include "base/pool.h"
#include "base/source.h"
#include "crypto/digest.h"
#include "macho/macho.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

enum { PIECE = 4 << 20, BUFFER = 1 << 20, MAX_JOBS = 256 };

/* A file, or a part of one. */
struct piece {
    const char *path;
    uint64_t off, len;
};

/* nftw hands nothing through, so this is for all to see. */
static struct {
    struct sx_arena *arena;
    struct sx_crypto *crypto;
    SX_VEC(struct piece) pieces;
    struct sx_hasher *hashers[MAX_JOBS];
    uint8_t *buffers[MAX_JOBS];
} all;

static bool is_macho(const char *path)
{
    uint8_t head[SX_MACHO_SNIFF] = { 0 };
    struct sx_source source = { 0 };
    struct sx_err ignored = { 0 };
    bool ok = sx_source_open(AT_FDCWD, path, path, true, &source, &ignored) &&
              sx_source_pread(&source, 0, head, sizeof(head), &ignored);
    sx_source_close(&source);
    return ok && sx_macho_sniff((struct sx_span){ head, sizeof(head), 0 });
}

static int add(const char *path, const struct stat *st, int type, struct FTW *where)
{
    (void)where;
    if (type != FTW_F)
        return 0;
    uint64_t size = (uint64_t)st->st_size;
    const char *kept = sx_str_dup(all.arena, sx_str_of(path)).ptr;
    uint64_t step = size > PIECE && is_macho(path) ? PIECE : size;
    for (uint64_t at = 0; at < size; at += step)
        SX_PUSH(all.arena, &all.pieces,
                (struct piece){ kept, at, size - at < step ? size - at : step });
    return 0;
}

static int larger_first(const void *a, const void *b)
{
    const struct piece *x = a, *y = b;
    return (x->len < y->len) - (x->len > y->len);
}

static void hash(void *context, size_t i, unsigned worker)
{
    const struct piece *piece = &all.pieces.at[i];
    struct sx_source source = { 0 };
    struct sx_err err = { 0 };
    uint8_t digest[SX_HASH_MAX_LEN];
    (void)context;
    if (all.hashers[worker] == NULL) {
        all.hashers[worker] = sx_hasher_new(all.crypto);
        all.buffers[worker] = malloc(BUFFER);
    }
    sx_hash_begin(all.hashers[worker], SX_HASH_BIT(SX_HASH_SHA256));
    bool ok = sx_source_open(AT_FDCWD, piece->path, piece->path, false, &source, &err);
    for (uint64_t done = 0; ok && done < piece->len; done += BUFFER) {
        uint64_t left = piece->len - done;
        size_t n = left < BUFFER ? (size_t)left : BUFFER;
        ok = sx_source_pread(&source, piece->off + done, all.buffers[worker], n, &err);
        sx_hash_update(all.hashers[worker], all.buffers[worker], n);
    }
    sx_hash_final(all.hashers[worker], SX_HASH_SHA256, digest);
    sx_source_close(&source);
    if (!ok) {
        fprintf(stderr, "limit: %s\n", err.what);
        exit(1);
    }
}

int main(int argc, char *argv[])
{
    if (argc != 3) {
        fputs("usage: limit JOBS PATH\n", stderr);
        return 2;
    }
    all.arena = sx_arena_new();
    all.crypto = sx_crypto_new();
    struct sx_pool *pool = sx_pool_new((unsigned)strtoul(argv[1], NULL, 10));
    if (nftw(argv[2], add, 64, FTW_PHYS) != 0) {
        perror(argv[2]);
        return 1;
    }
    qsort(all.pieces.at, all.pieces.n, sizeof(*all.pieces.at), larger_first);
    sx_pool_for(pool, all.pieces.n, hash, NULL);
    printf("%zu pieces\n", all.pieces.n);
    for (size_t i = 0; i < MAX_JOBS; i++) {
        sx_hasher_free(all.hashers[i]);
        free(all.buffers[i]);
    }
    sx_pool_free(pool);
    sx_crypto_free(all.crypto);
    sx_arena_free(all.arena);
    return 0;
}
