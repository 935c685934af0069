/* SPDX-License-Identifier: MIT */
#include "base/glob.h"
#include "rows.h"

static const struct row {
    const char *name, *pattern, *text;
    bool matches;
} table[] = {
    { "empty", "", "", true },
    { "empty against text", "", "a", false },
    { "literal", "com.example", "com.example", true },
    { "literal is whole", "com.example", "com.example.a", false },
    { "literal is not a suffix", "example", "com.example", false },
    { "dot is no wildcard", "a.b", "axb", false },
    { "star", "com.example.*", "com.example.waffle", true },
    { "star takes nothing", "com.example*", "com.example", true },
    { "star in the middle", "a*c", "abbbc", true },
    { "star goes back", "a*bc", "abbc", true },
    { "star stops at a slash", "a/*", "a/b/c", false },
    { "stars do not", "a/**", "a/b/c", true },
    { "stars in the middle", "a/**/d", "a/b/c/d", true },
    { "stars, then star", "**/x*.txt", "a/b/xyz.txt", true },
    { "stars go back behind a star", "**a*b", "a/ab", true },
    { "star fails, stars do not", "**/*.a", "x/y.b/z.a", true },
    { "three stars", "***", "a/b", true },
    { "only stars", "*", "", true },
    { "question mark", "a?c", "abc", true },
    { "question mark is one", "a?c", "ac", false },
    { "question mark is a character", "?", "\xc3\xa9", true },
    { "question mark is no slash", "a?c", "a/c", false },
    { "set", "[abc]x", "bx", true },
    { "set, not in it", "[abc]x", "dx", false },
    { "range", "[a-z0-9]", "7", true },
    { "range, outside", "[a-z]", "A", false },
    { "set is no slash", "[!a]", "/", false },
    { "complement", "[!a-c]", "d", true },
    { "complement, inside", "[^a-c]", "b", false },
    { "bracket in a set", "[]]", "]", true },
    { "hyphen at the end", "[a-]", "-", true },
    { "bracket that does not close", "a[b", "a[b", true },
    { "set of characters beyond ASCII", "[\xc3\xa0-\xc3\xbf]", "\xc3\xa9", true },
    { "team", "*", "W4FFLE9K2Q.com.example", true },
};

static void matches(void **state)
{
    const struct row *row = *state;
    assert_int_equal(sx_glob(sx_str_of(row->pattern), sx_str_of(row->text)), row->matches);
}

/* A pattern of many wildcards would take other matchers longer than anyone waits. */
static void ends_soon(void **state)
{
    (void)state;
    char text[2000];
    memset(text, 'a', sizeof(text));
    assert_false(
        sx_glob(SX_STR("**a*a**a*a**a*a**a*a**a*b"), (struct sx_str){ text, sizeof(text) }));
}

int main(void)
{
    static struct rows rows;
    ADD_ROWS(&rows, table, matches);
    ADD_TEST(&rows, ends_soon);
    return run_rows("glob", &rows);
}
