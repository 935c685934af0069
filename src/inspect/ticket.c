/* SPDX-License-Identifier: MIT */
/* Stapled tickets, and which code they cover. A ticket covers what it lists, wherever that lies in
 * what the ticket is stapled to; a ticket that is not Apple's covers nothing. */
#include "base/buf.h"
#include "codesign/ticket.h"
#include "inspect/signing.h"

#include <stdlib.h>

static int by_text(const void *a, const void *b)
{
    return sx_str_cmp(*(const struct sx_str *)a, *(const struct sx_str *)b);
}

static struct sx_strs hashes_of(const struct sx_ticket *ticket, struct sx_arena *arena)
{
    struct sx_str *at = SX_NEW_N(arena, struct sx_str, ticket->n_entries);
    for (size_t i = 0; i < ticket->n_entries; i++)
        at[i] = sx_hex(arena, ticket->entries[i].hash.ptr, ticket->entries[i].hash.len);
    sx_strs_sort(at, ticket->n_entries);
    return (struct sx_strs){ at, ticket->n_entries };
}

const struct sx_Ticket *sx_inspect_ticket(struct sx_inspector *in, struct sx_span bytes,
                                          struct sx_str path)
{
    static const char *const members[] = { "hashes", "created", "flags" };
    struct sx_arena *arena = in->arena;
    struct sx_Ticket *out = SX_FACT(arena, Ticket);
    struct sx_problems problems = { .arena = arena };
    struct sx_ticket *ticket = SX_NEW(arena, struct sx_ticket);
    struct sx_err err = { 0 };
    struct sx_str why;
    uint64_t off;
    if (!sx_ticket_parse(bytes, arena, ticket, &err)) {
        sx_unread_all(&out->head, arena, members, SX_LEN(members), &err);
        sx_problem_add(&problems, SX_PROBLEM_TICKET_UNREADABLE, path, err.off,
                       sx_reason_of(arena, &err));
    } else {
        out->hashes = hashes_of(ticket, arena);
        out->created = (struct sx_opt_time){ true, ticket->created };
        out->flags = ticket->flags;
        if (!sx_ticket_verify(ticket, in->trust, in->hasher, arena, &why, &off))
            sx_problem_add(&problems, SX_PROBLEM_TICKET_SIGNATURE_WRONG, path, off, why);
    }
    out->problems = sx_problems_list(&problems);
    return out;
}

/* Security looks for a bundle's ticket in Contents/CodeResources and nowhere else, and only when
 * that is a regular file (bundlediskrep.cpp). What is no ticket is told with the bundle's shape. */
void sx_inspect_stapled(struct sx_subject *s, struct sx_Code *code, const struct sx_bundle *bundle)
{
    struct sx_arena *arena = s->in->arena;
    struct sx_str path = sx_path_join(arena, bundle->path, SX_STR("Contents/CodeResources"));
    struct sx_span bytes;
    struct sx_err err = { 0 };
    if (!sx_tree_has(s->tree, path, SX_ENTRY_FILE))
        return;
    if (!sx_subject_read(s, path, SX_MAX_TICKET, &bytes, &err))
        sx_fact_unread(&code->head, arena, "ticket", SX_UNREAD_NOT_EXAMINED,
                       sx_reason_of(arena, &err), -1);
    else if (sx_ticket_is(bytes))
        code->ticket = sx_inspect_ticket(s->in, bytes, sx_subject_path(s, path));
}

/* What all tickets that reach a code object say of one hash. */
struct coverage {
    struct sx_str cdhash;
    bool is_covered;
    size_t n_tickets, n_unusable;
};

static void ask(struct coverage *c, const struct sx_Ticket *ticket)
{
    if (ticket == NULL)
        return;
    c->n_tickets++;
    if (ticket->problems.n > 0)
        c->n_unusable++;
    else if (c->cdhash.len > 0 && ticket->hashes.n > 0)
        c->is_covered |= bsearch(&c->cdhash, ticket->hashes.at, ticket->hashes.n, sizeof(c->cdhash),
                                 by_text) != NULL;
}

/* A log without ticket, as that of what was refused, says nothing of other uploads. */
static void ask_log(struct coverage *c, const struct sx_given_log *log)
{
    if (log == NULL || log->hashes.n == 0)
        return;
    c->n_tickets++;
    if (c->cdhash.len > 0)
        c->is_covered |=
            bsearch(&c->cdhash, log->hashes.at, log->hashes.n, sizeof(c->cdhash), by_text) != NULL;
}

void sx_inspect_notarized(struct sx_subject *s, const struct sx_Code *code, struct sx_Slice *slice)
{
    sx_inspect_covered(s, code, slice, slice->signature->cdhash);
}

void sx_inspect_covered(struct sx_subject *s, const struct sx_Code *code, struct sx_Slice *slice,
                        struct sx_str hash)
{
    struct coverage c = { .cdhash = hash };
    for (const struct sx_Code *at = code; at != NULL; at = at->host)
        ask(&c, at->ticket);
    for (const struct sx_carrier *at = s->carrier; at != NULL; at = at->outer)
        ask(&c, at->code->ticket);
    ask_log(&c, s->all->log);
    slice->notarized = c.is_covered;
    if (c.is_covered || c.n_tickets > c.n_unusable)
        return;
    bool is_broken = c.n_unusable > 0;
    sx_fact_unread(&slice->head, s->in->arena, "notarized",
                   is_broken ? SX_UNREAD_BROKEN : SX_UNREAD_OUT_OF_REACH,
                   is_broken ? SX_STR("the stapled ticket cannot be used")
                   : s->all->log != NULL
                       ? SX_STR("no ticket is stapled, and the notary log lists none")
                       : SX_STR("no ticket is stapled, and no notary log was given"),
                   -1);
}
