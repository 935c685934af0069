/* SPDX-License-Identifier: MIT */
/* Tar archives (POSIX pax, "ustar interchange format" and "pax interchange format"; GNU tar's
 * manual for its long names and large numbers): headers of 512 bytes, each in front of its member,
 * whose bytes are read where they are. */
#include "base/arith.h"
#include "base/limits.h"
#include "base/table.h"
#include "package/container.h"
#include "package/kept_attributes.h"
#include "package/names.h"

enum {
    BLOCK = 512,
    NAME = 0, /* fields of a header: where they are, and how long */
    NAME_LEN = 100,
    MODE = 100,
    UID = 108,
    NUMBER_LEN = 8,
    SIZE = 124,
    SIZE_LEN = 12,
    CHECKSUM = 148,
    TYPE = 156,
    LINK = 157,
    LINK_LEN = 100,
    MAGIC = 257,
    PREFIX = 345,
    PREFIX_LEN = 155,
};

struct place {
    uint64_t off, size;
};

/* What headers in front of a member say of it, and its own has no room for. */
struct ahead {
    struct sx_str path, link;
    uint64_t size;
    uint64_t n_read; /* bytes of such headers */
    bool has_size, is_sparse;
};

struct reading {
    const struct sx_source *source;
    const struct sx_container_question *question;
    struct sx_container *out;
    struct sx_contents *contents;
    struct sx_arena *scratch; /* texts of the member at hand, and in front of it */
    struct sx_arena_mark empty;
    SX_VEC(struct place) places;
    struct sx_table by_path; /* struct place: for links to what stands in front of them */
    struct ahead ahead;
    struct sx_kept_attributes *attributes; /* of the next member; made when there are any */
    uint64_t at;
    bool is_cut; /* it ends in a member, which is told with that */
};

struct shelf {
    const struct sx_source *source;
    const struct place *places;
};

static bool open_member(void *context, uint64_t id, const char *name, struct sx_source *out,
                        struct sx_err *err)
{
    const struct shelf *shelf = context;
    const struct place *p = &shelf->places[id];
    return sx_source_part(shelf->source, p->off, p->size, name, out, err);
}

/* Fields */

static struct sx_str text_of(struct sx_span header, size_t at, size_t len)
{
    struct sx_str field = sx_str_sub(sx_str_of_span(header), at, len);
    return sx_str_sub(field, 0, sx_str_find(field, SX_STR("\0")));
}

/* Octal digits between blanks; or, where the highest bit is set, a large number in binary. */
static bool number_of(struct sx_span header, size_t at, size_t len, uint64_t *out)
{
    const uint8_t *field = header.ptr + at;
    uint64_t value = 0;
    size_t i = 0;
    if ((field[0] & 0x80) != 0) {
        for (i = 1; i < len; i++) {
            if (value >> 56 != 0)
                return false;
            value = value << 8 | field[i];
        }
        *out = value;
        return (field[0] & 0x7f) == 0;
    }
    while (i < len && field[i] == ' ')
        i++;
    for (; i < len && field[i] >= '0' && field[i] <= '7'; i++) {
        if (value >> 61 != 0)
            return false;
        value = value << 3 | (uint64_t)(field[i] - '0');
    }
    *out = value;
    return i == len || field[i] == ' ' || field[i] == '\0';
}

/* The sum of all bytes, those of the checksum counted as blanks. Old tools summed them signed. */
static bool has_checksum(struct sx_span header)
{
    uint64_t listed;
    int64_t plain = 0, with_sign = 0;
    if (header.len < BLOCK || !number_of(header, CHECKSUM, NUMBER_LEN, &listed))
        return false;
    for (size_t i = 0; i < BLOCK; i++) {
        bool is_own = i >= CHECKSUM && i < CHECKSUM + NUMBER_LEN;
        uint8_t byte = is_own ? ' ' : header.ptr[i];
        plain += byte;
        with_sign += (int8_t)byte;
    }
    return (int64_t)listed == plain || (int64_t)listed == with_sign;
}

