/* SPDX-License-Identifier: MIT */
/* Zip archives as containers: also jars, Python wheels and iOS apps, which are zip archives. */
#include "package/zip.h"

#include "base/arith.h"
#include "package/container.h"
#include "package/names.h"
#include "package/stream.h"

#include <stdlib.h>
#include <sys/stat.h>

enum { LINK_TEXT = 4096 /* bytes of the longest text of a link that any system takes */ };

/* Methods by number (APPNOTE 4.4.5). */
static const struct method {
    uint16_t number;
    bool is_read;
    enum sx_packing packing;
    const char *name;
} methods[] = {
    { 0, true, SX_PACKING_NONE, "stored" },
    { 8, true, SX_PACKING_DEFLATE, "deflate" },
    { 9, false, 0, "deflate64" },
    { 12, true, SX_PACKING_BZIP2, "bzip2" },
    { 14, false, 0, "lzma" },
    { 93, false, 0, "zstd" },
    { 95, true, SX_PACKING_XZ, "xz" },
    { 99, false, 0, "AES" },
};

static const struct method *method_of(uint16_t number)
{
    for (size_t i = 0; i < SX_LEN(methods); i++)
        if (methods[i].number == number)
            return &methods[i];
    return NULL;
}

/* What it takes to read a member again. */
struct place {
    uint64_t off, packed, size;
    uint32_t crc;
    uint16_t method;
};

struct reading {
    struct sx_zip zip;
    const struct sx_container_question *question;
    struct sx_container *out;
    struct sx_contents *contents;
    const struct sx_source *source;
    SX_VEC(struct place) places;
    uint64_t n_encrypted, n_files, n_modes; /* members, files, files with a mode */
    uint64_t packed;                        /* bytes of all */
    uint8_t host;                           /* of a file without */
    bool is_jar, is_ipa;
};

/* Contents of members: those that are stored are parts of the archive. */
struct shelf {
    const struct sx_source *source;
    const struct place *places;
};

static bool open_member(void *context, uint64_t id, const char *name, struct sx_source *out,
                        struct sx_err *err)
{
    const struct shelf *shelf = context;
    const struct place *p = &shelf->places[id];
    enum sx_packing packing = method_of(p->method)->packing;
    if (packing == SX_PACKING_NONE)
        return sx_source_part(shelf->source, p->off, p->size, name, out, err);
    struct sx_packed packed = { .packing = packing,
                                .source = shelf->source,
                                .off = p->off,
                                .len = p->packed,
                                .size = p->size,
                                .has_crc = true,
                                .crc = p->crc };
    sx_stream_source(&packed, name, out);
    return true;
}

static bool has_unix_mode(const struct sx_zip_entry *e)
{
    return (e->host == SX_ZIP_HOST_UNIX || e->host == SX_ZIP_HOST_DARWIN) &&
           e->attributes >> 16 != 0;
}

static struct sx_unpack_member member_of(const struct sx_zip_entry *e)
{
    struct sx_unpack_member member = { .path = e->name, .uid = -1, .size = e->size };
    uint32_t mode = has_unix_mode(e) ? e->attributes >> 16 : 0;
    member.mode = mode & 07777;
    member.type = S_ISLNK(mode)                                        ? SX_ENTRY_SYMLINK
                  : S_ISDIR(mode) || sx_str_ends(e->name, SX_STR("/")) ? SX_ENTRY_DIRECTORY
                  : S_ISREG(mode) || (mode & S_IFMT) == 0              ? SX_ENTRY_FILE
                                                                       : SX_ENTRY_SPECIAL;
    member.is_hidden = sx_str_starts(e->name, SX_STR("__MACOSX/"));
    return member;
}

static bool is_in_ipa(struct sx_str name)
{
    return sx_str_starts(name, SX_STR("Payload/")) && sx_str_find(name, SX_STR(".app/")) < name.len;
}

