/* SPDX-License-Identifier: MIT */
#include "package/image.h"

#include "base/arith.h"
#include "base/buf.h"
#include "base/limits.h"
#include "package/volume.h"

#include <string.h>

/* Encrypted images begin, or in their first version end, with a magic number (Security,
 * diskimagerep.h for the second; independent readers for the first). */
static const struct sx_str encrypted_begins = SX_LIT("encrcdsa"),
                           encrypted_ends = SX_LIT("cdsaencr");

static bool ends_with(const struct sx_source *source, struct sx_str text)
{
    char end[8];
    struct sx_err ignored = { 0 };
    return source->size >= sizeof(end) &&
           sx_source_pread(source, source->size - sizeof(end), end, sizeof(end), &ignored) &&
           memcmp(end, text.ptr, text.len) == 0;
}

static bool is_encrypted(struct sx_span head, const struct sx_source *source)
{
    return sx_str_starts(sx_str_of_span(head), encrypted_begins) ||
           (source != NULL && ends_with(source, encrypted_ends));
}

static bool is_image(struct sx_span head, const struct sx_source *source)
{
    return is_encrypted(head, source) || (source != NULL && sx_udif_has_trailer(source)) ||
           sx_disk_begins(head);
}

/* One image in the making. */
struct opening {
    const struct sx_source *file;
    const struct sx_container_question *question;
    struct sx_container *out;
    struct sx_image_data *data;
    struct sx_pool *pool;
    struct sx_arena *arena; /* for as long as it takes */
    size_t n_volumes;       /* unpacked so far */
};

static void note(struct opening *o, const char *kind, uint64_t off, const char *detail)
{
    sx_container_note(o->out, o->question->arena, kind, (struct sx_str){ 0 }, off, "%s", detail);
}

/* What is wrong with the image as a whole, so that nothing in it can be seen. */
static void give_up(struct opening *o, const struct sx_err *err)
{
    if (err->code != SX_E_IO && err->code != SX_E_LIMIT && err->code != SX_E_UNSUPPORTED)
        note(o, "image-malformed", err->off, err->what);
    sx_container_skip(o->out, o->question->arena, (struct sx_str){ 0 }, "%s", err->what);
}

/* By the chunk types in use, as hdiutil names images; the one that most bytes are stored in. */
static const char *format_of(const struct sx_udif_layout *layout)
{
    static const char *const names[] = {
        [SX_UDIF_ZERO] = "UDRO",  [SX_UDIF_RAW] = "UDRO",  [SX_UDIF_IGNORE] = "UDRO",
        [SX_UDIF_ADC] = "UDCO",   [SX_UDIF_ZLIB] = "UDZO", [SX_UDIF_BZIP2] = "UDBZ",
        [SX_UDIF_LZFSE] = "ULFO", [SX_UDIF_LZMA] = "ULMO",
    };
    uint64_t stored[SX_UDIF_METHODS_END] = { 0 };
    enum sx_udif_method most = SX_UDIF_RAW;
    for (size_t i = 0; i < layout->n_chunks; i++)
        stored[layout->chunks[i].method] += layout->chunks[i].len;
    /* raw chunks stand in every compressed image, for what does not shrink */
    for (enum sx_udif_method m = SX_UDIF_ADC; m < SX_UDIF_METHODS_END; m++)
        if (stored[m] > 0 && (most == SX_UDIF_RAW || stored[m] > stored[most]))
            most = m;
    return names[most];
}

/* Volumes are put into the root while there is one; of several each is a folder of its own, as
 * below /Volumes. */
static bool unpack_volume(struct opening *o, struct sx_volume *volume, struct sx_err *err)
{
    bool is_first = o->n_volumes++ == 0;
    return sx_volume_unpack(volume, is_first ? SX_STR("") : volume->name, o->question, o->out, err);
}

static bool unpack_hfs(struct opening *o, const struct sx_source *disk,
                       const struct sx_partition *partition, struct sx_err *err)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_volume volume;
    struct sx_err why = { 0 };
    if (sx_hfs_open(disk, partition->off, partition->len, arena, &volume, &why))
        return unpack_volume(o, &volume, err);
    give_up(o, &why);
    return true;
}

/* A container holds volumes, most often one. */
static bool unpack_apfs(struct opening *o, const struct sx_source *disk,
                        const struct sx_partition *partition, struct sx_err *err)
{
    for (size_t i = 0;; i++) {
        SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
        struct sx_volume volume;
        struct sx_err why = { 0 };
        bool is_there = false;
        bool is_read =
            sx_apfs_open(disk, partition->off, partition->len, i, arena, &volume, &is_there, &why);
        if (is_read && is_there)
            SX_TRY(unpack_volume(o, &volume, err));
        else if (!is_read)
            give_up(o, &why);
        if (!is_there)
            return true;
    }
}

static bool unpack_partition(struct opening *o, const struct sx_source *disk,
                             const struct sx_partition *partition, struct sx_err *err)
{
    if (partition->fs == SX_FS_HFS_PLUS)
        return unpack_hfs(o, disk, partition, err);
    if (partition->fs == SX_FS_APFS)
        return unpack_apfs(o, disk, partition, err);
    sx_container_skip(o->out, o->question->arena, (struct sx_str){ 0 },
                      "a volume of file system %s: contents not examined",
                      sx_file_system_name(partition->fs));
    return true;
}

