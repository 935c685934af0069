/* SPDX-License-Identifier: MIT */
#include "base/limits.h"
#include "der_value.h"
#include "entitlements.h"
#include "entitlements/der.h"
#include "rows.h"
#include "value/json.h"

/* Elements spelled as C text, with their lengths. */
#define TRUE  "\x01\x01\xff"
#define FALSE "\x01\x01\x00"
#define V1    "\x02\x01\x01"

static struct sx_arena *arena;

static bool append(void *context, const char *bytes, size_t n)
{
    sx_buf_put(context, bytes, n);
    return true;
}

static struct sx_str json_of(const struct sx_map *map)
{
    SX_AUTO(sx_buf_release) struct sx_buf out = { 0 };
    struct sx_json json;
    sx_json_init(&json, append, &out, SX_JSON_COMPACT);
    sx_json_value(&json, sx_map_value(map));
    assert_true(sx_json_flush(&json));
    return sx_str_dup(arena, sx_buf_view(&out));
}

/* The bytes in a heap block of just their size, so that a sanitizer sees one byte too many. */
static bool parse(struct sx_str bytes, enum sx_der_form form, const struct sx_map **out,
                  struct sx_err *err)
{
    uint8_t *copy = malloc(bytes.len + 1);
    assert_non_null(copy);
    memcpy(copy, bytes.ptr, bytes.len);
    copy = realloc(copy, bytes.len > 0 ? bytes.len : 1);
    bool ok = sx_der_parse((struct sx_span){ copy, bytes.len, 100 }, form, arena, out, err);
    free(copy);
    return ok;
}

static const struct accepted {
    const char *name;
    enum sx_der_form form;
    struct sx_str bytes;
    const char *json;
} accepted[] = {
    { "empty", SX_DER_ENTITLEMENTS, LIT("\x70\x05" V1 "\xb0\x00"), "{}" },
    { "one boolean", SX_DER_ENTITLEMENTS, LIT("\x70\x0f" V1 "\xb0\x0a\x30\x08\x0c\x03key" TRUE),
      "{\"key\":true}" },
    { "false", SX_DER_ENTITLEMENTS,
      LIT("\x70\x0d" V1 "\xb0\x08\x30\x06\x0c\x01"
          "a" FALSE),
      "{\"a\":false}" },
    { "all kinds", SX_DER_ENTITLEMENTS,
      LIT("\x70\x81\x8c" V1 "\xb0\x81\x86"
          "\x30\x23\x0c\x1e"
          "com.apple.security.app-sandbox" TRUE "\x30\x24\x0c\x1f"
          "com.apple.security.cs.allow-jit" FALSE "\x30\x29\x0c\x16"
          "keychain-access-groups"
          "\x30\x0f\x0c\x0d"
          "ABCDE12345.sx"
          "\x30\x0e\x0c\x01x\xb0\x09\x30\x07\x0c\x01n\x02\x02\x00\xc8"),
      "{\"com.apple.security.app-sandbox\":true,\"com.apple.security.cs.allow-jit\":false,"
      "\"keychain-access-groups\":[\"ABCDE12345.sx\"],\"x\":{\"n\":200}}" },
    { "true as codesign of Xcode 12 wrote it", SX_DER_ENTITLEMENTS,
      LIT("\x31\x08\x30\x06\x0c\x01"
          "a\x01\x01\x01"),
      "{\"a\":true}" },
    { "numbers", SX_DER_ENTITLEMENTS,
      LIT("\x70\x31" V1 "\xb0\x2c\x30\x2a\x0c\x01n\x30\x25"
          "\x02\x01\x00\x02\x01\x7f\x02\x02\x00\x80\x02\x01\xff\x02\x01\x80\x02\x02\xff\x7f"
          "\x02\x08\x7f\xff\xff\xff\xff\xff\xff\xff\x02\x05\x80\x00\x00\x00\x00"),
      "{\"n\":[0,127,128,-1,-128,-129,9223372036854775807,-549755813888]}" },
    { "the smallest number", SX_DER_ENTITLEMENTS,
      LIT("\x70\x14" V1 "\xb0\x0f\x30\x0d\x0c\x01n\x02\x08\x80\x00\x00\x00\x00\x00\x00\x00"),
      "{\"n\":-9223372036854775808}" },
    { "empty key and text", SX_DER_ENTITLEMENTS,
      LIT("\x70\x0b" V1 "\xb0\x06\x30\x04\x0c\x00\x0c\x00"), "{\"\":\"\"}" },
    { "empty array and dictionary", SX_DER_ENTITLEMENTS,
      LIT("\x70\x13" V1 "\xb0\x0e\x30\x05\x0c\x01"
          "a\x30\x00\x30\x05\x0c\x01"
          "b\xb0\x00"),
      "{\"a\":[],\"b\":{}}" },
    { "a key before its own continuation", SX_DER_ENTITLEMENTS,
      LIT("\x70\x16" V1 "\xb0\x11\x30\x06\x0c\x01"
          "a" TRUE "\x30\x07\x0c\x02"
          "ab" TRUE),
      "{\"a\":true,\"ab\":true}" },
    { "text beyond ASCII", SX_DER_ENTITLEMENTS,
      LIT("\x70\x0e" V1 "\xb0\x09\x30\x07\x0c\x01k\x0c\x02\xc3\xa9"), "{\"k\":\"\xc3\xa9\"}" },
    { "the older form", SX_DER_ENTITLEMENTS,
      LIT("\x31\x15\x30\x06\x0c\x01z" TRUE "\x30\x0b\x0c\x01"
          "a\x31\x06\x30\x04\x0c\x00\x30\x00"),
      "{\"z\":true,\"a\":{\"\":[]}}" },
    { "bytes in a constraint", SX_DER_CONSTRAINT,
      LIT("\x70\x0e" V1 "\xb0\x09\x30\x07\x0c\x01k\x04\x02\x00\xff"), "{\"k\":\"AP8=\"}" },
    { "a profile", SX_DER_PROFILE,
      LIT("\x31\x2e\x30\x06\x0c\x01z" TRUE "\x30\x10\x0c\x01"
          "e\x70\x0b" V1 "\xb0\x06\x30\x04\x0c\x00\x0c\x00"
          "\x30\x12\x0c\x01t\x17\x0d"
          "260225185731Z"),
      "{\"z\":true,\"e\":{\"\":\"\"},\"t\":\"2026-02-25T18:57:31Z\"}" },
};

