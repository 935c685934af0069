/* SPDX-License-Identifier: MIT */
/* The parts of the page about a notary log. */
#pragma once
#include "report/notary.h"
#include "report/text.h"

struct sx_notary_page {
    struct sx_layout *l;
    struct sx_arena *arena;
    const struct sx_ruleset *rules;
    const struct sx_notary_log *log;
    const struct sx_judgement *judged;      /* of the artifact it is about; NULL: none was given */
    struct sx_notary_difference difference; /* with an artifact */
};

/* sx_notary_label begins a line with a label; sx_notary_more ends a list that is cut, of which
 * sx_notary_shown are shown. sx_notary_path writes where an issue or a hash lies. */
void sx_notary_label(const struct sx_notary_page *p, const char *text);
size_t sx_notary_shown(const struct sx_notary_page *p, size_t n);
void sx_notary_more(const struct sx_notary_page *p, size_t n);
void sx_notary_path(const struct sx_notary_page *p, struct sx_str path, struct sx_str arch);
/* sx_notary_safe is text of the log as a person may see it. */
struct sx_str sx_notary_safe(const struct sx_notary_page *p, struct sx_str text);

/* sx_notary_fix says how to mend what a rule finds; sx_notary_tell_fix tells it. */
struct sx_str sx_notary_fix(const struct sx_notary_page *p, const struct sx_rule *rule);
void sx_notary_tell_fix(const struct sx_notary_page *p, struct sx_str fix);

/* sx_notary_causes counts the findings behind what was foreseen; sx_notary_tell_causes tells them
 * with their issues; sx_notary_tell_forecast, what forecast and ticket do not share with the log.
 */
size_t sx_notary_causes(const struct sx_notary_page *p);
void sx_notary_tell_causes(const struct sx_notary_page *p);
void sx_notary_tell_forecast(const struct sx_notary_page *p);
