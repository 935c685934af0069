/* SPDX-License-Identifier: MIT */
/* What people ask in forums about system extensions, wherever the answer stands in their files: the
 * rule that answers comes first among what is gravest. Each row is a fixture that has that cause,
 * and its golden file shows the whole report. */
#include "rows.h"
#include <sxlint/sxlint.h>
#include "fixture.h"
#include "folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct row {
    const char *name; /* the question */
    const char *fixture, *app, *policy;
    const char *rule;
} rows[] = {
    { "the delegate is not called, and the log speaks of a replacement",
      "asked-template-version.yaml", "Batter.app", NULL, "VR104" },
    { "loadFromPreferences never returns in a daemon", "asked-daemon-tool.yaml", "Batter.app", NULL,
      "LD112" },
    { "a packet tunnel should run before anyone logs in", "asked-tunnel-appex.yaml",
      "Syrup Desktop.app", NULL, "NE106" },
    { "a DNS proxy reaches its daemon neither by socket nor by XPC", "dns-proxy-daemon.yaml",
      "build/Waffle.app", NULL, "SB804" },
    { "users switch the filter off in spite of NonRemovableFromUI", "unguarded-filter.yaml",
      "build/Waffle.app", "mdm/extensions.mobileconfig", "MD106" },
    { "what RemovableSystemExtensions does on macOS 10.15", "removable-policy.yaml",
      "build/Waffle.app", "mdm/extensions.mobileconfig", "MD106" },
    { "the signature is invalid, and codesign says it is valid", "asked-broken-inside.yaml",
      "Toaster.app", NULL, "HR909" },
    { "the same, with the extension signed last", "asked-signed-after-app.yaml", "Toaster.app",
      NULL, "HR908" },
    { "the filter aborts as soon as it is started", "asked-aborting-filter.yaml", "Batter.app",
      NULL, "SX125" },
    { "of two extensions both delegates get the result", "asked-two-filters.yaml", "Batter.app",
      NULL, "SX114" },
    { "Full Disk Access shows a generic icon", "guard-icon.yaml", "build/Waffle.app", NULL,
      "UD104" },
    { "input devices stop when a driver is allowed", "pci-driver.yaml", "build/Waffle.app", NULL,
      "DK609" },
    { "handleNewFlow of Apple's sample is never called", "asked-sample-firewall.yaml", "Batter.app",
      NULL, "NE116" },
    { "neagent does not find the provider inside of the daemon", "asked-filter-of-daemon.yaml",
      "Batter.app", "mdm/filter.mobileconfig", "NE121" },
    { "a camera cannot look a surface up", "camera-nameless.yaml", "build/Waffle.app", NULL,
      "CM701" },
};

static int weight(const struct sxlint_finding *finding)
{
    static const char *const severities[] = { "note", "warning", "error" };
    int at = 0;
    while (strcmp(sxlint_finding_severity(finding), severities[at]) != 0)
        at++;
    return at;
}

static const char *first_of_the_gravest(const struct sxlint_run *run)
{
    const struct sxlint_finding *best = NULL;
    for (size_t i = 0; i < sxlint_run_findings(run); i++) {
        const struct sxlint_finding *finding = sxlint_run_finding(run, i);
        if (best == NULL || weight(finding) > weight(best))
            best = finding;
    }
    return best != NULL ? sxlint_finding_rule(best) : "nothing";
}

static void set(struct sxlint_policy *policy, const char *key, const char *value)
{
    struct sxlint_error error;
    if (!sxlint_policy_set(policy, key, value, &error))
        fail_msg("%s", error.text);
}

static void is_answered(void **state)
{
    static const struct folder_entry nothing[] = { { 0 } };
    const struct row *row = *state;
    struct sx_arena *arena = sx_arena_new();
    struct sxlint_policy *policy = sxlint_policy_new();
    struct sxlint_error error;
    struct sx_err err = { 0 };
    char *folder = folder_new(nothing);
    const char *fixture = sx_str_printf(arena, SX_SOURCE "/tests/fixtures/%s", row->fixture).ptr;
    if (!sx_fx_build(arena, fixture, folder, &err) || !sx_fx_write_roots(arena, folder, &err))
        fail_msg("%s", err.what);
    set(policy, "as-of", "2026-11-24");
    set(policy, "oldest-macos", "10.15");
    set(policy, "trust-anchor", sx_str_printf(arena, "%s/roots.pem", folder).ptr);
    const char *paths[] = {
        sx_str_printf(arena, "%s/%s", folder, row->app).ptr,
        sx_str_printf(arena, "%s/%s", folder, row->policy != NULL ? row->policy : "").ptr
    };
    struct sxlint_run *run = sxlint_check(policy, paths, row->policy != NULL ? 2 : 1, &error);
    assert_non_null(run);
    assert_string_equal(first_of_the_gravest(run), row->rule);
    sxlint_run_free(run);
    sxlint_policy_free(policy);
    folder_free(folder);
    sx_arena_free(arena);
}

int main(void)
{
    static struct rows list;
    ADD_ROWS(&list, rows, is_answered);
    return run_rows("asked", &list);
}
