#include "url_parts.h"

#include <string.h>
#include <strings.h>

/* What libpq 15 takes. `requiressl` is not among its documented keywords any more, but read. */
static const char *const libpq_keys[] = {
    "service",
    "user",
    "password",
    "passfile",
    "channel_binding",
    "connect_timeout",
    "dbname",
    "host",
    "hostaddr",
    "port",
    "client_encoding",
    "options",
    "application_name",
    "fallback_application_name",
    "keepalives",
    "keepalives_idle",
    "keepalives_interval",
    "keepalives_count",
    "tcp_user_timeout",
    "sslmode",
    "sslcompression",
    "sslcert",
    "sslkey",
    "sslpassword",
    "sslrootcert",
    "sslcrl",
    "sslcrldir",
    "sslsni",
    "requirepeer",
    "requiressl",
    "ssl_min_protocol_version",
    "ssl_max_protocol_version",
    "gssencmode",
    "krbsrvname",
    "gsslib",
    "replication",
    "target_session_attrs",
};

/* Keys that hold one of these words hold something secret, whoever's they are. */
static const char *const secret_words[] = {
    "password", "passwd",  "passphrase", "pwd",     "secret",
    "token",    "api_key", "apikey",     "api-key", "scram_",
};

bool url_libpq_knows(const char *key)
{
    for (size_t i = 0; i < sizeof libpq_keys / sizeof libpq_keys[0]; i++) {
        if (strcmp(libpq_keys[i], key) == 0)
            return true;
    }
    return false;
}

bool url_key_known_to_libpq(const char *written)
{
    for (size_t i = 0; i < sizeof libpq_keys / sizeof libpq_keys[0]; i++) {
        if (url_key_is(written, libpq_keys[i]))
            return true;
    }
    return false;
}

/* Whether the decoded text at `written` begins with `word`, case ignored. */
static bool begins_with(const char *written, const char *word)
{
    for (; *word != '\0'; word++) {
        unsigned char byte = url_byte_next(&written);
        if (byte >= 'A' && byte <= 'Z')
            byte = (unsigned char)(byte - 'A' + 'a');
        if (byte != (unsigned char)*word)
            return false;
    }
    return true;
}

static const char *word_find(const char *written, const char *word)
{
    while (*written != '\0') {
        if (begins_with(written, word))
            return written;
        (void)url_byte_next(&written);
    }
    return NULL;
}

bool url_parameter_is_secret(const struct url_parameter *parameter)
{
    if (parameter->value == NULL)
        return false;
    for (size_t i = 0; i < sizeof secret_words / sizeof secret_words[0]; i++) {
        if (word_find(parameter->key, secret_words[i]) != NULL)
            return true;
    }
    const char *scheme_end = word_find(parameter->value, "://");
    return scheme_end != NULL && word_find(scheme_end, "@") != NULL;
}

static void value_write(const struct url_parameter *parameter, const char *value,
                        enum url_secrets secrets, struct text *text)
{
    bool masked = secrets == URL_MASKED && value[0] != '\0' && url_parameter_is_secret(parameter);
    text_put(text, masked ? "***" : value);
}

static void keywords_write(const struct url *url, enum url_secrets secrets, struct text *text)
{
    for (size_t i = 0; i < url->parameter_count; i++) {
        const struct url_parameter *item = &url->parameters[i];
        /* A quoted value needs no blank behind it; one that was changed since may. */
        if (i > 0 && !url->is_dotnet && item->lead[0] != ' ' && item[-1].written[0] != '\'')
            text_put_char(text, ' ');
        text_put(text, item->lead);
        value_write(item, item->written, secrets, text);
    }
    if (url->tail != NULL)
        text_put(text, url->tail);
}

