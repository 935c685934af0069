/* SPDX-License-Identifier: MIT */
/* Rules by what the user saw: a log line, an error code. The words of both are compared; a word
 * that few symptoms have tells more than one that many have. Where all words of the one stand in
 * the other in a row, there is nothing to weigh. */
#include "report/shell.h"
#include "report/words.h"

#include <stdlib.h>

/* Alike from this many hundredths on; and listed from this part of the best on. */
enum { ALIKE = 40, NEAR_BEST = 75, SAME = 100, MOST_CAUSES = 10, MOST_WORDS = 200 };
/* A short phrase can stand in a line by chance; what was typed has some meaning. */
enum { LEAST_ASKED = 9, LEAST_SYMPTOM = 20 };

struct word_use {
    size_t in_symptoms;
};

struct symptoms {
    struct sx_arena *arena;
    const struct sx_ruleset *rules;
    struct sx_table words; /* of struct word_use */
    size_t n;              /* symptoms */
};

struct causes {
    const struct sx_rule *const *at;
    size_t n;
};

struct match {
    const struct sx_rule *rule;
    struct sx_str symptom;
    unsigned likeness; /* hundredths */
};

static bool is_word_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80) != 0;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* The quotation marks and apostrophes of dialogs: U+2018 to U+201F. */
static size_t quote_at(struct sx_str text, size_t at)
{
    bool is = at + 3 <= text.len && memcmp(text.ptr + at, "\xe2\x80", 2) == 0 &&
              (unsigned char)text.ptr[at + 2] >= 0x98 && (unsigned char)text.ptr[at + 2] <= 0x9f;
    return is ? 3 : 0;
}

/* The words of a text, in lower case, with a blank before, between and after them. */
static struct sx_str phrase_of(struct sx_str text, struct sx_arena *arena)
{
    char *copy = SX_NEW_N(arena, char, text.len + 2);
    size_t n = 0;
    copy[n++] = ' ';
    for (size_t at = 0; at < text.len;) {
        size_t quote = quote_at(text, at);
        char c = quote > 0 ? ' ' : lower(text.ptr[at]);
        if (is_word_char(c))
            copy[n++] = c;
        else if (copy[n - 1] != ' ')
            copy[n++] = ' ';
        at += quote > 0 ? quote : 1;
    }
    if (copy[n - 1] != ' ')
        copy[n++] = ' ';
    return (struct sx_str){ copy, n };
}

/* The words of a text, each once. */
static struct sx_strs words_of(struct sx_str text, struct sx_arena *arena)
{
    SX_VEC(struct sx_str) words = { 0 };
    struct sx_str phrase = phrase_of(text, arena);
    for (size_t at = 1, from = 1; at < phrase.len && words.n < MOST_WORDS; at++) {
        if (phrase.ptr[at] != ' ')
            continue;
        struct sx_str word = sx_str_sub(phrase, from, at - from);
        if (!sx_strs_has((struct sx_strs){ words.at, words.n }, word))
            SX_PUSH(arena, &words, word);
        from = at + 1;
    }
    return (struct sx_strs){ words.at, words.n };
}

static bool is_in(struct sx_str part, size_t least, struct sx_str whole)
{
    return part.len >= least && sx_str_find(whole, part) < whole.len;
}

static void count_words(struct symptoms *all, struct sx_str symptom)
{
    struct sx_strs words = words_of(symptom, all->arena);
    all->n++;
    for (size_t i = 0; i < words.n; i++) {
        struct word_use *use = sx_table_get(&all->words, words.at[i]);
        if (use == NULL) {
            use = SX_NEW(all->arena, struct word_use);
            sx_table_put(&all->words, words.at[i], use);
        }
        use->in_symptoms++;
    }
}

/* 1 for a word that every symptom has, one more for each halving; 0 for a word of none. */
static unsigned weight(const struct symptoms *all, struct sx_str word)
{
    const struct word_use *use = sx_table_get(&all->words, word);
    unsigned weight = 1;
    if (use == NULL)
        return 0;
    for (size_t n = use->in_symptoms; n * 2 <= all->n; n *= 2)
        weight++;
    return weight;
}

