/* SPDX-License-Identifier: MIT */
/* Is a profile for this code at all (TN3125, "Inside Code Signing: Provisioning Profiles")? It has
 * to be Apple's, of the kind that goes with the certificate that signed, in force, and for the
 * platform, team, certificate and App ID of the code. Which keys and values it grants is a question
 * of its own: authorise.h. */
#pragma once
#include "entitlements/profile.h"

/* What has to fit before a profile authorises a claim. */
enum sx_part {
    SX_PART_PROFILE,
    SX_PART_PLATFORM,
    SX_PART_DATE,
    SX_PART_TEAM,
    SX_PART_CERTIFICATE,
    SX_PART_APP_ID,
    SX_PART_ENTITLEMENT, /* key or value; never an answer of sx_misfits */
    SX_N_PARTS
};
#define SX_PART_BIT(part) (1u << (part))

/* A profile and the code beside it. Certificates are spelled alike on both sides. */
struct sx_fit {
    bool is_sound; /* Apple's, unaltered and readable */
    enum sx_profile_type type;
    struct sx_strs platforms, teams, certificates;
    struct sx_opt_time expires;
    struct sx_str app_id; /* without its prefix; a star at the end stands for anything */

    unsigned types; /* 1 << type for each that goes with the certificate that signed; 0 = any */
    struct sx_str platform, team, leaf, identifier;
    struct sx_time now;
};

/* sx_misfits is the sum of SX_PART_BIT of what does not fit; what the code does not have fits
 * nothing. A profile that names no App ID or no end is asked for neither. */
unsigned sx_misfits(const struct sx_fit *fit);
