/* SPDX-License-Identifier: MIT */
/* The commands that sign again what has to be: changed objects and their hosts, inside out, since
 * a host's seal holds the hashes of what lies in it. */
#include "report/mend.h"

#include "report/pen.h"
#include "report/shell.h"
#include "report/text.h"

#include <stdlib.h>

enum { NARROW = 80 - 1 }; /* arguments stay within a narrow window; the last column is free */

/* One command, or two: sign `code`, or every object of a fold. */
struct step {
    const struct sx_Code *code;
    const struct sx_fold *fold;
    const struct sx_Code *root; /* outermost host */
    size_t depth;
    struct sx_str entitlements; /* file to sign with; absent: keep what is there */
    struct sx_str profile;      /* file to copy into the bundle first */
};

struct mending {
    struct sx_layout *l;
    const struct sx_part *part;
    struct sx_arena *arena;
    struct sx_table by_path;  /* of steps */
    struct sx_table commands; /* that sign every object of a fold */
    SX_VEC(struct step *) steps;
    struct sx_str id; /* assigned last */
    bool has_edits;
};

/* How each channel signs. */
static const struct manner {
    const char *identity; /* NULL: ad hoc */
    enum sx_Signer signer;
    bool hardened; /* secure timestamp and hardened runtime, as the notary wants them */
} manners[SX_Channel_END] = {
    [SX_CHANNEL_ABSENT] = { "Developer ID Application", SX_SIGNER_DEVELOPER_ID, true },
    [SX_CHANNEL_DEVELOPER_ID] = { "Developer ID Application", SX_SIGNER_DEVELOPER_ID, true },
    [SX_CHANNEL_APP_STORE] = { "Apple Distribution", SX_SIGNER_DISTRIBUTION, false },
    [SX_CHANNEL_DEVELOPMENT] = { "Apple Development", SX_SIGNER_DEVELOPMENT, false },
    [SX_CHANNEL_AD_HOC] = { NULL, SX_SIGNER_AD_HOC, false },
    [SX_CHANNEL_ENTERPRISE_MDM] = { "Developer ID Application", SX_SIGNER_DEVELOPER_ID, true },
};

static const struct manner *manner_of(const struct mending *m)
{
    uint16_t channel = (uint16_t)m->part->product->channel;
    return &manners[channel < SX_Channel_END ? channel : 0];
}

/* A step for a code object and for each of its hosts. */
static struct step *add_code(struct mending *m, const struct sx_Code *code)
{
    struct step *step = sx_table_get(&m->by_path, code->path);
    if (step != NULL)
        return step;
    step = SX_NEW(m->arena, struct step);
    *step = (struct step){ .code = code, .root = code };
    if (code->host != NULL) {
        const struct step *host = add_code(m, code->host);
        step->root = host->root;
        step->depth = host->depth + 1;
    }
    sx_table_put(&m->by_path, code->path, step);
    SX_PUSH(m->arena, &m->steps, step);
    return step;
}

/* Several rules may have the same files signed again. */
static bool is_new_command(struct mending *m, const struct sx_fold *fold)
{
    const struct sx_Code *root = sx_owner_code(fold->findings[0]);
    while (root->host != NULL)
        root = root->host;
    struct sx_str command = sx_join(m->arena, sx_fold_command(fold, m->arena), " ");
    struct sx_str key =
        sx_str_printf(m->arena, "%.*s\n%.*s", SX_STR_ARG(root->path), SX_STR_ARG(command));
    return sx_table_put(&m->commands, key, m);
}

static void add_fold(struct mending *m, const struct sx_fold *fold)
{
    if (!is_new_command(m, fold))
        return;
    struct step *step = SX_NEW(m->arena, struct step);
    step->fold = fold;
    for (size_t i = 0; i < fold->n; i++) {
        step->code = sx_owner_code(fold->findings[i]);
        if (step->code->host == NULL) {
            step->root = step->code;
            continue;
        }
        const struct step *host = add_code(m, step->code->host);
        step->root = host->root;
        step->depth = host->depth + 1 > step->depth ? host->depth + 1 : step->depth;
    }
    SX_PUSH(m->arena, &m->steps, step);
}