/* A member that is in the tree and cannot be opened. */

static bool put_damaged(struct reading *r, const struct sx_unpack_member *member,
                        const struct sx_err *damage, struct sx_err *err)
{
    sx_container_note(r->out, r->question->arena, "archive-unreadable", member->path, damage->off,
                      "%s", damage->what);
    return sx_container_cut(r->out, r->question->arena, member, damage->what, err);
}

/* The text of a link is the content of its member. */
static bool read_link(struct reading *r, const struct place *place, struct sx_str *out,
                      struct sx_err *err)
{
    struct shelf shelf = { r->source, place };
    struct sx_source source;
    struct sx_span text;
    SX_TRY(open_member(&shelf, 0, r->source->name, &source, err));
    bool ok = sx_source_whole(&source, LINK_TEXT, r->question->arena, &text, err);
    sx_source_close(&source);
    if (ok)
        *out = sx_str_of_span(text);
    return ok;
}

static bool put(struct reading *r, struct sx_unpack_member *member, const struct place *place,
                struct sx_err *err)
{
    bool is_kept;
    struct sx_err damage = { 0 };
    uint64_t id = r->places.n;
    if (member->type == SX_ENTRY_SYMLINK && !read_link(r, place, &member->link, &damage))
        return put_damaged(r, member, &damage, err);
    SX_PUSH(r->question->arena, &r->places, *place);
    return sx_container_leave(r->out, r->question->arena, member, r->contents, id, &is_kept, err);
}

static bool read_entry(struct reading *r, const struct sx_zip_entry *e, struct sx_err *err)
{
    struct sx_arena *arena = r->question->arena;
    struct sx_unpack_member member = member_of(e);
    struct place place = { 0, e->packed, e->size, e->crc, e->method };
    const struct method *method = method_of(e->method);
    const char *differs;
    struct sx_err damage = { 0 };
    r->is_jar = r->is_jar || sx_str_is(e->name, "META-INF/MANIFEST.MF");
    r->is_ipa = r->is_ipa || is_in_ipa(e->name);
    if (member.type == SX_ENTRY_FILE) {
        r->n_files++;
        r->n_modes += has_unix_mode(e);
        r->host = has_unix_mode(e) ? r->host : e->host;
    }
    sx_container_check_name(r->out, arena, e->name);
    if (!sx_zip_data(&r->zip, e, &place.off, &differs, &damage))
        return put_damaged(r, &member, &damage, err);
    r->packed += e->packed;
    if (differs != NULL)
        sx_container_note(r->out, arena, "archive-ambiguous", e->name, e->at,
                          "its local header has %s than the central directory", differs);
    if ((e->flags & SX_ZIP_ENCRYPTED) != 0) {
        r->n_encrypted++;
        return sx_container_refuse(r->out, arena, &member, "it needs a password", err);
    }
    if (method == NULL || !method->is_read)
        return sx_container_refuse(
            r->out, arena, &member,
            sx_str_printf(arena, "packed by method %u%s%s, which sxlint does not read", e->method,
                          method != NULL ? ", " : "", method != NULL ? method->name : "")
                .ptr,
            err);
    if (method->packing == SX_PACKING_NONE && e->packed != e->size) {
        sx_fail(&damage, SX_E_FORMAT, e->at, "stored as %llu bytes, %llu are listed",
                (unsigned long long)e->packed, (unsigned long long)e->size);
        return put_damaged(r, &member, &damage, err);
    }
    return put(r, &member, &place, err);
}

/* What ends the reading early is told once, with how much is missing. */
static void stop(struct reading *r, uint64_t read, const struct sx_err *why)
{
    struct sx_arena *arena = r->question->arena;
    struct sx_str none = { 0 };
    if (why->code != SX_E_LIMIT && why->code != SX_E_IO)
        sx_container_note(r->out, arena, "archive-unreadable", none, why->off, "%s", why->what);
    sx_container_skip(r->out, arena, none, "%s; %llu of %llu members are not read", why->what,
                      (unsigned long long)(r->zip.n - read), (unsigned long long)r->zip.n);
}

