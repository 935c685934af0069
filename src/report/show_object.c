/* SPDX-License-Identifier: MIT */
/* One code object, section by section. */
#include "report/show.h"

static void label(struct sx_show *s, const char *text)
{
    sx_layout_label(s->l, 0, text, SX_SHOW_TEXT);
}

static void sub_label(struct sx_show *s, const char *text)
{
    sx_layout_label(s->l, 2, text, SX_SHOW_TEXT);
}

static void value(struct sx_show *s, struct sx_str text)
{
    sx_layout_text(s->l, SX_PLAIN, sx_escape(s->arena, sx_cut_value(s->arena, text)));
}

/* Says why a member has no value; false when it was read. */
static bool is_unread(struct sx_show *s, const struct sx_object *object, const char *member,
                      const char *name)
{
    struct sx_value v = sx_object_get(object, sx_type_member(object->type, sx_str_of(member)));
    if (v.kind != SX_UNKNOWN)
        return false;
    label(s, name);
    sx_layout_cstr(s->l, SX_FAINT, "not read: ");
    if (v.unread != NULL)
        sx_layout_text(s->l, SX_FAINT, v.unread->reason);
    sx_layout_line(s->l);
    return true;
}

struct sx_str sx_show_state(const struct sx_Code *code, enum sx_role *role)
{
    static const struct {
        const char *word;
        enum sx_role role;
    } states[SX_SignatureState_END] = {
        [SX_SIGNATURE_STATE_ABSENT] = { "not read", SX_CAUTION },
        [SX_SIGNATURE_STATE_VALID] = { "valid", SX_PLAIN },
        [SX_SIGNATURE_STATE_UNSIGNED] = { "unsigned", SX_PLAIN },
        [SX_SIGNATURE_STATE_AD_HOC] = { "ad hoc", SX_PLAIN },
        [SX_SIGNATURE_STATE_LINKER_SIGNED] = { "by linker", SX_PLAIN },
        [SX_SIGNATURE_STATE_INVALID] = { "invalid", SX_BAD },
    };
    uint16_t state = code->signature != NULL ? code->signature->state : 0;
    state = state < SX_SignatureState_END ? state : 0;
    *role = states[state].role;
    return sx_str_of(states[state].word);
}

/* The bits that codesign's names stand for (Security, CSCommon.h; XNU, cs_blobs.h). */
static unsigned flag_bits(struct sx_strs names)
{
    static const struct {
        const char *name;
        unsigned bit;
    } flags[] = {
        { "host", 0x1 },           { "adhoc", 0x2 },
        { "hard", 0x100 },         { "kill", 0x200 },
        { "expires", 0x400 },      { "restrict", 0x800 },
        { "enforcement", 0x1000 }, { "library-validation", 0x2000 },
        { "runtime", 0x10000 },    { "linker-signed", 0x20000 },
    };
    unsigned bits = 0;
    for (size_t i = 0; i < SX_LEN(flags); i++)
        if (sx_strs_has(names, sx_str_of(flags[i].name)))
            bits |= flags[i].bit;
    return bits;
}

static void show_flags(struct sx_show *s, const struct sx_Signature *signature)
{
    struct sx_str names = sx_join(s->arena, signature->flags, ", ");
    sub_label(s, "flags");
    sx_layout_printf(s->l, SX_PLAIN, "0x%x (%.*s)", flag_bits(signature->flags),
                     names.len > 0 ? (int)names.len : 4, names.len > 0 ? names.ptr : "none");
    if (signature->runtimeVersion.ptr != NULL) {
        sx_layout_cstr(s->l, SX_PLAIN, ", runtime version ");
        sx_layout_text(s->l, SX_PLAIN, signature->runtimeVersion);
    }
    sx_layout_line(s->l);
}

static void show_cdhashes(struct sx_show *s, const struct sx_Code *code)
{
    size_t width = 0, shown = 0;
    for (size_t i = 0; i < code->slices.n; i++) {
        size_t n = sx_columns(SX_AT(Slice, code->slices, i)->arch);
        width = n > width ? n : width;
    }
    for (size_t i = 0; i < code->slices.n; i++) {
        const struct sx_Slice *slice = SX_AT(Slice, code->slices, i);
        if (slice->signature == NULL || slice->signature->cdhash.ptr == NULL)
            continue;
        if (shown++ == 0)
            sub_label(s, "cdhash");
        else
            sx_layout_break(s->l);
        sx_layout_name(s->l, SX_PLAIN, slice->arch);
        if (width > 0)
            sx_layout_to(s->l, SX_SHOW_TEXT + width + 2);
        sx_layout_text(s->l, SX_PLAIN, slice->signature->cdhash);
    }
    if (shown > 0)
        sx_layout_line(s->l);
}

