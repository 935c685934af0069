/* SPDX-License-Identifier: MIT */
/* CodeResources from the events of a property list. */
#include "codesign/seal.h"
#include "base/limits.h"
#include "value/plist.h"

#include <stdlib.h>

enum section { OTHER, FILES, RULES, FILES2, RULES2 };

/* One of the two versions of a seal, as far as it has been read. */
struct version {
    bool has_files, has_rules; /* as dictionaries */
    struct sx_buf entries;     /* struct sx_seal_entry each */
    SX_VEC(struct sx_seal_rule) rules;
    struct sx_seal_problems problems;
};

/* What an entry or a rule has said so far. */
struct draft {
    struct sx_str key;
    uint64_t off;
    struct sx_value hash[SX_SEAL_HASH_TYPES];
    struct sx_value symlink, cdhash, requirement, optional, omit, nested, weight;
    struct sx_value plain; /* the value itself when it is no dictionary */
    struct sx_value *member;
};

struct reader {
    struct sx_arena *arena;
    struct sx_arena_mark start;
    struct sx_arena *scratch; /* the values of one entry */
    struct sx_arena_mark scratch_start;
    struct version old, new;
    bool has_files2; /* as whatever it is */
    bool is_dictionary;
    enum section section;
    struct draft draft;
};

static struct version *version_of(struct reader *r)
{
    return r->section == FILES2 || r->section == RULES2 ? &r->new : &r->old;
}

static bool is_files(const struct reader *r)
{
    return r->section == FILES || r->section == FILES2;
}

/* Where files2 stands nobody looks into files and rules: they are not kept. */
static bool is_wanted(struct reader *r)
{
    return r->section != OTHER && (version_of(r) == &r->new || !r->has_files2);
}

/* Entries */

/* Copies the hashes that are there one behind the other. */
static const uint8_t *put_hashes(struct reader *r, const struct sx_value *hashes,
                                 uint8_t lens[SX_SEAL_HASH_TYPES])
{
    SX_AUTO(sx_buf_release) struct sx_buf all = { 0 };
    for (size_t i = 0; i < SX_SEAL_HASH_TYPES; i++) {
        if (hashes[i].kind != SX_BYTES)
            continue;
        lens[i] = hashes[i].str.len < UINT8_MAX ? (uint8_t)hashes[i].str.len : UINT8_MAX;
        sx_buf_put(&all, hashes[i].str.ptr, lens[i]);
    }
    return (const uint8_t *)sx_str_dup(r->arena, sx_buf_view(&all)).ptr;
}

static bool is_true(struct sx_value v)
{
    return v.kind == SX_BOOL && v.b;
}

static bool is_absent_or(struct sx_value v, enum sx_kind kind)
{
    return v.kind == SX_NULL || v.kind == kind;
}

/* Code, links, files: each fills an entry and says what is wrong with it, or NULL. */

static const char *make_code(struct reader *r, struct sx_seal_entry *out)
{
    struct draft *d = &r->draft;
    struct sx_value cdhash[SX_SEAL_HASH_TYPES] = { [SX_HASH_SHA1] = d->cdhash };
    if (d->requirement.kind != SX_STRING)
        return "requirement is no string";
    out->kind = SX_SEAL_CODE;
    out->text = sx_str_dup(r->arena, d->requirement.str);
    out->hashes = put_hashes(r, cdhash, out->hash_len);
    return NULL;
}

static const char *make_link(struct reader *r, struct sx_seal_entry *out)
{
    if (r->draft.symlink.kind != SX_STRING)
        return "symlink is no string";
    out->kind = SX_SEAL_LINK;
    out->text = sx_str_dup(r->arena, r->draft.symlink.str);
    return NULL;
}

static const char *make_file(struct reader *r, struct sx_seal_entry *out)
{
    struct draft *d = &r->draft;
    bool has_hash = false;
    for (size_t i = 0; i < SX_SEAL_HASH_TYPES; i++) {
        if (!is_absent_or(d->hash[i], SX_BYTES))
            return "a hash is no data";
        has_hash |= d->hash[i].kind == SX_BYTES;
    }
    out->kind = SX_SEAL_FILE;
    out->hashes = put_hashes(r, d->hash, out->hash_len);
    return has_hash ? NULL : "no hash";
}

/* In the order in which Security recognises them. */
static const char *make_entry(struct reader *r, struct sx_seal_entry *out)
{
    struct draft *d = &r->draft;
    if (d->plain.kind == SX_BYTES)
        d->hash[SX_HASH_SHA1] = d->plain;
    else if (d->plain.kind != SX_NULL)
        return "neither a dictionary nor data";
    if (!is_absent_or(d->optional, SX_BOOL))
        return "optional is no boolean";
    out->is_optional = is_true(d->optional);
    if (d->requirement.kind != SX_NULL)
        return make_code(r, out);
    return d->symlink.kind != SX_NULL ? make_link(r, out) : make_file(r, out);
}

