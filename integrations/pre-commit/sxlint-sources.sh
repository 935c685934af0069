#!/bin/sh
# SPDX-License-Identifier: MIT
# usage: sxlint-sources.sh FILE...     entitlements, Info.plist, profiles, .mobileconfig; as they are staged
#
# pre-commit hands the files that a commit touches; a Git hook of your own can do the same. Nothing is
# built yet, so only what stands in the sources is judged. It exits as sxlint does.
set -u
[ $# -gt 0 ] || exit 0
command -v sxlint >/dev/null || {
    echo 'sxlint is not installed, so nothing was checked: see its README' >&2
    exit 2
}
exec sxlint check --no-progress -- "$@"
