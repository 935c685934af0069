/* SPDX-License-Identifier: MIT */
/* Slices: what the load commands of a Mach-O say. */
#include "inspect/inspector.h"
#include "base/buf.h"
#include "base/limits.h"
#include "inspect/dyld.h"
#include "value/plist.h"

static struct sx_str version_text(struct sx_arena *arena, uint32_t version)
{
    return version != 0 ? sx_macho_version_text(arena, version) : (struct sx_str){ 0 };
}

/* "PCIDriverKit", "libEndpointSecurity": the last component without suffix and version, as
 * dylibs are called in the documentation. */
static struct sx_str dylib_name(struct sx_str path)
{
    struct sx_str name = sx_str_base(path);
    size_t dot = sx_str_find(name, SX_STR("."));
    return dot > 0 ? sx_str_sub(name, 0, dot) : name;
}

/* Where they are found is known later: `*out` is for whoever fills that in. */
static struct sx_objs dylibs_of(struct sx_arena *arena, const struct sx_macho_slice *slice,
                                struct sx_Dylib ***out)
{
    const struct sx_object **at = SX_NEW_N(arena, const struct sx_object *, slice->n_dylibs);
    struct sx_Dylib **dylibs = SX_NEW_N(arena, struct sx_Dylib *, slice->n_dylibs);
    for (size_t i = 0; i < slice->n_dylibs; i++) {
        struct sx_Dylib *dylib = SX_FACT(arena, Dylib);
        dylib->path = slice->dylibs[i].path;
        dylib->name = dylib_name(slice->dylibs[i].path);
        dylib->kind =
            sx_enum_number(&sx_enumeration_LinkKind, sx_macho_link_name(slice->dylibs[i].link));
        dylibs[i] = dylib;
        at[i] = &dylib->head;
    }
    *out = dylibs;
    return (struct sx_objs){ at, slice->n_dylibs };
}

static struct sx_strs segments_of(struct sx_arena *arena, const struct sx_macho_slice *slice)
{
    struct sx_str *at = SX_NEW_N(arena, struct sx_str, slice->n_segments);
    for (size_t i = 0; i < slice->n_segments; i++)
        at[i] = slice->segments[i].name;
    return (struct sx_strs){ at, slice->n_segments };
}

void sx_inspect_anomalies(struct sx_inspector *in, const struct sx_macho_anomalies *anomalies,
                          struct sx_object *owner, struct sx_problems *problems)
{
    for (size_t i = 0; i < anomalies->n; i++) {
        const struct sx_macho_anomaly *a = &anomalies->at[i];
        const char *kind = sx_macho_fault_info(a->fault)->problem;
        sx_problem_add(problems,
                       (enum sx_ProblemKind)sx_enum_number(&sx_enumeration_ProblemKind, kind),
                       (struct sx_str){ 0 }, a->off, a->detail);
    }
    if (anomalies->more > 0)
        sx_fact_unread(owner, in->arena, "problems", SX_UNREAD_NOT_EXAMINED,
                       sx_str_printf(in->arena, "%llu problems more than are listed",
                                     (unsigned long long)anomalies->more),
                       -1);
}

/* Members that the load commands fill, for marking them when the commands cannot be read. */
static const char *const command_members[] = { "platform", "minos",  "sdk",   "entryPoint",
                                               "segments", "dylibs", "rpaths" };

static void read_commands(struct sx_Slice *facts, const struct sx_macho_slice *slice,
                          struct sx_arena *arena)
{
    if (slice->version.has) {
        facts->platform = sx_enum_number(&sx_enumeration_Platform,
                                         sx_macho_platform_name(slice->version.platform));
        facts->minos = sx_macho_version_text(arena, slice->version.minos);
        facts->sdk = version_text(arena, slice->version.sdk);
    }
    facts->entryPoint =
        sx_enum_number(&sx_enumeration_EntryPoint, sx_macho_entry_name(slice->entry));
    facts->segments = segments_of(arena, slice);
    facts->rpaths = slice->rpaths;
    if (slice->err.code != SX_OK)
        sx_unread_all(&facts->head, arena, command_members, SX_LEN(command_members), &slice->err);
}

static struct sx_Slice *slice_new(struct sx_subject *s, struct sx_subject_code *code,
                                  const struct sx_macho *macho, size_t at)
{
    struct sx_arena *arena = s->in->arena;
    const struct sx_macho_slice *slice = &macho->slices[at];
    struct sx_Slice *facts = SX_FACT(arena, Slice);
    struct sx_Dylib **dylibs;
    facts->code = code->facts;
    facts->arch = slice->arch;
    facts->offset = (int64_t)slice->off;
    facts->size = (int64_t)slice->size;
    facts->fileType = slice->has_header ? sx_enum_number(&sx_enumeration_FileType,
                                                         sx_macho_type_name(slice->filetype))
                                        : (uint16_t)SX_FILE_TYPE_OTHER;
    facts->dylibs = dylibs_of(arena, slice, &dylibs);
    read_commands(facts, slice, arena);
    sx_dyld_add(s->dyld, code->found, facts, dylibs, slice, at);
    struct sx_signed_code signed_code = { .bundle = code->found->bundle,
                                          .path = code->found->main,
                                          .slice = slice,
                                          .source = slice->source,
                                          .off = macho->is_signable ? slice->off : 0,
                                          .size = macho->is_signable ? slice->size
                                                                     : slice->source->size };
    sx_inspect_signature(s, &signed_code, facts, &code->slices[at]);
    sx_inspect_notarized(s, code->facts, facts);
    sx_inspect_claims(s, code->facts, facts);
    return facts;
}

