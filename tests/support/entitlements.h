/* SPDX-License-Identifier: MIT */
/* Entitlements, launch constraints and what follows from them. */
#pragma once
#include "node.h"

/* sx_fx_entitlements_xml and _der make the blobs of slots 5 and 7; the first of any text. */
struct sx_str sx_fx_entitlements_xml(struct sx_arena *arena, struct sx_str xml);
struct sx_str sx_fx_entitlements_der(struct sx_arena *arena, const struct sx_fx_node *map);
/* sx_fx_entitlements_object is the same DER without a blob around it, as profiles hold it. */
struct sx_str sx_fx_entitlements_object(struct sx_arena *arena, const struct sx_fx_node *map);
/* sx_fx_constraint makes the blob of slots 8 to 11 of a developer's dictionary. */
struct sx_str sx_fx_constraint(struct sx_arena *arena, struct sx_fx_node *requirement);
/* sx_fx_exec_seg_flags are those that codesign sets for entitlements; `map` may be NULL. */
uint64_t sx_fx_exec_seg_flags(const struct sx_fx_node *map);

/* sx_fx_der_value encodes a node as entitlements and DER profiles do. */
struct sx_str sx_fx_der_value(struct sx_arena *arena, const struct sx_fx_node *node);
/* sx_fx_der_pair is SEQUENCE { UTF8String key, value }. */
struct sx_str sx_fx_der_pair(struct sx_arena *arena, struct sx_str key, struct sx_str value);
