/* SPDX-License-Identifier: MIT */
/* A product before it is signed: what its sources say that its signature will hold. Whatever else
 * the product will have is out of reach, so rules that ask for it are not checked.
 *
 * A build system turns a source (an entitlements file, an Info.plist with variables) into what goes
 * into the product. The values are those of the latter; where there is none yet, those of the
 * source with its variables replaced. The places are those of the source, since that is what people
 * edit. */
#include "inspect/target.h"

#include "base/buf.h"
#include "base/limits.h"
#include "bundle/bundle.h"
#include "value/plist.h"

#include <fcntl.h>

enum { MOST_NESTED_VARIABLES = 8 }; /* "$(A)" whose value holds "$(B)", and so on */

/* One file that a target names. */
static bool read_file(struct sx_target_work *w, const char *path, struct sx_span *out,
                      struct sx_err *err)
{
    struct sx_source source = { 0 };
    const char *said = sx_str_dup(w->arena, sx_escape(w->arena, sx_str_of(path))).ptr;
    SX_TRY(sx_source_open(AT_FDCWD, path, said, true, &source, err));
    bool ok = sx_source_whole(&source, SX_MAX_SMALL_FILE, w->arena, out, err);
    sx_source_close(&source);
    w->s->examined->files += ok;
    w->s->examined->bytes_read += ok ? out->len : 0;
    return ok;
}

struct list {
    const struct sx_map *map;
    const struct sx_document *document;
};

static bool read_list(struct sx_target_work *w, const char *path, struct list *out,
                      struct sx_err *err)
{
    struct sx_span bytes;
    struct sx_plist plist;
    struct sx_document *document = SX_NEW(w->arena, struct sx_document);
    SX_TRY(read_file(w, path, &bytes, err));
    SX_TRY(sx_plist_parse(bytes, w->arena, &plist, err));
    if (plist.root.kind != SX_MAP)
        return sx_fail(err, SX_E_FORMAT, 0, "the property list is no dictionary");
    *document = (struct sx_document){ .path = sx_str_dup(w->arena, sx_str_of(path)),
                                      .text = sx_str_of_span(bytes),
                                      .is_file = plist.format == SX_PLIST_XML };
    *out = (struct list){ plist.root.map, document };
    return true;
}

/* Variables */

static void expand_text(struct sx_target_work *w, struct sx_str text, unsigned depth,
                        struct sx_buf *out);

/* What ":rfc1034identifier" and its like make of a value; false for one that is not known. */
static bool put_modified(struct sx_buf *out, struct sx_str value, struct sx_str modifier)
{
    static const struct {
        const char *name;
        char other; /* for each character that is neither letter nor digit */
        const char *also;
    } modifiers[] = { { "rfc1034identifier", '-', "-." }, { "c99extidentifier", '_', "_" } };
    for (size_t i = 0; i < SX_LEN(modifiers); i++) {
        if (!sx_str_is(modifier, modifiers[i].name))
            continue;
        for (size_t k = 0; k < value.len; k++) {
            char c = value.ptr[k], lower = (char)(c | 32);
            bool stays = (c >= '0' && c <= '9') || (lower >= 'a' && lower <= 'z') ||
                         strchr(modifiers[i].also, c) != NULL;
            sx_buf_char(out, stays ? c : modifiers[i].other);
        }
        return true;
    }
    return false;
}

static bool expand_name(struct sx_target_work *w, struct sx_str name, unsigned depth,
                        struct sx_buf *out)
{
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    size_t colon = sx_str_find(name, SX_STR(":"));
    const char *plain = sx_str_dup(w->arena, sx_str_sub(name, 0, colon)).ptr;
    const char *value = w->target->variable(w->target->context, plain);
    if (value == NULL)
        return false;
    expand_text(w, sx_str_of(value), depth + 1, &text);
    if (colon < name.len)
        return put_modified(out, sx_buf_view(&text), sx_str_sub(name, colon + 1, name.len));
    sx_buf_str(out, sx_buf_view(&text));
    return true;
}

