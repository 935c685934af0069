/* SPDX-License-Identifier: MIT */
/* A run from its arguments: what each path is, and a call to whoever reads it. */
#include "inspect/inspect.h"

#include "base/buf.h"
#include "base/limits.h"
#include "bundle/attribute.h"
#include "codesign/slot.h"
#include "inspect/inspector.h"
#include "inspect/kind.h"
#include "inspect/dyld.h"
#include "inspect/signing.h"
#include "inspect/source.h"
#include "inspect/target.h"
#include "value/plist.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>

/* The run, with what its parts need for as long as it lives. */
struct inspection {
    struct sx_run run; /* first: sx_run_free finds the rest through it */
    struct sx_inspector in;
    struct sx_trust *trust;
    struct sx_sources sources;
};

static int by_path(const void *a, const void *b)
{
    return sx_str_cmp(sx_object_identity(*(const struct sx_object *const *)a),
                      sx_object_identity(*(const struct sx_object *const *)b));
}

struct sx_objs sx_facts_sorted(struct sx_facts_list list)
{
    if (list.n > 1)
        qsort(list.at, list.n, sizeof(*list.at), by_path);
    return (struct sx_objs){ list.at, list.n };
}

static struct sx_Code *host_of(const struct sx_subject *s, const struct sx_found_code *host)
{
    return host != NULL ? s->code[host->at].facts : NULL;
}

/* Code objects that have been found and not yet been read, hosts first. */
static void read_code(struct sx_subject *s, const struct sx_found_code *found, size_t n)
{
    struct sx_subject_code *code = SX_NEW_N(s->in->arena, struct sx_subject_code, n);
    if (s->n_code > 0)
        memcpy(code, s->code, s->n_code * sizeof(*code));
    s->code = code;
    for (; found != NULL; found = found->next) {
        s->code[s->n_code].found = found;
        sx_inspect_code(s, &s->code[s->n_code++], host_of(s, found->host));
    }
}

static void list_nested(struct sx_subject *s)
{
    for (size_t i = 0; i < s->n_code; i++)
        if (s->code[i].found->host != NULL)
            SX_PUSH(s->in->arena, &s->code[s->code[i].found->host->at].nested,
                    &s->code[i].facts->head);
    for (size_t i = 0; i < s->n_code; i++)
        s->code[i].facts->nested =
            sx_facts_sorted((struct sx_facts_list){ s->code[i].nested.at, s->code[i].nested.n, 0 });
}

static bool is_in_place(const struct sx_subject *s, const struct sx_found_file *profile)
{
    const struct sx_bundle *bundle = profile->host != NULL ? profile->host->bundle : NULL;
    return bundle != NULL && sx_str_eq(sx_embedded_profile(s, bundle), profile->path);
}

static void check_profile_places(struct sx_subject *s, const struct sx_walk *walk)
{
    for (const struct sx_found_file *file = walk->profiles; file != NULL; file = file->next)
        if (!is_in_place(s, file))
            sx_check_profile_place(s, file);
}

/* Bundles first: what their signatures hash with decides how files are looked at; a look tells
 * which files are code. */
static void read_all_code(struct sx_subject *s, struct sx_walk *walk)
{
    size_t n_bundles = walk->n_code;
    read_code(s, walk->code, walk->n_code);
    struct sx_seals *seals = sx_look_and_read_seals(s, walk);
    const struct sx_found_code **rest = walk->code_end;
    sx_walk_add_files(walk, s->tree);
    if (walk->n_code > n_bundles)
        read_code(s, *rest, walk->n_code);
    list_nested(s);
    for (size_t i = 0; i < s->n_code; i++)
        sx_inspect_shape(s, walk, &s->code[i]);
    check_profile_places(s, walk);
    sx_check_seals(seals);
    sx_seals_free(seals);
}

/* Profiles that are in no bundle's place for them. */
static void read_profiles(struct sx_subject *s, const struct sx_walk *walk)
{
    for (const struct sx_found_file *file = walk->profiles; file != NULL; file = file->next)
        if (!is_in_place(s, file))
            SX_PUSH(s->in->arena, &s->all->profiles, &sx_inspect_profile(s, file->path)->head);
}

