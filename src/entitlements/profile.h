/* SPDX-License-Identifier: MIT */
/* What a provisioning profile says (TN3125, "Inside Code Signing: Provisioning Profiles"), in
 * either of its encodings: the property list that people read, and the DER form in it that current
 * systems read. */
#pragma once
#include "crypto/digest.h"
#include "value/schema.h"

enum sx_profile_type {
    SX_PROFILE_UNKNOWN,
    SX_PROFILE_DEVELOPMENT,
    SX_PROFILE_DEVELOPER_ID,
    SX_PROFILE_APP_STORE,
    SX_PROFILE_AD_HOC,
    SX_PROFILE_ENTERPRISE,
};

/* The keys that sxlint reads, each with its type: key, type, field. */
#define SX_PROFILE_KEYS(X)                                                                         \
    X("Name", TEXT, name)                                                                          \
    X("UUID", TEXT, uuid)                                                                          \
    X("TeamName", TEXT, team_name)                                                                 \
    X("ProfileDistributionType", TEXT, distribution)                                               \
    X("Platform", TEXTS, platforms)                                                                \
    X("TeamIdentifier", TEXTS, team_identifiers)                                                   \
    X("ApplicationIdentifierPrefix", TEXTS, prefixes)                                              \
    X("ProvisionedDevices", TEXTS, devices)                                                        \
    X("CreationDate", DATE, created)                                                               \
    X("ExpirationDate", DATE, expires)                                                             \
    X("ProvisionsAllDevices", FLAG, all_devices)                                                   \
    X("IsXcodeManaged", FLAG, xcode_managed)                                                       \
    X("Entitlements", MAP, entitlements)                                                           \
    X("DeveloperCertificates", BYTES, certificates)

#define SX_PROFILE_TEXT(field)  struct sx_str field;
#define SX_PROFILE_TEXTS(field) struct sx_strs field;
#define SX_PROFILE_DATE(field)  struct sx_opt_time field;
#define SX_PROFILE_FLAG(field)  bool field;
#define SX_PROFILE_MAP(field)   const struct sx_map *field;
#define SX_PROFILE_BYTES(field) struct sx_strs field;

/* One key whose value has another type than it should; its field is then empty. */
struct sx_profile_fault {
    const char *key;
    const struct sx_value *value; /* of the key, or the first element that is wrong */
};

struct sx_profile {
#define X(key, type, field) SX_PROFILE_##type(field)
    SX_PROFILE_KEYS(X)
#undef X
    /* `certificates` are whole in the property list, their SHA-256 in the DER form */

    struct sx_str app_id_prefix, app_id; /* of the entitlements, "PREFIX.rest"; none */
    enum sx_profile_type type;
    const struct sx_profile_fault *faults;
    size_t n_faults;
};

/* sx_profile_read reads the keys of a profile. A key that is missing leaves its field empty, one
 * of another type is a fault besides. The type is that of ProfileDistributionType where there is
 * one that is known, else it follows from devices and platform. */
void sx_profile_read(const struct sx_map *map, struct sx_arena *arena, struct sx_profile *out);

/* sx_profile_comparable is what a profile's property list must have in common with its DER form,
 * which knows certificates by their SHA-256; sx_profile_comparable_der the same of the DER form,
 * which tells the type besides. */
const struct sx_map *sx_profile_comparable(const struct sx_map *plist, struct sx_hasher *hasher,
                                           struct sx_arena *arena);
const struct sx_map *sx_profile_comparable_der(const struct sx_map *der, struct sx_arena *arena);
