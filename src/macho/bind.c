/* SPDX-License-Identifier: MIT */
/* The bind opcodes of LC_DYLD_INFO (mach-o/loader.h, BIND_OPCODE_*). Each byte is an opcode and
 * a small number; some are followed by numbers in LEB128 or a text. */
#include "macho/contents.h"

enum opcode {
    DONE = 0x00, /* of one lazy bind; padding at the end of the others */
    SET_ORDINAL = 0x10,
    SET_ORDINAL_ULEB = 0x20,
    SET_SPECIAL = 0x30,
    SET_SYMBOL = 0x40,
    SET_TYPE = 0x50,
    SET_ADDEND_SLEB = 0x60,
    SET_SEGMENT_AND_OFFSET = 0x70,
    ADD_ADDRESS = 0x80,
    DO_BIND = 0x90,
    DO_BIND_ADD_ADDRESS = 0xa0,
    DO_BIND_ADD_SCALED = 0xb0,
    DO_BIND_TIMES_SKIPPING = 0xc0,
    THREADED = 0xd0,
};

struct machine {
    const struct sx_macho_slice *slice;
    struct sx_arena *arena;
    struct sx_macho_binds *out;
    struct sx_cursor c;
    struct sx_str name;
    bool is_wanted;   /* the name begins with the prefix */
    uint64_t address; /* of the pointer to be bound; wraps as dyld's would */
};

static uint64_t get_uleb(struct sx_cursor *c)
{
    uint64_t value = 0;
    unsigned shift = 0;
    uint8_t byte;
    do {
        byte = sx_get_u8(c, "LEB128");
        if (shift < 64)
            value |= (uint64_t)(byte & 0x7f) << shift;
        shift += 7;
    } while ((byte & 0x80) != 0 && c->bad == NULL);
    return value;
}

static bool set_symbol(struct machine *m, struct sx_err *err)
{
    SX_TRY(sx_macho_c_string(m->c.in, m->c.pos, "bind symbol", &m->name, err));
    (void)sx_get_bytes(&m->c, m->name.len + 1, "bind symbol");
    m->is_wanted = sx_str_starts(m->name, m->out->prefix);
    return sx_macho_names_add(m->arena, &m->out->names, m->name, err);
}

static bool bind(struct machine *m, uint64_t count, uint64_t stride, struct sx_err *err)
{
    if (m->is_wanted && count > SX_MAX_NAMES - m->out->list.n)
        return sx_fail(err, SX_E_LIMIT, m->c.in.off, "more than %d binds", SX_MAX_NAMES);
    for (uint64_t i = 0; m->is_wanted && i < count; i++)
        SX_PUSH(m->arena, &m->out->list,
                (struct sx_macho_bind){ m->address + i * stride, m->name });
    m->address += count * stride;
    return true;
}

static bool bind_many(struct machine *m, unsigned word, struct sx_err *err)
{
    uint64_t count = get_uleb(&m->c);
    uint64_t skip = get_uleb(&m->c);
    return sx_cursor_ok(&m->c, err) && bind(m, count, skip + word, err);
}

static bool set_segment(struct machine *m, unsigned at, struct sx_err *err)
{
    if (at >= m->slice->n_segments)
        return sx_fail(err, SX_E_RANGE, m->c.in.off, "bind: segment %u of %zu", at,
                       m->slice->n_segments);
    m->address = m->slice->segments[at].vmaddr + get_uleb(&m->c);
    return true;
}

static bool step(struct machine *m, struct sx_err *err)
{
    unsigned byte = sx_get_u8(&m->c, "bind opcode");
    unsigned small = byte & 0x0f;
    unsigned word = sx_macho_pointer_size(m->slice);
    switch (byte & 0xf0) {
    case DONE:
    case SET_ORDINAL:
    case SET_SPECIAL:
    case SET_TYPE:
        return true;
    case SET_ORDINAL_ULEB:
    case SET_ADDEND_SLEB:
        (void)get_uleb(&m->c);
        return true;
    case SET_SYMBOL:
        return set_symbol(m, err);
    case SET_SEGMENT_AND_OFFSET:
        return set_segment(m, small, err);
    case ADD_ADDRESS:
        m->address += get_uleb(&m->c);
        return true;
    case DO_BIND:
        return bind(m, 1, word, err);
    case DO_BIND_ADD_ADDRESS:
        return bind(m, 1, word + get_uleb(&m->c), err);
    case DO_BIND_ADD_SCALED:
        return bind(m, 1, word + (uint64_t)small * word, err);
    case DO_BIND_TIMES_SKIPPING:
        return bind_many(m, word, err);
    case THREADED:
        return sx_fail(err, SX_E_UNSUPPORTED, m->c.in.off, "threaded bind opcodes");
    default:
        return sx_fail(err, SX_E_FORMAT, m->c.in.off + m->c.pos, "bind opcode 0x%02x", byte);
    }
}

static bool run(const struct sx_macho_slice *slice, struct sx_macho_range program,
                struct sx_arena *arena, struct sx_macho_binds *out, struct sx_err *err)
{
    struct sx_span in;
    if (!program.has || program.len == 0)
        return true;
    SX_TRY(sx_macho_read(slice, program, SX_MAX_SYMBOL_BYTES, "bind opcodes", arena, &in, err));
    struct machine m = { .slice = slice, .arena = arena, .out = out, .c = sx_cursor_le(in) };
    while (sx_cursor_left(&m.c) > 0) {
        SX_TRY(step(&m, err));
        SX_TRY(sx_cursor_ok(&m.c, err));
    }
    return true;
}

/* Weak binds are left out: they name what may be defined here as well. */
bool sx_macho_binds_read(const struct sx_macho_slice *slice, struct sx_arena *arena,
                         struct sx_macho_binds *out, struct sx_err *err)
{
    if (!slice->dyld_info.has)
        return true;
    SX_TRY(run(slice, slice->dyld_info.bind, arena, out, err));
    return run(slice, slice->dyld_info.lazy_bind, arena, out, err);
}
