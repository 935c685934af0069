/* SPDX-License-Identifier: MIT */
/* The built-in rules: the files of rules/, read when sxlint is built and written down as one table
 * of YAML nodes. Nothing is parsed at run time, and the table holds numbers only, so that it lies
 * in read-only pages that all processes share. */
#pragma once
#include "rules/yaml.h"

struct sx_pack_file {
    uint32_t name, len; /* in the pool; NUL behind it */
    uint32_t root;      /* node */
};

extern const struct sx_yaml_node sx_pack_nodes[];
extern const char sx_pack_pool[];
extern const struct sx_pack_file sx_pack_files[];
extern const uint32_t sx_pack_n_files;
