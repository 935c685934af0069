/* SPDX-License-Identifier: MIT */
/* Edits after signing: what breaks a good fixture, and the staple. */
#include "build.h"
#include "profile.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* The first slice of a file that has the architecture, or the first of all. */
static const struct sx_fx_slice_done *find_slice(const struct sx_fx_build *b, struct sx_str file,
                                                 struct sx_str arch)
{
    for (size_t i = 0; i < b->slices.n; i++) {
        const struct sx_fx_slice_done *s = &b->slices.at[i];
        if (sx_str_eq(s->file, file) && (arch.ptr == NULL || sx_str_eq(s->arch, arch)))
            return s;
    }
    return NULL;
}

/* Where an edit applies: `at` from the start of the file, of a slice or of its signature; negative
 * from the end of the file. */
static bool find_place(struct sx_fx_build *b, const struct sx_fx_node *edit, struct sx_str file,
                       size_t len, size_t *out)
{
    uint64_t at = 0;
    struct sx_str from = SX_STR("file"), arch = { 0 };
    SX_TRY(sx_fx_read_int(b, edit, "at", &at));
    SX_TRY(sx_fx_read_text(b, edit, "from", &from));
    SX_TRY(sx_fx_read_text(b, edit, "arch", &arch));
    if (!sx_str_is(from, "file")) {
        const struct sx_fx_slice_done *slice = find_slice(b, file, arch);
        if (slice == NULL)
            return sx_fx_fail(b->err, edit, "no such slice in %.*s", SX_STR_ARG(file));
        at += sx_str_is(from, "signature") ? slice->signature_off : slice->off;
    } else if ((int64_t)at < 0) {
        at += len;
    }
    if (at > len)
        return sx_fx_fail(b->err, edit, "this lies outside the file of %zu bytes", len);
    *out = (size_t)at;
    return true;
}

static unsigned mode_of(struct sx_fx_build *b, struct sx_str path)
{
    struct stat st;
    return stat(sx_fx_out_path(b, path).ptr, &st) == 0 ? st.st_mode & 07777 : 0644;
}

/* rewrite replaces `n` bytes at a place of a file by others. */
static bool rewrite(struct sx_fx_build *b, struct sx_str path, size_t at, size_t n,
                    struct sx_str bytes, struct sx_str old)
{
    struct sx_str all = sx_fx_join(
        b->arena, SX_FX_PARTS(sx_str_sub(old, 0, at), bytes, sx_str_sub(old, at + n, old.len)));
    return sx_fx_write(b, path, all, mode_of(b, path));
}

static bool edit_write(struct sx_fx_build *b, struct sx_fx_node *edit, struct sx_str path)
{
    struct sx_fx_node *entry = sx_fx_map(b->arena);
    for (size_t i = 0; i < edit->entries.n; i++)
        if (!sx_str_is(edit->entries.at[i].key, "write"))
            sx_fx_put(b->arena, entry, edit->entries.at[i].key, edit->entries.at[i].node);
    entry->file = edit->file;
    entry->line = edit->line;
    entry->column = edit->column;
    return sx_fx_build_entry(b, path, entry);
}

static bool edit_append(struct sx_fx_build *b, struct sx_fx_node *edit, struct sx_str path)
{
    struct sx_str old, more;
    SX_TRY(sx_fx_read(b, path, &old));
    SX_TRY(sx_fx_build_content(b, edit, path, &more));
    return rewrite(b, path, old.len, 0, more, old);
}

static bool edit_patch(struct sx_fx_build *b, struct sx_fx_node *edit, struct sx_str path)
{
    struct sx_str old, bytes;
    size_t at = 0;
    SX_TRY(sx_fx_read(b, path, &old));
    SX_TRY(sx_fx_build_content(b, edit, path, &bytes));
    SX_TRY(find_place(b, edit, path, old.len, &at));
    return rewrite(b, path, at, bytes.len, bytes, old);
}

static bool edit_flip(struct sx_fx_build *b, struct sx_fx_node *edit, struct sx_str path)
{
    struct sx_str old;
    size_t at = 0;
    SX_TRY(sx_fx_read(b, path, &old));
    SX_TRY(find_place(b, edit, path, old.len, &at));
    if (at == old.len)
        return sx_fx_fail(b->err, edit, "there is no byte at the end of the file");
    char flipped = (char)~old.ptr[at];
    return rewrite(b, path, at, 1, (struct sx_str){ &flipped, 1 }, old);
}

static bool edit_truncate(struct sx_fx_build *b, struct sx_fx_node *edit, struct sx_str path)
{
    struct sx_str old;
    size_t at = 0;
    SX_TRY(sx_fx_read(b, path, &old));
    SX_TRY(find_place(b, edit, path, old.len, &at));
    return rewrite(b, path, at, old.len - at, SX_STR(""), old);
}

static bool edit_delete(struct sx_fx_build *b, struct sx_fx_node *edit, struct sx_str path)
{
    (void)edit; /* says no more than the path */
    const char *full = sx_fx_out_path(b, path).ptr;
    return remove(full) == 0 || sx_fx_fail_errno(b, "delete", full);
}

