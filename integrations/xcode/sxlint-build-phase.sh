#!/bin/sh
# SPDX-License-Identifier: MIT
#
# For a Run Script phase, the last of a target, or a post-action of a scheme: docs/xcode.md. Xcode runs
# it with the build settings as its environment. Build settings that it reads:
#   SXLINT              where sxlint is, if it is not where it is looked for below
#   SXLINT_BREAK_DEBUG  YES lets errors break builds of the configuration Debug, too
#   SXLINT_…            options of sxlint: SXLINT_FAIL_ON, SXLINT_CONFIG, ...
set -u

case ${CONFIGURATION-} in
Debug*) [ "${SXLINT_BREAK_DEBUG-}" = YES ] && debug= || debug=yes ;;
*) debug= ;;
esac

# finish CODE: a Debug build goes on, whatever was found; the output tells Xcode that the script ran
finish() {
    [ -z "$debug" ] || set -- 0
    if [ "$1" -eq 0 ] && [ "${SCRIPT_OUTPUT_FILE_COUNT:-0}" -gt 0 ]; then
        : >"$SCRIPT_OUTPUT_FILE_0"
    fi
    exit "$1"
}

find_sxlint() {
    for file in "${SXLINT-}" "$(command -v sxlint)" /opt/homebrew/bin/sxlint /usr/local/bin/sxlint \
        "${HOME-}/.local/bin/sxlint"; do
        if [ -n "$file" ] && [ -x "$file" ]; then
            echo "$file"
            return
        fi
    done
}

sxlint=$(find_sxlint)
if [ -z "$sxlint" ]; then
    word=error
    [ -z "$debug" ] || word=warning
    echo "$word: sxlint is not installed, so nothing was checked: install it, or set SXLINT, see docs/xcode.md"
    finish 1
fi

# what sxlint says on stderr, wrong usage or configuration, is an issue as well
said=$(mktemp "${TMPDIR:-/tmp}/sxlint.XXXXXX") || finish 1
code=0
"$sxlint" xcode "$@" 2>"$said" || code=$?
while IFS= read -r line; do
    echo "warning: ${line}"
done <"$said"
rm -f "$said"
[ $code -le 1 ] || [ -n "$debug" ] || echo "error: sxlint: exit code $code, see docs/pipeline.md"
finish $code
