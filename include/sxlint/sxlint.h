/* SPDX-License-Identifier: MIT */
/* sxlint as a library: whether Apple will turn Mac software away, and how to mend it.
 *
 *   struct sxlint_error error;
 *   struct sxlint_policy *policy = sxlint_policy_new();
 *   const char *paths[] = { "build/Waffle.app" };
 *   struct sxlint_run *run = sxlint_check(policy, paths, 1, &error);
 *   for (size_t i = 0; run != NULL && i < sxlint_run_findings(run); i++)
 *       puts(sxlint_finding_message(sxlint_run_finding(run, i)));
 *   sxlint_run_free(run);
 *   sxlint_policy_free(policy);
 *
 * Handles are opaque and have a free function each, which accepts NULL. What a function
 * returns is borrowed from the handle it was asked of and lives as long as that, unless the
 * function is named _new or says otherwise. Strings are UTF-8, end in NUL and are never NULL
 * unless said. A handle serves one thread at a time; different handles are independent.
 * Nothing here reads the clock, the environment, a locale or the network, prints, or ends the
 * process, but for memory that the machine has run out of. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define SXLINT_API __attribute__((visibility("default")))
#else
#define SXLINT_API
#endif

/* The version of the library, "1.2.3". */
SXLINT_API const char *sxlint_version(void);

/* Why a call failed. `code` is an exit code as the command documents them. */
enum sxlint_code {
    SXLINT_OK = 0,         /* nothing at or above the threshold */
    SXLINT_FINDINGS = 1,   /* findings at or above the threshold */
    SXLINT_USAGE = 2,      /* wrong usage or configuration */
    SXLINT_UNREADABLE = 3, /* an input could not be read or examined completely */
    SXLINT_INTERNAL = 4,   /* a fault of sxlint */
};
struct sxlint_error {
    enum sxlint_code code;
    char text[512]; /* one line, complete enough to print as it is */
};

/* Where text goes. `write` returns false to stop (a full disk, a closed pipe). */
struct sxlint_writer {
    bool (*write)(void *context, const char *bytes, size_t n);
    void *context;
};

/* How text for people is laid out; zero means 80 columns, no colour, UTF-8 symbols. */
struct sxlint_style {
    unsigned width; /* columns; 0 = 80; used within 60 and 120 */
    bool color;     /* the terminal's own 16 colours */
    bool ascii;     /* ASCII symbols */
    bool quiet;     /* only what fails the run, a line each, and the last sentence */
    bool verbose;   /* positions, sources, whole lists */
    /* Absolute path of the folder in which relative paths begin, for formats that need absolute
     * ones ("xcode"); NULL leaves paths as they were given. */
    const char *folder;
    bool lenient; /* "xcode" prints errors as warnings, which break no build */
};

/* A policy says how to judge: channel, rules, date, trust. It must outlive its runs. */
struct sxlint_policy;
SXLINT_API struct sxlint_policy *sxlint_policy_new(void);
SXLINT_API void sxlint_policy_free(struct sxlint_policy *policy);

/* sxlint_policy_set sets one key, named as the command's long option without dashes:
 *   as-of         RFC 3339, YYYY-MM-DD, or "@" and seconds since 1970: the time to judge at.
 *                 Required before a check.
 *   channel       auto, developer-id, app-store, development, ad-hoc, enterprise-mdm
 *   fail-on       error (default), warning, note, never
 *   rules         path of a rule file or a folder of them; adds
 *   select        ids, names or prefixes of rules, comma separated; adds
 *   ignore        likewise
 *   severity      ID=error|warning|note, comma separated; adds
 *   oldest-macos  oldest macOS that the product supports, "12.0"
 *   trust-anchor  path of a PEM file with certificates trusted beside Apple's roots; adds
 *   detached      path of a detached signature, which the paths are judged by instead of theirs
 *   notary-log    path of the log that Apple's notary wrote of an upload; adds. Of several
 *                 products each has that of its name
 *   show-at       path of a source file; reports that point at sources show findings there that
 *                 have no source of their own, as those in built code
 *   jobs          worker threads; 0 = one a processor
 *   baseline      path of a file that sxlint_baseline wrote: findings that are accepted; adds
 *   baseline-strict  true or false: the baseline may only shrink
 * Fails with SXLINT_USAGE and a text that names the nearest right word. */
SXLINT_API bool sxlint_policy_set(struct sxlint_policy *policy, const char *key, const char *value,
                                  struct sxlint_error *error);

/* sxlint_policy_add_log is the key notary-log for a log that is no file; messages name it `name`.
 */
SXLINT_API bool sxlint_policy_add_log(struct sxlint_policy *policy, const char *name,
                                      const char *text, size_t n, struct sxlint_error *error);

