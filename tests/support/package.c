/* SPDX-License-Identifier: MIT */
#include "package.h"

#include <bzlib.h>
#include <lzma.h>
#include <sys/stat.h>
#include <zlib.h>

/* cpio */

static void put_entry(struct sx_buf *out, const struct sx_fx_item *item, unsigned at, bool newc)
{
    size_t name_len = item->name.len + 1;
    unsigned n_links = S_ISDIR(item->mode) ? 2 : 1;
    if (newc)
        sx_buf_printf(out, "070701%08x%08x%08x%08x%08x%08x%08zx%08x%08x%08x%08x%08zx%08x", at,
                      item->mode, item->uid, 0u, n_links, 0u, item->content.len, 0u, 0u, 0u, 0u,
                      name_len, 0u);
    else
        sx_buf_printf(out, "070707%06o%06o%06o%06o%06o%06o%06o%011o%06zo%011zo", 1u, at & 0777777,
                      item->mode, item->uid, 0u, n_links, 0u, 0u, name_len, item->content.len);
    sx_buf_str(out, item->name);
    sx_buf_char(out, '\0');
    if (newc)
        sx_fx_align(out, 4);
    sx_buf_str(out, item->content);
    if (newc)
        sx_fx_align(out, 4);
}

struct sx_str sx_fx_cpio(struct sx_arena *arena, struct sx_fx_items items, bool newc)
{
    static const struct sx_fx_item trailer = { .name = { "TRAILER!!!", 10 } };
    struct sx_buf out = { 0 };
    for (size_t i = 0; i < items.n; i++)
        put_entry(&out, &items.at[i], (unsigned)i + 1, newc);
    put_entry(&out, &trailer, 0, newc);
    sx_fx_align(&out, 512);
    return sx_fx_take(arena, &out);
}

/* Bills of materials: blocks, and a table that says where they are. Block 0 is not used. */

struct blocks {
    struct sx_arena *arena;
    SX_VEC(struct sx_str) list;
};

static uint32_t add(struct blocks *b, struct sx_buf *bytes)
{
    SX_PUSH(b->arena, &b->list, sx_fx_take(b->arena, bytes));
    return (uint32_t)b->list.n - 1;
}

static unsigned kind_of(unsigned mode)
{
    return S_ISDIR(mode) ? 2 : S_ISLNK(mode) ? 3 : 1;
}

static uint32_t add_info(struct blocks *b, const struct sx_fx_item *item, uint32_t id)
{
    struct sx_buf info = { 0 }, number = { 0 };
    sx_fx_put_be(&info, 1, kind_of(item->mode));
    sx_fx_put_be(&info, 1, 1);
    sx_fx_put_be(&info, 2, 0x0f);
    sx_fx_put_be(&info, 2, item->mode);
    sx_fx_put_be(&info, 4, item->uid);
    sx_fx_put_be(&info, 4, 0);
    sx_fx_put_be(&info, 4, 0);
    sx_fx_put_be(&info, 4, item->content.len);
    sx_buf_fill(&info, '\0', 9);
    uint32_t at = add(b, &info);
    sx_fx_put_be(&number, 4, id);
    sx_fx_put_be(&number, 4, at);
    return add(b, &number);
}

/* The number of the folder that an item lies in: its place in the list, from 1; 0 for the root. */
static uint32_t parent_of(struct sx_fx_items items, struct sx_str name)
{
    const char *slash = name.len > 0 ? memrchr(name.ptr, '/', name.len) : NULL;
    struct sx_str folder = { name.ptr, slash != NULL ? (size_t)(slash - name.ptr) : 0 };
    for (size_t i = 0; slash != NULL && i < items.n; i++)
        if (sx_str_eq(items.at[i].name, folder))
            return (uint32_t)i + 1;
    return 0;
}

static uint32_t add_leaf(struct blocks *b, struct sx_fx_items items, size_t from, size_t n,
                         uint32_t next)
{
    struct sx_buf leaf = { 0 };
    sx_fx_put_be(&leaf, 2, 1);
    sx_fx_put_be(&leaf, 2, n);
    sx_fx_put_be(&leaf, 4, next);
    sx_fx_put_be(&leaf, 4, 0);
    for (size_t i = from; i < from + n; i++) {
        struct sx_buf file = { 0 };
        sx_fx_put_be(&leaf, 4, add_info(b, &items.at[i], (uint32_t)i + 1));
        sx_fx_put_be(&file, 4, parent_of(items, items.at[i].name));
        sx_buf_str(&file, sx_str_base(items.at[i].name));
        sx_buf_char(&file, '\0');
        sx_fx_put_be(&leaf, 4, add(b, &file));
    }
    return add(b, &leaf);
}

