/* SPDX-License-Identifier: MIT */
/* The floor under `sxlint facts`: reads a file and hashes every page of it, on one core, and
 * does nothing else. What sxlint takes beyond this is its own. */
#include "base/source.h"
#include "crypto/digest.h"

#include <fcntl.h>
#include <stdio.h>

enum { PAGE = 4096, PAGES_READ = 64 };

static bool hash_pages(const struct sx_source *source, struct sx_hasher *hasher, struct sx_err *err)
{
    static uint8_t buf[PAGE * PAGES_READ];
    uint8_t digest[SX_HASH_MAX_LEN];
    for (uint64_t off = 0; off < source->size;) {
        uint64_t left = source->size - off;
        size_t len = left < sizeof(buf) ? (size_t)left : sizeof(buf);
        SX_TRY(sx_source_pread(source, off, buf, len, err));
        for (size_t at = 0; at < len; at += PAGE)
            sx_hash_bytes(hasher, SX_HASH_SHA256, buf + at, len - at < PAGE ? len - at : PAGE,
                          digest);
        off += len;
    }
    return true;
}

int main(int argc, char *argv[])
{
    if (argc != 2) {
        fputs("usage: hash-pages FILE\n", stderr);
        return 2;
    }
    struct sx_err err = { 0 };
    struct sx_source source = { .fd = -1 };
    SX_AUTO(sx_crypto_freep) struct sx_crypto *crypto = sx_crypto_new();
    SX_AUTO(sx_hasher_freep) struct sx_hasher *hasher = sx_hasher_new(crypto);
    bool ok = sx_source_open(AT_FDCWD, argv[1], argv[1], true, &source, &err) &&
              hash_pages(&source, hasher, &err);
    if (!ok)
        fprintf(stderr, "hash-pages: %s\n", err.what);
    sx_source_close(&source);
    return ok ? 0 : 1;
}
