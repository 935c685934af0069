/* SPDX-License-Identifier: MIT */
#include "waffle.h"

struct sx_strs waffle_keep(struct waffle *w, struct sx_strs texts)
{
    struct sx_str *at = SX_NEW_N(w->arena, struct sx_str, texts.n);
    for (size_t i = 0; i < texts.n; i++)
        at[i] = texts.at[i];
    return (struct sx_strs){ at, texts.n };
}

void waffle_add(struct waffle *w, struct sx_objs *list, const void *object)
{
    const struct sx_object **at = SX_NEW_N(w->arena, const struct sx_object *, list->n + 1);
    for (size_t i = 0; i < list->n; i++)
        at[i] = list->at[i];
    at[list->n] = object;
    *list = (struct sx_objs){ at, list->n + 1 };
}

static struct sx_opt_time day(int year, int month, int date)
{
    return (struct sx_opt_time){ true, sx_time_of(year, month, date, 0, 0, 0) };
}

static struct sx_Certificate *certificate(struct waffle *w, struct sx_str name,
                                          struct sx_opt_time ends)
{
    struct sx_Certificate *c = SX_FACT(w->arena, Certificate);
    c->commonName = c->subject = name;
    c->sha256 = S("00");
    c->notAfter = ends;
    return c;
}

static void sign(struct waffle *w, struct sx_Signature *s)
{
    s->signer = SX_SIGNER_DEVELOPER_ID;
    s->teamIdentifier = S("W4FFLE9K2Q");
    s->flags = waffle_keep(w, STRS(S("runtime")));
    s->runtimeVersion = S("15.2.0");
    waffle_add(
        w, &s->certificates,
        certificate(w, S("Developer ID Application: Waffle Works (W4FFLE9K2Q)"), day(2027, 2, 1)));
    waffle_add(w, &s->certificates,
               certificate(w, S("Developer ID Certification Authority"), day(2027, 2, 1)));
    struct sx_Certificate *root = certificate(w, S("Apple Root CA"), day(2035, 2, 9));
    root->isAnchor = true;
    waffle_add(w, &s->certificates, root);
}

/* From 18:04:11 on, when the deepest was signed, to 18:05:40, when the app was. */
static const struct sx_TimestampToken *timestamp(struct waffle *w, enum waffle_code at)
{
    static const int seconds[] = {
        [APP] = 100, [SPRINKLE] = 20, [BATTER] = 11, [DAEMON] = 32, [FILTER] = 52
    };
    struct sx_TimestampToken *token = SX_FACT(w->arena, TimestampToken);
    token->time = (struct sx_opt_time){ true, sx_time_of(2026, 11, 23, 18, 4, 0) };
    token->time.t.seconds += seconds[at];
    return token;
}

static struct sx_Code *code(struct waffle *w, enum waffle_code at, enum sx_CodeKind kind,
                            struct sx_str path, const struct sx_Code *host)
{
    static const char *const archs[] = { "arm64", "x86_64" };
    static const char *const cdhashes[] = { "5f0e6a1c9d2b4873a6e1d0c4b7f8923516ad0e4f",
                                            "c2d94e07b16f3a85e0429d7c18fb6350a97e21d3" };
    struct sx_Code *c = w->code[at] = SX_FACT(w->arena, Code);
    *c = (struct sx_Code){ .head = c->head, .kind = (uint16_t)kind, .path = path, .host = host };
    c->name = c->stem = sx_str_base(path);
    for (size_t i = c->name.len; i > 0; i--) {
        if (c->name.ptr[i - 1] == '.') {
            c->stem.len = i - 1;
            break;
        }
    }
    c->layout = kind == SX_CODE_KIND_DYLIB || kind == SX_CODE_KIND_EXECUTABLE ? SX_LAYOUT_FILE
                                                                              : SX_LAYOUT_CONTENTS;
    for (size_t i = 0; i < SX_LEN(archs); i++) {
        struct sx_Slice *slice = SX_FACT(w->arena, Slice);
        struct sx_Signature *signature = SX_FACT(w->arena, Signature);
        slice->arch = sx_str_of(archs[i]);
        slice->code = c;
        slice->platform = SX_PLATFORM_MACOS;
        slice->minos = S("13.0");
        slice->sdk = S("15.2");
        slice->fileType = kind == SX_CODE_KIND_DYLIB || kind == SX_CODE_KIND_FRAMEWORK
                              ? SX_FILE_TYPE_DYLIB
                              : SX_FILE_TYPE_EXECUTE;
        signature->state = SX_SIGNATURE_STATE_VALID;
        signature->cdhash = sx_str_of(cdhashes[i]);
        slice->signature = signature;
        c->head.unread_bits = signature->head.unread_bits = 0; /* all of it is known */
        if (at == UPDATE) {
            signature->state = SX_SIGNATURE_STATE_AD_HOC;
            signature->signer = SX_SIGNER_AD_HOC;
            signature->flags = waffle_keep(w, STRS(S("adhoc")));
        } else {
            sign(w, signature);
            signature->timestamp = timestamp(w, at);
        }
        if (at == APP)
            signature->state = SX_SIGNATURE_STATE_INVALID;
        c->signature = signature;
        waffle_add(w, &c->slices, slice);
    }
    waffle_add(w, &w->app->code, c);
    return c;
}

