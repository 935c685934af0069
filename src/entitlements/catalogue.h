/* SPDX-License-Identifier: MIT */
/* The catalogue of entitlement keys: what Apple's documentation, capability tables and open
 * source say of each (rules/entitlements.tsv, with the source of every row). */
#pragma once
#include "value/schema.h"

enum { SX_IN_DEVELOPMENT = 1, SX_IN_DEVELOPER_ID = 2, SX_IN_APP_STORE = 4 };

struct sx_catalogue_row {
    const char *key;
    const char *type;   /* bool, string, ...; "" when the catalogue is unsure */
    const char *values; /* comma separated; "" = free */
    const char *class;  /* unrestricted, restricted, sandbox, hardened-runtime, private, debug */
    enum sx_tri macos;  /* can be authorised on macOS; absent when doubtful */
    unsigned channels;  /* SX_IN_…: where a profile can hold it, doubtful ones left out */
    const char *minos;  /* "" when not known */
    bool request_only;  /* Apple must approve it */
    const char *note;   /* with its source */
};

/* sx_catalogue_find returns the row of a key, or NULL. */
const struct sx_catalogue_row *sx_catalogue_find(struct sx_str key);
/* sx_catalogue_nearest returns the row whose key is at most two edits away, or NULL. */
const struct sx_catalogue_row *sx_catalogue_nearest(struct sx_str key);
/* sx_catalogue_class is the class of any key: of its row, else by its prefix; keys outside
 * com.apple. are "custom". Never NULL. */
const char *sx_catalogue_class(struct sx_str key);

size_t sx_catalogue_count(void);
const struct sx_catalogue_row *sx_catalogue_at(size_t at); /* sorted by key */