static void read_configurations(struct sx_subject *s, const struct sx_walk *walk)
{
    for (const struct sx_found_file *file = walk->configurations; file != NULL; file = file->next) {
        struct sx_span bytes;
        struct sx_err err = { 0 };
        if (sx_subject_read(s, file->path, SX_MAX_SMALL_FILE, &bytes, &err))
            SX_PUSH(s->in->arena, &s->all->configurations,
                    &sx_inspect_configuration(s, file->path, bytes)->head);
        else
            sx_fact_unread(&s->artifact->head, s->in->arena, "configurations",
                           SX_UNREAD_NOT_EXAMINED, sx_reason_of(s->in->arena, &err), -1);
    }
}

void sx_inspect_walk(struct sx_subject *s, struct sx_walk *walk)
{
    s->examined->files += walk->files;
    s->dyld = sx_dyld_new(s);
    walk->recognise = sx_container_may_be;
    walk->meter = &s->in->meter;
    read_all_code(s, walk);
    sx_dyld_resolve(s->dyld);
    read_profiles(s, walk);
    for (const struct sx_found_file *file = walk->jobs; file != NULL; file = file->next)
        sx_inspect_job(s, file, host_of(s, file->host));
    sx_link_jobs(s);
    sx_link_constraints(s);
    for (size_t i = 0; i < s->n_code; i++) {
        sx_derive_code(s->code[i].facts, s->in->arena);
        sx_dyld_providers(s->dyld, s->code[i].facts);
        SX_PUSH(s->in->arena, &s->all->code, &s->code[i].facts->head);
    }
    read_configurations(s, walk);
    sx_inspect_gaps(s, walk);
    for (size_t i = 0; i < s->jobs.n; i++) {
        sx_dyld_sockets(s->dyld, s->jobs.at[i]);
        SX_PUSH(s->in->arena, &s->all->jobs, &s->jobs.at[i]->head);
    }
    sx_inspect_nested_containers(s, walk);
}

static void unreadable(struct sx_subject *s, const struct sx_err *err)
{
    static const char *const members[] = { "code", "jobs", "profiles", "configurations" };
    sx_unread_all(&s->artifact->head, s->in->arena, members, SX_LEN(members), err);
}

/* The tree of an artifact lives as long as the run, for members that are read when asked for. */
static struct sx_tree *tree_new(struct sx_subject *s)
{
    struct sx_tree *tree = SX_NEW(s->in->arena, struct sx_tree);
    tree->fd = -1;
    s->tree = tree;
    return tree;
}

static enum sx_ArtifactKind kind_of_folder(const struct sx_walk *walk, struct sx_str name)
{
    if (walk->code != NULL && walk->code->path.len == 0)
        return SX_ARTIFACT_KIND_BUNDLE;
    return sx_str_ends(name, SX_STR(".xcarchive")) ? SX_ARTIFACT_KIND_XCARCHIVE
                                                   : SX_ARTIFACT_KIND_FOLDER;
}

static void inspect_folder(struct sx_subject *s, const char *path, struct sx_str name)
{
    struct sx_tree *tree = tree_new(s);
    SX_AUTO(sx_walk_release) struct sx_walk walk = { 0 };
    struct sx_err err = { 0 };
    s->prefix = name;
    if (sx_tree_disk(path, name, tree, &err) && sx_walk_tree(tree, s->in->arena, &walk, &err)) {
        s->artifact->kind = (uint16_t)kind_of_folder(&walk, name);
        sx_inspect_walk(s, &walk);
        if (s->all->code.n == 0 && sx_sources_add_folder(s->in->sources, s, &walk))
            s->artifact->kind = SX_ARTIFACT_KIND_SOURCE;
        if (walk.files == 0 && s->artifact->kind != SX_ARTIFACT_KIND_BUNDLE) {
            sx_fail(&err, SX_E_UNSUPPORTED, 0, "there is no file in it");
            unreadable(s, &err);
        }
    } else {
        s->artifact->kind = SX_ARTIFACT_KIND_FOLDER;
        unreadable(s, &err);
    }
    sx_tree_rest(tree, path, s->in->arena);
}

