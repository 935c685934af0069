/* SPDX-License-Identifier: MIT */
/* The two readers behind sx_plist_read. */
#pragma once
#include "value/plist.h"

SX_MUST_USE bool sx_plist_read_xml(const struct sx_source *source, struct sx_plist_sink sink,
                                   struct sx_plist_traits *traits, struct sx_err *err);
/* sx_plist_read_binary walks what is reachable from the top object of `in`, which lies at offset 0,
 * shared objects as often as they are referred to. It bounds nesting, nodes and bytes as they
 * expand. */
SX_MUST_USE bool sx_plist_read_binary(struct sx_span in, struct sx_plist_sink sink,
                                      struct sx_err *err);
