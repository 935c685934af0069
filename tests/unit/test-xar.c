/* SPDX-License-Identifier: MIT */
/* xar archives that are damaged in one place each: header, table of contents, heap; and what is
 * said of each, exactly. */
#include "base/buf.h"
#include "bytes.h"
#include "package.h"
#include "package/xar.h"
#include "rows.h"

#include <stdlib.h>
#include <string.h>

static struct sx_arena *arena;
static struct sx_hasher *hasher;

#define TOC(inner)  "<xar><toc>" inner "</toc></xar>"
#define NAMED(name) "<name>" name "</name><type>file</type>"
#define DATA(length, offset, size)                                                                 \
    "<data><length>" length "</length><offset>" offset "</offset><size>" size "</size>"            \
    "<encoding style='application/octet-stream'/></data>"
#define SUMMED(style, hex)                                                                         \
    "<file id='1'>" NAMED("a") "<data><length>3</length><offset>0</offset><size>3</size>"          \
                               "<encoding style='application/octet-stream'/>"                      \
                               "<archived-checksum style='" style "'>" hex "</archived-checksum>"  \
                               "</data></file>"
#define PACKED(style)                                                                              \
    "<file id='1'>" NAMED("a") "<data><length>3</length><offset>0</offset><size>3</size>"          \
                               "<encoding style='" style "'/></data></file>"

