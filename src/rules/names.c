/* SPDX-License-Identifier: MIT */
#include "rules/names.h"

#include "rules/judge.h"

const char *const sx_severity_names[SX_N_SEVERITIES] = {
    [SX_SEVERITY_NOTE] = "note",
    [SX_SEVERITY_WARNING] = "warning",
    [SX_SEVERITY_ERROR] = "error",
};

const char *const sx_gate_names[SX_N_GATES] = {
    [SX_GATE_SIGNATURE] = "signature",   [SX_GATE_NOTARIZATION] = "notarization",
    [SX_GATE_GATEKEEPER] = "gatekeeper", [SX_GATE_LAUNCH] = "launch",
    [SX_GATE_ACTIVATION] = "activation", [SX_GATE_STORE] = "store",
    [SX_GATE_POLICY] = "policy",
};

const char *const sx_basis_names[SX_N_BASES] = {
    [SX_DOCUMENTED] = "documented",
    [SX_OBSERVED] = "observed",
    [SX_DERIVED] = "derived",
    [SX_UNVERIFIED] = "unverified",
};

const char *sx_status_name(enum sx_status status)
{
    static const char *const names[SX_N_STATUSES] = {
        [SX_OPEN] = "open",
        [SX_WAIVED] = "waived",
        [SX_BASELINE] = "baseline",
    };
    return names[status];
}

const char *sx_severity_name(enum sx_severity severity)
{
    return sx_severity_names[severity];
}

const char *sx_gate_name(enum sx_gate gate)
{
    return sx_gate_names[gate];
}

const char *sx_basis_name(enum sx_basis basis)
{
    return sx_basis_names[basis];
}

const char *sx_scope_name(enum sx_scope scope)
{
    return sx_scope_names[scope];
}
