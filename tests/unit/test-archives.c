/* SPDX-License-Identifier: MIT */
/* Zip, tar and packed files whose bytes are wrong: what is told of each, exactly, and what is still
 * read. The archives are built here, so that every offset is known. */
#include "base/buf.h"
#include "package/container.h"
#include "rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

/* Members of a zip archive are stored, one after the other, from offset 0. */
struct member {
    const char *path, *text;
    unsigned mode; /* st_mode; 0: none is recorded */
};

static void put_le(struct sx_buf *out, uint64_t value, size_t n)
{
    for (size_t i = 0; i < n; i++)
        sx_buf_char(out, (char)(value >> 8 * i));
}

static unsigned long crc_of(const char *text)
{
    return crc32(0, (const Bytef *)text, (uInt)strlen(text));
}

/* What both headers of a member have: flags and method, time, CRC-32, sizes, length of the name. */
static void put_common(struct sx_buf *out, const struct member *m)
{
    put_le(out, 0, 4);
    put_le(out, 0, 4);
    put_le(out, crc_of(m->text), 4);
    put_le(out, strlen(m->text), 4);
    put_le(out, strlen(m->text), 4);
    put_le(out, strlen(m->path), 2);
}

static void put_local(struct sx_buf *out, const struct member *m)
{
    put_le(out, 0x04034b50, 4);
    put_le(out, 10, 2);
    put_common(out, m);
    put_le(out, 0, 2);
    sx_buf_cstr(out, m->path);
    sx_buf_cstr(out, m->text);
}

static void put_entry(struct sx_buf *out, const struct member *m, size_t header)
{
    put_le(out, 0x02014b50, 4);
    put_le(out, m->mode != 0 ? 3 << 8 : 0, 2);
    put_le(out, 10, 2);
    put_common(out, m);
    put_le(out, 0, 8);
    put_le(out, (uint64_t)m->mode << 16, 4);
    put_le(out, header, 4);
    sx_buf_cstr(out, m->path);
}

static void put_zip(struct sx_buf *out, const struct member *members)
{
    size_t headers[8], n = 0;
    for (; members[n].path != NULL; n++) {
        headers[n] = out->len;
        put_local(out, &members[n]);
    }
    size_t directory = out->len;
    for (size_t i = 0; i < n; i++)
        put_entry(out, &members[i], headers[i]);
    size_t len = out->len - directory;
    put_le(out, 0x06054b50, 4);
    put_le(out, 0, 4);
    put_le(out, n, 2);
    put_le(out, n, 2);
    put_le(out, len, 4);
    put_le(out, directory, 4);
    put_le(out, 0, 2);
}

static void put_tar_header(struct sx_buf *out, const struct member *m, char type, size_t size)
{
    char header[513] = "";
    unsigned sum = 0;
    memcpy(header, m->path, strcspn(m->path, ">"));
    snprintf(header + 100, 8, "%07o", m->mode);
    snprintf(header + 108, 8, "%07o", 501U);
    snprintf(header + 124, 12, "%011o", (unsigned)size);
    memset(header + 148, ' ', 8);
    header[156] = type;
    if (type == '2')
        memcpy(header + 157, m->text, strlen(m->text));
    memcpy(header + 257, "ustar\00000", 8);
    for (size_t i = 0; i < 512; i++)
        sum += (unsigned char)header[i];
    snprintf(header + 148, 8, "%06o", sum);
    sx_buf_put(out, header, 512);
}

/* Headers of 512 bytes; a path that ends in '>' is a link to the text. */
static void put_tar(struct sx_buf *out, const struct member *members)
{
    for (const struct member *m = members; m->path != NULL; m++) {
        size_t len = strlen(m->text);
        if (strchr(m->path, '>') != NULL) {
            put_tar_header(out, m, '2', 0);
            continue;
        }
        put_tar_header(out, m, '0', len);
        sx_buf_cstr(out, m->text);
        sx_buf_fill(out, '\0', (512 - len % 512) % 512);
    }
    sx_buf_fill(out, '\0', 1024);
}

/* All of a container in a line: members with what is in them, then problems, then gaps. */

