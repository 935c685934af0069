/* SPDX-License-Identifier: MIT */
/* Flat installer packages as containers: signatures and checksums of the archive, then what is in
 * it. What of the signature counts is told in pkgutil(1) and by packages that Apple has notarized:
 *
 * - the checksum of the table of contents is SHA-1;
 * - `signature` (RSA, PKCS #1) signs that checksum, or its SHA-1: tools differ;
 * - `x-signature` (CMS) signs the checksum, and may carry a timestamp. */
#include "base/buf.h"
#include "base/limits.h"
#include "base/table.h"
#include "package/installer.h"

#include <stdlib.h>

struct opening {
    const struct sx_source *source;
    const struct sx_container_question *question;
    struct sx_arena *arena;
    struct sx_container *out;
    struct sx_installer_data *data;
    struct sx_container own; /* gathers the problems of the package as a signed file */
    SX_VEC(struct sx_component) components;
    struct sx_table files;   /* by path, those with content; the first of a path stays */
    struct sx_table folders; /* of components */
};

static void note_signed(struct opening *o, const char *kind, struct sx_str path, uint64_t off,
                        struct sx_str detail)
{
    sx_container_note(&o->own, o->arena, kind, path, off, "%.*s", SX_STR_ARG(detail));
}

/* The table of contents */

static void check_style(struct opening *o)
{
    const struct sx_xar *xar = &o->data->xar;
    struct sx_str none = { 0 };
    if (xar->checksum.style.ptr == NULL)
        note_signed(o, "package-checksum-wrong", none, UINT64_MAX,
                    SX_STR("the table of contents names no checksum of itself"));
    else if (xar->checksum.hash != xar->hash || xar->hash == 0)
        sx_container_note(o->out, o->arena, "package-toc-style", none, 24,
                          "the header says %.*s, the table of contents %.*s",
                          SX_STR_ARG(xar->hash_name),
                          SX_STR_ARG(sx_escape(o->arena, xar->checksum.style)));
    else if (xar->hash != SX_HASH_SHA1)
        sx_container_note(
            o->out, o->arena, "package-toc-style", none, 24,
            "the checksum of the table of contents is %.*s, the notary took sha1 only",
            SX_STR_ARG(xar->hash_name));
}

static void check_toc(struct opening *o)
{
    const struct sx_xar *xar = &o->data->xar;
    check_style(o);
    if (xar->checksum.style.ptr == NULL || xar->hash == 0 ||
        sx_span_eq(xar->stored_bytes, xar->found_bytes))
        return;
    struct sx_str stored = sx_hex(o->arena, xar->stored_bytes.ptr, xar->stored_bytes.len);
    struct sx_str found = sx_hex(o->arena, xar->found_bytes.ptr, xar->found_bytes.len);
    note_signed(o, "package-checksum-wrong", (struct sx_str){ 0 }, xar->stored.off,
                sx_str_printf(o->arena, "%.*s: stored %.*s, found %.*s", SX_STR_ARG(xar->hash_name),
                              SX_STR_ARG(stored.len > 0 ? stored : SX_STR("nothing")),
                              SX_STR_ARG(found)));
}

/* Signatures */

/* Both are cut to what they fill: signers reserve more room than they need. */
static bool signature_bytes(struct opening *o, const struct sx_xar_signature *signature,
                            struct sx_span *out)
{
    struct sx_err err = { 0 };
    bool ok = signature->lies_inside ||
              sx_fail(&err, SX_E_RANGE, 0, "its bytes lie outside of the package");
    ok = ok && sx_source_read(o->source, signature->range.off, signature->range.len, SX_MAX_CMS,
                              "signature", o->arena, out, &err);
    if (!ok)
        note_signed(o, "package-signature-wrong", (struct sx_str){ 0 }, UINT64_MAX,
                    sx_str_printf(o->arena, "%.*s signature: %s",
                                  SX_STR_ARG(sx_escape(o->arena, signature->style)), err.what));
    return ok;
}

