/* SPDX-License-Identifier: MIT */
#include "inspect/kind.h"

#include "base/arith.h"
#include "macho/macho.h"

/* Magic numbers at fixed offsets. */
static const struct magic {
    size_t at;
    struct sx_str bytes;
    enum sx_ArtifactKind kind;
} magics[] = {
    { 0, { "PK\x03\x04", 4 }, SX_ARTIFACT_KIND_ZIP },
    { 0, { "PK\x05\x06", 4 }, SX_ARTIFACT_KIND_ZIP }, /* empty */
    { 0, { "xar!", 4 }, SX_ARTIFACT_KIND_INSTALLER_PACKAGE },
    { 0, { "encrcdsa", 8 }, SX_ARTIFACT_KIND_DISK_IMAGE }, /* encrypted */
    { 0, { "\x1f\x8b", 2 }, SX_ARTIFACT_KIND_GZIP },
    { 0, { "BZh", 3 }, SX_ARTIFACT_KIND_ARCHIVE },
    { 0,
      { "\xfd"
        "7zXZ",
        5 },
      SX_ARTIFACT_KIND_ARCHIVE },
    { 0, { "7z\xbc\xaf\x27\x1c", 6 }, SX_ARTIFACT_KIND_ARCHIVE },
    { 0, { "!<arch>\n", 8 }, SX_ARTIFACT_KIND_ARCHIVE },
    { 257, { "ustar", 5 }, SX_ARTIFACT_KIND_TAR },
};

/* The trailer of a UDIF disk image: 512 bytes at the end that begin with "koly". */
static bool has_image_trailer(const struct sx_source *source)
{
    char magic[4];
    struct sx_err ignored = { 0 };
    return source->size >= 512 &&
           sx_source_pread(source, source->size - 512, magic, sizeof(magic), &ignored) &&
           memcmp(magic, "koly", sizeof(magic)) == 0;
}

/* May these bytes begin a property list? XML (after a byte order mark and white space), binary,
 * or CMS: a DER or BER SEQUENCE, which a signed profile is. */
static bool may_be_plist(struct sx_str head)
{
    size_t at = sx_str_starts(head, SX_STR("\xef\xbb\xbf")) ? 3 : 0;
    while (at < head.len && strchr(" \t\r\n", head.ptr[at]) != NULL && head.ptr[at] != '\0')
        at++;
    struct sx_str rest = sx_str_sub(head, at, head.len);
    return sx_str_starts(rest, SX_STR("<")) || sx_str_starts(head, SX_STR("bplist")) ||
           sx_str_starts(head, SX_STR("\x30\x80")) || sx_str_starts(head, SX_STR("\x30\x82")) ||
           sx_str_starts(head, SX_STR("\x30\x83"));
}

enum sx_ArtifactKind sx_kind_of_file(const struct sx_source *source)
{
    uint8_t bytes[SX_MACHO_SNIFF];
    struct sx_err ignored = { 0 }; /* who reads the file says why it cannot be read */
    size_t len = (size_t)sx_min_u64(source->size, sizeof(bytes));
    if (!sx_source_pread(source, 0, bytes, len, &ignored))
        return SX_ARTIFACT_KIND_OTHER;
    struct sx_str head = { (const char *)bytes, len };
    if (sx_macho_sniff((struct sx_span){ bytes, len, 0 }))
        return SX_ARTIFACT_KIND_MACHO;
    for (size_t i = 0; i < SX_LEN(magics); i++)
        if (sx_str_starts(sx_str_sub(head, magics[i].at, len), magics[i].bytes))
            return magics[i].kind;
    if (has_image_trailer(source))
        return SX_ARTIFACT_KIND_DISK_IMAGE;
    return may_be_plist(head) ? SX_ARTIFACT_KIND_PLIST : SX_ARTIFACT_KIND_OTHER;
}

const char *sx_kind_promised(struct sx_str name)
{
    static const struct {
        const char *suffix, *what;
    } promises[] = {
        { ".app", "an app" },
        { ".appex", "an app extension" },
        { ".dext", "a driver" },
        { ".dmg", "a disk image" },
        { ".entitlements", "entitlements" },
        { ".framework", "a framework" },
        { ".ipa", "an app archive" },
        { ".kext", "a kernel extension" },
        { ".mobileconfig", "a configuration profile" },
        { ".mobileprovision", "a provisioning profile" },
        { ".mpkg", "an installer package" },
        { ".pkg", "an installer package" },
        { ".provisionprofile", "a provisioning profile" },
        { ".sparseimage", "a disk image" },
        { ".systemextension", "a system extension" },
        { ".tar", "an archive" },
        { ".tgz", "an archive" },
        { ".xip", "an archive" },
        { ".zip", "an archive" },
    };
    for (size_t i = 0; i < SX_LEN(promises); i++)
        if (sx_str_ends(name, sx_str_of(promises[i].suffix)))
            return promises[i].what;
    return NULL;
}

static bool has(const struct sx_map *plist, const char *key)
{
    return sx_map_get(plist, sx_str_of(key)) != NULL;
}

enum sx_ArtifactKind sx_kind_of_plist(const struct sx_map *plist)
{
    if (has(plist, "PayloadType") || has(plist, "PayloadContent"))
        return SX_ARTIFACT_KIND_MOBILECONFIG;
    if (has(plist, "Entitlements") && (has(plist, "UUID") || has(plist, "TeamIdentifier")))
        return SX_ARTIFACT_KIND_PROFILE;
    for (size_t i = 0; i < plist->n; i++)
        if (sx_str_starts(plist->at[i].key.str, SX_STR("com.apple.security.")) ||
            sx_str_starts(plist->at[i].key.str, SX_STR("com.apple.developer.")))
            return SX_ARTIFACT_KIND_ENTITLEMENTS;
    return SX_ARTIFACT_KIND_PLIST;
}