static void accepts(void **state)
{
    const struct accepted *row = *state;
    const struct sx_map *map = NULL;
    struct sx_err err = { 0 };
    arena = sx_arena_new();
    bool ok = parse(row->bytes, row->form, &map, &err);
    assert_string_equal(err.what, "");
    assert_true(ok);
    assert_string_equal(json_of(map).ptr, row->json);
    sx_arena_free(arena);
}

/* Every proper prefix of something good is refused, within itself, and says why. */
static void refuses_prefixes(void **state)
{
    const struct accepted *row = *state;
    arena = sx_arena_new();
    for (size_t len = 0; len < row->bytes.len; len++) {
        const struct sx_map *map = NULL;
        struct sx_err err = { 0 };
        assert_false(parse(sx_str_sub(row->bytes, 0, len), row->form, &map, &err));
        assert_int_not_equal(err.code, SX_OK);
        assert_true(err.off >= 100 && err.off <= 100 + len);
    }
    sx_arena_free(arena);
}

/* One inverted bit makes another object or none, never the same one: each value has one form. */
static void notices_flipped_bits(void **state)
{
    const struct accepted *row = *state;
    const struct sx_map *good = NULL;
    struct sx_err err = { 0 };
    arena = sx_arena_new();
    assert_true(parse(row->bytes, row->form, &good, &err));
    for (size_t bit = 0; bit < row->bytes.len * 8; bit++) {
        const struct sx_map *map = NULL;
        struct sx_str bytes = sx_str_dup(arena, row->bytes);
        ((char *)bytes.ptr)[bit / 8] ^= (char)(1 << bit % 8);
        err = (struct sx_err){ 0 };
        if (parse(bytes, row->form, &map, &err) &&
            sx_value_eq(sx_map_value(good), sx_map_value(map)))
            fail_msg("bit %zu makes no difference", bit);
    }
    sx_arena_free(arena);
}

