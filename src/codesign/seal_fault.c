/* SPDX-License-Identifier: MIT */
#include "codesign/seal_fault.h"

#include "base/limits.h"

#include <stdarg.h>
#include <stdlib.h>

static const struct sx_seal_fault_info faults[SX_SEAL_FAULT_END] = {
#define X(name, problem, text) { problem, text },
    SX_SEAL_FAULTS(X)
#undef X
};

const struct sx_seal_fault_info *sx_seal_fault_info(enum sx_seal_fault fault)
{
    return &faults[fault];
}

void sx_seal_note(struct sx_seal_problems *problems, enum sx_seal_fault fault, struct sx_str path,
                  uint64_t off, const char *detail, ...)
{
    va_list args;
    if (problems->n == SX_MAX_PROBLEMS) {
        problems->more++;
        return;
    }
    va_start(args, detail);
    struct sx_seal_problem problem = {
        .fault = fault,
        .path = sx_str_dup(problems->arena, path),
        .off = off,
        .detail = sx_str_vbrief(problems->arena, detail, args),
    };
    va_end(args);
    SX_PUSH(problems->arena, problems, problem);
}

static int compare(const void *a, const void *b)
{
    const struct sx_seal_problem *x = a;
    const struct sx_seal_problem *y = b;
    int order = sx_str_cmp(x->path, y->path);
    if (order == 0)
        order = (x->fault > y->fault) - (x->fault < y->fault);
    return order != 0 ? order : (x->off > y->off) - (x->off < y->off);
}

void sx_seal_problems_sort(struct sx_seal_problems *problems)
{
    if (problems->n > 1)
        qsort(problems->at, problems->n, sizeof(problems->at[0]), compare);
}
