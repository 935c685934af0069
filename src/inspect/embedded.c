/* SPDX-License-Identifier: MIT */
/* Where the system looks for a bundle's profile, what lies elsewhere under that name, and the
 * quarantine of a downloaded one. */
#include "bundle/attribute.h"
#include "inspect/inspector.h"

static const struct sx_str mac_name = SX_LIT("embedded.provisionprofile");
static const struct sx_str ios_name = SX_LIT("embedded.mobileprovision");

struct sx_str sx_embedded_profile(const struct sx_subject *s, const struct sx_bundle *bundle)
{
    struct sx_str path = sx_path_join(s->in->arena, bundle->support, mac_name);
    if (sx_tree_has(s->tree, path, SX_ENTRY_FILE))
        return path;
    /* flat bundles are those of iOS, and driver extensions */
    path = sx_path_join(s->in->arena, bundle->support, ios_name);
    if (bundle->layout == SX_BUNDLE_FLAT && sx_tree_has(s->tree, path, SX_ENTRY_FILE))
        return path;
    return (struct sx_str){ 0 };
}

void sx_check_profile_place(struct sx_subject *s, const struct sx_found_file *file)
{
    struct sx_str name = sx_str_base(file->path);
    if (file->host == NULL || (!sx_str_eq(name, mac_name) && !sx_str_eq(name, ios_name)))
        return;
    const struct sx_bundle *bundle = file->host->bundle;
    struct sx_str wanted =
        sx_subject_path(s, sx_path_join(s->in->arena, bundle->support,
                                        bundle->layout == SX_BUNDLE_FLAT ? name : mac_name));
    sx_problem_add(&s->code[file->host->at].problems, SX_PROBLEM_PROFILE_MISPLACED,
                   sx_subject_path(s, file->path), SX_NOWHERE,
                   sx_str_printf(s->in->arena, "the system looks for %.*s", SX_STR_ARG(wanted)));
}

bool sx_is_quarantined(const struct sx_subject *s, struct sx_str path)
{
    return sx_attribute_has(s->tree, path, "com.apple.quarantine");
}