static void show_timestamp(struct sx_show *s, const struct sx_Signature *signature)
{
    if (signature->timestamp != NULL && signature->timestamp->time.has) {
        sx_layout_cstr(s->l, SX_PLAIN, ", timestamped ");
        sx_layout_text(s->l, SX_PLAIN, sx_moment_text(s->arena, signature->timestamp->time.t));
    } else if (signature->signingTime.has) {
        sx_layout_cstr(s->l, SX_PLAIN, ", signed ");
        sx_layout_text(s->l, SX_PLAIN, sx_moment_text(s->arena, signature->signingTime.t));
    }
}

static void show_problems(struct sx_show *s, struct sx_objs problems, bool *first)
{
    for (size_t i = 0; i < problems.n; i++) {
        const struct sx_Problem *problem = SX_AT(Problem, problems, i);
        if (*first)
            sub_label(s, "problems");
        else
            sx_layout_break(s->l);
        *first = false;
        sx_layout_text(s->l, SX_PLAIN, sx_enum_name(&sx_enumeration_ProblemKind, problem->what));
        sx_layout_cstr(s->l, SX_PLAIN, problem->detail.len > 0 ? ": " : "");
        value(s, problem->detail);
        if (problem->path.ptr != NULL) {
            sx_layout_cstr(s->l, SX_PLAIN, ", ");
            sx_layout_name(s->l, SX_PLAIN, problem->path);
        }
    }
}

static void show_state(struct sx_show *s, const struct sx_Code *code)
{
    enum sx_role role;
    struct sx_str state = sx_show_state(code, &role);
    label(s, "signature");
    sx_layout_text(s->l, role, state);
    if (code->signature != NULL)
        show_timestamp(s, code->signature);
    sx_layout_line(s->l);
}

static void show_identifier(struct sx_show *s, const struct sx_Signature *signature)
{
    if (signature->identifier.ptr == NULL)
        return;
    sub_label(s, "identifier");
    value(s, signature->identifier);
    if (signature->teamIdentifier.ptr != NULL) {
        sx_layout_cstr(s->l, SX_PLAIN, ", team ");
        value(s, signature->teamIdentifier);
    }
    sx_layout_line(s->l);
}

static void signature_in_short(struct sx_show *s, const struct sx_Code *code)
{
    show_state(s, code);
    if (code->signature == NULL || code->signature->state == SX_SIGNATURE_STATE_UNSIGNED)
        return;
    show_identifier(s, code->signature);
    show_flags(s, code->signature);
    show_cdhashes(s, code);
}

void sx_show_signature(struct sx_show *s, const struct sx_Code *code)
{
    bool first = true;
    signature_in_short(s, code);
    show_problems(s, code->problems, &first);
    for (size_t i = 0; i < code->slices.n; i++) {
        const struct sx_Signature *signature = SX_AT(Slice, code->slices, i)->signature;
        if (signature != NULL)
            show_problems(s, signature->problems, &first);
    }
    if (!first)
        sx_layout_line(s->l);
}

void sx_show_certificates(struct sx_show *s, const struct sx_Code *code)
{
    if (code->signature == NULL || code->signature->certificates.n == 0)
        return;
    label(s, "certificates");
    for (size_t i = 0; i < code->signature->certificates.n; i++) {
        const struct sx_Certificate *c = SX_AT(Certificate, code->signature->certificates, i);
        if (i > 0)
            sx_layout_break(s->l);
        value(s, c->commonName.ptr != NULL ? c->commonName : c->subject);
        sx_layout_cstr(s->l, SX_PLAIN, c->isAnchor ? ", pinned" : "");
        if (c->notAfter.has) {
            sx_layout_cstr(s->l, SX_PLAIN, ", to ");
            sx_layout_text(s->l, SX_PLAIN, sx_day_text(s->arena, c->notAfter.t));
        }
    }
    sx_layout_line(s->l);
}

void sx_show_requirements(struct sx_show *s, const struct sx_Code *code)
{
    if (code->signature == NULL ||
        is_unread(s, &code->signature->head, "requirements", "requirements"))
        return;
    const struct sx_map *map = code->signature->requirements;
    for (size_t i = 0; map != NULL && i < map->n; i++) {
        sx_layout_to(s->l, 0);
        sx_layout_text(s->l, SX_FAINT, map->at[i].key.str);
        sx_layout_to(s->l, SX_SHOW_TEXT);
        sx_layout_hang(s->l, SX_SHOW_TEXT);
        sx_layout_text(s->l, SX_PLAIN, map->at[i].value.str);
        sx_layout_line(s->l);
    }
}

