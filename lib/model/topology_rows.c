#include "topology_rows.h"

#include "expand.h"
#include "name.h"

#include <stdio.h>
#include <string.h>

enum { MOST_PROCESSES = 1000000, MOST_CORES = 100000, SHARE_ALL = 100000 };

static const char *const strategies[] = {"recreate", "rolling", "blue-green", NULL};
static const char *const formulas[] = {"fair", "divisor", "half", NULL};

const char *formula_name(enum formula formula)
{
    return formulas[formula];
}

bool formula_find(const char *name, enum formula *ret_formula)
{
    for (size_t i = 0; formulas[i] != NULL; i++) {
        if (strcmp(formulas[i], name) == 0) {
            *ret_formula = (enum formula)i;
            return true;
        }
    }
    return false;
}

const char *rollout_strategy_name(enum rollout_strategy strategy)
{
    return strategies[strategy];
}

bool url_field_read(struct reader *reader, const struct path *path, const struct json *value,
                    struct url **ret_url, bool *ret_password_in_file)
{
    char missing[128];
    if (json_kind_of(value) != JSON_KIND_STRING) /* never shown: it may hold a password */
        return fault_at(reader, path, FAULT_VALUE, NULL, "must be a URL, got %s",
                        json_kind_name(json_kind_of(value)));
    const char *string =
        expand(reader->arena, json_as_string(value, NULL), reader->input->environment, EXPAND_URL,
               ret_password_in_file, missing, sizeof missing);
    if (string == NULL)
        return fault_at(reader, path, FAULT_VALUE, "set it, or write ${NAME:-default}", "%s",
                        missing);
    if (path_is_set(reader, path))
        *ret_password_in_file = false;
    struct fail fail = {0};
    if (!url_read(reader->arena, string, ret_url, &fail))
        return fault_at(reader, path, FAULT_VALUE, fail.hint, "%s", fail.message);
    return true;
}

static bool server_url_read(struct reader *reader, const struct path *path,
                            const struct json *value, void *into)
{
    struct server *server = into;
    return url_field_read(reader, path, value, &server->url, &server->password_in_file);
}

static bool reserved_read(struct reader *reader, const struct path *path, const struct json *value,
                          void *into)
{
    static const struct field names = {
        .offset = offsetof(struct server, reserved),
        .maximum = MAX_CONNECTIONS_LIMIT,
    };
    struct server *server = into;
    if (json_kind_of(value) == JSON_KIND_OBJECT)
        return counts_field_read(reader, path, value, &names, into);
    if (json_kind_of(value) != JSON_KIND_INTEGER)
        return fault_wrong(reader, path, value,
                           "an object of names and counts, or one whole number");
    server->reserved = ARENA_NEW(reader->arena, struct named_count);
    server->reserved_count = 1;
    return count_field_read(reader, path, value, 0, MAX_CONNECTIONS_LIMIT,
                            &server->reserved->count);
}

static bool share_of_all_read(struct reader *reader, const struct path *path,
                              const struct json *value, struct amount *ret_amount)
{
    if (!amount_field_read(reader, path, value, ret_amount))
        return false;
    if (ret_amount->is_share && ret_amount->value > SHARE_ALL)
        return fault_wrong(reader, path, value, "at most \"100%\"");
    return true;
}

static bool margin_read(struct reader *reader, const struct path *path, const struct json *value,
                        void *into)
{
    return share_of_all_read(reader, path, value, &((struct server *)into)->margin);
}

static bool alert_read(struct reader *reader, const struct path *path, const struct json *value,
                       void *into)
{
    struct amount *alert = &((struct server *)into)->alert_at;
    if (!share_of_all_read(reader, path, value, alert))
        return false;
    return alert->value > 0 || fault_wrong(reader, path, value, "more than 0");
}

