/*
 * What is said of a pooler: its head, and the lines below the table of its clients.
 */
#include "pooler.h"
#include "poolers.h"
#include "table_parts.h"

#include <inttypes.h>

/* "6000", "2 x 3000 = 6000"; nothing where there is no limit. */
static void clients_put(const struct pooler *pooler, struct text *text)
{
    int64_t each = pooler_max_clients(pooler);
    if (each == UNKNOWN)
        text_put(text, "any number of clients");
    else if (pooler->instances > 1)
        text_printf(text, "%" PRId64 " x %" PRId64 " = %" PRId64 " clients", pooler->instances,
                    each, each * pooler->instances);
    else
        text_printf(text, "%" PRId64 " %s", each, plural(each, "client", "clients"));
}

void pooler_words_put(const struct report *report, const struct pooler_sizing *sized,
                      struct text *text)
{
    const struct pooler *pooler = sized->pooler;
    (void)report;
    text_printf(text, "%s, %s mode", pooler->kind->client.name, pooler_mode_name(pooler->mode));
    if (pooler->instances > 1)
        text_printf(text, ", %" PRId64 " instances", pooler->instances);
    text_printf(text, ", in front of %s; ", sized->behind->server->name);
    clients_put(pooler, text);
}

static void preset_put(const char *what, int64_t value, bool is_taken, struct text *text)
{
    if (!is_taken || value == UNKNOWN)
        return;
    if (text->length > 0)
        text_put(text, ", ");
    text_printf(text, "%s %" PRId64, what, value);
}

bool pooler_preset_put(const struct pooler *pooler, struct text *text)
{
    const struct pooler_preset *preset = &pooler->preset;
    if (preset->source == NULL)
        return false;
    preset_put("max_client_conn", preset->max_client_conn, pooler->max_client_conn == UNKNOWN,
               text);
    preset_put(preset->size_is_fixed ? "default_pool_size" : "today's default_pool_size",
               preset->pool_size, pooler->default_pool_size == UNKNOWN, text);
    preset_put("reserve_pool_size", preset->reserve_pool_size,
               preset->reserve_pool_size == pooler->reserve_pool_size, text);
    preset_put("max_prepared_statements", preset->max_prepared_statements,
               preset->max_prepared_statements == pooler->max_prepared_statements, text);
    if (preset->sets_mode)
        text_printf(text, "%s%s mode", text->length > 0 ? ", " : "",
                    pooler_mode_name(pooler->mode));
    if (text->length == 0)
        text_put(text, "nothing is taken");
    text_printf(text, ": %s, %s%s", preset->source, preset->file,
                preset->is_disputed ? "; disputed, pgsize plans says by whom" : "");
    return true;
}

static void clients_line(const struct report *report, const struct pooler_sizing *sized,
                         struct text *text)
{
    const struct server_sizing *front = sized->front;
    int64_t peak = server_peak(report->sizing, front);
    bool is_least = report->sizing->purpose == PURPOSE_CHECK && front->today_is_lower_bound;
    struct text line = {.arena = report->arena};
    if (peak == UNKNOWN)
        return;
    text_printf(&line, "%s%" PRId64 " at peak", is_least ? "at least " : "", peak);
    if (pooler_max_clients(sized->pooler) != UNKNOWN)
        text_printf(&line, " of %" PRId64 "  %" PRId64 " %%", front->budget.max_connections,
                    (peak * 200 + front->budget.max_connections) /
                        (2 * front->budget.max_connections));
    server_line_put(report, "clients", line.bytes, text);
    text_free(&line);
}

static void today_line(const struct report *report, const struct pooler_sizing *sized,
                       struct text *text)
{
    const struct server_sizing *front = sized->front;
    bool fits = front->today_peak <= front->budget.budget;
    struct text line = {.arena = report->arena};
    if (report->sizing->purpose == PURPOSE_CHECK)
        return;
    for (size_t i = 0; i < front->cap_count; i++)
        fits &= front->caps[i].today_peak <= front->caps[i].limit;
    text_printf(&line, "%s%" PRId64 " %s at peak: %s",
                front->today_is_lower_bound ? "at least " : "", front->today_peak,
                plural(front->today_peak, "client", "clients"),
                !fits                         ? "does not fit (pgsize check says more)"
                : front->today_is_lower_bound ? "not known, some limits are not declared"
                                              : "fits");
    server_line_put(report, "today", line.bytes, text);
    text_free(&line);
}

/* "4 pools x (20 + 5 reserve) = 100 at peak on core": of databases and roles, of all instances. */
static void servers_line(const struct report *report, const struct pooler_sizing *sized,
                         struct text *text)
{
    const struct pooler *pooler = sized->pooler;
    int64_t size = class_limit(report->sizing, sized->back.at[0]),
            peak = pooler_peak(report->sizing, sized),
            pools = pooler->kind->scope == POOL_OF_ALL
                        ? pooler->instances
                        : pooler->instances * (int64_t)sized->back.count;
    struct text line = {.arena = report->arena};
    if (peak == UNKNOWN)
        return;
    text_printf(&line, "%" PRId64 " %s x ", pools, plural(pools, "pool", "pools"));
    if (size == UNKNOWN)
        text_put_char(&line, '?');
    else if (pooler->reserve_pool_size > 0)
        text_printf(&line, "(%" PRId64 " + %" PRId64 " reserve)", size, pooler->reserve_pool_size);
    else
        text_put_int(&line, size);
    if (pooler->max_db_connections > 0)
        text_printf(&line, ", at most %" PRId64 " to a database of each instance",
                    pooler->max_db_connections);
    text_printf(&line, ": %s%" PRId64 " at peak on %s", size == UNKNOWN ? "at least " : "", peak,
                sized->behind->server->name);
    server_line_put(report, "servers", line.bytes, text);
    text_free(&line);
}

void pooler_lines_put(const struct report *report, const struct pooler_sizing *sized,
                      struct text *text)
{
    clients_line(report, sized, text);
    today_line(report, sized, text);
    servers_line(report, sized, text);
}
