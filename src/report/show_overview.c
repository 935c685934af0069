/* SPDX-License-Identifier: MIT */
/* All objects of an artifact, a line each, and what they share, said once. */
#include "report/show.h"

#include <stdlib.h>

enum { AT = 11 };

static size_t wider(size_t width, struct sx_str text)
{
    size_t n = sx_columns(text);
    return n > width ? n : width;
}

static size_t depth_of(const struct sx_Code *code)
{
    size_t depth = 0;
    for (; code->host != NULL; code = code->host)
        depth++;
    return depth;
}

static void show_objects(struct sx_show *s, const struct sx_objs code)
{
    size_t state_width = sizeof("signature") - 1, kind_width = sizeof("kind") - 1;
    enum sx_role role;
    for (size_t i = 0; i < code.n; i++) {
        const struct sx_Code *c = SX_AT(Code, code, i);
        state_width = wider(state_width, sx_show_state(c, &role));
        kind_width = wider(kind_width, sx_str_of(sx_code_noun(c->kind).one));
    }
    size_t kind_at = state_width + 2, path_at = kind_at + kind_width + 2;
    sx_layout_cstr(s->l, SX_FAINT, "signature");
    sx_layout_to(s->l, kind_at);
    sx_layout_cstr(s->l, SX_FAINT, "kind");
    sx_layout_to(s->l, path_at);
    sx_layout_cstr(s->l, SX_FAINT, "path");
    sx_layout_line(s->l);
    for (size_t i = 0; i < code.n && !s->l->stopped; i++) {
        const struct sx_Code *c = SX_AT(Code, code, i);
        struct sx_str state = sx_show_state(c, &role);
        size_t at = path_at + 2 * depth_of(c);
        sx_layout_text(s->l, role, state);
        sx_layout_to(s->l, kind_at);
        sx_layout_cstr(s->l, SX_PLAIN, sx_code_noun(c->kind).one);
        sx_layout_to(s->l, at);
        sx_layout_hang(s->l, at);
        struct sx_str path = c->host != NULL ? sx_below(c->path, c->host->path) : c->path;
        sx_layout_path(s->l, SX_PLAIN, sx_escape(s->arena, path));
        sx_layout_line(s->l);
    }
}

/* A text, of how many objects it holds, and, when it is who signed, how they were signed. */
struct share {
    struct sx_str text;
    size_t n;
    struct sx_opt_time first, last; /* timestamp */
    bool not_hardened;
};

struct shares {
    struct sx_arena *arena;
    struct sx_table table;
    SX_VEC(struct share *) at;
};

static struct shares shares_in(struct sx_arena *arena)
{
    struct shares shares = { .arena = arena };
    sx_table_init(&shares.table, arena);
    return shares;
}

static struct share *count(struct shares *shares, struct sx_str text)
{
    struct share *share = sx_table_get(&shares->table, text);
    if (share == NULL) {
        share = SX_NEW(shares->arena, struct share);
        share->text = text;
        sx_table_put(&shares->table, text, share);
        SX_PUSH(shares->arena, &shares->at, share);
    }
    share->n++;
    return share;
}

static int by_use(const void *a, const void *b)
{
    const struct share *x = *(struct share *const *)a, *y = *(struct share *const *)b;
    if (x->n != y->n)
        return x->n > y->n ? -1 : 1;
    return sx_str_cmp(x->text, y->text);
}

static void sort(struct shares *shares)
{
    if (shares->at.n > 0)
        qsort(shares->at.at, shares->at.n, sizeof(struct share *), by_use);
}

static void label_of(struct sx_show *s, size_t n, size_t all)
{
    struct sx_str text = n == all ? SX_STR("all") : sx_str_printf(s->arena, "%zu of %zu", n, all);
    sx_layout_text(s->l, SX_FAINT, text);
    sx_layout_to(s->l, AT);
    sx_layout_hang(s->l, AT);
}

/* What the outermost object says about a ticket; absent text when it was not looked for. */
static const char *ticket_words(const struct sx_objs code)
{
    for (size_t i = 0; i < code.n; i++) {
        const struct sx_Code *c = SX_AT(Code, code, i);
        struct sx_value v =
            sx_object_get(&c->head, sx_type_member(&sx_type_Code, SX_STR("ticket")));
        if (c->host == NULL && v.kind != SX_UNKNOWN)
            return c->ticket != NULL ? "; a ticket is stapled" : "; no ticket stapled";
    }
    return "";
}

