/* SPDX-License-Identifier: MIT */
/* Objects by their description: the four answers of a member, and objects out of maps. */
#include "value/schema.h"
#include "value/json.h"
#include "rows.h"
#include "unread.h"

/* A type with a member of every representation. */
struct part {
    struct sx_object head;
    struct sx_str title;
    uint16_t color;
    bool sealed;
    uint8_t signed_;
    int64_t size;
    struct sx_opt_int offset;
    struct sx_opt_time time;
    struct sx_strs names, colors;
    struct sx_values numbers, anything;
    const struct sx_map *info, *texts;
    struct sx_value dyn;
    const struct part *inner;
    struct sx_objs parts;
    struct sx_str lazy, later;
};

static const struct sx_type type_part;
static const struct sx_enum_value color_values[] = { { "red", "" }, { "green", "" } };
static const struct sx_enumeration colors = { "Color", color_values, 2 };
static const struct sx_spec string = { .kind = SX_T_STRING }, integer = { .kind = SX_T_INT },
                            any = { .kind = SX_T_DYN },
                            color = { .kind = SX_T_STRING, .enumeration = &colors },
                            part = { .kind = SX_T_OBJECT, .object = &type_part };

#define FIELD(f) .name = #f, .offset = offsetof(struct part, f)
#define LIST_OF(e)                                                                                 \
    {                                                                                              \
        .kind = SX_T_LIST, .elem = &(e)                                                            \
    }
#define MAP_OF(e)                                                                                  \
    {                                                                                              \
        .kind = SX_T_MAP, .key = &string, .elem = &(e)                                             \
    }
static const struct sx_member members[] = {
    { FIELD(title), .repr = SX_R_STR, .spec = { .kind = SX_T_STRING, .nullable = true } },
    { FIELD(color), .repr = SX_R_ENUM, .spec = { .kind = SX_T_STRING, .enumeration = &colors } },
    { FIELD(sealed), .repr = SX_R_BOOL, .spec = { .kind = SX_T_BOOL } },
    { .name = "signed",
      .offset = offsetof(struct part, signed_),
      .repr = SX_R_TRI,
      .spec = { .kind = SX_T_BOOL, .nullable = true } },
    { FIELD(size), .repr = SX_R_INT, .spec = { .kind = SX_T_INT } },
    { FIELD(offset), .repr = SX_R_OPTINT, .spec = { .kind = SX_T_INT, .nullable = true } },
    { FIELD(time), .repr = SX_R_TIME, .spec = { .kind = SX_T_TIMESTAMP, .nullable = true } },
    { FIELD(names), .repr = SX_R_STRS, .spec = LIST_OF(string) },
    { FIELD(colors), .repr = SX_R_STRS, .spec = LIST_OF(color) },
    { FIELD(numbers), .repr = SX_R_VALUES, .spec = LIST_OF(integer) },
    { FIELD(anything), .repr = SX_R_VALUES, .spec = LIST_OF(any) },
    { FIELD(info), .repr = SX_R_MAP, .spec = MAP_OF(any) },
    { FIELD(texts), .repr = SX_R_MAP, .spec = MAP_OF(string) },
    { FIELD(dyn), .repr = SX_R_DYN, .spec = { .kind = SX_T_DYN } },
    { FIELD(inner), .repr = SX_R_REF, .spec = { .kind = SX_T_OBJECT, .object = &type_part } },
    { FIELD(parts), .repr = SX_R_REFS, .spec = LIST_OF(part) },
    { FIELD(lazy), .repr = SX_R_STR, .flags = SX_M_LAZY, .spec = { .kind = SX_T_STRING } },
    { FIELD(later), .repr = SX_R_STR, .flags = SX_M_UNREACHED, .spec = { .kind = SX_T_STRING } },
};
static const struct sx_type type_part = { .name = "Part",
                                          .members = members,
                                          .n_members = SX_LEN(members),
                                          .size = sizeof(struct part),
                                          .identity = "title",
                                          .label = "color" };

static struct sx_value get(const struct part *p, const char *name)
{
    const struct sx_member *m = sx_type_member(p->head.type, sx_str_of(name));
    assert_non_null(m);
    return sx_object_get(&p->head, m);
}