void sx_show_profile(struct sx_show *s, const struct sx_Code *code)
{
    const struct sx_Profile *p = code->profile;
    if (is_unread(s, &code->head, "profile", "profile") || p == NULL)
        return;
    label(s, "profile");
    sx_layout_text(s->l, SX_PLAIN, sx_quoted(s->arena, p->name));
    if (p->allDevices)
        sx_layout_cstr(s->l, SX_PLAIN, ", all Macs");
    else if (p->devices.n > 0)
        sx_layout_printf(s->l, SX_PLAIN, ", %zu devices", p->devices.n);
    if (p->expires.has) {
        sx_layout_cstr(s->l, SX_PLAIN, ", ends ");
        sx_layout_text(s->l, SX_PLAIN, sx_day_text(s->arena, p->expires.t));
    }
    sx_layout_line(s->l);
}

void sx_show_seal(struct sx_show *s, const struct sx_Code *code)
{
    if (is_unread(s, &code->head, "seal", "seal") || code->seal == NULL)
        return;
    label(s, "seal");
    struct sx_str files = sx_count(s->arena, (uint64_t)code->seal->files,
                                   (struct sx_noun){ "sealed file", "sealed files" });
    struct sx_str links =
        sx_count(s->arena, (uint64_t)code->seal->symlinks, (struct sx_noun){ "link", "links" });
    sx_layout_printf(s->l, SX_PLAIN, "version %lld, %.*s, %.*s", (long long)code->seal->version,
                     SX_STR_ARG(files), SX_STR_ARG(links));
    sx_layout_line(s->l);
    for (size_t i = 0; i < code->seal->nested.n; i++) {
        sub_label(s, i == 0 ? "nested" : "");
        sx_layout_name(s->l, SX_PLAIN, code->seal->nested.at[i]);
        sx_layout_line(s->l);
    }
}

/* A value of a property list on one line. */
static void put_value(struct sx_buf *buf, struct sx_value v, unsigned depth)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    switch ((enum sx_kind)v.kind) {
    case SX_STRING:
        sx_escape_buf(buf, sx_cut_value(arena, v.str));
        break;
    case SX_BOOL:
        sx_buf_cstr(buf, v.b ? "true" : "false");
        break;
    case SX_INT:
        sx_buf_printf(buf, "%lld", (long long)v.i);
        break;
    case SX_UINT:
        sx_buf_printf(buf, "%llu", (unsigned long long)v.u);
        break;
    case SX_DOUBLE:
        sx_buf_printf(buf, "%g", v.d);
        break;
    case SX_TIMESTAMP:
        sx_buf_str(buf, sx_time_text(arena, v.time));
        break;
    case SX_BYTES:
        sx_buf_printf(buf, "%zu bytes", v.str.len);
        break;
    case SX_LIST:
        for (size_t i = 0; depth < 4 && i < v.list.n && i < 8; i++) {
            sx_buf_cstr(buf, i > 0 ? ", " : "");
            put_value(buf, sx_list_at(v, i), depth + 1);
        }
        if (depth == 4 || v.list.n > 8)
            sx_buf_printf(buf, " and more, %zu elements", v.list.n);
        break;
    case SX_MAP:
        sx_buf_printf(buf, "%zu %s", v.map->n, v.map->n == 1 ? "key" : "keys");
        break;
    case SX_NULL:
    case SX_DURATION:
    case SX_OBJECT:
    case SX_TYPE:
    case SX_UNKNOWN:
    case SX_ERROR:
        sx_buf_cstr(buf, "-");
        break;
    }
}

void sx_show_info(struct sx_show *s, const struct sx_Code *code)
{
    const struct sx_map *info = code->info;
    if (is_unread(s, &code->head, "info", "info") || info == NULL)
        return;
    for (size_t i = 0; i < info->n; i++) {
        SX_AUTO(sx_buf_release) struct sx_buf buf = { 0 };
        put_value(&buf, info->at[i].value, 0);
        sx_layout_hang(s->l, 4);
        sx_layout_to(s->l, 2);
        sx_layout_name(s->l, SX_FAINT, info->at[i].key.str);
        sx_layout_cstr(s->l, SX_PLAIN, ": ");
        sx_layout_text(s->l, SX_PLAIN, sx_buf_view(&buf));
        sx_layout_line(s->l);
    }
}

static void info_in_short(struct sx_show *s, const struct sx_Code *code)
{
    struct sx_str version = sx_version_words(s->arena, code->info);
    const struct sx_str services[] = { code->neMachService, code->cmioMachService,
                                       code->esMachService };
    bool any = version.ptr != NULL;
    if (is_unread(s, &code->head, "info", "info") || (!any && code->providers.n == 0))
        return;
    label(s, "info");
    if (any)
        sx_layout_printf(s->l, SX_PLAIN, "version %.*s", SX_STR_ARG(version));
    for (size_t i = 0; i < SX_LEN(services); i++) {
        if (services[i].ptr == NULL)
            continue;
        sx_layout_cstr(s->l, SX_PLAIN, any ? ", mach name " : "mach name ");
        value(s, services[i]);
        any = true;
    }
    for (size_t i = 0; i < code->providers.n; i++) {
        const struct sx_Provider *provider = SX_AT(Provider, code->providers, i);
        sx_layout_break(s->l);
        value(s, provider->key);
        sx_layout_cstr(s->l, SX_PLAIN, ": ");
        value(s, provider->className);
    }
    sx_layout_line(s->l);
}

