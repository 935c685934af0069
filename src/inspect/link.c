/* SPDX-License-Identifier: MIT */
/* Where a link may lead (Security, StaticCode.cpp, validateSymlinkResource): to the system, or to
 * something that this seal, or one around it, covers. */
#include "inspect/sealing.h"
#include "base/buf.h"

static void note(struct sx_sealing *sealing, const struct sx_sealed_item *link, const char *why)
{
    struct sx_str text = sx_escape(sealing->problems.arena, link->entry->text);
    sx_seal_note(&sealing->problems, SX_SEAL_FAULT_LINK_LEAVES, link->entry->path, SX_SEAL_NOWHERE,
                 "leads to %.*s, %s", SX_STR_ARG(text), why);
}

/* An absolute path without "." and "..", as realpath would give it where there are no links. */
static struct sx_str normalise(struct sx_str path, struct sx_arena *arena)
{
    struct sx_str out = SX_STR("");
    while (path.len > 0) {
        size_t end = sx_str_find(path, SX_STR("/"));
        struct sx_str name = sx_str_sub(path, 0, end);
        path = sx_str_sub(path, end + 1, path.len);
        if (sx_str_is(name, ".."))
            out = sx_path_parent(out);
        else if (name.len > 0 && !sx_str_is(name, "."))
            out = sx_path_join(arena, out, name);
    }
    return out;
}

/* What lies on a Mac is not here to be resolved: the text decides. */
static void check_absolute(struct sx_subject *s, struct sx_sealing *sealing,
                           const struct sx_sealed_item *link)
{
    struct sx_str path = normalise(link->entry->text, s->in->scratch);
    if (!sx_str_starts(path, SX_STR("System/")) && !sx_str_starts(path, SX_STR("Library/")))
        note(sealing, link, "an absolute path outside of /System and /Library");
}

static const char *why_not(const struct sx_err *err)
{
    return err->code == SX_E_RANGE   ? "which is outside of the bundle"
           : err->code == SX_E_LIMIT ? "which goes round in circles"
                                     : "where nothing is";
}

/* The innermost seal below whose root the target lies decides. */
static bool check_target(struct sx_sealing *sealing, const struct sx_sealed_item *link,
                         struct sx_str target,
                         struct sx_sealing *(*outer)(void *context, struct sx_sealing *),
                         void *context)
{
    struct sx_sealing *scope = sealing;
    struct sx_str below = sx_path_below(target, scope->root);
    while (below.ptr == NULL && (scope = outer(context, scope)) != NULL)
        below = sx_path_below(target, scope->root);
    if (scope == NULL) {
        note(sealing, link, "which is outside of the bundle");
        return true;
    }
    bool is_included;
    SX_TRY(sx_seal_includes(&scope->scan, below, &is_included, &sealing->err));
    if (!is_included)
        note(sealing, link, "which is not sealed");
    return true;
}

void sx_check_link(struct sx_subject *s, struct sx_sealing *sealing,
                   const struct sx_sealed_item *link,
                   struct sx_sealing *(*outer)(void *context, struct sx_sealing *), void *context)
{
    struct sx_arena *scratch = s->in->scratch;
    struct sx_arena_mark mark = sx_arena_mark(scratch);
    struct sx_err err = { 0 };
    struct sx_str target;
    struct sx_str path =
        sx_path_join(scratch, sx_path_parent(link->there->path), link->entry->text);
    bool ok = true;
    if (sx_str_starts(link->entry->text, SX_STR("/")))
        check_absolute(s, sealing, link);
    else if (sx_tree_resolve(s->tree, path, scratch, &target, &err))
        ok = check_target(sealing, link, target, outer, context);
    else
        note(sealing, link, why_not(&err));
    (void)ok; /* why it was not examined stands in sealing->err */
    sx_arena_rewind(scratch, mark);
}
