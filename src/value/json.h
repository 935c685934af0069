/* SPDX-License-Identifier: MIT */
/* JSON (RFC 8259) out, as a stream in constant memory, and in, as a value.
 *
 * The writer is told what comes and places commas, line breaks and escapes. What it writes is
 * always well-formed UTF-8, whatever bytes the text given to it holds: invalid ones become
 * U+FFFD, and everything that sx_escape would escape (controls, bidirectional and zero-width
 * characters) is written as \uXXXX, which loses nothing and harms no terminal. */
#pragma once
#include "base/buf.h"
#include "value/schema.h"

enum sx_json_form {
    SX_JSON_COMPACT, /* no white space at all */
    SX_JSON_PRETTY,  /* one member or element a line, two spaces deeper at each level */
};

/* The state of a writer; sx_json_init fills it. `lazy` may be set afterwards. */
struct sx_json {
    struct sx_strs lazy; /* the lazy members of objects that are to be computed and printed */

    bool (*write)(void *context, const char *bytes, size_t n);
    void *context;
    enum sx_json_form form;
    bool stopped;   /* the sink wants no more */
    bool has_item;  /* the innermost object or array has an item already */
    bool after_key; /* a member's value comes next */
    unsigned depth;
    size_t n;
    char buf[4096];
};

/* sx_json_init makes a writer that hands its bytes to `write` in pieces; when that returns
 * false, the rest of the document is dropped. */
void sx_json_init(struct sx_json *json, bool (*write)(void *context, const char *bytes, size_t n),
                  void *context, enum sx_json_form form);
/* sx_json_flush hands over what is still buffered; true when the sink took everything. */
bool sx_json_flush(struct sx_json *json);
/* sx_json_newline ends a document's line; another document may follow. */
void sx_json_newline(struct sx_json *json);

void sx_json_begin_object(struct sx_json *json);
void sx_json_end_object(struct sx_json *json);
void sx_json_begin_array(struct sx_json *json);
void sx_json_end_array(struct sx_json *json);
/* sx_json_key names the member whose value comes next. */
void sx_json_key(struct sx_json *json, const char *key);
void sx_json_key_str(struct sx_json *json, struct sx_str key);

void sx_json_null(struct sx_json *json);
void sx_json_bool(struct sx_json *json, bool b);
void sx_json_int(struct sx_json *json, int64_t i);
void sx_json_uint(struct sx_json *json, uint64_t u);
/* sx_json_double writes the shortest text that reads back as `d`; infinities and NaN, for
 * which JSON has no numbers, become the strings "Infinity", "-Infinity" and "NaN". */
void sx_json_double(struct sx_json *json, double d);
/* sx_json_string of absent text is null. */
void sx_json_string(struct sx_json *json, struct sx_str s);
void sx_json_cstr(struct sx_json *json, const char *s);
/* sx_json_hex and sx_json_base64 write bytes as a string. */
void sx_json_hex(struct sx_json *json, const void *bytes, size_t n);
void sx_json_base64(struct sx_json *json, const void *bytes, size_t n);

/* sx_json_value writes any value. Bytes become base64, timestamps RFC 3339, durations "3.5s",
 * keys of a map text; an unknown value becomes {"unknown": reason} and an error
 * {"error": text}, so that neither looks like an answer.
 *
 * Objects are written by their description, members in its order. Left out are members that
 * are absent (lists without elements too), unread, an alias, or lazy and not named in
 * json->lazy. A reference prints the identity of what it refers to. The list `unread` names
 * also what nothing computes yet. */
void sx_json_value(struct sx_json *json, struct sx_value value);
/* sx_json_members writes the members of an object into the object that is open. */
void sx_json_members(struct sx_json *json, const struct sx_object *object);
/* sx_json_member writes a key and its value, and nothing when the value is null. */
void sx_json_member(struct sx_json *json, const char *key, struct sx_value value);

/* sx_json_parse reads a document: objects become maps in their order, integers SX_INT, other
 * numbers SX_DOUBLE. Values have no `pos`. Fails with line and column: FORMAT, TRUNCATED,
 * DUPLICATE for a key that an object has twice, LIMIT. An integer beyond int64 and a string
 * that holds NUL are refused. */
SX_MUST_USE bool sx_json_parse(struct sx_str text, struct sx_arena *arena, struct sx_value *out,
                               struct sx_err *err);
