/* SPDX-License-Identifier: MIT */
/* The chain from a signer's certificate to its root, and who the signer is. That is told by
 * the root (pinned), and then by Apple's marker extensions; never by a name. */
#pragma once
#include "crypto/trust.h"

struct sx_chain {
    const struct sx_cert *certs; /* leaf first */
    size_t n;
    enum sx_anchor anchor; /* NONE also where a link does not hold */
};

/* The names are those of the facts; PROFILE and below sign something else than code. */
#define SX_IDENTITIES(X)                                                                           \
    X(NONE)                                                                                        \
    X(DEVELOPER_ID)                                                                                \
    X(APPLE)                                                                                       \
    X(APP_STORE)                                                                                   \
    X(DISTRIBUTION)                                                                                \
    X(DEVELOPMENT)                                                                                 \
    X(TESTFLIGHT)                                                                                  \
    X(INSTALLER)                                                                                   \
    X(STORE_INSTALLER)                                                                             \
    X(SELF_SIGNED)                                                                                 \
    X(OTHER)                                                                                       \
    X(PROFILE)                                                                                     \
    X(TICKET)                                                                                      \
    X(TIMESTAMP)

enum sx_identity {
#define X(name) SX_IDENTITY_##name,
    SX_IDENTITIES(X)
#undef X
};

/* sx_chain_is_trusted tells whether every link holds and the chain ends in an anchor: "anchor
 * apple generic". Validity in time is another question. */
static inline bool sx_chain_is_trusted(const struct sx_chain *chain)
{
    return chain->anchor == SX_ANCHOR_APPLE || chain->anchor == SX_ANCHOR_ADDED;
}

/* sx_chain_signer tells who the chain's leaf is; NONE for an empty chain. */
enum sx_identity sx_chain_signer(const struct sx_chain *chain);

/* sx_chain_is_apple_developer tells whether Apple's verifier compares the team of such code with
 * the leaf's OU (Security, StaticCode.cpp: isAppleDeveloperCert). */
bool sx_chain_is_apple_developer(const struct sx_chain *chain);

/* sx_chain_false_marker returns the first of Apple's markers in a chain that does not end in an
 * anchor; none when there is none. Such a chain looks like Apple's and is not. */
struct sx_str sx_chain_false_marker(const struct sx_chain *chain);