static void show_builds(struct sx_show *s, const struct sx_objs code)
{
    struct shares builds = shares_in(s->arena);
    for (size_t i = 0; i < code.n; i++)
        count(&builds, sx_build_words(s->arena, SX_AT(Code, code, i)));
    sort(&builds);
    for (size_t i = 0; i < builds.at.n; i++) {
        if (builds.at.at[i]->text.len == 0)
            continue;
        label_of(s, builds.at.at[i]->n, code.n);
        sx_layout_text(s->l, SX_PLAIN, builds.at.at[i]->text);
        sx_layout_cstr(s->l, SX_PLAIN, i == 0 ? ticket_words(code) : "");
        sx_layout_line(s->l);
    }
}

static void widen(struct share *share, const struct sx_Signature *signature)
{
    if (!sx_strs_has(signature->flags, SX_STR("runtime")))
        share->not_hardened = true;
    if (signature->timestamp == NULL || !signature->timestamp->time.has)
        return;
    struct sx_opt_time t = signature->timestamp->time;
    if (!share->first.has || sx_time_cmp(t.t, share->first.t) < 0)
        share->first = t;
    if (!share->last.has || sx_time_cmp(t.t, share->last.t) > 0)
        share->last = t;
}

static struct sx_str signer_of(const struct sx_Code *code, struct sx_arena *arena)
{
    const struct sx_Signature *signature = code->signature;
    if (signature == NULL || signature->certificates.n == 0)
        return (struct sx_str){ 0 };
    const struct sx_Certificate *leaf = SX_AT(Certificate, signature->certificates, 0);
    struct sx_str name =
        sx_escape(arena, leaf->commonName.ptr != NULL ? leaf->commonName : leaf->subject);
    if (!leaf->notAfter.has)
        return name;
    struct sx_str day = sx_day_text(arena, leaf->notAfter.t);
    return sx_str_printf(arena, "%.*s, ends %.*s", SX_STR_ARG(name), SX_STR_ARG(day));
}

/* "2026-11-23 18:04:11 to 18:05:40 UTC" */
static struct sx_str span_text(const struct share *share, struct sx_arena *arena)
{
    struct sx_str from = sx_moment_text(arena, share->first.t);
    struct sx_str to = sx_moment_text(arena, share->last.t);
    size_t day = sizeof("2026-11-23") - 1, utc = sizeof(" UTC") - 1;
    if (sx_str_eq(from, to))
        return from;
    bool one_day = sx_str_eq(sx_str_sub(from, 0, day), sx_str_sub(to, 0, day));
    from = sx_str_sub(from, 0, from.len - utc);
    to = sx_str_sub(to, one_day ? day + 1 : 0, to.len);
    return sx_str_printf(arena, "%.*s to %.*s", SX_STR_ARG(from), SX_STR_ARG(to));
}

static void show_signer(struct sx_show *s, const struct share *share)
{
    sx_layout_text(s->l, SX_PLAIN, share->text);
    if (share->first.has || !share->not_hardened)
        sx_layout_break(s->l);
    if (share->first.has) {
        sx_layout_cstr(s->l, SX_PLAIN, "timestamped ");
        sx_layout_text(s->l, SX_PLAIN, span_text(share, s->arena));
    }
    if (!share->not_hardened)
        sx_layout_cstr(s->l, SX_PLAIN,
                       share->first.has ? ", hardened runtime" : "hardened runtime");
    sx_layout_line(s->l);
}

static void show_signers(struct sx_show *s, const struct sx_objs code)
{
    struct shares shares = shares_in(s->arena);
    for (size_t i = 0; i < code.n; i++) {
        const struct sx_Code *c = SX_AT(Code, code, i);
        struct sx_str signer = signer_of(c, s->arena);
        if (signer.ptr != NULL)
            widen(count(&shares, signer), c->signature);
    }
    sort(&shares);
    for (size_t i = 0; i < shares.at.n; i++) {
        label_of(s, shares.at.at[i]->n, code.n);
        show_signer(s, shares.at.at[i]);
    }
}

