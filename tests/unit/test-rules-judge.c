/* SPDX-License-Identifier: MIT */
/* Facts and rules in, findings out: one row a question. Each row has its own rules, in YAML, and
 * the findings spelled as judged_findings lists them. */
#include "judged.h"
#include "rows.h"
#include "rules/case.h"

/* A rule in short: R(id, severity, gates, scope, rest). */
#define R(id, severity, gates, scope, rest)                                                        \
    "- {id: " id ", name: n-" id ", severity: " severity ", gates: [" gates "], for: " scope       \
    ", why: w, " rest "}\n"
#define MANY    "[1,2,3,4,5,6,7,8,9,10,1,2,3,4,5,6,7,8,9,10]"
#define W(text) "message: \"" text "\""

/* Facts in short. */
#define APP(members)  "artifacts: [{path: A.app, kind: bundle, code: [" members "]}]\n"
#define CODE(members) "{path: A.app, kind: app, " members "}"
#define ARM           "arch: arm64, fileType: execute"
#define INTEL         "arch: x86_64, fileType: execute"

static const struct row {
    const char *name, *facts, *rules, *findings;
} table[] = {
    /* Slices */
    { "what holds for every slice names none",
      APP(CODE("slices: [{" ARM ", sdk: '1'}, {" INTEL ", sdk: '1'}]")),
      R("AA001", "error", "launch", "slice", "check: slice.sdk != '1', " W("old")),
      "AA001 error [launch] A.app: old\n  why w\n" },
    { "what holds for one names it",
      APP(CODE("slices: [{" ARM ", sdk: '2'}, {" INTEL ", sdk: '1'}]")),
      R("AA001", "error", "launch", "slice", "check: slice.sdk != '1', " W("old")),
      "AA001 error [launch] A.app (x86_64): old\n  why w\n" },
    { "two words are two findings",
      APP(CODE("slices: [{" ARM ", sdk: '1'}, {" INTEL ", sdk: '2'}]")),
      R("AA001", "error", "launch", "slice", "check: slice.sdk == '3', " W("sdk {slice.sdk}")),
      "AA001 error [launch] A.app (arm64): sdk 1\n  why w\n"
      "AA001 error [launch] A.app (x86_64): sdk 2\n  why w\n" },
    /* Gathering */
    { "problems of one object are one finding",
      APP(CODE("problems: [{what: resource-added, path: A.app/b}, {what: resource-added, "
               "path: A.app/a}, {what: resource-missing, path: A.app/c}]")),
      R("AA001", "error", "signature", "problem",
        "when: problem.what == 'resource-added', check: false, files: added, " W("{count} files")),
      "AA001 error [signature] A.app: 2 files\n  added a, b\n  why w\n" },
    { "problems that were found before the looking ended",
      APP(CODE("problems: [{what: resource-added, path: A.app/b}], "
               "unread: [{what: problems, state: not-examined, reason: too many}]")),
      R("AA001", "error", "signature", "problem",
        "when: problem.what == 'resource-added', check: false, files: added, " W("{count} file")),
      "AA001 error [signature] A.app: 1 file\n  added b\n  why w\n"
      "? [signature] A.app: problems: too many\n" },
    { "problems of two slices are merged when they are alike",
      APP(CODE("slices: [{" ARM ", signature: {problems: [{what: page-altered, page: 1}, {what: "
               "page-altered, page: 2}]}}, {" INTEL
               ", signature: {problems: [{what: page-altered, page: 3}, {what: page-altered, page: "
               "4}]}}]")),
      R("AA001", "error", "signature", "problem",
        "when: problem.what == 'page-altered', check: false, " W("{count} pages")),
      "AA001 error [signature] A.app: 2 pages\n  why w\n" },
    { "and not when they differ",
      APP(CODE("slices: [{" ARM ", signature: {problems: [{what: page-altered, page: 1}]}}, {" INTEL
               ", signature: {problems: [{what: page-altered, page: 3}, {what: page-altered, page: "
               "4}]}}]")),
      R("AA001", "error", "signature", "problem",
        "when: problem.what == 'page-altered', check: false, " W("{count} pages")),
      "AA001 error [signature] A.app (arm64): 1 pages\n  why w\n"
      "AA001 error [signature] A.app (x86_64): 2 pages\n  why w\n" },
    { "claims are gathered, and offend by their keys",
      APP(CODE("slices: [{" ARM
               ", claims: [{key: a, class: debug}, {key: b, class: private}, {key: "
               "c, class: debug}]}]")),
      R("AA001", "error", "launch", "claim",
        "check: claim.class != 'debug', " W("{count} claims, {offending}")),
      "AA001 error [launch] A.app: 2 claims, a, c\n  why w\n" },
    { "offending elements of gathered claims stand in one list",
      APP(CODE("slices: [{" ARM ", claims: [{key: a, refused: [x]}, {key: b, refused: [y, z]}]}]")),
      R("AA001", "error", "launch", "claim",
        "\"check\": \"claim.refused.all(v, false)\", " W("refused {offending}")),
      "AA001 error [launch] A.app: refused x, y, z\n  why w\n" },
    { "two problems of containers stay apart",
      "artifacts: [{path: A.zip, kind: zip, container: [{path: A.zip, problems: [{what: "
      "archive-encrypted}]}, {path: A.zip/b.zip, problems: [{what: archive-encrypted}]}]}]",
      R("AA001", "warning", "notarization", "problem", "check: false, " W("is encrypted")),
      "AA001 warning [notarization] A.zip: is encrypted\n  why w\n"
      "AA001 warning [notarization] A.zip/b.zip: is encrypted\n  why w\n" },
    /* Folding */
    { "a consequence of the same slice", APP(CODE("slices: [{" ARM "}]")),
      R("AA001", "error", "launch", "slice", "check: false, " W("cause"))
          R("AA002", "error", "launch", "slice", "check: false, follows: [AA001], " W("effect")),
      "AA001 error [launch] A.app: cause\n  why w\n  so AA002 A.app: effect\n" },
    { "one slice is no cause for another",
      APP(CODE("slices: [{" ARM ", sdk: '1'}, {" INTEL ", sdk: '2'}]")),
      R("AA001", "error", "launch", "slice", "check: slice.sdk != '1', " W("cause"))
          R("AA002", "error", "launch", "slice",
            "check: slice.sdk != '2', follows: [AA001], " W("effect")),
      "AA001 error [launch] A.app (arm64): cause\n  why w\n"
      "AA002 error [launch] A.app (x86_64): effect\n  why w\n" },
    { "what follows in one slice only is told of the other",
      APP(CODE("slices: [{" ARM ", sdk: '1'}, {" INTEL ", sdk: '2'}]")),
      R("AA001", "error", "launch", "slice", "check: slice.sdk != '1', " W("cause"))
          R("AA002", "error", "launch", "slice", "check: false, follows: [AA001], " W("effect")),
      "AA001 error [launch] A.app (arm64): cause\n  why w\n  so AA002 A.app (arm64): effect\n"
      "AA002 error [launch] A.app (x86_64): effect\n  why w\n" },
    { "a consequence of the code object, by prefix", APP(CODE("slices: [{" ARM "}, {" INTEL "}]")),
      R("AA001", "error", "launch", "code", "check: false, " W("cause"))
          R("BB001", "error", "launch", "slice", "check: false, follows: [AA], " W("effect")),
      "AA001 error [launch] A.app: cause\n  why w\n  so BB001 A.app: effect\n" },
    { "a consequence of the host", APP(CODE("") ", {path: A.app/b, kind: executable}"),
      R("AA001", "error", "launch", "code", "when: code.kind == 'app', check: false, " W("cause"))
          R("AA002", "error", "launch", "code",
            "when: code.kind == 'executable', check: false, follows: [AA001], " W("effect")),
      "AA001 error [launch] A.app: cause\n  why w\n  so AA002 A.app/b: effect\n" },
    { "a consequence of nested code", APP(CODE("") ", {path: A.app/b, kind: executable}"),
      R("AA001", "error", "launch", "code",
        "when: code.kind == 'executable', check: false, " W("cause"))
          R("AA002", "error", "launch", "code",
            "when: code.kind == 'app', check: false, follows: [AA001], " W("effect")),
      "AA001 error [launch] A.app/b: cause\n  why w\n  so AA002 A.app: effect\n" },
    { "its own cause before its host's", APP(CODE("") ", {path: A.app/b, kind: executable}"),
      R("AA001", "error", "launch", "code", "check: false, " W("cause"))
          R("AA002", "error", "launch", "code",
            "when: code.kind == 'executable', check: false, follows: [AA001], " W("effect")),
      "AA001 error [launch] A.app: cause\n  why w\n"
      "AA001 error [launch] A.app/b: cause\n  why w\n  so AA002 A.app/b: effect\n" },
    { "a host is no cause where the same code is asked for",
      APP(CODE("") ", {path: A.app/b, kind: executable}"),
      R("AA001", "error", "launch", "code", "when: code.kind == 'app', check: false, " W("cause"))
          R("AA002", "error", "launch", "code",
            "when: code.kind == 'executable', check: false, follows: [AA001], near: code, " W(
                "effect")),
      "AA001 error [launch] A.app: cause\n  why w\nAA002 error [launch] A.app/b: effect\n  why "
      "w\n" },
    { "the same code is, where it is asked for", APP(CODE("slices: [{" ARM "}]")),
      R("AA001", "error", "launch", "slice", "check: false, " W("cause"))
          R("AA002", "error", "launch", "code",
            "check: false, follows: [AA001], near: code, " W("effect")),
      "AA001 error [launch] A.app: cause\n  why w\n  so AA002 A.app: effect\n" },
    { "siblings are no cause",
      APP(CODE("") ", {path: A.app/b, kind: executable}, {path: A.app/c, kind: dylib}"),
      R("AA001", "error", "launch", "code", "when: code.kind == 'dylib', check: false, " W("cause"))
          R("AA002", "error", "launch", "code",
            "when: code.kind == 'executable', check: false, follows: [AA001], " W("effect")),
      "AA002 error [launch] A.app/b: effect\n  why w\nAA001 error [launch] A.app/c: cause\n  why "
      "w\n" },
    { "a consequence of anything, for the artifact",
      APP(CODE("") ", {path: A.app/b, kind: executable}"),
      R("AA001", "error", "launch", "code",
        "when: code.kind == 'executable', check: false, " W("cause"))
          R("AA002", "error", "notarization", "artifact",
            "check: false, follows: [AA001], " W("effect")),
      "AA001 error [launch] A.app/b: cause\n  why w\n  so AA002 A.app: effect\n" },
    { "a chain hangs on its root", APP(CODE("")),
      R("AA001", "error", "launch", "code", "check: false, " W("root"))
          R("AA002", "error", "launch", "code", "check: false, follows: [AA001], " W("first"))
              R("AA003", "error", "launch", "code", "check: false, follows: [AA002], " W("second")),
      "AA001 error [launch] A.app: root\n  why w\n  so AA002 A.app: first\n  so AA003 A.app: "
      "second\n" },
    { "a ring ends somewhere", APP(CODE("")),
      R("AA001", "error", "launch", "code", "check: false, follows: [AA002], " W("one"))
          R("AA002", "error", "launch", "code", "check: false, follows: [AA001], " W("other")),
      "AA001 error [launch] A.app: one\n  why w\n  so AA002 A.app: other\n" },
    { "nothing follows from itself", APP(CODE("")),
      R("AA001", "error", "launch", "code", "check: false, follows: [AA], " W("one")),
      "AA001 error [launch] A.app: one\n  why w\n" },
    { "but from the same of what lies within, however deep",
      APP(CODE("slices: [{" ARM "}]") ", {path: A.app/F.framework, kind: framework, slices: [{" ARM
                                      "}]}, {path: A.app/F.framework/b, kind: dylib, slices: [{" ARM
                                      "}]}"),
      R("AA001", "error", "launch", "code", "when: code.kind == 'dylib', check: false, " W("cause"))
          R("AA002", "error", "launch", "slice",
            "check: false, follows: [AA001, AA002], " W("effect")),
      "AA001 error [launch] A.app/F.framework/b: cause\n  why w\n  so AA002 A.app: effect\n  so "
      "AA002 A.app/F.framework: effect\n  so AA002 A.app/F.framework/b: effect\n" },
    { "the slice of a host is no cause for a nested one's",
      APP(CODE("slices: [{" ARM ", sdk: '1'}]") ", {path: A.app/b, kind: executable, slices: [{" ARM
                                                "}]}"),
      R("AA001", "error", "launch", "slice", "check: slice.sdk != '1', " W("cause"))
          R("AA002", "error", "launch", "slice",
            "when: code.kind == 'executable', check: false, follows: [AA001], " W("effect")),
      "AA001 error [launch] A.app: cause\n  why w\nAA002 error [launch] A.app/b: effect\n  why "
      "w\n" },
    { "an error is not told under a warning", APP(CODE("")),
      R("AA001", "warning", "launch", "code", "check: false, " W("cause"))
          R("AA002", "error", "launch", "code", "check: false, follows: [AA001], " W("effect")),
      "AA002 error [launch] A.app: effect\n  why w\nAA001 warning [launch] A.app: cause\n  why "
      "w\n" },
    { "a warning is told under an error", APP(CODE("")),
      R("AA001", "error", "launch", "code", "check: false, " W("cause"))
          R("AA002", "warning", "launch", "code", "check: false, follows: [AA001], " W("effect")),
      "AA001 error [launch] A.app: cause\n  why w\n  so AA002 A.app: effect\n" },
    { "a consequence without its cause stands alone", APP(CODE("")),
      R("AA001", "error", "launch", "code", "check: true, " W("cause"))
          R("AA002", "error", "launch", "code", "check: false, follows: [AA001], " W("effect")),
      "AA002 error [launch] A.app: effect\n  why w\n" },
    /* Order */
    { "errors, warnings, notes, then offset, then id",
      APP(CODE("problems: [{what: flags-unknown, offset: 9}, {what: fat-64, offset: 4}]")),
      R("AA001", "note", "", "code", "check: false, " W("note"))
          R("AA002", "warning", "", "code", "check: false, " W("warning"))
              R("AA003", "error", "", "problem",
                "when: problem.what == 'flags-unknown', check: false, " W("nine"))
                  R("AA004", "error", "", "problem",
                    "when: problem.what == 'fat-64', check: false, " W("four"))
                      R("AA005", "error", "", "code", "check: false, " W("error")),
      "AA005 error [] A.app: error\n  why w\nAA004 error [] A.app: four\n  why w\n"
      "AA003 error [] A.app: nine\n  why w\nAA002 warning [] A.app: warning\n  why w\n"
      "AA001 note [] A.app: note\n  why w\n" },
    /* Dispatch */
    { "by kind and by what kinds there are not", APP(CODE("") ", {path: A.app/b, kind: dylib}"),
      R("AA001", "note", "", "code",
        "\"when\": \"code.kind in ['dylib', 'script']\", check: false, " W("one"))
          R("AA002", "note", "", "code", "when: code.kind == 'script', check: false, " W("two"))
              R("AA003", "note", "", "code", "check: code.kind == 'app', " W("three")),
      "AA001 note [] A.app/b: one\n  why w\nAA003 note [] A.app/b: three\n  why w\n" },
    { "of a kind that was not read everything is asked",
      "artifacts: [{path: A, kind: folder, code: [{path: A, unread: [{what: kind, state: "
      "not-examined, reason: too long}]}]}]",
      R("AA001", "note", "launch", "code", "when: code.kind == 'dylib', check: false, " W("one"))
          R("AA002", "note", "store", "code", "when: code.kind == 'app', check: false, " W("two")),
      "? [launch] A: kind: too long\n" },
    { "by what a payload, a job, a claim and a problem are",
      "artifacts: [{path: A.app, kind: bundle, jobs: [{path: j, origin: bundle}, {path: k, origin: "
      "loose}], configurations: [{path: c, payloads: [{type: a}, {type: b}]}]}]",
      R("AA001", "note", "", "job", "when: job.origin == 'loose', check: false, " W("job"))
          R("AA002", "note", "", "payload",
            "when: payload.type == 'b', check: false, " W("{payload.type}")),
      "AA002 note [] c: b\n  why w\nAA001 note [] k: job\n  why w\n" },
    /* Scopes */
    { "an extension and its host",
      APP(CODE("") ", {path: A.app/b.systemextension, kind: system-extension}"),
      R("AA001", "note", "", "extension", "check: false, " W("{code.name} in {host.name}")),
      "AA001 note [] A.app/b.systemextension: b.systemextension in A.app\n  why w\n" },
    { "an extension without a host is none",
      "artifacts: [{path: b.dext, kind: bundle, code: [{path: b.dext, kind: driver-extension}]}]",
      R("AA001", "note", "", "extension", "check: false, " W("m")), "" },
    { "profiles, embedded and loose",
      "artifacts: [{path: A.app, kind: bundle, profiles: [{path: l}], code: [{path: A.app, kind: "
      "app, profile: {path: e}}]}]",
      R("AA001", "note", "", "profile", "check: false, " W("{code == null ? 'loose' : code.name}")),
      "AA001 note [] e: A.app\n  why w\nAA001 note [] l: loose\n  why w\n" },
    { "a problem of a job has no code",
      "artifacts: [{path: A.app, kind: bundle, jobs: [{path: j, problems: [{what: "
      "job-unreadable}]}]}]",
      R("AA001", "note", "", "problem", "check: code != null, " W("m")),
      "AA001 note [] j: m\n  why w\n" },
    /* Gates */
    { "what kills an extension stops its activation",
      APP(CODE("") ", {path: A.app/b.systemextension, kind: system-extension}, {path: A.app/c, "
                   "kind: executable}"),
      R("AA001", "error", "launch", "code", "check: false, " W("m")),
      "AA001 error [launch,activation] A.app: m\n  why w\n"
      "AA001 error [launch,activation] A.app/b.systemextension: m\n  why w\n"
      "AA001 error [launch] A.app/c: m\n  why w\n" },
    { "gates of the channel only", "channel: app-store\n" APP(CODE("")),
      R("AA001", "error", "notarization", "code", "check: false, " W("not asked"))
          R("AA002", "error", "notarization, store", "code", "check: false, " W("asked"))
              R("AA003", "note", "", "code", "check: false, " W("no gate")),
      "AA002 error [store] A.app: asked\n  why w\nAA003 note [] A.app: no gate\n  why w\n" },
    /* Not checked */
    { "one entry for a member, however many rules it held up",
      APP(CODE("unread: [{what: profile, state: broken, reason: no CMS}]")),
      R("AA001", "error", "launch", "code", "check: code.profile.kind == 'development', " W("m"))
          R("AA002", "error", "store", "code", "check: has(code.profile.name), " W("m"))
              R("AA003", "error", "activation", "code",
                "when: has(code.profile.name), check: true, " W("m")),
      "? [launch,activation] A.app: profile: no CMS\n" },
    { "what does not depend on it is decided",
      APP(CODE("unread: [{what: profile, state: broken, reason: no CMS}]")),
      R("AA001", "error", "launch", "code",
        "check: code.kind == 'dylib' && has(code.profile.name), " W("m")),
      "AA001 error [launch] A.app: m\n  why w\n" },
    { "two slices that leave the same in doubt are told once",
      APP(CODE("slices: [{" ARM ", unread: [{what: sdk, state: broken, reason: cut}]}, {" INTEL
               ", unread: [{what: sdk, state: broken, reason: cut}, {what: minos, state: broken, "
               "reason: cut}]}]")),
      R("AA001", "error", "launch", "slice", "check: slice.sdk != '1', " W("old")),
      "? [launch] A.app: sdk: cut\n" },
    { "broken is there", APP(CODE("unread: [{what: profile, state: broken, reason: no CMS}]")),
      R("AA001", "error", "launch", "code", "check: \"!has(code.profile)\", " W("there")),
      "AA001 error [launch] A.app: there\n  why w\n" },
    { "a list that was not read holds up its rules",
      APP(CODE("unread: [{what: problems, state: not-examined, reason: a limit}]")),
      R("AA001", "error", "signature", "problem",
        "when: problem.what == 'resource-added', check: false, " W("m"))
          R("AA002", "error", "launch", "problem",
            "when: problem.what == 'page-altered', check: false, " W("m"))
              R("AA003", "error", "activation", "slice", "check: false, " W("m")),
      "? [signature] A.app: problems: a limit\n" },
    { "and all that lies beyond it",
      "artifacts: [{path: A.app, kind: bundle, unread: [{what: code, state: not-examined, reason: "
      "a "
      "limit}]}]",
      R("AA001", "error", "signature", "slice", "check: false, " W("m"))
          R("AA002", "error", "launch", "claim", "check: false, " W("m"))
              R("AA003", "error", "activation", "job", "check: true, " W("m")),
      "? [signature,launch] A.app: code: a limit\n" },
    { "a requirement that only a Mac resolves is one doubt",
      APP(CODE("slices: [{" ARM ", signature: {identifier: a, cdhash: '00'}}]")),
      R("AA002", "error", "launch", "code", "\"check\": \"code.satisfies('(x)')\", " W("m"))
          R("AA001", "error", "policy", "code", "\"check\": \"code.satisfies('(y)')\", " W("m")),
      "? [launch,policy] A.app: AA001, AA002: a requirement that a Mac keeps under a name is not "
      "at hand\n" },
    { "an error names its rule", APP(CODE("")),
      R("AA001", "error", "launch", "code", "check: code.minos.olderThan('1'), " W("m")),
      "? [launch] A.app: AA001: the rule at rules.yaml:1 broke off: " },
    { "a budget that is used up is an error", APP(CODE("")),
      R("AA001", "error", "launch", "code",
        "\"check\": \"" MANY ".all(a, " MANY ".all(b, " MANY ".all(c, " MANY ".all(d, " MANY
        ".all(e, a + b + c + d + e < 99)))))\", " W("m")),
      "? [launch] A.app: AA001: the rule at rules.yaml:1 broke off: " },
    { "files that were not opened",
      "artifacts: [{path: A.zip, kind: zip, container: [{path: A.zip, unread: [{what: A.zip/m.7z, "
      "state: not-examined, reason: 7z archive}]}]}]",
      "", "? [notarization] A.zip/m.7z: : 7z archive\n" },
    { "members of containers are not listed yet", APP(CODE("")),
      R("AA001", "error", "policy", "member", "check: false, " W("m")),
      "? [policy] A.app: Artifact.members: this version of sxlint does not compute it\n" },
    /* Hostile text */
    { "paths and values are escaped",
      "artifacts: [{path: A.app, kind: bundle, code: [{path: \"A.app/a\\e[0m\", kind: "
      "executable}]}]",
      R("AA001", "note", "", "code", "check: false, " W("{code.name}")),
      "AA001 note [] \"A.app/a\\x1b[0m\": \"a\\x1b[0m\"\n  why w\n" },
    /* Repairs */
    { "lines for each that is offending", APP(CODE("appGroups: [a, b]")),
      R("AA001", "note", "", "code",
        "\"check\": \"code.appGroups.all(g, false)\", message: m, fix: {edit: {file: "
        "entitlements, minus: '<a>{offending}</a>', plus: '<b/>'}}"),
      "AA001 note [] A.app: m\n  why w\n  in A.entitlements\n  - <a>a</a>, <a>b</a>\n  + <b/>\n" },
    { "an edit of what is not known is none, and no half of one",
      APP(CODE("identifier: a, unread: [{what: minos, state: broken, reason: cut}]")),
      R("AA001", "note", "", "code",
        "check: false, message: m, wanted: 'not {code.minos}', fix: {edit: {file: entitlements, "
        "minus: '<a>{code.identifier}</a>', plus: '<a>{code.minos}</a>'}, run: 'rm "
        "{code.minos}'}"),
      "AA001 note [] A.app: m\n  why w\n  in A.entitlements\n" },
    { "an edit with one of several values is none", APP(CODE("appGroups: [a, b]")),
      R("AA001", "note", "", "code",
        "check: false, message: m, fix: {edit: {file: entitlements, minus: '<a/>', plus: "
        "'<b>{code.appGroups}</b>'}}"),
      "AA001 note [] A.app: m\n  why w\n  in A.entitlements\n" },
    { "a command is quoted for the shell",
      "artifacts: [{path: A.app, kind: bundle, code: [{path: \"A.app/$(rm)\", kind: executable}]}]",
      R("AA001", "note", "", "code",
        "check: false, message: m, fix: {run: 'codesign {code.path}'}"),
      "AA001 note [] A.app/$(rm): m\n  why w\n  run codesign 'A.app/$(rm)'\n" },
    { "a label that would speak of nothing is left out", APP(CODE("")),
      R("AA001", "note", "", "code",
        "check: false, message: m, found: '\"{code.profile.name}\"', wanted: 'a {code.minos}', "
        "profile: 'b {count}'"),
      "AA001 note [] A.app: m\n  profile b 1\n  why w\n" },
};

