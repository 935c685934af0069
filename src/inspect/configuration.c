/* SPDX-License-Identifier: MIT */
/* Configuration profiles (.mobileconfig): Device Management, "Profile-Specific Payload Keys". */
#include "inspect/signing.h"
#include "value/plist.h"

#include <stdlib.h>

/* The payloads that state code requirements: the keys of identifier and requirement, by payload
 * type, and below which dictionary they stand ("" = the payload itself). */
static const struct owed {
    const char *type, *below, *identifier, *requirement;
} owed[] = {
    { "com.apple.webcontent-filter", "", "FilterDataProviderBundleIdentifier",
      "FilterDataProviderDesignatedRequirement" },
    { "com.apple.webcontent-filter", "", "FilterPacketProviderBundleIdentifier",
      "FilterPacketProviderDesignatedRequirement" },
    { "com.apple.vpn.managed", "vpn", "ProviderBundleIdentifier", "ProviderDesignatedRequirement" },
    { "com.apple.vpn.managed.applayer", "vpn", "ProviderBundleIdentifier",
      "ProviderDesignatedRequirement" },
};

/* Requirements as they are gathered; at most as many as the payload has entries. */
struct requirements {
    struct sx_arena *arena;
    SX_VEC(const struct sx_object *) list;
};

static void add_requirement(struct requirements *r, struct sx_str identifier, struct sx_str text,
                            struct sx_str key)
{
    struct sx_PayloadRequirement *one = SX_FACT(r->arena, PayloadRequirement);
    one->identifier = identifier;
    one->text = text.ptr != NULL ? text : SX_STR("");
    one->key = key;
    SX_PUSH(r->arena, &r->list, &one->head);
}

/* The dictionary that holds a VPN's provider; absent for what is no VPN. */
static struct sx_str vpn_dictionary(const struct sx_Payload *payload)
{
    struct sx_str type;
    if (!sx_str_starts(payload->type, SX_STR("com.apple.vpn.managed")) ||
        !sx_map_str(payload->content, "VPNType", &type))
        return (struct sx_str){ 0 };
    return sx_str_is(type, "TransparentProxy") ? type : SX_STR("VPN");
}

static void owed_requirements(struct requirements *r, const struct sx_Payload *payload)
{
    for (size_t i = 0; i < SX_LEN(owed); i++) {
        bool in_vpn = owed[i].below[0] != '\0';
        const struct sx_map *map = in_vpn ? payload->vpn : payload->content;
        struct sx_str identifier, text = { 0 };
        if (!sx_str_is(payload->type, owed[i].type) ||
            !sx_map_str(map, owed[i].identifier, &identifier))
            continue;
        sx_map_str(map, owed[i].requirement, &text);
        add_requirement(r, identifier, text,
                        in_vpn ? sx_str_printf(r->arena, "%.*s.%s",
                                               SX_STR_ARG(vpn_dictionary(payload)),
                                               owed[i].requirement)
                               : sx_str_of(owed[i].requirement));
    }
}

/* Privacy preferences: Services{service: [{Identifier, IdentifierType, CodeRequirement}]}. */
static void privacy_requirements(struct requirements *r, const struct sx_Payload *payload)
{
    const struct sx_map *services = NULL;
    if (!sx_str_is(payload->type, "com.apple.TCC.configuration-profile-policy") ||
        !sx_map_map(payload->content, "Services", &services))
        return;
    for (size_t i = 0; i < services->n; i++) {
        struct sx_value list = services->at[i].value;
        for (size_t k = 0; list.kind == SX_LIST && k < list.list.n; k++) {
            struct sx_value entry = sx_list_at(list, k);
            struct sx_str identifier, text = { 0 };
            if (entry.kind != SX_MAP || !sx_map_str(entry.map, "Identifier", &identifier))
                continue;
            sx_map_str(entry.map, "CodeRequirement", &text);
            add_requirement(r, identifier, text,
                            sx_str_printf(r->arena, "Services.%.*s[%zu].CodeRequirement",
                                          SX_STR_ARG(services->at[i].key.str), k));
        }
    }
}

