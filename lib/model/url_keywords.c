/* Strings of the form `host=db.internal dbname=core`, as PQconnectdb() takes them. */
#include "url_parts.h"

#include <string.h>

#define NAME_CHARACTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"
#define QUOTE_HINT "put a value with blanks or ; between single quotes, with \\' and \\\\ inside"

bool url_is_keywords(const char *string)
{
    string += strspn(string, " ");
    size_t name = strspn(string, NAME_CHARACTERS);
    string += name;
    return name > 0 && string[strspn(string, " ")] == '=';
}

/* Reads a value in single quotes; `*at` is on the quote, then behind the closing one. The decoded
 * bytes go to `*to`, which moves behind them. */
static bool quoted_read(const struct url_source *source, const char **at, char **to)
{
    const char *from = *at + 1;
    while (*from != '\'') {
        if (*from == '\\' && from[1] != '\0')
            from++;
        if (*from == '\0')
            return url_refuse(source, *at, "the quoted value that begins here has no end",
                              QUOTE_HINT);
        *(*to)++ = *from++;
    }
    *at = from + 1;
    return true;
}

/* .NET's `Host=...;Password=...`: what follows the `;` would pass for a part of the value before
 * it. */
static bool is_dotnet(const char *semicolon)
{
    if (*semicolon != ';')
        return false;
    const char *name = semicolon + 1 + strspn(semicolon + 1, " ");
    size_t length = strspn(name, NAME_CHARACTERS " ");
    return length > 0 && name[length] == '=';
}

static bool unquoted_read(const struct url_source *source, const char **at, char **to)
{
    const char *from = *at;
    for (; *from != '\0' && *from != ' '; from++) {
        if (is_dotnet(from))
            return url_refuse(source, from, "`;` does not part the keys here",
                              "part them by blanks, or write a postgresql:// URL; " QUOTE_HINT);
        if (*from == '\\' && *++from == '\0')
            break;
        *(*to)++ = *from;
    }
    *at = from;
    return true;
}

/* `*decoded` is where the value goes; it moves behind it and its NUL. */
static bool item_read(const struct url_source *source, const char **at, char **decoded,
                      struct url_parameter *parameter)
{
    const char *key = *at + strspn(*at, " ");
    size_t key_length = strspn(key, NAME_CHARACTERS);
    const char *equals = key + key_length + strspn(key + key_length, " ");
    if (key_length == 0 || *equals != '=')
        return url_refuse(source, key, "a key and `=` are expected here", QUOTE_HINT);
    const char *value = equals + 1 + strspn(equals + 1, " ");
    const char *end = value;
    const char *start = *decoded;
    if (!(*value == '\'' ? quoted_read(source, &end, decoded)
                         : unquoted_read(source, &end, decoded)))
        return false;
    (*decoded)++;
    *parameter = (struct url_parameter){
        .key = arena_strndup(source->arena, key, key_length),
        .value = start,
        .lead = arena_strndup(source->arena, *at, (size_t)(value - *at)),
        .written = arena_strndup(source->arena, value, (size_t)(end - value)),
    };
    *at = end;
    return true;
}

/* `password=my secret=x`, `password='it's=x`: this key may be a part of the password before it. */
static bool may_be_secret(const struct url *url, size_t index)
{
    const struct url_parameter *item = &url->parameters[index];
    if (index == 0 || url_key_known_to_libpq(item->key) || !url_parameter_is_secret(item - 1))
        return false;
    return item[-1].written[0] != '\'' || item->lead[0] != ' ';
}

static bool place_check(const struct url_source *source, const char *start,
                        const struct url_parameter *item)
{
    if (url_key_is(item->key, "port"))
        return url_ports_check(source, start, item->value);
    return !url_key_is(item->key, "host") || url_hosts_check(source, start, item->value);
}

bool url_keywords_read(const struct url_source *source, struct url *url)
{
    const char *at = source->string;
    /* The `=` of each item leaves room for the NUL of its value. */
    char *decoded = arena_alloc(source->arena, strlen(at) + 1);
    bool any_known = false;
    url->is_keywords = true;
    url->parameters = ARENA_ARRAY(source->arena, URL_MAX_PARAMETERS, struct url_parameter);
    while (at[strspn(at, " ")] != '\0') {
        size_t index = url->parameter_count;
        const char *start = at + strspn(at, " ");
        if (index == URL_MAX_PARAMETERS)
            return url_refuse(source, start, "more than 256 keys", "");
        if (!item_read(source, &at, &decoded, &url->parameters[index]))
            return false;
        if (may_be_secret(url, index))
            return url_refuse(source, start, "a key that libpq does not know follows a password",
                              "part them by a blank, and put the password between single quotes, "
                              "with \\' and \\\\ inside");
        if (!place_check(source, start, &url->parameters[index]))
            return false;
        any_known |= url_key_known_to_libpq(url->parameters[index].key);
        url->parameter_count++;
    }
    if (!any_known)
        return url_refuse(source, source->string, "libpq knows none of the keys of this string",
                          "write a postgresql:// URL, or keys such as host= and dbname=");
    url->tail = arena_strdup(source->arena, at);
    return true;
}

const char *url_keyword_quote(struct arena *arena, const char *value)
{
    if (value[0] != '\0' && strspn(value, NAME_CHARACTERS "/:,@+~") == strlen(value))
        return arena_strdup(arena, value);
    char *quoted = arena_array(arena, strlen(value) + 2, 2);
    char *to = quoted;
    *to++ = '\'';
    for (; *value != '\0'; value++) {
        if (*value == '\'' || *value == '\\')
            *to++ = '\\';
        *to++ = *value;
    }
    *to = '\'';
    return quoted;
}
