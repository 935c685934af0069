/* SPDX-License-Identifier: MIT */
/* The least that anyone who opens a disk image must do: unpacks the zlib streams that stand one
 * behind the other at the beginning of a file, by one thread, and then runs another command.
 *
 *     inflate FILE COMMAND... */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

enum { CHUNK = 1 << 20 };

/* Returns how many bytes of `in` the stream took, 0 when there is none. */
static size_t inflate_one(z_stream *z, const unsigned char *in, size_t len)
{
    static unsigned char out[CHUNK];
    inflateReset(z);
    z->next_in = (unsigned char *)(size_t)in;
    z->avail_in = (uInt)(len < CHUNK ? len : CHUNK);
    z->next_out = out;
    z->avail_out = sizeof(out);
    return inflate(z, Z_FINISH) == Z_STREAM_END ? z->total_in : 0;
}

int main(int argc, char *argv[])
{
    struct stat st;
    z_stream z = { 0 };
    int fd = argc > 2 ? open(argv[1], O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0 || fstat(fd, &st) != 0 || inflateInit(&z) != Z_OK) {
        fputs("usage: inflate FILE COMMAND...\n", stderr);
        return 2;
    }
    size_t size = (size_t)st.st_size, at = 0, n;
    const unsigned char *in = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (in == MAP_FAILED)
        return 1;
    while ((n = inflate_one(&z, in + at, size - at)) > 0)
        at += n;
    inflateEnd(&z);
    execvp(argv[2], argv + 2);
    return 1;
}
