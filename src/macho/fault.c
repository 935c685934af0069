/* SPDX-License-Identifier: MIT */
#include "macho/fault.h"

#include "base/limits.h"

#include <stdarg.h>

static const struct sx_macho_fault_info faults[SX_MACHO_FAULT_END] = {
#define X(name, problem, text) { problem, text },
    SX_MACHO_FAULTS(X)
#undef X
};

const struct sx_macho_fault_info *sx_macho_fault_info(enum sx_macho_fault fault)
{
    return &faults[fault];
}

void sx_macho_note(struct sx_arena *arena, struct sx_macho_anomalies *anomalies,
                   enum sx_macho_fault fault, uint64_t off, const char *detail, ...)
{
    if (anomalies->n == SX_MAX_PROBLEMS) {
        anomalies->more++;
        return;
    }
    va_list args;
    va_start(args, detail);
    SX_PUSH(arena, anomalies,
            (struct sx_macho_anomaly){
                .fault = fault, .off = off, .detail = sx_str_vbrief(arena, detail, args) });
    va_end(args);
}

bool sx_macho_has(const struct sx_macho_anomalies *anomalies, enum sx_macho_fault fault)
{
    for (size_t i = 0; i < anomalies->n; i++)
        if (anomalies->at[i].fault == fault)
            return true;
    return false;
}
