/* SPDX-License-Identifier: MIT */
/* The library from outside: what a policy takes, what calls say when they fail, what is borrowed
 * from what. */
#include <sxlint/sxlint.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

struct text {
    char bytes[8192];
    size_t n, stop_at; /* stop_at: 0 = never */
};

static bool append(void *context, const char *bytes, size_t n)
{
    struct text *text = context;
    size_t room = sizeof(text->bytes) - 1 - text->n;
    memcpy(text->bytes + text->n, bytes, n < room ? n : room);
    text->n += n < room ? n : room;
    return text->stop_at == 0 || text->n < text->stop_at;
}

static struct sxlint_writer to(struct text *text)
{
    return (struct sxlint_writer){ append, text };
}

/* Policies. */

static const struct setting {
    const char *key, *value;
    const char *says; /* NULL: it is taken */
} settings[] = {
    { "as-of", "2026-11-24", NULL },
    { "as-of", "2026-11-24T18:00:00Z", NULL },
    { "as-of", "2026-11-24T18:00:00+02:00", NULL },
    { "as-of", "@1764000000", NULL },
    { "as-of", "", "no date ; write 2026-11-24 or 2026-11-24T18:00:00Z" },
    { "as-of", "tomorrow", "no date tomorrow; write 2026-11-24 or 2026-11-24T18:00:00Z" },
    { "as-of", "2026-02-30", "no date 2026-02-30; write 2026-11-24 or 2026-11-24T18:00:00Z" },
    { "as-of", "@", "no date @; write 2026-11-24 or 2026-11-24T18:00:00Z" },
    { "as-of", "@1x", "no date @1x; write 2026-11-24 or 2026-11-24T18:00:00Z" },
    { "as-of", "@999999999999", "no date @999999999999; write 2026-11-24 or 2026-11-24T18:00:00Z" },
    { "as-of", "a\nb", "no date \"a\\nb\"; write 2026-11-24 or 2026-11-24T18:00:00Z" },
    { "channel", "auto", NULL },
    { "channel", "developer-id", NULL },
    { "channel", "app-store", NULL },
    { "channel", "developer-ID", "no channel developer-ID; the nearest is developer-id" },
    { "channel", "",
      "no channel ; there are auto, developer-id, app-store, development, ad-hoc, enterprise-mdm" },
    { "fail-on", "error", NULL },
    { "fail-on", "never", NULL },
    { "fail-on", "errors", "no severity errors; the nearest is error" },
    { "severity", "NE103=note", NULL },
    { "severity", "NE103=never", "no severity never; there are note, warning, error" },
    { "severity", "NE103", "severity needs a rule and a level: NE103=warning" },
    { "severity", "=note", "severity needs a rule and a level: NE103=warning" },
    { "select", "NE103, CS", NULL },
    { "select", ",,", NULL },
    { "ignore", "NE103", NULL },
    { "oldest-macos", "12.0", NULL },
    { "oldest-macos", "Monterey", "oldest-macos needs a version: 12.0" },
    { "oldest-macos", ".", "oldest-macos needs a version: 12.0" },
    { "trust-anchor", "/no/such/roots.pem",
      "trust-anchor /no/such/roots.pem: cannot open /no/such/roots.pem: No such file or "
      "directory" },
    { "show-at", "Waffle.xcodeproj/project.pbxproj", NULL },
    { "show-at", "", "show-at needs a file: Waffle.xcodeproj/project.pbxproj" },
    { "jobs", "0", NULL },
    { "jobs", "999", NULL },
    { "jobs", "-1", "jobs needs a number from 0 to 999" },
    { "jobs", "", "jobs needs a number from 0 to 999" },
    { "jobs", "1000", "jobs needs a number from 0 to 999" },
    { "severity", "NE103=note,CS=error", NULL },
    { "severity", "NE103=note,CS", "severity needs a rule and a level: NE103=warning" },
    { "notary-log", "/no/such/log.json",
      "notary-log: cannot open /no/such/log.json: No such file or directory" },
    { "baseline", "/no/such/baseline.json",
      "baseline: cannot open /no/such/baseline.json: No such file or directory" },
    { "baseline-strict", "true", NULL },
    { "baseline-strict", "yes", "baseline-strict is true or false" },
    { "chanel", "auto", "no policy key chanel; the nearest is channel" },
};

