/* SPDX-License-Identifier: MIT */
#include "seal.h"

#include "base/source.h"

#include <dirent.h>
#include <fcntl.h>
#include <regex.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_FILE (64u << 20)

/* Apple's default rules (Security, bundlediskrep.cpp). Weight 0 = plain `true`. */
struct rule {
    const char *pattern;
    int weight;
    bool omit, optional, nested;
};

static const struct rule default_rules[] = {
    { "^Resources/" },
    { "^Resources/.*\\.lproj/", 1000, .optional = true },
    { "^Resources/.*\\.lproj/locversion.plist$", 1100, .omit = true },
    { "^Resources/Base\\.lproj/", 1010 },
    { "^version.plist$" },
    { NULL },
};

static const struct rule default_rules2[] = {
    { ".*\\.dSYM($|/)", 11 },
    { "^(.*/)?\\.DS_Store$", 2000, .omit = true },
    { "^(Frameworks|SharedFrameworks|PlugIns|Plug-ins|XPCServices|Helpers|MacOS|"
      "Library/(Automator|Spotlight|LoginItems))/",
      10, .nested = true },
    { "^.*" },
    { "^Info\\.plist$", 20, .omit = true },
    { "^PkgInfo$", 20, .omit = true },
    { "^Resources/", 20 },
    { "^Resources/.*\\.lproj/", 1000, .optional = true },
    { "^Resources/.*\\.lproj/locversion.plist$", 1100, .omit = true },
    { "^Resources/Base\\.lproj/", 1010 },
    { "^[^/]+$", 10, .nested = true },
    { "^embedded\\.provisionprofile$", 20 },
    { "^version\\.plist$", 20 },
    { NULL },
};

static const struct rule flat_rules[] = {
    { "^.*" },
    { "^.*\\.lproj/", 1000, .optional = true },
    { "^.*\\.lproj/locversion.plist$", 1100, .omit = true },
    { "^Base\\.lproj/", 1010 },
    { "^version.plist$" },
    { NULL },
};

static const struct rule flat_rules2[] = {
    { ".*\\.dSYM($|/)", 11 },
    { "^(.*/)?\\.DS_Store$", 2000, .omit = true },
    { "^.*" },
    { "^.*\\.lproj/", 1000, .optional = true },
    { "^.*\\.lproj/locversion.plist$", 1100, .omit = true },
    { "^Base\\.lproj/", 1010 },
    { "^Info\\.plist$", 20, .omit = true },
    { "^PkgInfo$", 20, .omit = true },
    { "^embedded\\.provisionprofile$", 20 },
    { "^version\\.plist$", 20 },
    { NULL },
};

static struct sx_fx_node *rule_node(struct sx_arena *arena, const struct rule *r)
{
    if (r->weight == 0)
        return sx_fx_bool(arena, true);
    struct sx_fx_node *map = sx_fx_map(arena);
    if (r->nested)
        sx_fx_put(arena, map, SX_STR("nested"), sx_fx_bool(arena, true));
    if (r->omit)
        sx_fx_put(arena, map, SX_STR("omit"), sx_fx_bool(arena, true));
    if (r->optional)
        sx_fx_put(arena, map, SX_STR("optional"), sx_fx_bool(arena, true));
    sx_fx_put(arena, map, SX_STR("weight"),
              sx_fx_real(arena, sx_str_printf(arena, "%d", r->weight)));
    return map;
}

static struct sx_fx_node *rules_node(struct sx_arena *arena, const struct rule *rules)
{
    struct sx_fx_node *map = sx_fx_map(arena);
    for (; rules->pattern != NULL; rules++)
        sx_fx_put(arena, map, sx_str_of(rules->pattern), rule_node(arena, rules));
    return map;
}

/* A rule as it is applied, read back from the property list that it stands in. */
struct matcher {
    regex_t regex;
    long long weight;
    bool omit, optional, nested;
};

struct matchers {
    struct matcher *at;
    size_t n;
};

static bool says(const struct sx_fx_node *map, const char *key)
{
    const struct sx_fx_node *value = sx_fx_get(map, key);
    return value != NULL && value->kind == SX_FX_NODE_BOOL && value->number != 0;
}

