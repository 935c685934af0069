/* SPDX-License-Identifier: MIT */
/* Values as messages print them, templates, and the functions of rules. */
#include "rows.h"
#include "base/limits.h"
#include "rules/template.h"

struct fixture {
    struct sx_arena *arena;
    struct sx_bound bound;
    struct sx_value variables[SX_MAX_VARIABLES];
    struct sx_cel_run run;
};

/* A code object and its offending elements. */
static void set_up(struct fixture *f)
{
    static const struct sx_str groups[] = { LIT("a"), LIT("b c"), LIT("d\x1b[0m") };
    *f = (struct fixture){ .arena = sx_arena_new() };
    f->run.arena = f->arena;
    f->run.steps = SX_MAX_STEPS;
    struct sx_Code *code = SX_FACT(f->arena, Code);
    struct sx_Code *host = SX_FACT(f->arena, Code);
    struct sx_entry *info = SX_NEW_N(f->arena, struct sx_entry, 3);
    info[0] = (struct sx_entry){ sx_string(SX_STR("name")), sx_string(SX_STR("Waffle")) };
    info[1] = (struct sx_entry){ sx_string(SX_STR("n")), sx_int(7) };
    info[2] = (struct sx_entry){ sx_string(SX_STR("list")), sx_list_values(NULL, 0) };
    code->info = sx_map_new(f->arena, info, 3);
    code->path = SX_STR("Waffle.app/Contents/Helpers/it's");
    host->path = SX_STR("Waffle.app");
    code->name = SX_STR("it's");
    code->host = host;
    code->minos = SX_STR("10.15.7");
    code->appGroups = (struct sx_strs){ groups, 3 };
    sx_fact_unread(&code->head, f->arena, "profile", SX_UNREAD_BROKEN, SX_STR("no CMS"), -1);
    f->bound.of[SX_NAME_CODE] = sx_object_value(&code->head);
    f->bound.of[SX_NAME_NOW] = sx_timestamp(sx_time_of(2026, 11, 24, 18, 4, 11));
    f->bound.of[SX_NAME_CHANNEL] = sx_string(SX_STR("developer-id"));
    f->bound.of[SX_NAME_SHIPPED] = sx_map_value(NULL);
    f->bound.of[SX_NAME_PAYLOADS] = sx_list_values(NULL, 0);
    f->bound.of[SX_NAME_COUNT] = sx_int(2);
    f->bound.of[SX_NAME_OFFENDING] = sx_list_strs(code->appGroups);
    sx_scope_bind(SX_SCOPE_CODE, &f->bound, f->variables);
}

static const struct row {
    const char *name, *template, *text;
} texts[] = {
    { "no expression", "is signed ad hoc", "is signed ad hoc" },
    { "a string", "is {code.name}", "is it's" },
    { "an expression", "{code.name + '!'} {1 + 2}", "it's! 3" },
    { "a brace", "a {{b} {{{code.name}}", "a {b} {it's}" },
    { "a quote within an expression", "{code.name == 'x}' ? 'a' : 'b'}", "b" },
    { "count", "{count} files", "2 files" },
    { "a list", "groups {code.appGroups.filter(g, g != 'd\\x1b[0m')}", "groups a, b c" },
    { "hostile text", "{code.appGroups[2]}", "\"d\\x1b[0m\"" },
    { "an empty list", "{payloads}", "none" },
    { "nine elements", "{[1, 2, 3, 4, 5, 6, 7, 8, 9]}", "1, 2, 3, 4, 5, 6, 7, 8 and 1 more" },
    { "a list on a line of its own", "two:\n{[1, 2]}", "two:\n1\n2" },
    { "ten on lines of their own", "ten:\n{[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]}",
      "ten:\n1\n2\n3\n4\n5\n6\n7\n8\nand 2 more" },
    { "absent", "is {oldestMacos}", "is none" },
    { "unread", "is {code.profile}", "is not read" },
    { "an object", "in {code.host}", "in Waffle.app" },
    { "a date", "on {now}", "on 2026-11-24" },
    { "days", "in {duration('1656h')}", "in 69 days" },
    { "one day", "in {duration('24h')}", "in 1 day" },
    { "a bool", "{true}", "true" },
    { "a fraction", "{1.5}", "1.5" },
    { "a brace, whatever follows", "{{'a': 1}}", "{'a': 1}}" },
    { "a map", "{ {'a': 1, 'b': 2} }", "a, b" },
    { "offending", "{offending.size()}", "3" },
    { "nothing is absent text", "{''}", NULL },
};