/* "$(NAME)", "${NAME}" or "$(NAME:modifier)". One that is not known stays. */
static size_t expand_one(struct sx_target_work *w, struct sx_str text, unsigned depth,
                         struct sx_buf *out)
{
    size_t end = sx_str_find(text, text.ptr[1] == '(' ? SX_STR(")") : SX_STR("}"));
    bool is_closed = end < text.len && w->target->variable != NULL && depth < MOST_NESTED_VARIABLES;
    if (is_closed && expand_name(w, sx_str_sub(text, 2, end - 2), depth, out))
        return end + 1;
    sx_buf_char(out, text.ptr[0]);
    return 1;
}

static void expand_text(struct sx_target_work *w, struct sx_str text, unsigned depth,
                        struct sx_buf *out)
{
    for (size_t i = 0; i < text.len && out->len <= SX_MAX_SMALL_FILE;) {
        bool is_variable =
            i + 1 < text.len && text.ptr[i] == '$' && strchr("({", text.ptr[i + 1]) != NULL;
        if (is_variable) {
            i += expand_one(w, sx_str_sub(text, i, text.len), depth, out);
        } else {
            sx_buf_char(out, text.ptr[i]);
            i++;
        }
    }
}

static struct sx_value expanded(struct sx_target_work *w, struct sx_value v);

static struct sx_value expanded_list(struct sx_target_work *w, struct sx_value v)
{
    struct sx_value *at = SX_NEW_N(w->arena, struct sx_value, v.list.n);
    for (size_t i = 0; i < v.list.n; i++)
        at[i] = expanded(w, sx_list_at(v, i));
    struct sx_value out = sx_list_values(at, v.list.n);
    out.pos = v.pos;
    return out;
}

static const struct sx_map *expanded_map(struct sx_target_work *w, const struct sx_map *map)
{
    struct sx_entry *at = SX_NEW_N(w->arena, struct sx_entry, map->n);
    for (size_t i = 0; i < map->n; i++)
        at[i] = (struct sx_entry){ map->at[i].key, expanded(w, map->at[i].value) };
    return sx_map_new(w->arena, at, map->n);
}

/* Property lists nest SX_MAX_PLIST_DEPTH deep at most. */
static struct sx_value expanded(struct sx_target_work *w, struct sx_value v)
{
    SX_AUTO(sx_buf_release) struct sx_buf text = { 0 };
    struct sx_value out = v;
    if (v.kind == SX_LIST)
        return expanded_list(w, v);
    if (v.kind == SX_MAP)
        out = sx_map_value(expanded_map(w, v.map));
    if (v.kind == SX_STRING) {
        expand_text(w, v.str, 0, &text);
        out = sx_string(sx_str_dup(w->arena, sx_buf_view(&text)));
    }
    out.pos = v.pos;
    return out;
}

/* Places */

static struct sx_value placed(struct sx_target_work *w, struct sx_value v,
                              const struct sx_value *source);

static struct sx_value placed_list(struct sx_target_work *w, struct sx_value v,
                                   const struct sx_value *source)
{
    struct sx_value *at = SX_NEW_N(w->arena, struct sx_value, v.list.n);
    bool is_like = source != NULL && source->kind == SX_LIST && source->list.n == v.list.n;
    for (size_t i = 0; i < v.list.n; i++) {
        struct sx_value other = is_like ? sx_list_at(*source, i) : sx_null();
        at[i] = placed(w, sx_list_at(v, i), is_like ? &other : source);
    }
    return sx_list_values(at, v.list.n);
}

static const struct sx_map *placed_map(struct sx_target_work *w, const struct sx_map *map,
                                       const struct sx_map *source)
{
    size_t n = map != NULL ? map->n : 0;
    struct sx_entry *at = SX_NEW_N(w->arena, struct sx_entry, n);
    for (size_t i = 0; i < n; i++) {
        const struct sx_entry *other = sx_map_entry(source, map->at[i].key.str);
        at[i].key = map->at[i].key;
        at[i].key.pos = other != NULL ? other->key.pos : 0;
        at[i].value = placed(w, map->at[i].value, other != NULL ? &other->value : NULL);
    }
    return sx_map_new(w->arena, at, n);
}

