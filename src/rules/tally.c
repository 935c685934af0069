/* SPDX-License-Identifier: MIT */
/* The counts behind the words of verdicts. */
#include "rules/verdict.h"

static bool is_executable(const struct sx_Code *code)
{
    for (size_t i = 0; i < code->slices.n; i++)
        if (SX_AT(Slice, code->slices, i)->fileType == SX_FILE_TYPE_EXECUTE)
            return true;
    return false;
}

/* Nested code that is not signed is its host's problem: the seal says what has to be signed.
 * Debug symbols lie beside the product in every Xcode archive, and nobody signs them. */
static bool is_unsigned_root(const struct sx_Code *code)
{
    for (size_t i = 0; code->host == NULL && i < code->slices.n; i++) {
        const struct sx_Slice *slice = SX_AT(Slice, code->slices, i);
        if (slice->fileType != SX_FILE_TYPE_DSYM && slice->signature != NULL &&
            slice->signature->state == SX_SIGNATURE_STATE_UNSIGNED)
            return true;
    }
    return false;
}

static struct sx_value get(const struct sx_object *object, const char *member)
{
    return sx_object_get(object, sx_type_member(object->type, sx_str_of(member)));
}

static void count_code(struct sx_tally *t, const struct sx_Code *code)
{
    t->n_code++;
    t->n_executables += is_executable(code);
    t->n_extensions += sx_is_system_extension(code);
    t->n_app_extensions += code->kind == SX_CODE_KIND_APP_EXTENSION;
    t->n_unsigned += is_unsigned_root(code);
    t->is_stapled |= get(&code->head, "ticket").kind == SX_OBJECT;
    for (size_t i = 0; i < code->slices.n; i++) {
        struct sx_value covered = get(code->slices.at[i], "notarized");
        if (code->installer != NULL || code->diskImage != NULL)
            continue; /* what holds code is one thing, and no slice */
        t->has_codeless |= SX_AT(Slice, code->slices, i)->arch.ptr == NULL;
        t->n_signable++;
        t->n_covered += covered.kind == SX_BOOL && covered.b;
    }
    for (size_t i = 0; i < code->claims.n; i++)
        t->n_claims += SX_AT(Claim, code->claims, i)->class == SX_CLAIM_CLASS_RESTRICTED;
}

/* Every finding and consequence, one after the other. */
typedef void on_finding(struct sx_tally *t, const struct sx_finding *finding, void *context);

static void each_finding(struct sx_tally *t, on_finding *call, void *context)
{
    for (size_t i = 0; i < t->out->n_findings; i++) {
        const struct sx_finding *f = t->out->findings[i];
        call(t, f, context);
        for (size_t k = 0; k < f->n_consequences; k++)
            call(t, f->consequences[k], context);
    }
}

static void note_killed(struct sx_tally *t, const struct sx_finding *f, void *context)
{
    struct sx_table *killed = context;
    const struct sx_object *owner = f->owner;
    if (!sx_fails(f, SX_GATE_LAUNCH) || owner->type != &sx_type_Code ||
        !is_executable((const struct sx_Code *)owner))
        return;
    struct sx_str key = { (const char *)&owner, sizeof(owner) };
    if (sx_table_put(killed, sx_str_dup(killed->arena, key), t))
        t->n_killed++;
}

/* What findings stop: the extension they are on, all of the host they are on, or all there are. */
struct stopped {
    struct sx_table code;
    bool all;
};

/* A finding on anything but an extension or its host stops them all. */
static void note_stopped(struct sx_tally *t, const struct sx_finding *f, void *context)
{
    struct stopped *stopped = context;
    const struct sx_Code *code = (const struct sx_Code *)f->owner;
    if (!sx_fails(f, SX_GATE_ACTIVATION))
        return;
    bool is_extension = f->owner->type == &sx_type_Code && sx_is_system_extension(code);
    if (f->owner->type != &sx_type_Code || (!is_extension && code->nested.n == 0))
        stopped->all = true;
    else if (sx_table_get(&stopped->code, sx_code_key(&code)) == NULL)
        (void)sx_table_put(&stopped->code, sx_str_dup(t->arena, sx_code_key(&code)), t);
}