static bool is_note(const struct sx_finding *f)
{
    return f->severity == SX_SEVERITY_NOTE;
}

/* A note is no reason to sign again; it is minded where something else is one. */
static struct step *step_of(struct mending *m, const struct sx_finding *f)
{
    const struct sx_Code *code = sx_owner_code(f);
    if (!f->repair.resign || code == NULL)
        return NULL;
    return is_note(f) ? sx_table_get(&m->by_path, code->path) : add_code(m, code);
}

static void add_finding(struct mending *m, const struct sx_finding *f)
{
    const char *file = f->rule->fix.edit_file;
    struct step *step = step_of(m, f);
    if (step != NULL || !is_note(f))
        m->has_edits = m->has_edits || f->repair.minus.n + f->repair.plus.n > 0;
    if (step == NULL)
        return;
    if (file != NULL && strcmp(file, "entitlements") == 0)
        step->entitlements = f->repair.file;
    if (file != NULL && strcmp(file, "profile") == 0)
        step->profile = f->repair.file;
}

/* Notes are gathered after all the rest. */
static void gather(struct mending *m, const struct sx_groups *groups, bool notes)
{
    for (size_t i = 0; i < groups->n; i++) {
        for (size_t k = 0; k < groups->at[i].n; k++) {
            const struct sx_block *block = &groups->at[i].at[k];
            size_t n = block->fold != NULL ? block->fold->n : 1;
            if (block->finding->status != SX_OPEN || is_note(block->finding) != notes)
                continue;
            if (!notes && block->fold != NULL && block->fold->patterns.n > 0 &&
                block->finding->repair.resign)
                add_fold(m, block->fold);
            else
                for (size_t j = 0; j < n; j++)
                    add_finding(m, block->fold != NULL ? block->fold->findings[j] : block->finding);
        }
    }
}

/* What has a process of its own, and with it a hardened runtime. */
static bool runs(const struct sx_Code *code)
{
    return code->kind != SX_CODE_KIND_DYLIB && code->kind != SX_CODE_KIND_FRAMEWORK &&
           code->kind != SX_CODE_KIND_BUNDLE && code->kind != SX_CODE_KIND_DISK_IMAGE;
}

/* A plain file that is part of no bundle. */
static bool is_loose(const struct step *step)
{
    return step->root == step->code && step->code->layout == SX_LAYOUT_FILE &&
           step->code->kind != SX_CODE_KIND_INSTALLER_PACKAGE &&
           step->code->kind != SX_CODE_KIND_DISK_IMAGE;
}

/* By path, but what lies in a disk image comes before the image. */
static int by_packing(struct sx_str a, struct sx_str b)
{
    size_t n = a.len < b.len ? a.len : b.len;
    bool is_part = a.len != b.len && sx_str_eq(sx_str_sub(a, 0, n), sx_str_sub(b, 0, n));
    return is_part ? (a.len > b.len ? -1 : 1) : sx_str_cmp(a, b);
}

/* Loose files first, libraries before programs; by app, deepest first, plain files before the
 * bundles beside them. */
static int by_turn(const void *a, const void *b)
{
    const struct step *x = *(struct step *const *)a, *y = *(struct step *const *)b;
    if (is_loose(x) != is_loose(y))
        return is_loose(x) ? -1 : 1;
    if (is_loose(x) && runs(x->code) != runs(y->code))
        return runs(x->code) ? 1 : -1;
    int order = by_packing(x->root->path, y->root->path);
    if (order != 0)
        return order;
    if (x->depth != y->depth)
        return x->depth > y->depth ? -1 : 1;
    bool x_file = x->code->layout == SX_LAYOUT_FILE, y_file = y->code->layout == SX_LAYOUT_FILE;
    if (x_file != y_file)
        return x_file ? -1 : 1;
    return sx_str_cmp(x->code->path, y->code->path);
}

static void line(struct mending *m, struct sx_strs words)
{
    sx_layout_to(m->l, 2);
    sx_layout_command(m->l, words);
    sx_layout_line(m->l);
}

static void line_of(struct mending *m, struct sx_str word)
{
    line(m, (struct sx_strs){ &word, 1 });
}

