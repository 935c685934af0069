/* SPDX-License-Identifier: MIT */
/* A notary log is read or refused with a reason; one that is read has all that a page is made of.
 */
#include "report/notary.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void want(struct sx_str text)
{
    if (text.ptr == NULL)
        abort();
}

static bool count(void *n, const char *bytes, size_t len)
{
    (void)bytes;
    *(size_t *)n += len;
    return true;
}

static void explain(const struct sx_notary_log *log)
{
    static struct sx_ruleset *rules;
    struct sx_style style = { .width = 80 };
    size_t n = 0;
    bool agrees;
    if (rules == NULL)
        rules = sx_ruleset_new();
    if (!sx_write_notary_page(log, rules, NULL, &style, (struct sx_out){ count, &n }, &agrees) ||
        n == 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_notary_log log;
    struct sx_err err = { 0 };
    struct sx_str text = { (const char *)data, size };
    if (!sx_notary_log_read(text, "log.json", arena, &log, &err)) {
        if (err.code == SX_OK || err.what[0] == '\0' || err.file == NULL)
            abort();
        return 0;
    }
    for (size_t i = 0; i < log.n_issues; i++) {
        want(log.issues[i].severity);
        want(log.issues[i].path);
        want(log.issues[i].message);
    }
    for (size_t i = 0; i < log.n_hashes; i++)
        want(log.hashes[i].cdhash);
    explain(&log);
    return 0;
}
