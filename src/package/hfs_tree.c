/* SPDX-License-Identifier: MIT */
/* B-trees: nodes of one size, of which the first describes the tree. Leaves form a chain.
 *
 *     node     next | previous | kind | height | records | reserved | records ... offsets
 *     record   key length | key | data
 *
 * Offsets of records stand at the end of the node, the first last, and one more for where free
 * space begins. */
#include "package/hfs.h"
#include "base/limits.h"

enum { DESCRIPTOR = 14, LEAF = 0xff, HEADER = 1, MIN_NODE = 512, MAX_NODE = 32768 };

struct tree {
    const struct sx_source *source;
    const char *what;
    uint32_t first_leaf, n_nodes;
    uint16_t node_size;
    uint8_t bytes[MAX_NODE]; /* of one node */
};

struct node {
    struct sx_span in;
    uint32_t next;
    uint16_t n_records;
};

static bool read_node(struct tree *t, uint32_t at, uint8_t kind, struct node *out,
                      struct sx_err *err)
{
    uint64_t off = (uint64_t)at * t->node_size;
    SX_TRY(sx_source_pread(t->source, off, t->bytes, t->node_size, err));
    *out = (struct node){ .in = { t->bytes, t->node_size, off } };
    struct sx_cursor c = sx_cursor_be(out->in);
    out->next = sx_get_u32(&c, "fLink");
    sx_get_u32(&c, "bLink");
    uint8_t found = sx_get_u8(&c, "kind");
    sx_get_u8(&c, "height");
    out->n_records = sx_get_u16(&c, "numRecords");
    SX_TRY(sx_cursor_ok(&c, err));
    if (found != kind)
        return sx_fail(err, SX_E_FORMAT, off + 8, "%s: node %u is of kind %d, not %d", t->what, at,
                       (int8_t)found, (int8_t)kind);
    if (out->n_records > (t->node_size - DESCRIPTOR) / 2u)
        return sx_fail(err, SX_E_FORMAT, off + 10, "%s: node %u holds %u records", t->what, at,
                       out->n_records);
    return true;
}

static bool record_offset(const struct tree *t, const struct node *node, unsigned i, uint16_t *out,
                          struct sx_err *err)
{
    struct sx_span place;
    SX_TRY(sx_span_sub(node->in, t->node_size - 2u * (i + 1), 2, "record offset", &place, err));
    struct sx_cursor c = sx_cursor_be(place);
    *out = sx_get_u16(&c, "record offset");
    return sx_cursor_ok(&c, err);
}

static bool read_record(const struct tree *t, const struct node *node, unsigned i,
                        struct hfs_record *out, struct sx_err *err)
{
    uint16_t begin, end;
    struct sx_span record;
    SX_TRY(record_offset(t, node, i, &begin, err) && record_offset(t, node, i + 1, &end, err));
    if (begin < DESCRIPTOR || end < begin)
        return sx_fail(err, SX_E_FORMAT, node->in.off, "%s: record %u lies at %u to %u of its node",
                       t->what, i, begin, end);
    SX_TRY(sx_span_sub(node->in, begin, end - begin, "record", &record, err));
    struct sx_cursor c = sx_cursor_be(record);
    uint16_t key_len = sx_get_u16(&c, "keyLength");
    out->key = sx_get_bytes(&c, key_len, "key");
    sx_get_bytes(&c, key_len % 2, "key padding");
    out->data = sx_get_bytes(&c, sx_cursor_left(&c), "record");
    return sx_cursor_ok(&c, err);
}

static bool open_tree(struct tree *t, struct sx_err *err)
{
    uint8_t head[DESCRIPTOR + 32];
    SX_TRY(sx_source_pread(t->source, 0, head, sizeof(head), err));
    struct sx_cursor c = sx_cursor_be((struct sx_span){ head, sizeof(head), 0 });
    sx_get_bytes(&c, 8, "links");
    uint8_t kind = sx_get_u8(&c, "kind");
    sx_get_bytes(&c, DESCRIPTOR - 9, "descriptor");
    sx_get_bytes(&c, 2 + 4 + 4, "treeDepth, rootNode, leafRecords");
    t->first_leaf = sx_get_u32(&c, "firstLeafNode");
    sx_get_u32(&c, "lastLeafNode");
    t->node_size = sx_get_u16(&c, "nodeSize");
    SX_TRY(sx_cursor_ok(&c, err));
    if (kind != HEADER)
        return sx_fail(err, SX_E_FORMAT, 8, "%s: its first node is of kind %d, not %d", t->what,
                       (int8_t)kind, HEADER);
    if (t->node_size < MIN_NODE || t->node_size > MAX_NODE ||
        (t->node_size & (t->node_size - 1)) != 0)
        return sx_fail(err, SX_E_FORMAT, DESCRIPTOR + 18, "%s: nodes of %u bytes", t->what,
                       t->node_size);
    t->n_nodes = (uint32_t)(t->source->size / t->node_size);
    return true;
}

static bool walk_node(const struct tree *t, const struct node *node,
                      bool (*take)(void *context, const struct hfs_record *record,
                                   struct sx_err *err),
                      void *context, struct sx_err *err)
{
    for (unsigned i = 0; i < node->n_records; i++) {
        struct hfs_record record;
        SX_TRY(read_record(t, node, i, &record, err) && take(context, &record, err));
    }
    return true;
}

bool hfs_tree_walk(const struct sx_source *source, const char *what,
                   bool (*take)(void *context, const struct hfs_record *record, struct sx_err *err),
                   void *context, struct sx_err *err)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct tree *t = SX_NEW(arena, struct tree);
    struct node node;
    t->source = source;
    t->what = what;
    SX_TRY(open_tree(t, err));
    uint32_t walked = 0;
    for (uint32_t at = t->first_leaf; at != 0; at = node.next) {
        if (at >= t->n_nodes)
            return sx_fail(err, SX_E_RANGE, 0, "%s: a chain of leaves leads to node %u of %u", what,
                           at, t->n_nodes);
        if (++walked > t->n_nodes) /* some node has been there before */
            return sx_fail(err, SX_E_FORMAT, (uint64_t)at * t->node_size,
                           "%s: the chain of leaves has no end", what);
        SX_TRY(read_node(t, at, LEAF, &node, err) && walk_node(t, &node, take, context, err));
    }
    return true;
}
