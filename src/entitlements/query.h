/* SPDX-License-Identifier: MIT */
/* Entitlement queries of constraints: a list of [operation, parameter] that narrows a value,
 * beginning with the entitlements, and matches what is left (Apple, "Defining launch environment
 * and library constraints"; operations 12 and 13 from XNU's CoreEntitlements headers). */
#pragma once
#include "value/value.h"

/* sx_query_may_hold runs a query. An operation that is not known, or a query that is none, may
 * hold for anything. */
bool sx_query_may_hold(struct sx_value query, struct sx_value entitlements);

/* sx_query_check tells whether a value is a query; else `*why` says what is wrong with its element
 * `*at`. */
bool sx_query_check(struct sx_value query, size_t *at, const char **why);
