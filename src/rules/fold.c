/* SPDX-License-Identifier: MIT */
/* One cause, one finding: a hit whose rule follows another rule is laid under a hit of that
 * rule, when there is one near. */
#include "rules/case.h"

/* How near a cause is; the nearest is taken. */
enum nearness { UNRELATED, SAME_ARTIFACT, HOST_OR_NESTED, SAME_CODE, SAME_SLICE };

/* Chains are followed to their root; rules that follow each other in a ring would never end. */
enum { LONGEST_CHAIN = 16 };

struct hits {
    SX_VEC(struct sx_hit *) hits;
};

struct folder {
    struct sx_case *c;
    struct sx_table of_code; /* code object to struct hits */
    struct hits loose;       /* those that have to do with no code object */
};

const struct sx_Code *sx_hit_code(const struct sx_hit *hit)
{
    const struct sx_object *const *of = hit->subject;
    const struct sx_Job *job = (const struct sx_Job *)of[SX_NAME_JOB];
    const struct sx_object *code = of[SX_NAME_CODE];
    code = code != NULL ? code : of[SX_NAME_NEW];
    code = code != NULL ? code : of[SX_NAME_OLD];
    if (code == NULL && job != NULL && job->code != NULL)
        code = &job->code->head;
    return (const struct sx_Code *)code;
}

static struct hits *hits_of(struct folder *f, const struct sx_Code *code)
{
    return sx_table_get(&f->of_code, sx_code_key(&code));
}

static void file_hit(struct folder *f, struct sx_hit *hit)
{
    const struct sx_Code *code = sx_hit_code(hit);
    struct hits *hits = code != NULL ? hits_of(f, code) : &f->loose;
    if (hits == NULL) {
        hits = SX_NEW(f->c->arena, struct hits);
        if (!sx_table_put(&f->of_code, sx_str_dup(f->c->arena, sx_code_key(&code)), hits))
            return; /* it was not there a moment ago */
    }
    SX_PUSH(f->c->arena, &hits->hits, hit);
}

/* Two rules that ask slices speak of the one that they were asked about. */
static bool ask_slices(const struct sx_hit *a, const struct sx_hit *b)
{
    return a->charge != b->charge && a->charge->rule->scope == SX_SCOPE_SLICE &&
           b->charge->rule->scope == SX_SCOPE_SLICE;
}

static enum nearness nearness(const struct sx_hit *a, const struct sx_hit *b)
{
    const struct sx_Code *x = sx_hit_code(a), *y = sx_hit_code(b);
    const struct sx_object *s = a->subject[SX_NAME_SLICE], *t = b->subject[SX_NAME_SLICE];
    if (x == NULL || y == NULL)
        return SAME_ARTIFACT;
    if ((x == y && s != NULL && t != NULL) || ask_slices(a, b)) /* one says nothing of another */
        return s == t ? SAME_SLICE : UNRELATED;
    if (x == y)
        return SAME_CODE;
    return x->host == y || y->host == x ? HOST_OR_NESTED : UNRELATED;
}

static bool follows(const struct sx_rule *rule, const struct sx_rule *cause)
{
    for (size_t i = 0; i < rule->follows.n; i++)
        if (sx_str_starts(cause->id, rule->follows.at[i]))
            return true;
    return false;
}

/* Not from itself, but from the same of what lies within: a bundle is invalid because the code in
 * it is. So no ring begins here. */
static bool is_itself(const struct sx_hit *hit, const struct sx_hit *other)
{
    const struct sx_Code *outer = sx_hit_code(hit), *inner = sx_hit_code(other);
    return hit->charge == other->charge && (outer == NULL || inner == NULL || inner->host != outer);
}

/* What is told under a cause is counted and judged as that: an error does not go under a warning.
 */
static bool may_cause(const struct sx_hit *hit, const struct sx_hit *other)
{
    return other->charge->severity >= hit->charge->severity && !is_itself(hit, other) &&
           follows(hit->charge->rule, other->charge->rule);
}

