/* SPDX-License-Identifier: MIT */
/* Tables as tests: one row a case, one cmocka test a row, so that a failure names its row.
 * A row is any struct with a member `name`; the test gets it as *state. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

/* LIT("text") initialises a struct sx_str of a table; NUL inside counts. */
#define LIT(s)                                                                                     \
    {                                                                                              \
        (s), sizeof(s) - 1                                                                         \
    }

struct rows {
    struct CMUnitTest at[2048];
    size_t n;
};

static inline void add_row(struct rows *list, const char *name, CMUnitTestFunction test,
                           const void *row)
{
    assert_true(list->n < sizeof(list->at) / sizeof(list->at[0]));
    list->at[list->n++] = (struct CMUnitTest){ name, test, NULL, NULL, (void *)row };
}

#define ADD_ROWS(list, table, test)                                                                \
    for (size_t row_ = 0; row_ < sizeof(table) / sizeof((table)[0]); row_++)                       \
    add_row((list), (table)[row_].name, (test), &(table)[row_])
/* ADD_TEST adds a test that has no table. */
#define ADD_TEST(list, test) add_row((list), #test, (test), NULL)

static inline int run_rows(const char *group, const struct rows *list)
{
    return _cmocka_run_group_tests(group, list->at, list->n, NULL, NULL);
}
