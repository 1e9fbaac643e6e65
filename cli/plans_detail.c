/* What is behind the figures of a plan: each with who says it, and what goes with it. */
#include "plans_view.h"

#include <inttypes.h>
#include <string.h>

static void claim_put(const struct page *page, const char *name, const struct claim *claim,
                      struct text *text)
{
    struct text line = {.arena = page->lines.arena};
    if (claim->value >= 0)
        text_put_int(&line, claim->value);
    if (claim->note != NULL)
        text_printf(&line, "%s%s", line.length > 0 ? ": " : "", claim->note);
    if (claim->source != NULL)
        text_printf(&line, " (%s)", claim->source);
    if (claim->as_of != NULL)
        text_printf(&line, ", %s", claim->as_of);
    fact_put(page, text, name, line.length > 0 ? line.bytes : "");
    text_free(&line);
}

static void reserved_put(const struct page *page, const struct entry *entry, struct text *text)
{
    const struct provider *provider = entry->provider;
    struct text line = {.arena = page->lines.arena};
    int64_t total =
        entry->plan->reserved_total >= 0 ? entry->plan->reserved_total : provider->reserved_total;
    if (provider->limits_role)
        text_put(&line, "nothing out of this limit");
    else if (total >= 0)
        text_printf(&line, "%" PRId64 " kept by the provider and the server", total);
    else
        text_put(&line, "nobody publishes how many");
    if (provider->superuser_reserved_connections >= 0)
        text_printf(&line, "; superuser_reserved_connections %" PRId64,
                    provider->superuser_reserved_connections);
    if (provider->reserved_connections >= 0)
        text_printf(&line, "; reserved_connections %" PRId64, provider->reserved_connections);
    fact_put(page, text, "reserved", line.bytes);
    text_free(&line);
}

static void line_fact(const struct page *page, struct text *text, const char *name,
                      struct text *line)
{
    if (line->length > 0)
        fact_put(page, text, name, line->bytes);
    text_free(line);
}

static bool has_date(const struct plan *plan)
{
    return plan->as_of != NULL && strcmp(plan->as_of, "undated") != 0;
}

static void limit_words(const struct entry *entry, struct text *line)
{
    const struct plan *plan = entry->plan;
    if (plan_is_pattern(plan)) {
        text_put(line, "for any number in its name, by the formula");
        return;
    }
    if (plan->max_connections < 0) {
        text_put(line, "nobody publishes one");
        return;
    }
    text_printf(line, "%" PRId64 " %s%s", plan->max_connections,
                plural(plan->max_connections, "connection", "connections"),
                entry->provider->limits_role ? " of the customer's role" : "");
    if (plan->nominal && plan->max_connections < plan->formula_value)
        text_printf(line, ", the least that was seen; at most %" PRId64 " by the formula",
                    plan->formula_value);
    else if (plan->nominal)
        text_put(line, " at most, by the formula: servers have less");
    else
        text_printf(line, ", %s%s", confidence_name(plan->confidence),
                    plan->disputed ? ", disputed" : "");
}

static void limit_put(const struct page *page, const struct entry *entry, struct text *text)
{
    const struct plan *plan = entry->plan;
    struct text line = {.arena = page->lines.arena};
    limit_words(entry, &line);
    if (plan->as_of != NULL)
        text_printf(&line, "; %s%s", has_date(plan) ? "as of " : "undated",
                    has_date(plan) ? plan->as_of : "");
    text_put(&line, plan->is_not_sold ? "; not sold" : "");
    line_fact(page, text, "limit", &line);
    if (plan->least >= 0 || plan->most >= 0) {
        struct text range = {.arena = page->lines.arena};
        if (plan->least >= 0)
            text_printf(&range, "from %" PRId64 " ", plan->least);
        if (plan->most >= 0)
            text_printf(&range, "to %" PRId64, plan->most);
        line_fact(page, text, "range", &range);
    }
}

static void sightings_put(const struct page *page, const struct plan *plan, struct text *text)
{
    for (size_t i = 0; i < plan->sighting_count; i++) {
        const struct sighting *sighting = &plan->sightings[i];
        struct text line = {.arena = page->lines.arena};
        if (sighting->value >= 0)
            text_put_int(&line, sighting->value);
        text_printf(&line, "%s%s%s (%s)", sighting->text != NULL ? sighting->text : "",
                    sighting->when != NULL ? ", " : "",
                    sighting->when != NULL ? sighting->when : "", sighting->how);
        line_fact(page, text, "seen", &line);
    }
}

static void formula_put(const struct page *page, const struct entry *entry, bool whole,
                        struct text *text)
{
    const struct plan_formula *formula = &entry->provider->formula;
    const struct plan *plan = entry->plan;
    struct text line = {.arena = page->lines.arena};
    if (plan->expression == NULL || (plan->formula_value < 0 && !plan_is_pattern(plan)))
        return;
    text_put(&line, plan->expression);
    if (plan->formula_value >= 0)
        text_printf(&line, " = %" PRId64, plan->formula_value);
    line_fact(page, text, "formula", &line);
    if (whole && formula->status != NULL)
        fact_put(page, text, "", formula->status);
    if (whole && formula->rounding != NULL)
        fact_put(page, text, "", formula->rounding);
}

