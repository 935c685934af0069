/* SPDX-License-Identifier: MIT */
/* What dyld would make of the Mach-O files of an artifact: where it would find each dependency,
 * and which images come with an executable. Rules and order are those of dyld's Loader.cpp and
 * JustInTimeLoader.cpp. And what of a slice is read from its file only when someone asks.
 *
 * While code is inspected every slice is noted as an image. When all are known, each executable
 * is loaded as dyld would load it, which answers for its own dependencies and for those of every
 * library that comes with it. A library that no executable links is taken for one that is opened
 * at run time: by the executable of a bundle around it, or by a host that is not here.
 *
 * Internal to inspect/. */
#pragma once
#include "inspect/inspector.h"

/* dyld keeps paths in buffers of PATH_MAX, which is 1024 on Apple's systems; what does not fit
 * leads nowhere. */
#define SX_MAX_DYLD_PATH 1024
/* What finding the dependencies of one artifact may take, in steps: a place looked at is one, a
 * path that has to be looked for in the tree 32. 20000 code objects with ten bundled dependencies
 * in each of two slices take a million or two. */
#define SX_MAX_DYLD_STEPS 4000000

struct sx_dyld_image;
struct sx_dyld_file;

/* All of one artifact. */
struct sx_dyld {
    struct sx_arena *arena, *scratch;
    const struct sx_tree *tree;
    struct sx_str prefix;    /* of every path in reports */
    bool is_alone;           /* the artifact is one file: what lies beside it is not known */
    struct sx_table by_path; /* path of a Mach-O file in the tree: struct sx_dyld_file */
    struct sx_table by_case; /* the same in lower case: Macs do not tell the cases apart */
    struct sx_table seen;    /* other paths that were looked for: struct sx_dyld_seen */
    struct sx_table by_code; /* path of a code object among the facts: struct sx_dyld_file */
    SX_VEC(struct sx_dyld_image *) images;
    uint64_t steps;                  /* that may still be taken */
    uint32_t n_processes, n_guesses; /* so far; images are marked with their numbers */
};

/* One Mach-O file of the artifact. */
struct sx_dyld_file {
    const struct sx_found_code *found;
    const struct sx_Code *code;
    SX_VEC(struct sx_dyld_image *) images; /* its slices */
    /* Which files are there where it runs: all below `top`, the outermost bundle around it, or the
     * artifact where there is none. What macOS copies away, a system extension for one, has only
     * what is below `vehicle`. */
    struct sx_str top, vehicle;
    bool stands_alone; /* `top` is a bundle that needs no host: what leaves it is not there */
};

/* dyld's answer for one dependency. */
struct sx_dyld_answer {
    enum sx_Found found;
    const struct sx_dyld_file *file; /* what lies there; NULL when nothing of the artifact does */
    struct sx_dyld_image *image;     /* its slice for the process; NULL when it has none */
};

/* One slice of a file. */
struct sx_dyld_image {
    struct sx_lazy lazy; /* of `slice` */
    struct sx_dyld *dyld;
    struct sx_dyld_file *file;
    struct sx_Slice *slice;
    size_t at;                      /* its number in the file */
    struct sx_str install_name;     /* LC_ID_DYLIB; no text when there is none */
    uint32_t sdk;                   /* 16.8.8 bits; 0 when it does not say */
    bool sets_paths;                /* LC_DYLD_ENVIRONMENT sends dyld elsewhere */
    struct sx_Dylib **dylibs;       /* as many as slice->dylibs */
    struct sx_dyld_answer *answers; /* of all processes together, one a dylib */
    struct sx_dyld_image **next;    /* what the process at hand loads for each dylib, or NULL */
    uint32_t loaded, guessed;       /* by which process, and for which image opened at run time */
    bool is_linked;                 /* an executable loads it, or it is one */
    SX_VEC(struct sx_dyld_image *) guests; /* of a bundle's executable: what it may open */
    const struct sx_macho_class *classes;  /* when slice->classes has been filled */
};

/* dyld.c: what is known before anything is found. */
struct sx_dyld *sx_dyld_new(const struct sx_subject *s);
/* sx_dyld_add notes a slice whose load commands stand in `facts`; `dylibs` are those of the
 * facts, in their order. */
void sx_dyld_add(struct sx_dyld *dyld, const struct sx_found_code *found, struct sx_Slice *facts,
                 struct sx_Dylib **dylibs, const struct sx_macho_slice *slice, size_t at);
/* sx_dyld_image_of finds the image of a slice that the process of an architecture would load;
 * NULL when there is none. */
struct sx_dyld_image *sx_dyld_image_of(const struct sx_dyld_file *file, struct sx_str arch);
/* sx_dyld_spend takes steps; false when they are used up. */
bool sx_dyld_spend(struct sx_dyld *dyld, uint64_t steps);

/* dyld_path.c: text of paths. */
/* sx_dyld_is_system tells whether an absolute path leads into the part of the disk that comes
 * with macOS; what dyld keeps in its cache counts as being there. */
bool sx_dyld_is_system(struct sx_str path);
/* sx_dyld_ships tells of a path that was not named but searched whether macOS has a library
 * there; with `sure` false when nobody can tell. */
bool sx_dyld_ships(struct sx_str path, bool *sure);
/* sx_dyld_plain takes "." and ".." out of an absolute path, as far as text can tell. */
struct sx_str sx_dyld_plain(struct sx_arena *arena, struct sx_str path);
/* sx_dyld_after gives what follows a variable ("@rpath") that ends at a '/' or with the path;
 * false when the path begins with another. */
bool sx_dyld_after(struct sx_str path, const char *variable, struct sx_str *rest);
/* sx_dyld_lower puts ASCII letters in lower case. */
struct sx_str sx_dyld_lower(struct sx_arena *arena, struct sx_str path);
/* sx_dyld_within tells whether a path is `folder` or below it; "" holds everything. */
bool sx_dyld_within(struct sx_str path, struct sx_str folder);

/* dyld_search.c: one dependency of one image in one process. */
struct sx_dyld_link {
    struct sx_dyld_image *image;
    size_t next; /* of its dependencies: which is to be opened next */
};
struct sx_dyld_process {
    struct sx_dyld *dyld;
    const struct sx_dyld_image *main; /* NULL: some host that is not here */
    struct sx_str arch;
    uint32_t number, guess;
    bool guesses; /* `main` may open the image, and so may others that are not known */
    SX_VEC(struct sx_dyld_link) chain; /* who loads whom, from the executable on */
    struct sx_table names;             /* install names of what is loaded: struct sx_dyld_image */
};
struct sx_dyld_answer sx_dyld_search(const struct sx_dyld_process *p, struct sx_str path);

/* dyld_process.c: sx_dyld_resolve fills found and code of every dependency. All code of the
 * artifact must be known. */
void sx_dyld_resolve(struct sx_dyld *dyld);

/* dyld_closure.c: sx_dyld_closure lists the slices that come with an image, sorted by path. */
SX_MUST_USE bool sx_dyld_closure(struct sx_dyld_image *image, struct sx_objs *out,
                                 struct sx_err *err);

/* dyld_provider.c: the lazy members of others that are answered by slices. */
void sx_dyld_providers(struct sx_dyld *dyld, struct sx_Code *code);
void sx_dyld_sockets(struct sx_dyld *dyld, struct sx_Job *job);
