/* SPDX-License-Identifier: MIT */
/* XML property lists on expat: elements in, events out. expat sees to well-formedness and
 * characters; here is what a property list is made of. No entity is ever expanded: a DOCTYPE
 * with an internal subset is refused, external ones are not fetched, and a reference to an
 * entity that only they could declare is refused where it stands. */
#include "value/plist_reader.h"
#include "base/arith.h"
#include "base/base64.h"
#include "base/limits.h"
#include "value/plist_scalar.h"

#include <expat.h>
#include <stdarg.h>
#include <stdio.h>

enum { CHUNK = 64 * 1024 };

enum element {
    NONE,
    PLIST,
    DICT,
    ARRAY,
    KEY,
    STRING,
    INTEGER,
    REAL,
    DATE,
    DATA,
    TRUE,
    FALSE,
};

static const char *const names[] = {
    [PLIST] = "plist",   [DICT] = "dict",       [ARRAY] = "array", [KEY] = "key",
    [STRING] = "string", [INTEGER] = "integer", [REAL] = "real",   [DATE] = "date",
    [DATA] = "data",     [TRUE] = "true",       [FALSE] = "false",
};

/* What may come next at one level. */
enum expects {
    AT_ROOT,     /* the plist element, or a value without it */
    IN_PLIST,    /* its value */
    AFTER_VALUE, /* its end */
    IN_ARRAY,    /* a value or the end */
    AT_KEY,      /* a key or the end */
    AT_VALUE,    /* the value of a key */
};

struct place {
    uint64_t off;
    uint32_t line, column;
};

struct reader {
    XML_Parser parser;
    struct sx_plist_sink sink;
    struct sx_plist_traits *traits;
    struct sx_err *err;

    /* expat's first byte: a byte order mark and white space before it are skipped here */
    struct place first;

    enum expects levels[SX_MAX_PLIST_DEPTH + 2]; /* the root, plist, and containers */
    unsigned n_levels, depth;                    /* depth: containers alone */
    struct place open[SX_MAX_PLIST_DEPTH];       /* where they begin */

    enum element scalar; /* the element whose text is collected, or NONE */
    struct place tag;    /* of the element at hand */
    uint64_t content;    /* first byte behind its tag */
    struct sx_buf text, bytes;

    bool stopped; /* a failure, the end of the root, or the sink had enough */
    uint64_t end; /* behind the root element; 0 before */
};

static void note(struct reader *r, enum sx_plist_trait trait, uint64_t off)
{
    if (r->traits->at[trait] == 0)
        r->traits->at[trait] = off + 1;
}

/* Where expat is: the beginning of the tag, comment or text at hand. */
static struct place here(const struct reader *r)
{
    XML_Index at = XML_GetCurrentByteIndex(r->parser);
    uint32_t line = (uint32_t)XML_GetCurrentLineNumber(r->parser);
    uint32_t column = (uint32_t)XML_GetCurrentColumnNumber(r->parser);
    return (struct place){ r->first.off + (at > 0 ? (uint64_t)at : 0), r->first.line + line - 1,
                           line == 1 ? r->first.column + column : column + 1 };
}

static void stop(struct reader *r)
{
    r->stopped = true;
    XML_StopParser(r->parser, XML_FALSE);
}

/* expat may call a handler once more after it was stopped; what failed first stays. */
SX_PRINTF(4, 5)
static void fail(struct reader *r, struct place at, enum sx_errc code, const char *fmt, ...)
{
    char what[sizeof(r->err->what)];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(what, sizeof(what), fmt, ap);
    va_end(ap);
    sx_fail_at(r->err, code, at.off, at.line, at.column, "property list: %s", what);
    stop(r);
}

static void emit(struct reader *r, enum sx_plist_what what, struct place place,
                 struct sx_value value)
{
    value.pos = place.off < UINT32_MAX ? (uint32_t)place.off + 1 : 0;
    struct sx_plist_event event = { .what = what,
                                    .depth = r->depth,
                                    .value = value,
                                    .off = place.off,
                                    .line = place.line,
                                    .column = place.column };
    if (!r->sink.take(r->sink.context, &event, r->err))
        stop(r);
}

