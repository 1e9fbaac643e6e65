/*
 * Statements by which PostgreSQL itself holds the services of each role to their recommended peak,
 * and what undoes them. A section for each server: a transaction to run, and its undo in comments,
 * so that the whole can be given to psql. What comes from a file or a server stands in a name that
 * is quoted, or in a comment as text_put_visible() shows it, which cannot end either.
 */
#include "contexts.h"
#include "report.h"
#include "roles.h"

#include <inttypes.h>
#include <string.h>

#define SERVICES_NAMED 4
#define NAME_BYTES 63 /* PostgreSQL cuts what is longer (NAMEDATALEN) */

static const char head[] =
    "-- CONNECTION LIMITs that hold the services of each role to their peak at the\n"
    "-- recommended limits. Run as a superuser, or a role that may alter these:\n"
    "--   psql -v ON_ERROR_STOP=1 -f FILE URL\n"
    "-- Take it back to what held when this was written, so keep this file:\n"
    "--   sed -n 's/^-- undo: //p' FILE | psql -v ON_ERROR_STOP=1 URL\n"
    "--\n"
    "-- A limit counts every session of its role, in all databases, until it has ended, and\n"
    "-- nothing is spare. Whoever else logs in as such a role (psql, migrations, whom slots\n"
    "-- are reserved for) takes from its services: give them another role, or add them here.\n"
    "-- While a limit is in force, pgsize recommends within it: take it back before growing.\n";

/* Nobody can be asked to hold what is more than there is. */
static bool server_holds(const struct server_sizing *server)
{
    if (!server->fits || server->peak == UNKNOWN || server->peak > server->budget.budget)
        return false;
    for (size_t i = 0; i < server->cap_count; i++)
        if (server->caps[i].peak > server->caps[i].limit)
            return false;
    return true;
}

/* Why a role gets no statement; NULL: it gets one. */
static const char *obstacle_find(const struct role_peak *role, const struct server_sizing *server)
{
    const struct {
        bool is_so;
        const char *why;
    } obstacles[] = {
        {role->name == NULL, "give these services a role, or the server a url"},
        {role->superuser, "a superuser, whom no limit holds"},
        {role->peak == 0, "its services open no connection, and a limit of 0 would lock it out"},
        {role->name != NULL && (role->name[0] == '\0' || !utf8_is_valid(role->name)),
         "not a name that can be written here"},
        {role->name != NULL && strlen(role->name) > NAME_BYTES,
         "longer than the 63 bytes that PostgreSQL takes"},
        {server->input.facts->in_recovery || server->leader != NULL,
         "altered on the primary, whose limits hold on this standby too: no less than this peak"},
    };
    for (size_t i = 0; i < sizeof obstacles / sizeof obstacles[0]; i++)
        if (obstacles[i].is_so)
            return obstacles[i].why;
    return NULL;
}

static bool role_is_shown(const struct report *report, const struct role_peak *role)
{
    for (size_t i = 0; i < role->classes.count; i++)
        if (report_shows(report, role->classes.at[i]->service))
            return true;
    return false;
}

/* "api 4 x 7 = 28, jobs 2 x 8 + 2 = 18 and 3 more", at the role's worst moment. */
static void consumers_of_role_put(const struct server_sizing *server, const struct role_peak *role,
                                  struct text *text)
{
    struct text name = {.arena = text->arena};
    size_t shown = 0, rest = 0;
    for (size_t i = 0; i < role->classes.count; i++) {
        const struct pool_class *class = role->classes.at[i];
        int64_t limit = class_limit_of(class, LIMIT_RECOMMENDED);
        int64_t pools = context_pools(server, class, role->context, MOMENT_PEAK);
        int64_t extra = context_extra(server, class, role->context, MOMENT_PEAK);
        if (pools * limit + extra == 0)
            continue;
        if (shown == SERVICES_NAMED) {
            rest++;
            continue;
        }
        name.length = 0;
        class_name_put(class, &name);
        text_put(text, shown++ > 0 ? ", " : "");
        text_put_visible(text, name.bytes);
        text_printf(text, " %" PRId64 " x %" PRId64, pools, limit);
        if (extra > 0)
            text_printf(text, " + %" PRId64, extra);
        text_printf(text, " = %" PRId64, pools * limit + extra);
    }
    if (rest > 0)
        text_printf(text, " and %zu more", rest);
    text_free(&name);
}