static bool end_entry(struct reader *r, struct sx_err *err)
{
    struct version *v = version_of(r);
    struct sx_seal_entry entry = { .path = sx_str_dup(r->arena, r->draft.key),
                                   .off = r->draft.off };
    if (v->entries.len / sizeof(entry) == SX_MAX_TREE_ENTRIES)
        return sx_fail(err, SX_E_LIMIT, r->draft.off, "a resource seal of more than %d entries",
                       SX_MAX_TREE_ENTRIES);
    const char *wrong = make_entry(r, &entry);
    if (wrong != NULL) {
        entry.kind = SX_SEAL_BROKEN;
        sx_seal_note(&v->problems, SX_SEAL_FAULT_ENTRY, entry.path, entry.off, "%s", wrong);
    }
    sx_buf_put(&v->entries, &entry, sizeof(entry));
    return true;
}

/* Rules */

/* CoreFoundation makes a 32-bit number of whatever stands there. */
static uint32_t weight_of(struct sx_value v)
{
    if (v.kind == SX_DOUBLE)
        return v.d >= 0 && v.d < UINT32_MAX ? (uint32_t)v.d : 0;
    return v.kind == SX_NULL ? 1 : (uint32_t)v.u;
}

static const char *make_rule(const struct draft *d, struct sx_seal_rule *out)
{
    const struct sx_value *flags[] = { &d->omit, &d->optional, &d->nested };
    if (d->plain.kind != SX_NULL && d->plain.kind != SX_BOOL)
        return "a rule that is neither a boolean nor a dictionary";
    for (size_t i = 0; i < SX_LEN(flags); i++)
        if (!is_absent_or(*flags[i], SX_BOOL))
            return "a flag of a rule that is no boolean";
    if (d->weight.kind != SX_NULL && d->weight.kind != SX_INT && d->weight.kind != SX_UINT &&
        d->weight.kind != SX_DOUBLE)
        return "a weight that is no number";
    out->is_true = is_true(d->plain);
    out->omit = is_true(d->omit) || (d->plain.kind == SX_BOOL && !d->plain.b);
    out->optional = is_true(d->optional);
    out->nested = is_true(d->nested);
    out->weight = weight_of(d->weight);
    return NULL;
}

static bool end_rule(struct reader *r, struct sx_err *err)
{
    struct version *v = version_of(r);
    struct sx_seal_rule rule = { .pattern = sx_str_dup(r->arena, r->draft.key),
                                 .off = r->draft.off };
    if (v->rules.n == SX_MAX_SEAL_RULES)
        return sx_fail(err, SX_E_LIMIT, rule.off, "a resource seal of more than %d rules",
                       SX_MAX_SEAL_RULES);
    const char *wrong = make_rule(&r->draft, &rule);
    if (wrong == NULL)
        SX_PUSH(r->arena, &v->rules, rule);
    else
        sx_seal_note(&v->problems, SX_SEAL_FAULT_RULE, (struct sx_str){ 0 }, rule.off, "%s", wrong);
    return true;
}

/* Events */

static void begin_section(struct reader *r, bool is_dictionary)
{
    struct version *v = version_of(r);
    if (r->section == OTHER || !is_dictionary)
        return;
    *(is_files(r) ? &v->has_files : &v->has_rules) = true;
}

/* From here on files and rules only have to be there; their memory is given back unless
 * something else has been put behind it. */
static void forget_old(struct reader *r)
{
    r->has_files2 = true;
    r->old.entries.len = 0;
    r->old.rules.n = r->old.rules.cap = 0;
    r->old.problems = (struct sx_seal_problems){ .arena = r->arena };
    if (r->new.rules.n == 0 && r->new.problems.n == 0)
        sx_arena_rewind(r->arena, r->start);
}

static void take_section_key(struct reader *r, struct sx_str key)
{
    static const char *const names[] = {
        [OTHER] = "", [FILES] = "files", [RULES] = "rules", [FILES2] = "files2", [RULES2] = "rules2"
    };
    r->section = OTHER;
    for (size_t i = FILES; i < SX_LEN(names); i++)
        if (sx_str_is(key, names[i]))
            r->section = (enum section)i;
    if (r->section == FILES2 && !r->has_files2)
        forget_old(r);
}

