/* SPDX-License-Identifier: MIT */
#include "crypto/cdhash.h"

enum { CDHASH_LEN = 20 };

/* SHA-256 and its truncated form are one algorithm to the attribute, which has of either as many
 * bytes as the hash has (Security, signerutils.cpp, SECOidTagForAlgorithm; codedirectory.cpp,
 * hashFor and cdhash). */
static unsigned algorithm_of(unsigned hash)
{
    return hash == SX_HASH_SHA256_TRUNCATED ? SX_HASH_SHA256 : hash;
}

static bool lists_exactly(const struct sx_cdhash_list *listed,
                          const struct sx_code_digest *directories, size_t n)
{
    if (listed == NULL || listed->n != n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (!sx_span_eq(listed->at[i], (struct sx_span){ directories[i].digest, CDHASH_LEN, 0 }))
            return false;
    return true;
}

static bool has_entry(const struct sx_cms *cms, const struct sx_code_digest *directory)
{
    unsigned hash = algorithm_of(directory->hash);
    struct sx_span digest = { directory->digest, sx_hash_len(directory->hash), 0 };
    if (digest.len == 0)
        return true; /* Apple's verifier steps over what it does not know */
    for (size_t i = 0; i < cms->n_cdhash_entries; i++)
        if (cms->cdhash_entries[i].hash == hash)
            return sx_span_eq(cms->cdhash_entries[i].digest, digest);
    return false;
}

static bool has_all_entries(const struct sx_cms *cms, const struct sx_code_digest *directories,
                            size_t n)
{
    if (cms->cdhash_entries_broken || cms->n_cdhash_entries != n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (!has_entry(cms, &directories[i]))
            return false;
    return true;
}

void sx_cms_check_cdhashes(struct sx_cms *cms, const struct sx_code_digest *directories, size_t n,
                           const struct sx_cdhash_list *listed, struct sx_arena *arena)
{
    if (cms->has_cdhash_plist && !lists_exactly(listed, directories, n))
        sx_verdict_add(&cms->verdict, arena, SX_FAULT_CDHASH_ATTRIBUTE_WRONG, cms->cdhash_plist.off,
                       "attribute 1.2.840.113635.100.9.1 does not list the %zu CodeDirectories "
                       "present",
                       n);
    if (cms->has_cdhash_entries && !has_all_entries(cms, directories, n))
        sx_verdict_add(&cms->verdict, arena, SX_FAULT_CDHASH_ATTRIBUTE_WRONG, cms->off,
                       "attribute 1.2.840.113635.100.9.2 does not list the %zu CodeDirectories "
                       "present",
                       n);
}
