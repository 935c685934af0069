/* SPDX-License-Identifier: MIT */
#include "codesign/ticket.h"

#include "base/buf.h"
#include "crypto/ber.h"

static const char ticket_magic[] = "s8ch";
static const char payload_magic[] = "g8tk";

/* Numbers of the layout, of which no other values have been seen. */
enum { TICKET_VERSION = 1, PAYLOAD_VERSION = 2, HASH_LEN = 20, HEAD_LEN = 16, PADDING = 4 };

static bool is_magic(struct sx_span bytes, const char *magic)
{
    return sx_str_is(sx_str_of_span(bytes), magic);
}

bool sx_ticket_is(struct sx_span head)
{
    struct sx_err ignored = { 0 }; /* too short is another thing */
    struct sx_span magic;
    return sx_span_sub(head, 0, 4, "magic", &magic, &ignored) && is_magic(magic, ticket_magic);
}

static bool read_certs(struct sx_span in, struct sx_ticket *out, struct sx_err *err)
{
    struct sx_ber_reader all = sx_ber_reader(in, SX_DER), list;
    struct sx_ber cert;
    SX_TRY(sx_ber_enter(&all, SX_BER_SEQUENCE, "certificates", &list, err));
    while (!sx_ber_at_end(&list)) {
        if (out->n_certs == SX_MAX_CERTIFICATES)
            return sx_fail(err, SX_E_LIMIT, in.off, "certificates: more than %d",
                           SX_MAX_CERTIFICATES);
        SX_TRY(sx_ber_take(&list, SX_BER_SEQUENCE, "certificate", &cert, err));
        out->certs[out->n_certs++] = cert.whole;
    }
    return sx_ber_finish(&all, "certificates", err);
}

static bool read_entries(struct sx_cursor *c, uint32_t count, struct sx_arena *arena,
                         struct sx_ticket *out, struct sx_err *err)
{
    struct sx_ticket_entry *entries = SX_NEW_N(arena, struct sx_ticket_entry, count);
    for (uint32_t i = 0; i < count; i++) {
        entries[i].hash_type = sx_get_u8(c, "entry.hashType");
        entries[i].hash = sx_get_bytes(c, HASH_LEN, "entry.hash");
    }
    out->entries = entries;
    out->n_entries = count;
    return sx_cursor_ok(c, err);
}

static bool read_payload(struct sx_span in, struct sx_arena *arena, struct sx_ticket *out,
                         struct sx_err *err)
{
    struct sx_cursor c = sx_cursor_le(in);
    struct sx_span magic = sx_get_bytes(&c, 4, "payload.magic");
    uint16_t version = sx_get_u16(&c, "payload.version");
    uint16_t hash_len = sx_get_u16(&c, "payload.hashSize");
    uint32_t count = sx_get_u32(&c, "payload.count");
    out->flags = sx_get_u32(&c, "payload.flags");
    uint64_t seconds = sx_get_u64(&c, "payload.time");
    SX_TRY(sx_cursor_ok(&c, err));
    if (!is_magic(magic, payload_magic))
        return sx_fail(err, SX_E_MAGIC, in.off, "payload.magic: it is not \"%s\"", payload_magic);
    if (version != PAYLOAD_VERSION || hash_len != HASH_LEN)
        return sx_fail(err, SX_E_UNSUPPORTED, in.off + 4,
                       "payload.version, hashSize: %u, %u, known are %d, %d", version, hash_len,
                       PAYLOAD_VERSION, HASH_LEN);
    if (count > SX_MAX_LIST)
        return sx_fail(err, SX_E_LIMIT, in.off + 8, "payload.count: %u, at most %d", count,
                       SX_MAX_LIST);
    if (sx_cursor_left(&c) != (size_t)count * (1 + HASH_LEN))
        return sx_fail(err, SX_E_FORMAT, in.off + 8, "payload.count: %u, and %zu bytes for them",
                       count, sx_cursor_left(&c));
    if (seconds > SX_MAX_TICKET_TIME)
        return sx_fail(err, SX_E_FORMAT, in.off + 16, "payload.time: %llu is no time in seconds",
                       (unsigned long long)seconds);
    out->created = (struct sx_time){ .seconds = (int64_t)seconds };
    return read_entries(&c, count, arena, out, err);
}

