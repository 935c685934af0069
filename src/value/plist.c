/* SPDX-License-Identifier: MIT */
#include "value/plist.h"

#include "base/limits.h"
#include "value/plist_reader.h"

const char *sx_plist_trait_text(enum sx_plist_trait trait)
{
    static const char *const texts[] = {
#define X(name, text) [SX_PLIST_HAS_##name] = text,
        SX_PLIST_TRAITS(X)
#undef X
    };
    return texts[trait];
}

static size_t skip_space(struct sx_str s, size_t at)
{
    while (at < s.len && (s.ptr[at] == ' ' || (s.ptr[at] >= '\t' && s.ptr[at] <= '\r')))
        at++;
    return at;
}

/* {"a":1} is JSON, {"a"=1;} is not; what stands behind the first string tells. */
static enum sx_plist_format braced(struct sx_str s, size_t at)
{
    at = skip_space(s, at + 1);
    if (at == s.len || s.ptr[at] != '"')
        return SX_PLIST_OPENSTEP;
    for (at++; at < s.len && s.ptr[at] != '"'; at++)
        at += s.ptr[at] == '\\';
    at = skip_space(s, at + 1);
    return at < s.len && s.ptr[at] == ':' ? SX_PLIST_JSON : SX_PLIST_OPENSTEP;
}

/* <0fbd 77> is data in OpenStep's notation. */
static enum sx_plist_format angled(struct sx_str s, size_t at)
{
    size_t from = ++at;
    while (at < s.len && s.ptr[at] != '\0' && strchr("0123456789abcdefABCDEF ", s.ptr[at]) != NULL)
        at++;
    return at > from && at < s.len && s.ptr[at] == '>' ? SX_PLIST_OPENSTEP : SX_PLIST_XML;
}

enum sx_plist_format sx_plist_detect(struct sx_span in)
{
    struct sx_str s = sx_str_of_span(in);
    if (sx_str_starts(s, SX_STR("bplist")))
        return SX_PLIST_BINARY;
    static const struct sx_str wide[] = { SX_LIT("\xff\xfe<\0"), SX_LIT("\xfe\xff\0<") };
    for (size_t i = 0; i < SX_LEN(wide); i++)
        if (sx_str_starts(s, wide[i]))
            return SX_PLIST_XML;
    size_t at = skip_space(s, sx_str_starts(s, SX_STR("\xef\xbb\xbf")) ? 3 : 0);
    if (at == s.len)
        return SX_PLIST_UNKNOWN;
    switch (s.ptr[at]) {
    case '<':
        return angled(s, at);
    case '{':
        return braced(s, at);
    case '[':
        return SX_PLIST_JSON;
    case '(':
    case '"':
    case '/':
        return SX_PLIST_OPENSTEP;
    default:
        return SX_PLIST_UNKNOWN;
    }
}

static bool refuse(enum sx_plist_format format, const struct sx_source *source, struct sx_err *err)
{
    static const char *const kinds[] = {
        [SX_PLIST_OPENSTEP] = "an OpenStep property list",
        [SX_PLIST_JSON] = "JSON",
    };
    if (format == SX_PLIST_UNKNOWN)
        sx_fail(err, source->size == 0 ? SX_E_TRUNCATED : SX_E_MAGIC, 0,
                source->size == 0 ? "property list: the file is empty"
                                  : "property list: neither XML nor binary");
    else
        sx_fail(err, SX_E_UNSUPPORTED, 0,
                "property list: this is %s; only XML and binary ones are read", kinds[format]);
    err->file = source->name;
    return false;
}

static bool read_binary(const struct sx_source *source, struct sx_plist_sink sink,
                        struct sx_err *err)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_span bytes;
    SX_TRY(sx_source_whole(source, SX_MAX_SMALL_FILE, arena, &bytes, err));
    if (sx_plist_read_binary(bytes, sink, err))
        return true;
    if (err->file == NULL)
        err->file = source->name;
    return false;
}

bool sx_plist_read(const struct sx_source *source, struct sx_plist_sink sink,
                   struct sx_plist_traits *traits, struct sx_err *err)
{
    char head[512];
    size_t n = source->size < sizeof(head) ? (size_t)source->size : sizeof(head);
    SX_TRY(sx_source_pread(source, 0, head, n, err));
    enum sx_plist_format format = sx_plist_detect((struct sx_span){ (const uint8_t *)head, n, 0 });
    struct sx_plist_traits unasked;
    traits = traits != NULL ? traits : &unasked;
    *traits = (struct sx_plist_traits){ 0 };
    if (format == SX_PLIST_XML)
        return sx_plist_read_xml(source, sink, traits, err);
    if (format == SX_PLIST_BINARY)
        return read_binary(source, sink, err);
    return refuse(format, source, err);
}
