/* SPDX-License-Identifier: MIT */
/* A run: what is known, and found, of a number of paths. */
#include "api/handles.h"
#include "inspect/inspect.h"

const char *sxlint_version(void)
{
    return SX_VERSION;
}

static const char *c_string(struct sxlint_run *run, struct sx_str text)
{
    return sx_str_dup(run->arena, text.ptr != NULL ? text : SX_STR("")).ptr;
}

static void list_findings(struct sxlint_run *run)
{
    size_t n = 0;
    for (size_t i = 0; i < run->judged->n; i++)
        n += run->judged->at[i].n_findings;
    struct sxlint_finding *at = SX_NEW_N(run->arena, struct sxlint_finding, n);
    for (size_t i = 0; i < run->judged->n; i++) {
        for (size_t k = 0; k < run->judged->at[i].n_findings; k++) {
            const struct sx_finding *f = run->judged->at[i].findings[k];
            at[run->n_findings++] =
                (struct sxlint_finding){ .rule = c_string(run, f->rule->id),
                                         .name = c_string(run, f->rule->name),
                                         .severity = sx_severity_name(f->severity),
                                         .status = sx_status_name(f->status),
                                         .path = c_string(run, f->path),
                                         .message = c_string(run, f->message) };
        }
    }
    run->findings = at;
}

/* An artifact that could not be opened, or read at all, says nothing of the code in it. */
static bool is_unreadable(const struct sx_Artifact *artifact)
{
    const struct sx_member *code = sx_type_member(&sx_type_Artifact, SX_STR("code"));
    return sx_object_get(&artifact->head, code).kind == SX_UNKNOWN;
}

/* "cannot open build/Waffle.app: No such file or directory" */
static const char *why_unreadable(struct sxlint_run *run, const struct sx_Artifact *artifact)
{
    const struct sx_member *code = sx_type_member(&sx_type_Artifact, SX_STR("code"));
    struct sx_str path = sx_escape(run->arena, artifact->path);
    struct sx_str reason = sx_object_get(&artifact->head, code).unread->reason;
    if (sx_str_starts(reason, SX_STR("cannot "))) /* whoever could not open it names it */
        return c_string(run, reason);
    return sx_str_printf(run->arena, "cannot read %.*s: %.*s", SX_STR_ARG(path), SX_STR_ARG(reason))
        .ptr;
}

static void list_unreadable(struct sxlint_run *run)
{
    struct sx_objs artifacts = run->facts->artifacts;
    run->unreadable = SX_NEW_N(run->arena, const char *, artifacts.n);
    for (size_t i = 0; i < artifacts.n; i++) {
        const struct sx_Artifact *artifact = SX_AT(Artifact, artifacts, i);
        if (is_unreadable(artifact))
            run->unreadable[run->n_unreadable++] = why_unreadable(run, artifact);
    }
}

static struct sxlint_run *examine(const struct sxlint_policy *policy,
                                  const struct sx_target *target, const char *const *paths,
                                  size_t n_paths, struct sxlint_error *error)
{
    if (!policy->has_time) {
        api_fail(error, SXLINT_USAGE, "the policy says no time to judge at: as-of");
        return NULL;
    }
    struct sx_arena *arena = sx_arena_new();
    struct sx_question question = policy->question;
    question.target = target;
    if (!api_logs_of(policy, paths, n_paths, arena, &question.logs, error)) {
        sx_arena_free(arena);
        return NULL;
    }
    struct sxlint_run *run = SX_NEW(arena, struct sxlint_run);
    *run = (struct sxlint_run){ .arena = arena, .policy = policy };
    run->facts = sx_inspect(&question, paths, n_paths);
    list_unreadable(run);
    return run;
}

struct sxlint_run *sxlint_examine(const struct sxlint_policy *policy, const char *const *paths,
                                  size_t n_paths, struct sxlint_error *error)
{
    return examine(policy, NULL, paths, n_paths, error);
}

/* NULL, and the run is freed, when the policy does not fit the rules. */
static struct sxlint_run *judge(struct sxlint_run *run, const struct sx_Artifact *before,
                                struct sxlint_error *error)
{
    struct sx_err err = { 0 };
    struct sx_selection selection = api_selection(run->policy);
    selection.before = before;
    if (!sx_judge(run->facts, api_rules(run->policy), &selection, &run->judged, &err)) {
        api_fail_err(error, &err);
        sxlint_run_free(run);
        return NULL;
    }
    list_findings(run);
    return run;
}

static struct sxlint_run *check(const struct sxlint_policy *policy, const struct sx_target *target,
                                const char *const *paths, size_t n_paths,
                                struct sxlint_error *error)
{
    struct sxlint_run *run = examine(policy, target, paths, n_paths, error);
    return run != NULL ? judge(run, NULL, error) : NULL;
}

