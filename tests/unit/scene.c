/* SPDX-License-Identifier: MIT */
#include "scene.h"

#include "rows.h"

char code_bytes[9000];

struct scene scene_of(const struct spec *spec)
{
    struct scene s = { .arena = sx_arena_new(), .crypto = sx_crypto_new() };
    for (size_t i = 0; i < sizeof(code_bytes); i++)
        code_bytes[i] = (char)(i * 7 + i / 256);
    struct part parts[12];
    size_t n = 0;
    for (uint32_t i = 0; i < 3 && spec->directories[i].version != 0; i++)
        parts[n++] = (struct part){ i == 0 ? 0 : 0x1000 + i - 1,
                                    make_directory(s.arena, &spec->directories[i]) };
    for (size_t i = 0; i < 5 && spec->parts[i].slot != 0; i++)
        parts[n++] = spec->parts[i];
    if (!spec->no_cms)
        parts[n++] = (struct part){ 0x10000, make_blob(s.arena, 0xfade0b01, SX_STR("")) };
    s.hasher = sx_hasher_new(s.crypto);
    s.area = sx_fx_span(make_superblob(s.arena, parts, n, spec->slack));
    s.signature = SX_NEW(s.arena, struct sx_signature);
    s.problems.arena = s.arena;
    s.ok = sx_signature_read(s.area, s.hasher, s.signature, &s.problems);
    return s;
}

void scene_release(struct scene *s)
{
    sx_hasher_free(s->hasher);
    sx_crypto_free(s->crypto);
    sx_arena_free(s->arena);
}

void assert_fault(const struct scene *s, enum sx_code_fault fault, int64_t slot)
{
    for (size_t i = 0; i < s->problems.n; i++)
        if (s->problems.at[i].fault != fault)
            print_message("unexpected: %.*s\n", SX_STR_ARG(s->problems.at[i].detail));
    assert_int_equal(s->problems.n, fault != NO_FAULT);
    if (fault == NO_FAULT)
        return;
    assert_int_equal(s->problems.at[0].fault, fault);
    assert_int_equal(s->problems.at[0].slot, slot);
}
