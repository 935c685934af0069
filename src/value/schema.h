/* SPDX-License-Identifier: MIT */
/* Typed objects and their descriptions.
 *
 * An object is a plain struct that begins with struct sx_object; its type describes every
 * member: name, type, meaning, source, and where in the struct the value lies. JSON, the
 * schema's own print, CEL's declarations and the reference pages come from these
 * descriptions and from nothing else.
 *
 * A member gives one of four answers, which never look alike: a value; absent (looked, and
 * there is none); broken (there, and unusable); not examined. The last two make it *unread*:
 * reading it gives an unknown value that carries the reason. */
#pragma once
#include "base/buf.h"
#include "value/value.h"

struct sx_type;
struct sx_member;

/* The kinds of a member's type. The last group belongs to expressions and occurs in no table. */
enum sx_spec_kind {
    SX_T_DYN, /* anything a property list, DER or JSON holds */
    SX_T_NULL,
    SX_T_BOOL,
    SX_T_INT,
    SX_T_UINT,
    SX_T_DOUBLE,
    SX_T_STRING,
    SX_T_BYTES,
    SX_T_TIMESTAMP,
    SX_T_DURATION,
    SX_T_LIST,
    SX_T_MAP,
    SX_T_OBJECT,
    SX_T_TYPE,
    SX_T_PARAM, /* a type parameter of a generic function */
    SX_T_ERROR, /* of an expression that did not check */
};

struct sx_enumeration {
    const char *name;
    const struct sx_enum_value {
        const char *name;    /* as JSON and rules spell it */
        const char *meaning; /* one phrase, or "" where the name says it */
    } * at;                  /* a member stores 1 + the index here, 0 = absent */
    size_t n;
};

struct sx_spec {
    enum sx_spec_kind kind;
    bool nullable;                            /* may be absent ("?" in print) */
    const struct sx_enumeration *enumeration; /* of a string; else NULL */
    const struct sx_type *object;             /* of SX_T_OBJECT */
    const struct sx_spec *key, *elem;         /* of a map; elem also of a list */
    int param;                                /* of SX_T_PARAM */
};

/* How the struct stores a member. */
enum sx_repr {
    SX_R_STR,    /* struct sx_str */
    SX_R_ENUM,   /* uint16_t: 0 absent, else 1 + index */
    SX_R_BOOL,   /* bool */
    SX_R_TRI,    /* uint8_t: enum sx_tri */
    SX_R_INT,    /* int64_t */
    SX_R_OPTINT, /* struct sx_opt_int */
    SX_R_TIME,   /* struct sx_opt_time */
    SX_R_STRS,   /* struct sx_strs */
    SX_R_VALUES, /* struct sx_values */
    SX_R_MAP,    /* const struct sx_map *, NULL = absent */
    SX_R_DYN,    /* struct sx_value */
    SX_R_REF,    /* const struct sx_object *, NULL = absent */
    SX_R_REFS,   /* struct sx_objs */
};

enum sx_tri { SX_TRI_ABSENT, SX_TRI_FALSE, SX_TRI_TRUE };
struct sx_opt_int {
    bool has;
    int64_t v;
};
struct sx_values {
    const struct sx_value *at;
    size_t n;
};
struct sx_objs {
    const struct sx_object *const *at;
    size_t n;
};

enum {
    SX_M_REF = 1,       /* the object belongs elsewhere: JSON prints its identity */
    SX_M_ALIAS = 2,     /* a shorter road to something inside this object: never printed */
    SX_M_LAZY = 4,      /* filled when first asked for; printed only when named */
    SX_M_UNREACHED = 8, /* nothing computes it yet: every new object has it unread */
};

struct sx_member {
    const char *name;
    struct sx_spec spec;
    enum sx_repr repr;
    unsigned flags;      /* SX_M_… */
    size_t offset;       /* of the field in the struct */
    const char *meaning; /* a phrase, with the unit where it has one */
    const char *source;  /* where the knowledge comes from */
};

struct sx_type {
    const char *name, *meaning;
    const struct sx_member *members;
    size_t n_members;     /* at most 64: one bit each in sx_object.unread */
    size_t size;          /* of the struct, for sx_object_build */
    const char *identity; /* the member that JSON prints for a reference to it */
    const char *label;    /* the member that a message prints for it */
};

