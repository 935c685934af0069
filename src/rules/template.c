/* SPDX-License-Identifier: MIT */
#include "rules/template.h"

#include "base/limits.h"
#include "rules/yaml.h"

struct compiler {
    struct sx_str text;
    struct sx_template_names names;
    struct sx_arena *arena;
    SX_VEC(struct sx_template_piece) pieces;
    struct sx_template *made;
    struct sx_err *err;
};

/* The end of a string literal of CEL that begins at `at` with a quote. */
static size_t skip_literal(struct sx_str s, size_t at)
{
    char quote = s.ptr[at];
    for (at++; at < s.len && s.ptr[at] != quote; at++)
        at += s.ptr[at] == '\\';
    return at;
}

/* The brace that closes an expression; s.len when none does. */
static size_t closing(struct sx_str s, size_t at)
{
    size_t depth = 0;
    for (; at < s.len; at++) {
        char c = s.ptr[at];
        if (c == '\'' || c == '"')
            at = skip_literal(s, at);
        else if (c == '{')
            depth++;
        else if (c == '}' && depth-- == 0)
            return at;
    }
    return s.len;
}

/* `offending` is offered only when the rest of the expression does not compile without it, so
 * that the template knows whether it names it. */
static bool compile_expression(struct compiler *c, size_t from, size_t to,
                               const struct sx_cel_program **out)
{
    struct sx_str expression = sx_str_sub(c->text, from, to - from);
    struct sx_err err = { 0 }, again = { 0 };
    if (sx_cel_compile(c->names.env, expression, c->arena, out, &err))
        return true;
    bool names_offending =
        c->names.with_offending != NULL &&
        sx_cel_compile(c->names.with_offending, expression, c->arena, out, &again);
    c->made->names_offending |= names_offending;
    if (names_offending && c->names.has_offending)
        return true;
    if (names_offending)
        return sx_fail(c->err, SX_E_USAGE, from,
                       "the rule knows no offending elements: its check is no R.all(x, P), and it "
                       "has no key \"offending\"");
    const struct sx_err *told = c->names.has_offending ? &again : &err;
    return sx_fail(c->err, SX_E_USAGE, from + sx_text_byte(expression, told->line, told->column),
                   "%s", told->what);
}

static void add_text(struct compiler *c, size_t from, size_t to)
{
    if (to > from)
        SX_PUSH(c->arena, &c->pieces,
                (struct sx_template_piece){ .text = sx_str_sub(c->text, from, to - from) });
}

/* Takes what begins with the brace at `at`, and returns where the text goes on; 0 = failed. */
static size_t take_brace(struct compiler *c, size_t at)
{
    if (at + 1 < c->text.len && c->text.ptr[at + 1] == '{') {
        add_text(c, at, at + 1);
        return at + 2;
    }
    size_t end = closing(c->text, at + 1);
    const struct sx_cel_program *program;
    if (end == c->text.len) {
        sx_fail(c->err, SX_E_USAGE, at, "a brace that does not close; write {{ for a brace");
        return 0;
    }
    if (!compile_expression(c, at + 1, end, &program))
        return 0;
    SX_PUSH(c->arena, &c->pieces, (struct sx_template_piece){ .program = program });
    return end + 1;
}

struct sx_template_names sx_template_names_of(enum sx_scope scope, bool has_offending)
{
    return (struct sx_template_names){ sx_scope_env_at(scope, SX_STAGE_TEXT),
                                       sx_scope_env_at(scope, SX_STAGE_OFFENDING), has_offending };
}

struct sx_template_names sx_template_count(void)
{
    static const struct sx_cel_variable count = { "count", { .kind = SX_T_INT } };
    static const struct sx_cel_env env = { .variables = &count, .n_variables = 1 };
    return (struct sx_template_names){ .env = &env };
}

bool sx_template_compile(struct sx_str text, struct sx_template_names names, struct sx_arena *arena,
                         const struct sx_template **out, struct sx_err *err)
{
    struct compiler c = { .text = text,
                          .names = names,
                          .arena = arena,
                          .made = SX_NEW(arena, struct sx_template),
                          .err = err };
    for (size_t at = 0; at < text.len;) {
        size_t brace = at + sx_str_find(sx_str_sub(text, at, text.len), SX_STR("{"));
        add_text(&c, at, brace);
        if (brace == text.len)
            break;
        at = take_brace(&c, brace);
        if (at == 0)
            return false;
    }
    c.made->text = text;
    c.made->names = names;
    c.made->is_ready = true;
    c.made->at = c.pieces.at;
    c.made->n = c.pieces.n;
    *out = c.made;
    return true;
}

