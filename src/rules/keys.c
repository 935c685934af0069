/* SPDX-License-Identifier: MIT */
#include "rules/keys.h"

#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>

enum { MAX_WORDS = 32 };

bool sx_yaml_fail(const struct sx_yaml *yaml, uint32_t node, struct sx_err *err, const char *fmt,
                  ...)
{
    char text[sizeof(err->what)];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    const struct sx_yaml_node *n = sx_yaml_at(yaml, node);
    return sx_fail_at(err, SX_E_USAGE, 0, n->line, n->column, "%s", text);
}

/* "no severity "eror"; the nearest is "error"", or all words when none is near. */
static bool refuse_word(const struct sx_yaml *yaml, uint32_t node, const char *what,
                        const struct sx_str *words, size_t n, struct sx_err *err)
{
    SX_AUTO(sx_buf_release) struct sx_buf said = { 0 }, all = { 0 };
    struct sx_str word = sx_yaml_text(yaml, node);
    sx_escape_buf(&said, word);
    size_t near = sx_str_nearest(word, words, n);
    if (near < n)
        return sx_yaml_fail(yaml, node, err, "%s \"%.*s\"; the nearest is \"%.*s\"", what,
                            SX_STR_ARG(sx_buf_view(&said)), SX_STR_ARG(words[near]));
    for (size_t i = 0; i < n; i++)
        sx_buf_printf(&all, "%s%.*s", i > 0 ? ", " : "", SX_STR_ARG(words[i]));
    return sx_yaml_fail(yaml, node, err, "%s \"%.*s\"; there are %.*s", what,
                        SX_STR_ARG(sx_buf_view(&said)), SX_STR_ARG(sx_buf_view(&all)));
}

static bool want_kind(const struct sx_yaml *yaml, uint32_t node, const char *what, uint8_t kind,
                      struct sx_err *err)
{
    static const char *const names[] = { "text", "a list", "a map" };
    uint8_t found = sx_yaml_at(yaml, node)->kind;
    if (found == kind)
        return true;
    return sx_yaml_fail(yaml, node, err, "%s: want %s, found %s", what, names[kind], names[found]);
}

static size_t key_at(struct sx_str name, const struct sx_key *keys, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (sx_str_is(name, keys[i].name))
            return i;
    return n;
}

static bool refuse_key(const struct sx_yaml *yaml, uint32_t node, const struct sx_key *keys,
                       size_t n, struct sx_err *err)
{
    struct sx_str names[MAX_WORDS];
    for (size_t i = 0; i < n; i++)
        names[i] = sx_str_of(keys[i].name);
    return refuse_word(yaml, node, "unknown key", names, n, err);
}

bool sx_keys_take(const struct sx_yaml *yaml, uint32_t map, const char *what,
                  const struct sx_key *keys, size_t n, uint32_t *out, struct sx_err *err)
{
    SX_TRY(want_kind(yaml, map, what, SX_YAML_MAP, err));
    memset(out, 0, n * sizeof(*out));
    for (uint32_t key = sx_yaml_at(yaml, map)->child; key != 0;) {
        size_t at = key_at(sx_yaml_text(yaml, key), keys, n);
        if (at == n)
            return refuse_key(yaml, key, keys, n, err);
        out[at] = sx_yaml_at(yaml, key)->next;
        SX_TRY(want_kind(yaml, out[at], keys[at].name, keys[at].kind, err));
        key = sx_yaml_at(yaml, out[at])->next;
    }
    return true;
}

bool sx_keys_need(const struct sx_yaml *yaml, uint32_t map, const char *what,
                  const struct sx_key *keys, size_t n, const uint32_t *at, unsigned needed,
                  struct sx_err *err)
{
    for (size_t i = 0; i < n; i++)
        if (at[i] == 0 && (keys[i].needed & needed) != 0)
            return sx_yaml_fail(yaml, map, err, "%s has no \"%s\"", what, keys[i].name);
    return true;
}

bool sx_word_take(const struct sx_yaml *yaml, uint32_t node, const char *what,
                  const char *const *words, size_t n, unsigned *out, struct sx_err *err)
{
    struct sx_str texts[MAX_WORDS], word;
    SX_TRY(sx_text_take(yaml, node, what, &word, err));
    for (size_t i = 0; i < n; i++) {
        texts[i] = sx_str_of(words[i]);
        if (sx_str_eq(word, texts[i])) {
            *out = (unsigned)i;
            return true;
        }
    }
    char no[64];
    snprintf(no, sizeof(no), "no %s", what);
    return refuse_word(yaml, node, no, texts, n, err);
}

bool sx_text_take(const struct sx_yaml *yaml, uint32_t node, const char *what, struct sx_str *out,
                  struct sx_err *err)
{
    SX_TRY(want_kind(yaml, node, what, SX_YAML_SCALAR, err));
    *out = sx_yaml_text(yaml, node);
    return out->len > 0 || sx_yaml_fail(yaml, node, err, "%s: want text, found nothing", what);
}

bool sx_bool_take(const struct sx_yaml *yaml, uint32_t node, const char *what, bool *out,
                  struct sx_err *err)
{
    struct sx_str text = sx_yaml_text(yaml, node);
    bool is_plain = sx_yaml_at(yaml, node)->style == SX_YAML_PLAIN;
    *out = is_plain && sx_str_is(text, "true");
    return *out || (is_plain && sx_str_is(text, "false")) ||
           sx_yaml_fail(yaml, node, err, "%s: want true or false", what);
}

bool sx_texts_take(const struct sx_yaml *yaml, uint32_t node, const char *what,
                   struct sx_arena *arena, struct sx_strs *out, struct sx_err *err)
{
    size_t n = 0;
    struct sx_str *at = SX_NEW_N(arena, struct sx_str, sx_yaml_count(yaml, node));
    for (uint32_t c = sx_yaml_at(yaml, node)->child; c != 0; c = sx_yaml_at(yaml, c)->next)
        SX_TRY(sx_text_take(yaml, c, what, &at[n++], err));
    *out = (struct sx_strs){ at, n };
    return true;
}
