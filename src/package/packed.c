/* SPDX-License-Identifier: MIT */
/* A single file, packed: gzip, bzip2, xz. The notary shows it as a folder with one file in it,
 * whose name is that of the packed one without its suffix: x.tar.gz/x.tar. */
#include "package/container.h"
#include "package/stream.h"

#include <stdlib.h>
#include <strings.h>

enum { BUFFER = 256 << 10 };

/* Suffixes, and what stands in their place. */
static const struct suffix {
    const char *packed, *plain;
} suffixes[] = {
    { ".gz", "" },      { ".bz2", "" },      { ".xz", "" },      { ".tgz", ".tar" },
    { ".tbz", ".tar" }, { ".tbz2", ".tar" }, { ".txz", ".tar" },
};

/* "x" where the name tells nothing: then the packed file has no suffix that is known. */
static struct sx_str plain_name(struct sx_arena *arena, struct sx_str name)
{
    name = sx_str_base(name);
    for (size_t i = 0; i < SX_LEN(suffixes); i++) {
        size_t len = strlen(suffixes[i].packed);
        if (name.len > len && strncasecmp(name.ptr + name.len - len, suffixes[i].packed, len) == 0)
            return sx_str_printf(arena, "%.*s%s", (int)(name.len - len), name.ptr,
                                 suffixes[i].plain);
    }
    return name.len > 0 ? name : SX_STR("contents");
}

/* All of the stream into the member that was begun. */
static bool pour(struct sx_stream *stream, struct sx_unpack *unpack, struct sx_err *err)
{
    uint8_t *buffer = malloc(BUFFER);
    size_t n = BUFFER;
    bool ok = true;
    if (buffer == NULL)
        abort();
    while (ok && n == BUFFER) {
        ok = sx_stream_read(stream, buffer, BUFFER, &n, err);
        ok = ok && sx_unpack_write(unpack, buffer, n, err);
    }
    free(buffer);
    return ok;
}

static bool unpack_packed(enum sx_packing packing, const struct sx_source *source,
                          const struct sx_container_question *question, struct sx_container *out,
                          struct sx_err *err)
{
    struct sx_unpack_member member = { .path = plain_name(question->arena, question->name),
                                       .type = SX_ENTRY_FILE,
                                       .uid = -1,
                                       .size = UINT64_MAX };
    bool is_kept;
    struct sx_err ended = { 0 };
    SX_TRY(sx_container_begin(out, question->arena, &member, &is_kept, err));
    SX_AUTO(sx_stream_closep)
    struct sx_stream *stream = sx_stream_open(packing, source, 0, source->size);
    if (pour(stream, out->unpack, &ended))
        return sx_unpack_end(out->unpack, (struct sx_str){ 0 }, err);
    if (ended.code == SX_E_FORMAT || ended.code == SX_E_TRUNCATED)
        sx_container_note(out, question->arena, "archive-unreadable", (struct sx_str){ 0 },
                          ended.off, "%s", ended.what);
    else
        sx_container_skip(out, question->arena, member.path, "%s", ended.what);
    return sx_unpack_end(out->unpack, sx_str_of(ended.what), err);
}

#define PACKED(packing)                                                                            \
    static bool is_##packing(struct sx_span head, const struct sx_source *source)                  \
    {                                                                                              \
        (void)source;                                                                              \
        return sx_packing_of(head) == SX_PACKING_##packing;                                        \
    }                                                                                              \
    static bool unpack_##packing(const struct sx_source *source,                                   \
                                 const struct sx_container_question *question,                     \
                                 struct sx_container *out, struct sx_err *err)                     \
    {                                                                                              \
        return unpack_packed(SX_PACKING_##packing, source, question, out, err);                    \
    }

PACKED(GZIP)
PACKED(BZIP2)
PACKED(XZ)

const struct sx_container_format sx_format_gzip = { SX_CONTAINER_GZIP, "gzip file", NULL, is_GZIP,
                                                    unpack_GZIP };
const struct sx_container_format sx_format_bzip2 = { SX_CONTAINER_ARCHIVE, "bzip2 file", NULL,
                                                     is_BZIP2, unpack_BZIP2 };
const struct sx_container_format sx_format_xz = { SX_CONTAINER_ARCHIVE, "xz file", NULL, is_XZ,
                                                  unpack_XZ };
