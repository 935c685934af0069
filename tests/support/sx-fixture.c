/* SPDX-License-Identifier: MIT */
/* sx-fixture: signed Mac software for tests, from small files. */
#include "image.h"

#include <stdio.h>
#include <string.h>

static const char usage[] =
    "sx-fixture build FIXTURE.yaml OUTDIR   make what a fixture file describes\n"
    "sx-fixture pki OUTDIR                  write the roots that stand for Apple's, as PEM\n"
    "sx-fixture image FOLDER OUT.dmg [FORMAT [IDENTIFIER]]\n"
    "                                       make a disk image of a folder: UDZO, UDBZ, ULFO, "
    "ULMO,\n"
    "                                       UDCO or UDRO; signed when it has an identifier\n";

static void complain(const struct sx_err *err)
{
    if (err->line > 0 && err->file != NULL)
        fprintf(stderr, "%s:%u:%u: %s\n", err->file, err->line, err->column, err->what);
    else
        fprintf(stderr, "sx-fixture: %s\n", err->what);
}

static bool make_image(struct sx_arena *arena, char **argv, struct sx_err *err)
{
    struct sx_fx_image_spec spec = { .format = sx_str_of(argv[2]) };
    if (argv[2] != NULL)
        spec.identifier = sx_str_of(argv[3]);
    return sx_fx_write_image(arena, argv[0], argv[1], &spec, err);
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
    } else if (argc >= 4 && argc <= 6 && strcmp(argv[1], "image") == 0) {
        done = make_image(arena, argv + 2, &err);
    } else {
        fputs(usage, stderr);
        return 2;
    }
    if (!done)
        complain(&err);
    return done ? 0 : 1;
}
