/* SPDX-License-Identifier: MIT */
#include "package/cpio.h"

#include "base/arith.h"
#include "base/limits.h"
#include "package/container.h"

#include <stdlib.h>
#include <sys/stat.h>

/* Fields of a header that count here, in both forms. */
enum field { DEV, INO, MODE, UID, N_LINKS, NAME_SIZE, FILE_SIZE, N_FIELDS };

struct form {
    const char *magic;
    unsigned base;
    size_t header_len, align;
    struct {
        uint8_t at, len;
    } fields[N_FIELDS];
};

static const struct form forms[] = {
    { "070707",
      8,
      76,
      1,
      { { 6, 6 }, { 12, 6 }, { 18, 6 }, { 24, 6 }, { 36, 6 }, { 59, 6 }, { 65, 11 } } },
    { "070701",
      16,
      110,
      4,
      { { 62, 8 }, { 6, 8 }, { 14, 8 }, { 22, 8 }, { 38, 8 }, { 94, 8 }, { 54, 8 } } },
    { "070702",
      16,
      110,
      4,
      { { 62, 8 }, { 6, 8 }, { 14, 8 }, { 22, 8 }, { 38, 8 }, { 94, 8 }, { 54, 8 } } },
};
enum { MAGIC_LEN = 6, HEADER_MAX = 110 };

struct sx_cpio {
    struct sx_payload *payload;
    uint64_t off;  /* in the unpacked archive */
    uint64_t left; /* content of the entry at hand that has not been read */
    size_t pad;    /* behind it */
    char name[SX_MAX_MEMBER_PATH + 1], link[SX_MAX_MEMBER_PATH];
};

struct sx_cpio *sx_cpio_new(struct sx_payload *payload)
{
    struct sx_cpio *cpio = calloc(1, sizeof(*cpio));
    if (cpio == NULL)
        abort();
    cpio->payload = payload;
    return cpio;
}

void sx_cpio_free(struct sx_cpio *cpio)
{
    free(cpio);
}

void sx_cpio_freep(struct sx_cpio **cpio)
{
    sx_cpio_free(*cpio);
}

static bool take(struct sx_cpio *c, void *buf, size_t len, const char *what, struct sx_err *err)
{
    size_t n;
    SX_TRY(sx_payload_read(c->payload, buf, len, &n, err));
    if (n < len)
        return sx_fail(err, SX_E_TRUNCATED, c->off + n, "cpio: the archive ends in the %s", what);
    c->off += n;
    return true;
}

static bool skip(struct sx_cpio *c, uint64_t len, const char *what, struct sx_err *err)
{
    uint8_t buffer[16 << 10];
    while (len > 0) {
        size_t n = (size_t)sx_min_u64(len, sizeof(buffer));
        SX_TRY(take(c, buffer, n, what, err));
        len -= n;
    }
    return true;
}

static bool number(const struct form *form, const char *header, enum field field, uint64_t *out)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    *out = 0;
    for (size_t i = 0; i < form->fields[field].len; i++) {
        char c = header[form->fields[field].at + i];
        const char *at = c != '\0' ? strchr(digits, c) : NULL;
        if (at == NULL || (size_t)(at - digits) % 16 >= form->base)
            return false;
        *out = *out * form->base + (uint64_t)(at - digits) % 16;
    }
    return true;
}

static bool read_header(struct sx_cpio *c, const struct form **form, uint64_t fields[N_FIELDS],
                        struct sx_err *err)
{
    char header[HEADER_MAX];
    uint64_t off = c->off;
    SX_TRY(take(c, header, MAGIC_LEN, "magic of an entry", err));
    bool is_known = false;
    for (size_t i = 0; i < SX_LEN(forms) && !is_known; i++) {
        is_known = memcmp(header, forms[i].magic, MAGIC_LEN) == 0;
        *form = &forms[i];
    }
    struct sx_span magic = { (const uint8_t *)header, MAGIC_LEN, off };
    if (!is_known && off == 0 && sx_format_apple_archive.recognise(magic, NULL))
        return sx_fail(err, SX_E_UNSUPPORTED, off, "an Apple Archive, which sxlint does not read");
    if (!is_known)
        return sx_fail(err, SX_E_MAGIC, off, "cpio: no entry at byte %llu of the archive",
                       (unsigned long long)off);
    SX_TRY(take(c, header + MAGIC_LEN, (*form)->header_len - MAGIC_LEN, "header of an entry", err));
    for (enum field f = 0; f < N_FIELDS; f++)
        if (!number(*form, header, f, &fields[f]))
            return sx_fail(err, SX_E_FORMAT, off,
                           "cpio: no numbers in the header at byte %llu of the archive",
                           (unsigned long long)off);
    if (fields[NAME_SIZE] == 0 || fields[NAME_SIZE] > sizeof(c->name))
        return sx_fail(err, SX_E_LIMIT, off, "cpio: a name of %llu bytes, at most %d",
                       (unsigned long long)fields[NAME_SIZE], SX_MAX_MEMBER_PATH);
    return true;
}

