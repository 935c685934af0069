/* SPDX-License-Identifier: MIT */
/* A disk image as a code object: it has a signature of its own, beside what is in it. */
#include "inspect/inspector.h"
#include "package/image.h"

static const struct sx_DiskImage *disk_image(struct sx_subject *s, const struct sx_image_data *data)
{
    struct sx_DiskImage *facts = SX_FACT(s->in->arena, DiskImage);
    facts->format = sx_enum_number(&sx_enumeration_ImageFormat, data->format);
    facts->encrypted = data->is_encrypted;
    facts->fileSystem = sx_str_of(sx_file_system_name(data->fs));
    facts->applicationsLink = data->has_applications_link;
    return facts;
}

static const struct sx_Member *main_of(struct sx_subject *s, const struct sx_source *source,
                                       struct sx_str path)
{
    struct sx_Member *member = SX_FACT(s->in->arena, Member);
    member->path = path;
    member->name = sx_str_base(path);
    member->type = SX_MEMBER_TYPE_FILE;
    member->size = (int64_t)source->size;
    return member;
}

static struct sx_Slice *slice_of(struct sx_subject *s, struct sx_Code *code,
                                 const struct sx_source *source)
{
    const struct sx_object **at = SX_NEW(s->in->arena, const struct sx_object *);
    struct sx_Slice *slice = SX_FACT(s->in->arena, Slice);
    slice->code = code;
    slice->fileType = SX_FILE_TYPE_NONE;
    slice->entryPoint = SX_ENTRY_POINT_NONE;
    slice->size = (int64_t)source->size;
    at[0] = &slice->head;
    code->slices = (struct sx_objs){ at, 1 };
    return slice;
}

/* The signature of an encrypted image lies in a table of its header, and a bare disk has no place
 * for one. */
static void read_signature(struct sx_subject *s, struct sx_subject_code *subject,
                           const struct sx_image_data *data, const struct sx_source *source,
                           struct sx_Slice *slice)
{
    static const char *const members[] = { "state", "signer", "identifier", "problems" };
    struct sx_signed_code code = { .source = source,
                                   .size = source->size,
                                   .trailer = &data->trailer };
    struct sx_Signature *signature = SX_FACT(s->in->arena, Signature);
    slice->signature = signature;
    if (data->has_trailer) {
        sx_inspect_signature(s, &code, slice, &subject->slices[0]);
        sx_settle_requirements(s, subject, NULL);
    } else if (!data->is_encrypted) {
        signature->state = SX_SIGNATURE_STATE_UNSIGNED;
        signature->signer = SX_SIGNER_NONE;
    }
    for (size_t i = 0; data->is_encrypted && i < SX_LEN(members); i++)
        sx_fact_unread(&signature->head, s->in->arena, members[i], SX_UNREAD_NOT_EXAMINED,
                       SX_STR("signatures of encrypted disk images are not read"), -1);
}

struct sx_Code *sx_inspect_image(struct sx_subject *s, const struct sx_image_data *data,
                                 const struct sx_source *source, struct sx_str path)
{
    struct sx_Code *code = SX_FACT(s->in->arena, Code);
    struct sx_subject_slice kept = { 0 };
    struct sx_subject_code subject = { .facts = code, .slices = &kept, .n_slices = 1 };
    code->path = path;
    code->kind = SX_CODE_KIND_DISK_IMAGE;
    code->name = sx_str_base(path);
    code->stem = sx_code_stem(code->name);
    code->layout = SX_LAYOUT_FILE;
    code->container = s->container;
    code->diskImage = disk_image(s, data);
    code->main = main_of(s, source, path);
    struct sx_Slice *slice = slice_of(s, code, source);
    read_signature(s, &subject, data, source, slice);
    if (kept.ticket.len > 0)
        code->ticket = sx_inspect_ticket(s->in, kept.ticket, path);
    sx_inspect_notarized(s, code, slice);
    sx_derive_code(code, s->in->arena);
    SX_PUSH(s->in->arena, &s->all->code, &code->head);
    return code;
}
