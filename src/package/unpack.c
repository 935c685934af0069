/* SPDX-License-Identifier: MIT */
#include "package/unpack.h"

#include "base/arith.h"
#include "base/buf.h"
#include "base/limits.h"
#include "base/meter.h"
#include "base/table.h"
#include "bundle/apple_double.h"
#include "bundle/attribute.h"
#include "macho/macho.h"
#include "package/container.h"

#include <pthread.h>
#include <stdlib.h>

enum { COPY = 256 << 10 };

/* Where the content of a file is. */
enum place { NOWHERE, SPOOLED, LEFT };

struct node {
    struct sx_str path, link;
    uint64_t size;
    uint64_t at; /* in the spool; of what was left, the reader's own number */
    const struct sx_contents *contents;
    struct sx_str why; /* it cannot be read; absent: it can */
    struct node *child, *next;
    int64_t uid;
    uint32_t mode;
    uint8_t type;  /* enum sx_entry_type */
    uint8_t place; /* enum place; changed under the lock once the tree is in use */
    bool is_hidden;
    bool is_refused; /* by sxlint, for which the container is not to blame */
};

struct sx_unpack {
    struct sx_arena *arena;
    struct sx_budget *budget;
    struct sx_spool *spool, *own_spool;
    struct sx_table nodes; /* by path */
    struct node root;
    struct node *open; /* between begin and end; NULL when it is kept out */
    const char *kept_out;
    struct sx_unpack_stats stats;
    pthread_mutex_t lock; /* of `place` and `at` */
};

struct sx_unpack *sx_unpack_new(struct sx_arena *arena, struct sx_budget *budget)
{
    struct sx_unpack *u = SX_NEW(arena, struct sx_unpack);
    u->arena = arena;
    u->budget = budget;
    if (budget->spool == NULL)
        u->own_spool = sx_spool_new();
    u->spool = budget->spool != NULL ? budget->spool : u->own_spool;
    u->root = (struct node){ .path = SX_STR(""), .type = SX_ENTRY_DIRECTORY, .uid = -1 };
    sx_table_init(&u->nodes, arena);
    pthread_mutex_init(&u->lock, NULL);
    return u;
}

void sx_unpack_free(struct sx_unpack *unpack)
{
    if (unpack == NULL)
        return;
    sx_spool_free(unpack->own_spool);
    pthread_mutex_destroy(&unpack->lock);
}

/* The budget */

static bool spend_member(struct sx_unpack *u, struct sx_err *err)
{
    u->budget->is_spent |= u->budget->members == 0;
    if (u->budget->members == 0)
        return sx_fail(err, SX_E_LIMIT, 0, "more members than sxlint unpacks");
    u->budget->members--;
    sx_meter_count(u->budget->meter, 1, 0);
    return true;
}

static bool spend_bytes(struct sx_unpack *u, uint64_t n, struct sx_err *err)
{
    u->budget->is_spent |= n > u->budget->bytes;
    if (n > u->budget->bytes)
        return sx_fail(err, SX_E_LIMIT, 0, "more bytes than sxlint unpacks");
    u->budget->bytes -= n;
    u->stats.bytes += n;
    sx_meter_count(u->budget->meter, 0, n);
    return true;
}

/* Paths */

static struct sx_str without_slash(struct sx_str path)
{
    while (path.len > 0 && path.ptr[path.len - 1] == '/')
        path.len--;
    return path;
}

/* "./a//b/" is a/b, which is written as it is read everywhere else; sx_arena_alloc has the room. */
static struct sx_str clean(struct sx_arena *arena, struct sx_str path)
{
    char *text = sx_arena_alloc(arena, path.len + 1);
    size_t n = 0;
    for (size_t at = 0; at < path.len;) {
        size_t end = at + sx_str_find(sx_str_sub(path, at, path.len), SX_STR("/"));
        struct sx_str name = sx_str_sub(path, at, end - at);
        at = end + 1;
        if (name.len == 0 || sx_str_is(name, "."))
            continue;
        if (n > 0)
            text[n++] = '/';
        memcpy(text + n, name.ptr, name.len);
        n += name.len;
    }
    return (struct sx_str){ text, n };
}