/* Bytes up to the next multiple; `off` counts from the start of the archive. */
static size_t padding(uint64_t off, size_t align)
{
    return (align - (size_t)(off % align)) % align;
}

static enum sx_entry_type type_of(uint64_t mode)
{
    switch (mode & S_IFMT) {
    case S_IFREG:
        return SX_ENTRY_FILE;
    case S_IFDIR:
        return SX_ENTRY_DIRECTORY;
    case S_IFLNK:
        return SX_ENTRY_SYMLINK;
    default:
        return SX_ENTRY_SPECIAL;
    }
}

static bool read_name(struct sx_cpio *c, const struct form *form, size_t len, struct sx_str *out,
                      struct sx_err *err)
{
    uint64_t off = c->off;
    SX_TRY(take(c, c->name, len, "name of an entry", err));
    if (memchr(c->name, '\0', len) != c->name + len - 1)
        return sx_fail(err, SX_E_FORMAT, off,
                       "cpio: the name at byte %llu of the archive does not end as it says",
                       (unsigned long long)off);
    *out = (struct sx_str){ c->name, len - 1 };
    return skip(c, padding(c->off, form->align), "name of an entry", err);
}

/* The text of a symbolic link is its content. */
static bool read_link(struct sx_cpio *c, struct sx_str *out, struct sx_err *err)
{
    if (c->left > sizeof(c->link))
        return sx_fail(err, SX_E_LIMIT, c->off, "cpio: a link of %llu bytes, at most %d",
                       (unsigned long long)c->left, SX_MAX_MEMBER_PATH);
    size_t len = (size_t)c->left;
    SX_TRY(take(c, c->link, len, "text of a link", err));
    *out = (struct sx_str){ c->link, len };
    c->left = 0;
    return true;
}

bool sx_cpio_next(struct sx_cpio *cpio, struct sx_cpio_entry *out, bool *is_end, struct sx_err *err)
{
    const struct form *form = forms;
    uint64_t fields[N_FIELDS] = { 0 };
    SX_TRY(skip(cpio, cpio->left + cpio->pad, "content of an entry", err));
    cpio->left = 0;
    cpio->pad = 0;
    SX_TRY(read_header(cpio, &form, fields, err));
    *out = (struct sx_cpio_entry){ .type = type_of(fields[MODE]),
                                   .mode = fields[MODE] & 07777,
                                   .uid = (int64_t)fields[UID],
                                   .size = fields[FILE_SIZE],
                                   .device = fields[DEV],
                                   .inode = fields[INO] };
    SX_TRY(read_name(cpio, form, (size_t)fields[NAME_SIZE], &out->name, err));
    *is_end = sx_str_is(out->name, "TRAILER!!!");
    if (*is_end)
        return true;
    cpio->left = out->size;
    cpio->pad = padding(cpio->off + out->size, form->align);
    out->is_linked = out->type == SX_ENTRY_FILE && fields[N_LINKS] > 1;
    out->is_hard_link = out->is_linked && out->size == 0;
    if (out->type == SX_ENTRY_SYMLINK) {
        SX_TRY(read_link(cpio, &out->link, err));
        out->size = 0;
    }
    return true;
}

bool sx_cpio_read(struct sx_cpio *cpio, void *buf, size_t cap, size_t *n, struct sx_err *err)
{
    *n = (size_t)sx_min_u64(cap, cpio->left);
    SX_TRY(take(cpio, buf, *n, "content of an entry", err));
    cpio->left -= *n;
    return true;
}
