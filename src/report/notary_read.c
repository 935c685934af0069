/* SPDX-License-Identifier: MIT */
/* A notary log as Apple wrote it. Members that are not known are passed over: there may be new ones
 * some day. */
#include "report/notary.h"
#include "value/json.h"

/* Where a member stands: "issues[3]". */
struct where {
    const char *list; /* NULL: the log itself */
    size_t at;
};

static bool wrong(struct where where, const char *key, const char *wanted,
                  const struct sx_value *found, struct sx_err *err)
{
    const char *kind = found != NULL ? sx_kind_name((enum sx_kind)found->kind) : "nothing";
    if (where.list == NULL)
        return sx_fail(err, SX_E_FORMAT, 0, "%s: want %s, found %s", key, wanted, kind);
    return sx_fail(err, SX_E_FORMAT, 0, "%s[%zu]%s%s: want %s, found %s", where.list, where.at,
                   key[0] != '\0' ? "." : "", key, wanted, kind);
}

/* What is null is absent. */
static const struct sx_value *member(const struct sx_map *map, const char *key)
{
    const struct sx_value *value = sx_map_get(map, sx_str_of(key));
    return value != NULL && value->kind == SX_NULL ? NULL : value;
}

static bool take_text(const struct sx_map *map, const char *key, struct where where,
                      struct sx_str *out, struct sx_err *err)
{
    const struct sx_value *value = member(map, key);
    if (value != NULL && value->kind != SX_STRING)
        return wrong(where, key, "a string", value, err);
    *out = value != NULL ? value->str : (struct sx_str){ 0 };
    return true;
}

static bool need_text(const struct sx_map *map, const char *key, struct where where,
                      struct sx_str *out, struct sx_err *err)
{
    SX_TRY(take_text(map, key, where, out, err));
    return out->ptr != NULL || wrong(where, key, "a string", NULL, err);
}

static bool take_code(const struct sx_map *map, struct sx_opt_int *out, struct sx_err *err)
{
    const struct sx_value *value = member(map, "statusCode");
    if (value != NULL && value->kind != SX_INT)
        return wrong((struct where){ 0 }, "statusCode", "a number", value, err);
    *out = (struct sx_opt_int){ .has = value != NULL, .v = value != NULL ? value->i : 0 };
    return true;
}

static bool take_map(struct sx_value one, struct where where, const struct sx_map **out,
                     struct sx_err *err)
{
    *out = one.kind == SX_MAP ? one.map : NULL;
    return *out != NULL || wrong(where, "", "an object", &one, err);
}

static bool take_issue(struct sx_value one, size_t at, struct sx_notary_issue *out,
                       struct sx_err *err)
{
    struct where where = { "issues", at };
    const struct sx_map *map;
    *out = (struct sx_notary_issue){ 0 };
    SX_TRY(take_map(one, where, &map, err));
    return need_text(map, "severity", where, &out->severity, err) &&
           need_text(map, "path", where, &out->path, err) &&
           need_text(map, "message", where, &out->message, err) &&
           take_text(map, "docUrl", where, &out->url, err) &&
           take_text(map, "architecture", where, &out->arch, err);
}

static bool take_issues(struct sx_value list, struct sx_arena *arena, struct sx_notary_log *out,
                        struct sx_err *err)
{
    size_t n = list.list.n;
    struct sx_notary_issue *at = SX_NEW_N(arena, struct sx_notary_issue, n);
    for (size_t i = 0; i < n; i++)
        SX_TRY(take_issue(sx_list_at(list, i), i, &at[i], err));
    out->issues = at;
    out->n_issues = n;
    return true;
}

static bool take_hash(struct sx_value one, size_t at, struct sx_notary_hash *out,
                      struct sx_err *err)
{
    struct where where = { "ticketContents", at };
    const struct sx_map *map;
    *out = (struct sx_notary_hash){ 0 };
    SX_TRY(take_map(one, where, &map, err));
    return need_text(map, "path", where, &out->path, err) &&
           take_text(map, "digestAlgorithm", where, &out->algorithm, err) &&
           need_text(map, "cdhash", where, &out->cdhash, err) &&
           take_text(map, "arch", where, &out->arch, err);
}