static enum element element_of(const char *name)
{
    for (enum element e = PLIST; e <= FALSE; e++)
        if (strcmp(names[e], name) == 0)
            return e;
    return NONE;
}

/* Says what is wrong with an element at this place; NULL when nothing is. */
static const char *misplaced(enum expects expects, enum element e)
{
    switch (expects) {
    case AFTER_VALUE:
        return "a second value in the plist element";
    case AT_KEY:
        return e != KEY ? "a value where a key belongs" : NULL;
    case AT_VALUE:
        if (e == KEY)
            return "a key without a value";
        break;
    case AT_ROOT:
    case IN_PLIST:
    case IN_ARRAY:
        if (e == KEY)
            return "a key outside of a dictionary";
        break;
    }
    return e == PLIST && expects != AT_ROOT ? "a plist element inside" : NULL;
}

static enum expects *level(struct reader *r)
{
    return &r->levels[r->n_levels - 1];
}

/* A value, or a key, is complete. */
static void complete(struct reader *r)
{
    static const enum expects next[] = {
        [AT_ROOT] = AFTER_VALUE, [IN_PLIST] = AFTER_VALUE, [AFTER_VALUE] = AFTER_VALUE,
        [IN_ARRAY] = IN_ARRAY,   [AT_KEY] = AT_VALUE,      [AT_VALUE] = AT_KEY,
    };
    *level(r) = next[*level(r)];
    if (r->n_levels > 1)
        return;
    r->end = here(r).off + (uint64_t)XML_GetCurrentByteCount(r->parser);
    stop(r);
}

static void begin_container(struct reader *r, enum element e)
{
    if (r->depth == SX_MAX_PLIST_DEPTH) {
        fail(r, r->tag, SX_E_LIMIT, "nested deeper than %d", SX_MAX_PLIST_DEPTH);
        return;
    }
    emit(r, e == DICT ? SX_PLIST_DICT : SX_PLIST_ARRAY, r->tag, sx_null());
    r->open[r->depth++] = r->tag;
    r->levels[r->n_levels++] = e == DICT ? AT_KEY : IN_ARRAY;
}

static void end_container(struct reader *r)
{
    if (*level(r) == AT_VALUE) {
        fail(r, here(r), SX_E_FORMAT, "a key without a value");
        return;
    }
    r->n_levels--;
    r->depth--;
    emit(r, SX_PLIST_END, r->open[r->depth], sx_null());
    if (!r->stopped)
        complete(r);
}

static void end_plist(struct reader *r)
{
    if (*level(r) == IN_PLIST) {
        fail(r, here(r), SX_E_FORMAT, "the plist element is empty");
        return;
    }
    r->n_levels--;
    complete(r);
}

/* What the text of an element means; false when it means nothing. */
static bool convert(struct reader *r, struct sx_value *out)
{
    struct sx_str text = sx_buf_view(&r->text);
    switch (r->scalar) {
    case KEY:
    case STRING:
        *out = sx_string(text);
        return true;
    case INTEGER:
        return sx_plist_integer(text, out);
    case REAL:
        return sx_plist_real(text, out);
    case DATE:
        return sx_plist_date(text, out);
    case DATA:
        r->bytes.len = 0;
        if (!sx_base64_decode(text, &r->bytes))
            return false;
        *out = sx_bytes(sx_buf_view(&r->bytes));
        return true;
    case TRUE:
    case FALSE:
        *out = sx_bool(r->scalar == TRUE);
        return text.len == 0;
    case NONE:
    case PLIST:
    case DICT:
    case ARRAY:
        break;
    }
    return false;
}

