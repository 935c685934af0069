/* SPDX-License-Identifier: MIT */
/* Signatures of what is no Mach-O: as files in a bundle's _CodeSignature, as extended attributes in
 * an AppleDouble file, or detached. */
#include "build.h"
#include "requirement.h"

#include <string.h>

static const struct {
    uint32_t slot;
    const char *name;
    bool is_wrapped; /* kept without the header of its blob */
} names[] = {
    { 0, "CodeDirectory", false },
    { SX_FX_SLOT_REQUIREMENTS, "CodeRequirements", false },
    { SX_FX_SLOT_TOP, "CodeTopDirectory", true },
    { SX_FX_SLOT_ENTITLEMENTS, "CodeEntitlements", false },
    { SX_FX_SLOT_REP, "CodeRepSpecific", true },
    { SX_FX_SLOT_DER_ENTITLEMENTS, "CodeEntitlementDER", false },
    { SX_FX_SLOT_SELF_CONSTRAINT, "LaunchConstraintSelf", false },
    { SX_FX_SLOT_ALTERNATE, "CodeRequirements-1", false },
    { SX_FX_SLOT_ALTERNATE + 1, "CodeRequirements-2", false },
    { SX_FX_SLOT_CMS, "CodeSignature", true },
};

struct part {
    const char *name;
    struct sx_str bytes;
};

struct parts {
    struct part at[SX_LEN(names)];
    size_t n;
};

static uint32_t be32(struct sx_str s, size_t at)
{
    uint32_t n = 0;
    for (size_t i = 0; i < 4; i++)
        n = n << 8 | (unsigned char)s.ptr[at + i];
    return n;
}

static void split(struct sx_str superblob, struct parts *out)
{
    for (size_t i = 0; i < be32(superblob, 8); i++) {
        uint32_t slot = be32(superblob, 12 + 8 * i), at = be32(superblob, 16 + 8 * i);
        for (size_t k = 0; k < SX_LEN(names); k++)
            if (names[k].slot == slot)
                out->at[out->n++] = (struct part){
                    names[k].name,
                    sx_str_sub(superblob, at + (names[k].is_wrapped ? 8 : 0),
                               be32(superblob, at + 4) - (names[k].is_wrapped ? 8 : 0)),
                };
    }
}

static bool write_files(struct sx_fx_build *b, struct sx_str folder, const struct parts *parts)
{
    for (size_t i = 0; i < parts->n; i++)
        SX_TRY(sx_fx_write(
            b, sx_str_printf(b->arena, "%.*s/%s", SX_STR_ARG(folder), parts->at[i].name),
            parts->at[i].bytes, 0644));
    return true;
}

#define ATTRIBUTE "com.apple.cs."

/* An entry of the table of attributes: its name with NUL, padded to 4. */
static size_t entry_len(const struct part *part)
{
    return (11 + strlen(ATTRIBUTE) + strlen(part->name) + 1 + 3) / 4 * 4;
}

