/* SPDX-License-Identifier: MIT */
/* One value out of the events of a property list.
 *
 * The entries of all open containers stand on one stack, those of the innermost last. A
 * container that ends moves its entries to the arena and leaves one value in their place. */
#include "value/plist.h"
#include "base/buf.h"
#include "base/limits.h"

/* Dictionaries with more keys than this are searched for repeated ones with a table. */
enum { TABLE_FROM = 16 };

struct item {
    struct sx_entry entry; /* the key is null in an array */
    uint64_t key_off;
};

/* A container that is open. */
struct frame {
    struct item self; /* its key, and its position */
    size_t first;     /* where its entries begin on the stack */
};

struct builder {
    struct sx_arena *arena;
    struct sx_buf stack; /* struct item each */
    struct frame frames[SX_MAX_PLIST_DEPTH];
    unsigned depth;
    struct item next; /* the key that was read, for the value to come */
    bool last_counts; /* of the values of a repeated key */
    SX_VEC(struct sx_plist_duplicate) duplicates;
    struct sx_plist *out;
};

static struct item *items(const struct builder *b, size_t first)
{
    return b->stack.ptr != NULL ? (struct item *)(void *)b->stack.ptr + first : NULL;
}

static size_t n_items(const struct builder *b)
{
    return b->stack.len / sizeof(struct item);
}

static struct item *find(struct item *at, size_t n, const struct sx_table *table, struct sx_str key)
{
    if (table != NULL)
        return sx_table_get(table, key);
    for (size_t i = 0; i < n; i++)
        if (sx_str_eq(at[i].entry.key.str, key))
            return &at[i];
    return NULL;
}

static void merge(struct builder *b, struct item *seen, const struct item *again)
{
    struct sx_plist_duplicate d = { again->entry.key.str, seen->key_off, again->key_off };
    if (b->last_counts) {
        d.kept = again->key_off;
        d.lost = seen->key_off;
        *seen = *again;
    }
    SX_PUSH(b->arena, &b->duplicates, d);
}

/* Leaves each key once, where it stood first; returns how many there are. */
static size_t merge_repeated(struct builder *b, struct item *at, size_t n)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *scratch = NULL;
    struct sx_table index, *table = NULL;
    if (n >= TABLE_FROM) {
        scratch = sx_arena_new();
        table = &index;
        sx_table_init(table, scratch);
    }
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        struct sx_str key = at[i].entry.key.str;
        struct item *seen = find(at, kept, table, key);
        if (seen != NULL) {
            merge(b, seen, &at[i]);
            continue;
        }
        at[kept] = at[i];
        if (table != NULL && !sx_table_put(table, key, &at[kept]))
            continue; /* it was not there a line before */
        kept++;
    }
    return kept;
}

static struct sx_value dict_of(struct builder *b, struct item *at, size_t n)
{
    n = merge_repeated(b, at, n);
    struct sx_entry *entries = SX_NEW_N(b->arena, struct sx_entry, n);
    for (size_t i = 0; i < n; i++)
        entries[i] = at[i].entry;
    return sx_map_value(sx_map_new(b->arena, entries, n));
}

static struct sx_value array_of(struct builder *b, const struct item *at, size_t n)
{
    struct sx_value *values = SX_NEW_N(b->arena, struct sx_value, n);
    for (size_t i = 0; i < n; i++)
        values[i] = at[i].entry.value;
    return sx_list_values(values, n);
}

/* A value is complete: it joins the container around it. */
static void add(struct builder *b, struct item item)
{
    if (b->depth == 0)
        b->out->root = item.entry.value;
    else
        sx_buf_put(&b->stack, &item, sizeof(item));
    b->next = (struct item){ 0 };
}

static void begin(struct builder *b, const struct sx_plist_event *event)
{
    struct frame *frame = &b->frames[b->depth++];
    *frame = (struct frame){ .self = b->next, .first = n_items(b) };
    frame->self.entry.value = event->value;
    frame->self.entry.value.kind = event->what == SX_PLIST_DICT ? SX_MAP : SX_LIST;
    b->next = (struct item){ 0 };
}

static void end(struct builder *b)
{
    struct frame *frame = &b->frames[--b->depth];
    struct item *at = items(b, frame->first);
    size_t n = n_items(b) - frame->first;
    struct item self = frame->self;
    uint32_t pos = self.entry.value.pos;
    self.entry.value = self.entry.value.kind == SX_MAP ? dict_of(b, at, n) : array_of(b, at, n);
    self.entry.value.pos = pos;
    b->stack.len = frame->first * sizeof(struct item);
    add(b, self);
}

/* The text of an event is gone when its handler returns. */
static struct sx_value keep(struct builder *b, struct sx_value value)
{
    if (value.kind == SX_STRING || value.kind == SX_BYTES)
        value.str = sx_str_dup(b->arena, value.str);
    return value;
}

static bool take(void *context, const struct sx_plist_event *event, struct sx_err *err)
{
    struct builder *b = context;
    if (event->what != SX_PLIST_END && ++b->out->n_nodes > SX_MAX_PLIST_NODES)
        return sx_fail_at(err, SX_E_LIMIT, event->off, event->line, event->column,
                          "property list: more than %d values", SX_MAX_PLIST_NODES);
    switch (event->what) {
    case SX_PLIST_DICT:
    case SX_PLIST_ARRAY:
        begin(b, event);
        break;
    case SX_PLIST_END:
        end(b);
        break;
    case SX_PLIST_KEY:
        b->next.entry.key = keep(b, event->value);
        b->next.key_off = event->off;
        break;
    case SX_PLIST_VALUE:
        b->next.entry.value = keep(b, event->value);
        add(b, b->next);
        break;
    }
    return true;
}

bool sx_plist_parse(struct sx_span in, struct sx_arena *arena, struct sx_plist *out,
                    struct sx_err *err)
{
    if (in.len > SX_MAX_SMALL_FILE)
        return sx_fail(err, SX_E_LIMIT, in.off, "property list: %zu bytes, at most %u are read",
                       in.len, SX_MAX_SMALL_FILE);
    *out = (struct sx_plist){ .format = sx_plist_detect(in) };
    struct builder b = { .arena = arena, .out = out, .last_counts = out->format == SX_PLIST_XML };
    struct sx_source source;
    sx_source_memory(NULL, in, &source);
    bool ok = sx_plist_read(&source, (struct sx_plist_sink){ take, &b }, &out->traits, err);
    sx_buf_release(&b.stack);
    if (!ok) {
        err->off += in.off;
        return false;
    }
    out->duplicates = b.duplicates.at;
    out->n_duplicates = b.duplicates.n;
    return true;
}
