/* SPDX-License-Identifier: MIT */
/* Verdicts gate by gate, and the last sentence: one row a situation. */
#include "judged.h"
#include "rows.h"

#include <stdio.h>

#define R(id, severity, gates, scope, rest)                                                        \
    "- {id: " id ", name: n-" id ", severity: " severity ", gates: [" gates "], for: " scope       \
    ", message: m, why: w, " rest "}\n"
#define CODE(path, kind, members) "{path: " path ", kind: " kind ", " members "}"
#define RUN(code)                 "artifacts: [{path: dist/A.app, kind: bundle, code: [" code "]}]\n"

#define EXECUTE(members) "slices: [{arch: arm64, fileType: execute, " members "}]"
#define STAPLED          "ticket: {hashes: [a]}, " EXECUTE("notarized: true")
#define APP              CODE("A.app", "app", EXECUTE(""))
#define GOOD_APP         CODE("A.app", "app", STAPLED)
#define EXTENSION(name)                                                                            \
    CODE("A.app/Contents/Library/SystemExtensions/" name ".systemextension", "system-extension",   \
         EXECUTE(""))
#define LIBRARY                                                                                    \
    CODE("A.app/Contents/Library/SystemExtensions/a.systemextension/Contents/Frameworks/b.dylib",  \
         "dylib", EXECUTE(""))
#define READY "Ready: nothing found that would stop A.app at a gate it has to pass."