static struct sx_rendering rendering_at(struct fixture *f, const char *text, enum sx_reader reader,
                                        const struct sx_shell_root *root)
{
    const struct sx_template *template;
    struct sx_err err = { 0 };
    set_up(f);
    if (!sx_template_compile(sx_str_of(text), sx_template_names_of(SX_SCOPE_CODE, true), f->arena,
                             &template, &err))
        fail_msg("%u: %s", (unsigned)err.off, err.what);
    return sx_template_render(template, reader, root, f->variables, &f->run, f->arena);
}

static struct sx_rendering rendering(struct fixture *f, const char *text, enum sx_reader reader)
{
    return rendering_at(f, text, reader, NULL);
}

static void renders(void **state)
{
    const struct row *row = *state;
    struct fixture f;
    struct sx_str text = rendering(&f, row->template, SX_FOR_PEOPLE).text;
    if (row->text == NULL)
        assert_null(text.ptr);
    else
        assert_string_equal(text.ptr, row->text);
    sx_arena_free(f.arena);
}

/* What is pasted into a file is whole. */
static void fills_files(void **state)
{
    (void)state;
    struct fixture f;
    struct sx_str text =
        rendering(&f, "<a>{'0123456789'.replace('', 'abcdefghijklmnopqrstuvwxyz')}</a>",
                  SX_FOR_FILE)
            .text;
    assert_int_equal(text.len, 3 + 10 + 11 * 26 + 4);
    sx_arena_free(f.arena);
    assert_string_equal(rendering(&f, "{['a', 'b'].map(x, x + 'c')}", SX_FOR_FILE).text.ptr,
                        "ac, bc");
    sx_arena_free(f.arena);
}

static const struct row commands[] = {
    { "bare", "codesign {'a/b.c'}", "codesign a/b.c" },
    { "blank", "cp {'a b'}", "cp 'a b'" },
    { "quote", "cp {code.path}", "cp 'Waffle.app/Contents/Helpers/it'\\''s'" },
    { "substitution", "cp {'$(rm -rf ~)'}", "cp '$(rm -rf ~)'" },
    { "control character", "cp {code.appGroups[2]}", "cp $'d\\033[0m'" },
    { "line break", "cp {'a\\nb'}", "cp $'a\\012b'" },
    { "looks like an option", "cp {'-rf'}", "cp -rf" },
    { "list", "rm {['a', 'b c']}", "rm a 'b c'" },
    { "empty word", "cp {''} b", "cp '' b" },
};

static void quotes(void **state)
{
    const struct row *row = *state;
    struct fixture f;
    assert_string_equal(rendering(&f, row->template, SX_FOR_SHELL).text.ptr, row->text);
    sx_arena_free(f.arena);
}

/* Where commands find what the facts call Waffle.app/Contents. */
static const struct placed {
    const char *name, *template, *path, *text;
    const char *container; /* NULL: nothing is packed */
} placed[] = {
    { "below a folder", "rm {'Waffle.app/a'}", "build/Waffle.app", "rm build/Waffle.app/a" },
    { "itself", "rm {'Waffle.app'}", "build/Waffle.app", "rm build/Waffle.app" },
    { "below a folder with a blank", "rm {'Waffle.app/a'}", "my build/Waffle.app",
      "rm 'my build/Waffle.app/a'" },
    { "another of nearly the name", "rm {'Waffle.apple/a'}", "build/Waffle.app",
      "rm Waffle.apple/a" },
    { "what was packed", "rm {'Waffle.app/a'}", "build/Waffle.app", "rm a", "Waffle.app" },
    { "what was packed, and into what", "rm {['Waffle.app', 'Waffle.app/b c', 'd']}",
      "build/Waffle.app", "rm build/Waffle.app 'b c' d", "Waffle.app" },
    { "what was packed twice", "rm {['Waffle.app/b.zip', 'Waffle.app/b.zip/c']}",
      "build/Waffle.app", "rm build/Waffle.app/b.zip c", "Waffle.app/b.zip" },
};

