/* SPDX-License-Identifier: MIT */
#include "entitlements/authorise.h"

#include "base/limits.h"

static const char GROUPS_KEY[] = "com.apple.security.application-groups";

bool sx_class_is_restricted(const char *class)
{
    /* private keys are Apple's own: no profile ever holds them, and the kernel kills for them
     * as it does for restricted ones */
    return strcmp(class, "restricted") == 0 || strcmp(class, "private") == 0;
}

/* Keys under which a profile may hold "TEAM.*" and mean everything that begins so. Those of
 * identity and of keychain groups are documented (TN3125), the others stand so in profiles. */
static bool takes_prefix(struct sx_str key)
{
    static const char *const keys[] = {
        "application-identifier",
        "com.apple.application-identifier",
        "com.apple.developer.icloud-container-identifiers",
        "com.apple.developer.pass-type-identifiers",
        "com.apple.developer.ubiquity-container-identifiers",
        "com.apple.developer.ubiquity-kvstore-identifier",
        "keychain-access-groups",
    };
    for (size_t i = 0; i < SX_LEN(keys); i++)
        if (sx_str_is(key, keys[i]))
            return true;
    return false;
}

static bool is_star(struct sx_value v)
{
    return v.kind == SX_STRING && sx_str_is(v.str, "*");
}

/* A wildcard belongs to the profile: a claim that holds one is compared literally. */
static bool string_fits(struct sx_str key, struct sx_str claimed, struct sx_str allowed)
{
    if (sx_str_eq(claimed, allowed))
        return true;
    return takes_prefix(key) && sx_str_ends(allowed, SX_STR("*")) &&
           !sx_str_ends(claimed, SX_STR("*")) &&
           sx_str_starts(claimed, sx_str_sub(allowed, 0, allowed.len - 1));
}

/* A claimed dictionary (what a driver may match) is covered by an allowed one that asks for nothing
 * that it does not say: a profile for {idVendor} covers a claim of {idVendor, idProduct}, not the
 * reverse. There "*" stands for any value. */
static bool map_fits(const struct sx_map *claimed, const struct sx_map *allowed)
{
    for (size_t i = 0; i < allowed->n; i++) {
        const struct sx_value *value = sx_map_get(claimed, allowed->at[i].key.str);
        if (value == NULL ||
            (!is_star(allowed->at[i].value) && !sx_value_eq(*value, allowed->at[i].value)))
            return false;
    }
    return true;
}

static bool scalar_fits(struct sx_str key, struct sx_value claimed, struct sx_value allowed)
{
    if (claimed.kind == SX_STRING && allowed.kind == SX_STRING)
        return is_star(allowed) || string_fits(key, claimed.str, allowed.str);
    if (claimed.kind == SX_MAP && allowed.kind == SX_MAP)
        return map_fits(claimed.map, allowed.map);
    if (claimed.kind == SX_BOOL)
        return !claimed.b || (allowed.kind == SX_BOOL && allowed.b);
    return claimed.kind == allowed.kind && sx_value_eq(claimed, allowed);
}

/* One element of the claim against all that the profile holds under the key. */
static bool element_fits(struct sx_str key, struct sx_value claimed, struct sx_value allowed)
{
    if (allowed.kind != SX_LIST)
        return scalar_fits(key, claimed, allowed);
    for (size_t i = 0; i < allowed.list.n; i++)
        if (scalar_fits(key, claimed, sx_list_at(allowed, i)))
            return true;
    return claimed.kind == SX_BOOL && !claimed.b;
}

/* An app group is listed literally or not at all; what begins with a team needs no list. */
static bool group_fits(struct sx_str key, struct sx_value claimed, struct sx_value allowed)
{
    (void)key;
    if (claimed.kind != SX_STRING || !sx_str_starts(claimed.str, SX_STR("group.")))
        return true;
    for (size_t i = 0; allowed.kind == SX_LIST && i < allowed.list.n; i++)
        if (sx_value_eq(claimed, sx_list_at(allowed, i)))
            return true;
    return false;
}

/* How many comparisons a value takes part in. Property lists nest SX_MAX_PLIST_DEPTH deep at most.
 */
