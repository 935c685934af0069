/* SPDX-License-Identifier: MIT */
/* What a signature binds: the CodeDirectories, all of them, and the team. */
#include "crypto/cdhash.h"
#include "signing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { N_DIRECTORIES = 2 };
static const char *const directories[N_DIRECTORIES] = { CONTENT, "the alternate one" };

static const struct cdhash_row {
    const char *name;
    unsigned want;
    size_t signed_n, present_n;
    unsigned defects;
    bool unreadable_list;
    bool same_algorithm; /* both SHA-256, the second truncated, over the same text */
    bool truncated;      /* all SHA-256, truncated */
} cdhash_rows[] = {
    { "one CodeDirectory", 0, 1, 1 },
    { "two, the values of 9.2 out of order", 0, 2, 2 },
    { "neither attribute", 0, 0, 2 },
    { "only 9.1", 0, 2, 2, SX_FX_CMS_NO_CDHASHES },
    { "only 9.2", 0, 2, 2, SX_FX_CMS_NO_CDHASHES_PLIST },
    { "one taken away", F(CDHASH_ATTRIBUTE_WRONG), 2, 1 },
    { "one added", F(CDHASH_ATTRIBUTE_WRONG), 1, 2 },
    { "one taken away, only 9.2", F(CDHASH_ATTRIBUTE_WRONG), 2, 1, SX_FX_CMS_NO_CDHASHES_PLIST },
    { "one taken away, only 9.1", F(CDHASH_ATTRIBUTE_WRONG), 2, 1, SX_FX_CMS_NO_CDHASHES },
    { "digest wrong in 9.1", F(CDHASH_ATTRIBUTE_WRONG), 2, 2, SX_FX_CMS_WRONG_CDHASHES_PLIST },
    { "digest wrong in 9.2", F(CDHASH_ATTRIBUTE_WRONG), 2, 2, SX_FX_CMS_WRONG_CDHASHES },
    { "one fewer in 9.2", F(CDHASH_ATTRIBUTE_WRONG), 2, 2, SX_FX_CMS_FEWER_CDHASHES },
    { "9.1 without list", F(CDHASH_ATTRIBUTE_WRONG), 2, 2, 0, true },
    { "one algorithm twice in 9.2", F(CDHASH_ATTRIBUTE_WRONG), 2, 2, 0, .same_algorithm = true },
    { "one algorithm twice, only 9.1", 0, 2, 2, SX_FX_CMS_NO_CDHASHES, .same_algorithm = true },
    { "truncated SHA-256", 0, 1, 1, .truncated = true },
    { "truncated SHA-256, one byte wrong", F(CDHASH_ATTRIBUTE_WRONG), 1, 1,
      SX_FX_CMS_WRONG_CDHASHES, .truncated = true },
};

static int base64_digit(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c != '\0' ? strchr(digits, c) : NULL;
    return at != NULL ? (int)(at - digits) : -1;
}

/* The texts between <data> and </data>, which is all that the factory's list holds. */
static struct sx_cdhash_list read_list(struct sx_span plist)
{
    struct sx_span *at = SX_NEW_N(arena, struct sx_span, 8);
    struct sx_cdhash_list list = { at, 0 };
    struct sx_str rest = sx_str_of_span(plist);
    for (;;) {
        size_t tag = sx_str_find(rest, SX_STR("<data>"));
        if (tag == rest.len || list.n == 8)
            return list;
        rest = sx_str_sub(rest, tag + 6, rest.len);
        uint8_t *bytes = sx_arena_alloc(arena, rest.len);
        size_t n = 0;
        unsigned bits = 0, value = 0;
        for (size_t i = 0; i < rest.len && rest.ptr[i] != '<'; i++) {
            int digit = base64_digit(rest.ptr[i]);
            if (digit < 0)
                continue;
            value = value << 6 | (unsigned)digit;
            bits += 6;
            if (bits >= 8)
                bytes[n++] = (uint8_t)(value >> (bits -= 8));
        }
        at[list.n++] = (struct sx_span){ bytes, n, 0 };
    }
}

