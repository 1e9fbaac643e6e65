/*
 * Npgsql's connection strings, `Host=db.internal;Database=core;Username=app`, by the rules of
 * .NET's DbConnectionStringBuilder. They are kept as `key=value ...` strings are, item by item as
 * written, under one name each: libpq's for the parts that libpq has too, else Npgsql's own.
 */
#include "url_parts.h"

#include <string.h>

#define NAME_CHARACTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.- "
#define QUOTE_HINT                                                                                 \
    "put a value with ; or = or blanks between double quotes, with \"\" inside for \""
#define SECRET_HINT "put the password between double quotes, with \"\" inside for \""

/* The length of what stands at `at` without the blanks at its end. */
static size_t trimmed(const char *at, size_t length)
{
    while (length > 0 && at[length - 1] == ' ')
        length--;
    return length;
}

/* Behind the closing quote, which is doubled where it is meant; NULL: there is none. */
static const char *quote_end(const char *at)
{
    char quote = *at++;
    for (;; at++) {
        if (*at == '\0')
            return NULL;
        if (*at == quote && *++at != quote)
            return at;
    }
}

/* Whether the first value ends at a `;` with a further key behind it, and libpq, to which a blank
 * ends it, would see no other end. */
static bool ends_dotnet(const char *value)
{
    const char *end =
        *value == '"' || *value == '\'' ? quote_end(value) : value + strcspn(value, " ;");
    if (end == NULL || end[strspn(end, " ")] != ';')
        return false;
    const char *key = end + strspn(end, " ;");
    size_t length = strspn(key, NAME_CHARACTERS);
    return length > 0 && key[length] == '=';
}

bool url_is_dotnet(const char *string)
{
    const char *key = string + strspn(string, " ;");
    size_t length = strcspn(key, "=");
    const char *equals = key + length;
    length = trimmed(key, length);
    int row = *equals == '=' && equals[1] != '=' ? url_dotnet_find(key, length) : -1;
    if (row < 0)
        return false;
    const char *value = equals + 1 + strspn(equals + 1, " ");
    char first[32] = "";
    if (length < sizeof first)
        memcpy(first, key, length);
    return !url_libpq_knows(first) || ends_dotnet(value);
}

static bool quoted_read(const struct url_source *source, const char **at, char **to)
{
    const char *from = *at, *end = quote_end(from);
    char quote = *from;
    if (end == NULL)
        return url_refuse(source, from, "the quoted value that begins here has no end", QUOTE_HINT);
    for (from++; from < end - 1; from++) {
        *(*to)++ = *from;
        from += *from == quote;
    }
    if (end[strspn(end, " ")] != ';' && end[strspn(end, " ")] != '\0')
        return url_refuse(source, end, "a `;` is expected behind a quoted value", QUOTE_HINT);
    *at = end;
    return true;
}

/* `Host=db password=secret`: Npgsql would take all of it for the host. A key that is known, or any
 * where no blank belongs, shows that something else was meant. */
static bool hides_a_key(const char *value, size_t length, int row)
{
    for (const char *equals = value;
         (equals = memchr(equals, '=', length - (size_t)(equals - value))); equals++) {
        size_t end = trimmed(value, (size_t)(equals - value)), start = end;
        char name[64] = "";
        /* No key is longer, and every `=` is looked at. */
        while (start > 0 && value[start - 1] != ' ' && end - start < sizeof name)
            start--;
        if (start == 0 || end - start >= sizeof name)
            continue;
        memcpy(name, value + start, end - start);
        const struct url_parameter item = {.key = name, .value = ""};
        if ((row >= 0 && row < DOTNET_PARTS - 1) || url_dotnet_find(name, end - start) >= 0 ||
            url_libpq_knows(name) || url_parameter_is_secret(&item))
            return true;
    }
    return false;
}

/* Only between quotation marks. */
static bool no_control(const struct url_source *source, const char *from, const char *end)
{
    for (; from < end; from++)
        if ((unsigned char)*from < ' ' || *from == 0x7F)
            return url_refuse(source, from, "a control character, such as a line break",
                              "remove it");
    return true;
}