/* The value with the place of its like in the source; without one, with no place. */
static struct sx_value placed(struct sx_target_work *w, struct sx_value v,
                              const struct sx_value *source)
{
    struct sx_value out = v;
    if (v.kind == SX_LIST)
        out = placed_list(w, v, source);
    if (v.kind == SX_MAP)
        out = sx_map_value(
            placed_map(w, v.map, source != NULL && source->kind == SX_MAP ? source->map : NULL));
    out.pos = source != NULL ? source->pos : 0;
    return out;
}

/* What a source makes of the product: processed values at the places of the source. */
static bool take(struct sx_target_work *w, const struct sx_target_file *file, struct list *out,
                 bool *is_processed, struct sx_err *err)
{
    struct list processed = { 0 }, source = { 0 };
    struct sx_err ignored = { 0 };
    bool is_made = file->processed != NULL && read_list(w, file->processed, &processed, &ignored);
    if (file->source != NULL && !read_list(w, file->source, &source, is_made ? &ignored : err)) {
        if (!is_made)
            return false;
    }
    *is_processed = is_made;
    *out = is_made ? processed : source;
    if (is_made && source.map != NULL)
        *out = (struct list){ placed_map(w, processed.map, source.map), source.document };
    else if (!is_made && source.map != NULL)
        out->map = expanded_map(w, source.map);
    return true;
}

/* What is out of reach */

/* Members that a target tells, or that follow from those. */
static const char *const told_of_code[] = {
    "path",          "kind",       "name",         "stem",          "layout",
    "host",          "nested",     "place",        "contents",      "container",
    "identifier",    "info",       "minos",        "slices",        "profile",
    "signature",     "installer",  "entitlements", "claims",        "neValues",
    "appGroups",     "categories", "providers",    "neMachService", "cmioMachService",
    "esMachService", "diskImage",  "installPath",  "relocatable",   NULL,
};
static const char *const told_of_slice[] = { "arch",   "code", "fileType",  "platform",
                                             "minos",  "sdk",  "signature", "entitlements",
                                             "claims", NULL };
static const char *const told_of_signature[] = { "signer", "identifier",   "teamIdentifier",
                                                 "flags",  "entitlements", "certificates",
                                                 NULL };

static bool is_told(const char *const *told, const char *member)
{
    for (; *told != NULL; told++)
        if (strcmp(*told, member) == 0)
            return true;
    return strcmp(member, "unread") == 0;
}

static void leave(struct sx_object *object, struct sx_arena *arena, const char *member)
{
    sx_fact_unread(object, arena, member, SX_UNREAD_OUT_OF_REACH,
                   SX_STR("the product is not signed yet"), -1);
}

static void leave_open(struct sx_object *object, struct sx_arena *arena, const char *const *told)
{
    for (size_t i = 0; i < object->type->n_members; i++) {
        const char *member = object->type->members[i].name;
        if (!is_told(told, member))
            leave(object, arena, member);
    }
}

/* The code object */

static enum sx_Signer signer_of(const char *identity)
{
    static const struct {
        const char *prefix;
        enum sx_Signer signer;
    } table[] = {
        /* names of certificates ("Developer Account Help", certificates) */
        { "Developer ID Application:", SX_SIGNER_DEVELOPER_ID },
        { "Apple Distribution:", SX_SIGNER_DISTRIBUTION },
        { "3rd Party Mac Developer Application:", SX_SIGNER_DISTRIBUTION },
        { "Apple Development:", SX_SIGNER_DEVELOPMENT },
        { "Mac Developer:", SX_SIGNER_DEVELOPMENT },
        { "Sign to Run Locally", SX_SIGNER_AD_HOC },
        { "-", SX_SIGNER_AD_HOC },
    };
    for (size_t i = 0; identity != NULL && i < SX_LEN(table); i++)
        if (sx_str_starts(sx_str_of(identity), sx_str_of(table[i].prefix)))
            return table[i].signer;
    return SX_SIGNER_ABSENT;
}

