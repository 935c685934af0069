/* SPDX-License-Identifier: MIT */
#include "crypto/cms.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool so)
{
    if (!so)
        abort();
}

static void is_sound(const struct sx_cms *cms, size_t size)
{
    bool unreadable = sx_verdict_has(&cms->verdict, SX_FAULT_CMS_UNREADABLE);
    demand(unreadable == (cms->n_signers == 0));
    demand(cms->len <= size);
    for (size_t i = 0; i < cms->verdict.n; i++)
        demand(cms->verdict.at[i].detail.len > 0 && cms->verdict.at[i].off <= size);
    demand(!cms->has_timestamp || cms->has_token);
    if (unreadable)
        return;
    /* whoever is not found has not signed; whoever is trusted ends in an anchor */
    demand(cms->chain.n > 0 || sx_verdict_has(&cms->verdict, SX_FAULT_CMS_SIGNATURE_WRONG));
    demand((cms->chain.n == 0) == (cms->signer == SX_IDENTITY_NONE));
    demand(cms->signer == SX_IDENTITY_NONE || cms->signer == SX_IDENTITY_OTHER ||
           cms->signer == SX_IDENTITY_SELF_SIGNED || sx_chain_is_trusted(&cms->chain));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct sx_crypto *crypto;
    static struct sx_hasher *hasher;
    static struct sx_trust *trust;
    if (crypto == NULL) {
        crypto = sx_crypto_new();
        hasher = sx_hasher_new(crypto);
        trust = sx_trust_new(crypto);
    }
    for (int use = SX_CMS_CODE; use <= SX_CMS_PROFILE; use += SX_CMS_PROFILE - SX_CMS_CODE) {
        SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
        struct sx_cms_request request = { .use = (enum sx_cms_use)use, .now = { 1795478400, 0 } };
        struct sx_cms out;
        sx_cms_verify(trust, hasher, (struct sx_span){ data, size, 0 }, &request, arena, &out);
        is_sound(&out, size);
    }
    return 0;
}
