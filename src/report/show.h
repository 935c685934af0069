/* SPDX-License-Identifier: MIT */
/* What is there, without judgement: the sections of `show`. */
#pragma once
#include "report/layout.h"
#include "report/words.h"

/* Where labels and their texts stand. */
enum { SX_SHOW_TEXT = 14 };

struct sx_show {
    struct sx_layout *l;
    struct sx_arena *arena;
    const struct sx_run *run;
};

/* Each writes one section of one code object, under the heading that is there already. */
void sx_show_signature(struct sx_show *s, const struct sx_Code *code);
void sx_show_certificates(struct sx_show *s, const struct sx_Code *code);
void sx_show_requirements(struct sx_show *s, const struct sx_Code *code);
void sx_show_profile(struct sx_show *s, const struct sx_Code *code);
void sx_show_seal(struct sx_show *s, const struct sx_Code *code);
void sx_show_info(struct sx_show *s, const struct sx_Code *code);
void sx_show_launchd(struct sx_show *s, const struct sx_Code *code);
void sx_show_constraints(struct sx_show *s, const struct sx_Code *code);
void sx_show_ticket(struct sx_show *s, const struct sx_Code *code);

/* sx_show_object is the page of one object: the sections in short. */
void sx_show_object(struct sx_show *s, const struct sx_Code *code);
/* sx_show_overview lists the objects of an artifact and what they share. */
void sx_show_overview(struct sx_show *s, const struct sx_Artifact *artifact);
/* sx_show_claims is the table of claims against profiles, of all objects. */
void sx_show_claims(struct sx_show *s, const struct sx_Artifact *artifact);

/* sx_show_state is a word for the state of a signature, and its colour. */
struct sx_str sx_show_state(const struct sx_Code *code, enum sx_role *role);