static bool is_end(struct sx_span header)
{
    return sx_span_is_zero(header);
}

static struct sx_str path_of(const struct reading *r, struct sx_span header)
{
    struct sx_str name = text_of(header, NAME, NAME_LEN);
    struct sx_str magic = sx_str_sub(sx_str_of_span(header), MAGIC, 6);
    struct sx_str prefix = { 0 };
    if (r->ahead.path.ptr != NULL)
        return r->ahead.path;
    if (sx_str_eq(magic, SX_STR("ustar\0"))) /* GNU's "ustar " has other fields there */
        prefix = text_of(header, PREFIX, PREFIX_LEN);
    return sx_path_join(r->scratch, prefix, name);
}

/* Headers in front of a member */

static bool read_text(struct reading *r, uint64_t size, struct sx_str *out, struct sx_err *err)
{
    struct sx_span text;
    SX_TRY(sx_source_read(r->source, r->at, size, SX_MAX_SMALL_FILE - r->ahead.n_read, "a header",
                          r->scratch, &text, err));
    r->ahead.n_read += size;
    *out = sx_str_of_span(text);
    return true;
}

static struct sx_str until_nul(struct sx_str text)
{
    return sx_str_sub(text, 0, sx_str_find(text, SX_STR("\0")));
}

/* star, and the bsdtar of macOS after it, keep each attribute in a record of its name (libarchive,
 * archive_write_set_format_pax.c, archive_write_pax_header_xattr). */
#define ATTRIBUTE "SCHILY.xattr."

static void take_attribute(struct reading *r, struct sx_str name, struct sx_str value)
{
    if (r->attributes == NULL)
        r->attributes = SX_NEW(r->question->arena, struct sx_kept_attributes);
    sx_kept_attributes_take(r->attributes, name,
                            (struct sx_span){ (const uint8_t *)value.ptr, value.len, 0 });
}

static void take_record(struct reading *r, struct sx_str key, struct sx_str value)
{
    uint64_t size = 0;
    if (sx_str_is(key, "path")) {
        r->ahead.path = value;
    } else if (sx_str_is(key, "linkpath")) {
        r->ahead.link = value;
    } else if (sx_str_is(key, "size")) {
        r->ahead.has_size = true;
        for (size_t i = 0; i < value.len && value.ptr[i] >= '0' && value.ptr[i] <= '9'; i++)
            if (size < UINT64_MAX / 16)
                size = size * 10 + (uint64_t)(value.ptr[i] - '0');
        r->ahead.size = size;
    } else if (sx_str_starts(key, SX_STR("GNU.sparse."))) {
        r->ahead.is_sparse = true;
    } else if (sx_str_starts(key, SX_STR(ATTRIBUTE))) {
        take_attribute(r, sx_str_sub(key, sizeof(ATTRIBUTE) - 1, key.len), value);
    }
}

/* Records "LENGTH KEY=VALUE\n"; the length counts all of it. */
static void read_records(struct reading *r, struct sx_str text)
{
    while (text.len > 0) {
        size_t len = 0, at = 0;
        for (; at < text.len && text.ptr[at] >= '0' && text.ptr[at] <= '9' && len < text.len; at++)
            len = len * 10 + (size_t)(text.ptr[at] - '0');
        if (len <= at + 1 || len > text.len)
            return;
        struct sx_str record = sx_str_sub(text, at + 1, len - at - 2);
        size_t equals = sx_str_find(record, SX_STR("="));
        take_record(r, sx_str_sub(record, 0, equals), sx_str_sub(record, equals + 1, record.len));
        text = sx_str_sub(text, len, text.len);
    }
}

/* Members */

