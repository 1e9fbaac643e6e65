/*
 * The rule about idle connections: how long the client keeps one, and who ends it before. How long
 * a client does is in its row, or in the service's pool settings.
 */
#include "rule.h"

#include "decimal.h"
#include "demands.h"
#include "pooler.h"

#include <inttypes.h>
#include <string.h>

#define SNAPSHOT(TIMEOUT)                                                                          \
    "{\"format\": 1, \"servers\": [{\"name\": \"main\", \"source\": \"live\", \"version\": "       \
    "150018, \"max_connections\": 100, \"settings\": {\"idle_session_timeout\": \"" TIMEOUT        \
    "\"}}]}"

/* Who ends a session that is idle, and after how long. */
struct ending {
    int64_t after_ms;
    const char *who, *by;
};

static void sooner(struct ending *ending, int64_t after_ms, const char *who, const char *by)
{
    if (after_ms > 0 && (ending->after_ms < 0 || after_ms < ending->after_ms))
        *ending = (struct ending){after_ms, who, by};
}

static void server_ends(const struct server_sizing *server, struct ending *ending)
{
    const struct facts *facts = server->input.facts;
    const struct provider *provider = server->input.provider;
    for (size_t i = 0; i < facts->setting_count; i++) {
        int64_t ms;
        if (strcmp(facts->settings[i].name, "idle_session_timeout") == 0 &&
            count_read(facts->settings[i].value, &ms))
            sooner(ending, ms, "the server", "idle_session_timeout");
    }
    for (size_t i = 0; provider != NULL && i < provider->idle_timeout_count; i++) {
        const struct idle_timeout *row = &provider->idle_timeouts[i];
        if (row->ends_sessions)
            sooner(ending, row->seconds * 1000, provider->name, row->what);
    }
}

/* `after_ms` -1: nobody does, as far as is known. Behind a pooler the server sees an idle client
 * only where that one keeps its server connection. */
static struct ending ending_find(struct judge *judge, const struct pool_class *class)
{
    struct ending ending = {.after_ms = -1};
    const struct sizing *sizing = judge->sizing;
    const struct pooler *pooler = class->service->via;
    if (pooler == NULL)
        server_ends(&sizing->servers[class->server], &ending);
    else if (!pooler_shares(pooler))
        server_ends(sizing->poolers[pooler->index].behind, &ending);
    if (pooler != NULL && pooler_client_idle_ms(pooler) > 0)
        sooner(&ending, pooler_client_idle_ms(pooler), pooler->kind->client.name,
               arena_printf(judge->arena, "%s of %s", pooler->kind->client_idle_setting,
                            pooler->name));
    return ending;
}

/* The setting by which the client keeps connections open that were idle for too long; NULL: none
 * does. With what is recommended, or an idle time-out that is declared, it is lowered. */
static const struct client_setting *holder_find(const struct sizing *sizing,
                                                const struct service *service)
{
    const struct pool_settings settings = {
        .limit = 1,
        .idle_timeout_ms = service->idle_timeout_ms,
        .max_lifetime_ms = service->max_lifetime_ms,
    };
    bool as_declared = sizing->purpose != PURPOSE_RECOMMEND && service->idle_timeout_ms == UNKNOWN;
    for (size_t i = 0; i < service->client->setting_count; i++) {
        const struct client_setting *setting = &service->client->settings[i];
        if (setting->holds_idle && (as_declared || client_setting_value(setting, &settings) < 0))
            return setting;
    }
    return NULL;
}

/* How long a setting lets a connection be idle: declared, or the client's preset. PRESET_NONE: for
 * ever. */
static int64_t kept_by(const struct client_setting *setting, int64_t declared_ms)
{
    if (setting == NULL)
        return PRESET_NONE;
    return declared_ms != UNKNOWN ? declared_ms : setting->preset;
}

static int64_t shorter(int64_t left_ms, int64_t right_ms)
{
    if (left_ms < 0 || right_ms < 0)
        return left_ms < 0 ? right_ms : left_ms;
    return left_ms < right_ms ? left_ms : right_ms;
}

/* The setting to lower: the idle time-out, else the lifetime. */
static const struct client_setting *lowered(const struct client *client, const char **ret_key)
{
    const struct client_setting *idle = client_setting_find(client, POOL_IDLE_TIMEOUT);
    *ret_key = idle != NULL ? "idle_timeout" : "max_lifetime";
    return idle != NULL ? idle : client_setting_find(client, POOL_MAX_LIFETIME);
}