static void consider(struct sx_hit *hit, const struct hits *among, enum nearness *best)
{
    for (size_t i = 0; among != NULL && i < among->hits.n; i++) {
        struct sx_hit *other = among->hits.at[i];
        if (!may_cause(hit, other))
            continue;
        enum nearness near = nearness(hit, other);
        bool is_better = near > *best;
        if (near == *best && near != UNRELATED)
            is_better = sx_str_cmp(other->charge->rule->id, hit->cause->charge->rule->id) < 0;
        if (is_better) {
            *best = near;
            hit->cause = other;
        }
    }
}

static void find_cause(struct folder *f, struct sx_hit *hit)
{
    const struct sx_Code *code = sx_hit_code(hit);
    enum nearness best = UNRELATED;
    if (code == NULL) {
        consider(hit, &(struct hits){ .hits = { f->c->hits.at, f->c->hits.n, f->c->hits.cap } },
                 &best);
        return;
    }
    consider(hit, hits_of(f, code), &best);
    if (hit->charge->rule->is_near)
        return;
    if (best < HOST_OR_NESTED && code->host != NULL)
        consider(hit, hits_of(f, code->host), &best);
    for (size_t i = 0; best < SAME_CODE && i < code->nested.n; i++)
        consider(hit, hits_of(f, SX_AT(Code, code->nested, i)), &best);
    if (best == UNRELATED)
        consider(hit, &f->loose, &best);
}

/* What is wrong with a slice, as far as the hit follows from it. */
static struct sx_hit *cause_in(struct folder *f, const struct sx_hit *hit,
                               const struct sx_object *slice)
{
    const struct hits *hits = hits_of(f, ((const struct sx_Slice *)slice)->code);
    for (size_t i = 0; hits != NULL && i < hits->hits.n; i++)
        if (hits->hits.at[i]->subject[SX_NAME_SLICE] == slice && may_cause(hit, hits->hits.at[i]))
            return hits->hits.at[i];
    return NULL;
}

/* A slice that holds something against others, such as the libraries that it loads, is no second
 * fault where every one of those has a fault of its own that tells it. */
static void blame_others(struct folder *f, struct sx_hit *hit)
{
    const struct sx_rule *rule = hit->charge->rule;
    struct sx_hit *first = NULL;
    if (rule->scope != SX_SCOPE_SLICE || rule->offending == NULL)
        return;
    struct sx_value others = sx_case_offending(f->c, hit);
    for (size_t i = 0; i < others.list.n; i++) {
        struct sx_value other = sx_list_at(others, i);
        bool is_slice = other.kind == SX_OBJECT && other.object->type == &sx_type_Slice;
        struct sx_hit *cause = is_slice ? cause_in(f, hit, other.object) : NULL;
        if (cause == NULL)
            return;
        first = first == NULL ? cause : first;
    }
    hit->cause = first;
}

static struct sx_hit *root_of(struct sx_hit *hit)
{
    struct sx_hit *root = hit;
    for (int i = 0; i < LONGEST_CHAIN && root->cause != NULL; i++)
        root = root->cause;
    return root->cause == NULL && root != hit ? root : NULL;
}

void sx_case_fold(struct sx_case *c)
{
    struct folder f = { .c = c };
    sx_table_init(&f.of_code, c->arena);
    for (size_t i = 0; i < c->hits.n; i++)
        file_hit(&f, c->hits.at[i]);
    for (size_t i = 0; i < c->hits.n; i++)
        if (c->hits.at[i]->charge->rule->follows.n > 0)
            find_cause(&f, c->hits.at[i]);
    for (size_t i = 0; i < c->hits.n; i++)
        if (c->hits.at[i]->charge->rule->follows.n > 0 && c->hits.at[i]->cause == NULL)
            blame_others(&f, c->hits.at[i]);
    for (size_t i = 0; i < c->hits.n; i++)
        c->hits.at[i]->cause = root_of(c->hits.at[i]);
}