/* What follows the payload: the signature, and zeros that round the length up. */
static bool read_signature(struct sx_span in, struct sx_ticket *out, struct sx_err *err)
{
    struct sx_ber_reader r = sx_ber_reader(in, SX_DER);
    struct sx_ber signature;
    struct sx_span padding;
    SX_TRY(sx_ber_take(&r, SX_BER_SEQUENCE, "signature", &signature, err));
    SX_TRY(sx_span_from(in, r.pos, "padding", &padding, err));
    if (padding.len >= PADDING || !sx_span_is_zero(padding))
        return sx_fail(err, SX_E_FORMAT, padding.off, "%zu bytes behind the signature",
                       padding.len);
    out->signature = signature.whole;
    return true;
}

bool sx_ticket_parse(struct sx_span in, struct sx_arena *arena, struct sx_ticket *out,
                     struct sx_err *err)
{
    struct sx_cursor c = sx_cursor_le(in);
    struct sx_span magic = sx_get_bytes(&c, 4, "ticket.magic");
    uint32_t version = sx_get_u32(&c, "ticket.version");
    uint32_t certs_len = sx_get_u32(&c, "ticket.certificatesLength");
    uint32_t payload_len = sx_get_u32(&c, "ticket.payloadLength");
    struct sx_span certs, payload, signature;
    *out = (struct sx_ticket){ 0 };
    SX_TRY(sx_cursor_ok(&c, err));
    if (!is_magic(magic, ticket_magic))
        return sx_fail(err, SX_E_MAGIC, in.off, "ticket.magic: it is not \"%s\"", ticket_magic);
    if (version != TICKET_VERSION)
        return sx_fail(err, SX_E_UNSUPPORTED, in.off + 4, "ticket.version: %u, known is %d",
                       version, TICKET_VERSION);
    uint64_t payload_at = HEAD_LEN + (uint64_t)certs_len, end = payload_at + payload_len;
    SX_TRY(sx_span_sub(in, HEAD_LEN, certs_len, "certificates", &certs, err));
    SX_TRY(sx_span_sub(in, payload_at, payload_len, "payload", &payload, err));
    SX_TRY(sx_span_sub(in, 0, end, "what is signed", &out->is_signed, err));
    SX_TRY(sx_span_from(in, end, "signature", &signature, err));
    SX_TRY(read_certs(certs, out, err));
    SX_TRY(read_payload(payload, arena, out, err));
    return read_signature(signature, out, err);
}

/* The notary's signer is told by its chain; a chain that ends elsewhere makes another one of it. */
static struct sx_str not_the_notary(const struct sx_signed_by *by, struct sx_arena *arena)
{
    struct sx_str who = sx_escape(arena, by->chain.certs[0].subject.text);
    const char *but = sx_chain_is_trusted(&by->chain) ? "who signs no tickets"
                                                      : "whose chain does not end at Apple";
    return sx_str_printf(arena, "signed by %.*s, %s", SX_STR_ARG(who), but);
}

bool sx_ticket_verify(const struct sx_ticket *ticket, const struct sx_trust *trust,
                      struct sx_hasher *hasher, struct sx_arena *arena, struct sx_str *why,
                      uint64_t *off)
{
    uint8_t digest[SX_HASH_MAX_LEN];
    struct sx_signed_by by;
    sx_hash_bytes(hasher, SX_HASH_SHA256, ticket->is_signed.ptr, ticket->is_signed.len, digest);
    struct sx_signed_bytes what = {
        .certs = ticket->certs,
        .n_certs = ticket->n_certs,
        .key = SX_KEY_EC,
        .hash = SX_HASH_SHA256,
        .digest = digest,
        .signature = ticket->signature,
        .at = ticket->created,
    };
    sx_signed_bytes_verify(trust, hasher, &what, arena, &by);
    *off = by.verdict.n > 0 ? by.verdict.at[0].off : ticket->signature.off;
    if (by.verdict.n > 0)
        *why = by.verdict.at[0].detail;
    else if (by.signer != SX_IDENTITY_TICKET)
        *why = not_the_notary(&by, arena);
    return by.verdict.n == 0 && by.signer == SX_IDENTITY_TICKET;
}
