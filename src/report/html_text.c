/* SPDX-License-Identifier: MIT */
/* The pieces of the page. */
#include "report/html.h"

#include <stdio.h>

void sx_html_raw(struct sx_html *h, const char *markup)
{
    sx_pen_raw(h->pen, markup);
}

void sx_html_text(struct sx_html *h, struct sx_str text)
{
    sx_pen_text(h->pen, SX_IN_MARKUP, text);
}

void sx_html_cstr(struct sx_html *h, const char *text)
{
    sx_pen_cstr(h->pen, SX_IN_MARKUP, text);
}

void sx_html_name(struct sx_html *h, struct sx_str text)
{
    sx_html_raw(h, "<bdi>");
    sx_html_text(h, text);
    sx_html_raw(h, "</bdi>");
}

/* Text that may be broken behind some of its marks. */
static void write_broken(struct sx_html *h, struct sx_str text, const char *behind)
{
    for (size_t at = 0; at < text.len;) {
        size_t end = at;
        while (end < text.len && (text.ptr[end] == 0 || strchr(behind, text.ptr[end]) == NULL))
            end++;
        sx_html_text(h, sx_str_sub(text, at, end + 1 - at));
        sx_html_raw(h, end + 1 < text.len ? "<wbr>" : "");
        at = end + 1;
    }
}

void sx_html_path(struct sx_html *h, struct sx_str path)
{
    sx_html_raw(h, "<bdi>");
    write_broken(h, path, "/.");
    sx_html_raw(h, "</bdi>");
}

static bool is_lower(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

/* What a word is made of. */
struct traits {
    size_t dots, hyphens, slashes, underscores, humps, letters;
    size_t tail; /* lower-case letters behind the last dot, if there is nothing else */
};

static struct traits traits_of(struct sx_str word)
{
    struct traits t = { 0 };
    for (size_t i = 0; i < word.len; i++) {
        char c = word.ptr[i];
        bool is_dot = c == '.' && i > 1 && i + 1 < word.len;
        t.dots += is_dot;
        t.hyphens += c == '-';
        t.slashes += c == '/';
        t.underscores += c == '_';
        t.letters += is_upper(c) || (c >= 'a' && c <= 'z');
        t.humps += is_upper(c) && i > 0 && is_lower(word.ptr[i - 1]);
        t.tail = is_dot ? 0 : c >= 'a' && c <= 'z' ? t.tail + 1 : 0;
    }
    return t;
}

/* Keys, identifiers, names of files, paths: words that nobody speaks. com.example.app,
 * Waffle.entitlements, CFBundleVersion, Contents/MacOS, MARKETING_VERSION,
 * content-filter-provider, 0x10000; but neither 1.4.0 nor x86_64. */
static bool is_code(struct sx_str word)
{
    enum { LONG_KEY = 12, LONG_VALUE = 20, SUFFIX = 3 };
    struct traits t = traits_of(word);
    if (sx_str_starts(word, SX_STR("0x")))
        return true;
    if (t.letters < 2)
        return false;
    return t.dots > 1 || (t.dots == 1 && t.tail >= SUFFIX) || t.underscores > 0 ||
           (t.slashes > 0 && word.len > 4) ||
           (t.humps > 0 && is_upper(word.ptr[0]) && word.len >= LONG_KEY) ||
           (t.hyphens > 1 && word.len >= LONG_VALUE);
}

/* A word without the marks around it. */
static struct sx_str core_of(struct sx_str word, size_t *from)
{
    size_t end = word.len;
    *from = 0;
    while (*from < end && strchr("(\"", word.ptr[*from]) != NULL)
        ++*from;
    while (end > *from && strchr(")\",;:.", word.ptr[end - 1]) != NULL)
        end--;
    return sx_str_sub(word, *from, end - *from);
}

static void write_word(struct sx_html *h, struct sx_str word)
{
    size_t from;
    struct sx_str core = core_of(word, &from);
    if (core.len == 0 || !is_code(core)) {
        sx_html_text(h, word);
        return;
    }
    sx_html_text(h, sx_str_sub(word, 0, from));
    sx_html_raw(h, "<code>");
    write_broken(h, core, "/");
    sx_html_raw(h, "</code>");
    sx_html_text(h, sx_str_sub(word, from + core.len, word.len));
}

void sx_html_prose(struct sx_html *h, struct sx_str text)
{
    sx_html_raw(h, "<bdi>");
    for (size_t at = 0; at < text.len;) {
        size_t end = at;
        while (end < text.len && text.ptr[end] != ' ' && text.ptr[end] != '\n')
            end++;
        write_word(h, sx_str_sub(text, at, end - at));
        if (end < text.len)
            sx_html_raw(h, text.ptr[end] == '\n' ? "<br>" : " ");
        at = end + 1;
    }
    sx_html_raw(h, "</bdi>");
}

/* That of the first finding of a rule; absent when there is none. */
static struct sx_str first_anchor(const struct sx_html *h, struct sx_str rule)
{
    const struct sx_str *anchor = sx_table_get(&h->first, rule);
    return anchor != NULL ? *anchor : (struct sx_str){ 0 };
}

void sx_html_ids(struct sx_html *h, struct sx_str text)
{
    for (size_t at = 0; at < text.len;) {
        size_t end = at;
        while (end < text.len && text.ptr[end] != ' ' && text.ptr[end] != ',')
            end++;
        struct sx_str word = sx_str_sub(text, at, end - at);
        struct sx_str anchor = first_anchor(h, word);
        if (anchor.ptr != NULL) {
            sx_html_raw(h, "<a href=\"#");
            sx_pen_text(h->pen, SX_IN_ATTRIBUTE, anchor);
            sx_html_raw(h, "\">");
        }
        sx_html_text(h, word);
        sx_html_raw(h, anchor.ptr != NULL ? "</a>" : "");
        sx_html_text(h, sx_str_sub(text, end, 1));
        at = end + 1;
    }
}

/* 41 806, with thin spaces. */
void sx_html_number(struct sx_html *h, uint64_t n)
{
    char digits[24];
    int len = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)n);
    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0 && len > 4)
            sx_html_raw(h, "&#8239;");
        sx_pen_printf(h->pen, "%c", digits[i]);
    }
}

