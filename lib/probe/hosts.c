#include "hosts.h"

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { SHORTEST_TIMEOUT_S = 2, LONGEST_TIMEOUT_S = 24 * 60 * 60 };

size_t host_list_count(const char *list)
{
    if (list == NULL || list[0] == '\0')
        return 0;
    size_t count = 1;
    for (; *list != '\0'; list++)
        count += *list == ',';
    return count;
}

const char *list_tail(const char *list, size_t skipped)
{
    if (host_list_count(list) <= 1)
        return list;
    for (; skipped > 0 && *list != '\0'; skipped--) {
        list += strcspn(list, ",");
        list += *list == ',';
    }
    return list;
}

/* As libpq reads it: nothing, zero and less mean none; one second is too short for it. */
static int64_t connect_timeout_read(const char *value)
{
    long seconds = strtol(value, NULL, 10);
    if (seconds <= 0)
        return 0;
    if (seconds > LONGEST_TIMEOUT_S)
        seconds = LONGEST_TIMEOUT_S;
    return (seconds < SHORTEST_TIMEOUT_S ? SHORTEST_TIMEOUT_S : seconds) * INT64_C(1000);
}

void hosts_read(struct arena *arena, const PGconn *connection, struct hosts *ret_hosts)
{
    *ret_hosts = (struct hosts){.count = 1};
    PQconninfoOption *options = PQconninfo((PGconn *)connection);
    if (options == NULL)
        return;
    for (const PQconninfoOption *option = options; option->keyword != NULL; option++) {
        if (option->val == NULL || option->val[0] == '\0')
            continue;
        if (strcmp(option->keyword, "host") == 0)
            ret_hosts->host = arena_strdup(arena, option->val);
        else if (strcmp(option->keyword, "hostaddr") == 0)
            ret_hosts->hostaddr = arena_strdup(arena, option->val);
        else if (strcmp(option->keyword, "port") == 0)
            ret_hosts->port = arena_strdup(arena, option->val);
        else if (strcmp(option->keyword, "connect_timeout") == 0)
            ret_hosts->connect_timeout_ms = connect_timeout_read(option->val);
    }
    PQconninfoFree(options);
    size_t hosts = host_list_count(ret_hosts->host),
           addresses = host_list_count(ret_hosts->hostaddr);
    ret_hosts->count = hosts > addresses ? hosts : addresses;
    if (ret_hosts->count == 0)
        ret_hosts->count = 1;
}

void hosts_find(struct arena *arena, const char *string, struct hosts *ret_hosts)
{
    /* libpq has put all options together when it finds that there is no such mode. */
    const char *const names[] = {"dbname", "sslmode", NULL};
    const char *const values[] = {string, "not connecting", NULL};
    PGconn *connection = PQconnectStartParams(names, values, 1);
    *ret_hosts = (struct hosts){.count = 1};
    if (connection != NULL)
        hosts_read(arena, connection, ret_hosts);
    PQfinish(connection);
}

static bool element_is(const char *list, size_t index, const char *value)
{
    if (list == NULL || value == NULL || value[0] == '\0')
        return true;
    const char *element = list_tail(list, index);
    size_t length = strcspn(element, ",");
    return length == 0 || (strlen(value) == length && strncmp(element, value, length) == 0);
}

size_t hosts_position(const struct hosts *hosts, const PGconn *connection, size_t at_least)
{
    const char *host = PQhost(connection), *port = PQport(connection);
    const char *list = hosts->host != NULL ? hosts->host : hosts->hostaddr;
    for (size_t i = at_least; i < hosts->count; i++) {
        if (element_is(list, i, host) && element_is(hosts->port, i, port) &&
            element_is(hosts->hostaddr, i, PQhostaddr(connection)))
            return i;
    }
    return at_least;
}
