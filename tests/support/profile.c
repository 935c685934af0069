/* SPDX-License-Identifier: MIT */
#include "profile.h"

#include "der.h"
#include "entitlements.h"

#define CERTIFICATES "DeveloperCertificates"
#define ENTITLEMENTS "Entitlements"

static struct sx_fx_node *copy(struct sx_arena *arena, const struct sx_fx_node *map)
{
    struct sx_fx_node *copied = sx_fx_map(arena);
    for (size_t i = 0; i < map->entries.n; i++)
        sx_fx_put(arena, copied, map->entries.at[i].key, map->entries.at[i].node);
    return copied;
}

/* The plist holds certificates whole, the DER form only their SHA-256. */
static struct sx_fx_node *with_certificates(struct sx_arena *arena,
                                            const struct sx_fx_profile *spec,
                                            const struct sx_fx_node *map, bool whole)
{
    struct sx_fx_node *copied = copy(arena, map);
    struct sx_fx_node *list = sx_fx_list(arena);
    for (size_t i = 0; i < spec->n_certificates; i++) {
        struct sx_str der = spec->certificates[i]->der;
        sx_fx_append(arena, list,
                     sx_fx_data(arena, whole ? der : sx_fx_digest(arena, SX_FX_SHA256, der)));
    }
    if (spec->n_certificates > 0)
        sx_fx_put(arena, copied, SX_STR(CERTIFICATES), list);
    return copied;
}

/* The outer level is a SET in DER order; the entitlements in it are an object of their own. */
static struct sx_str der_content(struct sx_arena *arena, const struct sx_fx_node *map)
{
    size_t n = map->entries.n;
    struct sx_str *pairs = SX_NEW_N(arena, struct sx_str, n);
    for (size_t i = 0; i < n; i++) {
        const struct sx_fx_entry *e = &map->entries.at[i];
        struct sx_str value = sx_str_is(e->key, ENTITLEMENTS)
                                  ? sx_fx_entitlements_object(arena, e->node)
                                  : sx_fx_der_value(arena, e->node);
        pairs[i] = sx_fx_der_pair(arena, e->key, value);
    }
    return sx_fx_der_set_of(arena, SX_FX_SET, n, pairs);
}

static struct sx_str wrap(struct sx_fx_pki *pki, const struct sx_fx_profile *spec,
                          const struct sx_fx_cert *signer, enum sx_fx_hash hash, unsigned defects,
                          struct sx_str content)
{
    return sx_fx_cms(pki, &(struct sx_fx_cms){ .signer = signer,
                                               .content = content,
                                               .attached = true,
                                               .der = true,
                                               .hash = hash,
                                               .signing_time = { true, spec->signed_at },
                                               .defects = defects });
}

/* Apple signs the plist with SHA-1 to this day and the DER form with SHA-256 (seen in profiles). */
struct sx_str sx_fx_profile(struct sx_fx_pki *pki, const struct sx_fx_profile *spec)
{
    struct sx_arena *arena = sx_fx_pki_arena(pki);
    struct sx_fx_node *plist = with_certificates(arena, spec, spec->plist, true);
    if (spec->der != NULL) {
        struct sx_fx_node *map = with_certificates(arena, spec, spec->der, false);
        struct sx_str der = wrap(pki, spec, spec->der_signer, SX_FX_SHA256, spec->der_defects,
                                 der_content(arena, map));
        sx_fx_put(arena, plist, SX_STR("DER-Encoded-Profile"), sx_fx_data(arena, der));
    }
    return wrap(pki, spec, spec->signer, SX_FX_SHA1, spec->defects, sx_fx_plist(arena, plist));
}

static struct sx_str ticket_payload(struct sx_arena *arena, const struct sx_fx_ticket *spec)
{
    struct sx_buf hashes = { 0 };
    uint32_t n = 0;
    if (spec->checksum.len > 0) {
        sx_buf_char(&hashes, (char)SX_FX_SHA1);
        sx_buf_str(&hashes, sx_str_sub(spec->checksum, 0, 20));
        n++;
    }
    for (size_t i = 0; i < spec->n_cdhashes; i++) {
        if (spec->cdhashes[i].hash == SX_FX_SHA1)
            continue;
        sx_buf_char(&hashes, (char)spec->cdhashes[i].hash);
        sx_buf_str(&hashes, sx_str_sub(spec->cdhashes[i].digest, 0, 20));
        n++;
    }
    struct sx_buf out = { 0 };
    sx_buf_cstr(&out, "g8tk");
    sx_fx_put_le(&out, 2, 2);
    sx_fx_put_le(&out, 2, 20);
    sx_fx_put_le(&out, 4, n);
    sx_fx_put_le(&out, 4, spec->flags);
    sx_fx_put_le(&out, 8, (uint64_t)spec->issued.seconds);
    sx_buf_str(&out, sx_fx_take(arena, &hashes));
    return sx_fx_take(arena, &out);
}

/* The layout is that of real tickets; no source of Apple's describes it. */
struct sx_str sx_fx_ticket(struct sx_fx_pki *pki, const struct sx_fx_ticket *spec)
{
    struct sx_arena *arena = sx_fx_pki_arena(pki);
    struct sx_str certificates =
        SX_FX_DER(arena, SX_FX_SEQUENCE, spec->signer->der, spec->signer->issuer->der);
    struct sx_str payload = ticket_payload(arena, spec);
    struct sx_buf out = { 0 };
    sx_buf_cstr(&out, "s8ch");
    sx_fx_put_le(&out, 4, 1);
    sx_fx_put_le(&out, 4, certificates.len);
    sx_fx_put_le(&out, 4, payload.len);
    sx_buf_str(&out, certificates);
    sx_buf_str(&out, payload);
    struct sx_str message = spec->wrong_signature ? SX_STR("another") : sx_buf_view(&out);
    sx_buf_str(&out, sx_fx_key_sign(arena, &spec->signer->key, SX_FX_SHA256, message));
    sx_fx_align(&out, 4);
    return sx_fx_take(arena, &out);
}
