/* SPDX-License-Identifier: MIT */
/* Where settings come from beside the arguments: the environment and a configuration; and the
 * command that shows them. */
#include "cli/option.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_LEVELS = 64, MOST_BYTES = 4 << 20, NAME_SIZE = 64, PATH_SIZE = 4096 };

static const char file_name[] = ".sxlint.yaml";

/* "SXLINT_FAIL_ON" of "fail-on" */
static void variable_of(const struct option *option, char name[NAME_SIZE])
{
    snprintf(name, NAME_SIZE, "SXLINT_%s", option->name);
    for (char *p = name; *p != '\0'; p++)
        *p = *p == '-' ? '_' : (char)toupper((unsigned char)*p);
}

bool choose_environment(struct settings *s, const struct command *command)
{
    char name[NAME_SIZE];
    for (size_t i = 0; i < n_options; i++) {
        const struct option *option = &options[i];
        variable_of(option, name);
        const char *value = getenv(name);
        if ((option->how & IN_ENVIRONMENT) == 0 || !takes(command, option) || value == NULL ||
            value[0] == '\0')
            continue;
        if (!push_choice(s, (struct choice){ option, value, FROM_ENVIRONMENT, 0, 0 }))
            return false;
    }
    return true;
}

/* Looking for a configuration */

