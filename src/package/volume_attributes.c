/* SPDX-License-Identifier: MIT */
#include "package/volume_attributes.h"

#include "bundle/apple_double.h"
#include "package/kept_attributes.h"

/* What cannot be read is left out, like what would be too much. A resource fork is not read here,
 * and that of a compressed file holds its content. */
static void take(struct sx_volume *volume, const struct sx_volume_node *node,
                 struct sx_volume_attribute attribute, struct sx_kept_attributes *out)
{
    struct sx_err ignored = { 0 };
    struct sx_source source;
    struct sx_span bytes;
    bool is_fork = sx_str_is(attribute.name, SX_RESOURCE_FORK);
    if (sx_str_is(attribute.name, "com.apple.decmpfs") || (is_fork && node->is_compressed))
        return;
    if (!is_fork && !sx_kept_attributes_has_room(out, attribute.name, attribute.size))
        return;
    if (!volume->ops->attribute(volume, node, attribute.name, &source, &ignored))
        return;
    if (is_fork)
        out->resources = source;
    else if (sx_source_whole(&source, SX_MAX_APPLE_DOUBLE, volume->scratch, &bytes, &ignored))
        sx_kept_attributes_take(out, attribute.name, bytes);
}

bool sx_volume_apple_double(struct sx_volume *volume, const struct sx_volume_node *node,
                            struct sx_str path, struct sx_unpack *unpack, struct sx_err *err)
{
    struct sx_volume_attribute attribute;
    struct sx_kept_attributes *kept = SX_NEW(volume->scratch, struct sx_kept_attributes);
    for (size_t i = 0;
         i < SX_MAX_KEPT_ATTRIBUTES && volume->ops->attribute_at(volume, node, i, &attribute); i++)
        take(volume, node, attribute, kept);
    return sx_kept_attributes_write(kept, path, volume->scratch, unpack, err);
}
