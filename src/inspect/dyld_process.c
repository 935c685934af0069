/* SPDX-License-Identifier: MIT */
/* Loading, without running: dyld finds the dependencies of an image in their order, then opens
 * each of them in turn (JustInTimeLoader.cpp, loadDependents). An image is loaded once. */
#include "inspect/dyld.h"

/* What two processes say of one dependency: of those that load an image for sure the worse
 * counts, since that one does not start; of those that are only taken to, the better. */
static int badness(enum sx_Found found)
{
    static const uint8_t order[] = {
        [SX_FOUND_SYSTEM] = 1,  [SX_FOUND_BUNDLED] = 2,    [SX_FOUND_HOST] = 3,
        [SX_FOUND_OUTSIDE] = 4, [SX_FOUND_WRONG_ARCH] = 5, [SX_FOUND_MISSING] = 6
    };
    return order[found];
}

static void merge(struct sx_dyld_answer *into, const struct sx_dyld_answer *answer, bool guesses)
{
    int old = badness(into->found), new = badness(answer->found);
    if (old == 0 || (new > 0 && (guesses ? new < old : new > old)))
        into->found = answer->found;
    if (into->image == NULL && (into->file == NULL || answer->image != NULL)) {
        into->file = answer->file;
        into->image = answer->image;
    }
}

/* Finds all dependencies of the image at the end of the chain. */
static bool find_all(struct sx_dyld_process *p)
{
    struct sx_dyld_image *image = p->chain.at[p->chain.n - 1].image;
    bool records = !p->guesses || !image->is_linked;
    for (size_t i = 0; i < image->slice->dylibs.n; i++) {
        struct sx_arena_mark mark = sx_arena_mark(p->dyld->scratch);
        struct sx_dyld_answer answer = sx_dyld_search(p, image->dylibs[i]->path);
        sx_arena_rewind(p->dyld->scratch, mark);
        if (!sx_dyld_spend(p->dyld, 1))
            return false;
        image->next[i] = answer.image;
        if (records)
            merge(&image->answers[i], &answer, p->guesses);
        if (!p->guesses && answer.image != NULL && answer.image->install_name.len > 0)
            sx_table_put(&p->names, answer.image->install_name, answer.image);
    }
    return true;
}

static bool is_open(const struct sx_dyld_process *p, const struct sx_dyld_image *image)
{
    return image->loaded == p->number || (p->guesses && image->guessed == p->guess);
}

static bool open_image(struct sx_dyld_process *p, struct sx_dyld_image *image)
{
    SX_PUSH(p->dyld->scratch, &p->chain, (struct sx_dyld_link){ .image = image });
    if (p->guesses) {
        image->guessed = p->guess;
    } else {
        image->loaded = p->number;
        image->is_linked = true;
    }
    return find_all(p);
}

/* Loads an image and all that comes with it; false when no steps are left. */
static bool load_image(struct sx_dyld_process *p, struct sx_dyld_image *image)
{
    size_t base = p->chain.n;
    if (!open_image(p, image))
        return false;
    while (p->chain.n > base) {
        struct sx_dyld_link *link = &p->chain.at[p->chain.n - 1];
        if (link->next == link->image->slice->dylibs.n) {
            p->chain.n--;
            continue;
        }
        struct sx_dyld_image *child = link->image->next[link->next++];
        if (child != NULL && !is_open(p, child) && !open_image(p, child))
            return false;
    }
    return true;
}

static struct sx_dyld_process process_new(struct sx_dyld *dyld, const struct sx_dyld_image *main,
                                          struct sx_str arch)
{
    struct sx_dyld_process p = {
        .dyld = dyld, .main = main, .arch = arch, .number = ++dyld->n_processes
    };
    sx_table_init(&p.names, dyld->scratch);
    return p;
}

static bool is_executable(const struct sx_dyld_image *image)
{
    return image->slice->fileType == SX_FILE_TYPE_EXECUTE;
}

static bool run(struct sx_dyld *dyld, struct sx_dyld_image *main)
{
    struct sx_dyld_process p = process_new(dyld, main, main->slice->arch);
    return load_image(&p, main);
}

/* Opens an image as dlopen does: the chain is that of the caller, taken to be the executable. */
static bool open_guest(struct sx_dyld_process *p, struct sx_dyld_image *guest)
{
    p->guess = ++p->dyld->n_guesses;
    return load_image(p, guest);
}

