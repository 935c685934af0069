/* SPDX-License-Identifier: MIT */
/* What must hold of every requirement, however it was read. */
#pragma once
#include "base/buf.h"
#include "base/limits.h"
#include "codesign/requirement.h"

#include <stdlib.h>

static inline void require(bool truth)
{
    if (!truth)
        abort();
}

/* Signed code that has something where requirements like to look. */
static inline enum sx_met met(const struct sx_requirement *r, bool is_signed,
                              struct sx_arena *arena)
{
    static const uint8_t cdhash[20] = { 1 };
    static const struct sx_str key = { "k", 1 }, text = { "10.9", 4 };
    const struct sx_name_part part = { { "2.5.4.11", 8 }, { "ABCDE12345", 10 } };
    const struct sx_extension extension = { .oid = { "1.2", 3 } };
    const struct sx_cert cert = { .subject = { .parts = &part, .n_parts = 1 },
                                  .extensions = &extension,
                                  .n_extensions = 1 };
    const struct sx_entry entry = { sx_string(key), sx_string(text) };
    const struct sx_map map = { &entry, 1, NULL };
    struct sx_requirement_subject subject = { .identifier = { "com.example", 11 },
                                              .cdhash = { cdhash, sizeof(cdhash), 0 },
                                              .info = &map,
                                              .entitlements = &map };
    struct sx_requirement_answer answer;
    if (is_signed)
        subject.chain = (struct sx_chain){ &cert, 1, SX_ANCHOR_APPLE };
    sx_requirement_evaluate(r, &subject, 1 << 20, arena, &answer);
    require((answer.why != NULL) == (answer.met == SX_MET_UNKNOWN || answer.met == SX_MET_ERROR));
    return answer.met;
}

static inline struct sx_str text_of(const struct sx_requirement *r, struct sx_arena *arena,
                                    bool *reads_back)
{
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    *reads_back = sx_requirement_text(r, &text);
    return sx_str_dup(arena, sx_buf_view(&text));
}

/* Its blob is the same requirement; and so is its text, when it is said to be. An operation that
 * nobody knows, and the older of two that mean the same, become others. */
static inline void check_requirement(const struct sx_requirement *r, struct sx_arena *arena)
{
    struct sx_requirement again;
    struct sx_err err = { 0 };
    bool reads_back, ignored;
    struct sx_span blob = sx_requirement_encode(r, arena);
    struct sx_str text = text_of(r, arena, &reads_back);
    require(sx_requirement_parse(blob, arena, &again, &err));
    require(again.n_nodes == r->n_nodes && again.stray.len == 0);
    require(sx_str_eq(text_of(&again, arena, &ignored), text) && ignored == reads_back);
    require(met(&again, true, arena) == met(r, true, arena));
    if (text.len > SX_MAX_REQUIREMENT_TEXT || !reads_back)
        return;
    require(sx_requirement_read(text, arena, &again, &err));
    require(met(&again, true, arena) == met(r, true, arena));
    require(met(&again, false, arena) == met(r, false, arena));
}
