/* SPDX-License-Identifier: MIT */
/* Special slots against what they seal (Security, StaticCode.cpp, validateComponent and
 * validateTopDirectory). */
#include "codesign/signature.h"
#include "base/buf.h"

#include <assert.h>
#include <string.h>

enum { CHUNK = 64 << 10 };

/* Whose fault a wrong slot is, and whether the kernel wants it sealed. */
static const struct seal {
    enum sx_code_fault fault;
    bool is_mandatory; /* for the kernel (XNU, ubc_subr.c): a blob without hash is refused */
} seals[] = {
    [SX_SLOT_INFO_PLIST] = { SX_CODE_FAULT_INFO_PLIST, false },
    [SX_SLOT_REQUIREMENTS] = { SX_CODE_FAULT_REQUIREMENTS, false },
    [SX_SLOT_RESOURCES] = { SX_CODE_FAULT_RESOURCES, false },
    [SX_SLOT_TOP_DIRECTORY] = { SX_CODE_FAULT_TOP_DIRECTORY, false },
    [SX_SLOT_ENTITLEMENTS] = { SX_CODE_FAULT_ENTITLEMENTS, true },
    [SX_SLOT_REP_SPECIFIC] = { SX_CODE_FAULT_TRAILER, false },
    [SX_SLOT_ENTITLEMENTS_DER] = { SX_CODE_FAULT_ENTITLEMENTS, true },
    [SX_SLOT_CONSTRAINT_SELF] = { SX_CODE_FAULT_CONSTRAINT, true },
    [SX_SLOT_CONSTRAINT_PARENT] = { SX_CODE_FAULT_CONSTRAINT, true },
    [SX_SLOT_CONSTRAINT_RESPONSIBLE] = { SX_CODE_FAULT_CONSTRAINT, true },
    [SX_SLOT_CONSTRAINT_LIBRARY] = { SX_CODE_FAULT_CONSTRAINT, true },
};
static_assert(SX_LEN(seals) == SX_SLOT_SPECIAL_MAX + 1, "a row a special slot");

struct sealing {
    const struct sx_signature *signature;
    bool is_mapped;
    const struct sx_component *components;
    size_t n_components;
    struct sx_hasher *hasher;
    struct sx_code_problems *problems;
};

/* What lies outside counts where the caller speaks of it; all else is a part of the signature,
 * without source. */
static struct sx_component component(const struct sealing *s, uint32_t slot)
{
    struct sx_component c = { .slot = slot, .state = SX_COMPONENT_ABSENT };
    for (size_t i = 0; i < s->n_components; i++)
        if (s->components[i].slot == slot)
            return s->components[i];
    if (sx_blob_find(&s->signature->superblob, slot) != NULL)
        c.state = SX_COMPONENT_PRESENT;
    return c;
}

static bool hash_source(const struct sealing *s, const struct sx_component *c,
                        uint8_t digest[SX_HASH_MAX_LEN], struct sx_err *err)
{
    enum sx_hash hash = (enum sx_hash)s->signature->chosen->hash_type;
    struct sx_arena *arena = s->problems->arena;
    struct sx_arena_mark mark = sx_arena_mark(arena);
    uint8_t *buffer = sx_arena_alloc(arena, CHUNK);
    uint64_t done = 0;
    sx_hash_begin(s->hasher, SX_HASH_BIT(hash));
    while (done < c->len) {
        size_t n = c->len - done < CHUNK ? (size_t)(c->len - done) : CHUNK;
        if (!sx_source_pread(c->source, c->off + done, buffer, n, err))
            break;
        sx_hash_update(s->hasher, buffer, n);
        done += n;
    }
    sx_hash_final(s->hasher, hash, digest);
    sx_arena_rewind(arena, mark);
    return done == c->len;
}

static bool hash_component(const struct sealing *s, const struct sx_component *c,
                           uint8_t digest[SX_HASH_MAX_LEN], struct sx_err *err)
{
    if (c->source != NULL)
        return hash_source(s, c, digest, err);
    struct sx_span bytes = sx_blob_find(&s->signature->superblob, c->slot)->payload;
    sx_hash_bytes(s->hasher, (enum sx_hash)s->signature->chosen->hash_type, bytes.ptr, bytes.len,
                  digest);
    return true;
}

