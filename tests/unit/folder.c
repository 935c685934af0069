/* SPDX-License-Identifier: MIT */
#include "folder.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void die(const char *what)
{
    perror(what);
    abort();
}

static void make_parents(char *path, size_t from)
{
    for (char *p = path + from; (p = strchr(p, '/')) != NULL; p++) {
        *p = '\0';
        mkdir(path, 0755); /* there already: fine */
        *p = '/';
    }
}

static void make_file(const char *path, const struct folder_entry *entry)
{
    FILE *f = fopen(path, "wb");
    size_t len = entry->len > 0 ? entry->len : strlen(entry->text);
    if (f == NULL || fwrite(entry->text, 1, len, f) != len || fclose(f) != 0)
        die(path);
}

static void make_entry(const char *root, const struct folder_entry *entry)
{
    char path[1024];
    snprintf(path, sizeof(path), "%s/%s", root, entry->path);
    make_parents(path, strlen(root) + 1);
    if (entry->text == NULL || path[strlen(path) - 1] == '/')
        return;
    if (strncmp(entry->text, "-> ", 3) == 0) {
        if (symlink(entry->text + 3, path) != 0)
            die(path);
    } else if (strcmp(entry->text, "fifo") == 0) {
        if (mkfifo(path, 0644) != 0)
            die(path);
    } else {
        make_file(path, entry);
    }
}

char *folder_new(const struct folder_entry *entries)
{
    char *root = strdup("/tmp/sxlint-test-XXXXXX");
    if (root == NULL || mkdtemp(root) == NULL)
        die("mkdtemp");
    for (; entries->path != NULL; entries++)
        make_entry(root, entries);
    return root;
}

static int drop(const char *path, const struct stat *st, int type, struct FTW *where)
{
    (void)st;
    (void)type;
    (void)where;
    return remove(path);
}

void folder_empty(const char *path)
{
    nftw(path, drop, 16, FTW_DEPTH | FTW_PHYS);
    mkdir(path, 0700);
}

void folder_free(char *path)
{
    nftw(path, drop, 16, FTW_DEPTH | FTW_PHYS);
    free(path);
}
