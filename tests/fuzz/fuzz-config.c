/* SPDX-License-Identifier: MIT */
/* A configuration and a baseline from anybody: read, or refused at a place. */
#include "rules/config.h"

#include <stdlib.h>

static void configuration(struct sx_str text, struct sx_arena *arena)
{
    struct sx_config config;
    struct sx_err err = { 0 };
    if (!sx_config_read(text, "fuzz.yaml", (struct sx_time){ 1795478400, 0 }, arena, &config,
                        &err)) {
        if (err.what[0] == '\0' || err.file == NULL)
            abort(); /* a refusal says why, and where */
        return;
    }
    for (size_t i = 0; i < config.n; i++)
        if (config.settings[i].line == 0)
            abort();
    for (size_t i = 0; i < config.waivers.n; i++) {
        const struct sx_Waiver *waiver = SX_AT(Waiver, config.waivers, i);
        const struct sx_value *rule = sx_map_get(waiver->entry, SX_STR("rule"));
        if (waiver->daysLeft > 366 || rule->pos == 0 || rule->pos > text.len)
            abort(); /* no waiver is for ever, and each knows its place */
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sx_arena *arena = sx_arena_new();
    struct sx_str text = { size > 0 ? (const char *)data : "", size };
    struct sx_objs accepted;
    struct sx_err err = { 0 };
    configuration(text, arena);
    if (!sx_baseline_read(text, "fuzz.json", arena, &accepted, &err) && err.what[0] == '\0')
        abort();
    sx_arena_free(arena);
    return 0;
}
