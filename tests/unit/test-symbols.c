/* SPDX-License-Identifier: MIT */
#include "rows.h"
#include "macho/symbols.h"
#include "macho/swift_name.h"
#include "thin.h"

#include <stdio.h>
#include <string.h>

enum { SIZE = 0x2000 };

/* Bytes laid over a slice; a text is laid with its NUL. */
struct poke {
    uint32_t at;
    unsigned width; /* 0: a text */
    uint64_t value;
    const char *text;
};

struct image {
    const char *commands;
    struct poke pokes[24]; /* at 0 ends the list */
    bool is_32;
};

static struct opened open_image(const struct image *image)
{
    struct sx_buf buf = { 0 };
    thin_put(&buf, &(struct thin){ SX_CPU_ARM64, 0, SX_MH_DYLIB, 0, image->commands, SIZE,
                                   image->is_32 });
    for (const struct poke *p = image->pokes; p < image->pokes + 24 && p->at != 0; p++)
        if (p->width > 0)
            sx_fx_set_le(buf.ptr + p->at, p->width, p->value);
        else
            memcpy(buf.ptr + p->at, p->text, strlen(p->text) + 1);
    return open_bytes(&buf);
}

/* "a b c" as a list; NULL: the call fails, with `code`. */
static void assert_names(struct sx_strs list, const char *want)
{
    char text[256] = "";
    for (size_t i = 0; i < list.n; i++)
        snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%.*s", i > 0 ? " " : "",
                 SX_STR_ARG(list.at[i]));
    assert_string_equal(text, want);
}

/* Symbols: undefined _b, _a and _a again, common _c, debugging _d, defined _e. */
#define NLIST(i, strx, type, value)                                                                \
    { 0x1000 + 16 * (i), 4, strx }, { 0x1004 + 16 * (i), 1, type },                                \
    {                                                                                              \
        0x1008 + 16 * (i), 8, value                                                                \
    }
#define SYMBOLS                                                                                    \
    NLIST(0, 1, 1, 0), NLIST(1, 4, 1, 0), NLIST(2, 4, 1, 0), NLIST(3, 7, 1, 8),                    \
        NLIST(4, 10, 0x24, 0), NLIST(5, 13, 0xf, 0x10)
#define NAMES                                                                                      \
    { 0x1801, 0, 0, "_b" }, { 0x1804, 0, 0, "_a" }, { 0x1807, 0, 0, "_c" },                        \
        { 0x180a, 0, 0, "_d" },                                                                    \
    {                                                                                              \
        0x180d, 0, 0, "_e"                                                                         \
    }

/* Chained fixups at 0x1000: header of 28 bytes, imports at +0x40, names at +0x80. */
#define FIXUPS(count, format)                                                                      \
    { 0x1004, 4, 0x20 }, { 0x1008, 4, 0x40 }, { 0x100c, 4, 0x80 }, { 0x1010, 4, count },           \
        { 0x1014, 4, format }, { 0x1020, 4, 2 }, { 0x1028, 4, 0xc }, { 0x102c, 4, 24 },            \
        { 0x1030, 2, 0x1000 }, { 0x1032, 2, 2 }, { 0x1081, 0, 0, "_x" },                           \
    {                                                                                              \
        0x1084, 0, 0, "_y"                                                                         \
    }

