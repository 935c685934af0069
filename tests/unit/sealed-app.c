/* SPDX-License-Identifier: MIT */
#include "sealed-app.h"

#include "base/buf.h"

static const char head[] = "defaults:\n"
                           "  macho: {arch: [arm64, x86_64], code: 600}\n"
                           "  sign: {as: developer-id}\n"
                           "files:\n"
                           "  A.app:\n"
                           "    sign: {";
static const char body[] =
    "}\n"
    "    files:\n"
    "      Contents/Info.plist: {plist: {CFBundleExecutable: A, CFBundlePackageType: APPL,"
    " CFBundleIdentifier: com.example.a}}\n"
    "      Contents/PkgInfo: APPL????\n"
    "      Contents/MacOS/A: {macho: {}}\n"
    "      Contents/Helpers/tool: {macho: {}, sign: {}}\n"
    "      Contents/Frameworks/F.framework:\n"
    "        sign: {}\n"
    "        files:\n"
    "          Versions/A/F: {macho: {type: dylib}}\n"
    "          Versions/A/Resources/Info.plist: {plist: {CFBundleExecutable: F,"
    " CFBundleIdentifier: com.example.f, CFBundlePackageType: FMWK}}\n"
    "          Versions/A/Resources/f.txt: f\n"
    "          Versions/Current: {link: A}\n"
    "          Resources: {link: Versions/Current/Resources}\n"
    "          F: {link: Versions/Current/F}\n"
    "      Contents/Library/SystemExtensions/com.example.x.systemextension:\n"
    "        sign: {}\n"
    "        files:\n"
    "          Contents/Info.plist: {plist: {CFBundleExecutable: com.example.x,"
    " CFBundleIdentifier: com.example.x, CFBundlePackageType: SYSX}}\n"
    "          Contents/MacOS/com.example.x: {macho: {}}\n"
    "          Contents/Resources/x.txt: x\n"
    "      Contents/Resources/a.txt: first\n"
    "      Contents/Resources/b/c.txt: third\n"
    "      Contents/Resources/link: {link: b/c.txt}\n"
    "      Contents/Resources/.DS_Store: omitted\n"
    "      Contents/Resources/en.lproj/L.strings: optional\n"
    "      Contents/Resources/Base.lproj/M.nib: base\n";

const char *sealed_app_yaml(struct sx_arena *arena, const struct sealed_app *app)
{
    const char *sign = app->sign != NULL ? app->sign : SEALED_TWICE;
    return sx_str_printf(arena, "%s%s%s%s%s%s", head, sign, body,
                         app->files != NULL ? app->files : "", app->after != NULL ? "after:\n" : "",
                         app->after != NULL ? app->after : "")
        .ptr;
}

void sealed_app_examine(struct examined *e, const struct sealed_app *app)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    examine(e, sealed_app_yaml(arena, app), "A.app");
}

static struct sx_str below(struct sx_str path)
{
    return sx_str_starts(path, SX_STR("A.app/")) ? sx_str_sub(path, 6, path.len) : path;
}

static void put_problems(struct sx_buf *out, const struct sx_Code *code, struct sx_objs problems)
{
    for (size_t i = 0; i < problems.n; i++) {
        const struct sx_Problem *p = SX_AT(Problem, problems, i);
        if (code->host != NULL)
            sx_buf_printf(out, "%.*s: ", SX_STR_ARG(below(code->path)));
        sx_buf_str(out, sx_enum_name(&sx_enumeration_ProblemKind, p->what));
        if (p->symbol.ptr != NULL)
            sx_buf_printf(out, " %.*s", SX_STR_ARG(p->symbol));
        if (p->path.ptr != NULL)
            sx_buf_printf(out, " %.*s", SX_STR_ARG(below(p->path)));
        sx_buf_char(out, '\n');
    }
}

static void put_unread(struct sx_buf *out, const struct sx_Code *code)
{
    for (size_t i = 0; i < code->head.unread.n; i++) {
        const struct sx_unread *unread = (const struct sx_unread *)code->head.unread.at[i];
        size_t end = sx_str_find(unread->reason, SX_STR(", at byte"));
        if (sx_str_is(unread->what, "problems"))
            sx_buf_printf(out, "? %.*s\n", SX_STR_ARG(sx_str_sub(unread->reason, 0, end)));
    }
}

struct sx_str sealed_problems(const struct examined *e)
{
    SX_AUTO(sx_buf_release) struct sx_buf out = { 0 };
    struct sx_objs code = examined_artifact(e)->code;
    for (size_t i = 0; i < code.n; i++) {
        const struct sx_Code *c = SX_AT(Code, code, i);
        for (size_t k = 0; k < c->slices.n; k++)
            put_problems(&out, c, SX_AT(Slice, c->slices, k)->signature->problems);
        put_problems(&out, c, c->problems);
        put_unread(&out, c);
    }
    sx_buf_char(&out, '\0');
    out.len--;
    return sx_str_dup(e->arena, sx_buf_view(&out));
}

struct sx_str sealed_state(const struct examined *e, const char *path)
{
    struct sx_objs code = examined_artifact(e)->code;
    for (size_t i = 0; i < code.n; i++) {
        const struct sx_Code *c = SX_AT(Code, code, i);
        if (sx_str_is(c->path, path))
            return sx_SignatureState_name(
                (enum sx_SignatureState)SX_AT(Slice, c->slices, 0)->signature->state);
    }
    return (struct sx_str){ 0 };
}
