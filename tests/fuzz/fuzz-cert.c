/* SPDX-License-Identifier: MIT */
#include "crypto/cert.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool so)
{
    if (!so)
        abort();
}

static void lies_inside(struct sx_span inner, struct sx_span outer)
{
    demand(inner.off >= outer.off && inner.off + inner.len <= outer.off + outer.len);
}

static void is_sound(const struct sx_cert *cert)
{
    demand(cert->subject.text.ptr != NULL && cert->issuer.text.ptr != NULL);
    demand(!cert->is_self_issued || sx_name_same(&cert->subject, &cert->issuer));
    for (size_t i = 0; i < cert->n_extensions; i++) {
        lies_inside(cert->extensions[i].value, cert->der);
        demand(sx_cert_extension(cert, cert->extensions[i].oid.ptr) != NULL);
    }
    for (size_t i = 1; i < cert->markers.n; i++)
        demand(sx_str_cmp(cert->markers.at[i - 1], cert->markers.at[i]) <= 0);
    for (size_t i = 0; i < cert->extended_key_usages.n; i++)
        demand(sx_cert_has_usage(cert, cert->extended_key_usages.at[i].ptr));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct sx_crypto *crypto;
    static struct sx_hasher *hasher;
    if (crypto == NULL) {
        crypto = sx_crypto_new();
        hasher = sx_hasher_new(crypto);
    }
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_err err = { 0 };
    struct sx_cert cert;
    if (sx_cert_parse(hasher, (struct sx_span){ data, size, 0 }, arena, &cert, &err))
        is_sound(&cert);
    else
        demand(err.code != SX_OK && err.what[0] != '\0'); /* a refusal says why */
    return 0;
}
