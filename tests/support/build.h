/* SPDX-License-Identifier: MIT */
/* What the parts that turn a fixture file into files share; fixture.h is the way in. */
#pragma once
#include "fixture.h"
#include "macho.h"
#include "pki.h"
#include "sign.h"

/* The keys under which a slice has something for itself. */
#define SX_FX_ARCH_KEYS                                                                            \
    "arm64", "arm64e", "x86_64", "x86_64h", "i386", "armv7", "arm64_32", "ppc", "ppc64"

/* One slice that has been signed, or could have been. */
struct sx_fx_slice_done {
    struct sx_str file; /* path below the output folder */
    struct sx_str arch;
    uint64_t off, signature_off; /* in the file; without a signature, its end */
    struct sx_fx_cdhash cdhashes[SX_FX_MAX_HASHES];
    size_t n_cdhashes;
};

/* One code object that has been signed. */
struct sx_fx_code_done {
    struct sx_str path; /* of the bundle or the file, below the output folder */
    struct sx_str cdhash, requirement;
};

struct sx_fx_build {
    struct sx_arena *arena;
    struct sx_fx_pki *pki;
    const char *fixture; /* NULL when it came from memory */
    const char *out_dir;
    const struct sx_fx_node *defaults;
    SX_VEC(struct sx_fx_slice_done) slices;
    SX_VEC(struct sx_fx_code_done) code;
    struct sx_err *err;
};

/* What signing a file as part of a bundle needs to know; for a file by itself all is empty. */
struct sx_fx_bundle_parts {
    struct sx_str path;       /* of the bundle; else that of the file */
    struct sx_str info;       /* Info.plist as it lies on disk */
    struct sx_str identifier; /* CFBundleIdentifier */
    struct sx_str seal;       /* CodeResources */
};

/* Reading a description. Each fails at the node that is wrong. */
SX_MUST_USE bool sx_fx_check_keys(struct sx_fx_build *b, const struct sx_fx_node *map, size_t n,
                                  const char *const *allowed);
SX_MUST_USE bool sx_fx_read_int(struct sx_fx_build *b, const struct sx_fx_node *map,
                                const char *key, uint64_t *inout);
SX_MUST_USE bool sx_fx_read_text(struct sx_fx_build *b, const struct sx_fx_node *map,
                                 const char *key, struct sx_str *inout);
SX_MUST_USE bool sx_fx_read_bool(struct sx_fx_build *b, const struct sx_fx_node *map,
                                 const char *key, bool *inout);
/* A list of text, or one text by itself. */
SX_MUST_USE bool sx_fx_read_texts(struct sx_fx_build *b, const struct sx_fx_node *map,
                                  const char *key, struct sx_strs *inout);
SX_MUST_USE bool sx_fx_read_time(struct sx_fx_build *b, const struct sx_fx_node *map,
                                 const char *key, struct sx_opt_time *inout);
SX_MUST_USE bool sx_fx_read_cert(struct sx_fx_build *b, const struct sx_fx_node *map,
                                 const char *key, const struct sx_fx_cert **inout);
SX_MUST_USE bool sx_fx_read_defects(struct sx_fx_build *b, const struct sx_fx_node *map,
                                    const char *key, unsigned *inout);
/* Octal: mode: 755. */
SX_MUST_USE bool sx_fx_read_mode(struct sx_fx_build *b, const struct sx_fx_node *entry,
                                 unsigned *mode);
/* Bytes: !hex, or text as it is. */
struct sx_str sx_fx_node_bytes(const struct sx_fx_node *node);
/* A null or the word none. */
bool sx_fx_is_none(const struct sx_fx_node *node);

bool sx_fx_fail_errno(struct sx_fx_build *b, const char *verb, const char *path);

/* Files. Paths are relative to the output folder; parents are made as needed. */
SX_MUST_USE bool sx_fx_write(struct sx_fx_build *b, struct sx_str path, struct sx_str bytes,
                             unsigned mode);
SX_MUST_USE bool sx_fx_read(struct sx_fx_build *b, struct sx_str path, struct sx_str *out);
struct sx_str sx_fx_out_path(struct sx_fx_build *b, struct sx_str path);
SX_MUST_USE bool sx_fx_check_path(struct sx_fx_build *b, const struct sx_fx_node *at,
                                  struct sx_str path);

/* The parts. sx_fx_build_entry makes what a path stands for; sx_fx_build_content gives the bytes of
 * a file that is no Mach-O; sx_fx_build_macho links, signs and writes. */
SX_MUST_USE bool sx_fx_build_entry(struct sx_fx_build *b, struct sx_str path,
                                   struct sx_fx_node *entry);
SX_MUST_USE bool sx_fx_build_content(struct sx_fx_build *b, const struct sx_fx_node *entry,
                                     struct sx_str path, struct sx_str *out);
SX_MUST_USE bool sx_fx_build_package(struct sx_fx_build *b, struct sx_fx_node *node,
                                     struct sx_str path, struct sx_str *out);
SX_MUST_USE bool sx_fx_build_macho(struct sx_fx_build *b, struct sx_str path,
                                   struct sx_fx_node *entry, struct sx_fx_node *sign,
                                   const struct sx_fx_bundle_parts *parts);
SX_MUST_USE bool sx_fx_build_slice(struct sx_fx_build *b, struct sx_str path,
                                   const struct sx_fx_arch *arch, struct sx_fx_node *macho,
                                   bool to_be_signed, struct sx_fx_image *out,
                                   const struct sx_fx_node **info);
SX_MUST_USE bool sx_fx_build_signature(struct sx_fx_build *b, struct sx_fx_image *image,
                                       struct sx_fx_node *sign,
                                       const struct sx_fx_bundle_parts *parts,
                                       struct sx_fx_slice_done *slice, struct sx_str *requirement);
/* sx_fx_build_loose_signature makes a SuperBlob for what is no Mach-O; sx_fx_build_parts writes and
 * signs such a file, and keeps the signature as `kept` says. */
SX_MUST_USE bool sx_fx_build_loose_signature(struct sx_fx_build *b, struct sx_str code,
                                             struct sx_fx_node *sign,
                                             const struct sx_fx_bundle_parts *parts,
                                             struct sx_fx_slice_done *slice,
                                             struct sx_str *requirement, struct sx_str *superblob);
SX_MUST_USE bool sx_fx_build_parts(struct sx_fx_build *b, struct sx_str path,
                                   const struct sx_fx_node *entry, struct sx_fx_node *sign,
                                   const struct sx_fx_bundle_parts *parts, struct sx_str folder);
SX_MUST_USE bool sx_fx_build_after(struct sx_fx_build *b, const struct sx_fx_node *edits);
