/* SPDX-License-Identifier: MIT */
/* A CMS under test: made by the factory, verified, its faults compared with those expected. */
#pragma once
#include "cms.h"
#include "crypto/cms.h"

#define CONTENT "the CodeDirectory of slot 0"
#define NOW     "2026-11-24"
#define STAMPED "2026-11-20T12:00:00Z"

#define F(name) (1u << SX_FAULT_##name)

/* One group's: signing_set_up makes them, the trust with the factory's roots added. */
extern struct sx_arena *arena;
extern struct sx_fx_pki *pki;
extern struct sx_crypto *crypto;
extern struct sx_hasher *hasher;
extern struct sx_trust *trust;
int signing_set_up(void **state);
int signing_tear_down(void **state);

/* What is not said: a detached signature over CONTENT in BER by a Developer ID, which
 * has no timestamp and no signing time, verified as code on the day NOW. */
struct signing {
    const char *name;
    unsigned want;          /* faults */
    enum sx_identity kind;  /* NONE: DEVELOPER_ID */
    const char *signer;     /* NULL: developer-id */
    const char *tsa, *time; /* of the timestamp; time NULL: STAMPED */
    const char *signing_time;
    unsigned defects;
    enum sx_cms_use use;
    bool attached, der, sha1, check_expiration;
    bool is_expired; /* found not valid, and tolerated */
};

/* sign makes the CMS, verify verifies it as its description says. */
struct sx_fx_cms spec_of(const struct signing *row);
struct sx_str sign(const struct signing *row);
void verify(const struct signing *row, struct sx_str cms, struct sx_cms *out);

struct sx_time time_of(const char *text);
unsigned faults_of(const struct sx_verdict *verdict);
void has_faults(const struct sx_verdict *verdict, unsigned want);