/* 't', 'f', or 'u' for unknown. */
static char has(const struct part *p, const char *name)
{
    struct sx_value v = sx_object_has(&p->head, sx_type_member(p->head.type, sx_str_of(name)));
    return v.kind == SX_UNKNOWN ? 'u' : v.b ? 't' : 'f';
}

/* What a new object answers, by member. */
static const struct absent_row {
    const char *name;
    enum sx_kind kind;
    char has;
} absents[] = {
    { "title", SX_NULL, 'f' },   { "color", SX_NULL, 'f' },    { "sealed", SX_BOOL, 't' },
    { "signed", SX_NULL, 'f' },  { "size", SX_INT, 't' },      { "offset", SX_NULL, 'f' },
    { "time", SX_NULL, 'f' },    { "names", SX_LIST, 'f' },    { "colors", SX_LIST, 'f' },
    { "numbers", SX_LIST, 'f' }, { "anything", SX_LIST, 'f' }, { "info", SX_MAP, 'f' },
    { "texts", SX_MAP, 'f' },    { "dyn", SX_NULL, 'f' },      { "inner", SX_NULL, 'f' },
    { "parts", SX_LIST, 'f' },   { "lazy", SX_NULL, 'f' },     { "later", SX_UNKNOWN, 'u' },
};

static void new_members_are_absent(void **state)
{
    const struct absent_row *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    const struct part *p = sx_object_new(arena, &type_part);
    assert_int_equal(get(p, row->name).kind, row->kind);
    assert_int_equal(has(p, row->name), row->has);
}

static void members_give_their_values(void **state)
{
    (void)state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct part *p = sx_object_new(arena, &type_part);
    const struct sx_object *parts[] = { &p->head };
    p->title = SX_STR("");
    p->color = 2;
    p->signed_ = SX_TRI_FALSE;
    p->offset = (struct sx_opt_int){ true, 0 };
    p->time = (struct sx_opt_time){ true, { 0, 0 } };
    p->names = (struct sx_strs){ &p->title, 1 };
    p->info = sx_map_new(arena, NULL, 0);
    p->inner = p;
    p->parts = (struct sx_objs){ parts, 1 };
    assert_int_equal(get(p, "title").kind, SX_STRING); /* empty is another thing than absent */
    assert_true(sx_str_is(get(p, "color").str, "green"));
    assert_true(get(p, "signed").kind == SX_BOOL && !get(p, "signed").b);
    assert_true(get(p, "offset").kind == SX_INT && get(p, "offset").i == 0);
    assert_int_equal(get(p, "time").kind, SX_TIMESTAMP);
    assert_int_equal(get(p, "names").list.n, 1);
    assert_true(get(p, "inner").object == &p->head);
    assert_true(sx_list_at(get(p, "parts"), 0).object == &p->head);
    static const char *const there[] = { "title", "color", "signed", "offset", "time",
                                         "names", "info",  "inner",  "parts" };
    for (size_t i = 0; i < SX_LEN(there); i++)
        assert_int_equal(has(p, there[i]), 't');
    assert_string_equal(sx_object_identity(&p->head).ptr, "");
    assert_string_equal(sx_object_label(&p->head).ptr, "green");
    p->color = 0;
    p->title = SX_STR("T");
    assert_string_equal(sx_object_label(&p->head).ptr, "T"); /* the identity stands in */
}

static void unread_members_say_why(void **state)
{
    (void)state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct part *p = sx_object_new(arena, &type_part);
    p->title = SX_STR("half of it");
    sx_object_set_unread(&p->head, arena, &type_unread, "title", SX_UNREAD_BROKEN,
                         SX_STR("cut short"), 42);
    sx_object_set_unread(&p->head, arena, &type_unread, "info", SX_UNREAD_NOT_EXAMINED,
                         SX_STR("over a limit"), -1);
    sx_object_set_unread(&p->head, arena, &type_unread, "a/path", SX_UNREAD_OUT_OF_REACH,
                         SX_STR("encrypted"), -1);
    assert_int_equal(has(p, "title"), 't'); /* broken: it is there */
    assert_int_equal(has(p, "info"), 'u');
    const struct sx_unread *why = get(p, "title").unread;
    assert_true(sx_str_is(why->what, "title") && sx_str_is(why->reason, "cut short"));
    assert_true(why->offset.has && why->offset.v == 42 && why->owner == &p->head);
    assert_false(get(p, "info").unread->offset.has);
    assert_true(sx_str_is(get(p, "info").unread->reason, "over a limit"));
    assert_int_equal(p->head.unread.n, 3);
    const struct sx_unread *later = get(p, "later").unread;
    assert_int_equal(later->state, SX_UNREAD_OUT_OF_REACH);
    assert_int_equal(later->reason.len, strlen(later->reason.ptr));
    assert_string_equal(sx_object_identity(&p->head).ptr, "");
}

