/* SPDX-License-Identifier: MIT */
#include "codesign/seal_scan.h"

#include "base/limits.h"

#include <strings.h>

void sx_seal_scan_init(struct sx_seal_scan *scan, struct sx_seal *seal, struct sx_str main,
                       size_t n_items, struct sx_seal_problems *problems)
{
    uint64_t budget = SX_SEAL_STEPS_AT_LEAST + (uint64_t)n_items * SX_SEAL_STEPS_A_PATH;
    *scan = (struct sx_seal_scan){
        .seal = seal, .main = main, .problems = problems, .matcher = sx_ere_matcher_new(budget)
    };
}

void sx_seal_scan_release(struct sx_seal_scan *scan)
{
    sx_ere_matcher_free(scan->matcher);
    scan->matcher = NULL;
}

/* How the rules see a path. */
struct ruling {
    const struct sx_seal_rule *rule; /* NULL: none matches, which leaves it out */
    bool is_excluded;                /* whatever the rules say */
};

static bool is_main(const struct sx_seal_scan *scan, struct sx_str path)
{
    return scan->main.ptr != NULL && sx_str_eq(path, scan->main);
}

/* Security adds these to the rules of every bundle (bundlediskrep.cpp, adjustResources). That
 * CodeResources is one of them is what lets a ticket be stapled without breaking the seal. */
static bool is_excluded(const struct sx_seal_scan *scan, struct sx_str path)
{
    return sx_str_is(path, "_CodeSignature") || sx_str_is(path, "CodeResources") ||
           sx_str_is(path, "_MASReceipt") || is_main(scan, path);
}

static bool rule_for(struct sx_seal_scan *scan, struct sx_str path, struct ruling *out,
                     struct sx_err *err)
{
    *out = (struct ruling){ .is_excluded = is_excluded(scan, path) };
    for (size_t i = 0; !out->is_excluded && i < scan->seal->n_rules; i++) {
        const struct sx_seal_rule *rule = &scan->seal->rules[i];
        bool found;
        SX_TRY(sx_ere_search(rule->ere, scan->matcher, path, &found, err));
        if (found) {
            out->rule = rule;
            return true;
        }
    }
    return true;
}

static bool counts(const struct ruling *ruling)
{
    return !ruling->is_excluded && ruling->rule != NULL && !ruling->rule->omit;
}

static void note(struct sx_seal_scan *scan, enum sx_seal_fault fault,
                 const struct sx_seal_entry *entry, const char *detail)
{
    sx_seal_note(scan->problems, fault, entry->path, entry->off, "%s", detail);
}

/* An item that counts, against its entry. */
static enum sx_seal_step check_item(struct sx_seal_scan *scan, struct sx_str path,
                                    enum sx_seal_item item, struct sx_seal_entry **out)
{
    static const char *const names[] = { [SX_ITEM_FILE] = "a file",
                                         [SX_ITEM_FOLDER] = "a folder",
                                         [SX_ITEM_LINK] = "a link",
                                         [SX_ITEM_SPECIAL] = "a special file" };
    struct sx_seal_entry *entry = *out = sx_seal_find(scan->seal, path);
    if (entry == NULL) {
        if (scan->seal->version > 1 || item != SX_ITEM_LINK) /* version 1 knows no links */
            sx_seal_note(scan->problems, SX_SEAL_FAULT_ADDED, path, SX_SEAL_NOWHERE,
                         "%s that the seal does not list", names[item]);
        return SX_STEP_PASS;
    }
    entry->is_met = true;
    switch ((enum sx_seal_kind)entry->kind) {
    case SX_SEAL_FILE:
        if (item == SX_ITEM_FILE)
            return SX_STEP_FILE;
        break;
    case SX_SEAL_LINK:
        if (item == SX_ITEM_LINK)
            return SX_STEP_LINK;
        break;
    case SX_SEAL_CODE:
        if (item != SX_ITEM_LINK)
            return SX_STEP_CODE;
        break;
    case SX_SEAL_BROKEN:
        return SX_STEP_PASS;
    }
    static const char *const sealed[] = {
        [SX_SEAL_FILE] = "a file", [SX_SEAL_LINK] = "a link", [SX_SEAL_CODE] = "code"
    };
    sx_seal_note(scan->problems, SX_SEAL_FAULT_TYPE, path, entry->off, "%s, where the seal has %s",
                 names[item], sealed[entry->kind]);
    return SX_STEP_PASS;
}

static bool is_ds_store(struct sx_str path)
{
    static const char name[] = ".DS_Store";
    struct sx_str base = sx_str_base(path);
    return base.len == sizeof(name) - 1 && strncasecmp(base.ptr, name, base.len) == 0;
}

static bool has_dot(struct sx_str path)
{
    struct sx_str base = sx_str_base(path);
    return memchr(base.ptr, '.', base.len) != NULL;
}

/* A folder with a dot in its name, where code is nested, is a bundle: one item, not entered. A
 * rule that omits a folder omits nothing that is in it. */
