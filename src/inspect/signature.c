/* SPDX-License-Identifier: MIT */
/* The signature of a slice or of a file as a whole: what it says, who made it, and whether it
 * holds. */
#include "inspect/signing.h"
#include "base/buf.h"
#include "base/limits.h"
#include "codesign/detached.h"
#include "codesign/pages.h"
#include "crypto/cdhash.h"
#include "package/udif.h"
#include "value/plist.h"

#include <stdlib.h>

/* One signature in the making. */
struct work {
    struct sx_subject *s;
    const struct sx_signed_code *code;
    const struct sx_macho_slice *slice; /* code->slice */
    struct sx_Slice *facts;
    struct sx_Signature *out;
    struct sx_subject_slice *kept;
    struct sx_signature read;
    bool is_embedded;      /* else it is kept in parts beside the code */
    bool has_entitlements; /* they could be read, if only to find none */
    struct sx_problems problems;
};

/* Members that the signature fills, for marking them when it cannot be read. */
static const char *const members[] = {
    "state",           "signer",         "identifier",   "teamIdentifier",
    "flags",           "runtimeVersion", "cdhash",       "codeDirectories",
    "certificates",    "signingTime",    "timestamp",    "entitlements",
    "entitlementsDER", "constraints",    "requirements", "explicitRequirement"
};
static const char *const claim_members[] = { "entitlements", "claims" };

static void set_state(struct sx_Signature *out, enum sx_SignatureState state, enum sx_Signer signer)
{
    out->state = (uint16_t)state;
    out->signer = (uint16_t)signer;
}

static void unreadable(struct work *w, const struct sx_err *err)
{
    struct sx_arena *arena = w->s->in->arena;
    sx_unread_all(&w->out->head, arena, members, SX_LEN(members), err);
    sx_unread_all(&w->facts->head, arena, claim_members, SX_LEN(claim_members), err);
}

static void add_code_problems(struct work *w, const struct sx_code_problems *found)
{
    for (size_t i = 0; i < found->n; i++) {
        const struct sx_code_problem *p = &found->at[i];
        const char *kind = sx_code_fault_info(p->fault)->problem;
        struct sx_Problem *facts = sx_problem_add(
            &w->problems, (enum sx_ProblemKind)sx_enum_number(&sx_enumeration_ProblemKind, kind),
            (struct sx_str){ 0 }, p->off, p->detail);
        facts->slot = (struct sx_opt_int){ p->slot != SX_NO_SLOT, p->slot };
        facts->page = (struct sx_opt_int){ p->page != SX_NO_PAGE, p->page };
    }
    if (found->more > 0)
        sx_fact_unread(&w->out->head, w->s->in->arena, "problems", SX_UNREAD_NOT_EXAMINED,
                       sx_str_printf(w->s->in->arena, "%llu problems more than are listed",
                                     (unsigned long long)found->more),
                       -1);
}

static struct sx_values sealed_slots(struct sx_arena *arena, const struct sx_code_directory *cd)
{
    SX_VEC(struct sx_value) slots = { 0 };
    for (uint32_t i = 1; i <= cd->n_special_slots && i <= SX_SLOT_SPECIAL_MAX; i++)
        if (sx_code_directory_special(cd, i).len > 0)
            SX_PUSH(arena, &slots, sx_int(i));
    return (struct sx_values){ slots.at, slots.n };
}

static uint16_t hash_name(unsigned type)
{
    static const uint16_t names[] = {
        SX_HASH_TYPE_NONE,   SX_HASH_TYPE_SHA1,
        SX_HASH_TYPE_SHA256, SX_HASH_TYPE_SHA256_TRUNCATED,
        SX_HASH_TYPE_SHA384, SX_HASH_TYPE_SHA512,
    };
    return type < SX_LEN(names) ? names[type] : (uint16_t)SX_HASH_TYPE_NONE;
}

