/* SPDX-License-Identifier: MIT */
/* What the parts of an inspection share. Internal to inspect/. */
#pragma once
#include "base/meter.h"
#include "base/pool.h"
#include "bundle/walk.h"
#include "codesign/requirement.h"
#include "crypto/digest.h"
#include "facts/derive.h"
#include "macho/macho.h"
#include "package/container.h"

struct sx_dyld;
struct sx_image_data;
struct sx_sources;
struct sx_udif_trailer;
struct sx_trust;

/* One run in the making. */
struct sx_inspector {
    struct sx_run *run;
    struct sx_arena *arena;   /* the run's: facts live here */
    struct sx_arena *scratch; /* for bytes that are read and let go; mark and rewind it */
    struct sx_pool *pool;
    struct sx_crypto *crypto;
    struct sx_hasher *hasher; /* of the thread that inspects */
    const struct sx_trust *trust;
    struct sx_table catalogue;    /* struct sx_CatalogueEntry by key, made when first met */
    struct sx_table certificates; /* struct sx_Certificate by SHA-256, likewise */
    struct sx_table whole;        /* struct sx_whole_cert by SHA-256: those of chains */
    struct sx_sources *sources;   /* source.h: what is to be built */
    struct sx_budget budget;      /* of what the run may unpack */
    struct sx_meter meter;
    struct sx_opened *opened; /* containers that stay open (container.c) */
};

/* Facts of one kind as they are gathered. */
struct sx_facts_list {
    const struct sx_object **at;
    size_t n, cap;
};

/* sx_facts_sorted puts them in the order of what identifies them. */
struct sx_objs sx_facts_sorted(struct sx_facts_list list);

/* What an artifact will list, of its own tree and of all containers in it. */
struct sx_gathered {
    struct sx_facts_list code, jobs, profiles, configurations, containers;
    const struct sx_given_log *log; /* NULL: none was given */
};

/* Problems of one owner as they are gathered. */
struct sx_problems {
    struct sx_arena *arena;
    SX_VEC(const struct sx_object *) list;
};

/* What checks of a code object have to know of the signature of a slice. */
struct sx_subject_slice {
    struct sx_Signature *signature;
    uint16_t sound;            /* enum sx_SignatureState that it has while nothing is wrong */
    bool has_directory;        /* a CodeDirectory that can be used */
    bool seals_resources;      /* and that has a hash of CodeResources */
    unsigned hashes;           /* of its CodeDirectories, a sum of SX_HASH_BIT */
    bool is_in_parts;          /* kept as files or extended attributes beside the code */
    bool has_requirements;     /* they could be read, if only to find none */
    struct sx_span ticket;     /* that it holds, as that of a disk image can; empty: none */
    struct sx_span designated; /* the designated requirement that it stores; empty: none */
    struct sx_span seal; /* CodeResources, kept in a detached signature; empty: in the bundle */
};

/* A code object in the making, and where it was found. */
struct sx_subject_code {
    struct sx_Code *facts;
    const struct sx_found_code *found;
    SX_VEC(const struct sx_object *) nested;
    struct sx_problems problems;
    struct sx_subject_slice *slices; /* of a Mach-O, as facts->slices */
    size_t n_slices;
};

/* A constraint of a signature or of a job, until all code of the artifact stands. */
struct sx_subject_constraint {
    struct sx_Constraint *facts;
    const struct sx_Slice *slice; /* whose signature holds it; NULL for that of a job */
    const struct sx_Job *job;
};

/* A container in the container, whose files lie in the same tree: a payload, scripts. */
struct sx_component;
struct sx_subject_part {
    struct sx_str path; /* in the tree */
    const struct sx_Container *facts;
    const struct sx_component *component; /* whose payload it is; NULL for scripts */
};

/* A package or disk image around a tree. */
struct sx_carrier {
    const struct sx_Code *code;
    const struct sx_carrier *outer;
};

