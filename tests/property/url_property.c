/*
 * What must hold of URLs in the clients' dialects: whatever a URL says, in hostile characters too,
 * is said by what becomes of it for any client, or named as left out or as said only nearly;
 * nothing is put in; what was made is made of itself again; and no password is shown. The strings
 * are written here, by the rules of each dialect, with the names that its documentation has.
 */
#include "harness.h"

#include "client.h"

enum { MOST_HOSTS = 3, MOST_KEYS = 6, DIALECTS = 6 };

/* --- what a URL says --- */

static const char *const keys[MOST_KEYS] = {
    "sslmode", "application_name", "target_session_attrs", "sslrootcert", "options", "search_path"};

struct meaning {
    const char *hosts;                      /* "h1:5432,h2:", or "/run/pg:5432" */
    const char *user, *password, *database; /* "": none */
    const char *values[MOST_KEYS];          /* NULL: none */
    struct pool_settings pool;
};

struct trial {
    struct random random;
    struct arena arena;
    struct meaning meaning;
    const char *written; /* the string that says it */
    const char *made[2]; /* for one client, and of that for another */
    const struct client *client[2];
    char why[600];
};

static const char *hostile(struct trial *trial, int64_t most)
{
    static const char *const pieces[] = {"a",        "Z",        "9",
                                         ":",        "/",        "?",
                                         "#",        "[",        "]",
                                         "@",        "!",        "$",
                                         "&",        "'",        "(",
                                         ")",        "*",        "+",
                                         ",",        ";",        "=",
                                         "%",        "%41",      "\"",
                                         "\"\"",     "''",       "\\",
                                         " ",        "  ",       "^",
                                         "`",        "{",        "}",
                                         "|",        "<",        ">",
                                         "~",        "\303\274", "\360\237\220\230",
                                         "\302\240", "://",      "host=",
                                         ";Host=x",  "-c "};
    struct text text = {.arena = &trial->arena};
    text_put(&text, "");
    for (int64_t left = pick(&trial->random, 0, most); left > 0; left--)
        text_put(&text, pieces[pick(&trial->random, 0, sizeof pieces / sizeof pieces[0] - 1)]);
    return text_keep(&text);
}

static const char *hosts_choose(struct trial *trial)
{
    static const char *const names[] = {"db.internal", "10.0.0.1", "::1", "2001:db8::7", "h-1"};
    struct text text = {.arena = &trial->arena};
    if (chance(&trial->random, 15)) {
        const char *dir =
            arena_printf(&trial->arena, "/run/%s", chance(&trial->random, 50) ? "pg" : "p g;'=\"x");
        return arena_printf(&trial->arena, "%s:%s", dir, chance(&trial->random, 50) ? "5433" : "");
    }
    int64_t count = chance(&trial->random, 70) ? 1 : pick(&trial->random, 2, MOST_HOSTS);
    for (int64_t i = 0; i < count; i++) {
        text_printf(&text, "%s%s:", i > 0 ? "," : "", names[pick(&trial->random, 0, 4)]);
        if (chance(&trial->random, 50))
            text_put_int(&text, pick(&trial->random, 1, 65535));
    }
    return text_keep(&text);
}

static int64_t time_choose(struct random *random)
{
    return chance(random, 40) ? -1 : 1000 * pick(random, 1, 100000);
}

static void meaning_choose(struct trial *trial)
{
    static const char *const modes[] = {"disable", "allow",     "prefer",
                                        "require", "verify-ca", "verify-full"};
    static const char *const wishes[] = {"any",     "read-write", "read-only",
                                         "primary", "standby",    "prefer-standby"};
    struct meaning *meaning = &trial->meaning;
    struct random *random = &trial->random;
    meaning->hosts = hosts_choose(trial);
    meaning->user = hostile(trial, 4);
    meaning->password = chance(random, 20) ? ""
                                           : arena_printf(&trial->arena, "%sgeheim%s",
                                                          hostile(trial, 4), hostile(trial, 4));
    meaning->database = hostile(trial, 4);
    for (int i = 0; i < MOST_KEYS; i++)
        if (chance(random, 40))
            meaning->values[i] = i == 0   ? modes[pick(random, 0, 5)]
                                 : i == 2 ? wishes[pick(random, 0, 5)]
                                          : arena_printf(&trial->arena, "v%s", hostile(trial, 3));
    meaning->pool = (struct pool_settings){
        .limit = chance(random, 30) ? -1 : pick(random, 1, 999),
        .pool_timeout_ms = time_choose(random),
        .connect_timeout_ms = time_choose(random),
        .idle_timeout_ms = time_choose(random),
        .max_lifetime_ms = time_choose(random),
    };
}

