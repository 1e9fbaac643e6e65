#include "plans_view.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* --- as a table --- */

enum { PLAN, MEMORY, VCPU, CONNECTIONS, CONFIDENCE, COLUMNS };

static const struct column columns[COLUMNS] = {
    [PLAN] = {"PLAN", TEXT_LEFT, 0, false},
    [MEMORY] = {"MEMORY", TEXT_RIGHT, 0, false},
    [VCPU] = {"VCPU", TEXT_RIGHT, 0, false},
    [CONNECTIONS] = {"CONNECTIONS", TEXT_RIGHT, 0, false},
    [CONFIDENCE] = {"CONFIDENCE", TEXT_LEFT, 0, true},
};

/* 29.802 -> 29.8, 4 -> 4 */
static void memory_put(double gib, struct text *text)
{
    char digits[32];
    (void)snprintf(digits, sizeof digits, "%.1f", gib);
    size_t length = strlen(digits);
    if (length > 2 && strcmp(digits + length - 2, ".0") == 0)
        digits[length - 2] = '\0';
    text_printf(text, "%s GiB", digits);
}

/* "reported" of "reported-by-users". That a limit is disputed says more than who said it: that, and
 * when, stands in the detail. */
static void confidence_put(const struct plan *plan, struct text *text)
{
    const char *name = confidence_name(plan->confidence);
    if (plan->disputed)
        text_put(text, "disputed");
    else if (plan->max_connections >= 0)
        text_put_bytes(text, name, strcspn(name, "-"));
    else
        text_put_char(text, '-');
}

static void entry_fill(const void *content, size_t index, struct row *row)
{
    const struct catalogue *catalogue = content;
    const struct plan *plan = catalogue->entries[index].plan;
    text_put(&row->cells[PLAN], catalogue->entries[index].id);
    if (plan->memory_gib >= 0)
        memory_put(plan->memory_gib, &row->cells[MEMORY]);
    else
        text_put(&row->cells[MEMORY], "-");
    if (plan->vcpu >= 0)
        text_printf(&row->cells[VCPU], "%.6g", plan->vcpu);
    else
        text_put(&row->cells[VCPU], plan->vcpu_text != NULL ? plan->vcpu_text : "-");
    if (plan->max_connections >= 0)
        text_put_int(&row->cells[CONNECTIONS], plan->max_connections);
    else
        text_put(&row->cells[CONNECTIONS], "-");
    confidence_put(plan, &row->cells[CONFIDENCE]);
}

/* --- in detail --- */

static void limit_put(const struct page *page, const struct entry *entry, struct text *text)
{
    const struct plan *plan = entry->plan;
    if (plan->max_connections < 0) {
        fact_put(page, text, "limit",
                 arena_printf(page->lines.arena, "nobody publishes one%s%s",
                              plan->as_of != NULL ? "; as of " : "",
                              plan->as_of != NULL ? plan->as_of : ""));
        return;
    }
    fact_put(page, text, "limit",
             arena_printf(page->lines.arena, "%" PRId64 " %s%s%s, %s%s%s%s", plan->max_connections,
                          plural(plan->max_connections, "connection", "connections"),
                          entry->provider->limits_role ? " of the customer's role" : "",
                          plan->nominal ? " at most, by a formula" : "",
                          confidence_name(plan->confidence), plan->disputed ? ", disputed" : "",
                          plan->as_of != NULL ? "; as of " : "",
                          plan->as_of != NULL ? plan->as_of : ""));
}

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

static void entry_put(const struct page *page, const struct entry *entry, struct text *text)
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
    for (size_t i = 0; i < plan->claim_count; i++)
        claim_put(page, plan->disputed ? "or" : "earlier", &plan->claims[i], text);
    reserved_put(page, entry, text);
    pooler_put(page, plan, text);
    if (plan->notes != NULL)
        fact_put(page, text, "note", plan->notes);
    if (entry->provider->notes != NULL)
        fact_put(page, text, "provider", entry->provider->notes);
    for (size_t i = 0; i < plan->source_count; i++)
        fact_put(page, text, i == 0 ? "source" : "and", plan->sources[i]);
}

void catalogue_table(const struct page *page, const void *content, struct text *text)
{
    const struct catalogue *catalogue = content;
    if (catalogue->count == 0)
        return;
    rows_put(page,
             &(struct rows){.columns = columns,
                            .column_count = COLUMNS,
                            .content = catalogue,
                            .count = catalogue->count,
                            .fill = entry_fill,
                            .one_line = true},
             text);
    for (size_t i = 0; catalogue->detail && i < catalogue->count; i++) {
        text_put_char(text, '\n');
        entry_put(page, &catalogue->entries[i], text);
    }
}

/* --- as JSON --- */

static void claims_json(struct json_writer *writer, const struct plan *plan)
{
    json_write_open(writer, "claims", '[');
    for (size_t i = 0; i < plan->claim_count; i++) {
        json_write_open(writer, NULL, '{');
        json_write_count(writer, "value", plan->claims[i].value);
        json_write_string(writer, "note", plan->claims[i].note);
        json_write_string(writer, "source", plan->claims[i].source);
        json_write_string(writer, "as_of", plan->claims[i].as_of);
        json_write_close(writer, '}');
    }
    json_write_close(writer, ']');
}

static void provider_json(struct json_writer *writer, const struct provider *provider)
{
    json_write_open(writer, "provider", '{');
    json_write_string(writer, "id", provider->id);
    json_write_string(writer, "name", provider->name);
    json_write_string(writer, "limit_of", provider->limits_role ? "role" : "server");
    json_write_count(writer, "superuser_reserved_connections",
                     provider->superuser_reserved_connections);
    json_write_count(writer, "reserved_connections", provider->reserved_connections);
    json_write_count(writer, "reserved_total", provider->reserved_total);
    json_write_string(writer, "notes", provider->notes);
    json_write_close(writer, '}');
}

static void entry_json(struct json_writer *writer, const struct entry *entry)
{
    const struct plan *plan = entry->plan;
    json_write_open(writer, NULL, '{');
    json_write_string(writer, "plan", entry->id);
    provider_json(writer, entry->provider);
    json_write_string(writer, "id", plan->id);
    json_write_string(writer, "name", plan->name);
    json_write_real(writer, "memory_gib", plan->memory_gib);
    json_write_real(writer, "vcpu", plan->vcpu);
    json_write_string(writer, "vcpu_text", plan->vcpu_text);
    json_write_count(writer, "max_connections", plan->max_connections);
    json_write_bool(writer, "nominal", plan->nominal);
    json_write_string(writer, "confidence", confidence_name(plan->confidence));
    json_write_bool(writer, "disputed", plan->disputed);
    claims_json(writer, plan);
    json_write_count(writer, "reserved_total", plan->reserved_total);
    json_write_count(writer, "pooler_max_clients", plan->pooler_max_clients);
    json_write_count(writer, "pooler_pool_size", plan->pooler_pool_size);
    json_write_string(writer, "as_of", plan->as_of);
    json_write_open(writer, "sources", '[');
    for (size_t i = 0; i < plan->source_count; i++)
        json_write_string(writer, NULL, plan->sources[i]);
    json_write_close(writer, ']');
    json_write_string(writer, "notes", plan->notes);
    json_write_close(writer, '}');
}

void catalogue_json(struct json_writer *writer, const void *content)
{
    const struct catalogue *catalogue = content;
    json_write_open(writer, NULL, '[');
    for (size_t i = 0; i < catalogue->count; i++)
        entry_json(writer, &catalogue->entries[i]);
    json_write_close(writer, ']');
}
