/* SPDX-License-Identifier: MIT */
/* Reading the nodes of a description, and files. */
#include "build.h"
#include "base/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_FILE (256u << 20)

bool sx_fx_check_keys(struct sx_fx_build *b, const struct sx_fx_node *map, size_t n,
                      const char *const *allowed)
{
    if (map == NULL || map->kind == SX_FX_NODE_NULL)
        return true;
    if (map->kind != SX_FX_NODE_MAP)
        return sx_fx_fail(b->err, map, "this must be a map");
    struct sx_str *names = SX_NEW_N(b->arena, struct sx_str, n);
    for (size_t i = 0; i < n; i++)
        names[i] = sx_str_of(allowed[i]);
    for (size_t i = 0; i < map->entries.n; i++) {
        struct sx_str key = map->entries.at[i].key;
        if (sx_strs_has((struct sx_strs){ names, n }, key))
            continue;
        size_t nearest = sx_str_nearest(key, names, n);
        return sx_fx_fail(b->err, map->entries.at[i].node, "no key %.*s here%s%s", SX_STR_ARG(key),
                          nearest < n ? "; the nearest is " : "",
                          nearest < n ? allowed[nearest] : "");
    }
    return true;
}

bool sx_fx_is_none(const struct sx_fx_node *node)
{
    return node != NULL && (node->kind == SX_FX_NODE_NULL || sx_str_is(node->text, "none"));
}

struct sx_str sx_fx_node_bytes(const struct sx_fx_node *node)
{
    return node->kind == SX_FX_NODE_DATA ? node->data : node->text;
}

bool sx_fx_read_int(struct sx_fx_build *b, const struct sx_fx_node *map, const char *key,
                    uint64_t *inout)
{
    const struct sx_fx_node *node = sx_fx_get(map, key);
    if (node == NULL)
        return true;
    if (node->kind != SX_FX_NODE_INT)
        return sx_fx_fail(b->err, node, "%s must be an integer", key);
    *inout = (uint64_t)node->number;
    return true;
}

bool sx_fx_read_text(struct sx_fx_build *b, const struct sx_fx_node *map, const char *key,
                     struct sx_str *inout)
{
    const struct sx_fx_node *node = sx_fx_get(map, key);
    if (node == NULL)
        return true;
    if (node->kind == SX_FX_NODE_LIST || node->kind == SX_FX_NODE_MAP)
        return sx_fx_fail(b->err, node, "%s must be text", key);
    *inout = sx_fx_is_none(node) ? (struct sx_str){ 0 } : node->text;
    return true;
}

bool sx_fx_read_bool(struct sx_fx_build *b, const struct sx_fx_node *map, const char *key,
                     bool *inout)
{
    const struct sx_fx_node *node = sx_fx_get(map, key);
    if (node == NULL)
        return true;
    if (node->kind != SX_FX_NODE_BOOL)
        return sx_fx_fail(b->err, node, "%s must be true or false", key);
    *inout = node->number != 0;
    return true;
}

bool sx_fx_read_texts(struct sx_fx_build *b, const struct sx_fx_node *map, const char *key,
                      struct sx_strs *inout)
{
    const struct sx_fx_node *node = sx_fx_get(map, key);
    if (node == NULL)
        return true;
    if (node->kind == SX_FX_NODE_MAP)
        return sx_fx_fail(b->err, node, "%s must be a list", key);
    bool is_list = node->kind == SX_FX_NODE_LIST;
    size_t n = is_list ? node->entries.n : !sx_fx_is_none(node);
    struct sx_str *texts = SX_NEW_N(b->arena, struct sx_str, n);
    for (size_t i = 0; i < n; i++)
        texts[i] = sx_fx_node_bytes(is_list ? node->entries.at[i].node : node);
    *inout = (struct sx_strs){ texts, n };
    return true;
}

bool sx_fx_read_time(struct sx_fx_build *b, const struct sx_fx_node *map, const char *key,
                     struct sx_opt_time *inout)
{
    const struct sx_fx_node *node = sx_fx_get(map, key);
    if (node == NULL)
        return true;
    inout->has = !sx_fx_is_none(node);
    if (!inout->has || sx_time_parse(node->text, true, &inout->t))
        return true;
    return sx_fx_fail(b->err, node, "%s must be a time such as 2026-11-23T18:04:11Z", key);
}

