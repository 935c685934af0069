/* SPDX-License-Identifier: MIT */
/* Tokens to a tree, by recursive descent. Recursion passes through `enter`, so that the stack
 * is bounded by SX_MAX_CEL_DEPTH. Where a function returns NULL, the error is filled. */
#include "cel/lex.h"
#include "cel/macro.h"

struct parser {
    struct sx_cel_compiler *c;
    struct sx_lexer lexer;
    struct sx_token token; /* the next one, not yet taken */
    bool failed;           /* of the lexer: the text seems to end where a token is wrong */
    int depth;
};

struct nodes {
    struct sx_cel_node **at;
    size_t n, cap;
};

static struct sx_cel_node *parse_expr(struct parser *p);

static void advance(struct parser *p)
{
    if (!sx_lex_next(&p->lexer, &p->token)) {
        p->failed = true;
        p->token.kind = SX_TOKEN_END;
    }
}

static bool accept(struct parser *p, int kind)
{
    bool here = p->token.kind == kind;
    if (here)
        advance(p);
    return here;
}

/* The lexer's own complaint, where there is one, came first and stays. */
static struct sx_cel_node *unexpected(struct parser *p, const char *wanted)
{
    size_t at = p->token.at;
    if (p->token.kind == SX_TOKEN_END)
        sx_cel_refuse(p->c, SX_E_FORMAT, at, "the expression ends where %s should follow", wanted);
    else if (p->token.kind == SX_TOKEN_RESERVED)
        sx_cel_refuse(p->c, SX_E_FORMAT, at, "'%.*s' is a reserved word", SX_STR_ARG(p->token.str));
    else
        sx_cel_refuse(p->c, SX_E_FORMAT, at, "expected %s", wanted);
    return NULL;
}

static bool expect(struct parser *p, int kind, const char *wanted)
{
    return accept(p, kind) || unexpected(p, wanted) != NULL;
}

static bool enter(struct parser *p)
{
    return ++p->depth <= SX_MAX_CEL_DEPTH ||
           sx_cel_refuse(p->c, SX_E_LIMIT, p->token.at,
                         "the expression is nested more than %d deep", SX_MAX_CEL_DEPTH);
}

static struct sx_cel_node *make(struct parser *p, enum sx_cel_op op, size_t at,
                                struct sx_cel_node *const *arg, size_t n)
{
    struct sx_cel_node *node = sx_cel_node_new(p->c, op, at, n);
    if (node == NULL)
        return NULL;
    for (size_t i = 0; i < n; i++)
        node->arg[i] = arg[i];
    return sx_cel_node_done(p->c, node);
}

static struct sx_cel_node *literal(struct parser *p, struct sx_value value, size_t at)
{
    struct sx_cel_node *node = make(p, SX_CEL_LITERAL, at, NULL, 0);
    if (node != NULL)
        node->value = value;
    return node;
}

static struct sx_cel_node *call(struct parser *p, struct sx_cel_macro_call *made)
{
    bool is_member = made->target != NULL;
    struct sx_cel_node *node =
        sx_cel_node_new(p->c, SX_CEL_CALL, made->at, made->n_args + is_member);
    if (node == NULL)
        return NULL;
    if (is_member)
        node->arg[0] = made->target;
    for (size_t i = 0; i < made->n_args; i++)
        node->arg[i + is_member] = made->args[i];
    node->call = SX_NEW(p->c->arena, struct sx_cel_call);
    *node->call = (struct sx_cel_call){ .name = made->name, .is_member = is_member };
    return sx_cel_node_done(p->c, node);
}

/* An operator that is a function: "_+_", "-_". */
static struct sx_cel_node *operator_call(struct parser *p, const char *name, size_t at,
                                         struct sx_cel_node **arg, size_t n)
{
    struct sx_cel_macro_call made = { sx_str_of(name), at, NULL, arg, n };
    return call(p, &made);
}

