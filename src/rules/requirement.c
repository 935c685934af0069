/* SPDX-License-Identifier: MIT */
#include "rules/requirement.h"

#include "facts/requirement.h"

static const struct sx_value spent = { .kind = SX_ERROR,
                                       .str = SX_LIT("the budget of steps is used up") };

/* A text, once it has been asked about: what it says, or why it says nothing. */
struct compiled {
    struct sx_requirement requirement;
    struct sx_str error; /* absent when there is none */
};

void sx_requirement_asker_init(struct sx_requirement_asker *asker, struct sx_arena *arena,
                               const struct sx_run *run)
{
    *asker = (struct sx_requirement_asker){ .arena = arena, .run = run };
    sx_table_init(&asker->compiled, arena);
    sx_table_init(&asker->reasons, arena);
}

static struct compiled *compile(struct sx_requirement_asker *asker, struct sx_str text)
{
    struct compiled *compiled = SX_NEW(asker->arena, struct compiled);
    struct sx_str own = sx_str_dup(asker->arena, text);
    struct sx_err err = { 0 };
    if (sx_requirement_read(own, asker->arena, &compiled->requirement, &err))
        compiled->error = (struct sx_str){ 0 };
    else if (err.line > 0)
        compiled->error =
            sx_str_printf(asker->arena, "%s, line %u, column %u", err.what, err.line, err.column);
    else
        compiled->error = sx_str_dup(asker->arena, sx_str_of(err.what));
    sx_table_put(&asker->compiled, own, compiled);
    return compiled;
}

/* NULL when the budget does not allow it: to find a text costs its length, to compile it more. */
static struct compiled *compiled_of(struct sx_cel_run *run, struct sx_str text)
{
    struct sx_requirement_asker *asker = run->context;
    if (!sx_cel_charge(run, 1 + text.len / 64))
        return NULL;
    struct compiled *compiled = sx_table_get(&asker->compiled, text);
    if (compiled != NULL)
        return compiled;
    return sx_cel_charge(run, text.len / 8) ? compile(asker, text) : NULL;
}

struct sx_value sx_rule_requirement_error(struct sx_cel_run *run, const struct sx_value *args)
{
    const struct compiled *compiled = compiled_of(run, args[0].str);
    if (compiled == NULL)
        return spent;
    return sx_string(compiled->error.ptr != NULL ? compiled->error : SX_STR(""));
}

/* One reason is one object, so that it is told once, however many rules and objects it stops. */
static struct sx_value nobody_knows(struct sx_requirement_asker *asker, const char *why)
{
    struct sx_unread *unread = sx_table_get(&asker->reasons, sx_str_of(why));
    if (unread == NULL) {
        unread = SX_NEW(asker->arena, struct sx_unread);
        unread->what = SX_STR("requirements");
        unread->state = SX_UNREAD_OUT_OF_REACH;
        unread->reason = sx_str_dup(asker->arena, sx_str_of(why));
        sx_table_put(&asker->reasons, unread->reason, unread);
    }
    return (struct sx_value){ .kind = SX_UNKNOWN, .unread = unread };
}

static struct sx_value unread(const struct sx_unread *why)
{
    return (struct sx_value){ .kind = SX_UNKNOWN, .unread = why };
}

static struct sx_value evaluate(struct sx_cel_run *run, const struct sx_requirement *requirement,
                                const struct sx_requirement_subject *subject)
{
    struct sx_requirement_answer answer;
    sx_requirement_evaluate(requirement, subject, run->steps, run->arena, &answer);
    if (!sx_cel_charge(run, answer.steps))
        return spent;
    if (answer.met == SX_MET_UNKNOWN)
        return nobody_knows(run->context, answer.why);
    if (answer.met == SX_MET_ERROR)
        return sx_cel_error(run, "%s", answer.why);
    return sx_bool(answer.met == SX_MET_YES);
}

static struct sx_value ask(struct sx_cel_run *run, const struct compiled *compiled,
                           const struct sx_Code *code, const struct sx_Slice *slice)
{
    struct sx_requirement_asker *asker = run->context;
    struct sx_requirement_subject subject;
    if (slice->signature == NULL)
        return sx_bool(false);
    const struct sx_unread *why =
        sx_requirement_subject_of(asker->run, code, slice, run->arena, &subject);
    if (why != NULL)
        return unread(why);
    return sx_is_signed(slice) ? evaluate(run, &compiled->requirement, &subject) : sx_bool(false);
}

static struct sx_value not_compiled(struct sx_cel_run *run, const struct compiled *compiled)
{
    return compiled == NULL ? spent
                            : sx_cel_error(run, "satisfies: %.*s", SX_STR_ARG(compiled->error));
}

struct sx_value sx_rule_slice_satisfies(struct sx_cel_run *run, const struct sx_value *args)
{
    const struct compiled *compiled = compiled_of(run, args[1].str);
    if (compiled == NULL || compiled->error.ptr != NULL)
        return not_compiled(run, compiled);
    const struct sx_Slice *slice = (const struct sx_Slice *)args[0].object;
    return ask(run, compiled, slice->code, slice);
}

/* Every slice has to; one that does not decides whatever is not known of others. */
struct sx_value sx_rule_code_satisfies(struct sx_cel_run *run, const struct sx_value *args)
{
    const struct compiled *compiled = compiled_of(run, args[1].str);
    if (compiled == NULL || compiled->error.ptr != NULL)
        return not_compiled(run, compiled);
    const struct sx_Code *code = (const struct sx_Code *)args[0].object;
    struct sx_value slices =
        sx_object_get(args[0].object, sx_type_member(&sx_type_Code, SX_STR("slices")));
    if (slices.kind == SX_UNKNOWN)
        return slices;
    struct sx_value all = sx_bool(code->slices.n > 0);
    for (size_t i = 0; i < code->slices.n; i++) {
        struct sx_value one = ask(run, compiled, code, SX_AT(Slice, code->slices, i));
        if (one.kind == SX_BOOL && !one.b)
            return one;
        if (one.kind != SX_BOOL && all.kind == SX_BOOL)
            all = one;
    }
    return all;
}
