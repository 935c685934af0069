/* SPDX-License-Identifier: MIT */
/* Flat installer packages: cpio archives, bills of materials, the xar around them, and signatures
 * and ticket as productsign and stapler add them. */
#pragma once
#include "cms.h"

/* One file of a payload. */
struct sx_fx_item {
    struct sx_str name; /* "./Waffle.app"; "." is the root */
    unsigned mode;      /* as st_mode has it */
    unsigned uid;
    struct sx_str content; /* of a link its text */
};
struct sx_fx_items {
    const struct sx_fx_item *at;
    size_t n;
};

/* sx_fx_cpio writes an archive: "odc" or "newc"; sx_fx_bom what mkbom would. */
struct sx_str sx_fx_cpio(struct sx_arena *arena, struct sx_fx_items items, bool newc);
struct sx_str sx_fx_bom(struct sx_arena *arena, struct sx_fx_items items);
/* sx_fx_pack packs with "stored", "zlib", "gzip", "bzip2", "xz" or "pbzx"; no text for another
 * name. */
struct sx_str sx_fx_pack(struct sx_arena *arena, const char *how, struct sx_str bytes);

struct sx_fx_xar_file {
    struct sx_str path; /* of one folder, or none */
    struct sx_str bytes;
    bool is_stored; /* else a zlib stream */
};
struct sx_fx_xar {
    const struct sx_fx_xar_file *files; /* those of a folder in a row */
    size_t n_files;
    enum sx_fx_hash hash;            /* of the table of contents; 0 = SHA-1 */
    const struct sx_fx_cert *signer; /* NULL: not signed */
    bool no_cms, no_rsa;             /* RSA needs such a key, and is left out without */
    bool rsa_over_hash;              /* else over the checksum itself */
    struct sx_opt_time signing_time;
    const struct sx_fx_cert *tsa; /* NULL: no timestamp */
    struct sx_time timestamp;
    unsigned defects; /* of the CMS */
};
/* sx_fx_xar gives the archive and the checksum of its table of contents. */
struct sx_str sx_fx_xar(struct sx_fx_pki *pki, const struct sx_fx_xar *spec,
                        struct sx_str *checksum);
/* sx_fx_staple puts a ticket behind a package. */
struct sx_str sx_fx_staple(struct sx_arena *arena, struct sx_str package, struct sx_str ticket);