static void finds_places(void **state)
{
    const struct placed *row = *state;
    struct fixture f;
    struct sx_Container container = { .head = { .type = &sx_type_Container },
                                      .path = sx_str_of(row->container) };
    const struct sx_object *containers[] = { &container.head };
    struct sx_shell_root root = { SX_STR("Waffle.app"),
                                  sx_str_of(row->path),
                                  { containers, row->container != NULL } };
    assert_string_equal(rendering_at(&f, row->template, SX_FOR_SHELL, &root).text.ptr, row->text);
    sx_arena_free(f.arena);
}

static void cuts_long_text(void **state)
{
    (void)state;
    SX_AUTO(sx_buf_release) struct sx_buf long_text = { 0 }, out = { 0 };
    sx_buf_fill(&long_text, 'x', 200);
    sx_value_text(&out, sx_string(sx_buf_view(&long_text)), ", ");
    assert_int_equal(out.len, 200);
    sx_buf_char(&long_text, 'y');
    out.len = 0;
    sx_value_text(&out, sx_string(sx_buf_view(&long_text)), ", ");
    assert_true(sx_str_ends(sx_buf_view(&out), SX_STR("x… (201 characters)")));
}

/* Functions: an expression of the scope code, and its value as text. */
static const struct row functions[] = {
    { "get", "{code.info.get('name', '')}", "Waffle" },
    { "get, not there", "{code.info.get('nam', 'none')}", "none" },
    { "get, of another type", "{code.info.get('n', 'text')}", "text" },
    { "get of a list", "{code.info.get('list', ['a'])}", "none" },
    { "get chains", "{code.info.get('a', {}).get('b', 'c')}", "c" },
    { "get of what is no map", "{code.info.get('name', {}).get('b', 'c')}", "c" },
    { "get of a literal map", "{ {'a': 'b'}.get('a', '') }", "b" },
    { "older", "{'10.9'.olderThan('10.15')}", "true" },
    { "not older", "{'10.15'.olderThan('10.9')}", "false" },
    { "equal", "{'13'.olderThan('13.0')}", "false" },
    { "missing numbers are 0", "{'13'.olderThan('13.0.1')}", "true" },
    { "leading zeros", "{'10.09'.olderThan('10.9')}", "false" },
    { "numbers of any length", "{'1.99999999999999999998'.olderThan('1.99999999999999999999')}",
      "true" },
    { "older than no version", "{'13'.olderThan('13b')}", "not read" },
    { "empty version", "{''.olderThan('13')}", "not read" },
    { "fact", "{code.minos.olderThan('11.0')}", "true" },
    { "glob", "{'com.example.waffle'.glob('com.example.*')}", "true" },
    { "no glob", "{'com.other'.glob('com.example.*')}", "false" },
    { "nearest", "{'content-filter'.nearest(['content-filtre', 'dns-proxy'])}", "content-filtre" },
    { "nearest of none", "{'x'.nearest(['abc', 'defg'])}", NULL },
};

int main(void)
{
    static struct rows rows;
    ADD_ROWS(&rows, texts, renders);
    ADD_ROWS(&rows, commands, quotes);
    ADD_ROWS(&rows, placed, finds_places);
    ADD_TEST(&rows, cuts_long_text);
    ADD_TEST(&rows, fills_files);
    ADD_ROWS(&rows, functions, renders);
    return run_rows("rules-words", &rows);
}