static void authority_write(const struct url *url, enum url_secrets secrets, struct text *text)
{
    if (url->user != NULL)
        text_put(text, url->user);
    if (url->password != NULL) {
        bool masked = secrets == URL_MASKED && url->password[0] != '\0';
        text_put_char(text, ':');
        text_put(text, masked ? "***" : url->password);
    }
    if (url->has_at)
        text_put_char(text, '@');
    for (size_t i = 0; i < url->host_count; i++) {
        if (i > 0)
            text_put_char(text, ',');
        text_put(text, url->hosts[i].host);
        if (url->hosts[i].port != NULL) {
            text_put_char(text, ':');
            text_put(text, url->hosts[i].port);
        }
    }
    if (url->database != NULL) {
        text_put_char(text, '/');
        text_put(text, url->database);
    }
}

static void query_write(const struct url *url, enum url_secrets secrets, struct text *text)
{
    if (url->has_query)
        text_put_char(text, '?');
    for (size_t i = 0; i < url->parameter_count; i++) {
        const struct url_parameter *parameter = &url->parameters[i];
        if (i > 0)
            text_put_char(text, '&');
        text_put(text, parameter->key);
        if (parameter->value == NULL)
            continue;
        text_put_char(text, '=');
        value_write(parameter, parameter->value, secrets, text);
    }
}

void url_write(const struct url *url, enum url_secrets secrets, struct text *text)
{
    if (url->is_keywords) {
        keywords_write(url, secrets, text);
        return;
    }
    text_put(text, url->scheme);
    text_put(text, "://");
    authority_write(url, secrets, text);
    query_write(url, secrets, text);
    if (url->fragment != NULL) {
        text_put_char(text, '#');
        text_put(text, url->fragment);
    }
}

const char *url_string(struct arena *arena, const struct url *url, enum url_secrets secrets)
{
    struct text text = {.arena = arena};
    url_write(url, secrets, &text);
    return text_keep(&text);
}

/* libpq's URLs also take JDBC's `ssl=true`, exactly so. */
static bool is_for_libpq(const struct url *url, const struct url_parameter *parameter)
{
    if (parameter->value == NULL)
        return false;
    if (!url->is_keywords && url_key_is(parameter->key, "ssl"))
        return url_key_is(parameter->value, "true");
    return url_key_known_to_libpq(parameter->key);
}

/* libpq refuses a second `=` in a parameter. */
static const char *equals_encode(struct arena *arena, const char *value)
{
    if (strchr(value, '=') == NULL)
        return value;
    char *encoded = arena_array(arena, strlen(value) + 1, 3);
    char *to = encoded;
    for (; *value != '\0'; value++) {
        if (*value == '=')
            to = mempcpy(to, "%3D", 3);
        else
            *to++ = *value;
    }
    return encoded;
}

void url_equals_encode(struct arena *arena, struct url *url)
{
    for (size_t i = 0; i < url->parameter_count; i++)
        if (url->parameters[i].value != NULL)
            url->parameters[i].value = equals_encode(arena, url->parameters[i].value);
}

static void parameters_keep_for_libpq(struct arena *arena, struct url *url)
{
    size_t kept = 0;
    for (size_t i = 0; i < url->parameter_count; i++) {
        struct url_parameter parameter = url->parameters[i];
        if (!is_for_libpq(url, &parameter))
            continue;
        if (!url->is_keywords)
            parameter.value = equals_encode(arena, parameter.value);
        else if (kept == 0)
            parameter.lead += strspn(parameter.lead, " ");
        url->parameters[kept++] = parameter;
    }
    url->parameter_count = kept;
    url->has_query = kept > 0;
}

const char *url_for_libpq(struct arena *arena, const struct url *url)
{
    if (url->is_dotnet)
        url = url_from_keywords(arena, url);
    struct url *copy = url_copy(arena, url);
    url_plus_to_blank(arena, copy);
    parameters_keep_for_libpq(arena, copy);
    copy->fragment = NULL;
    if (!url->is_keywords) {
        const struct url_scheme *row = url_scheme_find(url->scheme);
        if (row != NULL)
            copy->scheme = row->libpq_scheme != NULL ? row->libpq_scheme : row->scheme;
    }
    return url_string(arena, copy, URL_REVEALED);
}
