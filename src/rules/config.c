/* SPDX-License-Identifier: MIT */
#include "rules/config.h"

#include "base/limits.h"
#include "rules/keys.h"

#include <stdio.h>
#include <stdlib.h>

enum { RULE, PATH, REASON, EXPIRES, N_WAIVER_KEYS, DATE_LEN = 10, DAY = 24 * 60 * 60 };

static const struct sx_key waiver_keys[N_WAIVER_KEYS] = {
    [RULE] = { "rule", SX_YAML_SCALAR },
    [PATH] = { "path", SX_YAML_SCALAR },
    [REASON] = { "reason", SX_YAML_SCALAR },
    [EXPIRES] = { "expires", SX_YAML_SCALAR },
};

/* The keys are the options of `sxlint check` by the same names; a list or a map is an option that
 * may be given several times. Of flags nothing but true and false is taken. */
enum { WAIVERS = 0, N_KEYS = 20 };
static const struct sx_key keys[N_KEYS] = {
    [WAIVERS] = { "waivers", SX_YAML_LIST },
    { "baseline", SX_YAML_SCALAR },
    { "channel", SX_YAML_SCALAR },
    { "color", SX_YAML_SCALAR },
    { "fail-on", SX_YAML_SCALAR },
    { "format", SX_YAML_SCALAR },
    { "ignore", SX_YAML_LIST },
    { "jobs", SX_YAML_SCALAR },
    { "oldest-macos", SX_YAML_SCALAR },
    { "report", SX_YAML_MAP },
    { "rules", SX_YAML_LIST },
    { "select", SX_YAML_LIST },
    { "severity", SX_YAML_MAP },
    { "show-at", SX_YAML_SCALAR },
    { "trust-anchor", SX_YAML_LIST },
#define FIRST_FLAG 15
    { "baseline-strict", SX_YAML_SCALAR },
    { "no-progress", SX_YAML_SCALAR },
    { "quiet", SX_YAML_SCALAR },
    { "stats", SX_YAML_SCALAR },
    { "verbose", SX_YAML_SCALAR },
};

struct reader {
    const struct sx_yaml *yaml;
    struct sx_arena *arena;
    struct sx_time now;
    SX_VEC(struct sx_setting) settings;
    SX_VEC(const struct sx_object *) waivers;
    struct sx_err *err;
};

/* Settings */

static bool add(struct reader *r, const char *key, uint32_t node, struct sx_str value)
{
    const struct sx_yaml_node *at = sx_yaml_at(r->yaml, node);
    SX_PUSH(r->arena, &r->settings,
            (struct sx_setting){ sx_str_of(key), value, at->line, at->column });
    return true;
}

static bool take_text(struct reader *r, const char *key, uint32_t node)
{
    struct sx_str text;
    SX_TRY(sx_text_take(r->yaml, node, key, &text, r->err));
    return add(r, key, node, text);
}

static bool take_list(struct reader *r, const char *key, uint32_t list)
{
    for (uint32_t n = sx_yaml_at(r->yaml, list)->child; n != 0; n = sx_yaml_at(r->yaml, n)->next)
        SX_TRY(take_text(r, key, n));
    return true;
}

static bool take_map(struct reader *r, const char *key, uint32_t map)
{
    for (uint32_t n = sx_yaml_at(r->yaml, map)->child; n != 0;) {
        uint32_t value = sx_yaml_at(r->yaml, n)->next;
        struct sx_str text;
        SX_TRY(sx_text_take(r->yaml, value, key, &text, r->err));
        add(r, key, n,
            sx_str_printf(r->arena, "%.*s=%.*s", SX_STR_ARG(sx_yaml_text(r->yaml, n)),
                          SX_STR_ARG(text)));
        n = sx_yaml_at(r->yaml, value)->next;
    }
    return true;
}

static bool take_flag(struct reader *r, const char *key, uint32_t node)
{
    bool value;
    SX_TRY(sx_bool_take(r->yaml, node, key, &value, r->err));
    return add(r, key, node, value ? SX_STR("true") : SX_STR("false"));
}

static bool take_setting(struct reader *r, size_t key, uint32_t node)
{
    if (key >= FIRST_FLAG)
        return take_flag(r, keys[key].name, node);
    switch ((enum sx_yaml_kind)keys[key].kind) {
    case SX_YAML_LIST:
        return take_list(r, keys[key].name, node);
    case SX_YAML_MAP:
        return take_map(r, keys[key].name, node);
    case SX_YAML_SCALAR:
        break;
    }
    return take_text(r, keys[key].name, node);
}

/* Waivers */

static struct sx_time year_after(struct sx_time t)
{
    struct sx_date date = sx_time_date(t);
    return sx_time_of(date.year + 1, date.month, date.day, 0, 0, 0);
}

static struct sx_str day(struct reader *r, struct sx_time t)
{
    return sx_str_sub(sx_time_text(r->arena, t), 0, DATE_LEN);
}

/* Complaints name the waiver by its rule, and the last day that it could have. */
static bool refuse(struct reader *r, uint32_t node, struct sx_str rule, const char *what)
{
    SX_AUTO(sx_buf_release) struct sx_buf safe = { 0 };
    sx_escape_buf(&safe, rule);
    return sx_yaml_fail(r->yaml, node, r->err, "the waiver of %.*s %s; a date up to %.*s is needed",
                        SX_STR_ARG(sx_buf_view(&safe)), what,
                        SX_STR_ARG(day(r, year_after(r->now))));
}

