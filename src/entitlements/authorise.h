/* SPDX-License-Identifier: MIT */
/* Does a provisioning profile authorise a claimed entitlement? (TN3125, "Inside Code Signing:
 * Provisioning Profiles"; the exact comparison of macOS is closed source, so what is not written
 * there is derived from the operations that CoreEntitlements offers, from profiles as Apple makes
 * them, and from reports of processes that were killed.)
 *
 * `grant` is about key and value alone; `unmet` names every part that is wrong, those of fit.h
 * among them. */
#pragma once
#include "entitlements/fit.h"

enum sx_grant {
    SX_GRANT_NOT_NEEDED, /* the key needs no profile, or the code is Apple's or the store's */
    SX_GRANT_GIVEN,
    SX_GRANT_REFUSED,    /* a profile is there and does not hold key or value */
    SX_GRANT_NO_PROFILE, /* the key needs a profile, and there is none */
};

struct sx_claim_question {
    struct sx_str key;
    struct sx_value value;
    const char *class; /* of the catalogue, see catalogue.h */
    bool is_exempt;    /* signed by Apple, or re-signed by the store */
    bool is_native;    /* macOS code that is not of Mac Catalyst */
    bool has_profile;
    const struct sx_map *granted; /* the profile's entitlements; may be NULL */
    const struct sx_fit *fit;     /* profile and code otherwise; NULL: nobody asks */
};

struct sx_claim_answer {
    enum sx_grant grant;
    struct sx_value allowed;  /* what the profile holds under the key; null when nothing */
    struct sx_values refused; /* elements of the claim that it does not grant */
    unsigned unmet;           /* what does not fit, a sum of SX_PART_BIT; 0 = authorised */
    bool is_open; /* more than SX_MAX_GRANT_PAIRS to compare: the rest says nothing but `allowed` */
};

/* sx_authorise answers. A claim that needs no profile has nothing refused, with one exception: an
 * app group of the form of iOS, "group.name", is claimed freely and granted by a profile only, so
 * that those which it does not list are refused while the claim itself is not. */
void sx_authorise(const struct sx_claim_question *question, struct sx_arena *arena,
                  struct sx_claim_answer *out);

/* sx_class_is_restricted tells whether a key of this class must be granted by a profile. */
bool sx_class_is_restricted(const char *class);
