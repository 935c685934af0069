/* SPDX-License-Identifier: MIT */
/* From a description to a folder: the tree, bundles and their seals. */
#include "build.h"

#include "seal.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static struct sx_str below(struct sx_fx_build *b, struct sx_str folder, struct sx_str path)
{
    if (folder.len == 0)
        return path;
    return sx_str_printf(b->arena, "%.*s/%.*s", SX_STR_ARG(folder), SX_STR_ARG(path));
}

/* find_entry looks a path up in nested `files`, whichever way its components are grouped. */
static struct sx_fx_node *find_entry(const struct sx_fx_node *files, struct sx_str path)
{
    for (size_t i = 0; files != NULL && i < files->entries.n; i++) {
        const struct sx_fx_entry *e = &files->entries.at[i];
        if (sx_str_eq(e->key, path))
            return e->node;
        if (!sx_str_starts(path, e->key) || path.ptr[e->key.len] != '/')
            continue;
        struct sx_fx_node *found =
            find_entry(sx_fx_get(e->node, "files"), sx_str_sub(path, e->key.len + 1, path.len));
        if (found != NULL)
            return found;
    }
    return NULL;
}

static bool make_link(struct sx_fx_build *b, struct sx_str path, struct sx_str target)
{
    SX_TRY(sx_fx_write(b, path, SX_STR(""), 0600)); /* makes the parents */
    const char *full = sx_fx_out_path(b, path).ptr;
    unlink(full);
    if (symlink(sx_str_dup(b->arena, target).ptr, full) != 0)
        return sx_fx_fail_errno(b, "link", full);
    return true;
}

static bool make_folder(struct sx_fx_build *b, struct sx_str path)
{
    struct sx_str inside = below(b, path, SX_STR(".new"));
    SX_TRY(sx_fx_write(b, inside, SX_STR(""), 0600));
    unlink(sx_fx_out_path(b, inside).ptr);
    return true;
}

/* Where a bundle keeps what belongs to its signature, by its shape. */
struct shape {
    struct sx_str info; /* Info.plist below the bundle */
    struct sx_str root; /* the resource root below the bundle, may be empty */
    struct sx_str main; /* the main executable below the bundle */
    struct sx_str identifier;
    bool is_codeless; /* Info.plist names no executable */
    bool flat;
};

static struct sx_str text_of(const struct sx_fx_node *map, const char *key, struct sx_str other)
{
    const struct sx_fx_node *node = sx_fx_get(map, key);
    return node != NULL ? node->text : other;
}

static struct sx_str stem(struct sx_str path)
{
    struct sx_str name = sx_str_base(path);
    const char *dot = memrchr(name.ptr, '.', name.len);
    return dot != NULL && dot > name.ptr ? sx_str_sub(name, 0, (size_t)(dot - name.ptr)) : name;
}

static bool find_shape(struct sx_fx_build *b, struct sx_str path, const struct sx_fx_node *entry,
                       const struct sx_fx_node *sign, struct shape *shape)
{
    struct sx_str version = SX_STR("A");
    SX_TRY(sx_fx_read_text(b, sign, "framework-version", &version));
    struct sx_str in_version = sx_str_printf(b->arena, "Versions/%.*s", SX_STR_ARG(version));
    const struct {
        struct sx_str root, info, code;
        bool flat;
    } shapes[] = {
        { SX_STR("Contents"), SX_STR("Contents/Info.plist"), SX_STR("Contents/MacOS"), false },
        { in_version, below(b, in_version, SX_STR("Resources/Info.plist")), in_version, false },
        { SX_STR(""), SX_STR("Resources/Info.plist"), SX_STR(""), false },
        { SX_STR(""), SX_STR("Info.plist"), SX_STR(""), true },
    };
    for (size_t i = 0; i < SX_LEN(shapes); i++) {
        const struct sx_fx_node *info = find_entry(sx_fx_get(entry, "files"), shapes[i].info);
        if (info == NULL)
            continue;
        const struct sx_fx_node *plist = sx_fx_get(info, "plist");
        struct sx_str name = text_of(plist, "CFBundleExecutable", stem(path));
        *shape = (struct shape){ .info = shapes[i].info,
                                 .root = shapes[i].root,
                                 .main = below(b, shapes[i].code, name),
                                 .identifier = text_of(plist, "CFBundleIdentifier", stem(path)),
                                 .flat = shapes[i].flat };
        shape->is_codeless = sx_fx_get(plist, "CFBundleExecutable") == NULL &&
                             find_entry(sx_fx_get(entry, "files"), shape->main) == NULL;
        return sx_fx_read_text(b, sign, "main", &shape->main);
    }
    return sx_fx_fail(b->err, entry, "a signed folder needs an Info.plist where bundles have it");
}

