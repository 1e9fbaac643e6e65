/* The member "services" of the json format. */
#include "demands.h"
#include "json_parts.h"
#include "poolers.h"

/* A number, but where the client wants a duration with its unit. */
static void put_setting(struct json_writer *writer, const struct client_setting *setting,
                        int64_t value)
{
    if (setting->unit != UNIT_GO && setting->unit != UNIT_ISO) {
        json_write_count(writer, setting->name, value);
        return;
    }
    struct text written = {.arena = writer->text->arena};
    client_setting_put(setting, value, &written);
    json_write_string(writer, setting->name, written.bytes);
    text_free(&written);
}

static void put_settings(struct json_writer *writer, const struct pool_class *class)
{
    const struct client *client = class->service->client;
    struct pool_settings settings = class_settings(class);
    bool any = class->limit != UNKNOWN && class->limit > 0;
    json_write_open(writer, "settings", '{');
    for (size_t i = 0; any && i < client->setting_count; i++) {
        int64_t value = client_setting_value(&client->settings[i], &settings);
        if (value != UNKNOWN && !client->settings[i].is_alias)
            put_setting(writer, &client->settings[i], value);
    }
    json_write_close(writer, '}');
}

static void put_text(struct json_writer *writer, const char *name, const struct text *value)
{
    json_write_string(writer, name, value->length > 0 ? value->bytes : NULL);
}

static void put_handed(struct json_writer *writer, const struct report *report,
                       const struct pool_class *class, struct text *scratch)
{
    const struct service *service = class->service;
    struct pool_settings settings = class_settings(class);
    scratch->length = 0;
    (void)class_url_put(report, class, report->reveal, scratch);
    put_text(writer, "url", scratch);
    put_settings(writer, class);
    json_write_open(writer, "env", '{');
    scratch->length = 0;
    service_variable(service, class->target, VARIABLE_URL, scratch);
    put_text(writer, "url", scratch);
    scratch->length = 0;
    service_variable(service, class->target, VARIABLE_LIMIT, scratch);
    put_text(writer, "limit", scratch);
    json_write_close(writer, '}');
    struct text variable = {.arena = report->arena};
    service_variable(service, class->target, VARIABLE_URL, &variable);
    scratch->length = 0;
    if (class->limit != UNKNOWN && class->limit > 0)
        client_snippet(service->client, &settings, variable.bytes, scratch);
    put_text(writer, "snippet", scratch);
    text_free(&variable);
}

/* Overloaded, a wait has no bound, and those who give up are the share that is too much. */
static void put_waiting(struct json_writer *writer, const struct sizing *sizing,
                        const struct pool_class *class)
{
    struct waiting waiting;
    bool known = class_waiting(sizing, class, &waiting);
    if (known && !waiting.is_overloaded)
        json_write_real(writer, "wait_p99_ms", waiting.p99_ms);
    else
        json_write_null(writer, "wait_p99_ms");
    if (known && !(waiting.is_overloaded && waiting.timeouts_after_ms < 0))
        json_write_real(writer, "timeout_chance",
                        waiting.is_overloaded ? waiting.failing_share : waiting.timeout_chance);
    else
        json_write_null(writer, "timeout_chance");
}

static void put_class(struct json_writer *writer, const struct report *report,
                      const struct pool_class *class, struct text *scratch)
{
    const struct sizing *sizing = report->sizing;
    json_write_open(writer, NULL, '{');
    json_write_string(writer, "name", class->service->name);
    json_write_string(writer, "server", class_server(sizing, class)->name);
    json_write_string(writer, "database", class->target->database);
    json_write_string(writer, "client", class->service->client->id);
    json_write_string(writer, "via", class->service->via_name);
    json_write_count(writer, "pools_steady", class->pools_steady);
    json_write_count(writer, "pools_at_peak", class->pools_at_peak);
    json_write_count(writer, "today", class->today);
    json_write_count(writer, "limit", class->limit);
    json_write_count(writer, "need", class->need);
    json_write_count(writer, "peak", class_peak(sizing, class));
    scratch->length = 0;
    class_reason_put(sizing, class, scratch);
    put_text(writer, "reason", scratch);
    json_write_count(writer, "max_instances", class->max_instances);
    put_waiting(writer, sizing, class);
    put_handed(writer, report, class, scratch);
    json_write_close(writer, '}');
}

/* A service that opens no pool is listed all the same. */
static void put_idle_service(struct json_writer *writer, const struct service *service)
{
    json_write_open(writer, NULL, '{');
    json_write_string(writer, "name", service->name);
    static const char *const unknown[] = {"server", "database"};
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++)
        json_write_string(writer, unknown[i], NULL);
    json_write_string(writer, "client", service->client->id);
    json_write_string(writer, "via", service->via_name);
    json_write_count(writer, "pools_steady", 0);
    json_write_count(writer, "pools_at_peak", 0);
    static const char *const none[] = {"today", "limit", "need"};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        json_write_count(writer, none[i], UNKNOWN);
    json_write_count(writer, "peak", 0);
    json_write_string(writer, "reason", "does not connect");
    static const char *const absent[] = {"max_instances", "wait_p99_ms", "timeout_chance", "url"};
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++)
        json_write_count(writer, absent[i], UNKNOWN);
    json_write_open(writer, "settings", '{');
    json_write_close(writer, '}');
    json_write_open(writer, "env", '{');
    json_write_close(writer, '}');
    json_write_string(writer, "snippet", NULL);
    json_write_close(writer, '}');
}

void services_json(const struct report *report, struct json_writer *writer)
{
    const struct sizing *sizing = report->sizing;
    const struct topology *topology = sizing->topology;
    struct text scratch = {.arena = report->arena};
    struct arena arena = {.on_out_of_memory = report->arena->on_out_of_memory};
    struct report inner = *report;
    inner.arena = &arena;
    json_write_open(writer, "services", '[');
    const struct pool_class *class = sizing->classes;
    for (size_t i = 0; i < topology->service_count; i++) {
        const struct service *service = topology->services[i];
        bool shown = report_shows(report, service);
        if (service->target_count == 0 && shown)
            put_idle_service(writer, service);
        for (size_t k = 0; k < service->target_count; k++, class ++)
            if (shown) {
                arena_clear(&arena);
                put_class(writer, &inner, class, &scratch);
            }
    }
    json_write_close(writer, ']');
    text_free(&scratch);
    arena_free(&arena);
}
