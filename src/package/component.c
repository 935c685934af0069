/* SPDX-License-Identifier: MIT */
/* A component of a package: its PackageInfo, its payload and scripts, and whether the payload is
 * what the bill of materials lists. */
#include "base/buf.h"
#include "base/limits.h"
#include "package/cpio.h"
#include "package/hard_links.h"
#include "package/installer.h"
#include "package/names.h"

#include <stdlib.h>

enum { BUFFER = 256 << 10, MOST_NAMED = 3 };

/* Names on one side only. */
struct strays {
    uint64_t n;
    struct sx_str named[MOST_NAMED];
};

struct reading {
    const struct sx_component_work *work;
    struct sx_component *component;
    struct sx_arena *arena;
    struct sx_bom bom;
    bool has_bom;
    uint8_t *seen;          /* one an entry of the bom */
    struct strays unlisted; /* in the payload, not in the bom */
    uint64_t n_bare;        /* names without ./ */
    SX_VEC(struct sx_str) scripts;
    struct sx_hard_links links; /* of the archive at hand */
    uint8_t buffer[BUFFER];
    char path[2 * SX_MAX_MEMBER_PATH + 2]; /* of the member at hand */
};

/* A path for as long as the member is at hand. */
static struct sx_str joined(struct reading *r, struct sx_str folder, struct sx_str name)
{
    memcpy(r->path, folder.ptr, folder.len);
    r->path[folder.len] = '/';
    memcpy(r->path + folder.len + 1, name.ptr, name.len);
    return (struct sx_str){ r->path, folder.len + 1 + name.len };
}

static void note(const struct reading *r, const char *kind, const struct sx_xar_file *file,
                 const struct sx_err *err)
{
    if (err->line > 0)
        sx_container_note(r->work->out, r->arena, kind, file->path, UINT64_MAX,
                          "%s, line %u, column %u", err->what, err->line, err->column);
    else
        sx_container_note(r->work->out, r->arena, kind, file->path, UINT64_MAX, "%s", err->what);
}

static bool is_damage(const struct sx_err *err)
{
    return err->code != SX_E_LIMIT && err->code != SX_E_IO && err->code != SX_E_UNSUPPORTED;
}

static bool read_whole(const struct reading *r, const struct sx_xar_file *file, uint64_t limit,
                       struct sx_span *out, struct sx_err *err)
{
    struct sx_source source;
    if (!file->lies_inside)
        return sx_fail(err, SX_E_RANGE, 0, "its bytes lie outside of the package");
    sx_xar_file_open(r->work->source, file, r->work->source->name, &source);
    bool ok = sx_source_whole(&source, limit, r->arena, out, err);
    sx_source_close(&source);
    return ok;
}

static void read_package_info(struct reading *r)
{
    const struct sx_xar_file *file = r->work->package_info;
    struct sx_span text = { 0 };
    struct sx_err err = { 0 };
    if (file != NULL && read_whole(r, file, SX_MAX_SMALL_FILE, &text, &err) &&
        sx_package_info_parse(text, r->arena, r->component, &err))
        return;
    if (file == NULL)
        sx_container_note(r->work->out, r->arena, "package-component-missing", r->component->folder,
                          UINT64_MAX, "the component %.*s has no PackageInfo",
                          SX_STR_ARG(sx_escape(r->arena, r->component->name)));
    else if (is_damage(&err))
        note(r, "package-distribution-malformed", file, &err);
    else
        sx_container_skip(r->work->out, r->arena, file->path, "%s", err.what);
}

static void read_bom(struct reading *r)
{
    const struct sx_xar_file *file = r->work->bom;
    struct sx_span bytes = { 0 };
    struct sx_err err = { 0 };
    if (file == NULL)
        return;
    r->has_bom = read_whole(r, file, SX_MAX_BOM, &bytes, &err) &&
                 sx_bom_parse(bytes, r->arena, &r->bom, &err);
    if (r->has_bom)
        r->seen = SX_NEW_N(r->arena, uint8_t, r->bom.n);
    else if (is_damage(&err))
        note(r, "package-bom-differs", file, &err);
    else
        sx_container_skip(r->work->out, r->arena, file->path, "%s", err.what);
}

/* The payload against the bill of materials */

/* AppleDouble files stand in payloads for extended attributes, and in some bills of materials. */
static bool is_apple_double(struct sx_str path)
{
    return sx_str_starts(sx_str_base(path), SX_STR("._"));
}

