/* SPDX-License-Identifier: MIT */
/* One writer a format. */
#pragma once
#include "report/report.h"

/* The formats of findings, a row each: what `--format` calls it. */
#define SX_FORMATS(FORMAT)                                                                         \
    FORMAT(text)                                                                                   \
    FORMAT(json)                                                                                   \
    FORMAT(jsonl)                                                                                  \
    FORMAT(sarif)                                                                                  \
    FORMAT(junit)                                                                                  \
    FORMAT(xcode)                                                                                  \
    FORMAT(github)                                                                                 \
    FORMAT(markdown)                                                                               \
    FORMAT(gitlab)                                                                                 \
    FORMAT(checkstyle)                                                                             \
    FORMAT(html)

#define SX_WRITER(name)                                                                            \
    bool sx_write_##name(const struct sx_judgements *judgements, const struct sx_style *style,     \
                         struct sx_out out);
SX_FORMATS(SX_WRITER)
#undef SX_WRITER
