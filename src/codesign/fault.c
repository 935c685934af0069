/* SPDX-License-Identifier: MIT */
#include "codesign/fault.h"

#include "base/limits.h"

#include <stdarg.h>
#include <stdlib.h>

static const struct sx_code_fault_info faults[SX_CODE_FAULT_END] = {
#define X(name, problem, text) { problem, text },
    SX_CODE_FAULTS(X)
#undef X
};

const struct sx_code_fault_info *sx_code_fault_info(enum sx_code_fault fault)
{
    return &faults[fault];
}

static SX_PRINTF(3, 0) void add(struct sx_code_problems *problems, struct sx_code_problem problem,
                                const char *detail, va_list args)
{
    if (problems->n == SX_MAX_PROBLEMS) {
        problems->more++;
        return;
    }
    problem.detail = sx_str_vbrief(problems->arena, detail, args);
    SX_PUSH(problems->arena, problems, problem);
}

void sx_code_note(struct sx_code_problems *problems, enum sx_code_fault fault, int64_t slot,
                  uint64_t off, const char *detail, ...)
{
    va_list args;
    va_start(args, detail);
    add(problems,
        (struct sx_code_problem){ .fault = fault, .slot = slot, .page = SX_NO_PAGE, .off = off },
        detail, args);
    va_end(args);
}

void sx_code_note_page(struct sx_code_problems *problems, enum sx_code_fault fault, uint32_t page,
                       uint64_t off, const char *detail, ...)
{
    va_list args;
    va_start(args, detail);
    add(problems,
        (struct sx_code_problem){ .fault = fault, .slot = SX_NO_SLOT, .page = page, .off = off },
        detail, args);
    va_end(args);
}

static int compare_u64(uint64_t a, uint64_t b)
{
    return a < b ? -1 : a > b;
}

static int compare(const void *a, const void *b)
{
    const struct sx_code_problem *x = a;
    const struct sx_code_problem *y = b;
    if (x->slot != y->slot)
        return x->slot < y->slot ? -1 : 1;
    int order = compare_u64(x->page, y->page);
    if (order == 0)
        order = compare_u64(x->off, y->off);
    if (order == 0)
        order = compare_u64(x->fault, y->fault);
    return order != 0 ? order : sx_str_cmp(x->detail, y->detail);
}

void sx_code_problems_sort(struct sx_code_problems *problems)
{
    if (problems->n > 1)
        qsort(problems->at, problems->n, sizeof(problems->at[0]), compare);
}

bool sx_code_problems_have(const struct sx_code_problems *problems, enum sx_code_fault fault)
{
    for (size_t i = 0; i < problems->n; i++)
        if (problems->at[i].fault == fault)
            return true;
    return false;
}
