/* SPDX-License-Identifier: MIT */
/* The text report against the mock-ups, byte for byte (tests/unit/expected). */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "report/formats.h"
#include "waffle.h"
#include "written.h"

static void is_written_as(struct waffle *w, const struct sx_style *style, const char *name)
{
    struct written out = { 0 };
    assert_true(sx_write_text(&w->judgements, style, written_to(&out)));
    assert_written_as(&out, name);
}

static void broken(void **state)
{
    (void)state;
    struct waffle w;
    waffle_broken(&w);
    is_written_as(&w, &(struct sx_style){ .width = 80 }, "broken");
    waffle_free(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(broken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
