/* SPDX-License-Identifier: MIT */
/* The walk over the facts. Where the subjects of every scope hang is a table of roads; a road
 * whose list was not read to its end holds up whatever would have been asked there. */
#include "rules/case.h"

#define NO_SCOPE SX_N_SCOPES

static const struct road {
    const struct sx_type *from;
    const char *member; /* an object or a list of them */
    const struct sx_type *to;
    enum sx_name name;   /* bound to each */
    enum sx_scope scope; /* asked of each; NO_SCOPE = only passed through */
} roads[] = {
    { &sx_type_Artifact, "code", &sx_type_Code, SX_NAME_CODE, SX_SCOPE_CODE },
    { &sx_type_Artifact, "profiles", &sx_type_Profile, SX_NAME_PROFILE, SX_SCOPE_PROFILE },
    { &sx_type_Artifact, "jobs", &sx_type_Job, SX_NAME_JOB, SX_SCOPE_JOB },
    { &sx_type_Artifact, "configurations", &sx_type_Configuration, SX_NAME_CONFIGURATION,
      NO_SCOPE },
    { &sx_type_Artifact, "container", &sx_type_Container, SX_N_NAMES, NO_SCOPE },
    { &sx_type_Code, "slices", &sx_type_Slice, SX_NAME_SLICE, SX_SCOPE_SLICE },
    { &sx_type_Code, "profile", &sx_type_Profile, SX_NAME_PROFILE, SX_SCOPE_PROFILE },
    { &sx_type_Code, "ticket", &sx_type_Ticket, SX_N_NAMES, NO_SCOPE },
    { &sx_type_Slice, "claims", &sx_type_Claim, SX_NAME_CLAIM, SX_SCOPE_CLAIM },
    { &sx_type_Slice, "signature", &sx_type_Signature, SX_N_NAMES, NO_SCOPE },
    { &sx_type_Configuration, "payloads", &sx_type_Payload, SX_NAME_PAYLOAD, SX_SCOPE_PAYLOAD },
#define PROBLEMS_OF(Type)                                                                          \
    {                                                                                              \
        &sx_type_##Type, "problems", &sx_type_Problem, SX_NAME_PROBLEM, SX_SCOPE_PROBLEM           \
    }
    PROBLEMS_OF(Code),
    PROBLEMS_OF(Signature),
    PROBLEMS_OF(Profile),
    PROBLEMS_OF(Ticket),
    PROBLEMS_OF(Job),
    PROBLEMS_OF(Configuration),
    PROBLEMS_OF(Container),
};

static void visit(struct sx_case *c, const struct sx_object *object);

/* What a road that cannot be taken holds up: the rules at its end and beyond. */
static unsigned gates_beyond(const struct sx_case *c, const struct road *road)
{
    unsigned gates = 0;
    if (road->scope != NO_SCOPE)
        gates = sx_dispatch_gates(c->dispatch, road->scope, road->from);
    if (road->scope == SX_SCOPE_CODE)
        gates |= sx_dispatch_gates(c->dispatch, SX_SCOPE_EXTENSION, road->from);
    for (size_t i = 0; i < SX_LEN(roads); i++)
        if (roads[i].from == road->to)
            gates |= gates_beyond(c, &roads[i]);
    return gates;
}

static void hold_up(struct sx_case *c, const struct road *road, const struct sx_unread *unread)
{
    unsigned gates = gates_beyond(c, road);
    if (gates != 0)
        sx_doubt_unread(c, unread, sx_str_printf(c->arena, "%s.%s", road->from->name, road->member),
                        gates);
}

static bool is_extension(const struct sx_Code *code)
{
    return code->host != NULL &&
           (code->kind == SX_CODE_KIND_APP_EXTENSION || sx_is_system_extension(code));
}

static void ask_extension(struct sx_case *c, const struct sx_Code *code)
{
    if (!is_extension(code))
        return;
    c->bound.of[SX_NAME_HOST] = sx_object_value(&code->host->head);
    sx_case_ask(c, SX_SCOPE_EXTENSION, &code->head);
    c->bound.of[SX_NAME_HOST] = sx_null();
}