static void finds(void **state)
{
    const struct row *row = *state;
    struct judged j;
    judged_start(&j, row->facts, row->rules);
    judged_finish(&j, NULL);
    struct sx_str findings = judged_findings(&j);
    size_t n = strlen(row->findings);
    if (n > 2 && strcmp(row->findings + n - 2, ": ") == 0) /* the rest is CEL's to say */
        assert_true(sx_str_starts(findings, sx_str_of(row->findings)));
    else
        assert_string_equal(findings.ptr, row->findings);
    judged_free(&j);
}

/* Selection */

static const char three_rules[] =
    R("AA001", "error", "launch", "code", "check: false, aliases: [ZZ001], " W("one"))
        R("AA002", "error", "launch", "code", "check: false, follows: [AA001], " W("two"))
            R("BB001", "note", "", "code", "check: false, " W("three"));

#define LIST(of)                                                                                   \
    {                                                                                              \
        (of), SX_LEN(of)                                                                           \
    }
static const struct sx_str prefix[] = { LIT("BB") }, name[] = { LIT("n-BB001") },
                           alias[] = { LIT("ZZ001") }, both[] = { LIT("AA") },
                           cause[] = { LIT("AA001") }, effect[] = { LIT("AA002") },
                           unknown[] = { LIT("AA01") };
