/* SPDX-License-Identifier: MIT */
/* The compiled catalogue against the table that it is made from, and how keys are found in it. */
#include "base/source.h"
#include "entitlements/catalogue.h"
#include "rows.h"

#include <fcntl.h>

enum column { KEY, TYPE, VALUES, PLATFORMS, CLASS, CHANNELS, MINOS, REQUEST, NOTE, N_COLUMNS };

static struct sx_arena *arena;
static struct sx_str table; /* what is left of the file */

static int set_up(void **state)
{
    (void)state;
    static const char path[] = SX_SOURCE "/rules/entitlements.tsv";
    struct sx_source source = { 0 };
    struct sx_span bytes = { 0 };
    struct sx_err err = { 0 };
    arena = sx_arena_new();
    bool ok = sx_source_open(AT_FDCWD, path, path, false, &source, &err) &&
              sx_source_whole(&source, 1u << 20, arena, &bytes, &err);
    sx_source_close(&source);
    table = sx_str_of_span(bytes);
    return ok ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    sx_arena_free(arena);
    return 0;
}

static struct sx_str cut(struct sx_str *text, const char *end)
{
    size_t at = sx_str_find(*text, sx_str_of(end));
    struct sx_str head = sx_str_sub(*text, 0, at);
    *text = sx_str_sub(*text, at + 1, text->len);
    return head;
}

/* The cells of the next line; false at the end. */
static bool next_line(struct sx_str *rest, struct sx_str cells[N_COLUMNS])
{
    if (rest->len == 0)
        return false;
    struct sx_str line = cut(rest, "\n");
    for (size_t i = 0; i < N_COLUMNS; i++)
        cells[i] = cut(&line, "\t");
    return true;
}

static bool is_doubtful(struct sx_str cell)
{
    return sx_str_find(cell, SX_STR("?")) < cell.len;
}

static bool is_version(struct sx_str cell)
{
    for (size_t i = 0; i < cell.len; i++)
        if (strchr("0123456789.", cell.ptr[i]) == NULL)
            return false;
    return cell.len > 0;
}

/* A rule may build an error on a certain cell only: of the others nothing is left. */
static void expect_row(const struct sx_catalogue_row *row, const struct sx_str cells[N_COLUMNS])
{
    assert_true(sx_str_is(cells[CLASS], row->class));
    if (is_doubtful(cells[TYPE]))
        assert_string_equal(row->type, "");
    else
        assert_true(sx_str_is(cells[TYPE], row->type));
    if (is_doubtful(cells[VALUES]))
        assert_string_equal(row->values, "");
    if (!is_version(cells[MINOS]))
        assert_string_equal(row->minos, "");
    else
        assert_true(sx_str_is(cells[MINOS], row->minos));
    assert_int_equal(row->request_only, sx_str_is(cells[REQUEST], "yes"));
    assert_int_equal(row->macos, is_doubtful(cells[CHANNELS])         ? SX_TRI_ABSENT
                                 : sx_str_is(cells[CHANNELS], "none") ? SX_TRI_FALSE
                                                                      : SX_TRI_TRUE);
    assert_true(sx_str_is(cells[NOTE], row->note));
}

static void holds_what_the_table_says(void **state)
{
    (void)state;
    struct sx_str rest = table, cells[N_COLUMNS];
    size_t n = 0;
    assert_true(next_line(&rest, cells)); /* the head */
    for (; next_line(&rest, cells); n++) {
        const struct sx_catalogue_row *row = sx_catalogue_find(cells[KEY]);
        if (row == NULL)
            fail_msg("%.*s is missing", SX_STR_ARG(cells[KEY]));
        expect_row(row, cells);
    }
    assert_int_equal(n, sx_catalogue_count());
}

static void is_sorted(void **state)
{
    (void)state;
    for (size_t i = 1; i < sx_catalogue_count(); i++)
        assert_true(sx_str_cmp(sx_str_of(sx_catalogue_at(i - 1)->key),
                               sx_str_of(sx_catalogue_at(i)->key)) < 0);
}

