/* SPDX-License-Identifier: MIT */
/* The log of Apple's notary service: as Apple wrote it, and as the facts foretell it. Its members
 * are those that "Resolving common notarization issues" and "Customizing the notarization workflow"
 * (developer.apple.com) show. */
#pragma once
#include "report/report.h"

struct sx_notary_issue {
    struct sx_str severity, path, message;
    struct sx_str url, arch;        /* absent: null */
    const struct sx_rule *rule;     /* that foretold it; NULL in a log that was read */
    const struct sx_finding *cause; /* that it stands for, or follows from; likewise */
    size_t slice;                   /* its place in the file; likewise */
};

/* A hash that the ticket lists. */
struct sx_notary_hash {
    struct sx_str path, algorithm, cdhash;
    struct sx_str arch; /* absent: the log names none */
};

/* Texts are as they stand in the log, not escaped; absent: null, or not there. */
struct sx_notary_log {
    const struct sx_map *map; /* as Apple wrote it; NULL: a list of issues, or a forecast */
    struct sx_str job, status, summary, archive, uploaded, sha256;
    struct sx_opt_int code;
    const struct sx_notary_issue *issues;
    size_t n_issues;
    const struct sx_notary_hash *hashes;
    size_t n_hashes;
};

/* The rules whose findings stand in the log, in the order in which it lists them of one slice. The
 * words are the rule's, the first under which it is seen. */
enum sx_notary_arch { SX_ARCH_OR_NONE, SX_WITH_ARCH, SX_WITHOUT_ARCH };
struct sx_notary_row {
    const char *rule;
    const char *anchor; /* of the section on Apple's page; NULL: the log names no page */
    enum sx_notary_arch arch;
};
extern const struct sx_notary_row sx_notary_rows[];
extern const size_t sx_n_notary_rows;

/* sx_is_upload tells what may go to Apple from files that stand beside it, as configuration
 * profiles.
 */
bool sx_is_upload(const struct sx_judgement *at);
/* sx_forecast is the log that Apple would write of one artifact. What only Apple knows is absent,
 * and so is the status of what was not examined whole. */
struct sx_notary_log sx_forecast(const struct sx_judgement *at, struct sx_arena *arena);

/* sx_notary_accept refuses what is known to be something else than a log, and says what, and which
 * command has the log. Fails with FORMAT. */
SX_MUST_USE bool sx_notary_accept(struct sx_str text, struct sx_err *err);

/* sx_notary_log_read reads a log, or the list of its issues alone. Fails as sx_notary_accept and
 * sx_json_parse do, and with FORMAT for a member of another type; err->file is `file`. */
SX_MUST_USE bool sx_notary_log_read(struct sx_str text, const char *file, struct sx_arena *arena,
                                    struct sx_notary_log *out, struct sx_err *err);

/* sx_notary_rules_of gives the rules behind an issue; none for words that no rule knows. */
struct sx_notary_rules {
    const struct sx_rule *const *at;
    size_t n;
};
struct sx_notary_rules sx_notary_rules_of(const struct sx_notary_issue *issue,
                                          const struct sx_ruleset *rules, struct sx_arena *arena);

/* sx_notary_rule_of gives the rule that is seen as the log's own summary; NULL: there is none. */
const struct sx_rule *sx_notary_rule_of(const struct sx_notary_log *log,
                                        const struct sx_ruleset *rules);

/* A log beside the forecast: for each issue that of the forecast, or NULL; issues that the log has
 * not; hashes of the ticket that the artifact has not, and the artifact's without ticket. Those are
 * compared only when the log lists hashes. */
struct sx_notary_issues {
    const struct sx_notary_issue **at;
    size_t n;
};
struct sx_notary_hashes {
    const struct sx_notary_hash **at;
    size_t n;
};
struct sx_notary_difference {
    const struct sx_notary_issue **foreseen; /* one an issue of the log */
    size_t n_foreseen;                       /* of them not NULL */
    struct sx_notary_issues surplus;
    struct sx_notary_hashes foreign, bare;
};
struct sx_notary_difference sx_notary_compare(const struct sx_notary_log *log,
                                              const struct sx_notary_log *forecast,
                                              const struct sx_Artifact *artifact,
                                              const struct sx_ruleset *rules,
                                              struct sx_arena *arena);

/* sx_write_notary_page explains a log issue by issue. `judged` is the artifact it is about, or
 * NULL: then nothing is compared. `*agrees` tells whether Apple accepted without an error, and the
 * artifact is what Apple looked at. */
bool sx_write_notary_page(const struct sx_notary_log *log, const struct sx_ruleset *rules,
                          const struct sx_judgement *judged, const struct sx_style *style,
                          struct sx_out out, bool *agrees);