struct filler {
    struct sx_lazy lazy;
    struct sx_arena *arena;
    int calls;
    bool fails;
};

static void fill(struct sx_lazy *lazy, const struct sx_member *member)
{
    struct filler *f = (struct filler *)lazy;
    f->calls++;
    assert_string_equal(member->name, "lazy");
    if (f->fails)
        sx_object_set_unread(lazy->object, f->arena, &type_unread, "lazy", SX_UNREAD_BROKEN,
                             SX_STR("no symbols"), -1);
    else
        ((struct part *)lazy->object)->lazy = SX_STR("filled");
}

static void lazy_members_fill_once(void **state)
{
    (void)state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    for (int fails = 0; fails <= 1; fails++) {
        struct part *p = sx_object_new(arena, &type_part);
        struct filler f = { { &p->head, 0, fill }, arena, 0, fails };
        p->head.lazy = &f.lazy;
        get(p, "title");
        assert_int_equal(f.calls, 0);
        assert_int_equal(has(p, "lazy"), 't');
        assert_int_equal(get(p, "lazy").kind, fails ? SX_UNKNOWN : SX_STRING);
        assert_int_equal(get(p, "lazy").kind, fails ? SX_UNKNOWN : SX_STRING);
        assert_int_equal(f.calls, 1);
    }
}

static void types_print(void **state)
{
    (void)state;
    static const struct sx_spec parameter = { .kind = SX_T_PARAM, .param = 1 };
    static const struct {
        struct sx_spec spec;
        const char *want;
    } rows[] = {
        { { .kind = SX_T_INT }, "int" },
        { { .kind = SX_T_STRING, .nullable = true }, "string?" },
        { { .kind = SX_T_STRING, .enumeration = &colors }, "string(Color)" },
        { { .kind = SX_T_LIST, .elem = &color, .nullable = true }, "list(string(Color))?" },
        { { .kind = SX_T_MAP, .key = &string, .elem = &any }, "map(string, dyn)" },
        { { .kind = SX_T_OBJECT, .object = &type_part }, "Part" },
        { { .kind = SX_T_LIST, .elem = &parameter }, "list(B)" },
    };
    for (size_t i = 0; i < SX_LEN(rows); i++) {
        SX_AUTO(sx_buf_release) struct sx_buf out = { 0 };
        sx_spec_text(&out, &rows[i].spec);
        sx_buf_char(&out, '\0');
        assert_string_equal(out.ptr, rows[i].want);
    }
    assert_null(sx_type_member(&type_part, SX_STR("Title")));
    assert_int_equal(sx_member_at(&type_part, &members[3]), 3);
}

