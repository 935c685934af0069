/* SPDX-License-Identifier: MIT */
/* How Swift's classes are called in the tables of the Objective-C runtime. */
#pragma once
#include "base/arena.h"

/* sx_macho_swift_name turns the mangled name of a class, "_TtC6Waffle4Iron", into what property
 * lists call it: "Waffle.Iron". Nested classes are joined likewise; private ones lose the tag of
 * their file. Any other name comes back as it is (Swift, docs/ABI/OldMangling.rst). */
struct sx_str sx_macho_swift_name(struct sx_arena *arena, struct sx_str name);