/* --- saying it: each dialect by its own rules --- */

enum form { PLAIN, KEYWORDS, JAVA, DOTNET };
static const struct dialect {
    enum form form;
    const char *scheme, *client; /* NULL: the URL shows none */
    const char *keys[MOST_KEYS]; /* NULL: the dialect has none */
    const char *quantities[POOL_MAX_LIFETIME + 1];
    enum setting_unit unit;
} dialects[DIALECTS] = {
    {PLAIN,
     "postgresql",
     NULL,
     {"sslmode", "application_name", "target_session_attrs", "sslrootcert", "options",
      "search_path"},
     {[POOL_CONNECT_TIMEOUT] = "connect_timeout"},
     UNIT_SECONDS},
    {KEYWORDS,
     NULL,
     NULL,
     {"sslmode", "application_name", "target_session_attrs", "sslrootcert", "options", NULL},
     {[POOL_CONNECT_TIMEOUT] = "connect_timeout"},
     UNIT_SECONDS},
    {PLAIN,
     "postgres",
     "prisma",
     {"sslmode", "application_name", "target_session_attrs", "sslrootcert", "options", "schema"},
     {"connection_limit", "pool_timeout", "connect_timeout", "max_idle_connection_lifetime",
      "max_connection_lifetime"},
     UNIT_SECONDS},
    {JAVA,
     "jdbc:postgresql",
     "hikaricp",
     {"sslmode", "ApplicationName", NULL, "sslrootcert", "options", "currentSchema"},
     {[POOL_CONNECT_TIMEOUT] = "connectTimeout"},
     UNIT_SECONDS},
    {JAVA,
     "r2dbc:pool:postgresql",
     "r2dbc-pool",
     {"sslMode", "applicationName", NULL, "sslRootCert", NULL, "schema"},
     {"maxSize", "maxAcquireTime", "connectTimeout", "maxIdleTime", "maxLifeTime"},
     UNIT_ISO},
    {DOTNET,
     NULL,
     "npgsql",
     {"SSL Mode", "ApplicationName", "target session attributes", "Root Certificate", "OPTIONS",
      "SearchPath"},
     {"MaxPoolSize", "Timeout", NULL, "Connection Idle Lifetime", "load balance timeout"},
     UNIT_SECONDS},
};

/* What must be encoded, some of what may be, and a few letters. `+` may be, where it is itself. */
static void percent_put(struct trial *trial, const char *string, bool plus_is_blank,
                        struct text *text)
{
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
    struct random *random = &trial->random;
    for (; *string != '\0'; string++) {
        bool may_stay = strchr("!$'()*,;", *string) != NULL || (*string == '+' && !plus_is_blank);
        int64_t percent = strchr(letters, *string) != NULL ? 90 : may_stay ? 50 : 0;
        if (*string == ' ' && plus_is_blank && chance(random, 50))
            text_put_char(text, '+');
        else if (chance(random, percent))
            text_put_char(text, *string);
        else
            text_printf(text, chance(random, 50) ? "%%%02X" : "%%%02x",
                        (unsigned)(unsigned char)*string);
    }
}

static void quoted_put(const char *value, const char *doubled, char escape, struct text *text)
{
    for (; *value != '\0'; value++) {
        if (strchr(doubled, *value) != NULL)
            text_put_char(text, escape == '\0' ? *value : escape);
        text_put_char(text, *value);
    }
}

/* Writes one item of whatever dialect; `text` holds the items before it. */
static void item_put(struct trial *trial, const struct dialect *dialect, const char *key,
                     const char *value, struct text *text)
{
    if (dialect->form == KEYWORDS) {
        text_printf(text, "%s%s='", text->length > 0 ? " " : "", key);
        quoted_put(value, "'\\", '\\', text);
        text_put_char(text, '\'');
    } else if (dialect->form == DOTNET) {
        char quote = chance(&trial->random, 50) ? '"' : '\'';
        text_printf(text, "%s%s%s%c", text->length > 0 ? ";" : "", key,
                    chance(&trial->random, 50) ? "=" : " = ", quote);
        quoted_put(value, quote == '"' ? "\"" : "'", '\0', text);
        text_put_char(text, quote);
    } else {
        text_printf(text, "%s%s=", text->length > 0 ? "&" : "?", key);
        percent_put(trial, value, dialect->form == JAVA, text);
    }
}