void sx_inspect_bundle_at(struct sx_subject *s, const char *path, struct sx_str name)
{
    struct sx_subject bundle = {
        .in = s->in, .artifact = s->artifact, .examined = s->examined, .all = s->all
    };
    inspect_folder(&bundle, path, name);
}

const struct sx_Profile *sx_inspect_profile_at(struct sx_subject *s, struct sx_str path)
{
    struct sx_tree *tree = tree_new(s);
    struct sx_str name = sx_str_base(path);
    struct sx_str folder =
        name.len < path.len ? sx_str_sub(path, 0, path.len - name.len) : SX_STR(".");
    const char *where = sx_str_dup(s->in->arena, folder).ptr;
    struct sx_err err = { 0 };
    bool is_there = sx_tree_disk(where, SX_STR(""), tree, &err);
    const struct sx_Profile *profile = sx_inspect_profile(s, sx_str_dup(s->in->arena, name));
    if (is_there)
        sx_tree_rest(tree, where, s->in->arena);
    return profile;
}

/* A property list that stands alone, plain or signed. */
static void inspect_plist(struct sx_subject *s, struct sx_str name)
{
    struct sx_arena *arena = s->in->arena;
    struct sx_span bytes, text;
    struct sx_plist plist;
    struct sx_err err = { 0 };
    if (!sx_subject_read(s, name, SX_MAX_SMALL_FILE, &bytes, &err)) {
        unreadable(s, &err);
        return;
    }
    text = sx_inspect_content(s, bytes);
    enum sx_ArtifactKind kind =
        sx_plist_parse(text, arena, &plist, &err) && plist.root.kind == SX_MAP
            ? sx_kind_of_plist(plist.root.map)
            : SX_ARTIFACT_KIND_OTHER;
    bool is_configuration =
        kind == SX_ARTIFACT_KIND_MOBILECONFIG || sx_str_ends(name, SX_STR(".mobileconfig"));
    bool is_profile = kind == SX_ARTIFACT_KIND_PROFILE ||
                      sx_str_ends(name, SX_STR(".provisionprofile")) ||
                      sx_str_ends(name, SX_STR(".mobileprovision"));
    s->artifact->kind = is_configuration ? SX_ARTIFACT_KIND_MOBILECONFIG
                        : is_profile     ? SX_ARTIFACT_KIND_PROFILE
                                         : (uint16_t)kind;
    if (is_configuration) {
        SX_PUSH(arena, &s->all->configurations, &sx_inspect_configuration(s, name, bytes)->head);
    } else if (is_profile) {
        const struct sx_Profile *profile = sx_inspect_profile(s, name);
        SX_PUSH(arena, &s->all->profiles, &profile->head);
        sx_sources_add_profile(s->in->sources, s, name, profile);
    } else if (sx_sources_add(s->in->sources, s, name, text,
                              kind != SX_ARTIFACT_KIND_OTHER ? plist.root.map : NULL)) {
        s->artifact->kind = SX_ARTIFACT_KIND_ENTITLEMENTS;
    }
}

/* What has no reader here is named, and never passes for examined. */
static void no_reader(struct sx_subject *s, const char *what)
{
    struct sx_arena *arena = s->in->arena;
    struct sx_str reason = sx_str_printf(arena, "%s: sxlint has no reader for it", what);
    sx_fact_unread(&s->artifact->head, arena, "code", SX_UNREAD_NOT_EXAMINED, reason, -1);
}

/* A copy that was cut off, or never begun, shows no longer what it is. It must not pass for a file
 * that nobody asks about. */
static void look_for_promised(struct sx_subject *s, const struct sx_source *source,
                              struct sx_str name)
{
    const char *what = sx_kind_promised(name);
    struct sx_err err = { 0 };
    if (source->size == 0)
        sx_fail(&err, SX_E_UNSUPPORTED, 0, "the file is empty");
    else if (what != NULL)
        sx_fail(&err, SX_E_UNSUPPORTED, 0,
                "its name says %s, its bytes do not; %llu bytes of no form that sxlint knows", what,
                (unsigned long long)source->size);
    if (err.code != SX_OK)
        unreadable(s, &err);
}

