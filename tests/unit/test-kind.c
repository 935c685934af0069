/* SPDX-License-Identifier: MIT */
/* What a file is taken for by its content, and that nothing is passed over for being unknown. */
#include "inspect/inspector.h"
#include "inspect/kind.h"
#include "rows.h"

static const struct row {
    const char *name;
    struct sx_str bytes;
    enum sx_ArtifactKind kind;
} rows[] = {
    { "nothing", LIT(""), SX_ARTIFACT_KIND_OTHER },
    { "text", LIT("#!/bin/sh\n"), SX_ARTIFACT_KIND_OTHER },
    { "code", LIT("\xcf\xfa\xed\xfe\x0c\0\0\1\0\0\0\0\6\0\0\0"), SX_ARTIFACT_KIND_MACHO },
    { "zip", LIT("PK\3\4 and more"), SX_ARTIFACT_KIND_ZIP },
    { "xar", LIT("xar!\0\x1c\0\1"), SX_ARTIFACT_KIND_INSTALLER_PACKAGE },
    { "gzip", LIT("\x1f\x8b\x08\0"), SX_ARTIFACT_KIND_GZIP },
    { "bzip2", LIT("BZh9\x31\x41\x59\x26\x53\x59"), SX_ARTIFACT_KIND_ARCHIVE },
    { "text that begins as bzip2 does", LIT("BZhello"), SX_ARTIFACT_KIND_OTHER },
    { "xz",
      LIT("\xfd"
          "7zXZ\0"),
      SX_ARTIFACT_KIND_ARCHIVE },
    { "7z", LIT("7z\xbc\xaf\x27\x1c\0\4"), SX_ARTIFACT_KIND_ARCHIVE },
    { "rar", LIT("Rar!\x1a\7\1\0"), SX_ARTIFACT_KIND_ARCHIVE },
    { "zstd", LIT("\x28\xb5\x2f\xfd\0\0"), SX_ARTIFACT_KIND_ARCHIVE },
    { "a static library", LIT("!<arch>\n"), SX_ARTIFACT_KIND_OTHER },
    { "a static library of two slices",
      LIT("\xca\xfe\xba\xbe\0\0\0\2\1\0\0\7\0\0\0\3\0\0\0\x30\0\0\0\x08\0\0\0\2"
          "\1\0\0\x0c\0\0\0\0\0\0\0\x38\0\0\0\x08\0\0\0\2!<arch>\n!<arch>\n"),
      SX_ARTIFACT_KIND_OTHER },
    { "an encrypted image", LIT("encrcdsa\0\0\0\2"), SX_ARTIFACT_KIND_DISK_IMAGE },
    { "XML", LIT("\xef\xbb\xbf \n<?xml"), SX_ARTIFACT_KIND_PLIST },
    { "a binary property list", LIT("bplist00"), SX_ARTIFACT_KIND_PLIST },
    { "CMS", LIT("\x30\x82\1\2"), SX_ARTIFACT_KIND_PLIST },
};

static void is_of_a_kind(void **state)
{
    const struct row *row = *state;
    struct sx_source source;
    sx_source_memory("it", (struct sx_span){ (const uint8_t *)row->bytes.ptr, row->bytes.len, 0 },
                     &source);
    assert_int_equal(sx_kind_of_file(&source, sx_container_format_at(&source)), row->kind);
}

int main(void)
{
    static struct rows list;
    ADD_ROWS(&list, rows, is_of_a_kind);
    return run_rows("kind", &list);
}
