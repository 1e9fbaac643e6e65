/* From a client's way of writing a URL to libpq's: what client_dialect.c writes, read back. */
#include "client_dialect.h"

#include "decimal.h"

#include <string.h>
#include <strings.h>

enum { MOST_CONNECTIONS = 262143 };
#define MOST_MS (INT64_C(10) * 365 * 24 * 3600 * 1000)

/* --- values of settings --- */

/* Adds "1.5" units of `unit_ms`, rounded up to whole ms; `*at` moves behind it. */
static bool amount_add(const char **at, int64_t unit_ms, size_t digits, int64_t *ret_ms)
{
    int64_t whole = 0, thousandths = 0, scale = 100;
    const char *digit = *at, *end = *at + digits;
    for (; digit < end && *digit != '.'; digit++)
        whole = whole > MOST_MS ? whole : whole * 10 + (*digit - '0');
    bool has_digits = digit > *at;
    for (digit += digit < end; digit < end; digit++, scale /= 10) {
        if (*digit == '.')
            return false;
        thousandths += scale > 0 ? (*digit - '0') * scale : 0;
    }
    *at = end;
    if (!has_digits || whole > MOST_MS / unit_ms)
        return false;
    *ret_ms += whole * unit_ms + divide_up(thousandths * unit_ms, 1000);
    return *ret_ms <= MOST_MS;
}

struct time_unit {
    const char *name;
    int64_t ms;
};

/* Amounts and units in a row: 1h30m. */
static bool amounts_read(const char *at, const struct time_unit *units, int64_t *ret_ms)
{
    *ret_ms = 0;
    while (*at != '\0') {
        size_t digits = strspn(at, "0123456789."), length = 0;
        const struct time_unit *unit = units;
        for (; unit->name != NULL; unit++) {
            length = strlen(unit->name);
            bool is_longer = strcspn(at + digits, "0123456789.") != length;
            if (!is_longer && strncasecmp(at + digits, unit->name, length) == 0)
                break;
        }
        if (unit->name == NULL || !amount_add(&at, unit->ms, digits, ret_ms))
            return false;
        at += length;
    }
    return true;
}

static bool go_read(const char *written, int64_t *ret_ms)
{
    static const struct time_unit units[] = {
        {"h", 3600000}, {"m", 60000}, {"s", 1000}, {"ms", 1}, {NULL, 0}};
    return amounts_read(written, units, ret_ms);
}

/* P1DT2H3M4.5S */
static bool iso_read(const char *written, int64_t *ret_ms)
{
    static const struct time_unit days[] = {{"D", 86400000}, {NULL, 0}};
    static const struct time_unit times[] = {{"H", 3600000}, {"M", 60000}, {"S", 1000}, {NULL, 0}};
    char day[24] = "";
    size_t length = strcspn(written, "Tt");
    int64_t day_ms, time_ms = 0;
    if (strncasecmp(written, "P", 1) != 0 || length > sizeof day)
        return false;
    memcpy(day, written + 1, length - 1);
    bool is_read = amounts_read(day, days, &day_ms) &&
                   (written[length] == '\0' || amounts_read(written + length + 1, times, &time_ms));
    *ret_ms = is_read ? day_ms + time_ms : 0;
    return is_read;
}

static bool seconds_read(const char *written, int64_t *ret_ms)
{
    return count_read(written, ret_ms) && !__builtin_mul_overflow(*ret_ms, 1000, ret_ms);
}

int64_t client_setting_read(const struct client_setting *setting, const char *written)
{
    static bool (*const readers[])(const char *, int64_t *) = {
        [UNIT_COUNT] = count_read, [UNIT_SECONDS] = seconds_read, [UNIT_MILLISECONDS] = count_read,
        [UNIT_GO] = go_read,       [UNIT_ISO] = iso_read,
    };
    int64_t most = setting->unit == UNIT_COUNT ? MOST_CONNECTIONS : MOST_MS, value;
    bool is_read = written != NULL && readers[setting->unit](written, &value);
    return is_read && value > 0 && value <= most ? value : -1;
}

/* --- parameters --- */

const struct client *client_dialect_of(const struct url *url)
{
    const struct client *shown = client_of_url(url);
    for (size_t i = 0; i < client_count() && shown == NULL && !url->is_keywords; i++) {
        const struct client *client = client_at(i);
        for (size_t k = 0; k < url->parameter_count && client->scheme == NULL; k++) {
            const struct client_key *key = client_own_key_find(client, url->parameters[k].key);
            /* `ssl` is in several dialects. */
            if (key != NULL && strcmp(key->own, key->libpq) != 0 && strcmp(key->own, "ssl") != 0)
                return client;
        }
    }
    return shown;
}

