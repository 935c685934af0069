/* SPDX-License-Identifier: MIT */
/* What the release before has to do with this one: rules asked of pairs of code objects. */
#include "rules/case.h"
#include "rules/pair.h"

static void bind(struct sx_case *c, const struct sx_Code *old, const struct sx_Code *new)
{
    c->bound.of[SX_NAME_OLD] = old != NULL ? sx_object_value(&old->head) : sx_null();
    c->bound.of[SX_NAME_NEW] = new != NULL ? sx_object_value(&new->head) : sx_null();
}

/* Artifacts that have nothing to do with each other are no safe update. */
static const struct sx_unread strangers = {
    .state = SX_UNREAD_NOT_EXAMINED,
    .reason = { "the two releases have no code in common", 39 },
};

void sx_case_compare(struct sx_case *c, const struct sx_Artifact *before)
{
    c->bound.of[SX_NAME_ARTIFACT] = sx_object_value(&c->artifact->head);
    struct sx_pairing pairing = sx_pair_code(before->code, c->artifact->code, c->arena);
    sx_case_note_unread(c, before);
    sx_case_note_unread(c, c->artifact);
    if (pairing.pairs.n == 0)
        sx_doubt_unread(c, &strangers, SX_STR("code"), 0);
    for (size_t i = 0; i < pairing.pairs.n; i++) {
        bind(c, pairing.pairs.at[i].old, pairing.pairs.at[i].new);
        sx_case_ask(c, SX_SCOPE_RELEASE, &c->artifact->head);
    }
    for (size_t i = 0; i < pairing.removed.n; i++) {
        bind(c, pairing.removed.at[i], NULL);
        sx_case_ask(c, SX_SCOPE_REMOVAL, &c->artifact->head);
    }
    bind(c, NULL, NULL);
}
