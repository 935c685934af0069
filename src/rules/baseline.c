/* SPDX-License-Identifier: MIT */
#include "rules/config.h"
#include "value/json.h"

enum { FINGERPRINT_LEN = 64 };

static bool refuse(struct sx_err *err, size_t i, const char *what)
{
    return sx_fail(err, SX_E_USAGE, 0, "findings[%zu] has no %s", i, what);
}

static bool is_fingerprint(struct sx_str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!(text.ptr[i] >= '0' && text.ptr[i] <= '9') &&
            !(text.ptr[i] >= 'a' && text.ptr[i] <= 'f'))
            return false;
    return text.len == FINGERPRINT_LEN;
}

static bool take(const struct sx_map *map, size_t i, struct sx_str file, struct sx_arena *arena,
                 const struct sx_object **out, struct sx_err *err)
{
    struct sx_Accepted *accepted = SX_FACT(arena, Accepted);
    accepted->file = file;
    if (!sx_map_str(map, "fingerprint", &accepted->fingerprint) ||
        !is_fingerprint(accepted->fingerprint))
        return refuse(err, i, "fingerprint of 64 hex digits");
    if (!sx_map_str(map, "rule", &accepted->rule))
        return refuse(err, i, "rule");
    if (!sx_map_str(map, "path", &accepted->path))
        return refuse(err, i, "path");
    *out = &accepted->head;
    return true;
}

static bool take_all(struct sx_value root, struct sx_str file, struct sx_arena *arena,
                     struct sx_objs *out, struct sx_err *err)
{
    const struct sx_map *map = root.kind == SX_MAP ? root.map : NULL;
    const struct sx_value *findings = sx_map_get(map, SX_STR("findings"));
    int64_t version = 0;
    if (!sx_map_int(map, "schemaVersion", &version) || version != 1)
        return sx_fail(err, SX_E_USAGE, 0, "no baseline: want schemaVersion 1");
    if (findings == NULL || findings->kind != SX_LIST)
        return sx_fail(err, SX_E_USAGE, 0, "no baseline: want a list of findings");
    const struct sx_object **at = SX_NEW_N(arena, const struct sx_object *, findings->list.n);
    for (size_t i = 0; i < findings->list.n; i++) {
        struct sx_value one = sx_list_at(*findings, i);
        SX_TRY(take(one.kind == SX_MAP ? one.map : NULL, i, file, arena, &at[i], err));
    }
    *out = (struct sx_objs){ at, findings->list.n };
    return true;
}

bool sx_baseline_read(struct sx_str text, const char *file, struct sx_arena *arena,
                      struct sx_objs *out, struct sx_err *err)
{
    struct sx_value root;
    bool ok =
        sx_json_parse(text, arena, &root, err) && take_all(root, sx_str_of(file), arena, out, err);
    if (!ok)
        err->file = file;
    return ok;
}
