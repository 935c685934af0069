/* SPDX-License-Identifier: MIT */
#include "crypto/signed_bytes.h"

#include "base/buf.h"
#include "crypto/internal.h"

static bool read_certs(const struct sx_signed_bytes *what, struct sx_hasher *hasher,
                       struct sx_arena *arena, struct sx_certs *certs, struct sx_err *err)
{
    for (size_t i = 0; i < what->n_certs; i++)
        SX_TRY(sx_certs_add(certs, hasher, what->certs[i], arena, err));
    if (certs->n == 0)
        return sx_fail(err, SX_E_FORMAT, what->signature.off, "no certificate");
    return true;
}

static void take_path(const struct sx_path *path, struct sx_arena *arena, struct sx_signed_by *out)
{
    static const enum sx_fault faults[SX_N_PATH_FAULTS] = {
        [SX_PATH_INCOMPLETE] = SX_FAULT_CHAIN_INCOMPLETE,
        [SX_PATH_INVALID] = SX_FAULT_CHAIN_INVALID,
        [SX_PATH_EXPIRED] = SX_FAULT_CERTIFICATE_EXPIRED,
        [SX_PATH_NOT_YET_VALID] = SX_FAULT_CERTIFICATE_NOT_YET_VALID,
    };
    for (size_t i = 0; i < SX_N_PATH_FAULTS; i++) {
        const struct sx_cert *cert = path->faults[i].cert;
        if (cert == NULL)
            continue;
        struct sx_str subject = sx_escape(arena, cert->subject.text);
        sx_verdict_add(&out->verdict, arena, faults[i], cert->der.off, "%.*s: %s",
                       SX_STR_ARG(subject), path->faults[i].why);
    }
    out->chain = path->chain;
    out->signer = sx_chain_signer(&path->chain);
}

void sx_signed_bytes_verify(const struct sx_trust *trust, struct sx_hasher *hasher,
                            const struct sx_signed_bytes *what, struct sx_arena *arena,
                            struct sx_signed_by *out)
{
    SX_AUTO(sx_certs_release) struct sx_certs certs = { 0 };
    struct sx_err err = { 0 };
    struct sx_path path;
    *out = (struct sx_signed_by){ 0 };
    if (!read_certs(what, hasher, arena, &certs, &err)) {
        sx_verdict_add(&out->verdict, arena, SX_FAULT_CMS_UNREADABLE, err.off, "%s", err.what);
        return;
    }
    out->fits =
        sx_signature_fits(hasher, certs.x[0], what->key, what->hash, what->digest, what->signature);
    if (!out->fits)
        sx_verdict_add(&out->verdict, arena, SX_FAULT_CMS_SIGNATURE_WRONG, what->signature.off,
                       "the signature does not fit what is signed");
    sx_path_find(hasher, trust, &certs, 0, what->at, arena, &path);
    take_path(&path, arena, out);
}
