/* SPDX-License-Identifier: MIT */
/* Property lists: XML and binary ones, as a stream of events or as one value.
 *
 * What CoreFoundation reads differently from other readers is read as CoreFoundation does
 * (CFPropertyList.c and CFBinaryPList.c of Apple's open source): of a repeated key the last
 * value counts in XML and the first in binary, text after the root element is ignored, and a
 * missing plist element is none of its business. Each of that is reported, since stricter
 * readers (the kernel's, the notary's) refuse it. Otherwise this reader is the strict one:
 * numbers, dates and Base64 are what they should be to the last character. */
#pragma once
#include "base/source.h"
#include "value/value.h"

enum sx_plist_format {
    SX_PLIST_UNKNOWN,
    SX_PLIST_XML,
    SX_PLIST_BINARY,
    SX_PLIST_OPENSTEP, /* recognised, not read */
    SX_PLIST_JSON,     /* recognised, not read */
};

/* sx_plist_detect looks at the first bytes. */
enum sx_plist_format sx_plist_detect(struct sx_span in);

/* What an XML property list may hold that other readers stumble over. */
#define SX_PLIST_TRAITS(X)                                                                         \
    X(BOM, "a byte order mark")                                                                    \
    X(LEADING_SPACE, "white space before the XML declaration")                                     \
    X(ENCODING, "an encoding other than UTF-8 is declared")                                        \
    X(CARRIAGE_RETURN, "a carriage return")                                                        \
    X(NON_ASCII, "a byte that is not ASCII")                                                       \
    X(COMMENT, "a comment")                                                                        \
    X(INSTRUCTION, "a processing instruction")                                                     \
    X(CDATA, "a CDATA section")                                                                    \
    X(ATTRIBUTE, "an attribute other than the plist element's version")                            \
    X(NO_PLIST_ELEMENT, "no plist element around the value")                                       \
    X(TRAILING, "text after the root element")

enum sx_plist_trait {
#define X(name, text) SX_PLIST_HAS_##name,
    SX_PLIST_TRAITS(X)
#undef X
        SX_PLIST_N_TRAITS
};
/* sx_plist_trait_text names one in a phrase; never NULL. */
const char *sx_plist_trait_text(enum sx_plist_trait trait);

struct sx_plist_traits {
    uint64_t at[SX_PLIST_N_TRAITS]; /* 1 + offset of the first one in the source; 0 = none */
};

/* What a reader meets, in the order of the file. */
enum sx_plist_what { SX_PLIST_DICT, SX_PLIST_ARRAY, SX_PLIST_END, SX_PLIST_KEY, SX_PLIST_VALUE };

struct sx_plist_event {
    enum sx_plist_what what;
    unsigned depth; /* containers that are open around it */
    /* Of KEY (a string) and VALUE; its text is gone when the handler returns. Its `pos`, and
     * those of values parsed, are for strings, numbers, dates and data the first byte of the
     * content, else the '<' of the tag. Values of binary lists have none. A UID of a binary
     * list comes as the dictionary {"CF$UID": n}, as CoreFoundation writes it in XML. */
    struct sx_value value;
    uint64_t off;          /* of the same place, in the source */
    uint32_t line, column; /* of the tag, of END the one it ends; 0 in binary lists */
};

/* Who gets the events. `take` ends the reading by returning false: with a failure in `err`,
 * which is then the result, or without, which is success. */
struct sx_plist_sink {
    bool (*take)(void *context, const struct sx_plist_event *event, struct sx_err *err);
    void *context;
};

/* sx_plist_read hands over the events of a property list as it reads; of XML in constant
 * memory, whatever its size. `traits` may be NULL; they are complete when the whole file was
 * read. Fails with TRUNCATED, MAGIC, FORMAT, RANGE, LIMIT, UNSUPPORTED or IO. */
SX_MUST_USE bool sx_plist_read(const struct sx_source *source, struct sx_plist_sink sink,
                               struct sx_plist_traits *traits, struct sx_err *err);

/* A key that a dictionary has twice: the value that counts stands at `kept`. Both are
 * offsets of the keys. */
struct sx_plist_duplicate {
    struct sx_str key;
    uint64_t kept, lost;
};

struct sx_plist {
    enum sx_plist_format format;
    struct sx_value root;
    size_t n_nodes; /* values and keys, shared ones of a binary list as often as they occur */
    const struct sx_plist_duplicate *duplicates;
    size_t n_duplicates;
    struct sx_plist_traits traits;
};

/* sx_plist_parse reads a whole property list of at most SX_MAX_SMALL_FILE bytes. Nothing in
 * `*out` borrows from `in`, whose first byte is offset 0 of all positions in it; `err->off`
 * counts from the start of the file that `in` lies in. Integers are SX_INT, beyond its range
 * SX_UINT. Fails as sx_plist_read does. */
SX_MUST_USE bool sx_plist_parse(struct sx_span in, struct sx_arena *arena, struct sx_plist *out,
                                struct sx_err *err);

enum sx_plist_opinion {
    SX_PLIST_AGREES,
    SX_PLIST_DIFFERS,
    SX_PLIST_REFUSES,
    SX_PLIST_NOT_ASKED, /* too large for a reader that can be made to take minutes */
};

/* sx_plist_second_opinion asks another reader (libplist) about bytes that sx_plist_parse read
 * as `first`: two readers that disagree can be told two stories by one file. `*where` names
 * the first difference, escaped. What that reader cannot represent (dates far away, the sign
 * of large integers) is not compared. */
enum sx_plist_opinion sx_plist_second_opinion(struct sx_span in, const struct sx_plist *first,
                                              struct sx_arena *arena, struct sx_str *where);