static void binds(void **state)
{
    const struct cdhash_row *row = *state;
    struct signing plain = { .defects = row->defects };
    struct sx_fx_cms spec = spec_of(&plain);
    struct sx_fx_cdhash made[N_DIRECTORIES];
    struct sx_code_digest present[N_DIRECTORIES];
    for (size_t i = 0; i < N_DIRECTORIES; i++) {
        struct sx_str text = sx_str_of(directories[row->same_algorithm ? 0 : i]);
        bool is_sha1 = i == 0 && !row->same_algorithm && !row->truncated;
        made[i].hash = is_sha1 ? SX_FX_SHA1 : SX_FX_SHA256;
        made[i].digest = sx_fx_full_digest(arena, made[i].hash, text);
        if (row->truncated)
            made[i].digest = sx_str_sub(made[i].digest, 0, 20);
        present[i].hash = row->truncated ? SX_HASH_SHA256_TRUNCATED
                          : is_sha1      ? SX_HASH_SHA1
                                         : SX_HASH_SHA256;
        sx_hash_bytes(hasher, present[i].hash, text.ptr, text.len, present[i].digest);
        if (i > 0 && row->same_algorithm)
            present[i].hash = SX_HASH_SHA256_TRUNCATED;
    }
    spec.cdhashes = made;
    spec.n_cdhashes = row->signed_n;
    struct sx_cms out;
    verify(&plain, sx_fx_cms(pki, &spec), &out);
    has_faults(&out.verdict, 0);
    struct sx_cdhash_list listed = read_list(out.cdhash_plist);
    sx_cms_check_cdhashes(&out, present, row->present_n, row->unreadable_list ? NULL : &listed,
                          arena);
    has_faults(&out.verdict, row->want);
}

static const struct team_row {
    const char *name;
    const char *signer;
    const char *team; /* of the CodeDirectory; NULL: it has none */
    unsigned want;
} team_rows[] = {
    { "same team", "developer-id", "W4FFLE9K2Q", 0 },
    { "no team in the CodeDirectory", "developer-id", NULL, 0 },
    { "leaf without OU", "no-ou", "W4FFLE9K2Q", 0 },
    { "no developer of Apple's", "self-signed-look-alike", "P4NC4KE7ZX", 0 },
    { "App Store's leaf", "app-store", "P4NC4KE7ZX", 0 },
    { "another team", "developer-id", "P4NC4KE7ZX", F(TEAM_WRONG) },
    { "leaf of another team", "wrong-ou", "W4FFLE9K2Q", F(TEAM_WRONG) },
    { "another team, development", "development", "P4NC4KE7ZX", F(TEAM_WRONG) },
    { "another team, distribution", "apple-distribution", "P4NC4KE7ZX", F(TEAM_WRONG) },
    { "empty team", "developer-id", "", F(TEAM_WRONG) },
};

static void compares_team(void **state)
{
    const struct team_row *row = *state;
    struct signing plain = { .signer = row->signer };
    struct sx_cms out;
    verify(&plain, sign(&plain), &out);
    sx_cms_check_team(&out, sx_str_of(row->team), arena);
    assert_int_equal(sx_verdict_has(&out.verdict, SX_FAULT_TEAM_WRONG), row->want != 0);
}

#define ADD(table, fn)                                                                             \
    for (size_t i = 0; i < SX_LEN(table); i++)                                                     \
        tests[n++] = (struct CMUnitTest)                                                           \
        {                                                                                          \
            table[i].name, fn, NULL, NULL, (void *)&table[i]                                       \
        }

enum { N_TESTS = SX_LEN(cdhash_rows) + SX_LEN(team_rows) };

int main(void)
{
    struct CMUnitTest tests[N_TESTS];
    size_t n = 0;
    ADD(cdhash_rows, binds);
    ADD(team_rows, compares_team);
    return cmocka_run_group_tests_name("cdhash", tests, signing_set_up, signing_tear_down);
}