static int by_key(const void *a, const void *b)
{
    return sx_str_cmp((*(const struct sx_PayloadRequirement *const *)a)->key,
                      (*(const struct sx_PayloadRequirement *const *)b)->key);
}

static const struct sx_Payload *payload_new(struct sx_arena *arena, const struct sx_map *content,
                                            const struct sx_document *document)
{
    struct sx_Payload *payload = SX_FACT(arena, Payload);
    struct requirements r = { .arena = arena };
    struct sx_str vpn;
    payload->head.document = document;
    payload->content = content;
    payload->type = SX_STR("");
    sx_map_str(content, "PayloadType", &payload->type);
    sx_map_str(content, "PayloadIdentifier", &payload->identifier);
    sx_map_str(content, "PayloadUUID", &payload->uuid);
    payload->version.has = sx_map_int(content, "PayloadVersion", &payload->version.v);
    vpn = vpn_dictionary(payload);
    if (vpn.len > 0)
        sx_map_map(content, vpn.ptr, &payload->vpn);
    owed_requirements(&r, payload);
    privacy_requirements(&r, payload);
    if (r.list.n > 1)
        qsort(r.list.at, r.list.n, sizeof(*r.list.at), by_key);
    payload->requirements = (struct sx_objs){ r.list.at, r.list.n };
    return payload;
}

static void read_keys(struct sx_Configuration *c, const struct sx_map *plist,
                      struct sx_arena *arena)
{
    const struct sx_value *content = sx_map_get(plist, SX_STR("PayloadContent"));
    SX_VEC(const struct sx_object *) payloads = { 0 };
    sx_map_str(plist, "PayloadType", &c->type);
    sx_map_str(plist, "PayloadIdentifier", &c->identifier);
    sx_map_str(plist, "PayloadUUID", &c->uuid);
    sx_map_str(plist, "PayloadScope", &c->scope);
    c->version.has = sx_map_int(plist, "PayloadVersion", &c->version.v);
    for (size_t i = 0; content != NULL && content->kind == SX_LIST && i < content->list.n; i++) {
        struct sx_value one = sx_list_at(*content, i);
        if (one.kind != SX_MAP)
            continue;
        const struct sx_Payload *payload = payload_new(arena, one.map, c->head.document);
        SX_PUSH(arena, &payloads, &payload->head);
    }
    c->payloads = (struct sx_objs){ payloads.at, payloads.n };
}

static const char *const plist_members[] = { "type", "version", "identifier",
                                             "uuid", "scope",   "payloads" };

static void unreadable(struct sx_subject *s, struct sx_Configuration *c, const struct sx_err *err)
{
    struct sx_problems problems = { .arena = s->in->arena };
    sx_unread_all(&c->head, s->in->arena, plist_members, SX_LEN(plist_members), err);
    sx_problem_add(&problems, SX_PROBLEM_CONFIGURATION_UNREADABLE, (struct sx_str){ 0 }, err->off,
                   sx_reason_of(s->in->arena, err));
    c->problems = sx_problems_list(&problems);
}

static bool parse(struct sx_subject *s, struct sx_Configuration *c, struct sx_span text,
                  struct sx_err *err)
{
    struct sx_plist plist;
    SX_TRY(sx_plist_parse(text, s->in->arena, &plist, err));
    if (plist.root.kind != SX_MAP)
        return sx_fail(err, SX_E_FORMAT, 0, "the property list is no dictionary");
    read_keys(c, plist.root.map, s->in->arena);
    return true;
}

const struct sx_Configuration *sx_inspect_configuration(struct sx_subject *s, struct sx_str path,
                                                        struct sx_span bytes)
{
    struct sx_Configuration *c = SX_FACT(s->in->arena, Configuration);
    struct sx_err err = { 0 };
    struct sx_span text = sx_inspect_content(s, bytes);
    struct sx_document *document = sx_document_new(s, path, sx_str_of_span(text));
    c->path = sx_subject_path(s, path);
    c->is_signed = text.ptr != bytes.ptr;
    document->off = text.off;
    document->is_file = !c->is_signed;
    c->head.document = document;
    if (!parse(s, c, text, &err))
        unreadable(s, c, &err);
    return c;
}
