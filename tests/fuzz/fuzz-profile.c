/* SPDX-License-Identifier: MIT */
/* Any bytes as a provisioning profile: signed or plain, as a property list or in DER, and a DER
 * form inside a property list. Signatures are not asked whether they are good: a profile that is
 * not Apple's is read as well, to say what it claims. */
#include "crypto/cms.h"
#include "crypto/trust.h"
#include "entitlements/compare.h"
#include "entitlements/der.h"
#include "entitlements/profile.h"
#include "value/plist.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Made once: it holds nothing of an input. */
static struct sx_crypto *crypto;
static struct sx_hasher *hasher;
static struct sx_trust *trust;

static void require(bool truth)
{
    if (!truth)
        abort();
}

static struct sx_span content_of(struct sx_span in, struct sx_arena *arena)
{
    struct sx_cms cms;
    struct sx_cms_request request = { .use = SX_CMS_PROFILE };
    sx_cms_verify(trust, hasher, in, &request, arena, &cms);
    require(cms.content.len <= in.len);
    return cms.content;
}

static bool is_inside(struct sx_str part, struct sx_str whole)
{
    return part.len <= whole.len;
}

static void check_profile(const struct sx_map *map, struct sx_arena *arena)
{
    struct sx_profile p;
    sx_profile_read(map, arena, &p);
    require(p.type <= SX_PROFILE_ENTERPRISE);
    for (size_t i = 0; i < p.n_faults; i++)
        require(sx_map_get(map, sx_str_of(p.faults[i].key)) != NULL && p.faults[i].value != NULL);
    struct sx_str whole = { 0 };
    if (p.app_id.ptr != NULL)
        require(sx_map_str(p.entitlements, "com.apple.application-identifier", &whole) ||
                sx_map_str(p.entitlements, "application-identifier", &whole));
    require(is_inside(p.app_id_prefix, whole) && is_inside(p.app_id, whole));
}

/* The two forms of one profile; what stands in both takes its place from the property list. */
static void check_both(const struct sx_map *plist, const struct sx_map *der, struct sx_arena *arena)
{
    struct sx_difference d;
    const struct sx_map *a = sx_profile_comparable(plist, hasher, arena);
    const struct sx_map *b = sx_profile_comparable_der(der, arena);
    if (sx_compare(a, b, arena, &d))
        require(d.where.ptr != NULL && sx_difference_text(&d, "one", "other", arena).len > 0);
    require(!sx_compare(sx_with_positions(der, plist, arena), der, arena, &d));
}

static const struct sx_map *read_der(struct sx_span in, struct sx_arena *arena)
{
    const struct sx_map *der = NULL;
    struct sx_err err = { 0 };
    if (!sx_der_parse(in, SX_DER_PROFILE, arena, &der, &err))
        return NULL;
    check_profile(der, arena);
    return der;
}

static void read_plist(struct sx_span in, struct sx_arena *arena)
{
    struct sx_plist plist;
    struct sx_err err = { 0 };
    if (!sx_plist_parse(in, arena, &plist, &err) || plist.root.kind != SX_MAP)
        return;
    check_profile(plist.root.map, arena);
    const struct sx_value *encoded = sx_map_get(plist.root.map, SX_STR("DER-Encoded-Profile"));
    if (encoded == NULL || encoded->kind != SX_BYTES)
        return;
    struct sx_span bytes = { (const uint8_t *)encoded->str.ptr, encoded->str.len, 0 };
    const struct sx_map *der = read_der(content_of(bytes, arena), arena);
    if (der != NULL)
        check_both(plist.root.map, der, arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_span in = { data, size, 0 };
    if (crypto == NULL) {
        crypto = sx_crypto_new();
        hasher = sx_hasher_new(crypto);
        trust = sx_trust_new(crypto);
    }
    if (sx_plist_detect(in) == SX_PLIST_UNKNOWN && size > 0 && data[0] == 0x30)
        in = content_of(in, arena);
    if (sx_plist_detect(in) != SX_PLIST_UNKNOWN)
        read_plist(in, arena);
    else
        read_der(in, arena);
    return 0;
}
