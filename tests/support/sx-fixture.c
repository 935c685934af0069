/* SPDX-License-Identifier: MIT */
/* sx-fixture: signed Mac software for tests, from small files. */
#include "fixture.h"

#include <stdio.h>
#include <string.h>

static const char usage[] =
    "sx-fixture build FIXTURE.yaml OUTDIR   make what a fixture file describes\n"
    "sx-fixture pki OUTDIR                  write the roots that stand for Apple's, as PEM\n";

static void complain(const struct sx_err *err)
{
    if (err->line > 0 && err->file != NULL)
        fprintf(stderr, "%s:%u:%u: %s\n", err->file, err->line, err->column, err->what);
    else
        fprintf(stderr, "sx-fixture: %s\n", err->what);
}

int main(int argc, char **argv)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_err err = { 0 };
    bool done;
    if (argc == 4 && strcmp(argv[1], "build") == 0) {
        done = sx_fx_build(arena, argv[2], argv[3], &err);
    } else if (argc == 3 && strcmp(argv[1], "pki") == 0) {
        done = sx_fx_write_roots(arena, argv[2], &err);
    } else {
        fputs(usage, stderr);
        return 2;
    }
    if (!done)
        complain(&err);
    return done ? 0 : 1;
}
