/* SPDX-License-Identifier: MIT */
/* YAML nodes as values, and as text again. */
#pragma once
#include "base/buf.h"
#include "rules/yaml.h"
#include "value/value.h"

/* sx_yaml_value makes a value of a node. Plain scalars are null (null, ~, empty), true, false,
 * decimal integers and decimal fractions; everything else, `yes` and `010` among it, is text.
 * The value's `pos` is 1 + the node's number; texts are borrowed from the document. */
struct sx_value sx_yaml_value(const struct sx_yaml *yaml, uint32_t node, struct sx_arena *arena);

/* sx_yaml_print writes a node as YAML on one line, as an example is shown to a reader. */
void sx_yaml_print(struct sx_buf *out, const struct sx_yaml *yaml, uint32_t node);
