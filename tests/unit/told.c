/* SPDX-License-Identifier: MIT */
#include "told.h"

#include "rules/yaml_value.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>

/* Objects that a builder just made may be written to. */
static struct sx_object *writable(const struct sx_object *object)
{
    union {
        const struct sx_object *in;
        struct sx_object *out;
    } at = { .in = object };
    return at.out;
}

#define WRITABLE(Type, object) ((struct sx_##Type *)writable(object))

static void *grown(struct told *t, struct sx_objs *list, const struct sx_object *object)
{
    const struct sx_object **at = SX_NEW_N(t->arena, const struct sx_object *, list->n + 1);
    for (size_t i = 0; i < list->n; i++)
        at[i] = list->at[i];
    at[list->n] = object;
    *list = (struct sx_objs){ at, list->n + 1 };
    return at;
}

/* Keeps the unread members that were told, and forgets those that were merely not stated. */
static void keep_told_unread(struct told *t, struct sx_object *object)
{
    struct sx_objs all = object->unread, kept = { 0 };
    object->unread_bits = 0;
    for (size_t i = 0; i < all.n; i++) {
        struct sx_unread *unread = (struct sx_unread *)writable(all.at[i]);
        if (sx_str_is(unread->reason, "the example does not state it"))
            continue;
        const struct sx_member *member = sx_type_member(object->type, unread->what);
        if (member != NULL)
            object->unread_bits |= (uint64_t)1 << sx_member_at(object->type, member);
        unread->owner = object;
        grown(t, &kept, &unread->head);
    }
    object->unread = kept;
}

static void know(struct told *t, struct sx_object *object)
{
    const struct sx_type *type = object->type;
    if (type == &sx_type_Unread)
        return;
    keep_told_unread(t, object);
    for (size_t i = 0; i < type->n_members; i++) {
        struct sx_value v = sx_object_get(object, &type->members[i]);
        if (v.kind == SX_OBJECT)
            know(t, writable(v.object));
        for (size_t k = 0; v.kind == SX_LIST && v.list_of == SX_OF_OBJECTS && k < v.list.n; k++)
            know(t, writable(sx_list_at(v, k).object));
    }
}

static bool is_below(struct sx_str path, struct sx_str folder)
{
    return path.len > folder.len && sx_str_starts(path, folder) && path.ptr[folder.len] == '/';
}

static void find_host(struct told *t, struct sx_Artifact *artifact, struct sx_Code *code)
{
    const struct sx_Code *host = NULL;
    for (size_t i = 0; i < artifact->code.n; i++) {
        const struct sx_Code *other = SX_AT(Code, artifact->code, i);
        if (is_below(code->path, other->path) &&
            (host == NULL || is_below(other->path, host->path)))
            host = other;
    }
    code->host = host;
    if (host == NULL)
        return;
    code->place = sx_str_sub(code->path, host->path.len + 1, code->path.len);
    grown(t, &WRITABLE(Code, &host->head)->nested, &code->head);
}

static void name_code(struct sx_Code *code)
{
    code->name = code->stem = sx_str_base(code->path);
    for (size_t i = code->name.len; i > 0; i--)
        if (code->name.ptr[i - 1] == '.') {
            code->stem.len = i - 1;
            break;
        }
}

static void link_slices(struct sx_Code *code)
{
    for (size_t i = 0; i < code->slices.n; i++)
        WRITABLE(Slice, code->slices.at[i])->code = code;
    const struct sx_Slice *first = code->slices.n > 0 ? SX_AT(Slice, code->slices, 0) : NULL;
    if (first == NULL)
        return;
    code->signature = first->signature;
    code->entitlements = first->entitlements;
    code->claims = first->claims;
}

static void link_jobs(struct told *t, struct sx_Artifact *artifact)
{
    for (size_t i = 0; i < artifact->jobs.n; i++) {
        struct sx_Job *job = WRITABLE(Job, artifact->jobs.at[i]);
        for (size_t k = 0; k < artifact->code.n; k++) {
            struct sx_Code *code = WRITABLE(Code, artifact->code.at[k]);
            if (!sx_str_eq(job->bundleProgram, code->path))
                continue;
            job->code = code;
            grown(t, &code->jobs, &job->head);
        }
    }
}

