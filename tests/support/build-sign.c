/* SPDX-License-Identifier: MIT */
/* From the description of a signature to what the signer is told. */
#include "build.h"
#include "entitlements.h"
#include "requirement.h"

#define MAX_FIELDS 16

struct plan {
    struct sx_fx_build *b;
    const struct sx_fx_node *sign;
    const struct sx_fx_bundle_parts *parts;
    const struct sx_fx_image *image; /* NULL for what is no Mach-O */
    const struct sx_fx_cert *signer; /* NULL: ad hoc */
    bool linker;
    struct sx_fx_signature signature;
    struct sx_fx_cms cms;
    struct sx_str requirement;
};

static const struct {
    const char *name;
    uint32_t bit;
} flag_names[] = {
    { "host", 0x1 },           { "adhoc", 0x2 },
    { "hard", 0x100 },         { "kill", 0x200 },
    { "expires", 0x400 },      { "restrict", 0x800 },
    { "enforcement", 0x1000 }, { "library-validation", 0x2000 },
    { "runtime", 0x10000 },    { "linker-signed", 0x20000 },
};

static bool check_keys(struct plan *p)
{
    static const char *const keys[] = { "as",
                                        "identifier",
                                        "team",
                                        "flags",
                                        "runtime",
                                        "version",
                                        "platform",
                                        "page-size",
                                        "hashes",
                                        "entitlements",
                                        "entitlements-xml",
                                        "entitlements-der",
                                        "requirement",
                                        "constraints",
                                        "signing-time",
                                        "timestamp",
                                        "tsa",
                                        "cms",
                                        "fields",
                                        "slots",
                                        "blobs",
                                        "order",
                                        "gap",
                                        "scatter",
                                        "slack",
                                        "reserve",
                                        "exec-flags",
                                        "main",
                                        "framework-version",
                                        "kept",
                                        "seal",
                                        SX_FX_ARCH_KEYS };
    return sx_fx_check_keys(p->b, p->sign, SX_LEN(keys), keys);
}

static bool read_signer(struct plan *p)
{
    struct sx_str as = SX_STR("ad-hoc");
    SX_TRY(sx_fx_read_text(p->b, p->sign, "as", &as));
    p->linker = sx_str_is(as, "linker");
    if (p->linker || sx_str_is(as, "ad-hoc"))
        return true;
    return sx_fx_read_cert(p->b, p->sign, "as", &p->signer);
}

/* The name of a file without its last suffix, unless that is a version (Security,
 * diskrep.cpp, canonicalIdentifier, in short). */
static struct sx_str canonical_name(struct sx_str path)
{
    struct sx_str name = sx_str_base(path);
    const char *dot = memrchr(name.ptr, '.', name.len);
    if (dot == NULL || dot == name.ptr || (dot[1] >= '0' && dot[1] <= '9'))
        return name;
    return sx_str_sub(name, 0, (size_t)(dot - name.ptr));
}

static bool looks_like_team(struct sx_str ou)
{
    bool fits = ou.len == 10;
    for (size_t i = 0; i < ou.len && fits; i++)
        fits = (ou.ptr[i] >= 'A' && ou.ptr[i] <= 'Z') || (ou.ptr[i] >= '0' && ou.ptr[i] <= '9');
    return fits;
}

static bool read_identity(struct plan *p)
{
    struct sx_fx_signature *s = &p->signature;
    s->identifier =
        p->parts->identifier.ptr != NULL ? p->parts->identifier : canonical_name(p->parts->path);
    if (p->signer != NULL && p->signer->trusted && looks_like_team(p->signer->team))
        s->team = p->signer->team;
    SX_TRY(sx_fx_read_text(p->b, p->sign, "identifier", &s->identifier));
    return sx_fx_read_text(p->b, p->sign, "team", &s->team);
}