static const struct field instances_fields[] = {
    {.name = "min",
     .kind = FIELD_COUNT,
     .offset = offsetof(struct service, instances_min),
     .maximum = MOST_PROCESSES,
     .what = "Fewest instances."},
    {.name = "max",
     .kind = FIELD_COUNT,
     .offset = offsetof(struct service, instances_max),
     .maximum = MOST_PROCESSES,
     .required = true,
     .what = "Most instances: where the autoscaler stops."},
    {.name = "from", .kind = FIELD_UNSUPPORTED},
};
static const size_t instances_field_count = sizeof instances_fields / sizeof instances_fields[0];

static bool instances_read(struct reader *reader, const struct path *path, const struct json *value,
                           void *into)
{
    struct service *service = into;
    if (json_kind_of(value) == JSON_KIND_INTEGER) {
        if (!count_field_read(reader, path, value, 0, MOST_PROCESSES, &service->instances_max))
            return false;
        service->instances_min = service->instances_max;
        return true;
    }
    if (json_kind_of(value) != JSON_KIND_OBJECT)
        return fault_wrong(reader, path, value, "a whole number, or {\"min\": N, \"max\": N}");
    service->instances_min = service->instances_max = UNKNOWN;
    if (!fields_read(reader, path, value, instances_fields, instances_field_count, service))
        return false;
    if (service->instances_min == UNKNOWN)
        service->instances_min = service->instances_max < 1 ? service->instances_max : 1;
    struct path max = {path, "max"}, min = {path, "min"};
    if (service->instances_min > service->instances_max && path_is_set(reader, &min))
        return fault_at(reader, &min, FAULT_VALUE, NULL, "must be at most max, %lld, got %lld",
                        (long long)service->instances_max, (long long)service->instances_min);
    if (service->instances_min > service->instances_max)
        return fault_at(reader, &max, FAULT_VALUE, NULL, "must be at least min, %lld, got %lld",
                        (long long)service->instances_min, (long long)service->instances_max);
    return true;
}

static const struct field rollout_fields[] = {
    {.name = "strategy",
     .kind = FIELD_CHOICE,
     .offset = offsetof(struct rollout, strategy),
     .choices = strategies,
     .what = "How a deploy replaces instances."},
    {.name = "surge",
     .kind = FIELD_AMOUNT,
     .offset = offsetof(struct rollout, surge),
     .what = "Instances above the number wanted, while deploying."},
    {.name = "unavailable",
     .kind = FIELD_AMOUNT,
     .offset = offsetof(struct rollout, unavailable),
     .what = "Instances that may be missing, while deploying."},
    {.name = "drain",
     .kind = FIELD_DURATION,
     .offset = offsetof(struct rollout, drain_ms),
     .what =
         "How long a stopping instance keeps its connections; \"0s\": it closes them on SIGTERM."},
    {.name = "ready",
     .kind = FIELD_DURATION,
     .offset = offsetof(struct rollout, ready_ms),
     .what = "How long a new instance takes to become ready."},
};
static const size_t rollout_field_count = sizeof rollout_fields / sizeof rollout_fields[0];

static bool rollout_read(struct reader *reader, const struct path *path, const struct json *value,
                         void *into)
{
    struct rollout *rollout = &((struct service *)into)->rollout;
    ((struct service *)into)->rollout_given = true;
    if (json_kind_of(value) == JSON_KIND_STRING) {
        int strategy = 0;
        if (!choice_field_read(reader, path, value, strategies, &strategy))
            return false;
        rollout->strategy = (enum rollout_strategy)strategy;
        return true;
    }
    if (json_kind_of(value) != JSON_KIND_OBJECT)
        return fault_wrong(reader, path, value,
                           "\"recreate\", \"rolling\", \"blue-green\", or an object");
    if (!fields_read(reader, path, value, rollout_fields, rollout_field_count, rollout))
        return false;
    struct path strategy = {path, "strategy"};
    for (size_t i = 1; rollout->strategy != ROLLOUT_ROLLING && i < rollout_field_count; i++) {
        const char *key = rollout_fields[i].name;
        struct path here = {path, key};
        if (json_member(value, key) != NULL)
            return fault_at(reader, path_is_set(reader, &strategy) ? &strategy : &here, FAULT_KEY,
                            "remove it, or use \"rolling\"",
                            "%s means nothing with strategy \"%s\"", key,
                            strategies[rollout->strategy]);
    }
    return true;
}

