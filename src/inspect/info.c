/* SPDX-License-Identifier: MIT */
#include "inspect/info.h"

#include "base/buf.h"
#include "base/limits.h"

static struct sx_str place_text(struct sx_info_notes *notes, const struct sx_value *at)
{
    if (notes->document == NULL || at->pos == 0)
        return SX_STR("");
    sx_line_move(&notes->place, notes->document->text, at->pos - 1);
    return sx_str_printf(notes->arena, ", line %u, column %u", notes->place.line,
                         notes->place.column);
}

void sx_info_note(struct sx_info_notes *notes, enum sx_ProblemKind what, const struct sx_step *step,
                  const struct sx_value *at, struct sx_str follows)
{
    if (notes->n == SX_MAX_PROBLEMS) {
        notes->more++;
        return;
    }
    notes->n++;
    bool has_place = notes->document != NULL && at->pos > 0;
    sx_problem_add(notes->problems, what, notes->path,
                   has_place ? notes->document->off + at->pos - 1 : SX_NOWHERE,
                   sx_str_printf(notes->arena, "%.*s is %.*s%.*s%.*s",
                                 SX_STR_ARG(sx_step_text(step, notes->arena)),
                                 SX_STR_ARG(sx_value_phrase(at, notes->arena)), SX_STR_ARG(follows),
                                 SX_STR_ARG(place_text(notes, at))));
}

/* Types */

/* Keys that the facts and rules read, and the type that whoever reads them on a Mac expects
 * ("Information Property List"); "*" is any key. */
static const struct expected {
    const char *path[4]; /* ended by NULL */
    enum sx_kind kind;
} expected[] = {
    { { "CFBundleDisplayName" }, SX_STRING },
    { { "CFBundleExecutable" }, SX_STRING },
    { { "CFBundleIdentifier" }, SX_STRING },
    { { "CFBundleName" }, SX_STRING },
    { { "CFBundlePackageType" }, SX_STRING },
    { { "CFBundleShortVersionString" }, SX_STRING },
    { { "CFBundleSupportedPlatforms" }, SX_LIST },
    { { "CFBundleVersion" }, SX_STRING },
    { { "CMIOExtension" }, SX_MAP },
    { { "CMIOExtension", "CMIOExtensionMachServiceName" }, SX_STRING },
    { { "IOKitPersonalities" }, SX_MAP },
    { { "IOKitPersonalities", "*" }, SX_MAP },
    { { "IOKitPersonalities", "*", "CFBundleIdentifier" }, SX_STRING },
    { { "IOKitPersonalities", "*", "CFBundleIdentifierKernel" }, SX_STRING },
    { { "IOKitPersonalities", "*", "IOClass" }, SX_STRING },
    { { "IOKitPersonalities", "*", "IOPCIClassMatch" }, SX_STRING },
    { { "IOKitPersonalities", "*", "IOPCIMatch" }, SX_STRING },
    { { "IOKitPersonalities", "*", "IOPCIPrimaryMatch" }, SX_STRING },
    { { "IOKitPersonalities", "*", "IOPCISecondaryMatch" }, SX_STRING },
    { { "IOKitPersonalities", "*", "IOProviderClass" }, SX_STRING },
    { { "IOKitPersonalities", "*", "IOUserClass" }, SX_STRING },
    { { "IOKitPersonalities", "*", "IOUserServerName" }, SX_STRING },
    { { "IOKitPersonalities", "*", "idProduct" }, SX_INT },
    { { "IOKitPersonalities", "*", "idVendor" }, SX_INT },
    { { "LSEnvironment" }, SX_MAP },
    { { "LSEnvironment", "*" }, SX_STRING },
    { { "LSMinimumSystemVersion" }, SX_STRING },
    { { "NSCameraUsageDescription" }, SX_STRING },
    { { "NSEndpointSecurityMachServiceName" }, SX_STRING },
    { { "NSExtension" }, SX_MAP },
    { { "NSExtension", "NSExtensionPointIdentifier" }, SX_STRING },
    { { "NSExtension", "NSExtensionPrincipalClass" }, SX_STRING },
    { { "NSSystemExtensionUsageDescription" }, SX_STRING },
    { { "NetworkExtension" }, SX_MAP },
    { { "NetworkExtension", "NEMachServiceName" }, SX_STRING },
    { { "NetworkExtension", "NEProviderClasses" }, SX_MAP },
    { { "NetworkExtension", "NEProviderClasses", "*" }, SX_STRING },
    { { "OSBundleUsageDescription" }, SX_STRING },
    { { "OSMinimumDriverKitVersion" }, SX_STRING },
};

static bool has_kind(const struct sx_value *value, enum sx_kind kind)
{
    return value->kind == kind || (kind == SX_INT && value->kind == SX_UINT);
}

static const char *kind_phrase(enum sx_kind kind)
{
    return kind == SX_STRING ? ", not a string"
           : kind == SX_MAP  ? ", not a dictionary"
           : kind == SX_LIST ? ", not an array"
                             : ", not an integer";
}

