/* SPDX-License-Identifier: MIT */
/* Disk images: UDIF, a bare disk, and those that need a password. What is in their volumes becomes
 * a tree; what the image says of itself is kept beside it.
 *
 * An image is a container and a code object at once: it can be signed like code, with a signature
 * that covers the file up to it. */
#pragma once
#include "package/container.h"
#include "package/partition.h"
#include "package/udif.h"

struct sx_image_data {
    const char *format; /* as hdiutil calls it: "UDZO", ... (ImageFormat) */
    bool is_encrypted;
    enum sx_file_system fs;     /* of the first volume; UNKNOWN when none was recognised */
    bool has_applications_link; /* its root holds a link to /Applications */
    bool has_trailer;           /* else there is no place for a signature */
    struct sx_udif_trailer trailer;
};