static const struct sx_CodeDirectory *directory_of(struct sx_arena *arena,
                                                   const struct sx_code_directory *cd)
{
    struct sx_CodeDirectory *facts = SX_FACT(arena, CodeDirectory);
    size_t short_len = cd->digest_len < SX_CDHASH_LEN ? cd->digest_len : SX_CDHASH_LEN;
    facts->slot = cd->slot;
    facts->hashType = hash_name(cd->hash_type);
    facts->cdhash = sx_hex(arena, cd->digest, short_len);
    facts->fullCdhash = sx_hex(arena, cd->digest, cd->digest_len);
    facts->version = sx_str_printf(arena, "0x%x", cd->version);
    facts->pageSize = (int64_t)sx_code_directory_page_size(cd);
    facts->nCodeSlots = cd->n_code_slots;
    facts->nSpecialSlots = cd->n_special_slots;
    facts->sealedSlots = sealed_slots(arena, cd);
    facts->codeLimit = (int64_t)cd->code_limit;
    facts->platformIdentifier = cd->platform;
    facts->execSegFlags = sx_exec_flag_names(arena, cd->exec_seg_flags);
    return facts;
}

static void read_directories(struct work *w)
{
    struct sx_arena *arena = w->s->in->arena;
    const struct sx_signature *read = &w->read;
    const struct sx_object **at = SX_NEW_N(arena, const struct sx_object *, read->n_directories);
    for (size_t i = 0; i < read->n_directories; i++)
        at[i] = &directory_of(arena, &read->directories[i])->head;
    w->out->codeDirectories = (struct sx_objs){ at, read->n_directories };
    if (read->chosen == NULL)
        return;
    w->out->identifier = sx_str_dup(arena, read->chosen->identifier);
    w->out->teamIdentifier = sx_str_dup(arena, read->chosen->team);
    w->out->flags = sx_code_flag_names(arena, read->chosen->flags);
    w->out->runtimeVersion = sx_runtime_version_text(arena, read->chosen->runtime);
    w->out->cdhash = sx_hex(arena, read->chosen->digest, SX_CDHASH_LEN);
}

/* The array "cdhashes" in the property list of attribute 9.1. */
static bool cdhash_list(struct sx_arena *arena, struct sx_span xml, struct sx_cdhash_list *out)
{
    struct sx_plist plist;
    struct sx_err ignored = { 0 }; /* a list that cannot be read lists nothing */
    if (!sx_plist_parse(xml, arena, &plist, &ignored) || plist.root.kind != SX_MAP)
        return false;
    const struct sx_value *list = sx_map_get(plist.root.map, SX_STR("cdhashes"));
    if (list == NULL || list->kind != SX_LIST)
        return false;
    struct sx_span *at = SX_NEW_N(arena, struct sx_span, list->list.n);
    for (size_t i = 0; i < list->list.n; i++) {
        struct sx_value v = sx_list_at(*list, i);
        if (v.kind == SX_BYTES)
            at[i] = (struct sx_span){ (const uint8_t *)v.str.ptr, v.str.len, xml.off };
    }
    *out = (struct sx_cdhash_list){ at, list->list.n };
    return true;
}

static int by_hash(const void *a, const void *b)
{
    const struct sx_code_digest *x = a, *y = b;
    return (x->hash > y->hash) - (x->hash < y->hash);
}

static void check_cdhashes(struct work *w, struct sx_cms *cms)
{
    struct sx_arena *arena = w->s->in->scratch;
    struct sx_code_digest digests[1 + SX_N_ALTERNATES];
    struct sx_cdhash_list listed = { 0 };
    size_t n = w->read.n_directories;
    for (size_t i = 0; i < n; i++) {
        digests[i].hash = w->read.directories[i].hash_type;
        memcpy(digests[i].digest, w->read.directories[i].digest, SX_HASH_MAX_LEN);
    }
    qsort(digests, n, sizeof(*digests), by_hash);
    bool has_list = cms->has_cdhash_plist && cdhash_list(arena, cms->cdhash_plist, &listed);
    sx_cms_check_cdhashes(cms, digests, n, has_list ? &listed : NULL, arena);
}

