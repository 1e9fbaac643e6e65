/*
 * What was observed of a server, below its table: each service with its limits, beside what is
 * declared, then the databases.
 */
#include "demands.h"
#include "observed.h"
#include "table_parts.h"

#include <inttypes.h>

/* "2.1", "0.064", "112": three digits, of thousandths. */
static void digits_put(int64_t thousandths, struct text *text)
{
    double value = (double)thousandths / 1000;
    text_printf(text, value >= 1000 ? "%.0f" : "%.3g", value);
}

static void range_of_put(const struct estimate *estimate, struct text *text)
{
    text_put(text, " (");
    digits_put(estimate->low, text);
    text_put(text, " to ");
    digits_put(estimate->high, text);
    text_put_char(text, ')');
}

static void head_put(const struct server_sizing *server, struct text *line)
{
    const struct observed *observed = server->observed;
    int version = server->input.facts->version;
    if (observed->counted_ms > 0)
        text_printf(line, "%" PRId64 " s between two reports; ",
                    (observed->counted_ms + 500) / 1000);
    if (observed->samples > 0 || observed->counted_ms == 0)
        text_printf(line, "%" PRId64 " s, %" PRId64 " %s%s; ", (observed->window_ms + 500) / 1000,
                    observed->samples, plural(observed->samples, "sample", "samples"),
                    observed->counted_ms > 0 ? " in the later" : "");
    text_put(line, "in brackets 95 % confidence");
    if (observed->database_count > 0)
        return;
    if (version > 0 && version < OBSERVE_COUNTERS_VERSION)
        text_printf(line, "; PostgreSQL %d does not count times held, 14 does", version / 10000);
    else if (observed->counted_ms == 0 && observed->window_ms < OBSERVE_COUNTERS_MS)
        text_put(line, "; times held are known from 60 s on");
}

static void class_line(const struct observed_class *observed, const struct pool_class *class,
                       struct text *line)
{
    static const char *const words[] = {
        [OBSERVED_ABSENT] = "no session of it was there",
        [OBSERVED_HIDDEN] = "this role may not see what its sessions do",
        [OBSERVED_SHARED] = "counted together with the other services of its database",
    };
    const struct demand *said = class->service->demand;
    if (!observed_state_is_known(observed->state)) {
        text_put(line, words[observed->state]);
    } else {
        digits_put(observed->in_use.value, line);
        range_of_put(&observed->in_use, line);
        text_put(line, " in use");
    }
    if (observed->state == OBSERVED_CENSORED)
        text_put(line, ", its pools full: more demand is hidden");
    if (observed->state == OBSERVED_COUNTED)
        text_put(line, ", all that its database counted");
    if (said != NULL) {
        text_put(line, "; declared ");
        digits_put((int64_t)(demand_erlangs(said) * 1000 + 0.5), line);
    }
}

static void database_line(const struct observed_database *database, struct text *line)
{
    digits_put(database->rate.value, line);
    range_of_put(&database->rate, line);
    text_put(line, " transactions/s");
    if (database->held_us.high > 0) {
        text_put(line, ", held ");
        digits_put(database->held_us.value, line);
        range_of_put(&database->held_us, line);
        text_put(line, " ms");
    } else if (database->lumped) {
        text_put(line, ", held times not known: the counters hold a transaction that began long "
                       "before");
    } else {
        text_put(line, ", too few for their held time");
    }
}

void observed_lines_put(const struct report *report, const struct server_sizing *server,
                        struct text *text)
{
    const struct observed *observed = server->observed;
    struct text line = {.arena = report->arena};
    if (observed == NULL)
        return;
    head_put(server, &line);
    server_line_put(report, "observed", line.bytes, text);
    for (size_t i = 0; i < server->class_count; i++) {
        const struct pool_class *class = server->classes[i];
        const struct observed_class *one = observed_class_find(server, class);
        if (one == NULL || !report_shows(report, class->service))
            continue;
        line.length = 0;
        class_name_put(class, &line);
        text_put(&line, ": ");
        class_line(one, class, &line);
        server_line_put(report, "", line.bytes, text);
    }
    for (size_t i = 0; i < observed->database_count; i++) {
        line.length = 0;
        text_printf(&line, "database %s: ", observed->databases[i].name);
        database_line(&observed->databases[i], &line);
        server_line_put(report, "", line.bytes, text);
    }
    text_free(&line);
}
