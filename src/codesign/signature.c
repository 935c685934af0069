/* SPDX-License-Identifier: MIT */
#include "codesign/signature.h"

/* A slot that someone reads must hold the blob that belongs there: Security hands anything but
 * a wrapper in a wrapped slot back as invalid (sigblob.cpp, component), and each reader of a
 * native blob, the kernel's too, looks at its magic. */
static void check_kinds(const struct sx_superblob *sb, struct sx_code_problems *problems)
{
    for (size_t i = 0; i < sb->n; i++) {
        const struct sx_blob *b = &sb->blobs[i];
        const struct sx_slot_info *info = sx_slot_info(b->slot);
        bool is_bare_file = b->magic == 0 && info != NULL && !info->is_native;
        if (info == NULL || is_bare_file || b->magic == info->magic)
            continue;
        sx_code_note(problems, SX_CODE_FAULT_BLOB_KIND, b->slot, b->data.off,
                     "%s: magic 0x%08x, must be 0x%08x", info->title, b->magic, info->magic);
    }
}

static void check_twice(const struct sx_superblob *sb, struct sx_code_problems *problems)
{
    for (size_t i = 0; i < sb->n; i++)
        if (sx_blob_find(sb, sb->blobs[i].slot) != &sb->blobs[i])
            sx_code_note(problems, SX_CODE_FAULT_BLOB_TWICE, sb->blobs[i].slot,
                         sb->blobs[i].data.off, "slot 0x%x occurs again; the first is read",
                         sb->blobs[i].slot);
}

/* Security loads slot 0, then alternates up to the first that is not there (StaticCode.cpp,
 * loadCodeDirectories); the kernel looks at every one. */
static void read_directories(struct sx_signature *s, struct sx_hasher *hasher,
                             struct sx_code_problems *problems)
{
    bool gap = false;
    for (uint32_t i = 0; i < 1 + SX_N_ALTERNATES; i++) {
        uint32_t slot = i == 0 ? SX_SLOT_CODE_DIRECTORY : SX_SLOT_ALTERNATE_0 + i - 1;
        const struct sx_blob *b = sx_blob_find(&s->superblob, slot);
        if (b != NULL && gap)
            sx_code_note(problems, SX_CODE_FAULT_ALTERNATE_UNREACHED, slot, b->data.off,
                         "Security does not read an alternate CodeDirectory behind a gap");
        gap = gap || b == NULL;
        if (!gap && sx_code_directory_parse(b->payload, slot, hasher,
                                            &s->directories[s->n_directories], problems))
            s->n_directories++;
    }
}

static void choose(struct sx_signature *s)
{
    for (size_t i = 0; i < s->n_directories; i++) {
        const struct sx_code_directory *cd = &s->directories[i];
        if (cd->hash_is_known &&
            (s->chosen == NULL || sx_hash_rank(cd->hash_type) > sx_hash_rank(s->chosen->hash_type)))
            s->chosen = cd;
    }
    if (s->chosen == NULL)
        return;
    s->is_adhoc = (s->chosen->flags & SX_CODE_FLAG_ADHOC) != 0;
    s->is_linker_signed = (s->chosen->flags & SX_CODE_FLAG_LINKER_SIGNED) != 0;
}

static void check_hash_types(const struct sx_signature *s, struct sx_code_problems *problems)
{
    for (size_t i = 1; i < s->n_directories; i++)
        for (size_t k = 0; k < i; k++)
            if (s->directories[i].hash_type == s->directories[k].hash_type) {
                sx_code_note(problems, SX_CODE_FAULT_HASH_TYPE_TWICE, s->directories[i].slot,
                             s->directories[i].blob.off,
                             "another CodeDirectory has the same hash type");
                break;
            }
}

/* Apple compares nothing between the CodeDirectories of one signature; the kernel takes flags and
 * identifier from the one it prefers, and an old system prefers another. */
static void compare_directories(const struct sx_signature *s, struct sx_code_problems *problems)
{
    const struct sx_code_directory *a = s->chosen;
    for (size_t i = 0; i < s->n_directories; i++) {
        const struct sx_code_directory *b = &s->directories[i];
        const char *what = NULL;
        if (!sx_str_eq(a->identifier, b->identifier))
            what = "identifier";
        else if (!sx_str_eq(a->team, b->team))
            what = "team identifier";
        else if (a->flags != b->flags)
            what = "flags";
        else if (a->code_limit != b->code_limit)
            what = "codeLimit";
        else if (a->page_shift != b->page_shift)
            what = "pageSize";
        if (what != NULL)
            sx_code_note(problems, SX_CODE_FAULT_DISAGREE, b->slot, b->blob.off,
                         "%s is not that of the %s CodeDirectory", what,
                         sx_hash_name(a->hash_type));
    }
}