static void change_put(const struct page *page, const struct provider *provider, struct text *text)
{
    const struct plan_change *change = &provider->change;
    struct text line = {.arena = page->lines.arena};
    if (change->possible != SAID_NOTHING)
        text_put(&line, change->possible == SAID_YES ? "the customer may" : "the customer may not");
    if (change->how != NULL)
        text_printf(&line, "%s%s", line.length > 0 ? ": " : "", change->how);
    if (change->min >= 0)
        text_printf(&line, "; from %" PRId64, change->min);
    if (change->max >= 0)
        text_printf(&line, "%s to %" PRId64, change->min >= 0 ? "" : ";", change->max);
    if (change->follows_resize != SAID_NOTHING)
        text_printf(&line, "%sanother size %s it", line.length > 0 ? "; " : "",
                    change->follows_resize == SAID_YES ? "changes" : "does not change");
    line_fact(page, text, "to change", &line);
}

static void timeouts_put(const struct page *page, const struct provider *provider,
                         struct text *text)
{
    for (size_t i = 0; i < provider->idle_timeout_count; i++) {
        const struct idle_timeout *timeout = &provider->idle_timeouts[i];
        struct text line = {.arena = page->lines.arena};
        text_printf(&line, "%s: ", timeout->what);
        if (timeout->seconds < 0)
            text_put(&line, "nobody publishes how long");
        else if (timeout->seconds == 0)
            text_put(&line, "never");
        else
            text_printf(&line, "%" PRId64 " s", timeout->seconds);
        if (timeout->imposed_by != NULL)
            text_printf(&line, ", by the %s", timeout->imposed_by);
        if (timeout->note != NULL)
            text_printf(&line, "; %s", timeout->note);
        line_fact(page, text, "idle", &line);
    }
}

static void modes_put(const struct plan_pooler *pooler, struct text *line)
{
    for (unsigned mode = 0; mode < PLAN_POOL_MODES; mode++)
        if ((pooler->modes & 1U << mode) != 0)
            text_printf(line, ", %s%s", plan_pool_mode_names[mode],
                        pooler->default_mode == mode ? " (default)" : "");
    if (pooler->mode_note != NULL)
        text_printf(line, " (%s)", pooler->mode_note);
}

static void poolers_put(const struct page *page, const struct provider *provider, struct text *text)
{
    for (size_t i = 0; i < provider->pooler_count; i++) {
        const struct plan_pooler *pooler = &provider->poolers[i];
        struct text line = {.arena = page->lines.arena};
        text_put(&line, pooler->name);
        modes_put(pooler, &line);
        if (pooler->port >= 0)
            text_printf(&line, "; port %" PRId64, pooler->port);
        if (pooler->max_clients >= 0)
            text_printf(&line, "; %" PRId64 " clients", pooler->max_clients);
        if (pooler->max_clients_rule != NULL)
            text_printf(&line, "; clients: %s", pooler->max_clients_rule);
        if (pooler->pool_size >= 0)
            text_printf(&line, "; pools of %" PRId64, pooler->pool_size);
        if (pooler->pool_size_rule != NULL)
            text_printf(&line, "; pools: %s", pooler->pool_size_rule);
        if (pooler->max_prepared_statements >= 0)
            text_printf(&line, "; max_prepared_statements %" PRId64,
                        pooler->max_prepared_statements);
        if (pooler->scope != NULL)
            text_printf(&line, "; %s", pooler->scope);
        if (pooler->availability != NULL)
            text_printf(&line, "; %s", pooler->availability);
        line_fact(page, text, "with", &line);
        for (size_t k = 0; k < pooler->claim_count; k++)
            claim_put(page, pooler->disputed ? "or" : "earlier", &pooler->claims[k], text);
    }
}

static void pooler_put(const struct page *page, const struct plan *plan, struct text *text)
{
    struct text line = {.arena = page->lines.arena};
    if (plan->pooler_max_clients >= 0)
        text_printf(&line, "%" PRId64 " %s", plan->pooler_max_clients,
                    plural(plan->pooler_max_clients, "client", "clients"));
    if (plan->pooler_pool_size >= 0)
        text_printf(&line, "%spools of %" PRId64 " %s", line.length > 0 ? ", " : "",
                    plan->pooler_pool_size,
                    plural(plan->pooler_pool_size, "connection", "connections"));
    if (line.length > 0)
        fact_put(page, text, "pooler", line.bytes);
    text_free(&line);
}

void entry_put(const struct page *page, const struct entry *entry, bool whole, struct text *text)
{
    const struct plan *plan = entry->plan;
    struct text heading = {.arena = page->lines.arena};
    text_printf(&heading, "%s%s%s", entry->provider->name, plan->name != NULL ? ", " : "",
                plan->name != NULL ? plan->name : "");
    colour_on(&page->lines, text, COLOUR_BOLD);
    text_put_visible(text, entry->id);
    colour_off(&page->lines, text, COLOUR_BOLD);
    text_put(text, "  ");
    (void)wrap_put(&page->lines, text, heading.bytes, text_width(entry->id, page->lines.plain) + 2,
                   FACT_INDENT);
    text_put_char(text, '\n');
    text_free(&heading);
    limit_put(page, entry, text);
    sightings_put(page, plan, text);
    for (size_t i = 0; i < plan->claim_count; i++)
        claim_put(page, plan->disputed ? "or" : "earlier", &plan->claims[i], text);
    formula_put(page, entry, whole, text);
    reserved_put(page, entry, text);
    pooler_put(page, plan, text);
    if (whole) {
        change_put(page, entry->provider, text);
        timeouts_put(page, entry->provider, text);
        poolers_put(page, entry->provider, text);
    }
    if (plan->notes != NULL)
        fact_put(page, text, "note", plan->notes);
    if (whole && entry->provider->notes != NULL)
        fact_put(page, text, "provider", entry->provider->notes);
    for (size_t i = 0; i < plan->source_count; i++)
        fact_put(page, text, i == 0 ? "source" : "and", plan->sources[i]);
}
