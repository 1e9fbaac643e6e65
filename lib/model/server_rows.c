/*
 * The keys of a server, and how those are read that are no plain count or string.
 */
#include "expand.h"
#include "topology_rows.h"

/* As AMOUNT_SCHEMA, without 0. */
#define ALERT_SCHEMA                                                                               \
    "\"oneOf\": [{\"type\": \"integer\", \"minimum\": 1}, {\"type\": \"string\", \"pattern\": "    \
    "\"^((?!0+(\\\\.0+)?%$)[0-9]+(\\\\.[0-9]{1,3})?%|.*\\\\$\\\\{.*)$\"}]"

enum { SHARE_ALL = 100000 };

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
     .schema = ALERT_SCHEMA,
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
    {.name = "follows",
     .kind = FIELD_STRING,
     .offset = offsetof(struct server, follows_name),
     .what = "Name of a server whose services may all land here: the primary of this standby."},
};
const size_t server_field_count = sizeof server_fields / sizeof server_fields[0];

void server_defaults(struct server *server)
{
    server->max_connections_option = server->max_connections = UNKNOWN;
    server->superuser_reserved_connections = server->reserved_connections = UNKNOWN;
    server->cores = UNKNOWN;
}
