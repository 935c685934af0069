/* SPDX-License-Identifier: MIT */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

SX_PRINTF(6, 0)
static bool record(struct sx_err *err, enum sx_errc code, uint64_t off, uint32_t line,
                   uint32_t column, const char *fmt, va_list ap)
{
    if (err->code != SX_OK)
        return false;
    err->code = code;
    err->off = off;
    err->line = line;
    err->column = column;
    vsnprintf(err->what, sizeof(err->what), fmt, ap);
    return false;
}

bool sx_fail(struct sx_err *err, enum sx_errc code, uint64_t off, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    record(err, code, off, 0, 0, fmt, ap);
    va_end(ap);
    return false;
}

bool sx_fail_at(struct sx_err *err, enum sx_errc code, uint64_t off, uint32_t line, uint32_t column,
                const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    record(err, code, off, line, column, fmt, ap);
    va_end(ap);
    return false;
}

bool sx_fail_errno(struct sx_err *err, int number, const char *verb, const char *name)
{
    char text[96] = "";
#ifdef __GLIBC__
    const char *said = strerror_r(number, text, sizeof(text));
#else
    const char *said = strerror_r(number, text, sizeof(text)) == 0 ? text : "unknown error";
#endif
    return sx_fail(err, SX_E_IO, 0, "cannot %s %s: %s", verb, name, said);
}

const char *sx_errc_text(enum sx_errc code)
{
    switch (code) { /* no default: -Wswitch-enum must name the missing one */
    case SX_OK:
        return "no error";
#define X(name, text)                                                                              \
    case SX_E_##name:                                                                              \
        return text;
        SX_ERRORS(X)
#undef X
    }
    return "unknown error";
}