static void take_member_key(struct draft *d, struct sx_str key)
{
    const struct {
        const char *name;
        struct sx_value *value;
    } members[] = {
        { "hash2", &d->hash[SX_HASH_SHA256] },
        { "hash", &d->hash[SX_HASH_SHA1] },
        { "hash3", &d->hash[SX_HASH_SHA256_TRUNCATED] },
        { "hash4", &d->hash[SX_HASH_SHA384] },
        { "symlink", &d->symlink },
        { "cdhash", &d->cdhash },
        { "requirement", &d->requirement },
        { "optional", &d->optional },
        { "omit", &d->omit },
        { "nested", &d->nested },
        { "weight", &d->weight },
    };
    d->member = NULL;
    for (size_t i = 0; i < SX_LEN(members) && d->member == NULL; i++)
        if (sx_str_is(key, members[i].name))
            d->member = members[i].value;
}

/* A value that is no scalar, where one is wanted, is kept as a list: of no use as anything. */
static struct sx_value keep(struct reader *r, const struct sx_plist_event *event)
{
    struct sx_value v = event->value;
    if (event->what != SX_PLIST_VALUE)
        return sx_list_values(NULL, 0);
    if (v.kind == SX_STRING || v.kind == SX_BYTES)
        v.str = sx_str_dup(r->scratch, v.str);
    return v;
}

static bool end_draft(struct reader *r, struct sx_err *err)
{
    return is_files(r) ? end_entry(r, err) : end_rule(r, err);
}

static void begin_draft(struct reader *r, const struct sx_plist_event *event)
{
    sx_arena_rewind(r->scratch, r->scratch_start);
    r->draft = (struct draft){ .key = sx_str_dup(r->scratch, event->value.str), .off = event->off };
}

/* What stands in a section: keys, and their values or dictionaries. */
static bool take_item(struct reader *r, const struct sx_plist_event *event, struct sx_err *err)
{
    if (!is_wanted(r))
        return true;
    if (event->what == SX_PLIST_KEY) {
        begin_draft(r, event);
        return true;
    }
    if (event->what == SX_PLIST_VALUE || event->what == SX_PLIST_ARRAY)
        r->draft.plain = keep(r, event);
    /* a dictionary or list ends where it ends; a value at once */
    bool is_over = event->what == SX_PLIST_VALUE || event->what == SX_PLIST_END;
    return is_over ? end_draft(r, err) : true;
}

static void take_member(struct reader *r, const struct sx_plist_event *event)
{
    if (!is_wanted(r) || event->what == SX_PLIST_END)
        return;
    if (event->what == SX_PLIST_KEY)
        take_member_key(&r->draft, event->value.str);
    else if (r->draft.member != NULL)
        *r->draft.member = keep(r, event);
}

static bool take(void *context, const struct sx_plist_event *event, struct sx_err *err)
{
    struct reader *r = context;
    switch (event->depth) {
    case 0:
        r->is_dictionary |= event->what == SX_PLIST_DICT;
        return r->is_dictionary;
    case 1:
        if (event->what == SX_PLIST_KEY)
            take_section_key(r, event->value.str);
        else if (event->what != SX_PLIST_END)
            begin_section(r, event->what == SX_PLIST_DICT);
        return true;
    case 2:
        return take_item(r, event, err);
    case 3:
        take_member(r, event);
        return true;
    default:
        return true;
    }
}

/* Putting it together */

static int by_path(const void *a, const void *b)
{
    const struct sx_seal_entry *x = a;
    const struct sx_seal_entry *y = b;
    int order = sx_str_cmp(x->path, y->path);
    return order != 0 ? order : (x->off > y->off) - (x->off < y->off);
}

/* Keeps the last of several entries of one path. */
static size_t drop_repeated(struct sx_seal_entry *at, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (i + 1 == n || !sx_str_eq(at[i].path, at[i + 1].path))
            at[kept++] = at[i];
    return kept;
}

static void settle_entries(struct reader *r, const struct version *v, struct sx_seal *out)
{
    size_t n = v->entries.len / sizeof(struct sx_seal_entry);
    bool sorted = true;
    out->entries = SX_NEW_N(r->arena, struct sx_seal_entry, n);
    if (n > 0)
        memcpy(out->entries, v->entries.ptr, v->entries.len);
    for (size_t i = 1; i < n && sorted; i++)
        sorted = by_path(&out->entries[i - 1], &out->entries[i]) < 0;
    if (!sorted)
        qsort(out->entries, n, sizeof(*out->entries), by_path);
    out->n_entries = drop_repeated(out->entries, n);
}

/* The heaviest wins; that omitting wins a tie is Security's own choice where it makes one
 * (resources.cpp, findRule, on watchOS); elsewhere the order is that of a hash table. */
