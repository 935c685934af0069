/* SPDX-License-Identifier: MIT */
/* What the release before has to do with this one: rules asked of pairs of code objects. */
#include "rules/case.h"
#include "rules/pair.h"

static void bind(struct sx_case *c, const struct sx_Code *old, const struct sx_Code *new)
{
    c->bound.of[SX_NAME_OLD] = old != NULL ? sx_object_value(&old->head) : sx_null();
    c->bound.of[SX_NAME_NEW] = new != NULL ? sx_object_value(&new->head) : sx_null();
}

void sx_case_compare(struct sx_case *c, const struct sx_Artifact *before)
{
    c->bound.of[SX_NAME_ARTIFACT] = sx_object_value(&c->artifact->head);
    struct sx_pairing pairing = sx_pair_code(before->code, c->artifact->code, c->arena);
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