/* Expressions up to `close`, separated by commas. */
static bool parse_list(struct parser *p, int close, const char *wanted, bool may_trail,
                       struct nodes *out)
{
    if (may_trail && accept(p, ',')) /* [,] is an empty list, says the grammar */
        return expect(p, close, wanted);
    if (accept(p, close))
        return true;
    for (;;) {
        struct sx_cel_node *item = parse_expr(p);
        if (item == NULL)
            return false;
        SX_PUSH(p->c->arena, out, item);
        if (accept(p, close))
            return true;
        SX_TRY(expect(p, ',', wanted));
        if (may_trail && accept(p, close))
            return true;
    }
}

static bool parse_args(struct parser *p, struct nodes *out)
{
    return parse_list(p, ')', "',' or ')'", false, out);
}

/* `name` is followed by "(", which has been taken. */
static struct sx_cel_node *parse_call(struct parser *p, struct sx_token name,
                                      struct sx_cel_node *target)
{
    struct nodes args = { 0 };
    if (!parse_args(p, &args))
        return NULL;
    struct sx_cel_macro_call made = { name.str, name.at, target, args.at, args.n };
    struct sx_cel_node *macro = NULL;
    if (!p->c->env->no_macros && !sx_cel_macro(p->c, &made, &macro))
        return NULL;
    return macro != NULL ? macro : call(p, &made);
}

static struct sx_cel_node *parse_name(struct parser *p, bool rooted)
{
    struct sx_token name = p->token;
    if (!expect(p, SX_TOKEN_IDENT, "a name"))
        return NULL;
    struct sx_cel_node *node =
        accept(p, '(') ? parse_call(p, name, NULL) : make(p, SX_CEL_NAME, name.at, NULL, 0);
    if (node == NULL)
        return NULL;
    node->rooted = rooted;
    if (node->op == SX_CEL_NAME)
        node->name = name.str;
    return node;
}

static struct sx_cel_node *parse_list_literal(struct parser *p)
{
    size_t at = p->token.at;
    struct nodes items = { 0 };
    advance(p);
    if (!parse_list(p, ']', "',' or ']'", true, &items))
        return NULL;
    return make(p, SX_CEL_LIST, at, items.at, items.n);
}

static bool parse_entry(struct parser *p, struct nodes *out)
{
    struct sx_cel_node *key = parse_expr(p);
    SX_TRY(key != NULL && expect(p, ':', "':'"));
    struct sx_cel_node *value = parse_expr(p);
    SX_TRY(value != NULL);
    SX_PUSH(p->c->arena, out, key);
    SX_PUSH(p->c->arena, out, value);
    return true;
}

static struct sx_cel_node *parse_map_literal(struct parser *p)
{
    size_t at = p->token.at;
    struct nodes items = { 0 };
    advance(p);
    if (!accept(p, ',')) /* {,} is an empty map, says the grammar */
        while (p->token.kind != '}') {
            if (!parse_entry(p, &items))
                return NULL;
            if (!accept(p, ','))
                break;
        }
    if (!expect(p, '}', "',' or '}'"))
        return NULL;
    return make(p, SX_CEL_MAP, at, items.at, items.n);
}

static struct sx_cel_node *parse_parentheses(struct parser *p)
{
    advance(p);
    struct sx_cel_node *inner = parse_expr(p);
    return inner != NULL && expect(p, ')', "')'") ? inner : NULL;
}

/* A number: the sign before it belongs to it, so that the least int can be written. */
static struct sx_cel_node *parse_number(struct parser *p, bool negative, size_t at)
{
    struct sx_token t = p->token;
    advance(p);
    if (t.kind == SX_TOKEN_UINT)
        return literal(p, sx_uint(t.u), at);
    if (t.kind == SX_TOKEN_DOUBLE)
        return literal(p, sx_double(negative ? -t.d : t.d), at);
    if (t.u > (uint64_t)INT64_MAX + negative) {
        sx_cel_refuse(p->c, SX_E_FORMAT, at, "the number exceeds an int, which has 64 bits");
        return NULL;
    }
    return literal(p, sx_int(negative ? (int64_t)(0 - t.u) : (int64_t)t.u), at);
}

static struct sx_cel_node *parse_constant(struct parser *p)
{
    struct sx_token t = p->token;
    advance(p);
    switch (t.kind) {
    case SX_TOKEN_STRING:
        return literal(p, sx_string(t.str), t.at);
    case SX_TOKEN_BYTES:
        return literal(p, sx_bytes(t.str), t.at);
    case SX_TOKEN_NULL:
        return literal(p, sx_null(), t.at);
    default:
        return literal(p, sx_bool(t.kind == SX_TOKEN_TRUE), t.at);
    }
}

