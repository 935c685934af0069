/* SPDX-License-Identifier: MIT */
#include "rows.h"
#include "rules/ruleset.h"

/* A rule without fault, in pieces. */
#define ID       "- id: TEAM001\n"
#define NAME     "  name: team-is-ours\n"
#define SEVERITY "  severity: error\n"
#define FOR      "  for: code\n"
#define CHECK    "  check: code.kind == 'app'\n"
#define WORDS    "  message: m\n  why: w\n"
#define HEAD     ID NAME SEVERITY /* lines 1 to 3 */
#define RULE     HEAD FOR CHECK WORDS

/* What is wrong with a rule file, and where. */
static const struct bad {
    const char *name, *text;
    uint32_t line, column;
    const char *what; /* the beginning */
} refused[] = {
    /* the file */
    { "not YAML", "- id: [\n", 2, 1, "not YAML" },
    { "no list", "id: TEAM001\n", 1, 1, "want a list of rules" },
    { "no map", "- TEAM001\n", 1, 3, "rule: want a map, found text" },
    { "key twice", ID "  id: TEAM002\n", 2, 3, "key \"id\" stands twice" },
    /* keys */
    { "misspelt key", RULE "  mesage: m\n", 8, 3,
      "unknown key \"mesage\"; the nearest is \"message\"" },
    { "key that is none", RULE "  applies-to: code\n", 8, 3,
      "unknown key \"applies-to\"; there are id, name," },
    { "wrong kind of value", RULE "  gates: launch\n", 8, 10, "gates: want a list, found text" },
    { "list for text", HEAD FOR "  check: [a]\n" WORDS, 5, 10, "check: want text, found a list" },
    { "empty text", HEAD FOR CHECK "  message:\n  why: w\n", 6, 11,
      "message: want text, found nothing" },
    { "no id", "- name: a\n" SEVERITY FOR CHECK WORDS, 1, 3, "the rule has no \"id\"" },
    { "no name", ID SEVERITY FOR CHECK WORDS, 1, 3, "the rule has no \"name\"" },
    { "no severity", ID NAME FOR CHECK WORDS, 1, 3, "the rule has no \"severity\"" },
    { "no message", HEAD FOR CHECK "  why: w\n", 1, 3, "the rule has no \"message\"" },
    { "no why", HEAD FOR CHECK "  message: m\n", 1, 3, "the rule has no \"why\"" },
    { "for without check", HEAD FOR WORDS, 1, 3, "the rule has no \"check\"" },
    { "check without for", HEAD CHECK WORDS, 1, 3, "the rule has no \"for\"" },
    /* identity */
    { "id with one letter", "- id: T001\n" NAME SEVERITY FOR CHECK WORDS, 1, 7, "id: want two" },
    { "id with two digits", "- id: TEAM01\n" NAME SEVERITY FOR CHECK WORDS, 1, 7, "id: want two" },
    { "id in small letters", "- id: team001\n" NAME SEVERITY FOR CHECK WORDS, 1, 7,
      "id: want two" },
    { "name with a blank", ID "  name: team is ours\n" SEVERITY FOR CHECK WORDS, 2, 9,
      "name: want letters" },
    { "id taken", RULE "- id: TEAM001\n  name: b\n" SEVERITY FOR CHECK WORDS, 8, 7,
      "TEAM001 is taken by the rule at team.yaml:1" },
    { "name taken", RULE "- id: TEAM002\n" NAME SEVERITY FOR CHECK WORDS, 9, 9,
      "team-is-ours is taken by the rule at team.yaml:1" },
    { "alias taken",
      RULE "- id: TEAM002\n  name: b\n" SEVERITY FOR CHECK WORDS "  aliases: [TEAM000, TEAM001]\n",
      15, 22, "TEAM001 is taken" },
    /* words */
    { "misspelt severity", ID NAME "  severity: eror\n" FOR CHECK WORDS, 3, 13,
      "no severity \"eror\"; the nearest is \"error\"" },
    { "severity that is none", ID NAME "  severity: fatal\n" FOR CHECK WORDS, 3, 13,
      "no severity \"fatal\"; there are note, warning, error" },
    { "misspelt gate", RULE "  gates: [launch, activatoin]\n", 8, 19,
      "no gate \"activatoin\"; the nearest is \"activation\"" },
    { "misspelt basis", RULE "  basis: documentd\n", 8, 10,
      "no basis \"documentd\"; the nearest is \"documented\"" },
    { "nearness that is none", RULE "  near: cod\n", 8, 9,
      "no nearness \"cod\"; the nearest is \"code\"" },
    { "unverified error", RULE "  basis: unverified\n", 3, 13,
      "an unverified rule is a warning at most" },
    { "misspelt scope", HEAD "  for: slices\n" CHECK WORDS, 4, 8,
      "no scope \"slices\"; the nearest is \"slice\"" },
    { "label of files", HEAD "  for: problem\n  check: 'false'\n" WORDS "  files: changed\n", 8, 10,
      "no label \"changed\"" },
    { "files of a rule that gathers none", RULE "  files: added\n", 8, 10, "files: only a rule" },
    { "resign is no bool", RULE "  fix: {resign: yes}\n", 8, 17, "resign: want true or false" },
    { "key of fix", RULE "  fix: {run: a, edits: {}}\n", 8, 17,
      "unknown key \"edits\"; the nearest is \"edit\"" },
    { "edit without a file", RULE "  fix: {edit: {minus: a}}\n", 8, 15, "edit has no \"file\"" },
    { "file of an edit", RULE "  fix: {edit: {file: plist, plus: a}}\n", 8, 22,
      "no file \"plist\"" },
    { "at without a value", RULE "  at: {document: code}\n", 8, 7, "at has no \"value\"" },
    { "key of examples", RULE "  examples: {passes: []}\n", 8, 14, "unknown key \"passes\"" },
    /* conditions */
    { "misspelt fact", HEAD "  for: slice\n  check: slice.signature.singer == 'a'\n" WORDS, 5, 26,
      "no fact slice.signature.singer; the nearest is slice.signature.signer" },
    { "misspelt fact in quotes",
      HEAD "  for: slice\n  check: \"slice.signature.singer == 'a'\"\n" WORDS, 5, 27,
      "no fact slice.signature.singer" },
    { "misspelt fact behind an escaped quote",
      HEAD "  for: slice\n  check: 'slice.arch == ''a'' && slice.sdkk == null'\n" WORDS, 5, 40,
      "no fact slice.sdkk" },
    { "misspelt fact in a block",
      HEAD "  for: slice\n  check: |\n    has(slice.sdk) &&\n      slice.minoss == 'a'\n" WORDS, 7,
      13, "no fact slice.minoss" },
    { "misspelt fact in folded text",
      HEAD "  for: slice\n  check: >-\n    has(slice.sdk) &&\n    slice.minoss == 'a'\n" WORDS, 7,
      11, "no fact slice.minoss" },
    { "misspelt fact in when", RULE "  when: code.kind == 'app' && code.plase != null\n", 8, 36,
      "no fact code.plase; the nearest is code.place" },
    { "misspelt value", HEAD FOR "  check: code.kind == 'framewerk'\n" WORDS, 5, 23, "" },
    { "name of another scope", HEAD FOR "  check: slice.arch == 'a'\n" WORDS, 5, 10,
      "no fact slice" },
    { "unknown function", HEAD FOR "  check: code.name.globb('a')\n" WORDS, 5, 0,
      "no function globb" },
    { "syntax", HEAD FOR "  check: code.kind ==\n" WORDS, 5, 0, "" },
    { "not bool", HEAD FOR "  check: code.name\n" WORDS, 5, 10, "check: want bool, found string" },
    { "when is not bool", RULE "  when: code.slices\n", 8, 9, "when: want bool" },
    { "offending is no list", RULE "  offending: code.name\n", 8, 14,
      "offending: want list, found string" },
    { "document is no object", RULE "  at: {document: code.name, value: code.name}\n", 8, 18,
      "document: want object" },
    { "count in a condition", HEAD FOR "  check: count == 1\n" WORDS, 5, 10, "no fact count" },
    /* texts */
    { "misspelt fact in a message",
      HEAD FOR CHECK "  message: 'is {code.nmae} of {code.name}'\n  why: w\n", 6, 22,
      "no fact code.nmae; the nearest is code.name" },
    { "open brace", HEAD FOR CHECK "  message: 'is {code.name'\n  why: w\n", 6, 16,
      "a brace that does not close" },
    { "offending without any", HEAD FOR CHECK "  message: 'claims {offending}'\n  why: w\n", 6, 21,
      "the rule knows no offending elements" },
    { "why names a fact", HEAD FOR CHECK "  message: m\n  why: 'is {code.name}'\n", 7, 13,
      "no fact code" },
    { "misspelt fact in a fix", RULE "  fix: {do: 'a {code.nmae}'}\n", 8, 22, "no fact code.nmae" },
    { "misspelt fact in a symptom", RULE "  seen-as: ['a {code.nmae}']\n", 8, 22,
      "no fact code.nmae" },
    { "nested template", RULE "  found: \"{code.nested.map(n, n.nmae)}\"\n", 8, 33, "no fact" },
};