static struct sx_str found_at(const struct mending *m, const struct sx_Code *code)
{
    return sx_found_at(m->part->product->artifact, sx_packed_in(code), code->path, m->arena);
}

static struct sx_str signer_name(const struct sx_Code *code, const struct manner *manner)
{
    const struct sx_Signature *signature = code->signature;
    if (signature == NULL || signature->signer != manner->signer || signature->certificates.n == 0)
        return (struct sx_str){ 0 };
    return SX_AT(Certificate, signature->certificates, 0)->commonName;
}

/* The certificate of the host, else of anything beside it, else a name to be filled in. */
static struct sx_str identity(const struct mending *m, const struct sx_Code *root)
{
    const struct manner *manner = manner_of(m);
    const struct sx_objs code = m->part->product->artifact->code;
    struct sx_str name = signer_name(root, manner);
    for (size_t i = 0; name.ptr == NULL && i < code.n; i++)
        name = signer_name(SX_AT(Code, code, i), manner);
    return name.ptr != NULL ? name
                            : sx_str_printf(m->arena, "%s: YOUR NAME (TEAM)", manner->identity);
}

static void assign(struct mending *m, const char *variable, struct sx_str value)
{
    struct sx_str quoted = sx_shell_quote(m->arena, value);
    line_of(m, sx_str_printf(m->arena, "%s=%.*s", variable, SX_STR_ARG(quoted)));
}

/* The identity, where it is another than that of the app before. */
static void assign_identity(struct mending *m, const struct sx_Code *root)
{
    if (manner_of(m)->identity == NULL)
        return;
    struct sx_str id = identity(m, root);
    if (!sx_str_eq(id, m->id))
        assign(m, "id", id);
    m->id = id;
}

/* The object as an argument; a long last component gets a variable of its own first. */
static struct sx_str argument(struct mending *m, const struct step *step)
{
    struct sx_str below = sx_below(step->code->path, step->root->path);
    struct sx_str whole = sx_shell_below(m->arena, "app", below);
    struct sx_str last = sx_str_base(below);
    if (4 + sx_columns(whole) <= NARROW || last.len == below.len)
        return whole;
    assign(m, "ext", last);
    struct sx_str folder =
        sx_shell_below(m->arena, "app", sx_str_sub(below, 0, below.len - last.len - 1));
    if (sx_str_ends(folder, SX_STR("\"")))
        return sx_str_printf(m->arena, "%.*s/$ext\"", (int)folder.len - 1, folder.ptr);
    return sx_str_printf(m->arena, "%.*s/\"$ext\"", SX_STR_ARG(folder));
}

static struct sx_str below_argument(struct mending *m, struct sx_str argument, const char *path)
{
    if (sx_str_ends(argument, SX_STR("\"")))
        return sx_str_printf(m->arena, "%.*s/%s\"", (int)argument.len - 1, argument.ptr, path);
    return sx_str_printf(m->arena, "%.*s/%s", SX_STR_ARG(argument), path);
}

/* codesign's options go together: no break between -o and runtime, nor before an option's file. */
static const char *signing(const struct mending *m, const struct sx_Code *code)
{
    const struct manner *manner = manner_of(m);
    if (manner->identity == NULL)
        return "codesign -f -s -";
    if (!manner->hardened)
        return "codesign -f -s \"$id\"";
    return runs(code) ? "codesign -f -s \"$id\" --timestamp -o runtime"
                      : "codesign -f -s \"$id\" --timestamp";
}

static bool has_entitlements(const struct sx_Code *code)
{
    return code->claims.n > 0 || (code->entitlements != NULL && code->entitlements->n > 0);
}

/* The option for the entitlements of a step; absent: there are none. */
static struct sx_str entitling(const struct mending *m, const struct step *step)
{
    if (step->entitlements.ptr == NULL)
        return has_entitlements(step->code) ? SX_STR("--preserve-metadata=entitlements")
                                            : (struct sx_str){ 0 };
    struct sx_str file = sx_shell_quote(m->arena, step->entitlements);
    return sx_str_printf(m->arena, "--entitlements %.*s", SX_STR_ARG(file));
}