static void check_cms(struct opening *o)
{
    struct sx_span bytes;
    struct sx_cms_request request = { .use = SX_CMS_PACKAGE,
                                      .content = o->data->xar.stored_bytes,
                                      .now = o->question->now };
    if (!o->data->has_cms || !signature_bytes(o, &o->data->xar.x_signature, &bytes))
        return;
    struct sx_cms *cms = SX_NEW(o->arena, struct sx_cms);
    sx_cms_verify(o->question->trust, o->question->hasher, bytes, &request, o->arena, cms);
    o->data->cms = cms;
}

static bool rsa_signs(struct opening *o, const uint8_t *digest, enum sx_hash hash,
                      struct sx_span signature, struct sx_signed_by *out)
{
    const struct sx_cms *cms = o->data->cms;
    struct sx_signed_bytes what = {
        .certs = o->data->xar.signature.certs,
        .n_certs = o->data->xar.signature.n_certs,
        .key = SX_KEY_RSA,
        .hash = hash,
        .digest = digest,
        .signature = signature,
        .at = cms != NULL && cms->n_signers > 0 ? cms->judged_at : o->question->now,
    };
    sx_signed_bytes_verify(o->question->trust, o->question->hasher, &what, o->arena, out);
    return out->fits;
}

static void check_rsa(struct opening *o)
{
    uint8_t digest[SX_HASH_MAX_LEN];
    const struct sx_xar *xar = &o->data->xar;
    struct sx_span bytes, sum = xar->stored_bytes;
    if (!o->data->has_rsa || !signature_bytes(o, &xar->signature, &bytes))
        return;
    struct sx_signed_by *by = SX_NEW(o->arena, struct sx_signed_by);
    o->data->rsa = by;
    sx_hash_bytes(o->question->hasher, SX_HASH_SHA1, sum.ptr, sum.len, digest);
    bool is_whole = xar->hash != 0 && sum.len == sx_hash_len(xar->hash);
    if ((is_whole && rsa_signs(o, sum.ptr, xar->hash, bytes, by)) ||
        rsa_signs(o, digest, SX_HASH_SHA1, bytes, by))
        return;
    note_signed(o, "package-signature-wrong", (struct sx_str){ 0 }, xar->signature.range.off,
                SX_STR("the RSA signature does not fit the checksum"));
}

static void check_signatures(struct opening *o)
{
    const struct sx_xar *xar = &o->data->xar;
    o->data->has_rsa = sx_str_is(xar->signature.style, "RSA");
    o->data->has_cms = sx_str_is(xar->x_signature.style, "CMS");
    check_cms(o);
    check_rsa(o);
}

/* The trailers behind a package follow each other backwards from its end (Security,
 * notarization.cpp, PackageTrailer); `*out` is empty where none of them is a ticket's. */
static bool find_staple(const struct sx_source *source, struct sx_xar_range *out,
                        struct sx_err *err)
{
    enum { TRAILER_LEN = 16, TERMINATOR = 1, TICKET = 2, MOST = 16 };
    uint64_t end = source->size;
    *out = (struct sx_xar_range){ 0 };
    for (unsigned i = 0; i < MOST && end >= TRAILER_LEN; i++) {
        uint8_t bytes[TRAILER_LEN];
        uint64_t at = end - TRAILER_LEN;
        SX_TRY(sx_source_pread(source, at, bytes, sizeof(bytes), err));
        struct sx_cursor c = sx_cursor_le((struct sx_span){ bytes, sizeof(bytes), at });
        struct sx_span magic = sx_get_bytes(&c, 4, "magic");
        uint16_t version = sx_get_u16(&c, "version"), type = sx_get_u16(&c, "type");
        uint32_t len = sx_get_u32(&c, "length");
        if (!sx_str_is(sx_str_of_span(magic), "t8lr") || type <= TERMINATOR)
            return true;
        if (version != 1)
            return sx_fail(err, SX_E_UNSUPPORTED, at + 4, "trailer.version: %u, known is 1",
                           version);
        if (len > at)
            return sx_fail(err, SX_E_RANGE, at + 8, "trailer.length: %u, and %llu bytes precede it",
                           len, (unsigned long long)at);
        end = at - len;
        if (type == TICKET) {
            *out = (struct sx_xar_range){ end, len };
            return true;
        }
    }
    return true;
}