static const struct sx_severity_change milder[] = { { LIT("AA001"), SX_SEVERITY_NOTE } };

static const struct selected {
    const char *name;
    struct sx_selection selection;
    const char *findings;
} selections[] = {
    { "by prefix", { .select = LIST(prefix) }, "BB001 note [] A.app: three\n  why w\n" },
    { "by name", { .select = LIST(name) }, "BB001 note [] A.app: three\n  why w\n" },
    { "by alias", { .select = LIST(alias) }, "AA001 error [launch] A.app: one\n  why w\n" },
    { "but not",
      { .select = LIST(both), .ignore = LIST(effect) },
      "AA001 error [launch] A.app: one\n  why w\n" },
    { "a cause that is ignored lets its consequences stand alone",
      { .ignore = LIST(cause) },
      "AA002 error [launch] A.app: two\n  why w\nBB001 note [] A.app: three\n  why w\n" },
    { "severity of one's own",
      { .ignore = LIST(effect), .changes = milder, .n_changes = 1 },
      "AA001 note [launch] A.app: one\n  why w\nBB001 note [] A.app: three\n  why w\n" },
};

static void selects(void **state)
{
    const struct selected *row = *state;
    struct judged j;
    judged_start(&j, APP(CODE("")), three_rules);
    judged_finish(&j, &row->selection);
    assert_string_equal(judged_findings(&j).ptr, row->findings);
    judged_free(&j);
}