static bool read_flag(struct plan *p, const struct sx_fx_node *node)
{
    if (node->kind == SX_FX_NODE_INT) {
        p->signature.flags |= (uint32_t)node->number;
        return true;
    }
    for (size_t i = 0; i < SX_LEN(flag_names); i++) {
        if (!sx_str_is(node->text, flag_names[i].name))
            continue;
        p->signature.flags |= flag_names[i].bit;
        return true;
    }
    return sx_fx_fail(p->b->err, node, "no flag is named %.*s", SX_STR_ARG(node->text));
}

static bool read_flags(struct plan *p)
{
    const struct sx_fx_node *flags = sx_fx_get(p->sign, "flags");
    struct sx_fx_signature *s = &p->signature;
    struct sx_str runtime = { 0 };
    if (p->signer == NULL)
        s->flags = SX_FX_FLAG_ADHOC | (p->linker ? SX_FX_FLAG_LINKER_SIGNED : 0);
    for (size_t i = 0; flags != NULL && i < flags->entries.n; i++)
        SX_TRY(read_flag(p, flags->entries.at[i].node));
    if (flags != NULL && flags->kind == SX_FX_NODE_INT)
        s->flags = (uint32_t)flags->number;
    if ((s->flags & SX_FX_FLAG_RUNTIME) != 0)
        s->runtime = p->image != NULL ? p->image->sdk : 0;
    SX_TRY(sx_fx_read_text(p->b, p->sign, "runtime", &runtime));
    if (sx_fx_get(p->sign, "runtime") != NULL)
        s->runtime = runtime.ptr != NULL ? sx_fx_version(runtime) : 0;
    return true;
}

static bool read_page_size(struct plan *p)
{
    uint64_t size = p->image != NULL ? 4096 : 0;
    SX_TRY(sx_fx_read_int(p->b, p->sign, "page-size", &size));
    if (size > 0 && (size & (size - 1)) != 0)
        return sx_fx_fail(p->b->err, sx_fx_get(p->sign, "page-size"),
                          "page-size must be a power of two, or 0 for one page");
    while (size > 1) {
        size >>= 1;
        p->signature.page_shift++;
    }
    return true;
}

static bool read_hashes(struct plan *p)
{
    static const struct sx_str usual[] = { { "sha256", 6 } };
    struct sx_strs names = { usual, 1 };
    SX_TRY(sx_fx_read_texts(p->b, p->sign, "hashes", &names));
    if (names.n == 0 || names.n > SX_FX_MAX_HASHES)
        return sx_fx_fail(p->b->err, sx_fx_get(p->sign, "hashes"), "one to four hashes");
    for (size_t i = 0; i < names.n; i++) {
        p->signature.hashes[i] = sx_fx_hash_named(names.at[i]);
        if (p->signature.hashes[i] == 0)
            return sx_fx_fail(p->b->err, sx_fx_get(p->sign, "hashes"), "no hash is named %.*s",
                              SX_STR_ARG(names.at[i]));
    }
    p->signature.n_hashes = names.n;
    return true;
}

static bool read_layout(struct plan *p)
{
    struct sx_fx_signature *s = &p->signature;
    uint64_t version = 0, platform = 0, reserve = 0, gap = 0;
    SX_TRY(sx_fx_read_int(p->b, p->sign, "version", &version));
    SX_TRY(sx_fx_read_int(p->b, p->sign, "platform", &platform));
    SX_TRY(sx_fx_read_int(p->b, p->sign, "reserve", &reserve));
    SX_TRY(sx_fx_read_int(p->b, p->sign, "gap", &gap));
    SX_TRY(sx_fx_read_bool(p->b, p->sign, "scatter", &s->scatter));
    s->version = (uint32_t)version;
    s->platform = (uint8_t)platform;
    s->reserve = (size_t)reserve;
    s->gap = (size_t)gap;
    if (sx_fx_get(p->sign, "slack") != NULL)
        s->slack = sx_fx_node_bytes(sx_fx_get(p->sign, "slack"));
    SX_TRY(read_page_size(p));
    return read_hashes(p);
}