static void sign(struct mending *m, const struct step *step, struct sx_strs objects)
{
    SX_VEC(struct sx_str) words = { 0 };
    struct sx_str option = entitling(m, step);
    SX_PUSH(m->arena, &words, sx_str_of(signing(m, step->code)));
    if (option.ptr != NULL)
        SX_PUSH(m->arena, &words, option);
    for (size_t i = 0; i < objects.n; i++)
        SX_PUSH(m->arena, &words, objects.at[i]);
    line(m, (struct sx_strs){ words.at, words.n });
}

/* productsign writes a new file. */
static void sign_package(struct mending *m, const struct step *step)
{
    struct sx_str path = found_at(m, step->code);
    struct sx_str words[] = {
        SX_STR("productsign --sign 'Developer ID Installer: YOUR NAME (TEAM)'"),
        sx_shell_quote(m->arena, path), sx_shell_quote(m->arena, SX_STR("signed.pkg"))
    };
    line(m, (struct sx_strs){ words, SX_LEN(words) });
}

static bool any(const struct sx_fold *fold, bool (*is)(const struct sx_Code *code))
{
    for (size_t i = 0; i < fold->n; i++)
        if (is(sx_owner_code(fold->findings[i])))
            return true;
    return false;
}

/* "-name '*.so'", or several as "\( -name '*.so' -o -name '*.dylib' \)". */
static struct sx_str named(struct sx_strs patterns, struct sx_arena *arena)
{
    SX_AUTO(sx_buf_release) struct sx_buf names = { 0 };
    for (size_t i = 0; i < patterns.n; i++)
        sx_buf_printf(&names, "%s-name '%.*s'", i == 0 ? "" : " -o ", SX_STR_ARG(patterns.at[i]));
    bool many = patterns.n > 1;
    return sx_str_printf(arena, "%s%.*s%s", many ? "\\( " : "", SX_STR_ARG(sx_buf_view(&names)),
                         many ? " \\)" : "");
}

/* The folder of a fold as an argument. */
static struct sx_str searched(const struct sx_fold *fold, struct sx_arena *arena)
{
    const struct sx_Code *root = sx_owner_code(fold->findings[0]);
    if (fold->loose_in.ptr != NULL)
        return sx_shell_quote(arena, fold->loose_in);
    while (root->host != NULL)
        root = root->host;
    return sx_shell_below(arena, "app", sx_below(fold->folder, root->path));
}

/* With the options that one of the objects needs; they do no harm to the others. */
struct sx_strs sx_fold_command(const struct sx_fold *fold, struct sx_arena *arena)
{
    if (fold->patterns.n == 0)
        return (struct sx_strs){ 0 };
    bool hardened = any(fold, runs), keeps = any(fold, has_entitlements);
    struct sx_str *words = SX_NEW_N(arena, struct sx_str, 5);
    size_t n = 0;
    words[n++] = sx_str_printf(arena, "find %.*s", SX_STR_ARG(searched(fold, arena)));
    if (fold->spared.n > 0)
        words[n++] = sx_str_printf(arena, "%.*s -prune -o", SX_STR_ARG(named(fold->spared, arena)));
    words[n++] = named(fold->patterns, arena);
    words[n++] = sx_str_printf(arena, "-exec codesign -f -s \"$id\" --timestamp%s%s",
                               hardened ? " -o runtime" : "", keeps ? "" : " {} +");
    if (keeps)
        words[n++] = SX_STR("--preserve-metadata=entitlements {} +");
    return (struct sx_strs){ words, n };
}

static void take(struct mending *m, const struct step *step)
{
    if (step->fold != NULL) {
        line(m, sx_fold_command(step->fold, m->arena));
        return;
    }
    if (step->code->kind == SX_CODE_KIND_INSTALLER_PACKAGE) {
        sign_package(m, step);
        return;
    }
    struct sx_str object = argument(m, step);
    if (step->profile.ptr != NULL) {
        struct sx_str file = sx_shell_quote(m->arena, step->profile);
        struct sx_str words[] = { sx_str_printf(m->arena, "cp %.*s", SX_STR_ARG(file)),
                                  below_argument(m, object, "Contents/embedded.provisionprofile") };
        line(m, (struct sx_strs){ words, SX_LEN(words) });
    }
    sign(m, step, (struct sx_strs){ &object, 1 });
}