static struct sx_cel_node *parse_primary(struct parser *p)
{
    switch (p->token.kind) {
    case '(':
        return parse_parentheses(p);
    case '[':
        return parse_list_literal(p);
    case '{':
        return parse_map_literal(p);
    case '.':
        advance(p);
        return parse_name(p, true);
    case SX_TOKEN_IDENT:
        return parse_name(p, false);
    case SX_TOKEN_INT:
    case SX_TOKEN_UINT:
    case SX_TOKEN_DOUBLE:
        return parse_number(p, false, p->token.at);
    case SX_TOKEN_STRING:
    case SX_TOKEN_BYTES:
    case SX_TOKEN_NULL:
    case SX_TOKEN_TRUE:
    case SX_TOKEN_FALSE:
        return parse_constant(p);
    default:
        return unexpected(p, "a value");
    }
}

/* ".name" or ".name(...)"; the dot has been taken. */
static struct sx_cel_node *parse_selector(struct parser *p, struct sx_cel_node *operand)
{
    struct sx_token name = p->token;
    if (name.kind != SX_TOKEN_IDENT && name.kind != SX_TOKEN_RESERVED &&
        name.kind != SX_TOKEN_QUOTED)
        return unexpected(p, "a member's name");
    advance(p);
    if (name.kind != SX_TOKEN_QUOTED && accept(p, '('))
        return parse_call(p, name, operand);
    struct sx_cel_node *node = make(p, SX_CEL_SELECT, name.at, &operand, 1);
    if (node == NULL)
        return NULL;
    node->select = SX_NEW(p->c->arena, struct sx_cel_select);
    node->select->name = name.str;
    return node;
}

static struct sx_cel_node *parse_index(struct parser *p, struct sx_cel_node *operand, size_t at)
{
    struct sx_cel_node *index = parse_expr(p);
    if (index == NULL || !expect(p, ']', "']'"))
        return NULL;
    return make(p, SX_CEL_INDEX, at, (struct sx_cel_node *[]){ operand, index }, 2);
}

static struct sx_cel_node *parse_members(struct parser *p, struct sx_cel_node *node)
{
    while (node != NULL) {
        size_t at = p->token.at;
        if (accept(p, '.'))
            node = parse_selector(p, node);
        else if (accept(p, '['))
            node = parse_index(p, node, at);
        else
            break;
    }
    if (node != NULL && p->token.kind == '{' &&
        (node->op == SX_CEL_NAME || node->op == SX_CEL_SELECT)) {
        sx_cel_refuse(p->c, SX_E_UNSUPPORTED, node->at, "an object cannot be written down here");
        return NULL;
    }
    return node;
}

static struct sx_cel_node *parse_unary(struct parser *p);

static struct sx_cel_node *parse_operand(struct parser *p)
{
    if (!enter(p))
        return NULL;
    struct sx_cel_node *operand = parse_unary(p);
    p->depth--;
    return operand;
}

static struct sx_cel_node *parse_unary(struct parser *p)
{
    size_t at = p->token.at;
    if (accept(p, '!')) {
        struct sx_cel_node *operand = parse_operand(p);
        return operand != NULL ? make(p, SX_CEL_NOT, at, &operand, 1) : NULL;
    }
    if (!accept(p, '-'))
        return parse_members(p, parse_primary(p));
    if (p->token.kind == SX_TOKEN_INT || p->token.kind == SX_TOKEN_DOUBLE)
        return parse_members(p, parse_number(p, true, at));
    struct sx_cel_node *operand = parse_operand(p);
    return operand != NULL ? operator_call(p, "-_", at, &operand, 1) : NULL;
}

enum level { RELATION, ADDITION, MULTIPLICATION, UNARY };

