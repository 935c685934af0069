/* SPDX-License-Identifier: MIT */
/* Fixtures: folders of signed Mac software, described by small YAML files. The format is told in
 * tests/fixtures/README.md. */
#pragma once
#include "node.h"

/* sx_fx_build makes what a fixture file describes below `out_dir`, which is created, and which
 * should be empty. Fails with FORMAT at the file's line and column, or with IO. */
SX_MUST_USE bool sx_fx_build(struct sx_arena *arena, const char *fixture, const char *out_dir,
                             struct sx_err *err);
/* sx_fx_build_text does the same for a description in memory. */
SX_MUST_USE bool sx_fx_build_text(struct sx_arena *arena, const char *yaml, const char *out_dir,
                                  struct sx_err *err);
/* sx_fx_write_roots writes the roots that stand for Apple's as PEM files: root.pem, root-g3.pem,
 * and roots.pem with both. */
SX_MUST_USE bool sx_fx_write_roots(struct sx_arena *arena, const char *out_dir, struct sx_err *err);
