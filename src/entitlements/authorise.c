/* SPDX-License-Identifier: MIT */
#include "entitlements/authorise.h"

bool sx_class_is_restricted(const char *class)
{
    /* private keys are Apple's own: no profile ever holds them, and the kernel kills for them
     * as it does for restricted ones */
    return strcmp(class, "restricted") == 0 || strcmp(class, "private") == 0;
}

/* Keys whose values a profile may hold with a trailing '*' (TN3125 names the App ID and keychain
 * groups; Developer ID profiles of real products hold '*' for associated domains and iCloud
 * services). An app group is never covered by a prefix. */
static bool may_have_wildcard(struct sx_str key)
{
    return !sx_str_is(key, "com.apple.security.application-groups");
}

static bool string_fits(struct sx_str key, struct sx_str claimed, struct sx_str allowed)
{
    if (sx_str_eq(claimed, allowed))
        return true;
    if (!may_have_wildcard(key) || !sx_str_ends(allowed, SX_STR("*")))
        return false;
    /* a claim may not hold the wildcard itself */
    return !sx_str_ends(claimed, SX_STR("*")) &&
           sx_str_starts(claimed, sx_str_sub(allowed, 0, allowed.len - 1));
}

static bool scalar_fits(struct sx_str key, struct sx_value claimed, struct sx_value allowed);

/* A claimed dictionary is covered by an allowed one that demands nothing it does not fulfil:
 * every key of the allowed one stands in the claim with a value that fits. */
static bool map_fits(struct sx_str key, const struct sx_map *claimed, const struct sx_map *allowed)
{
    for (size_t i = 0; i < allowed->n; i++) {
        const struct sx_value *value = sx_map_get(claimed, allowed->at[i].key.str);
        if (value == NULL || !scalar_fits(key, *value, allowed->at[i].value))
            return false;
    }
    return true;
}

static bool scalar_fits(struct sx_str key, struct sx_value claimed, struct sx_value allowed)
{
    if (allowed.kind == SX_STRING && sx_str_is(allowed.str, "*") && may_have_wildcard(key))
        return claimed.kind == SX_STRING || claimed.kind == SX_MAP || claimed.kind == SX_INT;
    if (claimed.kind == SX_STRING && allowed.kind == SX_STRING)
        return string_fits(key, claimed.str, allowed.str);
    if (claimed.kind == SX_MAP && allowed.kind == SX_MAP)
        return map_fits(key, claimed.map, allowed.map);
    if (claimed.kind == SX_BOOL)
        return !claimed.b || (allowed.kind == SX_BOOL && allowed.b);
    return sx_value_eq(claimed, allowed);
}

/* One element of the claim against all that the profile holds under the key. */
static bool element_fits(struct sx_str key, struct sx_value claimed, struct sx_value allowed)
{
    if (allowed.kind != SX_LIST)
        return scalar_fits(key, claimed, allowed);
    for (size_t i = 0; i < allowed.list.n; i++)
        if (scalar_fits(key, claimed, sx_list_at(allowed, i)))
            return true;
    return false;
}

static void gather_refused(const struct sx_claim_question *q, struct sx_arena *arena,
                           struct sx_claim_answer *out)
{
    bool is_list = q->value.kind == SX_LIST;
    size_t n = is_list ? q->value.list.n : 1, refused = 0;
    struct sx_value *at = SX_NEW_N(arena, struct sx_value, n);
    for (size_t i = 0; i < n; i++) {
        struct sx_value element = is_list ? sx_list_at(q->value, i) : q->value;
        if (!element_fits(q->key, element, out->allowed))
            at[refused++] = element;
    }
    out->refused = (struct sx_values){ at, refused };
}

void sx_authorise(const struct sx_claim_question *q, struct sx_arena *arena,
                  struct sx_claim_answer *out)
{
    const struct sx_value *allowed = sx_map_get(q->granted, q->key);
    *out = (struct sx_claim_answer){ .allowed = allowed != NULL ? *allowed : sx_null() };
    if (!sx_class_is_restricted(q->class) || q->is_exempt)
        return;
    if (!q->has_profile) {
        out->grant = SX_GRANT_NO_PROFILE;
        return;
    }
    gather_refused(q, arena, out);
    /* a key that the profile does not list is refused even when the claim is an empty array:
     * an empty keychain-access-groups kills as any other (field reports) */
    bool missing = allowed == NULL && !(q->value.kind == SX_BOOL && !q->value.b);
    out->grant = missing || out->refused.n > 0 ? SX_GRANT_REFUSED : SX_GRANT_GIVEN;
}
