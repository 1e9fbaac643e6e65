/* The catalogue as JSON: a list of plans, each with its provider. */
#include "plans_view.h"

static void said_json(struct json_writer *writer, const char *key, int64_t said)
{
    if (said == SAID_NOTHING)
        json_write_null(writer, key);
    else
        json_write_bool(writer, key, said == SAID_YES);
}

static void change_json(struct json_writer *writer, const struct plan_change *change)
{
    json_write_open(writer, "change", '{');
    said_json(writer, "possible", change->possible);
    json_write_string(writer, "how", change->how);
    json_write_count(writer, "min", change->min);
    json_write_count(writer, "max", change->max);
    said_json(writer, "follows_resize", change->follows_resize);
    json_write_close(writer, '}');
}

static void timeouts_json(struct json_writer *writer, const struct provider *provider)
{
    json_write_open(writer, "idle_timeouts", '[');
    for (size_t i = 0; i < provider->idle_timeout_count; i++) {
        const struct idle_timeout *timeout = &provider->idle_timeouts[i];
        json_write_open(writer, NULL, '{');
        json_write_string(writer, "what", timeout->what);
        json_write_count(writer, "seconds", timeout->seconds);
        json_write_string(writer, "imposed_by", timeout->imposed_by);
        json_write_string(writer, "basis", timeout->basis);
        json_write_string(writer, "source", timeout->source);
        json_write_string(writer, "note", timeout->note);
        json_write_close(writer, '}');
    }
    json_write_close(writer, ']');
}

static void claims_json(struct json_writer *writer, const struct claim *claims, size_t count)
{
    json_write_open(writer, "claims", '[');
    for (size_t i = 0; i < count; i++) {
        json_write_open(writer, NULL, '{');
        json_write_count(writer, "value", claims[i].value);
        json_write_string(writer, "note", claims[i].note);
        json_write_string(writer, "source", claims[i].source);
        json_write_string(writer, "as_of", claims[i].as_of);
        json_write_close(writer, '}');
    }
    json_write_close(writer, ']');
}

static void pooler_json(struct json_writer *writer, const struct plan_pooler *pooler)
{
    json_write_open(writer, NULL, '{');
    json_write_string(writer, "name", pooler->name);
    json_write_open(writer, "modes", '[');
    for (unsigned mode = 0; mode < PLAN_POOL_MODES; mode++)
        if ((pooler->modes & 1U << mode) != 0)
            json_write_string(writer, NULL, plan_pool_mode_names[mode]);
    json_write_close(writer, ']');
    json_write_string(writer, "kind", pooler->kind);
    json_write_string(
        writer, "default_mode",
        pooler->default_mode < PLAN_POOL_MODES ? plan_pool_mode_names[pooler->default_mode] : NULL);
    json_write_count(writer, "port", pooler->port);
    json_write_count(writer, "max_clients", pooler->max_clients);
    json_write_string(writer, "max_clients_rule", pooler->max_clients_rule);
    json_write_count(writer, "pool_size", pooler->pool_size);
    json_write_string(writer, "pool_size_rule", pooler->pool_size_rule);
    json_write_count(writer, "max_prepared_statements", pooler->max_prepared_statements);
    json_write_string(writer, "scope", pooler->scope);
    json_write_string(writer, "availability", pooler->availability);
    json_write_bool(writer, "disputed", pooler->disputed);
    claims_json(writer, pooler->claims, pooler->claim_count);
    json_write_close(writer, '}');
}

static void poolers_json(struct json_writer *writer, const struct provider *provider)
{
    json_write_open(writer, "poolers", '[');
    for (size_t i = 0; i < provider->pooler_count; i++)
        pooler_json(writer, &provider->poolers[i]);
    json_write_close(writer, ']');
}

static void sightings_json(struct json_writer *writer, const struct plan *plan)
{
    json_write_open(writer, "seen", '[');
    for (size_t i = 0; i < plan->sighting_count; i++) {
        json_write_open(writer, NULL, '{');
        json_write_count(writer, "value", plan->sightings[i].value);
        json_write_string(writer, "text", plan->sightings[i].text);
        json_write_string(writer, "when", plan->sightings[i].when);
        json_write_string(writer, "how", plan->sightings[i].how);
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
    change_json(writer, &provider->change);
    timeouts_json(writer, provider);
    poolers_json(writer, provider);
    json_write_close(writer, '}');
}

void entry_json(struct json_writer *writer, const struct entry *entry)
{
    const struct plan *plan = entry->plan;
    json_write_open(writer, NULL, '{');
    json_write_string(writer, "plan", entry->id);
    provider_json(writer, entry->provider);
    json_write_string(writer, "id", plan->id);
    json_write_string(writer, "name", plan->name);
    json_write_bool(writer, "not_sold", plan->is_not_sold);
    json_write_real(writer, "memory_gib", plan->memory_gib);
    json_write_real(writer, "vcpu", plan->vcpu);
    json_write_string(writer, "vcpu_text", plan->vcpu_text);
    json_write_count(writer, "max_connections", plan->max_connections);
    json_write_bool(writer, "nominal", plan->nominal);
    json_write_string(writer, "confidence", confidence_name(plan->confidence));
    json_write_bool(writer, "disputed", plan->disputed);
    claims_json(writer, plan->claims, plan->claim_count);
    sightings_json(writer, plan);
    json_write_string(writer, "formula", plan->expression);
    json_write_count(writer, "formula_value", plan->formula_value);
    json_write_count(writer, "max_connections_min", plan->least);
    json_write_count(writer, "max_connections_max", plan->most);
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
