/* SPDX-License-Identifier: MIT */
#include "report/requirement.h"

#include "base/limits.h"
#include "facts/requirement.h"
#include "report/layout.h"
#include "report/words.h"

/* Clauses in clauses; what nests deeper stands on one line. */
enum { MAX_DEPTH = 6 };

struct tester {
    struct sx_layout *l;
    struct sx_arena *arena;
    const struct sx_run *run;
    const struct sx_requirement *requirement;
    enum sx_met worst; /* of all that was asked */
};

/* What one slice says. */
struct answer {
    const struct sx_Slice *slice;
    struct sx_requirement_subject subject;
    enum sx_met met;
    const char *why;      /* it is not known, or there is nothing to ask */
    const uint8_t *nodes; /* NULL when nothing was asked */
};

/* Marks. */

static const struct mark {
    const char *words;
    enum sx_role role;
    enum sx_symbol symbol; /* SX_N_SYMBOLS: a question mark */
} marks[] = {
    [SX_MET_NO] = { "not satisfied by", SX_BAD, SX_SYMBOL_CROSS },
    [SX_MET_YES] = { "satisfied by", SX_GOOD, SX_SYMBOL_CHECK },
    [SX_MET_UNKNOWN] = { "not known of", SX_CAUTION, SX_N_SYMBOLS },
    [SX_MET_ERROR] = { "cannot be asked of", SX_BAD, SX_SYMBOL_CROSS },
};

static void write_mark(struct tester *t, enum sx_met met, size_t indent)
{
    const struct mark *mark = &marks[met];
    sx_layout_to(t->l, indent);
    sx_layout_hang(t->l, indent + 2);
    sx_layout_cstr(t->l, mark->role,
                   mark->symbol == SX_N_SYMBOLS ? "?" : sx_symbol_text(t->l->style, mark->symbol));
    sx_layout_blanks(t->l, 1);
}

/* Clauses. */

static bool is_pair(const struct sx_requirement_node *node)
{
    return node->op == SX_REQ_AND || node->op == SX_REQ_OR;
}

static void write_found(struct tester *t, const struct answer *a,
                        const struct sx_requirement_node *node, size_t indent)
{
    struct sx_str found = sx_requirement_found(node, &a->subject, t->arena);
    if (found.ptr == NULL)
        return;
    sx_layout_label(t->l, indent, "found", indent + 7);
    sx_layout_text(t->l, SX_PLAIN, sx_escape(t->arena, sx_cut_value(t->arena, found)));
    sx_layout_line(t->l);
}

static void write_leaf(struct tester *t, const struct answer *a,
                       const struct sx_requirement_node *node, size_t depth)
{
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    enum sx_met met = (enum sx_met)a->nodes[node->at];
    (void)sx_requirement_node_text(node, &text); /* shown, not read again */
    write_mark(t, met, 2 * depth);
    sx_layout_text(t->l, SX_PLAIN, sx_buf_view(&text));
    sx_layout_line(t->l);
    if (met == SX_MET_NO)
        write_found(t, a, node, 2 * depth + 2);
}

static void write_clause(struct tester *t, const struct answer *a,
                         const struct sx_requirement_node *node, size_t depth);

/* The sides of a chain of one operator, in order: such a chain nests to the left or the right. */
static void write_sides(struct tester *t, const struct answer *a,
                        const struct sx_requirement_node *node, enum sx_requirement_op op,
                        size_t depth)
{
    if (node->op != op) {
        write_clause(t, a, node, depth);
        return;
    }
    write_sides(t, a, node->left, op, depth);
    write_sides(t, a, node->right, op, depth);
}

static void write_clause(struct tester *t, const struct answer *a,
                         const struct sx_requirement_node *node, size_t depth)
{
    if (!is_pair(node) || depth >= MAX_DEPTH) {
        write_leaf(t, a, node, depth);
        return;
    }
    write_mark(t, (enum sx_met)a->nodes[node->at], 2 * depth);
    sx_layout_cstr(t->l, SX_PLAIN, node->op == SX_REQ_AND ? "all of" : "any of");
    sx_layout_line(t->l);
    write_sides(t, a, node, node->op, depth + 1);
}

/* What the whole requires of everything needs no heading. */
static void write_clauses(struct tester *t, const struct answer *a)
{
    if (a->nodes == NULL || t->requirement->root == NULL)
        return;
    if (t->requirement->root->op == SX_REQ_AND)
        write_sides(t, a, t->requirement->root, SX_REQ_AND, 1);
    else
        write_clause(t, a, t->requirement->root, 1);
}

/* Slices. */

static enum sx_met worse(enum sx_met a, enum sx_met b)
{
    static const uint8_t rank[] = {
        [SX_MET_YES] = 0, [SX_MET_NO] = 1, [SX_MET_UNKNOWN] = 2, [SX_MET_ERROR] = 3
    };
    return rank[a] > rank[b] ? a : b;
}

