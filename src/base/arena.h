/* SPDX-License-Identifier: MIT */
/* An arena gives memory that is freed all at once. The facts and findings of a run live in
 * one; temporary work has one of its own.
 *
 * Allocation does not fail: whoever allocates in proportion to a number from a file has
 * compared that number with base/limits.h before, so running out of memory is the machine's
 * state and no file's doing. Then the process ends with a message on stderr. */
#pragma once
#include <stdarg.h>
#include <stddef.h>
#include "base/attr.h"
#include "base/str.h"

struct sx_arena;

struct sx_arena *sx_arena_new(void);
void sx_arena_free(struct sx_arena *arena);
/* sx_arena_freep serves SX_AUTO. */
void sx_arena_freep(struct sx_arena **arena);

/* sx_arena_alloc returns `n` zeroed bytes, aligned for any type; never NULL. */
void *sx_arena_alloc(struct sx_arena *arena, size_t n);
/* SX_NEW(arena, T) is a zeroed T; SX_NEW_N a zeroed array of n. */
#define SX_NEW(arena, T)      ((T *)sx_arena_alloc((arena), sizeof(T)))
#define SX_NEW_N(arena, T, n) ((T *)sx_arena_alloc_n((arena), (n), sizeof(T)))
void *sx_arena_alloc_n(struct sx_arena *arena, size_t n, size_t size);

/* sx_arena_mark and sx_arena_rewind give memory back to a point in time: what was allocated
 * after the mark is gone. */
struct sx_arena_mark {
    void *chunk;
    size_t used;
};
struct sx_arena_mark sx_arena_mark(const struct sx_arena *arena);
void sx_arena_rewind(struct sx_arena *arena, struct sx_arena_mark mark);

/* sx_arena_bytes counts what has been handed out, for --stats and for tests. */
size_t sx_arena_bytes(const struct sx_arena *arena);

/* sx_str_dup copies text; the copy ends in NUL, which its length does not count. */
struct sx_str sx_str_dup(struct sx_arena *arena, struct sx_str s);
/* sx_str_printf formats into the arena. */
struct sx_str sx_str_printf(struct sx_arena *arena, const char *fmt, ...) SX_PRINTF(2, 3);
/* sx_str_vbrief formats what is wrong somewhere: of a text longer than SX_MAX_DETAIL bytes, as
 * hostile files have them by the thousand, the beginning in whole characters, and "...". */
struct sx_str sx_str_vbrief(struct sx_arena *arena, const char *fmt, va_list args) SX_PRINTF(2, 0);

/* A vector that grows in an arena: SX_VEC(struct foo) v = { 0 }; SX_PUSH(arena, &v, item).
 * What it held before growing stays in the arena, so it suits vectors that are built once. */
#define SX_VEC(T)                                                                                  \
    struct {                                                                                       \
        T *at;                                                                                     \
        size_t n, cap;                                                                             \
    }
#define SX_PUSH(arena, vec, ...)                                                                   \
    do {                                                                                           \
        if ((vec)->n == (vec)->cap)                                                                \
            (vec)->at = sx_arena_grow((arena), (vec)->at, &(vec)->cap, sizeof(*(vec)->at));        \
        (vec)->at[(vec)->n++] = (__VA_ARGS__);                                                     \
    } while (0)
void *sx_arena_grow(struct sx_arena *arena, void *at, size_t *cap, size_t size);