/* A ticket that cannot be reached is none that was examined. */
static void read_ticket(struct opening *o)
{
    struct sx_xar_range range;
    struct sx_err err = { 0 };
    if (!find_staple(o->source, &range, &err) ||
        !sx_source_read(o->source, range.off, range.len, SX_MAX_TICKET, "ticket", o->arena,
                        &o->data->ticket, &err))
        sx_container_skip(o->out, o->arena, SX_STR("ticket"), "%s", err.what);
}

/* Members */

/* What comparing checksums may still take. */
struct effort {
    uint64_t stored, unpacked; /* bytes */
};

static bool is_affordable(const struct sx_xar_file *file, struct effort *left)
{
    if (!file->lies_inside)
        return true; /* nothing of it is read */
    if (file->packed.len > left->stored || file->size > left->unpacked)
        return false;
    left->stored -= file->packed.len;
    left->unpacked -= file->size;
    return true;
}

static void check_files(struct opening *o)
{
    const struct sx_xar *xar = &o->data->xar;
    struct effort left = { SX_MAX_XAR_PASSES * o->source->size, o->question->budget->bytes };
    size_t n_left = 0;
    for (size_t i = 0; i < xar->n_files; i++) {
        const struct sx_xar_file *file = &xar->files[i];
        struct sx_str why;
        struct sx_err err = { 0 };
        if (!file->has_data)
            continue;
        if (!is_affordable(file, &left))
            n_left++;
        else if (!sx_xar_file_check(o->source, file, o->question->hasher, o->arena, &why, &err))
            note_signed(o, "package-member-wrong", file->path, file->packed.off,
                        why.ptr != NULL ? why : sx_str_of(err.what));
    }
    if (n_left > 0)
        sx_container_skip(o->out, o->arena, (struct sx_str){ 0 },
                          "%zu files share their bytes with so many others that their checksums "
                          "are not compared",
                          n_left);
}

static void index_files(struct opening *o)
{
    const struct sx_xar *xar = &o->data->xar;
    sx_table_init(&o->files, o->arena);
    sx_table_init(&o->folders, o->arena);
    for (size_t i = 0; i < xar->n_files; i++)
        if (xar->files[i].has_data)
            (void)sx_table_put(&o->files, xar->files[i].path, &xar->files[i]); /* or the first */
}

static const struct sx_xar_file *find_file(const struct opening *o, struct sx_str folder,
                                           const char *name)
{
    return sx_table_get(&o->files, sx_path_join(o->arena, folder, sx_str_of(name)));
}

static bool add_component(struct opening *o, struct sx_str folder, struct sx_err *err)
{
    struct sx_component component = { .folder = folder };
    struct sx_component_work work = {
        .source = o->source,
        .question = o->question,
        .out = o->out,
        .package_info = find_file(o, folder, "PackageInfo"),
        .bom = find_file(o, folder, "Bom"),
        .payload = find_file(o, folder, "Payload"),
        .scripts = find_file(o, folder, "Scripts"),
    };
    component.name = folder.len > 0 ? folder : sx_str_base(o->question->name);
    component.root = sx_str_printf(o->arena, "%.*s Contents", SX_STR_ARG(component.name));
    SX_TRY(sx_component_read(&work, &component, err));
    SX_PUSH(o->arena, &o->components, component);
    (void)sx_table_put(&o->folders, folder, o); /* whoever calls has looked, or there is one */
    return true;
}

static bool has_component(const struct opening *o, struct sx_str folder)
{
    return sx_table_get(&o->folders, folder) != NULL;
}

/* What holds a PackageInfo or a Payload is a component: the archive itself, or a folder at its top.
 */
static bool is_component(const struct opening *o, struct sx_str folder)
{
    return find_file(o, folder, "PackageInfo") != NULL || find_file(o, folder, "Payload") != NULL;
}

