#!/bin/sh
# SPDX-License-Identifier: MIT
# The step "Check" of action.yml: annotations in the log, SARIF in a file, Markdown in the summary.
# It exits as sxlint does.
set -u

# a path a line; what a line holds is one argument, whatever it is
set -f
old=$IFS
IFS='
'
# shellcheck disable=SC2086
set -- -- $INPUT_PATHS
IFS=$old
set +f

summary=$(mktemp) || exit 4
trap 'rm -f "$summary"' EXIT
rm -f "$INPUT_SARIF"
code=0
sxlint check --format github --report "sarif=$INPUT_SARIF" --report "markdown=$summary" --no-progress \
    ${INPUT_FAIL_ON:+--fail-on "$INPUT_FAIL_ON"} ${INPUT_CONFIG:+--config "$INPUT_CONFIG"} \
    ${INPUT_RULES:+--rules "$INPUT_RULES"} ${INPUT_SHOW_AT:+--show-at "$INPUT_SHOW_AT"} "$@" || code=$?

cat "$summary" >>"$GITHUB_STEP_SUMMARY"
echo "exit-code=$code" >>"$GITHUB_OUTPUT"
[ ! -f "$INPUT_SARIF" ] || echo "sarif=$INPUT_SARIF" >>"$GITHUB_OUTPUT"
exit $code