static const struct import_row {
    const char *name;
    struct image image;
    const char *want;
    enum sx_errc code;
} imports[] = {
    { "nothing", { "" }, "" },
    { "the symbol table", { "symtab 0x1000 6 0x1800 0x10", { SYMBOLS, NAMES } }, "_a _b" },
    { "chained fixups, stripped",
      { "fixups 0x1000 0x100", { FIXUPS(2, 1), { 0x1040, 4, 4 << 9 | 1 }, { 0x1044, 4, 1 << 9 } } },
      "_x _y" },
    { "chained fixups with addends",
      { "fixups 0x1000 0x100", { FIXUPS(2, 2), { 0x1040, 4, 4 << 9 }, { 0x1048, 4, 1 << 9 } } },
      "_x _y" },
    { "chained fixups with wide addends",
      { "fixups 0x1000 0x100", { FIXUPS(2, 3), { 0x1044, 4, 4 }, { 0x1054, 4, 1 } } },
      "_x _y" },
    { "what may be defined here is no import",
      { "fixups 0x1000 0x100",
        { FIXUPS(2, 1), { 0x1040, 4, 4 << 9 | 0xfd }, { 0x1044, 4, 1 << 9 } } },
      "_x" },
    { "bind opcodes",
      { "info 0 0 0x1000 16 0 0 0x1100 16",
        { { 0x1000, 1, 0x11 },
          { 0x1001, 0, 0, "\x40_p" },
          { 0x1005, 1, 0x90 },
          { 0x1100, 0, 0, "\x40_q" },
          { 0x1104, 1, 0x90 } } },
      "_p _q" },
    { "weak binds are left out", { "info 0 0 0 0 0x1000 16", { { 0x1000, 0, 0, "\x40_p" } } }, "" },

    { "symbols outside", { "symtab 0x1fff 6 0x1800 0x10", { SYMBOLS, NAMES } }, NULL, SX_E_RANGE },
    { "4 billion symbols", { "symtab 0x1000 0xffffffff 0x1800 0x10" }, NULL, SX_E_RANGE },
    { "strings outside", { "symtab 0x1000 6 0x1800 0x10000", { SYMBOLS } }, NULL, SX_E_RANGE },
    { "a name outside",
      { "symtab 0x1000 6 0x1800 0x10", { SYMBOLS, NAMES, { 0x1000, 4, 17 } } },
      NULL,
      SX_E_RANGE },
    { "a name without end", { "symtab 0x1000 6 0x1800 6", { SYMBOLS, NAMES } }, NULL, SX_E_FORMAT },
    { "fixups cut short", { "fixups 0x1000 27", { FIXUPS(0, 1) } }, NULL, SX_E_TRUNCATED },
    { "fixups outside", { "fixups 0x1fff 0x100" }, NULL, SX_E_RANGE },
    { "packed names",
      { "fixups 0x1000 0x100", { FIXUPS(0, 1), { 0x1018, 4, 1 } } },
      NULL,
      SX_E_UNSUPPORTED },
    { "imports of a new format",
      { "fixups 0x1000 0x100", { FIXUPS(1, 4) } },
      NULL,
      SX_E_UNSUPPORTED },
    { "more imports than bytes", { "fixups 0x1000 0x100", { FIXUPS(1000, 1) } }, NULL, SX_E_RANGE },
    { "4 billion imports", { "fixups 0x1000 0x100", { FIXUPS(0xffffffff, 1) } }, NULL, SX_E_LIMIT },
    { "an import without name",
      { "fixups 0x1000 0x100", { FIXUPS(1, 1), { 0x1040, 4, 0x1000 << 9 } } },
      NULL,
      SX_E_RANGE },
    { "starts outside",
      { "fixups 0x1000 0x100", { FIXUPS(0, 1), { 0x1004, 4, 0x101 } } },
      NULL,
      SX_E_RANGE },
    { "an opcode that is none",
      { "info 0 0 0x1000 1", { { 0x1000, 1, 0xe0 } } },
      NULL,
      SX_E_FORMAT },
    { "a bind in a segment that is none",
      { "info 0 0 0x1000 2", { { 0x1000, 2, 0x0070 } } },
      NULL,
      SX_E_RANGE },
    { "a symbol without end",
      { "info 0 0 0x1000 2", { { 0x1000, 2, 0x4141 } } },
      NULL,
      SX_E_FORMAT },
    { "a number without end",
      { "info 0 0 0x1000 2", { { 0x1000, 2, 0x8080 } } },
      NULL,
      SX_E_TRUNCATED },
    { "threaded binds", { "info 0 0 0x1000 1", { { 0x1000, 1, 0xd0 } } }, NULL, SX_E_UNSUPPORTED },
};

static void imported(void **state)
{
    const struct import_row *row = *state;
    struct opened o = open_image(&row->image);
    struct sx_strs list;
    struct sx_err err = { 0 };
    assert_true(o.ok);
    bool ok = sx_macho_imports(&o.macho.slices[0], o.arena, &list, &err);
    assert_int_equal(ok, row->want != NULL);
    assert_int_equal(err.code, row->code);
    if (ok)
        assert_names(list, row->want);
    close_opened(&o);
}