static bool put(struct reading *r, const struct sx_unpack_member *member, struct place place,
                struct sx_err *err)
{
    bool is_kept;
    uint64_t id = r->places.n;
    SX_PUSH(r->question->arena, &r->places, place);
    SX_TRY(sx_container_leave(r->out, r->question->arena, member, r->contents, id, &is_kept, err));
    if (!is_kept)
        return true;
    struct place *kept = SX_NEW(r->question->arena, struct place);
    *kept = place;
    struct sx_str path = sx_str_dup(r->question->arena, member->path);
    (void)sx_table_put(&r->by_path, path, kept); /* the first of a name stays */
    return true;
}

/* A hard link has the content of what stands in front of it. */
static bool put_hard_link(struct reading *r, struct sx_unpack_member *member, struct sx_err *err)
{
    const struct place *place = sx_table_get(&r->by_path, member->link);
    if (place == NULL)
        return sx_container_cut(r->out, r->question->arena, member,
                                "a hard link to what is not in the archive", err);
    member->size = place->size;
    return put(r, member, *place, err);
}

static struct sx_unpack_member member_of(const struct reading *r, struct sx_span header, char type)
{
    uint64_t mode = 0, uid = 0;
    bool has_mode = number_of(header, MODE, NUMBER_LEN, &mode);
    bool has_uid = number_of(header, UID, NUMBER_LEN, &uid) && uid < INT64_MAX;
    struct sx_unpack_member member = {
        .path = path_of(r, header),
        .mode = has_mode ? (uint32_t)mode & 07777 : 0,
        .uid = has_uid ? (int64_t)uid : -1,
        .link = r->ahead.link.ptr != NULL ? r->ahead.link : text_of(header, LINK, LINK_LEN),
    };
    bool is_folder = type == '5' || (type == '\0' && sx_str_ends(member.path, SX_STR("/")));
    member.type = is_folder                                   ? SX_ENTRY_DIRECTORY
                  : type == '2'                               ? SX_ENTRY_SYMLINK
                  : type == '3' || type == '4' || type == '6' ? SX_ENTRY_SPECIAL
                                                              : SX_ENTRY_FILE;
    /* tar of macOS folds them into the files beside them (libarchive, archive_write_disk_posix.c)
     */
    member.is_hidden = sx_str_starts(sx_str_base(member.path), SX_STR("._"));
    return member;
}

static bool put_attributes(struct reading *r, struct sx_str path, struct sx_err *err)
{
    if (r->attributes == NULL)
        return true;
    bool ok =
        sx_kept_attributes_write(r->attributes, path, r->question->arena, r->out->unpack, err);
    *r->attributes = (struct sx_kept_attributes){ 0 };
    return ok;
}

static bool put_member(struct reading *r, struct sx_span header, uint64_t size, struct sx_err *err)
{
    char type = (char)header.ptr[TYPE];
    struct sx_unpack_member member = member_of(r, header, type);
    sx_container_check_name(r->out, r->question->arena, member.path);
    SX_TRY(put_attributes(r, member.path, err));
    if (type == '1')
        return put_hard_link(r, &member, err);
    if (type == 'S' || r->ahead.is_sparse)
        return sx_container_refuse(r->out, r->question->arena, &member,
                                   "a sparse file, which sxlint does not read", err);
    member.size = member.type == SX_ENTRY_FILE ? size : 0;
    if (size <= r->source->size - r->at)
        return put(r, &member, (struct place){ r->at, member.size }, err);
    r->is_cut = true;
    sx_container_note(r->out, r->question->arena, "archive-unreadable", member.path, r->at,
                      "%llu bytes are listed, the archive ends after %llu",
                      (unsigned long long)size, (unsigned long long)(r->source->size - r->at));
    return sx_container_cut(r->out, r->question->arena, &member, "the archive ends in it", err);
}