static bool has_dot_dot(struct sx_str path)
{
    while (path.len > 0) {
        size_t end = sx_str_find(path, SX_STR("/"));
        if (sx_str_is(sx_str_sub(path, 0, end), ".."))
            return true;
        path = sx_str_sub(path, end + 1, path.len);
    }
    return false;
}

static unsigned depth_of(struct sx_str path)
{
    unsigned depth = 1;
    for (size_t i = 0; i < path.len; i++)
        depth += path.ptr[i] == '/';
    return depth;
}

/* Why a path as stored can be no place in a tree; NULL when it can. */
static const char *refusal(struct sx_str stored)
{
    if (stored.len == 0)
        return "its path is empty";
    if (stored.ptr[0] == '/')
        return "its path is absolute";
    if (stored.len > SX_MAX_MEMBER_PATH)
        return "its path is too long";
    if (memchr(stored.ptr, 0, stored.len) != NULL)
        return "its path has a NUL in it";
    if (has_dot_dot(stored))
        return "its path leads out of the archive";
    return depth_of(stored) > SX_MAX_MEMBER_DEPTH ? "its path is nested too deep" : NULL;
}

/* The index */

static struct node *find(const struct sx_unpack *u, struct sx_str path)
{
    return path.len == 0 ? (struct node *)(uintptr_t)&u->root : sx_table_get(&u->nodes, path);
}

static struct node *add(struct sx_unpack *u, struct node *parent, struct sx_str path)
{
    struct node *node = SX_NEW(u->arena, struct node);
    *node =
        (struct node){ .path = path, .type = SX_ENTRY_DIRECTORY, .uid = -1, .next = parent->child };
    parent->child = node;
    if (!sx_table_put(&u->nodes, path, node)) /* whoever adds has looked before */
        abort();
    return node;
}

/* The folder of a path, made where it is not there. NULL with u->kept_out set when a component is
 * no folder, and false when the budget does not allow for it. */
static bool folder_of(struct sx_unpack *u, struct sx_str path, bool is_hidden, struct node **out,
                      struct sx_err *err)
{
    struct node *folder = &u->root;
    for (size_t i = 0; i < path.len; i++) {
        if (path.ptr[i] != '/')
            continue;
        struct sx_str here = sx_str_sub(path, 0, i);
        struct node *next = find(u, here);
        if (next == NULL) {
            SX_TRY(spend_member(u, err));
            next = add(u, folder, here);
            next->is_hidden = is_hidden;
        }
        if (next->type != SX_ENTRY_DIRECTORY) {
            u->kept_out = next->type == SX_ENTRY_SYMLINK ? "its path leads through a link"
                                                         : "its path leads through a file";
            *out = NULL;
            return true;
        }
        folder = next;
    }
    *out = folder;
    return true;
}

/* The place of a member in the tree; NULL when it is kept out. */
static bool place_of(struct sx_unpack *u, const struct sx_unpack_member *member, struct node **out,
                     struct sx_err *err)
{
    struct node *folder;
    *out = NULL;
    u->kept_out = refusal(member->path);
    if (u->kept_out != NULL)
        return true;
    struct sx_str path = clean(u->arena, member->path);
    struct node *old = find(u, path);
    if (old != NULL && old->type == SX_ENTRY_DIRECTORY && member->type == SX_ENTRY_DIRECTORY) {
        *out = old;
        return true;
    }
    if (old != NULL) {
        u->kept_out = "another member has the same path";
        return true;
    }
    SX_TRY(folder_of(u, path, member->is_hidden, &folder, err));
    if (folder != NULL)
        *out = add(u, folder, path);
    return true;
}

static void describe(struct sx_unpack *u, struct node *node, const struct sx_unpack_member *member)
{
    node->type = (uint8_t)member->type;
    node->mode = member->mode;
    node->uid = member->uid;
    node->is_hidden = member->is_hidden;
    if (member->type == SX_ENTRY_SYMLINK)
        node->link = sx_str_dup(u->arena, member->link);
}

static bool announce(struct sx_unpack *u, const struct sx_unpack_member *member, struct node **out,
                     struct sx_err *err)
{
    SX_TRY(spend_member(u, err));
    if (!member->is_made_up) {
        u->stats.entries++;
        u->stats.symlinks += member->type == SX_ENTRY_SYMLINK;
        u->stats.macosx_entries += sx_str_starts(member->path, SX_STR("__MACOSX/"));
    }
    SX_TRY(place_of(u, member, out, err));
    if (*out != NULL)
        describe(u, *out, member);
    return true;
}

