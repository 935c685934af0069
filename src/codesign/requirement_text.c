/* SPDX-License-Identifier: MIT */
/* From a tree to the text that Apple's tools print (Security, reqdumper.cpp). */
#include "base/buf.h"
#include "codesign/requirement_words.h"

/* How tightly what stands around binds: there OR, AND, or both need parentheses. */
enum level { IN_NOT, IN_AND, IN_OR };

struct printer {
    struct sx_buf *out;
    bool reads_back; /* so far, what is printed reads as what it is */
};

/* Apple's printer has a buffer of 256 bytes for each word that it prints. */
enum { MAX_WORD = 255 };

static void put_word(struct printer *p, struct sx_str word)
{
    p->reads_back = p->reads_back && word.len <= MAX_WORD;
    sx_buf_str(p->out, sx_str_sub(word, 0, MAX_WORD));
}

/* Characters as the C locale classes them. */
static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}
static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
static bool is_printable(char c)
{
    return (c >= ' ' && c <= '~') || (c >= '\t' && c <= '\r');
}

enum style { BARE, QUOTED, HEX };

static enum style style_of(struct sx_str text, bool dots)
{
    enum style style = BARE;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (!is_printable(c))
            return HEX;
        if (i == 0 ? !is_letter(c) && !(c == '.' && dots)
                   : !is_letter(c) && !is_digit(c) && !(c == '.' && dots))
            style = QUOTED;
    }
    return style == BARE && (text.len == 0 || sx_requirement_is_keyword(text)) ? QUOTED : style;
}

/* A backslash is printed with another before it, which the compiler does not read. */
static void put_quoted(struct printer *p, struct sx_str text)
{
    sx_buf_char(p->out, '"');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"' || text.ptr[i] == '\\')
            sx_buf_char(p->out, '\\');
        p->reads_back = p->reads_back && text.ptr[i] != '\\';
        sx_buf_char(p->out, text.ptr[i]);
    }
    sx_buf_char(p->out, '"');
}

static void put_hex(struct printer *p, struct sx_str bytes)
{
    for (size_t i = 0; i < bytes.len; i++)
        sx_buf_printf(p->out, "%02x", (unsigned char)bytes.ptr[i]);
}

static void put_text(struct printer *p, struct sx_str text, enum style style)
{
    if (style == BARE) {
        put_word(p, text);
    } else if (style == QUOTED) {
        put_quoted(p, text);
    } else {
        sx_buf_cstr(p->out, "0x");
        put_hex(p, text);
    }
}

/* A value may be hexadecimal; an identifier or a name may not. */
static void put_value(struct printer *p, struct sx_str text)
{
    put_text(p, text, style_of(text, false));
}

static void put_name(struct printer *p, struct sx_str text)
{
    enum style style = style_of(text, false);
    p->reads_back = p->reads_back && style != HEX;
    put_text(p, text, style);
}

/* Bare text with dots reads back when each part is a word or a number. */
static bool is_dotted(struct sx_str text)
{
    for (size_t i = 0, from = 0; i <= text.len; i++) {
        if (i < text.len && text.ptr[i] != '.') {
            if (is_letter(text.ptr[i]) && i > from && is_digit(text.ptr[from]))
                return false;
            continue;
        }
        if (i == from || (from == 0 && !is_letter(text.ptr[0])))
            return false;
        from = i + 1;
    }
    return true;
}

static void put_key(struct printer *p, struct sx_str key)
{
    enum style style = style_of(key, true);
    p->reads_back = p->reads_back && style != HEX && (style != BARE || is_dotted(key));
    sx_buf_char(p->out, '[');
    put_text(p, key, style);
    sx_buf_char(p->out, ']');
}

static void put_oid(struct printer *p, struct sx_str prefix, struct sx_str contents)
{
    SX_AUTO(sx_buf_release) struct sx_buf key = { 0 };
    SX_AUTO(sx_buf_release) struct sx_buf again = { 0 };
    sx_buf_str(&key, prefix);
    sx_requirement_oid_text(contents, &key);
    struct sx_str text = sx_buf_view(&key);
    p->reads_back = p->reads_back &&
                    sx_requirement_oid(sx_str_sub(text, prefix.len, text.len), &again) &&
                    sx_str_eq(sx_buf_view(&again), contents);
    sx_buf_char(p->out, '[');
    put_word(p, text);
    sx_buf_char(p->out, ']');
}

static void put_hash(struct printer *p, struct sx_str hash)
{
    p->reads_back = p->reads_back && hash.len == 20;
    sx_buf_cstr(p->out, "H\"");
    put_hex(p, hash);
    sx_buf_char(p->out, '"');
}

static void put_slot(struct printer *p, int32_t slot)
{
    if (slot == SX_LEAF_SLOT)
        sx_buf_cstr(p->out, " leaf");
    else if (slot == SX_ROOT_SLOT)
        sx_buf_cstr(p->out, " root");
    else
        sx_buf_printf(p->out, " %d", slot);
}