static int by_weight(const void *a, const void *b)
{
    const struct sx_seal_rule *x = a;
    const struct sx_seal_rule *y = b;
    if (x->weight != y->weight)
        return x->weight < y->weight ? 1 : -1;
    if (x->omit != y->omit)
        return x->omit ? -1 : 1;
    return sx_str_cmp(x->pattern, y->pattern);
}

static bool settle_rules(struct reader *r, struct version *v, struct sx_seal *out,
                         struct sx_err *err)
{
    for (size_t i = 0; i < v->rules.n; i++) {
        struct sx_seal_rule *rule = &v->rules.at[i];
        struct sx_ere *ere = NULL;
        struct sx_err why = { 0 };
        if (sx_ere_new(rule->pattern, r->arena, &ere, &why)) {
            rule->ere = ere;
        } else if (why.code == SX_E_FORMAT) {
            sx_seal_note(&v->problems, SX_SEAL_FAULT_RULE, (struct sx_str){ 0 }, rule->off, "%s",
                         why.what);
        } else {
            return sx_fail(err, why.code, rule->off, "a rule of the resource seal: %s", why.what);
        }
    }
    if (v->rules.n > 1)
        qsort(v->rules.at, v->rules.n, sizeof(*v->rules.at), by_weight);
    out->rules = v->rules.at;
    out->n_rules = v->rules.n;
    return true;
}

static bool has_rule_fault(const struct sx_seal_problems *problems)
{
    for (size_t i = 0; i < problems->n; i++)
        if (problems->at[i].fault == SX_SEAL_FAULT_RULE)
            return true;
    return false;
}

static void hand_over(const struct sx_seal_problems *from, struct sx_seal_problems *to)
{
    for (size_t i = 0; i < from->n; i++)
        sx_seal_note(to, from->at[i].fault, from->at[i].path, from->at[i].off, "%.*s",
                     SX_STR_ARG(from->at[i].detail));
    to->more += from->more;
}

static bool settle(struct reader *r, struct sx_seal *out, struct sx_seal_problems *problems,
                   struct sx_err *err)
{
    struct version *v = r->has_files2 ? &r->new : &r->old;
    const struct sx_str nowhere = { 0 };
    if (!r->is_dictionary) {
        sx_seal_note(problems, SX_SEAL_FAULT_UNREADABLE, nowhere, 0, "it is no dictionary");
        return true;
    }
    if (!r->old.has_files || !r->old.has_rules) {
        sx_seal_note(problems, SX_SEAL_FAULT_NOT_A_SEAL, nowhere, 0, "it has no dictionary %s",
                     r->old.has_files ? "rules" : "files");
        return true;
    }
    out->version = r->has_files2 ? 2 : 1;
    if (!v->has_files || !v->has_rules) {
        sx_seal_note(problems, SX_SEAL_FAULT_INCOMPLETE, nowhere, 0, "%s is no dictionary",
                     v->has_files ? "rules2" : "files2");
        return true;
    }
    SX_TRY(settle_rules(r, v, out, err));
    settle_entries(r, v, out);
    out->is_usable = !has_rule_fault(&v->problems);
    hand_over(&v->problems, problems);
    return true;
}

/* Whether it is the file's content that is at fault, and not that it cannot be examined. */
static bool is_content(const struct sx_err *err)
{
    return err->code != SX_E_IO && err->code != SX_E_LIMIT && err->code != SX_E_UNSUPPORTED;
}

bool sx_seal_read(const struct sx_source *source, struct sx_arena *arena, struct sx_seal *out,
                  struct sx_seal_problems *problems, struct sx_err *err)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *scratch = sx_arena_new();
    struct reader r = { .arena = arena, .start = sx_arena_mark(arena), .scratch = scratch };
    r.old.problems.arena = r.new.problems.arena = arena;
    sx_arena_alloc(scratch, 1); /* so that going back to its start keeps its memory */
    r.scratch_start = sx_arena_mark(scratch);
    *out = (struct sx_seal){ 0 };
    bool ok = sx_plist_read(source, (struct sx_plist_sink){ take, &r }, NULL, err);
    if (ok)
        ok = settle(&r, out, problems, err);
    else if (is_content(err)) {
        sx_seal_note(problems, SX_SEAL_FAULT_UNREADABLE, (struct sx_str){ 0 }, err->off, "%s",
                     err->what);
        *err = (struct sx_err){ 0 };
        ok = true;
    }
    sx_buf_release(&r.old.entries);
    sx_buf_release(&r.new.entries);
    return ok;
}