static void refuses_unknown_words(void **state)
{
    (void)state;
    static const struct sx_selection selection = { .ignore = LIST(unknown) };
    struct judged j;
    struct sx_err err = { 0 };
    judged_start(&j, APP(CODE("")), three_rules);
    assert_false(sx_judge(&j.told.run, j.rules, &selection, &j.all, &err));
    assert_int_equal(err.code, SX_E_USAGE);
    assert_string_equal(err.what, "no rule AA01; the nearest is AA001");
    judged_free(&j);
}

/* When the artifact's budget is used up, the rest is not checked, and no gate passes. */
static void spends(void **state)
{
    (void)state;
    static const struct sx_selection all;
    struct judged j;
    struct sx_judgement judgement = { 0 };
    judged_start(&j, APP(CODE("")),
                 R("AA001", "error", "launch", "code", "check: code.name != '', " W("m")));
    SX_AUTO(sx_arena_freep) struct sx_arena *scratch = sx_arena_new();
    struct sx_case c = { .arena = j.told.arena,
                         .scratch = scratch,
                         .run = &j.told.run,
                         .artifact = SX_AT(Artifact, j.told.run.artifacts, 0),
                         .judgement = &judgement };
    sx_case_open(&c, j.rules, &all);
    c.steps = 1;
    sx_case_walk(&c);
    sx_doubts_close(&c);
    assert_int_equal(judgement.n_not_checked, 1);
    assert_int_equal(judgement.not_checked[0].state, SX_UNREAD_NOT_EXAMINED);
    assert_int_equal(judgement.not_checked[0].gates, c.gates);
    assert_string_equal(judgement.not_checked[0].reason.ptr,
                        "the budget of one artifact is used up; the rest was not checked");
    judged_free(&j);
}