static bool read_requirement(struct plan *p)
{
    struct sx_arena *arena = p->b->arena;
    const struct sx_fx_node *node = sx_fx_get(p->sign, "requirement");
    struct sx_fx_requirement usual = { 0 };
    if (p->signer != NULL)
        usual = sx_fx_requirement_default(arena, p->signature.identifier, p->signer);
    p->requirement = usual.text;
    if ((node == NULL && p->linker) || sx_fx_is_none(node))
        return true;
    struct sx_str *slot = &p->signature.components[SX_FX_SLOT_REQUIREMENTS];
    if (node != NULL && node->kind == SX_FX_NODE_DATA)
        *slot = node->data;
    else if (node == NULL || sx_str_is(node->text, "default"))
        *slot = sx_fx_requirement_set(arena, usual.code);
    else if (sx_str_is(node->text, "empty"))
        *slot = sx_fx_requirement_set(arena, SX_STR(""));
    else
        return sx_fx_fail(p->b->err, node, "requirement is default, empty, none or !hex");
    return true;
}

/* Entitlements belong to executables; whoever names them gets them anywhere. */
static bool read_entitlements(struct plan *p)
{
    struct sx_arena *arena = p->b->arena;
    const struct sx_fx_node *map = sx_fx_get(p->sign, "entitlements");
    const struct sx_fx_node *xml = sx_fx_get(p->sign, "entitlements-xml");
    const struct sx_fx_node *der = sx_fx_get(p->sign, "entitlements-der");
    struct sx_str *slots = p->signature.components;
    if (sx_fx_is_none(map))
        map = NULL;
    if (xml == NULL && map != NULL)
        slots[SX_FX_SLOT_ENTITLEMENTS] = sx_fx_entitlements_xml(arena, sx_fx_plist(arena, map));
    else if (xml != NULL && !sx_fx_is_none(xml))
        slots[SX_FX_SLOT_ENTITLEMENTS] = sx_fx_entitlements_xml(arena, sx_fx_node_bytes(xml));
    if (der == NULL)
        der = map;
    if (der != NULL && der->kind == SX_FX_NODE_MAP)
        slots[SX_FX_SLOT_DER_ENTITLEMENTS] = sx_fx_entitlements_der(arena, der);
    else if (der != NULL && der->kind == SX_FX_NODE_DATA)
        slots[SX_FX_SLOT_DER_ENTITLEMENTS] = sx_fx_blob(arena, 0xfade7172, der->data);
    p->signature.exec_seg_flags =
        sx_fx_exec_seg_flags(map) |
        (p->image != NULL && p->image->file_type == SX_FX_EXECUTE ? 1 : 0);
    return sx_fx_read_int(p->b, p->sign, "exec-flags", &p->signature.exec_seg_flags);
}

static bool read_constraints(struct plan *p)
{
    static const char *const kinds[] = { "self", "parent", "responsible", "library" };
    const struct sx_fx_node *map = sx_fx_get(p->sign, "constraints");
    SX_TRY(sx_fx_check_keys(p->b, map, SX_LEN(kinds), kinds));
    for (size_t i = 0; i < SX_LEN(kinds); i++) {
        struct sx_fx_node *node = sx_fx_get(map, kinds[i]);
        if (node == NULL)
            continue;
        p->signature.components[SX_FX_SLOT_SELF_CONSTRAINT + i] =
            node->kind == SX_FX_NODE_DATA ? sx_fx_blob(p->b->arena, 0xfade8181, node->data)
                                          : sx_fx_constraint(p->b->arena, node);
    }
    return true;
}