static const struct row {
    const char *name, *facts, *rules, *verdict; /* one line of judged_verdicts */
} verdicts[] = {
    /* pass */
    { "signature passes", RUN(APP), "",
      "signature pass every hash, seal, signer and requirement holds" },
    { "notarization passes", RUN(APP), "",
      "notarization pass nothing that Apple's log would list" },
    { "gatekeeper passes", RUN(GOOD_APP), "", "gatekeeper pass ticket stapled, covers its slice" },
    { "gatekeeper passes over what has no slices",
      RUN(GOOD_APP ", " CODE("A.app/R.bundle", "bundle", "slices: [{notarized: true}]")), "",
      "gatekeeper pass ticket stapled, covers all 2 signatures" },
    { "launch passes, no claims", RUN(APP), "", "launch pass 1 executable, no restricted claims" },
    { "launch passes, one claim",
      RUN(CODE("A.app", "app", EXECUTE("claims: [{class: restricted}, {class: debug}]"))), "",
      "launch pass 1 executable, 1 restricted claim, granted" },
    { "launch passes, several",
      RUN(CODE("A.app", "app", EXECUTE("claims: [{class: restricted}, {class: restricted}]"))), "",
      "launch pass 1 executable, 2 restricted claims, all granted" },
    { "activation passes", RUN(APP ", " EXTENSION("a")), "",
      "activation pass the system extension would activate" },
    { "activation of two passes", RUN(APP ", " EXTENSION("a") ", " EXTENSION("b")), "",
      "activation pass 2 system extensions would activate" },
    { "store passes", "channel: app-store\n" RUN(APP), "",
      "store pass nothing that App Store validation would list" },
    { "one policy rule holds", RUN(APP), R("AA001", "error", "policy", "code", "check: true"),
      "policy pass 1 policy rule holds" },
    { "policy rules hold", RUN(APP),
      R("AA001", "error", "policy", "code", "check: true")
          R("AA002", "error", "policy", "code", "check: true"),
      "policy pass 2 policy rules hold" },
    /* fail */
    { "a plug-in by itself activates nothing", RUN(CODE("A.app", "plugin", EXECUTE(""))),
      R("AA001", "error", "activation", "code", "check: false"),
      "activation ? no system extension in it" },
    { "nor does an app without extensions", RUN(APP),
      R("AA001", "error", "activation, launch", "code", "check: false"),
      "activation ? no system extension in it" },
    { "an app extension is no system extension",
      RUN(APP ", " CODE("A.app/Contents/PlugIns/a.appex", "app-extension", EXECUTE(""))),
      R("AA001", "error", "activation", "code", "when: code.kind == 'app', check: false"),
      "activation fail an app extension would not start: AA001" },
    { "a library of an extension does", RUN(APP ", " EXTENSION("a") ", " LIBRARY),
      R("AA001", "error", "activation", "code", "when: code.kind == 'dylib', check: false"),
      "activation fail the system extension would not activate: AA001" },
    { "signature fails", RUN(APP), R("AA001", "error", "signature", "code", "check: false"),
      "signature fail codesign --verify would refuse it: AA001" },
    { "notarization fails, an issue a slice",
      RUN(CODE("A.app", "app", "slices: [{arch: arm64}, {arch: x86_64}]")),
      R("AA001", "error", "notarization", "slice", "check: false"),
      "notarization fail Apple would reject the upload, 2 issues: AA001" },
    { "consequences are issues too", RUN(APP),
      R("AA001", "error", "notarization", "slice", "check: false")
          R("AA002", "error", "notarization", "slice", "check: false, follows: [AA001]"),
      "notarization fail Apple would reject the upload, 2 issues: AA001" },
    { "what breaks a signature is no issue of its own",
      RUN(CODE("A.app", "app", EXECUTE("") ", problems: [{what: resource-added, path: A.app/a}]")),
      R("AA001", "error", "notarization", "problem", "check: false")
          R("AA002", "error", "notarization", "slice", "check: false, follows: [AA001]"),
      "notarization fail Apple would reject the upload, 1 issue: AA001" },
    { "what else is found of entitlements is one",
      RUN(CODE("A.app", "app",
               EXECUTE("signature: {problems: [{what: entitlements-xml-unparsable}]}"))),
      R("AA001", "error", "notarization", "problem", "check: false"),
      "notarization fail Apple would reject the upload, 1 issue: AA001" },
    { "gatekeeper fails", RUN(APP), R("AA001", "error", "gatekeeper", "code", "check: false"),
      "gatekeeper fail a downloaded copy would not open: AA001" },
    { "launch fails", RUN(APP ", " CODE("A.app/b", "executable", EXECUTE(""))),
      R("AA002", "error", "launch", "code", "when: code.kind == 'app', check: false")
          R("AA001", "error", "launch", "slice", "when: code.kind == 'app', check: false"),
      "launch fail 1 of 2 executables would be killed: AA001, AA002" },
    { "launch of a job fails",
      "artifacts: [{path: A.app, kind: bundle, jobs: [{path: j}], code: [" APP "]}]",
      R("AA001", "error", "launch", "job", "check: false"),
      "launch fail a process would not start: AA001" },
    { "activation fails", RUN(APP ", " EXTENSION("a")),
      R("AA001", "error", "activation", "code", "when: code.kind == 'app', check: false"),
      "activation fail the system extension would not activate: AA001" },
    { "activation of one of two fails", RUN(APP ", " EXTENSION("a") ", " EXTENSION("b")),
      R("AA001", "error", "activation", "code", "when: code.stem == 'a', check: false"),
      "activation fail 1 of 2 system extensions would not activate: AA001" },
    { "a host stops them all", RUN(APP ", " EXTENSION("a") ", " EXTENSION("b")),
      R("AA001", "error", "activation", "code", "when: code.kind == 'app', check: false"),
      "activation fail 2 of 2 system extensions would not activate: AA001" },
    { "store fails", "channel: app-store\n" RUN(APP),
      R("AA001", "error", "store", "code", "check: false"),
      "store fail App Store validation would refuse it: AA001" },
    { "policy fails", RUN(APP),
      R("AA001", "error", "policy", "code", "check: false")
          R("AA002", "error", "policy", "code", "check: true"),
      "policy fail 1 of 2 policy rules is broken: AA001" },
    { "policies fail", RUN(APP),
      R("AA001", "error", "policy", "code", "check: false")
          R("AA002", "error", "policy", "code", "check: false"),
      "policy fail 2 of 2 policy rules are broken: AA001, AA002" },
    { "a rule is named once", RUN(APP ", " CODE("A.app/b", "executable", EXECUTE(""))),
      R("AA001", "error", "signature", "code", "check: false"),
      "signature fail codesign --verify would refuse it: AA001" },
    { "a consequence fails the gate of which its cause knows nothing", RUN(APP),
      R("AA001", "error", "launch", "code", "check: false")
          R("AA002", "error", "signature", "code", "check: false, follows: [AA001]"),
      "signature fail codesign --verify would refuse it: AA001" },
    { "and is named beside causes of the gate's own", RUN(APP),
      R("AA001", "error", "launch", "code", "check: false")
          R("AA002", "error", "signature", "code", "check: false, follows: [AA001]")
              R("AA003", "error", "signature", "code", "check: false"),
      "signature fail codesign --verify would refuse it: AA001, AA003" },
    { "a warning fails nothing", RUN(APP),
      R("AA001", "warning", "signature", "code", "check: false"),
      "signature pass every hash, seal, signer and requirement holds" },
    /* not checked */
    { "a signature that is not there",
      RUN(CODE("A.app", "app", EXECUTE("signature: {state: unsigned}"))), "",
      "signature ? not signed" },
    { "two, of which one is not signed",
      RUN(CODE("A.app", "app", EXECUTE("signature: {state: valid}")) ", " CODE(
          "b", "executable", EXECUTE("signature: {state: unsigned}"))),
      "", "signature ? 1 of 2 code objects not signed" },
    { "what is broken beside it counts more",
      RUN(CODE("A.app", "app", EXECUTE("signature: {state: unsigned}"))),
      R("AA001", "error", "signature", "code", "check: false"),
      "signature fail codesign --verify would refuse it: AA001" },
    { "store in another channel", RUN(APP), "", "store ? channel is developer-id" },
    { "notarization for the store", "channel: app-store\n" RUN(APP), "",
      "notarization ? channel is app-store" },
    { "activation without an extension", RUN(APP), "", "activation ? no system extension in it" },
    { "no policy", RUN(APP), "", "policy ? no policy given" },
    { "a policy that nothing is asked of", RUN(APP),
      R("AA001", "error", "policy", "payload", "check: false"), "policy ? no policy given" },
    { "no ticket", RUN(APP), "", "gatekeeper ? no ticket yet: check again after stapling" },
    { "a ticket of less than all",
      RUN(CODE("A.app", "app",
               "ticket: {hashes: [a]}, slices: [{arch: a, notarized: true}, {arch: b}]")),
      "", "gatekeeper ? 1 of 2 slices not known to the ticket" },
    { "a ticket without what has no slices",
      RUN(GOOD_APP ", " CODE("A.app/R.bundle", "bundle", "slices: [{notarized: false}]")), "",
      "gatekeeper ? 1 of 2 signatures not known to the ticket" },
    { "no code", "artifacts: [{path: a.mobileconfig, kind: mobileconfig}]", "",
      "signature ? no code in it" },
    { "no executable", RUN(CODE("A.app", "dylib", "slices: [{fileType: dylib}]")), "",
      "launch ? no executable in it" },
    { "a file that was not examined",
      "artifacts: [{path: A.zip, kind: zip, code: [" APP
      "], container: [{path: A.zip, unread: [{what: "
      "A.zip/m.7z, state: not-examined, reason: 7z}]}]}]",
      "", "notarization ?! 1 file not examined" },
    { "a file that is broken is a finding's business",
      "artifacts: [{path: A.zip, kind: zip, code: [" APP
      "], container: [{path: A.zip, unread: [{what: "
      "A.zip/m.zip, state: broken, reason: cut}]}]}]",
      "", "notarization ? 1 file not examined" },
    { "a member that was not examined",
      RUN(CODE("A.app", "app",
               EXECUTE("") ", unread: [{what: problems, state: not-examined, reason: a limit}]")),
      R("AA001", "error", "signature", "problem", "check: false"),
      "signature ?! not readable whole" },
    { "a member out of reach",
      RUN(CODE("A.app", "app",
               EXECUTE("") ", unread: [{what: profile, state: out-of-reach, reason: x}]")),
      R("AA001", "error", "launch", "code", "check: has(code.profile)"),
      "launch ? not known: profile" },
    { "an extension of which the ticket would tell",
      RUN(APP
          ", " CODE("A.app/Contents/Library/SystemExtensions/a.systemextension", "system-extension",
                    EXECUTE("unread: [{what: notarized, state: out-of-reach, reason: x}]"))),
      R("AA001", "error", "activation", "slice",
        "when: code.kind == 'system-extension', check: slice.notarized"),
      "activation ? no ticket yet: check again after stapling" },
    { "a failure outweighs what is not known",
      RUN(CODE("A.app", "app",
               EXECUTE("") ", unread: [{what: profile, state: not-examined, reason: x}]")),
      R("AA001", "error", "launch", "code", "check: has(code.profile)")
          R("AA002", "error", "launch", "code", "check: false"),
      "launch fail 1 of 1 executable would be killed: AA002" },
    { "an artifact that could not be read",
      "artifacts: [{path: A.zip, unread: [{what: A.zip, state: not-examined, reason: cut}]}]", "",
      "signature ?! not readable" },
};

