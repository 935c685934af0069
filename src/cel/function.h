/* SPDX-License-Identifier: MIT */
/* Functions: each form of each is one row, told apart by the types of its arguments. A file a
 * subject holds the functions and, at its end, their table. */
#pragma once
#include "cel/type.h"

struct sx_cel_overload {
    struct sx_str name;
    enum sx_cel_style {
        SX_CEL_GLOBAL = 1, /* f(x, y) */
        SX_CEL_MEMBER = 2, /* x.f(y) */
        SX_CEL_EITHER = 3,
    } style;
    uint8_t n_args;
    const struct sx_spec *args[SX_CEL_MAX_ARGS];
    const struct sx_spec *result;
    struct sx_value (*call)(struct sx_cel_run *run, const struct sx_value *args);
};
/* For the first column of a table. */
#define SX_CEL_NAMED(text)                                                                         \
    {                                                                                              \
        (text), sizeof(text) - 1                                                                   \
    }

struct sx_cel_functions {
    const struct sx_cel_overload *at;
    size_t n;
};

extern const struct sx_cel_functions sx_cel_arithmetic;  /* operators */
extern const struct sx_cel_functions sx_cel_conversions; /* int(), string(), type(), ... */
extern const struct sx_cel_functions sx_cel_strings;     /* the standard ones, and size() */
extern const struct sx_cel_functions sx_cel_texts;       /* the strings extension */
extern const struct sx_cel_functions sx_cel_formats;     /* format(), quote() */
extern const struct sx_cel_functions sx_cel_times;

/* The tables above, in the order in which a name is looked up. */
extern const struct sx_cel_functions *const sx_cel_standard[];
extern const size_t sx_cel_n_standard;

/* sx_cel_matches is the function behind matches(); calls with a constant pattern go past it. */
struct sx_value sx_cel_matches(struct sx_cel_run *run, const struct sx_value *args);

/* What every function may return. */
struct sx_value sx_cel_exhausted(void);
/* sx_cel_failed is an error whose text is a literal. */
struct sx_value sx_cel_failed(const char *text);
/* sx_cel_charge_bytes charges for bytes compared, searched or copied. */
static inline bool sx_cel_charge_bytes(struct sx_cel_run *run, size_t bytes)
{
    return sx_cel_charge(run, bytes / 64);
}
/* sx_cel_charge_search charges for finding one text in another, which compares the beginning of
 * the needle at many places, and all of it at few. */
static inline bool sx_cel_charge_search(struct sx_cel_run *run, struct sx_str s,
                                        struct sx_str needle)
{
    return sx_cel_charge_bytes(run, s.len) && sx_cel_charge(run, s.len / 64 * (needle.len / 64));
}
/* sx_cel_text_new copies text into the run's arena, charging for it. */
struct sx_value sx_cel_text_new(struct sx_cel_run *run, struct sx_str text);