static bool is_component_folder(const struct opening *o, const struct sx_xar_file *file)
{
    return file->parent == 0 && file->type == SX_ENTRY_DIRECTORY && is_component(o, file->path);
}

static bool has_component_folder(const struct opening *o)
{
    const struct sx_xar *xar = &o->data->xar;
    for (size_t i = 0; i < xar->n_files; i++)
        if (is_component_folder(o, &xar->files[i]))
            return true;
    return false;
}

static bool read_components(struct opening *o, struct sx_err *err)
{
    const struct sx_xar *xar = &o->data->xar;
    if (!o->data->is_product)
        return add_component(o, SX_STR(""), err);
    for (size_t i = 0; i < xar->n_files; i++)
        if (is_component_folder(o, &xar->files[i]) && !has_component(o, xar->files[i].path))
            SX_TRY(add_component(o, xar->files[i].path, err));
    return true;
}

static void check_refs(struct opening *o, const struct sx_distribution *distribution)
{
    struct sx_table told;
    sx_table_init(&told, o->arena);
    for (size_t i = 0; i < distribution->refs.n; i++) {
        struct sx_str ref = distribution->refs.at[i];
        if (!has_component(o, ref) && sx_table_put(&told, ref, o))
            sx_container_note(o->out, o->arena, "package-component-missing", (struct sx_str){ 0 },
                              UINT64_MAX, "Distribution names %.*s, which is not in the package",
                              SX_STR_ARG(sx_escape(o->arena, ref)));
    }
}

static void read_distribution(struct opening *o, const struct sx_xar_file *file)
{
    struct sx_source source;
    struct sx_span text;
    struct sx_distribution distribution;
    struct sx_err err = { 0 };
    if (!file->lies_inside)
        return; /* told with its checksum */
    sx_xar_file_open(o->source, file, o->source->name, &source);
    bool ok = sx_source_whole(&source, SX_MAX_SMALL_FILE, o->arena, &text, &err) &&
              sx_distribution_parse(text, o->arena, &distribution, &err);
    sx_source_close(&source);
    if (!ok) {
        sx_container_note(o->out, o->arena, "package-distribution-malformed", file->path,
                          UINT64_MAX, "%s, line %u, column %u", err.what, err.line, err.column);
        return;
    }
    o->data->identifier = distribution.product;
    o->data->version = distribution.version;
    check_refs(o, &distribution);
}

/* What else is in the archive: resources, plug-ins of the Installer. They stay where they are. */

struct shelf {
    const struct sx_source *source;
    const struct sx_xar_file *files;
};

static bool open_file(void *context, uint64_t id, const char *name, struct sx_source *out,
                      struct sx_err *err)
{
    const struct shelf *shelf = context;
    (void)err; /* what is wrong shows when it is read */
    sx_xar_file_open(shelf->source, &shelf->files[id], name, out);
    return true;
}

static bool is_of_component(const struct opening *o, const struct sx_xar_file *file)
{
    static const char *const parts[] = { "PackageInfo", "Bom", "Payload", "Scripts" };
    struct sx_str top = sx_str_sub(file->path, 0, sx_str_find(file->path, SX_STR("/")));
    for (size_t i = 0; i < SX_LEN(parts) && has_component(o, SX_STR("")); i++)
        if (sx_str_is(file->path, parts[i]))
            return true;
    return has_component(o, top);
}

static bool put_file(struct opening *o, struct sx_contents *contents, size_t i, struct sx_err *err)
{
    const struct sx_xar_file *file = &o->data->xar.files[i];
    struct sx_unpack_member member = { .path = file->path,
                                       .type = file->type,
                                       .mode = file->mode,
                                       .uid = file->uid,
                                       .size = file->has_data ? file->size : 0,
                                       .link = file->link };
    bool is_kept;
    if (file->has_data && (!file->lies_inside || !file->is_readable))
        return sx_container_cut(o->out, o->arena, &member, "its bytes cannot be read", err);
    if (file->is_hard_link && !file->has_data)
        return sx_container_refuse(o->out, o->arena, &member,
                                   "a hard link, whose content stands elsewhere", err);
    return sx_container_leave(o->out, o->arena, &member, contents, i, &is_kept, err);
}

