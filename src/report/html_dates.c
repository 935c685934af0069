/* SPDX-License-Identifier: MIT */
/* Certificates, profiles and timestamps on a line of time, and the same as a table. */
#include "report/dates.h"
#include "report/html.h"

enum { MOST_BARS = 12, STEP = 52, TOP = 22, PAST = 6, FUTURE = 21, GRID = 5 };

struct scale {
    int64_t first, last; /* years; both on the grid */
    struct sx_time now;
};

static int64_t year_of(struct sx_time t)
{
    return sx_time_date(t).year;
}

/* Not more than a generation: what goes beyond it leaves the picture. */
static struct scale scale_of(const struct sx_dated *at, size_t n, struct sx_time now)
{
    int64_t first = year_of(now), last = first + 1;
    for (size_t i = 0; i < n; i++) {
        int64_t from = year_of(at[i].from.t), to = year_of(at[i].to.t) + 1;
        first = from < first ? from : first;
        last = to > last ? to : last;
    }
    first = first < year_of(now) - PAST ? year_of(now) - PAST : first;
    last = last > year_of(now) + FUTURE ? year_of(now) + FUTURE : last;
    return (struct scale){ first - first % GRID, last + (GRID - last % GRID) % GRID, now };
}

/* Thousandths of the width, within it. */
static unsigned place_of(const struct scale *scale, struct sx_time t)
{
    int64_t from = sx_time_of(scale->first, 1, 1, 0, 0, 0).seconds;
    int64_t to = sx_time_of(scale->last, 1, 1, 0, 0, 0).seconds;
    int64_t at = t.seconds < from ? from : t.seconds > to ? to : t.seconds;
    return (unsigned)((at - from) * 1000 / (to - from));
}

#define PERCENT   "%u.%u%%"
#define TENTHS(n) (n) / 10, (n) % 10

static void write_grid(struct sx_html *h, const struct scale *scale, unsigned height)
{
    for (int64_t year = scale->first; year <= scale->last; year += GRID) {
        unsigned at = place_of(scale, sx_time_of(year, 1, 1, 0, 0, 0));
        const char *anchor = year == scale->first  ? "start"
                             : year == scale->last ? "end"
                                                   : "middle";
        sx_pen_printf(
            h->pen,
            "<line class=\"grid\" x1=\"" PERCENT "\" x2=\"" PERCENT "\" y1=\"0\" y2=\"%u\"/>"
            "<text class=\"dim\" x=\"" PERCENT "\" y=\"%u\" text-anchor=\"%s\">%lld</text>\n",
            TENTHS(at), TENTHS(at), height, TENTHS(at), height + 20, anchor, (long long)year);
    }
}

static void write_now(struct sx_html *h, const struct scale *scale, unsigned height)
{
    unsigned at = place_of(scale, scale->now);
    sx_pen_printf(h->pen,
                  "<line class=\"now\" x1=\"" PERCENT "\" x2=\"" PERCENT "\" y1=\"0\" y2=\"%u\"/>"
                  "<text class=\"dim\" x=\"" PERCENT "\" dx=\"7\" y=\"%u\">as of ",
                  TENTHS(at), TENTHS(at), height, TENTHS(at), height - 4);
    sx_html_text(h, sx_day_text(h->arena, scale->now));
    sx_html_raw(h, "</text>\n");
}

static bool is_near(const struct sx_dated *d, const struct scale *scale)
{
    enum { DAYS = 366 };
    return d->to.t.seconds - scale->now.seconds < (int64_t)DAYS * 86400;
}

/* "ends 2027-02-01, in 69 days" */
static struct sx_str end_words(struct sx_html *h, const struct sx_dated *d,
                               const struct scale *scale)
{
    struct sx_str day = sx_day_text(h->arena, d->to.t);
    bool is_over = sx_time_cmp(d->to.t, scale->now) < 0;
    if (!is_near(d, scale))
        return sx_str_printf(h->arena, "ends %.*s", SX_STR_ARG(day));
    struct sx_str left = sx_days_words(h->arena, d->to.t, scale->now);
    return sx_str_printf(h->arena, "%s %.*s, %.*s", is_over ? "ended" : "ends", SX_STR_ARG(day),
                         SX_STR_ARG(left));
}

/* Twice: a broad one in the colour of the ground keeps the lines of the grid away. */
static void write_name(struct sx_html *h, struct sx_str name, unsigned y)
{
    static const char *const classes[] = { "halo", "name" };
    for (size_t i = 0; i < SX_LEN(classes); i++) {
        sx_pen_printf(h->pen, "<text class=\"%s\" x=\"0%%\" y=\"%u\">", classes[i], y);
        sx_html_text(h, name);
        sx_html_raw(h, "</text>");
    }
}

