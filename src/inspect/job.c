/* SPDX-License-Identifier: MIT */
/* launchd jobs (launchd.plist(5)). */
#include "inspect/inspector.h"
#include "base/limits.h"
#include "value/plist.h"

#include <stdlib.h>

static int by_text(const void *a, const void *b)
{
    return sx_str_cmp(*(const struct sx_str *)a, *(const struct sx_str *)b);
}

/* MachServices is a dictionary whose keys are the names. */
static struct sx_strs mach_services(const struct sx_map *plist, struct sx_arena *arena)
{
    const struct sx_map *services = NULL;
    if (!sx_map_map(plist, "MachServices", &services))
        return (struct sx_strs){ 0 };
    struct sx_str *names = SX_NEW_N(arena, struct sx_str, services->n);
    for (size_t i = 0; i < services->n; i++)
        names[i] = services->at[i].key.str;
    if (services->n > 1)
        qsort(names, services->n, sizeof(*names), by_text);
    return (struct sx_strs){ names, services->n };
}

/* AssociatedBundleIdentifiers is a string or a list of strings. */
static struct sx_strs associated(const struct sx_map *plist, struct sx_arena *arena)
{
    struct sx_str *one = SX_NEW(arena, struct sx_str);
    if (sx_map_str(plist, "AssociatedBundleIdentifiers", one))
        return (struct sx_strs){ one, 1 };
    return sx_map_strs(plist, "AssociatedBundleIdentifiers", arena);
}

static enum sx_JobDomain domain_of(struct sx_str path)
{
    struct sx_str folder = sx_str_base(sx_path_parent(path));
    return sx_str_is(folder, "LaunchDaemons")  ? SX_JOB_DOMAIN_DAEMON
           : sx_str_is(folder, "LaunchAgents") ? SX_JOB_DOMAIN_AGENT
                                               : SX_JOB_DOMAIN_UNKNOWN;
}

static void read_keys(struct sx_Job *job, const struct sx_map *plist, struct sx_arena *arena)
{
    job->plist = plist;
    sx_map_str(plist, "Label", &job->label);
    sx_map_str(plist, "BundleProgram", &job->bundleProgram);
    if (!sx_map_str(plist, "Program", &job->program)) {
        struct sx_strs arguments = sx_map_strs(plist, "ProgramArguments", arena);
        if (arguments.n > 0)
            job->program = arguments.at[0];
    }
    job->machServices = mach_services(plist, arena);
    job->associatedIdentifiers = associated(plist, arena);
}

/* Members that come from the plist, for marking them when it cannot be read. */
static const char *const plist_members[] = { "label",        "program",     "bundleProgram",
                                             "machServices", "socketPaths", "associatedIdentifiers",
                                             "plist",        "constraint" };

static void unreadable(struct sx_subject *s, struct sx_Job *job, const struct sx_err *err)
{
    struct sx_problems problems = { .arena = s->in->arena };
    sx_unread_all(&job->head, s->in->arena, plist_members, SX_LEN(plist_members), err);
    if (sx_is_broken(err))
        sx_problem_add(&problems, SX_PROBLEM_JOB_UNREADABLE, (struct sx_str){ 0 }, err->off,
                       sx_reason_of(s->in->arena, err));
    job->problems = sx_problems_list(&problems);
}

static bool parse(struct sx_subject *s, struct sx_Job *job, struct sx_span bytes,
                  struct sx_err *err)
{
    struct sx_plist plist;
    SX_TRY(sx_plist_parse(bytes, s->in->arena, &plist, err));
    if (plist.root.kind != SX_MAP)
        return sx_fail(err, SX_E_FORMAT, 0, "the property list is no dictionary");
    struct sx_problems problems = { .arena = s->in->arena };
    read_keys(job, plist.root.map, s->in->arena);
    job->constraint = sx_inspect_spawn_constraint(s, job, &problems);
    job->problems = sx_problems_list(&problems);
    return true;
}

