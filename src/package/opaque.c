/* SPDX-License-Identifier: MIT */
/* Archives that sxlint names and does not read. */
#include "package/container.h"

#define OPAQUE(name, title, ...)                                                                   \
    static bool is_##name(struct sx_span head, const struct sx_source *source)                     \
    {                                                                                              \
        (void)source;                                                                              \
        return sx_str_starts(sx_str_of_span(head), SX_STR(__VA_ARGS__));                           \
    }                                                                                              \
    const struct sx_container_format sx_format_##name = { SX_CONTAINER_ARCHIVE, title, NULL,       \
                                                          is_##name, NULL };

OPAQUE(7z, "7z archive", "7z\xbc\xaf\x27\x1c")
OPAQUE(rar, "rar archive", "Rar!\x1a\x07")
OPAQUE(zstd, "zstd file", "\x28\xb5\x2f\xfd")

/* Apple Archive: "AA01", in its first years "YAA1", by itself; or in chunks of which "pbz" and a
 * letter say how they are packed; or encrypted (0xilis/libNeoAppleArchive, an independent reader).
 * A package's payload may be one; in chunks of xz, a cpio archive as well. */
static bool is_apple_archive(struct sx_span head, const struct sx_source *source)
{
    static const char magics[][5] = { "AA01", "YAA1", "pbz-", "pbz4", "pbzb",
                                      "pbze", "pbzf", "pbzx", "pbzz", "AEA1" };
    (void)source;
    for (size_t i = 0; i < SX_LEN(magics); i++)
        if (sx_str_starts(sx_str_of_span(head), sx_str_of(magics[i])))
            return true;
    return false;
}

const struct sx_container_format sx_format_apple_archive = { SX_CONTAINER_ARCHIVE, "Apple Archive",
                                                             NULL, is_apple_archive, NULL };