/* The property list in __TEXT,__info_plist: the Info.plist of a bare executable. The bundle's own
 * wins over that of its main executable (Security, machorep.cpp). */
static void embedded_info(struct sx_subject *s, struct sx_Code *code, struct sx_span bytes,
                          struct sx_problems *problems)
{
    static const char *const members[] = { "info", "identifier" };
    struct sx_plist plist;
    struct sx_err err = { 0 };
    struct sx_document *document = SX_NEW(s->in->arena, struct sx_document);
    *document = (struct sx_document){ .title = SX_STR("__info_plist"),
                                      .path = code->main->path,
                                      .text = sx_str_of_span(bytes),
                                      .off = bytes.off };
    code->head.document = document;
    if (sx_plist_parse(bytes, s->in->arena, &plist, &err) && plist.root.kind != SX_MAP)
        sx_fail(&err, SX_E_FORMAT, bytes.off, "the property list is no dictionary");
    if (err.code == SX_OK) {
        code->info = plist.root.map;
        sx_map_str(code->info, "CFBundleIdentifier", &code->identifier);
        return;
    }
    sx_unread_all(&code->head, s->in->arena, members, SX_LEN(members), &err);
    if (sx_is_broken(&err))
        sx_problem_add(problems, SX_PROBLEM_INFO_PLIST_UNREADABLE, (struct sx_str){ 0 }, err.off,
                       sx_reason_of(s->in->arena, &err));
}

static bool read_section(struct sx_subject *s, const struct sx_macho_slice *slice,
                         const char *section, struct sx_span *out)
{
    struct sx_macho_range range = sx_macho_section_range(slice, "__TEXT", section);
    struct sx_err err = { 0 }; /* a section outside the slice is an anomaly of the slice */
    return range.has &&
           sx_macho_read(slice, range, SX_MAX_SMALL_FILE, section, s->in->arena, out, &err);
}

static void read_sections(struct sx_subject *s, struct sx_Code *code,
                          const struct sx_macho_slice *slice, struct sx_problems *problems)
{
    struct sx_span bytes;
    if (code->layout == SX_LAYOUT_FILE && read_section(s, slice, "__info_plist", &bytes))
        embedded_info(s, code, bytes, problems);
    if (read_section(s, slice, "__launchd_plist", &bytes))
        sx_inspect_job_section(s, code, bytes);
}

static bool open_macho(struct sx_subject *s, struct sx_str main, struct sx_source *source,
                       struct sx_macho *macho, struct sx_err *err)
{
    struct sx_arena *arena = s->in->arena;
    const char *name = sx_str_dup(arena, sx_escape(arena, sx_subject_path(s, main))).ptr;
    SX_TRY(sx_tree_open(s->tree, main, name, source, err));
    return sx_macho_open(source, arena, macho, err);
}

static void read_slices(struct sx_subject *s, struct sx_subject_code *code, struct sx_macho *macho)
{
    struct sx_arena *arena = s->in->arena;
    const struct sx_object **at = SX_NEW_N(arena, const struct sx_object *, macho->n_slices);
    code->slices = SX_NEW_N(arena, struct sx_subject_slice, macho->n_slices);
    code->n_slices = macho->n_slices;
    sx_inspect_anomalies(s->in, &macho->anomalies, &code->facts->head, &code->problems);
    for (size_t i = 0; i < macho->n_slices; i++)
        at[i] = &slice_new(s, code, macho, i)->head;
    code->facts->slices = (struct sx_objs){ at, macho->n_slices };
    read_sections(s, code->facts, &macho->slices[0], &code->problems);
    sx_settle_requirements(s, code, macho);
}

void sx_inspect_slices(struct sx_subject *s, struct sx_subject_code *code)
{
    static const char *const members[] = { "slices" };
    struct sx_arena *arena = s->in->arena;
    struct sx_source *source = SX_NEW(arena, struct sx_source);
    struct sx_macho macho;
    struct sx_err err = { 0 };
    if (open_macho(s, code->found->main, source, &macho, &err)) {
        read_slices(s, code, &macho);
    } else {
        sx_unread_all(&code->facts->head, arena, members, SX_LEN(members), &err);
        if (sx_is_broken(&err))
            sx_problem_add(&code->problems, SX_PROBLEM_MACHO_MALFORMED,
                           sx_subject_path(s, code->found->main), err.off,
                           sx_reason_of(arena, &err));
    }
    sx_source_close(source);
}