static void settings_put(struct trial *trial, const struct dialect *dialect, struct text *text)
{
    struct pool_settings *pool = &trial->meaning.pool;
    int64_t *const values[] = {&pool->limit, &pool->pool_timeout_ms, &pool->connect_timeout_ms,
                               &pool->idle_timeout_ms, &pool->max_lifetime_ms};
    for (int i = 0; i <= POOL_MAX_LIFETIME; i++) {
        int64_t value = *values[i];
        if (dialect->quantities[i] == NULL)
            *values[i] = -1;
        else if (value >= 0 && i == POOL_LIMIT)
            item_put(trial, dialect, dialect->quantities[i],
                     arena_printf(&trial->arena, "%" PRId64, value), text);
        else if (value >= 0 && dialect->unit == UNIT_ISO)
            item_put(trial, dialect, dialect->quantities[i],
                     arena_printf(&trial->arena,
                                  chance(&trial->random, 50) ? "PT%" PRId64 "M%" PRId64 "S"
                                                             : "PT%" PRId64 "M%" PRId64 ".000S",
                                  value / 60000, value / 1000 % 60),
                     text);
        else if (value >= 0)
            item_put(trial, dialect, dialect->quantities[i],
                     arena_printf(&trial->arena, "%" PRId64, value / 1000), text);
    }
}

static const char *word_in(const struct dialect *dialect, int key, const char *word)
{
    static const char *const modes[][2] = {
        {"verify-ca", "VerifyCA"}, {"verify-full", "verifyfull"}, {"require", "Require"}};
    for (size_t i = 0; i < sizeof modes / sizeof modes[0] && dialect->form == DOTNET && key == 0;
         i++)
        if (strcmp(word, modes[i][0]) == 0)
            return modes[i][1];
    return word;
}

