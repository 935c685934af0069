/* SPDX-License-Identifier: MIT */
/* What codesign calls detritus: resource forks and Finder information, which no seal covers and
 * its --strict does not allow on a bundle's root and on what is sealed (Security, StaticCode.cpp,
 * validateResource and validateOtherVersions; bundlediskrep.cpp, strictValidate). Of a link
 * Security looks at what it leads to, which is looked at where it stands. */
#include "bundle/apple_double.h"
#include "bundle/attribute.h"
#include "inspect/sealing.h"

struct look {
    struct sx_subject *s;
    const struct sx_walk *walk;
    struct sx_problems *problems;
};

static void look_at(const struct look *l, struct sx_str path)
{
    static const char *const names[] = { SX_FINDER_INFO, SX_RESOURCE_FORK };
    for (size_t i = 0; i < SX_LEN(names); i++)
        if (sx_attribute_has(l->s->tree, path, names[i]))
            sx_problem_add(l->problems, SX_PROBLEM_DETRITUS, sx_subject_path(l->s, path),
                           SX_NOWHERE,
                           sx_str_printf(l->s->in->arena, "it has the attribute %s", names[i]));
}

/* Attributes are rare, and asking for one costs as much as opening a file. */
static void look_at_file(const struct look *l, const struct sx_walk_entry *entry)
{
    if (entry->has_attributes || l->walk->has_apple_double)
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