static void read_timestamp(struct work *w, const struct sx_cms *cms)
{
    if (!cms->has_timestamp)
        return;
    struct sx_TimestampToken *token = SX_FACT(w->s->in->arena, TimestampToken);
    token->time = (struct sx_opt_time){ true, cms->timestamp.time };
    token->authority = sx_str_dup(w->s->in->arena, cms->timestamp.authority);
    token->policy = sx_str_dup(w->s->in->arena, cms->timestamp.policy);
    w->out->timestamp = token;
}

static void read_cms(struct work *w)
{
    struct sx_inspector *in = w->s->in;
    struct sx_cms *cms = SX_NEW(in->scratch, struct sx_cms);
    struct sx_cms_request request = {
        .use = SX_CMS_CODE,
        .content = w->read.directories[0].blob,
        .now = in->run->question.now,
        .check_expiration = (w->read.chosen->flags & SX_CODE_FLAG_EXPIRES) != 0,
    };
    sx_cms_verify(in->trust, in->hasher, w->read.cms.bytes, &request, in->scratch, cms);
    if (cms->n_signers > 0) {
        check_cdhashes(w, cms);
        sx_cms_check_team(cms, w->read.chosen->team, in->scratch);
    }
    w->out->signer = (uint16_t)sx_inspect_signer(cms->signer);
    w->out->certificates = sx_inspect_chain(in, &cms->chain);
    w->out->signingTime = cms->signing_time;
    read_timestamp(w, cms);
    sx_inspect_verdict(&cms->verdict, &w->problems);
}

static void read_signer(struct work *w)
{
    if (w->read.is_adhoc)
        w->out->signer = SX_SIGNER_AD_HOC;
    else if (w->read.cms.has && w->read.cms.bytes.len > 0)
        read_cms(w);
    else
        w->out->signer = SX_SIGNER_NONE;
}

bool sx_is_refused(struct sx_objs problems)
{
    for (size_t i = 0; i < problems.n; i++) {
        unsigned by =
            sx_problem_kind((enum sx_ProblemKind)SX_AT(Problem, problems, i)->what)->refused_by;
        if ((by & (SX_BY_CODESIGN | SX_BY_STRICT | SX_BY_INSTALLER)) != 0)
            return true;
    }
    return false;
}

/* What lies around the signature (the seal) is added by whoever checks the code object. */
void sx_settle_signature(struct sx_subject_slice *slice)
{
    bool holds = !sx_is_refused(slice->signature->problems);
    slice->signature->state = holds ? slice->sound : (uint16_t)SX_SIGNATURE_STATE_INVALID;
}

/* What the checks of the code object want to know. */
static void keep(struct work *w)
{
    const struct sx_signature *read = &w->read;
    w->kept->has_directory = true;
    w->kept->seals_resources = sx_code_directory_special(read->chosen, SX_SLOT_RESOURCES).len > 0;
    for (size_t i = 0; i < read->n_directories; i++)
        if (read->directories[i].hash_is_known)
            w->kept->hashes |= SX_HASH_BIT(read->directories[i].hash_type);
    w->kept->sound = read->is_linker_signed ? SX_SIGNATURE_STATE_LINKER_SIGNED
                     : read->is_adhoc       ? SX_SIGNATURE_STATE_AD_HOC
                                            : SX_SIGNATURE_STATE_VALID;
}

/* Problems that were found may not be all. */
static void not_examined(struct work *w, const struct sx_err *err)
{
    sx_fact_unread(&w->out->head, w->s->in->arena, "problems", SX_UNREAD_NOT_EXAMINED,
                   sx_reason_of(w->s->in->arena, err), -1);
}

/* One file that a special slot seals: Info.plist of a bundle, its CodeResources. */
static struct sx_component file_component(struct work *w, uint32_t slot, struct sx_str path,
                                          struct sx_source *source)
{
    struct sx_component c = { .slot = slot, .state = SX_COMPONENT_ABSENT, .source = source };
    struct sx_err err = { 0 };
    struct sx_arena *arena = w->s->in->arena;
    if (path.ptr == NULL || !sx_tree_has(w->s->tree, path, SX_ENTRY_FILE))
        return c;
    const char *name = sx_str_dup(arena, sx_escape(arena, sx_subject_path(w->s, path))).ptr;
    bool is_open = sx_tree_open(w->s->tree, path, name, source, &err);
    c.state = is_open ? SX_COMPONENT_PRESENT : SX_COMPONENT_UNKNOWN;
    if (is_open)
        c.len = source->size;
    else
        not_examined(w, &err);
    return c;
}