struct sxlint_run *sxlint_compare(const struct sxlint_policy *policy, const char *old_path,
                                  const char *new_path, struct sxlint_error *error)
{
    const char *const paths[] = { old_path, new_path };
    struct sxlint_run *run = examine(policy, NULL, paths, SX_LEN(paths), error);
    return run != NULL ? judge(run, SX_AT(Artifact, run->facts->artifacts, 0), error) : NULL;
}

struct sxlint_run *sxlint_check(const struct sxlint_policy *policy, const char *const *paths,
                                size_t n_paths, struct sxlint_error *error)
{
    return check(policy, NULL, paths, n_paths, error);
}

struct sxlint_run *sxlint_check_target(const struct sxlint_policy *policy,
                                       const struct sxlint_target *t, struct sxlint_error *error)
{
    const struct sx_target target = {
        .product = t->product,
        .entitlements = { t->entitlements, t->processed_entitlements },
        .info = { t->info, t->processed_info },
        .profile = t->profile,
        .identity = t->identity,
        .certificate = t->certificate,
        .team = t->team,
        .identifier = t->identifier,
        .archs = t->archs,
        .minos = t->minos,
        .sdk = t->sdk,
        .is_hardened = t->is_hardened,
        .embedded = t->embedded,
        .n_embedded = t->n_embedded,
        .variable = t->variable,
        .context = t->context,
    };
    return check(policy, &target, NULL, 0, error);
}

void sxlint_run_free(struct sxlint_run *run)
{
    if (run == NULL)
        return;
    sx_judgements_free(run->judged);
    sx_run_free(run->facts);
    sx_arena_free(run->arena);
}

/* The code. */

static bool was_not_examined(const struct sx_object *object)
{
    for (size_t i = 0; i < object->unread.n; i++)
        if (((const struct sx_unread *)object->unread.at[i])->state == SX_UNREAD_NOT_EXAMINED)
            return true;
    return false;
}

static bool is_incomplete(const struct sx_Artifact *artifact)
{
    bool incomplete = is_unreadable(artifact) || was_not_examined(&artifact->head);
    for (size_t i = 0; i < artifact->container.n; i++)
        incomplete = incomplete || was_not_examined(artifact->container.at[i]);
    return incomplete;
}

static enum sxlint_code code_of_facts(const struct sx_run *facts)
{
    for (size_t i = 0; i < facts->artifacts.n; i++)
        if (is_incomplete(SX_AT(Artifact, facts->artifacts, i)))
            return SXLINT_UNREADABLE;
    return SXLINT_OK;
}

static enum sxlint_code code_of(const struct sx_judgement *at, enum sx_severity fail_on)
{
    if (at->is_unreadable || at->is_incomplete)
        return SXLINT_UNREADABLE;
    for (size_t i = fail_on; i < SX_N_SEVERITIES; i++)
        if (at->count[i] > 0)
            return SXLINT_FINDINGS;
    return SXLINT_OK;
}

enum sxlint_code sxlint_run_code(const struct sxlint_run *run)
{
    enum sxlint_code highest = SXLINT_OK;
    if (run->judged == NULL)
        return code_of_facts(run->facts);
    for (size_t i = 0; i < run->judged->n; i++) {
        enum sxlint_code code = code_of(&run->judged->at[i], run->policy->fail_on);
        highest = code > highest ? code : highest;
    }
    return highest;
}

/* Reading. */

size_t sxlint_run_findings(const struct sxlint_run *run)
{
    return run->n_findings;
}

const struct sxlint_finding *sxlint_run_finding(const struct sxlint_run *run, size_t at)
{
    return at < run->n_findings ? &run->findings[at] : NULL;
}

const char *sxlint_finding_rule(const struct sxlint_finding *finding)
{
    return finding->rule;
}

const char *sxlint_finding_name(const struct sxlint_finding *finding)
{
    return finding->name;
}

const char *sxlint_finding_severity(const struct sxlint_finding *finding)
{
    return finding->severity;
}

const char *sxlint_finding_status(const struct sxlint_finding *finding)
{
    return finding->status;
}

const char *sxlint_finding_path(const struct sxlint_finding *finding)
{
    return finding->path;
}

const char *sxlint_finding_message(const struct sxlint_finding *finding)
{
    return finding->message;
}

size_t sxlint_run_unreadable(const struct sxlint_run *run)
{
    return run->n_unreadable;
}

const char *sxlint_run_unreadable_why(const struct sxlint_run *run, size_t at)
{
    return at < run->n_unreadable ? run->unreadable[at] : NULL;
}

struct sxlint_stats sxlint_run_stats(const struct sxlint_run *run)
{
    struct sxlint_stats stats = { .jobs = run->facts->question.jobs };
    for (size_t i = 0; run->facts->examined != NULL && i < run->facts->artifacts.n; i++) {
        stats.files += run->facts->examined[i].files;
        stats.bytes_read += run->facts->examined[i].bytes_read;
        stats.bytes_hashed += run->facts->examined[i].bytes_hashed;
    }
    return stats;
}
