/*
 * What was observed of a server, for programs and for --snapshot, which reads it back.
 */
#include "json_parts.h"
#include "snapshot.h"

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
    bool is_known = observed_state_is_known(class->state);
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

/* A moment, or null: none, or of no year that is read back. */
static void put_moment(struct json_writer *writer, const char *key, int64_t us)
{
    char moment[40];
    json_write_string(writer, key, *moment_show(us, moment) != '\0' ? moment : NULL);
}

void counted_json(const struct counted *counted, struct json_writer *writer)
{
    put_moment(writer, "counted_at", counted->at_us);
    json_write_open(writer, "own", '{');
    json_write_count(writer, "transactions", counted->own_transactions);
    json_write_count(writer, "busy_us", counted->own_busy_us);
    json_write_close(writer, '}');
    json_write_open(writer, "counters", '[');
    for (size_t i = 0; i < counted->count; i++) {
        const struct observed_counters *one = &counted->counters[i];
        json_write_open(writer, NULL, '{');
        json_write_string(writer, "database", one->database);
        json_write_count(writer, "transactions", one->transactions);
        json_write_count(writer, "busy_us", one->busy_us);
        if (one->reset_us != 0)
            put_moment(writer, "stats_reset", one->reset_us);
        else
            json_write_null(writer, "stats_reset");
        json_write_close(writer, '}');
    }
    json_write_close(writer, ']');
}

void observed_json(const struct observed *observed, struct json_writer *writer)
{
    json_write_open(writer, "observed", '{');
    json_write_thousandths(writer, "window_s", observed->window_ms);
    json_write_count(writer, "samples", observed->samples);
    if (observed->counted_ms > 0)
        json_write_thousandths(writer, "counted_s", observed->counted_ms);
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
