/* SPDX-License-Identifier: MIT */
/* A rule as a reporting descriptor, and its page as the help that GitHub shows beside an alert. */
#include "report/page.h"
#include "report/pen.h"
#include "report/sarif.h"

static struct sx_str reason_of(const struct sx_rule *rule)
{
    return rule->page.why.len > 0 ? rule->page.why : rule->why;
}

/* Lines of an edit speak of a finding, and so does a sentence that is nothing but a gap. */
static struct sx_str mending_of(const struct sx_rule *rule, struct sx_arena *arena)
{
    struct sx_str sentence = sx_mending_words(arena, rule).sentence;
    return sx_str_is(sentence, "…") ? SX_STR("") : sentence;
}

/* The page, in Markdown or as plain text. */
struct page {
    struct sx_pen pen;
    enum sx_place_in place;
    const char *strong; /* what surrounds a title */
};

static void title(struct page *page, const char *text)
{
    sx_pen_printf(&page->pen, "\n\n%s%s%s\n\n", page->strong, text, page->strong);
}

static void section(struct page *page, const char *name, struct sx_str text)
{
    if (text.len == 0)
        return;
    title(page, name);
    sx_pen_text(&page->pen, page->place, text);
}

static void list(struct page *page, const char *name, struct sx_strs texts)
{
    for (size_t i = 0; i < texts.n; i++) {
        struct sx_reference reference = sx_reference_of(texts.at[i]);
        if (i == 0)
            title(page, name);
        sx_pen_raw(&page->pen, i == 0 ? "- " : "\n- ");
        sx_pen_text(&page->pen, page->place, reference.title);
        if (reference.address.len == 0)
            continue;
        sx_pen_raw(&page->pen, reference.title.len > 0 ? " <" : "<");
        sx_pen_text(&page->pen, SX_IN_ADDRESS, reference.address);
        sx_pen_raw(&page->pen, ">");
    }
}

static struct sx_str help_of(const struct sx_rule *rule, bool is_markdown, struct sx_arena *arena)
{
    SX_AUTO(sx_buf_release) struct sx_buf buf = { 0 };
    struct page page = { .place = is_markdown ? SX_IN_MARKDOWN : SX_IN_LINE,
                         .strong = is_markdown ? "**" : "" };
    sx_pen_init(&page.pen, sx_buf_out(&buf));
    sx_pen_text(&page.pen, page.place, sx_rule_summary(arena, rule));
    section(&page, "Why", reason_of(rule));
    list(&page, "What you see", rule->seen_as);
    section(&page, "How to mend", mending_of(rule, arena));
    list(&page, "Sources", rule->references);
    sx_pen_raw(&page.pen, "\n");
    sx_pen_finish(&page.pen);
    return sx_str_dup(arena, sx_buf_view(&buf));
}

static struct sx_str help_uri(const struct sx_rule *rule)
{
    for (size_t i = 0; i < rule->references.n; i++) {
        struct sx_str address = sx_reference_of(rule->references.at[i]).address;
        if (sx_str_starts(address, SX_STR("https://")))
            return address;
    }
    return (struct sx_str){ 0 };
}

/* Rules whose failing lets other code in: broken seals and signatures, exceptions from the
 * hardened runtime, holes in the sandbox. GitHub calls 7.0 and more high, 4.0 and more medium. */
static const char *security_severity(const struct sx_rule *rule)
{
    static const struct sx_str families[] = { SX_LIT("CS"), SX_LIT("HR"), SX_LIT("SB") };
    static const char *const scores[SX_N_SEVERITIES] = {
        [SX_SEVERITY_ERROR] = "8.0", [SX_SEVERITY_WARNING] = "5.5", [SX_SEVERITY_NOTE] = "2.0"
    };
    for (size_t i = 0; i < SX_LEN(families); i++)
        if (sx_str_starts(rule->id, families[i]))
            return scores[rule->severity];
    return NULL;
}

static void write_properties(struct sx_json *json, const struct sx_rule *rule)
{
    static const char *const precision[SX_N_BASES] = {
        [SX_DOCUMENTED] = "very-high",
        [SX_OBSERVED] = "high",
        [SX_DERIVED] = "high",
        [SX_UNVERIFIED] = "medium",
    };
    const char *score = security_severity(rule);
    sx_json_key(json, "properties");
    sx_json_begin_object(json);
    sx_json_key(json, "tags");
    sx_json_begin_array(json);
    if (score != NULL)
        sx_json_cstr(json, "security");
    for (unsigned gate = 0; gate < SX_N_GATES; gate++)
        if ((rule->gates >> gate & 1) != 0)
            sx_json_cstr(json, sx_gate_name(gate));
    sx_json_end_array(json);
    sx_member_name(json, "precision", precision[rule->basis]);
    sx_member_name(json, "problem.severity",
                   rule->severity == SX_SEVERITY_NOTE ? "recommendation"
                                                      : sx_severity_name(rule->severity));
    if (score != NULL)
        sx_member_name(json, "security-severity", score);
    sx_member_name(json, "basis", sx_basis_name(rule->basis));
    sx_json_end_object(json);
}

void sx_sarif_rule(struct sx_sarif *s, const struct sx_rule *rule)
{
    struct sx_json *json = &s->json;
    sx_json_begin_object(json);
    sx_member_text(json, "id", rule->id);
    sx_member_text(json, "name", rule->name);
    sx_sarif_message(json, "shortDescription", sx_rule_summary(s->arena, rule));
    sx_sarif_message(json, "fullDescription",
                     reason_of(rule).len > 0 ? reason_of(rule) : sx_rule_summary(s->arena, rule));
    sx_json_key(json, "help");
    sx_json_begin_object(json);
    sx_member_text(json, "text", help_of(rule, false, s->arena));
    sx_member_text(json, "markdown", help_of(rule, true, s->arena));
    sx_json_end_object(json);
    sx_member_text(json, "helpUri", help_uri(rule));
    sx_json_key(json, "defaultConfiguration");
    sx_json_begin_object(json);
    sx_member_name(json, "level", sx_sarif_level(rule->severity));
    sx_json_end_object(json);
    write_properties(json, rule);
    sx_json_end_object(json);
}
