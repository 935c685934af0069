/* SPDX-License-Identifier: MIT */
/* Claims: what a slice claims, what the catalogue knows of each key, what the profile grants. */
#include "inspect/inspector.h"
#include "entitlements/authorise.h"
#include "entitlements/catalogue.h"
#include "inspect/source.h"

/* A comma separated cell as a list. */
static struct sx_strs split(struct sx_arena *arena, const char *cell)
{
    struct sx_str rest = sx_str_of(cell);
    SX_VEC(struct sx_str) list = { 0 };
    while (rest.len > 0) {
        size_t comma = sx_str_find(rest, SX_STR(","));
        SX_PUSH(arena, &list, sx_str_sub(rest, 0, comma));
        rest = sx_str_sub(rest, comma + 1, rest.len);
    }
    return (struct sx_strs){ list.at, list.n };
}

static struct sx_strs channels_of(struct sx_arena *arena, unsigned channels)
{
    static const struct {
        unsigned bit;
        enum sx_Channel channel;
    } table[] = {
        { SX_IN_DEVELOPER_ID, SX_CHANNEL_DEVELOPER_ID },
        { SX_IN_APP_STORE, SX_CHANNEL_APP_STORE },
        { SX_IN_DEVELOPMENT, SX_CHANNEL_DEVELOPMENT },
    };
    SX_VEC(struct sx_str) list = { 0 };
    for (size_t i = 0; i < SX_LEN(table); i++)
        if ((channels & table[i].bit) != 0)
            SX_PUSH(arena, &list, sx_Channel_name(table[i].channel));
    return (struct sx_strs){ list.at, list.n };
}

static struct sx_str text_or_none(const char *text)
{
    return text[0] != '\0' ? sx_str_of(text) : (struct sx_str){ 0 };
}

static const struct sx_CatalogueEntry *entry_of(struct sx_inspector *in, struct sx_str key)
{
    struct sx_CatalogueEntry *entry = sx_table_get(&in->catalogue, key);
    const struct sx_catalogue_row *row = entry == NULL ? sx_catalogue_find(key) : NULL;
    if (row == NULL)
        return entry;
    entry = SX_FACT(in->arena, CatalogueEntry);
    entry->key = sx_str_of(row->key);
    entry->type = sx_enum_number(&sx_enumeration_EntitlementType, row->type);
    entry->values = split(in->arena, row->values);
    entry->class = sx_enum_number(&sx_enumeration_ClaimClass, row->class);
    entry->macos = (uint8_t)row->macos;
    entry->channels = channels_of(in->arena, row->channels);
    entry->minos = text_or_none(row->minos);
    entry->requestOnly = row->request_only;
    entry->note = sx_str_of(row->note);
    sx_table_put(&in->catalogue, entry->key, entry);
    return entry;
}

static bool all_are(struct sx_value list, enum sx_kind kind)
{
    for (size_t i = 0; i < list.list.n; i++)
        if (sx_list_at(list, i).kind != kind)
            return false;
    return true;
}

static bool fits_type(struct sx_value v, enum sx_EntitlementType type)
{
    switch (type) {
    case SX_ENTITLEMENT_TYPE_BOOL:
        return v.kind == SX_BOOL;
    case SX_ENTITLEMENT_TYPE_STRING:
        return v.kind == SX_STRING;
    case SX_ENTITLEMENT_TYPE_INT:
        return v.kind == SX_INT;
    case SX_ENTITLEMENT_TYPE_ARRAY_OF_STRING:
        return v.kind == SX_LIST && all_are(v, SX_STRING);
    case SX_ENTITLEMENT_TYPE_ARRAY_OF_DICT:
        return v.kind == SX_LIST && all_are(v, SX_MAP);
    case SX_ENTITLEMENT_TYPE_DICT:
        return v.kind == SX_MAP;
    case SX_ENTITLEMENT_TYPE_ABSENT: /* the catalogue is unsure */
    case SX_EntitlementType_END:
        break;
    }
    return true;
}