/* A script, or any other file that is no Mach-O and signed all the same. */
static bool is_signed_file(const struct sx_subject *s, struct sx_str name)
{
    return s->artifact->kind == SX_ARTIFACT_KIND_OTHER &&
           (s->in->run->question.detached.ptr != NULL ||
            sx_attribute_has(s->tree, name, SX_ATTRIBUTE_OF_PARTS "CodeDirectory"));
}

/* One file of the tree, by what is in it. */
static void inspect_content(struct sx_subject *s, struct sx_source *source,
                            struct sx_tree_entry *entry)
{
    const struct sx_container_format *format = sx_container_format_at(source);
    struct sx_err err = { 0 };
    enum sx_ArtifactKind kind = sx_kind_of_file(source, format);
    bool is_macho = kind == SX_ARTIFACT_KIND_MACHO;
    s->artifact->kind = (uint16_t)kind;
    if (format != NULL && format->unpack != NULL) {
        if (!sx_inspect_container(s, format, source, entry->name, &err))
            unreadable(s, &err);
    } else if (is_macho || is_signed_file(s, entry->name)) {
        SX_AUTO(sx_walk_release) struct sx_walk walk;
        sx_walk_file(entry, is_macho, s->in->arena, &walk);
        sx_inspect_walk(s, &walk);
    } else if (kind == SX_ARTIFACT_KIND_PLIST) {
        inspect_plist(s, entry->name);
    } else if (format != NULL) {
        no_reader(s, format->title);
    } else {
        look_for_promised(s, source, entry->name);
    }
}

static void inspect_file(struct sx_subject *s, const char *path, struct sx_str name)
{
    struct sx_arena *arena = s->in->arena;
    struct sx_tree *tree = tree_new(s);
    struct sx_source source = { 0 };
    struct sx_tree_entry entry;
    struct sx_err err = { 0 };
    size_t folder_len = strlen(path) - name.len;
    const char *folder =
        folder_len > 0 ? sx_str_dup(arena, (struct sx_str){ path, folder_len }).ptr : ".";
    s->artifact->kind = SX_ARTIFACT_KIND_OTHER;
    s->prefix = SX_STR("");
    const char *said = sx_str_dup(arena, sx_escape(arena, sx_str_of(path))).ptr;
    if (sx_tree_disk(folder, SX_STR(""), tree, &err) &&
        sx_source_open(AT_FDCWD, path, said, true, &source, &err) &&
        sx_tree_stat(tree, name, &entry, &err)) {
        entry.name = name;
        inspect_content(s, &source, &entry);
    } else {
        unreadable(s, &err);
    }
    sx_source_close(&source);
    sx_tree_rest(tree, folder, arena);
}

static void not_there(struct sx_subject *s, const char *path, int number)
{
    struct sx_err err = { 0 };
    s->artifact->kind = SX_ARTIFACT_KIND_OTHER;
    sx_fail_errno(&err, number, "open",
                  sx_str_dup(s->in->arena, sx_escape(s->in->arena, sx_str_of(path))).ptr);
    unreadable(s, &err);
}

/* The last component of a path as the user knows it; "." and ".." stand for a folder's name. */
static struct sx_str artifact_name(struct sx_arena *arena, const char *path)
{
    char real[PATH_MAX];
    struct sx_str text = sx_str_of(path);
    while (text.len > 1 && text.ptr[text.len - 1] == '/')
        text.len--;
    struct sx_str name = sx_str_base(text);
    if (!sx_str_is(name, ".") && !sx_str_is(name, "..") && name.len > 0)
        return sx_str_dup(arena, name);
    return realpath(path, real) != NULL ? sx_str_dup(arena, sx_str_base(sx_str_of(real))) : text;
}

static const struct sx_Artifact *inspect_path(struct sx_inspector *in, const char *path,
                                              const struct sx_given_log *log,
                                              struct sx_examined *examined)
{
    struct sx_Artifact *artifact = SX_FACT(in->arena, Artifact);
    struct sx_gathered all = { .log = log };
    struct sx_subject s = { .in = in, .artifact = artifact, .examined = examined, .all = &all };
    struct sx_str name = artifact_name(in->arena, path);
    struct stat st;
    artifact->path = sx_str_dup(in->arena, sx_str_of(path));
    artifact->log = log != NULL ? log->map : NULL;
    in->meter.path = path;
    if (stat(path, &st) != 0)
        not_there(&s, path, errno);
    else if (S_ISDIR(st.st_mode))
        inspect_folder(&s, path, name);
    else
        inspect_file(&s, path, name);
    artifact->code = sx_facts_sorted(all.code);
    artifact->jobs = sx_facts_sorted(all.jobs);
    artifact->profiles = sx_facts_sorted(all.profiles);
    artifact->configurations = sx_facts_sorted(all.configurations);
    artifact->container = sx_facts_sorted(all.containers);
    return artifact;
}

