/* SPDX-License-Identifier: MIT */
/* What is put into volumes and around them: compressed files, folders from disk, partition maps. */
#include "hfs.h"
#include "udif.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PACK_BLOCK = 65536, SECTOR = 512, MAX_ENTRIES = 4096 };

static struct sx_str packed_block(struct sx_arena *arena, uint32_t type, struct sx_str block)
{
    switch (type) {
    case 3:
    case 4:
        return sx_fx_zlib(arena, block);
    case 7:
    case 8:
        return sx_fx_lzvn(arena, block);
    case 11:
    case 12:
        return sx_fx_lzfse(arena, block);
    default: /* 9, 10: as it is, behind a byte that says so */
        return sx_fx_join(arena, SX_FX_PARTS(SX_FX_BYTES(0xcc), block));
    }
}

/* The head of a resource fork, a table of offsets and lengths, blocks. */
static struct sx_str zlib_fork(struct sx_arena *arena, const struct sx_str *blocks, size_t n)
{
    struct sx_buf out = { 0 };
    size_t at = 4 + 8 * n, total = at;
    for (size_t i = 0; i < n; i++)
        total += blocks[i].len;
    sx_fx_put_be(&out, 4, 256);
    sx_fx_put_be(&out, 4, 256 + 4 + total);
    sx_fx_put_be(&out, 4, 4 + total);
    sx_fx_put_be(&out, 4, 50);
    sx_buf_fill(&out, 0, 240);
    sx_fx_put_be(&out, 4, total);
    sx_fx_put_le(&out, 4, n);
    for (size_t i = 0; i < n; i++) {
        sx_fx_put_le(&out, 4, at);
        sx_fx_put_le(&out, 4, blocks[i].len);
        at += blocks[i].len;
    }
    for (size_t i = 0; i < n; i++)
        sx_buf_str(&out, blocks[i]);
    sx_buf_fill(&out, 0, 50);
    return sx_fx_take(arena, &out);
}

static struct sx_str offsets_fork(struct sx_arena *arena, const struct sx_str *blocks, size_t n)
{
    struct sx_buf out = { 0 };
    size_t at = 4 * (n + 1);
    sx_fx_put_le(&out, 4, at);
    for (size_t i = 0; i < n; i++)
        sx_fx_put_le(&out, 4, at += blocks[i].len);
    for (size_t i = 0; i < n; i++)
        sx_buf_str(&out, blocks[i]);
    return sx_fx_take(arena, &out);
}

void sx_fx_decmpfs(struct sx_arena *arena, uint32_t type, struct sx_str content,
                   struct sx_str *attribute, struct sx_str *resources)
{
    struct sx_buf head = { 0 };
    bool is_inline = type == 1 || type % 2 == 1;
    sx_buf_cstr(&head, "fpmc");
    sx_fx_put_le(&head, 4, type);
    sx_fx_put_le(&head, 8, content.len);
    *resources = SX_STR("");
    if (is_inline) {
        sx_buf_str(&head, type == 1 ? content : packed_block(arena, type, content));
    } else {
        SX_VEC(struct sx_str) blocks = { 0 };
        for (size_t at = 0; at < content.len; at += PACK_BLOCK)
            SX_PUSH(arena, &blocks, packed_block(arena, type, sx_str_sub(content, at, PACK_BLOCK)));
        *resources = type == 4 ? zlib_fork(arena, blocks.at, blocks.n)
                               : offsets_fork(arena, blocks.at, blocks.n);
    }
    *attribute = sx_fx_take(arena, &head);
}

/* Entries of a folder on disk. */
struct listing {
    struct sx_arena *arena;
    const char *folder;
    struct sx_fx_hfs_entry *at;
    size_t n;
};

static bool read_all(struct sx_arena *arena, const char *path, struct sx_str *out)
{
    struct sx_buf buf = { 0 };
    char piece[4096];
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return false;
    for (size_t n; (n = fread(piece, 1, sizeof(piece), file)) > 0;)
        sx_buf_put(&buf, piece, n);
    fclose(file);
    *out = sx_fx_take(arena, &buf);
    return true;
}

static bool add_one(struct listing *l, struct sx_str path, struct sx_err *err);