static unsigned weight_of(const struct symptoms *all, struct sx_strs words)
{
    unsigned sum = 0;
    for (size_t i = 0; i < words.n; i++)
        sum += weight(all, words.at[i]);
    return sum;
}

/* What was asked for. */
struct question {
    struct sx_str phrase;
    struct sx_strs words;
};

/* How much of both texts is common to both. */
static unsigned likeness(const struct symptoms *all, const struct question *asked,
                         struct sx_str symptom)
{
    struct sx_strs words = words_of(symptom, all->arena);
    struct sx_str phrase = phrase_of(symptom, all->arena);
    unsigned common = 0, both = weight_of(all, asked->words) + weight_of(all, words);
    if (is_in(asked->phrase, LEAST_ASKED, phrase) || is_in(phrase, LEAST_SYMPTOM, asked->phrase))
        return SAME;
    for (size_t i = 0; i < words.n; i++)
        if (sx_strs_has(asked->words, words.at[i]))
            common += weight(all, words.at[i]);
    return both > 0 ? 2 * SAME * common / both : 0;
}

static struct match best_of(const struct symptoms *all, const struct question *asked,
                            const struct sx_rule *rule)
{
    struct match best = { .rule = rule };
    for (size_t i = 0; i < rule->seen_as.n; i++) {
        unsigned like = likeness(all, asked, rule->seen_as.at[i]);
        if (like > best.likeness) {
            best.likeness = like;
            best.symptom = rule->seen_as.at[i];
        }
    }
    return best;
}

/* Likest first; of those as like, advice, then errors, then what is best known. */
static int by_likeness(const void *a, const void *b)
{
    const struct match *x = a, *y = b;
    if (x->likeness != y->likeness)
        return x->likeness > y->likeness ? -1 : 1;
    if (x->rule->is_advice != y->rule->is_advice)
        return x->rule->is_advice ? -1 : 1;
    if (x->rule->severity != y->rule->severity)
        return x->rule->severity > y->rule->severity ? -1 : 1;
    if (x->rule->basis != y->rule->basis)
        return x->rule->basis < y->rule->basis ? -1 : 1;
    return sx_str_cmp(x->rule->id, y->rule->id);
}

static void write_causes(struct sx_layout *l, struct causes causes)
{
    size_t width = 0;
    for (size_t i = 0; i < causes.n; i++)
        width = causes.at[i]->id.len > width ? causes.at[i]->id.len : width;
    for (size_t i = 0; i < causes.n; i++) {
        sx_layout_to(l, 2);
        sx_layout_text(l, SX_PLAIN, causes.at[i]->id);
        sx_layout_to(l, 2 + width + 2);
        sx_layout_text(l, SX_FAINT, causes.at[i]->name);
        sx_layout_line(l);
    }
}

/* The rules that an advice names, likeliest first, as far as there are such rules. */
static struct causes causes_of(const struct symptoms *all, const struct sx_rule *advice)
{
    SX_VEC(const struct sx_rule *) rules = { 0 };
    for (size_t i = 0; i < advice->follows.n; i++) {
        const struct sx_rule *rule = sx_ruleset_find(all->rules, advice->follows.at[i]);
        if (rule != NULL && !rule->is_advice)
            SX_PUSH(all->arena, &rules, rule);
    }
    return (struct causes){ rules.at, rules.n };
}

/* What there is to say of a symptom, and the rules that may have to do with it. */
static void write_advice(struct sx_layout *l, const struct sx_rule *advice, struct causes causes)
{
    sx_layout_text(l, SX_PLAIN, advice->summary);
    if (advice->page.why.len > 0) {
        sx_layout_cstr(l, SX_PLAIN, " ");
        sx_layout_text(l, SX_PLAIN, advice->page.why);
    }
    sx_layout_line(l);
    write_causes(l, causes);
}