/* fields: {codeLimit: 1, sha1.flags: 0} */
static bool read_fields(struct plan *p)
{
    const struct sx_fx_node *map = sx_fx_get(p->sign, "fields");
    size_t n = map != NULL ? map->entries.n : 0;
    struct sx_fx_field *fields = SX_NEW_N(p->b->arena, struct sx_fx_field, n);
    for (size_t i = 0; i < n; i++) {
        const struct sx_fx_entry *e = &map->entries.at[i];
        size_t dot = sx_str_find(e->key, SX_STR("."));
        bool of_one = dot < e->key.len;
        fields[i].hash = of_one ? sx_fx_hash_named(sx_str_sub(e->key, 0, dot)) : 0;
        fields[i].name = of_one ? sx_str_sub(e->key, dot + 1, e->key.len) : e->key;
        fields[i].value = (uint64_t)e->node->number;
        if (!sx_fx_is_field(fields[i].name) || e->node->kind != SX_FX_NODE_INT)
            return sx_fx_fail(p->b->err, e->node, "fields are numbers under Apple's names");
    }
    p->signature.fields = fields;
    p->signature.n_fields = n;
    return true;
}

static bool slot_number(struct plan *p, const struct sx_fx_node *at, struct sx_str text,
                        uint32_t *out)
{
    struct sx_fx_node *number;
    SX_TRY(sx_fx_parse(p->b->arena, text, at->file, &number, p->b->err));
    if (number->kind != SX_FX_NODE_INT)
        return sx_fx_fail(p->b->err, at, "a slot is a number");
    *out = (uint32_t)number->number;
    return true;
}

/* slots: {5: none, 3: !hex 00…} says what the hash is; none = zeros. */
static bool read_slots(struct plan *p)
{
    const struct sx_fx_node *map = sx_fx_get(p->sign, "slots");
    size_t n = map != NULL ? map->entries.n : 0;
    struct sx_fx_slot_hash *hashes = SX_NEW_N(p->b->arena, struct sx_fx_slot_hash, n);
    for (size_t i = 0; i < n; i++) {
        const struct sx_fx_entry *e = &map->entries.at[i];
        SX_TRY(slot_number(p, e->node, e->key, &hashes[i].slot));
        if (!sx_fx_is_none(e->node))
            hashes[i].bytes = sx_fx_node_bytes(e->node);
    }
    p->signature.slot_hashes = hashes;
    p->signature.n_slot_hashes = n;
    return true;
}

/* blobs: [{slot: 5}, {slot: 0x1001, bytes: !hex …}] leaves one out and adds one. */
static bool read_blobs(struct plan *p)
{
    static const char *const keys[] = { "slot", "bytes" };
    const struct sx_fx_node *list = sx_fx_get(p->sign, "blobs");
    size_t n = list != NULL ? list->entries.n : 0;
    struct sx_fx_extra_blob *blobs = SX_NEW_N(p->b->arena, struct sx_fx_extra_blob, n);
    for (size_t i = 0; i < n; i++) {
        const struct sx_fx_node *node = list->entries.at[i].node;
        uint64_t slot = 0;
        SX_TRY(sx_fx_check_keys(p->b, node, SX_LEN(keys), keys));
        SX_TRY(sx_fx_read_int(p->b, node, "slot", &slot));
        blobs[i].slot = (uint32_t)slot;
        if (sx_fx_get(node, "bytes") != NULL)
            blobs[i].bytes = sx_fx_node_bytes(sx_fx_get(node, "bytes"));
    }
    p->signature.blobs = blobs;
    p->signature.n_blobs = n;
    return true;
}

/* order: [0x10000, 0] */
static bool read_order(struct plan *p)
{
    const struct sx_fx_node *list = sx_fx_get(p->sign, "order");
    size_t n = list != NULL ? list->entries.n : 0;
    uint32_t *order = SX_NEW_N(p->b->arena, uint32_t, n);
    for (size_t i = 0; i < n; i++) {
        if (list->entries.at[i].node->kind != SX_FX_NODE_INT)
            return sx_fx_fail(p->b->err, list, "order is a list of slots");
        order[i] = (uint32_t)list->entries.at[i].node->number;
    }
    p->signature.order = order;
    p->signature.n_order = n;
    return true;
}