static void tell_member(struct sx_buf *out, const struct sx_tree *tree, struct sx_str path,
                        struct sx_arena *arena)
{
    struct sx_source source = { .fd = -1 };
    struct sx_span text;
    struct sx_err err = { 0 };
    struct sx_str link;
    sx_escape_buf(out, path);
    if (sx_tree_has(tree, path, SX_ENTRY_SYMLINK)) {
        assert_true(sx_tree_readlink(tree, path, arena, &link, &err));
        sx_buf_printf(out, "->%.*s", SX_STR_ARG(link));
    } else if (sx_tree_open(tree, path, "it", &source, &err) &&
               sx_source_whole(&source, 1000, arena, &text, &err)) {
        sx_buf_printf(out, "=%.*s", SX_STR_ARG(sx_str_of_span(text)));
    } else {
        sx_buf_printf(out, "!%s", err.what);
    }
    sx_source_close(&source);
    sx_buf_cstr(out, "; ");
}

static void tell_folder(struct sx_buf *out, const struct sx_tree *tree, struct sx_str folder,
                        struct sx_arena *arena)
{
    struct sx_tree_entries entries;
    struct sx_err err = { 0 };
    assert_true(sx_tree_list(tree, folder, arena, &entries, &err));
    for (size_t i = 0; i < entries.n; i++) {
        struct sx_str path = sx_path_join(arena, folder, entries.at[i].name);
        if (entries.at[i].type == SX_ENTRY_DIRECTORY)
            tell_folder(out, tree, path, arena);
        else
            tell_member(out, tree, path, arena);
    }
}

static void tell(struct sx_buf *out, const struct sx_container *container, struct sx_arena *arena)
{
    struct sx_tree tree;
    sx_unpack_tree(container->unpack, SX_STR("it"), &tree);
    tell_folder(out, &tree, SX_STR(""), arena);
    for (const struct sx_container_problem *p = container->problems; p != NULL; p = p->next) {
        sx_buf_printf(out, "%s", p->kind);
        if (p->path.ptr != NULL)
            sx_buf_printf(out, " %.*s", SX_STR_ARG(sx_escape(arena, p->path)));
        if (p->off != UINT64_MAX)
            sx_buf_printf(out, " +%llu", (unsigned long long)p->off);
        sx_buf_printf(out, ": %.*s; ", SX_STR_ARG(p->detail));
    }
    for (const struct sx_container_gap *g = container->gaps; g != NULL; g = g->next)
        sx_buf_printf(out, "gap %.*s: %.*s; ", SX_STR_ARG(g->path), SX_STR_ARG(g->reason));
}

static struct sx_str said_of(const char *name, struct sx_str bytes, struct sx_arena *arena)
{
    struct sx_buf said = { 0 };
    struct sx_budget budget = { .members = 100, .bytes = 100000 };
    struct sx_container_question question = { .arena = arena,
                                              .name = sx_str_of(name),
                                              .budget = &budget };
    struct sx_span in = { (const uint8_t *)bytes.ptr, bytes.len, 0 };
    struct sx_source source;
    struct sx_container container = { 0 };
    struct sx_err err = { 0 };
    sx_source_memory("it", in, &source);
    const struct sx_container_format *format = sx_container_format_of(in, &source);
    if (format == NULL)
        sx_buf_cstr(&said, "no container; ");
    else if (sx_container_open(format, &source, &question, &container, &err))
        tell(&said, &container, arena);
    else
        sx_buf_printf(&said, "+%llu %s; ", (unsigned long long)err.off, err.what);
    sx_unpack_free(container.unpack);
    struct sx_str text = sx_str_dup(arena, sx_buf_view(&said));
    sx_buf_release(&said);
    return text;
}

static void check(const char *name, struct sx_str bytes, const char *want)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    assert_string_equal(said_of(name, bytes, arena).ptr, want);
    assert_in_range(sx_arena_bytes(arena), 0, 1 << 20); /* it holds an index, no contents */
}

/* Changes to an archive: bytes that are put over others, and how much is cut off at the end. */
struct damage {
    const char *name;
    struct member members[4];
    size_t at;
    struct sx_str with;
    size_t cut;
    const char *want;
};

static void spoil(struct sx_buf *archive, const struct damage *row)
{
    if (row->with.len > 0)
        memcpy(archive->ptr + row->at, row->with.ptr, row->with.len);
    archive->len -= row->cut;
}

#define AB                                                                                         \
    {                                                                                              \
        { "a", "one", 0100644 },                                                                   \
        {                                                                                          \
            "b", "two", 0100755                                                                    \
        }                                                                                          \
    }
