/* SPDX-License-Identifier: MIT */
/* A flat installer package as a code object: it has a signature of its own, beside what is in it;
 * and where it puts what is in its payloads. */
#include "package/installer.h"
#include "base/buf.h"
#include "inspect/sealing.h"
#include "inspect/signing.h"

static struct sx_str dup(struct sx_subject *s, struct sx_str text)
{
    return sx_str_dup(s->in->arena, text);
}

/* Facts that only a package has */

static struct sx_strs signatures_of(struct sx_subject *s, const struct sx_installer_data *data)
{
    struct sx_str *at = SX_NEW_N(s->in->arena, struct sx_str, 2);
    size_t n = 0;
    if (data->has_rsa)
        at[n++] = sx_PackageSignature_name(SX_PACKAGE_SIGNATURE_RSA);
    if (data->has_cms)
        at[n++] = sx_PackageSignature_name(SX_PACKAGE_SIGNATURE_CMS);
    return (struct sx_strs){ at, n };
}

static struct sx_strs identifiers_of(struct sx_subject *s, const struct sx_installer_data *data)
{
    struct sx_str *at = SX_NEW_N(s->in->arena, struct sx_str, data->n_components);
    size_t n = 0;
    for (size_t i = 0; i < data->n_components; i++)
        if (data->components[i].identifier.ptr != NULL)
            at[n++] = dup(s, data->components[i].identifier);
    return (struct sx_strs){ at, n };
}

static struct sx_strs scripts_of(struct sx_subject *s, const struct sx_installer_data *data)
{
    SX_VEC(struct sx_str) names = { 0 };
    for (size_t i = 0; i < data->n_components; i++)
        for (size_t k = 0; k < data->components[i].scripts.n; k++)
            SX_PUSH(s->in->arena, &names, dup(s, data->components[i].scripts.at[k]));
    sx_strs_sort(names.at, names.n);
    return (struct sx_strs){ names.at, names.n };
}

static uint16_t algorithm_of(enum sx_hash hash)
{
    static const uint16_t names[] = {
        SX_HASH_TYPE_NONE,   SX_HASH_TYPE_SHA1,
        SX_HASH_TYPE_SHA256, SX_HASH_TYPE_SHA256_TRUNCATED,
        SX_HASH_TYPE_SHA384, SX_HASH_TYPE_SHA512,
        SX_HASH_TYPE_MD5,
    };
    return hash < SX_LEN(names) ? names[hash] : (uint16_t)SX_HASH_TYPE_NONE;
}

static const struct sx_Installer *installer_of(struct sx_subject *s,
                                               const struct sx_installer_data *data)
{
    struct sx_Installer *facts = SX_FACT(s->in->arena, Installer);
    facts->kind = data->is_product ? SX_INSTALLER_KIND_PRODUCT : SX_INSTALLER_KIND_COMPONENT;
    facts->identifier = dup(s, data->identifier);
    facts->version = dup(s, data->version);
    facts->components = identifiers_of(s, data);
    facts->scripts = scripts_of(s, data);
    facts->signatures = signatures_of(s, data);
    facts->tocChecksum = sx_hex(s->in->arena, data->xar.found_bytes.ptr, data->xar.found_bytes.len);
    facts->tocAlgorithm = algorithm_of(data->xar.hash);
    return facts;
}

/* The signature */

static const struct sx_TimestampToken *timestamp_of(struct sx_subject *s, const struct sx_cms *cms)
{
    struct sx_TimestampToken *token = SX_FACT(s->in->arena, TimestampToken);
    if (!cms->has_timestamp)
        return NULL;
    token->time = (struct sx_opt_time){ true, cms->timestamp.time };
    token->authority = dup(s, cms->timestamp.authority);
    token->policy = dup(s, cms->timestamp.policy);
    return token;
}

/* What a package's signature is called wrong for, and not that of code. */
static bool is_of_package(enum sx_fault fault)
{
    return fault == SX_FAULT_CMS_UNREADABLE || fault == SX_FAULT_CMS_DIGEST_WRONG ||
           fault == SX_FAULT_CMS_SIGNATURE_WRONG || fault == SX_FAULT_CMS_ATTRIBUTE_COUNT;
}

