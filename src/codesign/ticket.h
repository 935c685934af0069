/* SPDX-License-Identifier: MIT */
/* A stapled ticket: the list of what one upload to Apple's notary service held, signed by Apple.
 *
 *     "s8ch" | u32 1 | u32 length of certificates | u32 length of payload
 *     certificates   a SEQUENCE of them (DER), the signer's first
 *     payload        "g8tk" | u16 2 | u16 20 | u32 count | u32 flags | u64 Unix time,
 *                    then count x { u8 hash type, 20 bytes of a hash }
 *     signature      ECDSA (P-256, SHA-256) over all bytes before it, zero padded to 4
 *
 * Numbers are little-endian. The layout is that of tickets of released software; no source of
 * Apple's describes it. Hash types are those of a CodeDirectory: SHA-256 for the cdhash of each
 * slice, and for a package the digest of its table of contents. */
#pragma once
#include "base/limits.h"
#include "crypto/signed_bytes.h"

struct sx_ticket_entry {
    unsigned hash_type;  /* as stored: enum sx_hash where it is one we know */
    struct sx_span hash; /* 20 bytes */
};

struct sx_ticket {
    struct sx_span certs[SX_MAX_CERTIFICATES];
    size_t n_certs;
    const struct sx_ticket_entry *entries; /* in the order of the file */
    size_t n_entries;
    uint32_t flags;
    struct sx_time created;
    struct sx_span is_signed; /* the bytes that the signature covers */
    struct sx_span signature; /* DER, without its padding */
};

/* sx_ticket_is tells whether bytes begin as a ticket does. */
bool sx_ticket_is(struct sx_span head);

/* sx_ticket_parse reads a ticket, which fills `in`. `*out` borrows from it. Fails with MAGIC,
 * TRUNCATED, RANGE, FORMAT, LIMIT or UNSUPPORTED. */
SX_MUST_USE bool sx_ticket_parse(struct sx_span in, struct sx_arena *arena, struct sx_ticket *out,
                                 struct sx_err *err);

/* sx_ticket_verify checks who signed it, at the time it was made: signers live for a year, and
 * tickets stay good. True when the notary did; else `*why` says what is wrong, and `*off` where. */
bool sx_ticket_verify(const struct sx_ticket *ticket, const struct sx_trust *trust,
                      struct sx_hasher *hasher, struct sx_arena *arena, struct sx_str *why,
                      uint64_t *off);
