/*
 * inspect: whose plan a server looks like, and whether that is the one that somebody named. Where
 * nobody can know, nothing is said.
 */
#include "inspect_parts.h"
#include "plan_guess.h"
#include "table_parts.h"

/* NULL: nobody can know. */
static const struct plan_guesses *likely_find(const struct server_sizing *server)
{
    const struct plan_guesses *likely = server->input.likely;
    return likely != NULL && likely->is_sure ? likely : NULL;
}

/* The guess for the plan that the topology or --plan names; NULL: none is, or it is another. */
static const struct plan_guess *named_find(const struct server_sizing *server)
{
    const struct server_input *input = &server->input;
    return input->plan == NULL
               ? NULL
               : plan_guess_for(input->likely, input->provider, input->plan, input->facts);
}

void likely_plan_put(const struct report *report, const struct server_sizing *server,
                     struct text *text)
{
    const struct plan_guesses *likely = likely_find(server);
    if (likely == NULL)
        return;
    const struct plan_guess *named = named_find(server);
    struct plan_guess guess;
    struct plan_guesses only = {.items = &guess, .count = 1, .best_count = 1};
    if (named != NULL) {
        guess = *named;
        likely = &only;
    }
    struct text line = {.arena = report->arena};
    if (server->input.plan != NULL && named == NULL)
        text_printf(&line, "looks not like %s, which is declared, but like ", server->server->plan);
    else
        text_put(&line, "looks like ");
    text_printf(&line, "%s", plan_guess_words(report->arena, likely));
    server_line_put(report, "plan", line.bytes, text);
    text_free(&line);
}

static void guess_put(const struct report *report, const struct plan_guess *guess,
                      struct json_writer *writer)
{
    const char *provider = guess->provider->id;
    json_write_open(writer, NULL, '{');
    json_write_string(writer, "provider", provider);
    json_write_string(writer, "plan",
                      guess->plan == NULL
                          ? NULL
                          : arena_printf(report->arena, "%s/%s", provider, guess->plan->id));
    json_write_open(writer, "why", '[');
    for (size_t i = 0; i < guess->reason_count; i++)
        json_write_string(writer, NULL, guess->reasons[i]);
    json_write_close(writer, ']');
    json_write_close(writer, '}');
}

void likely_plans_json(const struct report *report, const struct server_sizing *server,
                       struct json_writer *writer)
{
    const struct plan_guesses *likely = likely_find(server);
    json_write_open(writer, "likely_plans", '[');
    for (size_t i = 0; likely != NULL && i < likely->best_count; i++)
        guess_put(report, &likely->items[i], writer);
    json_write_close(writer, ']');
    if (likely != NULL && server->input.plan != NULL)
        json_write_bool(writer, "plan_is_likely", named_find(server) != NULL);
}
