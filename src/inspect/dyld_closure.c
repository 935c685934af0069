/* SPDX-License-Identifier: MIT */
/* Which images come with one: what it loads, what these load, and so on. */
#include "inspect/dyld.h"

#include <stdlib.h>

static int by_path(const void *a, const void *b)
{
    const struct sx_Slice *x = *(const struct sx_Slice *const *)a;
    const struct sx_Slice *y = *(const struct sx_Slice *const *)b;
    return sx_str_cmp(x->code->path, y->code->path);
}

struct closure {
    struct sx_dyld *dyld;
    uint32_t number;
    SX_VEC(struct sx_dyld_image *) images; /* in the order in which they were met */
};

static void meet(struct closure *c, struct sx_dyld_image *image)
{
    if (image == NULL || image->loaded == c->number)
        return;
    image->loaded = c->number;
    SX_PUSH(c->dyld->scratch, &c->images, image);
}

/* The list of images is its own queue. The first is the one that was asked for. */
static bool follow(struct closure *c)
{
    for (size_t i = 0; i < c->images.n; i++) {
        const struct sx_dyld_image *image = c->images.at[i];
        if (!sx_dyld_spend(c->dyld, image->slice->dylibs.n + 1))
            return false;
        for (size_t k = 0; k < image->slice->dylibs.n; k++)
            meet(c, image->answers[k].image);
    }
    return true;
}

bool sx_dyld_closure(struct sx_dyld_image *image, struct sx_objs *out, struct sx_err *err)
{
    struct sx_dyld *dyld = image->dyld;
    struct sx_arena_mark mark = sx_arena_mark(dyld->scratch);
    struct closure c = { .dyld = dyld, .number = ++dyld->n_processes };
    meet(&c, image);
    bool complete = follow(&c);
    if (complete) {
        const struct sx_object **at =
            SX_NEW_N(dyld->arena, const struct sx_object *, c.images.n - 1);
        for (size_t i = 1; i < c.images.n; i++)
            at[i - 1] = &c.images.at[i]->slice->head;
        *out = (struct sx_objs){ at, c.images.n - 1 };
        if (out->n > 1)
            qsort(at, out->n, sizeof(*at), by_path);
    }
    sx_arena_rewind(dyld->scratch, mark);
    return complete || sx_fail(err, SX_E_LIMIT, 0, "it takes too many steps to list them");
}
