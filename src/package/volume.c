/* SPDX-License-Identifier: MIT */
/* From the nodes of a volume to members of a container: folders from the root down, then files in
 * the order in which they lie on the disk, so that an image is unpacked from front to back. */
#include "package/volume.h"

#include "base/arith.h"
#include "base/buf.h"
#include "base/limits.h"
#include "package/decmpfs.h"
#include "package/volume_attributes.h"

#include <stdlib.h>
#include <string.h>

/* A file that will be read: under which path, and which node has its content. */
struct planned {
    struct sx_str path;
    const struct sx_volume_node *node;
};

struct unpacking {
    struct sx_volume *volume;
    const struct sx_container_question *question;
    struct sx_container *out;
    struct sx_arena *arena; /* for as long as it takes */
    const struct sx_volume_node **by_id, **by_parent;
    SX_VEC(struct planned) files;
    uint64_t text; /* bytes of paths so far */
};

/* A folder on the way down from the root. */
struct folder {
    uint64_t id;
    struct sx_str path;
    unsigned depth;
    const struct folder *above; /* NULL: it is the root */
};

static int id_order(const void *a, const void *b)
{
    const struct sx_volume_node *x = *(const struct sx_volume_node *const *)a,
                                *y = *(const struct sx_volume_node *const *)b;
    return x->id != y->id ? (x->id < y->id ? -1 : 1) : (x < y ? -1 : x > y);
}

static int parent_order(const void *a, const void *b)
{
    const struct sx_volume_node *x = *(const struct sx_volume_node *const *)a,
                                *y = *(const struct sx_volume_node *const *)b;
    return x->parent != y->parent ? (x->parent < y->parent ? -1 : 1) : (x < y ? -1 : x > y);
}

static void make_index(struct unpacking *u)
{
    size_t n = u->volume->nodes.n;
    u->by_id = SX_NEW_N(u->arena, const struct sx_volume_node *, n);
    u->by_parent = SX_NEW_N(u->arena, const struct sx_volume_node *, n);
    for (size_t i = 0; i < n; i++)
        u->by_id[i] = u->by_parent[i] = &u->volume->nodes.at[i];
    if (n > 1) {
        qsort(u->by_id, n, sizeof(*u->by_id), id_order);
        qsort(u->by_parent, n, sizeof(*u->by_parent), parent_order);
    }
}

