/* SPDX-License-Identifier: MIT */
/* Which code of one release is which of the other: two lists of "kind identifier place host", and
 * the pairs by their numbers. */
#include "rules/pair.h"
#include "base/buf.h"
#include "rows.h"

#include <stdio.h>

enum { MOST = 4 };

struct part {
    enum sx_CodeKind kind;
    const char *identifier, *place; /* NULL: none */
    int host;                       /* its number, from 1; 0: none */
};

#define APP(id)                                                                                    \
    {                                                                                              \
        SX_CODE_KIND_APP, id, NULL, 0                                                              \
    }
#define EXTENSION(id, host)                                                                        \
    {                                                                                              \
        SX_CODE_KIND_SYSTEM_EXTENSION, id, "Contents/" id, host                                    \
    }
#define LIBRARY(place)                                                                             \
    {                                                                                              \
        SX_CODE_KIND_DYLIB, "vendor", place, 1                                                     \
    }
#define TOOL(id, place)                                                                            \
    {                                                                                              \
        SX_CODE_KIND_EXECUTABLE, id, place, 1                                                      \
    }

static const struct row {
    const char *name;
    struct part old[MOST], new[MOST];
    const char *pairs; /* "1-1 2-3", then "-N" what is gone and "+N" what came */
} table[] = {
    { "itself", { APP("a") }, { APP("a") }, "1-1" },
    { "nothing", { { 0 } }, { { 0 } }, "" },
    { "another order",
      { APP("a"), EXTENSION("x", 1), EXTENSION("y", 1) },
      { APP("a"), EXTENSION("y", 1), EXTENSION("x", 1) },
      "1-1 2-3 3-2" },
    { "the only app that is left", { APP("a") }, { APP("b") }, "1-1" },
    { "the only extension that is left",
      { APP("a"), EXTENSION("x", 1) },
      { APP("a"), EXTENSION("y", 1) },
      "1-1 2-2" },
    { "below an app with another identifier",
      { APP("a"), EXTENSION("x", 1) },
      { APP("b"), EXTENSION("y", 1) },
      "1-1 2-2" },
    { "two that may be either",
      { APP("a"), EXTENSION("x", 1), EXTENSION("y", 1) },
      { APP("a"), EXTENSION("v", 1), EXTENSION("w", 1) },
      "1-1 -2 -3 +2 +3" },
    { "one of two is gone",
      { APP("a"), EXTENSION("x", 1), EXTENSION("y", 1) },
      { APP("a"), EXTENSION("y", 1) },
      "1-1 3-2 -2" },
    { "files that share an identifier",
      { APP("a"), LIBRARY("b"), LIBRARY("c") },
      { APP("a"), LIBRARY("c"), LIBRARY("b") },
      "1-1 2-3 3-2" },
    { "a tool at its place, under another identifier",
      { APP("a"), TOOL("t", "Helpers/t"), TOOL("u", "Helpers/u") },
      { APP("a"), TOOL("t2", "Helpers/t"), TOOL("u2", "Helpers/u") },
      "1-1 2-2 3-3" },
    { "one of two copies is gone",
      { { SX_CODE_KIND_APP, "a", "A.app", 0 }, { SX_CODE_KIND_APP, "a", "B.app", 0 } },
      { { SX_CODE_KIND_APP, "a", "B.app", 0 } },
      "2-1 -1" },
    { "another kind is another thing",
      { APP("a") },
      { { SX_CODE_KIND_FRAMEWORK, "a", NULL, 0 } },
      "-1 +1" },
    { "no identifier at all",
      { { SX_CODE_KIND_APP, NULL, NULL, 0 } },
      { { SX_CODE_KIND_APP, NULL, NULL, 0 } },
      "1-1" },
};

struct list {
    struct sx_Code code[MOST];
    const struct sx_object *at[MOST];
    struct sx_Signature signature;
    size_t n;
};

static void fill(struct list *list, const struct part *parts, struct sx_arena *arena)
{
    *list = (struct list){ 0 };
    while (list->n < MOST && parts[list->n].kind != SX_CODE_KIND_ABSENT) {
        const struct part *part = &parts[list->n];
        struct sx_Code *code = &list->code[list->n];
        code->head.type = &sx_type_Code;
        code->path = sx_str_printf(arena, "%zu", list->n);
        code->kind = (uint16_t)part->kind;
        code->identifier = sx_str_of(part->identifier);
        code->place = sx_str_of(part->place);
        code->name = code->place;
        code->host = part->host > 0 ? &list->code[part->host - 1] : NULL;
        code->signature = &list->signature;
        list->at[list->n++] = &code->head;
    }
}

static size_t number(const struct list *list, const struct sx_Code *code)
{
    return (size_t)(code - list->code) + 1;
}

static void pairs(void **state)
{
    const struct row *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    SX_AUTO(sx_buf_release) struct sx_buf out = { 0 };
    struct list old, new;
    fill(&old, row->old, arena);
    fill(&new, row->new, arena);
    struct sx_pairing found =
        sx_pair_code((struct sx_objs){ old.at, old.n }, (struct sx_objs){ new.at, new.n }, arena);
    for (size_t i = 0; i < found.pairs.n; i++)
        sx_buf_printf(&out, " %zu-%zu", number(&old, found.pairs.at[i].old),
                      number(&new, found.pairs.at[i].new));
    for (size_t i = 0; i < found.removed.n; i++)
        sx_buf_printf(&out, " -%zu", number(&old, found.removed.at[i]));
    for (size_t i = 0; i < found.added.n; i++)
        sx_buf_printf(&out, " +%zu", number(&new, found.added.at[i]));
    struct sx_str text = sx_str_dup(arena, sx_buf_view(&out));
    assert_string_equal(text.len > 0 ? text.ptr + 1 : "", row->pairs);
}

int main(void)
{
    static struct rows rows;
    ADD_ROWS(&rows, table, pairs);
    return run_rows("pair", &rows);
}
