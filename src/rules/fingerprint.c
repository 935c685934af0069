/* SPDX-License-Identifier: MIT */
#include "rules/case.h"

static struct sx_hasher *hasher(struct sx_case *c)
{
    if (*c->hasher == NULL) {
        *c->crypto = sx_crypto_new();
        *c->hasher = sx_hasher_new(*c->crypto);
    }
    return *c->hasher;
}

/* The artifact's own name often holds a version, so it does not count. */
static struct sx_str below_artifact(struct sx_str path, struct sx_str artifact)
{
    struct sx_str name = sx_str_base(artifact);
    if (!sx_str_starts(path, name))
        return path;
    return sx_str_sub(path, name.len, path.len);
}

static void put(struct sx_buf *out, struct sx_str s)
{
    sx_buf_str(out, s);
    sx_buf_char(out, '\0');
}

struct sx_str sx_fingerprint(struct sx_case *c, const struct sx_finding *finding,
                             struct sx_str offending)
{
    uint8_t digest[SX_HASH_MAX_LEN];
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    put(&text, finding->rule->id);
    put(&text, below_artifact(sx_object_identity(finding->owner), c->artifact->path));
    for (size_t i = 0; i < finding->slices.n; i++)
        put(&text, finding->slices.at[i]);
    put(&text, offending);
    sx_hash_bytes(hasher(c), SX_HASH_SHA256, text.ptr, text.len, digest);
    return sx_hex(c->arena, digest, sx_hash_len(SX_HASH_SHA256));
}