/* The elements of a claim: one when it is no array. */
static struct sx_values elements_of(struct sx_arena *arena, struct sx_value v)
{
    size_t n = v.kind == SX_LIST ? v.list.n : 1;
    struct sx_value *at = SX_NEW_N(arena, struct sx_value, n);
    for (size_t i = 0; i < n; i++)
        at[i] = v.kind == SX_LIST ? sx_list_at(v, i) : v;
    return (struct sx_values){ at, n };
}

static struct sx_values unlisted_of(struct sx_arena *arena, const struct sx_Claim *claim)
{
    struct sx_value *at = SX_NEW_N(arena, struct sx_value, claim->values.n);
    size_t n = 0;
    if (claim->entry == NULL || claim->entry->values.n == 0)
        return (struct sx_values){ 0 };
    for (size_t i = 0; i < claim->values.n; i++)
        if (claim->values.at[i].kind == SX_STRING &&
            !sx_strs_has(claim->entry->values, claim->values.at[i].str))
            at[n++] = claim->values.at[i];
    return (struct sx_values){ at, n };
}

static const uint16_t answers[] = {
    [SX_GRANT_NOT_NEEDED] = SX_AUTHORISATION_NOT_NEEDED,
    [SX_GRANT_GIVEN] = SX_AUTHORISATION_GRANTED,
    [SX_GRANT_REFUSED] = SX_AUTHORISATION_REFUSED,
    [SX_GRANT_NO_PROFILE] = SX_AUTHORISATION_NO_PROFILE,
};

static struct sx_strs parts_of(struct sx_arena *arena, unsigned unmet)
{
    static const enum sx_AuthorisationPart parts[] = {
        [SX_PART_PROFILE] = SX_AUTHORISATION_PART_PROFILE,
        [SX_PART_PLATFORM] = SX_AUTHORISATION_PART_PLATFORM,
        [SX_PART_DATE] = SX_AUTHORISATION_PART_DATE,
        [SX_PART_TEAM] = SX_AUTHORISATION_PART_TEAM,
        [SX_PART_CERTIFICATE] = SX_AUTHORISATION_PART_CERTIFICATE,
        [SX_PART_APP_ID] = SX_AUTHORISATION_PART_APP_ID,
        [SX_PART_ENTITLEMENT] = SX_AUTHORISATION_PART_ENTITLEMENT,
    };
    SX_VEC(struct sx_str) names = { 0 };
    for (size_t i = 0; i < SX_LEN(parts); i++)
        if ((unmet & SX_PART_BIT(i)) != 0)
            SX_PUSH(arena, &names, sx_AuthorisationPart_name(parts[i]));
    return (struct sx_strs){ names.at, names.n };
}

/* What a profile that cannot be read grants, nobody knows. */
static void mark_unread(struct sx_subject *s, const struct sx_Profile *profile,
                        struct sx_Claim *claim)
{
    static const char *const members[] = { "allowed", "refused", "unmet", "authorisation" };
    if (profile == NULL)
        return;
    bool is_needed = claim->authorisation != SX_AUTHORISATION_NOT_NEEDED;
    struct sx_value granted =
        sx_object_get(&profile->head, sx_type_member(&sx_type_Profile, SX_STR("entitlements")));
    for (size_t i = 0; granted.kind == SX_UNKNOWN && i < SX_LEN(members) - !is_needed; i++)
        sx_fact_unread(&claim->head, s->in->arena, members[i],
                       (enum sx_unread_state)granted.unread->state, granted.unread->reason, -1);
}

static void mark_open(struct sx_subject *s, struct sx_Claim *claim)
{
    static const char *const members[] = { "refused", "unmet", "authorisation" };
    for (size_t i = 0; i < SX_LEN(members); i++)
        sx_fact_unread(&claim->head, s->in->arena, members[i], SX_UNREAD_NOT_EXAMINED,
                       SX_STR("more elements than are compared with a profile"), -1);
}

static const struct sx_unread *unread_of(const struct sx_Code *code, const char *member)
{
    struct sx_value v =
        sx_object_get(&code->head, sx_type_member(&sx_type_Code, sx_str_of(member)));
    return v.kind == SX_UNKNOWN ? v.unread : NULL;
}

