/* SPDX-License-Identifier: MIT */
#include "package/xml.h"

#include "base/buf.h"
#include "base/limits.h"

#include <expat.h>
#include <stdlib.h>

struct sx_xml {
    struct sx_xml_events events;
    XML_Parser parser;
    struct sx_buf text; /* since the last tag */
    size_t depth;
    uint64_t fed;
    struct sx_err *err; /* of the call at hand */
    bool has_failed;
};

static void stop(struct sx_xml *xml)
{
    xml->has_failed = true;
    XML_StopParser(xml->parser, XML_FALSE);
}

static void fail(struct sx_xml *xml, enum sx_errc code, const char *what)
{
    XML_Index at = XML_GetCurrentByteIndex(xml->parser);
    sx_fail_at(xml->err, code, at < 0 ? 0 : (uint64_t)at,
               (uint32_t)XML_GetCurrentLineNumber(xml->parser),
               (uint32_t)XML_GetCurrentColumnNumber(xml->parser) + 1, "%s", what);
    stop(xml);
}

/* An event has failed; where is told here, if it did not say. */
static void give_up(struct sx_xml *xml)
{
    if (xml->err->line == 0) {
        xml->err->line = (uint32_t)XML_GetCurrentLineNumber(xml->parser);
        xml->err->column = (uint32_t)XML_GetCurrentColumnNumber(xml->parser) + 1;
    }
    stop(xml);
}

static void on_start(void *context, const char *name, const char **attributes)
{
    struct sx_xml *xml = context;
    xml->text.len = 0;
    if (xml->has_failed)
        return;
    if (++xml->depth > SX_MAX_PLIST_DEPTH)
        fail(xml, SX_E_LIMIT, "elements nest too deep");
    else if (!xml->events.start(xml->events.context, name, (const char *const *)attributes,
                                xml->err))
        give_up(xml);
}

static struct sx_str trimmed(struct sx_str text)
{
    static const char white[] = " \t\r\n";
    while (text.len > 0 && memchr(white, text.ptr[0], sizeof(white) - 1) != NULL)
        text = sx_str_sub(text, 1, text.len);
    while (text.len > 0 && memchr(white, text.ptr[text.len - 1], sizeof(white) - 1) != NULL)
        text.len--;
    return text;
}

static void on_end(void *context, const char *name)
{
    struct sx_xml *xml = context;
    (void)name; /* expat has matched it with the beginning */
    if (xml->has_failed)
        return;
    xml->depth--;
    if (!xml->events.end(xml->events.context, trimmed(sx_buf_view(&xml->text)), xml->err))
        give_up(xml);
    xml->text.len = 0;
}

static void on_text(void *context, const char *bytes, int n)
{
    struct sx_xml *xml = context;
    if (xml->has_failed)
        return;
    if (xml->text.len + (size_t)n > SX_MAX_XML_TOKEN)
        fail(xml, SX_E_LIMIT, "a text of more than a megabyte");
    else
        sx_buf_put(&xml->text, bytes, (size_t)n);
}

static void on_doctype(void *context, const char *name, const char *system, const char *public,
                       int has_subset)
{
    (void)name, (void)system, (void)public; /* what they name is not fetched */
    if (has_subset)
        fail(context, SX_E_FORMAT, "a DOCTYPE with declarations of its own");
}

struct sx_xml *sx_xml_new(const struct sx_xml_events *events)
{
    struct sx_xml *xml = calloc(1, sizeof(*xml));
    if (xml == NULL || (xml->parser = XML_ParserCreate(NULL)) == NULL)
        abort();
    xml->events = *events;
    XML_SetUserData(xml->parser, xml);
    XML_SetElementHandler(xml->parser, on_start, on_end);
    XML_SetCharacterDataHandler(xml->parser, on_text);
    XML_SetStartDoctypeDeclHandler(xml->parser, on_doctype);
    return xml;
}

void sx_xml_free(struct sx_xml *xml)
{
    if (xml == NULL)
        return;
    XML_ParserFree(xml->parser);
    sx_buf_release(&xml->text);
    free(xml);
}

void sx_xml_freep(struct sx_xml **xml)
{
    sx_xml_free(*xml);
}

/* expat keeps a tag or comment whole until it ends. */
static bool is_token_too_long(const struct sx_xml *xml)
{
    XML_Index at = XML_GetCurrentByteIndex(xml->parser);
    return at >= 0 && xml->fed - (uint64_t)at > SX_MAX_XML_TOKEN;
}

bool sx_xml_feed(struct sx_xml *xml, const void *bytes, size_t n, bool is_last, struct sx_err *err)
{
    xml->err = err;
    xml->fed += n;
    if (XML_Parse(xml->parser, bytes, (int)n, is_last) == XML_STATUS_ERROR) {
        enum XML_Error error = XML_GetErrorCode(xml->parser);
        if (!xml->has_failed)
            fail(xml, error == XML_ERROR_UNKNOWN_ENCODING ? SX_E_UNSUPPORTED : SX_E_FORMAT,
                 XML_ErrorString(error));
        return false;
    }
    if (!is_last && is_token_too_long(xml))
        fail(xml, SX_E_LIMIT, "a tag or comment of more than a megabyte");
    return !xml->has_failed;
}

struct sx_str sx_xml_attribute(const char *const *attributes, const char *name)
{
    for (size_t i = 0; attributes[i] != NULL; i += 2)
        if (strcmp(attributes[i], name) == 0)
            return sx_str_of(attributes[i + 1]);
    return (struct sx_str){ 0 };
}
