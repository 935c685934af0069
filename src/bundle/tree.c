/* SPDX-License-Identifier: MIT */
#include "bundle/tree.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/xattr.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_LINKS = 32 };

struct sx_str sx_path_join(struct sx_arena *arena, struct sx_str a, struct sx_str b)
{
    if (a.len == 0 || b.len == 0)
        return a.len == 0 ? sx_str_dup(arena, b) : sx_str_dup(arena, a);
    return sx_str_printf(arena, "%.*s/%.*s", SX_STR_ARG(a), SX_STR_ARG(b));
}

struct sx_str sx_path_parent(struct sx_str path)
{
    size_t base = sx_str_base(path).len;
    return sx_str_sub(path, 0, base < path.len ? path.len - base - 1 : 0);
}

bool sx_tree_stat(const struct sx_tree *tree, struct sx_str path, struct sx_tree_entry *out,
                  struct sx_err *err)
{
    return tree->ops->stat(tree, path, out, err);
}

bool sx_tree_has(const struct sx_tree *tree, struct sx_str path, enum sx_entry_type type)
{
    struct sx_tree_entry entry;
    struct sx_err ignored = { 0 }; /* the question is only whether it is there */
    return sx_tree_stat(tree, path, &entry, &ignored) && entry.type == type;
}

bool sx_tree_list(const struct sx_tree *tree, struct sx_str path, struct sx_arena *arena,
                  struct sx_tree_entries *out, struct sx_err *err)
{
    return tree->ops->list(tree, path, arena, out, err);
}

bool sx_tree_readlink(const struct sx_tree *tree, struct sx_str path, struct sx_arena *arena,
                      struct sx_str *out, struct sx_err *err)
{
    return tree->ops->readlink(tree, path, arena, out, err);
}

bool sx_tree_open(const struct sx_tree *tree, struct sx_str path, const char *name,
                  struct sx_source *out, struct sx_err *err)
{
    return tree->ops->open(tree, path, name, out, err);
}

bool sx_tree_enter(const struct sx_tree *tree, struct sx_str path, struct sx_tree *out,
                   struct sx_err *err)
{
    if (tree->ops->enter == NULL)
        return sx_fail(err, SX_E_UNSUPPORTED, 0, "a folder of this tree cannot be opened");
    return tree->ops->enter(tree, path, out, err);
}

void sx_tree_close(struct sx_tree *tree)
{
    if (tree->ops != NULL)
        tree->ops->close(tree);
    *tree = (struct sx_tree){ .fd = -1 };
}

/* One step of sx_tree_resolve: puts the target of the link at `link` in its place. */
static bool follow(const struct sx_tree *tree, struct sx_arena *arena, struct sx_str link,
                   struct sx_str rest, struct sx_str *pending, struct sx_err *err)
{
    struct sx_str target;
    SX_TRY(sx_tree_readlink(tree, link, arena, &target, err));
    if (target.len > 0 && target.ptr[0] == '/')
        return sx_fail(err, SX_E_RANGE, 0, "the link %.*s leads to an absolute path",
                       SX_STR_ARG(sx_escape(arena, link)));
    *pending = sx_path_join(arena, target, rest);
    return true;
}

static struct sx_str first_component(struct sx_str path, struct sx_str *rest)
{
    size_t end = sx_str_find(path, SX_STR("/"));
    *rest = sx_str_sub(path, end + 1, path.len);
    return sx_str_sub(path, 0, end);
}

bool sx_tree_resolve(const struct sx_tree *tree, struct sx_str path, struct sx_arena *arena,
                     struct sx_str *out, struct sx_err *err)
{
    struct sx_str done = SX_STR(""), pending = path;
    int links = 0;
    while (pending.len > 0) {
        struct sx_str rest, name = first_component(pending, &rest);
        struct sx_tree_entry entry;
        pending = rest;
        if (name.len == 0 || sx_str_is(name, "."))
            continue;
        if (sx_str_is(name, "..")) {
            if (done.len == 0)
                return sx_fail(err, SX_E_RANGE, 0, "the link %.*s leads out of the folder",
                               SX_STR_ARG(sx_escape(arena, path)));
            done = sx_path_parent(done);
            continue;
        }
        struct sx_str here = sx_path_join(arena, done, name);
        SX_TRY(sx_tree_stat(tree, here, &entry, err));
        if (entry.type != SX_ENTRY_SYMLINK) {
            done = here;
            continue;
        }
        if (++links > MAX_LINKS)
            return sx_fail(err, SX_E_LIMIT, 0, "%.*s: more than %d links",
                           SX_STR_ARG(sx_escape(arena, path)), MAX_LINKS);
        SX_TRY(follow(tree, arena, here, rest, &pending, err));
    }
    *out = done;
    return true;
}

/* A folder on disk. */

/* Every system call wants a C string; PATH_MAX is the kernel's own bound. */
static bool c_path(struct sx_str path, char out[PATH_MAX], struct sx_err *err)
{
    if (path.len >= PATH_MAX || memchr(path.ptr != NULL ? path.ptr : "", 0, path.len) != NULL)
        return sx_fail(err, SX_E_LIMIT, 0, "a path of %zu bytes", path.len);
    snprintf(out, PATH_MAX, "%.*s", SX_STR_ARG(path.len > 0 ? path : SX_STR(".")));
    return true;
}