/* Of sources nobody knows what grants a claim while there is no profile, nor what is claimed where
 * the value is a variable of the build. */
static void leave_open(struct sx_subject *s, const struct sx_Code *code, struct sx_Claim *claim)
{
    static const char *const members[] = { "authorisation", "allowed", "refused", "unmet",
                                           "unlisted" };
    const struct sx_unread *built = unread_of(code, "main"), *profile = unread_of(code, "profile");
    bool is_needed = claim->authorisation != SX_AUTHORISATION_NOT_NEEDED;
    bool is_held = code->profile == NULL || claim->allowed.kind != SX_NULL;
    size_t n = built != NULL && is_held && sx_has_open(claim->value) ? SX_LEN(members)
               : profile != NULL && is_needed                        ? SX_LEN(members) - 1
                                                                     : 0;
    for (size_t i = 0; i < n; i++)
        sx_fact_unread(&claim->head, s->in->arena, members[i], SX_UNREAD_OUT_OF_REACH,
                       (built != NULL ? built : profile)->reason, -1);
}

static void authorise(struct sx_subject *s, const struct sx_Code *code,
                      const struct sx_Slice *slice, const struct sx_fit *fit,
                      struct sx_Claim *claim)
{
    enum sx_Signer signer = (enum sx_Signer)slice->signature->signer;
    struct sx_claim_answer answer;
    struct sx_claim_question question = {
        .key = claim->key,
        .value = claim->value,
        .class = sx_catalogue_class(claim->key),
        .is_native = slice->platform == SX_PLATFORM_MACOS,
        .is_exempt = signer == SX_SIGNER_APPLE || signer == SX_SIGNER_APP_STORE,
        .has_profile = code->profile != NULL,
        .granted = code->profile != NULL ? code->profile->entitlements : NULL,
        .fit = fit,
    };
    sx_authorise(&question, s->in->arena, &answer);
    claim->authorisation = answers[answer.grant];
    claim->allowed = answer.allowed;
    claim->refused = answer.refused;
    claim->unmet = parts_of(s->in->arena, answer.unmet);
    if (answer.is_open)
        mark_open(s, claim);
    mark_unread(s, code->profile, claim);
    leave_open(s, code, claim);
}

static const struct sx_Claim *claim_new(struct sx_subject *s, const struct sx_Code *code,
                                        const struct sx_Slice *slice, const struct sx_fit *fit,
                                        const struct sx_entry *claimed)
{
    struct sx_arena *arena = s->in->arena;
    struct sx_Claim *claim = SX_FACT(arena, Claim);
    claim->key = claimed->key.str;
    claim->value = claimed->value;
    claim->values = elements_of(arena, claim->value);
    claim->class = sx_enum_number(&sx_enumeration_ClaimClass, sx_catalogue_class(claim->key));
    claim->entry = entry_of(s->in, claim->key);
    claim->fitsType = claim->entry == NULL ||
                      fits_type(claim->value, (enum sx_EntitlementType)claim->entry->type);
    const struct sx_catalogue_row *near =
        claim->entry == NULL ? sx_catalogue_nearest(claim->key) : NULL;
    claim->nearest = near != NULL ? sx_str_of(near->key) : (struct sx_str){ 0 };
    claim->unlisted = unlisted_of(arena, claim);
    authorise(s, code, slice, fit, claim);
    return claim;
}

void sx_inspect_claims(struct sx_subject *s, const struct sx_Code *code, struct sx_Slice *slice)
{
    const struct sx_map *claimed = slice->entitlements;
    if (claimed == NULL)
        return;
    struct sx_fit fit = { 0 };
    if (code->profile != NULL)
        fit = sx_fit_of(s, code, slice);
    const struct sx_object **at = SX_NEW_N(s->in->arena, const struct sx_object *, claimed->n);
    for (size_t i = 0; i < claimed->n; i++)
        at[i] =
            &claim_new(s, code, slice, code->profile != NULL ? &fit : NULL, &claimed->at[i])->head;
    slice->claims = (struct sx_objs){ at, claimed->n };
}
