/* SPDX-License-Identifier: MIT */
/* Expressions of resource rules: what they match, beside what the C library's own engine says, and
 * what is refused. */
#include "codesign/ere.h"
#include "base/limits.h"
#include "rows.h"

#include <regex.h>

enum { BUDGET = 100000000 };

static const char *const paths[] = {
    "",
    "a",
    "Info.plist",
    "InfoXplist",
    "PkgInfo",
    "Resources",
    "Resources/",
    "Resources/a.txt",
    "Resources/de.lproj/a",
    "Resources/Base.lproj/a",
    "Resources/de.lproj/locversion.plist",
    "Resources/de.lproj/x/locversion.plist",
    "Frameworks/F.framework",
    "Library/Spotlight/x",
    "Library/LaunchDaemons/x",
    "x/Frameworks/y",
    ".DS_Store",
    "a/.DS_Store",
    "a/b/.DS_Store",
    "aXDS_Store",
    "a.dSYM",
    "a.dSYM/Contents",
    "a.dSYMs",
    "line\nbreak",
    "a\\b",
    "a^b$c",
    "aab",
    "abab",
    "\xc3\xa4",
    "]",
    "-",
    "{1}",
    "a]b",
};

/* All that both read, and read alike. */
static const struct pattern {
    const char *name; /* the pattern */
} patterns[] = {
    /* Apple's own, of today and of before */
    { "^.*" },
    { "^[^/]+$" },
    { "^(Frameworks|SharedFrameworks|PlugIns|Plug-ins|XPCServices|Helpers|MacOS|"
      "Library/(Automator|Spotlight|LoginItems))/" },
    { ".*\\.dSYM($|/)" },
    { "^(.*/)?\\.DS_Store$" },
    { "^Info\\.plist$" },
    { "^version.plist$" },
    { "^Resources/" },
    { "^Resources/.*\\.lproj/" },
    { "^Resources/Base\\.lproj/" },
    { "^Resources/.*\\.lproj/locversion.plist$" },
    { "^" },
    { "$" },
    { "^.*/.*\\.pkg/" },
    /* anchors anywhere */
    { "a|^R|t$" },
    { "^a|b$" },
    { "(^a)(b)" },
    { "(^|/)\\.DS" },
    { "x^a" },
    { "a$b" },
    { "^Re*sources" },
    { "^R?" },
    { "^Ra*" },
    /* quantifiers, groups */
    { "(ab)*" },
    { "(ab){2}" },
    { "a{2}" },
    { "a{1,2}b" },
    { "a{0,}b" },
    { "(a|b)+$" },
    { "((a)(b))" },
    /* brackets */
    { "[a-c]" },
    { "[^a-z]" },
    { "[]]" },
    { "[^]]b" },
    { "[a-]" },
    { "[-a]$" },
    { "[.]" },
    { "[\\]" },
    { "[\\.]DS" },
    { "[[:upper:]][[:lower:]]" },
    { "[^[:alnum:]/]" },
    { "[a$^]" },
    { "[[]" },
    /* literals */
    { "\\^b\\$" },
    { "a\\\\b" },
    { "\\{1\\}" },
    { "\\]" },
    { "]" },
    { "}" },
    { "a-b" },
    { "\\-" },
    { "e.b" },
    { "\xc3." },
};

static void matches_alike(void **state)
{
    const char *pattern = ((const struct pattern *)*state)->name;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_ere_matcher *matcher = sx_ere_matcher_new(BUDGET);
    struct sx_ere *ere;
    struct sx_err err = { 0 };
    regex_t theirs;
    assert_int_equal(regcomp(&theirs, pattern, REG_EXTENDED | REG_NOSUB), 0);
    assert_true(sx_ere_new(sx_str_of(pattern), arena, &ere, &err));
    for (size_t i = 0; i < SX_LEN(paths); i++) {
        bool found;
        assert_true(sx_ere_search(ere, matcher, sx_str_of(paths[i]), &found, &err));
        if (found != (regexec(&theirs, paths[i], 0, NULL, 0) == 0))
            fail_msg("%s on \"%s\": %d", pattern, paths[i], found);
    }
    regfree(&theirs);
    sx_ere_matcher_free(matcher);
}