static void stray(struct reading *r, struct strays *list, struct sx_str name)
{
    if (list->n < MOST_NAMED)
        list->named[list->n] = sx_escape(r->arena, sx_str_dup(r->arena, name));
    list->n++;
}

/* Names in a bill of materials begin with "./", the first is "."; so do those of a payload, unless
 * some cpio took it away. */
static const struct sx_bom_path *look_up(struct reading *r, struct sx_str name)
{
    if (!r->has_bom)
        return NULL;
    bool is_bare = !sx_str_is(name, ".") && !sx_str_starts(name, SX_STR("./"));
    r->n_bare += is_bare;
    const struct sx_bom_path *found =
        sx_bom_find(&r->bom, is_bare ? joined(r, SX_STR("."), name) : name);
    if (found != NULL)
        r->seen[found - r->bom.paths] = 1;
    else if (!is_apple_double(name))
        stray(r, &r->unlisted, name);
    return found;
}

static void tell_strays(struct reading *r, const struct strays *list, const char *where)
{
    SX_AUTO(sx_buf_release) struct sx_buf names = { 0 };
    if (list->n == 0)
        return;
    for (uint64_t i = 0; i < list->n && i < MOST_NAMED; i++)
        sx_buf_printf(&names, "%s%.*s", i > 0 ? ", " : "", SX_STR_ARG(list->named[i]));
    sx_container_note(r->work->out, r->arena, "package-bom-differs", r->work->bom->path, UINT64_MAX,
                      "%llu %s %s: %.*s%s", (unsigned long long)list->n,
                      list->n == 1 ? "name is" : "names are", where,
                      SX_STR_ARG(sx_buf_view(&names)), list->n > MOST_NAMED ? ", …" : "");
}

static void compare_bom(struct reading *r)
{
    struct strays missing = { 0 };
    if (!r->has_bom)
        return;
    for (size_t i = 0; i < r->bom.n; i++)
        if (r->seen[i] == 0 && !is_apple_double(r->bom.paths[i].path))
            stray(r, &missing, r->bom.paths[i].path);
    if (r->n_bare > 0)
        sx_container_note(r->work->out, r->arena, "package-bom-differs", r->work->payload->path,
                          UINT64_MAX, "%llu %s of the Payload %s not begin with ./ as in the Bom",
                          (unsigned long long)r->n_bare, r->n_bare == 1 ? "name" : "names",
                          r->n_bare == 1 ? "does" : "do");
    tell_strays(r, &r->unlisted, "in the Payload and not in the Bom");
    tell_strays(r, &missing, "in the Bom and not in the Payload");
}

/* cpio archives into the tree */

static bool pour(struct reading *r, struct sx_cpio *cpio, struct sx_err *damage, struct sx_err *err)
{
    size_t n = 1;
    while (n > 0) {
        if (!sx_cpio_read(cpio, r->buffer, BUFFER, &n, damage))
            return sx_unpack_end(r->work->out->unpack, sx_str_of(damage->what), err);
        SX_TRY(sx_unpack_write(r->work->out->unpack, r->buffer, n, err));
    }
    return sx_unpack_end(r->work->out->unpack, (struct sx_str){ 0 }, err);
}

static struct sx_unpack_member member_of(struct reading *r, const struct sx_cpio_entry *entry,
                                         struct sx_str below, const struct sx_bom_path *listed)
{
    struct sx_str name = entry->name;
    if (sx_str_starts(name, SX_STR("./")))
        name = sx_str_sub(name, 2, name.len);
    return (struct sx_unpack_member){
        .path = sx_str_is(name, ".") ? below : joined(r, below, name),
        .type = entry->type,
        .mode = listed != NULL ? listed->mode : entry->mode,
        .uid = listed != NULL ? (int64_t)listed->uid : entry->uid,
        .size = entry->size,
        .link = entry->link,
        .is_hidden = is_apple_double(name),
    };
}

static bool put(struct reading *r, struct sx_cpio *cpio, const struct sx_cpio_entry *entry,
                const struct sx_unpack_member *member, struct sx_err *damage, struct sx_err *err)
{
    struct sx_container *out = r->work->out;
    bool is_kept;
    if (!member->is_hidden)
        sx_container_check_name(out, r->arena, member->path);
    SX_TRY(sx_container_begin(out, r->arena, member, &is_kept, err));
    if (!entry->is_hard_link)
        return pour(r, cpio, damage, err);
    return sx_unpack_end(out->unpack, SX_STR("a hard link, whose content stands elsewhere"), err);
}

