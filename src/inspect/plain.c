/* SPDX-License-Identifier: MIT */
/* Code that is no Mach-O: scripts, bundles whose main file is one, bundles without code. What
 * Security signs of it is a file as a whole (bundlediskrep.cpp, setup; filediskrep.cpp): the main
 * executable, else Info.plist. */
#include "inspect/inspector.h"
#include "base/arith.h"
#include "base/buf.h"

static struct sx_str signed_path(const struct sx_found_code *found)
{
    if (found->main.ptr != NULL || found->bundle == NULL)
        return found->main;
    return found->bundle->info_path;
}

static bool begins_as_script(const struct sx_source *source)
{
    char head[2] = { 0 };
    struct sx_err ignored = { 0 }; /* a shorter file is no script */
    return source->size >= sizeof(head) &&
           sx_source_pread(source, 0, head, sizeof(head), &ignored) && head[0] == '#' &&
           head[1] == '!';
}

static bool open_signed(struct sx_subject *s, struct sx_str path, struct sx_source *source,
                        struct sx_err *err)
{
    struct sx_arena *arena = s->in->arena;
    const char *name = sx_str_dup(arena, sx_escape(arena, sx_subject_path(s, path))).ptr;
    return sx_tree_open(s->tree, path, name, source, err);
}

/* A file that cannot be opened, or none: whether the code is signed is not known. */
static void not_known(struct sx_subject *s, struct sx_Slice *slice, const struct sx_err *err)
{
    static const char *const members[] = { "state", "signer", "problems" };
    struct sx_Signature *signature = SX_FACT(s->in->arena, Signature);
    slice->signature = signature;
    sx_unread_all(&signature->head, s->in->arena, members, SX_LEN(members), err);
    sx_inspect_notarized(s, slice->code, slice);
}

bool sx_inspect_plain(struct sx_subject *s, struct sx_subject_code *code)
{
    struct sx_arena *arena = s->in->arena;
    struct sx_Slice *slice = SX_FACT(arena, Slice);
    const struct sx_object **at = SX_NEW(arena, const struct sx_object *);
    struct sx_str path = signed_path(code->found);
    struct sx_source source = { .fd = -1 };
    struct sx_err err = { 0 };
    bool is_script = false;
    slice->code = code->facts;
    slice->fileType = SX_FILE_TYPE_NONE;
    slice->entryPoint = SX_ENTRY_POINT_NONE;
    slice->size = code->facts->main != NULL ? code->facts->main->size : 0;
    at[0] = &slice->head;
    code->facts->slices = (struct sx_objs){ at, 1 };
    if (path.ptr == NULL) {
        sx_fail(&err, SX_E_UNSUPPORTED, 0, "neither Info.plist nor executable");
        not_known(s, slice, &err);
    } else if (!open_signed(s, path, &source, &err)) {
        not_known(s, slice, &err);
    } else {
        struct sx_signed_code signed_code = {
            .bundle = code->found->bundle, .path = path, .source = &source, .size = source.size
        };
        is_script = begins_as_script(&source);
        code->slices = SX_NEW(arena, struct sx_subject_slice);
        code->n_slices = 1;
        sx_inspect_signature(s, &signed_code, slice, &code->slices[0]);
        sx_inspect_notarized(s, code->facts, slice);
        sx_settle_requirements(s, code, NULL);
    }
    sx_source_close(&source);
    return is_script;
}