/* The head of every object. */
struct sx_object {
    const struct sx_type *type;
    uint64_t unread_bits;               /* bit i: member i is unread */
    struct sx_objs unread;              /* struct sx_unread each, the reasons */
    struct sx_lazy *lazy;               /* fills lazy members; NULL: they hold what they hold */
    const struct sx_document *document; /* the text it was read from; NULL when there is none */
};

/* A text that people can look at: what the `pos` of values in an object refers to. */
struct sx_document {
    struct sx_str
        title; /* how a message names it: "signed entitlements", or absent to name `path` */
    struct sx_str path; /* the file it lies in, as the user knows it */
    struct sx_str text;
    uint64_t off; /* of the text in that file */
    bool is_file; /* the file is this text, so that path:line:column leads there */
};

/* Whoever makes an object with lazy members embeds this in what it needs to fill them. */
struct sx_lazy {
    struct sx_object *object;
    uint64_t done; /* bit i: member i has been filled, or marked unread */
    void (*fill)(struct sx_lazy *lazy, const struct sx_member *member);
};

enum sx_unread_state {
    SX_UNREAD_NONE,
    SX_UNREAD_BROKEN,       /* it is there and unusable */
    SX_UNREAD_NOT_EXAMINED, /* a limit, a password, an unknown format */
    SX_UNREAD_OUT_OF_REACH, /* not in the artifact: an online ticket, a run-time context */
};

/* Why a member has no value. An object like any other, so that JSON and CEL can show it. */
struct sx_unread {
    struct sx_object head;
    struct sx_str what;   /* the member's name; for a container a path */
    uint16_t state;       /* enum sx_unread_state, which is also its row + 1 */
    struct sx_str reason; /* complete enough to print */
    struct sx_opt_int offset;
    const struct sx_object *owner; /* whose member it is; NULL when nothing computes it yet */
};

/* sx_object_new makes an object with every member absent, but for those that nothing computes
 * yet, which are unread. Returns the whole struct. */
void *sx_object_new(struct sx_arena *arena, const struct sx_type *type);

/* sx_type_member finds a member by name; NULL when there is none. */
const struct sx_member *sx_type_member(const struct sx_type *type, struct sx_str name);
/* sx_member_at returns its number within the type, which is its unread bit. */
size_t sx_member_at(const struct sx_type *type, const struct sx_member *member);

/* sx_object_get reads a member: its value, null when absent (empty for lists and maps), or
 * unknown when unread. */
struct sx_value sx_object_get(const struct sx_object *object, const struct sx_member *member);
/* sx_object_known is what a member holds though it is unread: of a list the part that is known. */
struct sx_value sx_object_known(const struct sx_object *object, const struct sx_member *member);
/* sx_object_has answers CEL's has(): true or false, or unknown for what was not examined. A
 * list has something when it has elements, a map when it exists. */
struct sx_value sx_object_has(const struct sx_object *object, const struct sx_member *member);
/* sx_object_identity and sx_object_label are the values of the members that the type names so, as
 * text; "" if absent. */
struct sx_str sx_object_identity(const struct sx_object *object);
struct sx_str sx_object_label(const struct sx_object *object);

/* sx_object_set_unread marks a member unread; `type_of_unread` is the facts' description of
 * struct sx_unread. An entry that names no member of the type (a container's path) is only listed.
 */
void sx_object_set_unread(struct sx_object *object, struct sx_arena *arena,
                          const struct sx_type *type_of_unread, const char *what,
                          enum sx_unread_state state, struct sx_str reason, int64_t offset);

/* sx_object_build makes an object of `type` out of a map, as examples in rule files write
 * them: members that the map does not name are unread (not examined), null says absent.
 * Fails with FORMAT and the map value's position for an unknown member, with the nearest
 * name, and for a value of the wrong type. `types.unread` as above. */
SX_MUST_USE bool sx_object_build(const struct sx_type *type, const struct sx_map *map,
                                 const struct sx_type *type_of_unread, struct sx_arena *arena,
                                 const struct sx_object **out, struct sx_err *err);

/* sx_spec_text prints a type as the reference writes it: "list(string(Platform))?". */
void sx_spec_text(struct sx_buf *out, const struct sx_spec *spec);