/* As CFDate describes itself, which the compiler does not read. */
static void put_time(struct printer *p, int64_t since_2001)
{
    struct sx_date d = sx_time_date(sx_requirement_time(since_2001));
    p->reads_back = false;
    sx_buf_printf(p->out, "<%04lld-%02d-%02d %02d:%02d:%02d +0000>", (long long)d.year, d.month,
                  d.day, d.hour, d.minute, d.second);
}

static void put_match(struct printer *p, const struct sx_requirement_node *node)
{
    static const char *const before[] = {
        [SX_MATCH_EXISTS] = " /* exists */",
        [SX_MATCH_EQUAL] = " = ",
        [SX_MATCH_CONTAINS] = " ~ ",
        [SX_MATCH_BEGINS] = " = ",
        [SX_MATCH_ENDS] = " = *",
        [SX_MATCH_LESS] = " < ",
        [SX_MATCH_GREATER] = " > ",
        [SX_MATCH_LESS_EQUAL] = " <= ",
        [SX_MATCH_GREATER_EQUAL] = " >= ",
        [SX_MATCH_ON] = " = ",
        [SX_MATCH_BEFORE] = " < ",
        [SX_MATCH_AFTER] = " > ",
        [SX_MATCH_ON_OR_BEFORE] = " <= ",
        [SX_MATCH_ON_OR_AFTER] = " >= ",
        [SX_MATCH_ABSENT] = " absent ",
    };
    uint32_t op = node->match.op;
    if (op >= SX_LEN(before)) {
        p->reads_back = false;
        sx_buf_printf(p->out, "MATCH OPCODE %d NOT UNDERSTOOD", (int)op);
        return;
    }
    sx_buf_cstr(p->out, before[op]);
    if (sx_match_has_time(op))
        put_time(p, node->match.time);
    else if (sx_match_has_text(op))
        put_value(p, node->match.text);
    if (op == SX_MATCH_BEGINS)
        sx_buf_char(p->out, '*');
}

/* The operands of each operation, behind its words. */
typedef void operands(struct printer *p, const struct sx_requirement_node *node, enum level around);
static operands name, cdhash, certificate_hash, keyed, subject, extension, trusted, named_code,
    platform, not, pair, unknown_false, unknown_skip;

static const struct {
    const char *words;
    operands *put; /* or NULL */
} operations[] = {
    [SX_REQ_FALSE] = { "never", NULL },
    [SX_REQ_TRUE] = { "always", NULL },
    [SX_REQ_IDENTIFIER] = { "identifier ", name },
    [SX_REQ_ANCHOR_APPLE] = { "anchor apple", NULL },
    [SX_REQ_CERT_HASH] = { "certificate", certificate_hash },
    [SX_REQ_INFO_VALUE] = { "info", keyed },
    [SX_REQ_AND] = { "", pair },
    [SX_REQ_OR] = { "", pair },
    [SX_REQ_CDHASH] = { "cdhash ", cdhash },
    [SX_REQ_NOT] = { "! ", not },
    [SX_REQ_INFO] = { "info", keyed },
    [SX_REQ_CERT_SUBJECT] = { "certificate", subject },
    [SX_REQ_CERT_TRUSTED] = { "certificate", trusted },
    [SX_REQ_ANCHOR_TRUSTED] = { "anchor trusted", NULL },
    [SX_REQ_CERT_FIELD] = { "certificate", extension },
    [SX_REQ_ANCHOR_GENERIC] = { "anchor apple generic", NULL },
    [SX_REQ_ENTITLEMENT] = { "entitlement", keyed },
    [SX_REQ_CERT_POLICY] = { "certificate", extension },
    [SX_REQ_NAMED_ANCHOR] = { "anchor apple ", name },
    [SX_REQ_NAMED_CODE] = { "(", named_code },
    [SX_REQ_PLATFORM] = { "platform = ", platform },
    [SX_REQ_NOTARIZED] = { "notarized", NULL },
    [SX_REQ_CERT_DATE] = { "certificate", extension },
    [SX_REQ_LEGACY] = { "legacy", NULL },
    [SX_REQ_UNKNOWN_FALSE] = { " false", unknown_false },
    [SX_REQ_UNKNOWN_SKIP] = { "", unknown_skip },
};

static void put_node(struct printer *p, const struct sx_requirement_node *node, enum level around)
{
    sx_buf_cstr(p->out, operations[node->op].words);
    if (operations[node->op].put != NULL)
        operations[node->op].put(p, node, around);
}

static void name(struct printer *p, const struct sx_requirement_node *node, enum level around)
{
    (void)around; /* the signature of all */
    put_name(p, node->text);
}

