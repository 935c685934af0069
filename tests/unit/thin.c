/* SPDX-License-Identifier: MIT */
#include "thin.h"

#include "rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A verb: its number, and what follows cmd and cmdsize. */
static const struct verb {
    const char *name;
    uint32_t cmd;
    enum { SEGMENT, SEGMENT_32, WORDS, TEXT_AT_12, TEXT_AT_24, RAW } form;
    unsigned n_words; /* of WORDS and TEXT_AT_24, arguments first, then zeros */
} verbs[] = {
    { "seg", 0x19, SEGMENT, 0 },
    { "seg32", 0x1, SEGMENT_32, 0 },
    { "symtab", 0x2, WORDS, 4 },
    { "dysymtab", 0xb, WORDS, 18 },
    { "thread", 0x5, WORDS, 2 },
    { "main", 0x80000028, WORDS, 4 },
    { "uuid", 0x1b, WORDS, 4 },
    { "build", 0x32, WORDS, 4 },
    { "tool", 0x32, WORDS, 6 },
    { "min", 0x24, WORDS, 2 },
    { "source", 0x2a, WORDS, 2 },
    { "sig", 0x1d, WORDS, 2 },
    { "drs", 0x2b, WORDS, 2 },
    { "exports", 0x80000033, WORDS, 2 },
    { "fixups", 0x80000034, WORDS, 2 },
    { "info", 0x80000022, WORDS, 10 },
    { "encryption", 0x21, WORDS, 3 },
    { "dylib", 0xc, TEXT_AT_24, 4 },
    { "weak", 0x80000018, TEXT_AT_24, 4 },
    { "reexport", 0x8000001f, TEXT_AT_24, 4 },
    { "upward", 0x80000023, TEXT_AT_24, 4 },
    { "lazy", 0x20, TEXT_AT_24, 4 },
    { "id", 0xd, TEXT_AT_24, 4 },
    { "dylinker", 0xe, TEXT_AT_12, 0 },
    { "rpath", 0x8000001c, TEXT_AT_12, 0 },
    { "environment", 0x27, TEXT_AT_12, 0 },
    { "raw", 0, RAW, 0 },
};

static const struct verb *find_verb(const char *name)
{
    for (size_t i = 0; i < SX_LEN(verbs); i++)
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    sx_fx_die("no verb '%s'", name);
}

struct command {
    const struct verb *verb;
    char text[5][64]; /* the first, then names of sections */
    size_t n_texts;
    unsigned long long n[20]; /* arguments, the rest 0 */
};

static void put(struct sx_buf *buf, const struct thin *t, unsigned n_bytes, uint64_t v)
{
    (t->is_big_endian ? sx_fx_put_be : sx_fx_put_le)(buf, n_bytes, v);
}

static void put_name(struct sx_buf *buf, const char *name)
{
    size_t len = strlen(name) < 16 ? strlen(name) : 16;
    sx_buf_put(buf, name, len);
    sx_buf_fill(buf, '\0', 16 - len);
}

/* seg NAME FILEOFF FILESIZE NSECTS SECTIONS...: as many sections as triples OFFSET SIZE FLAGS, with
 * texts for names, else called __s0, __s1 and so on; NSECTS is what the command claims. Addresses
 * are offsets in the file. */
static void put_segment(struct sx_buf *buf, const struct thin *t, const struct command *c,
                        unsigned word)
{
    put_name(buf, c->text[0]);
    put(buf, t, word, c->n[0]);
    put(buf, t, word, c->n[1]);
    put(buf, t, word, c->n[0]);
    put(buf, t, word, c->n[1]);
    put(buf, t, 4, 7);
    put(buf, t, 4, 5);
    put(buf, t, 4, c->n[2]);
    put(buf, t, 4, 0);
    for (unsigned i = 3, k = 0; c->n[i] != 0; i += 3, k++) {
        char name[8] = { '_', '_', 's', (char)('0' + k) };
        put_name(buf, k + 1 < c->n_texts ? c->text[k + 1] : name);
        put_name(buf, c->text[0]);
        put(buf, t, word, c->n[i]);
        put(buf, t, word, c->n[i + 1]);
        put(buf, t, 4, c->n[i]);
        for (unsigned j = 0; j < 3; j++)
            put(buf, t, 4, 0);
        put(buf, t, 4, c->n[i + 2]);
        for (unsigned j = 0; j < (word == 8 ? 3 : 2); j++)
            put(buf, t, 4, 0);
    }
}

static void put_text(struct sx_buf *buf, const char *text)
{
    sx_buf_put(buf, text, strlen(text) + 1);
    sx_fx_align(buf, 8);
}

