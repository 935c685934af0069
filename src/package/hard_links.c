/* SPDX-License-Identifier: MIT */
#include "package/hard_links.h"

#include "base/buf.h"

/* One file. */
struct linked {
    struct sx_str content; /* the name that has it; absent: none so far */
    struct waiting {
        struct sx_str path;
        struct waiting *next;
    } * waiting;
};

void sx_hard_links_init(struct sx_hard_links *links, struct sx_unpack *unpack,
                        struct sx_arena *arena)
{
    *links = (struct sx_hard_links){ .arena = arena, .unpack = unpack };
    sx_table_init(&links->by_inode, arena);
}

static struct linked *linked_of(struct sx_hard_links *links, const struct sx_cpio_entry *entry)
{
    struct sx_str key = sx_str_printf(links->arena, "%llu:%llu", (unsigned long long)entry->device,
                                      (unsigned long long)entry->inode);
    struct linked *linked = sx_table_get(&links->by_inode, key);
    if (linked == NULL) {
        linked = SX_NEW(links->arena, struct linked);
        (void)sx_table_put(&links->by_inode, key, linked); /* it has just been looked for */
    }
    return linked;
}

static void wait(struct sx_hard_links *links, struct linked *linked, struct sx_str path)
{
    struct waiting *waiting = SX_NEW(links->arena, struct waiting);
    *waiting = (struct waiting){ sx_str_dup(links->arena, path), linked->waiting };
    linked->waiting = waiting;
}

void sx_hard_links_take(struct sx_hard_links *links, const struct sx_cpio_entry *entry,
                        struct sx_str path)
{
    if (!entry->is_linked)
        return;
    struct linked *linked = linked_of(links, entry);
    if (entry->is_hard_link && linked->content.ptr == NULL) {
        wait(links, linked, path);
    } else if (entry->is_hard_link) {
        sx_unpack_share(links->unpack, path, linked->content);
    } else if (linked->content.ptr == NULL) {
        linked->content = sx_str_dup(links->arena, path);
        for (; linked->waiting != NULL; linked->waiting = linked->waiting->next)
            sx_unpack_share(links->unpack, linked->waiting->path, path);
    }
}
