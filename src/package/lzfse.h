/* SPDX-License-Identifier: MIT */
/* LZFSE and LZVN, compressions of disk images (ULFO) and of files on HFS+ and APFS.
 *
 * An LZFSE stream is a row of blocks, each with a magic number of its own, until "bvx$":
 *
 *     bvx-   n bytes as they are
 *     bvx1   literals and matches, entropy coded; frequency tables plain
 *     bvx2   the same; frequency tables packed
 *     bvxn   LZVN: bytes of operations, no entropy coding
 *
 * Source: Apple's reference implementation (github.com/lzfse/lzfse). */
#pragma once
#include "package/window.h"

/* sx_lzfse_decode reads blocks until `out` is full or the stream ends. Fails with TRUNCATED, MAGIC,
 * RANGE or FORMAT, also when the stream ends before `out` is full. */
SX_MUST_USE bool sx_lzfse_decode(struct sx_span in, struct sx_window *out, struct sx_err *err);

/* sx_lzvn_decode reads bare LZVN, likewise. `most` is how many bytes it may write at most, for a
 * block inside of a longer output. */
SX_MUST_USE bool sx_lzvn_decode(struct sx_span in, struct sx_window *out, size_t most,
                                struct sx_err *err);
