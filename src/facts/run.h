/* SPDX-License-Identifier: MIT */
/* A run: the artifacts named as arguments of one command, judged together. What the rules can
 * ask hangs on it; everything lives in its arena and is const once inspect/ has returned. */
#pragma once
#include "base/meter.h"
#include "facts/facts.h"

/* A source, and what the build made of it; NULL where there is none. */
struct sx_target_file {
    const char *source, *processed;
};

/* A product that is going to be signed, as a build system describes it; what is NULL is not known.
 */
struct sx_target {
    const char *product; /* "Waffle.app"; never NULL */
    struct sx_target_file entitlements, info;
    const char *profile;           /* path */
    const char *identity;          /* "Developer ID Application: Waffle Works (W4FFLE9K2Q)" */
    const char *certificate;       /* its SHA-1, 40 hex digits */
    const char *team, *identifier; /* of the bundle, where the Info.plist says none */
    const char *archs;             /* with blanks between */
    const char *minos, *sdk;
    bool is_hardened;
    const char *const *embedded; /* paths of signed bundles that lie in the product */
    size_t n_embedded;
    /* What a variable in a source stands for; NULL when it is not known. */
    const char *(*variable)(void *context, const char *name);
    void *context; /* `variable` may be NULL */
};

/* The notary's log of an upload. */
struct sx_given_log {
    struct sx_str archive;    /* name of the upload; absent: not said */
    const struct sx_map *map; /* as Apple wrote it */
    struct sx_strs hashes;    /* of the ticket, sorted; none: there is no ticket */
};

/* What a user says before anything is read. */
struct sx_question {
    struct sx_time now;         /* the time to judge at */
    uint16_t channel;           /* enum sx_Channel; 0 = auto */
    struct sx_str oldest_macos; /* absent when not said */
    struct sx_strs anchors;     /* PEM texts of roots trusted beside Apple's */
    struct sx_str detached;     /* a detached signature of the artifacts; absent: none */
    const struct sx_given_log *const *logs; /* one a path, NULL where there is none; NULL: none */
    unsigned jobs;                          /* 0 = one a processor */
    const struct sx_target *target; /* the first artifact, before those of the paths; NULL: none */
    sx_meter_report *progress;      /* NULL: nobody waits */
    void *progress_context;
};

/* What was looked at, for "Examined" and --stats; every number counts one artifact. */
struct sx_examined {
    uint64_t files, bytes_read, bytes_hashed;
    uint64_t signatures, page_hashes, sealed_files;
};

struct sx_run {
    struct sx_arena *arena;
    struct sx_question question;
    struct sx_objs artifacts;           /* struct sx_Artifact each, in the order of the arguments */
    const struct sx_examined *examined; /* one an artifact */
    struct sx_objs payloads;            /* of all configurations of the run */
    const struct sx_map *shipped;       /* identifier to list of Code, of the whole run */
    /* The certificates of code, whole: struct sx_whole_cert (facts/requirement.h) by SHA-256 in
     * hex; NULL when there are none. */
    const struct sx_table *certificates;
};

/* sx_channel_of resolves `auto` for one artifact: by the signer of its first code object
 * without host; developer-id when nothing tells. */
enum sx_Channel sx_channel_of(const struct sx_run *run, const struct sx_Artifact *artifact);

/* sx_primary_slice picks the slice that speaks for a code object: arm64e, else arm64, else
 * x86_64, else the first (Security, universal.cpp: bestNativeArch does so for its own Mac). */
const struct sx_Slice *sx_primary_slice(const struct sx_Code *code);
