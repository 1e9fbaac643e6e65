/* What `pgsize plans` says of a topology and of a server. */
#include "plans_view.h"

#include "topology.h"

#include <inttypes.h>
#include <string.h>

/* --- --fit --- */

enum { SERVER, PLAN, MEMORY, VCPU, CONNECTIONS, USED, CONFIDENCE, COLUMNS };

static const struct column columns[COLUMNS] = {
    [SERVER] = {"SERVER", TEXT_LEFT, 0, false},
    [PLAN] = {"PLAN", TEXT_LEFT, 0, false, .least = 20, .overflows = true},
    [MEMORY] = {"MEMORY", TEXT_RIGHT, 0, false, .may_go = true},
    [VCPU] = {"VCPU", TEXT_RIGHT, 0, false},
    [CONNECTIONS] = {"CONNECTIONS", TEXT_RIGHT, 0, false},
    [USED] = {"USED AT PEAK", TEXT_RIGHT, 0, false},
    [CONFIDENCE] = {"CONFIDENCE", TEXT_LEFT, 0, true},
};

static const char *plan_name(struct arena *arena, const struct provider *provider,
                             const struct plan *plan)
{
    return arena_printf(arena, "%s%s%s", provider->id, plan != NULL ? "/" : "",
                        plan != NULL ? plan->id : "");
}

static void fit_cells(const struct fit *fit, struct text *cells, struct arena *arena)
{
    text_put(&cells[PLAN], plan_name(arena, fit->provider, fit->plan));
    memory_put(fit->plan->memory_gib, &cells[MEMORY]);
    vcpu_put(fit->plan, &cells[VCPU]);
    text_put_int(&cells[CONNECTIONS], fit->plan->max_connections);
    text_printf(&cells[USED], "%" PRId64 " + %" PRId64, fit->peak, fit->kept);
    confidence_put(fit->plan, &cells[CONFIDENCE]);
}

struct fit_page {
    const struct fit *fits;
    struct arena *arena;
};

static void fit_fill(const void *content, size_t index, struct row *row)
{
    const struct fit_page *fits = content;
    text_put(&row->cells[SERVER], fits->fits[index].server);
    fit_cells(&fits->fits[index], row->cells, fits->arena);
}

/* The same without the column of servers, of which there is one. */
static void only_fill(const void *content, size_t index, struct row *row)
{
    const struct fit_page *fits = content;
    struct text cells[COLUMNS];
    for (size_t i = 0; i < COLUMNS; i++)
        cells[i] = (struct text){.arena = fits->arena};
    fit_cells(&fits->fits[index], cells, fits->arena);
    for (size_t i = PLAN; i < COLUMNS; i++) {
        text_put(&row->cells[i - PLAN], cells[i].length > 0 ? cells[i].bytes : "");
        text_free(&cells[i]);
    }
}

/* "heroku (at most 500)"; without `is_small`, those that publish nothing. */
static void misses_put(const struct page *page, const struct fit_list *list, bool is_small,
                       const char *name, struct text *text)
{
    struct text line = {.arena = page->lines.arena};
    for (size_t i = 0; i < list->count; i++) {
        const struct fit *fit = &list->items[i];
        if (fit->plan != NULL || (fit->largest != UNKNOWN) != is_small)
            continue;
        text_printf(&line, "%s%s", line.length > 0 ? ", " : "", fit->provider->id);
        if (list->has_servers)
            text_printf(&line, " for %s", fit->server);
        if (is_small)
            text_printf(&line, " (at most %" PRId64 ")", fit->largest);
    }
    if (line.length > 0)
        fact_put(page, text, name, line.bytes);
    text_free(&line);
}

void fits_table(const struct page *page, const void *content, struct text *text)
{
    const struct fit_list *list = content;
    struct fit *found = ARENA_ARRAY(page->lines.arena, list->count + 1, struct fit);
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].plan != NULL)
            found[count++] = list->items[i];
    const struct fit_page fits = {found, page->lines.arena};
    size_t first = list->has_servers ? SERVER : PLAN;
    if (count > 0)
        rows_put(page,
                 &(struct rows){.columns = columns + first,
                                .column_count = COLUMNS - first,
                                .content = &fits,
                                .count = count,
                                .fill = list->has_servers ? fit_fill : only_fill,
                                .one_line = true},
                 text);
    misses_put(page, list, true, "too small", text);
    misses_put(page, list, false, "not known", text);
}

