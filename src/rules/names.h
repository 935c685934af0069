/* SPDX-License-Identifier: MIT */
/* The words of rule files for what rule.h numbers. */
#pragma once
#include "rules/rule.h"

extern const char *const sx_severity_names[SX_N_SEVERITIES];
extern const char *const sx_gate_names[SX_N_GATES];
extern const char *const sx_basis_names[SX_N_BASES];
extern const char *const sx_scope_names[SX_N_SCOPES];