static void link_artifact(struct told *t, struct sx_Artifact *artifact)
{
    for (size_t i = 0; i < artifact->code.n; i++) {
        struct sx_Code *code = WRITABLE(Code, artifact->code.at[i]);
        name_code(code);
        link_slices(code);
        find_host(t, artifact, code);
    }
    link_jobs(t, artifact);
    for (size_t i = 0; i < artifact->configurations.n; i++) {
        const struct sx_Configuration *c = SX_AT(Configuration, artifact->configurations, i);
        for (size_t k = 0; k < c->payloads.n; k++)
            grown(t, &t->run.payloads, c->payloads.at[k]);
    }
}

/* Identifier to code; the sample of a test has each identifier once. */
static const struct sx_map *shipped(struct told *t)
{
    SX_VEC(struct sx_entry) entries = { 0 };
    for (size_t i = 0; i < t->run.artifacts.n; i++) {
        const struct sx_Artifact *artifact = SX_AT(Artifact, t->run.artifacts, i);
        for (size_t k = 0; k < artifact->code.n; k++) {
            const struct sx_Code *code = SX_AT(Code, artifact->code, k);
            struct sx_objs one = { 0 };
            if (code->identifier.ptr == NULL)
                continue;
            grown(t, &one, &code->head);
            SX_PUSH(
                t->arena, &entries,
                (struct sx_entry){ sx_string(code->identifier), sx_list_objects(one.at, one.n) });
        }
    }
    return sx_map_new(t->arena, entries.at, entries.n);
}

static void take_artifact(struct told *t, struct sx_value v)
{
    const struct sx_object *object;
    struct sx_err err = { 0 };
    assert_int_equal(v.kind, SX_MAP);
    if (!sx_object_build(&sx_type_Artifact, v.map, &sx_type_Unread, t->arena, &object, &err))
        fail_msg("%s", err.what);
    know(t, writable(object));
    grown(t, &t->run.artifacts, object);
}

static void take_channel(struct told *t, const struct sx_map *map)
{
    struct sx_str text;
    if (!sx_map_str(map, "channel", &text))
        return;
    for (uint16_t i = 1; i < SX_Channel_END; i++)
        if (sx_str_eq(text, sx_Channel_name((enum sx_Channel)i)))
            t->run.question.channel = i;
    assert_int_not_equal(t->run.question.channel, 0);
}

void told_facts(struct told *told, const char *yaml)
{
    struct sx_yaml doc;
    struct sx_err err = { 0 };
    *told = (struct told){ .arena = sx_arena_new() };
    told->run.arena = told->arena;
    told->run.question.now = sx_time_of(2026, 11, 24, 0, 0, 0);
    struct sx_str text = sx_str_dup(told->arena, sx_str_of(yaml));
    if (!sx_yaml_read(text, "facts", told->arena, &doc, &err))
        fail_msg("%u:%u: %s", (unsigned)err.line, (unsigned)err.column, err.what);
    struct sx_value v = sx_yaml_value(&doc, 0, told->arena);
    assert_int_equal(v.kind, SX_MAP);
    take_channel(told, v.map);
    const struct sx_value *artifacts = sx_map_get(v.map, SX_STR("artifacts"));
    assert_non_null(artifacts);
    for (size_t i = 0; i < artifacts->list.n; i++)
        take_artifact(told, sx_list_at(*artifacts, i));
    for (size_t i = 0; i < told->run.artifacts.n; i++)
        link_artifact(told, WRITABLE(Artifact, told->run.artifacts.at[i]));
    told->run.shipped = shipped(told);
}

void told_free(struct told *told)
{
    sx_arena_free(told->arena);
}

void told_document(struct told *told, const struct sx_object *object, const char *title,
                   const char *text)
{
    struct sx_document *document = SX_NEW(told->arena, struct sx_document);
    *document = (struct sx_document){ .title = sx_str_of(title), .text = sx_str_of(text) };
    writable(object)->document = document;
}