static bool take_hashes(struct sx_value list, struct sx_arena *arena, struct sx_notary_log *out,
                        struct sx_err *err)
{
    size_t n = list.list.n;
    struct sx_notary_hash *at = SX_NEW_N(arena, struct sx_notary_hash, n);
    for (size_t i = 0; i < n; i++)
        SX_TRY(take_hash(sx_list_at(list, i), i, &at[i], err));
    out->hashes = at;
    out->n_hashes = n;
    return true;
}

/* A list, or nothing. */
static bool take_list(const struct sx_map *map, const char *key, struct sx_arena *arena,
                      bool (*take)(struct sx_value list, struct sx_arena *arena,
                                   struct sx_notary_log *out, struct sx_err *err),
                      struct sx_notary_log *out, struct sx_err *err)
{
    const struct sx_value *value = member(map, key);
    if (value == NULL)
        return true;
    if (value->kind != SX_LIST)
        return wrong((struct where){ 0 }, key, "a list", value, err);
    return take(*value, arena, out, err);
}

static bool take_log(const struct sx_map *map, struct sx_arena *arena, struct sx_notary_log *out,
                     struct sx_err *err)
{
    struct where top = { 0 };
    out->map = map;
    if (member(map, "status") == NULL && member(map, "issues") == NULL)
        return sx_fail(err, SX_E_FORMAT, 0, "no notary log: it has neither status nor issues");
    return take_text(map, "status", top, &out->status, err) &&
           take_text(map, "statusSummary", top, &out->summary, err) &&
           take_code(map, &out->code, err) && take_text(map, "jobId", top, &out->job, err) &&
           take_text(map, "archiveFilename", top, &out->archive, err) &&
           take_text(map, "uploadDate", top, &out->uploaded, err) &&
           take_text(map, "sha256", top, &out->sha256, err) &&
           take_list(map, "issues", arena, take_issues, out, err) &&
           take_list(map, "ticketContents", arena, take_hashes, out, err);
}

/* Reports of several artifacts are a list of logs. */
static bool is_log(struct sx_value one)
{
    return one.kind == SX_MAP &&
           (member(one.map, "logFormatVersion") != NULL || member(one.map, "issues") != NULL);
}

static bool take_root(struct sx_value root, struct sx_arena *arena, struct sx_notary_log *out,
                      struct sx_err *err)
{
    if (root.kind == SX_LIST && root.list.n > 0 && is_log(sx_list_at(root, 0)))
        return sx_fail(err, SX_E_FORMAT, 0, "a list of %zu logs; want one: jq '.[0]'", root.list.n);
    if (root.kind == SX_LIST)
        return take_issues(root, arena, out, err);
    if (root.kind == SX_MAP)
        return take_log(root.map, arena, out, err);
    return sx_fail(err, SX_E_FORMAT, 0, "no notary log: want an object, or the list of its issues");
}

/* What an editor, or a shell of Windows, puts before UTF-8. */
static struct sx_str without_mark(struct sx_str text)
{
    const struct sx_str mark = SX_STR("\xef\xbb\xbf");
    return sx_str_starts(text, mark) ? sx_str_sub(text, mark.len, text.len) : text;
}

/* A download that was cut off ends within the JSON. */
static bool parse(struct sx_str text, struct sx_arena *arena, struct sx_value *out,
                  struct sx_err *err)
{
    struct sx_err said = { 0 };
    if (sx_json_parse(text, arena, out, &said))
        return true;
    return sx_fail_at(err, said.code, said.off, said.line, said.column, "%s%s", said.what,
                      said.code == SX_E_TRUNCATED ? "; the log ends too early, fetch it again"
                                                  : "");
}

bool sx_notary_log_read(struct sx_str text, const char *file, struct sx_arena *arena,
                        struct sx_notary_log *out, struct sx_err *err)
{
    struct sx_value root;
    *out = (struct sx_notary_log){ 0 };
    text = without_mark(text);
    bool ok = sx_notary_accept(text, err) && parse(text, arena, &root, err) &&
              take_root(root, arena, out, err);
    if (!ok)
        err->file = file;
    return ok;
}
