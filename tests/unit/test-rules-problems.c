/* SPDX-License-Identifier: MIT */
/* Every kind of problem is told by exactly one rule. That rules name kinds that exist is checked
 * when they are read. */
#include "judged.h"
#include "rows.h"

#include <stdio.h>

/* Files of system extensions, and profiles, have rules of their own: HR907, HR908, PP414. */
#define EXTENSION "A.app/Contents/Library/SystemExtensions/a.systemextension/Contents/"
static const struct place {
    const char *kinds, *path; /* kinds: what their names begin with */
} places[] = {
    { "", "A.app/Contents/Resources/file" },
    { "resource-", EXTENSION "file" },
    { "resource-added", EXTENSION "CodeResources" },
    { "resource-", EXTENSION "embedded.provisionprofile" },
    { "resource-", "A.app/Contents/embedded.provisionprofile" },
};

struct row {
    const char *name; /* the kind */
    const struct place *place;
};

static void count(const struct sx_finding *const *findings, size_t n, struct sx_buf *ids)
{
    for (size_t i = 0; i < n; i++) {
        if (findings[i]->rule->scope == SX_SCOPE_PROBLEM)
            sx_buf_printf(ids, " %.*s", SX_STR_ARG(findings[i]->rule->id));
        count(findings[i]->consequences, findings[i]->n_consequences, ids);
    }
}

static void has_one_rule(void **state)
{
    const struct row *row = *state;
    SX_AUTO(sx_buf_release) struct sx_buf ids = { 0 };
    struct judged j;
    char facts[512];
    snprintf(facts, sizeof(facts),
             "artifacts: [{path: A.app, kind: bundle, code: [{path: A.app, kind: app, problems: "
             "[{what: %s, path: %s}]}]}]",
             row->name, row->place->path);
    judged_start(&j, facts, NULL);
    judged_finish(&j, NULL);
    count(j.all->whole.findings, j.all->whole.n_findings, &ids);
    size_t n = 0;
    for (size_t i = 0; i < ids.len; i++)
        n += ids.ptr[i] == ' ';
    if (n != 1)
        fail_msg("%s at %s is told by %zu rules:%.*s", row->name, row->place->path, n,
                 SX_STR_ARG(sx_buf_view(&ids)));
    judged_free(&j);
}

int main(void)
{
    static struct row all[SX_ProblemKind_END + 4 * SX_LEN(places)];
    static struct rows rows;
    size_t n = 0;
    for (int kind = 1; kind < SX_ProblemKind_END; kind++)
        for (size_t i = 0; i < SX_LEN(places); i++) {
            const char *name = sx_problem_kind((enum sx_ProblemKind)kind)->name;
            if (strncmp(name, places[i].kinds, strlen(places[i].kinds)) == 0)
                all[n++] = (struct row){ name, &places[i] };
        }
    for (size_t i = 0; i < n; i++)
        add_row(&rows, all[i].name, has_one_rule, &all[i]);
    return run_rows("rules-problems", &rows);
}