static void named_code(struct printer *p, const struct sx_requirement_node *node, enum level around)
{
    (void)around; /* likewise */
    put_name(p, node->text);
    sx_buf_char(p->out, ')');
}

static void cdhash(struct printer *p, const struct sx_requirement_node *node, enum level around)
{
    (void)around; /* likewise */
    put_hash(p, node->text);
}

static void certificate_hash(struct printer *p, const struct sx_requirement_node *node,
                             enum level around)
{
    (void)around; /* likewise */
    put_slot(p, node->slot);
    sx_buf_cstr(p->out, " = ");
    put_hash(p, node->text);
}

/* Without a blank between: what follows a number is read all the same, "leaftrusted" is not. */
static void trusted(struct printer *p, const struct sx_requirement_node *node, enum level around)
{
    (void)around; /* likewise */
    p->reads_back = p->reads_back && node->slot != SX_LEAF_SLOT && node->slot != SX_ROOT_SLOT;
    put_slot(p, node->slot);
    sx_buf_cstr(p->out, "trusted");
}

static void platform(struct printer *p, const struct sx_requirement_node *node, enum level around)
{
    (void)around; /* likewise */
    p->reads_back = p->reads_back && node->slot >= 0;
    sx_buf_printf(p->out, "%d", node->slot);
}

static void keyed(struct printer *p, const struct sx_requirement_node *node, enum level around)
{
    (void)around; /* likewise */
    put_key(p, node->text);
    put_match(p, node);
}

/* A key of another form would read as another operation. */
static void subject(struct printer *p, const struct sx_requirement_node *node, enum level around)
{
    p->reads_back = p->reads_back && sx_str_starts(node->text, SX_STR("subject."));
    put_slot(p, node->slot);
    keyed(p, node, around);
}

static void extension(struct printer *p, const struct sx_requirement_node *node, enum level around)
{
    size_t i = 0;
    (void)around; /* likewise */
    while (sx_requirement_fields[i].op != node->op)
        i++;
    put_slot(p, node->slot);
    put_oid(p, sx_requirement_fields[i].prefix, node->text);
    put_match(p, node);
}

static void not(struct printer * p, const struct sx_requirement_node *node, enum level around)
{
    (void)around; /* likewise */
    put_node(p, node->left, IN_NOT);
}

static void pair(struct printer *p, const struct sx_requirement_node *node, enum level around)
{
    enum level inside = node->op == SX_REQ_AND ? IN_AND : IN_OR;
    if (around < inside)
        sx_buf_char(p->out, '(');
    put_node(p, node->left, inside);
    sx_buf_cstr(p->out, node->op == SX_REQ_AND ? " and " : " or ");
    put_node(p, node->right, inside);
    if (around < inside)
        sx_buf_char(p->out, ')');
}

/* Behind an operation that it does not know, Apple's printer takes the operand for the next
 * operation and loses its place; this one does not. */
static void unknown_false(struct printer *p, const struct sx_requirement_node *node,
                          enum level around)
{
    (void)around; /* likewise */
    sx_buf_printf(p->out, " /* opcode %d */", node->slot);
}

static void unknown_skip(struct printer *p, const struct sx_requirement_node *node,
                         enum level around)
{
    sx_buf_printf(p->out, " /* opcode %d */ ", node->slot);
    put_node(p, node->left, around);
}

bool sx_requirement_node_text(const struct sx_requirement_node *node, struct sx_buf *out)
{
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    struct printer p = { .out = &text, .reads_back = true };
    put_node(&p, node, IN_OR);
    struct sx_str all = sx_buf_view(&text);
    sx_buf_str(out, sx_str_starts(all, SX_STR(" ")) ? sx_str_sub(all, 1, all.len) : all);
    return p.reads_back;
}

bool sx_requirement_text(const struct sx_requirement *requirement, struct sx_buf *out)
{
    if (requirement->root != NULL)
        return sx_requirement_node_text(requirement->root, out);
    sx_buf_cstr(out, "/* lightweight code requirement */");
    return false;
}

bool sx_requirements_text(const struct sx_requirements *requirements, struct sx_buf *out)
{
    bool reads_back = true;
    if (!requirements->is_set)
        return sx_requirement_text(&requirements->at[0].requirement, out);
    for (size_t i = 0; i < requirements->n; i++) {
        const struct sx_requirement_of *of = &requirements->at[i];
        const char *kind = sx_requirement_kind_name(of->kind);
        if (kind != NULL)
            sx_buf_printf(out, "%s => ", kind);
        else
            sx_buf_printf(out, "/*unknown type*/ %d => ", (int)of->kind);
        reads_back = reads_back && (int32_t)of->kind >= 0;
        reads_back = sx_requirement_text(&of->requirement, out) && reads_back;
        sx_buf_char(out, '\n');
    }
    return reads_back;
}
