/* SPDX-License-Identifier: MIT */
/* The whole model as JSON. Code, jobs, profiles and configurations stand beside the artifact,
 * of which they are members. */
#include "report/report.h"
#include "value/json.h"

static void write_list(struct sx_json *json, const char *key, struct sx_objs objects)
{
    sx_json_key(json, key);
    sx_json_value(json, sx_list_objects(objects.at, objects.n));
}

static void write_artifact(struct sx_json *json, const struct sx_Artifact *artifact)
{
    struct sx_Artifact alone = *artifact;
    alone.code = alone.jobs = alone.profiles = alone.configurations = (struct sx_objs){ 0 };
    sx_json_begin_object(json);
    sx_json_member(json, "schemaVersion", sx_int(1));
    sx_json_key(json, "artifact");
    sx_json_begin_object(json);
    sx_json_members(json, &alone.head);
    sx_json_end_object(json);
    write_list(json, "code", artifact->code);
    write_list(json, "jobs", artifact->jobs);
    write_list(json, "profiles", artifact->profiles);
    write_list(json, "configurations", artifact->configurations);
    sx_json_end_object(json);
    sx_json_newline(json);
}

bool sx_write_facts(const struct sx_run *run, struct sx_str section, struct sx_out out)
{
    struct sx_json json;
    sx_json_init(&json, out.write, out.context, SX_JSON_PRETTY);
    if (section.ptr != NULL)
        json.lazy = (struct sx_strs){ &section, 1 };
    for (size_t i = 0; i < run->artifacts.n && !json.stopped; i++)
        write_artifact(&json, SX_AT(Artifact, run->artifacts, i));
    return sx_json_flush(&json);
}
