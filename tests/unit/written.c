/* SPDX-License-Identifier: MIT */
#include "written.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

static bool append(void *context, const char *bytes, size_t n)
{
    struct written *out = context;
    sx_buf_put(&out->buf, bytes, n);
    return out->stop_at == 0 || out->buf.len < out->stop_at;
}

struct sx_out written_to(struct written *out)
{
    return (struct sx_out){ append, out };
}

static void rewrite(const char *path, struct sx_str text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fwrite(text.ptr, 1, text.len, f);
    fclose(f);
}

static void read_file(const char *path, struct sx_buf *out)
{
    char chunk[4096];
    FILE *f = fopen(path, "r");
    for (size_t n; f != NULL && (n = fread(chunk, 1, sizeof(chunk), f)) > 0;)
        sx_buf_put(out, chunk, n);
    if (f != NULL)
        fclose(f);
}

void assert_written_as(struct written *out, const char *name)
{
    char path[1024];
    struct sx_buf expected = { 0 };
    sx_buf_char(&out->buf, '\0');
    snprintf(path, sizeof(path), SX_SOURCE "/tests/unit/expected/%s", name);
    if (getenv("SX_REWRITE") != NULL)
        rewrite(path, (struct sx_str){ out->buf.ptr, out->buf.len - 1 });
    read_file(path, &expected);
    sx_buf_char(&expected, '\0');
    assert_string_equal(out->buf.ptr, expected.ptr);
    sx_buf_release(&expected);
    sx_buf_release(&out->buf);
}
