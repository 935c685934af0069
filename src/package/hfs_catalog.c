/* SPDX-License-Identifier: MIT */
/* The catalog: a record for every file and folder, under the id of its folder and its name. */
#include "package/hfs.h"
#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

enum { FOLDER = 1, FILE_RECORD = 2, ROOT_PARENT = 1, ROOT = 2, COMPRESSED = 0x20 };
enum { S_IFMT_ = 0170000, S_IFDIR_ = 0040000, S_IFREG_ = 0100000, S_IFLNK_ = 0120000 };

/* Types and creators of files that are something else. */
#define FOUR(a, b, c, d)                                                                           \
    ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))
enum {
    HARD_LINK = FOUR('h', 'l', 'n', 'k'),
    HARD_LINK_CREATOR = FOUR('h', 'f', 's', '+'),
    FOLDER_LINK = FOUR('f', 'd', 'r', 'p'),
    FOLDER_LINK_CREATOR = FOUR('M', 'A', 'C', 'S'),
};

static const struct sx_str private_files = SX_LIT("\0\0\0\0HFS+ Private Data");
static const struct sx_str private_folders = SX_LIT(".HFS+ Private Directory Data\r");

/* A record as its fields say. */
struct record {
    uint32_t id, type, creator, special;
    uint16_t mode;
    uint32_t uid;
    bool is_compressed;
    uint8_t finder[32];
};

static void get_common(struct sx_cursor *c, struct record *r)
{
    sx_get_bytes(c, 20, "dates");
    r->uid = sx_get_u32(c, "ownerID");
    sx_get_u32(c, "groupID");
    sx_get_u8(c, "adminFlags");
    r->is_compressed = (sx_get_u8(c, "ownerFlags") & COMPRESSED) != 0;
    r->mode = sx_get_u16(c, "fileMode");
    r->special = sx_get_u32(c, "special");
    struct sx_span finder = sx_get_bytes(c, sizeof(r->finder), "Finder info");
    if (finder.len == 0)
        return;
    memcpy(r->finder, finder.ptr, finder.len);
    struct sx_cursor info = sx_cursor_be(finder);
    r->type = sx_get_u32(&info, "fdType");
    r->creator = sx_get_u32(&info, "fdCreator");
}

/* "iNode1234", "dir_1234": what links with that number stand for. */
static void add_link_target(struct hfs *hfs, const struct sx_volume_node *node)
{
    bool is_folder = node->type == SX_ENTRY_DIRECTORY;
    struct sx_str prefix = is_folder ? SX_STR("dir_") : SX_STR("iNode");
    uint64_t number = 0;
    if (!sx_str_starts(node->name, prefix) || node->name.len == prefix.len)
        return;
    for (size_t i = prefix.len; i < node->name.len; i++) {
        char digit = node->name.ptr[i];
        if (digit < '0' || digit > '9' || number > UINT32_MAX)
            return;
        number = number * 10 + (uint64_t)(digit - '0');
    }
    SX_PUSH(hfs->volume->arena, &hfs->links,
            (struct hfs_link){ (uint32_t)number, node->id, is_folder });
}

/* What the file system keeps for itself in the root, and what lies in that. */
static bool is_private(struct hfs *hfs, const struct sx_volume_node *node)
{
    if (node->parent == ROOT && sx_str_eq(node->name, private_files))
        hfs->private_files = (uint32_t)node->id;
    else if (node->parent == ROOT && sx_str_eq(node->name, private_folders))
        hfs->private_folders = (uint32_t)node->id;
    else if (node->parent == ROOT)
        return sx_str_is(node->name, ".journal") || sx_str_is(node->name, ".journal_info_block");
    else if (node->parent == hfs->private_files || node->parent == hfs->private_folders)
        add_link_target(hfs, node);
    else
        return false;
    return true;
}

static bool add_node(struct hfs *hfs, struct sx_volume_node *node, struct sx_err *err)
{
    struct sx_volume *volume = hfs->volume;
    if (volume->nodes.n == SX_MAX_TREE_ENTRIES)
        return sx_fail(err, SX_E_LIMIT, 0, "catalog: more than %d files and folders",
                       SX_MAX_TREE_ENTRIES);
    if (node->parent == ROOT_PARENT) {
        if (node->id == ROOT)
            volume->name = node->name;
        return true;
    }
    node->is_private = is_private(hfs, node);
    SX_PUSH(volume->arena, &volume->nodes, *node);
    return true;
}

static struct sx_volume_node node_of(struct hfs *hfs, const struct hfs_record *record,
                                     struct record *r)
{
    struct sx_cursor key = sx_cursor_be(record->key);
    struct sx_volume_node node = { .parent = sx_get_u32(&key, "parentID") };
    uint16_t n = sx_get_u16(&key, "nodeName.length");
    struct sx_span name = sx_get_bytes(&key, (size_t)n * 2, "nodeName");
    node.name = key.bad == NULL ? hfs_name(hfs->volume->arena, name) : (struct sx_str){ 0 };
    node.id = r->id;
    node.mode = r->mode & 07777u;
    node.uid = r->mode != 0 ? (int64_t)r->uid : -1; /* Mac OS 9 knew no owners */
    return node;
}