static void collect_nested(struct sx_fx_build *b, struct sx_str root, struct sx_fx_seal *seal)
{
    struct sx_fx_nested *nested = SX_NEW_N(b->arena, struct sx_fx_nested, b->code.n);
    struct sx_str prefix = sx_str_printf(b->arena, "%.*s/", SX_STR_ARG(root));
    for (size_t i = 0; i < b->code.n; i++) {
        const struct sx_fx_code_done *code = &b->code.at[i];
        if (sx_str_starts(code->path, prefix))
            nested[seal->n_nested++] =
                (struct sx_fx_nested){ sx_str_sub(code->path, prefix.len, code->path.len),
                                       code->cdhash, code->requirement };
    }
    seal->nested = nested;
}

static bool seal_bundle(struct sx_fx_build *b, struct sx_str path, const struct shape *shape,
                        const struct sx_fx_node *sign, struct sx_str *out)
{
    static const char *const keys[] = { "rules", "rules2", "sha1", "flat", "plist" };
    const struct sx_fx_node *how = sx_fx_get(sign, "seal");
    struct sx_str root = shape->root.len > 0 ? below(b, path, shape->root) : path;
    struct sx_fx_seal seal = { .root = sx_fx_out_path(b, root).ptr, .flat = shape->flat };
    struct sx_fx_node *plist;
    if (sx_fx_is_none(how))
        return true;
    SX_TRY(sx_fx_check_keys(b, how, SX_LEN(keys), keys));
    SX_TRY(sx_fx_read_bool(b, how, "sha1", &seal.sha1));
    SX_TRY(sx_fx_read_bool(b, how, "flat", &seal.flat));
    seal.rules = sx_fx_get(how, "rules");
    seal.rules2 = sx_fx_get(how, "rules2");
    seal.main =
        sx_str_sub(shape->main, shape->root.len > 0 ? shape->root.len + 1 : 0, shape->main.len);
    collect_nested(b, root, &seal);
    SX_TRY(sx_fx_seal(b->arena, &seal, &plist, b->err));
    *out = sx_fx_plist(b->arena, sx_fx_merge(b->arena, plist, sx_fx_get(how, "plist")));
    return sx_fx_write(b, below(b, root, SX_STR("_CodeSignature/CodeResources")), *out, 0644);
}

static bool build_files(struct sx_fx_build *b, struct sx_str folder, const struct sx_fx_node *files,
                        struct sx_str except)
{
    if (files->kind != SX_FX_NODE_MAP)
        return files->kind == SX_FX_NODE_NULL || sx_fx_fail(b->err, files, "files must be a map");
    for (size_t i = 0; i < files->entries.n; i++) {
        const struct sx_fx_entry *e = &files->entries.at[i];
        struct sx_str path = below(b, folder, e->key);
        SX_TRY(sx_fx_check_path(b, e->node, e->key));
        if (!sx_str_eq(path, except))
            SX_TRY(sx_fx_build_entry(b, path, e->node));
    }
    return true;
}

/* Everything inside is written and signed first, then sealed; the main executable comes last. */
static bool build_bundle(struct sx_fx_build *b, struct sx_str path, struct sx_fx_node *entry,
                         struct sx_fx_node *sign)
{
    struct shape shape;
    struct sx_fx_bundle_parts parts = { .path = path };
    SX_TRY(find_shape(b, path, entry, sign, &shape));
    struct sx_fx_node *files = sx_fx_get(entry, "files");
    struct sx_str signed_file = shape.is_codeless ? shape.info : shape.main;
    struct sx_fx_node *main = find_entry(files, signed_file);
    if (main == NULL)
        return sx_fx_fail(b->err, entry, "no main executable %.*s in it", SX_STR_ARG(shape.main));
    struct sx_str main_path = below(b, path, signed_file);
    SX_TRY(build_files(b, path, files, shape.is_codeless ? (struct sx_str){ 0 } : main_path));
    SX_TRY(sx_fx_read(b, below(b, path, shape.info), &parts.info));
    parts.identifier = shape.identifier;
    if (!sx_str_is(text_of(sign, "as", SX_STR("")), "none"))
        SX_TRY(seal_bundle(b, path, &shape, sign, &parts.seal));
    if (sx_fx_get(main, "macho") != NULL)
        return sx_fx_build_macho(b, main_path, main, sign, &parts);
    struct sx_str root = shape.root.len > 0 ? below(b, path, shape.root) : path;
    return sx_fx_build_parts(b, main_path, main, sign, &parts,
                             below(b, root, SX_STR("_CodeSignature")));
}

