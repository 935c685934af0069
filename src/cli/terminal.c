/* SPDX-License-Identifier: MIT */
/* What the terminal, the environment and the locale say about how text should look. */
#include "cli/cli.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value != NULL ? value : "";
}

static bool is_terminal(const struct sink *sink)
{
    return isatty(fileno(sink->file)) == 1;
}

/* The option, then NO_COLOR (no-color.org), then CLICOLOR_FORCE, then the terminal. */
static bool wants_color(const struct settings *s, const struct sink *sink)
{
    const char *force = variable("CLICOLOR_FORCE");
    if (s->color != NULL && strcmp(s->color, "auto") != 0)
        return strcmp(s->color, "always") == 0;
    if (variable("NO_COLOR")[0] != '\0')
        return false;
    if (force[0] != '\0' && strcmp(force, "0") != 0)
        return true;
    return is_terminal(sink) && strcmp(variable("TERM"), "dumb") != 0;
}

static bool wants_ascii(void)
{
    const char *symbols = variable("SXLINT_SYMBOLS");
    if (symbols[0] != '\0')
        return strcmp(symbols, "ascii") == 0;
    return strcasecmp(nl_langinfo(CODESET), "UTF-8") != 0;
}

static unsigned columns(const struct sink *sink)
{
    struct winsize size;
    if (is_terminal(sink) && ioctl(fileno(sink->file), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    long wanted = strtol(variable("COLUMNS"), NULL, 10);
    return wanted > 0 && wanted < 10000 ? (unsigned)wanted : 80;
}

static const char *working_folder(void)
{
    static char folder[4096];
    return getcwd(folder, sizeof(folder));
}

struct sxlint_style style_for(const struct settings *s, const struct sink *sink)
{
    return (struct sxlint_style){ .width = columns(sink),
                                  .color = wants_color(s, sink),
                                  .ascii = wants_ascii(),
                                  .quiet = s->quiet,
                                  .verbose = s->verbose,
                                  .folder = working_folder() };
}
