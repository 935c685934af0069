/* SPDX-License-Identifier: MIT */
/* A program that has nothing but what is installed. */
#include <sxlint/sxlint.h>

#include <stdio.h>

int main(void)
{
    struct sxlint_policy *policy = sxlint_policy_new();
    printf("sxlint %s\n", sxlint_version());
    sxlint_policy_free(policy);
    return policy == NULL;
}
