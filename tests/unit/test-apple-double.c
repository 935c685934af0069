/* SPDX-License-Identifier: MIT */
#include "base/str.h"
#include "bundle/apple_double.h"
#include "rows.h"

#include <stdlib.h>

/* The frame of a file with one entry: `id` of `length` bytes at `offset`. */
#define FRAME(id, offset, length)                                                                  \
    "\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X        \x00\x01"                                     \
    "\x00\x00\x00" id "\x00\x00\x00" offset "\x00\x00\x00" length
#define FINDER                                                                                     \
    "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"                         \
    "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
#define ATTR(n)                                                                                    \
    "ATTR\x00\x00\x00\x00\x00\x00\x00\x80\x00\x00\x00\x78\x00\x00\x00\x02"                         \
    "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" n
#define ENTRY(len) "\x00\x00\x00\x78\x00\x00\x00\x02\x00\x00" len

static const struct row {
    const char *name;
    bool has; /* an attribute "a.b" */
    struct sx_str bytes;
} rows[] = {
    { "one", true, LIT(FRAME("\x09", "\x26", "\x55") FINDER ATTR("\x01") ENTRY("\x04") "a.b\0") },
    { "second", true,
      LIT(FRAME("\x09", "\x26", "\x65") FINDER ATTR("\x02")
              ENTRY("\x02") "x\0\0\0\0" ENTRY("\x04") "a.b\0") },
    { "none", false, LIT(FRAME("\x09", "\x26", "\x55") FINDER ATTR("\x00") ENTRY("\x04") "a.b\0") },
    { "a longer name", false,
      LIT(FRAME("\x09", "\x26", "\x56") FINDER ATTR("\x01") ENTRY("\x05") "a.bc\0") },
    { "a shorter name", false,
      LIT(FRAME("\x09", "\x26", "\x54") FINDER ATTR("\x01") ENTRY("\x03") "a.\0") },
    { "a name of no bytes", false,
      LIT(FRAME("\x09", "\x26", "\x55") FINDER ATTR("\x01") ENTRY("\x00") "a.b\0") },
    { "another entry", false,
      LIT(FRAME("\x02", "\x26", "\x55") FINDER ATTR("\x01") ENTRY("\x04") "a.b\0") },
    { "an entry outside", false,
      LIT(FRAME("\x09", "\x27", "\x55") FINDER ATTR("\x01") ENTRY("\x04") "a.b\0") },
    { "Finder information alone", false, LIT(FRAME("\x09", "\x26", "\x20") FINDER) },
    { "no magic", false, LIT("hello") },
    { "nothing", false, LIT("") },
};

/* Every beginning of the file is told to hold nothing, and is not read beyond. */
static void tells(void **state)
{
    const struct row *row = *state;
    for (size_t len = 0; len <= row->bytes.len; len++) {
        uint8_t *copy = malloc(len > 0 ? len : 1);
        assert_non_null(copy);
        memcpy(copy, row->bytes.ptr, len);
        struct sx_span found;
        struct sx_span in = { copy, len, 0 };
        bool has = sx_apple_double_find(in, "a.b", &found);
        SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
        struct sx_strs names = sx_apple_double_names(in, len, arena);
        assert_int_equal(sx_strs_has(names, SX_STR("a.b")), has);
        free(copy);
        assert_int_equal(has, row->has && len == row->bytes.len);
    }
}

/* Names are known from the beginning of a file, whatever its bytes are that were not read. */
static void names_what_was_not_read(void **state)
{
    (void)state;
    static const struct sx_str bytes = LIT(FRAME("\x02", "\x26", "\x20"));
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_span head = { (const uint8_t *)bytes.ptr, bytes.len, 0 };
    assert_int_equal(sx_apple_double_names(head, bytes.len + 31, arena).n, 0);
    struct sx_strs names = sx_apple_double_names(head, bytes.len + 32, arena);
    assert_int_equal(names.n, 1);
    assert_string_equal(names.at[0].ptr, SX_RESOURCE_FORK);
}

int main(void)
{
    static struct rows list;
    ADD_ROWS(&list, rows, tells);
    ADD_TEST(&list, names_what_was_not_read);
    return run_rows("apple-double", &list);
}