/* A class list at 0x800 with one class at 0x900, its data at 0xa00, its name at 0xb00. */
#define DATA "seg __DATA 0 0x2000 1 0x800 8 0 __objc_classlist"
#define CLASS                                                                                      \
    { 0x800, 8, 0x900 }, { 0x920, 8, 0xa03 }, { 0xa18, 8, 0xb00 },                                 \
    {                                                                                              \
        0xb00, 0, 0, "Iron"                                                                        \
    }
/* The same for chained pointers, whose format has to be set. */
#define CHAINED                                                                                    \
    FIXUPS(1, 1), { 0x1040, 4, 0x10 << 9 },                                                        \
    {                                                                                              \
        0x1090, 0, 0, "_OBJC_CLASS_$_NSObject"                                                     \
    }

static const struct class_row {
    const char *name;
    struct image image;
    const char *want; /* NAME:SUPERCLASS */
    enum sx_errc code;
} classes[] = {
    { "no classes", { "seg __DATA 0 0x2000" }, "" },
    { "a root class", { DATA, { CLASS } }, "Iron:" },
    { "a superclass of its own", { DATA, { CLASS, { 0x908, 8, 0x900 } } }, "Iron:Iron" },
    { "a superclass by opcodes",
      { DATA "; info 0 0 0x1000 32",
        { CLASS,
          { 0x1000, 3, 0x128870 },
          { 0x1003, 0, 0, "\x40_OBJC_CLASS_$_NSObject" },
          { 0x101b, 1, 0x90 } } },
      "Iron:NSObject" },
    { "a superclass by opcodes that skip",
      { DATA "; info 0 0 0x1000 40",
        { CLASS,
          { 0x1000, 3, 0x11f870 },
          { 0x1003, 0, 0, "\x40_OBJC_CLASS_$_NSObject" },
          { 0x101b, 3, 0x0802c0 } } },
      "Iron:NSObject" },
    { "a superclass by a chained pointer",
      { DATA "; fixups 0x1000 0x100", { CLASS, CHAINED, { 0x908, 8, UINT64_C(1) << 63 } } },
      "Iron:NSObject" },
    { "chained pointers of arm64e",
      { DATA "; fixups 0x1000 0x100",
        { CLASS,
          CHAINED,
          { 0x1032, 2, 12 },
          { 0x800, 8, 0x900 | UINT64_C(1) << 63 },
          { 0x908, 8, UINT64_C(3) << 62 } } },
      "Iron:NSObject" },
    { "a class of Swift",
      { DATA, { CLASS, { 0xb00, 0, 0, "_TtC6Waffle4Iron" } } },
      "Waffle.Iron:" },
    { "a driver's class",
      { "seg __DATA_CONST 0 0x2000 1 0x800 8 0 __osclassinfo",
        { { 0x800, 8, 0x900 },
          { 0x900, 8, 0xa00 },
          { 0xa04, 0, 0, "Press" },
          { 0xa64, 0, 0, "IOService" } } },
      "Press:IOService" },
    { "a symbol only",
      { "seg __DATA 0 0x2000; symtab 0x1000 1 0x1800 0x40",
        { { 0x1000, 4, 1 }, { 0x1004, 1, 0xf }, { 0x1801, 0, 0, "_OBJC_CLASS_$_Tongs" } } },
      "Tongs:" },
    { "list and symbol name one class",
      { DATA "; symtab 0x1000 1 0x1800 0x40",
        { CLASS,
          { 0x908, 8, 0x900 },
          { 0x1000, 4, 1 },
          { 0x1004, 1, 0xf },
          { 0x1801, 0, 0, "_OBJC_CLASS_$_Iron" } } },
      "Iron:Iron" },
    { "a debug companion has the list without contents",
      { "seg __DATA 0 0x2000 1 1 8 1 __objc_classlist" },
      "" },

    { "a class outside", { DATA, { { 0x800, 8, 0x2000 } } }, NULL, SX_E_RANGE },
    { "a class at the end", { DATA, { { 0x800, 8, 0x1fe0 } } }, NULL, SX_E_RANGE },
    { "data outside", { DATA, { CLASS, { 0x920, 8, UINT64_MAX } } }, NULL, SX_E_RANGE },
    { "a name outside", { DATA, { CLASS, { 0xa18, 8, 0x3000 } } }, NULL, SX_E_RANGE },
    { "a name without end",
      { DATA, { CLASS, { 0xa18, 8, 0x1fff }, { 0x1fff, 1, 'x' } } },
      NULL,
      SX_E_FORMAT },
    { "an import that is none",
      { DATA "; fixups 0x1000 0x100", { CLASS, CHAINED, { 0x908, 8, (UINT64_C(1) << 63) + 1 } } },
      NULL,
      SX_E_RANGE },
    { "pointers of a new format",
      { DATA "; fixups 0x1000 0x100", { CLASS, CHAINED, { 0x1032, 2, 99 } } },
      NULL,
      SX_E_UNSUPPORTED },
    { "more binds than there can be",
      { DATA "; info 0 0 0x1000 40",
        { CLASS,
          { 0x1000, 3, 0x128870 },
          { 0x1003, 0, 0, "\x40_OBJC_CLASS_$_NSObject" },
          { 0x101b, 8, 0x0000ffffffffffc0 } } },
      NULL,
      SX_E_LIMIT },
};

