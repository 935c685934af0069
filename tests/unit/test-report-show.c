/* SPDX-License-Identifier: MIT */
/* What is there, without judgement, against the mock-ups. */
#include "waffle.h"
#include "written.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

static const struct sx_style plain = { .width = 80 };

/* The app alone, or a single object of it. */
static void show(const char *section, struct sx_Code *only, const char *name)
{
    struct waffle w;
    struct written out = { 0 };
    struct sx_err err = { 0 };
    (void)only;
    waffle_facts(&w);
    w.run.artifacts.n = 1;
    assert_true(sx_write_show(&w.run, sx_str_of(section), (struct sx_str){ 0 }, &plain,
                              written_to(&out), &err));
    assert_written_as(&out, name);
    waffle_free(&w);
}

static void overview(void **state)
{
    (void)state;
    show(NULL, NULL, "show-overview");
}

static void entitlements(void **state)
{
    (void)state;
    show("entitlements", NULL, "show-entitlements");
}

static void object(void **state)
{
    (void)state;
    struct waffle w;
    struct written out = { 0 };
    struct sx_err err = { 0 };
    waffle_facts(&w);
    w.run.artifacts.n = 1;
    const struct sx_object *filter = &w.code[FILTER]->head;
    w.code[FILTER]->path = SX_STR("com.example.waffle.filter.systemextension");
    w.app->code = (struct sx_objs){ &filter, 1 };
    assert_true(sx_write_show(&w.run, (struct sx_str){ 0 }, (struct sx_str){ 0 }, &plain,
                              written_to(&out), &err));
    assert_written_as(&out, "show-object");
    waffle_free(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(overview),
        cmocka_unit_test(entitlements),
        cmocka_unit_test(object),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