const char *sx_unpack_kept_out(const struct sx_unpack *unpack)
{
    return unpack->kept_out != NULL ? unpack->kept_out : "";
}

/* Contents that are written */

/* What is there of it is not all: nobody shall take it for the file. */
static void refuse(struct sx_unpack *u, struct node *node, const char *why)
{
    node->why = sx_str_dup(u->arena, sx_str_of(why));
    node->is_refused = true;
}

static bool append(struct sx_unpack *u, struct node *node, const void *bytes, size_t n,
                   struct sx_err *err)
{
    SX_TRY(spend_bytes(u, n, err));
    uint64_t at = sx_spool_reserve(u->spool, n);
    if (node->place == NOWHERE) {
        node->at = at;
        node->place = SPOOLED;
    }
    SX_TRY(sx_spool_write(u->spool, at, bytes, n, err));
    node->size += n;
    return true;
}

bool sx_unpack_begin(struct sx_unpack *unpack, const struct sx_unpack_member *member, bool *is_kept,
                     struct sx_err *err)
{
    SX_TRY(announce(unpack, member, &unpack->open, err));
    *is_kept = unpack->open != NULL;
    return true;
}

bool sx_unpack_write(struct sx_unpack *unpack, const void *bytes, size_t n, struct sx_err *err)
{
    struct node *node = unpack->open;
    if (node == NULL || n == 0 || append(unpack, node, bytes, n, err))
        return true;
    refuse(unpack, node, err->what);
    return false;
}

bool sx_unpack_copy(struct sx_unpack *unpack, const struct sx_source *source, struct sx_err *err)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    uint8_t *buffer = sx_arena_alloc(arena, (size_t)sx_min_u64(COPY, source->size));
    for (uint64_t at = 0; at < source->size; at += COPY) {
        size_t n = (size_t)sx_min_u64(COPY, source->size - at);
        SX_TRY(sx_source_pread(source, at, buffer, n, err));
        SX_TRY(sx_unpack_write(unpack, buffer, n, err));
    }
    return true;
}

bool sx_unpack_end(struct sx_unpack *unpack, struct sx_str why, struct sx_err *err)
{
    (void)err;
    if (unpack->open != NULL && why.ptr != NULL)
        unpack->open->why = sx_str_dup(unpack->arena, why);
    unpack->open = NULL;
    return true;
}

void sx_unpack_share(struct sx_unpack *unpack, struct sx_str path, struct sx_str with)
{
    struct node *node = find(unpack, clean(unpack->arena, path));
    const struct node *other = find(unpack, clean(unpack->arena, with));
    if (node == NULL || other == NULL || node->type != SX_ENTRY_FILE || node->place != NOWHERE ||
        other->type != SX_ENTRY_FILE || other->why.ptr != NULL)
        return;
    node->size = other->size;
    node->at = other->at;
    node->contents = other->contents;
    node->place = other->place;
    node->why = (struct sx_str){ 0 };
}

bool sx_unpack_refuse(struct sx_unpack *unpack, const struct sx_unpack_member *member,
                      const char *why, bool *is_kept, struct sx_err *err)
{
    struct node *node;
    SX_TRY(announce(unpack, member, &node, err));
    *is_kept = node != NULL;
    if (node != NULL)
        refuse(unpack, node, why);
    return true;
}

/* Contents that are left where they are */

bool sx_unpack_leave(struct sx_unpack *unpack, const struct sx_unpack_member *member,
                     const struct sx_contents *contents, uint64_t id, bool *is_kept,
                     struct sx_err *err)
{
    struct node *node;
    SX_TRY(announce(unpack, member, &node, err));
    *is_kept = node != NULL;
    if (node == NULL || member->type != SX_ENTRY_FILE)
        return true;
    if (!spend_bytes(unpack, member->size, err)) {
        refuse(unpack, node, err->what);
        return false;
    }
    node->size = member->size;
    node->at = id;
    node->contents = contents;
    node->place = LEFT;
    return true;
}

