/*
 * Curves and scenarios as comma-separated values (RFC 4180): one line for each run, a column for
 * each server's figures and each pool's limit and need that any of the runs has.
 */
#include "what_if.h"

#include "name.h"

#include <string.h>

/* Of the servers, or of the pools: in the order in which the runs have them first. */
struct columns {
    struct name_table table; /* key -> index */
    const char **names;
    size_t count, capacity;
    struct text key;
};

struct csv {
    struct arena *arena;
    struct columns servers, pools;
    struct text *text;
};

/* Control characters, which a field may not hold and a terminal obeys, are shown as elsewhere. */
static void field_put(struct text *text, const char *string)
{
    struct text visible = {.arena = text->arena};
    text_put_visible(&visible, string);
    text_put(&visible, "");
    bool quoted = strpbrk(visible.bytes, ",\"") != NULL;
    text_put(text, quoted ? ",\"" : ",");
    for (const char *at = visible.bytes; *at != '\0'; at++) {
        if (*at == '"')
            text_put_char(text, '"');
        text_put_char(text, *at);
    }
    text_put(text, quoted ? "\"" : "");
    text_free(&visible);
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

static void columns_add(struct columns *columns, struct arena *arena, const char *key,
                        const char *name)
{
    if (name_table_find(&columns->table, key, NULL))
        return;
    if (columns->count == columns->capacity) {
        size_t capacity = columns->capacity == 0 ? 16 : columns->capacity * 2;
        const char **names = ARENA_ARRAY(arena, capacity, const char *);
        if (columns->count > 0)
            memcpy(names, columns->names, columns->count * sizeof *names);
        columns->names = names;
        columns->capacity = capacity;
    }
    (void)name_table_add(&columns->table, arena, arena_strdup(arena, key), columns->count, NULL);
    columns->names[columns->count++] = name;
}

/* The pool b of a service a, and the service a/b, have one name: "1:a/b" and "3:a/b". */
static const char *pool_key(struct columns *columns, const struct what_if_pool *pool)
{
    columns->key.length = 0;
    text_put_int(&columns->key, (int64_t)strlen(pool->service));
    text_put_char(&columns->key, ':');
    text_put(&columns->key, pool->name);
    return columns->key.bytes;
}

static void columns_find(struct csv *csv, const struct what_if *what_if)
{
    for (size_t i = 0; i < what_if->point_count; i++) {
        const struct what_if_point *point = &what_if->points[i];
        for (size_t k = 0; k < point->server_count; k++)
            columns_add(&csv->servers, csv->arena, point->servers[k].name, point->servers[k].name);
        for (size_t k = 0; k < point->pool_count; k++)
            columns_add(&csv->pools, csv->arena, pool_key(&csv->pools, &point->pools[k]),
                        point->pools[k].name);
    }
}

static void headings_put(const struct csv *csv)
{
    text_put(csv->text, "what,value,breaks");
    for (size_t i = 0; i < csv->servers.count; i++) {
        heading_put(csv->text, csv->servers.names[i], "max_connections");
        heading_put(csv->text, csv->servers.names[i], "used_at_peak");
        heading_put(csv->text, csv->servers.names[i], "percent_at_peak");
    }
    for (size_t i = 0; i < csv->pools.count; i++) {
        heading_put(csv->text, csv->pools.names[i], "limit");
        heading_put(csv->text, csv->pools.names[i], "need");
    }
    text_put(csv->text, ",findings\r\n");
}

static void servers_put(struct csv *csv, struct arena *scratch, const struct what_if_point *point)
{
    size_t count = csv->servers.count, column;
    const struct what_if_server **servers =
        ARENA_ARRAY(scratch, count + 1, const struct what_if_server *);
    for (size_t i = 0; i < point->server_count; i++)
        if (name_table_find(&csv->servers.table, point->servers[i].name, &column))
            servers[column] = &point->servers[i];
    for (size_t i = 0; i < count; i++) {
        count_put(csv->text, servers[i] == NULL ? UNKNOWN : servers[i]->max_connections);
        count_put(csv->text, servers[i] == NULL ? UNKNOWN : servers[i]->used);
        text_put_char(csv->text, ',');
        if (servers[i] != NULL && servers[i]->permille != UNKNOWN)
            text_printf(csv->text, "%.1f", (double)servers[i]->permille / 10);
    }
}

static void pools_put(struct csv *csv, struct arena *scratch, const struct what_if_point *point)
{
    size_t count = csv->pools.count, column;
    const struct what_if_pool **pools =
        ARENA_ARRAY(scratch, count + 1, const struct what_if_pool *);
    for (size_t i = 0; i < point->pool_count; i++)
        if (name_table_find(&csv->pools.table, pool_key(&csv->pools, &point->pools[i]), &column))
            pools[column] = &point->pools[i];
    for (size_t i = 0; i < count; i++) {
        count_put(csv->text, pools[i] == NULL ? UNKNOWN : pools[i]->limit);
        count_put(csv->text, pools[i] == NULL ? UNKNOWN : pools[i]->need);
    }
}

static void points_put(struct csv *csv, const struct what_if *what_if)
{
    struct arena scratch = {.on_out_of_memory = csv->arena->on_out_of_memory};
    struct text *text = csv->text;
    for (size_t i = 0; i < what_if->point_count; i++) {
        const struct what_if_point *point = &what_if->points[i];
        text_put(text, what_if->is_curve ? "curve" : "scenario");
        field_put(text, point->label);
        text_put(text, point->breaks ? ",true" : ",false");
        servers_put(csv, &scratch, point);
        pools_put(csv, &scratch, point);
        text_put_char(text, ',');
        for (size_t k = 0; k < point->rule_count; k++)
            text_printf(text, "%s%s", k > 0 ? " " : "", point->rules[k]->name);
        text_put(text, "\r\n");
        arena_clear(&scratch);
    }
    arena_free(&scratch);
}

void csv_render(const struct report *report, struct text *text)
{
    const struct what_if *const both[] = {report->curve, report->scenarios};
    struct csv csv = {.arena = report->arena, .text = text, .pools.key.arena = report->arena};
    for (size_t i = 0; i < 2; i++)
        if (both[i] != NULL)
            columns_find(&csv, both[i]);
    headings_put(&csv);
    for (size_t i = 0; i < 2; i++)
        if (both[i] != NULL)
            points_put(&csv, both[i]);
    text_free(&csv.pools.key);
}