static void split_verdict(struct sx_subject *s, const struct sx_verdict *verdict,
                          struct sx_problems *of_package, struct sx_problems *of_signature)
{
    struct sx_verdict rest = { .n = 0 };
    for (size_t i = 0; i < verdict->n; i++)
        if (is_of_package(verdict->at[i].fault))
            sx_problem_add(
                of_package, SX_PROBLEM_PACKAGE_SIGNATURE_WRONG, (struct sx_str){ 0 },
                verdict->at[i].off,
                sx_str_printf(s->in->arena, "CMS: %.*s", SX_STR_ARG(verdict->at[i].detail)));
        else
            rest.at[rest.n++] = verdict->at[i];
    sx_inspect_verdict(&rest, of_signature);
}

/* Without a CMS the RSA signature tells who signed; nobody knows when, so that an expired
 * certificate says nothing (Security, policyengine.cpp: packages are judged with AllowExpired). */
static void take_rsa(struct sx_subject *s, const struct sx_signed_by *rsa, struct sx_Signature *out,
                     struct sx_problems *problems)
{
    struct sx_verdict rest = { .n = 0 };
    out->signer = (uint16_t)sx_inspect_signer(rsa->signer);
    out->certificates = sx_inspect_chain(s->in, &rsa->chain);
    for (size_t i = 0; i < rsa->verdict.n; i++)
        if (!is_of_package(rsa->verdict.at[i].fault) &&
            rsa->verdict.at[i].fault != SX_FAULT_CERTIFICATE_EXPIRED)
            rest.at[rest.n++] = rsa->verdict.at[i];
    sx_inspect_verdict(&rest, problems);
}

static struct sx_Signature *signature_of(struct sx_subject *s, const struct sx_installer_data *data,
                                         struct sx_problems *of_package)
{
    struct sx_Signature *out = SX_FACT(s->in->arena, Signature);
    struct sx_problems problems = { .arena = s->in->arena };
    const struct sx_cms *cms = data->cms;
    out->signer = SX_SIGNER_NONE;
    out->state = SX_SIGNATURE_STATE_UNSIGNED;
    if (!data->has_cms && !data->has_rsa)
        return out;
    if (cms != NULL && cms->n_signers > 0) {
        out->signer = (uint16_t)sx_inspect_signer(cms->signer);
        out->certificates = sx_inspect_chain(s->in, &cms->chain);
        out->signingTime = cms->signing_time;
        out->timestamp = timestamp_of(s, cms);
    } else if (data->rsa != NULL) {
        take_rsa(s, data->rsa, out, &problems);
    }
    if (cms != NULL)
        split_verdict(s, &cms->verdict, of_package, &problems);
    out->teamIdentifier = out->certificates.n > 0
                              ? SX_AT(Certificate, out->certificates, 0)->organizationalUnit
                              : (struct sx_str){ 0 };
    out->problems = sx_problems_list(&problems);
    bool holds = !sx_is_refused(out->problems) && !sx_is_refused(sx_problems_list(of_package));
    out->state = holds ? SX_SIGNATURE_STATE_VALID : SX_SIGNATURE_STATE_INVALID;
    s->examined->signatures++;
    return out;
}

/* The code object */

static void add_problems(struct sx_subject *s, const struct sx_installer_data *data,
                         struct sx_str path, struct sx_problems *out)
{
    for (const struct sx_container_problem *p = data->problems; p != NULL; p = p->next) {
        uint16_t kind = sx_enum_number(&sx_enumeration_ProblemKind, p->kind);
        sx_problem_add(out, (enum sx_ProblemKind)kind,
                       p->path.ptr != NULL ? sx_path_join(s->in->arena, path, p->path) : p->path,
                       p->off, dup(s, p->detail));
    }
}

