/* SPDX-License-Identifier: MIT */
#include "sign.h"

#include "requirement.h"

#include <stdlib.h>

#define MAGIC_CODE_DIRECTORY 0xfade0c02u
#define MAGIC_SUPERBLOB      0xfade0cc0u
#define MAGIC_WRAPPER        0xfade0b01u
#define MAX_HEADER           108
#define MAX_BLOBS            40

/* Name, offset and width of every field (Security, codedirectory.h; from 96 on XNU,
 * cs_blobs.h). */
#define FIELDS(X)                                                                                  \
    X(MAGIC, "magic", 0, 4)                                                                        \
    X(LENGTH, "length", 4, 4)                                                                      \
    X(VERSION, "version", 8, 4)                                                                    \
    X(FLAGS, "flags", 12, 4)                                                                       \
    X(HASH_OFFSET, "hashOffset", 16, 4)                                                            \
    X(IDENT_OFFSET, "identOffset", 20, 4)                                                          \
    X(N_SPECIAL_SLOTS, "nSpecialSlots", 24, 4)                                                     \
    X(N_CODE_SLOTS, "nCodeSlots", 28, 4)                                                           \
    X(CODE_LIMIT, "codeLimit", 32, 4)                                                              \
    X(HASH_SIZE, "hashSize", 36, 1)                                                                \
    X(HASH_TYPE, "hashType", 37, 1)                                                                \
    X(PLATFORM, "platform", 38, 1)                                                                 \
    X(PAGE_SIZE, "pageSize", 39, 1)                                                                \
    X(SPARE2, "spare2", 40, 4)                                                                     \
    X(SCATTER_OFFSET, "scatterOffset", 44, 4)                                                      \
    X(TEAM_OFFSET, "teamOffset", 48, 4)                                                            \
    X(SPARE3, "spare3", 52, 4)                                                                     \
    X(CODE_LIMIT_64, "codeLimit64", 56, 8)                                                         \
    X(EXEC_SEG_BASE, "execSegBase", 64, 8)                                                         \
    X(EXEC_SEG_LIMIT, "execSegLimit", 72, 8)                                                       \
    X(EXEC_SEG_FLAGS, "execSegFlags", 80, 8)                                                       \
    X(RUNTIME, "runtime", 88, 4)                                                                   \
    X(PRE_ENCRYPT_OFFSET, "preEncryptOffset", 92, 4)                                               \
    X(LINKAGE_HASH_TYPE, "linkageHashType", 96, 1)                                                 \
    X(LINKAGE_APPLICATION_TYPE, "linkageApplicationType", 97, 1)                                   \
    X(LINKAGE_APPLICATION_SUB_TYPE, "linkageApplicationSubType", 98, 2)                            \
    X(LINKAGE_OFFSET, "linkageOffset", 100, 4)                                                     \
    X(LINKAGE_SIZE, "linkageSize", 104, 4)

enum field {
#define X(name, text, at, width) FIELD_##name,
    FIELDS(X)
#undef X
};

static const struct {
    const char *name;
    unsigned at, width;
} fields[] = {
#define X(name, text, at, width) { text, at, width },
    FIELDS(X)
#undef X
};

/* Bytes of the header by version. */
static const struct {
    uint32_t version;
    unsigned len;
} headers[] = { { 0x20600, 108 }, { 0x20500, 96 }, { 0x20400, 88 }, { 0x20300, 64 },
                { 0x20200, 52 },  { 0x20100, 48 }, { 0, 44 } };

bool sx_fx_is_field(struct sx_str name)
{
    for (size_t i = 0; i < SX_LEN(fields); i++)
        if (sx_str_is(name, fields[i].name))
            return true;
    return false;
}

static unsigned header_len(uint32_t version)
{
    size_t i = 0;
    while (version < headers[i].version)
        i++;
    return headers[i].len;
}

static void set(char *header, enum field field, uint64_t value)
{
    sx_fx_set_be(header + fields[field].at, fields[field].width, value);
}