static void is_taken_or_refused(void **state)
{
    const struct setting *row = *state;
    struct sxlint_policy *policy = sxlint_policy_new();
    struct sxlint_error error = { 0 };
    bool taken = sxlint_policy_set(policy, row->key, row->value, &error);
    assert_int_equal(taken, row->says == NULL);
    if (row->says != NULL) {
        assert_string_equal(error.text, row->says);
        assert_int_equal(error.code, SXLINT_USAGE);
    }
    assert_int_equal(sxlint_policy_set(policy, row->key, row->value, NULL), taken);
    sxlint_policy_free(policy);
}

/* Runs. */

static struct sxlint_policy *policy_of_a_day(void)
{
    struct sxlint_policy *policy = sxlint_policy_new();
    assert_true(sxlint_policy_set(policy, "as-of", "2026-11-24", NULL));
    return policy;
}

static const char *const nowhere[] = { "no/such/Waffle.app" };

static void time_is_required(void **state)
{
    (void)state;
    struct sxlint_error error;
    struct sxlint_policy *policy = sxlint_policy_new();
    assert_null(sxlint_check(policy, nowhere, 1, &error));
    assert_int_equal(error.code, SXLINT_USAGE);
    assert_null(sxlint_examine(policy, nowhere, 1, NULL));
    sxlint_policy_free(policy);
}

static void selection_is_checked(void **state)
{
    (void)state;
    struct sxlint_error error;
    struct sxlint_policy *policy = policy_of_a_day();
    assert_true(sxlint_policy_set(policy, "select", "NE1O3", NULL));
    assert_null(sxlint_check(policy, nowhere, 1, &error));
    assert_string_equal(error.text, "no rule NE1O3; the nearest is NE103");
    sxlint_policy_free(policy);
}

static void what_cannot_be_read_is_part_of_the_run(void **state)
{
    (void)state;
    struct text text = { 0 };
    struct sxlint_policy *policy = policy_of_a_day();
    struct sxlint_run *run = sxlint_check(policy, nowhere, 1, NULL);
    assert_non_null(run);
    assert_int_equal(sxlint_run_code(run), SXLINT_UNREADABLE);
    assert_int_equal(sxlint_run_findings(run), 0);
    assert_null(sxlint_run_finding(run, 0));
    assert_int_equal(sxlint_run_unreadable(run), 1);
    assert_non_null(strstr(sxlint_run_unreadable_why(run, 0), "no/such"));
    assert_null(sxlint_run_unreadable_why(run, 1));
    assert_true(sxlint_report(run, "text", NULL, to(&text), NULL));
    assert_non_null(strstr(text.bytes, "Not cleared: no/such/Waffle.app"));
    sxlint_run_free(run);
    sxlint_policy_free(policy);
}

static void examined_is_not_checked(void **state)
{
    (void)state;
    struct text text = { 0 };
    struct sxlint_error error;
    struct sxlint_policy *policy = policy_of_a_day();
    struct sxlint_run *run = sxlint_examine(policy, nowhere, 1, NULL);
    assert_non_null(run);
    assert_int_equal(sxlint_run_code(run), SXLINT_UNREADABLE);
    assert_false(sxlint_report(run, "text", NULL, to(&text), &error));
    assert_int_equal(error.code, SXLINT_USAGE);
    assert_true(sxlint_facts(run, NULL, to(&text), NULL));
    sxlint_run_free(run);
    sxlint_policy_free(policy);
}