/* The seal, where a detached signature holds it. */
static struct sx_component memory_component(struct work *w, uint32_t slot, struct sx_source *source)
{
    sx_source_memory("CodeResources", w->kept->seal, source);
    return (struct sx_component){
        .slot = slot, .state = SX_COMPONENT_PRESENT, .source = source, .len = w->kept->seal.len
    };
}

/* A bare Mach-O is sealed with the property list in its own section; another file has none. */
static struct sx_component section_component(struct work *w)
{
    struct sx_macho_range range = { 0 };
    if (w->slice != NULL)
        range = sx_macho_section_range(w->slice, "__TEXT", "__info_plist");
    return (struct sx_component){
        .slot = SX_SLOT_INFO_PLIST,
        .state = range.has ? SX_COMPONENT_PRESENT : SX_COMPONENT_ABSENT,
        .source = w->code->source,
        .off = range.off,
        .len = range.len,
    };
}

/* A disk image is sealed with its trailer, in which the length of the signature is 0, so that a
 * ticket can be added (Security, diskimagerep.cpp, prepareForSigning). */
static struct sx_component trailer_component(struct work *w, struct sx_source *memory)
{
    static const char zeros[8];
    uint64_t off = w->code->trailer->off;
    uint8_t *bytes = sx_arena_alloc(w->s->in->scratch, SX_UDIF_TRAILER);
    struct sx_component c = { .slot = SX_SLOT_REP_SPECIFIC, .state = SX_COMPONENT_UNKNOWN };
    struct sx_err err = { 0 };
    if (!sx_source_pread(w->code->source, off, bytes, SX_UDIF_TRAILER, &err)) {
        not_examined(w, &err);
        return c;
    }
    memcpy(bytes + SX_UDIF_SIGNATURE_LENGTH_OFF, zeros, sizeof(zeros));
    sx_source_memory("trailer", (struct sx_span){ bytes, SX_UDIF_TRAILER, off }, memory);
    c.state = SX_COMPONENT_PRESENT;
    c.source = memory;
    c.len = SX_UDIF_TRAILER;
    return c;
}

static void check_sealed(struct work *w, struct sx_code_problems *problems)
{
    struct sx_inspector *in = w->s->in;
    const struct sx_bundle *bundle = w->code->bundle;
    struct sx_source files[2] = { { .fd = -1 }, { .fd = -1 } };
    struct sx_component components[2];
    struct sx_err err = { 0 };
    size_t n = 0;
    if (bundle != NULL) {
        struct sx_str seal =
            sx_path_join(in->arena, bundle->support, SX_STR("_CodeSignature/CodeResources"));
        components[n++] = file_component(w, SX_SLOT_INFO_PLIST, bundle->info_path, &files[0]);
        components[n++] = w->kept->seal.len > 0
                              ? memory_component(w, SX_SLOT_RESOURCES, &files[1])
                              : file_component(w, SX_SLOT_RESOURCES, seal, &files[1]);
    } else if (w->code->trailer != NULL) {
        components[n++] = trailer_component(w, &files[0]);
    } else {
        components[n++] = section_component(w);
    }
    if (!sx_signature_check_sealed(&w->read, w->is_embedded, components, n, in->hasher, problems,
                                   &err))
        not_examined(w, &err);
    for (size_t i = 0; i < SX_LEN(files); i++)
        sx_source_close(&files[i]);
}

static void check_pages(struct work *w, struct sx_code_problems *problems)
{
    struct sx_inspector *in = w->s->in;
    struct sx_page_check check, *checks[] = { &check };
    struct sx_err err = { 0 };
    sx_page_check_init(&check, &w->read, w->code->source, w->code->off, w->code->size, in->scratch);
    sx_page_checks_run(checks, 1, in->pool, in->crypto);
    if (!sx_page_check_finish(&check, problems, &err))
        not_examined(w, &err);
    w->s->examined->page_hashes += check.n_pages * w->read.n_directories;
    w->s->examined->bytes_hashed += sx_page_check_bytes(&check);
    w->s->examined->bytes_read += sx_page_check_bytes(&check);
    sx_meter_count(&in->meter, 0, sx_page_check_bytes(&check));
}