static uint64_t width(struct sx_value v)
{
    uint64_t n = v.kind == SX_MAP ? v.map->n : 1;
    for (size_t i = 0; v.kind == SX_LIST && i < v.list.n; i++)
        n += width(sx_list_at(v, i));
    return n;
}

/* The elements of a claim that do not fit; of what is no array the value itself. */
static struct sx_values refused_of(const struct sx_claim_question *q, struct sx_value allowed,
                                   bool (*fits)(struct sx_str, struct sx_value, struct sx_value),
                                   struct sx_arena *arena)
{
    bool is_list = q->value.kind == SX_LIST;
    size_t n = is_list ? q->value.list.n : 1, refused = 0;
    struct sx_value *at = SX_NEW_N(arena, struct sx_value, n);
    for (size_t i = 0; i < n; i++) {
        struct sx_value element = is_list ? sx_list_at(q->value, i) : q->value;
        if (!fits(q->key, element, allowed))
            at[refused++] = element;
    }
    return (struct sx_values){ at, refused };
}

/* The App ID as iOS spells it: profiles of Mac Catalyst apps hold it beside the other one, and on
 * native code it is unsatisfied all the same (forum reports). */
static bool is_never_granted(const struct sx_claim_question *q)
{
    return q->is_native && sx_str_is(q->key, "application-identifier");
}

/* Two claims tie code and profile together: they have to be what the code is. */
static unsigned untied(const struct sx_claim_question *q)
{
    const struct sx_fit *fit = q->fit;
    struct sx_str claimed = q->value.kind == SX_STRING ? q->value.str : SX_STR("");
    if (sx_str_is(q->key, "com.apple.developer.team-identifier"))
        return sx_str_eq(claimed, fit->team) ? 0 : SX_PART_BIT(SX_PART_TEAM);
    if (!sx_str_is(q->key, "com.apple.application-identifier"))
        return 0;
    struct sx_str rest = sx_str_sub(claimed, sx_str_find(claimed, SX_STR(".")) + 1, claimed.len);
    return sx_str_eq(rest, fit->identifier) ? 0 : SX_PART_BIT(SX_PART_APP_ID);
}

static enum sx_grant grant_of(const struct sx_claim_question *q, const struct sx_value *held,
                              const struct sx_claim_answer *answer)
{
    /* a key that the profile does not list is refused even when the claim is an empty array:
     * an empty keychain-access-groups kills as any other (field reports) */
    bool is_false = q->value.kind == SX_BOOL && !q->value.b;
    bool is_missing = held == NULL && !is_false;
    return is_missing || answer->refused.n > 0 ? SX_GRANT_REFUSED : SX_GRANT_GIVEN;
}

static unsigned unmet_of(const struct sx_claim_question *q, enum sx_grant grant)
{
    unsigned unmet = grant == SX_GRANT_REFUSED ? SX_PART_BIT(SX_PART_ENTITLEMENT) : 0;
    return q->fit != NULL ? unmet | sx_misfits(q->fit) | untied(q) : unmet;
}

void sx_authorise(const struct sx_claim_question *q, struct sx_arena *arena,
                  struct sx_claim_answer *out)
{
    const struct sx_value *held = is_never_granted(q) ? NULL : sx_map_get(q->granted, q->key);
    *out = (struct sx_claim_answer){ .allowed = held != NULL ? *held : sx_null() };
    if (q->is_exempt)
        return;
    out->is_open = width(q->value) * width(out->allowed) > SX_MAX_GRANT_PAIRS;
    if (out->is_open)
        return;
    if (sx_str_is(q->key, GROUPS_KEY))
        out->refused = refused_of(q, out->allowed, group_fits, arena);
    if (!sx_class_is_restricted(q->class))
        return;
    if (!q->has_profile) {
        out->grant = SX_GRANT_NO_PROFILE;
        out->unmet = SX_PART_BIT(SX_PART_PROFILE);
        return;
    }
    out->refused = refused_of(q, out->allowed, element_fits, arena);
    out->grant = grant_of(q, held, out);
    out->unmet = unmet_of(q, out->grant);
}
