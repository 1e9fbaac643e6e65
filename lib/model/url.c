#include "url.h"

#include "url_parts.h"

#include <string.h>

static int hex_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F')
        return digit - 'A' + 10;
    return -1;
}

/* What `%xx` stands for, -1 where two hex digits are missing. */
static int percent_value(const char *at, size_t length)
{
    if (length < 3 || hex_value(at[1]) < 0 || hex_value(at[2]) < 0)
        return -1;
    return hex_value(at[1]) * 16 + hex_value(at[2]);
}

const char *url_bad_percent(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] == '%' && percent_value(bytes + i, length - i) <= 0)
            return bytes + i;
    }
    return NULL;
}

unsigned char url_byte_next(const char **at)
{
    const char *from = *at;
    if (*from == '\0')
        return 0;
    int value = *from == '%' ? percent_value(from, strnlen(from, 3)) : -1;
    *at = from + (value > 0 ? 3 : 1);
    return value > 0 ? (unsigned char)value : (unsigned char)*from;
}

char *url_decode(struct arena *arena, const char *string)
{
    size_t length = strlen(string);
    if (url_bad_percent(string, length) != NULL)
        return NULL;
    char *decoded = arena_alloc(arena, length + 1);
    char *to = decoded;
    while (*string != '\0')
        *to++ = (char)url_byte_next(&string);
    return decoded;
}

static bool is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

char *url_encode(struct arena *arena, const char *string)
{
    static const char hex[] = "0123456789ABCDEF";
    char *encoded = arena_array(arena, strlen(string) + 1, 3);
    char *to = encoded;
    for (; *string != '\0'; string++) {
        unsigned char byte = (unsigned char)*string;
        if (is_unreserved(*string)) {
            *to++ = *string;
            continue;
        }
        *to++ = '%';
        *to++ = hex[byte >> 4];
        *to++ = hex[byte & 15];
    }
    return encoded;
}

bool url_key_is(const char *written, const char *key)
{
    for (; *key != '\0'; key++) {
        if (url_byte_next(&written) != (unsigned char)*key)
            return false;
    }
    return *written == '\0';
}

struct url *url_copy(struct arena *arena, const struct url *url)
{
    struct url *copy = ARENA_NEW(arena, struct url);
    *copy = *url;
    copy->hosts = ARENA_ARRAY(arena, url->host_count, struct url_host);
    for (size_t i = 0; i < url->host_count; i++)
        copy->hosts[i] = url->hosts[i];
    copy->parameters = ARENA_ARRAY(arena, url->parameter_count, struct url_parameter);
    for (size_t i = 0; i < url->parameter_count; i++)
        copy->parameters[i] = url->parameters[i];
    return copy;
}

static const struct url_parameter *parameter_find(const struct url *url, const char *key)
{
    for (size_t i = url->parameter_count; i-- > 0;) {
        if (url_key_is(url->parameters[i].key, key))
            return &url->parameters[i];
    }
    return NULL;
}

/* To Java's drivers a `+` is a blank. */
static const char *part_decode(struct arena *arena, const struct url *url, const char *part)
{
    if (part == NULL || url->is_keywords)
        return part;
    bool is_java = url_scheme_is_jdbc(url->scheme) || url_scheme_is_r2dbc(url->scheme);
    return url_decode(arena, is_java ? url_plus_encode(arena, part) : part);
}

const char *url_parameter(struct arena *arena, const struct url *url, const char *key)
{
    const struct url_parameter *parameter = parameter_find(url, key);
    if (parameter == NULL)
        return NULL;
    if (parameter->value == NULL)
        return "";
    return part_decode(arena, url, parameter->value);
}

/* Drops the parameters of this name from index `from` on. */
static void parameters_drop(struct url *url, const char *key, size_t from)
{
    size_t kept = from;
    for (size_t i = from; i < url->parameter_count; i++) {
        if (!url_key_is(url->parameters[i].key, key))
            url->parameters[kept++] = url->parameters[i];
    }
    url->parameter_count = kept;
}

void url_parameter_remove(struct url *url, const char *key)
{
    size_t before = url->parameter_count;
    parameters_drop(url, key, 0);
    if (url->parameter_count == 0 && before > 0)
        url->has_query = false;
    /* What is now the first item brought the blanks that parted it from the one before. */
    if (url->is_keywords && url->parameter_count > 0 && url->parameter_count < before)
        url->parameters[0].lead += strspn(url->parameters[0].lead, url->is_dotnet ? " ;" : " ");
}

