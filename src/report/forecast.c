/* SPDX-License-Identifier: MIT */
/* What Apple's notary would write, out of findings: causes and consequences alike, each for every
 * slice. A waiver does not move Apple, so what is waived or in a baseline is there too. */
#include "report/group.h"
#include "report/notary.h"

#include <stdlib.h>

#define PAGE                                                                                       \
    "https://developer.apple.com/documentation/security/"                                          \
    "notarizing_macos_software_before_distribution/resolving_common_notarization_issues"

const struct sx_notary_row sx_notary_rows[] = {
    { "NT101", "#3087735", SX_ARCH_OR_NONE }, { "NT102", "#3087721", SX_WITH_ARCH },
    { "NT111", "#3087721", SX_WITHOUT_ARCH }, { "NT103", "#3087721", SX_ARCH_OR_NONE },
    { "NT130", "#3087721", SX_WITH_ARCH },    { "NT104", "#3087733", SX_ARCH_OR_NONE },
    { "NT105", "#3087724", SX_WITH_ARCH },    { "HR903", "#3087731", SX_WITH_ARCH },
    { "HR917", "#3087723", SX_WITH_ARCH },    { "HR924", "#3087723", SX_WITH_ARCH },
    { "NT108", "#3561456", SX_WITH_ARCH },    { "NT109", NULL, SX_WITH_ARCH },
    { "NT112", NULL, SX_WITHOUT_ARCH },       { "NT110", NULL, SX_WITHOUT_ARCH },
    { "NT113", NULL, SX_WITHOUT_ARCH },       { "NT122", NULL, SX_WITHOUT_ARCH },
};
const size_t sx_n_notary_rows = SX_LEN(sx_notary_rows);

/* A log under construction. */
struct forecast {
    struct sx_arena *arena;
    const struct sx_judgement *at;
    const struct sx_finding *cause; /* whose issues are added */
    SX_VEC(struct sx_notary_issue) issues;
    SX_VEC(struct sx_notary_hash) hashes;
};

static size_t row_of(const struct sx_rule *rule)
{
    size_t i = 0;
    while (i < sx_n_notary_rows && !sx_str_is(rule->id, sx_notary_rows[i].rule))
        i++;
    return i;
}

/* A bundle is named by its main executable, where an issue is one of a slice. */
static struct sx_str main_path(const struct sx_Code *code)
{
    return code->main != NULL ? code->main->path : code->path;
}

static struct sx_str url_of(struct forecast *f, const struct sx_notary_row *row)
{
    if (row->anchor == NULL)
        return (struct sx_str){ 0 };
    return sx_str_printf(f->arena, PAGE "%s", row->anchor);
}

/* An issue before it is known where it lies. */
static struct sx_notary_issue issue_of(struct forecast *f, const struct sx_finding *finding)
{
    const struct sx_rule *rule = finding->rule;
    return (struct sx_notary_issue){
        .severity = sx_str_of(sx_severity_name(rule->severity)),
        .message = finding->seen_as.n > 0 ? finding->seen_as.at[0] : rule->summary,
        .url = url_of(f, &sx_notary_rows[row_of(rule)]),
        .rule = rule,
        .cause = f->cause,
    };
}

/* A finding names its slices, unless it is of all. */
static void add_slices(struct forecast *f, const struct sx_finding *finding,
                       const struct sx_Code *code)
{
    struct sx_notary_issue issue = issue_of(f, finding);
    issue.path = main_path(code);
    for (size_t i = 0; i < code->slices.n; i++) {
        issue.arch = SX_AT(Slice, code->slices, i)->arch;
        issue.slice = i;
        if (finding->slices.n == 0 || sx_strs_has(finding->slices, issue.arch))
            SX_PUSH(f->arena, &f->issues, issue);
    }
}

/* What is no slice's is the object's; the upload itself goes by its name alone. */
static void add_whole(struct forecast *f, const struct sx_finding *finding)
{
    const struct sx_Code *code = sx_owner_code(finding);
    bool is_upload = finding->owner == &f->at->artifact->head;
    struct sx_notary_issue issue = issue_of(f, finding);
    issue.path = code != NULL ? code->path : is_upload ? sx_str_base(finding->path) : finding->path;
    SX_PUSH(f->arena, &f->issues, issue);
}