static bool databases_read(struct reader *reader, const struct path *path, const struct json *value,
                           void *into)
{
    struct service *service = into;
    if (json_kind_of(value) != JSON_KIND_ARRAY)
        return fault_wrong(reader, path, value, "an array of database names");
    size_t count = json_size(value);
    service->databases = ARENA_ARRAY(reader->arena, count + 1, const char *);
    for (size_t i = 0; i < count; i++) {
        char index[24];
        (void)snprintf(index, sizeof index, "%zu", i);
        struct path here = {path, index};
        const struct json *element = json_element(value, i);
        if (json_kind_of(element) != JSON_KIND_STRING)
            return fault_wrong(reader, &here, element, "a database name, \"db\" or \"server:db\"");
        const char *name = string_keep(reader, string_expand(reader, &here, element));
        if (name == NULL)
            return false;
        if (*name == '\0')
            return fault_at(reader, &here, FAULT_VALUE, NULL, "must not be empty");
        service->databases[service->database_count++] = name;
    }
    return true;
}

static bool client_read(struct reader *reader, const struct path *path, const struct json *value,
                        void *into)
{
    if (json_kind_of(value) != JSON_KIND_STRING)
        return fault_wrong(reader, path, value, "the id of a client");
    const char *id = string_expand(reader, path, value);
    if (id == NULL)
        return false;
    const struct client *client = client_find(id);
    char hint[256];
    ((struct service *)into)->client = client; /* NULL: what depends on it is not judged */
    if (client == NULL && faults_full(reader))
        return fault_at(reader, path, FAULT_VALUE, NULL, "no such client");
    if (client == NULL) {
        const char *guess =
            guess_hint(id, &clients[0].id, client_count, sizeof clients[0], hint, sizeof hint);
        return fault_at(reader, path, FAULT_VALUE,
                        guess != NULL ? guess : "pgsize list clients shows them; generic fits any",
                        "no such client: \"%.60s\"", id);
    }
    return true;
}

static bool service_url_read(struct reader *reader, const struct path *path,
                             const struct json *value, void *into)
{
    struct service *service = into;
    return url_field_read(reader, path, value, &service->url, &service->password_in_file);
}

static bool variable_read(struct reader *reader, const struct path *path, const struct json *value,
                          const char **ret_name)
{
    if (json_kind_of(value) != JSON_KIND_STRING)
        return fault_wrong(reader, path, value, "the name of a variable");
    const char *name = string_keep(reader, string_expand(reader, path, value));
    if (name == NULL)
        return false;
    size_t good = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789");
    if (name[good] != '\0' || good == 0 || (name[0] >= '0' && name[0] <= '9'))
        return fault_wrong(
            reader, path, value,
            "the name of a variable: letters, digits and _, not beginning with a digit");
    *ret_name = name;
    return true;
}

static bool env_url_read(struct reader *reader, const struct path *path, const struct json *value,
                         void *into)
{
    return variable_read(reader, path, value, &((struct service *)into)->env_url);
}

static bool env_limit_read(struct reader *reader, const struct path *path, const struct json *value,
                           void *into)
{
    return variable_read(reader, path, value, &((struct service *)into)->env_limit);
}

static bool version_read(struct reader *reader, const struct path *path, const struct json *value,
                         void *into)
{
    (void)into;
    int64_t version;
    if (!count_field_read(reader, path, value, 1, INT32_MAX, &version))
        return false;
    return version == 1 ||
           fault_at(reader, path, FAULT_VALUE, NULL, "must be 1, the only version so far, got %lld",
                    (long long)version);
}

#define NAME_SCHEMA                                                                                \
    "\"type\": \"string\", \"pattern\": \"^([A-Za-z_][A-Za-z0-9_]*|.*\\\\$\\\\{.*)$\""
#define MEMBERS_SCHEMA(noun)                                                                       \
    "\"type\": \"object\", \"propertyNames\": {\"minLength\": 1}, \"patternProperties\": "         \
    "{\"^//\": {}}, "                                                                              \
    "\"additionalProperties\": {\"$ref\": \"#/$defs/" noun "\"}"

