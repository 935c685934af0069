/* SPDX-License-Identifier: MIT */
/* The payload of a component, and its scripts: a cpio archive, packed as a whole with gzip, bzip2
 * or xz, or in the chunks of pbzx:
 *
 *     "pbzx" | u64 size of chunks | { u64 unpacked | u64 length | data } ...
 *
 * where data is a xz stream, or stored when it is no shorter. Numbers are big-endian. No source of
 * Apple's describes pbzx; this is how open readers have it. */
#pragma once
#include "base/source.h"

struct sx_payload;

/* sx_payload_open begins to unpack all of a source, which stays open as long. It cannot fail: what
 * is wrong shows when it is read. */
struct sx_payload *sx_payload_open(const struct sx_source *source);
void sx_payload_close(struct sx_payload *payload);
void sx_payload_closep(struct sx_payload **payload); /* serves SX_AUTO */

/* sx_payload_read fills `buf`; `*n` is less than `cap` at the end only. Fails as sx_stream_read
 * does; offsets are those of the source. */
SX_MUST_USE bool sx_payload_read(struct sx_payload *payload, void *buf, size_t cap, size_t *n,
                                 struct sx_err *err);