static void alter_put(const struct role_peak *role, int64_t limit, struct text *text)
{
    text_put(text, "ALTER ROLE ");
    text_put_sql_identifier(text, role->name);
    text_printf(text, " CONNECTION LIMIT %" PRId64 ";", limit);
}

static void role_put(const struct server_sizing *server, const struct role_peak *role,
                     struct text *text)
{
    const char *obstacle = obstacle_find(role, server);
    if (obstacle == NULL) {
        alter_put(role, role->peak, text);
        text_put(text, " -- ");
    } else {
        text_put(text, "-- role ");
        text_put_visible(text, role->name != NULL ? role->name : "not known");
        text_printf(text, ": %s", obstacle);
        text_put(text, role->peak > 0 ? ": " : "");
    }
    consumers_of_role_put(server, role, text);
    if (obstacle == NULL && role->standby != NULL) {
        text_put(text, "; at failover ");
        text_put_visible(text, role->standby->server->name);
        text_printf(text, " holds %" PRId64, role->peak);
    }
    if (obstacle == NULL && role->now != UNKNOWN)
        text_printf(text, "; now %" PRId64, role->now);
    text_put_char(text, '\n');
}

/* Where a name goes beyond ASCII, psql may take these bytes for another encoding's. */
static void begin_put(const struct role_peak *roles, size_t count, const char *prefix,
                      struct text *text)
{
    bool is_ascii = true;
    for (size_t i = 0; i < count; i++)
        for (const char *at = roles[i].name; at != NULL && *at != '\0'; at++)
            is_ascii &= (unsigned char)*at < 0x80;
    text_printf(text, "%sBEGIN;\n", prefix);
    if (!is_ascii)
        text_printf(text, "%sSET LOCAL client_encoding = 'UTF8';\n", prefix);
}

static void undo_put(const struct server_sizing *server, const struct role_peak *roles,
                     size_t count, struct text *text)
{
    begin_put(roles, count, "-- undo: ", text);
    for (size_t i = 0; i < count; i++) {
        if (obstacle_find(&roles[i], server) != NULL)
            continue;
        text_put(text, "-- undo: ");
        alter_put(&roles[i], roles[i].now, text);
        text_put(text, roles[i].is_known ? "\n" : " -- no server was asked: taken for none\n");
    }
    text_put(text, "-- undo: COMMIT;\n");
}

static void server_heading_put(const struct server_sizing *server, struct text *text)
{
    text_put(text, "\n-- server ");
    text_put_visible(text, server->server->name);
    text_put_char(text, '\n');
    if (server->budget.reserved > 0)
        text_printf(text, "-- not in these limits: %" PRId64 " reserved for others\n",
                    server->budget.reserved);
}

static void server_put(const struct server_sizing *server, const struct role_peak *roles,
                       size_t count, struct text *text)
{
    size_t altered = 0;
    for (size_t i = 0; i < count; i++)
        altered += obstacle_find(&roles[i], server) == NULL;
    if (altered > 0)
        begin_put(roles, count, "", text);
    for (size_t i = 0; i < count; i++)
        role_put(server, &roles[i], text);
    if (altered == 0)
        return;
    text_put(text, "COMMIT;\n");
    undo_put(server, roles, count, text);
}

/* With --only, the roles of what it shows, each with all its services. */
static size_t roles_keep(const struct report *report, struct role_peak *roles, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (role_is_shown(report, &roles[i]))
            roles[kept++] = roles[i];
    return kept;
}

void sql_render(const struct report *report, struct text *text)
{
    const struct sizing *sizing = report->sizing;
    text_put(text, head);
    if (sizing->server_count > 1)
        text_put(text, "-- Several servers: run each section on its own server, not the file as a "
                       "whole.\n");
    for (size_t i = 0; i < sizing->server_count; i++) {
        const struct server_sizing *server = &sizing->servers[i];
        size_t count;
        struct role_peak *roles = role_peaks_make(report->arena, server, &count);
        count = roles_keep(report, roles, count);
        if (count == 0)
            continue;
        server_heading_put(server, text);
        if (server->budget.source == SOURCE_NONE)
            text_put(text,
                     "-- nothing is limited here: nobody knows how many connections it has\n");
        else if (server_holds(server))
            server_put(server, roles, count, text);
        else
            text_put(text, "-- nothing is limited here: what is recommended does not fit\n");
    }
}