/* One artifact in the making, or a container in it. */
struct sx_subject {
    struct sx_inspector *in;
    const struct sx_tree *tree;
    struct sx_str prefix; /* of every path in reports; "" when the artifact is one file */
    struct sx_Artifact *artifact;
    struct sx_examined *examined;
    struct sx_dyld *dyld;         /* dyld.h: what dyld would make of it */
    struct sx_subject_code *code; /* by sx_found_code.at: hosts first */
    size_t n_code;
    SX_VEC(struct sx_Job *) jobs;
    SX_VEC(struct sx_subject_constraint) constraints;
    struct sx_gathered *all;             /* of the whole artifact */
    struct sx_Container *container;      /* whose tree it is; NULL on a disk */
    const struct sx_subject_part *parts; /* of that container */
    size_t n_parts;
    const struct sx_carrier *carrier; /* code objects that hold the tree; NULL: none do */
    unsigned depth;                   /* containers around it */
    bool is_unpacked; /* the artifact itself, freed of its compression: x.tar of x.tar.gz */
};

/* sx_subject_path is how reports name a path of the tree. */
struct sx_str sx_subject_path(const struct sx_subject *s, struct sx_str path);
/* sx_subject_read reads a small file of the tree whole. Fails with IO or LIMIT, also where the
 * container is damaged that the file is packed in. */
SX_MUST_USE bool sx_subject_read(const struct sx_subject *s, struct sx_str path, uint64_t limit,
                                 struct sx_span *out, struct sx_err *err);
/* sx_member_new describes one file of the tree. */
const struct sx_Member *sx_member_new(const struct sx_subject *s, struct sx_str path,
                                      const struct sx_tree_entry *entry);
/* sx_document_new makes the text of the file at `path` one that values can point into. */
struct sx_document *sx_document_new(const struct sx_subject *s, struct sx_str path,
                                    struct sx_str text);

/* sx_reason_of makes the text of an `unread` entry out of a failure: what, and where. */
struct sx_str sx_reason_of(struct sx_arena *arena, const struct sx_err *err);
/* sx_unread_all marks members unread for a failure: not examined when the file could not be
 * read or is too big, broken when its content is at fault. */
void sx_unread_all(struct sx_object *object, struct sx_arena *arena, const char *const *members,
                   size_t n, const struct sx_err *err);
/* sx_is_broken tells the two apart. */
bool sx_is_broken(const struct sx_err *err);

/* sx_problem_add records what is wrong, without judgement, and returns it so that slot and page
 * can be filled. `path` is absent for the owner's own file; SX_NOWHERE stands for no offset. */
#define SX_NOWHERE UINT64_MAX
struct sx_Problem *sx_problem_add(struct sx_problems *problems, enum sx_ProblemKind what,
                                  struct sx_str path, uint64_t offset, struct sx_str detail);
static inline struct sx_objs sx_problems_list(const struct sx_problems *problems)
{
    return (struct sx_objs){ problems->list.at, problems->list.n };
}

/* Each part: from what the readers say to facts. */

/* code.c: a code object of which `found` is said; hosts are made before what they hold. */
/* sx_code_stem is a name without its suffix. */
struct sx_str sx_code_stem(struct sx_str name);
void sx_inspect_code(struct sx_subject *s, struct sx_subject_code *code, struct sx_Code *host);
/* slice.c: the slices of a Mach-O, signatures included. */
void sx_inspect_slices(struct sx_subject *s, struct sx_subject_code *code);
/* plain.c: what is no Mach-O has one slice without architecture, all of the file that is signed.
 * Returns whether that is a script. */
bool sx_inspect_plain(struct sx_subject *s, struct sx_subject_code *code);

/* What a signature is of: a slice, or a file as a whole. */
struct sx_signed_code {
    const struct sx_bundle *bundle;     /* whose main executable it is; NULL for a file */
    struct sx_str path;                 /* of the file in the tree */
    const struct sx_macho_slice *slice; /* NULL for what is no Mach-O */
    const struct sx_source *source;
    uint64_t off, size;                    /* of what a signature beside the code covers */
    struct sx_span detached;               /* that signature, when it was named; else empty */
    const struct sx_udif_trailer *trailer; /* of a disk image, which leads to it; else NULL */
};
/* sx_detached_of is the detached signature that the user has named for the artifact, if the code is
 * the artifact itself; else empty. */