static bool read_times(struct plan *p)
{
    struct sx_opt_time timestamp = { 0 };
    const struct sx_fx_cert *tsa = sx_fx_cert(p->b->pki, SX_STR("tsa"));
    SX_TRY(sx_fx_read_time(p->b, p->sign, "timestamp", &timestamp));
    SX_TRY(sx_fx_read_cert(p->b, p->sign, "tsa", &tsa));
    if (timestamp.has) {
        p->cms.tsa = tsa;
        p->cms.timestamp = timestamp.t;
    }
    p->cms.signing_time = timestamp;
    return sx_fx_read_time(p->b, p->sign, "signing-time", &p->cms.signing_time);
}

static bool read_cms(struct plan *p)
{
    static const char *const keys[] = { "hash", "der", "defects" };
    const struct sx_fx_node *map = sx_fx_get(p->sign, "cms");
    struct sx_str hash = SX_STR("sha256");
    p->signature.no_cms_slot = p->linker;
    if (p->signer == NULL)
        return true;
    p->cms.signer = p->signer;
    p->signature.cms = &p->cms;
    SX_TRY(read_times(p));
    SX_TRY(sx_fx_check_keys(p->b, map, SX_LEN(keys), keys));
    SX_TRY(sx_fx_read_text(p->b, map, "hash", &hash));
    SX_TRY(sx_fx_read_bool(p->b, map, "der", &p->cms.der));
    p->cms.hash = sx_fx_hash_named(hash);
    return sx_fx_read_defects(p->b, map, "defects", &p->cms.defects);
}

static bool read_all(struct plan *p)
{
    SX_TRY(check_keys(p));
    SX_TRY(read_signer(p));
    SX_TRY(read_identity(p));
    SX_TRY(read_flags(p));
    SX_TRY(read_layout(p));
    SX_TRY(read_requirement(p));
    SX_TRY(read_entitlements(p));
    SX_TRY(read_constraints(p));
    SX_TRY(read_fields(p));
    SX_TRY(read_slots(p));
    SX_TRY(read_blobs(p));
    SX_TRY(read_order(p));
    SX_TRY(read_cms(p));
    if (p->linker)
        return true;
    p->signature.components[SX_FX_SLOT_INFO] = p->parts->info;
    p->signature.components[SX_FX_SLOT_RESOURCES] = p->parts->seal;
    return true;
}

static void note(const struct sx_fx_signed *done, struct sx_fx_slice_done *slice)
{
    for (size_t i = 0; i < done->n; i++)
        slice->cdhashes[slice->n_cdhashes++] = done->cdhashes[i];
    slice->signature_off = done->signature_at;
}

bool sx_fx_build_signature(struct sx_fx_build *b, struct sx_fx_image *image,
                           struct sx_fx_node *sign, const struct sx_fx_bundle_parts *parts,
                           struct sx_fx_slice_done *slice, struct sx_str *requirement)
{
    struct plan p = { .b = b, .sign = sign, .parts = parts, .image = image };
    SX_TRY(read_all(&p));
    struct sx_fx_signed done = sx_fx_sign(b->pki, image, &p.signature);
    note(&done, slice);
    *requirement = p.requirement;
    return true;
}

bool sx_fx_build_loose_signature(struct sx_fx_build *b, struct sx_str code, struct sx_fx_node *sign,
                                 const struct sx_fx_bundle_parts *parts,
                                 struct sx_fx_slice_done *slice, struct sx_str *requirement,
                                 struct sx_str *superblob)
{
    struct plan p = { .b = b, .sign = sign, .parts = parts };
    struct sx_fx_signed done = { 0 };
    SX_TRY(read_all(&p));
    *superblob = sx_fx_sign_bytes(b->pki, code, &p.signature, &done);
    note(&done, slice);
    *requirement = p.requirement;
    return true;
}