/* A log of its own is asked for, one that is none is refused, and one of something else, too. */
static void logs_are_given(void **state)
{
    (void)state;
    static const char log[] = "{\"status\": \"Accepted\", \"archiveFilename\": \"a.zip\"}";
    static const char *const paths[] = { "no/such/b.zip", "no/such/c.zip" };
    struct sxlint_policy *policy = policy_of_a_day();
    struct sxlint_error error;
    struct text text = { 0 };
    enum sxlint_code answer;
    assert_false(sxlint_log(policy, NULL, NULL, to(&text), &answer, &error));
    assert_string_equal(error.text, "the policy has no notary log");
    assert_false(sxlint_policy_add_log(policy, "a\nb", "7", 1, &error));
    assert_string_equal(error.text,
                        "\"a\\nb\": no notary log: want an object, or the list of its issues");
    assert_true(sxlint_policy_add_log(policy, "log", log, strlen(log), &error));
    assert_true(sxlint_log(policy, NULL, NULL, to(&text), &answer, &error));
    assert_int_equal(answer, SXLINT_OK);
    assert_string_equal(text.bytes, "Accepted; no issues\na.zip\n\nAccepted.\n");
    assert_null(sxlint_check(policy, paths, 2, &error));
    assert_string_equal(error.text, "the notary log is of a.zip, and no path has that name");
    sxlint_policy_free(policy);
}

static void writers_may_stop(void **state)
{
    (void)state;
    struct text text = { .stop_at = 1 };
    struct sxlint_error error;
    struct sxlint_policy *policy = policy_of_a_day();
    struct sxlint_run *run = sxlint_check(policy, nowhere, 1, NULL);
    for (const char *const *format = sxlint_report_formats(); *format != NULL; format++) {
        assert_false(sxlint_report(run, *format, NULL, to(&text), &error));
        assert_int_equal(error.code, SXLINT_INTERNAL);
    }
    assert_false(sxlint_facts(run, NULL, to(&text), &error));
    assert_false(sxlint_schema("markdown", to(&text), &error));
    assert_false(sxlint_explain(policy, "NE103", NULL, to(&text), &error));
    sxlint_run_free(run);
    sxlint_policy_free(policy);
}

static void names_are_looked_up(void **state)
{
    (void)state;
    struct text text = { 0 };
    struct sxlint_error error;
    struct sxlint_policy *policy = policy_of_a_day();
    struct sxlint_run *run = sxlint_check(policy, nowhere, 1, NULL);
    assert_false(sxlint_report(run, "txt", NULL, to(&text), &error));
    assert_string_equal(error.text, "no format txt; the nearest is text");
    assert_false(sxlint_show(run, "profil", NULL, NULL, to(&text), &error));
    assert_string_equal(error.text, "no section profil; the nearest is profile");
    assert_false(sxlint_show(run, "profile", "xml", NULL, to(&text), &error));
    assert_false(sxlint_show(run, "entitlements", "xml", NULL, to(&text), &error));
    assert_string_equal(error.text, "no signed entitlements in it");
    assert_false(sxlint_facts(run, "imprts", to(&text), &error));
    assert_string_equal(error.text, "no section imprts; the nearest is imports");
    assert_false(sxlint_schema("markdwn", to(&text), &error));
    assert_string_equal(error.text, "no format markdwn; the nearest is markdown");
    assert_int_equal(text.n, 0);
    sxlint_run_free(run);
    sxlint_policy_free(policy);
}

/* Configurations. */

static const char configuration[] = "channel: app-store\n"
                                    "waivers:\n"
                                    "  - rule: NE103\n"
                                    "    path: Waffle.app/**\n"
                                    "    reason: later\n"
                                    "    expires: 2026-12-31\n";

static void configurations_are_data(void **state)
{
    (void)state;
    struct sxlint_error error;
    struct sxlint_policy *policy = sxlint_policy_new();
    size_t n = sizeof(configuration) - 1;
    assert_false(sxlint_policy_configure(policy, configuration, n, "c.yaml", &error));
    assert_int_equal(error.code, SXLINT_USAGE); /* waivers count from a day */
    assert_true(sxlint_policy_set(policy, "as-of", "2026-11-24", NULL));
    assert_true(sxlint_policy_configure(policy, configuration, n, "c.yaml", &error));
    assert_int_equal(sxlint_policy_settings(policy), 1);
    assert_string_equal(sxlint_policy_setting(policy, 0).key, "channel");
    assert_string_equal(sxlint_policy_setting(policy, 0).value, "app-store");
    assert_int_equal(sxlint_policy_waivers(policy), 1);
    struct sxlint_waiver waiver = sxlint_policy_waiver(policy, 0);
    assert_string_equal(waiver.rule, "NE103");
    assert_string_equal(waiver.expires, "2026-12-31");
    assert_int_equal(waiver.line, 3);
    assert_int_equal(waiver.column, 11);
    assert_false(sxlint_policy_configure(policy, "chanel: auto", 12, "c.yaml", &error));
    assert_string_equal(error.text,
                        "c.yaml:1:1: unknown key \"chanel\"; the nearest is \"channel\"");
    sxlint_policy_free(policy);
}

