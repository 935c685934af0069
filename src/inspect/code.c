/* SPDX-License-Identifier: MIT */
/* Code objects: what they are, where they stand, what their Info.plist says. */
#include "inspect/inspector.h"
#include "inspect/info.h"
#include "base/limits.h"
#include "value/plist.h"

static enum sx_CodeKind kind_of_suffix(enum sx_suffix suffix)
{
    static const enum sx_CodeKind kinds[] = {
        [SX_SUFFIX_NONE] = SX_CODE_KIND_ABSENT,
        [SX_SUFFIX_APP] = SX_CODE_KIND_APP,
        [SX_SUFFIX_APPEX] = SX_CODE_KIND_APP_EXTENSION,
        [SX_SUFFIX_SYSTEM_EXTENSION] = SX_CODE_KIND_SYSTEM_EXTENSION,
        [SX_SUFFIX_DEXT] = SX_CODE_KIND_DRIVER_EXTENSION,
        [SX_SUFFIX_FRAMEWORK] = SX_CODE_KIND_FRAMEWORK,
        [SX_SUFFIX_XPC] = SX_CODE_KIND_XPC_SERVICE,
        [SX_SUFFIX_KEXT] = SX_CODE_KIND_KEXT,
        [SX_SUFFIX_PACKAGE] = SX_CODE_KIND_INSTALLER_PACKAGE,
        [SX_SUFFIX_PLUGIN] = SX_CODE_KIND_PLUGIN,
    };
    return kinds[suffix];
}

/* CFBundlePackageType (Apple, "Information Property List"). */
static enum sx_CodeKind kind_of_package_type(const struct sx_map *info)
{
    static const struct {
        const char *type;
        enum sx_CodeKind kind;
    } table[] = {
        { "APPL", SX_CODE_KIND_APP },
        { "SYSX", SX_CODE_KIND_SYSTEM_EXTENSION },
        { "DEXT", SX_CODE_KIND_DRIVER_EXTENSION },
        { "XPC!", SX_CODE_KIND_XPC_SERVICE },
        { "FMWK", SX_CODE_KIND_FRAMEWORK },
        { "KEXT", SX_CODE_KIND_KEXT },
    };
    struct sx_str type;
    if (sx_map_str(info, "CFBundlePackageType", &type))
        for (size_t i = 0; i < SX_LEN(table); i++)
            if (sx_str_is(type, table[i].type))
                return table[i].kind;
    return SX_CODE_KIND_ABSENT;
}

static enum sx_CodeKind kind_of_file_type(const struct sx_Code *code)
{
    if (code->slices.n == 0)
        return SX_CODE_KIND_OTHER;
    switch ((enum sx_FileType)SX_AT(Slice, code->slices, 0)->fileType) {
    case SX_FILE_TYPE_EXECUTE:
        return SX_CODE_KIND_EXECUTABLE;
    case SX_FILE_TYPE_DYLIB:
    case SX_FILE_TYPE_STUB:
        return SX_CODE_KIND_DYLIB;
    case SX_FILE_TYPE_BUNDLE:
        return SX_CODE_KIND_BUNDLE;
    case SX_FILE_TYPE_KEXT:
        return SX_CODE_KIND_KEXT;
    case SX_FILE_TYPE_ABSENT:
    case SX_FILE_TYPE_DYLINKER:
    case SX_FILE_TYPE_PRELOAD:
    case SX_FILE_TYPE_OBJECT:
    case SX_FILE_TYPE_DSYM:
    case SX_FILE_TYPE_CORE:
    case SX_FILE_TYPE_FILESET:
    case SX_FILE_TYPE_OTHER:
    case SX_FILE_TYPE_NONE:
    case SX_FileType_END:
        break;
    }
    return SX_CODE_KIND_OTHER;
}

static enum sx_CodeKind kind_of(const struct sx_found_code *found, const struct sx_Code *code,
                                bool is_script)
{
    enum sx_CodeKind kind = kind_of_suffix(found->suffix);
    if (is_script && found->bundle == NULL)
        return SX_CODE_KIND_SCRIPT;
    if (kind == SX_CODE_KIND_ABSENT && found->bundle != NULL)
        kind = kind_of_package_type(found->bundle->info);
    if (kind == SX_CODE_KIND_ABSENT && found->bundle != NULL)
        kind = SX_CODE_KIND_BUNDLE;
    return kind != SX_CODE_KIND_ABSENT ? kind : kind_of_file_type(code);
}

struct sx_str sx_code_stem(struct sx_str name)
{
    for (size_t i = name.len; i > 1; i--)
        if (name.ptr[i - 1] == '.')
            return sx_str_sub(name, 0, i - 1);
    return name;
}

static void place_in_host(struct sx_Code *code, struct sx_str path, const struct sx_Code *host,
                          const struct sx_found_code *found)
{
    if (host == NULL)
        return;
    size_t root = found->host->path.len;
    code->host = host;
    code->place = root > 0 ? sx_str_sub(path, root + 1, path.len) : path;
}

/* The Info.plist of a bundle. One that is there and cannot be used leaves `info` unread. */
static void bundle_info(struct sx_subject *s, struct sx_Code *code, const struct sx_bundle *b,
                        struct sx_problems *problems)
{
    static const char *const members[] = { "info", "identifier" };
    code->info = b->info;
    sx_map_str(b->info, "CFBundleIdentifier", &code->identifier);
    if (b->info_path.ptr == NULL)
        return;
    struct sx_str path = sx_subject_path(s, b->info_path);
    code->head.document = sx_document_new(s, b->info_path, b->info_text);
    if (b->info != NULL)
        return;
    sx_unread_all(&code->head, s->in->arena, members, SX_LEN(members), &b->info_err);
    if (sx_is_broken(&b->info_err))
        sx_problem_add(problems, SX_PROBLEM_INFO_PLIST_UNREADABLE, path, b->info_err.off,
                       sx_reason_of(s->in->arena, &b->info_err));
}

static uint16_t layout_of(const struct sx_found_code *found)
{
    if (found->bundle == NULL)
        return SX_LAYOUT_FILE;
    return sx_enum_number(&sx_enumeration_Layout, sx_bundle_layout_name(found->bundle->layout));
}

void sx_inspect_code(struct sx_subject *s, struct sx_subject_code *subject, struct sx_Code *host)
{
    const struct sx_found_code *found = subject->found;
    struct sx_Code *code = SX_FACT(s->in->arena, Code);
    subject->facts = code;
    subject->problems = (struct sx_problems){ .arena = s->in->arena };
    code->path = sx_subject_path(s, found->path);
    code->name = sx_str_base(code->path);
    code->stem = sx_code_stem(code->name);
    code->layout = layout_of(found);
    code->container = s->container;
    place_in_host(code, found->path, host, found);
    if (found->bundle != NULL) {
        bundle_info(s, code, found->bundle, &subject->problems);
        sx_inspect_stapled(s, code, found->bundle);
    }
    if (found->main.ptr != NULL)
        code->main = sx_member_new(s, found->main, &found->main_entry);
    struct sx_str profile =
        found->bundle != NULL ? sx_embedded_profile(s, found->bundle) : (struct sx_str){ 0 };
    if (profile.ptr != NULL)
        code->profile = sx_inspect_profile(s, profile);
    if (found->main_is_macho)
        sx_inspect_slices(s, subject);
    bool is_script = code->slices.n == 0 && sx_inspect_plain(s, subject);
    code->kind = (uint16_t)kind_of(found, code, is_script);
    sx_inspect_info(s, subject);
    sx_inspect_installed(s, code, found->path);
}