static void end_scalar(struct reader *r)
{
    /* <string/>: the end comes with no bytes of its own, so there is no content to point at.
     * CoreFoundation refuses <data/> (parseXMLElement), though not <data></data>. */
    bool is_empty_tag = XML_GetCurrentByteCount(r->parser) == 0;
    struct sx_value value;
    if (!convert(r, &value) || (is_empty_tag && r->scalar == DATA)) {
        SX_AUTO(sx_buf_release) struct sx_buf said = { 0 };
        sx_escape_buf(&said, sx_str_sub(sx_buf_view(&r->text), 0, 64));
        fail(r, r->tag, SX_E_FORMAT, "<%s> cannot hold '%.*s'", names[r->scalar],
             SX_STR_ARG(sx_buf_view(&said)));
        return;
    }
    struct place place = r->tag;
    if (!is_empty_tag && r->scalar != TRUE && r->scalar != FALSE)
        place.off = r->content;
    emit(r, r->scalar == KEY ? SX_PLIST_KEY : SX_PLIST_VALUE, place, value);
    r->scalar = NONE;
    if (!r->stopped)
        complete(r);
}

static void begin(struct reader *r, enum element e)
{
    if (e == PLIST) {
        r->levels[r->n_levels++] = IN_PLIST;
        return;
    }
    if (*level(r) == AT_ROOT)
        note(r, SX_PLIST_HAS_NO_PLIST_ELEMENT, r->tag.off);
    if (e == DICT || e == ARRAY) {
        begin_container(r, e);
        return;
    }
    r->scalar = e;
    r->text.len = 0;
}

static void note_attributes(struct reader *r, enum element e, const char **attributes)
{
    for (size_t i = 0; attributes[i] != NULL; i += 2)
        if (e != PLIST || strcmp(attributes[i], "version") != 0)
            note(r, SX_PLIST_HAS_ATTRIBUTE, r->tag.off);
}

static void on_start(void *user, const char *name, const char **attributes)
{
    struct reader *r = user;
    if (r->stopped)
        return;
    r->tag = here(r);
    r->content = r->tag.off + (uint64_t)XML_GetCurrentByteCount(r->parser);
    enum element e = element_of(name);
    if (e == NONE || r->scalar != NONE) {
        SX_AUTO(sx_buf_release) struct sx_buf said = { 0 };
        sx_escape_buf(&said, sx_str_sub(sx_str_of(name), 0, 64));
        fail(r, r->tag, SX_E_FORMAT, "element <%.*s>%s%s", SX_STR_ARG(sx_buf_view(&said)),
             e == NONE ? " is not known" : " inside of ", e == NONE ? "" : names[r->scalar]);
        return;
    }
    const char *wrong = misplaced(*level(r), e);
    if (wrong != NULL) {
        fail(r, r->tag, SX_E_FORMAT, "%s", wrong);
        return;
    }
    note_attributes(r, e, attributes);
    begin(r, e);
}

/* expat has matched the end with its beginning. */
static void on_end(void *user, const char *name)
{
    struct reader *r = user;
    if (r->stopped)
        return;
    if (r->scalar != NONE)
        end_scalar(r);
    else if (element_of(name) == PLIST)
        end_plist(r);
    else
        end_container(r);
}

static void on_text(void *user, const char *text, int n)
{
    struct reader *r = user;
    if (r->stopped)
        return;
    if (r->scalar != NONE) {
        if (r->text.len + (size_t)n > SX_MAX_PLIST_TEXT)
            fail(r, r->tag, SX_E_LIMIT, "<%s> of more than %u bytes", names[r->scalar],
                 SX_MAX_PLIST_TEXT);
        else
            sx_buf_put(&r->text, text, (size_t)n);
        return;
    }
    for (int i = 0; i < n; i++)
        if (strchr(" \t\r\n", text[i]) == NULL) {
            fail(r, here(r), SX_E_FORMAT, "text between elements");
            return;
        }
}

/* CoreFoundation takes neither comments nor instructions inside of a string (parseStringTag);
 * readers that take them join the text around. */
static void on_aside(struct reader *r, enum sx_plist_trait trait)
{
    if (r->stopped)
        return;
    note(r, trait, here(r).off);
    if (r->scalar != NONE)
        fail(r, here(r), SX_E_FORMAT, "%s inside of <%s>", sx_plist_trait_text(trait),
             names[r->scalar]);
}

