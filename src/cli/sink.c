/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"

#include <errno.h>
#include <string.h>

static int cannot(const char *what, const struct sink *sink)
{
    char safe[400] = "stdout";
    int reason = errno;
    if (sink->name != NULL)
        sxlint_escape(sink->name, safe, sizeof(safe));
    complain("cannot %s %s: %s", what, safe, strerror(reason));
    return SXLINT_UNREADABLE;
}

bool sink_open(struct sink *sink, const char *name)
{
    *sink = (struct sink){ stdout, name };
    if (name != NULL)
        sink->file = fopen(name, "wb");
    return sink->file != NULL || cannot("write", sink) < 0;
}

int sink_close(struct sink *sink)
{
    bool failed = fflush(sink->file) != 0 || ferror(sink->file) != 0;
    if (sink->file != stdout)
        failed = fclose(sink->file) != 0 || failed;
    return failed ? cannot("write", sink) : SXLINT_OK;
}

static bool write_bytes(void *context, const char *bytes, size_t n)
{
    return fwrite(bytes, 1, n, ((struct sink *)context)->file) == n;
}

struct sxlint_writer sink_writer(struct sink *sink)
{
    return (struct sxlint_writer){ write_bytes, sink };
}