/* One header and what belongs to it; r->at is behind the header. */
static bool read_entry(struct reading *r, struct sx_span header, uint64_t *size, struct sx_err *err)
{
    struct sx_str text;
    if (!number_of(header, SIZE, SIZE_LEN, size))
        return sx_fail(err, SX_E_FORMAT, header.off, "a header whose size is no number");
    switch ((char)header.ptr[TYPE]) {
    case 'x':
        SX_TRY(read_text(r, *size, &text, err));
        read_records(r, text);
        return true;
    case 'L':
        SX_TRY(read_text(r, *size, &text, err));
        r->ahead.path = until_nul(text);
        return true;
    case 'K':
        SX_TRY(read_text(r, *size, &text, err));
        r->ahead.link = until_nul(text);
        return true;
    case 'g': /* of all that follows: nothing that is wanted here */
    case 'V': /* GNU: a label */
        return true;
    default:
        break;
    }
    if (r->ahead.has_size)
        *size = r->ahead.size;
    SX_TRY(put_member(r, header, *size, err));
    r->ahead = (struct ahead){ 0 };
    sx_arena_rewind(r->scratch, r->empty);
    return true;
}

/* True at the end, and where nothing more can be read. */
static bool read_header(struct reading *r, uint64_t *size, bool *is_over, struct sx_err *err)
{
    uint8_t bytes[BLOCK];
    struct sx_span header = { bytes, sizeof(bytes), r->at };
    *is_over = r->is_cut;
    if (r->is_cut)
        return true;
    if (r->at == r->source->size)
        return sx_fail(err, SX_E_TRUNCATED, r->at,
                       "no blocks of zeros, with which an archive ends");
    if (r->source->size - r->at < BLOCK)
        return sx_fail(err, SX_E_TRUNCATED, r->source->size, "the archive ends in a header");
    SX_TRY(sx_source_pread(r->source, r->at, bytes, sizeof(bytes), err));
    *is_over = is_end(header);
    if (*is_over)
        return true;
    if (!has_checksum(header))
        return sx_fail(err, SX_E_FORMAT, r->at, "no header here: its checksum is wrong");
    r->at += BLOCK;
    return read_entry(r, header, size, err);
}

static void read_all(struct reading *r)
{
    struct sx_err err = { 0 };
    struct sx_str none = { 0 };
    bool is_over = false;
    while (!is_over) {
        uint64_t size = 0;
        if (!read_header(r, &size, &is_over, &err)) {
            if (err.code != SX_E_LIMIT && err.code != SX_E_IO)
                sx_container_note(r->out, r->question->arena, "archive-unreadable", none, err.off,
                                  "%s", err.what);
            sx_container_skip(r->out, r->question->arena, none,
                              "%s; what follows byte %llu is not read", err.what,
                              (unsigned long long)r->at);
            return;
        }
        if (is_over)
            return;
        uint64_t left = r->source->size - r->at;
        uint64_t blocks = size / BLOCK + (size % BLOCK != 0);
        r->at += blocks > left / BLOCK ? left : blocks * BLOCK;
    }
}

static bool unpack_tar(const struct sx_source *source, const struct sx_container_question *question,
                       struct sx_container *out, struct sx_err *err)
{
    struct shelf *shelf = SX_NEW(question->arena, struct shelf);
    struct sx_contents *contents = SX_NEW(question->arena, struct sx_contents);
    SX_AUTO(sx_arena_freep) struct sx_arena *scratch = sx_arena_new();
    struct reading r = { .source = source,
                         .question = question,
                         .out = out,
                         .contents = contents,
                         .scratch = scratch,
                         .empty = sx_arena_mark(scratch) };
    (void)err;
    *contents = (struct sx_contents){ open_member, shelf, .is_sequential = false };
    sx_table_init(&r.by_path, question->arena);
    read_all(&r);
    *shelf = (struct shelf){ source, r.places.at };
    return true;
}

static bool is_tar(struct sx_span head, const struct sx_source *source)
{
    (void)source;
    return head.len >= BLOCK && head.ptr[NAME] != '\0' && has_checksum(head);
}

const struct sx_container_format sx_format_tar = { SX_CONTAINER_TAR, "tar archive", NULL, is_tar,
                                                   unpack_tar };
