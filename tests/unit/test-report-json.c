/* SPDX-License-Identifier: MIT */
/* The JSON report against its published schema, and what a script rests on. */
#include "report/formats.h"
#include "waffle.h"
#include "written.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include <jansson.h>

/* As much of JSON Schema as the published one uses; what it does not know, it refuses. */
struct checker {
    const json_t *schema; /* the whole of it, for $ref */
    char at[512];         /* where in the document, for the message */
};

static void check(struct checker *c, const json_t *schema, const json_t *value);

static void refuse(const struct checker *c, const char *why)
{
    fail_msg("%s: %s", c->at, why);
}

static const json_t *resolve(const struct checker *c, const char *reference)
{
    const json_t *defs = json_object_get(c->schema, "$defs");
    static const char prefix[] = "#/$defs/";
    if (strncmp(reference, prefix, sizeof(prefix) - 1) != 0)
        refuse(c, "a reference to elsewhere");
    return json_object_get(defs, reference + sizeof(prefix) - 1);
}

static bool has_type(const json_t *value, const char *type)
{
    return (strcmp(type, "object") == 0 && json_is_object(value)) ||
           (strcmp(type, "array") == 0 && json_is_array(value)) ||
           (strcmp(type, "string") == 0 && json_is_string(value)) ||
           (strcmp(type, "integer") == 0 && json_is_integer(value)) ||
           (strcmp(type, "boolean") == 0 && json_is_boolean(value));
}

static void check_member(struct checker *c, const json_t *schema, const char *key,
                         const json_t *value)
{
    const json_t *member = json_object_get(json_object_get(schema, "properties"), key);
    const json_t *others = json_object_get(schema, "additionalProperties");
    size_t n = strlen(c->at);
    snprintf(c->at + n, sizeof(c->at) - n, ".%s", key);
    if (member == NULL && !json_is_object(others))
        refuse(c, "the schema does not know it");
    check(c, member != NULL ? member : others, value);
    c->at[n] = '\0';
}

static void check_object(struct checker *c, const json_t *schema, const json_t *value)
{
    const json_t *required = json_object_get(schema, "required");
    const char *key;
    json_t *member;
    for (size_t i = 0; i < json_array_size(required); i++)
        if (json_object_get(value, json_string_value(json_array_get(required, i))) == NULL)
            refuse(c, json_string_value(json_array_get(required, i)));
    json_object_foreach((json_t *)value, key, member)
    {
        check_member(c, schema, key, member);
    }
}

static void check_enum(struct checker *c, const json_t *allowed, const json_t *value)
{
    for (size_t i = 0; i < json_array_size(allowed); i++)
        if (json_equal(json_array_get(allowed, i), value))
            return;
    refuse(c, "not one of the values");
}

static void check(struct checker *c, const json_t *schema, const json_t *value)
{
    const char *reference = json_string_value(json_object_get(schema, "$ref"));
    const char *type = json_string_value(json_object_get(schema, "type"));
    const json_t *minimum = json_object_get(schema, "minimum");
    if (reference != NULL) {
        check(c, resolve(c, reference), value);
        return;
    }
    if (json_object_get(schema, "const") != NULL &&
        !json_equal(json_object_get(schema, "const"), value))
        refuse(c, "not the value");
    if (json_object_get(schema, "enum") != NULL)
        check_enum(c, json_object_get(schema, "enum"), value);
    if (type != NULL && !has_type(value, type))
        refuse(c, type);
    if (minimum != NULL && json_integer_value(value) < json_integer_value(minimum))
        refuse(c, "too small");
    if (json_is_object(value))
        check_object(c, schema, value);
    for (size_t i = 0; json_is_array(value) && i < json_array_size(value); i++)
        check(c, json_object_get(schema, "items"), json_array_get(value, i));
}

static json_t *report(struct waffle *w)
{
    struct written out = { 0 };
    json_error_t error;
    assert_true(sx_write_json(&w->judgements, &(struct sx_style){ 0 }, written_to(&out)));
    json_t *document = json_loadb(out.buf.ptr, out.buf.len, JSON_REJECT_DUPLICATES, &error);
    if (document == NULL)
        fail_msg("%d:%d: %s", error.line, error.column, error.text);
    sx_buf_release(&out.buf);
    return document;
}