static struct sx_Profile *profile(struct waffle *w, struct sx_str name)
{
    struct sx_Profile *p = SX_FACT(w->arena, Profile);
    p->name = name;
    p->kind = SX_PROFILE_KIND_DEVELOPER_ID;
    p->appId = S("com.example.waffle");
    p->allDevices = true;
    p->expires = day(2044, 3, 2);
    return p;
}

static void info(struct waffle *w, struct sx_Code *c, struct sx_str identifier,
                 struct sx_str version, struct sx_str build)
{
    struct sx_entry *at = SX_NEW_N(w->arena, struct sx_entry, 2);
    at[0] = (struct sx_entry){ sx_string(S("CFBundleShortVersionString")), sx_string(version) };
    at[1] = (struct sx_entry){ sx_string(S("CFBundleVersion")), sx_string(build) };
    c->info = sx_map_new(w->arena, at, 2);
    c->identifier = identifier;
    for (size_t i = 0; i < c->slices.n; i++) {
        struct sx_Signature *s = (struct sx_Signature *)SX_AT(Slice, c->slices, i)->signature;
        s->identifier = identifier;
    }
}

static void claim(struct waffle *w, struct sx_Code *c, const char *key, enum sx_ClaimClass class,
                  enum sx_Authorisation authorisation, const char *value, const char *allowed)
{
    struct sx_Claim *k = SX_FACT(w->arena, Claim);
    k->key = sx_str_of(key);
    k->class = (uint16_t) class;
    k->authorisation = (uint16_t)authorisation;
    k->value = value != NULL ? sx_string(sx_str_of(value)) : sx_bool(true);
    k->allowed = allowed != NULL ? sx_string(sx_str_of(allowed)) : sx_null();
    waffle_add(w, &c->claims, k);
}

static void grant(struct waffle *w, struct sx_Profile *p, const char *const *keys, size_t n)
{
    struct sx_entry *at = SX_NEW_N(w->arena, struct sx_entry, n);
    for (size_t i = 0; i < n; i++)
        at[i] = (struct sx_entry){ sx_string(sx_str_of(keys[i])), sx_bool(true) };
    p->entitlements = sx_map_new(w->arena, at, n);
}

#define NE      "com.apple.developer.networking.networkextension"
#define INSTALL "com.apple.developer.system-extension.install"
#define TEAM    "com.apple.developer.team-identifier"

static void claims(struct waffle *w)
{
    struct sx_Code *app = w->code[APP], *daemon = w->code[DAEMON], *filter = w->code[FILTER];
    static const char *const granted[] = { "com.apple.application-identifier", NE, INSTALL, TEAM,
                                           "keychain-access-groups" };
    struct sx_Profile *p = profile(w, S("Waffle Developer ID")),
                      *q = profile(w, S("Waffle Filter Developer ID"));
    static const char *const filtered[] = { NE };
    static const struct sx_str app_id = { "app-id", 6 };
    grant(w, p, granted, SX_LEN(granted));
    grant(w, q, filtered, SX_LEN(filtered));
    app->profile = daemon->profile = p;
    q->appId = S("com.example.waffle.filter");
    filter->profile = q;
    claim(w, app, "com.apple.application-identifier", SX_CLAIM_CLASS_RESTRICTED,
          SX_AUTHORISATION_GRANTED, NULL, NULL);
    claim(w, app, NE, SX_CLAIM_CLASS_RESTRICTED, SX_AUTHORISATION_GRANTED, NULL, NULL);
    claim(w, app, TEAM, SX_CLAIM_CLASS_RESTRICTED, SX_AUTHORISATION_GRANTED, NULL, NULL);
    claim(w, app, "com.apple.security.application-groups", SX_CLAIM_CLASS_UNRESTRICTED,
          SX_AUTHORISATION_NOT_NEEDED, NULL, NULL);
    claim(w, app, "keychain-access-groups", SX_CLAIM_CLASS_RESTRICTED, SX_AUTHORISATION_GRANTED,
          NULL, NULL);
    claim(w, daemon, NE, SX_CLAIM_CLASS_RESTRICTED, SX_AUTHORISATION_GRANTED, NULL, NULL);
    claim(w, daemon, INSTALL, SX_CLAIM_CLASS_RESTRICTED, SX_AUTHORISATION_GRANTED, NULL, NULL);
    for (size_t i = 0; i < daemon->claims.n; i++)
        ((struct sx_Claim *)daemon->claims.at[i])->unmet = (struct sx_strs){ &app_id, 1 };
    claim(w, filter, NE, SX_CLAIM_CLASS_RESTRICTED, SX_AUTHORISATION_REFUSED,
          "content-filter-provider", "content-filter-provider-systemextension");
    claim(w, filter, "com.apple.security.app-sandbox", SX_CLAIM_CLASS_SANDBOX,
          SX_AUTHORISATION_NOT_NEEDED, NULL, NULL);
    claim(w, filter, "com.apple.security.application-groups", SX_CLAIM_CLASS_UNRESTRICTED,
          SX_AUTHORISATION_NOT_NEEDED, NULL, NULL);
    claim(w, filter, "com.apple.security.network.client", SX_CLAIM_CLASS_SANDBOX,
          SX_AUTHORISATION_NOT_NEEDED, NULL, NULL);
    struct sx_Signature *signature = (struct sx_Signature *)filter->signature;
    signature->entitlements = signature->entitlementsDER = sx_map_new(w->arena, NULL, 0);
}