bool sx_anchor_check(struct sx_str pem, struct sx_err *err)
{
    SX_AUTO(sx_crypto_freep) struct sx_crypto *crypto = sx_crypto_new();
    SX_AUTO(sx_trust_freep) struct sx_trust *trust = sx_trust_new(crypto);
    return sx_trust_add_pem(trust, (struct sx_span){ (const uint8_t *)pem.ptr, pem.len, 0 }, err);
}

/* Apple's anchors and the user's, which sx_anchor_check has seen before. */
static struct sx_trust *trust_of(struct sx_inspector *in, const struct sx_question *question)
{
    struct sx_trust *trust = sx_trust_new(in->crypto);
    for (size_t i = 0; i < question->anchors.n; i++) {
        struct sx_err ignored = { 0 };
        struct sx_str pem = question->anchors.at[i];
        struct sx_span bytes = { (const uint8_t *)pem.ptr, pem.len, 0 };
        if (!sx_trust_add_pem(trust, bytes, &ignored))
            continue;
    }
    return trust;
}

struct sx_run *sx_inspect(const struct sx_question *question, const char *const *paths, size_t n)
{
    struct sx_arena *arena = sx_arena_new();
    struct inspection *i = SX_NEW(arena, struct inspection);
    i->run = (struct sx_run){ .arena = arena, .question = *question };
    i->in = (struct sx_inspector){ .run = &i->run, .arena = arena };
    i->in.scratch = sx_arena_new();
    i->in.sources = &i->sources;
    i->in.pool = sx_pool_new(question->jobs);
    i->in.crypto = sx_crypto_new();
    i->in.hasher = sx_hasher_new(i->in.crypto);
    i->trust = trust_of(&i->in, question);
    i->in.trust = i->trust;
    sx_table_init(&i->in.catalogue, arena);
    sx_table_init(&i->in.certificates, arena);
    sx_table_init(&i->in.whole, arena);
    i->run.certificates = &i->in.whole;
    i->in.budget = (struct sx_budget){ .members = SX_MAX_UNPACK_MEMBERS,
                                       .bytes = SX_MAX_UNPACK_BYTES,
                                       .spool = sx_spool_new(),
                                       .meter = &i->in.meter };
    sx_meter_init(&i->in.meter, question->progress, question->progress_context);
    size_t first = question->target != NULL ? 1 : 0;
    struct sx_examined *examined = SX_NEW_N(arena, struct sx_examined, first + n);
    const struct sx_object **artifacts = SX_NEW_N(arena, const struct sx_object *, first + n);
    i->run.question.target = NULL; /* it need not outlive this call */
    if (question->target != NULL)
        artifacts[0] = &sx_inspect_target(&i->in, question->target, &examined[0])->head;
    for (size_t k = 0; k < n; k++) {
        const struct sx_given_log *log = question->logs != NULL ? question->logs[k] : NULL;
        artifacts[first + k] = &inspect_path(&i->in, paths[k], log, &examined[first + k])->head;
    }
    i->run.question.logs = NULL; /* likewise */
    sx_sources_build(&i->sources);
    i->run.artifacts = (struct sx_objs){ artifacts, first + n };
    i->run.examined = examined;
    sx_derive_run(&i->run);
    return &i->run;
}

void sx_run_free(struct sx_run *run)
{
    if (run == NULL)
        return;
    struct inspection *i = (struct inspection *)run;
    sx_containers_close(&i->in);
    sx_spool_free(i->in.budget.spool);
    sx_trust_free(i->trust);
    sx_hasher_free(i->in.hasher);
    sx_crypto_free(i->in.crypto);
    sx_pool_free(i->in.pool);
    sx_arena_free(i->in.scratch);
    sx_arena_free(run->arena);
}