static const struct row {
    const char *name, *toc;
    size_t at; /* where bytes are put over others */
    struct sx_str bytes;
    size_t len;       /* to which it is cut; 0: it is whole */
    const char *want; /* files and what is wrong with them; or "+OFFSET complaint" */
} rows[] = {
    { "sound", TOC("<file id='1'>" NAMED("a") DATA("3", "0", "3") "</file>"), .want = "a; " },
    { "nothing in it", TOC(""), .want = "" },
    { "folders",
      TOC("<file><name>d</name><type>directory</type><file>" NAMED("a") "</file></file>"),
      .want = "d; d/a; " },
    { "another magic", TOC(""), 0, LIT("xar?"), 0, "+0 magic: want 0x78617221, found 0x7861723f" },
    { "a short header", TOC(""), 4, LIT("\0\x1b"), 0, "+4 size: 27, at least 28" },
    { "another version", TOC(""), 6, LIT("\0\2"), 0, "+6 version: 2, known is 1" },
    { "a header behind the file", TOC(""), 4, LIT("\xff\xff"), 0,
      "+8 table of contents: bytes 65535+" },
    { "a table behind the file", TOC(""), 8, LIT("\0\0\0\0\0\0\1\0"), 0,
      "+8 table of contents: bytes 28+256 lie outside of the file of " },
    { "a table of gigabytes", TOC(""), 8, LIT("\0\0\1\0\0\0\0\0"), 0,
      "+8 table of contents: 1099511627776 bytes, 22 unpacked, at most 67108864" },
    { "a table that unpacks to gigabytes", TOC(""), 16, LIT("\0\0\1\0\0\0\0\0"), 0,
      " bytes, 1099511627776 unpacked, at most 67108864" },
    { "a table that is longer than it says", TOC(""), 16, LIT("\0\0\0\0\0\0\0\1"), 0,
      "+16 it unpacks to at least 22 bytes, 1 are listed" },
    { "a table that is shorter than it says", TOC(""), 16, LIT("\0\0\0\0\0\0\0\xff"), 0,
      "+16 it unpacks to 22 bytes, 255 are listed" },
    { "a table that is not packed", TOC(""), 28, LIT("<xar"), 0, "zlib data is damaged" },
    { "a header cut off", TOC(""), .len = 27, .want = "+24 cksum_alg: 3 bytes left" },
    { "no document", "", .want = "+0 no element found" },
    { "an element that does not end", "<xar><toc>", .want = "+10 no element found" },
    { "entities", "<!DOCTYPE a [<!ENTITY b 'c'>]><xar><toc>&b;</toc></xar>",
      .want = "+12 a DOCTYPE with declarations of its own" },
    { "a file without a name", TOC("<file><type>file</type></file>"),
      .want = "+0 file 1 has no name" },
    { "a name that is a path", TOC("<file>" NAMED("a/b") "</file>"),
      .want = "name: \"a/b\" is none" },
    { "a name of nothing", TOC("<file>" NAMED("") "</file>"), .want = "name: \"\" is none" },
    { "a name in base64", TOC("<file><name enctype='base64'>YQ==</name></file>"), .want = "a; " },
    { "a name in no base64", TOC("<file><name enctype='base64'>Y!</name></file>"),
      .want = "name: no base64" },
    { "a mode of letters", TOC("<file><mode>rw-</mode>" NAMED("a") "</file>"),
      .want = "mode: no number" },
    { "a digit that is not octal", TOC("<file><mode>0648</mode>" NAMED("a") "</file>"),
      .want = "mode: no number" },
    { "a length of letters", TOC("<file>" NAMED("a") DATA("x", "0", "3") "</file>"),
      .want = "data length: no number" },
    { "an offset below the heap", TOC("<file>" NAMED("a") DATA("3", "-1", "3") "</file>"),
      .want = "data offset: no number" },
    { "a size beyond all numbers",
      TOC("<file>" NAMED("a") DATA("3", "0", "99999999999999999999") "</file>"),
      .want = "data size: no number" },
    { "bytes behind the file", TOC("<file>" NAMED("a") DATA("3", "900", "3") "</file>"),
      .want = "+3 lie outside of the file of " },
    { "bytes at the end of all numbers",
      TOC("<file>" NAMED("a") DATA("3", "18446744073709551615", "3") "</file>"),
      .want = "a: bytes 18446744073709551615+3 lie outside of the file of " },
    { "more bytes than there are", TOC("<file>" NAMED("a") DATA("9", "0", "9") "</file>"),
      .want = "+9 lie outside of the file of " },
    { "another size", TOC("<file>" NAMED("a") DATA("3", "0", "4") "</file>"),
      .want = "a: it unpacks to 3 bytes, 4 are listed; " },
    { "its checksum", TOC(SUMMED("sha1", "a9993e364706816aba3e25717850c26c9cd0d89d")),
      .want = "a; " },
    { "its checksum in capitals", TOC(SUMMED("SHA1", "A9993E364706816ABA3E25717850C26C9CD0D89D")),
      .want = "a; " },
    { "another checksum", TOC(SUMMED("md5", "00")),
      .want = "a: archived md5: listed 00, found 900150983cd24fb0d6963f7d28e17f72; " },
    { "not packed as it says", TOC(PACKED("application/x-gzip")),
      .want = "a: zlib data is damaged; " },
    { "not bzip2", TOC(PACKED("application/x-bzip2")), .want = "a: bzip2 data is damaged; " },
    { "not xz", TOC(PACKED("application/x-lzma")), .want = "a: xz data ends too early; " },
    { "packed in a way of the future", TOC(PACKED("application/x-zstd")),
      .want = "a (application/x-zstd); " },
    { "a certificate of no base64",
      TOC("<signature style='RSA'><KeyInfo><X509Data><X509Certificate>!</X509Certificate>"
          "</X509Data></KeyInfo></signature>"),
      .want = "X509Certificate: no base64" },
    { "a signature nowhere", TOC("<signature style='RSA'><offset>x</offset></signature>"),
      .want = "signature offset: no number" },
};

