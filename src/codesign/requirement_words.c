/* SPDX-License-Identifier: MIT */
#include "codesign/requirement_words.h"

#include "base/buf.h"

#include <stdio.h>

/* 2001-01-01T00:00:00Z in seconds since 1970. */
#define SINCE_2001 978307200

/* For the tables: SX_STR is no constant. */
#define WORD(text)                                                                                 \
    {                                                                                              \
        (text), sizeof(text) - 1                                                                   \
    }

/* Security, requirements.grammar. */
const struct sx_str sx_requirement_keywords[] = {
    WORD("absent"),     WORD("always"),      WORD("anchor"),    WORD("and"),
    WORD("apple"),      WORD("cdhash"),      WORD("cert"),      WORD("certificate"),
    WORD("designated"), WORD("entitlement"), WORD("exists"),    WORD("false"),
    WORD("generic"),    WORD("guest"),       WORD("host"),      WORD("identifier"),
    WORD("info"),       WORD("leaf"),        WORD("legacy"),    WORD("library"),
    WORD("never"),      WORD("notarized"),   WORD("or"),        WORD("platform"),
    WORD("plugin"),     WORD("root"),        WORD("timestamp"), WORD("true"),
    WORD("trusted"),
};
const size_t sx_n_requirement_keywords = SX_LEN(sx_requirement_keywords);

bool sx_requirement_is_keyword(struct sx_str word)
{
    return sx_strs_has((struct sx_strs){ sx_requirement_keywords, sx_n_requirement_keywords },
                       word);
}

const struct sx_requirement_field sx_requirement_fields[] = {
    { WORD("subject."), SX_REQ_CERT_SUBJECT }, { WORD("field."), SX_REQ_CERT_FIELD },
    { WORD("extension."), SX_REQ_CERT_FIELD }, { WORD("policy."), SX_REQ_CERT_POLICY },
    { WORD("timestamp."), SX_REQ_CERT_DATE },
};
const size_t sx_n_requirement_fields = SX_LEN(sx_requirement_fields);

/* One arc and the dot behind it, which the last does not have. */
static bool next_arc(struct sx_str dotted, size_t *at, uint64_t *arc)
{
    size_t from = *at;
    for (*arc = 0; *at < dotted.len && dotted.ptr[*at] >= '0' && dotted.ptr[*at] <= '9'; ++*at)
        if (__builtin_mul_overflow(*arc, 10, arc) ||
            __builtin_add_overflow(*arc, (uint64_t)(dotted.ptr[*at] - '0'), arc))
            return false;
    if (*at == from)
        return false;
    return *at == dotted.len || (dotted.ptr[*at] == '.' && ++*at < dotted.len);
}

static void put_arc(struct sx_buf *out, uint64_t arc)
{
    int shift = 63;
    while (shift > 0 && arc >> shift == 0)
        shift -= 7;
    for (; shift > 0; shift -= 7)
        sx_buf_char(out, (char)(0x80 | (arc >> shift & 0x7f)));
    sx_buf_char(out, (char)(arc & 0x7f));
}

bool sx_requirement_oid(struct sx_str dotted, struct sx_buf *out)
{
    uint64_t first, arc;
    size_t at = 0;
    if (!next_arc(dotted, &at, &first) || at == dotted.len || !next_arc(dotted, &at, &arc))
        return false;
    if (first > 2 || (first < 2 && arc > 39) || arc > UINT64_MAX - 80)
        return false;
    put_arc(out, first * 40 + arc);
    while (at < dotted.len) {
        SX_TRY(next_arc(dotted, &at, &arc));
        put_arc(out, arc);
    }
    return true;
}

/* Numbers wrap at 64 bits, and one without end is taken to have a last byte of 0: there Apple
 * reads what follows, which is padding or the high byte of the match. */
static uint64_t get_arc(struct sx_str contents, size_t *at)
{
    uint64_t arc = 0;
    while (*at < contents.len) {
        uint8_t byte = (uint8_t)contents.ptr[(*at)++];
        arc = arc << 7 | (byte & 0x7f);
        if ((byte & 0x80) == 0)
            return arc;
    }
    return arc << 7;
}

/* The first two arcs are cut to 9 characters, each of the others to 18 digits, as the buffers of
 * Apple's printer are (Security, cssmdata.cpp, toOid). */
void sx_requirement_oid_text(struct sx_str contents, struct sx_buf *out)
{
    char arc[32];
    size_t at = 0;
    if (contents.len == 0)
        return;
    uint64_t both = get_arc(contents, &at);
    uint64_t first = both / 40 < 2 ? both / 40 : 2;
    snprintf(arc, sizeof(arc), "%llu.%llu", (unsigned long long)first,
             (unsigned long long)(both - first * 40));
    sx_buf_printf(out, "%.9s", arc);
    while (at < contents.len) {
        snprintf(arc, sizeof(arc), ".%llu", (unsigned long long)get_arc(contents, &at));
        sx_buf_printf(out, "%.19s", arc);
    }
}

struct sx_time sx_requirement_time(int64_t since_2001)
{
    struct sx_time t = { 0 };
    if (__builtin_add_overflow(since_2001, (int64_t)SINCE_2001, &t.seconds))
        t.seconds = INT64_MAX;
    return t;
}

static int pair(struct sx_str text, size_t at)
{
    return (text.ptr[at] - '0') * 10 + (text.ptr[at + 1] - '0');
}

static bool are_digits(struct sx_str text, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
    return true;
}

static bool has_form(struct sx_str text)
{
    if (text.len == 15)
        return are_digits(text, 0, 14) && text.ptr[14] == 'Z';
    return text.len == 19 && are_digits(text, 0, 14) && are_digits(text, 15, 19) &&
           (text.ptr[14] == '+' || text.ptr[14] == '-');
}

static int days_of(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap ? 1 : 0);
}

bool sx_requirement_time_parse(struct sx_str text, int64_t *since_2001)
{
    if (!has_form(text))
        return false;
    int year = pair(text, 0) * 100 + pair(text, 2), month = pair(text, 4), day = pair(text, 6);
    int hour = pair(text, 8), minute = pair(text, 10), second = pair(text, 12);
    if (month < 1 || month > 12 || day < 1 || day > days_of(year, month))
        return false;
    if (hour > 23 || minute > 59 || second > 60) /* a leap second is allowed */
        return false;
    int64_t offset = text.len == 19 ? pair(text, 15) * 3600 + pair(text, 17) * 60 : 0;
    *since_2001 = sx_time_of(year, month, day, hour, minute, second).seconds - SINCE_2001 -
                  (text.ptr[14] == '-' ? -offset : offset);
    return true;
}
