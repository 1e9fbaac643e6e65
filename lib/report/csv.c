/*
 * Curves and scenarios as comma-separated values (RFC 4180): one line for each run, a column for
 * each server's figures and each service's limit and need.
 */
#include "what_if.h"

#include <string.h>

static void field_put(struct text *text, const char *string)
{
    text_put_char(text, ',');
    if (strpbrk(string, ",\"\r\n") == NULL) {
        text_put(text, string);
        return;
    }
    text_put_char(text, '"');
    for (; *string != '\0'; string++) {
        if (*string == '"')
            text_put_char(text, '"');
        text_put_char(text, *string);
    }
    text_put_char(text, '"');
}

static void count_put(struct text *text, int64_t count)
{
    text_put_char(text, ',');
    if (count != UNKNOWN)
        text_put_int(text, count);
}

/* `name` with what the column holds: "core used_at_peak". */
static void heading_put(struct text *text, const char *name, const char *what)
{
    struct text heading = {.arena = text->arena};
    text_printf(&heading, "%s %s", name, what);
    field_put(text, heading.bytes);
    text_free(&heading);
}

static void headings_put(const struct what_if_point *first, struct text *text)
{
    text_put(text, "what,value,breaks");
    for (size_t i = 0; i < first->server_count; i++) {
        heading_put(text, first->servers[i].name, "max_connections");
        heading_put(text, first->servers[i].name, "used_at_peak");
        heading_put(text, first->servers[i].name, "percent_at_peak");
    }
    for (size_t i = 0; i < first->pool_count; i++) {
        heading_put(text, first->pools[i].name, "limit");
        heading_put(text, first->pools[i].name, "need");
    }
    text_put(text, ",findings\r\n");
}

static const struct what_if_pool *pool_find(const struct what_if_point *point, const char *name)
{
    for (size_t i = 0; i < point->pool_count; i++)
        if (strcmp(point->pools[i].name, name) == 0)
            return &point->pools[i];
    return NULL;
}

static void servers_put(const struct what_if_point *first, const struct what_if_point *point,
                        struct text *text)
{
    for (size_t i = 0; i < first->server_count; i++) {
        const struct what_if_server *server = NULL;
        for (size_t k = 0; k < point->server_count; k++)
            if (strcmp(point->servers[k].name, first->servers[i].name) == 0)
                server = &point->servers[k];
        count_put(text, server == NULL ? UNKNOWN : server->max_connections);
        count_put(text, server == NULL ? UNKNOWN : server->used);
        text_put_char(text, ',');
        if (server != NULL && server->permille != UNKNOWN)
            text_printf(text, "%.1f", (double)server->permille / 10);
    }
}

/* The columns are those of the first run: a service that a scenario adds has none. */
static void point_put(const struct what_if *what_if, const struct what_if_point *first,
                      const struct what_if_point *point, struct text *text)
{
    text_put(text, what_if->is_curve ? "curve" : "scenario");
    field_put(text, point->label);
    text_put(text, point->breaks ? ",true" : ",false");
    servers_put(first, point, text);
    for (size_t i = 0; i < first->pool_count; i++) {
        const struct what_if_pool *pool =
            i < point->pool_count && strcmp(point->pools[i].name, first->pools[i].name) == 0
                ? &point->pools[i]
                : pool_find(point, first->pools[i].name);
        count_put(text, pool == NULL ? UNKNOWN : pool->limit);
        count_put(text, pool == NULL ? UNKNOWN : pool->need);
    }
    text_put_char(text, ',');
    for (size_t i = 0; i < point->rule_count; i++)
        text_printf(text, "%s%s", i > 0 ? " " : "", point->rules[i]->name);
    text_put(text, "\r\n");
}

void csv_render(const struct report *report, struct text *text)
{
    const struct what_if *const both[] = {report->curve, report->scenarios};
    const struct what_if_point *first = NULL;
    for (size_t i = 0; i < 2; i++) {
        if (both[i] == NULL)
            continue;
        if (first == NULL) {
            first = &both[i]->points[0];
            headings_put(first, text);
        }
        for (size_t k = 0; k < both[i]->point_count; k++)
            point_put(both[i], first, &both[i]->points[k], text);
    }
}