#define BOTH "a=one; b=two; "
#define BYTES(text)                                                                                \
    {                                                                                              \
        text, sizeof(text) - 1                                                                     \
    }

#define FIFTY "01234567890123456789012345678901234567890123456789"
#define LONG  FIFTY FIFTY FIFTY FIFTY

/* a at 0 (its data at 31), b at 34 (65), the directory at 68: a at 68, b at 115; its end at 162. */
static const struct damage zips[] = {
    { "sound", AB, 0, { 0 }, 0, BOTH },
    { "empty", { { 0 } }, 0, { 0 }, 0, "" },
    { "a link", { { "l", "a/b", 0120755 } }, 0, { 0 }, 0, "l->a/b; " },
    { "cut in its end",
      AB,
      0,
      { 0 },
      1,
      "+183 the zip archive ends too early: no end of central directory; " },
    { "cut in the directory",
      AB,
      0,
      { 0 },
      60,
      "+124 the zip archive ends too early: no end of central directory; " },
    { "directory behind the end", AB, 178, BYTES("\xff\xff\xff\x7f"), 0,
      "+162 the central directory lies outside the file; " },
    { "directory too long", AB, 174, BYTES("\xff\xff\xff\x7f"), 0,
      "+162 the central directory lies outside the file; " },
    { "one of several files", AB, 166, BYTES("\1\0"), 0,
      "+162 one of several files of a zip archive; " },
    { "more entries than there are", AB, 170, BYTES("\3\0\3\0"), 0,
      BOTH "archive-unreadable +162: the central directory is damaged: no entry here; "
           "gap : the central directory is damaged: no entry here; 1 of 3 members are not read; " },
    { "fewer entries than there are", AB, 170, BYTES("\1\0\1\0"), 0,
      "a=one; archive-ambiguous +115: 47 bytes in the central directory behind its last entry; " },
    { "an entry without signature", AB, 115, BYTES("QK"), 0,
      "a=one; archive-unreadable +115: the central directory is damaged: no entry here; "
      "gap : the central directory is damaged: no entry here; 1 of 2 members are not read; " },
    { "an entry whose name is too long", AB, 115 + 28, BYTES("\xff\xff"), 0,
      "a=one; archive-unreadable +161: name: 1 bytes left; "
      "gap : name: 1 bytes left; 1 of 2 members are not read; " },
    { "an extra field longer than all of them",
      { { "a", "one", 0100644 }, { "bcde", "", 0100644 } },
      143,
      BYTES("\0\0\4\0\0\0\0\0\0\0\0\0\xa4\x81\x22\0\0\0\1\0\xff\xff"),
      0,
      "a=one; archive-ambiguous  +115: its local header has another name than the central "
      "directory; "
      "archive-ambiguous : its path is empty; gap : its path is empty; " },
    { "a local header without signature", AB, 34, BYTES("QK"), 0,
      "a=one; b!no local header where the directory has it; "
      "archive-unreadable b +34: no local header where the directory has it; " },
    { "a local header outside", AB, 115 + 42, BYTES("\xff\xff\xff\x7f"), 0,
      "a=one; b!its local header lies outside the archive; "
      "archive-unreadable b +115: its local header lies outside the archive; " },
    { "bytes that go on behind the end", AB, 115 + 20, BYTES("\xff\xff\0\0\xff\xff\0\0"), 0,
      "a=one; b!its bytes go on behind the end of the archive; "
      "archive-unreadable b +34: its bytes go on behind the end of the archive; " },
    { "another name", AB, 64, BYTES("x"), 0,
      BOTH "archive-ambiguous b +115: its local header has another name than the central "
           "directory; " },
    { "another method", AB, 42, BYTES("\x8"), 0,
      BOTH "archive-ambiguous b +115: its local header has another method than the central "
           "directory; " },
    { "another size", AB, 52, BYTES("\x2"), 0,
      BOTH "archive-ambiguous b +115: its local header has another size than the central "
           "directory; " },
    { "another CRC-32", AB, 48, BYTES("xyzz"), 0,
      BOTH "archive-ambiguous b +115: its local header has another CRC-32 than the central "
           "directory; " },
    { "a password", AB, 115 + 8, BYTES("\1"), 0,
      "a=one; b!it needs a password; archive-ambiguous b +115: its local header has another word "
      "on encryption than the central directory; archive-encrypted: 1 of 2 members need a "
      "password; " },
    { "a method that nobody has", AB, 115 + 10, BYTES("\x22"), 0,
      "a=one; b!packed by method 34, which sxlint does not read; archive-ambiguous b +115: its "
      "local header has another method than the central directory; " },
    { "a method that is not read", AB, 115 + 10, BYTES("\x5d"), 0,
      "a=one; b!packed by method 93, zstd, which sxlint does not read; archive-ambiguous b +115: "
      "its local header has another method than the central directory; " },
    { "data that is not deflated", AB, 115 + 10, BYTES("\x8"), 0,
      "a=one; b!deflate data ends too early; archive-ambiguous b +115: its local header has "
      "another "
      "method than the central directory; " },
    { "stored in fewer bytes than it has", AB, 115 + 20, BYTES("\2\0\0\0"), 0,
      "a=one; b!stored as 2 bytes, 3 are listed; archive-ambiguous b +115: its local header has "
      "another size than the central directory; archive-unreadable b +115: stored as 2 bytes, 3 "
      "are listed; " },
    { "members over each other",
      { { "a", LONG, 0100644 }, { "b", "", 0100644 } },
      329,
      BYTES("\xc8\0\0\0\xc8\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\xa4\x81\0\0\0\0"),
      0,
      "a=" LONG "; b=" LONG
      "; archive-ambiguous b +309: its local header has another name than the "
      "central directory; archive-ambiguous: members of 400 bytes lie over each other in 378; " },
    { "a path twice",
      { { "a", "one", 0100644 }, { "a", "two", 0100644 } },
      0,
      { 0 },
      0,
      "a=one; archive-ambiguous a: another member has the same path; "
      "gap a: another member has the same path; " },
    { "out of the archive",
      { { "../a", "one", 0100644 } },
      0,
      { 0 },
      0,
      "archive-ambiguous ../a: its path leads out of the archive; "
      "gap ../a: its path leads out of the archive; " },
    { "through a link",
      { { "l", "/etc", 0120755 }, { "l/a", "one", 0100644 } },
      0,
      { 0 },
      0,
      "l->/etc; archive-ambiguous l/a: its path leads through a link; "
      "gap l/a: its path leads through a link; " },
    { "no modes",
      { { "a", "one", 0 } },
      0,
      { 0 },
      0,
      "a=one; archive-without-modes: made for MS-DOS, as by Windows Explorer or "
      "Compress-Archive; " },
    { "an AppleDouble file",
      { { "._a", "one", 0100644 } },
      0,
      { 0 },
      0,
      "._a=one; appledouble-file ._a: an AppleDouble file, unpacked as a file of its own; " },
    { "attributes of macOS",
      { { "__MACOSX/._a", "one", 0100644 }, { "a", "", 0100644 } },
      0,
      { 0 },
      0,
      "a=; " },
    { "a name composed",
      { { "Br\xc3\xbcssel", "", 0100644 } },
      0,
      { 0 },
      0,
      "Br\xc3\xbcssel=; name-not-normalised Br\xc3\xbcssel: the name has two spellings in Unicode, "
      "composed and decomposed; " },
    { "a name in another encoding",
      { { "Br\xfcssel", "", 0100644 } },
      0,
      { 0 },
      0,
      "\"Br\\xfcssel\"=; name-not-utf8 \"Br\\xfcssel\": the name is no UTF-8; " },
};