/* Copies what a source holds into the spool. */
static bool copy(struct sx_unpack *u, const struct sx_source *from, uint64_t at, struct sx_err *err)
{
    uint8_t *buffer = malloc(COPY);
    bool ok = true;
    if (buffer == NULL)
        abort();
    for (uint64_t done = 0; ok && done < from->size;) {
        size_t n = (size_t)sx_min_u64(from->size - done, COPY);
        ok = sx_source_pread(from, done, buffer, n, err) &&
             sx_spool_write(u->spool, at + done, buffer, n, err);
        done += n;
    }
    free(buffer);
    return ok;
}

/* What will be read at random: code and containers. The tail of a file cannot be seen here. */
static bool is_for_spool(const struct node *node, const struct sx_source *source)
{
    uint8_t bytes[SX_MACHO_SNIFF];
    size_t n = (size_t)sx_min_u64(source->size, sizeof(bytes));
    struct sx_err ignored = { 0 }; /* whoever reads it will be told */
    if (!sx_source_pread(source, 0, bytes, n, &ignored))
        return false;
    struct sx_span head = { bytes, n, 0 };
    return sx_macho_sniff(head) ||
           sx_container_may_be(head, (struct sx_span){ 0 }, sx_str_base(node->path));
}

static void settle(struct sx_unpack *u, struct node *node, uint64_t at)
{
    pthread_mutex_lock(&u->lock);
    node->at = at;
    node->place = SPOOLED;
    pthread_mutex_unlock(&u->lock);
}

static bool open_left(struct sx_unpack *u, struct node *node, uint64_t id, const char *name,
                      struct sx_source *out, struct sx_err *err)
{
    struct sx_source source;
    const struct sx_contents *contents = node->contents;
    SX_TRY(contents->open(contents->context, id, name, &source, err));
    if (!contents->is_sequential || !is_for_spool(node, &source)) {
        *out = source;
        return true;
    }
    uint64_t at = sx_spool_reserve(u->spool, source.size);
    bool ok = copy(u, &source, at, err);
    if (ok) {
        settle(u, node, at);
        sx_spool_part(u->spool, at, source.size, name, out);
    }
    sx_source_close(&source);
    return ok;
}

/* As a tree */

static bool fail_node(struct sx_err *err, struct sx_str path, const char *what)
{
    SX_AUTO(sx_buf_release) struct sx_buf said = { 0 };
    sx_escape_buf(&said, path);
    return sx_fail(err, SX_E_IO, 0, "cannot %s %.*s", what, SX_STR_ARG(sx_buf_view(&said)));
}

static bool node_at(const struct sx_tree *tree, struct sx_str path, struct node **out,
                    struct sx_err *err)
{
    *out = find(tree->context, without_slash(path));
    return *out != NULL || fail_node(err, path, "find");
}

static struct sx_tree_entry entry_of(const struct node *node)
{
    return (struct sx_tree_entry){ .name = sx_str_base(node->path),
                                   .type = (enum sx_entry_type)node->type,
                                   .size = node->size,
                                   .mode = node->mode,
                                   .uid = node->uid };
}

static bool unpacked_stat(const struct sx_tree *tree, struct sx_str path, struct sx_tree_entry *out,
                          struct sx_err *err)
{
    struct node *node;
    SX_TRY(node_at(tree, path, &node, err));
    *out = entry_of(node);
    return true;
}

static int by_name(const void *a, const void *b)
{
    return sx_str_cmp(((const struct sx_tree_entry *)a)->name,
                      ((const struct sx_tree_entry *)b)->name);
}

static bool unpacked_list(const struct sx_tree *tree, struct sx_str path, struct sx_arena *arena,
                          struct sx_tree_entries *out, struct sx_err *err)
{
    struct node *folder;
    size_t n = 0;
    SX_TRY(node_at(tree, path, &folder, err));
    if (folder->type != SX_ENTRY_DIRECTORY)
        return fail_node(err, path, "list");
    for (const struct node *node = folder->child; node != NULL; node = node->next)
        n += !node->is_hidden;
    struct sx_tree_entry *entries = SX_NEW_N(arena, struct sx_tree_entry, n);
    n = 0;
    for (const struct node *node = folder->child; node != NULL; node = node->next)
        if (!node->is_hidden)
            entries[n++] = entry_of(node);
    if (n > 1)
        qsort(entries, n, sizeof(*entries), by_name);
    *out = (struct sx_tree_entries){ entries, n };
    return true;
}