/* What codesign chooses (Security, cdbuilder.cpp). */
static uint32_t version_of(const struct sx_fx_signature *spec, const struct sx_fx_image *image)
{
    if (spec->version != 0)
        return spec->version;
    if (spec->runtime != 0)
        return 0x20500;
    if (image != NULL && image->platform != 0 && image->text_len > 0)
        return 0x20400;
    return spec->team.ptr != NULL ? 0x20200 : 0x20100;
}

static uint32_t n_special(const struct sx_fx_signature *spec)
{
    uint32_t n = 0;
    for (uint32_t slot = 1; slot < SX_FX_N_SLOTS; slot++)
        if (spec->components[slot].ptr != NULL)
            n = slot;
    for (size_t i = 0; i < spec->n_slot_hashes; i++)
        if (spec->slot_hashes[i].slot > n)
            n = spec->slot_hashes[i].slot;
    return n;
}

static size_t n_pages(const struct sx_fx_signature *spec, size_t len)
{
    if (spec->page_shift == 0)
        return len > 0 ? 1 : 0;
    return (len + ((size_t)1 << spec->page_shift) - 1) >> spec->page_shift;
}

static struct sx_str slot_hash(struct sx_arena *arena, const struct sx_fx_signature *spec,
                               enum sx_fx_hash hash, uint32_t slot)
{
    size_t len = sx_fx_digest_len(hash);
    for (size_t i = 0; i < spec->n_slot_hashes; i++) {
        if (spec->slot_hashes[i].slot != slot)
            continue;
        struct sx_buf buf = { 0 };
        sx_buf_str(&buf, sx_str_sub(spec->slot_hashes[i].bytes, 0, len));
        sx_buf_fill(&buf, 0, len - buf.len);
        return sx_fx_take(arena, &buf);
    }
    if (slot >= SX_FX_N_SLOTS || spec->components[slot].ptr == NULL)
        return (struct sx_str){ sx_arena_alloc(arena, len), len };
    return sx_fx_digest(arena, hash, spec->components[slot]);
}

static void put_hashes(struct sx_arena *arena, const struct sx_fx_signature *spec,
                       enum sx_fx_hash hash, struct sx_str code, struct sx_buf *out)
{
    for (uint32_t slot = n_special(spec); slot > 0; slot--)
        sx_buf_str(out, slot_hash(arena, spec, hash, slot));
    size_t page = spec->page_shift == 0 ? code.len : (size_t)1 << spec->page_shift;
    for (size_t i = 0; i < n_pages(spec, code.len); i++)
        sx_buf_str(out, sx_fx_digest(arena, hash, sx_str_sub(code, i * page, page)));
}

/* Two elements: one over all pages, and the end. */
static void put_scatter(struct sx_buf *out, size_t pages)
{
    sx_fx_put_be(out, 4, pages);
    sx_buf_fill(out, 0, 4 + 8 + 8 + 24);
}

static void override(const struct sx_fx_signature *spec, enum sx_fx_hash hash, char *header)
{
    for (size_t i = 0; i < spec->n_fields; i++) {
        const struct sx_fx_field *f = &spec->fields[i];
        for (size_t k = 0; k < SX_LEN(fields) && (f->hash == 0 || f->hash == hash); k++)
            if (sx_str_is(f->name, fields[k].name))
                sx_fx_set_be(header + fields[k].at, fields[k].width, f->value);
    }
}

static void describe_code(char *header, const struct sx_fx_signature *spec,
                          const struct sx_fx_image *image, size_t code_len)
{
    set(header, FIELD_N_CODE_SLOTS, n_pages(spec, code_len));
    set(header, FIELD_CODE_LIMIT, code_len);
    set(header, FIELD_PAGE_SIZE, spec->page_shift);
    if (image == NULL || image->platform == 0)
        return;
    set(header, FIELD_EXEC_SEG_BASE, image->text_off);
    set(header, FIELD_EXEC_SEG_LIMIT, image->text_len);
    set(header, FIELD_EXEC_SEG_FLAGS, spec->exec_seg_flags);
}

