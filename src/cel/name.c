/* SPDX-License-Identifier: MIT */
#include "cel/name.h"

bool sx_cel_chain_of(struct sx_cel_node *node, struct sx_cel_chain *out)
{
    size_t n = 1;
    for (const struct sx_cel_node *at = node; at->op == SX_CEL_SELECT; at = at->arg[0])
        n++;
    out->n = n;
    for (size_t i = n - 1; i > 0; i--, node = node->arg[0])
        out->parts[i] = node;
    out->parts[0] = node;
    return node->op == SX_CEL_NAME;
}

static struct sx_str part_name(const struct sx_cel_node *part)
{
    return part->op == SX_CEL_SELECT ? part->select->name : part->name;
}

struct sx_str sx_cel_chain_text(struct sx_arena *arena, const struct sx_cel_chain *chain)
{
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    for (size_t i = 0; i < chain->n; i++) {
        if (i > 0)
            sx_buf_char(&text, '.');
        sx_buf_str(&text, part_name(chain->parts[i]));
    }
    return sx_str_dup(arena, sx_buf_view(&text));
}

/* Takes `part` off the front of `*rest`, with a dot before it unless it is the first. */
static bool take_part(struct sx_str *rest, struct sx_str part, bool first)
{
    if (part.len == 0)
        return true;
    if (!first) {
        if (!sx_str_starts(*rest, SX_STR(".")))
            return false;
        *rest = sx_str_sub(*rest, 1, rest->len);
    }
    if (!sx_str_starts(*rest, part))
        return false;
    *rest = sx_str_sub(*rest, part.len, rest->len);
    return true;
}

/* Is `name` the container and then the first `n` parts of the chain? */
static bool is_name(const char *name, struct sx_str container, const struct sx_cel_chain *chain,
                    size_t n)
{
    struct sx_str rest = sx_str_of(name);
    if (!take_part(&rest, container, true))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!take_part(&rest, part_name(chain->parts[i]), i == 0 && container.len == 0))
            return false;
    return rest.len == 0;
}

/* The container around a container: "a.b", then "a", then "". */
static struct sx_str around(struct sx_str container)
{
    while (container.len > 0 && container.ptr[container.len - 1] != '.')
        container.len--;
    return sx_str_sub(container, 0, container.len > 0 ? container.len - 1 : 0);
}

static bool resolve_variable(struct sx_cel_compiler *c, struct sx_str container,
                             const struct sx_cel_chain *chain, size_t n)
{
    for (size_t i = 0; i < c->env->n_variables; i++)
        if (is_name(c->env->variables[i].name, container, chain, n)) {
            struct sx_cel_node *node = chain->parts[n - 1];
            node->op = SX_CEL_VARIABLE;
            node->n = 0;
            node->slot = i;
            node->type = c->env->no_check ? SX_CEL_T(DYN) : &c->env->variables[i].spec;
            return true;
        }
    return false;
}

/* Types are values, with these names. */
static bool resolve_type(const struct sx_cel_chain *chain, size_t n)
{
    static const char *const names[] = {
        "bool",
        "bytes",
        "double",
        "dyn",
        "int",
        "list",
        "map",
        "null_type",
        "string",
        "type",
        "uint",
        "google.protobuf.Timestamp",
        "google.protobuf.Duration",
    };
    for (size_t i = 0; i < SX_LEN(names); i++)
        if (is_name(names[i], SX_STR(""), chain, n)) {
            struct sx_cel_node *node = chain->parts[n - 1];
            node->op = SX_CEL_LITERAL;
            node->n = 0;
            node->value = (struct sx_value){ .kind = SX_TYPE, .str = sx_str_of(names[i]) };
            node->type = SX_CEL_T(TYPE);
            return true;
        }
    return false;
}

static bool resolve_first(struct sx_cel_compiler *c, const struct sx_cel_chain *chain, size_t n)
{
    struct sx_str container = chain->parts[0]->rooted || c->env->container == NULL
                                  ? SX_STR("")
                                  : sx_str_of(c->env->container);
    for (;; container = around(container)) {
        if (resolve_variable(c, container, chain, n))
            return true;
        if (container.len == 0)
            return resolve_type(chain, n);
    }
}

size_t sx_cel_resolve(struct sx_cel_compiler *c, const struct sx_cel_chain *chain)
{
    for (size_t n = chain->n; n > 0; n--)
        if (resolve_first(c, chain, n))
            return n;
    return 0;
}

