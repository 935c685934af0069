/* SPDX-License-Identifier: MIT */
#include "package/adc.h"

static const char title[] = "ADC";

static bool literals(struct sx_cursor *c, size_t n, struct sx_window *out, struct sx_err *err)
{
    struct sx_span run = sx_get_bytes(c, n, "ADC literals");
    SX_TRY(sx_cursor_ok(c, err));
    return sx_window_put(out, run, title, err);
}

static bool match(struct sx_cursor *c, uint8_t control, struct sx_window *out, struct sx_err *err)
{
    uint64_t off = c->in.off + c->pos - 1;
    bool is_long = (control & 0x40) != 0;
    size_t n = is_long ? (control & 0x3fu) + 4u : (control >> 2) + 3u;
    size_t distance = is_long ? sx_get_u16(c, "ADC distance")
                              : (control & 3u) << 8 | sx_get_u8(c, "ADC distance");
    SX_TRY(sx_cursor_ok(c, err));
    return sx_window_copy(out, distance + 1, n, off, title, err);
}

bool sx_adc_decode(struct sx_span in, struct sx_window *out, struct sx_err *err)
{
    struct sx_cursor c = sx_cursor_be(in);
    while (sx_window_left(out) > 0) {
        uint8_t control = sx_get_u8(&c, "ADC control byte");
        SX_TRY(sx_cursor_ok(&c, err));
        if ((control & 0x80) != 0)
            SX_TRY(literals(&c, (control & 0x7fu) + 1u, out, err));
        else
            SX_TRY(match(&c, control, out, err));
    }
    return true;
}