struct sx_str sx_template_text(const struct sx_template *template)
{
    return template != NULL ? template->text : (struct sx_str){ 0 };
}

const struct sx_template *sx_template_later(struct sx_str text, struct sx_template_names names,
                                            struct sx_arena *arena)
{
    struct sx_template *later = SX_NEW(arena, struct sx_template);
    *later = (struct sx_template){ .text = text, .names = names };
    return later;
}

bool sx_template_ready(const struct sx_template *template, struct sx_arena *arena,
                       const struct sx_template **out, struct sx_err *err)
{
    *out = template;
    return template == NULL || template->is_ready ||
           sx_template_compile(template->text, template->names, arena, out, err);
}

/* A list that has a line to itself is written one element a line. */
static bool stands_alone(const struct sx_template *template, size_t i)
{
    const struct sx_template_piece *at = template->at;
    return i > 0 && i + 1 == template->n && sx_str_ends(at[i - 1].text, SX_STR("\n"));
}

static bool is_choice(const struct sx_template *template, size_t i, struct sx_value v)
{
    return v.kind == SX_LIST && v.list.n != 1 && template->n > 1 && !stands_alone(template, i);
}

bool sx_is_exact(const struct sx_rendering *rendering)
{
    return rendering->doubt.kind == SX_NULL && !rendering->has_absent && !rendering->has_choice;
}

static void put_value(struct sx_buf *out, struct sx_value v, enum sx_reader reader,
                      const struct sx_shell_root *root, const char *between)
{
    if (reader == SX_FOR_SHELL)
        sx_value_shell(out, v, root);
    else if (reader == SX_FOR_FILE)
        sx_value_whole(out, v, between);
    else if (reader == SX_FOR_PAGE && (v.kind == SX_UNKNOWN || v.kind == SX_ERROR))
        sx_buf_cstr(out, "…");
    else
        sx_value_text(out, v, between);
}

struct sx_rendering sx_template_render(const struct sx_template *template, enum sx_reader reader,
                                       const struct sx_shell_root *root,
                                       const struct sx_value *variables, struct sx_cel_run *run,
                                       struct sx_arena *arena)
{
    struct sx_rendering made = { 0 };
    if (template == NULL)
        return made;
    SX_AUTO(sx_buf_release) struct sx_buf out = { 0 };
    for (size_t i = 0; i < template->n; i++) {
        if (template->at[i].program == NULL) {
            sx_buf_str(&out, template->at[i].text);
            continue;
        }
        struct sx_arena_mark mark = sx_arena_mark(run->arena);
        run->steps = SX_MAX_STEPS;
        struct sx_value v = sx_cel_eval(template->at[i].program, run, variables);
        put_value(&out, v, reader, root, stands_alone(template, i) ? "\n" : ", ");
        made.has_absent |= v.kind == SX_NULL;
        made.has_choice |= is_choice(template, i, v);
        if (v.kind == SX_ERROR)
            v.str = sx_str_dup(arena, v.str);
        if (made.doubt.kind == SX_NULL && (v.kind == SX_UNKNOWN || v.kind == SX_ERROR))
            made.doubt = v;
        sx_arena_rewind(run->arena, mark);
    }
    if (out.len > 0)
        made.text = sx_str_dup(arena, sx_buf_view(&out));
    return made;
}

/* Nothing is known but that there are several. */
struct sx_str sx_template_outline(const struct sx_template *template, struct sx_arena *arena)
{
    const struct sx_template *ready;
    struct sx_err err = { 0 };
    struct sx_value variables[SX_MAX_VARIABLES];
    if (template == NULL || !sx_template_ready(template, arena, &ready, &err))
        return sx_template_text(template);
    const struct sx_cel_env *env = template->names.with_offending;
    for (size_t i = 0; i < env->n_variables; i++)
        variables[i] = strcmp(env->variables[i].name, sx_name_text(SX_NAME_COUNT)) == 0
                           ? sx_int(2)
                           : (struct sx_value){ .kind = SX_UNKNOWN };
    struct sx_cel_run run = { .arena = arena };
    return sx_template_render(ready, SX_FOR_PAGE, NULL, variables, &run, arena).text;
}