static void decides(void **state)
{
    const struct row *row = *state;
    struct judged j;
    judged_start(&j, row->facts, row->rules);
    judged_finish(&j, NULL);
    struct sx_str text = judged_verdicts(&j);
    SX_AUTO(sx_buf_release) struct sx_buf line = { 0 };
    sx_buf_printf(&line, "%s\n", row->verdict);
    if (sx_str_find(text, sx_buf_view(&line)) == text.len)
        assert_string_equal(text.ptr, row->verdict);
    judged_free(&j);
}

static const struct row sentences[] = {
    { "ready", RUN(GOOD_APP), "", READY },
    { "ready to upload", RUN(APP), "",
      "Ready to upload: nothing found that would stop A.app at a gate it has to pass." },
    { "with a warning", RUN(GOOD_APP), R("AA001", "warning", "launch", "code", "check: false"),
      "Ready, with 1 warning: nothing found that would stop A.app at a gate it has to pass." },
    { "with warnings, before stapling", RUN(APP),
      R("AA001", "warning", "launch", "code", "check: false")
          R("AA002", "warning", "launch", "code", "check: false"),
      "Ready to upload, with 2 warnings: nothing found that would stop A.app at a gate it has to "
      "pass." },
    { "with a note", RUN(GOOD_APP), R("AA001", "note", "", "code", "check: false"), READY },
    { "for the store", "channel: app-store\n" RUN(APP), "", READY },
    { "not ready, every gate in its order", "channel: developer-id\n" RUN(APP ", " EXTENSION("a")),
      R("AA001", "error", "activation, launch, gatekeeper, notarization, signature", "code",
        "check: false"),
      "Not ready: Apple would reject the upload; a downloaded copy would not open; 2 of 2 "
      "executables would be killed; the system extension would not activate." },
    { "an extension alone", RUN(APP ", " EXTENSION("a")),
      R("AA001", "error", "activation", "code", "check: false"),
      "Not ready: the app would start; the system extension would not activate." },
    { "an upload and an extension", RUN(APP ", " EXTENSION("a")),
      R("AA001", "error", "activation, notarization", "code", "check: false"),
      "Not ready: Apple would reject the upload; the app would start; the system extension would "
      "not activate." },
    { "an extension in an app that nobody can open", RUN(APP ", " EXTENSION("a")),
      R("AA001", "error", "activation, gatekeeper", "code", "check: false"),
      "Not ready: a downloaded copy would not open; the system extension would not activate." },
    { "a signature alone", RUN(APP), R("AA001", "error", "signature", "code", "check: false"),
      "Not ready: codesign --verify would refuse it." },
    { "a signature beside something else", RUN(APP),
      R("AA001", "error", "signature", "code", "check: false")
          R("AA002", "error", "launch", "code", "check: false"),
      "Not ready: codesign --verify would refuse it; 1 of 1 executable would be killed." },
    { "a policy alone", RUN(APP), R("AA001", "error", "policy", "code", "check: false"),
      "Not ready: 1 of 1 policy rule is broken." },
    { "a policy that another gate stands for", RUN(APP),
      R("AA001", "error", "policy, launch", "code", "check: false"),
      "Not ready: 1 of 1 executable would be killed." },
    { "the store", "channel: app-store\n" RUN(APP),
      R("AA001", "error", "store", "code", "check: false"),
      "Not ready: App Store validation would refuse it." },
    { "an error without a gate", RUN(APP), R("AA001", "error", "", "code", "check: false"),
      "Not ready: 1 error." },
    { "not examined",
      "artifacts: [{path: A.zip, kind: zip, code: [" APP
      "], container: [{path: A.zip, unread: [{what: "
      "a.7z, state: not-examined, reason: 7z}, {what: b.7z, state: not-examined, reason: 7z}]}]}]",
      "",
      "Not cleared: nothing found, but 2 files were not examined, so notarization is not "
      "checked." },
    { "not examined, with a note",
      "artifacts: [{path: A.zip, kind: zip, code: [" APP
      "], container: [{path: A.zip, unread: [{what: "
      "a.7z, state: not-examined, reason: 7z}]}]}]",
      R("AA001", "note", "", "code", "check: false"),
      "Not cleared: no error found, but 1 file was not examined, so notarization is not checked." },
    { "a part not examined",
      RUN(CODE("A.app", "app",
               EXECUTE("") ", unread: [{what: profile, state: not-examined, reason: x}]")),
      R("AA001", "error", "launch, signature", "code", "check: has(code.profile)"),
      "Not cleared: nothing found, but 1 part was not examined, so signature and launch are not "
      "checked." },
    { "an error outweighs it",
      RUN(CODE("A.app", "app",
               EXECUTE("") ", unread: [{what: profile, state: not-examined, reason: x}]")),
      R("AA001", "error", "signature", "code", "check: has(code.profile)")
          R("AA002", "error", "launch", "code", "check: false"),
      "Not ready: 1 of 1 executable would be killed." },
    { "out of reach is named, and no failure",
      RUN(CODE("A.app", "app",
               STAPLED ", unread: [{what: profile, state: out-of-reach, reason: x}]")),
      R("AA001", "error", "launch", "code", "check: has(code.profile)"),
      "Ready: nothing found that would stop A.app at a gate that was checked; launch is not "
      "checked." },
    { "not readable",
      "artifacts: [{path: dist/A.zip, unread: [{what: dist/A.zip, state: not-examined, reason: "
      "cut}]}]",
      "", "Not cleared: dist/A.zip could not be read, so no gate was checked." },
    { "code that could not be looked for",
      "artifacts: [{path: dist/A.7z, kind: other, unread: [{what: code, state: not-examined, "
      "reason: no reader}]}]",
      "", "Not cleared: dist/A.7z could not be read, so no gate was checked." },
    { "nothing to judge", "artifacts: [{path: dist/a.txt, kind: other}]", "",
      "Nothing to judge: a.txt holds nothing that a gate looks at." },
    { "one of two not readable",
      "artifacts: [{path: dist/A.zip, unread: [{what: dist/A.zip, state: not-examined, reason: "
      "cut}]}, "
      "{path: dist/B.app, kind: bundle, code: [" APP "]}]",
      "", "Not cleared: dist/A.zip could not be read." },
    { "a name from a file is escaped",
      "artifacts: [{path: \"A\\e.app\", kind: bundle, code: [" GOOD_APP "]}]", "",
      "Ready: nothing found that would stop \"A\\x1b.app\" at a gate it has to pass." },
};