/* The first of a sorted list that is not before a number. */
static size_t lower(const struct sx_volume_node *const *list, size_t n, bool by_id, uint64_t number)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if ((by_id ? list[middle]->id : list[middle]->parent) < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static const struct sx_volume_node *node_of(const struct unpacking *u, uint64_t id)
{
    size_t n = u->volume->nodes.n, at = lower(u->by_id, n, true, id);
    return at < n && u->by_id[at]->id == id ? u->by_id[at] : NULL;
}

static struct sx_unpack_member member_of(struct sx_str path, const struct sx_volume_node *node)
{
    return (struct sx_unpack_member){ .path = path,
                                      .type = node->type,
                                      .mode = node->mode,
                                      .uid = node->uid,
                                      .size = node->type == SX_ENTRY_FILE ? node->size : 0 };
}

/* A member without content. */
static bool announce(struct unpacking *u, const struct sx_unpack_member *member, bool *is_kept,
                     struct sx_err *err)
{
    return sx_container_begin(u->out, u->question->arena, member, is_kept, err) &&
           sx_unpack_end(u->out->unpack, (struct sx_str){ 0 }, err);
}

static bool apple_double(struct unpacking *u, const struct sx_volume_node *node, struct sx_str path,
                         struct sx_err *err)
{
    struct sx_arena_mark mark = sx_arena_mark(u->volume->scratch);
    bool ok = sx_volume_apple_double(u->volume, node, path, u->out->unpack, err);
    sx_arena_rewind(u->volume->scratch, mark);
    return ok;
}

static bool plan_folder(struct unpacking *u, const struct folder *folder, struct sx_err *err);

/* What a node stands for: itself, or what a hard link leads to. */
static const struct sx_volume_node *meant_by(struct unpacking *u, const struct sx_volume_node *node,
                                             struct sx_str path)
{
    const struct sx_volume_node *meant = node->target != 0 ? node_of(u, node->target) : node;
    if (meant == NULL)
        sx_container_skip(u->out, u->question->arena, path,
                          "a hard link whose file is not on the volume");
    return meant;
}

static bool lies_in_itself(const struct folder *folder)
{
    for (const struct folder *above = folder->above; above != NULL; above = above->above)
        if (above->id == folder->id)
            return true;
    return false;
}

static bool enter_folder(struct unpacking *u, const struct sx_volume_node *node,
                         const struct folder *folder, struct sx_err *err)
{
    struct sx_unpack_member member = member_of(folder->path, node);
    bool is_kept;
    if (lies_in_itself(folder)) {
        sx_container_note(u->out, u->question->arena, "image-malformed", folder->path, UINT64_MAX,
                          "the folder lies in itself");
        return true;
    }
    SX_TRY(announce(u, &member, &is_kept, err));
    return !is_kept || (apple_double(u, node, folder->path, err) && plan_folder(u, folder, err));
}

static bool plan_file(struct unpacking *u, const struct sx_volume_node *node, struct sx_str path,
                      struct sx_err *err)
{
    if (u->files.n == SX_MAX_UNPACK_MEMBERS)
        return sx_fail(err, SX_E_LIMIT, 0, "volume: more than %d files", SX_MAX_UNPACK_MEMBERS);
    SX_PUSH(u->arena, &u->files, (struct planned){ path, node });
    return true;
}

static bool plan_node(struct unpacking *u, const struct sx_volume_node *node,
                      const struct folder *in, struct sx_err *err)
{
    struct sx_str path = sx_path_join(u->arena, in->path, node->name);
    const struct sx_volume_node *meant = node->is_private ? NULL : meant_by(u, node, path);
    u->text += path.len;
    if (u->text > SX_MAX_VOLUME_TEXT)
        return sx_fail(err, SX_E_LIMIT, 0, "volume: paths of more than %u bytes",
                       SX_MAX_VOLUME_TEXT);
    if (meant == NULL)
        return true;
    if (meant->type != SX_ENTRY_DIRECTORY)
        return plan_file(u, meant, path, err);
    struct folder folder = { meant->id, path, in->depth + 1, in };
    return enter_folder(u, meant, &folder, err);
}

static bool plan_folder(struct unpacking *u, const struct folder *folder, struct sx_err *err)
{
    size_t n = u->volume->nodes.n;
    if (folder->depth > SX_MAX_MEMBER_DEPTH) {
        sx_container_skip(u->out, u->question->arena, folder->path, "folders nest deeper than %d",
                          SX_MAX_MEMBER_DEPTH);
        return true;
    }
    for (size_t i = lower(u->by_parent, n, false, folder->id);
         i < n && u->by_parent[i]->parent == folder->id; i++)
        SX_TRY(plan_node(u, u->by_parent[i], folder, err));
    return true;
}

static int by_place(const void *a, const void *b)
{
    const struct planned *x = a, *y = b;
    if (x->node->place != y->node->place)
        return x->node->place < y->node->place ? -1 : 1;
    return sx_str_cmp(x->path, y->path);
}

static bool write_block(void *context, const void *bytes, size_t n, struct sx_err *err)
{
    struct sx_unpack *unpack = context;
    return sx_unpack_write(unpack, bytes, n, err);
}

/* A file kept compressed: the attribute, and what it says about the rest. */
struct compressed {
    struct sx_span attribute;
    struct sx_decmpfs head;
    struct sx_source resources;
};

static bool open_compressed(struct sx_volume *volume, const struct sx_volume_node *node,
                            struct compressed *out, struct sx_err *err)
{
    struct sx_source source;
    SX_TRY(volume->ops->attribute(volume, node, SX_STR("com.apple.decmpfs"), &source, err));
    SX_TRY(sx_source_whole(&source, SX_MAX_DECMPFS, volume->scratch, &out->attribute, err));
    SX_TRY(sx_decmpfs_read(out->attribute, &out->head, err));
    return out->head.is_inline || out->head.size == 0 ||
           volume->ops->attribute(volume, node, SX_STR("com.apple.ResourceFork"), &out->resources,
                                  err);
}

/* A file that cannot be read is there all the same, and whoever opens it is told why. */
static bool give_up(struct unpacking *u, const struct planned *file, const struct sx_err *why,
                    struct sx_err *err)
{
    if (why->code == SX_E_UNSUPPORTED || why->code == SX_E_LIMIT)
        sx_container_skip(u->out, u->question->arena, file->path, "%s", why->what);
    else
        sx_container_note(u->out, u->question->arena, "image-malformed", file->path, why->off, "%s",
                          why->what);
    return sx_unpack_end(u->out->unpack, sx_str_dup(u->question->arena, sx_str_of(why->what)), err);
}

static bool write_file(struct unpacking *u, const struct planned *file, struct sx_err *err)
{
    struct sx_volume *volume = u->volume;
    struct sx_unpack_member member = member_of(file->path, file->node);
    struct compressed packed = { 0 };
    struct sx_source data;
    struct sx_err why = { 0 };
    bool is_kept, is_packed = file->node->is_compressed;
    bool ok = is_packed ? open_compressed(volume, file->node, &packed, &why)
                        : volume->ops->data(volume, file->node, "file", &data, &why);
    bool is_open = ok;
    if (is_packed)
        member.size = packed.head.size;
    SX_TRY(sx_container_begin(u->out, u->question->arena, &member, &is_kept, err));
    if (!is_kept)
        return sx_unpack_end(u->out->unpack, (struct sx_str){ 0 }, err);
    if (ok && is_packed)
        ok = sx_decmpfs_each(&packed.head, packed.attribute, &packed.resources, write_block,
                             u->out->unpack, &why);
    else if (ok)
        ok = sx_unpack_copy(u->out->unpack, &data, &why);
    if (ok)
        return sx_unpack_end(u->out->unpack, (struct sx_str){ 0 }, err);
    if (why.code == SX_E_IO || (is_open && why.code == SX_E_LIMIT)) { /* no file will be read */
        *err = why;
        return false;
    }
    return give_up(u, file, &why, err);
}

static bool write_link(struct unpacking *u, const struct planned *file, struct sx_err *err)
{
    struct sx_volume *volume = u->volume;
    struct sx_unpack_member member = member_of(file->path, file->node);
    struct sx_source data;
    struct sx_span text;
    struct sx_err why = { 0 };
    bool is_kept;
    if (volume->ops->data(volume, file->node, "link", &data, &why) &&
        sx_source_whole(&data, SX_MAX_MEMBER_PATH, volume->scratch, &text, &why)) {
        member.link = sx_str_of_span(text);
        return announce(u, &member, &is_kept, err);
    }
    if (why.code == SX_E_IO) {
        *err = why;
        return false;
    }
    sx_container_note(u->out, u->question->arena, "image-malformed", file->path, why.off, "%s",
                      why.what);
    return true;
}

static bool write_node(struct unpacking *u, const struct planned *file, struct sx_err *err)
{
    struct sx_unpack_member member = member_of(file->path, file->node);
    struct sx_arena_mark mark = sx_arena_mark(u->volume->scratch);
    bool is_kept;
    bool ok = file->node->type == SX_ENTRY_FILE      ? write_file(u, file, err)
              : file->node->type == SX_ENTRY_SYMLINK ? write_link(u, file, err)
                                                     : announce(u, &member, &is_kept, err);
    sx_arena_rewind(u->volume->scratch, mark);
    return ok && apple_double(u, file->node, file->path, err);
}

static bool unpack_all(struct unpacking *u, struct sx_str prefix, struct sx_err *err)
{
    struct folder root = { .id = u->volume->root, .path = prefix };
    make_index(u);
    SX_TRY(plan_folder(u, &root, err));
    if (u->files.n > 1)
        qsort(u->files.at, u->files.n, sizeof(*u->files.at), by_place);
    for (size_t i = 0; i < u->files.n; i++)
        SX_TRY(write_node(u, &u->files.at[i], err));
    return true;
}

bool sx_volume_unpack(struct sx_volume *volume, struct sx_str prefix,
                      const struct sx_container_question *question, struct sx_container *out,
                      struct sx_err *err)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    SX_AUTO(sx_arena_freep) struct sx_arena *scratch = sx_arena_new();
    struct unpacking u = { .volume = volume, .question = question, .out = out, .arena = arena };
    volume->scratch = scratch;
    bool ok = unpack_all(&u, prefix, err);
    volume->scratch = volume->arena;
    return ok;
}