/* sxlint_policy_configure reads a configuration, the text of a .sxlint.yaml, which messages name
 * `name`; docs/configuration.md describes it. Its waivers are in force from then on: as-of must be
 * set, for a waiver ends a year later at most. What else it says becomes settings, in the order of
 * the file, as options of the command by the same names would have them: "severity" "NE103=note", a
 * flag "true" or "false". They are the caller's to apply, who may have been told otherwise:
 * sxlint_policy_set takes those that are its keys, the others (format, report, color, quiet,
 * verbose, stats, no-progress) say how to report. Fails with SXLINT_USAGE, the text then beginning
 * with name, line and column. */
struct sxlint_setting {
    const char *key, *value;
    unsigned line, column; /* of the value, from 1 */
};
SXLINT_API bool sxlint_policy_configure(struct sxlint_policy *policy, const char *text, size_t n,
                                        const char *name, struct sxlint_error *error);
SXLINT_API size_t sxlint_policy_settings(const struct sxlint_policy *policy);
SXLINT_API struct sxlint_setting sxlint_policy_setting(const struct sxlint_policy *policy,
                                                       size_t at);
/* The waivers, in the order of the file. */
struct sxlint_waiver {
    const char *rule, *path, *reason, *expires; /* the last: "2026-11-24" */
    unsigned line, column;                      /* of the rule, from 1 */
};
SXLINT_API size_t sxlint_policy_waivers(const struct sxlint_policy *policy);
SXLINT_API struct sxlint_waiver sxlint_policy_waiver(const struct sxlint_policy *policy, size_t at);

/* Progress, called from the thread that runs the check after every file, and every megabyte of a
 * large one: whoever shows it looks at a clock. Counted are files and bytes read so far, those of
 * containers when they are unpacked, too. */
struct sxlint_progress {
    void (*report)(void *context, const char *path, uint64_t files, uint64_t bytes);
    void *context;
};
SXLINT_API void sxlint_policy_set_progress(struct sxlint_policy *policy,
                                           struct sxlint_progress progress);

/* A run is what is known, and found, of a number of paths judged together. */
struct sxlint_run;

/* sxlint_check examines every path and applies the rules. A path that cannot be read is part
 * of the run (its artifact says why); NULL is returned only for a policy that cannot be
 * applied. sxlint_examine does the same without rules: facts only. */
SXLINT_API struct sxlint_run *sxlint_check(const struct sxlint_policy *policy,
                                           const char *const *paths, size_t n_paths,
                                           struct sxlint_error *error);
SXLINT_API struct sxlint_run *sxlint_examine(const struct sxlint_policy *policy,
                                             const char *const *paths, size_t n_paths,
                                             struct sxlint_error *error);
SXLINT_API void sxlint_run_free(struct sxlint_run *run);

/* sxlint_compare examines a release and the one before, and applies the rules about the step from
 * one to the other. Its findings and its exit code are those of the step; sxlint_diff writes it, as
 * "text" (or NULL) or "json", and fails with SXLINT_USAGE for other runs. */
SXLINT_API struct sxlint_run *sxlint_compare(const struct sxlint_policy *policy,
                                             const char *old_path, const char *new_path,
                                             struct sxlint_error *error);
SXLINT_API bool sxlint_diff(const struct sxlint_run *run, const char *format,
                            const struct sxlint_style *style, struct sxlint_writer out,
                            struct sxlint_error *error);

/* A product that is going to be signed, as a build system describes it. What is NULL is not known;
 * of a source and what the build made of it, either may be. Findings stand where the source says
 * what they are about. */
struct sxlint_target {
    const char *product;                               /* "Waffle.app"; not NULL */
    const char *entitlements, *processed_entitlements; /* paths */
    const char *info, *processed_info;                 /* of the Info.plist */
    const char *profile;                               /* path */
    const char *identity;    /* "Developer ID Application: Waffle Works (W4FFLE9K2Q)" */
    const char *certificate; /* the SHA-1 of that certificate, 40 hex digits */
    const char *team;
    const char *identifier; /* of the bundle, where the Info.plist does not say it */
    const char *archs;      /* "arm64 x86_64" */
    const char *minos, *sdk;
    bool is_hardened;            /* signed with the hardened runtime */
    const char *const *embedded; /* paths of bundles in the product that are signed already */
    size_t n_embedded;
    /* What a variable in a source stands for, NULL when it is not known; may be NULL. */
    const char *(*variable)(void *context, const char *name);
    void *context;
};
/* sxlint_check_target judges such a product. What only the signed product can show is not checked,
 * and no gate passes over it. */
SXLINT_API struct sxlint_run *sxlint_check_target(const struct sxlint_policy *policy,
                                                  const struct sxlint_target *target,
                                                  struct sxlint_error *error);