/* One app: its name, the identity, and its steps. */
static void mend_root(struct mending *m, size_t from, size_t n)
{
    const struct sx_Code *root = m->steps.at[from]->root;
    if (root->kind != SX_CODE_KIND_INSTALLER_PACKAGE) {
        assign(m, "app", found_at(m, root));
        assign_identity(m, root);
    }
    for (size_t i = from; i < from + n; i++)
        take(m, m->steps.at[i]);
}

/* Whether one codesign signs both. */
static bool signs_alike(const struct mending *m, const struct step *a, const struct step *b)
{
    return a->fold == NULL && b->fold == NULL &&
           strcmp(signing(m, a->code), signing(m, b->code)) == 0 &&
           sx_str_eq(entitling(m, a), entitling(m, b));
}

/* Loose files, as many at once as are signed alike. */
static void mend_loose(struct mending *m, size_t n)
{
    assign_identity(m, m->steps.at[0]->root);
    for (size_t i = 0; i < n;) {
        const struct step *first = m->steps.at[i];
        SX_VEC(struct sx_str) files = { 0 };
        if (first->fold != NULL) {
            take(m, first);
            i++;
            continue;
        }
        for (; i < n && signs_alike(m, first, m->steps.at[i]); i++)
            SX_PUSH(m->arena, &files, sx_shell_quote(m->arena, found_at(m, m->steps.at[i]->code)));
        sign(m, first, (struct sx_strs){ files.at, files.n });
    }
}

static bool is_last_of_root(const struct mending *m, size_t at)
{
    return at + 1 == m->steps.n || m->steps.at[at]->root != m->steps.at[at + 1]->root;
}

static size_t count_roots(const struct mending *m)
{
    size_t n = 0;
    for (size_t i = 0; i < m->steps.n; i++)
        n += is_last_of_root(m, i);
    return n;
}

/* Loose files that are signed without an app to name; a single file is named like one. */
static size_t count_loose(const struct mending *m)
{
    size_t n = 0;
    while (n < m->steps.n && is_loose(m->steps.at[n]))
        n++;
    return n == 1 && m->steps.n == 1 && m->steps.at[0]->fold == NULL ? 0 : n;
}

/* What is checked again: the app, or, of several, the folder that they are in; what is packed goes
 * before it is packed again. */
static struct sx_str again(const struct mending *m)
{
    const struct sx_Code *last = m->steps.at[m->steps.n - 1]->root;
    if (count_roots(m) == 1 && count_loose(m) == 0 && last->kind != SX_CODE_KIND_INSTALLER_PACKAGE)
        return SX_STR("\"$app\"");
    if (sx_packed_in(last) != NULL)
        return SX_STR(".");
    return sx_shell_quote(m->arena, m->part->product->artifact->path);
}

static void check_again(struct mending *m)
{
    SX_VEC(struct sx_str) words = { 0 };
    SX_PUSH(m->arena, &words, SX_STR("sxlint check"));
    SX_PUSH(m->arena, &words, again(m));
    for (size_t i = 0; i < m->part->n; i++)
        if (&m->part->at[i] != m->part->product)
            SX_PUSH(m->arena, &words, sx_shell_quote(m->arena, m->part->at[i].artifact->path));
    line(m, (struct sx_strs){ words.at, words.n });
}

/* A payload is packed by packing its package. */
static struct sx_str packed_name(const struct mending *m, const struct sx_Container *packing)
{
    const struct sx_objs containers = m->part->product->artifact->container;
    const struct sx_Container *package = packing;
    for (size_t i = 0; packing->kind == SX_CONTAINER_KIND_PAYLOAD && i < containers.n; i++) {
        const struct sx_Container *c = SX_AT(Container, containers, i);
        bool holds = c->kind == SX_CONTAINER_KIND_INSTALLER_PACKAGE &&
                     sx_below(packing->path, c->path).len < packing->path.len;
        bool is_nearer = package == packing || c->path.len > package->path.len;
        package = holds && is_nearer ? c : package;
    }
    return sx_str_base(package->path);
}

