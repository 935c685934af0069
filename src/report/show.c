/* SPDX-License-Identifier: MIT */
#include "report/show.h"

/* The sections; those without a function of their own are written for the whole artifact. */
static const struct section {
    const char *name;
    void (*write)(struct sx_show *s, const struct sx_Code *code);
} sections[] = {
    { "signature", sx_show_signature },
    { "certificates", sx_show_certificates },
    { "requirements", sx_show_requirements },
    { "entitlements", NULL },
    { "profile", sx_show_profile },
    { "seal", sx_show_seal },
    { "info", sx_show_info },
    { "launchd", sx_show_launchd },
    { "constraints", sx_show_constraints },
    { "ticket", sx_show_ticket },
};

static const struct section *find_section(struct sx_str name, struct sx_err *err)
{
    struct sx_str names[SX_LEN(sections)];
    for (size_t i = 0; i < SX_LEN(sections); i++) {
        names[i] = sx_str_of(sections[i].name);
        if (sx_str_eq(name, names[i]))
            return &sections[i];
    }
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_str safe = sx_escape(arena, name);
    size_t nearest = sx_str_nearest(name, names, SX_LEN(names));
    if (nearest < SX_LEN(names)) {
        sx_fail(err, SX_E_USAGE, 0, "no section %.*s; the nearest is %s", SX_STR_ARG(safe),
                sections[nearest].name);
    } else {
        struct sx_str all = sx_join(arena, (struct sx_strs){ names, SX_LEN(names) }, ", ");
        sx_fail(err, SX_E_USAGE, 0, "no section %.*s; there are %.*s", SX_STR_ARG(safe),
                SX_STR_ARG(all));
    }
    return NULL;
}

/* The signed entitlements as they are, of the outermost object that has some. */
static bool write_document(struct sx_show *s, struct sx_err *err)
{
    for (size_t i = 0; i < s->run->artifacts.n; i++) {
        const struct sx_Artifact *artifact = SX_AT(Artifact, s->run->artifacts, i);
        for (size_t k = 0; k < artifact->code.n; k++) {
            const struct sx_Signature *signature = SX_AT(Code, artifact->code, k)->signature;
            if (signature == NULL || signature->head.document == NULL)
                continue;
            sx_layout_raw(s->l, signature->head.document->text);
            return true;
        }
    }
    return sx_fail(err, SX_E_USAGE, 0, "no signed entitlements in it");
}

static void write_section(struct sx_show *s, const struct section *section,
                          const struct sx_Artifact *artifact)
{
    if (section->write == NULL) {
        sx_show_claims(s, artifact);
        return;
    }
    for (size_t i = 0; i < artifact->code.n && !s->l->stopped; i++) {
        const struct sx_Code *code = SX_AT(Code, artifact->code, i);
        if (i > 0)
            sx_layout_line(s->l);
        sx_layout_heading(s->l, sx_escape(s->arena, code->path), sx_code_words(s->arena, code));
        section->write(s, code);
    }
}

static void write_artifact(struct sx_show *s, const struct section *section,
                           const struct sx_Artifact *artifact)
{
    if (section != NULL)
        write_section(s, section, artifact);
    else if (artifact->code.n == 1)
        sx_show_object(s, SX_AT(Code, artifact->code, 0));
    else
        sx_show_overview(s, artifact);
}

static bool check_format(struct sx_str section, struct sx_str format, struct sx_err *err)
{
    if (format.ptr == NULL || sx_str_is(format, "text"))
        return true;
    if (sx_str_is(format, "xml") && sx_str_is(section, "entitlements"))
        return true;
    return sx_fail(err, SX_E_USAGE, 0, "show writes text; --section entitlements also xml");
}

bool sx_write_show(const struct sx_run *run, struct sx_str section_name, struct sx_str format,
                   const struct sx_style *style, struct sx_out out, struct sx_err *err)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    const struct section *section = NULL;
    struct sx_layout l;
    struct sx_show s = { &l, arena, run };
    bool ok = true;
    if (section_name.ptr != NULL && (section = find_section(section_name, err)) == NULL)
        return false;
    SX_TRY(check_format(section_name, format, err));
    sx_layout_init(&l, style, out);
    if (sx_str_is(format, "xml"))
        ok = write_document(&s, err);
    for (size_t i = 0; !sx_str_is(format, "xml") && i < run->artifacts.n; i++) {
        if (i > 0)
            sx_layout_line(&l);
        write_artifact(&s, section, SX_AT(Artifact, run->artifacts, i));
    }
    return sx_layout_finish(&l) && ok;
}