/* Prisma names one schema, where a search_path has names as SQL writes them. */
static const char *schema_in_sql(struct trial *trial, const char *name)
{
    struct text text = {.arena = &trial->arena};
    if (name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-")] == '\0')
        return name;
    text_put_char(&text, '"');
    quoted_put(name, "\"", '\0', &text);
    text_put_char(&text, '"');
    return text_keep(&text);
}

static void parameters_put(struct trial *trial, const struct dialect *dialect, struct text *text)
{
    for (int i = 0; i < MOST_KEYS; i++) {
        const char **value = &trial->meaning.values[i];
        bool is_schema = dialect->keys[i] != NULL && dialect->form == PLAIN &&
                         strcmp(dialect->keys[i], "schema") == 0;
        if (is_schema && *value != NULL) {
            item_put(trial, dialect, "schema", *value, text);
            *value = schema_in_sql(trial, *value);
            continue;
        }
        if (dialect->keys[i] == NULL)
            *value = NULL;
        else if (*value != NULL)
            item_put(trial, dialect, dialect->keys[i], word_in(dialect, i, *value), text);
    }
    settings_put(trial, dialect, text);
}

/* The hosts alone, the ports alone, or both, of "h1:1,h2:". */
static const char *hosts_split(struct trial *trial, bool hosts, bool ports, bool brackets)
{
    struct text text = {.arena = &trial->arena};
    text_put(&text, "");
    for (const char *at = trial->meaning.hosts; *at != '\0';) {
        size_t length = strcspn(at, ",");
        const char *colon = memrchr(at, ':', length);
        bool is_ipv6 = memchr(at, ':', (size_t)(colon - at)) != NULL;
        text_put(&text, hosts && brackets && is_ipv6 ? "[" : "");
        text_put_bytes(&text, at, hosts ? (size_t)(colon - at) : 0);
        text_put(&text, hosts && brackets && is_ipv6 ? "]" : "");
        bool has_port = colon + 1 < at + length;
        text_put(&text, hosts && ports && has_port ? ":" : "");
        text_put_bytes(&text, colon + 1, ports ? length - (size_t)(colon - at) - 1 : 0);
        at += length;
        text_put(&text, *at == ',' ? "," : "");
        at += *at == ',';
    }
    return text_keep(&text);
}

static bool is_socket(const struct meaning *meaning)
{
    return meaning->hosts[0] == '/';
}

static const char *pairs_say(struct trial *trial, const struct dialect *dialect)
{
    static const char *const names[2][5] = {{"host", "port", "user", "password", "dbname"},
                                            {"Server", "PORT", "User Id", "pwd", "db"}};
    const char *const *name = names[dialect->form == DOTNET];
    struct meaning *meaning = &trial->meaning;
    bool of_each = dialect->form == DOTNET && !is_socket(meaning);
    const char *ports = of_each ? "" : hosts_split(trial, false, true, false);
    struct text text = {.arena = &trial->arena};
    item_put(trial, dialect, name[0], hosts_split(trial, true, of_each, of_each), &text);
    if (*ports != '\0')
        item_put(trial, dialect, name[1], ports, &text);
    if (*meaning->user != '\0')
        item_put(trial, dialect, name[2], meaning->user, &text);
    if (*meaning->password != '\0')
        item_put(trial, dialect, name[3], meaning->password, &text);
    if (*meaning->database != '\0')
        item_put(trial, dialect, name[4], meaning->database, &text);
    parameters_put(trial, dialect, &text);
    return text_keep(&text);
}

static const char *url_say(struct trial *trial, const struct dialect *dialect)
{
    struct meaning *meaning = &trial->meaning;
    bool is_jdbc = dialect->client != NULL && strcmp(dialect->client, "hikaricp") == 0,
         is_java = dialect->form == JAVA;
    if (is_java && is_socket(meaning))
        meaning->hosts = "db:1";
    struct text text = {.arena = &trial->arena}, items = {.arena = &trial->arena};
    bool is_many = strchr(meaning->hosts, ',') != NULL;
    text_printf(&text, "%s%s://", dialect->scheme,
                is_java && !is_jdbc && is_many ? ":failover" : "");
    text_put(&items, "");
    if (is_jdbc && *meaning->user != '\0')
        item_put(trial, dialect, "user", meaning->user, &items);
    if (is_jdbc && *meaning->password != '\0')
        item_put(trial, dialect, "password", meaning->password, &items);
    if (!is_jdbc && (*meaning->user != '\0' || *meaning->password != '\0')) {
        percent_put(trial, meaning->user, is_java, &text);
        text_put_char(&text, ':');
        percent_put(trial, meaning->password, is_java, &text);
        text_put_char(&text, '@');
    }
    if (is_socket(meaning)) {
        const char *port = hosts_split(trial, false, true, false);
        text_printf(&text, "%s%s", *port != '\0' ? ":" : "", port);
        item_put(trial, dialect, "host", hosts_split(trial, true, false, false), &items);
    } else {
        text_put(&text, hosts_split(trial, true, true, true));
    }
    text_put_char(&text, '/');
    percent_put(trial, meaning->database, is_jdbc, &text);
    parameters_put(trial, dialect, &items);
    text_put(&text, items.bytes);
    text_free(&items);
    return text_keep(&text);
}

/* --- hearing it --- */

static struct url *must_read(struct trial *trial, const char *string)
{
    struct url *url = NULL;
    struct fail fail = {0};
    if (!url_read(&trial->arena, string, &url, &fail))
        (void)because(trial, "cannot be read: %s", fail.message);
    return url;
}

static const char *part_of(struct trial *trial, const char *written)
{
    return written == NULL ? "" : url_decode(&trial->arena, written);
}

static struct meaning meaning_of(struct trial *trial, const struct url *url)
{
    struct url *own = client_libpq_url(&trial->arena, url);
    struct text hosts = {.arena = &trial->arena};
    struct meaning meaning = {.pool = {-1, -1, -1, -1, -1}};
    client_pool_in_url(&trial->arena, url, &meaning.pool);
    own = own->is_keywords ? url_from_keywords(&trial->arena, own) : own;
    url_authority_fill(&trial->arena, own);
    const char *directory = url_parameter(&trial->arena, own, "host");
    for (size_t i = 0; i < own->host_count; i++) {
        const char *host = directory != NULL ? directory : part_of(trial, own->hosts[i].host);
        bool brackets = directory == NULL && own->hosts[i].host[0] == '[';
        text_put(&hosts, i > 0 ? "," : "");
        text_put_bytes(&hosts, host + brackets, strlen(host) - 2 * (size_t)brackets);
        text_printf(&hosts, ":%s", part_of(trial, own->hosts[i].port));
    }
    meaning.hosts = text_keep(&hosts);
    meaning.user = part_of(trial, own->user);
    meaning.password = part_of(trial, own->password);
    meaning.database = part_of(trial, own->database);
    for (int i = 0; i < MOST_KEYS; i++)
        meaning.values[i] = url_parameter(&trial->arena, own, keys[i]);
    return meaning;
}

static bool same(struct trial *trial, const char *what, const char *expected, const char *heard)
{
    bool is_same =
        expected == NULL || heard == NULL ? expected == heard : strcmp(expected, heard) == 0;
    return is_same ||
           because(trial, "%s: said \"%s\", heard \"%s\"", what,
                   expected != NULL ? expected : "nothing", heard != NULL ? heard : "nothing");
}

static const char *const quantity_names[] = {"limit", "pool timeout", "connect timeout",
                                             "idle timeout", "lifetime"};

static int64_t quantity(const struct pool_settings *pool, int index)
{
    const int64_t values[] = {pool->limit, pool->pool_timeout_ms, pool->connect_timeout_ms,
                              pool->idle_timeout_ms, pool->max_lifetime_ms};
    return values[index];
}

static bool parts_are_same(struct trial *trial, const struct meaning *said,
                           const struct meaning *heard)
{
    return same(trial, "user", said->user, heard->user) &&
           same(trial, "password", said->password, heard->password) &&
           same(trial, "database", said->database, heard->database);
}

static const struct dialect *say(struct trial *trial)
{
    meaning_choose(trial);
    const struct dialect *dialect = &dialects[pick(&trial->random, 0, DIALECTS - 1)];
    bool in_pairs = dialect->form == KEYWORDS || dialect->form == DOTNET;
    trial->written = in_pairs ? pairs_say(trial, dialect) : url_say(trial, dialect);
    return dialect;
}

static bool what_is_said_is_heard(struct trial *trial)
{
    const struct dialect *dialect = say(trial);
    const struct url *url = must_read(trial, trial->written);
    if (url == NULL)
        return false;
    const struct client *shown = client_of_url(url);
    struct meaning heard = meaning_of(trial, url);
    /* Prisma's URL is one by its parameters. */
    bool is_shown = dialect->form != PLAIN && dialect->client != NULL;
    if (is_shown && !same(trial, "client", dialect->client, shown == NULL ? NULL : shown->id))
        return false;
    bool good = parts_are_same(trial, &trial->meaning, &heard) &&
                same(trial, "hosts", trial->meaning.hosts, heard.hosts);
    for (int i = 0; i < MOST_KEYS && good; i++)
        good = same(trial, keys[i], trial->meaning.values[i], heard.values[i]);
    for (int i = 0; i <= POOL_MAX_LIFETIME && good; i++) {
        /* Without a limit nothing shows that the URL is Prisma's. */
        bool is_prisma =
            dialect->form != PLAIN || trial->meaning.pool.limit >= 0 || i == POOL_CONNECT_TIMEOUT;
        if (is_prisma && quantity(&trial->meaning.pool, i) != quantity(&heard.pool, i))
            good =
                because(trial, "%s: heard %" PRId64, quantity_names[i], quantity(&heard.pool, i));
    }
    return good;
}

/* --- saying it to another --- */

static bool is_listed(const char *list, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = list; (at = strstr(at, name)) != NULL; at++)
        if ((at == list || at[-1] == ' ') &&
            (at[length] == '\0' || at[length] == ',' || at[length] == '='))
            return true;
    return false;
}