/* Header, table of contents, and a heap of three bytes. */
static struct sx_str make(const struct row *row)
{
    struct sx_buf out = { 0 };
    struct sx_str toc = sx_fx_pack(arena, "zlib", sx_str_of(row->toc));
    sx_buf_cstr(&out, "xar!");
    sx_fx_put_be(&out, 2, 28);
    sx_fx_put_be(&out, 2, 1);
    sx_fx_put_be(&out, 8, toc.len);
    sx_fx_put_be(&out, 8, strlen(row->toc));
    sx_fx_put_be(&out, 4, 0);
    sx_buf_str(&out, toc);
    sx_buf_cstr(&out, "abc");
    if (row->bytes.len > 0)
        memcpy(out.ptr + row->at, row->bytes.ptr, row->bytes.len);
    if (row->len > 0)
        out.len = row->len;
    return sx_fx_take(arena, &out);
}

/* Bytes on the heap, so that a sanitizer sees what is read beyond them. */
static struct sx_str told(struct sx_str bytes)
{
    struct sx_source source;
    struct sx_xar xar;
    struct sx_err err = { 0 };
    struct sx_buf out = { 0 };
    char *copy = malloc(bytes.len + (bytes.len == 0));
    assert_non_null(copy);
    memcpy(copy, bytes.ptr, bytes.len);
    sx_source_memory("it", (struct sx_span){ (const uint8_t *)copy, bytes.len, 0 }, &source);
    if (!sx_xar_open(&source, hasher, arena, &xar, &err)) {
        assert_int_not_equal(err.code, SX_OK);
        sx_buf_printf(&out, "+%llu %s", (unsigned long long)err.off, err.what);
        xar.n_files = 0;
    }
    for (size_t i = 0; i < xar.n_files; i++) {
        const struct sx_xar_file *file = &xar.files[i];
        struct sx_str why = { 0 };
        struct sx_err wrong = { 0 };
        sx_buf_str(&out, file->path);
        if (file->has_data && !file->is_readable)
            sx_buf_printf(&out, " (%.*s)", SX_STR_ARG(file->encoding));
        if (file->has_data && !sx_xar_file_check(&source, file, hasher, arena, &why, &wrong))
            sx_buf_printf(&out, ": %s", why.ptr != NULL ? why.ptr : wrong.what);
        sx_buf_cstr(&out, "; ");
    }
    free(copy);
    return sx_fx_take(arena, &out);
}

static void tells(void **state)
{
    const struct row *row = *state;
    struct sx_str said = told(make(row));
    if (row->want[0] == '\0' || sx_str_find(said, sx_str_of(row->want)) == said.len)
        assert_string_equal(said.ptr, row->want);
}

/* A file that ends anywhere before its heap is refused. */
static void refuses_every_beginning(void **state)
{
    (void)state;
    struct sx_str whole = make(&rows[0]);
    for (size_t len = 0; len < whole.len; len++) {
        struct sx_str said = told(sx_str_sub(whole, 0, len));
        assert_true(said.ptr[0] == '+' || sx_str_find(said, SX_STR("lie outside")) < said.len);
    }
}

/* A byte that is another is refused, told, or changes nothing of what is read. */
static void survives_every_byte(void **state)
{
    (void)state;
    struct sx_str whole = make(&rows[0]);
    for (size_t at = 0; at < whole.len; at++) {
        struct sx_arena_mark mark = sx_arena_mark(arena);
        char *copy = sx_arena_alloc(arena, whole.len);
        memcpy(copy, whole.ptr, whole.len);
        copy[at] = (char)~copy[at];
        (void)told((struct sx_str){ copy, whole.len });
        sx_arena_rewind(arena, mark);
    }
}

int main(void)
{
    static struct rows list;
    struct sx_crypto *crypto = sx_crypto_new();
    arena = sx_arena_new();
    hasher = sx_hasher_new(crypto);
    ADD_ROWS(&list, rows, tells);
    ADD_TEST(&list, refuses_every_beginning);
    ADD_TEST(&list, survives_every_byte);
    int failed = run_rows("xar", &list);
    sx_hasher_free(hasher);
    sx_crypto_free(crypto);
    sx_arena_free(arena);
    return failed;
}