/* A finding points at the value in the text it was read from. */
static void points(void **state)
{
    (void)state;
    static const char text[] = "<dict>\n\t<key>a</key>\n\t<string>wrong</string>\n</dict>\n";
    struct judged j;
    judged_start(&j, APP(CODE("info: {a: wrong}")),
                 R("AA001", "note", "", "code",
                   "check: false, message: m, at: {document: code, \"value\": \"code.info.get('a', "
                   "'')\"}"));
    const struct sx_Artifact *artifact = SX_AT(Artifact, j.told.run.artifacts, 0);
    const struct sx_Code *code = SX_AT(Code, artifact->code, 0);
    told_document(&j.told, &code->head, "Info.plist", text);
    struct sx_entry *entry = SX_NEW(j.told.arena, struct sx_entry);
    *entry = code->info->at[0];
    entry->value.pos = 1 + (uint32_t)sx_str_find(sx_str_of(text), SX_STR("wrong"));
    ((struct sx_Code *)code)->info = sx_map_new(j.told.arena, entry, 1);
    judged_finish(&j, NULL);
    assert_string_equal(judged_findings(&j).ptr,
                        "AA001 note [] A.app: m\n  at Info.plist:3:10+5\n  why w\n");
    judged_free(&j);
}

int main(void)
{
    static struct rows rows;
    ADD_ROWS(&rows, table, finds);
    ADD_ROWS(&rows, selections, selects);
    ADD_TEST(&rows, refuses_unknown_words);
    ADD_TEST(&rows, spends);
    ADD_TEST(&rows, points);
    return run_rows("rules-judge", &rows);
}
