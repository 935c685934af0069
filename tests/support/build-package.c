/* SPDX-License-Identifier: MIT */
/* Installer packages of a fixture file: what has been made before goes into their payloads. */
#include "build.h"
#include "package.h"
#include "profile.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct package {
    struct sx_fx_build *b;
    SX_VEC(struct sx_fx_xar_file) files;
    SX_VEC(struct sx_str) payloads; /* paths of what is in them */
    struct sx_buf distribution;
};

struct component {
    struct sx_str identifier, version, location, below, packing, format;
    struct sx_strs payload, relocate;
    bool bare;          /* names without ./ */
    uint64_t leave_out; /* of the bom: so many of the last */
    SX_VEC(struct sx_fx_item) items;
};

static bool add_path(struct package *p, struct component *c, struct sx_str path,
                     struct sx_str name);

static bool add_folder(struct package *p, struct component *c, struct sx_str path,
                       struct sx_str name)
{
    struct dirent **list;
    const char *full = sx_fx_out_path(p->b, path).ptr;
    int n = scandir(full, &list, NULL, alphasort);
    bool ok = n >= 0 || sx_fx_fail_errno(p->b, "read", full);
    for (int i = 0; i < n; i++) {
        const char *child = list[i]->d_name;
        if (ok && strcmp(child, ".") != 0 && strcmp(child, "..") != 0)
            ok = add_path(p, c, sx_str_printf(p->b->arena, "%.*s/%s", SX_STR_ARG(path), child),
                          sx_str_printf(p->b->arena, "%.*s/%s", SX_STR_ARG(name), child));
        free(list[i]);
    }
    if (n >= 0)
        free(list);
    return ok;
}

static bool add_path(struct package *p, struct component *c, struct sx_str path, struct sx_str name)
{
    struct stat st;
    char text[1024];
    const char *full = sx_fx_out_path(p->b, path).ptr;
    struct sx_fx_item item = { .name = name };
    if (lstat(full, &st) != 0)
        return sx_fx_fail_errno(p->b, "find", full);
    item.mode = st.st_mode;
    if (S_ISLNK(st.st_mode)) {
        ssize_t len = readlink(full, text, sizeof(text));
        item.mode = S_IFLNK | 0755;
        item.content = sx_str_dup(p->b->arena, (struct sx_str){ text, len > 0 ? (size_t)len : 0 });
    } else if (S_ISREG(st.st_mode)) {
        SX_TRY(sx_fx_read(p->b, path, &item.content));
    }
    SX_PUSH(p->b->arena, &c->items, item);
    return !S_ISDIR(st.st_mode) || add_folder(p, c, path, name);
}

static void add_directory(struct package *p, struct component *c, struct sx_str name)
{
    SX_PUSH(p->b->arena, &c->items, (struct sx_fx_item){ .name = name, .mode = S_IFDIR | 0755 });
}

/* The folders on the way to `below`, then what lies there. */
static bool gather(struct package *p, struct component *c)
{
    struct sx_str at = SX_STR(".");
    add_directory(p, c, at);
    for (size_t i = 0; i < c->below.len;) {
        size_t len = sx_str_find(sx_str_sub(c->below, i, c->below.len), SX_STR("/"));
        at = sx_str_printf(p->b->arena, "%.*s/%.*s", SX_STR_ARG(at), (int)len, c->below.ptr + i);
        add_directory(p, c, at);
        i += len + 1;
    }
    for (size_t i = 0; i < c->payload.n; i++) {
        struct sx_str path = c->payload.at[i];
        SX_PUSH(p->b->arena, &p->payloads, path);
        SX_TRY(add_path(p, c, path,
                        sx_str_printf(p->b->arena, "%.*s/%.*s", SX_STR_ARG(at),
                                      SX_STR_ARG(sx_str_base(path)))));
    }
    return true;
}

static struct sx_fx_items without_dot(struct sx_arena *arena, struct sx_fx_items items)
{
    struct sx_fx_item *bare = SX_NEW_N(arena, struct sx_fx_item, items.n);
    for (size_t i = 0; i < items.n; i++) {
        bare[i] = items.at[i];
        if (sx_str_starts(bare[i].name, SX_STR("./")))
            bare[i].name = sx_str_sub(bare[i].name, 2, bare[i].name.len);
    }
    return (struct sx_fx_items){ bare, items.n };
}

static bool archive(struct package *p, const struct sx_fx_node *at, const struct component *c,
                    struct sx_fx_items items, struct sx_str *out)
{
    struct sx_arena *arena = p->b->arena;
    const char *how = sx_str_dup(arena, c->packing).ptr;
    if (c->bare)
        items = without_dot(arena, items);
    *out = sx_fx_pack(arena, how, sx_fx_cpio(arena, items, sx_str_is(c->format, "newc")));
    return out->ptr != NULL ||
           sx_fx_fail(p->b->err, at, "packing is stored, gzip, bzip2, xz or pbzx");
}