#define EXTENSIONS "Waffle.app/Contents/Library/SystemExtensions/"

static void objects(struct waffle *w)
{
    struct sx_Code *app = code(w, APP, SX_CODE_KIND_APP, S("Waffle.app"), NULL);
    code(w, SPRINKLE, SX_CODE_KIND_FRAMEWORK,
         S("Waffle.app/Contents/Frameworks/Sprinkle.framework"), app);
    code(w, BATTER, SX_CODE_KIND_DYLIB, S("Waffle.app/Contents/Frameworks/libbatter.dylib"), app);
    struct sx_Code *daemon =
        code(w, DAEMON, SX_CODE_KIND_APP, S("Waffle.app/Contents/Helpers/WaffleDaemon.app"), app);
    code(w, UPDATE, SX_CODE_KIND_EXECUTABLE, S("Waffle.app/Contents/Helpers/waffle-update"), app);
    struct sx_Code *filter = code(w, FILTER, SX_CODE_KIND_SYSTEM_EXTENSION,
                                  S(EXTENSIONS "com.example.waffle.filter.systemextension"), app);
    struct sx_Provider *provider = SX_FACT(w->arena, Provider);
    struct sx_Job *job = SX_FACT(w->arena, Job);
    info(w, app, S("com.example.waffle"), S("1.4.0"), S("207"));
    info(w, daemon, S("com.example.waffle.daemon"), S("1.4.0"), S("207"));
    info(w, filter, S("com.example.waffle.filter"), S("1.0"), S("1"));
    provider->key = S("com.apple.networkextension.filter-data");
    provider->kind = SX_PROVIDER_KIND_FILTER_DATA;
    provider->className = S("WaffleFilter.Provider");
    waffle_add(w, &filter->providers, provider);
    filter->neMachService = S("com.example.waffle.filter");
    struct sx_Seal *seal = SX_FACT(w->arena, Seal);
    seal->files = 9;
    filter->seal = seal;
    job->label = S("com.example.waffle.daemon");
    job->code = daemon;
    waffle_add(w, &daemon->jobs, job);
    waffle_add(w, &w->app->jobs, job);
}

static void configuration(struct waffle *w)
{
    struct sx_Configuration *c = SX_FACT(w->arena, Configuration);
    struct sx_Payload *payload = SX_FACT(w->arena, Payload);
    w->configuration->path = S("mdm/filter.mobileconfig");
    w->configuration->kind = SX_ARTIFACT_KIND_MOBILECONFIG;
    c->path = S("filter.mobileconfig");
    payload->type = S("com.apple.webcontent-filter");
    waffle_add(w, &c->payloads, payload);
    waffle_add(w, &w->configuration->configurations, c);
}

void waffle_facts(struct waffle *w)
{
    *w = (struct waffle){ .arena = sx_arena_new() };
    w->app = SX_FACT(w->arena, Artifact);
    w->configuration = SX_FACT(w->arena, Artifact);
    w->app->path = S("build/Waffle.app");
    w->app->kind = SX_ARTIFACT_KIND_BUNDLE;
    objects(w);
    claims(w);
    configuration(w);
    w->run =
        (struct sx_run){ .arena = w->arena, .question.now = sx_time_of(2026, 11, 24, 0, 0, 0) };
    waffle_add(w, &w->run.artifacts, w->app);
    waffle_add(w, &w->run.artifacts, w->configuration);
    w->at[0] = (struct sx_judgement){ .artifact = w->app, .channel = SX_CHANNEL_DEVELOPER_ID };
    w->at[1] =
        (struct sx_judgement){ .artifact = w->configuration, .channel = SX_CHANNEL_DEVELOPER_ID };
    w->judgements =
        (struct sx_judgements){ .arena = w->arena, .run = &w->run, .at = w->at, .n = 2 };
}

void waffle_free(struct waffle *w)
{
    sx_arena_free(w->arena);
}