static void read_directory(struct reading *r)
{
    for (uint64_t i = 0; i < r->zip.n; i++) {
        struct sx_zip_entry entry;
        struct sx_err err = { 0 };
        if (!sx_zip_next(&r->zip, &entry, &err) || !read_entry(r, &entry, &err)) {
            stop(r, i, &err);
            return;
        }
    }
    if (r->zip.at != r->zip.end)
        sx_container_note(r->out, r->question->arena, "archive-ambiguous", (struct sx_str){ 0 },
                          r->zip.at, "%llu bytes in the central directory behind its last entry",
                          (unsigned long long)(r->zip.end - r->zip.at));
}

/* A real archive stores every member once; one whose members share their bytes is made to unpack
 * to more than anybody has room for (Fifield, "A better zip bomb"). */
static void check_overlap(struct reading *r)
{
    if (r->packed > r->source->size)
        sx_container_note(r->out, r->question->arena, "archive-ambiguous", (struct sx_str){ 0 },
                          UINT64_MAX, "members of %llu bytes lie over each other in %llu",
                          (unsigned long long)r->packed, (unsigned long long)r->source->size);
}

/* Who packs without modes is known by the system it says it packs for (APPNOTE 4.4.2). */
static void check_modes(struct reading *r)
{
    static const struct {
        uint8_t host;
        const char *guess;
    } guesses[] = {
        { 0, "made for MS-DOS, as by Windows Explorer or Compress-Archive" },
        { 11, "made for NTFS, as by a tool on Windows" },
        { SX_ZIP_HOST_UNIX, "made for UNIX by a tool that knows no modes" },
    };
    const char *guess = "made for a system without modes";
    if (r->n_modes > 0 || r->n_files == 0 || r->is_jar)
        return;
    for (size_t i = 0; i < SX_LEN(guesses); i++)
        if (guesses[i].host == r->host)
            guess = guesses[i].guess;
    sx_container_note(r->out, r->question->arena, "archive-without-modes", (struct sx_str){ 0 },
                      UINT64_MAX, "%s", guess);
}

static bool unpack_zip(const struct sx_source *source, const struct sx_container_question *question,
                       struct sx_container *out, struct sx_err *err)
{
    struct shelf *shelf = SX_NEW(question->arena, struct shelf);
    struct sx_contents *contents = SX_NEW(question->arena, struct sx_contents);
    struct reading r = { .question = question, .out = out, .contents = contents, .source = source };
    *contents = (struct sx_contents){ open_member, shelf, .is_sequential = true };
    SX_TRY(sx_zip_open(source, &r.zip, err));
    read_directory(&r);
    sx_zip_close(&r.zip);
    *shelf = (struct shelf){ source, r.places.at };
    check_overlap(&r);
    check_modes(&r);
    if (r.n_encrypted > 0)
        sx_container_note(out, question->arena, "archive-encrypted", (struct sx_str){ 0 },
                          UINT64_MAX, "%llu of %llu members need a password",
                          (unsigned long long)r.n_encrypted, (unsigned long long)r.zip.n);
    out->kind = r.is_ipa ? SX_CONTAINER_IPA : r.is_jar ? SX_CONTAINER_JAR : SX_CONTAINER_ZIP;
    return true;
}

static bool is_zip(struct sx_span head, const struct sx_source *source)
{
    struct sx_str text = sx_str_of_span(head);
    (void)source;
    return sx_str_starts(text, SX_STR("PK\x03\x04")) ||
           sx_str_starts(text, SX_STR("PK\x05\x06")); /* empty */
}

const struct sx_container_format sx_format_zip = { SX_CONTAINER_ZIP, "zip archive", NULL, is_zip,
                                                   unpack_zip };