static const struct row {
    const char *name;
    void (*make)(struct waffle *w);
} rows[] = { { "broken", waffle_broken }, { "good", waffle_good }, { "many", waffle_many } };

static void follows_schema(void **state)
{
    const struct row *row = *state;
    struct waffle w;
    json_error_t error;
    json_t *schema = json_load_file(SX_SOURCE "/docs/schema/report.schema.json", 0, &error);
    assert_non_null(schema);
    row->make(&w);
    json_t *document = report(&w);
    struct checker c = { .schema = schema };
    check(&c, schema, document);
    json_decref(document);
    json_decref(schema);
    waffle_free(&w);
}

static json_t *at(json_t *value, const char *key, size_t i)
{
    return json_array_get(json_object_get(value, key), i);
}

static const char *text(json_t *value, const char *key)
{
    return json_string_value(json_object_get(value, key));
}

static void says_what_the_text_says(void **state)
{
    (void)state;
    struct waffle w;
    waffle_broken(&w);
    json_t *document = report(&w);
    json_t *app = at(document, "artifacts", 0), *configuration = at(document, "artifacts", 1);
    json_t *added = at(app, "findings", 0), *filter = at(app, "findings", 5);
    assert_string_equal(text(document, "asOf"), "2026-11-24T00:00:00Z");
    assert_string_equal(text(app, "path"), "build/Waffle.app");
    assert_string_equal(text(json_object_get(app, "verdicts"), "launch"), "fail");
    assert_string_equal(text(json_object_get(app, "verdicts"), "store"), "not-checked");
    assert_int_equal(json_array_size(json_object_get(app, "findings")), 9);
    assert_int_equal(json_array_size(json_object_get(json_object_get(added, "files"), "added")),
                     14);
    assert_string_equal(text(at(added, "consequences", 0), "rule"), "NT101");
    assert_int_equal(json_integer_value(json_object_get(filter, "line")), 7);
    assert_int_equal(json_integer_value(json_object_get(filter, "column")), 11);
    assert_string_equal(text(at(json_object_get(filter, "repair"), "edits", 0), "minus"),
                        "<string>content-filter-provider</string>");
    assert_string_equal(text(at(configuration, "findings", 0), "path"), "mdm/filter.mobileconfig");
    assert_int_equal(
        json_integer_value(json_object_get(json_object_get(document, "summary"), "error")), 8);
    json_decref(document);
    waffle_free(&w);
}

static void slice_only_when_not_all(void **state)
{
    (void)state;
    struct waffle w;
    const struct sx_str arm = SX_STR("arm64");
    waffle_broken(&w);
    ((struct sx_finding *)w.at[0].findings[0])->slices = (struct sx_strs){ &arm, 1 };
    json_t *document = report(&w);
    json_t *app = at(document, "artifacts", 0);
    assert_string_equal(text(at(app, "findings", 0), "slice"), "arm64");
    assert_null(json_object_get(at(app, "findings", 1), "slice"));
    json_decref(document);
    waffle_free(&w);
}

static void stops(void **state)
{
    (void)state;
    struct waffle w;
    struct written out = { .stop_at = 1 };
    waffle_broken(&w);
    assert_false(sx_write_json(&w.judgements, &(struct sx_style){ 0 }, written_to(&out)));
    sx_buf_release(&out.buf);
    waffle_free(&w);
}

int main(void)
{
    static const struct CMUnitTest others[] = {
        cmocka_unit_test(says_what_the_text_says),
        cmocka_unit_test(slice_only_when_not_all),
        cmocka_unit_test(stops),
    };
    struct CMUnitTest tests[SX_LEN(rows) + SX_LEN(others)];
    for (size_t i = 0; i < SX_LEN(rows); i++)
        tests[i] =
            (struct CMUnitTest){ rows[i].name, follows_schema, NULL, NULL, (void *)&rows[i] };
    memcpy(tests + SX_LEN(rows), others, sizeof(others));
    return cmocka_run_group_tests(tests, NULL, NULL);
}
