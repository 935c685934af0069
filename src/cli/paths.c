/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L
#include "cli/cli.h"

#include <stdlib.h>

char *next_path(bool null_ended)
{
    char *path = NULL;
    size_t size = 0;
    int end = null_ended ? '\0' : '\n';
    ssize_t n;
    while ((n = getdelim(&path, &size, end, stdin)) > 0) {
        if (path[n - 1] == (char)end)
            path[--n] = '\0';
        if (n > 0)
            return path;
    }
    free(path);
    return NULL;
}
