/* SPDX-License-Identifier: MIT */
#include "entitlements/fit.h"

static bool is_of_kind(const struct sx_fit *fit)
{
    return fit->types == 0 || fit->type == SX_PROFILE_UNKNOWN || (fit->types >> fit->type & 1) != 0;
}

static bool fits_profile(const struct sx_fit *fit)
{
    return fit->is_sound && is_of_kind(fit);
}

static bool fits_platform(const struct sx_fit *fit)
{
    return sx_strs_has(fit->platforms, fit->platform);
}

/* A profile has ended in the second that it names. */
static bool fits_date(const struct sx_fit *fit)
{
    return !fit->expires.has || sx_time_cmp(fit->now, fit->expires.t) < 0;
}

static bool fits_team(const struct sx_fit *fit)
{
    return sx_strs_has(fit->teams, fit->team);
}

static bool fits_certificate(const struct sx_fit *fit)
{
    return sx_strs_has(fit->certificates, fit->leaf);
}

static bool fits_app_id(const struct sx_fit *fit)
{
    struct sx_str id = fit->app_id;
    if (id.ptr == NULL || fit->identifier.ptr == NULL)
        return id.ptr == NULL;
    if (sx_str_ends(id, SX_STR("*")))
        return sx_str_starts(fit->identifier, sx_str_sub(id, 0, id.len - 1));
    return sx_str_eq(id, fit->identifier);
}

unsigned sx_misfits(const struct sx_fit *fit)
{
    static bool (*const fits[])(const struct sx_fit *) = {
        [SX_PART_PROFILE] = fits_profile,
        [SX_PART_PLATFORM] = fits_platform,
        [SX_PART_DATE] = fits_date,
        [SX_PART_TEAM] = fits_team,
        [SX_PART_CERTIFICATE] = fits_certificate,
        [SX_PART_APP_ID] = fits_app_id,
    };
    unsigned misfits = 0;
    for (unsigned part = 0; part < SX_LEN(fits); part++)
        if (!fits[part](fit))
            misfits |= SX_PART_BIT(part);
    return misfits;
}
