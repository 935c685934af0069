/* SPDX-License-Identifier: MIT */
/* What people have at hand when they want the notary's log, and what it is instead: the answers of
 * notarytool(1), of altool before it, of the Notary API, and what a browser or a shell makes of a
 * log. "Customizing the notarization workflow" and TN3147 (developer.apple.com) show them. */
#include "report/notary.h"

/* The first that fits. Words that stand in every log make a text one, whatever else it holds. */
static const struct mistaken {
    const char *begins, *holds; /* NULL: whatever */
    const char *what;
    const char *command; /* of notarytool, that helps from there; NULL: none does */
} mistaken[] = {
    { "\x1f\x8b", NULL, "this is compressed with gzip; unpack it first: gzip -d", NULL },
    { "PK\003\004", NULL, "this is a zip archive; the log comes first, then the artifact", NULL },
    { "\xff\xfe", NULL, "this is UTF-16; a log is UTF-8: iconv -f UTF-16 -t UTF-8", NULL },
    { "\xfe\xff", NULL, "this is UTF-16; a log is UTF-8: iconv -f UTF-16 -t UTF-8", NULL },
    { NULL, "is not yet available", "Apple has no log of this submission yet; this waits for it",
      "wait" },
    { NULL, "\"history\"", "this is a list of submissions; this prints the log of one", "log" },
    { NULL, "submission history", "this is a list of submissions; this prints the log of one",
      "log" },
    { NULL, "submission info", "this is what notarytool info says; this prints the log", "log" },
    { NULL, "Successfully uploaded file",
      "this is what notarytool submit says; this prints the log", "log" },
    { NULL, "Processing complete", "this is what notarytool submit says; this prints the log",
      "log" },
    { NULL, "pre-submission checks", "this is what notarytool submit says; this prints the log",
      "log" },
    { NULL, "developerLogUrl", "this is an answer of the Notary API; this prints the log", "log" },
    { NULL, "\"submissions", "this is an answer of the Notary API; this prints the log", "log" },
    { NULL, "LogFileURL",
      "this is an answer of altool, which Apple has retired; this prints the log of a new upload",
      "log" },
    { NULL, "notarization-upload",
      "this is an answer of altool, which Apple has retired; this prints the log of a new upload",
      "log" },
    { NULL, "product-errors", "this is an error of altool, not a log", NULL },
    { "<", NULL,
      "this is a web page, since the address of a log ends after hours; this prints the log",
      "log" },
};

static const char *const of_a_log[] = { "\"logFormatVersion\"", "\"ticketContents\"",
                                        "\"issues\"" };

static bool holds(struct sx_str text, const char *words)
{
    return sx_str_find(text, sx_str_of(words)) < text.len;
}

static bool fits(const struct mistaken *row, struct sx_str text)
{
    return (row->begins == NULL || sx_str_starts(text, sx_str_of(row->begins))) &&
           (row->holds == NULL || holds(text, row->holds));
}

/* Eight hex digits, then three times four, then twelve, with hyphens between. */
enum { UUID = 36 };

static bool is_uuid(const char *at)
{
    for (size_t i = 0; i < UUID; i++) {
        bool is_hyphen = i == 8 || i == 13 || i == 18 || i == 23;
        bool is_hex =
            (at[i] >= '0' && at[i] <= '9') || ((at[i] | 0x20) >= 'a' && (at[i] | 0x20) <= 'f');
        if (is_hyphen ? at[i] != '-' : !is_hex)
            return false;
    }
    return true;
}

/* The submission that a text speaks of; of several nobody knows which is meant. */
static struct sx_str id_of(struct sx_str text)
{
    struct sx_str id = { 0 };
    for (size_t i = 0; i + UUID <= text.len; i++) {
        struct sx_str here = sx_str_sub(text, i, UUID);
        if (!is_uuid(here.ptr))
            continue;
        if (id.ptr != NULL && !sx_str_eq(id, here))
            return SX_STR("ID");
        id = here;
    }
    return id.ptr != NULL ? id : SX_STR("ID");
}

static struct sx_str without_blanks(struct sx_str text)
{
    while (text.len > 0 && strchr(" \t\r\n", text.ptr[0]) != NULL)
        text = sx_str_sub(text, 1, text.len);
    return text;
}

static bool tell(const struct mistaken *row, struct sx_str text, struct sx_err *err)
{
    struct sx_str id = id_of(text);
    if (row->command == NULL)
        return sx_fail(err, SX_E_FORMAT, 0, "%s", row->what);
    return sx_fail(err, SX_E_FORMAT, 0, "%s: xcrun notarytool %s %.*s --keychain-profile PROFILE",
                   row->what, row->command, SX_STR_ARG(id));
}

bool sx_notary_accept(struct sx_str text, struct sx_err *err)
{
    text = without_blanks(text);
    if (text.len == 0)
        return sx_fail(err, SX_E_FORMAT, 0, "this is empty; notarytool log has written nothing");
    for (size_t i = 0; i < SX_LEN(of_a_log); i++)
        if (holds(text, of_a_log[i]))
            return true;
    for (size_t i = 0; i < SX_LEN(mistaken); i++)
        if (fits(&mistaken[i], text))
            return tell(&mistaken[i], text, err);
    return true;
}