static const struct infix {
    int token;
    enum level level;
    enum sx_cel_op op;
    const char *function; /* of SX_CEL_CALL */
} infixes[] = {
    { SX_TOKEN_EQ, RELATION, SX_CEL_EQ, NULL },  { SX_TOKEN_NE, RELATION, SX_CEL_NE, NULL },
    { SX_TOKEN_LE, RELATION, SX_CEL_LE, NULL },  { SX_TOKEN_GE, RELATION, SX_CEL_GE, NULL },
    { SX_TOKEN_IN, RELATION, SX_CEL_IN, NULL },  { '<', RELATION, SX_CEL_LT, NULL },
    { '>', RELATION, SX_CEL_GT, NULL },          { '+', ADDITION, SX_CEL_CALL, "_+_" },
    { '-', ADDITION, SX_CEL_CALL, "_-_" },       { '*', MULTIPLICATION, SX_CEL_CALL, "_*_" },
    { '/', MULTIPLICATION, SX_CEL_CALL, "_/_" }, { '%', MULTIPLICATION, SX_CEL_CALL, "_%_" },
};

static const struct infix *infix_here(const struct parser *p, enum level level)
{
    for (size_t i = 0; i < SX_LEN(infixes); i++)
        if (infixes[i].token == p->token.kind && infixes[i].level >= level)
            return &infixes[i];
    return NULL;
}

static struct sx_cel_node *parse_infix(struct parser *p, enum level level)
{
    struct sx_cel_node *left = parse_unary(p);
    const struct infix *infix;
    while (left != NULL && (infix = infix_here(p, level)) != NULL) {
        size_t at = p->token.at;
        advance(p);
        struct sx_cel_node *right = parse_infix(p, infix->level + 1);
        if (right == NULL)
            return NULL;
        struct sx_cel_node *arg[] = { left, right };
        left = infix->op == SX_CEL_CALL ? operator_call(p, infix->function, at, arg, 2)
                                        : make(p, infix->op, at, arg, 2);
    }
    return left;
}

/* Terms joined by && or by ||, in one node however many they are: the terms of a term in
 * parentheses too, since both operators are associative. */
static void add_term(struct parser *p, enum sx_cel_op op, struct sx_cel_node *term,
                     struct nodes *out)
{
    if (term->op != op) {
        SX_PUSH(p->c->arena, out, term);
        return;
    }
    for (size_t i = 0; i < term->n; i++)
        SX_PUSH(p->c->arena, out, term->arg[i]);
}

static struct sx_cel_node *parse_terms(struct parser *p, enum sx_cel_op op)
{
    struct nodes terms = { 0 };
    size_t at = 0;
    for (;;) {
        struct sx_cel_node *term =
            op == SX_CEL_OR ? parse_terms(p, SX_CEL_AND) : parse_infix(p, RELATION);
        if (term == NULL)
            return NULL;
        size_t here = p->token.at;
        bool more = accept(p, op == SX_CEL_OR ? SX_TOKEN_OR : SX_TOKEN_AND);
        if (!more && terms.n == 0)
            return term;
        add_term(p, op, term, &terms);
        if (!more)
            return make(p, op, at, terms.at, terms.n);
        at = at == 0 ? here : at;
    }
}

static struct sx_cel_node *parse_conditional(struct parser *p)
{
    struct sx_cel_node *condition = parse_terms(p, SX_CEL_OR);
    size_t at = p->token.at;
    if (condition == NULL || !accept(p, '?'))
        return condition;
    struct sx_cel_node *then = parse_terms(p, SX_CEL_OR);
    if (then == NULL || !expect(p, ':', "':'"))
        return NULL;
    struct sx_cel_node *otherwise = parse_expr(p);
    if (otherwise == NULL)
        return NULL;
    return make(p, SX_CEL_CONDITIONAL, at, (struct sx_cel_node *[]){ condition, then, otherwise },
                3);
}

static struct sx_cel_node *parse_expr(struct parser *p)
{
    if (!enter(p))
        return NULL;
    struct sx_cel_node *node = parse_conditional(p);
    p->depth--;
    return node;
}

struct sx_cel_node *sx_cel_parse(struct sx_cel_compiler *c)
{
    struct parser p = { .c = c, .lexer = { .c = c } };
    advance(&p);
    struct sx_cel_node *root = parse_expr(&p);
    if (root != NULL && p.token.kind != SX_TOKEN_END)
        unexpected(&p, "an operator or the end");
    return p.failed || p.token.kind != SX_TOKEN_END ? NULL : root;
}