static bool take_expiry(struct reader *r, uint32_t node, struct sx_Waiver *waiver)
{
    struct sx_str text = sx_yaml_text(r->yaml, node);
    int64_t today = r->now.seconds / DAY;
    if (text.len != DATE_LEN || !sx_time_parse(text, true, &waiver->expires.t))
        return refuse(r, node, waiver->rule, "has no date under \"expires\"");
    if (sx_time_cmp(waiver->expires.t, year_after(r->now)) > 0)
        return refuse(r, node, waiver->rule, "ends more than a year ahead");
    waiver->expires.has = true;
    waiver->daysLeft = waiver->expires.t.seconds / DAY - today;
    return true;
}

/* A text with its place, for the frame of a finding. */
static struct sx_value placed(struct reader *r, uint32_t node)
{
    const struct sx_yaml_node *at = sx_yaml_at(r->yaml, node);
    struct sx_value value = sx_string(sx_yaml_text(r->yaml, node));
    value.pos = 1 + (uint32_t)sx_text_byte(r->yaml->source, at->line, at->column);
    return value;
}

static const struct sx_map *entry_of(struct reader *r, const uint32_t at[N_WAIVER_KEYS])
{
    struct sx_entry *entries = SX_NEW_N(r->arena, struct sx_entry, N_WAIVER_KEYS);
    for (size_t i = 0; i < N_WAIVER_KEYS; i++)
        entries[i] =
            (struct sx_entry){ sx_string(sx_str_of(waiver_keys[i].name)), placed(r, at[i]) };
    return sx_map_new(r->arena, entries, N_WAIVER_KEYS);
}

static const struct sx_document *document_of(struct reader *r)
{
    struct sx_document *document = SX_NEW(r->arena, struct sx_document);
    *document = (struct sx_document){ .path = sx_str_of(r->yaml->file),
                                      .text = r->yaml->source,
                                      .is_file = true };
    return document;
}

static bool take_waiver(struct reader *r, uint32_t node, const struct sx_document *document)
{
    uint32_t at[N_WAIVER_KEYS];
    struct sx_Waiver *waiver = SX_FACT(r->arena, Waiver);
    SX_TRY(sx_keys_take(r->yaml, node, "waiver", waiver_keys, N_WAIVER_KEYS, at, r->err));
    if (at[RULE] == 0)
        return sx_yaml_fail(r->yaml, node, r->err, "the waiver has no \"rule\"");
    SX_TRY(sx_text_take(r->yaml, at[RULE], "rule", &waiver->rule, r->err));
    char what[80];
    SX_AUTO(sx_buf_release) struct sx_buf safe = { 0 };
    sx_escape_buf(&safe, waiver->rule);
    snprintf(what, sizeof(what), "the waiver of %.*s", SX_STR_ARG(sx_buf_view(&safe)));
    for (size_t i = 0; i < EXPIRES; i++)
        if (at[i] == 0)
            return sx_yaml_fail(r->yaml, node, r->err, "%s has no \"%s\"", what,
                                waiver_keys[i].name);
    if (at[EXPIRES] == 0)
        return refuse(r, node, waiver->rule, "has no \"expires\"");
    SX_TRY(sx_text_take(r->yaml, at[PATH], "path", &waiver->path, r->err));
    SX_TRY(sx_text_take(r->yaml, at[REASON], "reason", &waiver->reason, r->err));
    SX_TRY(take_expiry(r, at[EXPIRES], waiver));
    waiver->file = document->path;
    waiver->entry = entry_of(r, at);
    waiver->head.document = document;
    SX_PUSH(r->arena, &r->waivers, &waiver->head);
    return true;
}

static bool take_waivers(struct reader *r, uint32_t list)
{
    const struct sx_document *document = document_of(r);
    for (uint32_t n = sx_yaml_at(r->yaml, list)->child; n != 0; n = sx_yaml_at(r->yaml, n)->next)
        SX_TRY(take_waiver(r, n, document));
    return true;
}

static int by_place(const void *a, const void *b)
{
    const struct sx_setting *x = a, *y = b;
    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    return (x->column > y->column) - (x->column < y->column);
}

static bool take_keys(struct reader *r)
{
    uint32_t at[N_KEYS];
    SX_TRY(sx_keys_take(r->yaml, r->yaml->root, "configuration", keys, N_KEYS, at, r->err));
    for (size_t i = WAIVERS + 1; i < N_KEYS; i++)
        if (at[i] != 0)
            SX_TRY(take_setting(r, i, at[i]));
    if (r->settings.n > 0)
        qsort(r->settings.at, r->settings.n, sizeof(*r->settings.at), by_place);
    return at[WAIVERS] == 0 || take_waivers(r, at[WAIVERS]);
}

static bool is_empty(const struct sx_yaml *yaml)
{
    const struct sx_yaml_node *root = sx_yaml_at(yaml, yaml->root);
    return root->kind == SX_YAML_SCALAR && root->style == SX_YAML_PLAIN && root->len == 0;
}

bool sx_config_read(struct sx_str text, const char *file, struct sx_time now,
                    struct sx_arena *arena, struct sx_config *out, struct sx_err *err)
{
    struct sx_yaml *yaml = SX_NEW(arena, struct sx_yaml);
    struct reader r = { .yaml = yaml, .arena = arena, .now = now, .err = err };
    bool ok = sx_yaml_read(text, file, arena, yaml, err) && (is_empty(yaml) || take_keys(&r));
    if (!ok)
        err->file = file;
    *out = (struct sx_config){ .settings = r.settings.at,
                               .n = r.settings.n,
                               .waivers = { r.waivers.at, r.waivers.n } };
    return ok;
}