static void reads_a_zip(void **state)
{
    const struct damage *row = *state;
    SX_AUTO(sx_buf_release) struct sx_buf archive = { 0 };
    put_zip(&archive, row->members);
    spoil(&archive, row);
    check("it.zip", sx_buf_view(&archive), row->want);
}

/* a at 0, its data at 512; b at 1024, 1536; zeros from 2048 to 3072. */
static const struct damage tars[] = {
    { "sound", AB, 0, { 0 }, 0, BOTH },
    { "without its end",
      AB,
      0,
      { 0 },
      1024,
      BOTH "archive-unreadable +2048: no blocks of zeros, with which an archive ends; gap : no "
           "blocks of zeros, with which an archive ends; what follows byte 2048 is not read; " },
    { "a link", { { "l>", "a/b", 0777 } }, 0, { 0 }, 0, "l->a/b; " },
    { "cut in a header",
      AB,
      0,
      { 0 },
      1024 + 600,
      "a=one; archive-unreadable +1448: the archive ends in a header; "
      "gap : the archive ends in a header; what follows byte 1024 is not read; " },
    { "cut in a member",
      AB,
      0,
      { 0 },
      1024 + 511,
      "a=one; b!the archive ends in it; "
      "archive-unreadable b +1536: 3 bytes are listed, the archive ends after 1; " },
    { "no checksum", AB, 1024 + 148, BYTES("9"), 0,
      "a=one; archive-unreadable +1024: no header here: its checksum is wrong; "
      "gap : no header here: its checksum is wrong; what follows byte 1024 is not read; " },
    { "no archive", AB, 148, BYTES("9"), 0, "no container; " },
    { "a path twice",
      { { "a", "one", 0644 }, { "./a", "two", 0644 } },
      0,
      { 0 },
      0,
      "a=one; archive-ambiguous ./a: another member has the same path; "
      "gap ./a: another member has the same path; " },
    { "absolute",
      { { "/a", "one", 0644 } },
      0,
      { 0 },
      0,
      "archive-ambiguous /a: its path is absolute; gap /a: its path is absolute; " },
    { "an AppleDouble file",
      { { "._a", "x", 0644 }, { "a", "one", 0644 } },
      0,
      { 0 },
      0,
      "a=one; appledouble-file ._a: an AppleDouble file, unpacked as a file of its own; " },
};

