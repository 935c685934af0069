/* SPDX-License-Identifier: MIT */
#include "codesign/ere.h"

#include "base/limits.h"

#include <stdlib.h>
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

enum { MAX_REPEAT = 255 }; /* RE_DUP_MAX */

/* A translation under way. */
struct reader {
    struct sx_str in;
    size_t at;
    struct sx_buf *out;
    struct sx_err *err;
    unsigned depth;        /* open parentheses */
    bool has_alternatives; /* outside of parentheses */
};

static bool refuse(struct reader *r, enum sx_errc code, size_t at, const char *why)
{
    return sx_fail(r->err, code, at, "regular expression: %s", why);
}

static bool undefined(struct reader *r, const char *why)
{
    return refuse(r, SX_E_UNSUPPORTED, r->at, why);
}

static bool is_over(const struct reader *r)
{
    return r->at == r->in.len;
}

static char peek(const struct reader *r)
{
    return is_over(r) ? '\0' : r->in.ptr[r->at];
}

static bool is_alnum(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* One character as itself: letters, digits and bytes beyond ASCII mean nothing to PCRE2. */
static void put_literal(struct reader *r, char c)
{
    if (!is_alnum(c) && (unsigned char)c < 0x80)
        sx_buf_char(r->out, '\\');
    sx_buf_char(r->out, c);
}

static bool take_escape(struct reader *r)
{
    r->at++;
    if (is_over(r))
        return refuse(r, SX_E_FORMAT, r->at - 1, "a backslash at the end");
    char c = peek(r);
    /* \< \> \` \' are anchors to some engines */
    if (is_alnum(c) || (unsigned char)c >= 0x80 || strchr("<>`' \n\t", c) != NULL)
        return undefined(r, "a backslash before a character that needs none");
    put_literal(r, c);
    r->at++;
    return true;
}

/* [:alpha:] and its like, which PCRE2 spells alike. */
static bool take_class(struct reader *r)
{
    static const char *const names[] = { "alnum", "alpha", "blank", "cntrl", "digit", "graph",
                                         "lower", "print", "punct", "space", "upper", "xdigit" };
    struct sx_str rest = sx_str_sub(r->in, r->at + 2, r->in.len);
    size_t len = sx_str_find(rest, SX_STR(":]"));
    for (size_t i = 0; i < SX_LEN(names) && len < rest.len; i++)
        if (sx_str_is(sx_str_sub(rest, 0, len), names[i])) {
            sx_buf_printf(r->out, "[:%s:]", names[i]);
            r->at += 2 + len + 2;
            return true;
        }
    return refuse(r, SX_E_FORMAT, r->at, "no such character class");
}

/* One character of a bracket expression, where a backslash is one too. */
static bool take_member(struct reader *r, unsigned char *c)
{
    if (is_over(r))
        return refuse(r, SX_E_FORMAT, r->in.len, "a bracket that does not close");
    *c = (unsigned char)peek(r);
    if (*c >= 0x80)
        return undefined(r, "a bracket with a character beyond ASCII");
    put_literal(r, (char)*c);
    r->at++;
    return true;
}

/* A character, or a range of them. */
static bool take_range(struct reader *r)
{
    unsigned char low = 0;
    unsigned char high = 0;
    size_t begin = r->at;
    SX_TRY(take_member(r, &low));
    bool is_range = peek(r) == '-' && r->at + 1 < r->in.len && r->in.ptr[r->at + 1] != ']';
    if (!is_range)
        return true;
    sx_buf_char(r->out, '-');
    r->at++;
    if (peek(r) == '[' && r->at + 1 < r->in.len && strchr(".:=", r->in.ptr[r->at + 1]) != NULL)
        return undefined(r, "a range that ends in a class");
    SX_TRY(take_member(r, &high));
    return low <= high ? true : refuse(r, SX_E_FORMAT, begin, "a range that runs backwards");
}

static bool take_bracket(struct reader *r)
{
    size_t begin = r->at++;
    sx_buf_char(r->out, '[');
    if (peek(r) == '^') {
        sx_buf_char(r->out, '^');
        r->at++;
    }
    for (bool first = true; first || peek(r) != ']'; first = false) {
        if (is_over(r))
            return refuse(r, SX_E_FORMAT, begin, "a bracket that does not close");
        char next = r->at + 1 < r->in.len ? r->in.ptr[r->at + 1] : '\0';
        if (peek(r) == '[' && (next == '.' || next == '='))
            return undefined(r, "a collating element");
        SX_TRY(peek(r) == '[' && next == ':' ? take_class(r) : take_range(r));
    }
    sx_buf_char(r->out, ']');
    r->at++;
    return true;
}

static bool take_number(struct reader *r, unsigned *out)
{
    *out = 0;
    if (!is_digit(peek(r)))
        return undefined(r, "a brace without a number");
    for (; is_digit(peek(r)); r->at++) {
        *out = *out * 10 + (unsigned)(peek(r) - '0');
        if (*out > MAX_REPEAT)
            return refuse(r, SX_E_FORMAT, r->at, "more than 255 repetitions");
    }
    return true;
}

static bool take_braces(struct reader *r)
{
    unsigned low = 0;
    unsigned high = 0;
    size_t begin = r->at++;
    SX_TRY(take_number(r, &low));
    sx_buf_printf(r->out, "{%u", low);
    if (peek(r) == ',') {
        sx_buf_char(r->out, ',');
        r->at++;
        if (peek(r) != '}') {
            SX_TRY(take_number(r, &high));
            if (high < low)
                return refuse(r, SX_E_FORMAT, begin, "repetitions that run backwards");
            sx_buf_printf(r->out, "%u", high);
        }
    }
    if (peek(r) != '}')
        return refuse(r, SX_E_FORMAT, begin, "a brace that does not close");
    sx_buf_char(r->out, '}');
    r->at++;
    return true;
}

static bool is_quantifier(char c)
{
    return c == '*' || c == '+' || c == '?' || c == '{';
}

/* What may stand behind an atom: one quantifier. Two in a row mean other things elsewhere. */
static bool take_quantifier(struct reader *r)
{
    if (is_over(r) || !is_quantifier(peek(r)))
        return true;
    if (peek(r) == '{') {
        SX_TRY(take_braces(r));
    } else {
        sx_buf_char(r->out, peek(r));
        r->at++;
    }
    return is_quantifier(peek(r)) ? undefined(r, "two quantifiers in a row") : true;
}

static bool take_alternatives(struct reader *r);

static bool take_group(struct reader *r)
{
    size_t begin = r->at++;
    if (++r->depth > SX_MAX_REGEX_PARENS)
        return refuse(r, SX_E_LIMIT, begin, "parentheses nested too deep");
    sx_buf_cstr(r->out, "(?:");
    SX_TRY(take_alternatives(r));
    if (is_over(r))
        return refuse(r, SX_E_FORMAT, begin, "a parenthesis that does not close");
    sx_buf_char(r->out, ')');
    r->at++;
    r->depth--;
    return true;
}

static bool take_anchor(struct reader *r)
{
    sx_buf_char(r->out, peek(r));
    r->at++;
    return is_quantifier(peek(r)) ? undefined(r, "a quantifier behind an anchor") : true;
}

static bool take_atom(struct reader *r)
{
    switch (peek(r)) {
    case '^':
    case '$':
        return take_anchor(r);
    case '(':
        SX_TRY(take_group(r));
        break;
    case '[':
        SX_TRY(take_bracket(r));
        break;
    case '\\':
        SX_TRY(take_escape(r));
        break;
    case '.':
        sx_buf_char(r->out, '.');
        r->at++;
        break;
    case '*':
    case '+':
    case '?':
    case '{':
        return undefined(r, "a quantifier behind nothing");
    case '\0':
        return refuse(r, SX_E_FORMAT, r->at, "a NUL");
    default:
        put_literal(r, peek(r));
        r->at++;
        break;
    }
    return take_quantifier(r);
}

static bool take_branch(struct reader *r)
{
    size_t begin = r->at;
    while (!is_over(r) && peek(r) != '|' && !(peek(r) == ')' && r->depth > 0)) {
        if (peek(r) == ')')
            return undefined(r, "a parenthesis that closes nothing");
        SX_TRY(take_atom(r));
    }
    if (r->at == begin && is_over(r) && r->depth > 0)
        return refuse(r, SX_E_FORMAT, r->at, "a parenthesis that does not close");
    return r->at > begin ? true : undefined(r, "an empty alternative");
}

static bool take_alternatives(struct reader *r)
{
    SX_TRY(take_branch(r));
    while (peek(r) == '|') {
        r->has_alternatives |= r->depth == 0;
        sx_buf_char(r->out, '|');
        r->at++;
        SX_TRY(take_branch(r));
    }
    return true;
}

static bool translate(struct reader *r)
{
    if (r->in.len > SX_MAX_REGEX_PATTERN)
        return refuse(r, SX_E_LIMIT, 0, "too long");
    return take_alternatives(r);
}

/* Matching */

/* One match within few calls, most often enough, and then within many: PCRE2 does not tell how
 * many it made, so they are charged by the limit that sufficed. */
static const uint32_t tiers[] = { 250, 5000, SX_MAX_REGEX_CALLS };

struct sx_ere {
    pcre2_code *code;
    /* Most rules begin with plain text: what does not begin so needs no engine. */
    struct sx_str prefix;
};

struct sx_ere_matcher {
    uint64_t budget;
    pcre2_match_data *data;
    pcre2_match_context *contexts[SX_LEN(tiers)];
};

static void *allocate(size_t n, void *arena)
{
    return sx_arena_alloc(arena, n);
}

/* An arena frees everything at once. */
static void leave(void *p, void *arena)
{
    (void)p;
    (void)arena;
}

/* The text that follows the anchor at the beginning, as far as it is plain. */
static struct sx_str prefix_of(struct sx_str pattern)
{
    size_t n = 1;
    while (n < pattern.len && (is_alnum(pattern.ptr[n]) || pattern.ptr[n] == '/' ||
                               pattern.ptr[n] == '_' || pattern.ptr[n] == '-'))
        n++;
    if (n < pattern.len && is_quantifier(pattern.ptr[n]) && n > 1)
        n--; /* it belongs to the last character */
    return sx_str_sub(pattern, 1, n - 1);
}

static pcre2_code *compile(struct sx_str text, struct sx_arena *arena, struct sx_err *err)
{
    const uint32_t options =
        PCRE2_ANCHORED | PCRE2_DOTALL | PCRE2_DOLLAR_ENDONLY | PCRE2_NO_AUTO_CAPTURE;
    pcre2_general_context *memory = pcre2_general_context_create(allocate, leave, arena);
    pcre2_compile_context *context = pcre2_compile_context_create(memory);
    pcre2_set_parens_nest_limit(context, SX_MAX_REGEX_PARENS + 1);
    int code = 0;
    size_t at = 0;
    pcre2_code *compiled =
        pcre2_compile((PCRE2_SPTR)text.ptr, text.len, options, &code, &at, context);
    char why[120] = "";
    if (compiled == NULL && pcre2_get_error_message(code, (PCRE2_UCHAR *)why, sizeof(why)) != 0)
        sx_fail(err, SX_E_LIMIT, 0, "regular expression: %s", why);
    return compiled;
}

/* PCRE2 counts its calls anew at every place where a match may begin, which bounds nothing. So
 * each pattern is anchored, and one that is not says itself that anything may precede. */
bool sx_ere_new(struct sx_str pattern, struct sx_arena *arena, struct sx_ere **out,
                struct sx_err *err)
{
    SX_AUTO(sx_buf_release) struct sx_buf inner = { 0 };
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    struct reader r = { .in = pattern, .out = &inner, .err = err };
    struct sx_ere *ere = SX_NEW(arena, struct sx_ere);
    SX_TRY(translate(&r));
    bool is_anchored = sx_str_starts(pattern, SX_STR("^")) && !r.has_alternatives;
    sx_buf_cstr(&text, is_anchored ? "(?:" : ".*?(?:");
    sx_buf_str(&text, sx_buf_view(&inner));
    sx_buf_char(&text, ')');
    if (is_anchored)
        ere->prefix = prefix_of(sx_str_dup(arena, pattern));
    ere->code = compile(sx_buf_view(&text), arena, err);
    *out = ere;
    return ere->code != NULL;
}

struct sx_ere_matcher *sx_ere_matcher_new(uint64_t budget)
{
    struct sx_ere_matcher *m = calloc(1, sizeof(*m));
    if (m == NULL)
        abort(); /* as in an arena: the machine's state, and no file's doing */
    m->budget = budget;
    m->data = pcre2_match_data_create(1, NULL);
    for (size_t i = 0; i < SX_LEN(tiers); i++) {
        m->contexts[i] = pcre2_match_context_create(NULL);
        if (m->data == NULL || m->contexts[i] == NULL)
            abort();
        pcre2_set_match_limit(m->contexts[i], tiers[i]);
        pcre2_set_depth_limit(m->contexts[i], SX_MAX_REGEX_DEPTH);
        pcre2_set_heap_limit(m->contexts[i], SX_MAX_REGEX_HEAP);
    }
    return m;
}

void sx_ere_matcher_free(struct sx_ere_matcher *m)
{
    if (m == NULL)
        return;
    for (size_t i = 0; i < SX_LEN(tiers); i++)
        pcre2_match_context_free(m->contexts[i]);
    pcre2_match_data_free(m->data);
    free(m);
}

static bool charge(struct sx_ere_matcher *m, uint64_t steps)
{
    m->budget = m->budget > steps ? m->budget - steps : 0;
    return m->budget > 0;
}

bool sx_ere_search(const struct sx_ere *ere, struct sx_ere_matcher *m, struct sx_str text,
                   bool *found, struct sx_err *err)
{
    int code = PCRE2_ERROR_MATCHLIMIT;
    *found = false;
    if (!sx_str_starts(text, ere->prefix))
        return true;
    for (size_t i = 0; i < SX_LEN(tiers) && code == PCRE2_ERROR_MATCHLIMIT; i++) {
        if (!charge(m, tiers[i] + text.len))
            return sx_fail(err, SX_E_LIMIT, 0, "regular expressions that take too long");
        code = pcre2_match(ere->code, (PCRE2_SPTR)(text.len > 0 ? text.ptr : ""), text.len, 0, 0,
                           m->data, m->contexts[i]);
    }
    *found = code >= 0;
    if (code >= 0 || code == PCRE2_ERROR_NOMATCH)
        return true;
    return sx_fail(err, SX_E_LIMIT, 0, "a regular expression that takes too long");
}