static bool is_stopped(const struct stopped *stopped, const struct sx_Code *extension)
{
    const struct sx_Code *host = extension->host;
    bool has_host = host != NULL && !sx_is_system_extension(host);
    return stopped->all || sx_table_get(&stopped->code, sx_code_key(&extension)) != NULL ||
           (has_host && sx_table_get(&stopped->code, sx_code_key(&host)) != NULL);
}

static void count_stopped(struct sx_tally *t, const struct stopped *stopped,
                          const struct sx_Artifact *artifact)
{
    for (size_t i = 0; i < artifact->code.n; i++) {
        const struct sx_Code *code = SX_AT(Code, artifact->code, i);
        t->n_stopped += sx_is_system_extension(code) && is_stopped(stopped, code);
    }
}

/* Something is to be built, and nothing is. */
static bool is_source(const struct sx_tally *t)
{
    bool is = false;
    for (size_t i = 0; i < t->n_cases; i++) {
        const struct sx_Artifact *artifact = t->cases[i]->artifact;
        bool is_here = artifact->kind == SX_ARTIFACT_KIND_ENTITLEMENTS ||
                       artifact->kind == SX_ARTIFACT_KIND_SOURCE;
        if (artifact->code.n > 0 && !is_here)
            return false;
        is = is || (artifact->code.n > 0 && is_here);
    }
    return is;
}

/* The log of what Apple accepted lists the ticket, stapled or not. */
static bool lists_ticket(const struct sx_map *log)
{
    const struct sx_value *hashes = sx_map_get(log, SX_STR("ticketContents"));
    return hashes != NULL && hashes->kind == SX_LIST && hashes->list.n > 0;
}

static void count_cases(struct sx_tally *t)
{
    struct sx_table killed;
    struct stopped stopped = { .all = false };
    sx_table_init(&killed, t->arena);
    sx_table_init(&stopped.code, t->arena);
    each_finding(t, note_stopped, &stopped);
    t->is_source = is_source(t);
    for (size_t i = 0; i < t->n_cases; i++) {
        const struct sx_Artifact *artifact = t->cases[i]->artifact;
        t->gates |= t->cases[i]->gates;
        for (size_t k = 0; k < artifact->code.n; k++)
            count_code(t, SX_AT(Code, artifact->code, k));
        count_stopped(t, &stopped, artifact);
        t->has_ticket |= artifact->log != NULL && lists_ticket(artifact->log);
    }
    t->has_ticket |= t->is_stapled;
    each_finding(t, note_killed, &killed);
}

/* Rules of the policy gate that had something to be asked of; the same rule counts once. */
static void count_policy(struct sx_tally *t)
{
    struct sx_table seen;
    sx_table_init(&seen, t->arena);
    for (size_t i = 0; i < t->n_cases; i++)
        for (size_t k = 0; k < t->cases[i]->n_charges; k++) {
            const struct sx_charge *charge = &t->cases[i]->charges[k];
            bool counts = charge->has_applied && (charge->gates & 1u << SX_GATE_POLICY) != 0;
            if (counts && sx_table_put(&seen, charge->rule->id, t))
                t->out->n_policy_rules++;
        }
}

static void count_broken(struct sx_tally *t, const struct sx_finding *f, void *context)
{
    if (sx_fails(f, SX_GATE_POLICY) && sx_table_put(context, f->rule->id, t))
        t->n_policy_broken++;
}

static void count_issues(struct sx_tally *t)
{
    for (size_t i = 0; i < t->out->n_findings; i++)
        if (t->out->findings[i]->status == SX_OPEN)
            t->n_issues += t->out->findings[i]->n_notary_issues;
}

void sx_tally_count(struct sx_tally *t)
{
    struct sx_table broken;
    sx_table_init(&broken, t->arena);
    count_cases(t);
    count_policy(t);
    count_issues(t);
    each_finding(t, count_broken, &broken);
}
