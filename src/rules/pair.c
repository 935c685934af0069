/* SPDX-License-Identifier: MIT */
#include "rules/pair.h"

#include "base/buf.h"
#include "base/table.h"

/* A code object of one release. What is paired is known in both by the path in the old one. */
struct side {
    const struct sx_Code *code;
    const struct side *host;
    struct side *partner;
    struct sx_str known_as;
};

struct sides {
    struct side *at;
    size_t n;
};

/* What has a key alone in both releases is a pair; absent keys are nobody's. */
struct key {
    struct sx_str (*of)(const struct side *side, struct sx_arena *arena);
};

struct bucket {
    struct side *first;
    size_t n;
};

static struct sx_str identifier_of(const struct sx_Code *code)
{
    return code->identifier.ptr != NULL || code->signature == NULL ? code->identifier
                                                                   : code->signature->identifier;
}

static struct sx_str by_identifier(const struct side *side, struct sx_arena *arena)
{
    struct sx_str identifier = identifier_of(side->code);
    if (identifier.ptr == NULL)
        return identifier;
    return sx_str_printf(arena, "%u %.*s", side->code->kind, SX_STR_ARG(identifier));
}

/* Files of one vendor may share an identifier, and so may copies of an app. */
static struct sx_str by_identifier_and_place(const struct side *side, struct sx_arena *arena)
{
    struct sx_str text = by_identifier(side, arena);
    if (text.ptr == NULL)
        return text;
    struct sx_str where = side->host != NULL ? side->code->place : side->code->name;
    return sx_str_printf(arena, "%.*s %.*s", SX_STR_ARG(text), SX_STR_ARG(where));
}

/* The kind, in a host that is known; no host is one that both have. */
static struct sx_str by_kind(const struct side *side, struct sx_arena *arena)
{
    if (side->host != NULL && side->host->partner == NULL)
        return (struct sx_str){ 0 };
    struct sx_str host = side->host != NULL ? side->host->known_as : SX_STR("");
    return sx_str_printf(arena, "%u %.*s", side->code->kind, SX_STR_ARG(host));
}

static struct sx_str by_place(const struct side *side, struct sx_arena *arena)
{
    struct sx_str text = by_kind(side, arena);
    if (text.ptr == NULL || side->host == NULL)
        return (struct sx_str){ 0 };
    return sx_str_printf(arena, "%.*s/%.*s", SX_STR_ARG(text), SX_STR_ARG(side->code->place));
}

static struct sides sides_of(struct sx_objs code, struct sx_arena *arena)
{
    struct sides sides = { SX_NEW_N(arena, struct side, code.n), code.n };
    struct sx_table by_path;
    sx_table_init(&by_path, arena);
    for (size_t i = 0; i < code.n; i++) {
        sides.at[i].code = SX_AT(Code, code, i);
        if (!sx_table_put(&by_path, sides.at[i].code->path, &sides.at[i]))
            continue; /* the first of a path is the host of what lies below */
    }
    for (size_t i = 0; i < code.n; i++)
        if (sides.at[i].code->host != NULL)
            sides.at[i].host = sx_table_get(&by_path, sides.at[i].code->host->path);
    return sides;
}

static void fill(struct sx_table *buckets, const struct sides *sides, struct key key,
                 struct sx_arena *arena)
{
    sx_table_init(buckets, arena);
    for (size_t i = 0; i < sides->n; i++) {
        struct side *side = &sides->at[i];
        struct sx_str text = key.of(side, arena);
        if (side->partner != NULL || text.ptr == NULL)
            continue;
        struct bucket *bucket = sx_table_get(buckets, text);
        if (bucket == NULL) {
            bucket = SX_NEW(arena, struct bucket);
            bucket->first = side;
            if (!sx_table_put(buckets, text, bucket))
                continue; /* it was not there a moment ago */
        }
        bucket->n++;
    }
}

static bool pair_by(struct key key, const struct sides *old, const struct sides *new)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_table olds, news;
    bool any = false;
    fill(&olds, old, key, arena);
    fill(&news, new, key, arena);
    for (size_t i = 0; i < old->n; i++) {
        struct side *side = &old->at[i];
        struct sx_str text = side->partner == NULL ? key.of(side, arena) : (struct sx_str){ 0 };
        const struct bucket *here = text.ptr != NULL ? sx_table_get(&olds, text) : NULL;
        const struct bucket *there = here != NULL ? sx_table_get(&news, text) : NULL;
        if (there == NULL || here->n != 1 || there->n != 1)
            continue;
        side->partner = there->first;
        there->first->partner = side;
        side->known_as = there->first->known_as = side->code->path;
        any = true;
    }
    return any;
}

struct sx_pairing sx_pair_code(struct sx_objs old, struct sx_objs new, struct sx_arena *arena)
{
    struct sides before = sides_of(old, arena), after = sides_of(new, arena);
    struct sx_pairing out = { 0 };
    pair_by((struct key){ by_identifier_and_place }, &before, &after);
    pair_by((struct key){ by_identifier }, &before, &after);
    while (pair_by((struct key){ by_place }, &before, &after) ||
           pair_by((struct key){ by_kind }, &before, &after))
        continue; /* a pair of hosts brings those of what they hold */
    for (size_t i = 0; i < before.n; i++) {
        const struct side *side = &before.at[i];
        if (side->partner == NULL)
            SX_PUSH(arena, &out.removed, side->code);
        else
            SX_PUSH(arena, &out.pairs, (struct sx_pair){ side->code, side->partner->code });
    }
    for (size_t i = 0; i < after.n; i++)
        if (after.at[i].partner == NULL)
            SX_PUSH(arena, &out.added, after.at[i].code);
    return out;
}