static enum sx_seal_step meet_folder(struct sx_seal_scan *scan, struct sx_str path,
                                     const struct ruling *ruling, struct sx_seal_entry **entry)
{
    if (ruling->is_excluded)
        return SX_STEP_PASS;
    if (ruling->rule != NULL && ruling->rule->nested && has_dot(path))
        return check_item(scan, path, SX_ITEM_FOLDER, entry);
    return SX_STEP_ENTER;
}

bool sx_seal_meet(struct sx_seal_scan *scan, struct sx_str path, enum sx_seal_item item,
                  enum sx_seal_step *step, struct sx_seal_entry **entry, struct sx_err *err)
{
    struct ruling ruling;
    *step = SX_STEP_PASS;
    *entry = NULL;
    if (item == SX_ITEM_SPECIAL) {
        sx_seal_note(scan->problems, SX_SEAL_FAULT_SPECIAL, path, SX_SEAL_NOWHERE,
                     "a socket, fifo or device");
        return true;
    }
    if (item == SX_ITEM_LINK && is_ds_store(path)) {
        sx_seal_note(scan->problems, SX_SEAL_FAULT_DS_STORE_LINK, path, SX_SEAL_NOWHERE,
                     "a link named .DS_Store");
        return true;
    }
    SX_TRY(rule_for(scan, path, &ruling, err));
    if (item == SX_ITEM_FOLDER)
        *step = meet_folder(scan, path, &ruling, entry);
    else if (counts(&ruling))
        *step = check_item(scan, path, item, entry);
    return true;
}

void sx_seal_compare_file(struct sx_seal_scan *scan, const struct sx_seal_entry *entry,
                          unsigned want, unsigned have, const uint8_t *digests)
{
    for (unsigned type = 1; type < SX_SEAL_HASH_TYPES; type++) {
        if ((have & SX_HASH_BIT(type)) == 0)
            continue;
        const uint8_t *digest = digests;
        digests += sx_hash_len(type);
        if ((want & SX_HASH_BIT(type)) == 0)
            continue;
        struct sx_str sealed = sx_seal_hash(entry, type);
        if (sealed.ptr == NULL)
            sealed = sx_seal_hash(entry, SX_HASH_SHA1);
        if (sealed.ptr == NULL) {
            sx_seal_note(scan->problems, SX_SEAL_FAULT_ENTRY, entry->path, entry->off, "no %s hash",
                         sx_hash_name(type));
            return;
        }
        if (sealed.len != sx_hash_len(type) || memcmp(sealed.ptr, digest, sealed.len) != 0) {
            sx_seal_note(scan->problems, SX_SEAL_FAULT_CONTENT, entry->path, entry->off,
                         "its %s is not that of the seal", sx_hash_name(type));
            return;
        }
    }
}

bool sx_seal_compare_link(struct sx_seal_scan *scan, const struct sx_seal_entry *entry,
                          struct sx_str text)
{
    if (sx_str_eq(text, entry->text))
        return true;
    struct sx_arena *arena = scan->problems->arena;
    sx_seal_note(scan->problems, SX_SEAL_FAULT_LINK_TEXT, entry->path, entry->off,
                 "leads to %.*s, in the seal to %.*s", SX_STR_ARG(sx_escape(arena, text)),
                 SX_STR_ARG(sx_escape(arena, entry->text)));
    return false;
}

/* Security, resources.cpp, includes: what lies in an excluded folder is not sealed; the main
 * executable is, though no rule says so. */
bool sx_seal_includes(struct sx_seal_scan *scan, struct sx_str path, bool *included,
                      struct sx_err *err)
{
    struct ruling ruling;
    size_t slash = sx_str_find(path, SX_STR("/"));
    struct sx_str folder = sx_str_sub(path, 0, slash);
    *included = false;
    if (slash < path.len && is_excluded(scan, folder)) {
        *included = is_main(scan, folder);
        return true;
    }
    SX_TRY(rule_for(scan, path, &ruling, err));
    *included = counts(&ruling) || is_main(scan, path);
    return true;
}

void sx_seal_excuse(struct sx_seal_scan *scan, struct sx_str folder)
{
    for (size_t i = 0; i < scan->seal->n_entries; i++) {
        struct sx_seal_entry *entry = &scan->seal->entries[i];
        if (sx_str_starts(entry->path, folder) && entry->path.len > folder.len &&
            entry->path.ptr[folder.len] == '/')
            entry->is_met = true;
    }
}

void sx_seal_finish(struct sx_seal_scan *scan)
{
    for (size_t i = 0; i < scan->seal->n_entries; i++) {
        const struct sx_seal_entry *entry = &scan->seal->entries[i];
        if (entry->is_met || entry->is_optional || entry->kind == SX_SEAL_BROKEN)
            continue;
        if (is_main(scan, entry->path))
            note(scan, SX_SEAL_FAULT_MAIN_EXECUTABLE, entry,
                 "the main executable, which the signature itself covers");
        else
            note(scan, SX_SEAL_FAULT_MISSING, entry, "in the seal, and not there");
    }
}