static bool compile(struct sx_arena *arena, const struct sx_fx_node *rules, struct matchers *out,
                    struct sx_err *err)
{
    out->at = SX_NEW_N(arena, struct matcher, rules->entries.n);
    for (out->n = 0; out->n < rules->entries.n; out->n++) {
        const struct sx_fx_entry *e = &rules->entries.at[out->n];
        struct matcher *m = &out->at[out->n];
        const struct sx_fx_node *weight = sx_fx_get(e->node, "weight");
        m->weight = weight != NULL ? strtoll(weight->text.ptr, NULL, 10) : 1;
        m->omit =
            says(e->node, "omit") || (e->node->kind == SX_FX_NODE_BOOL && e->node->number == 0);
        m->optional = says(e->node, "optional");
        m->nested = says(e->node, "nested");
        const char *pattern = sx_str_dup(arena, e->key).ptr;
        if (regcomp(&m->regex, pattern, REG_EXTENDED | REG_NOSUB) != 0)
            return sx_fx_fail(err, e->node, "no regular expression: %s", pattern);
    }
    return true;
}

static void matchers_release(struct matchers *m)
{
    for (size_t i = 0; i < m->n; i++)
        regfree(&m->at[i].regex);
    m->n = 0;
}

/* The heaviest rule decides, and omitting wins a tie. */
static const struct matcher *match(const struct matchers *rules, const char *path)
{
    const struct matcher *best = NULL;
    for (size_t i = 0; i < rules->n; i++) {
        const struct matcher *m = &rules->at[i];
        if (regexec(&m->regex, path, 0, NULL, 0) != 0)
            continue;
        if (best == NULL || m->weight > best->weight ||
            (m->weight == best->weight && m->omit && !best->omit))
            best = m;
    }
    return best;
}

struct scan {
    struct sx_arena *arena;
    const struct sx_fx_seal *spec;
    struct matchers rules, rules2;
    struct sx_fx_node *files, *files2;
    struct sx_err *err;
};

static struct sx_str on_disk(struct scan *s, struct sx_str path)
{
    return sx_str_printf(s->arena, "%s/%.*s", s->spec->root, SX_STR_ARG(path));
}

static bool read_file(struct scan *s, struct sx_str path, struct sx_str *out)
{
    const char *name = on_disk(s, path).ptr;
    struct sx_source source;
    struct sx_span bytes;
    SX_TRY(sx_source_open(AT_FDCWD, name, name, false, &source, s->err));
    bool done = sx_source_whole(&source, MAX_FILE, s->arena, &bytes, s->err);
    sx_source_close(&source);
    *out = done ? sx_str_of_span(bytes) : SX_STR("");
    return done;
}

static void finish_entry(struct scan *s, struct sx_fx_node *entry, const struct matcher *rule)
{
    if (rule->optional)
        sx_fx_put(s->arena, entry, SX_STR("optional"), sx_fx_bool(s->arena, true));
}

/* The first version of the seal knows regular files and SHA-1. */
static void seal_v1(struct scan *s, struct sx_str path, struct sx_str bytes)
{
    const struct matcher *rule = match(&s->rules, path.ptr);
    if (rule == NULL || rule->omit)
        return;
    struct sx_fx_node *hash = sx_fx_data(s->arena, sx_fx_digest(s->arena, SX_FX_SHA1, bytes));
    if (!rule->optional) {
        sx_fx_put(s->arena, s->files, path, hash);
        return;
    }
    struct sx_fx_node *entry = sx_fx_put(s->arena, s->files, path, sx_fx_map(s->arena));
    sx_fx_put(s->arena, entry, SX_STR("hash"), hash);
    finish_entry(s, entry, rule);
}

static void seal_v2(struct scan *s, struct sx_str path, struct sx_str bytes,
                    const struct matcher *rule)
{
    struct sx_arena *arena = s->arena;
    struct sx_fx_node *entry = sx_fx_put(arena, s->files2, path, sx_fx_map(arena));
    if (s->spec->sha1)
        sx_fx_put(arena, entry, SX_STR("hash"),
                  sx_fx_data(arena, sx_fx_digest(arena, SX_FX_SHA1, bytes)));
    sx_fx_put(arena, entry, SX_STR("hash2"),
              sx_fx_data(arena, sx_fx_digest(arena, SX_FX_SHA256, bytes)));
    finish_entry(s, entry, rule);
}

static bool seal_nested(struct scan *s, struct sx_str path, const struct matcher *rule)
{
    for (size_t i = 0; i < s->spec->n_nested; i++) {
        const struct sx_fx_nested *nested = &s->spec->nested[i];
        if (!sx_str_eq(nested->path, path))
            continue;
        struct sx_fx_node *entry = sx_fx_put(s->arena, s->files2, path, sx_fx_map(s->arena));
        sx_fx_put(s->arena, entry, SX_STR("cdhash"), sx_fx_data(s->arena, nested->cdhash));
        sx_fx_put(s->arena, entry, SX_STR("requirement"),
                  sx_fx_string(s->arena, nested->requirement));
        finish_entry(s, entry, rule);
        return true;
    }
    return false;
}