static void ask(struct tester *t, const struct sx_Code *code, struct answer *a)
{
    struct sx_requirement_answer answer;
    const struct sx_unread *unread =
        sx_requirement_subject_of(t->run, code, a->slice, t->arena, &a->subject);
    a->met = unread != NULL ? SX_MET_UNKNOWN : SX_MET_NO;
    if (unread != NULL)
        a->why = sx_str_dup(t->arena, unread->reason).ptr;
    else if (!sx_is_signed(a->slice))
        a->why = "it is not signed";
    if (a->why != NULL)
        return;
    sx_requirement_evaluate(t->requirement, &a->subject, SX_MAX_STEPS, t->arena, &answer);
    a->met = answer.met;
    a->why = answer.why;
    a->nodes = answer.nodes;
}

/* Whether two slices answer alike, down to what is found where one is asked in vain. */
static bool are_alike(struct tester *t, const struct answer *a, const struct answer *b,
                      const struct sx_requirement_node *node)
{
    if (a->nodes[node->at] != b->nodes[node->at])
        return false;
    if (node->left != NULL && !are_alike(t, a, b, node->left))
        return false;
    if (node->right != NULL && !are_alike(t, a, b, node->right))
        return false;
    return a->nodes[node->at] != SX_MET_NO ||
           sx_str_eq(sx_requirement_found(node, &a->subject, t->arena),
                     sx_requirement_found(node, &b->subject, t->arena));
}

static bool is_same(struct tester *t, const struct answer *a, const struct answer *b)
{
    if (a->met != b->met || (a->nodes == NULL) != (b->nodes == NULL))
        return false;
    if (a->nodes == NULL || t->requirement->root == NULL)
        return strcmp(a->why != NULL ? a->why : "", b->why != NULL ? b->why : "") == 0;
    return are_alike(t, a, b, t->requirement->root);
}

static void write_answer(struct tester *t, const struct sx_Code *code, const struct answer *a,
                         bool with_arch)
{
    write_mark(t, a->met, 0);
    sx_layout_cstr(t->l, SX_STRONG, marks[a->met].words);
    sx_layout_blanks(t->l, 1);
    sx_layout_name(t->l, SX_STRONG, code->path);
    if (with_arch)
        sx_layout_printf(t->l, SX_STRONG, " (%.*s)", SX_STR_ARG(a->slice->arch));
    sx_layout_line(t->l);
    if (a->why != NULL) {
        sx_layout_label(t->l, 2, "why", 9);
        sx_layout_text(t->l, SX_PLAIN, sx_escape(t->arena, sx_str_of(a->why)));
        sx_layout_line(t->l);
    }
    write_clauses(t, a);
    t->worst = worse(t->worst, a->met);
}

/* Slices that answer alike are told once; else each speaks for itself. */
static void test_code(struct tester *t, const struct sx_Code *code)
{
    struct answer *at = SX_NEW_N(t->arena, struct answer, code->slices.n);
    bool alike = true;
    for (size_t i = 0; i < code->slices.n; i++) {
        at[i].slice = SX_AT(Slice, code->slices, i);
        ask(t, code, &at[i]);
        alike = alike && is_same(t, &at[0], &at[i]);
    }
    for (size_t i = 0; i < (alike && code->slices.n > 0 ? 1 : code->slices.n); i++)
        write_answer(t, code, &at[i], !alike);
}

static void write_nothing(struct tester *t, struct sx_str path)
{
    write_mark(t, SX_MET_UNKNOWN, 0);
    sx_layout_cstr(t->l, SX_STRONG, "no code to ask in ");
    sx_layout_name(t->l, SX_STRONG, path);
    sx_layout_line(t->l);
    t->worst = worse(t->worst, SX_MET_UNKNOWN);
}

/* What holds other code is asked, and not what it holds. */
static void test_artifact(struct tester *t, const struct sx_Artifact *artifact)
{
    size_t n = 0;
    for (size_t i = 0; i < artifact->code.n; i++) {
        const struct sx_Code *code = SX_AT(Code, artifact->code, i);
        if (code->host != NULL || code->slices.n == 0)
            continue;
        test_code(t, code);
        n++;
    }
    if (n == 0)
        write_nothing(t, artifact->path);
}

bool sx_write_requirement_test(const struct sx_run *run, const struct sx_requirement *requirement,
                               const struct sx_style *style, struct sx_out out, enum sx_met *worst)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_layout l;
    struct tester t = {
        .l = &l, .arena = arena, .run = run, .requirement = requirement, .worst = SX_MET_YES
    };
    sx_layout_init(&l, style, out);
    for (size_t i = 0; i < run->artifacts.n; i++)
        test_artifact(&t, SX_AT(Artifact, run->artifacts, i));
    *worst = t.worst;
    return sx_layout_finish(&l);
}
