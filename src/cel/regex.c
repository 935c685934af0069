/* SPDX-License-Identifier: MIT */
#include "cel/regex.h"

#include "base/limits.h"
#include "cel/function.h"
#include "cel/re2.h"

#include <stdio.h>
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

struct sx_cel_regex {
    pcre2_code *code;
    /* The same match within more and more calls, so that what it costs is known to a factor:
     * PCRE2 does not tell how many it made. */
    struct tier {
        pcre2_match_context *context;
        uint32_t calls;
    } tiers[3];
};

static void *allocate(size_t n, void *arena)
{
    return sx_arena_alloc(arena, n);
}

/* An arena frees everything at once. */
static void leave(void *p, void *arena)
{
    (void)p;
    (void)arena;
}

static void set_tiers(struct sx_cel_regex *regex, pcre2_general_context *memory)
{
    static const uint32_t calls[] = { 250, 5000, SX_MAX_REGEX_CALLS };
    for (size_t i = 0; i < SX_LEN(calls); i++) {
        pcre2_match_context *context = pcre2_match_context_create(memory);
        pcre2_set_match_limit(context, calls[i]);
        pcre2_set_depth_limit(context, SX_MAX_REGEX_DEPTH);
        pcre2_set_heap_limit(context, SX_MAX_REGEX_HEAP);
        regex->tiers[i] = (struct tier){ context, calls[i] };
    }
}

static pcre2_code *compile(pcre2_general_context *memory, struct sx_str pattern, char why[160])
{
    /* Strings of files need not be UTF-8; what is not matches nothing. $ is the very end, and
     * the newline of . and (?m) is LF alone, as in RE2. */
    const uint32_t options = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NO_AUTO_CAPTURE |
                             PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C | PCRE2_ANCHORED;
    pcre2_compile_context *context = pcre2_compile_context_create(memory);
    pcre2_set_newline(context, PCRE2_NEWLINE_LF);
    pcre2_set_parens_nest_limit(context, SX_MAX_REGEX_PARENS);
    int code;
    size_t at;
    pcre2_code *compiled =
        pcre2_compile((PCRE2_SPTR)pattern.ptr, pattern.len, options, &code, &at, context);
    if (compiled == NULL && pcre2_get_error_message(code, (PCRE2_UCHAR *)why, 160) < 0)
        snprintf(why, 160, "error %d", code);
    return compiled;
}

/* PCRE2 counts its calls anew at every place where a match may begin, which bounds nothing. So
 * the pattern is anchored and says itself that anything may precede: then there is one place. */
static const char before[] = "(?s:.*?)(?:", after[] = ")";

const struct sx_cel_regex *sx_cel_regex_new(struct sx_arena *arena, struct sx_str pattern,
                                            char why[static 160])
{
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    if (pattern.len > SX_MAX_REGEX_PATTERN) {
        snprintf(why, 160, "it has more than %d bytes", SX_MAX_REGEX_PATTERN);
        return NULL;
    }
    sx_buf_cstr(&text, before);
    if (!sx_cel_re2_translate(pattern, &text, why))
        return NULL;
    sx_buf_cstr(&text, after);

    pcre2_general_context *memory = pcre2_general_context_create(allocate, leave, arena);
    struct sx_cel_regex *regex = SX_NEW(arena, struct sx_cel_regex);
    regex->code = compile(memory, sx_buf_view(&text), why);
    if (regex->code == NULL)
        return NULL;
    set_tiers(regex, memory);
    return regex;
}

static void match_data_freep(pcre2_match_data **data)
{
    pcre2_match_data_free(*data);
}

static struct sx_value verdict(struct sx_cel_run *run, int rc)
{
    if (rc >= 0 || rc == PCRE2_ERROR_NOMATCH)
        return sx_bool(rc >= 0);
    char why[160] = "";
    pcre2_get_error_message(rc, (PCRE2_UCHAR *)why, sizeof(why));
    return sx_cel_error(run, "the pattern cannot be matched: %s", why);
}

struct sx_value sx_cel_regex_match(struct sx_cel_run *run, const struct sx_cel_regex *regex,
                                   struct sx_str subject)
{
    /* from malloc: its working memory is large and needs no clearing */
    SX_AUTO(match_data_freep) pcre2_match_data *data = pcre2_match_data_create(1, NULL);
    if (data == NULL)
        return sx_cel_failed("out of memory");
    int rc = PCRE2_ERROR_MATCHLIMIT;
    for (size_t i = 0; i < SX_LEN(regex->tiers) && rc == PCRE2_ERROR_MATCHLIMIT; i++) {
        const struct tier *tier = &regex->tiers[i];
        if (!sx_cel_charge_bytes(run, subject.len + tier->calls))
            return sx_cel_exhausted();
        rc = pcre2_match(regex->code, (PCRE2_SPTR)(subject.len > 0 ? subject.ptr : ""), subject.len,
                         0, 0, data, tier->context);
    }
    return verdict(run, rc);
}