static void check_path(struct sx_info_notes *notes, const struct sx_map *map,
                       const char *const *path, enum sx_kind kind, const struct sx_step *up)
{
    bool is_any = strcmp(path[0], "*") == 0;
    for (size_t i = 0; i < map->n; i++) {
        const struct sx_entry *entry = &map->at[i];
        const struct sx_step step = { .up = up, .key = entry->key.str };
        if (!is_any && !sx_str_is(entry->key.str, path[0]))
            continue;
        if (path[1] == NULL && !has_kind(&entry->value, kind))
            sx_info_note(notes, SX_PROBLEM_INFO_VALUE_TYPE, &step, &entry->value,
                         sx_str_of(kind_phrase(kind)));
        else if (path[1] != NULL && entry->value.kind == SX_MAP)
            check_path(notes, entry->value.map, path + 1, kind, &step);
    }
}

static void check_types(struct sx_info_notes *notes, const struct sx_map *info)
{
    for (size_t i = 0; i < SX_LEN(expected); i++)
        check_path(notes, info, expected[i].path, expected[i].kind, NULL);
}

/* Variables */

/* Keys whose values are names that something is looked up by. Elsewhere a variable is a blemish:
 * good apps ship with a development region of "$(DEVELOPMENT_LANGUAGE)". */
static const char *const names[] = {
    "CFBundleExecutable",         "CFBundleIdentifier", "CFBundlePackageType",    "CFBundleVersion",
    "CFBundleShortVersionString", "CMIOExtension",      "LSMinimumSystemVersion", "NSExtension",
    "NetworkExtension",
};
static const char *const name_prefixes[] = { "NSEndpointSecurity", "SM" };

static bool is_name(struct sx_str key)
{
    for (size_t i = 0; i < SX_LEN(names); i++)
        if (sx_str_is(key, names[i]))
            return true;
    for (size_t i = 0; i < SX_LEN(name_prefixes); i++)
        if (sx_str_starts(key, sx_str_of(name_prefixes[i])))
            return true;
    return false;
}

static bool has_variable(struct sx_str text)
{
    return sx_str_find(text, SX_STR("$(")) < text.len || sx_str_find(text, SX_STR("${")) < text.len;
}

static void check_variables(struct sx_info_notes *notes, struct sx_value value,
                            const struct sx_step *step);

/* A variable in a key is noted with the dictionary that has the key. */
static void check_entry(struct sx_info_notes *notes, const struct sx_entry *entry,
                        const struct sx_step *up)
{
    const struct sx_step step = { .up = up, .key = entry->key.str };
    if (has_variable(entry->key.str))
        sx_info_note(notes, SX_PROBLEM_UNEXPANDED_VARIABLE, up, &entry->key, SX_STR(", a key"));
    check_variables(notes, entry->value, &step);
}

/* Property lists nest SX_MAX_PLIST_DEPTH deep at most. */
static void check_variables(struct sx_info_notes *notes, struct sx_value value,
                            const struct sx_step *step)
{
    if (value.kind == SX_STRING && has_variable(value.str))
        sx_info_note(notes, SX_PROBLEM_UNEXPANDED_VARIABLE, step, &value, SX_STR(""));
    for (size_t i = 0; value.kind == SX_LIST && i < value.list.n; i++) {
        const struct sx_step element = { .up = step, .index = i };
        check_variables(notes, sx_list_at(value, i), &element);
    }
    for (size_t i = 0; value.kind == SX_MAP && i < value.map->n; i++)
        check_entry(notes, &value.map->at[i], step);
}

static void check_names(struct sx_info_notes *notes, const struct sx_map *info)
{
    for (size_t i = 0; i < info->n; i++)
        if (is_name(info->at[i].key.str))
            check_entry(notes, &info->at[i], NULL);
}

/* All together */

static void tell_rest(struct sx_subject_code *code, const struct sx_info_notes *notes)
{
    if (notes->more > 0)
        sx_fact_unread(
            &code->facts->head, notes->arena, "problems", SX_UNREAD_NOT_EXAMINED,
            sx_str_printf(notes->arena, "%zu problems more than are listed", notes->more), -1);
}

void sx_inspect_info(struct sx_subject *s, struct sx_subject_code *code)
{
    const struct sx_Code *facts = code->facts;
    const struct sx_Slice *slice = sx_primary_slice(facts);
    const struct sx_bundle *bundle = code->found->bundle;
    struct sx_info_notes info = { .arena = s->in->arena,
                                  .problems = &code->problems,
                                  .document = facts->head.document };
    struct sx_info_notes claims = info;
    if (bundle != NULL && bundle->info_path.ptr != NULL)
        info.path = sx_subject_path(s, bundle->info_path);
    if (facts->info != NULL) {
        check_types(&info, facts->info);
        check_names(&info, facts->info);
        if (facts->kind == SX_CODE_KIND_DRIVER_EXTENSION)
            sx_check_driver_matches(&info, facts->info, slice->entitlements);
    }
    claims.document = slice->signature->head.document;
    check_variables(&claims, sx_map_value(slice->entitlements), NULL);
    tell_rest(code, &info);
    tell_rest(code, &claims);
}
