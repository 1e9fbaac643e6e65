/*
 * What a row of the services says, cell by cell.
 */
#include "service_rows.h"

#include "poolers.h"

#include <inttypes.h>

/* "3 (+1 deploying)", "3 x 2 (+2 deploying)" where a process has several pools. */
static void processes_put(const struct pool_class *class, struct text *text)
{
    const struct service *service = class->service;
    int64_t steady = class->pools_steady / service->pools;
    int64_t more = class->instances_at_peak * service->processes - steady;
    text_put_int(text, steady);
    if (service->pools > 1)
        text_printf(text, " x %" PRId64, service->pools);
    if (more > 0)
        text_printf(text, " (+%" PRId64 " %s)", more, service->is_job ? "more" : "deploying");
}

static void product_put(const struct pool_class *class, int64_t limit, struct text *text)
{
    text_printf(text, "%" PRId64 " x ", class->pools_at_peak);
    if (limit == UNKNOWN && class->pools_at_peak > 0)
        text_put_char(text, '?');
    else
        text_put_int(text, limit == UNKNOWN ? 1 : limit);
    if (class->extra_at_peak > 0)
        text_printf(text, " + %" PRId64, class->extra_at_peak);
}

/* "4 x 5 = 20"; "4 x 5, at most 12" and then "4 x 5, adds 0" of pools that share a limit; "4 x ? >=
 * 4" where the limit is not known. */
static void peak_put(const struct sizing *sizing, const struct pool_class *class, struct text *text)
{
    int64_t limit = class_limit(sizing, class);
    if (limit == UNKNOWN && sizing->purpose == PURPOSE_RECOMMEND) {
        text_put(text, "-");
        return;
    }
    int64_t counted = limit == UNKNOWN ? 1 : limit;
    bool is_first, is_least = limit == UNKNOWN && class->pools_at_peak > 0;
    int64_t excess = class_excess(class, counted, &is_first);
    int64_t peak = class->pools_at_peak * counted + class->extra_at_peak - excess;
    product_put(class, limit, text);
    if (excess > 0)
        text_put(text, is_first ? ", at most" : ", adds");
    else
        text_put(text, is_least ? " >=" : " =");
    text_printf(text, " %" PRId64, peak);
}

static void declared_why(const struct pool_class *class, struct text *text)
{
    if (class->service->at_most == 0) {
        text_put(text, "switched off");
        return;
    }
    switch (class->declared) {
    case DECLARED_KEY:
        text_put(text, "declared");
        break;
    case DECLARED_URL:
        text_put(text, "in its URL");
        break;
    case DECLARED_DEFAULT:
        text_printf(text, "default of %s",
                    class->service->pooler != NULL &&
                            class->service->pooler->preset.pool_size != UNKNOWN
                        ? class->service->pooler->preset.source
                        : class->service->client->id);
        break;
    case DECLARED_UNLIMITED:
        text_printf(text, "unlimited by default of %s", class->service->client->id);
        break;
    case DECLARED_UNKNOWN:
        text_put(text, "not known, counted as 1");
        break;
    }
}

static void limit_put(int64_t limit, struct text *text)
{
    if (limit == UNKNOWN)
        text_put(text, "-");
    else
        text_put_int(text, limit);
}

/* WHY is not measured: it wraps in what the others leave. */
static void class_row(const struct report *report, const struct pool_class *class, bool with_why,
                      struct row *row)
{
    const struct sizing *sizing = report->sizing;
    row_clear(row, SERVICE_CELLS);
    class_name_put(class, &row->cells[CELL_SERVICE]);
    text_put(&row->cells[CELL_CLIENT], class->service->client->id);
    processes_put(class, &row->cells[CELL_PROCESSES]);
    limit_put(class->today, &row->cells[CELL_TODAY]);
    limit_put(class->limit, &row->cells[CELL_LIMIT]);
    peak_put(sizing, class, &row->cells[CELL_AT_PEAK]);
    if (!with_why)
        return;
    if (sizing->purpose == PURPOSE_CHECK)
        declared_why(class, &row->cells[CELL_WHY]);
    else
        class_why_put(sizing, class, &row->cells[CELL_WHY]);
}

/* A service without databases is listed where it would connect. */
static void idle_row(const struct service *service, struct row *row)
{
    row_clear(row, SERVICE_CELLS);
    text_put(&row->cells[CELL_SERVICE], service->name);
    static const size_t dashes[] = {CELL_CLIENT, CELL_PROCESSES, CELL_TODAY, CELL_LIMIT};
    for (size_t i = 0; i < sizeof dashes / sizeof dashes[0]; i++)
        text_put(&row->cells[dashes[i]], "-");
    text_put(&row->cells[CELL_AT_PEAK], "0");
    text_put(&row->cells[CELL_WHY], "does not connect");
}

bool service_rows_next(struct service_rows *rows)
{
    const struct server_sizing *server = rows->server;
    for (;;) {
        bool has_class = rows->class < server->class_count,
             has_idle = rows->idle < server->idle_count;
        if (!has_class && !has_idle)
            return false;
        if (has_idle && (!has_class || server->idle[rows->idle]->index <
                                           server->classes[rows->class]->service->index)) {
            const struct service *service = server->idle[rows->idle++];
            if (!report_shows(rows->report, service))
                continue;
            idle_row(service, &rows->row);
            rows->shown = NULL;
            return true;
        }
        const struct pool_class *class = server->classes[rows->class ++];
        if (!report_shows(rows->report, class->service))
            continue;
        class_row(rows->report, class, rows->with_why, &rows->row);
        rows->shown = class;
        return true;
    }
}