static struct sx_str info_of(struct package *p, const struct component *c)
{
    struct sx_buf out = { 0 };
    sx_buf_printf(&out,
                  "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<pkg-info format-version=\"2\" "
                  "identifier=\"%.*s\" version=\"%.*s\" install-location=\"%.*s\" auth=\"root\">\n"
                  "    <payload numberOfFiles=\"%zu\"/>\n    <relocate>\n",
                  SX_STR_ARG(c->identifier), SX_STR_ARG(c->version), SX_STR_ARG(c->location),
                  c->items.n);
    for (size_t i = 0; i < c->relocate.n; i++)
        sx_buf_printf(&out, "        <bundle id=\"%.*s\"/>\n", SX_STR_ARG(c->relocate.at[i]));
    sx_buf_cstr(&out, "    </relocate>\n</pkg-info>\n");
    return sx_fx_take(p->b->arena, &out);
}

static void put(struct package *p, struct sx_str folder, const char *name, struct sx_str bytes,
                bool is_stored)
{
    struct sx_str path = folder.len > 0
                             ? sx_str_printf(p->b->arena, "%.*s/%s", SX_STR_ARG(folder), name)
                             : sx_str_of(name);
    SX_PUSH(p->b->arena, &p->files, (struct sx_fx_xar_file){ path, bytes, is_stored });
}

static bool put_scripts(struct package *p, struct sx_str folder, struct component *c,
                        const struct sx_fx_node *scripts)
{
    struct sx_str bytes;
    SX_VEC(struct sx_fx_item) items = { 0 };
    if (scripts == NULL)
        return true;
    SX_PUSH(p->b->arena, &items, (struct sx_fx_item){ .name = SX_STR("."), .mode = 040755 });
    for (size_t i = 0; i < scripts->entries.n; i++)
        SX_PUSH(p->b->arena, &items,
                (struct sx_fx_item){ .name = sx_str_printf(p->b->arena, "./%.*s",
                                                           SX_STR_ARG(scripts->entries.at[i].key)),
                                     .mode = 0100755,
                                     .content = sx_fx_node_bytes(scripts->entries.at[i].node) });
    SX_TRY(archive(p, scripts, c, (struct sx_fx_items){ items.at, items.n }, &bytes));
    put(p, folder, "Scripts", bytes, true);
    return true;
}

static bool build_component(struct package *p, struct sx_str folder, const struct sx_fx_node *node)
{
    static const char *const keys[] = { "identifier", "version",  "install-location", "payload",
                                        "below",      "relocate", "scripts",          "packing",
                                        "format",     "bare",     "leave-out",        "info",
                                        "bom" };
    struct sx_fx_build *b = p->b;
    struct component c = { .identifier = SX_STR("com.example.waffle.pkg"),
                           .version = SX_STR("1.4.0"),
                           .location = SX_STR("/"),
                           .packing = SX_STR("gzip"),
                           .format = SX_STR("odc") };
    struct sx_str bytes, info = { 0 };
    SX_TRY(sx_fx_check_keys(b, node, SX_LEN(keys), keys));
    SX_TRY(sx_fx_read_text(b, node, "identifier", &c.identifier));
    SX_TRY(sx_fx_read_text(b, node, "version", &c.version));
    SX_TRY(sx_fx_read_text(b, node, "install-location", &c.location));
    SX_TRY(sx_fx_read_text(b, node, "below", &c.below));
    SX_TRY(sx_fx_read_text(b, node, "packing", &c.packing));
    SX_TRY(sx_fx_read_text(b, node, "format", &c.format));
    SX_TRY(sx_fx_read_text(b, node, "info", &info));
    SX_TRY(sx_fx_read_texts(b, node, "payload", &c.payload));
    SX_TRY(sx_fx_read_texts(b, node, "relocate", &c.relocate));
    SX_TRY(sx_fx_read_bool(b, node, "bare", &c.bare));
    SX_TRY(sx_fx_read_int(b, node, "leave-out", &c.leave_out));
    SX_TRY(gather(p, &c));
    struct sx_fx_items items = { c.items.at, c.items.n }, listed = items;
    listed.n -= c.leave_out < items.n ? (size_t)c.leave_out : items.n;
    const struct sx_fx_node *bom = sx_fx_get(node, "bom");
    put(p, folder, "Bom", bom != NULL ? sx_fx_node_bytes(bom) : sx_fx_bom(b->arena, listed), false);
    SX_TRY(archive(p, node, &c, items, &bytes));
    put(p, folder, "Payload", bytes, true);
    SX_TRY(put_scripts(p, folder, &c, sx_fx_get(node, "scripts")));
    put(p, folder, "PackageInfo", info.ptr != NULL ? info : info_of(p, &c), false);
    sx_buf_printf(&p->distribution, "    <pkg-ref id=\"%.*s\" version=\"%.*s\">#%.*s</pkg-ref>\n",
                  SX_STR_ARG(c.identifier), SX_STR_ARG(c.version), SX_STR_ARG(folder));
    return true;
}

