/* SPDX-License-Identifier: MIT */
/* Certification authorities and signers shaped like Apple's: same markers, same extensions, keys
 * and serial numbers made from the name, so that each certificate is the same bytes every time.
 * pki.c lists them; fixture files call them by `name`. */
#pragma once
#include "key.h"

struct sx_fx_cert {
    const char *name;
    struct sx_fx_key key;
    const struct sx_fx_cert *issuer; /* NULL when it signs itself */
    struct sx_str der;
    struct sx_str subject, issuer_name; /* Name, as DER */
    struct sx_str serial;               /* INTEGER, as DER */
    struct sx_str common_name;
    struct sx_str team;        /* OU, which is the team of those that Apple issues; else no text */
    const char *issuer_marker; /* the issuer's marker below Apple's arc, or NULL */
    bool trusted;              /* its chain ends in one of the roots that stand for Apple's */
};

/* A PKI makes certificates when they are first asked for, in `arena`. */
struct sx_fx_pki;
struct sx_fx_pki *sx_fx_pki_new(struct sx_arena *arena);
struct sx_arena *sx_fx_pki_arena(const struct sx_fx_pki *pki);
/* sx_fx_cert returns NULL when no certificate has this name. */
const struct sx_fx_cert *sx_fx_cert(struct sx_fx_pki *pki, struct sx_str name);
/* sx_fx_cert_name lists them all: NULL at the end. */
const char *sx_fx_cert_name(size_t at);
/* sx_fx_pem wraps DER for tools that read nothing else. */
struct sx_str sx_fx_pem(struct sx_arena *arena, struct sx_str der);