static const struct field pool_fields[] = {
    {.name = "timeout",
     .kind = FIELD_DURATION,
     .offset = offsetof(struct service, pool_timeout_ms),
     .minimum = 1,
     .what = "How long a request waits for a connection of the pool (20s)."},
    {.name = "connect_timeout",
     .kind = FIELD_DURATION,
     .offset = offsetof(struct service, connect_timeout_ms),
     .minimum = 1,
     .what = "How long opening a connection may take (10s)."},
    {.name = "idle_timeout",
     .kind = FIELD_DURATION,
     .offset = offsetof(struct service, idle_timeout_ms),
     .minimum = 1,
     .what = "How long the pool keeps an idle connection (the client's own)."},
    {.name = "max_lifetime",
     .kind = FIELD_DURATION,
     .offset = offsetof(struct service, max_lifetime_ms),
     .minimum = 1,
     .what = "How long the pool keeps any connection (the client's own)."},
};

static const struct field env_fields[] = {
    {.name = "url",
     .kind = FIELD_CUSTOM,
     .read = env_url_read,
     .schema = NAME_SCHEMA,
     .what = "Variable that holds the DATABASE_URL."},
    {.name = "limit",
     .kind = FIELD_CUSTOM,
     .read = env_limit_read,
     .schema = NAME_SCHEMA,
     .what = "Variable that holds the connection limit."},
};

const struct field document_fields[] = {
    {.name = "$schema", .kind = FIELD_IGNORED, .what = "For editors."},
    {.name = "version",
     .kind = FIELD_CUSTOM,
     .read = version_read,
     .schema = "\"const\": 1",
     .what = "Version of this format."},
    {.name = "formula",
     .kind = FIELD_CHOICE,
     .offset = offsetof(struct topology, formula),
     .choices = formulas,
     .what = "Sizing formula."},
    {.name = "servers",
     .kind = FIELD_CUSTOM,
     .schema = MEMBERS_SCHEMA("server"),
     .what = "PostgreSQL servers, by name."},
    {.name = "services",
     .kind = FIELD_CUSTOM,
     .schema = MEMBERS_SCHEMA("service"),
     .what = "Services and jobs that connect, by name."},
    {.name = "poolers", .kind = FIELD_UNSUPPORTED},
};
const size_t document_field_count = sizeof document_fields / sizeof document_fields[0];

const struct field server_fields[] = {
    {.name = "url",
     .kind = FIELD_CUSTOM,
     .read = server_url_read,
     .schema = "\"type\": \"string\"",
     .what = "Where to connect; template of the services' DATABASE_URLs."},
    {.name = "plan",
     .kind = FIELD_STRING,
     .offset = offsetof(struct server, plan),
     .what = "PROVIDER/PLAN of the catalogue (pgsize plans)."},
    {.name = "max_connections",
     .kind = FIELD_COUNT,
     .offset = offsetof(struct server, max_connections),
     .minimum = 1,
     .maximum = MAX_CONNECTIONS_LIMIT,
     .what = "max_connections of the server."},
    {.name = "superuser_reserved_connections",
     .kind = FIELD_COUNT,
     .offset = offsetof(struct server, superuser_reserved_connections),
     .maximum = MAX_CONNECTIONS_LIMIT,
     .what = "superuser_reserved_connections of the server (3)."},
    {.name = "reserved_connections",
     .kind = FIELD_COUNT,
     .offset = offsetof(struct server, reserved_connections),
     .maximum = MAX_CONNECTIONS_LIMIT,
     .what = "reserved_connections of the server, PostgreSQL 16 and later (0)."},
    {.name = "reserved",
     .kind = FIELD_CUSTOM,
     .read = reserved_read,
     .schema = "\"oneOf\": [{\"type\": \"integer\", \"minimum\": 0}, " COUNTS_SCHEMA "]",
     .what = "Slots of everything that is not a service here: administrators, monitoring, BI, "
             "migrations."},
    {.name = "margin",
     .kind = FIELD_CUSTOM,
     .read = margin_read,
     .schema = AMOUNT_SCHEMA,
     .what = "Slots kept free; a count or a share (the larger of 2 and 2 %)."},
    {.name = "alert_at",
     .kind = FIELD_CUSTOM,
     .read = alert_read,
     .schema = AMOUNT_SCHEMA,
     .what =
         "Where surplus stops and an alert is due; a share of max_connections or a count (80%)."},
    {.name = "cores",
     .kind = FIELD_COUNT,
     .offset = offsetof(struct server, cores),
     .minimum = 1,
     .maximum = MOST_CORES,
     .what = "CPU cores of the server."},
    {.name = "role_limits",
     .kind = FIELD_COUNTS,
     .offset = offsetof(struct server, role_limits),
     .maximum = MAX_CONNECTIONS_LIMIT,
     .what = "CONNECTION LIMIT of roles, where no live server tells."},
    {.name = "database_limits",
     .kind = FIELD_COUNTS,
     .offset = offsetof(struct server, database_limits),
     .maximum = MAX_CONNECTIONS_LIMIT,
     .what = "CONNECTION LIMIT of databases, where no live server tells."},
    {.name = "follows", .kind = FIELD_UNSUPPORTED},
};
const size_t server_field_count = sizeof server_fields / sizeof server_fields[0];