static bool is_true(const void *context, const char *entitlement)
{
    bool value = false;
    return sx_map_bool(context, entitlement, &value) && value;
}

/* A signature within a Mach-O covers all that lies before it, and the kernel reads it; so does that
 * of a disk image, without a kernel; one that is kept elsewhere covers the whole code. */
static struct sx_signature_place place_of(const struct work *w, struct sx_span area)
{
    if (w->code->trailer != NULL)
        return (struct sx_signature_place){ .extent = w->code->trailer->signature_off,
                                            .is_image = true,
                                            .area = area };
    if (!w->is_embedded)
        return (struct sx_signature_place){ .extent = w->code->size };
    return (struct sx_signature_place){
        .extent = w->slice->code_signature.off - w->slice->off,
        .is_mapped = true,
        .page_shift = sx_macho_page_shift(w->slice),
        .area = area,
    };
}

static void verify(struct work *w, struct sx_span area, struct sx_code_problems *problems)
{
    struct sx_signature_place place = place_of(w, area);
    sx_signature_check_place(&w->read, &place, problems);
    check_sealed(w, problems);
    if (w->has_entitlements)
        sx_signature_check_exec(&w->read, w->is_embedded && w->slice->filetype == SX_MH_EXECUTE,
                                is_true, w->facts->entitlements, problems);
    check_pages(w, problems);
}

static void judge(struct work *w, struct sx_span area, bool is_usable,
                  struct sx_code_problems *problems)
{
    w->s->examined->signatures++;
    if (!is_usable || w->read.chosen == NULL) {
        add_code_problems(w, problems);
        set_state(w->out, SX_SIGNATURE_STATE_INVALID, SX_SIGNER_NONE);
        return;
    }
    read_directories(w);
    w->has_entitlements = sx_inspect_entitlements(w->s, &w->read, w->facts, w->out, &w->problems);
    sx_inspect_constraints(w->s, &w->read, w->facts, w->out, &w->problems);
    sx_inspect_requirements(w->s, &w->read, w->kept, &w->problems);
    verify(w, area, problems);
    sx_code_problems_sort(problems);
    add_code_problems(w, problems);
    read_signer(w);
    keep(w);
}

static void read_embedded(struct work *w)
{
    struct sx_code_problems problems = { .arena = w->s->in->arena };
    struct sx_span area;
    struct sx_err err = { 0 };
    w->is_embedded = true;
    if (sx_macho_read(w->slice, w->slice->code_signature, SX_MAX_SIGNATURE, "LC_CODE_SIGNATURE",
                      w->s->in->scratch, &area, &err))
        judge(w, area, sx_signature_read(area, w->s->in->hasher, &w->read, &problems), &problems);
    else
        unreadable(w, &err);
}

static void read_parts(struct work *w)
{
    struct sx_code_problems problems = { .arena = w->s->in->arena };
    struct sx_err err = { 0 };
    w->read = (struct sx_signature){ 0 };
    if (!sx_find_parts(w->s, w->code, &w->read.superblob, &err))
        unreadable(w, &err);
    else if (w->read.superblob.n == 0)
        set_state(w->out, SX_SIGNATURE_STATE_UNSIGNED, SX_SIGNER_NONE);
    else
        judge(w, (struct sx_span){ 0 },
              sx_signature_read_parts(w->s->in->hasher, &w->read, &problems), &problems);
    w->kept->is_in_parts = w->read.superblob.n > 0;
}

