/* SPDX-License-Identifier: MIT */
/* One writer a format. */
#pragma once
#include "report/report.h"

/* The formats of findings, a row each: what C calls it, and what `--format` does. */
#define SX_FORMATS(FORMAT)                                                                         \
    FORMAT(text, "text")                                                                           \
    FORMAT(json, "json")                                                                           \
    FORMAT(jsonl, "jsonl")                                                                         \
    FORMAT(sarif, "sarif")                                                                         \
    FORMAT(junit, "junit")                                                                         \
    FORMAT(xcode, "xcode")                                                                         \
    FORMAT(github, "github")                                                                       \
    FORMAT(markdown, "markdown")                                                                   \
    FORMAT(gitlab, "gitlab")                                                                       \
    FORMAT(checkstyle, "checkstyle")                                                               \
    FORMAT(html, "html")                                                                           \
    FORMAT(notary_log, "notary-log")

#define SX_WRITER(name, word)                                                                      \
    bool sx_write_##name(const struct sx_judgements *judgements, const struct sx_style *style,     \
                         struct sx_out out);
SX_FORMATS(SX_WRITER)
#undef SX_WRITER
