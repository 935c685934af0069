/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* More than any requirement or notary log that is read. */
enum { MAX_INPUT = 32 << 20 };

static bool read_all(struct input *in, FILE *file)
{
    size_t cap = 0;
    for (;;) {
        if (in->n == cap) {
            cap = cap > 0 ? 2 * cap : 4096;
            char *grown = cap <= MAX_INPUT ? realloc(in->bytes, cap) : NULL;
            if (grown == NULL) {
                errno = EFBIG;
                return false;
            }
            in->bytes = grown;
        }
        size_t n = fread(in->bytes + in->n, 1, cap - in->n, file);
        if (n == 0)
            return ferror(file) == 0;
        in->n += n;
    }
}

int input_read(struct input *in, const char *word)
{
    bool is_stdin = strcmp(word, "-") == 0;
    sxlint_escape(is_stdin ? "stdin" : word, in->safe, sizeof(in->safe));
    in->name = in->safe;
    FILE *file = is_stdin ? stdin : fopen(word, "rb");
    if (file == NULL) {
        complain("cannot open %s: %s", in->name, strerror(errno));
        return SXLINT_UNREADABLE;
    }
    bool ok = read_all(in, file);
    int reason = errno;
    if (!is_stdin)
        fclose(file);
    if (ok)
        return -1;
    complain("cannot read %s: %s", in->name, strerror(reason));
    return SXLINT_UNREADABLE;
}

void input_release(struct input *in)
{
    free(in->bytes);
}