static void read_detached(struct work *w)
{
    struct sx_code_problems problems = { .arena = w->s->in->arena };
    struct sx_err err = { 0 };
    bool is_usable = sx_detached_parse(w->code->detached, w->slice != NULL ? w->slice->cputype : 0,
                                       &w->read.superblob, &err);
    if (!is_usable)
        sx_code_note(&problems, SX_CODE_FAULT_SUPERBLOB, SX_NO_SLOT, err.off, "%s", err.what);
    else
        is_usable = sx_signature_read_parts(w->s->in->hasher, &w->read, &problems);
    const struct sx_blob *seal = sx_blob_find(&w->read.superblob, SX_SLOT_RESOURCES);
    if (seal != NULL && w->code->bundle != NULL)
        w->kept->seal = seal->payload;
    judge(w, (struct sx_span){ 0 }, is_usable, &problems);
}

/* Between the place that the trailer names and the trailer there is a signature, nothing else. */
static bool read_image_area(struct work *w, struct sx_span *area, struct sx_err *err)
{
    const struct sx_udif_trailer *t = w->code->trailer;
    if (t->signature_off > t->off)
        return sx_fail(err, SX_E_RANGE, t->off + SX_UDIF_SIGNATURE_OFF,
                       "trailer: a signature at %llu lies outside of %llu bytes",
                       (unsigned long long)t->signature_off, (unsigned long long)t->off);
    return sx_source_read(w->code->source, t->signature_off, t->off - t->signature_off,
                          SX_MAX_SIGNATURE, "signature", w->s->in->scratch, area, err);
}

static void read_image(struct work *w)
{
    const struct sx_udif_trailer *t = w->code->trailer;
    struct sx_code_problems problems = { .arena = w->s->in->arena };
    struct sx_span area = { 0 };
    struct sx_err err = { 0 };
    if (t->signature_off == 0) {
        set_state(w->out, SX_SIGNATURE_STATE_UNSIGNED, SX_SIGNER_NONE);
        return;
    }
    if (!read_image_area(w, &area, &err)) {
        unreadable(w, &err);
        if (sx_is_broken(&err))
            sx_problem_add(&w->problems, SX_PROBLEM_SIGNATURE_OUT_OF_BOUNDS, (struct sx_str){ 0 },
                           err.off, sx_str_dup(w->s->in->arena, sx_str_of(err.what)));
        return;
    }
    if (t->signature_len != area.len)
        sx_code_note(&problems, SX_CODE_FAULT_IMAGE_LAYOUT, SX_NO_SLOT,
                     t->off + SX_UDIF_SIGNATURE_LENGTH_OFF,
                     "the trailer says %llu bytes, there is room for %zu",
                     (unsigned long long)t->signature_len, area.len);
    judge(w, area, sx_signature_read(area, w->s->in->hasher, &w->read, &problems), &problems);
    struct sx_str ticket = sx_str_dup(w->s->in->arena, sx_str_of_span(w->read.ticket.bytes));
    w->kept->ticket =
        (struct sx_span){ (const uint8_t *)ticket.ptr, ticket.len, w->read.ticket.bytes.off };
}

void sx_inspect_signature(struct sx_subject *s, const struct sx_signed_code *code,
                          struct sx_Slice *facts, struct sx_subject_slice *out)
{
    struct sx_arena *arena = s->in->arena;
    struct sx_arena_mark mark = sx_arena_mark(s->in->scratch);
    struct work *w = SX_NEW(s->in->scratch, struct work);
    const struct sx_macho_slice *slice = code->slice;
    out->signature = SX_FACT(arena, Signature);
    *w = (struct work){ .s = s,
                        .code = code,
                        .slice = slice,
                        .facts = facts,
                        .out = out->signature,
                        .kept = out,
                        .problems = { .arena = arena } };
    facts->signature = out->signature;
    if (slice != NULL)
        sx_inspect_anomalies(s->in, &slice->anomalies, &out->signature->head, &w->problems);
    if (code->detached.len > 0)
        read_detached(w);
    else if (slice != NULL && slice->code_signature.has)
        read_embedded(w);
    else if (slice != NULL && slice->err.code != SX_OK)
        unreadable(w, &slice->err); /* who knows what load command would have followed */
    else if (code->trailer != NULL)
        read_image(w);
    else
        read_parts(w);
    w->out->problems = sx_problems_list(&w->problems);
    if (out->has_directory)
        sx_settle_signature(out);
    sx_arena_rewind(s->in->scratch, mark);
}
