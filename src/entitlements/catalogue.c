/* SPDX-License-Identifier: MIT */
#include "entitlements/catalogue.h"

static const struct sx_catalogue_row rows[] = {
#include "entitlements/catalogue.inc"
};

size_t sx_catalogue_count(void)
{
    return SX_LEN(rows);
}

const struct sx_catalogue_row *sx_catalogue_at(size_t at)
{
    return &rows[at];
}

const struct sx_catalogue_row *sx_catalogue_find(struct sx_str key)
{
    size_t low = 0, high = SX_LEN(rows);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = sx_str_cmp(key, sx_str_of(rows[middle].key));
        if (order == 0)
            return &rows[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

const struct sx_catalogue_row *sx_catalogue_nearest(struct sx_str key)
{
    const struct sx_catalogue_row *best = NULL;
    size_t reach = 2;
    for (size_t i = 0; i < SX_LEN(rows); i++) {
        size_t distance = sx_str_distance(key, sx_str_of(rows[i].key), reach);
        if (distance <= reach && (best == NULL || distance < reach)) {
            best = &rows[i];
            reach = distance;
        }
    }
    return best;
}

const char *sx_catalogue_class(struct sx_str key)
{
    static const struct {
        const char *prefix, *class;
    } fallback[] = {
        { "com.apple.developer.", "restricted" },
        { "com.apple.security.cs.", "hardened-runtime" },
        { "com.apple.security.", "sandbox" },
        { "com.apple.private.", "private" },
        { "com.apple.rootless.", "private" },
        { "com.apple.", "restricted" },
        { "", "custom" }, /* no kill of a process for one of these has been seen */
    };
    const struct sx_catalogue_row *row = sx_catalogue_find(key);
    if (row != NULL)
        return row->class;
    size_t i = 0;
    while (!sx_str_starts(key, sx_str_of(fallback[i].prefix)))
        i++;
    return fallback[i].class;
}
