/* SPDX-License-Identifier: MIT */
/* A folder as a disk image on disk. */
#pragma once
#include "cms.h"
#include "fixture.h"

struct sx_fx_image_spec {
    struct sx_str format; /* UDZO and the like; no text: UDZO */
    struct sx_str
        identifier; /* signed with Developer ID under it, and timestamped; else not signed */
};

/* sx_fx_write_image makes a disk image of a folder. Fails with IO or USAGE. */
SX_MUST_USE bool sx_fx_write_image(struct sx_arena *arena, const char *folder, const char *path,
                                   const struct sx_fx_image_spec *spec, struct sx_err *err);
/* sx_fx_sign_disk_image signs one with a certificate, by name; without one, ad hoc. `ticket` is
 * stapled to it, unless it is empty. `*own`, which may be NULL, is what a ticket lists it by. */
struct sx_str sx_fx_sign_disk_image(struct sx_arena *arena, struct sx_str image,
                                    struct sx_str identifier, const char *certificate,
                                    struct sx_str ticket, struct sx_fx_cdhash *own);