void sx_inspect_job(struct sx_subject *s, const struct sx_found_file *file,
                    const struct sx_Code *host)
{
    struct sx_Job *job = SX_FACT(s->in->arena, Job);
    struct sx_err err = { 0 };
    struct sx_span bytes = { 0 };
    job->path = sx_subject_path(s, file->path);
    bool is_installed = sx_is_installed(s, file->path);
    job->origin = host != NULL   ? SX_JOB_ORIGIN_BUNDLE
                  : is_installed ? SX_JOB_ORIGIN_INSTALLED
                                 : SX_JOB_ORIGIN_LOOSE;
    job->domain = (uint16_t)domain_of(file->path);
    job->host = host;
    job->file = sx_member_new(s, file->path, &file->entry);
    SX_PUSH(s->in->arena, &s->jobs, job);
    if (sx_subject_read(s, file->path, SX_MAX_SMALL_FILE, &bytes, &err)) {
        job->head.document = sx_document_new(s, file->path, sx_str_of_span(bytes));
        if (parse(s, job, bytes, &err))
            return;
    }
    unreadable(s, job, &err);
}

void sx_inspect_job_section(struct sx_subject *s, struct sx_Code *code, struct sx_span section)
{
    struct sx_Job *job = SX_FACT(s->in->arena, Job);
    struct sx_err err = { 0 };
    job->path = code->main->path;
    job->origin = SX_JOB_ORIGIN_SECTION;
    job->domain = SX_JOB_DOMAIN_DAEMON; /* SMJobBless installs daemons only */
    job->host = code;
    job->target = code->main;
    SX_PUSH(s->in->arena, &s->jobs, job);
    if (!parse(s, job, section, &err))
        unreadable(s, job, &err);
}

/* Where in the tree a job's program stands: BundleProgram counts from the bundle that holds the
 * plist; an absolute Program leads into the same bundle when it names its folder. */
static bool program_path(struct sx_subject *s, const struct sx_Job *job, struct sx_str host,
                         struct sx_str *out)
{
    struct sx_arena *arena = s->in->arena;
    if (job->bundleProgram.ptr != NULL) {
        *out = sx_path_join(arena, host, job->bundleProgram);
        return true;
    }
    if (job->program.ptr == NULL)
        return false;
    struct sx_str folder = sx_str_printf(arena, "/%.*s/", SX_STR_ARG(job->host->name));
    size_t at = sx_str_find(job->program, folder);
    if (at == job->program.len)
        return false;
    *out = sx_path_join(arena, host, sx_str_sub(job->program, at + folder.len, job->program.len));
    return true;
}

static void starts(struct sx_subject *s, struct sx_Job *job, struct sx_Code *code)
{
    const struct sx_object **jobs =
        SX_NEW_N(s->in->arena, const struct sx_object *, code->jobs.n + 1);
    if (code->jobs.n > 0)
        memcpy(jobs, code->jobs.at, code->jobs.n * sizeof(*jobs));
    jobs[code->jobs.n] = &job->head;
    code->jobs = (struct sx_objs){ jobs, code->jobs.n + 1 };
    job->code = code;
    job->target = code->main;
}

static const struct sx_found_code *found_of(const struct sx_subject *s, const struct sx_Code *facts)
{
    for (size_t i = 0; i < s->n_code; i++)
        if (s->code[i].facts == facts)
            return s->code[i].found;
    return NULL;
}

static void link_job(struct sx_subject *s, struct sx_Job *job, const struct sx_table *by_main)
{
    const struct sx_found_code *host = job->host != NULL ? found_of(s, job->host) : NULL;
    struct sx_str path;
    struct sx_tree_entry entry;
    struct sx_err ignored = { 0 }; /* a program that is not there has no target */
    if (host == NULL)
        return;
    if (job->origin == SX_JOB_ORIGIN_SECTION) {
        starts(s, job, s->code[host->at].facts);
        return;
    }
    if (!program_path(s, job, host->path, &path))
        return;
    struct sx_Code *code = sx_table_get(by_main, path);
    if (code != NULL)
        starts(s, job, code);
    else if (sx_tree_stat(s->tree, path, &entry, &ignored))
        job->target = sx_member_new(s, path, &entry);
}

void sx_link_jobs(struct sx_subject *s)
{
    struct sx_table by_main;
    sx_table_init(&by_main, s->in->arena);
    for (size_t i = 0; i < s->n_code; i++)
        if (s->code[i].found->main.ptr != NULL)
            sx_table_put(&by_main, s->code[i].found->main, s->code[i].facts);
    for (size_t i = 0; i < s->jobs.n; i++)
        link_job(s, s->jobs.at[i], &by_main);
}
