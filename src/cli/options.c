/* SPDX-License-Identifier: MIT */
/* Every option of every command, once: what it is called, what it says in --help, where its value
 * goes, and what a shell may complete. */
#include "cli/option.h"

#include <stddef.h>

/* Lists of values for those who complete; the library decides, but for those that are CLOSED. */
#define LIST(name, ...) static const char *const name[] = { __VA_ARGS__, NULL }
LIST(channels, "auto", "developer-id", "app-store", "development", "ad-hoc", "enterprise-mdm");
LIST(thresholds, "error", "warning", "note", "never");
LIST(colors, "auto", "always", "never");
LIST(sections, "signature", "certificates", "requirements", "entitlements", "profile", "seal",
     "info", "launchd", "constraints", "ticket");
LIST(formats, "text", "json", "jsonl", "sarif", "junit", "xcode", "github", "markdown", "gitlab",
     "checkstyle", "html", "notary-log");
LIST(text_or_xml, "text", "xml");
LIST(json_or_page, "json", "markdown");
LIST(text_or_json, "text", "json");
LIST(phases, "auto", "sources", "product");
LIST(hex_or_binary, "hex", "binary");

enum { EVERY = READERS | EXPLAIN | RULES | ENTITLEMENTS | CONFIG };

const struct option options[] = {
#define TEXT(field) TO_TEXT, offsetof(struct settings, field)
#define FLAG(field) TO_FLAG, offsetof(struct settings, field)
#define POLICY      TO_POLICY, 0
    { "channel", 0, "NAME", READERS | CONFIG, POLICY, "Judge as",
      "auto (default), developer-id, app-store, development, ad-hoc, enterprise-mdm", KEY, "auto",
      channels },
    { "as-of", 0, "DATE", READERS | CONFIG, POLICY, NULL, "judge as on that day; now, if not given",
      IN_ENVIRONMENT },
    { "oldest-macos", 0, "VERSION", JUDGES | EVAL, POLICY, NULL,
      "the oldest macOS that the product supports", KEY },
    { "trust-anchor", 0, "PEM", READERS | CONFIG, POLICY, NULL,
      "trust these certificates beside Apple's roots", KEY | IS_PATH | ADDS },
    { "detached", 0, "FILE", READERS, POLICY, NULL,
      "the signature of the code, where it is kept apart", IS_PATH },
    { "notary-log", 0, "FILE", CHECK | FACTS | EVAL, POLICY, NULL,
      "the log that Apple's notary wrote of the upload", IS_PATH | ADDS },

    { "rules", 0, "PATH", JUDGES | EXPLAIN | RULES, POLICY, "Rules",
      "a rule file, or a folder of them, beside the built-in rules", KEY | IS_PATH | ADDS },
    { "select", 0, "RULE,...", JUDGES | RULES, POLICY, NULL,
      "only these: ids, names or beginnings of ids", KEY },
    { "ignore", 0, "RULE,...", JUDGES | RULES, POLICY, NULL, "not these", KEY | ADDS },
    { "severity", 0, "RULE=LEVEL", JUDGES | RULES, POLICY, NULL, "error, warning or note",
      KEY | ADDS },
    { "fail-on", 0, "LEVEL", CHECK | XCODE | CONFIG | DIFF, POLICY, NULL,
      "exit 1 from this severity on: error (default), warning, note, never", KEY, "error",
      thresholds },

    { "config", 0, "FILE", EVERY, TEXT(config), "Configuration",
      "read this configuration; else .sxlint.yaml is looked for", IN_ENVIRONMENT | IS_PATH },
    { "no-config", 0, NULL, EVERY, FLAG(no_config), NULL, "read none", IN_ENVIRONMENT },
    { "baseline", 0, "FILE", JUDGES, POLICY, NULL, "accept the findings listed there",
      KEY | IS_PATH | ADDS },
    { "baseline-strict", 0, NULL, JUDGES, POLICY, NULL,
      "the baseline may only shrink: what is gone from it is an error", KEY },

    { "phase", 0, "NAME", XCODE, TEXT(phase), "Xcode",
      "auto (default): sources before Xcode signs, product afterwards", IN_ENVIRONMENT | CLOSED,
      "auto", phases },
    { "break-debug", 0, NULL, XCODE, FLAG(break_debug), NULL,
      "let errors break builds of the configuration Debug, too", IN_ENVIRONMENT },

    { "section", 0, "NAME", SHOW, TEXT(section), "What",
      "signature, certificates, requirements, entitlements, profile, seal, info, launchd, "
      "constraints, ticket",
      0, NULL, sections },
    { "section", 0, "NAME", FACTS, TEXT(section), "What", "a member that is else not computed" },
    { "schema", 0, NULL, FACTS, FLAG(schema), NULL, "describe the facts instead" },
    { "symptom", 0, "TEXT", EXPLAIN, TEXT(symptom), "What", "a log line or an error code" },
    { "bindings", 0, "JSON", EVAL, TEXT(bindings), "What", "names and values to use, an object" },

    { "format", 0, "NAME", CHECK | CONFIG, TEXT(format), "Report",
      "text (default), json, jsonl, sarif, junit, xcode, github, markdown, gitlab, checkstyle, "
      "html, notary-log",
      KEY, "text", formats },
    { "report", 0, "NAME=FILE", CHECK | XCODE | CONFIG, TO_REPORTS, 0, NULL,
      "the same in another format, to a file; as often as needed", KEY | IS_PATH | ADDS },
    { "show-at", 0, "FILE", CHECK | XCODE | CONFIG, POLICY, NULL,
      "the source at which reports show findings in built code", KEY },
    { "format", 0, "NAME", SHOW, TEXT(format), "Report",
      "text (default); xml for signed entitlements as they are", 0, "text", text_or_xml },
    { "format", 0, "NAME", FACTS, TEXT(format), "Report", "json (default); markdown for --schema",
      0, "json", json_or_page },
    { "format", 0, "NAME", PROFILE, TEXT(format), "Report", "text (default), json", 0, "text",
      text_or_json },
    { "format", 0, "NAME", REQUIREMENT, TEXT(format), "Report", "of compile: hex (default), binary",
      0, "hex", hex_or_binary },
    { "format", 0, "NAME", DIFF, TEXT(format), "Report", "text (default), json", 0, "text",
      text_or_json },
    { "gate", 0, NULL, DIFF, FLAG(gate), "Report",
      "exit 1 when the step from one to the other has findings" },
    { "output", 'o', "FILE", READERS | EXPLAIN | RULES | ENTITLEMENTS, TEXT(output), "Report",
      "write there, not to stdout", IS_PATH },
    { "quiet", 'q', NULL, CHECK | CONFIG, FLAG(quiet), NULL, "only what fails the run, a line each",
      KEY },
    { "verbose", 'v', NULL, CHECK | SHOW | PROFILE | CONFIG | LOG | DIFF, FLAG(verbose), NULL,
      "positions, sources, whole lists", KEY },
    { "color", 0, "WHEN",
      CHECK | SHOW | EXPLAIN | RULES | PROFILE | ENTITLEMENTS | REQUIREMENT | CONFIG | LOG | DIFF,
      TEXT(color), NULL, "auto (default), always, never", KEY | CLOSED, "auto", colors },

    { "null", '0', NULL, CHECK, FLAG(null_ended), "Run",
      "paths on stdin end in NUL, not in line breaks" },
    { "jobs", 'j', "N", READERS | CONFIG, POLICY, "Run",
      "worker threads; 0, the default, is one a processor", KEY, "0" },
    { "stats", 0, NULL, CHECK | CONFIG, FLAG(stats), NULL,
      "what was read, and how long it took, on stderr", KEY },
    { "no-progress", 0, NULL, CHECK | BASELINE | INIT | CONFIG | DIFF, FLAG(no_progress), NULL,
      "no line that counts on a terminal", KEY },
    { "help", 'h', NULL, EVERY, FLAG(help), NULL, "this" },
};
const size_t n_options = LEN(options);
