/* SPDX-License-Identifier: MIT */
/* What other objects than slices have that slices answer: whether the class of a provider is
 * among those of its executable, and where a launchd job has its sockets. */
#include "inspect/dyld.h"
#include "macho/symbols.h"

/* Providers */

struct provider {
    struct sx_lazy lazy;
    struct sx_Provider *facts;
    const struct sx_dyld_file *file; /* of the extension's executable */
};

static bool has_list(const struct sx_Slice *slice, const char *member)
{
    const struct sx_member *m = sx_type_member(&sx_type_Slice, sx_str_of(member));
    return sx_object_get(&slice->head, m).kind != SX_UNKNOWN;
}

/* Every slice that is loaded has its image in its lazy member. */
static const struct sx_dyld_image *image_of(const struct sx_Slice *slice)
{
    return (const struct sx_dyld_image *)slice->head.lazy;
}

/* The class of this name that the slice defines; `*listed` turns false when its classes are not
 * known. */
static const struct sx_macho_class *class_in(const struct sx_Slice *slice, struct sx_str name,
                                             bool *listed)
{
    if (!has_list(slice, "classes")) {
        *listed = false;
        return NULL;
    }
    for (size_t i = 0; i < slice->classes.n; i++)
        if (sx_str_eq(slice->classes.at[i], name))
            return &image_of(slice)->classes[i];
    return NULL;
}

/* ... or one of the images that come with it. */
static const struct sx_macho_class *class_around(const struct sx_Slice *slice, struct sx_str name,
                                                 bool *listed)
{
    const struct sx_macho_class *class = class_in(slice, name, listed);
    if (class == NULL && !has_list(slice, "loads"))
        *listed = false;
    for (size_t i = 0; class == NULL && i < slice->loads.n; i++)
        class = class_in(SX_AT(Slice, slice->loads, i), name, listed);
    return class;
}

static void fill_provider(struct sx_lazy *lazy, const struct sx_member *member)
{
    struct provider *p = (struct provider *)lazy; /* its first member */
    const struct sx_macho_class *class = NULL;
    bool listed = true;
    for (size_t i = 0; class == NULL && i < p->file->images.n; i++)
        class = class_around(p->file->images.at[i]->slice, p->facts->className, &listed);
    if (strcmp(member->name, "superclass") == 0)
        p->facts->superclass = class != NULL ? class->superclass : (struct sx_str){ 0 };
    else
        p->facts->inBinary = class != NULL ? SX_TRI_TRUE : listed ? SX_TRI_FALSE : SX_TRI_ABSENT;
}

/* The list holds providers that are not to be changed: copies take their places. */
void sx_dyld_providers(struct sx_dyld *dyld, struct sx_Code *code)
{
    const struct sx_dyld_file *file = sx_table_get(&dyld->by_code, code->path);
    struct sx_objs old = code->providers;
    if (file == NULL || old.n == 0)
        return;
    const struct sx_object **at = SX_NEW_N(dyld->arena, const struct sx_object *, old.n);
    for (size_t i = 0; i < old.n; i++) {
        struct provider *p = SX_NEW(dyld->arena, struct provider);
        p->facts = SX_NEW(dyld->arena, struct sx_Provider);
        *p->facts = *SX_AT(Provider, old, i);
        p->lazy = (struct sx_lazy){ .object = &p->facts->head, .fill = fill_provider };
        p->file = file;
        p->facts->head.lazy = &p->lazy;
        at[i] = &p->facts->head;
    }
    code->providers = (struct sx_objs){ at, old.n };
}

/* Sockets */

struct sockets {
    struct sx_lazy lazy;
    struct sx_dyld *dyld;
    struct sx_Job *job;
    SX_VEC(struct sx_str) paths;
};

static void add_socket(struct sockets *s, struct sx_value socket)
{
    struct sx_str path;
    if (socket.kind == SX_MAP && sx_map_str(socket.map, "SockPathName", &path))
        SX_PUSH(s->dyld->arena, &s->paths, path);
}

/* Sockets is a dictionary of dictionaries, or of lists of dictionaries (launchd.plist(5)). */
static void add_from_plist(struct sockets *s)
{
    const struct sx_map *sockets = NULL;
    if (!sx_map_map(s->job->plist, "Sockets", &sockets))
        return;
    for (size_t i = 0; i < sockets->n; i++) {
        struct sx_value value = sockets->at[i].value;
        add_socket(s, value);
        for (size_t k = 0; value.kind == SX_LIST && k < value.list.n; k++)
            add_socket(s, sx_list_at(value, k));
    }
}

/* Only what has a folder in it is a path; a bare name is put below some folder at run time. */
static bool is_socket_path(struct sx_str text)
{
    return sx_str_ends(text, SX_STR(".sock")) && sx_str_find(text, SX_STR("/")) < text.len;
}

/* Literals of the program. That they cannot be read is why the list is not known. */
static void add_from_slice(struct sockets *s, const struct sx_Slice *slice)
{
    const struct sx_member *m = sx_type_member(&sx_type_Slice, SX_STR("strings"));
    struct sx_value v = sx_object_get(&slice->head, m);
    if (v.kind == SX_UNKNOWN) {
        sx_fact_unread(&s->job->head, s->dyld->arena, "socketPaths",
                       (enum sx_unread_state)v.unread->state, v.unread->reason, -1);
        return;
    }
    for (size_t i = 0; i < slice->strings.n; i++)
        if (is_socket_path(slice->strings.at[i]))
            SX_PUSH(s->dyld->arena, &s->paths, slice->strings.at[i]);
}

static struct sx_strs sorted(struct sockets *s)
{
    size_t n = 0;
    sx_strs_sort(s->paths.at, s->paths.n);
    for (size_t i = 0; i < s->paths.n; i++)
        if (n == 0 || !sx_str_eq(s->paths.at[n - 1], s->paths.at[i]))
            s->paths.at[n++] = s->paths.at[i];
    return (struct sx_strs){ s->paths.at, n };
}

static void fill_sockets(struct sx_lazy *lazy, const struct sx_member *member)
{
    struct sockets *s = (struct sockets *)lazy; /* its first member */
    (void)member;                               /* a job has one lazy member */
    add_from_plist(s);
    for (size_t i = 0; s->job->code != NULL && i < s->job->code->slices.n; i++)
        add_from_slice(s, SX_AT(Slice, s->job->code->slices, i));
    s->job->socketPaths = sorted(s);
}

void sx_dyld_sockets(struct sx_dyld *dyld, struct sx_Job *job)
{
    struct sockets *s = SX_NEW(dyld->arena, struct sockets);
    *s = (struct sockets){ .lazy = { .object = &job->head, .fill = fill_sockets },
                           .dyld = dyld,
                           .job = job };
    job->head.lazy = &s->lazy;
}