static void add_finding(struct forecast *f, const struct sx_finding *finding)
{
    size_t row = row_of(finding->rule);
    if (row < sx_n_notary_rows) {
        if (sx_owner_code(finding) != NULL && sx_notary_rows[row].arch != SX_WITHOUT_ARCH)
            add_slices(f, finding, sx_owner_code(finding));
        else
            add_whole(f, finding);
    }
    for (size_t i = 0; i < finding->n_consequences; i++)
        add_finding(f, finding->consequences[i]);
}

/* Slices as they lie in the file, which is how the ticketContents of real logs have them; for what
 * Apple sorts files by there is no source, and logs differ. */
static int by_path(const void *a, const void *b)
{
    const struct sx_notary_issue *x = a, *y = b;
    int order = sx_str_cmp(x->path, y->path);
    if (order == 0)
        order = (x->slice > y->slice) - (x->slice < y->slice);
    if (order == 0)
        order = (int)row_of(x->rule) - (int)row_of(y->rule);
    return order != 0 ? order : sx_str_cmp(x->message, y->message);
}

/* The ticket. */

static struct sx_str algorithm_of(const struct sx_Code *code)
{
    bool is_sha1 = code->installer != NULL && code->installer->tocAlgorithm == SX_HASH_TYPE_SHA1;
    return is_sha1 ? SX_STR("SHA-1") : SX_STR("SHA-256");
}

static void add_hash(struct forecast *f, const struct sx_Code *code, const struct sx_Slice *slice,
                     struct sx_str path)
{
    struct sx_str cdhash =
        code->installer != NULL ? code->installer->tocChecksum : slice->signature->cdhash;
    struct sx_notary_hash hash = { path, algorithm_of(code), cdhash, slice->arch };
    if (cdhash.ptr != NULL)
        SX_PUSH(f->arena, &f->hashes, hash);
}

static bool gets_ticket(const struct sx_Slice *slice)
{
    uint16_t signer = slice->signature != NULL ? slice->signature->signer : SX_SIGNER_NONE;
    return signer == SX_SIGNER_DEVELOPER_ID || signer == SX_SIGNER_INSTALLER;
}

static void add_slices_hashes(struct forecast *f, const struct sx_Code *code, struct sx_str path)
{
    for (size_t i = 0; i < code->slices.n; i++)
        if (gets_ticket(SX_AT(Slice, code->slices, i)))
            add_hash(f, code, SX_AT(Slice, code->slices, i), path);
}

/* A bundle stands there twice: as itself, and as its main executable. */
static void add_hashes(struct forecast *f, const struct sx_Code *code)
{
    add_slices_hashes(f, code, code->path);
    if (!sx_str_eq(main_path(code), code->path))
        add_slices_hashes(f, code, main_path(code));
}

static bool is_refused(const struct forecast *f)
{
    for (size_t i = 0; i < f->issues.n; i++)
        if (sx_str_is(f->issues.at[i].severity, "error"))
            return true;
    return f->at->verdicts[SX_GATE_NOTARIZATION].state == SX_FAIL;
}

static const struct sx_answer {
    const char *status, *summary;
    int code;
} accepted = { "Accepted", "Ready for distribution", 0 },
  refused = { "Invalid", "Archive contains critical validation errors", 4000 };

static void answer(struct sx_notary_log *log, const struct sx_answer *as)
{
    log->status = sx_str_of(as->status);
    log->summary = sx_str_of(as->summary);
    log->code = (struct sx_opt_int){ .has = true, .v = as->code };
}

bool sx_is_upload(const struct sx_judgement *at)
{
    return at->artifact->kind <= SX_ARTIFACT_KIND_IPA;
}

struct sx_notary_log sx_forecast(const struct sx_judgement *at, struct sx_arena *arena)
{
    struct forecast f = { .arena = arena, .at = at };
    const struct sx_verdict *verdict = &at->verdicts[SX_GATE_NOTARIZATION];
    struct sx_notary_log log = { .archive = sx_str_base(at->artifact->path),
                                 .summary = verdict->sentence };
    for (size_t i = 0; i < at->n_findings; i++) {
        f.cause = at->findings[i];
        add_finding(&f, f.cause);
    }
    if (f.issues.n > 0)
        qsort(f.issues.at, f.issues.n, sizeof(*f.issues.at), by_path);
    for (size_t i = 0; i < at->artifact->code.n; i++)
        add_hashes(&f, SX_AT(Code, at->artifact->code, i));
    if (is_refused(&f))
        answer(&log, &refused);
    else if (verdict->state == SX_PASS)
        answer(&log, &accepted);
    log.issues = f.issues.at;
    log.n_issues = f.issues.n;
    log.hashes = f.hashes.at;
    log.n_hashes = f.hashes.n;
    return log;
}
