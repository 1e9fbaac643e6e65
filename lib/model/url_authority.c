/*
 * Parts that parameters say, put where most clients look for them: user, password, hosts and ports
 * before the path, and the database in it. libpq takes both; Prisma only the latter.
 */
#include "url_parts.h"

#include <string.h>

/* The `index`th of a list with commas; a list of one is for all. NULL: none. */
static const char *list_item(struct arena *arena, const char *list, size_t index)
{
    if (list == NULL)
        return NULL;
    const char *item = list;
    for (; index > 0 && strchr(item, ',') != NULL; index--)
        item = strchr(item, ',') + 1;
    if (index > 0)
        item = strchr(list, ',') == NULL ? list : "";
    return arena_strndup(arena, item, strcspn(item, ","));
}

const char *url_host_write(struct arena *arena, const char *host)
{
    bool is_ipv6 =
        strchr(host, ':') != NULL && strspn(host, "0123456789abcdefABCDEF:.") == strlen(host);
    return is_ipv6 ? arena_printf(arena, "[%s]", host) : url_encode(arena, host);
}

static void hosts_from_list(struct arena *arena, struct url *url, const char *hosts)
{
    const struct url_host *before = url->hosts;
    size_t count = 1, count_before = url->host_count;
    for (const char *comma = hosts; (comma = strchr(comma, ',')) != NULL; comma++)
        count++;
    url->host_count = count;
    url->hosts = ARENA_ARRAY(arena, count, struct url_host);
    for (size_t i = 0; i < count; i++) {
        url->hosts[i].host = url_host_write(arena, list_item(arena, hosts, i));
        url->hosts[i].port = i < count_before ? before[i].port : before[0].port;
    }
}

static void ports_from_list(struct arena *arena, struct url *url, const char *ports)
{
    for (size_t i = 0; i < url->host_count; i++)
        url->hosts[i].port = url_encode(arena, list_item(arena, ports, i));
}

/* What a parameter says goes to `*part`. As in libpq, one without `=` says nothing, and an empty
 * one that there is none. */
static void part_fill(struct arena *arena, struct url *url, const char *key, const char **part)
{
    const char *value = url_parameter_said(arena, url, key);
    if (value != NULL)
        *part = *value == '\0' ? NULL : url_encode(arena, value);
    url_parameter_remove(url, key);
}

/* A directory of sockets is a parameter: the host's place in the URL cannot hold it. */
static void hosts_fill(struct arena *arena, struct url *url)
{
    const char *hosts = url_parameter_said(arena, url, "host");
    const char *ports = url_parameter_said(arena, url, "port");
    const char *only = url->host_count == 1 ? url_decode(arena, url->hosts[0].host) : NULL;
    if (hosts != NULL && strchr(hosts, '/') == NULL) {
        hosts_from_list(arena, url, hosts);
        url_parameter_remove(url, "host");
    } else if (hosts == NULL && only != NULL && only[0] == '/') {
        url_parameter_set(arena, url, "host", only);
        url->hosts[0].host = "";
    }
    if (ports != NULL)
        ports_from_list(arena, url, ports);
    url_parameter_remove(url, "port");
}

static const char *last_key(const struct url *url)
{
    return url->parameter_count == 0 ? NULL : url->parameters[url->parameter_count - 1].key;
}

void url_authority_fill(struct arena *arena, struct url *url)
{
    const char *last = last_key(url);
    part_fill(arena, url, "user", &url->user);
    part_fill(arena, url, "password", &url->password);
    part_fill(arena, url, "dbname", &url->database);
    hosts_fill(arena, url);
    /* It stood behind what was moved, and these clients drop it. */
    if (last_key(url) != last)
        url->fragment = NULL;
    url->has_at |= url->user != NULL || url->password != NULL;
    /* The URL standard, which Prisma goes by, has no user and no port without a host. */
    struct url_host *first = &url->hosts[0];
    if (url->host_count == 1 && first->host[0] == '\0' && (url->has_at || first->port != NULL))
        first->host = "localhost";
}

/* Of several hosts, ports as libpq takes them: "5432,,5433"; "" where there are none. */
static const char *list_join(struct arena *arena, const struct url *url, bool of_ports)
{
    struct text list = {.arena = arena};
    bool any = false;
    text_put(&list, "");
    for (size_t i = 0; i < url->host_count; i++) {
        const char *port = url->hosts[i].port != NULL ? url->hosts[i].port : "";
        const char *item = of_ports ? port : url_decode(arena, url->hosts[i].host);
        bool brackets = !of_ports && url->hosts[i].host[0] == '[';
        text_put(&list, i > 0 ? "," : "");
        text_put_bytes(&list, item + brackets, strlen(item) - 2 * (size_t)brackets);
        any |= item[0] != '\0';
    }
    const char *joined = text_keep(&list);
    return any ? joined : "";
}

