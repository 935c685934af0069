#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes the C table of the entitlement catalogue: catalogue.py entitlements.tsv > table.inc

One row a key, sorted by key, in the form of struct sx_catalogue_row. A cell that ends in "?"
is doubtful: its fact is absent, so that no rule can build an error on it.
"""
import csv
import sys

TYPES = {"bool", "string", "int", "array-of-string", "array-of-dict", "dict"}
CLASSES = {"unrestricted", "restricted", "sandbox", "hardened-runtime", "private", "debug"}
# what the table calls a channel, and which channels of the model it means
CHANNELS = {
    "dev": "SX_IN_DEVELOPMENT",
    "developer-id": "SX_IN_DEVELOPER_ID",
    "mac-app-store": "SX_IN_APP_STORE",
}


def quote(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def values(cell):
    """The allowed values; a form in <> or in words is no list of values."""
    if cell == "-" or any(c in cell for c in "<>{} "):
        return ""
    return cell


def channels(cell):
    names = [c for c in cell.split(",") if c in CHANNELS]
    return " | ".join(CHANNELS[c] for c in names) or "0"


def on_macos(row):
    if row["macos_channels"] == "none":
        return "SX_TRI_FALSE"
    if "?" in row["macos_channels"]:
        return "SX_TRI_ABSENT"
    return "SX_TRI_TRUE"


def version(cell):
    return cell if cell.replace(".", "").isdigit() else ""


def main(path):
    with open(path, newline="", encoding="utf-8") as f:
        rows = sorted(csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE),
                      key=lambda r: r["key"].encode())
    for before, row in zip(rows, rows[1:]):
        if before["key"] == row["key"]:
            sys.exit(f"{path}: {row['key']} stands twice")
    for row in rows:
        if row["macos_class"] not in CLASSES:
            sys.exit(f"{path}: {row['key']}: no class {row['macos_class']}")
        kind = row["value_type"] if row["value_type"] in TYPES else ""
        print("{ " + ", ".join([
            quote(row["key"]), quote(kind), quote(values(row["allowed_values"])),
            quote(row["macos_class"]), on_macos(row), channels(row["macos_channels"]),
            quote(version(row["min_macos"])), "true" if row["request_only"] == "yes" else "false",
            quote(row["notes_source"])]) + " },")


if __name__ == "__main__":
    main(sys.argv[1])