static void identify(struct sx_target_work *w)
{
    static const struct {
        enum sx_CodeKind kind;
        enum sx_FileType file;
    } kinds[] = {
        [SX_SUFFIX_NONE] = { SX_CODE_KIND_EXECUTABLE, SX_FILE_TYPE_EXECUTE },
        [SX_SUFFIX_APP] = { SX_CODE_KIND_APP, SX_FILE_TYPE_EXECUTE },
        [SX_SUFFIX_APPEX] = { SX_CODE_KIND_APP_EXTENSION, SX_FILE_TYPE_EXECUTE },
        [SX_SUFFIX_SYSTEM_EXTENSION] = { SX_CODE_KIND_SYSTEM_EXTENSION, SX_FILE_TYPE_EXECUTE },
        [SX_SUFFIX_DEXT] = { SX_CODE_KIND_DRIVER_EXTENSION, SX_FILE_TYPE_EXECUTE },
        [SX_SUFFIX_FRAMEWORK] = { SX_CODE_KIND_FRAMEWORK, SX_FILE_TYPE_DYLIB },
        [SX_SUFFIX_XPC] = { SX_CODE_KIND_XPC_SERVICE, SX_FILE_TYPE_EXECUTE },
        [SX_SUFFIX_KEXT] = { SX_CODE_KIND_KEXT, SX_FILE_TYPE_KEXT },
        [SX_SUFFIX_PLUGIN] = { SX_CODE_KIND_PLUGIN, SX_FILE_TYPE_BUNDLE },
    };
    struct sx_Code *code = w->code;
    code->path = code->name = sx_str_dup(w->arena, sx_str_of(w->target->product));
    code->stem = sx_code_stem(code->name);
    enum sx_suffix suffix = sx_suffix_of(code->name);
    code->kind = (uint16_t)kinds[suffix].kind;
    w->file_type = kinds[suffix].file;
    w->platform = suffix == SX_SUFFIX_DEXT ? SX_PLATFORM_DRIVERKIT : SX_PLATFORM_MACOS;
    code->layout = suffix == SX_SUFFIX_NONE        ? SX_LAYOUT_FILE
                   : suffix == SX_SUFFIX_FRAMEWORK ? SX_LAYOUT_VERSIONS
                   : suffix == SX_SUFFIX_DEXT      ? SX_LAYOUT_FLAT
                                                   : SX_LAYOUT_CONTENTS;
}

/* What Xcode adds whatever the source says, of all that rules ask for. */
static const struct sx_map *with_platforms(struct sx_target_work *w, const struct sx_map *map)
{
    struct sx_str key = SX_STR("CFBundleSupportedPlatforms");
    struct sx_str name =
        w->platform == SX_PLATFORM_DRIVERKIT ? SX_STR("DriverKit") : SX_STR("MacOSX");
    size_t n = map != NULL ? map->n : 0;
    struct sx_entry *at = SX_NEW_N(w->arena, struct sx_entry, n + 1);
    struct sx_value *platform = SX_NEW(w->arena, struct sx_value);
    if (map == NULL || sx_map_get(map, key) != NULL)
        return map;
    memcpy(at, map->at, n * sizeof(*at));
    *platform = sx_string(name);
    at[n] = (struct sx_entry){ sx_string(key), sx_list_values(platform, 1) };
    return sx_map_new(w->arena, at, n + 1);
}

static void take_info(struct sx_target_work *w)
{
    static const char *const members[] = { "info", "identifier" };
    struct list info = { 0 };
    struct sx_err err = { 0 };
    bool is_processed = false;
    bool is_known = w->target->info.source != NULL || w->target->info.processed != NULL;
    for (size_t i = 0; !is_known && w->code->layout != SX_LAYOUT_FILE && i < SX_LEN(members); i++)
        leave(&w->code->head, w->arena, members[i]); /* the build makes it later */
    if (!take(w, &w->target->info, &info, &is_processed, &err))
        sx_unread_all(&w->code->head, w->arena, members, SX_LEN(members), &err);
    w->code->info = is_processed ? info.map : with_platforms(w, info.map);
    w->code->head.document = info.document;
    sx_map_str(info.map, "CFBundleIdentifier", &w->code->identifier);
    if (w->code->identifier.ptr == NULL && w->target->identifier != NULL && err.code == SX_OK)
        w->code->identifier = sx_str_dup(w->arena, sx_str_of(w->target->identifier));
}

