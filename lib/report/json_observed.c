/*
 * What was observed of a server, for programs and for --snapshot, which reads it back.
 */
#include "json_parts.h"

static void put_thousandths(struct json_writer *writer, const char *name,
                            const struct estimate *estimate)
{
    json_write_open(writer, name, '{');
    json_write_thousandths(writer, "value", estimate->value);
    json_write_thousandths(writer, "low", estimate->low);
    json_write_thousandths(writer, "high", estimate->high);
    json_write_close(writer, '}');
}

static void put_class(struct json_writer *writer, const struct observed_class *class)
{
    bool is_known = class->state == OBSERVED_GOOD || class->state == OBSERVED_CENSORED;
    json_write_open(writer, NULL, '{');
    json_write_string(writer, "service", class->service);
    json_write_string(writer, "database", class->database);
    json_write_string(writer, "state", observed_state_name(class->state));
    json_write_thousandths(writer, "in_use", is_known ? class->in_use.value : UNKNOWN);
    json_write_thousandths(writer, "low", is_known ? class->in_use.low : UNKNOWN);
    json_write_thousandths(writer, "high", is_known ? class->in_use.high : UNKNOWN);
    if (is_known)
        json_write_bool(writer, "censored", class->state == OBSERVED_CENSORED);
    else
        json_write_null(writer, "censored");
    json_write_close(writer, '}');
}

void observed_json(const struct observed *observed, struct json_writer *writer)
{
    json_write_open(writer, "observed", '{');
    json_write_thousandths(writer, "window_s", observed->window_ms);
    json_write_count(writer, "samples", observed->samples);
    json_write_open(writer, "services", '[');
    for (size_t i = 0; i < observed->class_count; i++)
        put_class(writer, &observed->classes[i]);
    json_write_close(writer, ']');
    json_write_open(writer, "databases", '[');
    for (size_t i = 0; i < observed->database_count; i++) {
        const struct observed_database *database = &observed->databases[i];
        json_write_open(writer, NULL, '{');
        json_write_string(writer, "name", database->name);
        put_thousandths(writer, "rate_per_s", &database->rate);
        put_thousandths(writer, "held_ms", &database->held_us);
        json_write_bool(writer, "lumped", database->lumped);
        json_write_close(writer, '}');
    }
    json_write_close(writer, ']');
    json_write_close(writer, '}');
}
