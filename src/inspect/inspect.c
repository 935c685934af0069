/* SPDX-License-Identifier: MIT */
/* A run from its arguments: what each path is, and a call to whoever reads it. */
#include "inspect/inspect.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arith.h"
#include "base/buf.h"
#include "base/limits.h"
#include "inspect/inspector.h"
#include "inspect/kind.h"

/* The run, with what its lazy members and its artifacts need for as long as it lives. */
struct inspection {
    struct sx_run run; /* first: sx_run_free finds the rest through it */
    struct sx_inspector in;
};

static int by_path(const void *a, const void *b)
{
    /* every type that is sorted here has its path as first member behind the head */
    const struct sx_Code *x = *(const struct sx_Code *const *)a;
    const struct sx_Code *y = *(const struct sx_Code *const *)b;
    return sx_str_cmp(x->path, y->path);
}

static struct sx_objs sorted(struct sx_arena *arena, const struct sx_object **at, size_t n)
{
    (void)arena;
    if (n > 1)
        qsort(at, n, sizeof(*at), by_path);
    return (struct sx_objs){ at, n };
}
