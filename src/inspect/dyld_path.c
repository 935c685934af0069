/* SPDX-License-Identifier: MIT */
#include "inspect/dyld.h"

bool sx_dyld_after(struct sx_str path, const char *variable, struct sx_str *rest)
{
    struct sx_str name = sx_str_of(variable);
    if (!sx_str_starts(path, name) || (path.len > name.len && path.ptr[name.len] != '/'))
        return false;
    *rest = sx_str_sub(path, name.len, path.len);
    return true;
}

bool sx_dyld_within(struct sx_str path, struct sx_str folder)
{
    return folder.len == 0 ||
           (sx_str_starts(path, folder) && (path.len == folder.len || path.ptr[folder.len] == '/'));
}

struct sx_str sx_dyld_plain(struct sx_arena *arena, struct sx_str path)
{
    char *out = sx_arena_alloc(arena, path.len + 1);
    size_t len = 0;
    for (size_t at = 0; at < path.len;) {
        struct sx_str rest = sx_str_sub(path, at, path.len);
        struct sx_str name = sx_str_sub(rest, 0, sx_str_find(rest, SX_STR("/")));
        at += name.len + 1;
        if (name.len == 0 || sx_str_is(name, "."))
            continue;
        if (sx_str_is(name, "..")) {
            while (len > 0 && out[--len] != '/')
                continue;
            continue;
        }
        out[len++] = '/';
        memcpy(out + len, name.ptr, name.len);
        len += name.len;
    }
    return (struct sx_str){ out, len };
}

struct sx_str sx_dyld_lower(struct sx_arena *arena, struct sx_str text)
{
    char *out = sx_arena_alloc(arena, text.len + 1);
    for (size_t i = 0; i < text.len; i++)
        out[i] = text.ptr[i] >= 'A' && text.ptr[i] <= 'Z' ? (char)(text.ptr[i] + 32) : text.ptr[i];
    return (struct sx_str){ out, text.len };
}

/* The data volume is mounted below /System too, and holds what users put there. */
bool sx_dyld_is_system(struct sx_str path)
{
    return sx_str_starts(path, SX_STR("/usr/lib/")) ||
           (sx_str_starts(path, SX_STR("/System/")) &&
            !sx_str_starts(path, SX_STR("/System/Volumes/")));
}

/* Libraries of /usr/lib, up to the first dot of their names, sorted: those of the macOS SDK that
 * other products ship copies of, or that old ones rely upon. */
static const char *const shipped[] = {
    "libEndpointSecurity",
    "libSystem",
    "libarchive",
    "libbsm",
    "libbz2",
    "libc",
    "libc++",
    "libc++abi",
    "libcharset",
    "libcompression",
    "libcups",
    "libcurl",
    "libdl",
    "libedit",
    "libexpat",
    "libexslt",
    "libffi",
    "libform",
    "libgcc_s",
    "libiconv",
    "libicucore",
    "libldap",
    "liblzma",
    "libm",
    "libmenu",
    "libncurses",
    "libnetwork",
    "libobjc",
    "libpam",
    "libpanel",
    "libpcap",
    "libpthread",
    "libresolv",
    "libsandbox",
    "libsasl2",
    "libsqlite3",
    "libstdc++",
    "libtidy",
    "libutil",
    "libxml2",
    "libxslt",
    "libz",
};

static bool is_shipped(struct sx_str name)
{
    struct sx_str stem = sx_str_sub(name, 0, sx_str_find(name, SX_STR(".")));
    for (size_t i = 0; i < SX_LEN(shipped); i++)
        if (sx_str_is(stem, shipped[i]))
            return true;
    return false;
}

bool sx_dyld_ships(struct sx_str path, bool *sure)
{
    struct sx_str folder = sx_path_parent(path);
    struct sx_str name = sx_str_base(path);
    *sure = true;
    if (sx_str_ends(folder, SX_STR("/usr/lib/swift"))) /* and of /System/iOSSupport */
        return sx_str_starts(name, SX_STR("libswift"));
    if (sx_str_is(folder, "/usr/lib"))
        return is_shipped(name);
    *sure = false;
    return sx_dyld_is_system(path);
}