static void note(const struct sealing *s, enum sx_code_fault fault, uint32_t slot,
                 const char *detail)
{
    sx_code_note(s->problems, fault, -(int64_t)slot, s->signature->chosen->blob.off, "%s: %s",
                 sx_slot_info(slot)->title, detail);
}

static bool compare(const struct sealing *s, const struct sx_component *c, struct sx_span sealed,
                    struct sx_err *err)
{
    uint8_t digest[SX_HASH_MAX_LEN];
    SX_TRY(hash_component(s, c, digest, err));
    if (memcmp(digest, sealed.ptr, sealed.len) == 0)
        return true;
    struct sx_arena *arena = s->problems->arena;
    sx_code_note(s->problems, seals[c->slot].fault, -(int64_t)c->slot, sealed.off,
                 "%s: sealed as %.*s, found %.*s", sx_slot_info(c->slot)->title,
                 SX_STR_ARG(sx_hex(arena, sealed.ptr, sealed.len)),
                 SX_STR_ARG(sx_hex(arena, digest, sealed.len)));
    return true;
}

static bool check_slot(const struct sealing *s, uint32_t slot, struct sx_err *err)
{
    struct sx_component c = component(s, slot);
    struct sx_span sealed = sx_code_directory_special(s->signature->chosen, slot);
    if (c.state == SX_COMPONENT_UNKNOWN)
        return true;
    if (c.state == SX_COMPONENT_PRESENT && sealed.len > 0)
        return compare(s, &c, sealed, err);
    if (c.state == SX_COMPONENT_ABSENT && sealed.len > 0)
        note(s, seals[slot].fault, slot, "sealed, and not there");
    if (c.state == SX_COMPONENT_PRESENT && seals[slot].is_mandatory && s->is_mapped)
        note(s, SX_CODE_FAULT_NOT_SEALED, slot, "there, and not sealed");
    return true;
}

/* The top directory, where there is one, lists slot 0, every sealed component, the alternates
 * and the CMS, each as a number of four bytes. */
static size_t list_slots(const struct sealing *s, uint32_t *slots)
{
    const struct sx_signature *sig = s->signature;
    size_t n = 0;
    slots[n++] = SX_SLOT_CODE_DIRECTORY;
    for (uint32_t slot = 1; slot <= SX_SLOT_SPECIAL_MAX; slot++)
        if (component(s, slot).state == SX_COMPONENT_PRESENT &&
            sx_code_directory_special(sig->chosen, slot).len > 0)
            slots[n++] = slot;
    for (uint32_t i = 0; i + 1 < sig->n_directories; i++)
        slots[n++] = SX_SLOT_ALTERNATE_0 + i;
    slots[n++] = SX_SLOT_CMS;
    return n;
}

static void check_top_directory(const struct sealing *s)
{
    const struct sx_blob *top = sx_blob_find(&s->signature->superblob, SX_SLOT_TOP_DIRECTORY);
    if (top == NULL ||
        sx_code_directory_special(s->signature->chosen, SX_SLOT_TOP_DIRECTORY).len == 0)
        return;
    uint32_t want[SX_SLOT_SPECIAL_MAX + SX_N_ALTERNATES + 2];
    size_t n = list_slots(s, want);
    struct sx_cursor c = sx_cursor_be(top->payload);
    bool same = top->payload.len / 4 == n;
    for (size_t i = 0; same && i < n; i++)
        same = sx_get_u32(&c, "top directory") == want[i];
    if (!same)
        note(s, SX_CODE_FAULT_TOP_DIRECTORY, SX_SLOT_TOP_DIRECTORY,
             "does not list what the signature holds");
}

bool sx_signature_check_sealed(const struct sx_signature *signature, bool is_mapped,
                               const struct sx_component *components, size_t n,
                               struct sx_hasher *hasher, struct sx_code_problems *problems,
                               struct sx_err *err)
{
    struct sealing s = { signature, is_mapped, components, n, hasher, problems };
    bool ok = true;
    for (uint32_t slot = 1; slot <= SX_SLOT_SPECIAL_MAX; slot++)
        ok = check_slot(&s, slot, err) && ok;
    check_top_directory(&s);
    return ok;
}