static struct sx_str number_word(size_t n, struct sx_arena *arena)
{
    static const char *const words[] = { "no",   "one", "two",   "three", "four",
                                         "five", "six", "seven", "eight", "nine" };
    return n < SX_LEN(words) ? sx_str_of(words[n]) : sx_str_printf(arena, "%zu", n);
}

/* "3, two of them the same: "Waffle Developer ID"" */
static void show_profiles(struct sx_show *s, const struct sx_Artifact *artifact)
{
    struct shares names = shares_in(s->arena);
    size_t all = artifact->profiles.n;
    for (size_t i = 0; i < artifact->profiles.n; i++)
        count(&names, sx_quoted(s->arena, SX_AT(Profile, artifact->profiles, i)->name));
    for (size_t i = 0; i < artifact->code.n; i++) {
        const struct sx_Profile *profile = SX_AT(Code, artifact->code, i)->profile;
        if (profile == NULL)
            continue;
        count(&names, sx_quoted(s->arena, profile->name));
        all++;
    }
    if (all == 0)
        return;
    sort(&names);
    sx_layout_label(s->l, 0, "profiles", AT);
    sx_layout_printf(s->l, SX_PLAIN, "%zu", all);
    bool repeated = names.at.at[0]->n > 1;
    for (size_t i = 0; i < names.at.n && (names.at.at[i]->n > 1 || !repeated); i++) {
        struct sx_str n = number_word(names.at.at[i]->n, s->arena);
        if (repeated)
            sx_layout_printf(s->l, SX_PLAIN, ", %.*s of them the same: ", SX_STR_ARG(n));
        else
            sx_layout_cstr(s->l, SX_PLAIN, i == 0 ? ": " : ", ");
        sx_layout_text(s->l, SX_PLAIN, names.at.at[i]->text);
    }
    sx_layout_line(s->l);
}

static void show_jobs(struct sx_show *s, const struct sx_Artifact *artifact)
{
    for (size_t i = 0; i < artifact->jobs.n; i++) {
        const struct sx_Job *job = SX_AT(Job, artifact->jobs, i);
        sx_layout_label(s->l, 0, i == 0 ? "launchd" : "", AT);
        sx_layout_name(s->l, SX_PLAIN,
                       job->label.ptr != NULL ? job->label : SX_STR("a job without label"));
        if (job->code != NULL) {
            const struct sx_Code *root = job->code;
            while (root->host != NULL)
                root = root->host;
            sx_layout_cstr(s->l, SX_PLAIN, " starts ");
            sx_layout_name(s->l, SX_PLAIN,
                           root == job->code ? root->path : sx_below(job->code->path, root->path));
        }
        sx_layout_line(s->l);
    }
}

static void show_unread(struct sx_show *s, const struct sx_object *object)
{
    for (size_t i = 0; i < object->unread.n; i++) {
        const struct sx_unread *entry = (const struct sx_unread *)object->unread.at[i];
        sx_layout_label(s->l, 0, "not read", AT);
        sx_layout_name(s->l, SX_CAUTION, entry->what);
        sx_layout_cstr(s->l, SX_CAUTION, ": ");
        sx_layout_text(s->l, SX_CAUTION, entry->reason);
        sx_layout_line(s->l);
    }
}

static void show_papers(struct sx_show *s, const struct sx_Artifact *artifact)
{
    for (size_t i = 0; i < artifact->configurations.n; i++) {
        const struct sx_Configuration *c = SX_AT(Configuration, artifact->configurations, i);
        sx_layout_heading(s->l, sx_escape(s->arena, c->path), sx_configuration_words(s->arena, c));
    }
    show_profiles(s, artifact);
    show_jobs(s, artifact);
}

void sx_show_overview(struct sx_show *s, const struct sx_Artifact *artifact)
{
    if (artifact->code.n == 0) {
        sx_layout_heading(s->l, sx_escape(s->arena, artifact->path),
                          sx_str_of(sx_artifact_noun(artifact->kind).one));
    } else {
        show_objects(s, artifact->code);
        sx_layout_line(s->l);
        show_builds(s, artifact->code);
        show_signers(s, artifact->code);
    }
    show_papers(s, artifact);
    show_unread(s, &artifact->head);
    for (size_t i = 0; i < artifact->container.n; i++)
        show_unread(s, artifact->container.at[i]);
}