static bool add_all(struct listing *l, const char *full, struct sx_str path, struct sx_err *err)
{
    struct dirent **found;
    int n = scandir(full, &found, NULL, alphasort);
    bool ok = n >= 0 || sx_fail(err, SX_E_IO, 0, "cannot list %s", full);
    for (int i = 0; i < n; i++) {
        struct sx_str name = sx_str_of(found[i]->d_name);
        struct sx_str inner =
            path.len > 0 ? sx_str_printf(l->arena, "%.*s/%.*s", SX_STR_ARG(path), SX_STR_ARG(name))
                         : sx_str_dup(l->arena, name);
        if (!sx_str_is(name, ".") && !sx_str_is(name, ".."))
            ok = ok && add_one(l, inner, err);
        free(found[i]);
    }
    if (n >= 0)
        free(found);
    return ok;
}

static bool add_one(struct listing *l, struct sx_str path, struct sx_err *err)
{
    const char *full = sx_str_printf(l->arena, "%s/%.*s", l->folder, SX_STR_ARG(path)).ptr;
    struct stat st;
    if (lstat(full, &st) != 0 || l->n == MAX_ENTRIES)
        return sx_fail(err, SX_E_IO, 0, "cannot add %s", full);
    struct sx_fx_hfs_entry *e = &l->at[l->n++];
    *e = (struct sx_fx_hfs_entry){ .path = path, .mode = st.st_mode & 07777u };
    if (S_ISDIR(st.st_mode)) {
        e->type = SX_FX_HFS_FOLDER;
        return add_all(l, full, path, err);
    }
    if (S_ISLNK(st.st_mode)) {
        char text[1024];
        ssize_t n = readlink(full, text, sizeof(text));
        e->type = SX_FX_HFS_SYMLINK;
        e->data = sx_str_dup(l->arena, (struct sx_str){ text, n > 0 ? (size_t)n : 0 });
        return true;
    }
    return read_all(l->arena, full, &e->data) || sx_fail(err, SX_E_IO, 0, "cannot read %s", full);
}

bool sx_fx_hfs_folder(struct sx_arena *arena, const char *folder, struct sx_str *out,
                      struct sx_err *err)
{
    struct listing l = { .arena = arena, .folder = folder };
    l.at = SX_NEW_N(arena, struct sx_fx_hfs_entry, MAX_ENTRIES);
    if (!add_all(&l, folder, SX_STR(""), err))
        return false;
    *out = sx_fx_hfs(arena, l.at, l.n);
    return true;
}

static void put_map_entry(struct sx_buf *out, size_t first, size_t n, const char *type)
{
    size_t begin = out->len;
    sx_buf_cstr(out, "PM");
    sx_fx_put_be(out, 2, 0);
    sx_fx_put_be(out, 4, 2);
    sx_fx_put_be(out, 4, first);
    sx_fx_put_be(out, 4, n);
    sx_buf_cstr(out, "disk image");
    sx_buf_fill(out, 0, 48 - (out->len - begin));
    sx_buf_cstr(out, type);
    sx_buf_fill(out, 0, SECTOR - (out->len - begin));
}

struct sx_str sx_fx_apple_map(struct sx_arena *arena, struct sx_str volume)
{
    enum { FIRST = 64 };
    struct sx_buf out = { 0 };
    sx_buf_cstr(&out, "ER");
    sx_fx_put_be(&out, 2, SECTOR);
    sx_fx_put_be(&out, 4, FIRST + volume.len / SECTOR);
    sx_buf_fill(&out, 0, SECTOR - out.len);
    put_map_entry(&out, 1, FIRST - 1, "Apple_partition_map");
    put_map_entry(&out, FIRST, volume.len / SECTOR, "Apple_HFS");
    sx_buf_fill(&out, 0, (size_t)FIRST * SECTOR - out.len);
    sx_buf_str(&out, volume);
    return sx_fx_take(arena, &out);
}

struct sx_str sx_fx_guid_table(struct sx_arena *arena, struct sx_str volume)
{
    enum { FIRST = 40 };
    struct sx_buf out = { 0 };
    sx_buf_fill(&out, 0, SECTOR);
    sx_buf_cstr(&out, "EFI PART");
    sx_buf_fill(&out, 0, 64);
    sx_fx_put_le(&out, 8, 2);
    sx_fx_put_le(&out, 4, 4);
    sx_fx_put_le(&out, 4, 128);
    sx_buf_fill(&out, 0, 2 * SECTOR - out.len + 32);
    sx_fx_put_le(&out, 8, FIRST);
    sx_fx_put_le(&out, 8, FIRST + volume.len / SECTOR - 1);
    sx_buf_fill(&out, 0, (size_t)FIRST * SECTOR - out.len);
    sx_buf_str(&out, volume);
    return sx_fx_take(arena, &out);
}
