/*
 * The keys of a service's demand.
 */
#include "decimal.h"
#include "service_readers.h"

enum { ALL_THOUSANDTHS = 100000 /* of a percent */ };

const struct demand demand_default = {
    .variability_thousandths = 1000,
    .wait_p99_us = 10000,
    .timeout_chance = 1e-6,
    .busy_thousandths = UNKNOWN,
};

/* A chance is a share, or a number: 1e-6 has too many places for a share. */
static bool timeout_chance_read(struct reader *reader, const struct path *path,
                                const struct json *value, void *into)
{
    static const char what[] =
        "a chance above 0 and below 1, such as 1e-6, or a share such as \"0.1%\"";
    struct demand *demand = into;
    enum json_kind kind = json_kind_of(value);
    double chance = -1;
    if (kind == JSON_KIND_STRING) {
        const char *string = string_expand(reader, path, value);
        int64_t thousandths;
        if (string == NULL)
            return false;
        if (share_read(string, &thousandths))
            chance = (double)thousandths / ALL_THOUSANDTHS;
    } else if (kind == JSON_KIND_INTEGER || kind == JSON_KIND_REAL) {
        chance = json_as_real(value);
    }
    /* Below 1e-300 a waiting time's exponent cannot be told from zero. */
    if (!(chance >= 1e-300 && chance < 1))
        return fault_wrong(reader, path, value, what);
    demand->timeout_chance = chance;
    return true;
}

static bool busy_read(struct reader *reader, const struct path *path, const struct json *value,
                      void *into)
{
    struct demand *demand = into;
    struct amount share = {0};
    if (json_kind_of(value) == JSON_KIND_STRING && !amount_field_read(reader, path, value, &share))
        return false;
    if (!share.is_share || share.value == 0 || share.value > ALL_THOUSANDTHS)
        return fault_wrong(reader, path, value, "a share of held, such as \"40%\"");
    demand->busy_thousandths = share.value;
    return true;
}

const struct field demand_fields[DEMAND_FIELD_COUNT] = {
    {.name = "rate",
     .kind = FIELD_THOUSANDTHS,
     .offset = offsetof(struct demand, rate_thousandths),
     .maximum = 1000000000000,
     .required = true,
     .what = "Requests a second of the whole service at its busiest."},
    {.name = "held",
     .kind = FIELD_DURATION_US,
     .offset = offsetof(struct demand, held_us),
     .minimum = 1,
     .required = true,
     .what = "Mean time a request holds a connection: the whole transaction, not the query alone."},
    {.name = "variability",
     .kind = FIELD_THOUSANDTHS,
     .offset = offsetof(struct demand, variability_thousandths),
     .maximum = 1000000,
     .what = "Squared coefficient of variation of that time (1)."},
    {.name = "wait_p99",
     .kind = FIELD_DURATION_US,
     .offset = offsetof(struct demand, wait_p99_us),
     .minimum = 1,
     .what = "Target: 99 % of the requests wait less for a connection (10ms)."},
    {.name = "timeout_chance",
     .kind = FIELD_CUSTOM,
     .read = timeout_chance_read,
     .schema = "\"oneOf\": [{\"type\": \"number\", \"exclusiveMinimum\": 0, "
               "\"exclusiveMaximum\": 1}, {\"type\": \"string\", "
               "\"pattern\": \"^([0-9]+(\\\\.[0-9]{1,3})?%|.*\\\\$\\\\{.*)$\"}]",
     .what = "Target: chance of a request to wait for pool.timeout, and fail (1e-6)."},
    {.name = "busy",
     .kind = FIELD_CUSTOM,
     .read = busy_read,
     .schema = "\"type\": \"string\", "
               "\"pattern\": \"^([0-9]+(\\\\.[0-9]{1,3})?%|.*\\\\$\\\\{.*)$\"",
     .what = "Share of `held` in which the server computes; without it cores are not judged."},
};

bool demand_read(struct reader *reader, const struct path *path, const struct json *value,
                 void *into)
{
    struct demand *demand = ARENA_NEW(reader->arena, struct demand);
    *demand = demand_default;
    ((struct service *)into)->demand = demand;
    return fields_read(reader, path, value, demand_fields, DEMAND_FIELD_COUNT, demand);
}
