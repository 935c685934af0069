/* SPDX-License-Identifier: MIT */
#include "base/glob.h"

/* Where to go on when a match fails: the wildcard before `p` takes one character more. */
struct retry {
    bool is_set;
    size_t p, t;
};

static bool in_set(struct sx_str set, int32_t c)
{
    bool negated = set.len > 0 && (set.ptr[0] == '!' || set.ptr[0] == '^');
    size_t at = negated ? 1 : 0;
    while (at < set.len) {
        int32_t low = sx_utf8_next(set, &at), high = low;
        if (at + 1 < set.len && set.ptr[at] == '-') {
            at++;
            high = sx_utf8_next(set, &at);
        }
        if (c >= low && c <= high)
            return !negated;
    }
    return negated;
}

/* The end of the set that begins at `p`, which is a '['; 0 when it does not close. A ']' right
 * at its start belongs to it. */
static size_t set_end(struct sx_str pattern, size_t p)
{
    size_t at = p + 1;
    if (at < pattern.len && (pattern.ptr[at] == '!' || pattern.ptr[at] == '^'))
        at++;
    for (at++; at < pattern.len; at++)
        if (pattern.ptr[at] == ']')
            return at;
    return 0;
}

/* Matches one character of the text, moving both positions. */
static bool take_one(struct sx_str pattern, size_t *p, struct sx_str text, size_t *t)
{
    size_t end = pattern.ptr[*p] == '[' ? set_end(pattern, *p) : 0;
    if (pattern.ptr[*p] != '?' && end == 0)
        return pattern.ptr[(*p)++] == text.ptr[(*t)++];
    int32_t c = sx_utf8_next(text, t);
    if (c == '/')
        return false;
    if (end == 0) {
        ++*p;
        return true;
    }
    bool matches = in_set(sx_str_sub(pattern, *p + 1, end - *p - 1), c);
    *p = end + 1;
    return matches;
}

static bool starts_at(struct sx_str pattern, size_t p, const char *what)
{
    return sx_str_starts(sx_str_sub(pattern, p, pattern.len), sx_str_of(what));
}

static void go_on(struct sx_str text, struct retry *retry, size_t *p, size_t *t)
{
    (void)sx_utf8_next(text, &retry->t); /* which character does not matter */
    *p = retry->p;
    *t = retry->t;
}

bool sx_glob(struct sx_str pattern, struct sx_str text)
{
    /* Only the last wildcard of each sort needs to be remembered: what an earlier one could take
     * over, the later one can take as well. */
    struct retry star = { 0 }, stars = { 0 };
    size_t p = 0, t = 0;
    while (t < text.len) {
        if (starts_at(pattern, p, "**")) {
            p += 2;
            stars = (struct retry){ true, p, t };
            star.is_set = false;
        } else if (starts_at(pattern, p, "*")) {
            star = (struct retry){ true, ++p, t };
        } else if (p < pattern.len && take_one(pattern, &p, text, &t)) {
            continue;
        } else if (star.is_set && text.ptr[star.t] != '/') {
            go_on(text, &star, &p, &t);
        } else if (stars.is_set) {
            go_on(text, &stars, &p, &t);
            star.is_set = false;
        } else {
            return false;
        }
    }
    while (p < pattern.len && pattern.ptr[p] == '*')
        p++;
    return p == pattern.len;
}
