/* Settings, as current_setting() and SHOW tell them: "15min", "16MB". The units of pg_settings are
 * the fixed ones; but that view makes a row of every setting first, which takes a server longer
 * than everything else here together. */
#include "column.h"
#include "facts_read.h"
#include "topology.h"

#include <inttypes.h>
#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS_MAX = 10, RC_SINCE_VERSION = 160000 };

/* How many milliseconds, or kB. PostgreSQL tells a setting in the largest that leaves no fraction.
 */
static const struct {
    const char *name;
    int64_t factor;
} units[] = {
    {"ms", 1},      {"s", 1000},         {"min", 60000},
    {"h", 3600000}, {"d", 86400000},     {"kB", 1},
    {"MB", 1024},   {"GB", 1024 * 1024}, {"TB", 1024 * 1024 * 1024},
};

/* What pg_settings counts in, for settings that have a unit: in milliseconds, or kB. */
static const struct {
    const char *name;
    int64_t unit;
} setting_units[] = {
    {"authentication_timeout", 1000},
    {"client_connection_check_interval", 1},
    {"idle_in_transaction_session_timeout", 1},
    {"idle_session_timeout", 1},
    {"shared_buffers", 8},
    {"statement_timeout", 1},
    {"tcp_keepalives_idle", 1000},
    {"tcp_keepalives_interval", 1000},
    {"transaction_timeout", 1},
};

static int64_t unit_of_setting(const char *name)
{
    for (size_t i = 0; i < sizeof setting_units / sizeof setting_units[0]; i++)
        if (strcmp(setting_units[i].name, name) == 0)
            return setting_units[i].unit;
    return 0;
}

static int64_t factor_of_unit(const char *name)
{
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (strcmp(units[i].name, name) == 0)
            return units[i].factor;
    return 0;
}

/* "15min" -> "900000". A number without a unit has that of pg_settings. NULL: not known. */
static const char *value_read(struct arena *arena, const char *name, const char *value)
{
    size_t digits = strspn(value, "0123456789");
    int64_t unit = unit_of_setting(name), factor = factor_of_unit(value + digits);
    if (unit == 0 || digits == 0 || value[digits] == '\0')
        return text_cut(arena, value);
    if (digits > DIGITS_MAX || factor == 0)
        return NULL;
    int64_t number = strtoll(value, NULL, 10);
    if (number > INT64_MAX / factor)
        return NULL;
    return arena_printf(arena, "%" PRId64, number * factor / unit);
}

bool facts_read_timeout(struct arena *arena, const PGresult *result, struct facts *facts)
{
    if (!result_has_shape(result, 1, 1, 1) || PQgetisnull(result, 0, 0))
        return false;
    const char *name = "statement_timeout";
    const char *value = value_read(arena, name, PQgetvalue(result, 0, 0));
    facts->settings = ARENA_NEW(arena, struct server_setting);
    facts->settings[0] = (struct server_setting){name, value};
    facts->setting_count = value != NULL;
    return true;
}

/* The settings that have a member of their own. */
static int64_t *setting_member(struct facts *facts, const char *name)
{
    struct {
        const char *name;
        int64_t *member;
    } members[] = {
        {"max_connections", &facts->max_connections},
        {"superuser_reserved_connections", &facts->superuser_reserved_connections},
        {"reserved_connections", &facts->reserved_connections},
    };
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        if (strcmp(members[i].name, name) == 0)
            return members[i].member;
    }
    return NULL;
}

/* A version that lacks the setting has NULL for it. */
static bool setting_read(struct arena *arena, const PGresult *result, int row, struct facts *facts)
{
    const char *name = column_text(arena, result, row, 0);
    if (name == NULL)
        return false;
    if (PQgetisnull(result, row, 1))
        return true;
    int64_t *member = setting_member(facts, name);
    if (member != NULL)
        return column_integer(result, row, 1, 0, MAX_CONNECTIONS_LIMIT, member);
    const char *value = value_read(arena, name, PQgetvalue(result, row, 1));
    if (value != NULL)
        facts->settings[facts->setting_count++] = (struct server_setting){name, value};
    return true;
}

static int setting_compare(const void *a, const void *b)
{
    return strcmp(((const struct server_setting *)a)->name,
                  ((const struct server_setting *)b)->name);
}

bool facts_read_settings(struct arena *arena, const PGresult *result, struct facts *facts)
{
    if (!result_has_shape(result, 2, 1, FACTS_MAX_ROWS))
        return false;
    int rows = PQntuples(result);
    struct server_setting *earlier = facts->settings;
    facts->settings =
        ARENA_ARRAY(arena, facts->setting_count + (size_t)rows, struct server_setting);
    for (size_t i = 0; i < facts->setting_count; i++)
        facts->settings[i] = earlier[i];
    for (int row = 0; row < rows; row++) {
        if (!setting_read(arena, result, row, facts))
            return false;
    }
    qsort(facts->settings, facts->setting_count, sizeof facts->settings[0], setting_compare);
    /* Where the setting does not exist, nothing is reserved by it. */
    if (facts->reserved_connections == UNKNOWN && facts->version < RC_SINCE_VERSION)
        facts->reserved_connections = 0;
    return facts->max_connections >= 1 && facts->superuser_reserved_connections != UNKNOWN;
}