bool sx_fx_read_cert(struct sx_fx_build *b, const struct sx_fx_node *map, const char *key,
                     const struct sx_fx_cert **inout)
{
    const struct sx_fx_node *node = sx_fx_get(map, key);
    if (node == NULL)
        return true;
    *inout = sx_fx_cert(b->pki, node->text);
    if (*inout != NULL)
        return true;
    return sx_fx_fail(b->err, node, "no certificate is named %.*s", SX_STR_ARG(node->text));
}

bool sx_fx_read_defects(struct sx_fx_build *b, const struct sx_fx_node *map, const char *key,
                        unsigned *inout)
{
    struct sx_strs names = { 0 };
    SX_TRY(sx_fx_read_texts(b, map, key, &names));
    for (size_t i = 0; i < names.n; i++) {
        unsigned defect = sx_fx_cms_defect_named(names.at[i]);
        if (defect == 0)
            return sx_fx_fail(b->err, sx_fx_get(map, key), "no defect is named %.*s",
                              SX_STR_ARG(names.at[i]));
        *inout |= defect;
    }
    return true;
}

bool sx_fx_read_mode(struct sx_fx_build *b, const struct sx_fx_node *entry, unsigned *mode)
{
    const struct sx_fx_node *node = sx_fx_get(entry, "mode");
    if (node == NULL)
        return true;
    char *end;
    unsigned long value = strtoul(sx_str_dup(b->arena, node->text).ptr, &end, 8);
    if (*end != 0 || value > 07777)
        return sx_fx_fail(b->err, node, "mode must be octal, such as 755");
    *mode = (unsigned)value;
    return true;
}

struct sx_str sx_fx_out_path(struct sx_fx_build *b, struct sx_str path)
{
    return sx_str_printf(b->arena, "%s/%.*s", b->out_dir, SX_STR_ARG(path));
}

bool sx_fx_check_path(struct sx_fx_build *b, const struct sx_fx_node *at, struct sx_str path)
{
    struct sx_str framed = sx_str_printf(b->arena, "/%.*s/", SX_STR_ARG(path));
    bool leaves = path.len == 0 || path.ptr[0] == '/' ||
                  sx_str_find(framed, SX_STR("/../")) < framed.len ||
                  memchr(path.ptr, 0, path.len) != NULL;
    return !leaves || sx_fx_fail(b->err, at, "a path must stay below the output folder");
}

bool sx_fx_fail_errno(struct sx_fx_build *b, const char *verb, const char *path)
{
    return sx_fail(b->err, SX_E_IO, 0, "cannot %s %s: %s", verb, path, strerror(errno));
}

static bool make_parents(struct sx_fx_build *b, struct sx_str path)
{
    struct sx_str full = sx_fx_out_path(b, path);
    for (size_t i = 1; i < full.len; i++) {
        if (full.ptr[i] != '/')
            continue;
        struct sx_str folder = sx_str_dup(b->arena, sx_str_sub(full, 0, i));
        if (mkdir(folder.ptr, 0755) != 0 && errno != EEXIST)
            return sx_fx_fail_errno(b, "make", folder.ptr);
    }
    return true;
}

static bool write_all(int fd, struct sx_str bytes)
{
    while (bytes.len > 0) {
        ssize_t n = write(fd, bytes.ptr, bytes.len);
        if (n <= 0)
            return false;
        bytes = sx_str_sub(bytes, (size_t)n, bytes.len);
    }
    return true;
}

bool sx_fx_write(struct sx_fx_build *b, struct sx_str path, struct sx_str bytes, unsigned mode)
{
    SX_TRY(make_parents(b, path));
    struct sx_str full = sx_fx_out_path(b, path);
    int fd = open(full.ptr, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode);
    if (fd < 0)
        return sx_fx_fail_errno(b, "write", full.ptr);
    bool done = write_all(fd, bytes) && fchmod(fd, mode) == 0;
    if (close(fd) != 0 || !done)
        return sx_fx_fail_errno(b, "write", full.ptr);
    return true;
}

bool sx_fx_read(struct sx_fx_build *b, struct sx_str path, struct sx_str *out)
{
    const char *name = sx_fx_out_path(b, path).ptr;
    struct sx_source source;
    struct sx_span bytes;
    SX_TRY(sx_source_open(AT_FDCWD, name, name, false, &source, b->err));
    bool done = sx_source_whole(&source, MAX_FILE, b->arena, &bytes, b->err);
    sx_source_close(&source);
    *out = done ? sx_str_of_span(bytes) : SX_STR("");
    return done;
}
