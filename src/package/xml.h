/* SPDX-License-Identifier: MIT */
/* XML as events, for the small documents in packages: elements begin and end, and of an element
 * that holds nothing but text the text is told at its end. No entity is ever expanded: a DOCTYPE
 * with an internal subset is refused, and nothing outside is fetched. */
#pragma once
#include "base/arena.h"
#include "base/err.h"

struct sx_xml_events {
    void *context;
    /* `attributes` are names and values in turn, NULL at the end. Failing ends the reading. */
    bool (*start)(void *context, const char *name, const char *const *attributes,
                  struct sx_err *err);
    /* `text` is what stands between the element's last tag and its end, without white space around
     * it; gone after the call. */
    bool (*end)(void *context, struct sx_str text, struct sx_err *err);
};

struct sx_xml;

struct sx_xml *sx_xml_new(const struct sx_xml_events *events);
void sx_xml_free(struct sx_xml *xml);
void sx_xml_freep(struct sx_xml **xml); /* serves SX_AUTO */

/* sx_xml_feed reads the next bytes. Fails with FORMAT (not well-formed), UNSUPPORTED (encoding),
 * LIMIT, or as an event did; line and column are known. */
SX_MUST_USE bool sx_xml_feed(struct sx_xml *xml, const void *bytes, size_t n, bool is_last,
                             struct sx_err *err);

/* sx_xml_attribute finds an attribute; absent text when there is none. */
struct sx_str sx_xml_attribute(const char *const *attributes, const char *name);
