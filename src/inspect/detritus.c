/* SPDX-License-Identifier: MIT */
/* What codesign calls detritus: resource forks and Finder information, which no seal covers and
 * its --strict does not allow on a bundle's root and on what is sealed (Security, StaticCode.cpp,
 * validateResource and validateOtherVersions; bundlediskrep.cpp, strictValidate). Of a link
 * Security looks at what it leads to, which is looked at where it stands. */
#include "bundle/apple_double.h"
#include "bundle/attribute.h"
#include "codesign/slot.h"
#include "inspect/sealing.h"

struct look {
    struct sx_subject *s;
    const struct sx_walk *walk;
    struct sx_problems *problems;
};

/* What an attribute is to a signature: detritus; nothing, when the system puts it there, as that of
 * a download, or when signatures of files without a place for one lie in it; else it has been left
 * there by something. */
static const struct meaning {
    const char *name;
    bool is_prefix, is_harmless;
} meanings[] = {
    { SX_FINDER_INFO, false, false },        { SX_RESOURCE_FORK, false, false },
    { "com.apple.quarantine", false, true }, { "com.apple.provenance", false, true },
    { SX_ATTRIBUTE_OF_PARTS, true, true },
};

static const struct meaning *meaning_of(struct sx_str name)
{
    for (size_t i = 0; i < SX_LEN(meanings); i++)
        if (meanings[i].is_prefix ? sx_str_starts(name, sx_str_of(meanings[i].name))
                                  : sx_str_is(name, meanings[i].name))
            return &meanings[i];
    return NULL;
}

static void tell(const struct look *l, struct sx_str path, struct sx_str name)
{
    struct sx_arena *arena = l->s->in->arena;
    const struct meaning *meaning = meaning_of(name);
    struct sx_str said = sx_str_dup(arena, sx_escape(l->s->in->scratch, name));
    if (meaning == NULL)
        sx_problem_add(l->problems, SX_PROBLEM_UNUSUAL_XATTR, sx_subject_path(l->s, path),
                       SX_NOWHERE, said);
    else if (!meaning->is_harmless)
        sx_problem_add(l->problems, SX_PROBLEM_DETRITUS, sx_subject_path(l->s, path), SX_NOWHERE,
                       sx_str_printf(arena, "it has the attribute %.*s", SX_STR_ARG(said)));
}

/* What cannot be asked has none that are known; that it cannot be read is told by who reads it. */
static void look_at(const struct look *l, struct sx_str path)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_strs names;
    struct sx_err ignored = { 0 };
    if (!sx_attribute_names(l->s->tree, path, arena, &names, &ignored))
        return;
    for (size_t i = 0; i < names.n; i++)
        tell(l, path, names.at[i]);
}

/* Attributes are rare. On a disk asking for them costs as much as opening a file; what has been
 * unpacked knows them by name. */
static void look_at_file(const struct look *l, const struct sx_walk_entry *entry)
{
    if (entry->has_attributes || l->walk->has_apple_double || l->s->tree->fd < 0)
        look_at(l, entry->path);
}

void sx_check_detritus(struct sx_subject *s, const struct sx_walk *walk,
                       const struct sx_sealing *sealing)
{
    struct sx_subject_code *code = &s->code[sealing->at];
    struct look l = { s, walk, &code->problems };
    look_at(&l, code->found->path);
    for (size_t i = 0; i < sealing->files.n; i++)
        look_at_file(&l, sealing->files.at[i].there);
    for (size_t i = 0; i < sealing->code.n; i++) {
        const struct sx_walk_entry *there = sealing->code.at[i].there;
        bool is_bundle = there->code != NULL && there->code->bundle != NULL;
        if (there->type == SX_ENTRY_FILE)
            look_at_file(&l, there);
        else if (!is_bundle) /* which is looked at with its own seal */
            look_at(&l, there->path);
    }
}