/* The exit code that the run deserves: the highest of its artifacts. */
SXLINT_API enum sxlint_code sxlint_run_code(const struct sxlint_run *run);

/* The paths that could not be read, a line each: "cannot read dist/Waffle.zip: …". */
SXLINT_API size_t sxlint_run_unreadable(const struct sxlint_run *run);
SXLINT_API const char *sxlint_run_unreadable_why(const struct sxlint_run *run, size_t at);

/* What the run looked at. */
struct sxlint_stats {
    uint64_t files, bytes_read, bytes_hashed;
    unsigned jobs; /* as the policy has it; 0 = one a processor */
};
SXLINT_API struct sxlint_stats sxlint_run_stats(const struct sxlint_run *run);

/* Findings, in the order of the report. */
struct sxlint_finding;
SXLINT_API size_t sxlint_run_findings(const struct sxlint_run *run);
SXLINT_API const struct sxlint_finding *sxlint_run_finding(const struct sxlint_run *run, size_t at);
SXLINT_API const char *sxlint_finding_rule(const struct sxlint_finding *finding);
SXLINT_API const char *sxlint_finding_name(const struct sxlint_finding *finding);
SXLINT_API const char *sxlint_finding_severity(const struct sxlint_finding *finding);
/* "open", "waived" or "baseline" */
SXLINT_API const char *sxlint_finding_status(const struct sxlint_finding *finding);
SXLINT_API const char *sxlint_finding_path(const struct sxlint_finding *finding);
SXLINT_API const char *sxlint_finding_message(const struct sxlint_finding *finding);

/* sxlint_report writes the run in a format:
 *   text        for people
 *   html        a page, whole in itself
 *   json        everything, as docs/schema/report.schema.json says; jsonl the same, line by line
 *   sarif       SARIF 2.1.0, as GitHub's code scanning reads it
 *   junit       JUnit's XML, as Jenkins and GitLab read it
 *   xcode       lines that Xcode turns into issues
 *   github      workflow commands of GitHub Actions; markdown is a summary of the job
 *   gitlab      GitLab's code quality report
 *   checkstyle  Checkstyle's XML
 *   notary-log  the log that Apple's notary would write
 * Fails with SXLINT_USAGE for another name, with SXLINT_INTERNAL when the writer stopped.
 * sxlint_report_formats lists the names, ended by NULL. */
SXLINT_API bool sxlint_report(const struct sxlint_run *run, const char *format,
                              const struct sxlint_style *style, struct sxlint_writer out,
                              struct sxlint_error *error);
SXLINT_API const char *const *sxlint_report_formats(void);

/* sxlint_baseline writes the findings of a run, but for those that are waived, as the policy key
 * `baseline` reads them. Under baseline-strict it fails with SXLINT_FINDINGS when one of them is
 * not in the policy's baseline. sxlint_starter writes a configuration to begin with, commented, out
 * of what the run found. Both want a run that was checked. */
SXLINT_API bool sxlint_baseline(const struct sxlint_run *run, struct sxlint_writer out,
                                struct sxlint_error *error);
SXLINT_API bool sxlint_starter(const struct sxlint_run *run, struct sxlint_writer out,
                               struct sxlint_error *error);

/* sxlint_show writes what is there, without judgement. `section` picks one, NULL shows the
 * overview; `format` is NULL, or "xml" for the raw signed entitlements. */
SXLINT_API bool sxlint_show(const struct sxlint_run *run, const char *section, const char *format,
                            const struct sxlint_style *style, struct sxlint_writer out,
                            struct sxlint_error *error);

/* sxlint_profile writes every provisioning profile of the run, as "text" (or NULL) or "json".
 * sxlint_entitlements writes the catalogue of entitlement keys: one key, else the keys that hold
 * that text; all for NULL. Both fail with SXLINT_USAGE when there is none. */
SXLINT_API bool sxlint_profile(const struct sxlint_run *run, const char *format,
                               const struct sxlint_style *style, struct sxlint_writer out,
                               struct sxlint_error *error);
SXLINT_API bool sxlint_entitlements(const char *key, const struct sxlint_style *style,
                                    struct sxlint_writer out, struct sxlint_error *error);

/* sxlint_facts writes the whole model as JSON; `section` names a lazy member to add, or NULL.
 * sxlint_schema writes the description table, as "json" (or NULL) or as "markdown". */
SXLINT_API bool sxlint_facts(const struct sxlint_run *run, const char *section,
                             struct sxlint_writer out, struct sxlint_error *error);
SXLINT_API bool sxlint_schema(const char *format, struct sxlint_writer out,
                              struct sxlint_error *error);

/* sxlint_eval evaluates a CEL expression and writes the value as JSON. `run` may be NULL; then
 * only `bindings_json` (a JSON object of names, or NULL) is at hand. */