/* What the objects were packed into; "each archive" where they differ. */
static struct sx_str packings(const struct mending *m)
{
    const struct sx_Container *one = NULL;
    for (size_t i = 0; i < m->steps.n; i++) {
        const struct sx_Container *packing = sx_packed_in(m->steps.at[i]->root);
        if (one != NULL && packing != NULL && packing != one)
            return SX_STR("each archive");
        one = packing != NULL ? packing : one;
    }
    return one != NULL ? packed_name(m, one) : (struct sx_str){ 0 };
}

static void head(struct mending *m)
{
    struct sx_str packing = packings(m);
    sx_layout_cstr(m->l, SX_STRONG, "To mend:");
    sx_layout_cstr(m->l, SX_PLAIN, m->has_edits ? " make the edits above, then on" : " on");
    sx_layout_cstr(m->l, SX_PLAIN, " the Mac that signs, ");
    if (packing.ptr != NULL) {
        sx_layout_cstr(m->l, SX_PLAIN, "in the folder that ");
        sx_layout_name(m->l, SX_PLAIN, packing);
        sx_layout_cstr(m->l, SX_PLAIN, " is made from, ");
    }
    sx_layout_cstr(m->l, SX_PLAIN, "inside out");
    sx_layout_line(m->l);
}

static void commands(struct mending *m)
{
    size_t n_loose = count_loose(m);
    if (n_loose > 0)
        mend_loose(m, n_loose);
    for (size_t from = n_loose, n; from < m->steps.n; from += n) {
        for (n = 1; from + n < m->steps.n; n++)
            if (m->steps.at[from + n]->root != m->steps.at[from]->root)
                break;
        mend_root(m, from, n);
    }
    check_again(m);
}

/* What is not built yet is mended by the edits alone. */
static bool is_source(const struct sx_Artifact *artifact)
{
    return artifact->kind == SX_ARTIFACT_KIND_ENTITLEMENTS ||
           artifact->kind == SX_ARTIFACT_KIND_SOURCE;
}

static struct mending mending_of(struct sx_layout *l, const struct sx_part *part,
                                 const struct sx_groups *groups, struct sx_arena *arena)
{
    struct mending m = { .l = l, .part = part, .arena = arena };
    sx_table_init(&m.by_path, arena);
    sx_table_init(&m.commands, arena);
    for (int notes = 0; notes < 2 && !is_source(part->product->artifact); notes++)
        gather(&m, groups, notes == 1);
    if (m.steps.n > 0)
        qsort(m.steps.at, m.steps.n, sizeof(struct step *), by_turn);
    return m;
}

void sx_text_mend(struct sx_layout *l, const struct sx_part *part, const struct sx_groups *groups,
                  struct sx_arena *arena)
{
    struct mending m = mending_of(l, part, groups, arena);
    if (m.steps.n == 0)
        return;
    head(&m);
    commands(&m);
    sx_layout_line(l);
}

/* Who takes it lays it out anew. */
static struct sx_str in_one_line(struct sx_str text, struct sx_arena *arena)
{
    char *line = SX_NEW_N(arena, char, text.len + 1);
    for (size_t i = 0; i < text.len; i++)
        line[i] = text.ptr[i] == '\n' ? ' ' : text.ptr[i];
    return (struct sx_str){ line, text.len };
}

struct sx_mending sx_mending_of(const struct sx_part *part, const struct sx_groups *groups,
                                struct sx_arena *arena)
{
    static const struct sx_style narrow = { .width = NARROW + 1 };
    SX_AUTO(sx_buf_release) struct sx_buf buf = { 0 };
    struct sx_layout l;
    struct sx_mending out = { 0 };
    sx_layout_init(&l, &narrow, sx_buf_out(&buf));
    struct mending m = mending_of(&l, part, groups, arena);
    if (m.steps.n > 0) {
        head(&m);
        sx_layout_finish(&l);
        out.head = in_one_line(sx_str_sub(sx_buf_view(&buf), 0, buf.len - 1), arena);
        buf.len = 0;
        sx_layout_init(&l, &narrow, sx_buf_out(&buf));
        commands(&m);
    }
    sx_layout_finish(&l);
    if (m.steps.n > 0)
        out.commands = sx_str_dup(arena, sx_buf_view(&buf));
    return out;
}
