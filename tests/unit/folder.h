/* SPDX-License-Identifier: MIT */
/* A folder of files for one test, spelled as a list. */
#pragma once
#include "base/str.h"

/* What stands in a folder: "name" or "a/b/name" with a text; a path that ends in '/' is a
 * folder; a text that begins with "-> " makes a link; "fifo" as text with `special` a fifo. */
struct folder_entry {
    const char *path;
    const char *text;
    size_t len; /* of the text when it holds NUL; 0 = strlen */
};

/* folder_new makes a fresh folder with these entries, ended by a NULL path; folder_free removes
 * it and frees the path. */
char *folder_new(const struct folder_entry *entries);
void folder_free(char *path);
/* folder_empty removes what is in it. */
void folder_empty(const char *path);
