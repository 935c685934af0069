/* SPDX-License-Identifier: MIT */
/* Finite state entropy, the coding inside of LZFSE: symbols by tables of states, bits that are read
 * from the back of their stream to its front.
 *
 * Source: Apple's reference implementation (github.com/lzfse/lzfse, lzfse_fse.h). */
#pragma once
#include "base/span.h"

#define SX_FSE_MAX_STATES 1024 /* of literals, the largest of the four tables */

/* What a state says: a symbol, how many bits make the next state, and what to add to them. */
struct sx_fse_entry {
    int16_t delta;
    uint8_t symbol, n_bits;
};

struct sx_fse_table {
    struct sx_fse_entry at[SX_FSE_MAX_STATES];
    uint16_t n_states;
};

/* sx_fse_table_init makes the table of `n_states` (a power of two) from how often each symbol
 * occurs. Fails with FORMAT when that sums up to more than there are states; `what` names the
 * table. States that no symbol has stand for symbol 0. */
SX_MUST_USE bool sx_fse_table_init(struct sx_fse_table *table, uint16_t n_states,
                                   const uint16_t *frequencies, size_t n_symbols, const char *what,
                                   uint64_t off, struct sx_err *err);

/* Bits, taken from the back. Taking more than there are yields zeros and is remembered. */
struct sx_fse_bits {
    struct sx_span in; /* what has not been loaded */
    uint64_t held;     /* loaded bits, the next ones on top */
    unsigned n;        /* how many */
    bool is_short;
};

/* sx_fse_bits_init begins; the last `spare` bits of the stream, at most 7, are not used and must be
 * zero. Fails with FORMAT. */
SX_MUST_USE bool sx_fse_bits_init(struct sx_fse_bits *bits, struct sx_span in, unsigned spare,
                                  struct sx_err *err);
/* sx_fse_take takes at most 32 bits. */
uint32_t sx_fse_take(struct sx_fse_bits *bits, unsigned n);

/* sx_fse_next gives the symbol of a state, and moves the state on. */
uint8_t sx_fse_next(const struct sx_fse_table *table, uint16_t *state, struct sx_fse_bits *bits);