static void classes_defined(void **state)
{
    const struct class_row *row = *state;
    struct opened o = open_image(&row->image);
    struct sx_macho_classes list;
    struct sx_err err = { 0 };
    char text[256] = "";
    assert_true(o.ok);
    bool ok = sx_macho_classes(&o.macho.slices[0], o.arena, &list, &err);
    assert_int_equal(ok, row->want != NULL);
    assert_int_equal(err.code, row->code);
    for (size_t i = 0; ok && i < list.n; i++)
        snprintf(text + strlen(text), sizeof(text) - strlen(text), "%.*s:%.*s",
                 SX_STR_ARG(list.at[i].name), SX_STR_ARG(list.at[i].superclass));
    if (ok)
        assert_string_equal(text, row->want);
    close_opened(&o);
}

static void strings_of_text(void **state)
{
    (void)state;
    struct opened o = open_image(
        &(struct image){ "seg __TEXT 0 0x2000 2 0x800 8 2 0x900 8 2 __cstring __objc_methname",
                         { { 0x800, 0, 0, "b" },
                           { 0x803, 0, 0, "a" },
                           { 0x900, 0, 0, "init" },
                           { 0x905, 0, 0, "b" } } });
    struct sx_strs list;
    struct sx_err err = { 0 };
    assert_true(sx_macho_strings(&o.macho.slices[0], o.arena, &list, &err));
    assert_names(list, "a b init");
    close_opened(&o);
}

static const struct swift_row {
    const char *name, *want;
} swift[] = {
    { "NSObject", "NSObject" },
    { "_TtC6Waffle4Iron", "Waffle.Iron" },
    { "_TtCC6Waffle4Iron5Plate", "Waffle.Iron.Plate" },
    { "_TtC6WaffleP33_0123456789abcdef0123456789abcdef4Iron", "Waffle.Iron" },
    { "_TtCs12_SwiftObject", "Swift._SwiftObject" },
    { "_TtC6Waffle", "_TtC6Waffle" },
    { "_TtC6Waffle5Iron", "_TtC6Waffle5Iron" },
    { "_TtC6Waffle99999999999999999999Iron", "_TtC6Waffle99999999999999999999Iron" },
    { "_TtC6Waffle0", "_TtC6Waffle0" },
    { "_TtC", "_TtC" },
    { "_TtGC6Waffle4Iron_", "_TtGC6Waffle4Iron_" },
};

static void swift_names(void **state)
{
    const struct swift_row *row = *state;
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    struct sx_str got = sx_macho_swift_name(arena, sx_str_of(row->name));
    assert_true(sx_str_is(got, row->want));
}

int main(void)
{
    static struct rows tests;
    ADD_ROWS(&tests, imports, imported);
    ADD_ROWS(&tests, classes, classes_defined);
    ADD_ROWS(&tests, swift, swift_names);
    ADD_TEST(&tests, strings_of_text);
    return run_rows("symbols", &tests);
}
