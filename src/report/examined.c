/* SPDX-License-Identifier: MIT */
/* What was looked at, in counts, and the next date that matters. */
#include "report/dates.h"
#include "report/text.h"

enum { AT = 11 };

static const struct sx_noun container_nouns[SX_ContainerKind_END] = {
    [SX_CONTAINER_KIND_ZIP] = { "zip archive", "zip archives" },
    [SX_CONTAINER_KIND_TAR] = { "tar archive", "tar archives" },
    [SX_CONTAINER_KIND_JAR] = { "jar archive", "jar archives" },
    [SX_CONTAINER_KIND_GZIP] = { "gzip file", "gzip files" },
    [SX_CONTAINER_KIND_ARCHIVE] = { "archive", "archives" },
    [SX_CONTAINER_KIND_INSTALLER_PACKAGE] = { "installer package", "installer packages" },
    [SX_CONTAINER_KIND_PAYLOAD] = { "payload", "payloads" },
    [SX_CONTAINER_KIND_DISK_IMAGE] = { "disk image", "disk images" },
    [SX_CONTAINER_KIND_XCARCHIVE] = { "Xcode archive", "Xcode archives" },
    [SX_CONTAINER_KIND_IPA] = { "ipa archive", "ipa archives" },
};

/* A list of counts under construction. */
struct counts {
    struct sx_arena *arena;
    SX_VEC(struct sx_str) texts;
};

static void add(struct counts *c, uint64_t n, const char *one, const char *many)
{
    if (n > 0)
        SX_PUSH(c->arena, &c->texts, sx_count(c->arena, n, (struct sx_noun){ one, many }));
}

/* Writes the list and empties it. A number stays with what it counts. */
static void tell_counts(struct sx_layout *l, struct counts *c)
{
    for (size_t i = 0; i < c->texts.n; i++) {
        sx_layout_cstr(l, SX_PLAIN, i > 0 ? ", " : "");
        sx_layout_word(l, SX_PLAIN, c->texts.at[i]);
    }
    c->texts.n = 0;
}

static void start_line(struct sx_layout *l)
{
    if (l->column > AT || l->word.len > 0)
        sx_layout_break(l);
}

/* "1 disk image, 6 code objects in it: 2 apps, 1 framework" */
static void tell_objects(struct sx_layout *l, struct counts *c, const struct sx_census *census)
{
    uint64_t objects = census->code_objects, containers = 0;
    struct sx_noun noun = { "code object", "code objects" };
    for (size_t i = 1; i < SX_ContainerKind_END; i++) {
        add(c, census->containers[i], container_nouns[i].one, container_nouns[i].many);
        containers += census->containers[i];
    }
    uint64_t opened = census->code[SX_CODE_KIND_DISK_IMAGE] +
                      census->code[SX_CODE_KIND_INSTALLER_PACKAGE]; /* counted as containers */
    objects -= containers > 0 ? opened : 0;
    add(c, objects, noun.one, noun.many);
    tell_counts(l, c);
    if (objects == 0)
        return;
    sx_layout_cstr(l, SX_PLAIN,
                   containers == 0   ? ": "
                   : containers == 1 ? " in it: "
                                     : " in them: ");
    for (size_t i = 0; i < sx_n_kind_nouns; i++) {
        enum sx_CodeKind kind = sx_kind_nouns[i].kind;
        bool is_container =
            kind == SX_CODE_KIND_DISK_IMAGE || kind == SX_CODE_KIND_INSTALLER_PACKAGE;
        if (containers == 0 || !is_container)
            add(c, census->code[kind], sx_kind_nouns[i].noun.one, sx_kind_nouns[i].noun.many);
    }
    tell_counts(l, c);
}

static void tell_bytes(struct sx_layout *l, struct counts *c, const struct sx_census *census)
{
    add(c, census->slices, "slice", "slices");
    add(c, census->signatures, "signature", "signatures");
    add(c, census->page_hashes, "page hash", "page hashes");
    add(c, census->sealed_files, "sealed file", "sealed files");
    if (c->texts.n > 0)
        start_line(l);
    tell_counts(l, c);
}

static void tell_papers(struct sx_layout *l, struct counts *c, const struct sx_census *census)
{
    add(c, census->profiles, "profile", "profiles");
    add(c, census->jobs, "launchd job", "launchd jobs");
    add(c, census->configurations, "configuration profile", "configuration profiles");
    if (census->tickets > 0) {
        struct sx_str tickets =
            sx_count(c->arena, census->tickets, (struct sx_noun){ "ticket", "tickets" });
        struct sx_str entries =
            sx_count(c->arena, census->ticket_entries, (struct sx_noun){ "entry", "entries" });
        SX_PUSH(
            c->arena, &c->texts,
            sx_str_printf(c->arena, "%.*s with %.*s", SX_STR_ARG(tickets), SX_STR_ARG(entries)));
    }
    bool has_papers = c->texts.n > 0;
    start_line(l);
    tell_counts(l, c);
    sx_layout_cstr(l, SX_PLAIN, has_papers ? "; " : "");
    sx_layout_word(l, SX_PLAIN,
                   sx_count(c->arena, census->rules, (struct sx_noun){ "rule", "rules" }));
}

static void tell_next_date(struct sx_layout *l, const struct sx_part *part, struct sx_arena *arena)
{
    struct sx_str words = sx_next_date_words(part, arena);
    if (words.ptr == NULL)
        return;
    sx_layout_label(l, 0, "Next date", AT);
    sx_layout_text(l, SX_PLAIN, words);
    sx_layout_line(l);
}

void sx_text_examined(struct sx_layout *l, const struct sx_part *part, struct sx_arena *arena)
{
    struct sx_census census = sx_census_of(part);
    struct counts counts = { .arena = arena };
    sx_layout_label(l, 0, "Examined", AT);
    tell_objects(l, &counts, &census);
    tell_bytes(l, &counts, &census);
    tell_papers(l, &counts, &census);
    sx_layout_line(l);
    tell_next_date(l, part, arena);
    sx_layout_line(l);
}