static void write_bar(struct sx_html *h, const struct sx_dated *d, const struct scale *scale,
                      unsigned y)
{
    enum { WIDE = 700 }; /* there is no room behind the bar */
    unsigned from = place_of(scale, d->from.t), to = place_of(scale, d->to.t);
    bool is_soon = is_near(d, scale);
    write_name(h, d->name, y);
    sx_pen_printf(h->pen,
                  "<rect class=\"%s\" x=\"" PERCENT "\" width=\"" PERCENT
                  "\" y=\"%u\" height=\"10\" rx=\"3\"/>",
                  d->kind == SX_DATED_AUTHORITY ? "bs" : "b", TENTHS(from),
                  TENTHS(to > from ? to - from : 3), y + 8);
    if (to > WIDE)
        sx_pen_printf(h->pen, "<text class=\"%s\" x=\"" PERCENT "\" y=\"%u\" text-anchor=\"end\">",
                      is_soon ? "w" : "dim", TENTHS(to), y);
    else
        sx_pen_printf(h->pen, "<text class=\"%s\" x=\"" PERCENT "\" dx=\"8\" y=\"%u\">",
                      is_soon ? "w" : "dim", TENTHS(to), y + 18);
    sx_html_text(h, end_words(h, d, scale));
    sx_html_raw(h, "</text>\n");
}

static void write_moment(struct sx_html *h, const struct sx_dated *d, const struct scale *scale,
                         unsigned y)
{
    unsigned at = place_of(scale, d->to.t);
    write_name(h, d->name, y);
    sx_pen_printf(h->pen,
                  "<circle class=\"b\" cx=\"" PERCENT "\" cy=\"%u\" r=\"5.5\"/>"
                  "<text class=\"dim\" x=\"" PERCENT "\" dx=\"12\" y=\"%u\">",
                  TENTHS(at), y + 13, TENTHS(at), y + 18);
    sx_html_text(h, sx_day_text(h->arena, d->to.t));
    sx_html_raw(h, "</text>\n");
}

static void write_picture(struct sx_html *h, const struct sx_dated *at, size_t n,
                          struct sx_str lead)
{
    struct scale scale = scale_of(at, n, h->part->all->run->question.now);
    size_t shown = n < MOST_BARS ? n : MOST_BARS;
    unsigned height = (unsigned)shown * STEP + 24;
    sx_pen_printf(h->pen,
                  "<div class=\"card line\">\n<svg role=\"img\" aria-label=\"Certificates and "
                  "profiles from %lld to %lld; the table below has all dates\" height=\"%u\">\n"
                  "<desc>",
                  (long long)scale.first, (long long)scale.last, height + 30);
    sx_html_text(h, lead);
    sx_html_raw(h, "</desc>\n");
    write_grid(h, &scale, height);
    write_now(h, &scale, height);
    for (size_t i = 0; i < shown; i++) {
        unsigned y = (unsigned)i * STEP + TOP;
        if (at[i].kind == SX_DATED_TIMESTAMP)
            write_moment(h, &at[i], &scale, y);
        else
            write_bar(h, &at[i], &scale, y);
    }
    sx_html_raw(h, "</svg>\n</div>\n");
}

static void write_table(struct sx_html *h, const struct sx_dated *at, size_t n)
{
    sx_html_raw(h, "<details class=\"more\"><summary>All dates as a table</summary>\n"
                   "<div class=\"card\"><table>\n<thead><tr><th scope=\"col\">what</th><th "
                   "scope=\"col\">from</th><th scope=\"col\">to</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < n; i++) {
        bool is_moment = at[i].kind == SX_DATED_TIMESTAMP;
        struct sx_str (*text)(struct sx_arena *, struct sx_time) =
            is_moment ? sx_moment_text : sx_day_text;
        sx_html_raw(h, "<tr><th scope=\"row\">");
        sx_html_name(h, at[i].name);
        sx_html_raw(h, "</th><td>");
        sx_html_text(h, text(h->arena, at[i].from.t));
        sx_html_raw(h, "</td><td>");
        sx_html_text(h, text(h->arena, at[i].to.t));
        sx_html_raw(h, "</td></tr>\n");
    }
    sx_html_raw(h, "</tbody>\n</table></div>\n</details>\n");
}

void sx_html_dates(struct sx_html *h)
{
    const struct sx_dated *at;
    size_t n = sx_dates_of(h->part, h->arena, &at);
    struct sx_str next = sx_next_date_words(h->part, h->arena);
    if (n == 0)
        return;
    sx_html_section(h, "dates", "Dates");
    sx_html_raw(h, "<p class=\"lead\">");
    if (next.ptr == NULL)
        next = SX_STR("nothing ends within a year");
    else
        sx_html_raw(h, "Next date ");
    sx_html_prose(h, next);
    sx_html_raw(h, ".</p>\n");
    write_picture(h, at, n, next);
    write_table(h, at, n);
    sx_html_section_end(h);
}
