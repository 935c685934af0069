/* SPDX-License-Identifier: MIT */
/* Apple's notary log, explained. */
#include "api/handles.h"
#include "base/limits.h"
#include "base/source.h"
#include "report/notary.h"

#include <fcntl.h>

static bool read_log(const char *path, struct sx_arena *arena, struct sx_notary_log *log,
                     struct sx_err *err)
{
    struct sx_source source = { 0 };
    struct sx_span bytes;
    const char *name = sx_escape(arena, sx_str_of(path)).ptr;
    bool ok = sx_source_open(AT_FDCWD, path, name, true, &source, err) &&
              sx_source_whole(&source, SX_MAX_SMALL_FILE, arena, &bytes, err);
    sx_source_close(&source);
    if (!ok && err->code == SX_E_IO)
        err->file = NULL; /* the reason names it */
    return ok && sx_notary_log_read(sx_str_of_span(bytes), name, arena, log, err);
}

bool sxlint_log(const struct sxlint_policy *policy, const char *path, const struct sxlint_run *run,
                const struct sxlint_style *style, struct sxlint_writer out,
                enum sxlint_code *answer, struct sxlint_error *error)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_style with = api_style(style, policy->fail_on);
    struct sx_notary_log log;
    struct sx_err err = { 0 };
    bool agrees;
    if (run != NULL && run->judged == NULL)
        return api_fail(error, SXLINT_USAGE, "the run was examined, not checked");
    if (!read_log(path, arena, &log, &err)) {
        api_fail_err(error, &err);
        if (error != NULL)
            error->code = SXLINT_UNREADABLE; /* a log is input */
        return false;
    }
    const struct sx_judgement *judged = run != NULL && run->judged->n > 0 ? run->judged->at : NULL;
    if (!sx_write_notary_page(&log, api_rules(policy), judged, &with, api_out(&out), &agrees))
        return api_stopped(error);
    *answer = agrees ? SXLINT_OK : SXLINT_FINDINGS;
    return true;
}