static bool load(struct sx_ruleset *set, const char *text, struct sx_err *err)
{
    return sx_ruleset_add_text(set, sx_str_of(text), "team.yaml", err);
}

static void refuses(void **state)
{
    const struct bad *row = *state;
    struct sx_ruleset *set = sx_ruleset_empty();
    struct sx_err err = { 0 };
    assert_false(load(set, row->text, &err));
    assert_int_equal(err.code, SX_E_USAGE);
    assert_string_equal(err.file, "team.yaml");
    if (!sx_str_starts(sx_str_of(err.what), sx_str_of(row->what)))
        assert_string_equal(err.what, row->what);
    assert_int_equal(err.line, row->line);
    if (row->column != 0) /* where CEL's own tests say it */
        assert_int_equal(err.column, row->column);
    sx_ruleset_free(set);
}

static const struct good {
    const char *name, *text;
} accepted[] = {
    { "no rules", "# nothing yet\n" },
    { "a rule", RULE },
    { "no severity in an advice", ID NAME WORDS },
    { "a page instead of why", HEAD FOR CHECK "  message: m\n  explain: {why: Because.}\n" },
    { "check is the word false", HEAD FOR "  check: false\n" WORDS },
    { "offending of its own", HEAD FOR CHECK "  message: 'a {offending}'\n  why: w\n"
                                             "  offending: code.appGroups\n" },
    { "offending by its check",
      HEAD FOR "  check: code.appGroups.all(g, g != 'a')\n  message: 'a {offending}'\n  why: w\n" },
    { "offending of problems",
      HEAD "  for: problem\n  check: 'false'\n  message: 'a {offending}'\n  why: w\n" },
    { "a brace", HEAD FOR CHECK "  message: 'a {{ }'\n  why: w\n" },
    { "a map in a template", HEAD FOR CHECK "  message: \"{ {'a': 'b'}.get(code.name, '}') }\"\n"
                                            "  why: w\n" },
    { "why agrees with count",
      HEAD FOR CHECK "  message: m\n  why: \"{count == 1 ? 'it is' : 'they are'} b\"\n" },
};