/* A conversion: from what it was made, and what was said of it. */
struct passage {
    const struct client *from, *to; /* from: NULL, nobody's */
    struct meaning said, heard;
    const struct url *made;
    const char *left_out, *inexact;
};

static const char *name_of(const struct passage *passage, const char *libpq)
{
    for (const struct client_key *key = passage->from == NULL ? NULL : passage->from->keys;
         key != NULL && key->libpq != NULL; key++)
        if (strcmp(key->libpq, libpq) == 0)
            return key->own;
    bool is_schema = passage->from != NULL && passage->from->schema_key != NULL &&
                     strcmp(libpq, "search_path") == 0;
    return is_schema ? passage->from->schema_key : libpq;
}

/* Under a name that alone does not show whose it is: `ssl`. */
static bool is_under_own_name(struct trial *trial, const struct passage *passage, const char *libpq)
{
    for (const struct client_key *key = passage->to->keys; key != NULL && key->libpq != NULL; key++)
        if (strcmp(key->libpq, libpq) == 0 && strcmp(key->own, libpq) != 0)
            return url_parameter(&trial->arena, passage->made, key->own) != NULL;
    return false;
}

static bool value_is_kept(struct trial *trial, const struct passage *passage, int index)
{
    const char *said = passage->said.values[index], *heard = passage->heard.values[index];
    const char *name = name_of(passage, keys[index]);
    bool is_nearly = is_listed(passage->inexact, name), is_out = is_listed(passage->left_out, name);
    /* A bare `ssl` may be anybody's, and be taken for sslmode. */
    if (said == NULL && (heard == NULL || (index == 0 && is_listed(passage->inexact, "ssl"))))
        return true;
    if (said != NULL && heard == NULL)
        return is_out || is_nearly || is_under_own_name(trial, passage, keys[index]) ||
               because(trial, "%s was left out, and it is not said: %s", keys[index],
                       passage->left_out);
    if (is_out)
        return because(trial, "%s is said to be left out, and was not", keys[index]);
    return is_nearly || same(trial, keys[index], said, heard);
}

