/* SPDX-License-Identifier: MIT */
/* Extended attributes of an opened file, by the names that macOS has for them. They are not in
 * POSIX: Linux lets users have names that begin with "user." only (xattr(7)), which stands before
 * Apple's there; other systems have none that are known here. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* sx_xattr_get reads one into `buf`, or with `len` 0 tells its size; -1 with errno when it cannot,
 * ENODATA when there is none of that name. */
ssize_t sx_xattr_get(int fd, const char *name, void *buf, size_t len);
/* sx_xattr_list writes the names that macOS could see, a NUL behind each, and returns how many
 * bytes that are; -1 with errno when it cannot, ERANGE when they do not fit. */
ssize_t sx_xattr_list(int fd, char *buf, size_t len);
/* sx_xattr_any tells whether there is any that macOS could see. */
bool sx_xattr_any(int fd);
