/* SPDX-License-Identifier: MIT */
#include "report/dates.h"

#include "base/table.h"

enum { WITHIN_DAYS = 366 };

/* The next date: the earliest end of a signing certificate or a profile. */
struct next_date {
    struct sx_time now;
    struct sx_opt_time t;
    const struct sx_Profile *profile; /* whose end it is; NULL: a certificate's */
};

static void consider(struct next_date *next, struct sx_opt_time t, const struct sx_Profile *profile)
{
    int64_t left = t.t.seconds - next->now.seconds;
    if (!t.has || left < 0 || left > (int64_t)WITHIN_DAYS * 86400)
        return;
    if (next->t.has && sx_time_cmp(next->t.t, t.t) <= 0)
        return;
    next->t = t;
    next->profile = profile;
}

static void consider_code(struct next_date *next, const struct sx_Code *code)
{
    for (size_t i = 0; i < code->slices.n; i++) {
        const struct sx_Signature *signature = SX_AT(Slice, code->slices, i)->signature;
        if (signature != NULL && signature->certificates.n > 0)
            consider(next, SX_AT(Certificate, signature->certificates, 0)->notAfter, NULL);
    }
    if (code->profile != NULL)
        consider(next, code->profile->expires, code->profile);
}

static struct next_date next_date_of(const struct sx_part *part)
{
    struct next_date next = { .now = part->all->run->question.now };
    for (size_t i = 0; i < part->n; i++) {
        const struct sx_Artifact *artifact = part->at[i].artifact;
        for (size_t k = 0; k < artifact->code.n; k++)
            consider_code(&next, SX_AT(Code, artifact->code, k));
        for (size_t k = 0; k < artifact->profiles.n; k++) {
            const struct sx_Profile *profile = SX_AT(Profile, artifact->profiles, k);
            consider(&next, profile->expires, profile);
        }
    }
    return next;
}

struct sx_str sx_next_date_words(const struct sx_part *part, struct sx_arena *arena)
{
    struct next_date next = next_date_of(part);
    if (!next.t.has)
        return (struct sx_str){ 0 };
    struct sx_str day = sx_day_text(arena, next.t.t);
    struct sx_str left = sx_days_words(arena, next.t.t, next.now);
    struct sx_str name = next.profile != NULL ? sx_quoted(arena, next.profile->name) : SX_STR("");
    if (next.profile == NULL)
        return sx_str_printf(arena,
                             "%.*s, %.*s: the signing certificate ends; what is signed and "
                             "timestamped by then stays valid",
                             SX_STR_ARG(day), SX_STR_ARG(left));
    return sx_str_printf(arena, "%.*s, %.*s: the profile %.*s ends, and what it grants with it",
                         SX_STR_ARG(day), SX_STR_ARG(left), SX_STR_ARG(name));
}

/* All dates */

struct gathering {
    struct sx_arena *arena;
    struct sx_table seen; /* certificates and profiles */
    SX_VEC(struct sx_dated) of[SX_N_DATED];
};

static bool is_new(struct gathering *g, struct sx_str key)
{
    return sx_table_put(&g->seen, key, g);
}

/* Roots are pinned and outlive everything, so they say nothing. */
static void add_certificates(struct gathering *g, const struct sx_Signature *signature)
{
    for (size_t i = 0; i < signature->certificates.n; i++) {
        const struct sx_Certificate *c = SX_AT(Certificate, signature->certificates, i);
        enum sx_dated_kind kind = i == 0 ? SX_DATED_SIGNER : SX_DATED_AUTHORITY;
        struct sx_str name = c->commonName.ptr != NULL ? c->commonName : c->subject;
        bool is_dated = c->notBefore.has && c->notAfter.has;
        if (c->isAnchor || !is_dated || !is_new(g, c->sha256))
            continue;
        SX_PUSH(g->arena, &g->of[kind],
                (struct sx_dated){ kind, sx_escape(g->arena, name), c->notBefore, c->notAfter });
    }
}

static void add_timestamp(struct gathering *g, const struct sx_Signature *signature)
{
    if (signature->timestamp == NULL || !signature->timestamp->time.has)
        return;
    struct sx_opt_time t = signature->timestamp->time;
    if (g->of[SX_DATED_TIMESTAMP].n == 0)
        SX_PUSH(g->arena, &g->of[SX_DATED_TIMESTAMP],
                (struct sx_dated){ SX_DATED_TIMESTAMP, SX_STR("Signed and timestamped"), t, t });
    struct sx_dated *all = &g->of[SX_DATED_TIMESTAMP].at[0];
    if (sx_time_cmp(t.t, all->from.t) < 0)
        all->from = t;
    if (sx_time_cmp(t.t, all->to.t) > 0)
        all->to = t;
}

static void add_profile(struct gathering *g, const struct sx_Profile *profile)
{
    struct sx_str name = sx_quoted(g->arena, profile->name);
    struct sx_str label = sx_str_printf(g->arena, "Profile %.*s", SX_STR_ARG(name));
    struct sx_str id = profile->uuid.ptr != NULL ? profile->uuid : label;
    if (!profile->created.has || !profile->expires.has || !is_new(g, id))
        return;
    SX_PUSH(g->arena, &g->of[SX_DATED_PROFILE],
            (struct sx_dated){ SX_DATED_PROFILE, label, profile->created, profile->expires });
}

static void add_code(struct gathering *g, const struct sx_Code *code)
{
    for (size_t i = 0; i < code->slices.n; i++) {
        const struct sx_Signature *signature = SX_AT(Slice, code->slices, i)->signature;
        if (signature == NULL)
            continue;
        add_certificates(g, signature);
        add_timestamp(g, signature);
    }
    if (code->profile != NULL)
        add_profile(g, code->profile);
}

size_t sx_dates_of(const struct sx_part *part, struct sx_arena *arena, const struct sx_dated **out)
{
    struct gathering g = { .arena = arena };
    SX_VEC(struct sx_dated) all = { 0 };
    sx_table_init(&g.seen, arena);
    for (size_t i = 0; i < part->n; i++) {
        const struct sx_Artifact *artifact = part->at[i].artifact;
        for (size_t k = 0; k < artifact->code.n; k++)
            add_code(&g, SX_AT(Code, artifact->code, k));
        for (size_t k = 0; k < artifact->profiles.n; k++)
            add_profile(&g, SX_AT(Profile, artifact->profiles, k));
    }
    for (size_t kind = 0; kind < SX_N_DATED; kind++)
        for (size_t i = 0; i < g.of[kind].n; i++)
            SX_PUSH(arena, &all, g.of[kind].at[i]);
    *out = all.at;
    return all.n;
}
