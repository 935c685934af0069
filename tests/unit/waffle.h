/* SPDX-License-Identifier: MIT */
/* Waffle: a Developer ID app with a content filter, a daemon and an updater, its facts and what
 * was found about them, made by hand so that reports can be tested without reading a file. */
#pragma once
#include "rules/judge.h"

struct waffle {
    struct sx_arena *arena;
    struct sx_run run;
    struct sx_judgements judgements;
    struct sx_judgement at[2];
    struct sx_Artifact *app, *configuration;
    struct sx_Code *code[6]; /* as enum waffle_code */
};

enum waffle_code { APP, SPRINKLE, BATTER, DAEMON, UPDATE, FILTER };

/* waffle_facts makes the facts alone; waffle_broken adds the troubles. waffle_good is the app in
 * a disk image, with a ticket; waffle_many has 214 files that are not signed. */
void waffle_facts(struct waffle *w);
void waffle_broken(struct waffle *w);
void waffle_good(struct waffle *w);
void waffle_many(struct waffle *w);
void waffle_free(struct waffle *w);

/* Texts and lists of them in the sample's arena. */
#define S(lit) SX_STR(lit)
#define STRS(...)                                                                                  \
    (struct sx_strs)                                                                               \
    {                                                                                              \
        (const struct sx_str[]){ __VA_ARGS__ },                                                    \
            sizeof((const struct sx_str[]){ __VA_ARGS__ }) / sizeof(struct sx_str)                 \
    }
struct sx_strs waffle_keep(struct waffle *w, struct sx_strs texts);
/* waffle_add appends an object to a list of facts. */
void waffle_add(struct waffle *w, struct sx_objs *list, const void *object);

/* waffle_finding appends a finding to a judgement's, in order. */
struct sx_finding *waffle_finding(struct waffle *w, size_t judgement, const struct sx_rule *rule,
                                  const struct sx_object *owner, struct sx_str path);
struct sx_rule *waffle_rule(struct waffle *w, const char *id, const char *name,
                            enum sx_severity severity, unsigned gates);
