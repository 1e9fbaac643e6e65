/* What was observed of a server, read back from a snapshot. */
#include "snapshot_observed.h"

#include <stdio.h>
#include <string.h>

static const int64_t most = 1000000000000; /* thousandths */

/* What the truth lies between: else a missing "high" would be a demand of nothing. */
static bool check_estimate(struct snapshot_reader *reader, const struct estimate *estimate,
                           const char *value)
{
    char what[60];
    bool is_low = estimate->low <= estimate->value;
    if (is_low && estimate->value <= estimate->high)
        return true;
    (void)snprintf(what, sizeof what, "at %s \"%s\"", is_low ? "least" : "most", value);
    return snapshot_wrong(reader, is_low ? "high" : "low", what);
}

static bool read_class(struct snapshot_reader *reader, const struct json *object, void *into)
{
    struct observed_class *class = into;
    const char *state = NULL;
    if (!snapshot_string(reader, object, "service", &class->service) ||
        !snapshot_string(reader, object, "database", &class->database) ||
        !snapshot_string(reader, object, "state", &state) ||
        !snapshot_thousandths(reader, object, "in_use", most, &class->in_use.value) ||
        !snapshot_thousandths(reader, object, "low", most, &class->in_use.low) ||
        !snapshot_thousandths(reader, object, "high", most, &class->in_use.high) ||
        !check_estimate(reader, &class->in_use, "in_use"))
        return false;
    if (class->service == NULL)
        return snapshot_wrong(reader, "service", "there");
    for (int i = 0; state != NULL && i < OBSERVED_STATES; i++)
        if (strcmp(state, observed_state_name((enum observed_state)i)) == 0) {
            class->state = (enum observed_state)i;
            return true;
        }
    return snapshot_wrong(reader, "state", "observed, absent, hidden, censored, counted or shared");
}

static bool read_estimate(struct snapshot_reader *reader, const struct json *object,
                          const char *key, struct estimate *estimate)
{
    const struct json *value;
    size_t length = strlen(reader->pointer);
    if (!snapshot_many(reader, object, key, JSON_KIND_OBJECT, &value))
        return false;
    if (value == NULL)
        return true;
    (void)snprintf(reader->pointer + length, sizeof reader->pointer - length, "/%s", key);
    if (!snapshot_thousandths(reader, value, "value", most, &estimate->value) ||
        !snapshot_thousandths(reader, value, "low", most, &estimate->low) ||
        !snapshot_thousandths(reader, value, "high", most, &estimate->high) ||
        !check_estimate(reader, estimate, "value"))
        return false;
    reader->pointer[length] = '\0';
    return true;
}

static bool read_database(struct snapshot_reader *reader, const struct json *object, void *into)
{
    struct observed_database *database = into;
    database->held_us = (struct estimate){UNKNOWN, UNKNOWN, UNKNOWN};
    if (!snapshot_string(reader, object, "name", &database->name))
        return false;
    if (database->name == NULL)
        return snapshot_wrong(reader, "name", "there");
    return read_estimate(reader, object, "rate_per_s", &database->rate) &&
           read_estimate(reader, object, "held_ms", &database->held_us) &&
           snapshot_bool(reader, object, "lumped", &database->lumped);
}

bool snapshot_observed(struct snapshot_reader *reader, const struct json *live,
                       const struct observed **ret_observed)
{
    const struct json *object;
    size_t length = strlen(reader->pointer);
    if (!snapshot_many(reader, live, "observed", JSON_KIND_OBJECT, &object))
        return false;
    if (object == NULL)
        return true;
    struct observed *observed = ARENA_NEW(reader->arena, struct observed);
    (void)snprintf(reader->pointer + length, sizeof reader->pointer - length, "/observed");
    if (!snapshot_thousandths(reader, object, "window_s", most, &observed->window_ms) ||
        !snapshot_integer(reader, object, "samples", 0, INT32_MAX, &observed->samples) ||
        !snapshot_thousandths(reader, object, "counted_s", most, &observed->counted_ms))
        return false;
    observed->classes = snapshot_objects(reader, object, "services", sizeof *observed->classes,
                                         read_class, &observed->class_count);
    if (observed->classes == NULL)
        return false;
    observed->databases = snapshot_objects(reader, object, "databases", sizeof *observed->databases,
                                           read_database, &observed->database_count);
    if (observed->databases == NULL)
        return false;
    reader->pointer[length] = '\0';
    *ret_observed = observed;
    return true;
}
