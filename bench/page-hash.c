/* SPDX-License-Identifier: MIT */
/* How near page hashing comes to its limit: the time to verify every page of a signed Mach-O,
 * beside the time in which the same threads read the same bytes and hash them in one piece
 * each. The file has to be in the page cache, which the first of the rounds sees to. */
#include "base/limits.h"
#include "codesign/pages.h"
#include "macho/macho.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROUNDS = 9, PIECE = 4 << 20, BUFFER = 1 << 20, MAX_JOBS = 256 };

struct subject {
    struct sx_arena *arena;
    const struct sx_crypto *crypto;
    struct sx_pool *pool;
    struct sx_source source;
    struct sx_macho macho;
    struct sx_signature *signature;
    /* One of each for a worker, made when it first takes part. */
    struct sx_hasher *hashers[MAX_JOBS];
    uint8_t *buffers[MAX_JOBS];
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void hash_piece(void *context, size_t i, unsigned worker)
{
    struct subject *s = context;
    const struct sx_macho_slice *slice = &s->macho.slices[0];
    uint64_t limit = s->signature->chosen->code_limit;
    uint64_t end = (i + 1) * (uint64_t)PIECE < limit ? (i + 1) * (uint64_t)PIECE : limit;
    uint8_t digest[SX_HASH_MAX_LEN];
    struct sx_err err = { 0 };
    if (s->hashers[worker] == NULL) {
        s->hashers[worker] = sx_hasher_new(s->crypto);
        s->buffers[worker] = malloc(BUFFER);
    }
    sx_hash_begin(s->hashers[worker], SX_HASH_BIT(SX_HASH_SHA256));
    for (uint64_t at = i * (uint64_t)PIECE; at < end; at += BUFFER) {
        size_t n = end - at < BUFFER ? (size_t)(end - at) : BUFFER;
        if (!sx_source_pread(&s->source, slice->off + at, s->buffers[worker], n, &err))
            abort();
        sx_hash_update(s->hashers[worker], s->buffers[worker], n);
    }
    sx_hash_final(s->hashers[worker], SX_HASH_SHA256, digest);
}

static double hash_in_pieces(struct subject *s)
{
    double begin = now();
    size_t n = (size_t)((s->signature->chosen->code_limit + PIECE - 1) / PIECE);
    sx_pool_for(s->pool, n, hash_piece, s);
    return now() - begin;
}

static double verify_pages(struct subject *s)
{
    struct sx_code_problems problems = { .arena = s->arena };
    struct sx_page_check check, *checks[] = { &check };
    struct sx_err err = { 0 };
    const struct sx_macho_slice *slice = &s->macho.slices[0];
    double begin = now();
    sx_page_check_init(&check, s->signature, &s->source, slice->off, slice->size, s->arena);
    sx_page_checks_run(checks, 1, s->pool, s->crypto);
    bool ok = sx_page_check_finish(&check, &problems, &err);
    double time = now() - begin;
    if (!ok || problems.n > 0) {
        fprintf(stderr, "page-hash: %s\n", ok ? "a page differs" : err.what);
        exit(1);
    }
    return time;
}

static bool open_subject(struct subject *s, const char *path, struct sx_err *err)
{
    struct sx_span area;
    struct sx_code_problems problems = { .arena = s->arena };
    SX_TRY(sx_source_open(AT_FDCWD, path, path, true, &s->source, err));
    SX_TRY(sx_macho_open(&s->source, s->arena, &s->macho, err));
    const struct sx_macho_slice *slice = &s->macho.slices[0];
    if (!slice->code_signature.has)
        return sx_fail(err, SX_E_USAGE, 0, "%s: not signed", path);
    SX_TRY(sx_macho_read(slice, slice->code_signature, SX_MAX_SIGNATURE, "signature", s->arena,
                         &area, err));
    SX_AUTO(sx_hasher_freep) struct sx_hasher *hasher = sx_hasher_new(s->crypto);
    s->signature = SX_NEW(s->arena, struct sx_signature);
    if (!sx_signature_read(area, hasher, s->signature, &problems))
        return sx_fail(err, SX_E_USAGE, 0, "%s: broken signature", path);
    return true;
}

static void measure(struct subject *s, unsigned jobs)
{
    double floor = 1e9, ours = 1e9;
    s->pool = sx_pool_new(jobs);
    for (int i = 0; i < ROUNDS; i++) {
        double a = hash_in_pieces(s);
        double b = verify_pages(s);
        floor = a < floor ? a : floor;
        ours = b < ours ? b : ours;
    }
    double mb = (double)s->signature->chosen->code_limit / 1e6;
    printf("%u threads: in pieces %.0f MB/s, pages verified %.0f MB/s, ratio %.2f\n",
           sx_pool_jobs(s->pool), mb / floor, mb / ours, floor / ours);
    sx_pool_free(s->pool);
}

int main(int argc, char *argv[])
{
    if (argc != 2) {
        fputs("usage: page-hash FILE\n", stderr);
        return 2;
    }
    static struct subject s;
    struct sx_err err = { 0 };
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    SX_AUTO(sx_crypto_freep) struct sx_crypto *crypto = sx_crypto_new();
    s.arena = arena;
    s.crypto = crypto;
    if (!open_subject(&s, argv[1], &err)) {
        fprintf(stderr, "page-hash: %s\n", err.what);
        return 1;
    }
    measure(&s, 1);
    measure(&s, 0);
    for (size_t i = 0; i < MAX_JOBS; i++) {
        sx_hasher_free(s.hashers[i]);
        free(s.buffers[i]);
    }
    sx_source_close(&s.source);
    return 0;
}
