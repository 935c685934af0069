/* SPDX-License-Identifier: MIT */
#include "macho/names.h"

/* What lipo prints (mach/machine.h has the numbers). */
static const struct arch {
    uint32_t cputype, cpusubtype;
    const char *name;
} archs[] = {
    { SX_CPU_I386, 3, "i386" },         { SX_CPU_X86_64, 3, "x86_64" },
    { SX_CPU_X86_64, 8, "x86_64h" },    { SX_CPU_ARM, 0, "arm" },
    { SX_CPU_ARM, 5, "armv4t" },        { SX_CPU_ARM, 6, "armv6" },
    { SX_CPU_ARM, 7, "armv5" },         { SX_CPU_ARM, 9, "armv7" },
    { SX_CPU_ARM, 10, "armv7f" },       { SX_CPU_ARM, 11, "armv7s" },
    { SX_CPU_ARM, 12, "armv7k" },       { SX_CPU_ARM, 14, "armv6m" },
    { SX_CPU_ARM, 15, "armv7m" },       { SX_CPU_ARM, 16, "armv7em" },
    { SX_CPU_ARM64, 0, "arm64" },       { SX_CPU_ARM64, 1, "arm64v8" },
    { SX_CPU_ARM64, 2, "arm64e" },      { SX_CPU_ARM64_32, 0, "arm64_32" },
    { SX_CPU_ARM64_32, 1, "arm64_32" }, { SX_CPU_POWERPC, 0, "ppc" },
    { SX_CPU_POWERPC, 9, "ppc750" },    { SX_CPU_POWERPC, 10, "ppc7400" },
    { SX_CPU_POWERPC, 11, "ppc7450" },  { SX_CPU_POWERPC, 100, "ppc970" },
    { SX_CPU_POWERPC64, 0, "ppc64" },   { SX_CPU_POWERPC64, 100, "ppc970-64" },
};

struct sx_str sx_macho_arch(struct sx_arena *arena, uint32_t cputype, uint32_t cpusubtype)
{
    uint32_t subtype = cpusubtype & SX_CPU_SUBTYPE_BITS;
    for (size_t i = 0; i < SX_LEN(archs); i++)
        if (archs[i].cputype == cputype && archs[i].cpusubtype == subtype)
            return sx_str_of(archs[i].name);
    return sx_str_printf(arena, "cputype %u subtype %u", cputype, subtype);
}

static const struct type {
    const char *name;
    uint32_t value;
    bool is_signable;
} types[] = {
#define X(name, value, text, signable) { text, value, signable },
    SX_MACHO_TYPES(X)
#undef X
};

static const struct type *find_type(uint32_t filetype)
{
    static const struct type unknown = { .name = "other" };
    for (size_t i = 0; i < SX_LEN(types); i++)
        if (types[i].value == filetype)
            return &types[i];
    return &unknown;
}

const char *sx_macho_type_name(uint32_t filetype)
{
    return find_type(filetype)->name;
}

bool sx_macho_type_is_signable(uint32_t filetype)
{
    return find_type(filetype)->is_signable;
}

const char *sx_macho_platform_name(uint32_t platform)
{
    switch (platform) {
#define X(name, value, text)                                                                       \
    case value:                                                                                    \
        return text;
        SX_MACHO_PLATFORMS(X)
#undef X
    default:
        return "unknown";
    }
}

struct sx_str sx_macho_version_text(struct sx_arena *arena, uint32_t version)
{
    unsigned patch = version & 0xff;
    if (patch == 0)
        return sx_str_printf(arena, "%u.%u", version >> 16, version >> 8 & 0xff);
    return sx_str_printf(arena, "%u.%u.%u", version >> 16, version >> 8 & 0xff, patch);
}

/* otool leaves out zeros at the end, but not the second number. */
struct sx_str sx_macho_source_version_text(struct sx_arena *arena, uint64_t version)
{
    unsigned part[5] = { (unsigned)(version >> 40), version >> 30 & 0x3ff, version >> 20 & 0x3ff,
                         version >> 10 & 0x3ff, version & 0x3ff };
    size_t n = SX_LEN(part);
    while (n > 2 && part[n - 1] == 0)
        n--;
    struct sx_str text = sx_str_printf(arena, "%u", part[0]);
    for (size_t i = 1; i < n; i++)
        text = sx_str_printf(arena, "%.*s.%u", SX_STR_ARG(text), part[i]);
    return text;
}