static const char *no_variable(void *context, const char *name)
{
    (void)context;
    (void)name;
    return NULL;
}

/* Of a product that nothing is known of but its name no gate says that it passes. */
static void a_target_may_tell_little(void **state)
{
    (void)state;
    struct text text = { 0 };
    struct sxlint_policy *policy = policy_of_a_day();
    struct sxlint_target target = { .product = "Waffle.app", .variable = no_variable };
    struct sxlint_run *run = sxlint_check_target(policy, &target, NULL);
    assert_non_null(run);
    assert_int_equal(sxlint_run_unreadable(run), 0);
    assert_int_equal(sxlint_run_code(run), SXLINT_OK);
    assert_true(sxlint_report(run, "text", NULL, to(&text), NULL));
    assert_non_null(strstr(text.bytes, "signature     ? not checked"));
    assert_null(strstr(text.bytes, "\xe2\x9c\x93 pass"));
    sxlint_run_free(run);

    target.entitlements = "no/such/Waffle.entitlements";
    run = sxlint_check_target(policy, &target, NULL);
    assert_int_equal(sxlint_run_code(run), SXLINT_UNREADABLE);
    sxlint_run_free(run);
    sxlint_policy_free(policy);
}

static void waivers_of_nothing_are_told(void **state)
{
    (void)state;
    struct text text = { 0 };
    struct sxlint_policy *policy = policy_of_a_day();
    assert_true(
        sxlint_policy_configure(policy, configuration, sizeof(configuration) - 1, "c.yaml", NULL));
    struct sxlint_run *run = sxlint_check(policy, nowhere, 1, NULL);
    assert_int_equal(sxlint_run_findings(run), 1);
    const struct sxlint_finding *finding = sxlint_run_finding(run, 0);
    assert_string_equal(sxlint_finding_rule(finding), "WV102");
    assert_string_equal(sxlint_finding_path(finding), "c.yaml");
    assert_string_equal(sxlint_finding_status(finding), "open");
    assert_true(sxlint_baseline(run, to(&text), NULL));
    assert_string_equal(text.bytes, "{\n  \"schemaVersion\": 1,\n  \"findings\": []\n}\n");
    sxlint_run_free(run);
    sxlint_policy_free(policy);
}

/* Expressions. */
static const struct expression {
    const char *text, *bindings;
    enum sxlint_code code;
    const char *says;
} expressions[] = {
    { "1 + 2", NULL, SXLINT_OK, "3\n" },
    { "x", "{\"x\": \"\\u202e\"}", SXLINT_OK, "\"\\u202e\"\n" },
    { "x.a.size()", "{\"x\": {\"a\": [1, 2]}}", SXLINT_OK, "2\n" },
    { "olderThan('12.9', '12.10')", NULL, SXLINT_USAGE, NULL },
    { "1 +", NULL, SXLINT_USAGE, NULL },
    { "artifact", NULL, SXLINT_USAGE, NULL },
    { "1 / 0", NULL, SXLINT_USAGE, "division by zero" },
    { "1", "[]", SXLINT_USAGE, "bindings: want a JSON object of names" },
    { "1", "{", SXLINT_USAGE, NULL },
};

static void evaluates(void **state)
{
    const struct expression *row = *state;
    struct text text = { 0 };
    struct sxlint_error error = { 0 };
    bool done = sxlint_eval(NULL, row->text, row->bindings, to(&text), &error);
    assert_int_equal(done, row->code == SXLINT_OK);
    assert_int_equal(error.code, row->code);
    if (row->says != NULL)
        assert_string_equal(done ? text.bytes : error.text, row->says);
}