static bool fail_path(struct sx_err *err, struct sx_str path, const char *verb)
{
    int number = errno;
    SX_AUTO(sx_buf_release) struct sx_buf said = { 0 };
    sx_escape_buf(&said, path);
    sx_buf_char(&said, '\0');
    return sx_fail_errno(err, number, verb, said.ptr);
}

static enum sx_entry_type type_of(mode_t mode)
{
    return S_ISREG(mode)   ? SX_ENTRY_FILE
           : S_ISDIR(mode) ? SX_ENTRY_DIRECTORY
           : S_ISLNK(mode) ? SX_ENTRY_SYMLINK
                           : SX_ENTRY_SPECIAL;
}

static struct sx_tree_entry entry_of(struct sx_str name, const struct stat *st)
{
    return (struct sx_tree_entry){ .name = name,
                                   .type = type_of(st->st_mode),
                                   .size = S_ISREG(st->st_mode) ? (uint64_t)st->st_size : 0,
                                   .mode = (uint32_t)st->st_mode & 07777,
                                   .uid = (int64_t)st->st_uid };
}

static bool disk_stat(const struct sx_tree *tree, struct sx_str path, struct sx_tree_entry *out,
                      struct sx_err *err)
{
    char name[PATH_MAX];
    struct stat st;
    SX_TRY(c_path(path, name, err));
    if (fstatat(tree->fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return fail_path(err, path, "find");
    *out = entry_of(sx_str_base(path), &st);
    return true;
}

/* Opens a folder or file below the root so that no component may be a link: one openat each.
 * (Linux has openat2 for it, other systems do not; paths here are short.) */
static int open_beneath(int root, char *path, int flags)
{
    int at = root;
    for (char *slash; (slash = strchr(path, '/')) != NULL; path = slash + 1) {
        *slash = '\0';
        int next = openat(at, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        *slash = '/';
        if (at != root)
            close(at);
        if (next < 0)
            return -1;
        at = next;
    }
    int fd = openat(at, path, flags | O_NOFOLLOW | O_CLOEXEC);
    int number = errno;
    if (at != root)
        close(at);
    errno = number;
    return fd;
}

static int by_name(const void *a, const void *b)
{
    return sx_str_cmp(((const struct sx_tree_entry *)a)->name,
                      ((const struct sx_tree_entry *)b)->name);
}

static void closedirp(DIR **dir)
{
    if (*dir != NULL)
        closedir(*dir);
}

/* Most file systems say what an entry is where they list it. */
static bool listed_type(DIR *dir, const struct dirent *d, enum sx_entry_type *out)
{
    struct stat st;
    switch (d->d_type) {
    case DT_REG:
        *out = SX_ENTRY_FILE;
        return true;
    case DT_DIR:
        *out = SX_ENTRY_DIRECTORY;
        return true;
    case DT_LNK:
        *out = SX_ENTRY_SYMLINK;
        return true;
    default:
        if (fstatat(dirfd(dir), d->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
            return false;
        *out = type_of(st.st_mode);
        return true;
    }
}

static bool disk_list(const struct sx_tree *tree, struct sx_str path, struct sx_arena *arena,
                      struct sx_tree_entries *out, struct sx_err *err)
{
    char name[PATH_MAX];
    SX_VEC(struct sx_tree_entry) entries = { 0 };
    SX_TRY(c_path(path, name, err));
    int fd = open_beneath(tree->fd, name, O_RDONLY | O_DIRECTORY);
    SX_AUTO(closedirp) DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    if (dir == NULL) {
        bool failed = fail_path(err, path, "list");
        if (fd >= 0)
            close(fd);
        return failed;
    }
    for (struct dirent *d; errno = 0, (d = readdir(dir)) != NULL;) {
        struct sx_tree_entry entry = { .uid = -1 };
        if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0)
            continue;
        if (entries.n == SX_MAX_TREE_ENTRIES)
            return sx_fail(err, SX_E_LIMIT, 0, "a folder of more than %d entries",
                           SX_MAX_TREE_ENTRIES);
        if (!listed_type(dir, d, &entry.type))
            return fail_path(err, sx_str_of(d->d_name), "examine");
        entry.name = sx_str_dup(arena, sx_str_of(d->d_name));
        SX_PUSH(arena, &entries, entry);
    }
    if (errno != 0) /* else a folder on a failing disk would seem to end there */
        return fail_path(err, path, "list");
    if (entries.n > 1)
        qsort(entries.at, entries.n, sizeof(*entries.at), by_name);
    *out = (struct sx_tree_entries){ entries.at, entries.n };
    return true;
}

static bool disk_readlink(const struct sx_tree *tree, struct sx_str path, struct sx_arena *arena,
                          struct sx_str *out, struct sx_err *err)
{
    char name[PATH_MAX], target[PATH_MAX];
    SX_TRY(c_path(path, name, err));
    ssize_t n = readlinkat(tree->fd, name, target, sizeof(target));
    if (n < 0)
        return fail_path(err, path, "read the link");
    *out = sx_str_dup(arena, (struct sx_str){ target, (size_t)n });
    return true;
}

static bool disk_open(const struct sx_tree *tree, struct sx_str path, const char *said,
                      struct sx_source *out, struct sx_err *err)
{
    char name[PATH_MAX];
    SX_TRY(c_path(path, name, err));
    char *slash = strrchr(name, '/');
    if (slash == NULL)
        return sx_source_open(tree->fd, name, said, false, out, err);
    *slash = '\0';
    int folder = open_beneath(tree->fd, name, O_RDONLY | O_DIRECTORY);
    if (folder < 0)
        return fail_path(err, path, "open");
    bool ok = sx_source_open(folder, slash + 1, said, false, out, err);
    close(folder);
    return ok;
}

static bool get_whole(int fd, struct sx_str path, const char *name, struct sx_arena *arena,
                      struct sx_span *out, struct sx_err *err)
{
    ssize_t len = sx_xattr_get(fd, name, NULL, 0);
    if (len < 0)
        return errno == ENODATA || fail_path(err, path, "read an attribute of");
    if ((size_t)len > SX_MAX_ATTRIBUTE)
        return sx_fail(err, SX_E_LIMIT, 0, "the attribute %s: %zd bytes, at most %u are read", name,
                       len, SX_MAX_ATTRIBUTE);
    uint8_t *bytes = sx_arena_alloc(arena, (size_t)len + 1);
    ssize_t read = sx_xattr_get(fd, name, bytes, (size_t)len);
    if (read < 0)
        return fail_path(err, path, "read an attribute of");
    if (read != len)
        return sx_fail(err, SX_E_IO, 0, "the attribute %s changed while it was read", name);
    *out = (struct sx_span){ bytes, (size_t)len, 0 };
    return true;
}

static bool disk_attribute(const struct sx_tree *tree, struct sx_str path, const char *attribute,
                           struct sx_arena *arena, struct sx_span *out, struct sx_err *err)
{
    char name[PATH_MAX];
    SX_TRY(c_path(path, name, err));
    int fd = open_beneath(tree->fd, name, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return fail_path(err, path, "open");
    bool ok = get_whole(fd, path, attribute, arena, out, err);
    close(fd);
    return ok;
}

/* The names end in NUL each; there is room for as much as Linux lists of one file. */
static bool disk_attribute_names(const struct sx_tree *tree, struct sx_str path,
                                 struct sx_arena *arena, struct sx_strs *out, struct sx_err *err)
{
    enum { ALL = 64 << 10 };
    char name[PATH_MAX], *names = sx_arena_alloc(arena, ALL);
    SX_VEC(struct sx_str) list = { 0 };
    SX_TRY(c_path(path, name, err));
    int fd = open_beneath(tree->fd, name, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return fail_path(err, path, "open");
    ssize_t n = sx_xattr_list(fd, names, ALL);
    close(fd);
    if (n < 0)
        return fail_path(err, path, "list the attributes of");
    for (ssize_t at = 0; at < n; at += (ssize_t)strlen(names + at) + 1)
        SX_PUSH(arena, &list, sx_str_of(names + at));
    *out = (struct sx_strs){ list.at, list.n };
    return true;
}

static bool disk_open_beside(const struct sx_tree *tree, const char *file, const char *said,
                             struct sx_source *out, struct sx_err *err)
{
    char path[PATH_MAX];
    int n = snprintf(path, sizeof(path), "../%s", file);
    if (n < 0 || (size_t)n >= sizeof(path) || strchr(file, '/') != NULL)
        return sx_fail(err, SX_E_LIMIT, 0, "%s: no name of a file", said);
    return sx_source_open(tree->fd, path, said, false, out, err);
}

static const struct sx_tree_ops disk;

static bool disk_enter(const struct sx_tree *tree, struct sx_str path, struct sx_tree *out,
                       struct sx_err *err)
{
    char name[PATH_MAX];
    SX_TRY(c_path(path, name, err));
    int fd = open_beneath(tree->fd, name, O_RDONLY | O_DIRECTORY);
    if (fd < 0)
        return fail_path(err, path, "open");
    *out = (struct sx_tree){ .ops = &disk, .name = sx_str_base(path), .fd = fd };
    return true;
}

static void disk_close(struct sx_tree *tree)
{
    if (tree->fd >= 0)
        close(tree->fd);
}

static const struct sx_tree_ops disk = {
    .stat = disk_stat,
    .list = disk_list,
    .readlink = disk_readlink,
    .open = disk_open,
    .attribute = disk_attribute,
    .attribute_names = disk_attribute_names,
    .open_beside = disk_open_beside,
    .enter = disk_enter,
    .close = disk_close,
};

bool sx_tree_disk(const char *path, struct sx_str name, struct sx_tree *out, struct sx_err *err)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return fail_path(err, sx_str_of(path), "open");
    *out = (struct sx_tree){ .ops = &disk, .name = name, .fd = fd };
    return true;
}