static void seal_link(struct scan *s, struct sx_str path, const struct matcher *rule)
{
    char text[4096];
    ssize_t len = readlink(on_disk(s, path).ptr, text, sizeof(text));
    if (rule == NULL || rule->omit || len < 0)
        return;
    struct sx_fx_node *entry = sx_fx_put(s->arena, s->files2, path, sx_fx_map(s->arena));
    struct sx_str link = sx_str_dup(s->arena, (struct sx_str){ text, (size_t)len });
    sx_fx_put(s->arena, entry, SX_STR("symlink"), sx_fx_string(s->arena, link));
    finish_entry(s, entry, rule);
}

static bool seal_file(struct scan *s, struct sx_str path, const struct matcher *rule)
{
    struct sx_str bytes;
    SX_TRY(read_file(s, path, &bytes));
    seal_v1(s, path, bytes);
    if (rule == NULL || rule->omit || (rule->nested && seal_nested(s, path, rule)))
        return true;
    seal_v2(s, path, bytes, rule);
    return true;
}

static bool is_excluded(const struct scan *s, struct sx_str path)
{
    return sx_str_is(path, "_CodeSignature") || sx_str_is(path, "CodeResources") ||
           sx_str_is(path, "_MASReceipt") || sx_str_eq(path, s->spec->main);
}

static bool scan_folder(struct scan *s, struct sx_str folder, int depth);

static bool scan_item(struct scan *s, struct sx_str path, int depth)
{
    struct stat st;
    if (is_excluded(s, path) || lstat(on_disk(s, path).ptr, &st) != 0)
        return true;
    const struct matcher *rule = match(&s->rules2, path.ptr);
    bool has_dot = memchr(sx_str_base(path).ptr, '.', sx_str_base(path).len) != NULL;
    if (S_ISLNK(st.st_mode)) {
        seal_link(s, path, rule);
        return true;
    }
    if (!S_ISDIR(st.st_mode))
        return !S_ISREG(st.st_mode) || seal_file(s, path, rule);
    if (rule != NULL && rule->nested && has_dot && seal_nested(s, path, rule))
        return true;
    return scan_folder(s, path, depth + 1);
}

static bool scan_folder(struct scan *s, struct sx_str folder, int depth)
{
    struct dirent **names;
    int n = depth < 64 ? scandir(on_disk(s, folder).ptr, &names, NULL, alphasort) : -1;
    if (n < 0)
        return sx_fail(s->err, SX_E_IO, 0, "cannot list %s", on_disk(s, folder).ptr);
    bool ok = true;
    for (int i = 0; i < n; i++) {
        const char *name = names[i]->d_name;
        if (ok && strcmp(name, ".") != 0 && strcmp(name, "..") != 0)
            ok = scan_item(s,
                           folder.len > 0
                               ? sx_str_printf(s->arena, "%.*s/%s", SX_STR_ARG(folder), name)
                               : sx_str_dup(s->arena, sx_str_of(name)),
                           depth);
        free(names[i]);
    }
    free(names);
    return ok;
}

bool sx_fx_seal(struct sx_arena *arena, const struct sx_fx_seal *spec, struct sx_fx_node **out,
                struct sx_err *err)
{
    struct sx_fx_node *rules = spec->rules, *rules2 = spec->rules2;
    if (rules == NULL)
        rules = rules_node(arena, spec->flat ? flat_rules : default_rules);
    if (rules2 == NULL)
        rules2 = rules_node(arena, spec->flat ? flat_rules2 : default_rules2);
    struct scan s = { .arena = arena, .spec = spec, .err = err };
    s.files = sx_fx_map(arena);
    s.files2 = sx_fx_map(arena);
    bool ok = compile(arena, rules, &s.rules, err) && compile(arena, rules2, &s.rules2, err) &&
              scan_folder(&s, SX_STR(""), 0);
    matchers_release(&s.rules);
    matchers_release(&s.rules2);
    SX_TRY(ok);

    sx_fx_sort(s.files);
    sx_fx_sort(s.files2);
    *out = sx_fx_map(arena);
    sx_fx_put(arena, *out, SX_STR("files"), s.files);
    sx_fx_put(arena, *out, SX_STR("files2"), s.files2);
    sx_fx_put(arena, *out, SX_STR("rules"), rules);
    sx_fx_put(arena, *out, SX_STR("rules2"), rules2);
    return true;
}