static void take_profile(struct sx_target_work *w)
{
    struct sx_str path =
        w->target->profile != NULL ? sx_str_of(w->target->profile) : (struct sx_str){ 0 };
    if (path.len > 0)
        w->code->profile = sx_inspect_profile_at(w->s, path);
    else if (w->code->layout != SX_LAYOUT_FILE)
        leave(&w->code->head, w->arena, "profile");
}

/* The certificate that will sign, if the profile lists it: its name in Xcode is its SHA-1. */
static void take_certificate(struct sx_target_work *w, struct sx_Signature *signature)
{
    const struct sx_Profile *profile = w->code->profile;
    struct sx_str digest =
        w->target->certificate != NULL ? sx_str_of(w->target->certificate) : (struct sx_str){ 0 };
    for (size_t i = 0; profile != NULL && digest.len > 0 && i < profile->certificates.n; i++) {
        const struct sx_Certificate *c = SX_AT(Certificate, profile->certificates, i);
        if (c->sha1.ptr == NULL || c->sha1.len != digest.len ||
            strncasecmp(c->sha1.ptr, digest.ptr, digest.len) != 0)
            continue;
        const struct sx_object **at = SX_NEW_N(w->arena, const struct sx_object *, 1);
        at[0] = &c->head;
        signature->certificates = (struct sx_objs){ at, 1 };
        return;
    }
    leave(&signature->head, w->arena, "certificates");
}

/* What a profile that is not known grants cannot be told; nor whether a certificate fits it that is
 * not. */
static void open_claims(struct sx_target_work *w, const struct sx_Slice *slice)
{
    static const char *const members[] = { "unmet", "authorisation", "allowed", "refused" };
    bool has_profile = w->code->profile != NULL, has_leaf = slice->signature->certificates.n > 0;
    size_t n = has_profile && has_leaf ? 0 : has_profile ? 1 : SX_LEN(members);
    for (size_t i = 0; i < slice->claims.n; i++) {
        union {
            const struct sx_object *in;
            struct sx_object *out;
        } claim = { .in = slice->claims.at[i] }; /* made here */
        for (size_t k = 0; k < n; k++)
            leave(claim.out, w->arena, members[k]);
    }
}

static struct sx_Signature *signature_new(struct sx_target_work *w, const struct list *claims)
{
    struct sx_Signature *signature = SX_FACT(w->arena, Signature);
    static const struct sx_str hardened[] = { SX_LIT("runtime") };
    leave_open(&signature->head, w->arena, told_of_signature);
    signature->head.document = claims->document;
    signature->signer = (uint16_t)signer_of(w->target->identity);
    signature->identifier = w->code->identifier;
    if (w->target->team != NULL && w->target->team[0] != '\0')
        signature->teamIdentifier = sx_str_dup(w->arena, sx_str_of(w->target->team));
    signature->flags = (struct sx_strs){ hardened, w->target->is_hardened ? 1 : 0 };
    signature->entitlements = claims->map;
    if (signature->signer == SX_SIGNER_ABSENT) {
        leave(&signature->head, w->arena, "signer");
        leave(&signature->head, w->arena, "flags");
    }
    if (signature->teamIdentifier.ptr == NULL)
        leave(&signature->head, w->arena, "teamIdentifier");
    take_certificate(w, signature);
    return signature;
}

static const struct sx_object *slice_new(struct sx_target_work *w, struct sx_str arch,
                                         const struct list *claims, const struct sx_err *err)
{
    static const char *const members[] = { "entitlements", "claims" };
    struct sx_Slice *slice = SX_FACT(w->arena, Slice);
    leave_open(&slice->head, w->arena, told_of_slice);
    slice->arch = arch;
    slice->code = w->code;
    slice->fileType = (uint16_t)w->file_type;
    slice->platform = (uint16_t)w->platform;
    if (w->target->minos != NULL)
        slice->minos = sx_str_dup(w->arena, sx_str_of(w->target->minos));
    else
        leave(&slice->head, w->arena, "minos");
    if (w->target->sdk != NULL)
        slice->sdk = sx_str_dup(w->arena, sx_str_of(w->target->sdk));
    else
        leave(&slice->head, w->arena, "sdk");
    slice->signature = signature_new(w, claims);
    slice->entitlements = claims->map;
    if (err->code != SX_OK)
        sx_unread_all(&slice->head, w->arena, members, SX_LEN(members), err);
    sx_inspect_claims(w->s, w->code, slice);
    open_claims(w, slice);
    return &slice->head;
}