/* Half of what the other end allows: pools look only now and then. */
static void help_put(struct judge *judge, const struct client *client,
                     const struct client_setting *holder, const struct ending *ending)
{
    const char *key;
    const struct client_setting *setting = lowered(client, &key);
    if (setting == NULL) {
        text_printf(&judge->help,
                    "%s has no setting for it: close idle connections in the application, or test "
                    "them before use",
                    client->id);
        return;
    }
    /* Whole seconds, as most clients count. */
    int64_t half_ms = ending->after_ms / 2 >= 1000 ? ending->after_ms / 2000 * 1000 : 1000;
    struct pool_settings settings = {.idle_timeout_ms = half_ms, .max_lifetime_ms = half_ms};
    text_put(&judge->help, "set ");
    if (holder != NULL)
        text_printf(&judge->help, "%s to 0 and ", holder->name);
    text_printf(&judge->help, "%s to ", setting->name);
    client_setting_put(setting, client_setting_value(setting, &settings), &judge->help);
    text_printf(&judge->help, " or less, and declare it as \"pool\": {\"%s\": \"%" PRId64 "s\"}",
                key, half_ms / 1000);
}

/* Whether its connections end with the request, are never seen idle, or nothing is known of it. */
static bool keeps_none(const struct sizing *sizing, const struct client *client)
{
    bool is_pooled = sizing->purpose == PURPOSE_RECOMMEND &&
                     client_setting_find(client, POOL_IDLE_TIMEOUT) != NULL;
    return client->pings_idle || (client->unpooled && !is_pooled) ||
           client->foreign == FOREIGN_UNKNOWN || client->setting_count == 0;
}

static void idle_timeout(struct judge *judge, const struct pool_class *class)
{
    const struct service *service = class->service;
    const struct client *client = service->client;
    const struct ending ending = ending_find(judge, class);
    if (!is_first_class(class) || class->pools_at_peak == 0 || ending.after_ms < 0 ||
        keeps_none(judge->sizing, client))
        return;
    const struct client_setting *holder = holder_find(judge->sizing, service);
    int64_t idle_ms = holder != NULL ? PRESET_NONE
                                     : kept_by(client_setting_find(client, POOL_IDLE_TIMEOUT),
                                               service->idle_timeout_ms);
    int64_t kept_ms = shorter(
        idle_ms, kept_by(client_setting_find(client, POOL_MAX_LIFETIME), service->max_lifetime_ms));
    if (kept_ms >= 0 && kept_ms < ending.after_ms)
        return;
    struct text kept = {.arena = judge->arena}, ended = {.arena = judge->arena};
    text_put(&kept, kept_ms < 0 ? "for ever" : "up to ");
    if (kept_ms >= 0)
        wait_put((double)kept_ms, &kept);
    wait_put((double)ending.after_ms, &ended);
    help_put(judge, client, holder, &ending);
    find_service(judge, service,
                 service->idle_timeout_ms != UNKNOWN ? "/pool/idle_timeout" : "/client",
                 "client %s keeps idle connections %s, and %s ends them after %s (%s)", client->id,
                 kept.bytes, ending.who, ended.bytes, ending.by);
    text_free(&kept);
    text_free(&ended);
}

const struct rule idle_rules[] = {
    {
        .id = "PGS017",
        .name = "idle-timeout",
        .severity = SEVERITY_WARNING,
        .help = "The client keeps idle connections longer than the server, the provider or the "
                "pooler does.",
        .why = "The other end closes what the pool still takes for open, and the next request gets "
               "a dead connection: an error, or the time to find out and connect anew. Let the "
               "client be the one that closes first.",
        .class = idle_timeout,
        .judged = JUDGED_ALWAYS,
        .purpose = PURPOSE_RECOMMEND,
        .bad = "{\"servers\": {\"main\": {\"reserved\": 3}}, \"services\": {\"api\": {\"client\": "
               "\"node-postgres\"}}}",
        .good = "{\"servers\": {\"main\": {\"reserved\": 3}}, \"services\": {\"api\": {\"client\": "
                "\"node-postgres\", \"pool\": {\"idle_timeout\": \"3s\"}}}}",
        .bad_facts = SNAPSHOT("6000"),
        .good_facts = SNAPSHOT("6000"),
    },
};
const size_t idle_rule_count = sizeof idle_rules / sizeof idle_rules[0];
