/* SPDX-License-Identifier: MIT */
/* Containers: files that hold files. Each format recognises its files by content and unpacks
 * them; what is wrong with one is recorded, and the rest of it is still examined. */
#pragma once
#include "base/pool.h"
#include "package/unpack.h"
#include "crypto/trust.h"

/* The kinds, by the names of the facts (ContainerKind). */
#define SX_CONTAINER_KINDS(X)                                                                      \
    X(ZIP, "zip")                                                                                  \
    X(TAR, "tar")                                                                                  \
    X(JAR, "jar")                                                                                  \
    X(GZIP, "gzip")                                                                                \
    X(ARCHIVE, "archive")                                                                          \
    X(INSTALLER_PACKAGE, "installer-package")                                                      \
    X(PAYLOAD, "payload")                                                                          \
    X(DISK_IMAGE, "disk-image")                                                                    \
    X(XCARCHIVE, "xcarchive")                                                                      \
    X(IPA, "ipa")

enum sx_container_kind {
#define X(name, text) SX_CONTAINER_##name,
    SX_CONTAINER_KINDS(X)
#undef X
};

const char *sx_container_kind_name(enum sx_container_kind kind);

/* Something wrong with a container, by the name of its problem kind (facts/problems.def). */
struct sx_container_problem {
    const char *kind;     /* "archive-unreadable", "image-checksum-wrong", ... */
    struct sx_str path;   /* of a member, as stored; absent for the container itself */
    uint64_t off;         /* bytes in the container's file; UINT64_MAX when there is none */
    struct sx_str detail; /* found and wanted, complete enough to print, escaped */
    const struct sx_container_problem *next;
};

/* A member, or a part, that could not be looked into, and why: never a silent pass. */
struct sx_container_gap {
    struct sx_str path, reason;
    const struct sx_container_gap *next;
};

/* A container in the container that its reader has opened along with it, so that one tree holds
 * what is in both: the payload of a component. `path` is where it stands in the tree. */
struct sx_container_part {
    enum sx_container_kind kind;
    struct sx_str path;
    const struct sx_container_part *next;
};

struct sx_installer_data; /* package/installer.h: what only a flat package has */
struct sx_image_data;     /* package/image.h: what only a disk image has */

struct sx_container {
    enum sx_container_kind kind;
    struct sx_unpack *unpack;                    /* what was in it */
    const struct sx_container_problem *problems; /* in the order found, SX_MAX_PROBLEMS at most */
    const struct sx_container_gap *gaps;         /* likewise */
    const struct sx_container_part *parts;       /* in order of path */
    const struct sx_container_problem **problems_end; /* where the next is added */
    const struct sx_container_gap **gaps_end;
    const struct sx_container_part **parts_end;
    uint64_t n_problems, n_gaps;               /* how many there were, those not listed included */
    const struct sx_installer_data *installer; /* NULL unless a flat package */
    const struct sx_image_data *image;         /* NULL unless a disk image */
};

/* What readers are given. The source lives as long as the arena. */
struct sx_container_question {
    struct sx_arena *arena;
    struct sx_str name; /* of the container's file, as stored */
    struct sx_budget *budget;
    const struct sx_trust *trust;
    struct sx_hasher *hasher;
    struct sx_pool *pool; /* NULL: the reader works alone */
    struct sx_time now;
};

/* One format. `recognise` sees the first 4 KiB and may ask the source for more; the source is NULL
 * where only the head is known, and then the answer is whether it may be. `unpack` fills `out`,
 * whose `kind` and `unpack` stand, as far as it goes and fails only when there is nothing to show
 * for it. */
struct sx_container_format {
    enum sx_container_kind kind;
    const char *title; /* as a message names it: "zip archive" */
    const char
        *suffix; /* of files that show only at their end what they are; NULL: the head does */
    bool (*recognise)(struct sx_span head, const struct sx_source *source);
    /* NULL: sxlint has no reader for it */
    bool (*unpack)(const struct sx_source *source, const struct sx_container_question *question,
                   struct sx_container *out, struct sx_err *err);
};

/* Each where its reader is. */
extern const struct sx_container_format sx_format_tar, sx_format_zip, sx_format_xar,
    sx_format_disk_image, sx_format_gzip, sx_format_bzip2, sx_format_xz, sx_format_7z,
    sx_format_rar, sx_format_zstd, sx_format_apple_archive;

/* sx_container_format_of finds the format of a file; NULL when it is no container we know. */
const struct sx_container_format *sx_container_format_of(struct sx_span head,
                                                         const struct sx_source *source);
/* sx_container_may_be tells by head, tail and name of a file whether it is worth asking. Each may
 * be empty where it is not known; the tail of a disk image has 512 bytes. */
bool sx_container_may_be(struct sx_span head, struct sx_span tail, struct sx_str name);

/* sx_container_open unpacks a file of a format. Fails with what there is nothing to show for;
 * `out->unpack` has to be freed in either case. */
SX_MUST_USE bool sx_container_open(const struct sx_container_format *format,
                                   const struct sx_source *source,
                                   const struct sx_container_question *question,
                                   struct sx_container *out, struct sx_err *err);

/* sx_container_note and sx_container_skip add a problem and a gap; text is copied into the arena.
 * sx_container_part adds a part. */
void sx_container_note(struct sx_container *container, struct sx_arena *arena, const char *kind,
                       struct sx_str path, uint64_t off, const char *detail, ...) SX_PRINTF(6, 7);
void sx_container_skip(struct sx_container *container, struct sx_arena *arena, struct sx_str path,
                       const char *reason, ...) SX_PRINTF(4, 5);
void sx_container_part(struct sx_container *container, struct sx_arena *arena,
                       enum sx_container_kind kind, struct sx_str path);

/* sx_container_begin, _leave and _refuse announce a member as their like of package/unpack.h do,
 * and add a problem and a gap when it is kept out of the tree; sx_container_cut is for one that
 * begins and cannot be read: opening it fails with TRUNCATED and `why`. */
SX_MUST_USE bool sx_container_begin(struct sx_container *container, struct sx_arena *arena,
                                    const struct sx_unpack_member *member, bool *is_kept,
                                    struct sx_err *err);
SX_MUST_USE bool sx_container_leave(struct sx_container *container, struct sx_arena *arena,
                                    const struct sx_unpack_member *member,
                                    const struct sx_contents *contents, uint64_t id, bool *is_kept,
                                    struct sx_err *err);
SX_MUST_USE bool sx_container_refuse(struct sx_container *container, struct sx_arena *arena,
                                     const struct sx_unpack_member *member, const char *why,
                                     struct sx_err *err);
SX_MUST_USE bool sx_container_cut(struct sx_container *container, struct sx_arena *arena,
                                  const struct sx_unpack_member *member, const char *why,
                                  struct sx_err *err);
