/* SPDX-License-Identifier: MIT */
#include "rules/ruleset.h"

#include "base/limits.h"
#include "base/source.h"
#include "rules/pack.h"

#include <assert.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

struct sx_ruleset *sx_ruleset_empty(void)
{
    struct sx_arena *arena = sx_arena_new();
    struct sx_ruleset *set = SX_NEW(arena, struct sx_ruleset);
    set->arena = arena;
    sx_table_init(&set->words, arena);
    return set;
}

void sx_ruleset_free(struct sx_ruleset *set)
{
    if (set != NULL)
        sx_arena_free(set->arena);
}

static int by_id(const void *a, const void *b)
{
    const struct sx_rule_entry *const *x = a, *const *y = b;
    return sx_str_cmp((*x)->rule.id, (*y)->rule.id);
}

static void sort(struct sx_ruleset *set)
{
    if (set->rules.n > 0)
        qsort(set->rules.at, set->rules.n, sizeof(*set->rules.at), by_id);
}

bool sx_ruleset_add_built_in(struct sx_ruleset *set, struct sx_err *err)
{
    for (uint32_t i = 0; i < sx_pack_n_files; i++) {
        const struct sx_pack_file *file = &sx_pack_files[i];
        struct sx_yaml *yaml = SX_NEW(set->arena, struct sx_yaml);
        *yaml = (struct sx_yaml){ .nodes = sx_pack_nodes,
                                  .pool = sx_pack_pool,
                                  .root = file->root,
                                  .file = sx_pack_pool + file->name };
        err->file = yaml->file;
        SX_TRY(sx_rules_load(set, yaml, true, err));
    }
    err->file = NULL;
    sort(set);
    return true;
}

struct sx_ruleset *sx_ruleset_new(void)
{
    struct sx_err err = { 0 };
    struct sx_ruleset *set = sx_ruleset_empty();
    bool ok = sx_ruleset_add_built_in(set, &err);
    assert(ok); /* test-rules-builtin holds them to it */
    (void)ok;   /* without assertions: the rules up to the wrong one */
    return set;
}

bool sx_ruleset_add_text(struct sx_ruleset *set, struct sx_str text, const char *file,
                         struct sx_err *err)
{
    struct sx_yaml *yaml = SX_NEW(set->arena, struct sx_yaml);
    err->file = file;
    bool ok =
        sx_yaml_read(text, file, set->arena, yaml, err) && sx_rules_load(set, yaml, false, err);
    sort(set);
    if (!ok && err->code != SX_E_USAGE)
        err->code = SX_E_USAGE; /* whatever is wrong with a rule file, its author has to mend it */
    if (ok)
        err->file = NULL;
    return ok;
}

static bool add_file(struct sx_ruleset *set, const char *path, struct sx_err *err)
{
    struct sx_source source = { .fd = -1 };
    struct sx_span bytes;
    const char *name = sx_str_dup(set->arena, sx_str_of(path)).ptr;
    bool ok = sx_source_open(AT_FDCWD, path, name, true, &source, err) &&
              sx_source_whole(&source, SX_MAX_RULE_FILE, set->arena, &bytes, err);
    sx_source_close(&source);
    if (!ok) {
        err->code = SX_E_USAGE;
        err->file = name;
        return false;
    }
    return sx_ruleset_add_text(set, sx_str_of_span(bytes), name, err);
}

static struct sx_strs list_folder(const char *path, struct sx_arena *arena)
{
    SX_VEC(struct sx_str) names = { 0 };
    DIR *folder = opendir(path);
    for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;)
        if (entry->d_name[0] != '.')
            SX_PUSH(arena, &names, sx_str_dup(arena, sx_str_of(entry->d_name)));
    if (folder != NULL)
        closedir(folder);
    sx_strs_sort(names.at, names.n);
    return (struct sx_strs){ names.at, names.n };
}

static bool is_folder(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool add_folder(struct sx_ruleset *set, const char *path, unsigned depth, struct sx_err *err)
{
    if (depth > SX_MAX_RULE_FOLDERS)
        return sx_fail(err, SX_E_USAGE, 0, "%s: folders nested too deep", path);
    struct sx_strs names = list_folder(path, set->arena);
    for (size_t i = 0; i < names.n; i++) {
        struct sx_str below = sx_str_printf(set->arena, "%s/%.*s", path, SX_STR_ARG(names.at[i]));
        if (is_folder(below.ptr))
            SX_TRY(add_folder(set, below.ptr, depth + 1, err));
        else if (sx_str_ends(below, SX_STR(".yaml")))
            SX_TRY(add_file(set, below.ptr, err));
    }
    return true;
}

bool sx_ruleset_add(struct sx_ruleset *set, const char *path, struct sx_err *err)
{
    return is_folder(path) ? add_folder(set, path, 0, err) : add_file(set, path, err);
}

size_t sx_ruleset_count(const struct sx_ruleset *set)
{
    return set->rules.n;
}

const struct sx_rule *sx_ruleset_at(const struct sx_ruleset *set, size_t at)
{
    return &set->rules.at[at]->rule;
}

const struct sx_rule *sx_ruleset_find(const struct sx_ruleset *set, struct sx_str word)
{
    const struct sx_rule_entry *entry = sx_table_get(&set->words, word);
    return entry != NULL ? &entry->rule : NULL;
}

struct sx_str sx_ruleset_nearest(const struct sx_ruleset *set, struct sx_str word)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *scratch = sx_arena_new();
    SX_VEC(struct sx_str) words = { 0 };
    for (size_t i = 0; i < set->rules.n; i++) {
        SX_PUSH(scratch, &words, set->rules.at[i]->rule.id);
        SX_PUSH(scratch, &words, set->rules.at[i]->rule.name);
    }
    size_t at = sx_str_nearest(word, words.at, words.n);
    return at < words.n ? words.at[at] : (struct sx_str){ 0 };
}

bool sx_rule_matches(const struct sx_rule *rule, struct sx_str word)
{
    return (word.len > 0 && sx_str_starts(rule->id, word)) || sx_str_eq(rule->name, word) ||
           sx_strs_has(rule->aliases, word);
}

struct sx_str sx_rule_source(const struct sx_rule *rule, const char *key)
{
    const struct sx_rule_entry *entry = (const struct sx_rule_entry *)rule;
    uint32_t node = sx_yaml_get(entry->yaml, entry->node, key);
    return node != 0 ? sx_yaml_text(entry->yaml, node) : (struct sx_str){ 0 };
}
