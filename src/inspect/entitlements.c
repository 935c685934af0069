/* SPDX-License-Identifier: MIT */
/* The entitlements of one slice: what its XML says, what its DER says, and whether they agree. */
#include "base/limits.h"
#include "codesign/signature.h"
#include "entitlements/compare.h"
#include "entitlements/der.h"
#include "entitlements/where.h"
#include "inspect/inspector.h"
#include "value/plist.h"

#include <inttypes.h>

/* The entitlements of one signature in the making. */
struct work {
    struct sx_arena *arena;
    struct sx_Slice *slice;
    struct sx_Signature *out;
    struct sx_problems *problems;
    struct sx_str xml;          /* the text that positions lie in */
    uint64_t xml_off;           /* of it in the file */
    struct sx_line_place place; /* in it, the last one told */
    struct sx_span der;         /* the other form; empty: none */
    size_t n_differences;
};

static void problem(struct work *w, enum sx_ProblemKind what, uint32_t slot, uint64_t off,
                    struct sx_str detail)
{
    sx_problem_add(w->problems, what, (struct sx_str){ 0 }, off, detail)->slot =
        (struct sx_opt_int){ true, slot };
}

/* A problem at a place in the XML; `at` counts in the text. */
static void xml_problem(struct work *w, enum sx_ProblemKind what, size_t at, struct sx_str detail)
{
    sx_line_move(&w->place, w->xml, at);
    problem(w, what, SX_SLOT_ENTITLEMENTS, w->xml_off + at,
            sx_str_printf(w->arena, "%.*s, line %u, column %u", SX_STR_ARG(detail), w->place.line,
                          w->place.column));
}

/* What a lenient reader passes over. The kernel's and the notary's parsers stop at a byte order
 * mark; the rest is known to have made one tool or another refuse (forum reports, TN3125). */
static void check_traits(struct work *w, const struct sx_plist_traits *traits)
{
    for (size_t i = 0; i < SX_PLIST_N_TRAITS; i++) {
        bool is_mark = i == SX_PLIST_HAS_NON_ASCII && traits->at[SX_PLIST_HAS_BOM] != 0;
        if (traits->at[i] == 0 || is_mark)
            continue;
        enum sx_ProblemKind what = i == SX_PLIST_HAS_BOM ? SX_PROBLEM_ENTITLEMENTS_XML_UNPARSABLE
                                                         : SX_PROBLEM_ENTITLEMENTS_XML_UNUSUAL;
        xml_problem(w, what, (size_t)traits->at[i] - 1,
                    sx_str_of(sx_plist_trait_text((enum sx_plist_trait)i)));
    }
}

static bool has_trait(const struct sx_plist_traits *traits)
{
    for (size_t i = 0; i < SX_PLIST_N_TRAITS; i++)
        if (traits->at[i] != 0)
            return true;
    return false;
}

static void check_duplicates(struct work *w, const struct sx_plist *plist)
{
    size_t n = plist->n_duplicates < SX_MAX_PROBLEMS ? plist->n_duplicates : SX_MAX_PROBLEMS;
    struct sx_line_place kept = { 0 };
    for (size_t i = 0; i < n; i++) {
        const struct sx_plist_duplicate *d = &plist->duplicates[i];
        sx_line_move(&kept, w->xml, (size_t)d->kept);
        xml_problem(w, SX_PROBLEM_ENTITLEMENTS_REPEATED_KEY, (size_t)d->lost,
                    sx_str_printf(w->arena, "%.*s stands again on line %u, and that one counts",
                                  SX_STR_ARG(sx_escape(w->arena, d->key)), kept.line));
    }
    if (n < plist->n_duplicates)
        sx_fact_unread(&w->out->head, w->arena, "problems", SX_UNREAD_NOT_EXAMINED,
                       sx_str_printf(w->arena, "%zu repeated keys more than are listed",
                                     plist->n_duplicates - n),
                       -1);
}

static void check_types(struct work *w, const struct sx_map *map)
{
    struct sx_difference d;
    if (!sx_find_untyped(map, w->arena, &d))
        return;
    struct sx_str phrase = sx_value_phrase(d.first, w->arena);
    xml_problem(w, SX_PROBLEM_ENTITLEMENTS_TYPE, d.first->pos - 1,
                sx_str_printf(w->arena, "%.*s is %.*s, which DER entitlements cannot hold",
                              SX_STR_ARG(d.where), SX_STR_ARG(phrase)));
}

/* A list without a known trait that two readers read differently tells two stories. */
static void ask_another_reader(struct work *w, struct sx_span xml, const struct sx_plist *plist)
{
    struct sx_str where = { 0 };
    enum sx_plist_opinion opinion = sx_plist_second_opinion(xml, plist, w->arena, &where);
    if (opinion == SX_PLIST_DIFFERS)
        problem(w, SX_PROBLEM_ENTITLEMENTS_XML_UNUSUAL, SX_SLOT_ENTITLEMENTS, xml.off,
                sx_str_printf(w->arena, "libplist reads it differently: %.*s", SX_STR_ARG(where)));
    else if (opinion == SX_PLIST_REFUSES)
        problem(w, SX_PROBLEM_ENTITLEMENTS_XML_UNUSUAL, SX_SLOT_ENTITLEMENTS, xml.off,
                SX_STR("libplist refuses it"));
}

static bool parse_xml(struct work *w, struct sx_span xml, struct sx_plist *plist,
                      struct sx_err *err)
{
    SX_TRY(sx_plist_parse(xml, w->arena, plist, err));
    if (plist->format != SX_PLIST_XML)
        return sx_fail(err, SX_E_FORMAT, xml.off, "a binary property list");
    if (plist->root.kind != SX_MAP)
        return sx_fail(err, SX_E_FORMAT, xml.off, "the property list is no dictionary");
    return true;
}