static bool unpacked_readlink(const struct sx_tree *tree, struct sx_str path,
                              struct sx_arena *arena, struct sx_str *out, struct sx_err *err)
{
    struct node *node;
    SX_TRY(node_at(tree, path, &node, err));
    if (node->type != SX_ENTRY_SYMLINK)
        return fail_node(err, path, "read the link");
    *out = sx_str_dup(arena, node->link);
    return true;
}

static bool unpacked_open(const struct sx_tree *tree, struct sx_str path, const char *name,
                          struct sx_source *out, struct sx_err *err)
{
    struct sx_unpack *u = tree->context;
    struct node *node;
    SX_TRY(node_at(tree, path, &node, err));
    if (node->type != SX_ENTRY_FILE)
        return fail_node(err, path, "open");
    if (node->why.ptr != NULL)
        return sx_fail(err, node->is_refused ? SX_E_UNSUPPORTED : SX_E_TRUNCATED, 0, "%.*s",
                       SX_STR_ARG(node->why));
    pthread_mutex_lock(&u->lock);
    enum place place = (enum place)node->place;
    uint64_t at = node->at;
    pthread_mutex_unlock(&u->lock);
    if (place == LEFT)
        return open_left(u, node, at, name, out, err);
    if (place == SPOOLED)
        sx_spool_part(u->spool, at, node->size, name, out);
    else
        sx_source_memory(name, (struct sx_span){ 0 }, out);
    return true;
}

/* The archiver of macOS keeps the attributes of a/b as an AppleDouble file __MACOSX/a/._b, and
 * folds them into the file when it unpacks it (copyfile(3), COPYFILE_UNPACK); tar keeps them in
 * a/._b, which is looked for there by whoever asks. */
static bool open_aside(const struct sx_tree *tree, struct sx_str path, struct sx_arena *arena,
                       struct sx_source *out, bool *is_there, struct sx_err *err)
{
    struct sx_str folder = sx_path_join(arena, SX_STR("__MACOSX"), sx_path_parent(path));
    struct sx_str aside =
        sx_path_join(arena, folder, sx_str_printf(arena, "._%.*s", SX_STR_ARG(sx_str_base(path))));
    *is_there = sx_tree_has(tree, aside, SX_ENTRY_FILE);
    return !*is_there || sx_tree_open(tree, aside, "its attributes", out, err);
}

static bool unpacked_attribute(const struct sx_tree *tree, struct sx_str path, const char *name,
                               struct sx_arena *arena, struct sx_span *out, struct sx_err *err)
{
    struct sx_source source = { .fd = -1 };
    struct sx_span bytes;
    bool is_there;
    *out = (struct sx_span){ 0 };
    SX_TRY(open_aside(tree, path, arena, &source, &is_there, err));
    if (!is_there)
        return true;
    bool ok = sx_source_whole(&source, SX_MAX_APPLE_DOUBLE, arena, &bytes, err);
    sx_source_close(&source);
    if (!ok || !sx_apple_double_find(bytes, name, out))
        *out = (struct sx_span){ 0 };
    return ok;
}

static bool unpacked_attribute_names(const struct sx_tree *tree, struct sx_str path,
                                     struct sx_arena *arena, struct sx_strs *out,
                                     struct sx_err *err)
{
    struct sx_source source = { .fd = -1 };
    bool is_there;
    *out = (struct sx_strs){ 0 };
    SX_TRY(open_aside(tree, path, arena, &source, &is_there, err));
    bool ok = !is_there || sx_attribute_names_in(&source, arena, out, err);
    sx_source_close(&source);
    return ok;
}

static void unpacked_close(struct sx_tree *tree)
{
    (void)tree; /* it holds nothing */
}

void sx_unpack_tree(const struct sx_unpack *unpack, struct sx_str name, struct sx_tree *out)
{
    static const struct sx_tree_ops ops = { .stat = unpacked_stat,
                                            .list = unpacked_list,
                                            .readlink = unpacked_readlink,
                                            .open = unpacked_open,
                                            .attribute = unpacked_attribute,
                                            .attribute_names = unpacked_attribute_names,
                                            .close = unpacked_close };
    *out = (struct sx_tree){
        .ops = &ops, .name = name, .fd = -1, .context = (void *)(uintptr_t)unpack
    };
}

struct sx_unpack_stats sx_unpack_stats(const struct sx_unpack *unpack)
{
    return unpack->stats;
}