/* A root above two leaves, as soon as there are enough paths for two. */
static uint32_t add_nodes(struct blocks *b, struct sx_fx_items items)
{
    size_t half = items.n / 2;
    if (items.n < 4)
        return add_leaf(b, items, 0, items.n, 0);
    uint32_t second = add_leaf(b, items, half, items.n - half, 0);
    uint32_t first = add_leaf(b, items, 0, half, second);
    struct sx_buf root = { 0 };
    sx_fx_put_be(&root, 2, 0);
    sx_fx_put_be(&root, 2, 2);
    sx_fx_put_be(&root, 4, 0);
    sx_fx_put_be(&root, 4, 0);
    sx_fx_put_be(&root, 4, first);
    sx_fx_put_be(&root, 4, 0);
    sx_fx_put_be(&root, 4, second);
    sx_fx_put_be(&root, 4, 0);
    return add(b, &root);
}

struct sx_str sx_fx_bom(struct sx_arena *arena, struct sx_fx_items items)
{
    struct blocks b = { .arena = arena };
    struct sx_buf none = { 0 }, tree = { 0 }, out = { 0 }, index = { 0 };
    add(&b, &none);
    uint32_t root = add_nodes(&b, items);
    sx_buf_cstr(&tree, "tree");
    sx_fx_put_be(&tree, 4, 1);
    sx_fx_put_be(&tree, 4, root);
    sx_fx_put_be(&tree, 4, 4096);
    sx_fx_put_be(&tree, 4, items.n);
    sx_fx_put_be(&tree, 1, 0);
    uint32_t paths = add(&b, &tree);
    sx_fx_put_be(&index, 4, b.list.n);
    uint64_t off = 512, len = 0;
    for (size_t i = 0; i < b.list.n; i++) {
        sx_fx_put_be(&index, 4, b.list.at[i].len > 0 ? off + len : 0);
        sx_fx_put_be(&index, 4, b.list.at[i].len);
        len += b.list.at[i].len;
    }
    struct sx_str table = sx_fx_take(arena, &index);
    sx_buf_cstr(&out, "BOMStore");
    sx_fx_put_be(&out, 4, 1);
    sx_fx_put_be(&out, 4, b.list.n);
    sx_fx_put_be(&out, 4, off + len + 14);
    sx_fx_put_be(&out, 4, table.len);
    sx_fx_put_be(&out, 4, off + len);
    sx_fx_put_be(&out, 4, 14);
    sx_fx_align(&out, 512);
    for (size_t i = 0; i < b.list.n; i++)
        sx_buf_str(&out, b.list.at[i]);
    sx_fx_put_be(&out, 4, 1);
    sx_fx_put_be(&out, 4, paths);
    sx_fx_put_be(&out, 1, 5);
    sx_buf_cstr(&out, "Paths");
    sx_buf_str(&out, table);
    return sx_fx_take(arena, &out);
}

/* Packing */

