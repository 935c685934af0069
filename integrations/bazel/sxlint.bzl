# SPDX-License-Identifier: MIT
"""sxlint_test(name, srcs): `bazel test` fails when Apple would turn an artifact away.

load("//tools:sxlint.bzl", "sxlint_test")
sxlint_test(name = "waffle_test", srcs = [":Waffle.zip"])

srcs are signed artifacts: archives, disk images, packages. sxlint is the one of the machine, found on
PATH or named by --test_env=SXLINT=/path/to/sxlint, so the test is local."""

_SCRIPT = """#!/bin/sh
exec "${{SXLINT:-sxlint}}" check --no-progress -- {paths}
"""

def _quoted(path):
    return "'" + path.replace("'", "'\\''") + "'"

def _sxlint_test_impl(ctx):
    script = ctx.actions.declare_file(ctx.label.name + ".sh")
    paths = " ".join([_quoted(file.short_path) for file in ctx.files.srcs])
    ctx.actions.write(script, _SCRIPT.format(paths = paths), is_executable = True)
    return [
        DefaultInfo(executable = script, runfiles = ctx.runfiles(files = ctx.files.srcs)),
        testing.ExecutionInfo({"local": "1"}),
        RunEnvironmentInfo(inherited_environment = ["PATH", "SXLINT", "SXLINT_CONFIG"]),
    ]

sxlint_test = rule(
    implementation = _sxlint_test_impl,
    doc = "Checks signed artifacts with sxlint.",
    attrs = {
        "srcs": attr.label_list(allow_files = True, allow_empty = False, mandatory = True),
    },
    test = True,
)