static bool unquoted_read(const struct url_source *source, const char **at, int row, char **to)
{
    const char *from = *at;
    size_t length = trimmed(from, strcspn(from, ";"));
    if (length > 0 && strchr("\"'", from[length - 1]) != NULL)
        return url_refuse(source, from, "the value that begins here ends in a quotation mark",
                          QUOTE_HINT);
    if (!no_control(source, from, from + length))
        return false;
    if (hides_a_key(from, length, row))
        return url_refuse(source, from, "a key and `=` within the value that begins here",
                          "part the keys by ; or " QUOTE_HINT);
    *to = mempcpy(*to, from, length);
    *at = from + length;
    return true;
}

/* `*decoded` is where the value goes; it moves behind it and its NUL. */
static bool item_read(const struct url_source *source, const char **at, char **decoded,
                      struct url_parameter *item)
{
    const char *key = *at + strspn(*at, " ;"), *equals = key + strcspn(key, "=;");
    size_t length = trimmed(key, (size_t)(equals - key));
    if (length == 0 || *equals != '=' || equals[1] == '=')
        return url_refuse(source, key, "a key and `=` are expected here", QUOTE_HINT);
    if (!no_control(source, key, equals))
        return false;
    const char *value = equals + 1 + strspn(equals + 1, " ");
    const char *end = value, *start = *decoded;
    int row = url_dotnet_find(key, length);
    if (!(*value == '"' || *value == '\'' ? quoted_read(source, &end, decoded)
                                          : unquoted_read(source, &end, row, decoded)))
        return false;
    (*decoded)++;
    *item = (struct url_parameter){
        .key = row < 0 ? arena_strndup(source->arena, key, length) : url_dotnet_key(row),
        .value = start,
        .lead = arena_strndup(source->arena, *at, (size_t)(value - *at)),
        .written = arena_strndup(source->arena, value, (size_t)(end - value)),
    };
    *at = end;
    return true;
}

/* `Password=my;secret=x`: this key may be a part of the password before it. */
static bool may_be_secret(const struct url *url, size_t index)
{
    const struct url_parameter *item = &url->parameters[index];
    if (index == 0 || item[-1].written[0] == '"' || item[-1].written[0] == '\'')
        return false;
    return url_parameter_is_secret(item - 1) && url_dotnet_find(item->key, strlen(item->key)) < 0 &&
           strcmp(url_dotnet_name(item->key), item->key) == 0;
}

static bool place_check(const struct url_source *source, const char *start,
                        const struct url_parameter *item)
{
    if (strcmp(item->key, "port") == 0)
        return url_ports_check(source, start, item->value);
    if (strcmp(item->key, "host") != 0)
        return true;
    struct url_host host;
    if (!url_hosts_check(source, start, item->value))
        return false;
    for (const char *at = item->value; at != NULL;) {
        url_dotnet_host(source->arena, &at, &host);
        if (host.port != NULL && *host.port == '\0')
            return url_refuse(source, start, "a host with `:` and no port behind it", "");
        if (host.port != NULL && !url_ports_check(source, start, host.port))
            return false;
    }
    return true;
}

bool url_dotnet_read(const struct url_source *source, struct url *url)
{
    const char *at = source->string;
    char *decoded = arena_alloc(source->arena, strlen(at) + 1);
    url->is_keywords = url->is_dotnet = true;
    url->parameters = ARENA_ARRAY(source->arena, URL_MAX_PARAMETERS, struct url_parameter);
    while (at[strspn(at, " ;")] != '\0') {
        size_t index = url->parameter_count;
        const char *start = at + strspn(at, " ;");
        if (index == URL_MAX_PARAMETERS)
            return url_refuse(source, start, "more than 256 keys", "");
        if (!item_read(source, &at, &decoded, &url->parameters[index]))
            return false;
        if (may_be_secret(url, index))
            return url_refuse(source, start, "a key that Npgsql does not know follows a password",
                              SECRET_HINT);
        if (!place_check(source, start, &url->parameters[index]))
            return false;
        url->parameter_count++;
    }
    url->tail = arena_strdup(source->arena, at);
    return true;
}