void client_ssl_put(struct arena *arena, struct url *url)
{
    const char *ssl = url_parameter(arena, url, "ssl");
    bool is_on = ssl != NULL && (*ssl == '\0' || strcmp(ssl, "true") == 0);
    if (is_on && url_parameter(arena, url, "sslmode") == NULL)
        url_parameter_set(arena, url, "sslmode", "require");
}

/* Gives a parameter libpq's name and word. False: it has none there. */
static bool parameter_take(struct arena *arena, const struct client *from, bool is_foreign,
                           struct url_parameter *parameter)
{
    const char *name = url_decode(arena, parameter->key);
    const struct client_key *key =
        name == NULL || from == NULL ? NULL : client_own_key_find(from, name);
    if (key == NULL)
        return !is_foreign || (name != NULL && url_libpq_knows(name));
    const char *plain = parameter->value == NULL ? NULL : url_decode(arena, parameter->value);
    const char *word = plain == NULL ? NULL : client_word_libpq(key, plain);
    if (plain != NULL && word == NULL)
        return false;
    if (word != plain && strcmp(word, plain) != 0)
        parameter->value = url_encode(arena, word);
    if (strcmp(key->libpq, name) != 0)
        parameter->key = url_encode(arena, key->libpq);
    return true;
}

/* Its time-out of connecting, where that is not written in seconds as libpq's is. */
static void connect_timeout_take(struct arena *arena, const struct client *from,
                                 const struct url *template, struct url *url)
{
    for (size_t i = 0; from != NULL && i < from->setting_count; i++) {
        const struct client_setting *setting = &from->settings[i];
        int64_t ms =
            setting->in_url && setting->quantity == POOL_CONNECT_TIMEOUT
                ? client_setting_read(setting, url_parameter(arena, template, setting->name))
                : -1;
        if (setting->unit == UNIT_SECONDS || ms < 0)
            continue;
        struct text seconds = {.arena = arena};
        text_put_int(&seconds, divide_up(ms, 1000));
        url_parameter_set(arena, url, "connect_timeout", text_keep(&seconds));
    }
}

static void parameters_take(struct arena *arena, const struct url *template, struct url *url)
{
    const struct client *from = client_dialect_of(template);
    const struct url_scheme *row = url_scheme_find(url->scheme);
    bool is_foreign = template->is_dotnet || (row != NULL && row->other_driver);
    size_t kept = 0;
    client_schema_take(arena, from, url);
    for (size_t i = 0; i < url->parameter_count; i++) {
        struct url_parameter parameter = url->parameters[i];
        if (parameter_take(arena, from, is_foreign, &parameter))
            url->parameters[kept++] = parameter;
    }
    url->has_query &= kept > 0 || url->parameter_count == 0;
    url->parameter_count = kept;
    if (is_foreign)
        connect_timeout_take(arena, from, template, url);
}

struct url *client_libpq_url(struct arena *arena, const struct url *template)
{
    if (template->is_keywords && !template->is_dotnet)
        return url_copy(arena, template);
    struct url *url =
        template->is_dotnet ? url_from_keywords(arena, template) : url_copy(arena, template);
    bool is_java = url_scheme_is_jdbc(url->scheme) || url_scheme_is_r2dbc(url->scheme);
    if (is_java) {
        url_plus_to_blank(arena, url);
        url_authority_fill(arena, url);
        client_ssl_put(arena, url);
        url_parameter_remove(url, "ssl");
    }
    parameters_take(arena, template, url);
    const struct url_scheme *row = url_scheme_find(url->scheme);
    if (row != NULL && row->libpq_scheme != NULL)
        url->scheme = row->libpq_scheme;
    return url;
}

void client_pool_in_url(struct arena *arena, const struct url *url, struct pool_settings *pool)
{
    const struct client *from = client_dialect_of(url);
    for (size_t i = 0; from != NULL && i < from->setting_count; i++) {
        const struct client_setting *setting = &from->settings[i];
        int64_t *value = pool_settings_at(pool, setting->quantity);
        if (setting->in_url && value != NULL && *value < 0)
            *value = client_setting_read(setting, url_parameter(arena, url, setting->name));
    }
    static const struct client_setting of_libpq = {.unit = UNIT_SECONDS};
    if (pool->connect_timeout_ms < 0)
        pool->connect_timeout_ms = client_setting_read(
            &of_libpq, url_parameter(arena, client_libpq_url(arena, url), "connect_timeout"));
}
