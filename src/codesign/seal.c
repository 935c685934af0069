/* SPDX-License-Identifier: MIT */
#include "codesign/seal.h"

#include "base/table.h"

#include <stdlib.h>
#include <utf8proc.h>

struct sx_str sx_seal_hash(const struct sx_seal_entry *entry, unsigned type)
{
    size_t at = 0;
    if (type >= SX_SEAL_HASH_TYPES || entry->hash_len[type] == 0)
        return (struct sx_str){ 0 };
    for (size_t i = 0; i < type; i++)
        at += entry->hash_len[i];
    return (struct sx_str){ (const char *)entry->hashes + at, entry->hash_len[type] };
}

struct sx_seal_entry *sx_seal_find(const struct sx_seal *seal, struct sx_str path)
{
    size_t low = 0;
    size_t high = seal->n_entries;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = sx_str_cmp(seal->entries[middle].path, path);
        if (order == 0)
            return &seal->entries[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* What Security lets a rule omit (bundlediskrep.cpp, allowedResourceOmissions). */
static bool may_be_omitted(struct sx_str pattern, struct sx_str resources)
{
    static const char *const allowed[] = { "^(.*/)?\\.DS_Store$", "^Info\\.plist$", "^PkgInfo$" };
    for (size_t i = 0; i < SX_LEN(allowed); i++)
        if (sx_str_is(pattern, allowed[i]))
            return true;
    struct sx_str rest = sx_str_sub(pattern, 1, pattern.len);
    return sx_str_starts(pattern, SX_STR("^")) && sx_str_starts(rest, resources) &&
           sx_str_is(sx_str_sub(rest, resources.len, rest.len), ".*\\.lproj/locversion.plist$");
}

static void check_rules(const struct sx_seal *seal, struct sx_str resources,
                        struct sx_seal_problems *problems)
{
    const char *catch_all = seal->version == 1 ? "^Resources/" : "^.*";
    bool covers_all = false;
    for (size_t i = 0; i < seal->n_rules; i++) {
        const struct sx_seal_rule *rule = &seal->rules[i];
        covers_all |= rule->is_true && sx_str_is(rule->pattern, catch_all);
        if (rule->omit && !may_be_omitted(rule->pattern, resources)) {
            struct sx_str said = sx_escape(problems->arena, rule->pattern);
            sx_seal_note(problems, SX_SEAL_FAULT_OMITS_MORE, (struct sx_str){ 0 }, rule->off,
                         "the rule %.*s leaves files out", SX_STR_ARG(said));
        }
    }
    if (!covers_all)
        sx_seal_note(problems, SX_SEAL_FAULT_NO_CATCH_ALL, (struct sx_str){ 0 }, SX_SEAL_NOWHERE,
                     "no rule %s that is true", catch_all);
}

static bool escapes(struct sx_str path)
{
    if (sx_str_starts(path, SX_STR("/")))
        return true;
    while (path.len > 0) {
        size_t end = sx_str_find(path, SX_STR("/"));
        if (sx_str_is(sx_str_sub(path, 0, end), ".."))
            return true;
        path = sx_str_sub(path, end + 1, path.len);
    }
    return false;
}

static bool is_ascii(struct sx_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] >= 0x80)
            return false;
    return true;
}

static struct sx_str fold_ascii(struct sx_str s, struct sx_arena *arena)
{
    char *at = sx_arena_alloc(arena, s.len + 1);
    for (size_t i = 0; i < s.len; i++)
        at[i] = (char)(s.ptr[i] >= 'A' && s.ptr[i] <= 'Z' ? s.ptr[i] + ('a' - 'A') : s.ptr[i]);
    return (struct sx_str){ at, s.len };
}

/* The name under which a file system that minds neither case nor normalisation knows a path; a
 * path that is no UTF-8 is its own name. */
static struct sx_str fold(struct sx_str path, struct sx_arena *arena)
{
    if (is_ascii(path))
        return fold_ascii(path, arena);
    utf8proc_uint8_t *text = NULL;
    utf8proc_ssize_t len =
        utf8proc_map((const utf8proc_uint8_t *)path.ptr, (utf8proc_ssize_t)path.len, &text,
                     UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD);
    struct sx_str folded = path;
    if (len >= 0)
        folded = sx_str_dup(arena, (struct sx_str){ (const char *)text, (size_t)len });
    free(text);
    return folded;
}

static void check_names(const struct sx_seal *seal, struct sx_seal_problems *problems)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_table seen;
    sx_table_init(&seen, arena);
    for (size_t i = 0; i < seal->n_entries; i++) {
        struct sx_seal_entry *entry = &seal->entries[i];
        struct sx_str name = fold(entry->path, arena);
        if (sx_table_put(&seen, name, entry))
            continue;
        const struct sx_seal_entry *other = sx_table_get(&seen, name);
        struct sx_str said = sx_escape(arena, other->path);
        sx_seal_note(problems, SX_SEAL_FAULT_NAMES_COLLIDE, entry->path, entry->off,
                     "the same name as %.*s where case and normalisation do not count",
                     SX_STR_ARG(said));
    }
}

void sx_seal_check(const struct sx_seal *seal, struct sx_str resources,
                   struct sx_seal_problems *problems)
{
    if (seal->version == 1)
        sx_seal_note(problems, SX_SEAL_FAULT_VERSION_1, (struct sx_str){ 0 }, SX_SEAL_NOWHERE,
                     "it has no files2");
    check_rules(seal, resources, problems);
    for (size_t i = 0; i < seal->n_entries; i++)
        if (escapes(seal->entries[i].path))
            sx_seal_note(problems, SX_SEAL_FAULT_PATH_ESCAPES, seal->entries[i].path,
                         seal->entries[i].off, "the path leads out of the bundle");
    check_names(seal, problems);
}

/* Security, bundlediskrep.cpp, defaultResourceRules: the rule with all these folders; files in
 * the root that other rules take back are not worth a name here. */
bool sx_seal_nests_code(struct sx_str path)
{
    static const char *const places[] = {
        "Frameworks/",
        "SharedFrameworks/",
        "PlugIns/",
        "Plug-ins/",
        "XPCServices/",
        "Helpers/",
        "MacOS/",
        "Library/Automator/",
        "Library/Spotlight/",
        "Library/LoginItems/",
    };
    for (size_t i = 0; i < SX_LEN(places); i++)
        if (sx_str_starts(path, sx_str_of(places[i])))
            return true;
    return sx_str_find(path, SX_STR("/")) == path.len;
}
