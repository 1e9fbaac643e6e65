/* Npgsql's connection strings, made from a URL and turned into one. */
#include "url_parts.h"

#include <string.h>

void url_dotnet_host(struct arena *arena, const char **at, struct url_host *ret_host)
{
    size_t length = strcspn(*at, ",");
    char *host = arena_strndup(arena, *at, length);
    *at = (*at)[length] == ',' ? *at + length + 1 : NULL;
    host += strspn(host, " ");
    for (length = strlen(host); length > 0 && host[length - 1] == ' ';)
        host[--length] = '\0';
    *ret_host = (struct url_host){.host = host};
    /* A path has none, and of an IPv6 address the `:` counts behind the bracket. */
    char *colon = strrchr(host, ':'), *bracket = strrchr(host, ']');
    bool is_port = colon != NULL && host[0] != '/' &&
                   (bracket != NULL ? colon > bracket : strchr(host, ':') == colon);
    if (!is_port)
        return;
    *colon = '\0';
    ret_host->port = colon + 1;
}

const char *url_dotnet_quote(struct arena *arena, const char *value)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "-._~/:,@+*";
    if (value[0] != '\0' && strspn(value, plain) == strlen(value))
        return arena_strdup(arena, value);
    char *quoted = arena_array(arena, strlen(value) + 2, 2), *to = quoted;
    *to++ = '"';
    for (; *value != '\0'; value++) {
        if (*value == '"')
            *to++ = '"';
        *to++ = *value;
    }
    *to = '"';
    return quoted;
}

/* --- to a URL --- */

/* What is empty is at its default there, as if it were not written. */
static void part_put(struct arena *arena, const struct url *dotnet, const char *key,
                     const char **ret_part)
{
    const char *value = url_parameter(arena, dotnet, key);
    *ret_part = value == NULL || *value == '\0' ? NULL : url_encode(arena, value);
}

/* "[::1]" is an address already. */
static bool has_brackets(const char *host)
{
    size_t length = strspn(host, "[0123456789abcdefABCDEF:.");
    return host[0] == '[' && strchr(host + 1, '[') == NULL && length > 1 && host[length] == ']' &&
           host[length + 1] == '\0';
}

static void hosts_put(struct arena *arena, const struct url *dotnet, struct url *url)
{
    const char *hosts = url_parameter(arena, dotnet, "host");
    const char *port = url_parameter(arena, dotnet, "port");
    port = port == NULL || *port == '\0' ? NULL : port;
    url->hosts = ARENA_ARRAY(arena, URL_MAX_HOSTS, struct url_host);
    if (hosts == NULL || strchr(hosts, '/') != NULL) {
        url->hosts[url->host_count++] = (struct url_host){"", port};
        if (hosts != NULL)
            url_parameter_set(arena, url, "host", hosts);
        return;
    }
    for (const char *at = hosts; at != NULL && url->host_count < URL_MAX_HOSTS;) {
        struct url_host *host = &url->hosts[url->host_count++];
        url_dotnet_host(arena, &at, host);
        if (!has_brackets(host->host))
            host->host = url_host_write(arena, host->host);
        host->port = host->port != NULL ? host->port : port;
    }
}

struct url *url_from_dotnet(struct arena *arena, const struct url *dotnet)
{
    struct url *url = ARENA_NEW(arena, struct url);
    url->scheme = "postgresql";
    part_put(arena, dotnet, "user", &url->user);
    part_put(arena, dotnet, "password", &url->password);
    part_put(arena, dotnet, "dbname", &url->database);
    url->has_at = url->user != NULL || url->password != NULL;
    hosts_put(arena, dotnet, url);
    for (size_t i = 0; i < dotnet->parameter_count; i++) {
        const struct url_parameter *item = &dotnet->parameters[i];
        if (strcmp(url_dotnet_name(item->key), item->key) != 0)
            continue;
        if (*item->value == '\0')
            url_parameter_remove(url, item->key);
        else
            url_parameter_set(arena, url, item->key, item->value);
    }
    return url;
}

/* --- from a URL --- */

static void item_put(struct arena *arena, struct url *dotnet, const char *key, const char *written)
{
    const char *value = written == NULL ? NULL : url_decode(arena, written);
    if (value != NULL && *value != '\0')
        url_parameter_set(arena, dotnet, key, value);
}

/* "h1:5432,h2:5432"; a directory of sockets is a parameter of the URL. */
static const char *hosts_join(struct arena *arena, const struct url *url)
{
    const char *said = url_parameter(arena, url, "host");
    struct text hosts = {.arena = arena};
    text_put(&hosts, "");
    for (size_t i = 0; i < url->host_count && said == NULL; i++) {
        const struct url_host *host = &url->hosts[i];
        text_put(&hosts, i > 0 ? "," : "");
        text_put(&hosts, host->host);
        if (url->host_count > 1 && host->port != NULL && *host->port != '\0')
            text_printf(&hosts, ":%s", host->port);
    }
    const char *joined = text_keep(&hosts);
    return said != NULL ? url_encode(arena, said) : joined;
}

struct url *url_to_dotnet(struct arena *arena, const struct url *url)
{
    struct url *dotnet = ARENA_NEW(arena, struct url);
    dotnet->is_keywords = dotnet->is_dotnet = true;
    item_put(arena, dotnet, "host", hosts_join(arena, url));
    item_put(arena, dotnet, "port", url->host_count == 1 ? url->hosts[0].port : NULL);
    item_put(arena, dotnet, "dbname", url->database);
    item_put(arena, dotnet, "user", url->user);
    item_put(arena, dotnet, "password", url->password);
    for (size_t i = 0; i < url->parameter_count; i++) {
        const struct url_parameter *parameter = &url->parameters[i];
        const char *key = url_decode(arena, parameter->key);
        if (key != NULL && strcmp(key, "host") != 0)
            item_put(arena, dotnet, key, parameter->value);
    }
    return dotnet;
}