static void accepts(void **state)
{
    const struct good *row = *state;
    struct sx_ruleset *set = sx_ruleset_empty();
    struct sx_err err = { 0 };
    if (!load(set, row->text, &err))
        fail_msg("%u:%u: %s", (unsigned)err.line, (unsigned)err.column, err.what);
    assert_null(err.file);
    sx_ruleset_free(set);
}

/* A rule of one's own without gates speaks for one's own gate. */
static void defaults(void **state)
{
    (void)state;
    struct sx_ruleset *set = sx_ruleset_empty();
    struct sx_err err = { 0 };
    assert_true(load(set, RULE, &err));
    const struct sx_rule *rule = sx_ruleset_at(set, 0);
    assert_int_equal(rule->gates, 1u << SX_GATE_POLICY);
    assert_int_equal(rule->basis, SX_DOCUMENTED);
    assert_int_equal(rule->line, 1);
    assert_true(sx_str_is(rule->file, "team.yaml"));
    assert_true(sx_str_is(rule->page.why, "w"));
    assert_false(rule->is_advice);
    sx_ruleset_free(set);
}

static void finds_words(void **state)
{
    (void)state;
    struct sx_ruleset *set = sx_ruleset_new();
    const struct sx_rule *rule = sx_ruleset_find(set, SX_STR("NT105"));
    assert_non_null(rule);
    assert_ptr_equal(rule, sx_ruleset_find(set, SX_STR("no-hardened-runtime")));
    assert_ptr_equal(rule, sx_ruleset_find(set, SX_STR("HR901")));
    assert_null(sx_ruleset_find(set, SX_STR("NT")));
    assert_true(sx_str_is(sx_ruleset_nearest(set, SX_STR("NT15")), "NT105"));
    assert_null(sx_ruleset_nearest(set, SX_STR("something-else-altogether")).ptr);
    sx_ruleset_free(set);
}

static void is_sorted(void **state)
{
    (void)state;
    struct sx_ruleset *set = sx_ruleset_new();
    struct sx_err err = { 0 };
    assert_true(load(set, RULE "- id: AA001\n  name: b\n" SEVERITY FOR CHECK WORDS, &err));
    for (size_t i = 1; i < sx_ruleset_count(set); i++)
        assert_true(sx_str_cmp(sx_ruleset_at(set, i - 1)->id, sx_ruleset_at(set, i)->id) < 0);
    sx_ruleset_free(set);
}

static void no_such_file(void **state)
{
    (void)state;
    struct sx_ruleset *set = sx_ruleset_empty();
    struct sx_err err = { 0 };
    assert_false(sx_ruleset_add(set, "/nonexistent/team.yaml", &err));
    assert_int_equal(err.code, SX_E_USAGE);
    assert_string_equal(err.file, "/nonexistent/team.yaml");
    sx_ruleset_free(set);
}

int main(void)
{
    static struct rows rows;
    ADD_ROWS(&rows, refused, refuses);
    ADD_ROWS(&rows, accepted, accepts);
    ADD_TEST(&rows, defaults);
    ADD_TEST(&rows, finds_words);
    ADD_TEST(&rows, is_sorted);
    ADD_TEST(&rows, no_such_file);
    return run_rows("rules-load", &rows);
}
