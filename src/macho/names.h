/* SPDX-License-Identifier: MIT */
/* Numbers of Mach-O and what they are called: processors as lipo prints them, file types and
 * platforms as the facts spell them, versions as Apple's tools print them. */
#pragma once
#include "base/arena.h"

/* Processors (mach/machine.h). The top byte of a type is the ABI, that of a subtype holds
 * capabilities. */
#define SX_CPU_I386         7u
#define SX_CPU_X86_64       0x01000007u
#define SX_CPU_ARM          12u
#define SX_CPU_ARM64        0x0100000cu
#define SX_CPU_ARM64_32     0x0200000cu
#define SX_CPU_POWERPC      18u
#define SX_CPU_POWERPC64    0x01000012u
#define SX_CPU_SUBTYPE_BITS 0x00ffffffu

/* sx_macho_arch names a processor as lipo does: "arm64e", "x86_64"; one that it does not know is
 * "cputype N subtype M". Capabilities do not count. The text lives as long as `arena`. */
struct sx_str sx_macho_arch(struct sx_arena *arena, uint32_t cputype, uint32_t cpusubtype);

/* File types (mach-o/loader.h): value, name among the facts, and whether Security takes it for
 * signable Mach-O (machorep.cpp, MachORep::candidate); the others it signs like any file. */
#define SX_MACHO_TYPES(X)                                                                          \
    X(OBJECT, 1, "object", false)                                                                  \
    X(EXECUTE, 2, "execute", true)                                                                 \
    X(FVMLIB, 3, "other", false)                                                                   \
    X(CORE, 4, "core", false)                                                                      \
    X(PRELOAD, 5, "preload", true)                                                                 \
    X(DYLIB, 6, "dylib", true)                                                                     \
    X(DYLINKER, 7, "dylinker", true)                                                               \
    X(BUNDLE, 8, "bundle", true)                                                                   \
    X(DYLIB_STUB, 9, "stub", false)                                                                \
    X(DSYM, 10, "dsym", false)                                                                     \
    X(KEXT_BUNDLE, 11, "kext", true)                                                               \
    X(FILESET, 12, "fileset", false)

enum sx_macho_type {
#define X(name, value, text, signable) SX_MH_##name = value,
    SX_MACHO_TYPES(X)
#undef X
};

/* sx_macho_type_name is "execute" and the like, "other" for a type that is not known. */
const char *sx_macho_type_name(uint32_t filetype);
bool sx_macho_type_is_signable(uint32_t filetype);

/* Platforms (mach-o/loader.h): value and name among the facts. */
#define SX_MACHO_PLATFORMS(X)                                                                      \
    X(MACOS, 1, "macos")                                                                           \
    X(IOS, 2, "ios")                                                                               \
    X(TVOS, 3, "tvos")                                                                             \
    X(WATCHOS, 4, "watchos")                                                                       \
    X(BRIDGEOS, 5, "bridgeos")                                                                     \
    X(CATALYST, 6, "catalyst")                                                                     \
    X(IOS_SIMULATOR, 7, "ios-simulator")                                                           \
    X(TVOS_SIMULATOR, 8, "tvos-simulator")                                                         \
    X(WATCHOS_SIMULATOR, 9, "watchos-simulator")                                                   \
    X(DRIVERKIT, 10, "driverkit")                                                                  \
    X(VISIONOS, 11, "visionos")                                                                    \
    X(VISIONOS_SIMULATOR, 12, "visionos-simulator")

enum sx_macho_platform {
#define X(name, value, text) SX_MACHO_PLATFORM_##name = value,
    SX_MACHO_PLATFORMS(X)
#undef X
};

/* sx_macho_platform_name is "macos" and the like, "unknown" for a number that is not known. */
const char *sx_macho_platform_name(uint32_t platform);

/* sx_macho_version_text prints 16.8.8 bits as vtool does: "13.0", "10.11.4". */
struct sx_str sx_macho_version_text(struct sx_arena *arena, uint32_t version);
/* sx_macho_source_version_text prints the 24.10.10.10.10 bits of LC_SOURCE_VERSION: "1226.0". */
struct sx_str sx_macho_source_version_text(struct sx_arena *arena, uint64_t version);
