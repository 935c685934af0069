/* SPDX-License-Identifier: MIT */
/* The Common Expression Language (github.com/google/cel-spec, doc/langdef.md): compile an
 * expression once, evaluate it many times. Knows nothing of code signing: names, types and
 * functions beyond the language come from the environment.
 *
 * An evaluation always ends: it has a budget of steps. It has three outcomes besides a value:
 * an error; an unknown value, when it depends on something unread (value/schema.h); or, for
 * bad text, no program at all. `false && unknown` is false, `true || unknown` is true, `all`
 * and `exists` likewise; where an error meets an unknown, unknown wins. Text positions of
 * values (struct sx_value.pos) survive selection and iteration. */
#pragma once
#include "value/schema.h"

struct sx_cel_run;

struct sx_cel_variable {
    const char *name;
    struct sx_spec spec; /* nullable: the name is bound and may be null */
};

/* A function beyond the standard ones. SX_T_PARAM in its types is a type parameter. */
struct sx_cel_function {
    const char *name;
    bool is_member; /* called as x.f(y): the target is the first argument */
    size_t n_args;  /* target included */
    struct sx_spec args[3];
    struct sx_spec result;
    /* Unknown arguments and errors never reach `call`; it may return either. What it does in
     * proportion to its arguments it charges by sx_cel_charge. */
    struct sx_value (*call)(struct sx_cel_run *run, const struct sx_value *args);
};

struct sx_cel_env {
    const struct sx_cel_variable *variables;
    size_t n_variables;
    const struct sx_cel_function *functions;
    size_t n_functions;
    const char *container; /* namespace in which names are looked up first, or NULL */
    bool no_check;         /* evaluate without type check: every name is dyn */
    bool no_macros;
};

struct sx_cel_program;

/* sx_cel_compile parses and type-checks. Everything lives in `arena`; `text` and `env` are
 * borrowed for the program's life. On failure `err` holds line and column within `text` (from
 * 1), and the nearest right name for an unknown name, member, function or enumeration value:
 * "no fact slice.signature.singer; the nearest is slice.signature.signer". */
SX_MUST_USE bool sx_cel_compile(const struct sx_cel_env *env, struct sx_str text,
                                struct sx_arena *arena, const struct sx_cel_program **out,
                                struct sx_err *err);

/* The static type of the result. */
const struct sx_spec *sx_cel_type(const struct sx_cel_program *program);

/* What an evaluation needs and uses up. One run serves many evaluations, one at a time. */
struct sx_cel_run {
    struct sx_arena *arena; /* results and temporaries; the caller marks and rewinds it */
    uint64_t steps;         /* left for this evaluation: one a node, or 64 bytes compared,
                               searched or copied; running out is an error */
    void *context;          /* for the environment's own functions */
};

/* sx_cel_eval evaluates with the value of each variable in the order of the environment. The
 * `pos` of an error is 1 + the offset in the expression where it came up. */
struct sx_value sx_cel_eval(const struct sx_cel_program *program, struct sx_cel_run *run,
                            const struct sx_value *variables);

/* sx_cel_charge takes steps from the budget; false when there are not so many. */
bool sx_cel_charge(struct sx_cel_run *run, uint64_t steps);
/* sx_cel_error makes an error value. */
struct sx_value sx_cel_error(struct sx_cel_run *run, const char *fmt, ...) SX_PRINTF(2, 3);

/* What a user of rules wants to know of an expression without evaluating it. */

/* sx_cel_literals looks among the conjuncts of the expression for `path == 'x'` and
 * `path in ['x', 'y']`, where path is written "code.kind"; returns the literals, or an empty
 * list when no conjunct has this form (then nothing is said about path). */
struct sx_strs sx_cel_literals(const struct sx_cel_program *program, const char *path,
                               struct sx_arena *arena);
/* sx_cel_offending derives from `R.all(x, P)`, alone or as the only such term of a
 * conjunction, the program `R.filter(x, !(P))` (of a map: the keys). NULL when the expression
 * has another form. */
const struct sx_cel_program *sx_cel_offending(const struct sx_cel_program *program,
                                              struct sx_arena *arena);
/* sx_cel_mentions tells whether the expression reads a member of a type. */
bool sx_cel_mentions(const struct sx_cel_program *program, const struct sx_type *type,
                     const char *member);