void sx_html_icon(struct sx_html *h, const char *symbol)
{
    sx_pen_printf(h->pen, "<svg class=\"icon\" aria-hidden=\"true\"><use href=\"#i-%s\"/></svg>",
                  symbol);
}

const char *sx_html_tone(enum sx_tone tone)
{
    static const char *const names[] = { [SX_TONE_IDLE] = "idle",
                                         [SX_TONE_BAD] = "bad",
                                         [SX_TONE_WARN] = "warn",
                                         [SX_TONE_GOOD] = "good" };
    return names[tone];
}

void sx_html_chip(struct sx_html *h, enum sx_tone tone, const char *symbol, struct sx_str word)
{
    sx_pen_printf(h->pen, "<span class=\"chip %s\">", sx_html_tone(tone));
    if (symbol != NULL)
        sx_html_icon(h, symbol);
    sx_html_text(h, word);
    sx_html_raw(h, "</span>");
}

unsigned sx_html_level(const struct sx_html *h, unsigned below)
{
    return (h->number > 0 ? 2 : 1) + below;
}

void sx_html_section(struct sx_html *h, const char *id, const char *title)
{
    char suffix[32] = "";
    if (h->number > 0)
        snprintf(suffix, sizeof(suffix), "-%zu", h->number);
    sx_pen_printf(h->pen,
                  "<section aria-labelledby=\"%s%s\">\n<h%u class=\"part\" id=\"%s%s\">%s</h%u>\n",
                  id, suffix, sx_html_level(h, 1), id, suffix, title, sx_html_level(h, 1));
}

void sx_html_section_end(struct sx_html *h)
{
    sx_html_raw(h, "</section>\n");
}

struct sx_str sx_html_anchor(const struct sx_html *h, const struct sx_finding *f)
{
    const struct sx_str *anchor =
        sx_table_get(&h->anchor, (struct sx_str){ (const char *)&f, sizeof(f) });
    return anchor != NULL ? *anchor : (struct sx_str){ 0 };
}

const struct sx_html_tally *sx_html_tally(const struct sx_html *h, const struct sx_object *object)
{
    return sx_table_get(&h->tally, (struct sx_str){ (const char *)&object, sizeof(object) });
}

const struct sx_object *sx_html_subject(const struct sx_finding *f)
{
    const struct sx_Code *code = sx_owner_code(f);
    return code != NULL ? &code->head : f->owner;
}
