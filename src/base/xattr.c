/* SPDX-License-Identifier: MIT */
#include "base/xattr.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#if defined(__APPLE__)
#include <sys/xattr.h>
#define PREFIX ""
static ssize_t get(int fd, const char *name, void *buf, size_t len)
{
    return fgetxattr(fd, name, buf, len, 0, 0);
}
static ssize_t list(int fd, char *buf, size_t len)
{
    return flistxattr(fd, buf, len, 0);
}
#elif defined(__linux__)
#include <sys/xattr.h>
#define PREFIX "user."
static ssize_t get(int fd, const char *name, void *buf, size_t len)
{
    return fgetxattr(fd, name, buf, len);
}
static ssize_t list(int fd, char *buf, size_t len)
{
    return flistxattr(fd, buf, len);
}
#else
#define PREFIX ""
static ssize_t get(int fd, const char *name, void *buf, size_t len)
{
    (void)fd, (void)name, (void)buf, (void)len;
    errno = ENOTSUP;
    return -1;
}
static ssize_t list(int fd, char *buf, size_t len)
{
    (void)fd, (void)buf, (void)len;
    return 0;
}
#endif

/* Every system has its own word for none. */
static bool says_absent(int number)
{
#ifdef ENOATTR
    if (number == ENOATTR)
        return true;
#endif
    return number == ENODATA || number == ENOTSUP || number == EPERM;
}

ssize_t sx_xattr_get(int fd, const char *name, void *buf, size_t len)
{
    char full[256];
    if ((size_t)snprintf(full, sizeof(full), PREFIX "%s", name) >= sizeof(full)) {
        errno = ENODATA;
        return -1;
    }
    ssize_t n = get(fd, full, buf, len);
    if (n < 0 && says_absent(errno))
        errno = ENODATA;
    return n;
}

ssize_t sx_xattr_list(int fd, char *buf, size_t len)
{
    ssize_t n = list(fd, buf, len), kept = 0;
    for (ssize_t at = 0; at < n;) {
        const char *name = buf + at, *seen = name + strlen(PREFIX);
        at += (ssize_t)strlen(name) + 1;
        if (strncmp(name, PREFIX, strlen(PREFIX)) != 0)
            continue;
        memmove(buf + kept, seen, strlen(seen) + 1);
        kept += (ssize_t)strlen(buf + kept) + 1;
    }
    return n < 0 ? (says_absent(errno) ? 0 : -1) : kept;
}

bool sx_xattr_any(int fd)
{
    char names[4096];
    ssize_t n = sx_xattr_list(fd, names, sizeof(names));
    return n > 0 || (n < 0 && errno == ERANGE); /* more than anyone has by chance */
}
