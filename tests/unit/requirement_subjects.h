/* SPDX-License-Identifier: MIT */
/* Signed code that requirements are asked of, made of what they can ask for and of nothing else. */
#pragma once
#include "codesign/requirement.h"
#include "rows.h"

#define APPLE "1.2.840.113635.100."
#define DATE  APPLE "6.1.33"

#define NAME(...)                                                                                  \
    {                                                                                              \
        .parts = (const struct sx_name_part[]){ __VA_ARGS__ },                                     \
        .n_parts =                                                                                 \
            sizeof((const struct sx_name_part[]){ __VA_ARGS__ }) / sizeof(struct sx_name_part)     \
    }
#define PART(type, value)                                                                          \
    {                                                                                              \
        LIT(type), LIT(value)                                                                      \
    }
#define CN(value)    PART("2.5.4.3", value)
#define O(value)     PART("2.5.4.10", value)
#define OU(value)    PART("2.5.4.11", value)
#define EMAIL(value) PART("1.2.840.113549.1.9.1", value)
#define FIELD(id)                                                                                  \
    {                                                                                              \
        .oid = LIT(id)                                                                             \
    }
#define FIELDS(...)                                                                                \
    .extensions = (const struct sx_extension[]){ __VA_ARGS__ },                                    \
    .n_extensions =                                                                                \
        sizeof((const struct sx_extension[]){ __VA_ARGS__ }) / sizeof(struct sx_extension)

#define E(name, ...)                                                                               \
    {                                                                                              \
        .key = { .kind = SX_STRING, .str = LIT(name) }, .value = { __VA_ARGS__ }                   \
    }
#define TEXT(value) .kind = SX_STRING, .str = LIT(value)
/* Three certificates each, but for the last, which has one. */
extern const struct sx_cert developer_id[3], platform_code[3], self_signed[1];

/* What the code says of itself. */
extern const struct sx_map code_info, code_entitlements;
extern const uint8_t code_cdhash[20];
#define CODE                                                                                       \
    .identifier = LIT("com.example.waffle"), .cdhash = { code_cdhash, 20, 0 }, .info = &code_info, \
    .entitlements = &code_entitlements

/* Ad hoc code, Developer ID code, Apple's own, and self-signed code of which neither Info.plist
 * nor entitlements can be read. */
enum { AD_HOC, DEVELOPER_ID, PLATFORM_CODE, SELF_SIGNED, N_SUBJECTS };
extern const struct sx_requirement_subject subjects[N_SUBJECTS];

/* letter asks: Yes, No, Unknown or Error. */
char letter(const struct sx_requirement *r, const struct sx_requirement_subject *subject);
