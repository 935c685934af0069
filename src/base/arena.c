/* SPDX-License-Identifier: MIT */
#include "base/arena.h"

#include "base/limits.h"

#include <stdarg.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { FIRST_CHUNK = 16 * 1024, MAX_CHUNK = 1024 * 1024 };

struct chunk {
    struct chunk *older;
    size_t size, used; /* bytes of data[] */
    alignas(max_align_t) unsigned char data[];
};

struct sx_arena {
    struct chunk *top;
    size_t bytes;
};

SX_NORETURN static void out_of_memory(size_t n)
{
    fprintf(stderr, "sxlint: out of memory (%zu bytes wanted)\n", n);
    abort();
}

struct sx_arena *sx_arena_new(void)
{
    struct sx_arena *arena = calloc(1, sizeof(*arena));
    if (arena == NULL)
        out_of_memory(sizeof(*arena));
    return arena;
}

static void drop(struct sx_arena *arena)
{
    struct chunk *gone = arena->top;
    arena->top = gone->older;
    free(gone);
}

void sx_arena_free(struct sx_arena *arena)
{
    if (arena == NULL)
        return;
    while (arena->top != NULL)
        drop(arena);
    free(arena);
}

void sx_arena_freep(struct sx_arena **arena)
{
    sx_arena_free(*arena);
}

static void add_chunk(struct sx_arena *arena, size_t need)
{
    size_t size = arena->top == NULL ? FIRST_CHUNK : arena->top->size * 2;
    size = size > MAX_CHUNK ? MAX_CHUNK : size;
    size = size < need ? need : size;
    struct chunk *chunk = size > SIZE_MAX - sizeof(*chunk) ? NULL : malloc(sizeof(*chunk) + size);
    if (chunk == NULL)
        out_of_memory(size);
    *chunk = (struct chunk){ .older = arena->top, .size = size };
    arena->top = chunk;
}

void *sx_arena_alloc(struct sx_arena *arena, size_t n)
{
    const size_t align = alignof(max_align_t);
    if (n > SIZE_MAX - align)
        out_of_memory(n);
    n = (n + align - 1) / align * align;
    if (arena->top == NULL || arena->top->size - arena->top->used < n)
        add_chunk(arena, n);
    void *p = arena->top->data + arena->top->used;
    arena->top->used += n;
    arena->bytes += n;
    return memset(p, 0, n);
}

void *sx_arena_alloc_n(struct sx_arena *arena, size_t n, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(n, size, &bytes))
        out_of_memory(SIZE_MAX);
    return sx_arena_alloc(arena, bytes);
}

struct sx_arena_mark sx_arena_mark(const struct sx_arena *arena)
{
    return (struct sx_arena_mark){ arena->top, arena->top != NULL ? arena->top->used : 0 };
}

void sx_arena_rewind(struct sx_arena *arena, struct sx_arena_mark mark)
{
    while (arena->top != mark.chunk)
        drop(arena);
    if (arena->top != NULL)
        arena->top->used = mark.used;
}

size_t sx_arena_bytes(const struct sx_arena *arena)
{
    return arena->bytes;
}

struct sx_str sx_str_dup(struct sx_arena *arena, struct sx_str s)
{
    if (s.ptr == NULL)
        return s;
    char *p = sx_arena_alloc(arena, s.len + 1);
    if (s.len > 0)
        memcpy(p, s.ptr, s.len);
    return (struct sx_str){ p, s.len };
}

struct sx_str sx_str_printf(struct sx_arena *arena, const char *fmt, ...)
{
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int len = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    size_t n = len > 0 ? (size_t)len : 0;
    char *p = sx_arena_alloc(arena, n + 1);
    vsnprintf(p, n + 1, fmt, again);
    va_end(again);
    return (struct sx_str){ p, n };
}

struct sx_str sx_str_vbrief(struct sx_arena *arena, const char *fmt, va_list args)
{
    static const char rest[] = "...";
    char text[SX_MAX_DETAIL + 1];
    int wanted = vsnprintf(text, sizeof(text), fmt, args);
    size_t n = wanted > 0 ? (size_t)wanted : 0;
    if (n > SX_MAX_DETAIL) {
        n = SX_MAX_DETAIL - (sizeof(rest) - 1);
        while (n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80)
            n--; /* in the midst of a character */
        memcpy(text + n, rest, sizeof(rest) - 1);
        n += sizeof(rest) - 1;
    }
    return sx_str_dup(arena, (struct sx_str){ text, n });
}

void *sx_arena_grow(struct sx_arena *arena, void *at, size_t *cap, size_t size)
{
    size_t want = *cap == 0 ? 8 : *cap * 2;
    void *bigger = sx_arena_alloc_n(arena, want, size);
    if (*cap > 0)
        memcpy(bigger, at, *cap * size);
    *cap = want;
    return bigger;
}
