/* SPDX-License-Identifier: MIT */
/* From an offset in the text of a scalar back to the character in the file. The text and what
 * was written differ by quotes, escapes, folds and indentation; all but escapes are blanks, so
 * the two are walked side by side, character by character, leaving blanks out. */
#include "rules/yaml.h"
#include "value/value.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

size_t sx_text_byte(struct sx_str text, uint32_t line, uint32_t column)
{
    size_t at = 0;
    for (uint32_t l = 1; l < line && at < text.len; at++)
        l += text.ptr[at] == '\n';
    for (uint32_t c = 1; c < column && at < text.len; c++)
        (void)sx_utf8_next(text, &at); /* only its width matters */
    return at;
}

static size_t skip_blanks(struct sx_str s, size_t at)
{
    while (at < s.len && is_blank(s.ptr[at]))
        at++;
    return at;
}

/* Where the text of the scalar begins: behind the quote, or on the line after | and >. */
static size_t content_at(struct sx_str source, const struct sx_yaml_node *node)
{
    size_t at = sx_text_byte(source, node->line, node->column);
    if (node->style == SX_YAML_SINGLE || node->style == SX_YAML_DOUBLE)
        return at + 1;
    if (node->style == SX_YAML_LITERAL || node->style == SX_YAML_FOLDED)
        at += sx_str_find(sx_str_sub(source, at, source.len), SX_STR("\n"));
    return at;
}

/* Bytes of the escape at `at` as written, and in `*len` what it stands for. */
static size_t escape_len(struct sx_str source, size_t at, size_t *len)
{
    char c = at + 1 < source.len ? source.ptr[at + 1] : '\0';
    *len = c == 'L' || c == 'P' ? 3 : c == 'N' || c == '_' ? 2 : 1;
    if (c != 'x' && c != 'u' && c != 'U')
        return 2;
    size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : 8;
    uint32_t code = 0;
    for (size_t i = at + 2; i < at + 2 + digits && i < source.len; i++) {
        char d = source.ptr[i];
        code = code << 4 | (uint32_t)(d <= '9' ? d - '0' : (d | 32) - 'a' + 10);
    }
    *len = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    return 2 + digits;
}

/* The byte in the source that stands for the text's byte `off`. */
static size_t walk(struct sx_str source, size_t at, struct sx_str text, size_t off, uint8_t style)
{
    for (size_t i = 0; i < off && at < source.len;) {
        bool is_escape = style == SX_YAML_DOUBLE && source.ptr[at] == '\\';
        if (is_escape && at + 1 < source.len && is_blank(source.ptr[at + 1]) &&
            source.ptr[at + 1] != ' ') {
            at = skip_blanks(source, at + 1); /* a line that goes on: no text */
        } else if (is_escape) {
            size_t len;
            at += escape_len(source, at, &len);
            i += len;
        } else if (is_blank(text.ptr[i])) {
            at = skip_blanks(source, at);
            i++;
        } else if (is_blank(source.ptr[at])) {
            at = skip_blanks(source, at);
        } else {
            at += style == SX_YAML_SINGLE && source.ptr[at] == '\'' ? 2 : 1;
            i++;
        }
    }
    return off < text.len && !is_blank(text.ptr[off]) ? skip_blanks(source, at) : at;
}

void sx_yaml_place(const struct sx_yaml *yaml, uint32_t node, size_t off, uint32_t *line,
                   uint32_t *column)
{
    const struct sx_yaml_node *n = sx_yaml_at(yaml, node);
    *line = n->line;
    *column = n->column;
    if (yaml->source.ptr == NULL || n->kind != SX_YAML_SCALAR)
        return;
    size_t at =
        walk(yaml->source, content_at(yaml->source, n), sx_yaml_text(yaml, node), off, n->style);
    sx_line_of(yaml->source, at, line, column);
}
