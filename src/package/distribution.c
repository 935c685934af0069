/* SPDX-License-Identifier: MIT */
/* The two XML documents of packages: Distribution of a product (Apple, "Distribution XML
 * Reference") and PackageInfo of a component (as pkgbuild writes it). */
#include "base/buf.h"
#include "base/limits.h"
#include "package/installer.h"
#include "package/xml.h"

#include <ctype.h>

struct reader {
    struct sx_arena *arena;
    struct sx_distribution *distribution;
    struct sx_component *component;
    SX_VEC(struct sx_str) names; /* refs, or bundles */
    size_t depth;
    size_t ref;      /* depth of the pkg-ref at hand; 0: none */
    size_t relocate; /* of the relocate element at hand */
};

static struct sx_str copy(struct reader *r, struct sx_str text)
{
    return sx_str_dup(r->arena, text);
}

static int hex_digit(char c)
{
    const char *digits = "0123456789abcdef";
    const char *at = c != '\0' ? strchr(digits, tolower((unsigned char)c)) : NULL;
    return at != NULL ? (int)(at - digits) : -1;
}

/* A reference is a URL: %20 stands for a blank. */
static struct sx_str unquoted(struct sx_arena *arena, struct sx_str text)
{
    char *out = SX_NEW_N(arena, char, text.len + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++) {
        int high = i + 2 < text.len && text.ptr[i] == '%' ? hex_digit(text.ptr[i + 1]) : -1;
        int low = high >= 0 ? hex_digit(text.ptr[i + 2]) : -1;
        out[n++] = low >= 0 ? (char)(high * 16 + low) : text.ptr[i];
        i += low >= 0 ? 2 : 0;
    }
    return (struct sx_str){ out, n };
}

static bool add_name(struct reader *r, struct sx_str name, struct sx_err *err)
{
    if (r->names.n == SX_MAX_LIST)
        return sx_fail(err, SX_E_LIMIT, 0, "more than %d references", SX_MAX_LIST);
    SX_PUSH(r->arena, &r->names, copy(r, name));
    return true;
}

static bool parse(struct sx_span text, const struct sx_xml_events *events, struct sx_err *err)
{
    SX_AUTO(sx_xml_freep) struct sx_xml *xml = sx_xml_new(events);
    return sx_xml_feed(xml, text.ptr, text.len, true, err);
}

/* Distribution */

static bool distribution_start(void *context, const char *name, const char *const *attributes,
                               struct sx_err *err)
{
    struct reader *r = context;
    (void)err;
    r->depth++;
    if (r->depth == 2 && strcmp(name, "product") == 0) {
        r->distribution->product = copy(r, sx_xml_attribute(attributes, "id"));
        r->distribution->version = copy(r, sx_xml_attribute(attributes, "version"));
    } else if (r->ref == 0 && strcmp(name, "pkg-ref") == 0) {
        r->ref = r->depth;
    }
    return true;
}

/* "#C.pkg" is a component of this archive; other references lead out of it. */
static bool distribution_end(void *context, struct sx_str text, struct sx_err *err)
{
    struct reader *r = context;
    bool is_ref = r->ref == r->depth;
    r->depth--;
    if (!is_ref)
        return true;
    r->ref = 0;
    return text.len < 2 || text.ptr[0] != '#' ||
           add_name(r, unquoted(r->arena, sx_str_sub(text, 1, text.len)), err);
}

bool sx_distribution_parse(struct sx_span text, struct sx_arena *arena, struct sx_distribution *out,
                           struct sx_err *err)
{
    struct reader r = { .arena = arena, .distribution = out };
    struct sx_xml_events events = { &r, distribution_start, distribution_end };
    *out = (struct sx_distribution){ 0 };
    SX_TRY(parse(text, &events, err));
    out->refs = (struct sx_strs){ r.names.at, r.names.n };
    return true;
}

/* PackageInfo */

static void take_pkg_info(struct reader *r, const char *const *attributes)
{
    struct sx_component *c = r->component;
    c->identifier = copy(r, sx_xml_attribute(attributes, "identifier"));
    c->version = copy(r, sx_xml_attribute(attributes, "version"));
    c->install_location = copy(r, sx_xml_attribute(attributes, "install-location"));
    c->is_relocatable = sx_str_is(sx_xml_attribute(attributes, "relocatable"), "true");
}

/* <relocate> names the bundles that the Installer looks for elsewhere. */
static bool package_info_start(void *context, const char *name, const char *const *attributes,
                               struct sx_err *err)
{
    struct reader *r = context;
    r->depth++;
    if (r->depth == 1 && strcmp(name, "pkg-info") == 0) {
        take_pkg_info(r, attributes);
    } else if (r->depth == 2 && strcmp(name, "relocate") == 0) {
        r->relocate = r->depth;
    } else if (r->relocate != 0 && strcmp(name, "bundle") == 0) {
        struct sx_str id = sx_xml_attribute(attributes, "id");
        return id.ptr == NULL || add_name(r, id, err);
    }
    return true;
}

static bool package_info_end(void *context, struct sx_str text, struct sx_err *err)
{
    struct reader *r = context;
    (void)text, (void)err; /* all is in attributes */
    if (r->relocate == r->depth)
        r->relocate = 0;
    r->depth--;
    return true;
}

bool sx_package_info_parse(struct sx_span text, struct sx_arena *arena, struct sx_component *out,
                           struct sx_err *err)
{
    struct reader r = { .arena = arena, .component = out };
    struct sx_xml_events events = { &r, package_info_start, package_info_end };
    SX_TRY(parse(text, &events, err));
    out->relocatable = (struct sx_strs){ r.names.at, r.names.n };
    return true;
}
