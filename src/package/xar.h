/* SPDX-License-Identifier: MIT */
/* The xar format, in which flat installer packages come:
 *
 *     header (28 bytes) | table of contents, XML in a zlib stream | heap
 *
 * The table of contents tells for each file where its bytes lie in the heap, how they are packed,
 * and their checksums before and after unpacking. A checksum of the table of contents, as packed,
 * lies in the heap itself; signatures sign that. Numbers are big-endian (xar, xar.h and
 * archive.c: https://github.com/apple-oss-distributions/xar). */
#pragma once
#include "base/source.h"
#include "bundle/tree.h"
#include "crypto/digest.h"
#include "package/stream.h"

/* A range of the heap; offsets are those of the file once sx_xar_open has returned. */
struct sx_xar_range {
    uint64_t off, len;
};

struct sx_xar_checksum {
    struct sx_str style; /* as written; absent when there is none */
    enum sx_hash hash;   /* 0: of a style that we do not know */
    struct sx_str hex;   /* as written, in lower case */
};

struct sx_xar_file {
    struct sx_str path; /* '/' between components */
    enum sx_entry_type type;
    uint32_t mode;
    int64_t uid; /* -1: not said */
    struct sx_str link;
    bool has_data;
    bool is_hard_link; /* the content is that of another file, unless it has data itself */
    struct sx_xar_range packed;
    uint64_t size; /* unpacked */
    struct sx_str encoding;
    bool is_readable; /* of an encoding that we know: `packing` */
    bool lies_inside; /* `packed`, the file */
    enum sx_packing packing;
    struct sx_xar_checksum archived, extracted;

    struct sx_str name;
    size_t parent; /* 1 + its index; 0: at the top */
};

struct sx_xar_signature {
    struct sx_str style; /* "RSA", "CMS"; absent when there is none */
    struct sx_xar_range range;
    bool lies_inside;
    const struct sx_span *certs; /* DER, leaf first */
    size_t n_certs;
};

struct sx_xar {
    uint64_t heap_off;
    enum sx_hash hash;       /* of the table of contents, by the header; 0: none, or unknown */
    struct sx_str hash_name; /* "sha1"; "none"; what an unknown number is called */
    struct sx_xar_checksum checksum; /* by the table of contents; `hex` is not written there */
    struct sx_xar_range stored;
    struct sx_span stored_bytes; /* the checksum in the heap; empty: not there */
    struct sx_span found_bytes;  /* of the table of contents as it is */
    struct sx_xar_signature signature, x_signature;
    struct sx_xar_file *files; /* parents first */
    size_t n_files;
};

/* sx_xar_is tells by the first bytes. */
bool sx_xar_is(struct sx_span head);

/* sx_xar_open reads header and table of contents; nothing is compared with anything. Fails with
 * TRUNCATED, MAGIC, RANGE, FORMAT, LIMIT, UNSUPPORTED or IO. */
SX_MUST_USE bool sx_xar_open(const struct sx_source *source, struct sx_hasher *hasher,
                             struct sx_arena *arena, struct sx_xar *out, struct sx_err *err);

/* sx_xar_toc_parse reads a table of contents from a stream of XML. For xar.c. */
SX_MUST_USE bool sx_xar_toc_parse(struct sx_stream *stream, uint64_t len, struct sx_arena *arena,
                                  struct sx_xar *out, struct sx_err *err);

/* sx_xar_file_open makes a source of what a file unpacks to. */
void sx_xar_file_open(const struct sx_source *source, const struct sx_xar_file *file,
                      const char *name, struct sx_source *out);

/* sx_xar_hash_of tells the hash of a checksum's style; 0 for one that we do not know. */
enum sx_hash sx_xar_hash_of(struct sx_str style);

/* sx_xar_file_check compares a file with its checksums. True when they fit; else `*why` says which
 * does not. Fails (false, with err->code) when the bytes cannot be read. */
SX_MUST_USE bool sx_xar_file_check(const struct sx_source *source, const struct sx_xar_file *file,
                                   struct sx_hasher *hasher, struct sx_arena *arena,
                                   struct sx_str *why, struct sx_err *err);