static bool build_folder(struct sx_fx_build *b, struct sx_str path, struct sx_fx_node *entry,
                         struct sx_fx_node *sign)
{
    SX_TRY(make_folder(b, path));
    if (sign != NULL)
        return build_bundle(b, path, entry, sign);
    return build_files(b, path, sx_fx_get(entry, "files"), (struct sx_str){ 0 });
}

bool sx_fx_build_entry(struct sx_fx_build *b, struct sx_str path, struct sx_fx_node *entry)
{
    static const char *const keys[] = { "text",    "from",    "copy",  "size",  "plist",
                                        "profile", "package", "macho", "files", "link",
                                        "mode",    "sign",    "signer" };
    struct sx_fx_node *sign = sx_fx_get(entry, "sign");
    unsigned mode = 0644;
    if (entry->kind == SX_FX_NODE_MAP)
        SX_TRY(sx_fx_check_keys(b, entry, SX_LEN(keys), keys));
    if (sign != NULL)
        sign = sx_fx_is_none(sign) ? NULL
                                   : sx_fx_merge(b->arena, sx_fx_get(b->defaults, "sign"), sign);
    SX_TRY(sx_fx_read_mode(b, entry, &mode));
    if (sx_fx_get(entry, "link") != NULL)
        return make_link(b, path, sx_fx_get(entry, "link")->text);
    if (sx_fx_get(entry, "files") != NULL)
        return build_folder(b, path, entry, sign);
    if (sx_fx_get(entry, "macho") != NULL)
        return sx_fx_build_macho(b, path, entry, sign,
                                 &(struct sx_fx_bundle_parts){ .path = path });
    if (sign != NULL)
        return sx_fx_build_parts(b, path, entry, sign, &(struct sx_fx_bundle_parts){ .path = path },
                                 (struct sx_str){ 0 });
    struct sx_str bytes;
    SX_TRY(sx_fx_build_content(b, entry, path, &bytes));
    return sx_fx_write(b, path, bytes, mode);
}

static bool build(struct sx_arena *arena, const struct sx_fx_node *root, const char *fixture,
                  const char *out_dir, struct sx_err *err)
{
    static const char *const keys[] = { "about", "extends", "defaults", "files", "after" };
    static const char *const defaults[] = { "macho", "sign", "profile", "values" };
    struct sx_fx_build b = { .arena = arena,
                             .pki = sx_fx_pki_new(arena),
                             .fixture = fixture,
                             .out_dir = out_dir,
                             .defaults = sx_fx_get(root, "defaults"),
                             .err = err };
    SX_TRY(sx_fx_check_keys(&b, root, SX_LEN(keys), keys));
    SX_TRY(sx_fx_check_keys(&b, b.defaults, SX_LEN(defaults), defaults));
    if (sx_fx_get(root, "files") == NULL)
        return sx_fx_fail(err, root, "a fixture needs files");
    SX_TRY(make_folder(&b, SX_STR(".")));
    SX_TRY(build_files(&b, SX_STR(""), sx_fx_get(root, "files"), (struct sx_str){ 0 }));
    return sx_fx_build_after(&b, sx_fx_get(root, "after"));
}

bool sx_fx_build(struct sx_arena *arena, const char *fixture, const char *out_dir,
                 struct sx_err *err)
{
    struct sx_fx_node *root;
    SX_TRY(sx_fx_load(arena, fixture, &root, err));
    return build(arena, root, fixture, out_dir, err);
}

bool sx_fx_build_text(struct sx_arena *arena, const char *yaml, const char *out_dir,
                      struct sx_err *err)
{
    struct sx_fx_node *root;
    SX_TRY(sx_fx_parse(arena, sx_str_of(yaml), "fixture", &root, err));
    return build(arena, root, NULL, out_dir, err);
}

bool sx_fx_write_roots(struct sx_arena *arena, const char *out_dir, struct sx_err *err)
{
    struct sx_fx_build b = {
        .arena = arena, .pki = sx_fx_pki_new(arena), .out_dir = out_dir, .err = err
    };
    struct sx_str root = sx_fx_pem(arena, sx_fx_cert(b.pki, SX_STR("root"))->der);
    struct sx_str root_g3 = sx_fx_pem(arena, sx_fx_cert(b.pki, SX_STR("root-g3"))->der);
    SX_TRY(sx_fx_write(&b, SX_STR("root.pem"), root, 0644));
    SX_TRY(sx_fx_write(&b, SX_STR("root-g3.pem"), root_g3, 0644));
    return sx_fx_write(&b, SX_STR("roots.pem"), sx_fx_join(arena, SX_FX_PARTS(root, root_g3)),
                       0644);
}