void url_authority_spread(struct arena *arena, struct url *url)
{
    bool has_many = url->host_count > 1 || strchr(url->hosts[0].host, '%') != NULL;
    const char *hosts = list_join(arena, url, false), *ports = list_join(arena, url, true);
    if (has_many && *hosts != '\0' && url_parameter_said(arena, url, "host") == NULL)
        url_parameter_set(arena, url, "host", hosts);
    if (has_many && *ports != '\0' && url_parameter_said(arena, url, "port") == NULL)
        url_parameter_set(arena, url, "port", ports);
    if (has_many) {
        url->hosts = ARENA_NEW(arena, struct url_host);
        url->hosts[0].host = "";
        url->host_count = 1;
    }
    if (url->hosts[0].port != NULL && *url->hosts[0].port == '\0')
        url->hosts[0].port = NULL;
    if (url->database == NULL || strchr(url->database, '%') == NULL)
        return;
    if (url_parameter_said(arena, url, "dbname") == NULL)
        url_parameter_set(arena, url, "dbname", url_decode(arena, url->database));
    url->database = "";
}

struct url *url_from_keywords(struct arena *arena, const struct url *keywords)
{
    if (keywords->is_dotnet)
        return url_from_dotnet(arena, keywords);
    struct url *url = ARENA_NEW(arena, struct url);
    url->scheme = "postgresql";
    url->host_count = 1;
    url->hosts = ARENA_NEW(arena, struct url_host);
    url->hosts[0].host = "";
    for (size_t i = 0; i < keywords->parameter_count; i++)
        url_parameter_set(arena, url, keywords->parameters[i].key, keywords->parameters[i].value);
    url_authority_fill(arena, url);
    return url;
}

/* What may stand unencoded in a user or password for every client, Go's net/url being the
 * strictest. */
static bool is_plain_in_userinfo(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("-._~!$&'()*+,;=:%", c) != NULL);
}

static const char *userinfo_encode(struct arena *arena, const char *written)
{
    struct text text = {.arena = arena};
    if (written == NULL)
        return NULL;
    for (; *written != '\0'; written++) {
        const char byte[] = {*written, '\0'};
        text_put(&text, is_plain_in_userinfo(*written) ? byte : url_encode(arena, byte));
    }
    return text_keep(&text);
}

void url_userinfo_encode(struct arena *arena, struct url *url)
{
    url->user = userinfo_encode(arena, url->user);
    url->password = userinfo_encode(arena, url->password);
}

const char *url_plus_encode(struct arena *arena, const char *written)
{
    if (written == NULL || strchr(written, '+') == NULL)
        return written;
    char *blank = arena_array(arena, strlen(written) + 1, 3), *to = blank;
    for (; *written != '\0'; written++) {
        if (*written == '+')
            to = mempcpy(to, "%20", 3);
        else
            *to++ = *written;
    }
    return blank;
}

void url_plus_to_blank(struct arena *arena, struct url *url)
{
    bool is_jdbc = url->scheme != NULL && url_scheme_is_jdbc(url->scheme);
    bool is_r2dbc = url->scheme != NULL && url_scheme_is_r2dbc(url->scheme);
    if (!is_jdbc && !is_r2dbc)
        return;
    for (size_t i = 0; i < url->parameter_count; i++)
        url->parameters[i].value = url_plus_encode(arena, url->parameters[i].value);
    if (is_jdbc)
        url->database = url_plus_encode(arena, url->database);
    if (is_r2dbc) {
        url->user = url_plus_encode(arena, url->user);
        url->password = url_plus_encode(arena, url->password);
    }
}

void url_role_set(struct arena *arena, struct url *url, const char *role)
{
    const char *user = url_user(arena, url);
    if (user != NULL && strcmp(user, role) == 0)
        return;
    if (user != NULL) {
        url->password = NULL;
        url_parameter_remove(url, "password");
    }
    if (url->is_keywords || url_parameter_said(arena, url, "user") != NULL) {
        url_parameter_set(arena, url, "user", role);
        return;
    }
    url->user = url_encode(arena, role);
    url->has_at = true;
}
