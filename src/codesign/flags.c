/* SPDX-License-Identifier: MIT */
#include "codesign/code_directory.h"

struct flag {
    uint64_t bit;
    const char *name;
};

static const struct flag code_flags[] = {
#define X(name, bit, text, kernel) { bit, text },
    SX_CODE_FLAGS(X)
#undef X
};

static const struct flag exec_flags[] = {
#define X(name, bit, text, entitlement, other) { bit, text },
    SX_EXEC_FLAGS(X)
#undef X
};

static struct sx_strs names(struct sx_arena *arena, const struct flag *flags, size_t n,
                            uint64_t bits)
{
    struct sx_str *at = SX_NEW_N(arena, struct sx_str, n);
    size_t found = 0;
    for (size_t i = 0; i < n; i++)
        if ((bits & flags[i].bit) != 0)
            at[found++] = sx_str_of(flags[i].name);
    return (struct sx_strs){ at, found };
}

struct sx_strs sx_code_flag_names(struct sx_arena *arena, uint32_t flags)
{
    return names(arena, code_flags, SX_LEN(code_flags), flags);
}

struct sx_strs sx_exec_flag_names(struct sx_arena *arena, uint64_t flags)
{
    return names(arena, exec_flags, SX_LEN(exec_flags), flags);
}

struct sx_str sx_runtime_version_text(struct sx_arena *arena, uint32_t runtime)
{
    if (runtime == 0)
        return (struct sx_str){ 0 };
    return sx_str_printf(arena, "%u.%u.%u", runtime >> 16, runtime >> 8 & 0xff, runtime & 0xff);
}