/* Whatever is said of a key has its source. */
static void names_sources(void **state)
{
    (void)state;
    for (size_t i = 0; i < sx_catalogue_count(); i++) {
        struct sx_str note = sx_str_of(sx_catalogue_at(i)->note);
        size_t at = sx_str_find(note, SX_STR("src: "));
        if (at + 8 > note.len)
            fail_msg("%s has no source", sx_catalogue_at(i)->key);
    }
}

/* What is private is Apple's, and no channel has it. */
static void agrees_with_itself(void **state)
{
    (void)state;
    for (size_t i = 0; i < sx_catalogue_count(); i++) {
        const struct sx_catalogue_row *row = sx_catalogue_at(i);
        if (strcmp(row->class, "private") == 0)
            assert_int_equal(row->channels, 0);
        if (row->macos == SX_TRI_FALSE)
            assert_int_equal(row->channels, 0);
        if (row->values[0] != '\0')
            assert_true(strcmp(row->type, "bool") != 0 && strcmp(row->type, "dict") != 0 &&
                        strcmp(row->type, "array-of-dict") != 0);
    }
}

static const struct classed {
    const char *name, *key, *class;
} classes[] = {
    { "listed", "com.apple.security.app-sandbox", "sandbox" },
    { "listed wins over its prefix", "com.apple.security.application-groups", "unrestricted" },
    { "bare and listed", "keychain-access-groups", "restricted" },
    { "developer", "com.apple.developer.no-such-key", "restricted" },
    { "hardened runtime", "com.apple.security.cs.no-such-key", "hardened-runtime" },
    { "sandbox", "com.apple.security.no-such-key", "sandbox" },
    { "private", "com.apple.private.no-such-key", "private" },
    { "rootless", "com.apple.rootless.no-such-key", "private" },
    { "other of Apple's", "com.apple.no-such-key", "restricted" },
    { "the prefix alone", "com.apple.", "restricted" },
    { "almost Apple's", "com.apples.key", "custom" },
    { "one's own", "com.example.key", "custom" },
    { "bare", "no-such-key", "custom" },
    { "nothing", "", "custom" },
};

static void classifies(void **state)
{
    const struct classed *row = *state;
    assert_string_equal(sx_catalogue_class(sx_str_of(row->key)), row->class);
}

static const struct near {
    const char *name, *key, *nearest; /* NULL: none is near */
} nears[] = {
    { "a letter less", "com.apple.security.app-sandbx", "com.apple.security.app-sandbox" },
    { "a letter more", "com.apple.security.app-sandboxx", "com.apple.security.app-sandbox" },
    { "another letter", "com.apple.security.app_sandbox", "com.apple.security.app-sandbox" },
    { "two letters swapped", "com.apple.security.network.cleint",
      "com.apple.security.network.client" },
    { "singular", "keychain-access-group", "keychain-access-groups" },
    { "case", "com.apple.developer.networking.NetworkExtension",
      "com.apple.developer.networking.networkextension" },
    { "three letters", "com.apple.security.app-sandxyz", NULL },
    { "nothing like it", "com.example.key", NULL },
    { "nothing", "", NULL },
};

static void finds_nearest(void **state)
{
    const struct near *row = *state;
    const struct sx_catalogue_row *found = sx_catalogue_nearest(sx_str_of(row->key));
    assert_null(sx_catalogue_find(sx_str_of(row->key)));
    assert_int_equal(found != NULL, row->nearest != NULL);
    if (found != NULL)
        assert_string_equal(found->key, row->nearest);
}

int main(void)
{
    static struct rows list;
    ADD_TEST(&list, holds_what_the_table_says);
    ADD_TEST(&list, is_sorted);
    ADD_TEST(&list, names_sources);
    ADD_TEST(&list, agrees_with_itself);
    ADD_ROWS(&list, classes, classifies);
    ADD_ROWS(&list, nears, finds_nearest);
    return _cmocka_run_group_tests("catalogue", list.at, list.n, set_up, tear_down);
}