static void answers(void **state)
{
    const struct row *row = *state;
    struct judged j;
    judged_start(&j, row->facts, row->rules);
    judged_finish(&j, NULL);
    assert_string_equal(j.all->whole.sentence.ptr, row->verdict);
    judged_free(&j);
}

/* Exit 3 comes from what was not examined, not from what nobody can know. */
static const struct incomplete {
    const char *name, *state;
    bool is_incomplete;
} states[] = {
    { "not examined is incomplete", "not-examined", true },
    { "broken is not", "broken", false },
    { "out of reach is not", "out-of-reach", false },
};

static void completes(void **state)
{
    const struct incomplete *row = *state;
    struct judged j;
    char facts[512];
    snprintf(
        facts, sizeof(facts),
        RUN(CODE("A.app", "app", EXECUTE("") ", unread: [{what: profile, state: %s, reason: x}]")),
        row->state);
    judged_start(&j, facts, R("AA001", "error", "launch", "code", "check: code.profile == null"));
    judged_finish(&j, NULL);
    assert_int_equal(j.all->whole.is_incomplete, row->is_incomplete);
    assert_int_equal(j.all->at[0].verdicts[SX_GATE_LAUNCH].state, SX_NOT_CHECKED);
    assert_int_equal(j.all->at[0].verdicts[SX_GATE_LAUNCH].incomplete, row->is_incomplete);
    judged_free(&j);
}

int main(void)
{
    static struct rows rows;
    ADD_ROWS(&rows, verdicts, decides);
    ADD_ROWS(&rows, sentences, answers);
    ADD_ROWS(&rows, states, completes);
    return run_rows("rules-verdict", &rows);
}
