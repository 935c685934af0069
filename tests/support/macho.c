/* SPDX-License-Identifier: MIT */
#include "macho.h"

static const struct sx_fx_arch arches[] = {
    { "arm64", 0x0100000c, 0, true, 14 },
    { "arm64e", 0x0100000c, 0x80000002, true, 14 },
    { "x86_64", 0x01000007, 3, true, 12 },
    { "x86_64h", 0x01000007, 8, true, 12 },
    { "i386", 7, 3, false, 12 },
    { "armv7", 12, 9, false, 14 },
    { "arm64_32", 0x0200000c, 1, false, 14 },
    { "ppc", 18, 0, false, 12 },
    { "ppc64", 0x01000012, 0, true, 12 },
};

const struct sx_fx_arch *sx_fx_arch_named(struct sx_str name)
{
    for (size_t i = 0; i < SX_LEN(arches); i++)
        if (sx_str_is(name, arches[i].name))
            return &arches[i];
    return NULL;
}

uint32_t sx_fx_version(struct sx_str dotted)
{
    uint32_t part[3] = { 0 };
    size_t n = 0;
    for (size_t i = 0; i < dotted.len && n < SX_LEN(part); i++) {
        if (dotted.ptr[i] == '.')
            n++;
        else
            part[n] = part[n] * 10 + (uint32_t)(dotted.ptr[i] - '0');
    }
    return part[0] << 16 | (part[1] & 0xff) << 8 | (part[2] & 0xff);
}

struct sx_str sx_fx_cstrings(struct sx_arena *arena, struct sx_strs strings)
{
    struct sx_buf buf = { 0 };
    for (size_t i = 0; i < strings.n; i++) {
        sx_buf_str(&buf, strings.at[i]);
        sx_buf_char(&buf, 0);
    }
    return sx_fx_take(arena, &buf);
}

/* xorshift64, seeded by a digest. */
struct sx_str sx_fx_filler(struct sx_arena *arena, struct sx_str text, size_t len)
{
    uint64_t x;
    memcpy(&x, sx_fx_digest(arena, SX_FX_SHA256, text).ptr, sizeof(x));
    char *out = sx_arena_alloc(arena, len + sizeof(x));
    for (size_t at = 0; at < len; at += sizeof(x)) {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        sx_fx_set_le(out + at, sizeof(x), x);
    }
    return (struct sx_str){ out, len };
}

static uint64_t round_up(uint64_t n, uint64_t to)
{
    return (n + to - 1) / to * to;
}

static void set_in(struct sx_fx_image *image, size_t at, unsigned n, uint64_t value)
{
    if (image->big_endian)
        sx_fx_set_be(image->bytes + at, n, value);
    else
        sx_fx_set_le(image->bytes + at, n, value);
}

static uint64_t get_in(const struct sx_fx_image *image, size_t at, unsigned n)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < n; i++) {
        size_t from = image->big_endian ? at + i : at + n - 1 - i;
        value = value << 8 | (uint8_t)image->bytes[from];
    }
    return value;
}

void sx_fx_image_reserve(struct sx_fx_image *image, size_t len)
{
    if (image->signature_at == 0)
        sx_fx_die("this image was linked without room for a signature");
    set_in(image, image->signature_at + 8, 4, image->len);
    set_in(image, image->signature_at + 12, 4, len);
    if (image->linkedit_at == 0)
        return;
    unsigned word = image->arch->is64 ? 8 : 4;
    size_t fields = image->linkedit_at + 24; /* vmaddr, vmsize, fileoff, filesize */
    uint64_t off = get_in(image, fields + (size_t)2 * word, word);
    uint64_t file_len = image->len + len - off;
    set_in(image, fields + word, word, round_up(file_len, 1u << image->arch->page_shift));
    set_in(image, fields + (size_t)3 * word, word, file_len);
}

void sx_fx_image_attach(struct sx_arena *arena, struct sx_fx_image *image, struct sx_str signature,
                        size_t reserved)
{
    if (signature.len > reserved)
        sx_fx_die("a signature of %zu bytes does not fit into %zu", signature.len, reserved);
    char *bytes = sx_arena_alloc(arena, image->len + reserved);
    memcpy(bytes, image->bytes, image->len);
    memcpy(bytes + image->len, signature.ptr, signature.len);
    image->bytes = bytes;
    image->len += reserved;
}

struct sx_str sx_fx_universal(struct sx_arena *arena, const struct sx_fx_image *images, size_t n,
                              struct sx_fx_fat how, uint64_t *offsets)
{
    struct sx_buf out = { 0 };
    size_t n_counted = how.hidden ? n - 1 : n;
    sx_fx_put_be(&out, 4, how.wide ? 0xcafebabf : 0xcafebabe);
    sx_fx_put_be(&out, 4, n_counted);
    uint64_t at = 8 + n * (how.wide ? 32 : 20);
    for (size_t i = 0; i < n; i++) {
        const struct sx_fx_arch *arch = images[i].arch;
        at = round_up(at, 1u << arch->page_shift);
        sx_fx_put_be(&out, 4, arch->cpu_type);
        sx_fx_put_be(&out, 4, arch->cpu_subtype);
        sx_fx_put_be(&out, how.wide ? 8 : 4, at);
        sx_fx_put_be(&out, how.wide ? 8 : 4, images[i].len);
        sx_fx_put_be(&out, 4, arch->page_shift);
        sx_buf_fill(&out, 0, how.wide ? 4 : 0);
        at += images[i].len;
    }
    for (size_t i = 0; i < n; i++) {
        sx_fx_align(&out, (size_t)1 << images[i].arch->page_shift);
        if (offsets != NULL)
            offsets[i] = out.len;
        sx_buf_put(&out, images[i].bytes, images[i].len);
    }
    return sx_fx_take(arena, &out);
}