static void check_flags(const struct sx_code_directory *cd, struct sx_code_problems *problems)
{
    uint32_t honoured = 0;
#define X(name, bit, text, kernel) honoured |= (kernel) ? (bit) : 0;
    SX_CODE_FLAGS(X)
#undef X
    uint32_t rest = cd->flags & ~honoured;
    if (rest != 0)
        sx_code_note(problems, SX_CODE_FAULT_FLAGS, cd->slot, cd->blob.off,
                     "flags 0x%x: the kernel masks out 0x%x", cd->flags, rest);
}

static struct sx_signature_part part(const struct sx_superblob *sb, uint32_t slot)
{
    const struct sx_blob *b = sx_blob_find(sb, slot);
    if (b == NULL)
        return (struct sx_signature_part){ 0 };
    return (struct sx_signature_part){ .has = true, .bytes = b->payload };
}

/* The content of a native blob, without the header that is hashed with it. */
static struct sx_signature_part content(const struct sx_superblob *sb, uint32_t slot)
{
    struct sx_signature_part p = part(sb, slot);
    struct sx_err unused = { 0 };
    if (p.has && !sx_span_from(p.bytes, 8, "blob", &p.bytes, &unused))
        p.bytes = (struct sx_span){ 0 };
    return p;
}

static void find_parts(struct sx_signature *s)
{
    const struct sx_superblob *sb = &s->superblob;
    s->requirements = part(sb, SX_SLOT_REQUIREMENTS);
    s->entitlements = content(sb, SX_SLOT_ENTITLEMENTS);
    s->entitlements_der = content(sb, SX_SLOT_ENTITLEMENTS_DER);
    s->cms = part(sb, SX_SLOT_CMS);
    s->ticket = part(sb, SX_SLOT_TICKET);
    for (uint32_t i = 0; i < SX_LEN(s->constraints); i++)
        s->constraints[i] = content(sb, SX_SLOT_CONSTRAINT_SELF + i);
}

static void check_cms(const struct sx_signature *s, struct sx_code_problems *problems)
{
    if (s->is_adhoc)
        return;
    if (!s->cms.has)
        sx_code_note(problems, SX_CODE_FAULT_CMS_MISSING, SX_SLOT_CMS, s->chosen->blob.off,
                     "the CodeDirectory is not ad hoc, and there is no CMS signature");
    else if (s->cms.bytes.len == 0)
        sx_code_note(problems, SX_CODE_FAULT_CMS_EMPTY, SX_SLOT_CMS, s->cms.bytes.off,
                     "the CodeDirectory is not ad hoc, and the CMS signature is empty");
}

bool sx_signature_read_parts(struct sx_hasher *hasher, struct sx_signature *s,
                             struct sx_code_problems *problems)
{
    check_kinds(&s->superblob, problems);
    check_twice(&s->superblob, problems);
    find_parts(s);
    if (sx_blob_find(&s->superblob, SX_SLOT_CODE_DIRECTORY) == NULL)
        sx_code_note(problems, SX_CODE_FAULT_DIRECTORY_MISSING, SX_SLOT_CODE_DIRECTORY,
                     s->superblob.data.off, "no CodeDirectory");
    read_directories(s, hasher, problems);
    if (s->n_directories == 0)
        return false;
    check_hash_types(s, problems);
    choose(s);
    if (s->chosen == NULL) {
        sx_code_note(problems, SX_CODE_FAULT_NO_DIGEST, SX_SLOT_CODE_DIRECTORY,
                     s->directories[0].blob.off,
                     "no CodeDirectory has a hash that can be computed");
        return false;
    }
    compare_directories(s, problems);
    check_flags(s->chosen, problems);
    check_cms(s, problems);
    return true;
}

bool sx_signature_read(struct sx_span area, struct sx_hasher *hasher, struct sx_signature *out,
                       struct sx_code_problems *problems)
{
    struct sx_err err = { 0 };
    *out = (struct sx_signature){ 0 };
    if (sx_superblob_parse(area, &out->superblob, &err))
        return sx_signature_read_parts(hasher, out, problems);
    bool is_too_long = err.code == SX_E_RANGE && out->superblob.data.len == 0;
    sx_code_note(problems, is_too_long ? SX_CODE_FAULT_SIGNATURE_TOO_LONG : SX_CODE_FAULT_SUPERBLOB,
                 SX_NO_SLOT, err.off, "%s", err.what);
    out->superblob.n = 0;
    return false;
}