/* "sxlint check --select NE103,PP405 APP" */
static void write_command(struct sx_layout *l, const struct symptoms *all, struct causes causes)
{
    struct sx_str *ids = SX_NEW_N(all->arena, struct sx_str, causes.n);
    for (size_t i = 0; i < causes.n; i++)
        ids[i] = causes.at[i]->id;
    struct sx_str list = sx_join(all->arena, (struct sx_strs){ ids, causes.n }, ",");
    struct sx_str words[] = { SX_STR("sxlint"), SX_STR("check"), SX_STR("--select"), list,
                              SX_STR("APP") };
    sx_layout_label(l, 0, causes.n == 1 ? "Test it" : "Test them", 11);
    sx_layout_command(l, (struct sx_strs){ words, SX_LEN(words) });
    sx_layout_line(l);
}

static void write_tests(struct sx_layout *l, const struct symptoms *all, struct sx_str symptom,
                        struct causes causes)
{
    sx_layout_text(l, SX_STRONG, symptom);
    sx_layout_line(l);
    sx_layout_printf(l, SX_PLAIN, "sxlint can test %zu %s", causes.n,
                     causes.n == 1 ? "cause" : "causes, the likeliest first");
    sx_layout_line(l);
    write_causes(l, causes);
    write_command(l, all, causes);
}

/* An advice with a sentence of its own tells it. One without names a symptom of many causes, in
 * the order in which to look for them. */
static void write_answer(struct sx_layout *l, const struct symptoms *all,
                         const struct match *matches, size_t n_matches)
{
    const struct sx_rule *first = matches[0].rule;
    SX_VEC(const struct sx_rule *) rules = { 0 };
    if (first->is_advice && first->summary.len > 0) {
        write_advice(l, first, causes_of(all, first));
        return;
    }
    if (first->is_advice) {
        write_tests(l, all, first->seen_as.at[0], causes_of(all, first));
        return;
    }
    for (size_t i = 0; i < n_matches; i++)
        if (!matches[i].rule->is_advice)
            SX_PUSH(all->arena, &rules, matches[i].rule);
    write_tests(l, all, matches[0].symptom, (struct causes){ rules.at, rules.n });
}

/* The matches worth telling, sorted; returns how many. */
static size_t search(struct symptoms *all, struct sx_str text, struct match **out)
{
    SX_VEC(struct match) matches = { 0 };
    struct question asked = { phrase_of(text, all->arena), words_of(text, all->arena) };
    for (size_t i = 0; i < sx_ruleset_count(all->rules); i++) {
        struct match match = best_of(all, &asked, sx_ruleset_at(all->rules, i));
        if (match.likeness >= ALIKE)
            SX_PUSH(all->arena, &matches, match);
    }
    *out = matches.at;
    if (matches.n == 0)
        return 0;
    qsort(matches.at, matches.n, sizeof(*matches.at), by_likeness);
    size_t n = 1;
    while (n < matches.n && n < MOST_CAUSES &&
           100 * matches.at[n].likeness >= NEAR_BEST * matches.at[0].likeness)
        n++;
    return n;
}

bool sx_write_symptom(const struct sx_ruleset *rules, struct sx_str text,
                      const struct sx_style *style, struct sx_out out, bool *found)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct symptoms all = { .arena = arena, .rules = rules };
    struct match *matches;
    struct sx_layout l;
    sx_table_init(&all.words, arena);
    for (size_t i = 0; i < sx_ruleset_count(rules); i++)
        for (size_t k = 0; k < sx_ruleset_at(rules, i)->seen_as.n; k++)
            count_words(&all, sx_ruleset_at(rules, i)->seen_as.at[k]);
    size_t n = search(&all, text, &matches);
    *found = n > 0;
    if (n == 0)
        return true;
    sx_layout_init(&l, style, out);
    write_answer(&l, &all, matches, n);
    return sx_layout_finish(&l);
}
