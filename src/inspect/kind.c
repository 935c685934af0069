/* SPDX-License-Identifier: MIT */
#include "inspect/kind.h"

#include "base/arith.h"
#include "macho/macho.h"

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

enum sx_ArtifactKind sx_kind_of_file(const struct sx_source *source,
                                     const struct sx_container_format *format)
{
    uint8_t bytes[SX_MACHO_SNIFF];
    struct sx_err ignored = { 0 }; /* who reads the file says why it cannot be read */
    size_t len = (size_t)sx_min_u64(source->size, sizeof(bytes));
    if (!sx_source_pread(source, 0, bytes, len, &ignored))
        return SX_ARTIFACT_KIND_OTHER;
    struct sx_str head = { (const char *)bytes, len };
    struct sx_span in = { bytes, len, 0 };
    if (sx_macho_is_code(source, in))
        return SX_ARTIFACT_KIND_MACHO;
    if (format != NULL)
        return sx_enum_number(&sx_enumeration_ArtifactKind, sx_container_kind_name(format->kind));
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