static bool build_components(struct package *p, const struct sx_fx_node *node)
{
    const struct sx_fx_node *components = sx_fx_get(node, "components");
    struct sx_str text = { 0 };
    if (components == NULL)
        return build_component(p, (struct sx_str){ "", 0 }, sx_fx_get(node, "component"));
    sx_buf_cstr(&p->distribution,
                "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<installer-gui-script "
                "minSpecVersion=\"2\">\n    <product id=\"com.example.waffle.product\" "
                "version=\"1.4.0\"/>\n");
    for (size_t i = 0; i < components->entries.n; i++)
        SX_TRY(build_component(p, components->entries.at[i].key, components->entries.at[i].node));
    sx_buf_cstr(&p->distribution, "</installer-gui-script>\n");
    text = sx_fx_take(p->b->arena, &p->distribution);
    SX_TRY(sx_fx_read_text(p->b, node, "distribution", &text));
    put(p, (struct sx_str){ "", 0 }, "Distribution", text, false);
    return true;
}

static bool read_signing(struct package *p, const struct sx_fx_node *node, struct sx_fx_xar *spec)
{
    static const char *const keys[] = { "as", "timestamp", "signing-time", "rsa", "cms", "hash" };
    struct sx_fx_build *b = p->b;
    const struct sx_fx_node *sign = sx_fx_get(node, "sign");
    struct sx_opt_time timestamp = { 0 };
    const struct sx_fx_node *rsa = sx_fx_get(sign, "rsa");
    struct sx_str hash = SX_STR("sha1");
    spec->tsa = sx_fx_cert(b->pki, SX_STR("tsa"));
    if (sign == NULL || sx_fx_is_none(sign))
        return true;
    SX_TRY(sx_fx_check_keys(b, sign, SX_LEN(keys), keys));
    spec->signer = sx_fx_cert(b->pki, SX_STR("installer-rsa"));
    SX_TRY(sx_fx_read_cert(b, sign, "as", &spec->signer));
    SX_TRY(sx_fx_read_time(b, sign, "timestamp", &timestamp));
    spec->signing_time = timestamp;
    SX_TRY(sx_fx_read_time(b, sign, "signing-time", &spec->signing_time));
    SX_TRY(sx_fx_read_text(b, sign, "hash", &hash));
    spec->no_rsa = sx_fx_is_none(rsa);
    spec->rsa_over_hash = rsa == NULL || !sx_str_is(rsa->text, "checksum");
    spec->hash = sx_fx_hash_named(hash);
    const struct sx_fx_node *cms = sx_fx_get(sign, "cms");
    spec->no_cms = sx_fx_is_none(cms);
    if (!spec->no_cms)
        SX_TRY(sx_fx_read_defects(b, cms, "defects", &spec->defects));
    spec->timestamp = timestamp.t;
    if (!timestamp.has)
        spec->tsa = NULL;
    return true;
}

/* A ticket for the package and all code in its payloads. */
static struct sx_str staple(struct package *p, struct sx_str package, struct sx_str checksum)
{
    struct sx_fx_build *b = p->b;
    struct sx_fx_cdhash *cdhashes =
        SX_NEW_N(b->arena, struct sx_fx_cdhash, b->slices.n * SX_FX_MAX_HASHES);
    struct sx_fx_ticket ticket = { .signer = sx_fx_cert(b->pki, SX_STR("ticket-signer")),
                                   .issued = sx_time_of(2026, 11, 23, 18, 40, 0),
                                   .checksum = checksum,
                                   .cdhashes = cdhashes };
    for (size_t i = 0; i < b->slices.n; i++)
        for (size_t k = 0; k < b->slices.at[i].n_cdhashes; k++)
            for (size_t j = 0; j < p->payloads.n; j++)
                if (sx_str_starts(b->slices.at[i].file, p->payloads.at[j]))
                    cdhashes[ticket.n_cdhashes++] = b->slices.at[i].cdhashes[k];
    return sx_fx_staple(b->arena, package, sx_fx_ticket(b->pki, &ticket));
}

bool sx_fx_build_package(struct sx_fx_build *b, struct sx_fx_node *node, struct sx_str path,
                         struct sx_str *out)
{
    static const char *const keys[] = { "component", "components", "distribution", "sign",
                                        "staple" };
    struct package p = { .b = b };
    struct sx_fx_xar spec = { 0 };
    struct sx_str checksum;
    bool is_stapled = false;
    (void)path; /* where it goes does not matter */
    SX_TRY(sx_fx_check_keys(b, node, SX_LEN(keys), keys));
    SX_TRY(read_signing(&p, node, &spec));
    SX_TRY(sx_fx_read_bool(b, node, "staple", &is_stapled));
    bool ok = build_components(&p, node);
    sx_buf_release(&p.distribution);
    if (!ok)
        return false;
    spec.files = p.files.at;
    spec.n_files = p.files.n;
    *out = sx_fx_xar(b->pki, &spec, &checksum);
    if (is_stapled)
        *out = staple(&p, *out, checksum);
    return true;
}
