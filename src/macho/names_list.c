/* SPDX-License-Identifier: MIT */
#include "macho/contents.h"

#include <stdlib.h>

bool sx_macho_names_add(struct sx_arena *arena, struct sx_macho_names *names, struct sx_str name,
                        struct sx_err *err)
{
    if (names->list.n == SX_MAX_NAMES || name.len > SX_MAX_SYMBOL_BYTES - names->bytes)
        return sx_fail(err, SX_E_LIMIT, 0, "more than %d names, or more than %u bytes of them",
                       SX_MAX_NAMES, SX_MAX_SYMBOL_BYTES);
    names->bytes += name.len;
    SX_PUSH(arena, &names->list, name);
    return true;
}

static int compare(const void *a, const void *b)
{
    return sx_str_cmp(*(const struct sx_str *)a, *(const struct sx_str *)b);
}

static size_t drop_repeated(struct sx_str *at, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || sx_str_cmp(at[kept - 1], at[i]) != 0)
            at[kept++] = at[i];
    return kept;
}

bool sx_macho_names_take(struct sx_macho_names *names, size_t limit, struct sx_arena *arena,
                         struct sx_strs *out, struct sx_err *err)
{
    if (names->list.n > 1)
        qsort(names->list.at, names->list.n, sizeof(names->list.at[0]), compare);
    size_t n = drop_repeated(names->list.at, names->list.n);
    if (n > limit)
        return sx_fail(err, SX_E_LIMIT, 0, "%zu names, at most %zu are listed", n, limit);
    struct sx_str *copies = SX_NEW_N(arena, struct sx_str, n);
    for (size_t i = 0; i < n; i++)
        copies[i] = sx_str_dup(arena, names->list.at[i]);
    *out = (struct sx_strs){ copies, n };
    return true;
}

bool sx_macho_c_string(struct sx_span table, uint64_t at, const char *what, struct sx_str *out,
                       struct sx_err *err)
{
    struct sx_span rest;
    SX_TRY(sx_span_from(table, at, what, &rest, err));
    struct sx_str text = sx_str_of_span(rest);
    size_t len = sx_str_find(text, SX_STR("\0"));
    if (len == text.len)
        return sx_fail(err, SX_E_FORMAT, rest.off, "%s: text without end", what);
    *out = sx_str_sub(text, 0, len);
    return true;
}
