/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"

#include <locale.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const struct command commands[] = {
    { "check", CHECK, "[OPTION]... PATH...",
      "Check apps, extensions, binaries, zips, packages, disk images and archives.",
      (const char *const[]){
          "sxlint check build/Waffle.app mdm/filter.mobileconfig",
          "sxlint check --report json=out.json --fail-on warning dist/Waffle.pkg",
          "find dist -name '*.dmg' -print0 | sxlint check -0 --format json -", NULL },
      run_check },
    { "show", SHOW, "[OPTION]... PATH...",
      "Show what is there, without judging it: code objects, signatures, entitlements, seals.",
      (const char *const[]){
          "sxlint show build/Waffle.app", "sxlint show --section entitlements build/Waffle.app",
          "sxlint show --section entitlements --format xml build/Waffle.app", NULL },
      run_show },
    { "facts", FACTS, "[OPTION]... PATH...", "Write everything that is known as JSON.",
      (const char *const[]){ "sxlint facts build/Waffle.app | jq '.code[].identifier'",
                             "sxlint facts --schema", NULL },
      run_facts },
    { "explain", EXPLAIN, "RULE | SYMPTOM... | --symptom TEXT",
      "Explain a rule by its id or name, or find the rules behind what was seen.",
      (const char *const[]){
          "sxlint explain NE103", "sxlint explain OSSystemExtensionErrorDomain 8",
          "sxlint explain --symptom 'no eligible provisioning profiles found'", NULL },
      run_explain },
    { "rules", RULES, "[list | test | check | document] [PATH...]",
      "List the rules, run the examples inside rule files, type-check rule files, or document "
      "them.",
      (const char *const[]){ "sxlint rules list --select NE", "sxlint rules test team.yaml",
                             "sxlint rules check team.yaml", "sxlint rules document docs/rules",
                             NULL },
      run_rules },
    { "eval", EVAL, "[OPTION]... EXPRESSION [PATH]",
      "Evaluate an expression (CEL) over the facts and write the value as JSON.",
      (const char *const[]){ "sxlint eval 'artifact.code.map(c, c.identifier)' build/Waffle.app",
                             "sxlint eval --bindings '{\"x\": 20}' 'x + 22'", NULL },
      run_eval },
    { "profile", PROFILE, "[OPTION]... PATH...",
      "Show provisioning profiles: files, or those in an app.",
      (const char *const[]){ "sxlint profile Waffle.provisionprofile",
                             "sxlint profile --format json build/Waffle.app", NULL },
      run_profile },
    { "entitlements", ENTITLEMENTS, "[KEY]",
      "The catalogue of entitlement keys: all of them, those that hold a text, or one.",
      (const char *const[]){ "sxlint entitlements com.apple.security.app-sandbox",
                             "sxlint entitlements driverkit", NULL },
      run_entitlements },
    { "requirement", REQUIREMENT, "compile | print | test REQUIREMENT [PATH...]",
      "Compile, print or test a code requirement: text, or a file of text or bytes.",
      (const char *const[]){
          "sxlint requirement test 'anchor apple generic' build/Waffle.app",
          "sxlint requirement print filter.csreq",
          "sxlint requirement compile --format binary -o filter.csreq 'anchor apple generic'",
          NULL },
      run_requirement },
};
const size_t n_commands = LEN(commands);

int complain(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    fputs("sxlint: ", stderr);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    va_end(ap);
    return SXLINT_USAGE;
}

int complain_error(const struct sxlint_error *error)
{
    complain("%s", error->text);
    return (int)error->code;
}

static const struct command *find_command(const char *word)
{
    for (size_t i = 0; i < n_commands; i++)
        if (strcmp(word, commands[i].name) == 0)
            return &commands[i];
    return NULL;
}

/* A word that is no command may be a path, which is then to be checked. */
static bool may_be_path(const char *word)
{
    return word[0] == '-' || strchr(word, '/') != NULL || access(word, F_OK) == 0;
}

static int no_such_command(const char *word)
{
    const char *names[LEN(commands) + 1] = { NULL };
    char safe[200];
    for (size_t i = 0; i < n_commands; i++)
        names[i] = commands[i].name;
    const char *nearest = sxlint_nearest(word, names);
    sxlint_escape(word, safe, sizeof(safe));
    const char *quote = safe[0] == '"' ? "" : "\"";
    if (nearest == NULL)
        return complain("no file and no command %s%s%s; sxlint --help lists the commands", quote,
                        safe, quote);
    return complain("no file and no command %s%s%s; the nearest command is %s", quote, safe, quote,
                    nearest);
}

int want_words(const struct settings *s, size_t least, size_t most, const char *what)
{
    if (s->n_words < least)
        return complain("%s is missing; --help tells more", what);
    if (s->n_words > most)
        return complain("%s is enough, and there are %zu", what, s->n_words);
    return -1;
}

static int run(const struct command *command, int argc, char **argv)
{
    struct settings s = { .policy = sxlint_policy_new() };
    int code = parse_options(command, argc, argv, &s);
    if (code < 0 && s.help) {
        print_command_help(command);
        code = SXLINT_OK;
    }
    if (code < 0)
        code = command->run(&s);
    free(s.reports);
    free(s.words);
    sxlint_policy_free(s.policy);
    return code;
}

/* Bytes still in stdio's buffer may fail to be written, too. */
static int finish(int code)
{
    struct sink out = { .file = stdout };
    int closed = sink_close(&out);
    return closed > code ? closed : code;
}

int main(int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : "--help";
    setlocale(LC_CTYPE, "");
    if (argc < 2)
        return complain("nothing to do; sxlint --help tells what there is");
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
        print_help();
        return finish(SXLINT_OK);
    }
    if (strcmp(word, "--version") == 0) {
        printf("sxlint %s\n", sxlint_version());
        return finish(SXLINT_OK);
    }
    const struct command *command = find_command(word);
    if (command != NULL)
        return finish(run(command, argc - 2, argv + 2));
    if (!may_be_path(word))
        return no_such_command(word);
    return finish(run(&commands[0], argc - 1, argv + 1));
}
