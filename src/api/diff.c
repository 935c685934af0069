/* SPDX-License-Identifier: MIT */
/* A release beside the one before. */
#include "api/handles.h"
#include "report/diff.h"

bool sxlint_diff(const struct sxlint_run *run, const char *format, const struct sxlint_style *style,
                 struct sxlint_writer out, struct sxlint_error *error)
{
    struct sx_objs artifacts = run->facts->artifacts;
    struct sx_style with = api_style(style, run->policy->fail_on);
    struct sx_str name = sx_str_of(format != NULL ? format : "text");
    if (run->judged == NULL || run->judged->n + 1 != artifacts.n)
        return api_fail(error, SXLINT_USAGE, "the run compares no releases");
    const struct sx_Artifact *old = SX_AT(Artifact, artifacts, 0);
    if (sx_str_is(name, "json"))
        return sx_write_diff_json(run->judged, old, api_out(&out)) || api_stopped(error);
    if (!sx_str_is(name, "text"))
        return api_no_such(
            error, "format", name,
            (struct sx_strs){ (struct sx_str[]){ SX_STR("text"), SX_STR("json") }, 2 });
    return sx_write_diff(run->judged, old, &with, api_out(&out)) || api_stopped(error);
}