static void put_body(struct sx_buf *buf, const struct thin *t, const struct command *c)
{
    switch (c->verb->form) {
    case SEGMENT:
    case SEGMENT_32:
        put_segment(buf, t, c, c->verb->form == SEGMENT ? 8 : 4);
        break;
    case WORDS:
        for (unsigned i = 0; i < c->verb->n_words; i++)
            put(buf, t, 4, c->n[i]);
        break;
    case TEXT_AT_12:
        put(buf, t, 4, 12);
        put_text(buf, c->text[0]);
        break;
    case TEXT_AT_24:
        put(buf, t, 4, 24);
        for (unsigned i = 0; i < 3; i++)
            put(buf, t, 4, c->n[i]);
        put_text(buf, c->text[0]);
        break;
    case RAW:
        break;
    }
}

/* raw CMD CMDSIZE BYTES: a header that claims CMDSIZE, and BYTES zeros behind it. */
static void put_command(struct sx_buf *buf, const struct thin *t, const struct command *c)
{
    struct sx_buf body = { 0 };
    put_body(&body, t, c);
    bool is_raw = c->verb->form == RAW;
    put(buf, t, 4, is_raw ? c->n[0] : c->verb->cmd);
    put(buf, t, 4, is_raw ? c->n[1] : body.len + 8);
    if (is_raw)
        sx_buf_fill(buf, '\0', c->n[2]);
    sx_buf_str(buf, sx_buf_view(&body));
    sx_buf_release(&body);
}

static struct command parse(const char *at, const char *end)
{
    struct command c = { 0 };
    unsigned n = 0;
    while (at < end) {
        char word[64];
        size_t len = strcspn(at, " ;");
        snprintf(word, sizeof(word), "%.*s", (int)len, at);
        if (c.verb == NULL)
            c.verb = find_verb(word);
        else if (word[0] >= '0' && word[0] <= '9')
            c.n[n++] = strtoull(word, NULL, 0);
        else
            snprintf(c.text[c.n_texts++], sizeof(c.text[0]), "%s", word);
        at += len + strspn(at + len, " ");
    }
    if (c.verb == NULL)
        sx_fx_die("a command without verb");
    return c;
}

void thin_put(struct sx_buf *buf, const struct thin *t)
{
    struct sx_buf commands = { 0 };
    unsigned n = 0;
    for (const char *p = t->commands; *p != '\0';) {
        size_t len = strcspn(p, ";");
        struct command c = parse(p, p + len);
        put_command(&commands, t, &c);
        n++;
        p += len;
        p += strspn(p, "; ");
    }
    size_t begin = buf->len;
    uint32_t header[] = { t->is_32 ? 0xfeedface : 0xfeedfacf,
                          t->cputype,
                          t->cpusubtype,
                          t->filetype,
                          n,
                          (uint32_t)commands.len,
                          t->flags,
                          0 };
    for (unsigned i = 0; i < (t->is_32 ? 7 : 8); i++)
        put(buf, t, 4, header[i]);
    sx_buf_str(buf, sx_buf_view(&commands));
    sx_buf_release(&commands);
    if (buf->len - begin < t->size)
        sx_buf_fill(buf, '\0', t->size - (buf->len - begin));
}

struct opened open_bytes(struct sx_buf *buf)
{
    struct opened o = { .arena = sx_arena_new() };
    o.bytes = malloc(buf->len > 0 ? buf->len : 1);
    assert_non_null(o.bytes);
    if (buf->len > 0)
        memcpy(o.bytes, buf->ptr, buf->len);
    o.source = SX_NEW(o.arena, struct sx_source);
    sx_source_memory("test", (struct sx_span){ o.bytes, buf->len, 0 }, o.source);
    sx_buf_release(buf);
    o.ok = sx_macho_open(o.source, o.arena, &o.macho, &o.err);
    return o;
}

struct opened open_thin(const struct thin *thin)
{
    struct sx_buf buf = { 0 };
    thin_put(&buf, thin);
    return open_bytes(&buf);
}

void close_opened(struct opened *o)
{
    sx_arena_free(o->arena);
    free(o->bytes);
}

void assert_fault(const struct sx_macho_anomalies *a, enum sx_macho_fault fault)
{
    for (size_t i = 0; i < a->n; i++) {
        if (a->at[i].fault != fault)
            print_message("unexpected: %.*s\n", SX_STR_ARG(a->at[i].detail));
        assert_int_equal(a->at[i].fault, fault);
        assert_true(a->at[i].detail.len > 0);
    }
    assert_int_equal(a->n > 0, fault != NO_FAULT);
}