static bool run_with_guests(struct sx_dyld *dyld, struct sx_dyld_image *main)
{
    struct sx_dyld_process p = process_new(dyld, main, main->slice->arch);
    if (!load_image(&p, main))
        return false;
    p.guesses = true;
    SX_PUSH(dyld->scratch, &p.chain, (struct sx_dyld_link){ .image = main });
    for (size_t i = 0; i < main->guests.n; i++)
        if (!open_guest(&p, main->guests.at[i]))
            return false;
    return true;
}

/* By itself: whoever opens it is not here. */
static bool run_alone(struct sx_dyld *dyld, struct sx_dyld_image *image)
{
    struct sx_dyld_process p = process_new(dyld, NULL, image->slice->arch);
    p.guesses = true;
    return open_guest(&p, image);
}

/* The executables of the bundles around an image may open it. */
static void find_hosts(struct sx_dyld *dyld, struct sx_dyld_image *image)
{
    for (const struct sx_found_code *at = image->file->found->host; at != NULL; at = at->host) {
        const struct sx_dyld_file *file =
            at->main.ptr != NULL ? sx_table_get(&dyld->by_path, at->main) : NULL;
        struct sx_dyld_image *main =
            file != NULL ? sx_dyld_image_of(file, image->slice->arch) : NULL;
        if (main != NULL && is_executable(main))
            SX_PUSH(dyld->arena, &main->guests, image);
    }
}

/* Calls `visit` for every image of one sort, with the memory that it took given back. */
static bool each(struct sx_dyld *dyld, bool (*is_of_sort)(const struct sx_dyld_image *image),
                 bool (*visit)(struct sx_dyld *dyld, struct sx_dyld_image *image))
{
    for (size_t i = 0; i < dyld->images.n; i++) {
        struct sx_arena_mark mark = sx_arena_mark(dyld->scratch);
        if (is_of_sort(dyld->images.at[i]) && !visit(dyld, dyld->images.at[i]))
            return false;
        sx_arena_rewind(dyld->scratch, mark);
    }
    return true;
}

static bool has_guests(const struct sx_dyld_image *image)
{
    return image->guests.n > 0;
}

static bool is_unlinked(const struct sx_dyld_image *image)
{
    return !image->is_linked;
}

static bool resolve(struct sx_dyld *dyld)
{
    SX_TRY(each(dyld, is_executable, run));
    for (size_t i = 0; i < dyld->images.n; i++)
        if (is_unlinked(dyld->images.at[i]))
            find_hosts(dyld, dyld->images.at[i]);
    return each(dyld, has_guests, run_with_guests) && each(dyld, is_unlinked, run_alone);
}

/* All dependencies of an image have the same two entries. */
static void mark_unread(struct sx_dyld_image *image)
{
    static const char reason[] = "finding the dependencies of this artifact takes too many steps";
    for (size_t i = 0; i < image->slice->dylibs.n; i++) {
        struct sx_object *first = &image->dylibs[0]->head, *head = &image->dylibs[i]->head;
        static const char *const members[] = { "found", "code" };
        for (size_t k = 0; i == 0 && k < SX_LEN(members); k++)
            sx_fact_unread(first, image->dyld->arena, members[k], SX_UNREAD_NOT_EXAMINED,
                           sx_str_of(reason), -1);
        head->unread_bits = first->unread_bits;
        head->unread = first->unread;
    }
}

static void tell(struct sx_dyld_image *image)
{
    for (size_t i = 0; i < image->slice->dylibs.n; i++) {
        const struct sx_dyld_answer *answer = &image->answers[i];
        image->dylibs[i]->found = (uint16_t)answer->found;
        image->dylibs[i]->code = answer->file != NULL ? answer->file->code : NULL;
    }
}

void sx_dyld_resolve(struct sx_dyld *dyld)
{
    struct sx_arena_mark mark = sx_arena_mark(dyld->scratch);
    bool complete = resolve(dyld);
    sx_arena_rewind(dyld->scratch, mark);
    for (size_t i = 0; i < dyld->images.n; i++) {
        if (complete)
            tell(dyld->images.at[i]);
        else
            mark_unread(dyld->images.at[i]);
    }
}
