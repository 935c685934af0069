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
