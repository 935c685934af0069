/* SPDX-License-Identifier: MIT */
/* An app with all that a seal covers, in YAML, for tests of what breaks it. */
#pragma once
#include "examined.h"

/* What a test changes of the app. */
struct sealed_app {
    const char *sign;  /* how the app is signed; NULL: SEALED_TWICE */
    const char *files; /* more files, a line each; NULL: none */
    const char *after; /* edits when all is signed, a line each; NULL: none */
};

/* By SHA-1 and SHA-256, and with more to say of the seal. */
#define SEALED_TWICE_AND(more) "hashes: [sha1, sha256], seal: {sha1: true" more "}"
#define SEALED_TWICE           SEALED_TWICE_AND("")
/* A line of `files`, and of `after`. */
#define FILE_LINE(text) "      " text "\n"
#define EDIT(text)      "  - {" text "}\n"

/* sealed_app_examine builds the app and examines it; sealed_app_yaml is its description. */
void sealed_app_examine(struct examined *e, const struct sealed_app *app);
const char *sealed_app_yaml(struct sx_arena *arena, const struct sealed_app *app);

/* sealed_problems lists all problems, a line each, in the order of the facts:
 *     [CODE: ]KIND[ SYMBOL][ PATH]
 * with paths below A.app, and CODE that has the problem left out where it is A.app itself. What was
 * not examined of a code object's problems is "? REASON". */
struct sx_str sealed_problems(const struct examined *e);
/* sealed_state names the state of the first slice of the code object at this path. */
struct sx_str sealed_state(const struct examined *e, const char *path);