static void on_comment(void *user, const char *text)
{
    (void)text;
    on_aside(user, SX_PLIST_HAS_COMMENT);
}

static void on_instruction(void *user, const char *target, const char *text)
{
    (void)target, (void)text;
    on_aside(user, SX_PLIST_HAS_INSTRUCTION);
}

static void on_cdata(void *user)
{
    struct reader *r = user;
    if (r->stopped)
        return;
    note(r, SX_PLIST_HAS_CDATA, here(r).off);
    if (r->scalar != KEY && r->scalar != STRING && r->scalar != REAL)
        fail(r, here(r), SX_E_FORMAT, "a CDATA section outside of text");
}

static void on_declaration(void *user, const char *version, const char *encoding, int standalone)
{
    struct reader *r = user;
    (void)version, (void)standalone;
    static const char utf8[] = "utf-8";
    size_t same = 0;
    while (encoding != NULL && same < sizeof(utf8) - 1 && encoding[same] != '\0' &&
           (encoding[same] | 0x20) == (utf8[same] | 0x20))
        same++;
    if (encoding != NULL && (same < sizeof(utf8) - 1 || encoding[same] != '\0'))
        note(r, SX_PLIST_HAS_ENCODING, here(r).off);
}

static void on_doctype(void *user, const char *name, const char *system, const char *public,
                       int has_internal_subset)
{
    struct reader *r = user;
    (void)name, (void)system, (void)public;
    if (has_internal_subset && !r->stopped)
        fail(r, here(r), SX_E_FORMAT, "the DOCTYPE has an internal subset");
}

static void on_skipped_entity(void *user, const char *name, int is_parameter)
{
    struct reader *r = user;
    (void)is_parameter;
    if (r->stopped)
        return;
    SX_AUTO(sx_buf_release) struct sx_buf said = { 0 };
    sx_escape_buf(&said, sx_str_sub(sx_str_of(name), 0, 64));
    fail(r, here(r), SX_E_FORMAT, "entity &%.*s; is not declared", SX_STR_ARG(sx_buf_view(&said)));
}

static void fail_expat(struct reader *r)
{
    enum XML_Error error = XML_GetErrorCode(r->parser);
    static const enum XML_Error early[] = { XML_ERROR_NO_ELEMENTS, XML_ERROR_UNCLOSED_TOKEN,
                                            XML_ERROR_PARTIAL_CHAR,
                                            XML_ERROR_UNCLOSED_CDATA_SECTION };
    enum sx_errc code = error == XML_ERROR_UNKNOWN_ENCODING ? SX_E_UNSUPPORTED : SX_E_FORMAT;
    for (size_t i = 0; i < SX_LEN(early); i++)
        if (error == early[i])
            code = SX_E_TRUNCATED;
    fail(r, here(r), code, "XML: %s", XML_ErrorString(error));
}

