/* SPDX-License-Identifier: MIT */
#include "inspect/inspector.h"

#include "base/buf.h"

struct sx_str sx_subject_path(const struct sx_subject *s, struct sx_str path)
{
    return sx_path_join(s->in->arena, s->prefix, path);
}

bool sx_subject_read(const struct sx_subject *s, struct sx_str path, uint64_t limit,
                     struct sx_span *out, struct sx_err *err)
{
    struct sx_arena *arena = s->in->arena;
    struct sx_source source = { 0 };
    const char *name = sx_str_dup(arena, sx_escape(arena, sx_subject_path(s, path))).ptr;
    SX_TRY(sx_tree_open(s->tree, path, name, &source, err));
    bool ok = sx_source_whole(&source, limit, arena, out, err);
    sx_source_close(&source);
    if (ok)
        s->examined->bytes_read += out->len;
    else if (sx_is_broken(err))
        err->code = SX_E_IO; /* what it is packed in is damaged, and not what a user wrote */
    return ok;
}

const struct sx_Member *sx_member_new(const struct sx_subject *s, struct sx_str path,
                                      const struct sx_tree_entry *entry)
{
    static const uint16_t types[] = {
        [SX_ENTRY_FILE] = SX_MEMBER_TYPE_FILE,
        [SX_ENTRY_DIRECTORY] = SX_MEMBER_TYPE_DIRECTORY,
        [SX_ENTRY_SYMLINK] = SX_MEMBER_TYPE_SYMLINK,
        [SX_ENTRY_SPECIAL] = SX_MEMBER_TYPE_SPECIAL,
    };
    struct sx_Member *member = SX_FACT(s->in->arena, Member);
    struct sx_err ignored = { 0 }; /* a link that cannot be read has no text */
    member->path = sx_subject_path(s, path);
    member->name = sx_str_base(member->path);
    member->type = types[entry->type];
    member->size = (int64_t)entry->size;
    member->executable = (entry->mode & 0111) != 0;
    member->groupWritable = (entry->mode & 0020) != 0;
    member->worldWritable = (entry->mode & 0002) != 0;
    /* the owner of a file in a folder is whoever unpacked it: nothing is recorded */
    if (s->container != NULL && entry->uid >= 0)
        member->uid = (struct sx_opt_int){ true, entry->uid };
    if (entry->type == SX_ENTRY_SYMLINK &&
        !sx_tree_readlink(s->tree, path, s->in->arena, &member->link, &ignored))
        member->link = SX_STR("");
    return member;
}

struct sx_document *sx_document_new(const struct sx_subject *s, struct sx_str path,
                                    struct sx_str text)
{
    struct sx_document *document = SX_NEW(s->in->arena, struct sx_document);
    /* where the artifact is the file itself, its path as given leads there from anywhere */
    bool is_artifact = s->prefix.len == 0;
    *document = (struct sx_document){
        .path = is_artifact ? s->artifact->path : sx_subject_path(s, path),
        .text = text,
        .is_file = true,
    };
    return document;
}

struct sx_str sx_reason_of(struct sx_arena *arena, const struct sx_err *err)
{
    if (err->line > 0)
        return sx_str_printf(arena, "%s, line %u, column %u", err->what, err->line, err->column);
    if (err->code == SX_E_IO || (err->off == 0 && !sx_is_broken(err))) /* no place in the file */
        return sx_str_dup(arena, sx_str_of(err->what));
    return sx_str_printf(arena, "%s, at byte %llu", err->what, (unsigned long long)err->off);
}

bool sx_is_broken(const struct sx_err *err)
{
    return err->code != SX_E_IO && err->code != SX_E_LIMIT && err->code != SX_E_UNSUPPORTED;
}

void sx_unread_all(struct sx_object *object, struct sx_arena *arena, const char *const *members,
                   size_t n, const struct sx_err *err)
{
    struct sx_str reason = sx_reason_of(arena, err);
    enum sx_unread_state state = sx_is_broken(err) ? SX_UNREAD_BROKEN : SX_UNREAD_NOT_EXAMINED;
    for (size_t i = 0; i < n; i++)
        sx_fact_unread(object, arena, members[i], state, reason, (int64_t)err->off);
}

struct sx_Problem *sx_problem_add(struct sx_problems *problems, enum sx_ProblemKind what,
                                  struct sx_str path, uint64_t offset, struct sx_str detail)
{
    struct sx_Problem *problem = SX_FACT(problems->arena, Problem);
    const char *symbol = sx_problem_kind(what)->symbol;
    problem->what = (uint16_t)what;
    problem->symbol = sx_str_of(symbol);
    problem->path = path;
    if (offset != SX_NOWHERE)
        problem->offset = (struct sx_opt_int){ true, (int64_t)offset };
    problem->detail = detail;
    SX_PUSH(problems->arena, &problems->list, &problem->head);
    return problem;
}