static bool put_rest(struct opening *o, struct sx_err *err)
{
    const struct sx_xar *xar = &o->data->xar;
    struct shelf *shelf = SX_NEW(o->arena, struct shelf);
    struct sx_contents *contents = SX_NEW(o->arena, struct sx_contents);
    *shelf = (struct shelf){ o->source, xar->files };
    *contents = (struct sx_contents){ open_file, shelf, .is_sequential = true };
    for (size_t i = 0; i < xar->n_files; i++)
        if (!is_of_component(o, &xar->files[i]))
            SX_TRY(put_file(o, contents, i, err));
    return true;
}

static void name_package(struct opening *o)
{
    struct sx_installer_data *data = o->data;
    data->components = o->components.at;
    data->n_components = o->components.n;
    if (data->n_components != 1)
        return;
    if (data->identifier.ptr == NULL)
        data->identifier = data->components[0].identifier;
    if (data->version.ptr == NULL)
        data->version = data->components[0].version;
}

/* What a limit cuts off is named; what has been read so far stays. */
static void read_contents(struct opening *o)
{
    const struct sx_xar_file *distribution = find_file(o, SX_STR(""), "Distribution");
    struct sx_err err = { 0 };
    o->data->is_product =
        distribution != NULL || (!is_component(o, SX_STR("")) && has_component_folder(o));
    if (!read_components(o, &err) || !put_rest(o, &err))
        sx_container_skip(o->out, o->arena, (struct sx_str){ 0 }, "%s", err.what);
    if (distribution != NULL)
        read_distribution(o, distribution);
    else if (o->data->is_product)
        sx_container_note(o->out, o->arena, "package-distribution-malformed", (struct sx_str){ 0 },
                          UINT64_MAX, "components in folders, and no Distribution that names them");
    name_package(o);
}

/* A xar archive that has no part of a package, no signature and no such name is an archive and no
 * more. */
static bool is_meant_as_package(const struct opening *o)
{
    return sx_str_ends(o->question->name, SX_STR(".pkg")) || o->data->has_cms || o->data->has_rsa ||
           is_component(o, SX_STR("")) || find_file(o, SX_STR(""), "Distribution") != NULL ||
           has_component_folder(o);
}

static bool unpack_archive(struct opening *o, struct sx_err *err)
{
    const struct sx_container_problem *p;
    o->out->kind = SX_CONTAINER_ARCHIVE;
    for (p = o->own.problems; p != NULL; p = p->next)
        sx_container_note(o->out, o->arena, "archive-unreadable", p->path, p->off, "%.*s",
                          SX_STR_ARG(p->detail));
    return put_rest(o, err);
}

static bool unpack_package(const struct sx_source *source,
                           const struct sx_container_question *question, struct sx_container *out,
                           struct sx_err *err)
{
    struct opening *o = SX_NEW(question->arena, struct opening);
    *o = (struct opening){ source, question, question->arena, out, .own = { 0 } };
    o->data = SX_NEW(o->arena, struct sx_installer_data);
    o->own.problems_end = &o->own.problems;
    SX_TRY(sx_xar_open(source, question->hasher, o->arena, &o->data->xar, err));
    index_files(o);
    check_toc(o);
    check_signatures(o);
    check_files(o);
    if (!is_meant_as_package(o))
        return unpack_archive(o, err);
    read_ticket(o);
    read_contents(o);
    o->data->problems = o->own.problems;
    out->installer = o->data;
    return true;
}

static bool is_package(struct sx_span head, const struct sx_source *source)
{
    (void)source;
    return sx_xar_is(head);
}

const struct sx_container_format sx_format_xar = { SX_CONTAINER_INSTALLER_PACKAGE,
                                                   "installer package", NULL, is_package,
                                                   unpack_package };
