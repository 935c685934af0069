/* SPDX-License-Identifier: MIT */
/* A description of struct sx_unread, for tests below the facts, which hold the real one. */
#pragma once
#include "value/schema.h"

static const struct sx_type type_unread;
static const struct sx_spec unread_spec = { .kind = SX_T_OBJECT, .object = &type_unread };
static const struct sx_enum_value unread_states[] = { { "broken", "" },
                                                      { "not-examined", "" },
                                                      { "out-of-reach", "" } };
static const struct sx_enumeration unread_state = { "UnreadState", unread_states, 3 };
static const struct sx_member unread_members[] = {
    { .name = "what", .repr = SX_R_STR, .offset = offsetof(struct sx_unread, what) },
    { .name = "state",
      .spec = { .enumeration = &unread_state },
      .repr = SX_R_ENUM,
      .offset = offsetof(struct sx_unread, state) },
};
static const struct sx_type type_unread = { .name = "Unread",
                                            .members = unread_members,
                                            .n_members = SX_LEN(unread_members),
                                            .size = sizeof(struct sx_unread) };
