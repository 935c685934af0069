/* SPDX-License-Identifier: MIT */
/* The description table of the facts: as JSON, and as the reference page docs/facts.md. */
#include "report/report.h"
#include "value/json.h"

static const struct flag {
    unsigned flag;
    const char *name, *meaning;
} flags[] = {
    { SX_M_REF, "ref", "the object belongs elsewhere; JSON prints its identity" },
    { SX_M_ALIAS, "alias", "a shorter road to something inside this object; never printed" },
    { SX_M_LAZY, "lazy", "computed when first asked for; printed when named by --section" },
    { SX_M_UNREACHED, "unreached", "nothing computes it yet: reading it gives unknown" },
};

static void member_cstr(struct sx_json *json, const char *key, const char *text)
{
    sx_json_key(json, key);
    sx_json_cstr(json, text);
}

static void write_flags(struct sx_json *json, unsigned of)
{
    bool any = false;
    for (size_t i = 0; i < SX_LEN(flags); i++)
        any = any || (of & flags[i].flag) != 0;
    if (!any)
        return;
    sx_json_key(json, "flags");
    sx_json_begin_array(json);
    for (size_t i = 0; i < SX_LEN(flags); i++)
        if ((of & flags[i].flag) != 0)
            sx_json_cstr(json, flags[i].name);
    sx_json_end_array(json);
}

static void write_member(struct sx_json *json, const struct sx_member *member)
{
    SX_AUTO(sx_buf_release) struct sx_buf type = { 0 };
    sx_spec_text(&type, &member->spec);
    sx_json_begin_object(json);
    member_cstr(json, "name", member->name);
    sx_json_key(json, "type");
    sx_json_string(json, sx_buf_view(&type));
    member_cstr(json, "meaning", member->meaning);
    member_cstr(json, "source", member->source);
    write_flags(json, member->flags);
    sx_json_end_object(json);
}

static void write_type(struct sx_json *json, const struct sx_type *type)
{
    sx_json_begin_object(json);
    member_cstr(json, "name", type->name);
    member_cstr(json, "meaning", type->meaning);
    member_cstr(json, "identity", type->identity);
    member_cstr(json, "label", type->label);
    sx_json_key(json, "members");
    sx_json_begin_array(json);
    for (size_t i = 0; i < type->n_members; i++)
        write_member(json, &type->members[i]);
    sx_json_end_array(json);
    sx_json_end_object(json);
}

static void write_enumeration(struct sx_json *json, const struct sx_enumeration *enumeration)
{
    sx_json_begin_object(json);
    member_cstr(json, "name", enumeration->name);
    sx_json_key(json, "values");
    sx_json_begin_array(json);
    for (size_t i = 0; i < enumeration->n; i++) {
        sx_json_begin_object(json);
        member_cstr(json, "name", enumeration->at[i].name);
        if (enumeration->at[i].meaning[0] != '\0')
            member_cstr(json, "meaning", enumeration->at[i].meaning);
        sx_json_end_object(json);
    }
    sx_json_end_array(json);
    sx_json_end_object(json);
}

bool sx_write_schema(struct sx_out out)
{
    struct sx_json json;
    sx_json_init(&json, out.write, out.context, SX_JSON_PRETTY);
    sx_json_begin_object(&json);
    sx_json_member(&json, "schemaVersion", sx_int(1));
    sx_json_key(&json, "types");
    sx_json_begin_array(&json);
    for (size_t i = 0; i < sx_n_fact_types; i++)
        write_type(&json, sx_fact_types[i]);
    sx_json_end_array(&json);
    sx_json_key(&json, "enumerations");
    sx_json_begin_array(&json);
    for (size_t i = 0; i < sx_n_fact_enumerations; i++)
        write_enumeration(&json, sx_fact_enumerations[i]);
    sx_json_end_array(&json);
    sx_json_end_object(&json);
    sx_json_newline(&json);
    return sx_json_flush(&json);
}

/* The page. */

static void page_text(struct sx_buf *page, const char *text)
{
    for (; *text != '\0'; text++) { /* a cell ends at a bar; a star would begin emphasis */
        if (*text == '|' || *text == '*' || *text == '<' || *text == '_')
            sx_buf_char(page, '\\');
        sx_buf_char(page, *text);
    }
}

static void page_member(struct sx_buf *page, const struct sx_member *member)
{
    sx_buf_printf(page, "| `%s` | `", member->name);
    sx_spec_text(page, &member->spec);
    sx_buf_cstr(page, "`");
    for (size_t i = 0; i < SX_LEN(flags); i++)
        if ((member->flags & flags[i].flag) != 0)
            sx_buf_printf(page, " %s", flags[i].name);
    sx_buf_cstr(page, " | ");
    page_text(page, member->meaning);
    sx_buf_cstr(page, " | ");
    page_text(page, member->source);
    sx_buf_cstr(page, " |\n");
}

static void page_type(struct sx_buf *page, const struct sx_type *type)
{
    sx_buf_printf(page, "\n### %s\n\n", type->name);
    page_text(page, type->meaning);
    sx_buf_cstr(page, "\n\n| member | type | meaning | source |\n|---|---|---|---|\n");
    for (size_t i = 0; i < type->n_members; i++)
        page_member(page, &type->members[i]);
}

static void page_enumeration(struct sx_buf *page, const struct sx_enumeration *enumeration)
{
    sx_buf_printf(page, "\n### %s\n\n", enumeration->name);
    for (size_t i = 0; i < enumeration->n; i++) {
        sx_buf_printf(page, "- `%s`", enumeration->at[i].name);
        if (enumeration->at[i].meaning[0] != '\0')
            sx_buf_cstr(page, ": ");
        page_text(page, enumeration->at[i].meaning);
        sx_buf_char(page, '\n');
    }
}

bool sx_write_schema_page(struct sx_out out)
{
    SX_AUTO(sx_buf_release) struct sx_buf page = { 0 };
    sx_buf_cstr(&page,
                "# Facts\n\n"
                "What sxlint knows of an artifact. Rules and `sxlint eval` ask by these names, "
                "`sxlint facts` prints them.\n"
                "This page is what `sxlint facts --schema --format markdown` writes; do not edit "
                "it.\n\n"
                "A type that ends in `?` may be absent. `string(X)` is one of the values of the "
                "enumeration X.\nWords behind a type:\n\n");
    for (size_t i = 0; i < SX_LEN(flags); i++)
        sx_buf_printf(&page, "- *%s*: %s\n", flags[i].name, flags[i].meaning);
    sx_buf_cstr(&page, "\n## Objects\n");
    for (size_t i = 0; i < sx_n_fact_types; i++)
        page_type(&page, sx_fact_types[i]);
    sx_buf_cstr(&page, "\n## Enumerations\n");
    for (size_t i = 0; i < sx_n_fact_enumerations; i++)
        page_enumeration(&page, sx_fact_enumerations[i]);
    return out.write(out.context, page.ptr, page.len);
}
