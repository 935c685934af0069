/* SPDX-License-Identifier: MIT */
/* What is wrong with names of members whatever the container. */
#pragma once
#include "package/container.h"

/* sx_container_check_name notes of a member's path that it is no UTF-8, has two normal forms, or is
 * an AppleDouble file where none should be. */
void sx_container_check_name(struct sx_container *container, struct sx_arena *arena,
                             struct sx_str path);