void fits_json(struct json_writer *writer, const void *content)
{
    const struct fit_list *list = content;
    json_write_open(writer, NULL, '[');
    for (size_t i = 0; i < list->count; i++) {
        const struct fit *fit = &list->items[i];
        const struct plan *plan = fit->plan;
        json_write_open(writer, NULL, '{');
        json_write_string(writer, "server", fit->server);
        json_write_string(writer, "provider", fit->provider->id);
        json_write_string(writer, "plan", plan != NULL ? plan->id : NULL);
        json_write_count(writer, "max_connections", plan != NULL ? plan->max_connections : UNKNOWN);
        json_write_string(writer, "confidence",
                          plan != NULL ? confidence_name(plan->confidence) : NULL);
        json_write_bool(writer, "nominal", plan != NULL && plan->nominal);
        json_write_bool(writer, "disputed", plan != NULL && plan->disputed);
        json_write_real(writer, "memory_gib", plan != NULL ? plan->memory_gib : UNKNOWN);
        json_write_count(writer, "peak", plan != NULL ? fit->peak : UNKNOWN);
        json_write_count(writer, "kept", plan != NULL ? fit->kept : UNKNOWN);
        json_write_count(writer, "largest_known", fit->largest);
        json_write_close(writer, '}');
    }
    json_write_close(writer, ']');
}

/* --- --identify --- */

enum { GUESSES_SHOWN = 10 };

static void guess_put(const struct page *page, const struct plan_guess *guess, const char *name,
                      struct text *text)
{
    struct text line = {.arena = page->lines.arena};
    text_put(&line, plan_name(page->lines.arena, guess->provider, guess->plan));
    if (guess->plan == NULL)
        text_put(&line, ", but not which of its plans");
    else if (guess->plan->memory_gib >= 0) {
        text_put(&line, " of ");
        memory_put(guess->plan->memory_gib, &line);
    }
    fact_put(page, text, name, line.bytes);
    text_free(&line);
}

static void look_put(const struct page *page, const struct look *look, struct text *text)
{
    const struct plan_guesses *guesses = &look->guesses;
    colour_on(&page->lines, text, COLOUR_BOLD);
    text_put_visible(text, look->server);
    colour_off(&page->lines, text, COLOUR_BOLD);
    text_put(text, guesses->best_count == 0 ? "  nobody can know\n" : "  looks like\n");
    for (size_t i = 0; i < guesses->best_count && i < GUESSES_SHOWN; i++)
        guess_put(page, &guesses->items[i], i == 0 ? "plan" : "or", text);
    if (guesses->best_count > GUESSES_SHOWN)
        fact_put(
            page, text, "",
            arena_printf(page->lines.arena, "and %zu more", guesses->best_count - GUESSES_SHOWN));
    for (size_t i = 0; guesses->best_count > 0 && i < guesses->items[0].reason_count; i++)
        fact_put(page, text, i == 0 ? "because" : "and", guesses->items[0].reasons[i]);
    if (guesses->unknown != NULL)
        fact_put(page, text, guesses->best_count == 0 ? "because" : "but", guesses->unknown);
}

void looks_table(const struct page *page, const void *content, struct text *text)
{
    const struct look_list *list = content;
    for (size_t i = 0; i < list->count; i++) {
        text_put(text, i > 0 ? "\n" : "");
        look_put(page, &list->items[i], text);
    }
}

static void guess_json(struct json_writer *writer, const struct plan_guess *guess, bool is_best)
{
    json_write_open(writer, NULL, '{');
    json_write_string(writer, "provider", guess->provider->id);
    json_write_string(writer, "plan", guess->plan != NULL ? guess->plan->id : NULL);
    json_write_count(writer, "max_connections",
                     guess->plan != NULL ? guess->plan->max_connections : UNKNOWN);
    json_write_bool(writer, "best", is_best);
    json_write_open(writer, "reasons", '[');
    for (size_t i = 0; i < guess->reason_count; i++)
        json_write_string(writer, NULL, guess->reasons[i]);
    json_write_close(writer, ']');
    json_write_close(writer, '}');
}

void looks_json(struct json_writer *writer, const void *content)
{
    const struct look_list *list = content;
    json_write_open(writer, NULL, '[');
    for (size_t i = 0; i < list->count; i++) {
        const struct plan_guesses *guesses = &list->items[i].guesses;
        json_write_open(writer, NULL, '{');
        json_write_string(writer, "server", list->items[i].server);
        json_write_bool(writer, "known", guesses->best_count == 1);
        json_write_string(writer, "unknown", guesses->unknown);
        json_write_open(writer, "guesses", '[');
        for (size_t k = 0; k < guesses->count; k++)
            guess_json(writer, &guesses->items[k], k < guesses->best_count);
        json_write_close(writer, ']');
        json_write_close(writer, '}');
    }
    json_write_close(writer, ']');
}
