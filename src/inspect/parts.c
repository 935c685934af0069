/* SPDX-License-Identifier: MIT */
/* Signatures that are kept in parts beside the code (Security, bundlediskrep.cpp and
 * filediskrep.cpp): a part is a file of _CodeSignature, or an extended attribute com.apple.cs.NAME
 * of a file that is no bundle. */
#include "inspect/inspector.h"
#include "base/buf.h"
#include "base/limits.h"
#include "bundle/attribute.h"
#include "codesign/superblob.h"

static bool read_file(struct sx_subject *s, const struct sx_bundle *bundle, const char *name,
                      struct sx_span *out, struct sx_err *err)
{
    struct sx_arena *arena = s->in->scratch;
    struct sx_str folder = sx_path_join(arena, bundle->support, SX_STR("_CodeSignature"));
    struct sx_str path = sx_path_join(arena, folder, sx_str_of(name));
    struct sx_source source = { 0 };
    *out = (struct sx_span){ 0 };
    if (!sx_tree_has(s->tree, path, SX_ENTRY_FILE))
        return true;
    const char *said = sx_str_dup(arena, sx_escape(arena, sx_subject_path(s, path))).ptr;
    SX_TRY(sx_tree_open(s->tree, path, said, &source, err));
    bool ok = sx_source_whole(&source, SX_MAX_SIGNATURE, arena, out, err);
    sx_source_close(&source);
    if (ok && out->ptr == NULL)
        out->ptr = (const uint8_t *)""; /* there, and empty */
    return ok;
}

static bool read_part(struct sx_subject *s, const struct sx_signed_code *code, const char *name,
                      struct sx_span *out, struct sx_err *err)
{
    struct sx_arena *arena = s->in->scratch;
    if (code->bundle != NULL)
        return read_file(s, code->bundle, name, out, err);
    const char *attribute = sx_str_printf(arena, SX_ATTRIBUTE_OF_PARTS "%s", name).ptr;
    return sx_attribute_read(s->tree, code->path, attribute, arena, out, err);
}

/* Slots whose part is no part of the signature itself: what they seal lies in the bundle. */
static bool is_component(uint32_t slot)
{
    return slot == SX_SLOT_INFO_PLIST || slot == SX_SLOT_RESOURCES;
}

bool sx_find_parts(struct sx_subject *s, const struct sx_signed_code *code,
                   struct sx_superblob *out, struct sx_err *err)
{
    static const uint32_t slots[] = {
#define X(name, slot, magic, native, file, title) slot,
        SX_SLOTS(X)
#undef X
    };
    for (size_t i = 0; i < SX_LEN(slots); i++) {
        struct sx_span bytes;
        if (is_component(slots[i]))
            continue;
        SX_TRY(read_part(s, code, sx_slot_info(slots[i])->file, &bytes, err));
        if (bytes.ptr != NULL)
            SX_TRY(sx_superblob_part(out, slots[i], bytes, err));
        else if (slots[i] == SX_SLOT_CODE_DIRECTORY)
            return true; /* without it nothing else is looked at */
    }
    return true;
}
