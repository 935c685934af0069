/* SPDX-License-Identifier: MIT */
/* The keys of a YAML map by a table: unknown ones, and those of the wrong kind, are refused at
 * their place with the nearest right name. */
#pragma once
#include "rules/yaml.h"

enum {
    SX_NEEDED_ALWAYS = 1,  /* must be there */
    SX_NEEDED_ASKED = 2,   /* must be there in a rule that is asked, which an advice is not */
    SX_NEEDED_BUILT_IN = 4 /* must be there in a built-in rule */
};

struct sx_key {
    const char *name;
    uint8_t kind;    /* enum sx_yaml_kind */
    unsigned needed; /* SX_NEEDED_… */
};

/* sx_keys_take finds the value of every key of the table: out[i] is its node, 0 when it is not
 * there. `what` names the map in errors: "rule", "fix". */
SX_MUST_USE bool sx_keys_take(const struct sx_yaml *yaml, uint32_t map, const char *what,
                              const struct sx_key *keys, size_t n, uint32_t *out,
                              struct sx_err *err);
/* sx_keys_need fails for a key that is not there although one of the bits in `needed` asks for
 * it. */
SX_MUST_USE bool sx_keys_need(const struct sx_yaml *yaml, uint32_t map, const char *what,
                              const struct sx_key *keys, size_t n, const uint32_t *at,
                              unsigned needed, struct sx_err *err);
/* sx_word_take reads one of `n` words. */
SX_MUST_USE bool sx_word_take(const struct sx_yaml *yaml, uint32_t node, const char *what,
                              const char *const *words, size_t n, unsigned *out,
                              struct sx_err *err);
/* sx_text_take reads any scalar as it is written; sx_bool_take only true and false. */
SX_MUST_USE bool sx_text_take(const struct sx_yaml *yaml, uint32_t node, const char *what,
                              struct sx_str *out, struct sx_err *err);
SX_MUST_USE bool sx_bool_take(const struct sx_yaml *yaml, uint32_t node, const char *what,
                              bool *out, struct sx_err *err);
/* sx_texts_take reads a list of scalars into `arena`. */
SX_MUST_USE bool sx_texts_take(const struct sx_yaml *yaml, uint32_t node, const char *what,
                               struct sx_arena *arena, struct sx_strs *out, struct sx_err *err);
/* sx_yaml_fail fails with USAGE where a node begins. */
bool sx_yaml_fail(const struct sx_yaml *yaml, uint32_t node, struct sx_err *err, const char *fmt,
                  ...) SX_PRINTF(4, 5);