static void reads_a_tar(void **state)
{
    const struct damage *row = *state;
    SX_AUTO(sx_buf_release) struct sx_buf archive = { 0 };
    put_tar(&archive, row->members);
    spoil(&archive, row);
    check("it.tar", sx_buf_view(&archive), row->want);
}

/* Headers in front of members: what of them is kept, and how much of them is read. */
static void forgets_headers_of_a_tar(void **state)
{
    (void)state;
    enum { LEN = 5 << 20 };
    static const struct member header = { "header", "" };
    static const struct {
        unsigned n; /* headers in front of the one member */
        const char *want;
    } rows[] = {
        { 3, "a=; " },
        { 4, "gap : a header: 5242880 bytes, at most 1048576 are read; what follows byte 15730688 "
             "is not read; " },
    };
    static const struct member member = { "a", "", 0644 };
    for (size_t i = 0; i < SX_LEN(rows); i++) {
        SX_AUTO(sx_buf_release) struct sx_buf archive = { 0 };
        for (unsigned n = 0; n < rows[i].n; n++) {
            put_tar_header(&archive, &header, 'x', LEN);
            sx_buf_printf(&archive, "%d comment=", LEN);
            sx_buf_fill(&archive, '-', LEN - 16 - 1);
            sx_buf_char(&archive, '\n');
        }
        put_tar_header(&archive, &member, '0', 0);
        sx_buf_fill(&archive, '\0', 1024);
        check("it.tar", sx_buf_view(&archive), rows[i].want);
    }
}

/* "waffle\n", as gzip -n, bzip2 and xz pack it. */
#define GZIP                                                                                       \
    "\x1f\x8b\x08\0\0\0\0\0\0\x03\x2b\x4f\x4c\x4b\xcb\x49\xe5\x02\0\xae\x83\xa6\xc6\x07\0\0\0"

static const struct packed_row {
    const char *name, *file;
    struct sx_str bytes;
    const char *want;
} packed[] = {
    { "gzip", "a.txt.gz", BYTES(GZIP), "a.txt=waffle\n; " },
    { "a packed tar archive", "b.tgz", BYTES(GZIP), "b.tar=waffle\n; " },
    { "two in a row", "a.gz", BYTES(GZIP GZIP), "a=waffle\nwaffle\n; " },
    { "zeros behind it", "a.gz", BYTES(GZIP "\0\0\0"), "a=waffle\n; " },
    { "no name", "", BYTES(GZIP), "contents=waffle\n; " },
    { "cut",
      "a.gz",
      { GZIP, 20 },
      "a!gzip data ends too early; archive-unreadable +20: gzip data ends too early; " },
    { "another CRC-32", "a.gz",
      BYTES("\x1f\x8b\x08\0\0\0\0\0\0\x03\x2b\x4f\x4c\x4b\xcb\x49\xe5\x02\0\xae\x83\xa6\xc7\x07"
            "\0\0\0"),
      "a!gzip data is damaged; archive-unreadable +23: gzip data is damaged; " },
    { "bzip2 in name only", "a.bz2", BYTES("BZh91AY&SYwaffle waffle"),
      "a!bzip2 data is damaged; archive-unreadable +18: bzip2 data is damaged; " },
    { "xz in name only", "a.xz",
      BYTES("\xfd"
            "7zXZ\0waffle waffle"),
      "a!xz data is damaged; archive-unreadable +12: xz data is damaged; " },
    { "text", "a.gz", BYTES("waffle"), "no container; " },
    { "text that begins as bzip2 does", "a", BYTES("BZhwaffle waffle"), "no container; " },
};

