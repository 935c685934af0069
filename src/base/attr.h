/* SPDX-License-Identifier: MIT */
/* Attributes and the few macros that every file may use. */
#pragma once
#include <stddef.h>

#define SX_MUST_USE     __attribute__((warn_unused_result))
#define SX_PRINTF(f, a) __attribute__((format(printf, f, a)))
#define SX_NORETURN     __attribute__((noreturn))
/* SX_AUTO(fn) calls fn(&variable) when the variable goes out of scope. */
#define SX_AUTO(fn) __attribute__((cleanup(fn)))

#define SX_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* SX_TRY passes a failure on; the only macro that hides a return. */
#define SX_TRY(call)                                                                               \
    do {                                                                                           \
        if (!(call))                                                                               \
            return false;                                                                          \
    } while (0)
