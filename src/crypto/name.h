/* SPDX-License-Identifier: MIT */
/* Distinguished names (X.501) as text. */
#pragma once
#include "base/str.h"
#include "crypto/ber.h"

/* One attribute, its value as UTF-8. */
struct sx_name_part {
    struct sx_str type; /* dotted OID */
    struct sx_str value;
};

struct sx_name {
    struct sx_str text; /* one line, RFC 4514; types without a short name as dotted OID */
    const struct sx_name_part *parts; /* in encoded order, root first */
    size_t n_parts;
};

/* sx_name_parse reads the element `der`, a Name. */
SX_MUST_USE bool sx_name_parse(const struct sx_ber *der, struct sx_arena *arena,
                               struct sx_name *out, struct sx_err *err);
/* sx_name_same compares names as issuers and subjects are matched: ASCII letters without regard
 * to case, runs of blanks as one, and whatever the string types (RFC 5280, 7.1). */
bool sx_name_same(const struct sx_name *a, const struct sx_name *b);
/* sx_name_first and sx_name_last return the value of an attribute by its dotted OID; none when
 * the name has no such attribute. */
struct sx_str sx_name_first(const struct sx_name *name, const char *type);
struct sx_str sx_name_last(const struct sx_name *name, const char *type);