SXLINT_API bool sxlint_eval(const struct sxlint_run *run, const char *expression,
                            const char *bindings_json, struct sxlint_writer out,
                            struct sxlint_error *error);

/* Rules. sxlint_rules_list prints those selected by the policy. sxlint_rules_test runs the
 * examples of every rule, or of the rule files given; false with SXLINT_FINDINGS when one
 * fails. sxlint_rules_check reads and type-checks rule files and prints what is wrong. */
SXLINT_API bool sxlint_rules_list(const struct sxlint_policy *policy,
                                  const struct sxlint_style *style, struct sxlint_writer out,
                                  struct sxlint_error *error);
SXLINT_API bool sxlint_rules_test(const struct sxlint_policy *policy, const char *const *paths,
                                  size_t n_paths, const struct sxlint_style *style,
                                  struct sxlint_writer out, struct sxlint_error *error);
SXLINT_API bool sxlint_rules_check(const struct sxlint_policy *policy, const char *const *paths,
                                   size_t n_paths, const struct sxlint_style *style,
                                   struct sxlint_writer out, struct sxlint_error *error);

/* sxlint_explain writes the page of a rule, by id, alias or name. sxlint_explain_symptom finds
 * rules by what the user saw: a log line, an error code. */
SXLINT_API bool sxlint_explain(const struct sxlint_policy *policy, const char *rule,
                               const struct sxlint_style *style, struct sxlint_writer out,
                               struct sxlint_error *error);
SXLINT_API bool sxlint_explain_symptom(const struct sxlint_policy *policy, const char *text,
                                       const struct sxlint_style *style, struct sxlint_writer out,
                                       struct sxlint_error *error);

/* sxlint_log explains the log of Apple's notary service that was given to the policy last, issue by
 * issue. `run` is a check of the artifact it is about, or NULL; with it, what the forecast had and
 * missed is told, and the ticket's hashes are compared. `*answer` is SXLINT_OK when Apple accepted
 * without an error, and the artifact is what Apple looked at; else SXLINT_FINDINGS. */
SXLINT_API bool sxlint_log(const struct sxlint_policy *policy, const struct sxlint_run *run,
                           const struct sxlint_style *style, struct sxlint_writer out,
                           enum sxlint_code *answer, struct sxlint_error *error);

/* sxlint_rules_document hands over the documentation of the policy's rules, file by file, as
 * Markdown: README.md, symptoms.md, and a page named by its id for each rule. `take` returns false
 * to stop; that fails with SXLINT_INTERNAL. */
struct sxlint_pages {
    bool (*take)(void *context, const char *name, const char *text, size_t n);
    void *context;
};
SXLINT_API bool sxlint_rules_document(const struct sxlint_policy *policy, struct sxlint_pages pages,
                                      struct sxlint_error *error);

/* Code requirements, given as text or as the blob that signatures and csreq hold, `n` bytes; a text
 * may begin with "=", which codesign wants and which is no part of it. A set ("designated => ...")
 * may be compiled and printed, not tested. All fail with SXLINT_USAGE for what is none, the text
 * then beginning with line and column, "1:8: ...".
 *
 * sxlint_requirement_compile writes the blob that Apple's compiler makes, as "hex" (or NULL) or
 * "binary". sxlint_requirement_print writes the text that Apple's tools print; `*reads_back` says
 * whether they also read it. sxlint_requirement_test puts it to the code objects of a run that no
 * other holds, clause by clause; `*answer` is SXLINT_OK when all satisfy it, SXLINT_FINDINGS when
 * one does not, SXLINT_UNREADABLE when that is not known of one. */
SXLINT_API bool sxlint_requirement_compile(const void *bytes, size_t n, const char *format,
                                           struct sxlint_writer out, struct sxlint_error *error);
SXLINT_API bool sxlint_requirement_print(const void *bytes, size_t n, bool *reads_back,
                                         struct sxlint_writer out, struct sxlint_error *error);
SXLINT_API bool sxlint_requirement_test(const struct sxlint_run *run, const void *bytes, size_t n,
                                        const struct sxlint_style *style, struct sxlint_writer out,
                                        enum sxlint_code *answer, struct sxlint_error *error);

/* For programs that talk about what they were given. sxlint_nearest returns the candidate (they
 * end with NULL) that a mistyped word most likely means; NULL when none is near. sxlint_escape
 * makes text harmless for a terminal, as reports do; like snprintf it writes at most `size`
 * bytes, the last of them NUL, and returns how many bytes the whole has. */
SXLINT_API const char *sxlint_nearest(const char *word, const char *const *candidates);
SXLINT_API size_t sxlint_escape(const char *text, char *out, size_t size);

#ifdef __cplusplus
}
#endif
