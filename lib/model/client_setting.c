/* Looking into the row of a client: its defaults, and values of its settings. */
#include "client.h"

#include "decimal.h"

#include <inttypes.h>

/* cpus x per_cpu + plus, and at least default_least; -1 where the CPUs are not known. Prisma with 8
 * of them: 8 x 2 + 1 = 17. */
static int64_t limit_of_cpus(const struct client *client, int64_t cpus)
{
    int64_t limit;
    if (cpus < 1 || __builtin_mul_overflow(cpus, client->per_cpu, &limit) ||
        __builtin_add_overflow(limit, client->plus, &limit))
        return -1;
    return limit < client->default_least ? client->default_least : limit;
}

int64_t client_default_limit(const struct client *client, int64_t cpus, int64_t threads)
{
    switch (client->default_kind) {
    case DEFAULT_KNOWN:
        return client->default_limit;
    case DEFAULT_FROM_CPUS:
        return limit_of_cpus(client, cpus);
    case DEFAULT_FROM_THREADS:
        return threads < 1 ? -1 : threads;
    case DEFAULT_UNLIMITED:
    case DEFAULT_UNKNOWN:
        break;
    }
    return -1;
}

const struct client_setting *client_setting_find(const struct client *client,
                                                 enum pool_quantity quantity)
{
    for (size_t i = 0; i < client->setting_count; i++)
        if (client->settings[i].quantity == quantity)
            return &client->settings[i];
    return NULL;
}

int64_t *pool_settings_at(struct pool_settings *pool, enum pool_quantity quantity)
{
    int64_t *const places[] = {
        [POOL_LIMIT] = &pool->limit,
        [POOL_TIMEOUT] = &pool->pool_timeout_ms,
        [POOL_CONNECT_TIMEOUT] = &pool->connect_timeout_ms,
        [POOL_IDLE_TIMEOUT] = &pool->idle_timeout_ms,
        [POOL_MAX_LIFETIME] = &pool->max_lifetime_ms,
    };
    return quantity <= POOL_MAX_LIFETIME ? places[quantity] : NULL;
}

int64_t pool_settings_value(const struct pool_settings *pool, enum pool_quantity quantity)
{
    struct pool_settings copy = *pool;
    const int64_t *place = pool_settings_at(&copy, quantity);
    return place != NULL ? *place : -1;
}

int64_t client_setting_value(const struct client_setting *setting, const struct pool_settings *pool)
{
    int64_t value = pool_settings_value(pool, setting->quantity);
    if (setting->quantity == POOL_LEAST)
        value = pool->idle_timeout_ms < 0 ? -1 : 0;
    if (setting->quantity == POOL_CONSTANT)
        value = setting->constant;
    if (setting->unit == UNIT_COUNT || value < 0)
        return value < 0 ? -1 : value;
    if (value < setting->at_least)
        value = setting->at_least;
    if (setting->at_most > 0 && value > setting->at_most)
        value = setting->at_most;
    if (setting->unit != UNIT_MILLISECONDS)
        value = divide_up(value, 1000);
    return value < 1 ? 1 : value;
}

void client_setting_put(const struct client_setting *setting, int64_t value, struct text *text)
{
    static const struct {
        const char *before, *behind;
    } forms[] = {
        [UNIT_COUNT] = {"", ""}, [UNIT_SECONDS] = {"", ""}, [UNIT_MILLISECONDS] = {"", ""},
        [UNIT_GO] = {"", "s"},   [UNIT_ISO] = {"PT", "S"},
    };
    text_printf(text, "%s%" PRId64 "%s", forms[setting->unit].before, value,
                forms[setting->unit].behind);
}
