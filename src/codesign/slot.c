/* SPDX-License-Identifier: MIT */
#include "codesign/slot.h"

#include "base/attr.h"

#include <stddef.h>
#include <string.h>

static const struct sx_slot_info slots[] = {
#define X(name, slot, magic, native, file, title) { SX_SLOT_##name, magic, native, file, title },
    SX_SLOTS(X)
#undef X
};

const struct sx_slot_info *sx_slot_info(uint32_t slot)
{
    for (size_t i = 0; i < SX_LEN(slots); i++)
        if (slots[i].slot == slot)
            return &slots[i];
    return NULL;
}

const struct sx_slot_info *sx_slot_of_file(const char *file)
{
    for (size_t i = 0; i < SX_LEN(slots); i++)
        if (strcmp(slots[i].file, file) == 0)
            return &slots[i];
    return NULL;
}