static const struct client_setting *setting_of(const struct client *client, int index)
{
    for (size_t i = 0; client != NULL && i < client->setting_count; i++)
        if (client->settings[i].quantity == (enum pool_quantity)index)
            return &client->settings[i];
    return NULL;
}

static bool quantity_is_kept(struct trial *trial, const struct passage *passage, int index)
{
    int64_t said = quantity(&passage->said.pool, index),
            heard = quantity(&passage->heard.pool, index);
    const struct client_setting *to = setting_of(passage->to, index),
                                *from = setting_of(passage->from, index);
    const char *name = index == POOL_CONNECT_TIMEOUT && (from == NULL || !from->in_url)
                           ? "connect_timeout"
                       : from == NULL ? ""
                                      : from->name;
    if (said < 0)
        return heard < 0 || because(trial, "%s was put in", quantity_names[index]);
    bool is_bounded = heard >= 0 && to != NULL &&
                      (said < to->at_least || (to->at_most > 0 && said > to->at_most));
    if (is_bounded && !is_listed(passage->inexact, to->name))
        return because(trial, "%s was moved to a bound, and it is not said: %s",
                       quantity_names[index], passage->inexact);
    if (is_bounded)
        said = said < to->at_least ? to->at_least : to->at_most;
    if (heard >= 0)
        return said == heard || because(trial, "%s: said %" PRId64 ", heard %" PRId64,
                                        quantity_names[index], said, heard);
    if (to != NULL)
        return !to->in_url || index == POOL_CONNECT_TIMEOUT ||
               because(trial, "%s has a place in the URL, and is not there", quantity_names[index]);
    return is_listed(passage->left_out, name) || because(trial, "%s is nowhere, and not said: %s",
                                                         quantity_names[index], passage->left_out);
}

static bool all_is_kept(struct trial *trial, const struct passage *passage)
{
    const struct meaning *said = &passage->said, *heard = &passage->heard;
    bool is_lost = is_socket(said) && is_listed(passage->left_out, "host");
    bool good = parts_are_same(trial, said, heard) &&
                (is_lost || same(trial, "hosts", said->hosts, heard->hosts));
    for (int i = 0; i < MOST_KEYS && good; i++)
        good = value_is_kept(trial, passage, i);
    /* What a client's URL does not carry, it does not show. */
    const struct client_setting *limit = setting_of(passage->to, POOL_LIMIT);
    bool shows = passage->to->scheme != NULL || passage->to->form == FORM_DOTNET ||
                 (limit->in_url && said->pool.limit >= 0);
    for (int i = 0; i <= POOL_MAX_LIFETIME && good; i++)
        good =
            (!shows && setting_of(passage->to, i) != NULL) || quantity_is_kept(trial, passage, i);
    return good;
}