/* Objects are written as JSON here, as rule files write them in YAML. */
static const struct build_row {
    const char *name;
    struct sx_str json;
    const char *what; /* the failure, or NULL */
} builds[] = {
    { "nothing said", LIT("{}"), NULL },
    { "everything said",
      LIT("{\"title\":\"t\",\"color\":\"green\",\"sealed\":true,\"signed\":false,\"size\":1,"
          "\"offset\":2,\"time\":\"2026-11-24T00:00:00Z\",\"names\":[\"a\"],\"colors\":[\"red\"],"
          "\"numbers\":[1,2],\"anything\":[1,\"x\"],\"info\":{\"k\":1},\"texts\":{\"k\":\"v\"},"
          "\"dyn\":[],\"inner\":{},\"parts\":[{}],\"lazy\":\"l\",\"later\":\"r\"}"),
      NULL },
    { "null says absent", LIT("{\"title\":null,\"size\":null,\"parts\":null}"), NULL },
    { "a date for a time", LIT("{\"time\":\"2026-11-24\"}"), NULL },
    { "an unknown member", LIT("{\"titel\":1}"), "Part has no member titel; the nearest is title" },
    { "a member unlike any", LIT("{\"whatever\":1}"), "Part has no member whatever" },
    { "a hostile name", LIT("{\"a\\nb\":1}"), "Part has no member \"a\\nb\"" },
    { "an unknown member inside", LIT("{\"inner\":{\"siz\":1}}"),
      "Part has no member siz; the nearest is size" },
    { "number for text", LIT("{\"title\":1}"), "title: want string?, found int" },
    { "text for bool", LIT("{\"sealed\":\"true\"}"), "sealed: want bool, found string" },
    { "text for int", LIT("{\"size\":\"1\"}"), "size: want int, found string" },
    { "real for int", LIT("{\"size\":1.5}"), "size: want int, found double" },
    { "text for list", LIT("{\"names\":\"a\"}"), "names: want list(string), found string" },
    { "number in names", LIT("{\"names\":[\"a\",1]}"), "names: want list(string), found int" },
    { "null in names", LIT("{\"names\":[null]}"), "names: want list(string), found null_type" },
    { "no value of an enumeration", LIT("{\"color\":\"blue\"}"), "Color has no value blue" },
    { "no value in a list", LIT("{\"colors\":[\"red\",\"blue\"]}"), "Color has no value blue" },
    { "text in numbers", LIT("{\"numbers\":[1,\"2\"]}"), "numbers: want list(int), found string" },
    { "number in texts", LIT("{\"texts\":{\"a\":1}}"),
      "texts: want map(string, string), found int" },
    { "list for map", LIT("{\"info\":[]}"), "info: want map(string, dyn), found list" },
    { "words for a time", LIT("{\"time\":\"soon\"}"), "time: want timestamp?, found string" },
    { "text for an object", LIT("{\"inner\":\"x\"}"), "inner: want Part, found string" },
    { "text for objects", LIT("{\"parts\":[\"x\"]}"), "parts: want list(Part), found string" },
    { "a fault in the second object", LIT("{\"parts\":[{},{\"size\":[]}]}"),
      "size: want int, found list" },
};

static void builds_objects(void **state)
{
    const struct build_row *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_value value;
    struct sx_err err = { 0 };
    const struct sx_object *object = NULL;
    assert_true(sx_json_parse(row->json, arena, &value, &err));
    bool ok = sx_object_build(&type_part, value.map, &type_unread, arena, &object, &err);
    assert_string_equal(err.what, row->what != NULL ? row->what : "");
    assert_int_equal(ok, row->what == NULL);
    if (!ok) {
        assert_int_equal(err.code, SX_E_FORMAT);
        return;
    }
    for (size_t i = 0; i < type_part.n_members; i++) {
        bool said = sx_map_get(value.map, sx_str_of(members[i].name)) != NULL;
        struct sx_value got = sx_object_get(object, &members[i]);
        assert_int_equal(got.kind == SX_UNKNOWN, !said);
        if (!said)
            assert_true(sx_str_is(got.unread->reason, "the example does not state it"));
    }
}

static void failures_point_into_the_text(void **state)
{
    (void)state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_entry entry = { sx_string(SX_STR("size")), sx_bool(true) };
    const struct sx_object *object;
    struct sx_err err = { 0 };
    entry.value.pos = 18;
    assert_false(sx_object_build(&type_part, sx_map_new(arena, &entry, 1), &type_unread, arena,
                                 &object, &err));
    assert_int_equal(err.off, 17);
}

int main(void)
{
    static struct rows rows;
    ADD_ROWS(&rows, absents, new_members_are_absent);
    ADD_TEST(&rows, members_give_their_values);
    ADD_TEST(&rows, unread_members_say_why);
    ADD_TEST(&rows, lazy_members_fill_once);
    ADD_TEST(&rows, types_print);
    ADD_ROWS(&rows, builds, builds_objects);
    ADD_TEST(&rows, failures_point_into_the_text);
    return run_rows("schema", &rows);
}
