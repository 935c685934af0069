/* SPDX-License-Identifier: MIT */
/* Mach-O files: every slice linked and signed, then put together. */
#include "build.h"
#include "requirement.h"

#define MAX_SLICES 8

struct file {
    struct sx_fx_build *b;
    struct sx_str path;
    struct sx_fx_node *macho, *sign;
    const struct sx_fx_bundle_parts *parts;
    struct sx_fx_image images[MAX_SLICES];
    struct sx_fx_slice_done slices[MAX_SLICES];
    size_t n;
    struct sx_str requirement; /* of the signature; ad hoc code has it only when all are signed */
};

/* per_arch lays what a slice has for itself upon what all have. */
static struct sx_fx_node *per_arch(struct sx_fx_build *b, struct sx_fx_node *node,
                                   const struct sx_fx_arch *arch)
{
    return sx_fx_merge(b->arena, node, sx_fx_get(node, arch->name));
}

/* A file by itself has its Info.plist in a section; in a bundle the bundle's counts. */
static void read_info_section(struct sx_fx_build *b, const struct sx_fx_node *info,
                              struct sx_fx_bundle_parts *parts)
{
    if (info == NULL || parts->info.ptr != NULL)
        return;
    bool is_map = info->kind == SX_FX_NODE_MAP;
    parts->info = is_map ? sx_fx_plist(b->arena, info) : sx_fx_node_bytes(info);
    const struct sx_fx_node *identifier = sx_fx_get(info, "CFBundleIdentifier");
    if (identifier != NULL && parts->identifier.ptr == NULL)
        parts->identifier = identifier->text;
}

static bool is_signed(const struct sx_fx_node *sign)
{
    const struct sx_fx_node *as = sx_fx_get(sign, "as");
    return sign != NULL && !sx_fx_is_none(as);
}

static bool build_one(struct file *f, struct sx_str name)
{
    struct sx_fx_build *b = f->b;
    const struct sx_fx_arch *arch = sx_fx_arch_named(name);
    if (arch == NULL || f->n == MAX_SLICES)
        return sx_fx_fail(b->err, sx_fx_get(f->macho, "arch"), "no architecture %.*s",
                          SX_STR_ARG(name));
    struct sx_fx_image *image = &f->images[f->n];
    struct sx_fx_slice_done *slice = &f->slices[f->n];
    struct sx_fx_node *sign = f->sign != NULL ? per_arch(b, f->sign, arch) : NULL;
    struct sx_fx_bundle_parts parts = *f->parts;
    const struct sx_fx_node *info;
    SX_TRY(sx_fx_build_slice(b, f->path, arch, per_arch(b, f->macho, arch), is_signed(sign), image,
                             &info));
    read_info_section(b, info, &parts);
    *slice =
        (struct sx_fx_slice_done){ .file = f->path, .arch = name, .signature_off = image->len };
    if (is_signed(sign))
        SX_TRY(sx_fx_build_signature(b, image, sign, &parts, slice, &f->requirement));
    f->n++;
    return true;
}

static bool read_fat(struct file *f, bool *universal, struct sx_fx_fat *how)
{
    struct sx_str form = SX_STR("auto");
    SX_TRY(sx_fx_read_text(f->b, f->macho, "universal", &form));
    how->wide = sx_str_is(form, "wide");
    how->hidden = sx_str_is(form, "hidden");
    *universal = f->n > 1 || sx_str_is(form, "always") || how->wide || how->hidden;
    return true;
}

static bool assemble(struct file *f, struct sx_str *out)
{
    struct sx_fx_fat how = { 0 };
    uint64_t offsets[MAX_SLICES] = { 0 };
    bool universal;
    SX_TRY(read_fat(f, &universal, &how));
    *out = (struct sx_str){ f->images[0].bytes, f->images[0].len };
    if (universal)
        *out = sx_fx_universal(f->b->arena, f->images, f->n, how, offsets);
    for (size_t i = 0; i < f->n; i++) {
        f->slices[i].off = offsets[i];
        f->slices[i].signature_off += offsets[i];
        SX_PUSH(f->b->arena, &f->b->slices, f->slices[i]);
    }
    return true;
}

/* What the seal of an enclosing bundle records: the first slice's best cdhash, and the designated
 * requirement, which for ad hoc code names every CodeDirectory. */
static void record(struct file *f)
{
    struct sx_fx_build *b = f->b;
    struct sx_fx_cdhash all[MAX_SLICES * SX_FX_MAX_HASHES];
    size_t n = 0;
    for (size_t i = 0; i < f->n; i++)
        for (size_t k = 0; k < f->slices[i].n_cdhashes; k++)
            all[n++] = f->slices[i].cdhashes[k];
    if (n == 0)
        return;
    struct sx_fx_code_done done = { .path = f->parts->path, .requirement = f->requirement };
    done.cdhash = sx_str_sub(all[f->slices[0].n_cdhashes - 1].digest, 0, 20);
    if (done.requirement.ptr == NULL)
        done.requirement = sx_fx_requirement_cdhash(b->arena, all, n).text;
    SX_PUSH(b->arena, &b->code, done);
}

static bool check_keys(struct sx_fx_build *b, const struct sx_fx_node *macho)
{
    static const char *const keys[] = {
        "arch",       "type",          "platform", "flags",           "code",    "big-endian",
        "minos",      "sdk",           "uuid",     "version-command", "entry",   "dylinker",
        "id",         "rpaths",        "commands", "dylibs",          "strings", "methods",
        "info-plist", "launchd-plist", "sections", "classes",         "exports", "imports",
        "universal",  SX_FX_ARCH_KEYS
    };
    return sx_fx_check_keys(b, macho, SX_LEN(keys), keys);
}

bool sx_fx_build_macho(struct sx_fx_build *b, struct sx_str path, struct sx_fx_node *entry,
                       struct sx_fx_node *sign, const struct sx_fx_bundle_parts *parts)
{
    static const struct sx_str both[] = { { "arm64", 5 }, { "x86_64", 6 } };
    struct sx_strs archs = { both, SX_LEN(both) };
    struct sx_fx_node *macho =
        sx_fx_merge(b->arena, sx_fx_get(b->defaults, "macho"), sx_fx_get(entry, "macho"));
    struct file f = { .b = b, .path = path, .macho = macho, .sign = sign, .parts = parts };
    struct sx_str bytes;
    unsigned mode = 0755;
    if (sx_fx_get(entry, "macho") == NULL)
        return sx_fx_fail(b->err, entry, "the main executable must be a macho");
    SX_TRY(check_keys(b, macho));
    SX_TRY(sx_fx_read_mode(b, entry, &mode));
    SX_TRY(sx_fx_read_texts(b, macho, "arch", &archs));
    if (archs.n == 0)
        return sx_fx_fail(b->err, macho, "arch names no architecture");
    for (size_t i = 0; i < archs.n; i++)
        SX_TRY(build_one(&f, archs.at[i]));
    SX_TRY(assemble(&f, &bytes));
    record(&f);
    return sx_fx_write(b, path, bytes, mode);
}