static bool edit_chmod(struct sx_fx_build *b, struct sx_fx_node *edit, struct sx_str path)
{
    unsigned mode = 0644;
    const char *full = sx_fx_out_path(b, path).ptr;
    SX_TRY(sx_fx_read_mode(b, edit, &mode));
    return chmod(full, mode) == 0 || sx_fx_fail_errno(b, "chmod", full);
}

static bool edit_move(struct sx_fx_build *b, struct sx_fx_node *edit, struct sx_str path)
{
    struct sx_str to = { 0 };
    SX_TRY(sx_fx_read_text(b, edit, "to", &to));
    SX_TRY(sx_fx_check_path(b, edit, to));
    const char *full = sx_fx_out_path(b, path).ptr;
    return rename(full, sx_fx_out_path(b, to).ptr) == 0 || sx_fx_fail_errno(b, "move", full);
}

/* The notary's ticket covers all code in the bundle. */
static bool edit_staple(struct sx_fx_build *b, struct sx_fx_node *edit, struct sx_str path)
{
    struct sx_fx_ticket ticket = { .signer = sx_fx_cert(b->pki, SX_STR("ticket-signer")) };
    struct sx_opt_time issued = { true, sx_time_of(2026, 11, 23, 18, 30, 0) };
    struct sx_str prefix = sx_str_printf(b->arena, "%.*s/", SX_STR_ARG(path));
    struct sx_fx_cdhash *cdhashes =
        SX_NEW_N(b->arena, struct sx_fx_cdhash, b->slices.n * SX_FX_MAX_HASHES);
    uint64_t flags = 0, leave_out = 0;
    SX_TRY(sx_fx_read_cert(b, edit, "signer", &ticket.signer));
    SX_TRY(sx_fx_read_time(b, edit, "issued", &issued));
    SX_TRY(sx_fx_read_int(b, edit, "flags", &flags));
    SX_TRY(sx_fx_read_int(b, edit, "leave-out", &leave_out));
    SX_TRY(sx_fx_read_bool(b, edit, "wrong-signature", &ticket.wrong_signature));
    for (size_t i = 0; i < b->slices.n; i++)
        for (size_t k = 0; k < b->slices.at[i].n_cdhashes; k++)
            if (sx_str_starts(b->slices.at[i].file, prefix))
                cdhashes[ticket.n_cdhashes++] = b->slices.at[i].cdhashes[k];
    ticket.cdhashes = cdhashes;
    ticket.n_cdhashes -= leave_out < ticket.n_cdhashes ? (size_t)leave_out : ticket.n_cdhashes;
    ticket.flags = (uint32_t)flags;
    ticket.issued = issued.t;
    return sx_fx_write(b, sx_str_printf(b->arena, "%.*sContents/CodeResources", SX_STR_ARG(prefix)),
                       sx_fx_ticket(b->pki, &ticket), 0644);
}

static const struct edit {
    const char *name;
    bool (*apply)(struct sx_fx_build *b, struct sx_fx_node *edit, struct sx_str path);
    const char *keys[11];
} edits[] = {
    { "write",
      edit_write,
      { "text", "from", "size", "plist", "profile", "package", "macho", "files", "link", "mode",
        "sign" } },
    { "append", edit_append, { "text", "size" } },
    { "patch", edit_patch, { "at", "from", "arch", "text" } },
    { "flip", edit_flip, { "at", "from", "arch" } },
    { "truncate", edit_truncate, { "at", "from", "arch" } },
    { "delete", edit_delete, { NULL } },
    { "chmod", edit_chmod, { "mode" } },
    { "move", edit_move, { "to" } },
    { "staple", edit_staple, { "signer", "issued", "flags", "leave-out", "wrong-signature" } },
};

static bool apply(struct sx_fx_build *b, const struct edit *edit, struct sx_fx_node *node)
{
    const char *keys[SX_LEN(edit->keys) + 1] = { edit->name };
    size_t n = 1;
    for (size_t i = 0; i < SX_LEN(edit->keys) && edit->keys[i] != NULL; i++)
        keys[n++] = edit->keys[i];
    struct sx_str path = { 0 };
    SX_TRY(sx_fx_check_keys(b, node, n, keys));
    SX_TRY(sx_fx_read_text(b, node, edit->name, &path));
    SX_TRY(sx_fx_check_path(b, node, path));
    return edit->apply(b, node, path);
}

bool sx_fx_build_after(struct sx_fx_build *b, const struct sx_fx_node *list)
{
    if (list == NULL || list->kind == SX_FX_NODE_NULL)
        return true;
    if (list->kind != SX_FX_NODE_LIST)
        return sx_fx_fail(b->err, list, "after must be a list of edits");
    for (size_t i = 0; i < list->entries.n; i++) {
        struct sx_fx_node *node = list->entries.at[i].node;
        const struct edit *edit = NULL;
        for (size_t k = 0; k < SX_LEN(edits); k++)
            if (sx_fx_get(node, edits[k].name) != NULL)
                edit = &edits[k];
        if (edit == NULL)
            return sx_fx_fail(b->err, node,
                              "an edit is write, append, patch, flip, truncate, "
                              "delete, chmod, move or staple");
        SX_TRY(apply(b, edit, node));
    }
    return true;
}
