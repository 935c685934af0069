/* SPDX-License-Identifier: MIT */
/* Any bytes as a file: from opening it to the last line of every report. Most faults live
 * between modules; here all of them meet. */
#include <sxlint/sxlint.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Counts, and refuses what no report may contain: control characters of a file. */
static bool swallow(void *context, const char *bytes, size_t n)
{
    *(size_t *)context += n;
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)bytes[i] < ' ' && bytes[i] != '\n')
            abort();
    return true;
}

static struct sxlint_policy *policy_of_the_day(void)
{
    struct sxlint_error error;
    struct sxlint_policy *policy = sxlint_policy_new();
    if (!sxlint_policy_set(policy, "as-of", "2026-11-24", &error) ||
        !sxlint_policy_set(policy, "jobs", "1", &error))
        abort();
    return policy;
}

static void report(const struct sxlint_run *run)
{
    struct sxlint_style style = { .verbose = true };
    struct sxlint_error error;
    size_t written = 0;
    struct sxlint_writer out = { swallow, &written };
    for (const char *const *format = sxlint_report_formats(); *format != NULL; format++)
        if (!sxlint_report(run, *format, &style, out, &error))
            abort();
    if (!sxlint_facts(run, NULL, out, &error) || !sxlint_show(run, NULL, NULL, &style, out, &error))
        abort();
    if (written == 0)
        abort(); /* silence is never an answer */
}

static void check(const char *path)
{
    struct sxlint_policy *policy = policy_of_the_day();
    struct sxlint_error error;
    struct sxlint_run *run = sxlint_check(policy, &path, 1, &error);
    if (run == NULL)
        abort(); /* a file is never a reason for that */
    report(run);
    sxlint_run_free(run);
    sxlint_policy_free(policy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[] = "/tmp/sxlint-whole-XXXXXX";
    int fd = mkstemp(path);
    if (fd < 0 || write(fd, data, size) != (ssize_t)size)
        abort();
    close(fd);
    check(path);
    unlink(path);
    return 0;
}
