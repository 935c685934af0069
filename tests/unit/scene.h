/* SPDX-License-Identifier: MIT */
/* A signature under test: made of parts, read, and its problems compared with the one expected. */
#pragma once
#include "codesign/signature.h"
#include "blobs.h"

#define NO_FAULT SX_CODE_FAULT_END

/* Code of 9000 bytes: three pages of 4 KiB, the last of them partial. */
extern char code_bytes[9000];
#define CODE                                                                                       \
    {                                                                                              \
        code_bytes, sizeof(code_bytes)                                                             \
    }

/* What a signature under test is made of; what is not said is as signers write it. */
struct spec {
    struct directory directories[3]; /* in slots 0, 0x1000, 0x1001; version 0 ends the list */
    struct part parts[5];            /* beside them; slot 0 ends the list */
    bool no_cms;                     /* no empty CMS blob at the end */
    size_t slack;
};

/* A signature being read. */
struct scene {
    struct sx_arena *arena;
    struct sx_crypto *crypto;
    struct sx_hasher *hasher;
    struct sx_span area;
    struct sx_signature *signature;
    struct sx_code_problems problems;
    bool ok;
};

/* scene_of makes and reads the signature; scene_release frees all of it. */
struct scene scene_of(const struct spec *spec);
void scene_release(struct scene *scene);
/* assert_fault wants exactly the one fault, on the slot where it belongs; NO_FAULT: none. */
void assert_fault(const struct scene *scene, enum sx_code_fault fault, int64_t slot);
