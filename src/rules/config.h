/* SPDX-License-Identifier: MIT */
/* A project's configuration: the text of a .sxlint.yaml. What it sets is listed as options of the
 * same names would have it; what it says of single findings becomes facts, which rules/waivers.yaml
 * judges. docs/configuration.md explains each key. */
#pragma once
#include "base/timestamp.h"
#include "facts/facts.h"
#include "rules/yaml.h"

/* One value of a key: lists and maps give one for each element, "NE103=note" of a map. */
struct sx_setting {
    struct sx_str key, value;
    uint32_t line, column; /* of the value, from 1 */
};

struct sx_config {
    const struct sx_setting *settings; /* in the order of the file */
    size_t n;
    struct sx_objs waivers; /* struct sx_Waiver each, in the order of the file */
};

/* sx_config_read reads the text of a file named `file`; both are borrowed. `now` is the day that
 * waivers count from. Fails with USAGE at line and column: unknown key, wrong kind of value, a
 * waiver that lacks something or ends more than a year ahead. */
SX_MUST_USE bool sx_config_read(struct sx_str text, const char *file, struct sx_time now,
                                struct sx_arena *arena, struct sx_config *out, struct sx_err *err);

/* sx_baseline_read reads the baseline that sx_write_baseline writes: struct sx_Accepted each. */
SX_MUST_USE bool sx_baseline_read(struct sx_str text, const char *file, struct sx_arena *arena,
                                  struct sx_objs *out, struct sx_err *err);
