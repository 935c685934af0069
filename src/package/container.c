/* SPDX-License-Identifier: MIT */
#include "package/container.h"

#include "base/arith.h"
#include "base/buf.h"
#include "base/limits.h"

#include <stdarg.h>
#include <stdio.h>

const char *sx_container_kind_name(enum sx_container_kind kind)
{
    static const char *const names[] = {
#define X(name, text) [SX_CONTAINER_##name] = text,
        SX_CONTAINER_KINDS(X)
#undef X
    };
    return names[kind];
}

/* In the order in which they are asked; the first that knows a file has it. */
static const struct sx_container_format *const formats[] = {
    &sx_format_zip,   &sx_format_xar,  &sx_format_disk_image,    &sx_format_gzip,
    &sx_format_bzip2, &sx_format_xz,   &sx_format_tar,           &sx_format_7z,
    &sx_format_rar,   &sx_format_zstd, &sx_format_apple_archive,
};

const struct sx_container_format *sx_container_format_of(struct sx_span head,
                                                         const struct sx_source *source)
{
    for (size_t i = 0; i < SX_LEN(formats); i++)
        if (formats[i]->recognise(head, source))
            return formats[i];
    return NULL;
}

bool sx_container_may_be(struct sx_span head, struct sx_span tail, struct sx_str name)
{
    struct sx_source end;
    sx_source_memory("end of a file", tail, &end);
    for (size_t i = 0; i < SX_LEN(formats); i++) {
        const char *suffix = formats[i]->suffix;
        if (formats[i]->recognise(head, tail.len > 0 ? &end : NULL) ||
            (suffix != NULL && sx_str_ends(name, sx_str_of(suffix))))
            return true;
    }
    return false;
}

bool sx_container_open(const struct sx_container_format *format, const struct sx_source *source,
                       const struct sx_container_question *question, struct sx_container *out,
                       struct sx_err *err)
{
    *out = (struct sx_container){ .kind = format->kind };
    out->problems_end = &out->problems;
    out->gaps_end = &out->gaps;
    out->parts_end = &out->parts;
    if (format->unpack == NULL)
        return sx_fail(err, SX_E_UNSUPPORTED, 0,
                       "%s: sxlint has no reader for it, the notary may have", format->title);
    out->unpack = sx_unpack_new(question->arena, question->budget);
    return format->unpack(source, question, out, err);
}

static SX_PRINTF(2, 0) struct sx_str
    formatted(struct sx_arena *arena, const char *format, va_list args)
{
    char text[512];
    int n = vsnprintf(text, sizeof(text), format, args);
    size_t len = n < 0 ? 0 : (size_t)sx_min_u64((uint64_t)n, sizeof(text) - 1);
    return sx_str_dup(arena, (struct sx_str){ text, len });
}

static struct sx_str kept(struct sx_arena *arena, struct sx_str path)
{
    return path.ptr != NULL ? sx_str_dup(arena, path) : path;
}

void sx_container_note(struct sx_container *container, struct sx_arena *arena, const char *kind,
                       struct sx_str path, uint64_t off, const char *detail, ...)
{
    va_list args;
    if (container->n_problems++ >= SX_MAX_PROBLEMS)
        return;
    va_start(args, detail);
    struct sx_container_problem *problem = SX_NEW(arena, struct sx_container_problem);
    *problem = (struct sx_container_problem){ .kind = kind,
                                              .path = kept(arena, path),
                                              .off = off,
                                              .detail = formatted(arena, detail, args) };
    va_end(args);
    *container->problems_end = problem;
    container->problems_end = &problem->next;
}

void sx_container_skip(struct sx_container *container, struct sx_arena *arena, struct sx_str path,
                       const char *reason, ...)
{
    va_list args;
    if (container->n_gaps++ >= SX_MAX_PROBLEMS)
        return;
    va_start(args, reason);
    struct sx_container_gap *gap = SX_NEW(arena, struct sx_container_gap);
    *gap = (struct sx_container_gap){ .path = kept(arena, path),
                                      .reason = formatted(arena, reason, args) };
    va_end(args);
    *container->gaps_end = gap;
    container->gaps_end = &gap->next;
}

void sx_container_part(struct sx_container *container, struct sx_arena *arena,
                       enum sx_container_kind kind, struct sx_str path)
{
    struct sx_container_part *part = SX_NEW(arena, struct sx_container_part);
    *part = (struct sx_container_part){ .kind = kind, .path = sx_str_dup(arena, path) };
    *container->parts_end = part;
    container->parts_end = &part->next;
}

/* Who looks for it in the tree will not find it: never a silent pass. */
static void tell_kept_out(struct sx_container *container, struct sx_arena *arena,
                          const struct sx_unpack_member *member, bool is_kept)
{
    const char *why = sx_unpack_kept_out(container->unpack);
    if (is_kept)
        return;
    sx_container_note(container, arena, "archive-ambiguous", member->path, UINT64_MAX, "%s", why);
    sx_container_skip(container, arena, member->path, "%s", why);
}

bool sx_container_begin(struct sx_container *container, struct sx_arena *arena,
                        const struct sx_unpack_member *member, bool *is_kept, struct sx_err *err)
{
    SX_TRY(sx_unpack_begin(container->unpack, member, is_kept, err));
    tell_kept_out(container, arena, member, *is_kept);
    return true;
}

bool sx_container_leave(struct sx_container *container, struct sx_arena *arena,
                        const struct sx_unpack_member *member, const struct sx_contents *contents,
                        uint64_t id, bool *is_kept, struct sx_err *err)
{
    SX_TRY(sx_unpack_leave(container->unpack, member, contents, id, is_kept, err));
    tell_kept_out(container, arena, member, *is_kept);
    return true;
}

bool sx_container_refuse(struct sx_container *container, struct sx_arena *arena,
                         const struct sx_unpack_member *member, const char *why, struct sx_err *err)
{
    bool is_kept;
    SX_TRY(sx_unpack_refuse(container->unpack, member, why, &is_kept, err));
    tell_kept_out(container, arena, member, is_kept);
    return true;
}

bool sx_container_cut(struct sx_container *container, struct sx_arena *arena,
                      const struct sx_unpack_member *member, const char *why, struct sx_err *err)
{
    bool is_kept;
    SX_TRY(sx_container_begin(container, arena, member, &is_kept, err));
    return sx_unpack_end(container->unpack, sx_str_of(why), err);
}