static void add_standard(struct sx_cel_compiler *c, struct sx_str name, enum sx_cel_style style,
                         struct sx_cel_overloads *out)
{
    for (size_t i = 0; i < sx_cel_n_standard; i++)
        for (size_t j = 0; j < sx_cel_standard[i]->n; j++) {
            const struct sx_cel_overload *o = &sx_cel_standard[i]->at[j];
            if (o->name.len == name.len && (o->style & style) != 0 && sx_str_eq(o->name, name))
                SX_PUSH(c->arena, out, o);
        }
}

/* A function of the environment as the overload that it is. */
static const struct sx_cel_overload *overload_of(struct sx_arena *arena,
                                                 const struct sx_cel_function *f)
{
    struct sx_cel_overload *o = SX_NEW(arena, struct sx_cel_overload);
    *o = (struct sx_cel_overload){ .name = sx_str_of(f->name),
                                   .style = f->is_member ? SX_CEL_MEMBER : SX_CEL_GLOBAL,
                                   .n_args = (uint8_t)f->n_args,
                                   .result = &f->result,
                                   .call = f->call };
    for (size_t i = 0; i < f->n_args; i++)
        o->args[i] = &f->args[i];
    return o;
}

static void add_own(struct sx_cel_compiler *c, struct sx_str name, bool is_member,
                    struct sx_cel_overloads *out)
{
    for (size_t i = 0; i < c->env->n_functions; i++) {
        const struct sx_cel_function *f = &c->env->functions[i];
        if (f->is_member == is_member && sx_str_is(name, f->name))
            SX_PUSH(c->arena, out, overload_of(c->arena, f));
    }
}

void sx_cel_functions_of(struct sx_cel_compiler *c, struct sx_str name, bool is_member, bool rooted,
                         struct sx_cel_overloads *out)
{
    struct sx_str container = c->env->container == NULL || is_member || rooted
                                  ? SX_STR("")
                                  : sx_str_of(c->env->container);
    for (; container.len > 0 && out->n == 0; container = around(container)) {
        struct sx_str full =
            sx_str_printf(c->arena, "%.*s.%.*s", SX_STR_ARG(container), SX_STR_ARG(name));
        add_own(c, full, is_member, out);
    }
    if (out->n > 0)
        return;
    add_own(c, name, is_member, out);
    add_standard(c, name, is_member ? SX_CEL_MEMBER : SX_CEL_GLOBAL, out);
}

struct names {
    struct sx_str *at;
    size_t n, cap;
};

static struct sx_str nearest(const struct names *names, struct sx_str name)
{
    size_t i = sx_str_nearest(name, names->at, names->n);
    return i < names->n ? names->at[i] : (struct sx_str){ 0 };
}

struct sx_str sx_cel_nearest_member(struct sx_cel_compiler *c, const struct sx_type *type,
                                    struct sx_str name)
{
    struct names names = { 0 };
    for (size_t i = 0; i < type->n_members; i++)
        SX_PUSH(c->arena, &names, sx_str_of(type->members[i].name));
    return nearest(&names, name);
}

struct sx_str sx_cel_nearest_value(struct sx_cel_compiler *c,
                                   const struct sx_enumeration *enumeration, struct sx_str name)
{
    struct names names = { 0 };
    for (size_t i = 0; i < enumeration->n; i++)
        SX_PUSH(c->arena, &names, sx_str_of(enumeration->at[i].name));
    return nearest(&names, name);
}

struct sx_str sx_cel_nearest_function(struct sx_cel_compiler *c, struct sx_str name)
{
    static const char *const macros[] = {
        "has",    "all",       "exists",        "exists_one",   "map",
        "filter", "existsOne", "transformList", "transformMap", "transformMapEntry"
    };
    struct names names = { 0 };
    for (size_t i = 0; i < c->env->n_functions; i++)
        SX_PUSH(c->arena, &names, sx_str_of(c->env->functions[i].name));
    for (size_t i = 0; i < sx_cel_n_standard; i++)
        for (size_t j = 0; j < sx_cel_standard[i]->n; j++)
            if (sx_cel_standard[i]->at[j].name.ptr[0] != '_')
                SX_PUSH(c->arena, &names, sx_cel_standard[i]->at[j].name);
    for (size_t i = 0; i < SX_LEN(macros); i++)
        SX_PUSH(c->arena, &names, sx_str_of(macros[i]));
    return nearest(&names, name);
}