#define E SX_DER_ENTITLEMENTS
#define C SX_DER_CONSTRAINT
#define P SX_DER_PROFILE
static const struct refused {
    const char *name;
    enum sx_der_form form;
    enum sx_errc code;
    uint64_t off; /* in the object */
    const char *what;
    struct sx_str bytes;
} refused[] = {
    { "nothing", E, SX_E_TRUNCATED, 0, "missing", LIT("") },
    { "another outer tag", E, SX_E_FORMAT, 0, "tag", LIT("\x30\x05" V1 "\xb0\x00") },
    { "bytes behind the object", E, SX_E_FORMAT, 7, "too many", LIT("\x70\x05" V1 "\xb0\x00\x00") },
    { "no version", E, SX_E_FORMAT, 2, "version", LIT("\x70\x02\xb0\x00") },
    { "version 2", E, SX_E_FORMAT, 2, "version 2", LIT("\x70\x05\x02\x01\x02\xb0\x00") },
    { "version 0 with a tag", E, SX_E_FORMAT, 2, "version 0", LIT("\x70\x05\x02\x01\x00\xb0\x00") },
    { "no dictionary", E, SX_E_TRUNCATED, 5, "dictionary", LIT("\x70\x03" V1) },
    { "a SET for a dictionary", E, SX_E_FORMAT, 5, "dictionary", LIT("\x70\x05" V1 "\x31\x00") },
    { "two dictionaries", E, SX_E_FORMAT, 7, "too many", LIT("\x70\x07" V1 "\xb0\x00\xb0\x00") },
    { "length longer than needed", E, SX_E_FORMAT, 1, "longer", LIT("\x70\x81\x05" V1 "\xb0\x00") },
    { "indefinite length", E, SX_E_FORMAT, 1, "indefinite", LIT("\x70\x80" V1 "\xb0\x00\x00\x00") },
    { "inner indefinite length", E, SX_E_FORMAT, 6, "indefinite",
      LIT("\x70\x07" V1 "\xb0\x80\x00\x00") },
    { "a pair that is a SET", E, SX_E_FORMAT, 7, "pair",
      LIT("\x70\x0d" V1 "\xb0\x08\x31\x06\x0c\x01"
          "a" TRUE) },
    { "a key that is no UTF8String", E, SX_E_FORMAT, 9, "key",
      LIT("\x70\x0d" V1 "\xb0\x08\x30\x06\x13\x01"
          "a" TRUE) },
    { "a key without a value", E, SX_E_TRUNCATED, 12, "value",
      LIT("\x70\x0a" V1 "\xb0\x05\x30\x03\x0c\x01"
          "a") },
    { "two values", E, SX_E_FORMAT, 15, "pair",
      LIT("\x70\x10" V1 "\xb0\x0b\x30\x09\x0c\x01"
          "a" TRUE TRUE) },
    { "keys out of order", E, SX_E_FORMAT, 15, "ascending",
      LIT("\x70\x15" V1 "\xb0\x10\x30\x06\x0c\x01"
          "b" TRUE "\x30\x06\x0c\x01"
          "a" TRUE) },
    { "keys by length", E, SX_E_FORMAT, 15, "ascending",
      LIT("\x70\x16" V1 "\xb0\x11\x30\x06\x0c\x01"
          "b" TRUE "\x30\x07\x0c\x02"
          "ab" TRUE) },
    { "a key twice", E, SX_E_DUPLICATE, 15, "twice",
      LIT("\x70\x15" V1 "\xb0\x10\x30\x06\x0c\x01"
          "a" TRUE "\x30\x06\x0c\x01"
          "a" FALSE) },
    { "a key twice in a SET", E, SX_E_DUPLICATE, 0, "twice",
      LIT("\x31\x10\x30\x06\x0c\x01"
          "a" FALSE "\x30\x06\x0c\x01"
          "a" TRUE) },
    { "a SET out of order", E, SX_E_FORMAT, 10, "ascending",
      LIT("\x31\x10\x30\x06\x0c\x01"
          "b" FALSE "\x30\x06\x0c\x01"
          "a" TRUE) },
    { "a SET with a newer dictionary", E, SX_E_FORMAT, 7, "tag 0xb0",
      LIT("\x31\x07\x30\x05\x0c\x01"
          "a\xb0\x00") },
    { "BOOLEAN 01", E, SX_E_FORMAT, 12, "BOOLEAN",
      LIT("\x70\x0d" V1 "\xb0\x08\x30\x06\x0c\x01"
          "a\x01\x01\x01") },
    { "BOOLEAN of no bytes in a SET", E, SX_E_FORMAT, 7, "BOOLEAN",
      LIT("\x31\x07\x30\x05\x0c\x01"
          "a\x01\x00") },
    { "BOOLEAN of no bytes", E, SX_E_FORMAT, 12, "BOOLEAN",
      LIT("\x70\x0c" V1 "\xb0\x07\x30\x05\x0c\x01"
          "a\x01\x00") },
    { "BOOLEAN of two bytes", E, SX_E_FORMAT, 12, "BOOLEAN",
      LIT("\x70\x0e" V1 "\xb0\x09\x30\x07\x0c\x01"
          "a\x01\x02\xff\xff") },
    { "INTEGER of no bytes", E, SX_E_FORMAT, 12, "INTEGER",
      LIT("\x70\x0c" V1 "\xb0\x07\x30\x05\x0c\x01"
          "a\x02\x00") },
    { "INTEGER with a needless 00", E, SX_E_FORMAT, 12, "INTEGER",
      LIT("\x70\x0e" V1 "\xb0\x09\x30\x07\x0c\x01"
          "a\x02\x02\x00\x7f") },
    { "INTEGER with a needless ff", E, SX_E_FORMAT, 12, "INTEGER",
      LIT("\x70\x0e" V1 "\xb0\x09\x30\x07\x0c\x01"
          "a\x02\x02\xff\x80") },
    { "INTEGER of 65 bits", E, SX_E_FORMAT, 12, "INTEGER",
      LIT("\x70\x15" V1 "\xb0\x10\x30\x0e\x0c\x01"
          "a\x02\x09\x00\xff\xff\xff\xff\xff\xff\xff\xff") },
    { "text that is no UTF-8", E, SX_E_FORMAT, 15, "UTF-8",
      LIT("\x70\x0e" V1 "\xb0\x09\x30\x07\x0c\x01"
          "a\x0c\x02"
          "a\xff") },
    { "a key that is no UTF-8", E, SX_E_FORMAT, 11, "UTF-8",
      LIT("\x70\x0d" V1 "\xb0\x08\x30\x06\x0c\x01\xc3" TRUE) },
    { "text in pieces", E, SX_E_FORMAT, 12, "tag 0x2c",
      LIT("\x70\x0f" V1 "\xb0\x0a\x30\x08\x0c\x01"
          "a\x2c\x03\x0c\x01"
          "b") },
    { "NULL", E, SX_E_FORMAT, 12, "tag 0x05",
      LIT("\x70\x0c" V1 "\xb0\x07\x30\x05\x0c\x01"
          "a\x05\x00") },
    { "a tag above 30", E, SX_E_FORMAT, 12, "tag 0x3f",
      LIT("\x70\x0d" V1 "\xb0\x08\x30\x06\x0c\x01"
          "a\x3f\x21\x00") },
    { "a real", E, SX_E_FORMAT, 12, "tag 0x09",
      LIT("\x70\x0c" V1 "\xb0\x07\x30\x05\x0c\x01"
          "a\x09\x00") },
    { "bytes in entitlements", E, SX_E_FORMAT, 12, "tag 0x04",
      LIT("\x70\x0d" V1 "\xb0\x08\x30\x06\x0c\x01"
          "a\x04\x01x") },
    { "a date in entitlements", E, SX_E_FORMAT, 12, "tag 0x17",
      LIT("\x70\x19" V1 "\xb0\x14\x30\x12\x0c\x01t\x17\x0d"
          "260225185731Z") },
    { "an object in entitlements", E, SX_E_FORMAT, 12, "tag 0x70",
      LIT("\x70\x11" V1 "\xb0\x0c\x30\x0a\x0c\x01"
          "a\x70\x05" V1 "\xb0\x00") },
    { "the older form of a constraint", C, SX_E_FORMAT, 0, "tag", LIT("\x31\x00") },
    { "the newer form of a profile", P, SX_E_FORMAT, 0, "tag", LIT("\x70\x05" V1 "\xb0\x00") },
    { "a date without Z", P, SX_E_FORMAT, 7, "time",
      LIT("\x31\x13\x30\x11\x0c\x01t\x17\x0c"
          "260225185731") },
    { "the 31st of February", P, SX_E_FORMAT, 7, "time",
      LIT("\x31\x14\x30\x12\x0c\x01t\x17\x0d"
          "260231185731Z") },
    { "entitlements of a profile without version", P, SX_E_FORMAT, 9, "version",
      LIT("\x31\x09\x30\x07\x0c\x01"
          "e\x70\x02\xb0\x00") },
};