struct sx_str sx_fx_code_directory(struct sx_arena *arena, const struct sx_fx_signature *spec,
                                   enum sx_fx_hash hash, struct sx_str code,
                                   const struct sx_fx_image *image)
{
    uint32_t version = version_of(spec, image);
    char header[MAX_HEADER] = { 0 };
    set(header, FIELD_MAGIC, MAGIC_CODE_DIRECTORY);
    set(header, FIELD_VERSION, version);
    set(header, FIELD_FLAGS, spec->flags);
    set(header, FIELD_N_SPECIAL_SLOTS, n_special(spec));
    set(header, FIELD_HASH_SIZE, sx_fx_digest_len(hash));
    set(header, FIELD_HASH_TYPE, hash);
    set(header, FIELD_PLATFORM, spec->platform);
    set(header, FIELD_RUNTIME, spec->runtime);
    describe_code(header, spec, image, code.len);

    /* Apple's order: scatter vector, identifier, team, hashes. */
    struct sx_buf rest = { 0 };
    unsigned at = header_len(version);
    if (spec->scatter) {
        set(header, FIELD_SCATTER_OFFSET, at);
        put_scatter(&rest, n_pages(spec, code.len));
    }
    set(header, FIELD_IDENT_OFFSET, at + rest.len);
    sx_buf_str(&rest, spec->identifier);
    sx_buf_char(&rest, 0);
    if (spec->team.ptr != NULL && version >= 0x20200) {
        set(header, FIELD_TEAM_OFFSET, at + rest.len);
        sx_buf_str(&rest, spec->team);
        sx_buf_char(&rest, 0);
    }
    set(header, FIELD_HASH_OFFSET, at + rest.len + n_special(spec) * sx_fx_digest_len(hash));
    put_hashes(arena, spec, hash, code, &rest);
    set(header, FIELD_LENGTH, at + rest.len);
    override(spec, hash, header);
    return sx_fx_join(arena, SX_FX_PARTS({ header, at }, sx_fx_take(arena, &rest)));
}

struct blob {
    uint32_t slot;
    size_t at; /* its place in the index, small first */
    struct sx_str bytes;
};

struct superblob {
    struct sx_arena *arena;
    const struct sx_fx_signature *spec;
    struct blob blobs[MAX_BLOBS];
    size_t n;
};

static void add(struct superblob *sb, uint32_t slot, struct sx_str bytes)
{
    if (sb->n == MAX_BLOBS)
        sx_fx_die("too many blobs");
    sb->blobs[sb->n++] = (struct blob){ .slot = slot, .bytes = bytes };
}

static bool is_left_out(const struct superblob *sb, uint32_t slot)
{
    for (size_t i = 0; i < sb->spec->n_blobs; i++)
        if (sb->spec->blobs[i].slot == slot && sb->spec->blobs[i].bytes.len == 0)
            return true;
    return false;
}

static int by_place(const void *a, const void *b)
{
    const struct blob *x = a, *y = b;
    return (x->at > y->at) - (x->at < y->at);
}

/* Slots that the order names come first, the others by number as signers have them; equal ones
 * in the order of adding. */
static void sort(struct superblob *sb)
{
    for (size_t i = 0; i < sb->n; i++) {
        size_t at = 0;
        while (at < sb->spec->n_order && sb->spec->order[at] != sb->blobs[i].slot)
            at++;
        bool named = at < sb->spec->n_order;
        sb->blobs[i].at = named ? at : sb->spec->n_order + sb->blobs[i].slot;
        sb->blobs[i].at = sb->blobs[i].at * MAX_BLOBS + i;
    }
    qsort(sb->blobs, sb->n, sizeof(*sb->blobs), by_place);
}

static void settle(struct superblob *sb)
{
    size_t n = 0;
    for (size_t i = 0; i < sb->n; i++)
        if (!is_left_out(sb, sb->blobs[i].slot))
            sb->blobs[n++] = sb->blobs[i];
    sb->n = n;
    for (size_t i = 0; i < sb->spec->n_blobs; i++)
        if (sb->spec->blobs[i].bytes.len > 0)
            add(sb, sb->spec->blobs[i].slot, sb->spec->blobs[i].bytes);
    sort(sb);
}

