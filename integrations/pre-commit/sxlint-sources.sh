#!/bin/sh
# SPDX-License-Identifier: MIT
# usage: sxlint-sources.sh FILE...     entitlements, Info.plist, profiles, .mobileconfig
#
# pre-commit hands the files that a commit touches; a Git hook of your own can do the same. What lies
# beside them is of the same target and judged with them, a run a folder. Nothing is built yet, so only
# what stands in the sources is judged. It exits as the worst run of sxlint.
set -u
command -v sxlint >/dev/null || {
    echo 'sxlint is not installed, so nothing was checked: see its README' >&2
    exit 2
}

# beside FOLDER: checks what sources there are in it
beside() {
    set -- "$1"/*.entitlements "$1"/*.mobileconfig "$1"/*.provisionprofile "$1"/*Info.plist
    for file; do
        shift
        if [ -e "$file" ] || [ -L "$file" ]; then
            set -- "$@" "$file"
        fi
    done
    # files that are gone were removed by the commit
    [ $# -eq 0 ] || sxlint check --no-progress -- "$@"
}

worst=0
done=
for file; do
    folder=$(dirname "$file")
    case "$done/:" in *":$folder/:"*) continue ;; esac
    done="$done/:$folder"
    code=0
    beside "$folder" || code=$?
    [ $code -le $worst ] || worst=$code
done
exit $worst
