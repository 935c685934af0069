/* SPDX-License-Identifier: MIT */
/* What nobody could tell: one entry for each thing, however many rules it held up. */
#include "rules/case.h"

#include <stdlib.h>

enum { MOST_WORDS = 8 };

/* Doubts are told apart by what they are about, the bytes of a pointer, and where that says nothing
 * by the gates that they close. */
struct topic {
    uintptr_t what, gates;
};

static struct sx_doubt *doubt_on(struct sx_case *c, struct topic topic, bool *is_new)
{
    struct sx_str key = { (const char *)&topic, sizeof(topic) };
    struct sx_doubt *doubt = sx_table_get(&c->doubt_of, key);
    *is_new = doubt == NULL;
    if (doubt != NULL)
        return doubt;
    doubt = SX_NEW(c->arena, struct sx_doubt);
    if (sx_table_put(&c->doubt_of, sx_str_dup(c->arena, key), doubt))
        SX_PUSH(c->arena, &c->doubts, doubt);
    return doubt;
}

static struct sx_doubt *doubt_about(struct sx_case *c, const void *what, bool *is_new)
{
    return doubt_on(c, (struct topic){ .what = (uintptr_t)what }, is_new);
}

/* The path of the object that has the member, or of the subject where it has none. */
static struct sx_str path_of(const struct sx_case *c, const struct sx_object *owner)
{
    struct sx_value code = c->bound.of[SX_NAME_CODE];
    if (owner == NULL || !sx_str_is(sx_str_of(owner->type->identity), "path"))
        owner = code.kind == SX_OBJECT ? code.object : &c->artifact->head;
    return sx_escape(c->arena, sx_object_identity(owner));
}

static void add_word(struct sx_case *c, struct sx_doubt *doubt, struct sx_str word)
{
    if (!sx_strs_has((struct sx_strs){ doubt->words.at, doubt->words.n }, word))
        SX_PUSH(c->arena, &doubt->words, word);
}

/* Of what no reader computes there is one entry for the whole artifact and the gates it closes; it
 * says what it held up, since there is no member to name. */
static const struct sx_unread nobody_knows = {
    .state = SX_UNREAD_OUT_OF_REACH,
    .reason = SX_LIT("not known"),
};

void sx_doubt_unread(struct sx_case *c, const struct sx_unread *unread, struct sx_str word,
                     unsigned gates)
{
    bool is_new;
    if (unread == NULL)
        unread = &nobody_knows;
    struct topic topic = { (uintptr_t)unread, unread->what.len == 0 ? gates : 0 };
    struct sx_doubt *doubt = doubt_on(c, topic, &is_new);
    doubt->entry.gates |= gates;
    if (unread->owner == NULL)
        add_word(c, doubt, word);
    if (!is_new)
        return;
    doubt->entry.state = (enum sx_unread_state)unread->state;
    doubt->entry.reason = sx_escape(c->arena, unread->reason);
    doubt->entry.what = sx_escape(c->arena, unread->what);
    doubt->entry.path =
        unread->owner == NULL ? sx_escape(c->arena, c->artifact->path) : path_of(c, unread->owner);
}

void sx_doubt_error(struct sx_case *c, const struct sx_rule *rule, struct sx_str reason,
                    unsigned gates)
{
    bool is_new;
    struct sx_doubt *doubt = doubt_about(c, rule, &is_new);
    if (!is_new)
        return;
    doubt->entry = (struct sx_not_checked){
        .path = path_of(c, NULL),
        .what = rule->id,
        .reason =
            sx_str_printf(c->arena, "the rule at %.*s:%u broke off: %.*s", SX_STR_ARG(rule->file),
                          (unsigned)rule->line, SX_STR_ARG(sx_escape(c->arena, reason))),
        .state = SX_UNREAD_NOT_EXAMINED,
        .gates = gates,
    };
}

void sx_doubt_file(struct sx_case *c, const struct sx_unread *unread, struct sx_str path,
                   unsigned gates)
{
    bool is_new;
    struct sx_doubt *doubt = doubt_about(c, unread, &is_new);
    doubt->is_file = true;
    doubt->entry = (struct sx_not_checked){
        .path = sx_escape(c->arena, path),
        .reason = sx_escape(c->arena, unread->reason),
        .state = (enum sx_unread_state)unread->state,
        .gates = gates,
    };
}

void sx_doubt_spent(struct sx_case *c)
{
    bool is_new;
    struct sx_doubt *doubt = doubt_about(c, c, &is_new);
    doubt->entry = (struct sx_not_checked){
        .path = sx_escape(c->arena, c->artifact->path),
        .what = SX_STR("rules"),
        .reason = SX_STR("the budget of one artifact is used up; the rest was not checked"),
        .state = SX_UNREAD_NOT_EXAMINED,
        .gates = c->gates,
    };
}

struct sx_str sx_join_words(struct sx_arena *arena, const struct sx_str *at, size_t n, size_t most)
{
    SX_AUTO(sx_buf_release) struct sx_buf out = { 0 };
    for (size_t i = 0; i < n && i < most; i++) {
        sx_buf_cstr(&out, i > 0 ? ", " : "");
        sx_buf_str(&out, at[i]);
    }
    if (n > most)
        sx_buf_printf(&out, " and %zu more", n - most);
    return sx_str_dup(arena, sx_buf_view(&out));
}

static int by_entry(const void *a, const void *b)
{
    const struct sx_not_checked *x = a, *y = b;
    int order = sx_str_cmp(x->path, y->path);
    if (order == 0)
        order = sx_str_cmp(x->what, y->what);
    return order != 0 ? order : sx_str_cmp(x->reason, y->reason);
}

/* Two slices of an object leave the same in doubt; it is told once. Returns how many are left. */
static size_t without_repetitions(struct sx_not_checked *at, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        bool is_same =
            kept > 0 && at[kept - 1].state == at[i].state && by_entry(&at[kept - 1], &at[i]) == 0;
        if (is_same)
            at[kept - 1].gates |= at[i].gates;
        else
            at[kept++] = at[i];
    }
    return kept;
}

void sx_doubts_close(struct sx_case *c)
{
    struct sx_not_checked *at = SX_NEW_N(c->arena, struct sx_not_checked, c->doubts.n);
    for (size_t i = 0; i < c->doubts.n; i++) {
        struct sx_doubt *doubt = c->doubts.at[i];
        sx_strs_sort(doubt->words.at, doubt->words.n);
        if (doubt->words.n > 0)
            doubt->entry.what =
                sx_join_words(c->arena, doubt->words.at, doubt->words.n, MOST_WORDS);
        at[i] = doubt->entry;
    }
    if (c->doubts.n > 0)
        qsort(at, c->doubts.n, sizeof(*at), by_entry);
    c->judgement->not_checked = at;
    c->judgement->n_not_checked = without_repetitions(at, c->doubts.n);
}