static struct sx_str deflated(struct sx_arena *arena, struct sx_str bytes, int window)
{
    z_stream z = { 0 };
    struct sx_buf out = { 0 };
    if (deflateInit2(&z, 9, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        sx_fx_die("zlib");
    sx_buf_fill(&out, '\0', deflateBound(&z, bytes.len));
    z.next_in = (Bytef *)(uintptr_t)bytes.ptr;
    z.avail_in = (uInt)bytes.len;
    z.next_out = (Bytef *)out.ptr;
    z.avail_out = (uInt)out.len;
    if (deflate(&z, Z_FINISH) != Z_STREAM_END)
        sx_fx_die("zlib");
    out.len = z.total_out;
    deflateEnd(&z);
    return sx_fx_take(arena, &out);
}

static struct sx_str bzipped(struct sx_arena *arena, struct sx_str bytes)
{
    struct sx_buf out = { 0 };
    sx_buf_fill(&out, '\0', bytes.len + bytes.len / 50 + 1000);
    unsigned len = (unsigned)out.len;
    if (BZ2_bzBuffToBuffCompress(out.ptr, &len, (char *)(uintptr_t)bytes.ptr, (unsigned)bytes.len,
                                 9, 0, 0) != BZ_OK)
        sx_fx_die("bzip2");
    out.len = len;
    return sx_fx_take(arena, &out);
}

static struct sx_str xzed(struct sx_arena *arena, struct sx_str bytes)
{
    struct sx_buf out = { 0 };
    size_t len = 0;
    sx_buf_fill(&out, '\0', lzma_stream_buffer_bound(bytes.len));
    if (lzma_easy_buffer_encode(1, LZMA_CHECK_CRC32, NULL, (const uint8_t *)bytes.ptr, bytes.len,
                                (uint8_t *)out.ptr, &len, out.len) != LZMA_OK)
        sx_fx_die("lzma");
    out.len = len;
    return sx_fx_take(arena, &out);
}

/* Small chunks, so that there are several: every second one is stored. */
static struct sx_str chunked(struct sx_arena *arena, struct sx_str bytes)
{
    enum { CHUNK = 5000 };
    struct sx_buf out = { 0 };
    sx_buf_cstr(&out, "pbzx");
    sx_fx_put_be(&out, 8, CHUNK);
    for (size_t at = 0; at < bytes.len; at += CHUNK) {
        struct sx_str chunk = sx_str_sub(bytes, at, CHUNK);
        struct sx_str packed = at / CHUNK % 2 == 0 ? xzed(arena, chunk) : chunk;
        sx_fx_put_be(&out, 8, chunk.len);
        sx_fx_put_be(&out, 8, packed.len);
        sx_buf_str(&out, packed);
    }
    return sx_fx_take(arena, &out);
}

struct sx_str sx_fx_pack(struct sx_arena *arena, const char *how, struct sx_str bytes)
{
    if (strcmp(how, "stored") == 0)
        return bytes;
    if (strcmp(how, "zlib") == 0)
        return deflated(arena, bytes, 15);
    if (strcmp(how, "gzip") == 0)
        return deflated(arena, bytes, 15 + 16);
    if (strcmp(how, "bzip2") == 0)
        return bzipped(arena, bytes);
    if (strcmp(how, "xz") == 0)
        return xzed(arena, bytes);
    return strcmp(how, "pbzx") == 0 ? chunked(arena, bytes) : (struct sx_str){ 0 };
}

/* xar: the heap holds checksum, signatures, then the files. */

enum { RSA_LEN = 256, CMS_LEN = 9216 };

static struct sx_str hex_of(struct sx_arena *arena, enum sx_fx_hash hash, struct sx_str bytes)
{
    struct sx_str digest = sx_fx_full_digest(arena, hash, bytes);
    return sx_hex(arena, digest.ptr, digest.len);
}

static void put_signature(struct sx_arena *arena, struct sx_buf *toc, const char *element,
                          const char *style, size_t off, size_t len,
                          const struct sx_fx_cert *signer)
{
    sx_buf_printf(toc,
                  "<%s style=\"%s\"><offset>%zu</offset><size>%zu</size>"
                  "<KeyInfo xmlns=\"http://www.w3.org/2000/09/xmldsig#\"><X509Data>",
                  element, style, off, len);
    for (const struct sx_fx_cert *cert = signer; cert != NULL; cert = cert->issuer)
        sx_buf_printf(toc, "<X509Certificate>%.*s</X509Certificate>\n",
                      SX_STR_ARG(sx_fx_base64(arena, cert->der)));
    sx_buf_printf(toc, "</X509Data></KeyInfo></%s>\n", element);
}

static void put_file(struct sx_arena *arena, struct sx_buf *toc, struct sx_buf *heap,
                     const struct sx_fx_xar_file *file, size_t id)
{
    struct sx_str packed = file->is_stored ? file->bytes : sx_fx_pack(arena, "zlib", file->bytes);
    sx_buf_printf(toc,
                  "<file id=\"%zu\"><data><length>%zu</length><offset>%zu</offset>"
                  "<size>%zu</size><encoding style=\"%s\"/>"
                  "<extracted-checksum style=\"sha1\">%.*s</extracted-checksum>"
                  "<archived-checksum style=\"sha1\">%.*s</archived-checksum></data>"
                  "<type>file</type><mode>0644</mode><uid>0</uid><name>%.*s</name></file>\n",
                  id, packed.len, heap->len, file->bytes.len,
                  file->is_stored ? "application/octet-stream" : "application/x-gzip",
                  SX_STR_ARG(hex_of(arena, SX_FX_SHA1, file->bytes)),
                  SX_STR_ARG(hex_of(arena, SX_FX_SHA1, packed)),
                  SX_STR_ARG(sx_str_base(file->path)));
    sx_buf_str(heap, packed);
}

static struct sx_str folder_of(struct sx_str path)
{
    struct sx_str base = sx_str_base(path);
    return (struct sx_str){ path.ptr, path.len > base.len ? path.len - base.len - 1 : 0 };
}

static void put_files(struct sx_arena *arena, const struct sx_fx_xar *spec, struct sx_buf *toc,
                      struct sx_buf *heap)
{
    struct sx_str open = { "", 0 };
    for (size_t i = 0; i < spec->n_files; i++) {
        struct sx_str folder = folder_of(spec->files[i].path);
        if (!sx_str_eq(folder, open)) {
            sx_buf_cstr(toc, open.len > 0 ? "</file>" : "");
            if (folder.len > 0)
                sx_buf_printf(toc,
                              "<file id=\"%zu\"><type>directory</type><mode>0755</mode>"
                              "<name>%.*s</name>\n",
                              1000 + i, SX_STR_ARG(folder));
            open = folder;
        }
        put_file(arena, toc, heap, &spec->files[i], i + 1);
    }
    sx_buf_cstr(toc, open.len > 0 ? "</file>" : "");
}

/* Numbers of algorithms in the header. */
static unsigned number_of(enum sx_fx_hash hash)
{
    return hash == SX_FX_SHA256 ? 3 : hash == SX_FX_SHA512 ? 4 : 1;
}

static const char *style_of(enum sx_fx_hash hash)
{
    return hash == SX_FX_SHA256 ? "sha256" : hash == SX_FX_SHA512 ? "sha512" : "sha1";
}

static void sign(struct sx_fx_pki *pki, const struct sx_fx_xar *spec, struct sx_str toc,
                 struct sx_str checksum, char *rsa, char *cms)
{
    struct sx_arena *arena = sx_fx_pki_arena(pki);
    if (rsa != NULL) {
        struct sx_str value = sx_fx_key_sign(arena, &spec->signer->key, SX_FX_SHA1,
                                             spec->rsa_over_hash ? checksum : toc);
        memcpy(rsa, value.ptr, value.len);
    }
    if (cms == NULL)
        return;
    struct sx_fx_cms what = { .signer = spec->signer,
                              .content = checksum,
                              .hash = SX_FX_SHA1,
                              .signing_time = spec->signing_time,
                              .tsa = spec->tsa,
                              .timestamp = spec->timestamp,
                              .defects = spec->defects };
    struct sx_str value = sx_fx_cms(pki, &what);
    if (value.len > CMS_LEN)
        sx_fx_die("a CMS of %zu bytes", value.len);
    memcpy(cms, value.ptr, value.len);
}

struct sx_str sx_fx_xar(struct sx_fx_pki *pki, const struct sx_fx_xar *spec,
                        struct sx_str *checksum)
{
    struct sx_arena *arena = sx_fx_pki_arena(pki);
    enum sx_fx_hash hash = spec->hash != 0 ? spec->hash : SX_FX_SHA1;
    struct sx_buf toc = { 0 }, heap = { 0 }, out = { 0 };
    size_t sum_len = sx_fx_digest_len(hash), rsa_at = 0, cms_at = 0;
    sx_buf_fill(&heap, '\0', sum_len);
    sx_buf_printf(&toc,
                  "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<xar><toc>"
                  "<creation-time>2026-11-23T18:00:00</creation-time>\n<checksum style=\"%s\">"
                  "<offset>0</offset><size>%zu</size></checksum>\n",
                  style_of(hash), sum_len);
    if (spec->signer != NULL && spec->signer->key.rsa && !spec->no_rsa) {
        rsa_at = heap.len;
        put_signature(arena, &toc, "signature", "RSA", rsa_at, RSA_LEN, spec->signer);
        sx_buf_fill(&heap, '\0', RSA_LEN);
    }
    if (spec->signer != NULL && !spec->no_cms) {
        cms_at = heap.len;
        put_signature(arena, &toc, "x-signature", "CMS", cms_at, CMS_LEN, spec->signer);
        sx_buf_fill(&heap, '\0', CMS_LEN);
    }
    put_files(arena, spec, &toc, &heap);
    sx_buf_cstr(&toc, "</toc></xar>\n");
    struct sx_str text = sx_fx_take(arena, &toc), packed = sx_fx_pack(arena, "zlib", text);
    *checksum = sx_fx_full_digest(arena, hash, packed);
    memcpy(heap.ptr, checksum->ptr, checksum->len);
    sign(pki, spec, packed, *checksum, rsa_at > 0 ? heap.ptr + rsa_at : NULL,
         cms_at > 0 ? heap.ptr + cms_at : NULL);
    sx_buf_cstr(&out, "xar!");
    sx_fx_put_be(&out, 2, 28);
    sx_fx_put_be(&out, 2, 1);
    sx_fx_put_be(&out, 8, packed.len);
    sx_fx_put_be(&out, 8, text.len);
    sx_fx_put_be(&out, 4, number_of(hash));
    sx_buf_str(&out, packed);
    sx_buf_str(&out, sx_fx_take(arena, &heap));
    return sx_fx_take(arena, &out);
}

static void put_trailer(struct sx_buf *out, unsigned type, size_t len)
{
    sx_buf_cstr(out, "t8lr");
    sx_fx_put_le(out, 2, 1);
    sx_fx_put_le(out, 2, type);
    sx_fx_put_le(out, 4, len);
    sx_fx_put_le(out, 4, 0);
}

struct sx_str sx_fx_staple(struct sx_arena *arena, struct sx_str package, struct sx_str ticket)
{
    struct sx_buf out = { 0 };
    sx_buf_str(&out, package);
    put_trailer(&out, 1, 0);
    sx_buf_str(&out, ticket);
    put_trailer(&out, 2, ticket.len);
    return sx_fx_take(arena, &out);
}
