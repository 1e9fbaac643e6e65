#include "url_parts.h"

#include <stdio.h>
#include <string.h>

#define OTHERS "and @ as %40, : as %3A, # as %23, % as %25"
#define CODES "@ as %40, / as %2F, : as %3A, ? as %3F, # as %23, % as %25"
#define ENCODE "in the password, write " CODES
#define SCHEME_HINT                                                                                \
    "write postgresql://USER:PASSWORD@HOST:5432/DATABASE, or host=HOST dbname=DATABASE"
#define SCHEME_CHARACTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-._"

bool url_refuse(const struct url_source *source, const char *at, const char *what, const char *hint)
{
    size_t character = 1;
    for (const char *c = source->string; c < at; c++)
        character += ((unsigned char)*c & 0xC0) != 0x80;
    if (hint[0] != '\0')
        fail_hint(source->fail, "%s", hint);
    return fail_set(source->fail, FAIL_INPUT, "character %zu of the URL: %s", character, what);
}

static bool percents_check(const struct url_source *source, const char *bytes, size_t length)
{
    const char *bad = url_bad_percent(bytes, length);
    if (bad == NULL)
        return true;
    return url_refuse(source, bad, "`%` is not followed by two hexadecimal digits: write it as %25",
                      ENCODE);
}

/* Up to the `@`. A `?` with a `=` behind it is more likely a query whose value holds the `@`. */
static bool userinfo_read(const struct url_source *source, const char *start, size_t length,
                          struct url *url)
{
    const char *query = memchr(start, '?', length);
    if (query != NULL && memchr(query, '=', length - (size_t)(query - start)) != NULL)
        return url_refuse(source, query,
                          "`?` and `=` before an unencoded `@`: in the password, write ? as %3F",
                          OTHERS ", / as %2F; in a parameter, @ as %40");
    if (!percents_check(source, start, length))
        return false;
    const char *colon = memchr(start, ':', length);
    size_t user_length = colon == NULL ? length : (size_t)(colon - start);
    url->has_at = true;
    if (length > 0)
        url->user = arena_strndup(source->arena, start, user_length);
    if (colon != NULL)
        url->password = arena_strndup(source->arena, colon + 1, length - user_length - 1);
    return true;
}

/* `u:p@ss@host`: the last `@` before host and port ends user and password, so one before it is part
 * of them. */
static bool at_check(const struct url_source *source, const char *at)
{
    size_t length = strcspn(at, "/?#");
    return memrchr(at, '@', length) == at ||
           url_refuse(source, at,
                      "an unencoded `@` that does not end the password: write it as %40",
                      "in user and password, write " CODES);
}

/* A second `@` would show the rest of a password as a host or database. */
static bool no_at_check(const struct url_source *source, const char *bytes, size_t length)
{
    const char *at = memchr(bytes, '@', length);
    return at == NULL ||
           url_refuse(source, at,
                      "an unencoded `@` that does not end the password: write it as %40", ENCODE);
}

static bool is_port(const char *port, size_t length)
{
    unsigned number = 0;
    for (size_t i = 0; i < length; i++) {
        if (port[i] < '0' || port[i] > '9' || number > 65535)
            return false;
        number = number * 10 + (unsigned)(port[i] - '0');
    }
    return length == 0 || (number > 0 && number <= 65535);
}

static bool port_check(const struct url_source *source, const char *at, const char *port,
                       size_t length)
{
    return is_port(port, length) ||
           url_refuse(source, at, "the port is not a number from 1 to 65535",
                      "write an IPv6 address in [ ]; " ENCODE);
}

bool url_ports_check(const struct url_source *source, const char *at, const char *value)
{
    for (;;) {
        size_t length = strcspn(value, ",");
        if (!port_check(source, at, value, length))
            return false;
        if (value[length] == '\0')
            return true;
        value += length + 1;
    }
}

bool url_hosts_check(const struct url_source *source, const char *at, const char *value)
{
    size_t count = 1;
    for (; (value = strchr(value, ',')) != NULL; value++)
        count++;
    return count <= URL_MAX_HOSTS || url_refuse(source, at, "more than 64 hosts", "");
}

/* The length of an address in brackets, 0 when it is not one. */
static size_t brackets_length(const char *start)
{
    size_t length = 1 + strcspn(start + 1, "[]/?#@");
    bool ends = start[length] == ']' && strchr(":/?#,", start[length + 1]) != NULL;
    return ends && length > 1 ? length + 1 : 0;
}