/* Frame, Finder information, table, data; as XNU's vfs_xattr.c lays it out. */
static struct sx_str apple_double(struct sx_arena *arena, const struct parts *parts)
{
    enum { TABLE = 26 + 12 + 34 };
    struct sx_buf out = { 0 };
    size_t data = TABLE + 36, total;
    for (size_t i = 0; i < parts->n; i++)
        data += entry_len(&parts->at[i]);
    total = data;
    for (size_t i = 0; i < parts->n; i++)
        total += parts->at[i].bytes.len;
    sx_fx_put_be(&out, 4, 0x00051607);
    sx_fx_put_be(&out, 4, 0x00020000);
    sx_buf_cstr(&out, "Mac OS X        ");
    sx_fx_put_be(&out, 2, 1);
    sx_fx_put_be(&out, 4, 9);
    sx_fx_put_be(&out, 4, 26 + 12);
    sx_fx_put_be(&out, 4, total - (26 + 12));
    sx_buf_fill(&out, 0, 34);
    sx_buf_cstr(&out, "ATTR");
    sx_fx_put_be(&out, 4, 0);
    sx_fx_put_be(&out, 4, total);
    sx_fx_put_be(&out, 4, data);
    sx_fx_put_be(&out, 4, total - data);
    sx_buf_fill(&out, 0, 12);
    sx_fx_put_be(&out, 2, 0);
    sx_fx_put_be(&out, 2, parts->n);
    for (size_t i = 0; i < parts->n; i++) {
        size_t begin = out.len;
        sx_fx_put_be(&out, 4, data);
        sx_fx_put_be(&out, 4, parts->at[i].bytes.len);
        sx_fx_put_be(&out, 2, 0);
        sx_fx_put_be(&out, 1, strlen(ATTRIBUTE) + strlen(parts->at[i].name) + 1);
        sx_buf_cstr(&out, ATTRIBUTE);
        sx_buf_cstr(&out, parts->at[i].name);
        sx_buf_fill(&out, 0, begin + entry_len(&parts->at[i]) - out.len);
        data += parts->at[i].bytes.len;
    }
    for (size_t i = 0; i < parts->n; i++)
        sx_buf_str(&out, parts->at[i].bytes);
    return sx_fx_take(arena, &out);
}

static bool write_beside(struct sx_fx_build *b, struct sx_str path, const struct parts *parts)
{
    struct sx_str name = sx_str_base(path);
    struct sx_str folder = sx_str_sub(path, 0, path.len - name.len);
    return sx_fx_write(b,
                       sx_str_printf(b->arena, "%.*s._%.*s", SX_STR_ARG(folder), SX_STR_ARG(name)),
                       apple_double(b->arena, parts), 0644);
}

static bool keep(struct sx_fx_build *b, struct sx_str path, const struct sx_fx_node *sign,
                 struct sx_str folder, struct sx_str superblob)
{
    struct sx_str kept = folder.ptr != NULL ? SX_STR("files") : SX_STR("beside");
    struct parts parts = { 0 };
    SX_TRY(sx_fx_read_text(b, sign, "kept", &kept));
    split(superblob, &parts);
    if (sx_str_is(kept, "files"))
        return write_files(b, folder, &parts);
    if (sx_str_is(kept, "beside"))
        return write_beside(b, path, &parts);
    if (sx_str_is(kept, "detached"))
        return sx_fx_write(b, sx_str_printf(b->arena, "%.*s.sig", SX_STR_ARG(path)), superblob,
                           0644);
    return sx_fx_fail(b->err, sign, "kept is files, beside or detached");
}

/* `folder` is the _CodeSignature of the bundle whose main file this is. */
bool sx_fx_build_parts(struct sx_fx_build *b, struct sx_str path, const struct sx_fx_node *entry,
                       struct sx_fx_node *sign, const struct sx_fx_bundle_parts *parts,
                       struct sx_str folder)
{
    struct sx_fx_slice_done slice = { .file = path, .arch = SX_STR("") };
    struct sx_str bytes, requirement, superblob;
    unsigned mode = 0755;
    SX_TRY(sx_fx_read_mode(b, entry, &mode));
    SX_TRY(sx_fx_build_content(b, entry, path, &bytes));
    SX_TRY(sx_fx_write(b, path, bytes, mode));
    SX_TRY(sx_fx_build_loose_signature(b, bytes, sign, parts, &slice, &requirement, &superblob));
    slice.signature_off = bytes.len;
    SX_PUSH(b->arena, &b->slices, slice);
    struct sx_fx_code_done done = {
        .path = parts->path,
        .cdhash = sx_str_sub(slice.cdhashes[slice.n_cdhashes - 1].digest, 0, 20),
        .requirement = requirement,
    };
    if (done.requirement.ptr == NULL)
        done.requirement =
            sx_fx_requirement_cdhash(b->arena, slice.cdhashes, slice.n_cdhashes).text;
    SX_PUSH(b->arena, &b->code, done);
    return keep(b, path, sign, folder, superblob);
}
