/* SPDX-License-Identifier: MIT */
/* What could not be looked at: told of each file; of many files in one container that share a
 * reason, told once. */
#include "inspect/inspector.h"

enum { FEW = 3 }; /* files that are told one by one */

/* Files for one reason. */
struct reason {
    struct sx_str text;
    size_t n;
    struct reason *next;
};

struct reasons {
    struct sx_table by_text;
    struct reason *first, **end; /* in the order met */
};

static void unread(struct sx_subject *s, struct sx_str what, enum sx_errc code,
                   struct sx_str reason)
{
    struct sx_object *owner = s->container != NULL ? &s->container->head : &s->artifact->head;
    struct sx_err kind = { .code = code };
    enum sx_unread_state state = sx_is_broken(&kind) ? SX_UNREAD_BROKEN : SX_UNREAD_NOT_EXAMINED;
    sx_fact_unread(owner, s->in->arena, sx_str_dup(s->in->arena, what).ptr, state, reason, -1);
}

void sx_subject_gap(struct sx_subject *s, struct sx_str path, enum sx_errc code,
                    struct sx_str reason)
{
    unread(s, sx_subject_path(s, path), code, reason);
}

static struct reason *reason_of(struct reasons *reasons, struct sx_arena *arena, struct sx_str text)
{
    struct reason *reason = sx_table_get(&reasons->by_text, text);
    if (reason != NULL)
        return reason;
    reason = SX_NEW(arena, struct reason);
    reason->text = text;
    *reasons->end = reason;
    reasons->end = &reason->next;
    (void)sx_table_put(&reasons->by_text, text, reason); /* it has just been looked for */
    return reason;
}

static void count(struct reasons *reasons, struct sx_arena *arena, const struct sx_walk *walk)
{
    sx_table_init(&reasons->by_text, arena);
    reasons->end = &reasons->first;
    for (const struct sx_walk_gap *gap = walk->gaps; gap != NULL; gap = gap->next)
        reason_of(reasons, arena, gap->reason)->n++;
}

static void tell_many(struct sx_subject *s, const struct reason *reason, enum sx_errc code)
{
    unread(
        s, s->container->path, code,
        sx_str_printf(s->in->arena, "%zu files in it: %.*s", reason->n, SX_STR_ARG(reason->text)));
}

void sx_inspect_gaps(struct sx_subject *s, const struct sx_walk *walk)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *scratch = sx_arena_new();
    struct reasons reasons = { 0 };
    count(&reasons, scratch, walk);
    for (const struct sx_walk_gap *gap = walk->gaps; gap != NULL; gap = gap->next) {
        struct reason *reason = reason_of(&reasons, scratch, gap->reason);
        if (s->container == NULL || reason->n <= FEW) {
            sx_subject_gap(s, gap->path, gap->code, gap->reason);
        } else if (reason->text.ptr != NULL) {
            tell_many(s, reason, gap->code);
            reason->text = (struct sx_str){ 0 }; /* told */
        }
    }
}
