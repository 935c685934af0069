/* SPDX-License-Identifier: MIT */
/* Any bytes as a signature: read, placed, sealed and, against the input itself, its pages
 * checked. Parts of an accepted signature lie inside it, and every refusal is a problem. */
#include "base/limits.h"
#include "codesign/pages.h"
#include "codesign/requirement_set.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool truth)
{
    if (!truth)
        abort();
}

static void require_inside(struct sx_span part, size_t size)
{
    require(part.len == 0 || (part.off <= size && part.len <= size - part.off));
}

static bool is_odd(const void *context, const char *entitlement)
{
    (void)context;
    return (entitlement[0] & 1) != 0;
}

static void verify(const struct sx_signature *s, struct sx_span in, struct sx_hasher *hasher,
                   const struct sx_crypto *crypto, struct sx_code_problems *problems)
{
    struct sx_source source;
    struct sx_err err = { 0 };
    struct sx_signature_place place = { in.len, true, 14, in.len % 2 != 0, in };
    struct sx_component info = { SX_SLOT_INFO_PLIST, SX_COMPONENT_PRESENT, &source, 0, in.len };
    struct sx_page_check check;
    struct sx_page_worker *worker = sx_page_worker_new(crypto);
    sx_source_memory("input", in, &source);
    sx_signature_check_place(s, &place, problems);
    require(sx_signature_check_sealed(s, true, &info, 1, hasher, problems, &err));
    sx_signature_check_exec(s, true, is_odd, NULL, problems);
    sx_page_check_init(&check, s, &source, 0, in.len, problems->arena);
    for (size_t i = 0; i < check.n_ranges; i++)
        sx_page_check_range(&check, i, worker);
    require(sx_page_check_finish(&check, problems, &err));
    require(sx_page_check_bytes(&check) <= in.len);
    sx_page_worker_free(worker);
}

static void check_parts(const struct sx_signature *s, size_t size)
{
    struct sx_requirement_set set;
    struct sx_err err = { 0 };
    for (size_t i = 0; i < s->superblob.n; i++)
        require_inside(s->superblob.blobs[i].data, size);
    require_inside(s->cms.bytes, size);
    require_inside(s->entitlements.bytes, size);
    if (s->requirements.has && sx_requirement_set_parse(s->requirements.bytes, &set, &err))
        for (size_t i = 0; i < set.n; i++)
            require_inside(set.at[i].blob, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct sx_signature signature;
    struct sx_arena *arena = sx_arena_new();
    static struct sx_crypto *crypto; /* made once: it holds nothing of an input */
    static struct sx_hasher *hasher;
    if (crypto == NULL) {
        crypto = sx_crypto_new();
        hasher = sx_hasher_new(crypto);
    }
    struct sx_code_problems problems = { .arena = arena };
    struct sx_span in = { data, size, 0 };
    bool ok = sx_signature_read(in, hasher, &signature, &problems);
    require(ok || problems.n > 0);
    require(ok == (signature.chosen != NULL));
    check_parts(&signature, size);
    if (ok)
        verify(&signature, in, hasher, crypto, &problems);
    sx_code_problems_sort(&problems);
    for (size_t i = 0; i < problems.n; i++)
        require(problems.at[i].detail.len > 0);
    sx_arena_free(arena);
    return 0;
}