static bool is_same(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* "../../" */
static void upwards(char prefix[PATH_SIZE], size_t levels)
{
    for (size_t i = 0; i < levels; i++)
        memcpy(prefix + i * 3, "../", 3);
    prefix[levels * 3] = '\0';
}

static bool exists(const char *prefix, const char *name, char path[PATH_SIZE])
{
    int n = snprintf(path, PATH_SIZE, "%s%s", prefix, name);
    return n < PATH_SIZE && access(path, F_OK) == 0;
}

/* How far up the repository's root is. Outside of one nothing above the working directory is asked:
 * a file that anybody left in /tmp is no configuration of ours. */
static unsigned levels_to_root(void)
{
    char prefix[PATH_SIZE], path[PATH_SIZE];
    for (unsigned levels = 0; levels < MOST_LEVELS; levels++) {
        struct stat here, above;
        upwards(prefix, levels);
        if (exists(prefix, ".git", path))
            return levels;
        if (!exists(prefix, ".", path) || stat(path, &here) != 0 || !exists(prefix, "..", path) ||
            stat(path, &above) != 0 || is_same(&here, &above))
            break;
    }
    return 0;
}

static bool find_in_home(char path[PATH_SIZE])
{
    const char *base = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    char folder[PATH_SIZE];
    if (base != NULL && base[0] == '/') /* others are to be ignored (XDG Base Directory) */
        snprintf(folder, sizeof(folder), "%s/", base);
    else if (home != NULL && home[0] == '/')
        snprintf(folder, sizeof(folder), "%s/.config/", home);
    else
        return false;
    return exists(folder, "sxlint/config.yaml", path);
}

static bool find_file(char path[PATH_SIZE])
{
    char prefix[PATH_SIZE];
    unsigned top = levels_to_root();
    for (unsigned levels = 0; levels <= top; levels++) {
        upwards(prefix, levels);
        if (exists(prefix, file_name, path))
            return true;
    }
    return find_in_home(path);
}

/* Reading it */

static char *read_whole(const char *path, size_t *n)
{
    FILE *file = fopen(path, "rb");
    char *text = file != NULL ? malloc(MOST_BYTES + 1) : NULL;
    *n = text != NULL ? fread(text, 1, MOST_BYTES + 1, file) : 0;
    bool failed = text == NULL || ferror(file) != 0;
    int reason = errno;
    if (file != NULL)
        fclose(file);
    if (failed || *n > MOST_BYTES) {
        errno = failed ? reason : EFBIG;
        free(text);
        return NULL;
    }
    return text;
}

/* A path in a configuration is relative to the folder of that; of FORMAT=FILE the latter part. */
static const char *from_folder(struct settings *s, const struct option *option, const char *value)
{
    const char *sign = option->target == TO_REPORTS ? strchr(value, '=') : NULL;
    const char *path = sign != NULL ? sign + 1 : value, *slash = strrchr(s->config, '/');
    if ((option->how & IS_PATH) == 0 || path[0] == '/' || slash == NULL)
        return value;
    size_t size = strlen(value) + strlen(s->config) + 2;
    char *joined = malloc(size);
    if (joined != NULL)
        snprintf(joined, size, "%.*s%.*s%s", (int)(path - value), value,
                 (int)(slash + 1 - s->config), s->config, path);
    return keep(s, joined);
}

static int choose_settings(struct settings *s, const struct command *command)
{
    for (size_t i = 0; i < sxlint_policy_settings(s->policy); i++) {
        struct sxlint_setting setting = sxlint_policy_setting(s->policy, i);
        const struct option *option = find_option(command, setting.key, strlen(setting.key));
        if (option == NULL || (option->how & IN_FILE) == 0)
            continue; /* it is for other commands */
        const char *value = from_folder(s, option, setting.value);
        struct choice choice = { option, value, FROM_FILE, setting.line, setting.column };
        if (value == NULL || !push_choice(s, choice))
            return SXLINT_INTERNAL;
    }
    return -1;
}

/* Waivers count from the day that is judged at, so that comes first. */
static int set_day(struct settings *s)
{
    struct sxlint_error error;
    const char *day = strongest(s, "as-of");
    if (day != NULL && !sxlint_policy_set(s->policy, "as-of", day, &error))
        return complain_error(&error);
    s->has_time = day != NULL;
    judge_now(s);
    return -1;
}

static int read_file(struct settings *s, const struct command *command, const char *path)
{
    size_t n;
    struct sxlint_error error;
    char safe[400], *text = read_whole(path, &n);
    sxlint_escape(path, safe, sizeof(safe));
    if (text == NULL)
        return complain("cannot read %s: %s", safe, strerror(errno));
    s->config = path;
    int code = set_day(s);
    if (code < 0 && !sxlint_policy_configure(s->policy, text, n, safe, &error)) {
        fprintf(stderr, "%s\n", error.text);
        code = SXLINT_USAGE;
    }
    free(text);
    return code >= 0 ? code : choose_settings(s, command);
}

int choose_file(struct settings *s, const struct command *command)
{
    char found[PATH_SIZE];
    const char *path = strongest(s, "config"), *none = strongest(s, "no-config");
    if (none != NULL && (strcmp(none, "true") == 0 || strcmp(none, "YES") == 0))
        return -1;
    if (path == NULL && find_file(found))
        path = keep(s, strdup(found));
    return path != NULL ? read_file(s, command, path) : -1;
}

/* Showing it */

void place_of(const struct settings *s, const struct choice *choice, char *text, size_t size)
{
    char name[NAME_SIZE], safe[200];
    switch (choice->source) {
    case FROM_FILE:
        sxlint_escape(s->config, safe, sizeof(safe));
        snprintf(text, size, "%s:%u:%u", safe, choice->line, choice->column);
        return;
    case FROM_ENVIRONMENT:
        variable_of(choice->option, name);
        snprintf(text, size, "%s", name);
        return;
    case FROM_ARGUMENTS:
    case N_SOURCES:
        break;
    }
    snprintf(text, size, "--%s", choice->option->name);
}

enum { KEY_WIDTH = 16, VALUE_WIDTH = 24 };

static void print_row(FILE *out, const char *key, const char *value, const char *place)
{
    fprintf(out, "%-*s %-*s %s\n", KEY_WIDTH, key, VALUE_WIDTH, value, place);
}

/* Returns whether there is any. */
static bool print_option_choices(FILE *out, const struct settings *s, const struct option *option)
{
    bool is_said = false;
    for (int source = 0; source < N_SOURCES; source++)
        for (size_t i = 0; i < s->n_choices; i++) {
            const struct choice *choice = &s->choices[i];
            char safe[400], place[300];
            if (choice->option != option || (int)choice->source != source ||
                !is_effective(s, choice))
                continue;
            sxlint_escape(choice->value, safe, sizeof(safe));
            place_of(s, choice, place, sizeof(place));
            print_row(out, option->name, safe, place);
            is_said = true;
        }
    return is_said;
}

static void print_option(FILE *out, const struct settings *s, const struct option *option)
{
    const char *fallback = option->argument == NULL ? "false" : option->fallback;
    if (!print_option_choices(out, s, option) && fallback != NULL)
        print_row(out, option->name, fallback, "default");
}

static void print_waivers(FILE *out, const struct settings *s)
{
    for (size_t i = 0; i < sxlint_policy_waivers(s->policy); i++) {
        struct sxlint_waiver waiver = sxlint_policy_waiver(s->policy, i);
        char rule[100], path[300], value[500], file[200], place[300];
        sxlint_escape(waiver.rule, rule, sizeof(rule));
        sxlint_escape(waiver.path, path, sizeof(path));
        sxlint_escape(s->config, file, sizeof(file));
        snprintf(value, sizeof(value), "%s %s to %s", rule, path, waiver.expires);
        snprintf(place, sizeof(place), "%s:%u:%u", file, waiver.line, waiver.column);
        print_row(out, "waiver", value, place);
    }
}

/* --verbose: what was said, without what holds anyway. */
void print_choices(FILE *out, const struct settings *s)
{
    if (s->config != NULL) {
        char safe[400];
        sxlint_escape(s->config, safe, sizeof(safe));
        fprintf(out, "configuration %s\n", safe);
    }
    for (size_t i = 0; i < n_options; i++)
        if ((options[i].commands & CHECK) != 0 && (options[i].how & IN_FILE) != 0)
            print_option_choices(out, s, &options[i]);
    print_waivers(out, s);
    if (s->n_choices > 0 || s->config != NULL)
        fputc('\n', out);
}

int run_config(struct settings *s)
{
    char safe[400] = "none";
    int code = want_words(s, 0, 0, "the command");
    if (code >= 0)
        return code;
    if (s->config != NULL)
        sxlint_escape(s->config, safe, sizeof(safe));
    printf("configuration: %s\n\n", safe);
    print_row(stdout, "key", "value", "from");
    for (size_t i = 0; i < n_options; i++)
        if ((options[i].commands & CONFIG) != 0 && (options[i].how & IN_FILE) != 0)
            print_option(stdout, s, &options[i]);
    print_waivers(stdout, s);
    return SXLINT_OK;
}