static bool unpack_volumes(struct opening *o, const struct sx_source *disk, struct sx_err *err)
{
    struct sx_partitions found;
    struct sx_err why = { 0 };
    if (!sx_partitions_find(disk, o->arena, &found, &why)) {
        give_up(o, &why);
        return true;
    }
    if (found.n == 0)
        sx_container_skip(o->out, o->question->arena, (struct sx_str){ 0 },
                          "no file system is recognised: contents not examined");
    else
        o->data->fs = found.at[0].fs;
    for (size_t i = 0; i < found.n; i++)
        SX_TRY(unpack_partition(o, disk, &found.at[i], err));
    return true;
}

static void find_applications_link(struct opening *o)
{
    struct sx_tree tree;
    struct sx_tree_entries entries;
    struct sx_err ignored = { 0 };
    struct sx_str link;
    sx_unpack_tree(o->out->unpack, SX_STR(""), &tree);
    if (!sx_tree_list(&tree, SX_STR(""), o->arena, &entries, &ignored))
        return;
    for (size_t i = 0; i < entries.n; i++)
        if (entries.at[i].type == SX_ENTRY_SYMLINK &&
            sx_tree_readlink(&tree, entries.at[i].name, o->arena, &link, &ignored) &&
            (sx_str_is(link, "/Applications") || sx_str_is(link, "/Applications/")))
            o->data->has_applications_link = true;
}

static void note_findings(struct opening *o, const struct sx_udif_findings *found)
{
    for (size_t i = 0; i < found->n; i++)
        sx_container_note(o->out, o->question->arena,
                          found->at[i].is_broken ? "image-malformed" : "image-checksum-wrong",
                          (struct sx_str){ 0 }, found->at[i].off, "%.*s",
                          SX_STR_ARG(found->at[i].detail));
    if (found->more > 0)
        sx_container_skip(o->out, o->question->arena, (struct sx_str){ 0 },
                          "%llu things more are wrong with its chunks than are listed",
                          (unsigned long long)found->more);
    if (found->is_partial)
        sx_container_skip(o->out, o->question->arena, (struct sx_str){ 0 },
                          "a checksum other than CRC-32: not compared");
}

/* The volumes first: reading them from front to back unpacks most of what is checked then. */
static bool unpack_udif(struct opening *o, struct sx_err *err)
{
    struct sx_udif_layout layout;
    struct sx_udif_findings found;
    struct sx_source disk;
    struct sx_err why = { 0 };
    if (!sx_udif_layout_read(o->file, &o->data->trailer, o->arena, &layout, &why)) {
        give_up(o, &why);
        return true;
    }
    o->data->format = format_of(&layout);
    if (layout.compressed > o->question->budget->bytes) {
        sx_fail(&why, SX_E_LIMIT, 0, "disk image: unpacks to %llu bytes, %llu are left to unpack",
                (unsigned long long)layout.compressed,
                (unsigned long long)o->question->budget->bytes);
        give_up(o, &why);
        return true;
    }
    uint64_t most = layout.compressed * SX_MAX_IMAGE_PASSES + SX_MAX_IMAGE_CHUNK;
    SX_AUTO(sx_udif_closep) struct sx_udif *udif = sx_udif_open(o->file, &layout, o->pool, most);
    sx_udif_disk(udif, o->file->name, &disk);
    bool ok = unpack_volumes(o, &disk, err);
    if (ok && !sx_udif_check(udif, &o->data->trailer, o->question->arena, &found, &why))
        give_up(o, &why);
    if (ok)
        note_findings(o, &found);
    return ok;
}

static bool unpack(struct opening *o, struct sx_err *err)
{
    struct sx_err why = { 0 };
    if (o->data->is_encrypted) {
        note(o, "image-encrypted", 0, "the image is encrypted and opens with a password only");
        sx_container_skip(o->out, o->question->arena, (struct sx_str){ 0 },
                          "encrypted disk image: it needs a password");
        return true;
    }
    if (!sx_udif_has_trailer(o->file))
        return unpack_volumes(o, o->file, err);
    o->data->has_trailer = sx_udif_trailer_read(o->file, &o->data->trailer, &why);
    if (!o->data->has_trailer) {
        give_up(o, &why);
        return true;
    }
    return unpack_udif(o, err);
}

static bool read_head(const struct sx_source *source, uint8_t bytes[8], struct sx_span *out,
                      struct sx_err *err)
{
    size_t n = (size_t)sx_min_u64(source->size, 8);
    *out = (struct sx_span){ bytes, n, 0 };
    return sx_source_pread(source, 0, bytes, n, err);
}

static bool unpack_image(const struct sx_source *source,
                         const struct sx_container_question *question, struct sx_container *out,
                         struct sx_err *err)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct opening o = { .file = source, .question = question, .out = out, .arena = arena };
    uint8_t bytes[8];
    struct sx_span head;
    SX_TRY(read_head(source, bytes, &head, err));
    o.data = SX_NEW(question->arena, struct sx_image_data);
    o.data->format = "UDRW";
    o.data->is_encrypted = is_encrypted(head, source);
    out->image = o.data;
    o.pool = question->pool != NULL ? question->pool : sx_pool_new(1);
    bool ok = unpack(&o, err);
    if (question->pool == NULL)
        sx_pool_free(o.pool);
    find_applications_link(&o);
    if (!ok && err->code == SX_E_LIMIT) { /* what was unpacked until then can be shown */
        give_up(&o, err);
        *err = (struct sx_err){ 0 };
        return true;
    }
    return ok;
}

const struct sx_container_format sx_format_disk_image = {
    .kind = SX_CONTAINER_DISK_IMAGE,
    .title = "disk image",
    .suffix = ".dmg",
    .recognise = is_image,
    .unpack = unpack_image,
};
