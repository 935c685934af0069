/* SPDX-License-Identifier: MIT */
/* Where a finding points, and what to do about it. */
#include "rules/case.h"

/* The text of a value in a property list ends where the next tag begins; a value that is a tag
 * itself ends with it. */
static size_t value_len(struct sx_str text, size_t at)
{
    size_t end = at;
    if (end < text.len && text.ptr[end] == '<')
        return sx_str_find(sx_str_sub(text, at, text.len), SX_STR(">")) + 1;
    while (end < text.len && text.ptr[end] != '<' && text.ptr[end] != '\n')
        end++;
    return end - at;
}

void sx_place_render(struct sx_case *c, const struct sx_hit *hit, const struct sx_value *variables,
                     struct sx_finding *finding)
{
    const struct sx_rule *rule = hit->charge->rule;
    if (rule->at == NULL)
        return;
    struct sx_value object = sx_case_value(c, rule->at_document, variables);
    struct sx_value value = sx_case_value(c, rule->at, variables);
    const struct sx_document *document = object.kind == SX_OBJECT ? object.object->document : NULL;
    bool is_there = value.kind != SX_ERROR && value.kind != SX_UNKNOWN;
    if (document == NULL || !is_there || value.pos == 0 || value.pos > document->text.len)
        return;
    struct sx_place *place = &finding->place;
    place->document = document;
    place->at = value.pos - 1;
    place->len = value_len(document->text, place->at);
    sx_line_of(document->text, place->at, &place->line, &place->column);
}

/* The name by which the developer knows the object: "Waffle" of Waffle.app, "filter" of
 * com.example.filter.systemextension, whose name has to be its identifier. */
static struct sx_str short_name(const struct sx_Code *code)
{
    struct sx_str stem = code->stem.ptr != NULL ? code->stem : code->name;
    if (!sx_str_eq(stem, code->identifier))
        return stem;
    size_t from = stem.len;
    while (from > 0 && stem.ptr[from - 1] != '.')
        from--;
    return sx_str_sub(stem, from, stem.len);
}

static struct sx_str edit_file(struct sx_case *c, const struct sx_hit *hit)
{
    const char *kind = hit->charge->rule->fix.edit_file;
    const struct sx_Code *code = sx_hit_code(hit);
    if (kind == NULL)
        return (struct sx_str){ 0 };
    if (sx_str_is(SX_STR("policy"), kind) || code == NULL)
        return sx_escape(c->arena, sx_object_identity(hit->owner));
    if (sx_str_is(SX_STR("profile"), kind))
        return sx_str_printf(c->arena, "%.*s.provisionprofile",
                             SX_STR_ARG(sx_escape(c->arena, code->stem)));
    struct sx_str name = sx_escape(c->arena, short_name(code));
    if (sx_str_is(SX_STR("info"), kind))
        return sx_str_printf(c->arena, "Info.plist of %.*s", SX_STR_ARG(name));
    return sx_str_printf(c->arena, "%.*s.entitlements", SX_STR_ARG(name));
}

struct lines {
    struct sx_case *c;
    SX_VEC(struct sx_str) at;
    bool is_exact; /* else they are no lines to paste */
};

static void add_lines(struct lines *lines, struct sx_rendering rendering)
{
    struct sx_str text = rendering.text;
    lines->is_exact &= sx_is_exact(&rendering);
    for (size_t at = 0; at < text.len;) {
        size_t end = at + sx_str_find(sx_str_sub(text, at, text.len), SX_STR("\n"));
        struct sx_str line = sx_str_sub(text, at, end - at);
        if (!sx_strs_has((struct sx_strs){ lines->at.at, lines->at.n }, line))
            SX_PUSH(lines->c->arena, &lines->at, line);
        at = end + 1;
    }
}

/* Lines that name what is offending are written once for each of them. */
static struct lines edit_lines(struct sx_case *c, const struct sx_rule *rule,
                               const struct sx_template *template, struct sx_value *variables)
{
    struct lines lines = { .c = c, .is_exact = true };
    struct sx_value all = c->bound.of[SX_NAME_OFFENDING];
    if (template == NULL)
        return lines;
    template = sx_case_ready(c, template); /* only now does it know what it names */
    if (!template->names_offending) {
        add_lines(&lines, sx_case_render(c, template, SX_FOR_FILE, variables));
        return lines;
    }
    for (size_t i = 0; i < all.list.n; i++) {
        struct sx_value one = sx_list_at(all, i);
        c->bound.of[SX_NAME_OFFENDING] = sx_list_values(&one, 1);
        sx_scope_bind(rule->scope, &c->bound, variables);
        add_lines(&lines, sx_case_render(c, template, SX_FOR_FILE, variables));
    }
    c->bound.of[SX_NAME_OFFENDING] = all;
    sx_scope_bind(rule->scope, &c->bound, variables);
    return lines;
}

/* An edit with a value that is not known, or is one of several, would be pasted as it stands:
 * better none, and not half of one. */
static void render_edit(struct sx_case *c, const struct sx_rule *rule, struct sx_value *variables,
                        struct sx_repair *repair)
{
    struct lines minus = edit_lines(c, rule, rule->fix.minus, variables);
    struct lines plus = edit_lines(c, rule, rule->fix.plus, variables);
    if (!minus.is_exact || !plus.is_exact)
        return;
    repair->minus = (struct sx_strs){ minus.at.at, minus.at.n };
    repair->plus = (struct sx_strs){ plus.at.at, plus.at.n };
}

void sx_repair_render(struct sx_case *c, const struct sx_hit *hit, struct sx_value *variables,
                      struct sx_finding *finding)
{
    const struct sx_rule *rule = hit->charge->rule;
    struct sx_repair *repair = &finding->repair;
    struct sx_rendering run = sx_case_render(c, rule->fix.run, SX_FOR_SHELL, variables);
    repair->instruction = sx_case_render(c, rule->fix.instruction, SX_FOR_PEOPLE, variables).text;
    repair->run = run.doubt.kind == SX_NULL && !run.has_absent ? run.text : (struct sx_str){ 0 };
    repair->file = edit_file(c, hit);
    render_edit(c, rule, variables, repair);
    repair->resign = rule->fix.resign;
}
