/* SPDX-License-Identifier: MIT */
/* A rule file from anybody: read, checked, its examples run, and asked of a small app. */
#include "rules/judge.h"
#include "rules/ruleset.h"

#include <stdlib.h>

static const struct sx_object *slice(struct sx_arena *arena, const char *arch,
                                     const struct sx_Code *code)
{
    struct sx_Slice *s = SX_FACT(arena, Slice);
    struct sx_Signature *signature = SX_FACT(arena, Signature);
    s->arch = sx_str_of(arch);
    s->fileType = SX_FILE_TYPE_EXECUTE;
    s->code = code;
    s->signature = signature;
    signature->state = SX_SIGNATURE_STATE_INVALID;
    signature->signer = SX_SIGNER_DEVELOPER_ID;
    return &s->head;
}

/* An app with two slices, a problem, and a profile that could not be read. */
static const struct sx_object *app(struct sx_arena *arena)
{
    struct sx_Code *code = SX_FACT(arena, Code);
    struct sx_Problem *problem = SX_FACT(arena, Problem);
    const struct sx_object **slices = SX_NEW_N(arena, const struct sx_object *, 2);
    const struct sx_object **problems = SX_NEW_N(arena, const struct sx_object *, 1);
    slices[0] = slice(arena, "arm64", code);
    slices[1] = slice(arena, "x86_64", code);
    problem->what = SX_PROBLEM_RESOURCE_ADDED;
    problem->path = SX_STR("A.app/\x1b[31m");
    problems[0] = &problem->head;
    code->path = code->name = SX_STR("A.app");
    code->kind = SX_CODE_KIND_APP;
    code->identifier = SX_STR("com.example.a");
    code->slices = (struct sx_objs){ slices, 2 };
    code->problems = (struct sx_objs){ problems, 1 };
    sx_fact_unread(&code->head, arena, "profile", SX_UNREAD_BROKEN, SX_STR("no CMS"), -1);
    return &code->head;
}

static void judge(struct sx_ruleset *set)
{
    SX_AUTO(sx_arena_freep) struct sx_arena *arena = sx_arena_new();
    static const struct sx_selection all;
    struct sx_Artifact *artifact = SX_FACT(arena, Artifact);
    const struct sx_object *code = app(arena), *artifacts = &artifact->head;
    struct sx_run run = { .arena = arena, .artifacts = { &artifacts, 1 } };
    struct sx_judgements *judgements;
    struct sx_err err = { 0 };
    artifact->path = SX_STR("A.app");
    artifact->kind = SX_ARTIFACT_KIND_BUNDLE;
    artifact->code = (struct sx_objs){ &code, 1 };
    if (!sx_judge(&run, set, &all, &judgements, &err))
        abort(); /* a selection of everything names no unknown rule */
    for (size_t i = 0; i < judgements->whole.n_findings; i++) {
        const struct sx_finding *f = judgements->whole.findings[i];
        for (size_t k = 0; k < f->path.len; k++)
            if ((unsigned char)f->path.ptr[k] < ' ')
                abort(); /* text from a file is harmless by now */
        if (f->fingerprint.len != 64)
            abort();
    }
    if (judgements->whole.sentence.len == 0)
        abort(); /* there is always an answer */
    sx_judgements_free(judgements);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sx_err err = { 0 };
    struct sx_ruleset *set = sx_ruleset_empty();
    struct sx_str text = { size > 0 ? (const char *)data : "", size };

    if (sx_ruleset_add_text(set, text, "fuzz.yaml", &err)) {
        struct sx_example_report report = sx_ruleset_test(set, NULL);
        if (report.passed + report.n_failures != report.run)
            abort();
        judge(set);
    } else if (err.code != SX_E_USAGE || err.what[0] == '\0' || err.file == NULL) {
        abort(); /* a refusal says why, and where */
    }
    sx_ruleset_free(set);
    return 0;
}