static const struct sx_Member *main_of(struct sx_subject *s, const struct sx_source *source,
                                       struct sx_str path)
{
    struct sx_Member *member = SX_FACT(s->in->arena, Member);
    member->path = path;
    member->name = sx_str_base(path);
    member->type = SX_MEMBER_TYPE_FILE;
    member->size = (int64_t)source->size;
    return member;
}

static void add_slice(struct sx_subject *s, struct sx_Code *code,
                      const struct sx_installer_data *data, struct sx_problems *problems)
{
    const struct sx_object **at = SX_NEW(s->in->arena, const struct sx_object *);
    struct sx_Slice *slice = SX_FACT(s->in->arena, Slice);
    slice->code = code;
    slice->fileType = SX_FILE_TYPE_NONE;
    slice->entryPoint = SX_ENTRY_POINT_NONE;
    slice->size = code->main->size;
    slice->signature = signature_of(s, data, problems);
    sx_inspect_covered(s, code, slice, code->installer->tocChecksum);
    at[0] = &slice->head;
    code->slices = (struct sx_objs){ at, 1 };
}

struct sx_Code *sx_inspect_package(struct sx_subject *s, const struct sx_installer_data *data,
                                   const struct sx_source *source, struct sx_str path)
{
    struct sx_problems problems = { .arena = s->in->arena };
    struct sx_Code *code = SX_FACT(s->in->arena, Code);
    code->path = path;
    code->kind = SX_CODE_KIND_INSTALLER_PACKAGE;
    code->name = sx_str_base(path);
    code->stem = sx_code_stem(code->name);
    code->layout = SX_LAYOUT_FILE;
    code->container = s->container;
    code->identifier = dup(s, data->identifier);
    code->main = main_of(s, source, path);
    code->installer = installer_of(s, data);
    if (data->ticket.len > 0)
        code->ticket = sx_inspect_ticket(s->in, data->ticket, path);
    sx_inspect_installed(s, code, sx_path_below(path, s->prefix));
    add_problems(s, data, path, &problems);
    add_slice(s, code, data, &problems);
    code->problems = sx_problems_list(&problems);
    sx_derive_code(code, s->in->arena);
    SX_PUSH(s->in->arena, &s->all->code, &code->head);
    return code;
}

/* What a package does with what is in it */

const struct sx_component *sx_component_at(const struct sx_installer_data *data, struct sx_str path)
{
    for (size_t i = 0; data != NULL && i < data->n_components; i++) {
        struct sx_str below = sx_path_below(path, data->components[i].root);
        if (below.ptr != NULL && sx_str_is(below, "Payload"))
            return &data->components[i];
    }
    return NULL;
}

const struct sx_subject_part *sx_subject_part_of(const struct sx_subject *s, struct sx_str path)
{
    for (size_t i = 0; i < s->n_parts; i++)
        if (sx_path_below(path, s->parts[i].path).ptr != NULL)
            return &s->parts[i];
    return NULL;
}

static bool is_relocatable(const struct sx_component *component, const struct sx_Code *code)
{
    bool is_named =
        code->identifier.ptr != NULL && sx_strs_has(component->relocatable, code->identifier);
    return code->host == NULL && (component->is_relocatable || is_named);
}

void sx_inspect_installed(struct sx_subject *s, struct sx_Code *code, struct sx_str path)
{
    const struct sx_subject_part *part = sx_subject_part_of(s, path);
    if (part == NULL)
        return;
    code->container = part->facts;
    if (part->component == NULL)
        return;
    struct sx_str location = part->component->install_location;
    struct sx_str below = sx_path_below(path, part->path);
    while (location.len > 0 && location.ptr[location.len - 1] == '/')
        location.len--;
    code->installPath =
        sx_str_printf(s->in->arena, "%.*s/%.*s", SX_STR_ARG(location), SX_STR_ARG(below));
    code->relocatable = is_relocatable(part->component, code);
}

bool sx_is_installed(const struct sx_subject *s, struct sx_str path)
{
    const struct sx_subject_part *part = sx_subject_part_of(s, path);
    return part != NULL && part->component != NULL;
}