static void read_xml(struct work *w, struct sx_span xml)
{
    static const char *const own[] = { "entitlements" };
    struct sx_plist plist;
    struct sx_err err = { 0 };
    struct sx_document *document = SX_NEW(w->arena, struct sx_document);
    w->xml = sx_str_dup(w->arena, sx_str_of_span(xml));
    w->xml_off = xml.off;
    const struct sx_Code *code = w->slice->code; /* without a main file for sources */
    *document = (struct sx_document){ .title = SX_STR("signed entitlements"),
                                      .path = code->main != NULL ? code->main->path : code->path,
                                      .text = w->xml,
                                      .off = xml.off };
    w->out->head.document = document;
    if (!parse_xml(w, xml, &plist, &err)) {
        sx_unread_all(&w->out->head, w->arena, own, SX_LEN(own), &err);
        if (sx_is_broken(&err))
            problem(w, SX_PROBLEM_ENTITLEMENTS_XML_UNPARSABLE, SX_SLOT_ENTITLEMENTS, err.off,
                    sx_reason_of(w->arena, &err));
        return;
    }
    w->out->entitlements = plist.root.map;
    check_traits(w, &plist.traits);
    check_duplicates(w, &plist);
    check_types(w, plist.root.map);
    if (!has_trait(&plist.traits) && plist.n_duplicates == 0)
        ask_another_reader(w, xml, &plist);
}

static void read_der(struct work *w, struct sx_span der)
{
    static const char *const own[] = { "entitlementsDER" };
    struct sx_err err = { 0 };
    w->der = der;
    if (sx_der_parse(der, SX_DER_ENTITLEMENTS, w->arena, &w->out->entitlementsDER, &err))
        return;
    sx_unread_all(&w->out->head, w->arena, own, SX_LEN(own), &err);
    if (sx_is_broken(&err))
        problem(w, SX_PROBLEM_ENTITLEMENTS_DER_MALFORMED, SX_SLOT_ENTITLEMENTS_DER, err.off,
                sx_reason_of(w->arena, &err));
}

/* A value as one of the two forms has it, and where. */
static struct sx_str xml_phrase(struct work *w, const struct sx_value *v, uint64_t *off)
{
    struct sx_str phrase = sx_value_phrase(v, w->arena);
    if (v == NULL || v->pos == 0)
        return phrase;
    *off = w->xml_off + v->pos - 1;
    sx_line_move(&w->place, w->xml, v->pos - 1);
    return sx_str_printf(w->arena, "%.*s at line %u, column %u", SX_STR_ARG(phrase), w->place.line,
                         w->place.column);
}

static struct sx_str der_phrase(struct work *w, const struct sx_value *v, const struct sx_step *at,
                                uint64_t *off)
{
    struct sx_str phrase = sx_value_phrase(v, w->arena);
    if (v == NULL || !sx_der_find(w->der, at, off))
        return phrase;
    return sx_str_printf(w->arena, "%.*s at byte %" PRIu64, SX_STR_ARG(phrase), *off);
}

/* Each difference is a problem, at the place in the DER, which counts, or else in the XML. */
static bool tell_difference(void *context, const struct sx_step *at, const struct sx_value *xml,
                            const struct sx_value *der)
{
    struct work *w = context;
    uint64_t off = w->der.off;
    struct sx_str in_xml = xml_phrase(w, xml, &off);
    struct sx_str in_der = der_phrase(w, der, at, &off);
    struct sx_str where = sx_step_text(at, w->arena);
    problem(w, SX_PROBLEM_ENTITLEMENTS_DIFFER, SX_SLOT_ENTITLEMENTS_DER, off,
            sx_str_printf(w->arena, "%.*s: the XML has %.*s, the DER %.*s", SX_STR_ARG(where),
                          SX_STR_ARG(in_xml), SX_STR_ARG(in_der)));
    return ++w->n_differences < SX_MAX_DIFFERENCES;
}

static void compare(struct work *w)
{
    if (w->out->entitlements != NULL && w->out->entitlementsDER != NULL)
        sx_compare_all(w->out->entitlements, w->out->entitlementsDER, tell_difference, w);
}

/* The kernel reads the DER form where there is one, and the XML only where there is none (XNU,
 * ubc_subr.c and CoreEntitlements). */
static bool choose(struct work *w, bool has_der)
{
    static const char *const own[] = { "entitlements", "claims" };
    const char *source = has_der ? "entitlementsDER" : "entitlements";
    struct sx_value read =
        sx_object_get(&w->out->head, sx_type_member(&sx_type_Signature, sx_str_of(source)));
    if (read.kind == SX_UNKNOWN) {
        for (size_t i = 0; i < SX_LEN(own); i++)
            sx_fact_unread(&w->slice->head, w->arena, own[i],
                           (enum sx_unread_state)read.unread->state, read.unread->reason,
                           read.unread->offset.has ? read.unread->offset.v : -1);
        return false;
    }
    w->slice->entitlements =
        has_der ? sx_with_positions(w->out->entitlementsDER, w->out->entitlements, w->arena)
                : w->out->entitlements;
    return true;
}

bool sx_inspect_entitlements(struct sx_subject *s, const struct sx_signature *read,
                             struct sx_Slice *slice, struct sx_Signature *out,
                             struct sx_problems *problems)
{
    struct work w = { .arena = s->in->arena, .slice = slice, .out = out, .problems = problems };
    if (read->entitlements.has)
        read_xml(&w, read->entitlements.bytes);
    if (read->entitlements_der.has)
        read_der(&w, read->entitlements_der.bytes);
    compare(&w);
    return choose(&w, read->entitlements_der.has);
}