static bool host_read(const struct url_source *source, const char **at, struct url_host *host)
{
    const char *start = *at;
    size_t length = *start == '[' ? brackets_length(start) : strcspn(start, ":/?#,");
    if (*start == '[' && length == 0)
        return url_refuse(source, start, "an IPv6 address in [ ] is not complete",
                          "write it as [2001:db8::1]:5432");
    if (!no_at_check(source, start, length) || !percents_check(source, start, length))
        return false;
    host->host = arena_strndup(source->arena, start, length);
    *at = start + length;
    if (**at != ':')
        return true;
    const char *port = *at + 1;
    length = strcspn(port, "/?#,");
    if (!no_at_check(source, port, length) || !port_check(source, port, port, length))
        return false;
    host->port = arena_strndup(source->arena, port, length);
    *at = port + length;
    return true;
}

static bool hosts_read(const struct url_source *source, const char **at, struct url *url)
{
    struct url_host hosts[URL_MAX_HOSTS] = {{0}};
    for (;;) {
        if (url->host_count == URL_MAX_HOSTS)
            return url_refuse(source, *at, "more than 64 hosts", "");
        if (!host_read(source, at, &hosts[url->host_count]))
            return false;
        url->host_count++;
        if (**at != ',')
            break;
        (*at)++;
    }
    url->hosts = ARENA_ARRAY(source->arena, url->host_count, struct url_host);
    memcpy(url->hosts, hosts, url->host_count * sizeof hosts[0]);
    return true;
}

static bool database_read(const struct url_source *source, const char **at, struct url *url)
{
    if (**at != '/')
        return true;
    const char *start = *at + 1;
    size_t length = strcspn(start, "?#");
    if (!no_at_check(source, start, length) || !percents_check(source, start, length))
        return false;
    url->database = arena_strndup(source->arena, start, length);
    *at = start + length;
    return true;
}

static bool place_check(const struct url_source *source, const char *start,
                        const struct url_parameter *parameter)
{
    const char *value = url_decode(source->arena, parameter->value);
    if (url_key_is(parameter->key, "port"))
        return url_ports_check(source, start, value);
    return !url_key_is(parameter->key, "host") || url_hosts_check(source, start, value);
}

/* What could be a part of a password that was written without encoding is refused, not shown. And
 * where neither user nor path was written, an `@` would end a user's name as soon as a `/` before
 * it is gone. */
static bool parameter_check(const struct url_source *source, const char *start, size_t length,
                            const struct url *url, const struct url_parameter *parameter)
{
    bool has_end = url->has_at || url->database != NULL;
    if (parameter->value != NULL && !place_check(source, start, parameter))
        return false;
    if (!has_end || parameter->value == NULL || !url_key_known_to_libpq(parameter->key))
        return no_at_check(source, start, length);
    return no_at_check(source, start, strlen(parameter->key));
}

static bool parameter_read(const struct url_source *source, const char *start, size_t length,
                           struct url *url, bool *after_secret)
{
    if (url->parameter_count == URL_MAX_PARAMETERS)
        return url_refuse(source, start, "more than 256 parameters", "");
    if (!percents_check(source, start, length))
        return false;
    const char *equals = memchr(start, '=', length);
    size_t key_length = equals == NULL ? length : (size_t)(equals - start);
    struct url_parameter *parameter = &url->parameters[url->parameter_count];
    parameter->key = arena_strndup(source->arena, start, key_length);
    if (equals != NULL)
        parameter->value = arena_strndup(source->arena, equals + 1, length - key_length - 1);
    if (equals == NULL && length > 0 && *after_secret)
        return url_refuse(source, start, "a parameter without `=` follows a password",
                          "in the password, write & as %26");
    if (!parameter_check(source, start, length, url, parameter))
        return false;
    *after_secret |= url_parameter_is_secret(parameter);
    url->parameter_count++;
    return true;
}

static bool query_read(const struct url_source *source, const char **at, struct url *url)
{
    if (**at != '?')
        return true;
    url->has_query = true;
    (*at)++;
    if (**at == '\0' || **at == '#')
        return true;
    url->parameters = ARENA_ARRAY(source->arena, URL_MAX_PARAMETERS, struct url_parameter);
    for (bool after_secret = false;;) {
        size_t length = strcspn(*at, "&#");
        if (!parameter_read(source, *at, length, url, &after_secret))
            return false;
        *at += length;
        if (**at != '&')
            return true;
        (*at)++;
    }
}

/* libpq has no fragments, so one that changes what libpq would read is refused. */
static bool fragment_read(const struct url_source *source, const char *at, struct url *url)
{
    if (*at != '#')
        return true;
    bool ends_secret = url->parameter_count > 0 &&
                       url_parameter_is_secret(&url->parameters[url->parameter_count - 1]);
    if (ends_secret || strpbrk(at, "@?&") != NULL)
        return url_refuse(source, at, "an unencoded `#`", "write # as %23, also in a password");
    url->fragment = arena_strdup(source->arena, at + 1);
    return true;
}

