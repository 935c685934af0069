/* SPDX-License-Identifier: MIT */
#include "crypto/verdict.h"

#include <stdarg.h>

bool sx_verdict_has(const struct sx_verdict *verdict, enum sx_fault fault)
{
    for (size_t i = 0; i < verdict->n; i++)
        if (verdict->at[i].fault == fault)
            return true;
    return false;
}

bool sx_verdict_add(struct sx_verdict *verdict, struct sx_arena *arena, enum sx_fault fault,
                    uint64_t off, const char *fmt, ...)
{
    if (sx_verdict_has(verdict, fault))
        return false;
    va_list ap;
    va_start(ap, fmt);
    verdict->at[verdict->n++] =
        (struct sx_fault_at){ .fault = fault, .off = off, .detail = sx_str_vbrief(arena, fmt, ap) };
    va_end(ap);
    return false;
}
