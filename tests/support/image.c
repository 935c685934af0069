/* SPDX-License-Identifier: MIT */
#include "image.h"

#include "hfs.h"
#include "requirement.h"
#include "udif.h"

#include <stdio.h>

static const struct {
    const char *name;
    uint32_t method;
} formats[] = {
    { "UDZO", SX_FX_ZLIB }, { "UDBZ", SX_FX_BZIP2 }, { "ULFO", SX_FX_LZFSE },
    { "ULMO", SX_FX_XZ },   { "UDCO", SX_FX_ADC },   { "UDRO", SX_FX_RAW },
};

struct sx_str sx_fx_sign_disk_image(struct sx_arena *arena, struct sx_str image,
                                    struct sx_str identifier, const char *certificate,
                                    struct sx_str ticket, struct sx_fx_cdhash *own)
{
    enum { YEAR_2026 = 1795457140 }; /* 2026-11-23 18:05:40 UTC */
    struct sx_fx_pki *pki = sx_fx_pki_new(arena);
    const struct sx_fx_cert *signer =
        certificate != NULL ? sx_fx_cert(pki, sx_str_of(certificate)) : NULL;
    struct sx_fx_cms cms = { .signer = signer,
                             .tsa = sx_fx_cert(pki, SX_STR("tsa")),
                             .signing_time = { true, { YEAR_2026, 0 } },
                             .timestamp = { YEAR_2026, 0 } };
    struct sx_fx_signature spec = { .identifier = identifier,
                                    .hashes = { SX_FX_SHA256 },
                                    .n_hashes = 1,
                                    .flags = signer == NULL ? SX_FX_FLAG_ADHOC : 0,
                                    .cms = signer != NULL ? &cms : NULL };
    struct sx_str code = { 0 };
    if (signer != NULL) {
        code = sx_fx_requirement_default(arena, identifier, signer).code;
        spec.team = signer->team;
    }
    spec.components[SX_FX_SLOT_REQUIREMENTS] = sx_fx_requirement_set(arena, code);
    struct sx_fx_extra_blob staple = { SX_FX_SLOT_TICKET, sx_fx_blob(arena, 0xfade0b01, ticket) };
    struct sx_fx_signed done;
    if (ticket.len > 0) {
        spec.blobs = &staple;
        spec.n_blobs = 1;
    }
    struct sx_str out = sx_fx_udif_sign(pki, image, &spec, &done);
    if (own != NULL)
        *own = done.cdhashes[0];
    return out;
}

bool sx_fx_write_image(struct sx_arena *arena, const char *folder, const char *path,
                       const struct sx_fx_image_spec *spec, struct sx_err *err)
{
    struct sx_fx_udif udif = { 0 };
    struct sx_str volume;
    for (size_t i = 0; i < SX_LEN(formats); i++)
        if (spec->format.ptr == NULL || sx_str_is(spec->format, formats[i].name)) {
            udif.methods = &formats[i].method;
            udif.n_methods = 1;
            break;
        }
    if (udif.n_methods == 0)
        return sx_fail(err, SX_E_USAGE, 0, "no format %.*s", SX_STR_ARG(spec->format));
    SX_TRY(sx_fx_hfs_folder(arena, folder, &volume, err));
    struct sx_str image = sx_fx_udif(arena, sx_fx_guid_table(arena, volume), &udif);
    if (spec->identifier.ptr != NULL)
        image = sx_fx_sign_disk_image(arena, image, spec->identifier, "developer-id",
                                      (struct sx_str){ 0 }, NULL);
    FILE *file = fopen(path, "wb");
    bool ok = file != NULL && fwrite(image.ptr, 1, image.len, file) == image.len;
    ok = file != NULL && fclose(file) == 0 && ok;
    return ok || sx_fail(err, SX_E_IO, 0, "cannot write %s", path);
}