/* Whether the two encodings of the entitlements say the same; absent text where one is missing. */
static const char *encodings(const struct sx_Signature *signature)
{
    struct sx_value der = sx_object_get(
        &signature->head, sx_type_member(&sx_type_Signature, SX_STR("entitlementsDER")));
    if (der.kind == SX_UNKNOWN || signature->entitlements == NULL ||
        signature->entitlementsDER == NULL)
        return "";
    return sx_value_eq(sx_map_value(signature->entitlements), der) ? ", XML and DER agree"
                                                                   : ", XML and DER differ";
}

static void entitlements_in_short(struct sx_show *s, const struct sx_Code *code)
{
    if (code->claims.n == 0 && code->seal == NULL)
        return;
    label(s, "entitlements");
    sx_layout_printf(s->l, SX_PLAIN, "%zu%s", code->claims.n,
                     code->signature != NULL ? encodings(code->signature) : "");
    if (code->seal != NULL) {
        struct sx_str files = sx_count(s->arena, (uint64_t)code->seal->files,
                                       (struct sx_noun){ "sealed file", "sealed files" });
        sx_layout_printf(s->l, SX_PLAIN, "; %.*s", SX_STR_ARG(files));
    }
    sx_layout_line(s->l);
}

void sx_show_launchd(struct sx_show *s, const struct sx_Code *code)
{
    for (size_t i = 0; i < code->jobs.n; i++) {
        const struct sx_Job *job = SX_AT(Job, code->jobs, i);
        label(s, i == 0 ? "launchd" : "");
        value(s, job->label.ptr != NULL ? job->label : SX_STR("a job without label"));
        sx_layout_cstr(s->l, SX_PLAIN, ", ");
        sx_layout_text(s->l, SX_PLAIN, sx_JobDomain_name(job->domain));
        if (job->path.ptr != NULL) {
            sx_layout_cstr(s->l, SX_PLAIN, ", ");
            sx_layout_name(s->l, SX_PLAIN, job->path);
        }
        sx_layout_line(s->l);
    }
}

void sx_show_constraints(struct sx_show *s, const struct sx_Code *code)
{
    if (code->signature == NULL ||
        is_unread(s, &code->signature->head, "constraints", "constraints"))
        return;
    for (size_t i = 0; i < code->signature->constraints.n; i++) {
        const struct sx_Constraint *c = SX_AT(Constraint, code->signature->constraints, i);
        const struct sx_map *map = c->requirement;
        label(s, i == 0 ? "constraints" : "");
        sx_layout_text(s->l, SX_PLAIN, sx_ConstraintKind_name(c->kind));
        for (size_t k = 0; map != NULL && k < map->n; k++) {
            SX_AUTO(sx_buf_release) struct sx_buf buf = { 0 };
            put_value(&buf, map->at[k].value, 0);
            sx_layout_break(s->l);
            value(s, map->at[k].key.str);
            sx_layout_cstr(s->l, SX_PLAIN, ": ");
            sx_layout_text(s->l, SX_PLAIN, sx_buf_view(&buf));
        }
        sx_layout_line(s->l);
    }
}

void sx_show_ticket(struct sx_show *s, const struct sx_Code *code)
{
    if (is_unread(s, &code->head, "ticket", "ticket"))
        return;
    label(s, "ticket");
    if (code->ticket == NULL) {
        sx_layout_cstr(s->l, SX_PLAIN, "none stapled");
    } else {
        struct sx_str entries =
            sx_count(s->arena, code->ticket->hashes.n, (struct sx_noun){ "entry", "entries" });
        sx_layout_text(s->l, SX_PLAIN, entries);
        if (code->ticket->created.has) {
            sx_layout_cstr(s->l, SX_PLAIN, ", made ");
            sx_layout_text(s->l, SX_PLAIN, sx_moment_text(s->arena, code->ticket->created.t));
        }
    }
    sx_layout_line(s->l);
}

void sx_show_object(struct sx_show *s, const struct sx_Code *code)
{
    sx_layout_heading(s->l, sx_escape(s->arena, code->path), sx_code_words(s->arena, code));
    sx_layout_line(s->l);
    signature_in_short(s, code);
    sx_show_certificates(s, code);
    info_in_short(s, code);
    entitlements_in_short(s, code);
    sx_show_profile(s, code);
    sx_show_launchd(s, code);
}