static const struct refused {
    const char *name; /* the pattern */
    enum sx_errc code;
    uint64_t off;
} refused[] = {
    /* no expressions */
    { "(a", SX_E_FORMAT, 0 },
    { "((a)", SX_E_FORMAT, 0 },
    { "(", SX_E_FORMAT, 1 },
    { "(a|", SX_E_FORMAT, 3 },
    { "[a", SX_E_FORMAT, 0 },
    { "[", SX_E_FORMAT, 0 },
    { "[]", SX_E_FORMAT, 0 },
    { "[^", SX_E_FORMAT, 0 },
    { "a\\", SX_E_FORMAT, 1 },
    { "[z-a]", SX_E_FORMAT, 1 },
    { "[[:alfa:]]", SX_E_FORMAT, 1 },
    { "[[:alpha", SX_E_FORMAT, 1 },
    { "a{2,1}", SX_E_FORMAT, 1 },
    { "a{256}", SX_E_FORMAT, 4 },
    { "a{1", SX_E_FORMAT, 1 },
    { "a{1,2", SX_E_FORMAT, 1 },
    /* undefined, or not alike everywhere */
    { "", SX_E_UNSUPPORTED, 0 },
    { "*a", SX_E_UNSUPPORTED, 0 },
    { "(*a)", SX_E_UNSUPPORTED, 1 },
    { "a|*b", SX_E_UNSUPPORTED, 2 },
    { "^*", SX_E_UNSUPPORTED, 1 },
    { "$+", SX_E_UNSUPPORTED, 1 },
    { "a**", SX_E_UNSUPPORTED, 2 },
    { "a*?", SX_E_UNSUPPORTED, 2 },
    { "a++", SX_E_UNSUPPORTED, 2 },
    { "a{2}{3}", SX_E_UNSUPPORTED, 4 },
    { "a{,3}", SX_E_UNSUPPORTED, 2 },
    { "a{x}", SX_E_UNSUPPORTED, 2 },
    { "{1}", SX_E_UNSUPPORTED, 0 },
    { "()", SX_E_UNSUPPORTED, 1 },
    { "a||b", SX_E_UNSUPPORTED, 2 },
    { "a|", SX_E_UNSUPPORTED, 2 },
    { "|a", SX_E_UNSUPPORTED, 0 },
    { "a)", SX_E_UNSUPPORTED, 1 },
    { "(?i)a", SX_E_UNSUPPORTED, 1 },
    { "(?:a)", SX_E_UNSUPPORTED, 1 },
    { "\\d", SX_E_UNSUPPORTED, 1 },
    { "\\1", SX_E_UNSUPPORTED, 1 },
    { "\\n", SX_E_UNSUPPORTED, 1 },
    { "\\<a", SX_E_UNSUPPORTED, 1 },
    { "\\`a", SX_E_UNSUPPORTED, 1 },
    { "[[.a.]]", SX_E_UNSUPPORTED, 1 },
    { "[[=a=]]", SX_E_UNSUPPORTED, 1 },
    { "[a-[.z.]]", SX_E_UNSUPPORTED, 3 },
    { "[\xc3\xa4]", SX_E_UNSUPPORTED, 1 },
    /* what takes an engine minutes */
    { "(((a{1,255}){1,255}){1,255})", SX_E_LIMIT, 0 },
};

static void is_refused(void **state)
{
    const struct refused *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_ere *ere;
    struct sx_err err = { 0 };
    assert_false(sx_ere_new(sx_str_of(row->name), arena, &ere, &err));
    assert_int_equal(err.code, row->code);
    assert_int_equal(err.off, row->off);
}

static void nul_is_refused(void **state)
{
    (void)state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_ere *ere;
    struct sx_err err = { 0 };
    assert_false(sx_ere_new(SX_STR("a\0b"), arena, &ere, &err));
    assert_int_equal(err.code, SX_E_FORMAT);
}

static void depth_is_bounded(void **state)
{
    (void)state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    for (size_t n = SX_MAX_REGEX_PARENS; n <= SX_MAX_REGEX_PARENS + 1; n++) {
        SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
        struct sx_ere *ere;
        struct sx_err err = { 0 };
        sx_buf_fill(&text, '(', n);
        sx_buf_char(&text, 'a');
        sx_buf_fill(&text, ')', n);
        assert_int_equal(sx_ere_new(sx_buf_view(&text), arena, &ere, &err),
                         n <= SX_MAX_REGEX_PARENS);
    }
}

/* Patterns that backtrack without end are given up, each at its own price. */
static void time_is_bounded(void **state)
{
    (void)state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    struct sx_ere_matcher *matcher = sx_ere_matcher_new(1000000);
    struct sx_ere *slow;
    struct sx_ere *quick;
    struct sx_err err = { 0 };
    bool found;
    sx_buf_fill(&text, 'a', 60);
    sx_buf_char(&text, 'b');
    assert_true(sx_ere_new(SX_STR("^(a|aa)*$"), arena, &slow, &err));
    assert_true(sx_ere_new(SX_STR("b$"), arena, &quick, &err));
    assert_false(sx_ere_search(slow, matcher, sx_buf_view(&text), &found, &err));
    assert_int_equal(err.code, SX_E_LIMIT);
    err = (struct sx_err){ 0 };
    assert_true(sx_ere_search(quick, matcher, sx_buf_view(&text), &found, &err));
    assert_true(found);
    for (int i = 0; i < 20; i++) {
        err = (struct sx_err){ 0 };
        assert_false(sx_ere_search(slow, matcher, sx_buf_view(&text), &found, &err));
    }
    err = (struct sx_err){ 0 }; /* nothing is left for anyone */
    assert_false(sx_ere_search(quick, matcher, sx_buf_view(&text), &found, &err));
    assert_int_equal(err.code, SX_E_LIMIT);
    sx_ere_matcher_free(matcher);
}

int main(void)
{
    static struct rows list;
    ADD_ROWS(&list, patterns, matches_alike);
    ADD_ROWS(&list, refused, is_refused);
    ADD_TEST(&list, nul_is_refused);
    ADD_TEST(&list, depth_is_bounded);
    ADD_TEST(&list, time_is_bounded);
    return run_rows("ere", &list);
}
