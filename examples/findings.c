/* SPDX-License-Identifier: MIT */
/* What is wrong with an app: cc findings.c $(pkg-config --cflags --libs sxlint) */
#include <sxlint/sxlint.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    struct sxlint_policy *policy = sxlint_policy_new();
    struct sxlint_error error = { 0 };
    const char *const *paths = (const char *const *)argv + 1;
    struct sxlint_run *run = NULL;
    if (sxlint_policy_set(policy, "as-of", "2026-11-24", &error))
        run = sxlint_check(policy, paths, argc > 1 ? (size_t)argc - 1 : 0, &error);
    for (size_t i = 0; run != NULL && i < sxlint_run_findings(run); i++)
        printf("%s: %s\n", sxlint_finding_rule(sxlint_run_finding(run, i)),
               sxlint_finding_message(sxlint_run_finding(run, i)));
    int code = run != NULL ? (int)sxlint_run_code(run) : (int)error.code;
    sxlint_run_free(run);
    sxlint_policy_free(policy);
    return code;
}