static void knows_the_artifact(void **state)
{
    (void)state;
    struct text text = { 0 };
    struct sxlint_policy *policy = policy_of_a_day();
    struct sxlint_run *run = sxlint_examine(policy, nowhere, 1, NULL);
    assert_true(sxlint_eval(run, "artifact.path + x", "{\"x\": \"!\"}", to(&text), NULL));
    assert_string_equal(text.bytes, "\"no/such/Waffle.app!\"\n");
    sxlint_run_free(run);
    sxlint_policy_free(policy);
}

/* What a caller was told last. */
struct told {
    char path[100];
    uint64_t files, bytes;
};

static void take_progress(void *context, const char *path, uint64_t files, uint64_t bytes)
{
    struct told *told = context;
    assert_true(files >= told->files && bytes >= told->bytes);
    *told = (struct told){ .files = files, .bytes = bytes };
    snprintf(told->path, sizeof(told->path), "%s", path);
}

static void write_file(const char *folder, const char *name, const char *text)
{
    char path[100];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void tells_progress(void **state)
{
    (void)state;
    char folder[] = "/tmp/sxlint-api-XXXXXX", path[100];
    static const char *const names[] = { "a", "b" };
    struct told told = { 0 };
    assert_non_null(mkdtemp(folder));
    for (size_t i = 0; i < 2; i++)
        write_file(folder, names[i], "abc");
    struct sxlint_policy *policy = policy_of_a_day();
    assert_true(sxlint_policy_set(policy, "jobs", "1", NULL));
    sxlint_policy_set_progress(policy, (struct sxlint_progress){ take_progress, &told });
    const char *paths[] = { folder };
    sxlint_run_free(sxlint_check(policy, paths, 1, NULL));
    assert_string_equal(told.path, folder);
    assert_int_equal(told.files, 2);
    assert_int_equal(told.bytes, 6);
    sxlint_policy_free(policy);
    for (size_t i = 0; i < 2; i++) {
        snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
        unlink(path);
    }
    rmdir(folder);
}

/* Help for programs. */

static void nearest_and_escape(void **state)
{
    (void)state;
    static const char *const names[] = { "check", "show", NULL };
    char small[8] = "xxxxxxx";
    assert_string_equal(sxlint_nearest("chek", names), "check");
    assert_null(sxlint_nearest("frobnicate", names));
    assert_int_equal(sxlint_escape("a\nbcdefgh", small, sizeof(small)), 12);
    assert_string_equal(small, "\"a\\nbcd");
    assert_int_equal(sxlint_escape("abc", NULL, 0), 3);
}

static void null_may_be_freed(void **state)
{
    (void)state;
    sxlint_run_free(NULL);
    sxlint_policy_free(NULL);
}

#define ROWS(table, test)                                                                          \
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {                                \
        char *name = malloc(64);                                                                   \
        snprintf(name, 64, #test " %zu", i);                                                       \
        tests[n++] = (struct CMUnitTest){ name, test, NULL, NULL, (void *)&table[i] };             \
    }

int main(void)
{
    static const struct CMUnitTest others[] = {
        cmocka_unit_test(time_is_required),
        cmocka_unit_test(selection_is_checked),
        cmocka_unit_test(what_cannot_be_read_is_part_of_the_run),
        cmocka_unit_test(examined_is_not_checked),
        cmocka_unit_test(logs_are_given),
        cmocka_unit_test(writers_may_stop),
        cmocka_unit_test(names_are_looked_up),
        cmocka_unit_test(configurations_are_data),
        cmocka_unit_test(a_target_may_tell_little),
        cmocka_unit_test(waivers_of_nothing_are_told),
        cmocka_unit_test(knows_the_artifact),
        cmocka_unit_test(tells_progress),
        cmocka_unit_test(nearest_and_escape),
        cmocka_unit_test(null_may_be_freed),
    };
    static struct CMUnitTest tests[100];
    size_t n = 0;
    ROWS(settings, is_taken_or_refused)
    ROWS(expressions, evaluates)
    memcpy(tests + n, others, sizeof(others));
    n += sizeof(others) / sizeof(others[0]);
    int failed = _cmocka_run_group_tests("api", tests, n, NULL, NULL);
    for (size_t i = 0; i < n - sizeof(others) / sizeof(others[0]); i++)
        free((void *)tests[i].name);
    return failed;
}