/* `user:pass/word@host`: what is taken for the host's port or path holds the rest of a password. */
static bool slash_check(const struct url_source *source, const char *start, const char *slash)
{
    size_t length = strcspn(slash, "?#");
    bool is_password = memchr(start, ':', (size_t)(slash - start)) != NULL &&
                       start + strcspn(start, "?#") >= slash;
    if (*slash != '/' || !is_password || memchr(slash, '@', length) == NULL)
        return true;
    return url_refuse(source, slash, "`/` before an unencoded `@`: in the password, write / as %2F",
                      OTHERS ", ? as %3F; in the name of a database, @ as %40");
}

static bool uri_read(const struct url_source *source, const char *at, struct url *url)
{
    const char *blank = strchr(source->string, ' ');
    if (blank != NULL)
        return url_refuse(source, blank, "a blank", "remove it, or write it as %20");
    size_t userinfo = strcspn(at, "@/");
    if (at[userinfo] == '@') {
        if (!at_check(source, at + userinfo) || !userinfo_read(source, at, userinfo, url))
            return false;
        at += userinfo + 1;
    } else if (!slash_check(source, at, at + userinfo)) {
        return false;
    }
    return hosts_read(source, &at, url) && database_read(source, &at, url) &&
           query_read(source, &at, url) && fragment_read(source, at, url);
}

/* The length of the scheme before its `:`, `jdbc:` and the parts of `r2dbc:pool:` included; 0 when
 * there is none. */
static size_t scheme_length(const char *string)
{
    size_t length = strspn(string, SCHEME_CHARACTERS);
    bool is_r2dbc = strncmp(string, "r2dbc:", 6) == 0;
    if (is_r2dbc || strncmp(string, "jdbc:", 5) == 0)
        length += 1 + strspn(string + length + 1, SCHEME_CHARACTERS);
    while (is_r2dbc && string[length] == ':' && strncmp(string + length, "://", 3) != 0)
        length += 1 + strspn(string + length + 1, SCHEME_CHARACTERS);
    return string[length] == ':' ? length : 0;
}

/* Returns what is behind the `://`, NULL where the string is refused. */
static const char *scheme_read(const struct url_source *source, struct url *url)
{
    const char *string = source->string;
    size_t length = scheme_length(string);
    const struct url_scheme *row = NULL;
    if (length > 0) {
        url->scheme = arena_strndup(source->arena, string, length);
        row = url_scheme_find(url->scheme);
    }
    if (length == 0)
        (void)url_refuse(source, string,
                         "there is no scheme; libpq would take this as a database's name",
                         SCHEME_HINT);
    else if (row == NULL)
        (void)url_refuse(source, string, "this is not a scheme of PostgreSQL's clients",
                         SCHEME_HINT);
    else if (!row->handled)
        (void)fail_set(source->fail, FAIL_INPUT, "%s: %s", row->scheme, row->advice);
    else if (strcmp(row->scheme, url->scheme) != 0)
        (void)url_refuse(source, string,
                         "the scheme has capital letters, which libpq, Prisma and "
                         "others do not take",
                         "write it in small letters: postgresql://");
    else if (strncmp(string + length, "://", 3) != 0)
        (void)url_refuse(source, string + length, "`://` is expected behind the scheme",
                         SCHEME_HINT);
    else
        return string + length + 3;
    return NULL;
}

static bool bytes_check(const struct url_source *source)
{
    if (source->string[0] == '\0') {
        fail_hint(source->fail, SCHEME_HINT);
        return fail_set(source->fail, FAIL_INPUT, "the URL is empty");
    }
    if (strnlen(source->string, URL_MAX_BYTES + 1) > URL_MAX_BYTES)
        return fail_set(source->fail, FAIL_INPUT, "the URL is longer than %d bytes", URL_MAX_BYTES);
    if (url_is_dotnet(source->string))
        return true; /* may hold them between quotation marks */
    for (const char *c = source->string; *c != '\0'; c++) {
        if ((unsigned char)*c < ' ' || *c == 0x7F)
            return url_refuse(source, c, "a control character, such as a line break", "remove it");
    }
    return true;
}

bool url_read(struct arena *arena, const char *string, struct url **ret_url, struct fail *fail)
{
    const struct url_source source = {.arena = arena, .string = string, .fail = fail};
    struct url *url = ARENA_NEW(arena, struct url);
    if (!bytes_check(&source))
        return false;
    if (url_is_dotnet(string)) {
        if (!url_dotnet_read(&source, url))
            return false;
    } else if (url_is_keywords(string)) {
        if (!url_keywords_read(&source, url))
            return false;
    } else {
        const char *rest = scheme_read(&source, url);
        if (rest == NULL || !uri_read(&source, rest, url))
            return false;
    }
    *ret_url = url;
    return true;
}