static struct sx_str superblob_bytes(struct superblob *sb)
{
    settle(sb);
    struct sx_buf out = { 0 };
    size_t at = 12 + 8 * sb->n + sb->spec->gap;
    sx_fx_put_be(&out, 4, MAGIC_SUPERBLOB);
    sx_fx_put_be(&out, 4, 0);
    sx_fx_put_be(&out, 4, sb->n);
    for (size_t i = 0; i < sb->n; i++) {
        sx_fx_put_be(&out, 4, sb->blobs[i].slot);
        sx_fx_put_be(&out, 4, at);
        at += sb->blobs[i].bytes.len;
    }
    sx_buf_fill(&out, 0, sb->spec->gap);
    for (size_t i = 0; i < sb->n; i++)
        sx_buf_str(&out, sb->blobs[i].bytes);
    sx_fx_set_be(out.ptr + 4, 4, out.len);
    return sx_fx_take(sb->arena, &out);
}

/* Info.plist, CodeResources and the like are files of their own; the other components are blobs of
 * the signature. */
static bool is_embedded(uint32_t slot)
{
    return slot != SX_FX_SLOT_INFO && slot != SX_FX_SLOT_RESOURCES && slot != SX_FX_SLOT_TOP &&
           slot != SX_FX_SLOT_REP;
}

static struct sx_str cms_of(struct sx_fx_pki *pki, const struct sx_fx_signature *spec,
                            struct sx_str directory, const struct sx_fx_signed *done)
{
    if (spec->cms == NULL)
        return SX_STR("");
    struct sx_fx_cms cms = *spec->cms;
    cms.content = directory;
    cms.cdhashes = done->cdhashes;
    cms.n_cdhashes = done->n;
    return sx_fx_cms(pki, &cms);
}

/* sign_code makes the SuperBlob; without `whole` everything but the CMS, to learn its size. */
static struct sx_str sign_code(struct sx_fx_pki *pki, struct sx_str code,
                               const struct sx_fx_image *image, const struct sx_fx_signature *spec,
                               bool whole, struct sx_fx_signed *done)
{
    struct superblob sb = { .arena = sx_fx_pki_arena(pki), .spec = spec };
    done->n = spec->n_hashes;
    for (uint32_t i = 0; i < spec->n_hashes; i++) {
        struct sx_str cd = sx_fx_code_directory(sb.arena, spec, spec->hashes[i], code, image);
        done->cdhashes[i] =
            (struct sx_fx_cdhash){ spec->hashes[i], sx_fx_digest(sb.arena, spec->hashes[i], cd) };
        add(&sb, i == 0 ? 0 : SX_FX_SLOT_ALTERNATE + i - 1, cd);
    }
    for (uint32_t slot = 1; slot < SX_FX_N_SLOTS; slot++)
        if (spec->components[slot].ptr != NULL && is_embedded(slot))
            add(&sb, slot, spec->components[slot]);
    if (whole && !spec->no_cms_slot)
        add(&sb, SX_FX_SLOT_CMS,
            sx_fx_blob(sb.arena, MAGIC_WRAPPER, cms_of(pki, spec, sb.blobs[0].bytes, done)));
    return superblob_bytes(&sb);
}

static struct sx_str code_of(const struct sx_fx_image *image)
{
    return (struct sx_str){ image->bytes, image->len };
}

struct sx_str sx_fx_sign_bytes(struct sx_fx_pki *pki, struct sx_str code,
                               const struct sx_fx_signature *spec, struct sx_fx_signed *done)
{
    return sign_code(pki, code, NULL, spec, true, done);
}

struct sx_fx_signed sx_fx_sign(struct sx_fx_pki *pki, struct sx_fx_image *image,
                               const struct sx_fx_signature *spec)
{
    struct sx_arena *arena = sx_fx_pki_arena(pki);
    struct sx_fx_signed done = { .signature_at = image->len };
    size_t room = sign_code(pki, code_of(image), image, spec, false, &done).len;
    if (spec->reserve > 0)
        room += spec->reserve;
    else if (!spec->no_cms_slot)
        room += spec->cms != NULL ? SX_FX_CMS_RESERVE : 16; /* its index entry and empty wrapper */
    room += spec->slack.len;
    room = (room + 15) / 16 * 16;

    sx_fx_image_reserve(image, room);
    struct sx_str superblob = sign_code(pki, code_of(image), image, spec, true, &done);
    sx_fx_image_attach(arena, image, sx_fx_join(arena, SX_FX_PARTS(superblob, spec->slack)), room);
    return done;
}