const struct field service_fields[] = {
    {.name = "server",
     .kind = FIELD_STRING,
     .offset = offsetof(struct service, server_name),
     .what = "The server it connects to (the only one)."},
    {.name = "via", .kind = FIELD_UNSUPPORTED},
    {.name = "databases",
     .kind = FIELD_CUSTOM,
     .read = databases_read,
     .schema = "\"type\": \"array\", \"items\": {\"type\": \"string\"}",
     .what = "Databases it opens a pool to, \"db\" or \"server:db\"; []: it does not connect."},
    {.name = "role",
     .kind = FIELD_STRING,
     .offset = offsetof(struct service, role),
     .what = "Role it logs in as (the user of the URL)."},
    {.name = "client",
     .kind = FIELD_CUSTOM,
     .read = client_read,
     .schema = "\"$ref\": \"#/$defs/client\"",
     .what = "Its driver or pool, an id of pgsize list clients (generic)."},
    {.name = "instances",
     .kind = FIELD_CUSTOM,
     .read = instances_read,
     .schema = "\"type\": \"integer\", \"minimum\": 0",
     .fields = instances_fields,
     .field_count = sizeof instances_fields / sizeof instances_fields[0],
     .what = "Containers, pods, dynos, functions (1)."},
    {.name = "processes",
     .kind = FIELD_COUNT,
     .offset = offsetof(struct service, processes),
     .minimum = 1,
     .maximum = MOST_PROCESSES,
     .what = "Processes of an instance, each with its own pool (1)."},
    {.name = "pools",
     .kind = FIELD_COUNT,
     .offset = offsetof(struct service, pools),
     .minimum = 1,
     .maximum = MOST_PROCESSES,
     .what = "Pools of a process (1)."},
    {.name = "cpus",
     .kind = FIELD_COUNT,
     .offset = offsetof(struct service, cpus),
     .minimum = 1,
     .maximum = MOST_CORES,
     .what = "CPUs a process sees, for clients whose default depends on it."},
    {.name = "threads",
     .kind = FIELD_COUNT,
     .offset = offsetof(struct service, threads),
     .minimum = 1,
     .maximum = MAX_CONNECTIONS_LIMIT,
     .what = "Threads of a process that use connections."},
    {.name = "connections_per_request",
     .kind = FIELD_COUNT,
     .offset = offsetof(struct service, connections_per_request),
     .minimum = 1,
     .maximum = MAX_CONNECTIONS_LIMIT,
     .what = "Connections a request holds at once (1)."},
    {.name = "extra",
     .kind = FIELD_COUNT,
     .offset = offsetof(struct service, extra),
     .maximum = MAX_CONNECTIONS_LIMIT,
     .what = "Connections of a process outside its pool (0)."},
    {.name = "rollout",
     .kind = FIELD_CUSTOM,
     .read = rollout_read,
     .choices = strategies,
     .fields = rollout_fields,
     .field_count = sizeof rollout_fields / sizeof rollout_fields[0],
     .what = "How a deploy replaces instances (services rolling, jobs recreate)."},
    {.name = "concurrent",
     .kind = FIELD_COUNT,
     .offset = offsetof(struct service, concurrent),
     .maximum = MOST_PROCESSES,
     .what = "Makes the service a job: most runs at one time."},
    {.name = "schedules", .kind = FIELD_UNSUPPORTED},
    {.name = "connection_limit",
     .kind = FIELD_COUNT,
     .offset = offsetof(struct service, connection_limit),
     .minimum = 1,
     .maximum = MAX_CONNECTIONS_LIMIT,
     .what = "What is deployed today, per pool."},
    {.name = "want",
     .kind = FIELD_COUNT,
     .offset = offsetof(struct service, want),
     .minimum = 1,
     .maximum = MAX_CONNECTIONS_LIMIT,
     .what = "Connections per pool that the owner asks for."},
    {.name = "weight",
     .kind = FIELD_THOUSANDTHS,
     .offset = offsetof(struct service, weight),
     .minimum = 1,
     .maximum = 1000000,
     .what = "Its share against the others (1)."},
    {.name = "at_least",
     .kind = FIELD_COUNT,
     .offset = offsetof(struct service, at_least),
     .minimum = 1,
     .maximum = MAX_CONNECTIONS_LIMIT,
     .what = "Fewest connections per pool (1)."},
    {.name = "at_most",
     .kind = FIELD_COUNT,
     .offset = offsetof(struct service, at_most),
     .maximum = MAX_CONNECTIONS_LIMIT,
     .what = "Most connections per pool; 0 switches the service off."},
    {.name = "demand", .kind = FIELD_UNSUPPORTED},
    {.name = "pool",
     .kind = FIELD_OBJECT,
     .fields = pool_fields,
     .field_count = sizeof pool_fields / sizeof pool_fields[0],
     .what = "Time-outs handed to the client's settings."},
    {.name = "serverless",
     .kind = FIELD_BOOL,
     .offset = offsetof(struct service, serverless),
     .what = "Instances freeze and thaw, and keep their connections (false)."},
    {.name = "url",
     .kind = FIELD_CUSTOM,
     .read = service_url_read,
     .schema = "\"type\": \"string\"",
     .what = "Its own URL template (the server's)."},
    {.name = "env",
     .kind = FIELD_OBJECT,
     .fields = env_fields,
     .field_count = sizeof env_fields / sizeof env_fields[0],
     .what = "Names of its variables (<SERVICE>_DATABASE_URL, <SERVICE>_CONNECTION_LIMIT)."},
    {.name = "application_name",
     .kind = FIELD_STRING,
     .offset = offsetof(struct service, application_name),
     .what = "How its sessions are recognised, exact or with * (the service's name)."},
};
const size_t service_field_count = sizeof service_fields / sizeof service_fields[0];

void server_defaults(struct server *server)
{
    server->max_connections_option = server->max_connections = UNKNOWN;
    server->superuser_reserved_connections = server->reserved_connections = UNKNOWN;
    server->cores = UNKNOWN;
}

void service_defaults(struct service *service)
{
    service->client = client_find("generic");
    service->instances_min = service->instances_max = service->concurrent = UNKNOWN;
    service->processes = service->pools = service->connections_per_request = 1;
    service->cpus = service->threads = UNKNOWN;
    service->connection_limit = service->want = service->at_least = service->at_most = UNKNOWN;
    service->weight = 1000;
    service->pool_timeout_ms = service->connect_timeout_ms = UNKNOWN;
    service->idle_timeout_ms = service->max_lifetime_ms = UNKNOWN;
    service->rollout = (struct rollout){
        .strategy = ROLLOUT_ROLLING,
        .drain_ms = UNKNOWN,
        .ready_ms = UNKNOWN,
    };
}