struct sx_span sx_detached_of(const struct sx_subject *s, const struct sx_found_code *found);
/* signature.c: the signature of that, which may have none. */
void sx_inspect_signature(struct sx_subject *s, const struct sx_signed_code *code,
                          struct sx_Slice *facts, struct sx_subject_slice *out);
/* image.c: a disk image as a code object. */
struct sx_Code *sx_inspect_image(struct sx_subject *s, const struct sx_image_data *data,
                                 const struct sx_source *source, struct sx_str path);
/* parts.c: the parts of a signature that are kept beside the code, as files of a bundle's
 * _CodeSignature or extended attributes of a file; none when there is no CodeDirectory. They live
 * in `scratch`. Fails with IO or LIMIT. */
struct sx_superblob;
SX_MUST_USE bool sx_find_parts(struct sx_subject *s, const struct sx_signed_code *code,
                               struct sx_superblob *out, struct sx_err *err);
/* sx_inspect_anomalies adds what is odd about a Mach-O or one of its slices, as problems of the
 * kind that the reader's own table names. */
void sx_inspect_anomalies(struct sx_inspector *in, const struct sx_macho_anomalies *anomalies,
                          struct sx_object *owner, struct sx_problems *problems);
/* sx_settle_signature makes `state` of what is wrong with the signature; sx_is_refused tells
 * whether codesign, its --strict or the Installer minds one of the problems. */
void sx_settle_signature(struct sx_subject_slice *slice);
bool sx_is_refused(struct sx_objs problems);
/* shape.c: what stands where in a bundle, of a walk whose files have been looked at. */
void sx_inspect_shape(struct sx_subject *s, const struct sx_walk *walk,
                      struct sx_subject_code *code);
/* settle.c: the slice that stands for a code object, NULL for what is no Mach-O; all that is wrong
 * with a code object as a whole, and what that makes of its slices' states. */
struct sx_subject_slice *sx_primary_subject_slice(const struct sx_subject_code *code);
void sx_settle_code(struct sx_subject *s, struct sx_subject_code *code);
bool sx_has_problem(struct sx_objs problems, enum sx_ProblemKind what);
/* seal.c: looks at all files of a walk, and reads the seals on the way; the code objects of its
 * bundles must stand. sx_check_seals compares the two, when all code objects stand. */
struct sx_seals;
struct sx_seals *sx_look_and_read_seals(struct sx_subject *s, struct sx_walk *walk);
void sx_check_seals(struct sx_seals *seals);
void sx_seals_free(struct sx_seals *seals);
/* entitlements.c: the entitlements of a signature, XML and DER, into signature and slice. False
 * when what the kernel would read is broken. */
struct sx_signature;
bool sx_inspect_entitlements(struct sx_subject *s, const struct sx_signature *read,
                             struct sx_Slice *slice, struct sx_Signature *out,
                             struct sx_problems *problems);
/* requirement.c: the requirements of a signature. sx_settle_requirements finds the designated one
 * of every slice and asks whether the code meets it, once all slices and Info.plist stand. */
void sx_inspect_requirements(struct sx_subject *s, const struct sx_signature *read,
                             struct sx_subject_slice *slice, struct sx_problems *problems);
void sx_settle_requirements(struct sx_subject *s, struct sx_subject_code *code,
                            const struct sx_macho *macho);
/* sx_ask_requirement tells whether code meets a requirement; if not, or if nobody knows, why. */
enum sx_met sx_ask_requirement(struct sx_subject *s, const struct sx_requirement *requirement,
                               const struct sx_requirement_subject *subject, struct sx_str *why);
/* constraint.c: the constraints of a signature, and that of a job. sx_link_constraints compares
 * them with the code of the artifact, once that and its jobs stand. */
void sx_inspect_constraints(struct sx_subject *s, const struct sx_signature *read,
                            const struct sx_Slice *slice, struct sx_Signature *out,
                            struct sx_problems *problems);
const struct sx_Constraint *sx_inspect_spawn_constraint(struct sx_subject *s,
                                                        const struct sx_Job *job,
                                                        struct sx_problems *problems);
void sx_link_constraints(struct sx_subject *s);
/* claim.c: what a slice claims, each key with what is known of it; its signature and the code's
 * profile must stand. */