/* Room for one more parameter. The empty one that a trailing `&` makes is used up first. */
static struct url_parameter *parameter_append(struct arena *arena, struct url *url, const char *key)
{
    size_t count = url->parameter_count;
    if (count > 0 && url->parameters[count - 1].key[0] == '\0' &&
        url->parameters[count - 1].value == NULL)
        count--;
    struct url_parameter *parameters = ARENA_ARRAY(arena, count + 1, struct url_parameter);
    for (size_t i = 0; i < count; i++)
        parameters[i] = url->parameters[i];
    url->parameters = parameters;
    url->parameter_count = count + 1;
    parameters[count].key = url_encode(arena, key);
    url->has_query = !url->is_keywords;
    if (url->is_dotnet) {
        parameters[count].key = arena_strdup(arena, key);
        parameters[count].lead =
            arena_printf(arena, "%s%s=", count == 0 ? "" : ";", url_dotnet_name(key));
        return &parameters[count];
    }
    if (url->is_keywords)
        parameters[count].lead = arena_printf(arena, "%s%s=", count == 0 ? "" : " ", key);
    /* `password=` at the end would take what follows as its value. */
    if (url->is_keywords && count > 0 && parameters[count - 1].written[0] == '\0')
        parameters[count - 1].written = "''";
    return &parameters[count];
}

void url_parameter_set(struct arena *arena, struct url *url, const char *key, const char *value)
{
    size_t place = 0;
    while (place < url->parameter_count && !url_key_is(url->parameters[place].key, key))
        place++;
    struct url_parameter *parameter =
        place < url->parameter_count ? &url->parameters[place] : parameter_append(arena, url, key);
    if (url->is_keywords) {
        parameter->value = arena_strdup(arena, value);
        parameter->written =
            url->is_dotnet ? url_dotnet_quote(arena, value) : url_keyword_quote(arena, value);
    } else {
        parameter->value = url_encode(arena, value);
    }
    if (place + 1 < url->parameter_count)
        parameters_drop(url, key, place + 1);
}

void url_database_set(struct arena *arena, struct url *url, const char *database)
{
    if (url->is_keywords || parameter_find(url, "dbname") != NULL)
        url_parameter_set(arena, url, "dbname", database);
    else
        url->database = url_encode(arena, database);
}

/* The last parameter of this name that has a value, as written. As in libpq, a parameter without
 * `=` says nothing. */
static const char *said_find(const struct url *url, const char *key)
{
    const char *said = NULL;
    for (size_t i = 0; i < url->parameter_count; i++) {
        if (url->parameters[i].value != NULL && url_key_is(url->parameters[i].key, key))
            said = url->parameters[i].value;
    }
    return said;
}

/* A part that a parameter says, or else the authority or path; encoded as written. NULL where the
 * part is not written or empty. */
static const char *part_find(const struct url *url, const char *key, const char *written)
{
    const char *said = said_find(url, key);
    written = said != NULL ? said : written;
    return written == NULL || written[0] == '\0' ? NULL : written;
}

const char *url_parameter_said(struct arena *arena, const struct url *url, const char *key)
{
    return part_decode(arena, url, said_find(url, key));
}

const char *url_first_host(struct arena *arena, const struct url *url)
{
    const char *written = url->host_count > 0 ? url->hosts[0].host : NULL;
    const char *hosts = part_decode(arena, url, part_find(url, "host", written));
    if (hosts != NULL && url->is_dotnet) {
        struct url_host host;
        url_dotnet_host(arena, &hosts, &host);
        return host.host;
    }
    return hosts == NULL ? NULL : arena_strndup(arena, hosts, strcspn(hosts, ","));
}

const char *url_user(struct arena *arena, const struct url *url)
{
    return part_decode(arena, url, part_find(url, "user", url->user));
}

const char *url_database(struct arena *arena, const struct url *url)
{
    const char *database = part_find(url, "dbname", url->database);
    bool is_r2dbc = url->scheme != NULL && url_scheme_is_r2dbc(url->scheme);
    return is_r2dbc && database != NULL ? url_decode(arena, database)
                                        : part_decode(arena, url, database);
}

bool url_has_password(const struct url *url)
{
    return part_find(url, "password", url->password) != NULL;
}
