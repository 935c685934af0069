/* SPDX-License-Identifier: MIT */
/* Where a signature lies and what it covers: Security's strict step (StaticCode.cpp,
 * staticValidate; machorep.cpp and diskimagerep.cpp, strictValidate), and what the kernel wants
 * of a CodeDirectory that it is to enforce (XNU, ubc_subr.c, cs_validate_codedirectory). */
#include "codesign/signature.h"

enum { KERNEL_MIN_SIZE = 108, KERNEL_PAGE_SHIFT = 12, HAS_LINKAGE = 0x20600 };

static void check_limit(const struct sx_signature *s, const struct sx_signature_place *place,
                        struct sx_code_problems *problems)
{
    const struct sx_code_directory *cd = s->chosen;
    if (cd->code_limit != place->extent)
        sx_code_note(problems, SX_CODE_FAULT_CODE_LIMIT, cd->slot, cd->blob.off,
                     "the CodeDirectory covers %llu bytes, %llu lie before the signature",
                     (unsigned long long)cd->code_limit, (unsigned long long)place->extent);
}

static void check_mapped(const struct sx_code_directory *cd, unsigned page_shift,
                         struct sx_code_problems *problems)
{
    struct sx_span unused_span;
    struct sx_err unused = { 0 };
    if (cd->page_shift != KERNEL_PAGE_SHIFT && cd->page_shift != page_shift)
        sx_code_note(problems, SX_CODE_FAULT_PAGE_SIZE, cd->slot, cd->blob.off,
                     "CodeDirectory.pageSize: 2^%u, the kernel of this processor takes 2^12%s",
                     cd->page_shift, page_shift == KERNEL_PAGE_SHIFT ? "" : " and 2^14");
    if (cd->blob.len < KERNEL_MIN_SIZE)
        sx_code_note(problems, SX_CODE_FAULT_KERNEL_DIRECTORY_SIZE, cd->slot, cd->blob.off,
                     "CodeDirectory.length: %zu, the kernel wants at least %d", cd->blob.len,
                     KERNEL_MIN_SIZE);
    if (sx_hash_rank(cd->hash_type) == 0)
        sx_code_note(problems, SX_CODE_FAULT_KERNEL_HASH_TYPE, cd->slot, cd->blob.off,
                     "CodeDirectory.hashType: %u, the kernel knows 1 to 4", cd->hash_type);
    if (cd->version >= HAS_LINKAGE && cd->linkage_hash_type != 0 &&
        !sx_span_sub(cd->blob, cd->linkage_offset, cd->linkage_size, "linkage", &unused_span,
                     &unused))
        sx_code_note(problems, SX_CODE_FAULT_LINKAGE, cd->slot, cd->blob.off,
                     "CodeDirectory.linkageOffset: bytes %u+%u lie outside its %zu",
                     cd->linkage_offset, cd->linkage_size, cd->blob.len);
}

static void check_slack(const struct sx_signature *s, struct sx_span area,
                        struct sx_code_problems *problems)
{
    struct sx_span slack;
    struct sx_err unused = { 0 };
    if (sx_span_from(area, s->superblob.data.len, "slack", &slack, &unused) &&
        !sx_span_is_zero(slack))
        sx_code_note(problems, SX_CODE_FAULT_SLACK, SX_NO_SLOT, slack.off,
                     "%zu bytes behind the SuperBlob are not all 0", slack.len);
}

static void check_image(const struct sx_signature *s, struct sx_span area,
                        struct sx_code_problems *problems)
{
    if (area.len != s->superblob.data.len)
        sx_code_note(problems, SX_CODE_FAULT_IMAGE_LAYOUT, SX_NO_SLOT, area.off,
                     "the SuperBlob has %zu bytes, its place %zu", s->superblob.data.len, area.len);
    else if (!sx_superblob_is_tight(&s->superblob))
        sx_code_note(problems, SX_CODE_FAULT_IMAGE_LAYOUT, SX_NO_SLOT, area.off,
                     "the blobs do not fill the SuperBlob one after the other");
}

void sx_signature_check_place(const struct sx_signature *signature,
                              const struct sx_signature_place *place,
                              struct sx_code_problems *problems)
{
    check_limit(signature, place, problems);
    for (size_t i = 0; place->is_mapped && i < signature->n_directories; i++)
        check_mapped(&signature->directories[i], place->page_shift, problems);
    if (place->is_image)
        check_image(signature, place->area, problems);
    else if (place->area.len > 0)
        check_slack(signature, place->area, problems);
}

/* What explains each flag of the exec segment. */
static const struct {
    uint64_t bit;
    const char *name, *entitlement, *other;
} reasons[] = {
#define X(name, bit, text, entitlement, other) { bit, text, entitlement, other },
    SX_EXEC_FLAGS(X)
#undef X
};

void sx_signature_check_exec(const struct sx_signature *signature, bool is_execute,
                             bool (*is_true)(const void *context, const char *entitlement),
                             const void *context, struct sx_code_problems *problems)
{
    const struct sx_code_directory *cd = signature->chosen;
    uint64_t explained = is_execute ? SX_EXEC_FLAG_MAIN_BINARY : 0;
    for (size_t i = 0; i < SX_LEN(reasons); i++)
        if ((reasons[i].entitlement != NULL && is_true(context, reasons[i].entitlement)) ||
            (reasons[i].other != NULL && is_true(context, reasons[i].other)))
            explained |= reasons[i].bit;
    for (size_t i = 0; i < SX_LEN(reasons); i++)
        if ((cd->exec_seg_flags & ~explained & reasons[i].bit) != 0)
            sx_code_note(problems, SX_CODE_FAULT_EXEC_FLAGS, cd->slot, cd->blob.off,
                         "exec-segment flag %s (0x%llx) without %s", reasons[i].name,
                         (unsigned long long)reasons[i].bit,
                         reasons[i].entitlement != NULL ? reasons[i].entitlement
                                                        : "being an executable");
}
