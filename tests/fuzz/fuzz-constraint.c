/* SPDX-License-Identifier: MIT */
/* Any bytes as a launch constraint: read, judged for its grammar, and asked of code. */
#include "entitlements/constraint.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool truth)
{
    if (!truth)
        abort();
}

/* Code of which all is known, with entitlements that queries can walk through. */
static struct sx_constrained code_of(struct sx_arena *arena)
{
    static const struct sx_str hashes[] = { { "aaaaaaaaaaaaaaaaaaaa", 20 } };
    static const struct sx_value categories[] = { { .kind = SX_INT, .i = 6 } };
    struct sx_value *groups = SX_NEW_N(arena, struct sx_value, 2);
    struct sx_entry *at = SX_NEW_N(arena, struct sx_entry, 2);
    groups[0] = sx_string(SX_STR("a"));
    groups[1] = sx_int(5);
    at[0] = (struct sx_entry){ sx_string(SX_STR("a")), sx_bool(true) };
    at[1] = (struct sx_entry){ sx_string(SX_STR("ab")), sx_list_values(groups, 2) };
    return (struct sx_constrained){ .identifier = SX_STR("a"),
                                    .team = SX_STR("A"),
                                    .cdhashes = { hashes, 1 },
                                    .categories = { categories, 1 },
                                    .entitlements = sx_map_new(arena, at, 2),
                                    .has_entitlements = true };
}

/* What is unmet is a fact that the code settles, and stands there once. */
static void check_unmet(struct sx_strs unmet)
{
    static const char *const facts[] = { "signing-identifier", "team-identifier", "cdhash",
                                         "validation-category", "entitlements" };
    require(unmet.n <= SX_LEN(facts));
    for (size_t i = 0; i < unmet.n; i++) {
        bool is_known = false;
        for (size_t k = 0; k < SX_LEN(facts); k++)
            is_known = is_known || sx_str_is(unmet.at[i], facts[k]);
        require(is_known);
        for (size_t k = 0; k < i; k++)
            require(!sx_str_eq(unmet.at[k], unmet.at[i]));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_constrained code = code_of(arena);
    const struct sx_map *requirement = NULL;
    struct sx_str why = { 0 };
    struct sx_err err = { 0 };
    if (!sx_constraint_parse((struct sx_span){ data, size, 0 }, arena, &requirement, &err)) {
        require(err.code != SX_OK && err.what[0] != '\0' && err.off <= size);
        return 0;
    }
    if (!sx_constraint_check(requirement, arena, &why))
        require(why.len > 0);
    check_unmet(sx_constraint_unmet(requirement, &code, arena));
    return 0;
}
