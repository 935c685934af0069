/* SPDX-License-Identifier: MIT */
/* Any bytes as a payload: unpacked and taken apart, no entry gives more bytes than it says. */
#include "base/limits.h"
#include "package/cpio.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST = 16 << 20 }; /* bytes unpacked: bombs are for whoever unpacks */

static void demand(bool so)
{
    if (!so)
        abort();
}

static bool read_content(struct sx_cpio *cpio, const struct sx_cpio_entry *entry, uint64_t *total,
                         struct sx_err *err)
{
    uint8_t buffer[4096];
    uint64_t len = 0;
    for (size_t n = 1; n > 0 && *total < MOST; len += n, *total += n)
        SX_TRY(sx_cpio_read(cpio, buffer, sizeof(buffer), &n, err));
    demand(len == entry->size || *total >= MOST);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sx_source source;
    sx_source_memory("input", (struct sx_span){ data, size, 0 }, &source);
    SX_AUTO(sx_payload_closep) struct sx_payload *payload = sx_payload_open(&source);
    SX_AUTO(sx_cpio_freep) struct sx_cpio *cpio = sx_cpio_new(payload);
    struct sx_err err = { 0 };
    bool is_end = false, ok = true;
    for (uint64_t total = 0; ok && total < MOST; total += 100) {
        struct sx_cpio_entry entry;
        ok = sx_cpio_next(cpio, &entry, &is_end, &err);
        if (!ok || is_end)
            break;
        demand(entry.name.len <= SX_MAX_MEMBER_PATH && entry.link.len <= SX_MAX_MEMBER_PATH);
        ok = entry.type != SX_ENTRY_FILE || read_content(cpio, &entry, &total, &err);
    }
    demand(ok || err.code != SX_OK);
    return 0;
}
