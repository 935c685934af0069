/* SPDX-License-Identifier: MIT */
/* A tree on a disk that holds no folder open. */
#include "bundle/tree.h"

#include <stdlib.h>
#include <sys/stat.h>

/* Where the folder is, and which one it was: what has been read of it stands among the facts, and
 * another folder in its place would be told under their names. */
struct resting {
    const char *path;
    dev_t device;
    ino_t inode;
};

static bool wake(const struct sx_tree *tree, struct sx_tree *out, struct sx_err *err)
{
    const struct resting *r = tree->context;
    struct stat st;
    SX_TRY(sx_tree_disk(r->path, tree->name, out, err));
    if (fstat(out->fd, &st) == 0 && st.st_dev == r->device && st.st_ino == r->inode)
        return true;
    sx_tree_close(out);
    return sx_fail(err, SX_E_IO, 0, "another folder has taken the place of the one examined");
}

static bool rest_stat(const struct sx_tree *tree, struct sx_str path, struct sx_tree_entry *out,
                      struct sx_err *err)
{
    SX_AUTO(sx_tree_close) struct sx_tree awake = { .fd = -1 };
    return wake(tree, &awake, err) && sx_tree_stat(&awake, path, out, err);
}

static bool rest_list(const struct sx_tree *tree, struct sx_str path, struct sx_arena *arena,
                      struct sx_tree_entries *out, struct sx_err *err)
{
    SX_AUTO(sx_tree_close) struct sx_tree awake = { .fd = -1 };
    return wake(tree, &awake, err) && sx_tree_list(&awake, path, arena, out, err);
}

static bool rest_readlink(const struct sx_tree *tree, struct sx_str path, struct sx_arena *arena,
                          struct sx_str *out, struct sx_err *err)
{
    SX_AUTO(sx_tree_close) struct sx_tree awake = { .fd = -1 };
    return wake(tree, &awake, err) && sx_tree_readlink(&awake, path, arena, out, err);
}

static bool rest_open(const struct sx_tree *tree, struct sx_str path, const char *name,
                      struct sx_source *out, struct sx_err *err)
{
    SX_AUTO(sx_tree_close) struct sx_tree awake = { .fd = -1 };
    return wake(tree, &awake, err) && sx_tree_open(&awake, path, name, out, err);
}

static void rest_close(struct sx_tree *tree)
{
    (void)tree; /* it holds nothing */
}

static const char *absolute(const char *path, struct sx_arena *arena)
{
    char *real = realpath(path, NULL); /* the working directory may change before it is asked for */
    const char *kept = sx_str_dup(arena, sx_str_of(real != NULL ? real : path)).ptr;
    free(real);
    return kept;
}

void sx_tree_rest(struct sx_tree *tree, const char *path, struct sx_arena *arena)
{
    static const struct sx_tree_ops ops = { .stat = rest_stat,
                                            .list = rest_list,
                                            .readlink = rest_readlink,
                                            .open = rest_open,
                                            .close = rest_close };
    struct resting *r = SX_NEW(arena, struct resting);
    struct sx_str name = tree->name;
    struct stat st;
    if (tree->fd >= 0 && fstat(tree->fd, &st) == 0)
        *r = (struct resting){ absolute(path, arena), st.st_dev, st.st_ino };
    else
        r->path = ""; /* never opened: it will not be now */
    sx_tree_close(tree);
    *tree = (struct sx_tree){ .ops = &ops, .name = name, .fd = -1, .context = r };
}