static void parse(struct reader *r, const char *bytes, size_t n, uint64_t end, bool is_final)
{
    if (XML_Parse(r->parser, bytes, (int)n, is_final) == XML_STATUS_ERROR) {
        if (!r->stopped)
            fail_expat(r);
    } else if (end - here(r).off > SX_MAX_XML_TOKEN) {
        fail(r, here(r), SX_E_LIMIT, "a tag or comment of more than %u bytes", SX_MAX_XML_TOKEN);
    }
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Skips what may stand before the XML declaration for CoreFoundation (parseXMLPropertyList),
 * and not for expat; returns how many of the bytes it was. */
static size_t skip_lead(struct reader *r, const char *bytes, size_t n)
{
    size_t i = 0;
    if (r->first.off == 0 && n >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0)
        i = 3;
    if (r->first.off == 0 && n >= 2 &&
        (i == 3 || memcmp(bytes, "\xff\xfe", 2) == 0 || memcmp(bytes, "\xfe\xff", 2) == 0))
        note(r, SX_PLIST_HAS_BOM, 0);
    for (; i < n && is_space(bytes[i]); i++) {
        note(r, SX_PLIST_HAS_LEADING_SPACE, r->first.off + i);
        r->first.column = bytes[i] == '\n' ? 1 : r->first.column + 1;
        r->first.line += bytes[i] == '\n';
    }
    r->first.off += i;
    return i;
}

static void note_bytes(struct reader *r, const char *bytes, size_t n, uint64_t off)
{
    const char *cr = memchr(bytes, '\r', n);
    if (cr != NULL)
        note(r, SX_PLIST_HAS_CARRIAGE_RETURN, off + (uint64_t)(cr - bytes));
    for (size_t i = 0; i < n && r->traits->at[SX_PLIST_HAS_NON_ASCII] == 0; i++)
        if ((unsigned char)bytes[i] >= 0x80)
            note(r, SX_PLIST_HAS_NON_ASCII, off + i);
}

static void note_trailing(struct reader *r, const char *bytes, size_t n, uint64_t off)
{
    for (size_t i = r->end > off ? (size_t)(r->end - off) : 0; i < n; i++)
        if (!is_space(bytes[i])) {
            note(r, SX_PLIST_HAS_TRAILING, off + i);
            return;
        }
}

/* Reads on for as long as something can still be learnt: to the end of the root element, and
 * behind it to the first text. */
static bool pump(struct reader *r, const struct sx_source *source, char *chunk)
{
    bool leading = true;
    uint64_t off = 0;
    do {
        size_t n = (size_t)sx_min_u64(CHUNK, source->size - off), skip = 0;
        SX_TRY(sx_source_pread(source, off, chunk, n, r->err));
        note_bytes(r, chunk, n, off);
        if (leading)
            skip = skip_lead(r, chunk, n);
        leading = leading && skip == n && off + n < source->size;
        if (r->end == 0 && !leading)
            parse(r, chunk + skip, n - skip, off + n, off + n == source->size);
        if (r->stopped && r->end == 0)
            return r->err->code == SX_OK;
        if (r->end != 0)
            note_trailing(r, chunk, n, off);
        off += n;
    } while (off < source->size && r->traits->at[SX_PLIST_HAS_TRAILING] == 0);
    return true;
}

static bool make_parser(struct reader *r)
{
    r->parser = XML_ParserCreate(NULL);
    if (r->parser == NULL)
        return sx_fail(r->err, SX_E_LIMIT, 0, "property list: no memory for an XML parser");
    XML_SetUserData(r->parser, r);
    XML_SetElementHandler(r->parser, on_start, on_end);
    XML_SetCharacterDataHandler(r->parser, on_text);
    XML_SetCommentHandler(r->parser, on_comment);
    XML_SetProcessingInstructionHandler(r->parser, on_instruction);
    XML_SetStartCdataSectionHandler(r->parser, on_cdata);
    XML_SetXmlDeclHandler(r->parser, on_declaration);
    XML_SetStartDoctypeDeclHandler(r->parser, on_doctype);
    XML_SetSkippedEntityHandler(r->parser, on_skipped_entity);
    return true;
}

bool sx_plist_read_xml(const struct sx_source *source, struct sx_plist_sink sink,
                       struct sx_plist_traits *traits, struct sx_err *err)
{
    struct reader r = { .sink = sink,
                        .traits = traits,
                        .err = err,
                        .first = { 0, 1, 1 },
                        .levels = { AT_ROOT },
                        .n_levels = 1 };
    SX_TRY(make_parser(&r));
    SX_AUTO(sx_buf_release) struct sx_buf chunk = { 0 };
    sx_buf_fill(&chunk, '\0', CHUNK);
    bool ok = pump(&r, source, chunk.ptr);
    XML_ParserFree(r.parser);
    sx_buf_release(&r.text);
    sx_buf_release(&r.bytes);
    if (!ok && err->file == NULL)
        err->file = source->name;
    return ok;
}
