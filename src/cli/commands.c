/* SPDX-License-Identifier: MIT */
/* Every command, once. */
#include "cli/cli.h"

const struct command commands[] = {
    { "check", CHECK, "[OPTION]... PATH...",
      "Check apps, extensions, binaries, zips, packages, disk images and archives.",
      (const char *const[]){
          "sxlint check build/Waffle.app mdm/filter.mobileconfig",
          "sxlint check --report json=out.json --fail-on warning dist/Waffle.pkg",
          "find dist -name '*.dmg' -print0 | sxlint check -0 --format json -", NULL } },
    { "show", SHOW, "[OPTION]... PATH...",
      "Show what is there, without judging it: code objects, signatures, entitlements, seals.",
      (const char *const[]){
          "sxlint show build/Waffle.app", "sxlint show --section entitlements build/Waffle.app",
          "sxlint show --section entitlements --format xml build/Waffle.app", NULL } },
    { "facts", FACTS, "[OPTION]... PATH...", "Write everything that is known as JSON.",
      (const char *const[]){ "sxlint facts build/Waffle.app | jq '.code[].identifier'",
                             "sxlint facts --schema", NULL } },
    { "explain", EXPLAIN, "RULE | SYMPTOM... | --symptom TEXT",
      "Explain a rule by its id or name, or find the rules behind what was seen.",
      (const char *const[]){
          "sxlint explain NE103", "sxlint explain OSSystemExtensionErrorDomain 8",
          "sxlint explain --symptom 'no eligible provisioning profiles found'", NULL } },
    { "rules", RULES, "[list | test | check | document] [PATH...]",
      "List the rules, run the examples inside rule files, type-check rule files, or document "
      "them.",
      (const char *const[]){ "sxlint rules list --select NE", "sxlint rules test team.yaml",
                             "sxlint rules check team.yaml", "sxlint rules document docs/rules",
                             NULL } },
    { "eval", EVAL, "[OPTION]... EXPRESSION [PATH]",
      "Evaluate an expression (CEL) over the facts and write the value as JSON.",
      (const char *const[]){ "sxlint eval 'artifact.code.map(c, c.identifier)' build/Waffle.app",
                             "sxlint eval --bindings '{\"x\": 20}' 'x + 22'", NULL } },
    { "profile", PROFILE, "[OPTION]... PATH...",
      "Show provisioning profiles: files, or those in an app.",
      (const char *const[]){ "sxlint profile Waffle.provisionprofile",
                             "sxlint profile --format json build/Waffle.app", NULL } },
    { "entitlements", ENTITLEMENTS, "[KEY]",
      "The catalogue of entitlement keys: all of them, those that hold a text, or one.",
      (const char *const[]){ "sxlint entitlements com.apple.security.app-sandbox",
                             "sxlint entitlements driverkit", NULL } },
    { "requirement", REQUIREMENT, "compile | print | test REQUIREMENT [PATH...]",
      "Compile, print or test a code requirement: text, or a file of text or bytes.",
      (const char *const[]){
          "sxlint requirement test 'anchor apple generic' build/Waffle.app",
          "sxlint requirement print filter.csreq",
          "sxlint requirement compile --format binary -o filter.csreq 'anchor apple generic'",
          NULL } },
    { "config", CONFIG, "[OPTION]...",
      "Show the settings in force, and where each was said; check the configuration.",
      (const char *const[]){ "sxlint config", "sxlint config --config release.sxlint.yaml",
                             NULL } },
    { "init", INIT, "[OPTION]... PATH",
      "Write a commented configuration to begin with, out of what is found in an artifact.",
      (const char *const[]){ "sxlint init build/Waffle.app",
                             "sxlint init -o release.sxlint.yaml dist/Waffle.dmg", NULL } },
    { "baseline", BASELINE, "[OPTION]... PATH...",
      "Write down the findings of today, so that only what is new counts.",
      (const char *const[]){
          "sxlint baseline -o sxlint-baseline.json build/Waffle.app",
          "sxlint check --baseline sxlint-baseline.json build/Waffle.app",
          "sxlint baseline --baseline sxlint-baseline.json --baseline-strict build/Waffle.app",
          NULL } },
    { "xcode", XCODE, "[OPTION]... [PATH...]",
      "Check what Xcode is building, as its environment describes it: in a build phase the sources "
      "of the product, afterwards the product.",
      (const char *const[]){ "sxlint xcode", "sxlint xcode --phase product", NULL } },
    { "log", LOG, "[OPTION]... LOG.json [PATH]",
      "Explain the log of Apple's notary service issue by issue, and compare it with the artifact.",
      (const char *const[]){ "xcrun notarytool log \"$id\" log.json; sxlint log log.json",
                             "sxlint log log.json dist/Waffle.zip", NULL } },
};
const size_t n_commands = LEN(commands);