static void take_slices(struct sx_target_work *w)
{
    struct list claims = { 0 };
    struct sx_err err = { 0 };
    SX_VEC(const struct sx_object *) slices = { 0 };
    struct sx_str rest = sx_str_of(w->target->archs != NULL ? w->target->archs : "arm64");
    bool is_processed;
    (void)take(w, &w->target->entitlements, &claims, &is_processed, &err); /* `err` tells */
    while (rest.len > 0) {
        size_t end = sx_str_find(rest, SX_STR(" "));
        struct sx_str arch = sx_str_sub(rest, 0, end);
        if (arch.len > 0)
            SX_PUSH(w->arena, &slices, slice_new(w, sx_str_dup(w->arena, arch), &claims, &err));
        rest = sx_str_sub(rest, end + 1, rest.len);
    }
    w->code->slices = (struct sx_objs){ slices.at, slices.n };
}

/* Bundles in the product that are signed already */

/* "Contents/Library/SystemExtensions/x.systemextension" of ".../Waffle.app/Contents/..." */
static struct sx_str place_of(struct sx_target_work *w, const char *path)
{
    struct sx_str whole = sx_str_of(path);
    struct sx_str within = sx_str_printf(w->arena, "/%s/", w->target->product);
    size_t at = sx_str_find(whole, within);
    return at < whole.len ? sx_str_sub(whole, at + within.len, whole.len) : sx_str_base(whole);
}

static void take_embedded(struct sx_target_work *w, const char *path)
{
    struct sx_gathered *all = w->s->all;
    size_t first = all->code.n;
    struct sx_str place = sx_str_dup(w->arena, place_of(w, path));
    sx_inspect_bundle_at(w->s, path,
                         sx_str_printf(w->arena, "%s/%.*s", w->target->product, SX_STR_ARG(place)));
    for (size_t i = first; i < all->code.n; i++) {
        union {
            const struct sx_object *in;
            struct sx_Code *out;
        } code = { .in = all->code.at[i] }; /* made here */
        if (code.out->host != NULL)
            continue;
        code.out->host = w->code;
        code.out->place = place;
        SX_PUSH(w->arena, &w->nested, &code.out->head);
    }
}

const struct sx_Artifact *sx_inspect_target(struct sx_inspector *in, const struct sx_target *target,
                                            struct sx_examined *examined)
{
    struct sx_Artifact *artifact = SX_FACT(in->arena, Artifact);
    struct sx_gathered all = { 0 };
    struct sx_subject s = { .in = in, .artifact = artifact, .examined = examined, .all = &all };
    struct sx_target_work w = {
        .s = &s, .arena = in->arena, .target = target, .code = SX_FACT(in->arena, Code)
    };
    s.prefix = SX_STR("");
    leave_open(&w.code->head, in->arena, told_of_code);
    identify(&w);
    take_info(&w);
    take_profile(&w);
    take_slices(&w);
    sx_derive_code(w.code, in->arena);
    SX_PUSH(in->arena, &all.code, &w.code->head);
    for (size_t i = 0; i < target->n_embedded; i++)
        take_embedded(&w, target->embedded[i]);
    w.code->nested = (struct sx_objs){ w.nested.at, w.nested.n };
    artifact->path = w.code->path;
    artifact->kind = SX_ARTIFACT_KIND_SOURCE;
    artifact->code = sx_facts_sorted(all.code);
    artifact->jobs = sx_facts_sorted(all.jobs);
    artifact->profiles = sx_facts_sorted(all.profiles);
    return artifact;
}