static void refuses(void **state)
{
    const struct refused *row = *state;
    const struct sx_map *map = NULL;
    struct sx_err err = { 0 };
    arena = sx_arena_new();
    assert_false(parse(row->bytes, row->form, &map, &err));
    if (strstr(err.what, row->what) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", err.what, row->what);
    assert_int_equal(err.code, row->code);
    assert_int_equal(err.off, 100 + row->off);
    sx_arena_free(arena);
}

/* An array in an array, `depth` times. */
static struct sx_str nested(unsigned depth)
{
    struct sx_value list = sx_list_values(NULL, 0);
    for (unsigned i = 1; i < depth; i++) {
        struct sx_value *one = SX_NEW(arena, struct sx_value);
        *one = list;
        list = sx_list_values(one, 1);
    }
    struct sx_entry entry = { sx_string(SX_STR("a")), list };
    SX_AUTO(sx_buf_release) struct sx_buf out = { 0 };
    put_der_object(&out, sx_map_new(arena, &entry, 1));
    return sx_str_dup(arena, sx_buf_view(&out));
}

static void limits_depth(void **state)
{
    (void)state;
    const struct sx_map *map = NULL;
    struct sx_err err = { 0 };
    arena = sx_arena_new();
    assert_true(parse(nested(SX_MAX_PLIST_DEPTH), E, &map, &err));
    assert_false(parse(nested(SX_MAX_PLIST_DEPTH + 1), E, &map, &err));
    assert_int_equal(err.code, SX_E_LIMIT);
    sx_arena_free(arena);
}

static void limits_values(void **state)
{
    (void)state;
    const struct sx_map *map = NULL;
    struct sx_err err = { 0 };
    arena = sx_arena_new();
    struct sx_value *many = SX_NEW_N(arena, struct sx_value, SX_MAX_PLIST_NODES);
    for (size_t i = 0; i < SX_MAX_PLIST_NODES; i++)
        many[i] = sx_bool(true);
    struct sx_entry entry = { sx_string(SX_STR("a")), sx_list_values(many, SX_MAX_PLIST_NODES) };
    SX_AUTO(sx_buf_release) struct sx_buf out = { 0 };
    put_der_object(&out, sx_map_new(arena, &entry, 1));
    assert_false(parse(sx_buf_view(&out), E, &map, &err));
    assert_int_equal(err.code, SX_E_LIMIT);
    sx_arena_free(arena);
}

/* Values drawn from a seed: what is written and read again is the same value, and the same bytes.
 */
static uint64_t draw(uint64_t *seed)
{
    uint64_t z = *seed += 0x9e3779b97f4a7c15u; /* splitmix64 */
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static struct sx_str draw_text(uint64_t *seed)
{
    static const char *const pieces[] = { "com.apple.", "a", "z", "*", "\xc3\xa9", "" };
    struct sx_str text = SX_STR("");
    for (uint64_t n = draw(seed) % 5; n > 0; n--)
        text = sx_str_printf(arena, "%.*s%s", SX_STR_ARG(text), pieces[draw(seed) % 6]);
    return draw(seed) % 20 == 0 ? sx_str_printf(arena, "%.*s%0200d", SX_STR_ARG(text), 0) : text;
}

static struct sx_fx_node *draw_node(uint64_t *seed, unsigned depth, bool has_data);

static struct sx_fx_node *draw_map(uint64_t *seed, unsigned depth, bool has_data)
{
    struct sx_fx_node *map = sx_fx_map(arena);
    for (uint64_t n = draw(seed) % 6; n > 0; n--)
        sx_fx_put(arena, map, draw_text(seed), draw_node(seed, depth + 1, has_data));
    return map;
}

static struct sx_fx_node *draw_node(uint64_t *seed, unsigned depth, bool has_data)
{
    struct sx_fx_node *list;
    switch (draw(seed) % (depth > 5 ? 4 : 6)) {
    case 0:
        return sx_fx_bool(arena, draw(seed) % 2 == 0);
    case 1:
        return sx_fx_int(arena,
                         (int64_t)(draw(seed) >> draw(seed) % 64) * (draw(seed) % 2 ? 1 : -1));
    case 2:
        if (has_data)
            return sx_fx_data(arena, draw_text(seed));
        return sx_fx_string(arena, draw_text(seed));
    case 3:
        return sx_fx_string(arena, draw_text(seed));
    case 4:
        return draw_map(seed, depth, has_data);
    default:
        list = sx_fx_list(arena);
        for (uint64_t n = draw(seed) % 5; n > 0; n--)
            sx_fx_append(arena, list, draw_node(seed, depth + 1, has_data));
        return list;
    }
}

static struct sx_value value_of(const struct sx_fx_node *node)
{
    size_t n = node->entries.n;
    if (node->kind == SX_FX_NODE_BOOL)
        return sx_bool(node->number != 0);
    if (node->kind == SX_FX_NODE_INT)
        return sx_int(node->number);
    if (node->kind == SX_FX_NODE_DATA)
        return sx_bytes(node->data);
    if (node->kind == SX_FX_NODE_STRING)
        return sx_string(node->text);
    struct sx_value *list = SX_NEW_N(arena, struct sx_value, n);
    struct sx_entry *entries = SX_NEW_N(arena, struct sx_entry, n);
    for (size_t i = 0; i < n; i++) {
        list[i] = value_of(node->entries.at[i].node);
        entries[i] = (struct sx_entry){ sx_string(node->entries.at[i].key), list[i] };
    }
    return node->kind == SX_FX_NODE_LIST ? sx_list_values(list, n)
                                         : sx_map_value(sx_map_new(arena, entries, n));
}

static void round_trip(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 400; seed++) {
        uint64_t drawn = seed;
        const struct sx_map *map = NULL;
        struct sx_err err = { 0 };
        arena = sx_arena_new();
        bool has_data = seed % 2 == 0;
        struct sx_fx_node *node = draw_map(&drawn, 0, has_data);
        struct sx_str bytes = sx_fx_entitlements_object(arena, node);
        if (!parse(bytes, has_data ? C : E, &map, &err))
            fail_msg("seed %u: %s", (unsigned)seed, err.what);
        assert_true(sx_value_eq(sx_map_value(map), value_of(node)));
        SX_AUTO(sx_buf_release) struct sx_buf again = { 0 };
        put_der_object(&again, map);
        assert_true(sx_str_eq(sx_buf_view(&again), bytes));
        sx_arena_free(arena);
    }
}

int main(void)
{
    static struct rows rows;
    ADD_ROWS(&rows, accepted, accepts);
    ADD_ROWS(&rows, accepted, refuses_prefixes);
    ADD_ROWS(&rows, accepted, notices_flipped_bits);
    ADD_ROWS(&rows, refused, refuses);
    ADD_TEST(&rows, limits_depth);
    ADD_TEST(&rows, limits_values);
    ADD_TEST(&rows, round_trip);
    return run_rows("der", &rows);
}
