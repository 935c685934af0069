/* SPDX-License-Identifier: MIT */
#include "cel/function.h"

#include <stdarg.h>
#include <stdio.h>

const struct sx_cel_functions *const sx_cel_standard[] = {
    &sx_cel_arithmetic, &sx_cel_strings, &sx_cel_conversions,
    &sx_cel_texts,      &sx_cel_times,   &sx_cel_formats,
};
const size_t sx_cel_n_standard = SX_LEN(sx_cel_standard);

/* Once a budget does not suffice it is empty, so that every later step fails too. */
bool sx_cel_charge(struct sx_cel_run *run, uint64_t steps)
{
    if (run->steps < steps) {
        run->steps = 0;
        return false;
    }
    run->steps -= steps;
    return true;
}

struct sx_value sx_cel_failed(const char *text)
{
    return (struct sx_value){ .kind = SX_ERROR, .str = sx_str_of(text) };
}

struct sx_value sx_cel_exhausted(void)
{
    return sx_cel_failed("the expression needs more steps than it may take");
}

struct sx_value sx_cel_error(struct sx_cel_run *run, const char *fmt, ...)
{
    char text[512];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    size_t len = n < 0 ? 0 : n >= (int)sizeof(text) ? sizeof(text) - 1 : (size_t)n;
    return (struct sx_value){ .kind = SX_ERROR,
                              .str = sx_str_dup(run->arena, (struct sx_str){ text, len }) };
}

struct sx_value sx_cel_text_new(struct sx_cel_run *run, struct sx_str text)
{
    if (!sx_cel_charge_bytes(run, text.len))
        return sx_cel_exhausted();
    return sx_string(sx_str_dup(run->arena, text));
}