void sx_inspect_claims(struct sx_subject *s, const struct sx_Code *code, struct sx_Slice *slice);
/* fit.c: a slice beside the profile of its code, which must have one. */
struct sx_fit;
struct sx_fit sx_fit_of(struct sx_subject *s, const struct sx_Code *code,
                        const struct sx_Slice *slice);
/* profile.c: the profile at `path`. */
const struct sx_Profile *sx_inspect_profile(struct sx_subject *s, struct sx_str path);
/* embedded.c: the path where the system looks for the profile of a bundle, absent when none is
 * there; a problem of its host for a profile that has the name and not the place; and whether a
 * file is quarantined, as an AppleDouble file beside it tells. */
struct sx_str sx_embedded_profile(const struct sx_subject *s, const struct sx_bundle *bundle);
void sx_check_profile_place(struct sx_subject *s, const struct sx_found_file *file);
bool sx_is_quarantined(const struct sx_subject *s, struct sx_str path);
/* package.c: an installer package as a code object; the component whose payload lies at a path,
 * NULL for none; the part of the container that a path lies in, likewise; and where a package puts
 * code, of which the identifier must stand. */
struct sx_installer_data;
struct sx_Code *sx_inspect_package(struct sx_subject *s, const struct sx_installer_data *data,
                                   const struct sx_source *source, struct sx_str path);
const struct sx_component *sx_component_at(const struct sx_installer_data *data,
                                           struct sx_str path);
const struct sx_subject_part *sx_subject_part_of(const struct sx_subject *s, struct sx_str path);
void sx_inspect_installed(struct sx_subject *s, struct sx_Code *code, struct sx_str path);
/* sx_is_installed tells whether a path lies in a payload. */
bool sx_is_installed(const struct sx_subject *s, struct sx_str path);
/* ticket.c: a ticket in a file at `path` as reports name it; the one stapled to a bundle, whose
 * hosts must stand; and whether a ticket of the code or of what is around it covers a slice, of
 * which the signature must stand. */
const struct sx_Ticket *sx_inspect_ticket(struct sx_inspector *in, struct sx_span bytes,
                                          struct sx_str path);
void sx_inspect_stapled(struct sx_subject *s, struct sx_Code *code, const struct sx_bundle *bundle);
void sx_inspect_notarized(struct sx_subject *s, const struct sx_Code *code, struct sx_Slice *slice);
/* the same for what a ticket lists by another hash than its cdhash */
void sx_inspect_covered(struct sx_subject *s, const struct sx_Code *code, struct sx_Slice *slice,
                        struct sx_str hash);
/* job.c */
void sx_inspect_job(struct sx_subject *s, const struct sx_found_file *file,
                    const struct sx_Code *host);
void sx_inspect_job_section(struct sx_subject *s, struct sx_Code *code, struct sx_span section);
/* sx_link_jobs finds the program of every job among the files and code of the artifact. */
void sx_link_jobs(struct sx_subject *s);
/* configuration.c */
const struct sx_Configuration *sx_inspect_configuration(struct sx_subject *s, struct sx_str path,
                                                        struct sx_span bytes);
/* inspect.c: all that hangs on the code objects of a walk, and the containers that it has met. */
void sx_inspect_walk(struct sx_subject *s, struct sx_walk *walk);
/* gap.c: a file that could not be looked at, and all such of a walk; what is broken and what was
 * not examined are told apart by the code of the failure. */
void sx_subject_gap(struct sx_subject *s, struct sx_str path, enum sx_errc code,
                    struct sx_str reason);
void sx_inspect_gaps(struct sx_subject *s, const struct sx_walk *walk);
/* container.c: a container that is the artifact itself; `source` is taken over. Fails with what
 * there is nothing to show for. */
SX_MUST_USE bool sx_inspect_container(struct sx_subject *s,
                                      const struct sx_container_format *format,
                                      struct sx_source *source, struct sx_str path,
                                      struct sx_err *err);
/* sx_container_format_at is the format of a file, NULL when it is no container. */
const struct sx_container_format *sx_container_format_at(const struct sx_source *source);
/* Containers among the files of a walk. */
void sx_inspect_nested_containers(struct sx_subject *s, const struct sx_walk *walk);
void sx_containers_close(struct sx_inspector *in);