static bool take_folder(struct hfs *hfs, const struct hfs_record *record, struct sx_cursor *c,
                        struct sx_err *err)
{
    struct record r = { 0 };
    sx_get_bytes(c, 2 + 4, "flags, valence");
    r.id = sx_get_u32(c, "folderID");
    get_common(c, &r);
    SX_TRY(sx_cursor_ok(c, err));
    struct sx_volume_node node = node_of(hfs, record, &r);
    if (node.name.ptr == NULL)
        return sx_fail(err, SX_E_TRUNCATED, record->key.off, "catalog: a name leaves its key");
    struct hfs_file file = { 0 };
    memcpy(file.finder, r.finder, sizeof(r.finder));
    node.type = SX_ENTRY_DIRECTORY;
    node.at = hfs->files.n;
    SX_PUSH(hfs->volume->arena, &hfs->files, file);
    return add_node(hfs, &node, err);
}

static enum sx_entry_type type_of(const struct record *r)
{
    switch (r->mode & S_IFMT_) {
    case 0:
    case S_IFREG_:
        return SX_ENTRY_FILE;
    case S_IFLNK_:
        return SX_ENTRY_SYMLINK;
    default:
        return SX_ENTRY_SPECIAL;
    }
}

static bool take_file(struct hfs *hfs, const struct hfs_record *record, struct sx_cursor *c,
                      struct sx_err *err)
{
    struct record r = { 0 };
    struct hfs_file file = { 0 };
    sx_get_bytes(c, 2 + 4, "flags, reserved1");
    r.id = sx_get_u32(c, "fileID");
    get_common(c, &r);
    sx_get_bytes(c, 4 + 4, "textEncoding, reserved2");
    file.data = hfs_get_fork(hfs, c, r.id, 0);
    file.resources = hfs_get_fork(hfs, c, r.id, 0xff);
    SX_TRY(sx_cursor_ok(c, err));
    memcpy(file.finder, r.finder, sizeof(r.finder));
    struct sx_volume_node node = node_of(hfs, record, &r);
    if (node.name.ptr == NULL)
        return sx_fail(err, SX_E_TRUNCATED, record->key.off, "catalog: a name leaves its key");
    node.type = type_of(&r);
    node.size = file.data.size;
    node.is_compressed = r.is_compressed;
    node.place = file.data.n_extents > 0 ? (uint64_t)file.data.extents[0].first * hfs->block : 0;
    if (node.is_compressed && file.resources.n_extents > 0)
        node.place = (uint64_t)file.resources.extents[0].first * hfs->block;
    node.at = hfs->files.n;
    if (r.type == HARD_LINK && r.creator == HARD_LINK_CREATOR)
        node.target = r.special;
    if (r.type == FOLDER_LINK && r.creator == FOLDER_LINK_CREATOR) {
        node.target = r.special;
        node.type = SX_ENTRY_DIRECTORY;
    }
    SX_PUSH(hfs->volume->arena, &hfs->files, file);
    return add_node(hfs, &node, err);
}

static bool take(void *context, const struct hfs_record *record, struct sx_err *err)
{
    struct sx_cursor c = sx_cursor_be(record->data);
    uint16_t type = sx_get_u16(&c, "recordType");
    SX_TRY(sx_cursor_ok(&c, err));
    if (type == FOLDER)
        return take_folder(context, record, &c, err);
    return type != FILE_RECORD || take_file(context, record, &c, err);
}

static int by_number(const void *a, const void *b)
{
    const struct hfs_link *x = a, *y = b;
    if (x->is_folder != y->is_folder)
        return x->is_folder ? 1 : -1;
    return x->number < y->number ? -1 : x->number > y->number;
}

/* What a link says is a number; one that leads nowhere stays so, as an id that nothing has. */
static void resolve_links(struct hfs *hfs)
{
    struct sx_volume *volume = hfs->volume;
    if (hfs->links.n > 1)
        qsort(hfs->links.at, hfs->links.n, sizeof(*hfs->links.at), by_number);
    for (size_t i = 0; i < volume->nodes.n; i++) {
        struct sx_volume_node *node = &volume->nodes.at[i];
        if (node->target == 0)
            continue;
        struct hfs_link key = { (uint32_t)node->target, 0, node->type == SX_ENTRY_DIRECTORY };
        const struct hfs_link *link = hfs->links.n > 0 ? bsearch(&key, hfs->links.at, hfs->links.n,
                                                                 sizeof(*hfs->links.at), by_number)
                                                       : NULL;
        node->target = link != NULL ? link->id : SX_VOLUME_NO_NODE;
    }
}

bool hfs_read_catalog(struct hfs *hfs, const struct hfs_fork *fork, struct sx_err *err)
{
    struct sx_source tree;
    SX_TRY(hfs_fork_open(hfs, fork, "catalog", hfs->volume->arena, &tree, err) &&
           hfs_tree_walk(&tree, "catalog", take, hfs, err));
    resolve_links(hfs);
    hfs->volume->root = ROOT;
    return true;
}