/* What comes of `string` for the client; NULL: something does not hold. */
static const char *convert(struct trial *trial, const char *string, const struct client *to)
{
    const struct url *url = must_read(trial, string);
    if (url == NULL)
        return NULL;
    struct passage passage = {.from = client_of_url(url), .to = to, .said = meaning_of(trial, url)};
    struct text left_out = {.arena = &trial->arena}, inexact = {.arena = &trial->arena};
    const struct pool_settings *pool = &passage.said.pool;
    const struct url *made = client_url(&trial->arena, to, url, pool);
    const char *result = url_string(&trial->arena, made, URL_REVEALED);
    text_put(&left_out, "");
    text_put(&inexact, "");
    client_left_out(&trial->arena, to, url, made, pool, &left_out);
    client_inexact(&trial->arena, to, url, made, pool, &inexact);
    passage.left_out = text_keep(&left_out);
    passage.inexact = text_keep(&inexact);
    if (strstr(url_string(&trial->arena, made, URL_MASKED), "geheim") != NULL) {
        (void)because(trial, "the password is shown: %s", result);
        return NULL;
    }
    const struct url *again = must_read(trial, result);
    if (again == NULL)
        return NULL;
    passage.made = again;
    passage.heard = meaning_of(trial, again);
    return all_is_kept(trial, &passage) ? result : NULL;
}

static int hex_of(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = c == '\0' ? NULL : strchr(digits, c >= 'A' && c <= 'F' ? c | 0x20 : c);
    return at == NULL ? -1 : (int)(at - digits);
}

/* As RFC 3986, 6.2.2.2 has it: %41 and A are one. */
static const char *normal(struct trial *trial, const char *string)
{
    struct text text = {.arena = &trial->arena};
    for (const char *at = string; *at != '\0'; at++) {
        int high = *at == '%' ? hex_of(at[1]) : -1, low = high < 0 ? -1 : hex_of(at[2]);
        char c = low < 0 ? '\0' : (char)(high * 16 + low);
        bool is_unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                             (c >= '0' && c <= '9') || (c != '\0' && strchr("-._~", c) != NULL);
        text_put_char(&text, is_unreserved ? c : *at);
        at += is_unreserved ? 2 : 0;
    }
    text_put(&text, "");
    return text_keep(&text);
}

static bool is_fixed(struct trial *trial, const char *string, const struct client *client)
{
    const struct url *url = must_read(trial, string);
    struct pool_settings pool = {-1, -1, -1, -1, -1};
    client_pool_in_url(&trial->arena, url, &pool);
    const char *again =
        url_string(&trial->arena, client_url(&trial->arena, client, url, &pool), URL_REVEALED);
    if (client->form == FORM_DOTNET) /* a % is a % there */
        return same(trial, "a second time", string, again);
    return same(trial, "a second time", normal(trial, string), normal(trial, again));
}

static const struct client *client_choose(struct random *random)
{
    const struct client *client;
    do
        client = client_at((size_t)pick(random, 0, (int64_t)client_count() - 1));
    while (client->foreign == FOREIGN_UNKNOWN);
    return client;
}

static bool it_is_kept_from_client_to_client(struct trial *trial)
{
    (void)say(trial);
    const char *string = trial->written;
    for (int i = 0; i < 2; i++) {
        trial->client[i] = client_choose(&trial->random);
        string = convert(trial, string, trial->client[i]);
        if (string == NULL)
            return false;
        trial->made[i] = string;
        if (!is_fixed(trial, string, trial->client[i]))
            return false;
    }
    return true;
}

static const struct property properties[] = {
    {"what a URL of each dialect says is what is read", what_is_said_is_heard},
    {"from client to client it is kept, or its loss is said", it_is_kept_from_client_to_client},
};

static void trial_print(const struct trial *trial)
{
    print_error("%s\n%s\n", trial->why, trial->written);
    for (int i = 0; i < 2 && trial->client[i] != NULL; i++)
        print_error("%s: %s\n", trial->client[i]->id,
                    trial->made[i] != NULL ? trial->made[i] : "?");
}

static struct trial state;

struct suite suite = {.seed = 20260301,
                      .instances = 5000,
                      PROPERTIES(properties),
                      TRIAL(state),
                      .arena = &state.arena,
                      .print = trial_print};