static void reads_what_is_packed(void **state)
{
    const struct packed_row *row = *state;
    check(row->file, row->bytes, row->want);
}

/* Of a file that ends too early something is said, wherever it ends; of one byte that is another
 * nothing has to be, and nothing is read beyond the end. The bytes lie on the heap for that. */

static void hurt(const char *name, struct sx_str whole, size_t end)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    char *copy = malloc(whole.len);
    assert_non_null(copy);
    struct sx_str sound = said_of(name, whole, arena);
    assert_true(sx_str_find(sound, SX_STR("archive-")) == sound.len);
    for (size_t len = 0; len < end; len++) {
        struct sx_arena_mark mark = sx_arena_mark(arena);
        char *part = malloc(len + (len == 0));
        assert_non_null(part);
        memcpy(part, whole.ptr, len);
        struct sx_str said = said_of(name, (struct sx_str){ part, len }, arena);
        bool is_refused = said.len > 0 && said.ptr[0] == '+';
        if (!is_refused && sx_str_find(said, SX_STR("archive-")) == said.len)
            assert_string_equal(said.ptr, "no container; ");
        free(part);
        sx_arena_rewind(arena, mark);
    }
    for (size_t at = 0; at < whole.len; at++) {
        struct sx_arena_mark mark = sx_arena_mark(arena);
        memcpy(copy, whole.ptr, whole.len);
        copy[at] = (char)~copy[at];
        (void)said_of(name, (struct sx_str){ copy, whole.len }, arena);
        sx_arena_rewind(arena, mark);
    }
    free(copy);
}

static const struct member some[] = { { "a", "one", 0100644 }, { "b", "two", 0100755 }, { 0 } };

static void survives_a_zip(void **state)
{
    (void)state;
    SX_AUTO(sx_buf_release) struct sx_buf archive = { 0 };
    put_zip(&archive, some);
    hurt("it.zip", sx_buf_view(&archive), archive.len);
}

/* One of the two blocks of zeros at its end is enough. */
static void survives_a_tar(void **state)
{
    (void)state;
    SX_AUTO(sx_buf_release) struct sx_buf archive = { 0 };
    put_tar(&archive, some);
    hurt("it.tar", sx_buf_view(&archive), archive.len - 512);
}

static void survives_packed_files(void **state)
{
    (void)state;
    static const struct sx_str files[] = {
        BYTES(GZIP),
        BYTES("BZh91AY&SY^0\xaf\xbd\x00\x00\x03\x41\x80\x00"
              "\x10#\x04\x00\x80 \x00\x30\xc0\x08\x61\xa3\x0aq\x85\xdc\x91N\x14$"
              "\x17\x8c+\xef@"),
        BYTES("\xfd\x37zXZ\x00\x00\x04\xe6\xd6\xb4\x46\x02\x00!\x01\x16\x00\x00\x00"
              "t/\xe5\xa3\x01\x00\x06waffle\x0a\x00\x00\x18\x95\x82S"
              "\x0di\xa2\x94\x00\x01\x1f\x07\x16.\xb8s\x1f\xb6\xf3}\x01\x00\x00\x00"
              "\x00\x04YZ"),
    };
    for (size_t i = 0; i < SX_LEN(files); i++)
        hurt("it", files[i], files[i].len);
}

int main(void)
{
    static struct rows rows;
    ADD_ROWS(&rows, zips, reads_a_zip);
    ADD_ROWS(&rows, tars, reads_a_tar);
    ADD_TEST(&rows, forgets_headers_of_a_tar);
    ADD_ROWS(&rows, packed, reads_what_is_packed);
    ADD_TEST(&rows, survives_a_zip);
    ADD_TEST(&rows, survives_a_tar);
    ADD_TEST(&rows, survives_packed_files);
    return _cmocka_run_group_tests("archives", rows.at, rows.n, NULL, NULL);
}