static void step(struct sx_case *c, const struct road *road, const struct sx_object *from,
                 const struct sx_object *to)
{
    struct sx_value before = { 0 };
    if (road->name < SX_N_NAMES) {
        before = c->bound.of[road->name];
        c->bound.of[road->name] = sx_object_value(to);
    }
    if (road->scope != NO_SCOPE)
        sx_case_ask(c, road->scope, from);
    if (road->scope == SX_SCOPE_CODE)
        ask_extension(c, (const struct sx_Code *)to);
    visit(c, to);
    if (road->name < SX_N_NAMES)
        c->bound.of[road->name] = before;
}

static void take(struct sx_case *c, const struct road *road, const struct sx_object *object)
{
    const struct sx_member *member = sx_type_member(object->type, sx_str_of(road->member));
    struct sx_value v = sx_object_get(object, member);
    if (v.kind == SX_UNKNOWN)
        hold_up(c, road, v.unread);
    if (v.kind == SX_UNKNOWN && road->scope == SX_SCOPE_PROBLEM)
        v = sx_object_known(object, member); /* what was found before the looking ended */
    if (v.kind == SX_OBJECT)
        step(c, road, object, v.object);
    for (size_t i = 0; v.kind == SX_LIST && i < v.list.n; i++)
        step(c, road, object, sx_list_at(v, i).object);
}

/* What a container or the artifact itself did not give up. An entry that names a member is
 * told when a road or a rule meets it; the others name files. One that names the container itself
 * says that more is in it than was seen, and no gate passes over that; one that is broken as a
 * whole is a matter of the notary, who opens what nobody else does. */
static unsigned gates_of_file(const struct sx_case *c, const struct sx_object *owner,
                              const struct sx_unread *unread)
{
    bool is_whole = owner->type == &sx_type_Container && unread->state != SX_UNREAD_BROKEN &&
                    sx_str_eq(unread->what, sx_object_identity(owner));
    return is_whole ? c->gates : c->gates & 1u << SX_GATE_NOTARIZATION;
}

static void note_unread_files(struct sx_case *c, const struct sx_object *object)
{
    if (object->type != &sx_type_Artifact && object->type != &sx_type_Container)
        return;
    for (size_t i = 0; i < object->unread.n; i++) {
        const struct sx_unread *unread = (const struct sx_unread *)object->unread.at[i];
        if (sx_type_member(object->type, unread->what) == NULL)
            sx_doubt_file(c, unread, unread->what, gates_of_file(c, object, unread));
    }
}

void sx_case_note_unread(struct sx_case *c, const struct sx_Artifact *artifact)
{
    note_unread_files(c, &artifact->head);
    for (size_t i = 0; i < artifact->container.n; i++)
        note_unread_files(c, artifact->container.at[i]);
}

static void visit(struct sx_case *c, const struct sx_object *object)
{
    note_unread_files(c, object);
    for (size_t i = 0; i < SX_LEN(roads); i++)
        if (roads[i].from == object->type)
            take(c, &roads[i], object);
}

/* No reader lists the members of containers for rules yet. */
static void hold_up_members(struct sx_case *c)
{
    static const struct sx_unread unread = {
        .state = SX_UNREAD_OUT_OF_REACH,
        .reason = SX_LIT("this version of sxlint does not compute it"),
    };
    unsigned gates = sx_dispatch_gates(c->dispatch, SX_SCOPE_MEMBER, &sx_type_Artifact);
    if (gates != 0)
        sx_doubt_unread(c, &unread, SX_STR("Artifact.members"), gates);
}

void sx_case_walk(struct sx_case *c)
{
    c->bound.of[SX_NAME_ARTIFACT] = sx_object_value(&c->artifact->head);
    sx_case_ask(c, SX_SCOPE_ARTIFACT, &c->artifact->head);
    visit(c, &c->artifact->head);
    hold_up_members(c);
}
