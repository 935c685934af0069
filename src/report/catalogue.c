/* SPDX-License-Identifier: MIT */
/* The catalogue of entitlement keys, as a list and key by key. */
#include "entitlements/catalogue.h"
#include "report/layout.h"
#include "report/words.h"

enum { KEY_AT = 18, TEXT_AT = 12 };

/* What each class means to the one who claims a key of it. */
static const char *class_meaning(const char *class)
{
    static const struct {
        const char *class, *meaning;
    } meanings[] = {
        { "restricted", "a provisioning profile has to grant it" },
        { "unrestricted", "claimed without a profile" },
        { "sandbox", "of the App Sandbox, claimed without a profile" },
        { "hardened-runtime", "of the hardened runtime, claimed without a profile" },
        { "debug", "for debugging, claimed without a profile" },
        { "private", "for Apple's own code; no profile grants it" },
        { "custom", "not one of Apple's keys" },
    };
    for (size_t i = 0; i < SX_LEN(meanings); i++)
        if (strcmp(class, meanings[i].class) == 0)
            return meanings[i].meaning;
    return "";
}

static const char *type_words(const char *type)
{
    static const struct {
        const char *type, *words;
    } table[] = {
        { "bool", "a boolean" },
        { "string", "a string" },
        { "int", "an integer" },
        { "array-of-string", "an array of strings" },
        { "array-of-dict", "an array of dictionaries" },
        { "dict", "a dictionary" },
    };
    for (size_t i = 0; i < SX_LEN(table); i++)
        if (strcmp(type, table[i].type) == 0)
            return table[i].words;
    return "not known for sure";
}

static void line(struct sx_layout *l, const char *label, struct sx_str text)
{
    if (text.len == 0)
        return;
    sx_layout_label(l, 0, label, TEXT_AT);
    sx_layout_text(l, SX_PLAIN, text);
    sx_layout_line(l);
}

static struct sx_str profile_words(const struct sx_catalogue_row *row, struct sx_arena *arena)
{
    static const struct {
        unsigned bit;
        struct sx_str name;
    } channels[] = {
        { SX_IN_DEVELOPMENT, SX_LIT("development") },
        { SX_IN_DEVELOPER_ID, SX_LIT("Developer ID") },
        { SX_IN_APP_STORE, SX_LIT("Mac App Store") },
    };
    struct sx_str names[SX_LEN(channels)];
    size_t n = 0;
    if (row->macos == SX_TRI_FALSE)
        return SX_STR("none on macOS");
    for (size_t i = 0; i < SX_LEN(channels); i++)
        if ((row->channels & channels[i].bit) != 0)
            names[n++] = channels[i].name;
    if (row->macos == SX_TRI_ABSENT)
        return n == 0 ? SX_STR("not known for sure")
                      : sx_str_printf(arena, "%.*s; the others are not known for sure",
                                      SX_STR_ARG(sx_join_and(arena, (struct sx_strs){ names, n })));
    return sx_join_and(arena, (struct sx_strs){ names, n });
}

static struct sx_str values_words(struct sx_str cell, struct sx_arena *arena)
{
    SX_VEC(struct sx_str) all = { 0 };
    while (cell.len > 0) {
        size_t comma = sx_str_find(cell, SX_STR(","));
        SX_PUSH(arena, &all, sx_str_sub(cell, 0, comma));
        cell = sx_str_sub(cell, comma + 1, cell.len);
    }
    return sx_join(arena, (struct sx_strs){ all.at, all.n }, "\n");
}

static void write_page(struct sx_layout *l, const struct sx_catalogue_row *row,
                       struct sx_arena *arena)
{
    struct sx_str note = sx_str_of(row->note);
    size_t source = sx_str_find(note, SX_STR(" | src: "));
    sx_layout_word(l, SX_STRONG, sx_str_of(row->key));
    sx_layout_line(l);
    sx_layout_printf(l, SX_PLAIN, "%s: %s", row->class, class_meaning(row->class));
    sx_layout_line(l);
    sx_layout_line(l);
    line(l, "type", sx_str_of(type_words(row->type)));
    line(l, "values", values_words(sx_str_of(row->values), arena));
    if (strcmp(row->class, "restricted") == 0)
        line(l, "profiles", profile_words(row, arena));
    if (row->minos[0] != '\0')
        line(l, "since", sx_str_printf(arena, "macOS %s", row->minos));
    if (row->request_only)
        line(l, "approval", SX_STR("Apple grants it on request"));
    line(l, "note", sx_str_sub(note, 0, source));
    line(l, "source", sx_str_sub(note, source + strlen(" | src: "), note.len));
}

static void write_head(struct sx_layout *l)
{
    sx_layout_label(l, 0, "class", KEY_AT);
    sx_layout_cstr(l, SX_FAINT, "key");
    sx_layout_line(l);
}

/* All keys that hold a text; returns how many. */
static size_t write_list(struct sx_layout *l, struct sx_str part, struct sx_arena *arena)
{
    size_t n = 0;
    for (size_t i = 0; i < sx_catalogue_count(); i++) {
        const struct sx_catalogue_row *row = sx_catalogue_at(i);
        struct sx_str key = sx_str_of(row->key);
        if (part.len > 0 && sx_str_find(key, part) == key.len)
            continue;
        if (n++ == 0)
            write_head(l);
        sx_layout_cstr(l, SX_PLAIN, row->class);
        sx_layout_to(l, KEY_AT);
        sx_layout_unbroken(l, true);
        sx_layout_word(l, SX_PLAIN, key);
        sx_layout_line(l);
    }
    if (n > 0) {
        struct sx_str count = sx_count(arena, n, (struct sx_noun){ "key", "keys" });
        sx_layout_printf(l, SX_FAINT, "%.*s; sxlint entitlements KEY tells more",
                         SX_STR_ARG(count));
        sx_layout_line(l);
    }
    return n;
}

static bool no_such_key(struct sx_str key, struct sx_arena *arena, struct sx_err *err)
{
    const struct sx_catalogue_row *nearest = sx_catalogue_nearest(key);
    struct sx_str safe = sx_escape(arena, sx_cut_value(arena, key));
    if (nearest != NULL)
        return sx_fail(err, SX_E_USAGE, 0, "no entitlement %.*s; the nearest is %s",
                       SX_STR_ARG(safe), nearest->key);
    const char *class = sx_catalogue_class(key);
    return sx_fail(err, SX_E_USAGE, 0, "no entitlement %.*s; by its prefix it counts as %s: %s",
                   SX_STR_ARG(safe), class, class_meaning(class));
}

bool sx_write_catalogue(struct sx_str key, const struct sx_style *style, struct sx_out out,
                        struct sx_err *err)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    const struct sx_catalogue_row *row = key.ptr != NULL ? sx_catalogue_find(key) : NULL;
    struct sx_layout l;
    bool found = true;
    sx_layout_init(&l, style, out);
    if (row != NULL)
        write_page(&l, row, arena);
    else
        found = write_list(&l, key, arena) > 0;
    return sx_layout_finish(&l) && (found || no_such_key(key, arena, err));
}
