/* SPDX-License-Identifier: MIT */
#include "examined.h"

#include "base/buf.h"
#include "base/source.h"
#include "fixture.h"
#include "folder.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

static struct sx_str roots(struct examined *e)
{
    struct sx_err err = { 0 };
    struct sx_source source = { 0 };
    struct sx_span bytes = { 0 };
    if (!sx_fx_write_roots(e->arena, e->folder, &err))
        fail_msg("%s", err.what);
    const char *path = sx_str_printf(e->arena, "%s/roots.pem", e->folder).ptr;
    bool ok = sx_source_open(AT_FDCWD, path, path, false, &source, &err) &&
              sx_source_whole(&source, 1u << 20, e->arena, &bytes, &err);
    sx_source_close(&source);
    if (!ok)
        fail_msg("%s", err.what);
    return sx_str_of_span(bytes);
}

static void begin(struct examined *e)
{
    static const struct folder_entry nothing[] = { { 0 } };
    *e = (struct examined){ .arena = sx_arena_new(), .folder = folder_new(nothing) };
}

void examine_again(struct examined *e)
{
    struct sx_question question = { .now = sx_time_of(2026, 11, 24, 0, 0, 0),
                                    .anchors = { &e->roots, 1 },
                                    .detached = e->detached,
                                    .jobs = 1 };
    sx_run_free(e->run);
    e->run = sx_inspect(&question, &e->path, 1);
}

static void inspect(struct examined *e, const char *path)
{
    e->path = path;
    e->roots = roots(e);
    examine_again(e);
}

void examine(struct examined *e, const char *yaml, const char *path)
{
    struct sx_err err = { 0 };
    begin(e);
    if (!sx_fx_build_text(e->arena, yaml, e->folder, &err))
        fail_msg("line %u: %s", err.line, err.what);
    inspect(e, sx_str_printf(e->arena, "%s/%s", e->folder, path).ptr);
}

void examine_file(struct examined *e, const char *path)
{
    begin(e);
    inspect(e, sx_str_printf(e->arena, "%s/%s", SX_SOURCE, path).ptr);
}

void examine_bytes(struct examined *e, const char *name, struct sx_str bytes)
{
    begin(e);
    const char *path = sx_str_printf(e->arena, "%s/%s", e->folder, name).ptr;
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(bytes.ptr, 1, bytes.len, file) != bytes.len || fclose(file) != 0)
        fail_msg("cannot write %s", path);
    inspect(e, path);
}

void examined_free(struct examined *e)
{
    sx_run_free(e->run);
    folder_free(e->folder);
    sx_arena_free(e->arena);
}

const struct sx_Code *examined_code(const struct examined *e, const char *path)
{
    struct sx_objs code = examined_artifact(e)->code;
    for (size_t i = 0; i < code.n; i++)
        if (sx_str_is(SX_AT(Code, code, i)->path, path))
            return SX_AT(Code, code, i);
    fail_msg("no code at %s", path);
    return NULL;
}

const struct sx_Slice *examined_slice(const struct examined *e, const char *path, const char *arch)
{
    struct sx_objs slices = examined_code(e, path)->slices;
    for (size_t i = 0; i < slices.n; i++)
        if (sx_str_is(SX_AT(Slice, slices, i)->arch, arch))
            return SX_AT(Slice, slices, i);
    fail_msg("no slice of %s for %s", path, arch);
    return NULL;
}

const struct sx_Problem *examined_problem(struct sx_objs problems, const char *what,
                                          const char *detail)
{
    for (size_t i = 0; i < problems.n; i++) {
        const struct sx_Problem *p = SX_AT(Problem, problems, i);
        struct sx_str kind = sx_enum_name(&sx_enumeration_ProblemKind, p->what);
        if (sx_str_is(kind, what) && sx_str_find(p->detail, sx_str_of(detail)) < p->detail.len)
            return p;
    }
    return NULL;
}