static bool take_entry(struct reading *r, struct sx_cpio *cpio, const struct sx_cpio_entry *entry,
                       struct sx_str below, struct sx_err *damage, struct sx_err *err)
{
    bool is_payload = r->component->has_payload && sx_str_ends(below, SX_STR("/Payload"));
    const struct sx_bom_path *listed = is_payload ? look_up(r, entry->name) : NULL;
    struct sx_unpack_member member = member_of(r, entry, below, listed);
    if (!is_payload && entry->type == SX_ENTRY_FILE && !member.is_hidden)
        SX_PUSH(r->arena, &r->scripts,
                sx_str_dup(r->arena, sx_str_sub(member.path, below.len + 1, member.path.len)));
    SX_TRY(put(r, cpio, entry, &member, damage, err));
    if (damage->code == SX_OK)
        sx_hard_links_take(&r->links, entry, member.path);
    return true;
}

static bool read_archive(struct reading *r, const struct sx_xar_file *file, struct sx_str below,
                         struct sx_err *damage, struct sx_err *err)
{
    SX_AUTO(sx_source_close) struct sx_source source = { .fd = -1 };
    sx_xar_file_open(r->work->source, file, r->work->source->name, &source);
    SX_AUTO(sx_payload_closep) struct sx_payload *payload = sx_payload_open(&source);
    SX_AUTO(sx_cpio_freep) struct sx_cpio *cpio = sx_cpio_new(payload);
    sx_hard_links_init(&r->links, r->work->out->unpack, r->arena);
    while (damage->code == SX_OK) {
        struct sx_cpio_entry entry;
        bool is_end;
        if (!sx_cpio_next(cpio, &entry, &is_end, damage) || is_end)
            return true;
        SX_TRY(take_entry(r, cpio, &entry, below, damage, err));
    }
    return true;
}

/* A payload that ends too early is read as far as it goes, and what is missing is named. */
static bool unpack(struct reading *r, const struct sx_xar_file *file, const char *folder,
                   struct sx_err *err)
{
    struct sx_container *out = r->work->out;
    struct sx_str below = sx_path_join(r->arena, r->component->root, sx_str_of(folder));
    if (below.len > SX_MAX_MEMBER_PATH)
        return sx_fail(err, SX_E_LIMIT, 0, "a component whose name has %zu bytes", below.len);
    struct sx_unpack_member member = { .path = below, .type = SX_ENTRY_DIRECTORY, .uid = -1 };
    struct sx_err damage = { 0 };
    bool is_kept;
    SX_TRY(sx_container_begin(out, r->arena, &member, &is_kept, err));
    SX_TRY(sx_unpack_end(out->unpack, (struct sx_str){ 0 }, err));
    sx_container_part(out, r->arena, SX_CONTAINER_PAYLOAD, below);
    if (!file->lies_inside || !file->is_readable)
        sx_fail(&damage, file->lies_inside ? SX_E_UNSUPPORTED : SX_E_RANGE, 0,
                file->lies_inside ? "it is packed as %.*s" : "its bytes lie outside of the package",
                SX_STR_ARG(sx_escape(r->arena, file->encoding)));
    else
        SX_TRY(read_archive(r, file, below, &damage, err));
    if (damage.code == SX_OK)
        return true;
    if (is_damage(&damage))
        note(r, "package-payload-unreadable", file, &damage);
    sx_container_skip(out, r->arena, below, "%s", damage.what);
    r->has_bom = r->has_bom && file != r->work->payload;
    return true;
}

bool sx_component_read(const struct sx_component_work *work, struct sx_component *component,
                       struct sx_err *err)
{
    struct sx_arena *arena = work->question->arena;
    struct reading *r = calloc(1, sizeof(*r)); /* too large for an arena: one a component */
    bool ok = true;
    if (r == NULL)
        abort();
    r->work = work;
    r->component = component;
    r->arena = arena;
    read_package_info(r);
    read_bom(r);
    component->has_payload = work->payload != NULL;
    if (work->payload != NULL)
        ok = unpack(r, work->payload, "Payload", err);
    if (ok && work->payload != NULL)
        compare_bom(r);
    if (ok && work->scripts != NULL)
        ok = unpack(r, work->scripts, "Scripts", err);
    sx_strs_sort(r->scripts.at, r->scripts.n);
    component->scripts = (struct sx_strs){ r->scripts.at, r->scripts.n };
    free(r);
    return ok;
}
