/* The rows of the clients: their form, and what each makes of a URL and of its settings. */
#include "client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;

static const struct pool_settings usual = {
    .limit = 7,
    .pool_timeout_ms = 20000,
    .connect_timeout_ms = 10000,
    .idle_timeout_ms = -1,
    .max_lifetime_ms = -1,
};
static const struct pool_settings everything = {
    .limit = 3,
    .pool_timeout_ms = 2500,
    .connect_timeout_ms = 1,
    .idle_timeout_ms = 60000,
    .max_lifetime_ms = 1800000,
};
static const struct pool_settings nothing = {-1, -1, -1, -1, -1};

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static const struct client *must_find(const char *id)
{
    const struct client *client = client_find(id);
    if (client == NULL)
        fail_msg("no client %s", id);
    return client;
}

static const struct url *must_read(const char *string)
{
    struct url *url = NULL;
    struct fail fail = {0};
    if (!url_read(&arena, string, &url, &fail))
        fail_msg("%s: %s", string, fail.message);
    return url;
}

static const char *url_made(const char *id, const char *template, const struct pool_settings *pool)
{
    return url_string(&arena, client_url(&arena, must_find(id), must_read(template), pool),
                      URL_REVEALED);
}

static const char *snippet_made(const char *id, const struct pool_settings *pool)
{
    struct text text = {.arena = &arena};
    client_snippet(must_find(id), pool, "DATABASE_URL", &text);
    return text_keep(&text);
}

static bool is_given(const char *string)
{
    return string != NULL && string[0] != '\0';
}

static void every_row_is_complete(void **state)
{
    (void)state;
    for (size_t i = 0; i < client_count(); i++) {
        const struct client *client = client_at(i);
        assert_true(is_given(client->id) && is_given(client->name) && is_given(client->language));
        assert_true(is_given(client->limit_setting) && is_given(client->default_words));
        assert_true(is_given(client->source) && is_given(client->scope));
        assert_ptr_equal(client_find(client->id), client); /* so no id is there twice */
        assert_int_equal(strspn(client->id, "abcdefghijklmnopqrstuvwxyz0123456789-"),
                         strlen(client->id));
        assert_true((client->default_kind == DEFAULT_KNOWN) == (client->default_limit > 0));
        assert_true((client->default_kind == DEFAULT_FROM_CPUS) == (client->per_cpu > 0));
        bool has_limit = false;
        for (size_t j = 0; j < client->setting_count; j++) {
            const struct client_setting *setting = &client->settings[j];
            assert_true(is_given(setting->name));
            bool is_time =
                setting->quantity >= POOL_TIMEOUT && setting->quantity <= POOL_MAX_LIFETIME;
            assert_true((setting->unit != UNIT_COUNT) == is_time);
            assert_true(setting->preset != 0 || setting->quantity == POOL_CONSTANT);
            assert_true(setting->preset != PRESET_UNKNOWN || is_given(setting->preset_words));
            /* Seconds are not written as milliseconds: the client's would be 1000 times less. */
            assert_true(!is_time || setting->preset < 0 || setting->preset >= 1000);
            assert_true(setting->in_url || is_given(client->place));
            /* "pool.max" is max, in pool. */
            has_limit |= setting->quantity == POOL_LIMIT &&
                         strstr(client->limit_setting, setting->name) != NULL;
            /* What does not stand in the URL must stand in the snippet. */
            assert_true(setting->in_url || strstr(client->snippet, setting->name) != NULL);
            for (size_t k = 0; k < j; k++)
                assert_string_not_equal(client->settings[k].name, setting->name);
        }
        assert_true(has_limit);
    }
    assert_null(client_find("unheard-of"));
    assert_null(client_find(""));
}

static void no_mark_is_left_in_a_snippet(void **state)
{
    (void)state;
    for (size_t i = 0; i < client_count(); i++) {
        const char *snippet = snippet_made(client_at(i)->id, &everything);
        assert_null(strstr(snippet, "{?"));
        assert_null(strstr(snippet, "?}"));
        assert_null(strstr(snippet, "{+"));
        assert_null(strstr(snippet, "+}"));
        /* An object of JavaScript, or a variable of Spring's; never a mark. */
        for (const char *brace = snippet; (brace = strchr(brace, '{')) != NULL; brace++)
            assert_true(brace[1] == ' ' || (brace > snippet && brace[-1] == '$'));
        assert_null(strstr(snippet, "-1"));
        assert_null(strstr(snippet_made(client_at(i)->id, &usual), "-1"));
    }
}

static void defaults_are_those_of_the_clients(void **state)
{
    (void)state;
    assert_int_equal(client_default_limit(must_find("prisma"), 1, -1), 3);
    assert_int_equal(client_default_limit(must_find("prisma"), 24, -1), 49);
    assert_int_equal(client_default_limit(must_find("prisma"), -1, -1), -1);
    assert_int_equal(client_default_limit(must_find("prisma"), 0, -1), -1);
    assert_int_equal(client_default_limit(must_find("prisma"), INT64_MAX, -1), -1);
    assert_int_equal(client_default_limit(must_find("prisma-7"), 8, -1), 10);
    assert_int_equal(client_default_limit(must_find("node-postgres"), -1, -1), 10);
    assert_int_equal(client_default_limit(must_find("sqlalchemy"), -1, -1), 15);
    assert_int_equal(client_default_limit(must_find("go-database-sql"), 8, -1), -1);
    assert_int_equal(must_find("go-database-sql")->default_kind, DEFAULT_UNLIMITED);
    assert_int_equal(client_default_limit(must_find("generic"), 8, -1), -1);
    assert_int_equal(must_find("generic")->default_kind, DEFAULT_UNKNOWN);
    assert_string_equal(must_find("sqlalchemy")->default_words, "pool_size 5 + max_overflow 10");
    static const struct {
        const char *id;
        int64_t cpus, threads, limit;
    } rows[] = {
        {"postgres-js", -1, -1, 10}, {"drizzle", -1, -1, 10},  {"typeorm", -1, -1, 10},
        {"sequelize", -1, -1, 5},    {"knex", -1, -1, 10},     {"sqlalchemy-async", -1, -1, 15},
        {"psycopg-pool", -1, -1, 4}, {"asyncpg", -1, -1, 10},  {"django", 8, 4, 4},
        {"django", 8, -1, -1},       {"hikaricp", 8, -1, 10},  {"r2dbc-pool", 8, -1, 10},
        {"pgxpool", 2, -1, 4},       {"pgxpool", 16, -1, 16},  {"pgxpool", -1, -1, -1},
        {"rails", 8, 3, 5},          {"npgsql", -1, -1, 100},  {"sqlx", -1, -1, 10},
        {"deadpool", 8, -1, 16},     {"deadpool", -1, -1, -1}, {"bb8", -1, -1, 10},
        {"r2d2", -1, -1, 10},        {"ecto", -1, -1, 10},     {"php", 8, 8, 5},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(client_default_limit(must_find(rows[i].id), rows[i].cpus, rows[i].threads),
                         rows[i].limit);
}

#define CORE "postgresql://app:pw@db.internal:5432/core"

static void each_client_gets_its_url(void **state)
{
    (void)state;
    static const struct {
        const char *id, *template;
        const struct pool_settings *pool;
        const char *url;
    } rows[] = {
        {"prisma", CORE "?schema=public", &usual,
         CORE "?schema=public&connection_limit=7&pool_timeout=20&connect_timeout=10"},
        {"prisma", CORE, &everything,
         CORE "?connection_limit=3&pool_timeout=3&connect_timeout=1&max_idle_connection_lifetime=60"
              "&max_connection_lifetime=1800"},
        {"prisma", CORE "?pool_timeout=5&schema=public&connection_limit=99&pgbouncer=true", &usual,
         CORE
         "?pool_timeout=20&schema=public&connection_limit=7&pgbouncer=true&connect_timeout=10"},
        {"prisma", CORE "?max_connection_lifetime=300", &nothing,
         CORE "?max_connection_lifetime=300"},
        {"prisma", "postgres://h/d", &usual,
         "postgres://h/d?connection_limit=7&pool_timeout=20&connect_timeout=10"},
        {"prisma", "postgresql+psycopg2://h/d", &nothing, "postgresql://h/d"},
        {"prisma", "host=h dbname=d user=u schema=s", &usual,
         "postgresql://u@h/d?schema=s&connection_limit=7&pool_timeout=20&connect_timeout=10"},
        {"prisma", "host=/run/pg dbname=d user=u", &nothing,
         "postgresql://u@localhost/d?host=%2Frun%2Fpg"},

        {"prisma", "jdbc:postgresql://h/d?user=me@x&password=a%26b+c&ssl=true&currentSchema=s",
         &nothing, "postgresql://me%40x:a%26b%20c@h/d?schema=s&sslmode=require"},
        {"prisma", "postgresql:///d?host=/run/pg&user=u&password=p", &nothing,
         "postgresql://u:p@localhost/d?host=/run/pg"},
        {"prisma", "postgresql://u:a#b@h/d#f", &nothing, "postgresql://u:a%23b@h/d#f"},

        {"prisma-7", CORE "?schema=public&connection_limit=5&pool_timeout=2&pgbouncer=true", &usual,
         CORE "?schema=public&pgbouncer=true"},
        {"node-postgres", CORE "?schema=public&connect_timeout=3&connection_limit=5", &usual,
         CORE "?schema=public&connect_timeout=3"},
        {"node-postgres", "postgres://h/d?connection_limit=5", &usual, "postgres://h/d"},
        {"node-postgres", "jdbc:postgresql://h/d", &usual, "postgresql://h/d"},
        {"node-postgres", "host=h", &usual, "postgresql://h"},

        {"sqlalchemy", CORE "?schema=public", &usual, CORE "?connect_timeout=10"},
        {"sqlalchemy", CORE "?pgbouncer=true&sslmode=require&connection_limit=5&%73chema=x", &usual,
         CORE "?sslmode=require&connect_timeout=10"},
        {"sqlalchemy", "postgres://h/d", &nothing, "postgresql://h/d"},
        {"sqlalchemy", "postgresql+psycopg2://h/d?schema=x", &nothing, "postgresql+psycopg2://h/d"},
        {"sqlalchemy", "postgresql+asyncpg://h/d?ssl=require&pool_timeout=3", &usual,
         "postgresql+asyncpg://h/d?ssl=require"},
        {"sqlalchemy", "jdbc:postgresql://h/d?ssl=true&currentSchema=s&ssl=false&x&y", &nothing,
         "postgresql://h/d"},
        {"sqlalchemy", "jdbc:postgresql://h/d?currentSchema=s&ssl=true", &nothing,
         "postgresql://h/d?sslmode=require"},
        {"sqlalchemy", "host=h schema=s", &nothing, "postgresql://h"},

        {"sqlalchemy", "jdbc:postgresql://h/d?ssl&user=u&password=p", &nothing,
         "postgresql://u:p@h/d?sslmode=require"},
        {"sqlalchemy", "postgresql:///d?user=u&host=/run/pg", &nothing,
         "postgresql:///d?user=u&host=/run/pg"},
        {"sqlalchemy", "postgresql://h/d#f", &nothing, "postgresql://h/d"},
        {"sqlalchemy", "postgresql://u@h1:1,[::1]/a%20b", &nothing,
         "postgresql://u@/?host=h1%2C%3A%3A1&port=1%2C&dbname=a%20b"},
        {"prisma", "postgresql:///d?host=[::1]", &nothing, "postgresql://%5B%3A%3A1%5D/d"},
        {"sqlalchemy", "postgresql://u@h1,h2/d?host=h3", &nothing, "postgresql://u@/d?host=h3"},
        {"sqlalchemy", "postgresql://u@%C3%BC:1/d", &nothing,
         "postgresql://u@/d?host=%C3%BC&port=1"},
        {"psycopg-pool", "postgresql://h/d?options=-ca=b", &nothing,
         "postgresql://h/d?options=-ca%3Db"},

        {"go-database-sql", "postgresql://u:{p}@h/d#f", &nothing, "postgresql://u:%7Bp%7D@h/d#f"},
        {"go-database-sql", CORE "?schema=public&search_path=s&pgbouncer=true&connection_limit=5",
         &usual, CORE "?search_path=s&connect_timeout=10"},
        {"go-database-sql", "host=h schema=s dbname=d", &usual,
         "host=h dbname=d connect_timeout=10"},

        {"go-database-sql", CORE "?channel_binding=require&sslmode=require&application_name=a",
         &nothing, CORE "?sslmode=require&application_name=a"},

        {"postgres-js", CORE "?schema=public&connection_limit=5&sslmode=require&search_path=s",
         &everything, CORE "?sslmode=require&search_path=s"},
        {"postgres-js", CORE "?channel_binding=require&connect_timeout=3&sslrootcert=/c", &nothing,
         CORE "?connect_timeout=3"},
        {"drizzle", CORE "?connection_limit=5", &usual, CORE},
        {"typeorm", CORE "?schema=s&pool_timeout=5", &usual, CORE},
        {"typeorm", CORE "?schema=public&pool_timeout=5", &usual, CORE "?schema=public"},
        {"sequelize", "postgres://h/d?connection_limit=5", &usual, "postgres://h/d"},
        {"knex", CORE "?connection_limit=5&sslmode=require", &usual, CORE "?sslmode=require"},

        {"sqlalchemy-async", CORE "?schema=public&sslmode=require&application_name=a", &everything,
         "postgresql+asyncpg://app:pw@db.internal:5432/core?ssl=require"},
        {"sqlalchemy-async", "postgresql+psycopg2://h/d", &usual, "postgresql+asyncpg://h/d"},
        {"sqlalchemy-async", "postgresql+asyncpg://h/d?ssl=require", &usual,
         "postgresql+asyncpg://h/d?ssl=require"},
        {"psycopg-pool", CORE "?schema=public&connection_limit=5", &usual,
         CORE "?connect_timeout=10"},
        {"psycopg-pool", "host=h dbname=d", &usual, "host=h dbname=d connect_timeout=10"},
        {"asyncpg", CORE "?connect_timeout=3&schema=s&sslmode=require&search_path=s&options=-cx=1",
         &everything, CORE "?sslmode=require&search_path=s&options=-cx=1"},
        {"django", CORE "?pgbouncer=true", &usual, CORE "?connect_timeout=10"},

        {"hikaricp", "postgresql://a%2Bp:p%26w+x@h:1/d?sslmode=require&application_name=a+b",
         &usual,
         "jdbc:postgresql://h:1/d?sslmode=require&ApplicationName=a%2Bb&user=a%2Bp&"
         "password=p%26w%2Bx&connectTimeout=10"},
        {"hikaricp", "jdbc:postgresql://h/d?user=u&password=p&connectTimeout=1&ssl=true", &usual,
         "jdbc:postgresql://h/d?user=u&password=p&connectTimeout=10&ssl=true"},
        {"hikaricp", "postgresql://h/d?ssl=true", &nothing,
         "jdbc:postgresql://h/d?sslmode=require"},
        {"hikaricp", "postgresql://h", &nothing, "jdbc:postgresql://h/"},
        {"hikaricp", "postgresql://h1:1,h2:2/d?target_session_attrs=read-write", &nothing,
         "jdbc:postgresql://h1:1,h2:2/d?targetServerType=primary"},

        {"pgxpool", CORE "?schema=public&connection_limit=5", &everything,
         CORE "?pool_max_conns=3&connect_timeout=1&pool_max_conn_idle_time=60s&"
              "pool_max_conn_lifetime=1800s"},
        {"rails", CORE "?connection_limit=5&prepared_statements=false", &everything,
         CORE "?prepared_statements=false&pool=3&checkout_timeout=3&connect_timeout=1&"
              "idle_timeout=60"},
        {"sqlx", CORE "?statement-cache-capacity=0&connection_limit=5", &usual,
         CORE "?statement-cache-capacity=0"},
        {"deadpool", CORE "?sslmode=verify-full&schema=s&keepalives_count=3", &usual,
         CORE "?sslmode=require&keepalives_retries=3&connect_timeout=10"},
        {"bb8", "host=h dbname=d connection_limit=1", &usual,
         "postgresql://h/d?connect_timeout=10"},
        {"r2d2", CORE "?schema=s&sslmode=verify-full", &usual,
         CORE "?sslmode=verify-full&connect_timeout=10"},
        {"ecto", CORE "?sslmode=require&connection_limit=5", &everything,
         CORE "?ssl=true&pool_size=3"},
        {"php", CORE "?schema=s&sslmode=require", &usual,
         CORE "?sslmode=require&connect_timeout=10"},

        {"npgsql", CORE "?sslmode=verify-full&schema=s&application_name=a%20b", &everything,
         "Host=db.internal;Port=5432;Database=core;Username=app;Password=pw;SSL "
         "Mode=VerifyFull;Search Path=s;"
         "Application Name=\"a b\";Maximum Pool Size=3;Timeout=3;Connection Idle Lifetime=60;"
         "Connection Lifetime=1800"},
        {"npgsql", "postgresql://u:%22a%3Bb%22%20%3D@h1:1,h2:2/d", &nothing,
         "Host=h1:1,h2:2;Database=d;Username=u;Password=\"\"\"a;b\"\" =\""},
        {"npgsql", "postgresql:///d?host=/run/pg&user=u", &usual,
         "Host=/run/pg;Database=d;Username=u;Maximum Pool Size=7;Timeout=20"},
        {"npgsql", "host=h dbname=d connect_timeout=5", &nothing, "Host=h;Database=d"},
        {"r2dbc-pool", CORE "?sslmode=require&connection_limit=5", &everything,
         "r2dbc:pool:postgresql://app:pw@db.internal:5432/core?sslMode=require&maxSize=3&"
         "maxAcquireTime=PT3S&connectTimeout=PT1S&maxIdleTime=PT60S&maxLifeTime=PT1800S"},
        {"npgsql", "Server=h;MaxPoolSize=99;Unheard Of=1", &usual,
         "Server=h;MaxPoolSize=7;Unheard Of=1;Timeout=20"},
        {"npgsql", CORE "?target_session_attrs=standby", &nothing,
         "Host=db.internal;Port=5432;Database=core;Username=app;Password=pw"},
        {"npgsql", "postgresql://h1,h2/d?target_session_attrs=standby", &nothing,
         "Host=h1,h2;Database=d;Target Session Attributes=standby"},
        {"generic", "Host=h;Unheard Of=1", &usual, "Host=h;Unheard Of=1"},
        {"r2dbc-pool", "r2dbc:postgresql://h/d?maxSize=3&x=1", &usual,
         "r2dbc:pool:postgresql://h/d?maxSize=7&x=1&maxAcquireTime=PT20S&connectTimeout=PT10S"},
        {"r2dbc-pool", "postgresql://a+b:c+d@h1,h2:/e+f?application_name=g+h", &nothing,
         "r2dbc:pool:postgresql:failover://a%2Bb:c%2Bd@h1,h2/e+f?applicationName=g%2Bh"},
        {"hikaricp", "postgresql://h:/a+b#f", &nothing, "jdbc:postgresql://h/a%2Bb"},
        {"hikaricp", "postgresql://h1,h2/d?target_session_attrs=read-only", &nothing,
         "jdbc:postgresql://h1,h2/d"},

        {"generic", CORE "?x=1", &usual,
         CORE "?x=1&connection_limit=7&pool_timeout=20&connect_timeout=10"},
        {"generic", CORE "?max_connection_lifetime=3&schema=s", &nothing,
         CORE "?max_connection_lifetime=3&schema=s"},
        {"generic", "host=h dbname=d", &usual, "host=h dbname=d connect_timeout=10"},
        {"generic", "host=h connection_limit=3 schema=s", &usual,
         "host=h connection_limit=7 schema=s connect_timeout=10"},
        {"generic", "postgresql://a#b:c?d@h/e#f", &nothing, "postgresql://a#b:c?d@h/e#f"},
        {"generic", "postgresql:///d?user=u", &nothing, "postgresql:///d?user=u"},
        {"generic", "jdbc:postgresql://h/d?user=u", &nothing, "jdbc:postgresql://h/d?user=u"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_string_equal(url_made(rows[i].id, rows[i].template, rows[i].pool), rows[i].url);
        /* What was made is left alone by a second time. */
        assert_string_equal(url_made(rows[i].id, rows[i].url, rows[i].pool), rows[i].url);
    }
}

static void passwords_are_masked_in_every_form(void **state)
{
    (void)state;
    struct url *masked =
        client_url(&arena, must_find("npgsql"), must_read(CORE "?sslpassword=hidden"), &nothing);
    assert_string_equal(url_string(&arena, masked, URL_MASKED),
                        "Host=db.internal;Port=5432;Database=core;Username=app;Password=***;"
                        "SSL Password=***");
    masked = client_url(&arena, must_find("hikaricp"), must_read(CORE), &nothing);
    assert_string_equal(url_string(&arena, masked, URL_MASKED),
                        "jdbc:postgresql://db.internal:5432/core?user=app&password=***");
}

static void what_is_left_out_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *id, *template, *left_out;
    } rows[] = {
        {"prisma", CORE "?schema=s&x=1&connection_limit=3", ""},
        {"generic", CORE "?schema=s&x=1&max_connection_lifetime=3", ""},
        {"node-postgres", CORE "?schema=s&connection_limit=3&pool%5Ftimeout=3",
         "schema, connection_limit, pool_timeout"},
        {"node-postgres", CORE "?schema=public&connection_limit=3", "connection_limit"},
        {"sqlalchemy", CORE "?schema=s&sslmode=require&x&", "schema, x"},
        {"sqlalchemy", "host=h schema=s dbname=d", "schema"},
        {"prisma", "host=h port=1 dbname=d schema=s user=u password=p", ""},
        {"prisma", "jdbc:postgresql://h/d?user=u&password=p&ssl=true", ""},
        {"prisma", "jdbc:postgresql://h/d?ssl=false", "ssl"},
        {"go-database-sql", CORE "?schema=s&search_path=s", "schema"},
        {"npgsql", CORE "?schema=s&sslmode=require&connect_timeout=3", "connect_timeout"},
        {"hikaricp", CORE "?sslmode=require&application_name=a&user=u", ""},
        {"hikaricp", "postgresql:///d?host=/run/pg", "host"},
        {"postgres-js", "postgresql:///d?host=/run/pg&port=1", "host"},
        {"sqlalchemy-async", CORE "?sslmode=require&application_name=a", "application_name"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct url *template = must_read(rows[i].template);
        struct text text = {.arena = &arena};
        text_put(&text, "");
        const struct client *client = must_find(rows[i].id);
        client_left_out(&arena, client, template, client_url(&arena, client, template, &nothing),
                        &nothing, &text);
        assert_string_equal(text.bytes, rows[i].left_out);
        text_free(&text);
    }
}

#define JDBC "jdbc:postgresql://h:1/d?user=u&password=p"
#define NPGSQL "Host=h;Port=1;Database=d;Username=u;Password=p"
#define PLAIN "postgresql://u:p@h:1/d"
#define R2DBC "r2dbc:pool:postgresql://u:p@h:1/d"

/* What one client is told, told to another: the URL, what was left out, and what was only said
 * nearly. */
static void a_dialect_becomes_another(void **state)
{
    (void)state;
    static const struct {
        const char *id, *template, *url, *left_out, *inexact;
    } rows[] = {
        {"npgsql", PLAIN "?connection_limit=7&pool_timeout=10&pgbouncer=false&sslmode=verify-ca",
         NPGSQL ";SSL Mode=VerifyCA;Maximum Pool Size=7;Timeout=10", "pgbouncer", ""},
        /* Prisma's schema is one name as it is, a search_path a list of names as in SQL. */
        {"npgsql", PLAIN "?schema=sales", NPGSQL ";Search Path=sales", "", ""},
        {"npgsql", PLAIN "?schema=Sales%20%22A%22",
         NPGSQL ";Search Path=\"\"\"Sales \"\"\"\"A\"\"\"\"\"\"\"", "", ""},
        {"npgsql", PLAIN "?schema=public", NPGSQL, "schema", ""},
        {"hikaricp", PLAIN "?schema=tenant-1",
         "jdbc:postgresql://h:1/d?currentSchema=tenant-1&user=u&password=p", "", ""},
        {"r2dbc-pool", PLAIN "?schema=sales&connection_limit=4", R2DBC "?schema=sales&maxSize=4",
         "", ""},
        {"asyncpg", PLAIN "?schema=sales", PLAIN "?search_path=sales", "", ""},
        {"node-postgres", PLAIN "?schema=sales&sslmode=require", PLAIN "?sslmode=require", "schema",
         ""},
        {"node-postgres", PLAIN "?schema=public", PLAIN "?schema=public", "", ""},
        {"sqlalchemy", PLAIN "?schema=sales", PLAIN, "schema", ""},
        {"generic", PLAIN "?schema=sales", PLAIN "?schema=sales", "", ""},
        {"prisma-7", PLAIN "?schema=sales", PLAIN "?schema=sales", "", ""},
        {"prisma", PLAIN "?schema=Sal%65s&x=1", PLAIN "?schema=Sales&x=1", "", ""},
        {"prisma", NPGSQL ";Search Path=sales", PLAIN "?schema=sales", "", ""},
        {"prisma", NPGSQL ";Search Path=\"\"\"Sales \"\"\"\"A\"\"\"\"\"\"\"",
         PLAIN "?schema=Sales%20%22A%22", "", ""},
        {"prisma", NPGSQL ";Search Path=\"sales, public\"", PLAIN, "Search Path", ""},
        {"prisma", JDBC "&currentSchema=Sales", PLAIN, "currentSchema", ""},
        {"prisma", PLAIN "?search_path=sales", PLAIN "?schema=sales", "", ""},
        {"prisma", NPGSQL ";Maximum Pool Size=7;Timeout=10;ssl mode=verifyca",
         PLAIN "?sslmode=require&sslaccept=strict&connection_limit=7&pool_timeout=10", "",
         "SSL Mode=verifyca as sslmode=require"},
        {"prisma", JDBC "&connectTimeout=5&ApplicationName=a+b&currentSchema=s&prepareThreshold=0",
         PLAIN "?connect_timeout=5&application_name=a%20b&schema=s", "prepareThreshold", ""},
        {"npgsql", JDBC "&ApplicationName=a+b&currentSchema=s",
         NPGSQL ";Application Name=\"a b\";Search Path=s", "", ""},
        {"pgxpool", NPGSQL ";SearchPath=s;MaxPoolSize=4;Connection Lifetime=90;Timeout=3",
         PLAIN "?search_path=s&pool_max_conns=4&pool_max_conn_lifetime=90s", "Timeout", ""},
        {"hikaricp", NPGSQL ";Search Path=s;Application Name=x;Enlist=true",
         "jdbc:postgresql://h:1/d?currentSchema=s&ApplicationName=x&user=u&password=p", "Enlist",
         ""},
        {"r2dbc-pool",
         PLAIN "?pool_max_conns=4&pool_max_conn_idle_time=1m30s&pool_max_conn_lifetime=1h&"
               "connect_timeout=5&sslmode=require",
         R2DBC "?sslMode=require&connectTimeout=PT5S&maxSize=4&maxIdleTime=PT90S&maxLifeTime="
               "PT3600S",
         "", ""},
        {"prisma",
         R2DBC "?sslMode=VERIFY_FULL&maxSize=4&connectTimeout=PT1M5S&maxIdleTime=PT0.2S&"
               "maxAcquireTime=P1DT1S&initialSize=2",
         PLAIN "?sslmode=require&connect_timeout=65&sslaccept=strict&connection_limit=4&pool_"
               "timeout=86401&"
               "max_idle_connection_lifetime=1",
         "initialSize", "sslMode=VERIFY_FULL as sslmode=require"},
        {"prisma", R2DBC "?maxSize=0&maxAcquireTime=PT&maxIdleTime=-PT1S", PLAIN,
         "maxSize, maxAcquireTime, maxIdleTime", ""},
        {"sqlalchemy", R2DBC "?maxSize=4&connectTimeout=PT5S", PLAIN "?connect_timeout=5", "", ""},
        {"asyncpg", R2DBC "?maxSize=4&connectTimeout=PT5S&schema=s", PLAIN "?search_path=s", "",
         ""},
        {"sqlalchemy-async", PLAIN "?pool_size=4&ssl=true",
         "postgresql+asyncpg://u:p@h:1/d?ssl=require", "", "ssl=true as ssl=require"},
        {"node-postgres", "postgresql+asyncpg://u:p@h:1/d?ssl=verify-full&x=1",
         PLAIN "?sslmode=verify-full", "x", ""},
        {"ecto", PLAIN "?sslmode=verify-ca&pool_timeout=3&connection_limit=4",
         PLAIN "?ssl=true&pool_size=4", "pool_timeout", "sslmode=verify-ca as ssl=true"},
        {"npgsql", PLAIN "?ssl&%70gbouncer=a&pgbouncer=b", NPGSQL ";SSL Mode=Require", "pgbouncer",
         "ssl as SSL Mode=Require"},
        {"ecto", PLAIN "?sslmode=disable", PLAIN "?ssl=false", "", ""},
        {"prisma", PLAIN "?pool_size=4&ssl=false", PLAIN "?sslmode=disable&connection_limit=4", "",
         "ssl=false as sslmode=disable"},
        {"deadpool", JDBC "&sslmode=verify-full&targetServerType=secondary",
         PLAIN "?sslmode=require&target_session_attrs=read-only", "",
         "sslmode=verify-full as sslmode=require, targetServerType=secondary as "
         "target_session_attrs=read-only"},
        {"prisma", JDBC "&ssl=true&targetServerType=primary&sslmode=require",
         PLAIN "?target_session_attrs=primary&sslmode=require", "", ""},
        {"prisma", JDBC "&ssl=true&targetServerType=master&ssl=x", PLAIN, "ssl, targetServerType",
         ""},
        {"node-postgres", PLAIN "?keepalives_retries=3", PLAIN "?keepalives_count=3", "", ""},
        {"hikaricp", PLAIN "?keepalives_retries=3", "jdbc:postgresql://h:1/d?user=u&password=p",
         "keepalives_retries", ""},
        {"sqlalchemy", "Host=/run/pg;Username=u;Maximum Pool Size=;Timeout=5",
         "postgresql://u@?host=%2Frun%2Fpg", "", ""},
        {"hikaricp", "Host=/run/pg;Username=u", "jdbc:postgresql://localhost/?user=u", "host", ""},
        {"rails", PLAIN "?connection_limit=4&connection_limit=5&x=1&x=2&pgbouncer=true",
         PLAIN "?x=1&x=2&pgbouncer=true&pool=5", "", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct url *template = must_read(rows[i].template);
        const struct client *client = must_find(rows[i].id);
        struct text left_out = {.arena = &arena}, inexact = {.arena = &arena};
        struct pool_settings pool = nothing;
        text_put(&left_out, "");
        text_put(&inexact, "");
        client_pool_in_url(&arena, template, &pool);
        const struct url *made = client_url(&arena, client, template, &pool);
        client_left_out(&arena, client, template, made, &pool, &left_out);
        client_inexact(&arena, client, template, made, &pool, &inexact);
        assert_string_equal(url_string(&arena, made, URL_REVEALED), rows[i].url);
        assert_string_equal(left_out.bytes, rows[i].left_out);
        assert_string_equal(inexact.bytes, rows[i].inexact);
        text_free(&left_out);
        text_free(&inexact);
    }
}

static void only_key_value_strings_have_no_place_for_a_limit(void **state)
{
    (void)state;
    const struct url *words = must_read("host=h"), *url = must_read(CORE);
    assert_true(client_carries_limit(&arena, must_find("prisma"), words));
    assert_true(client_carries_limit(&arena, must_find("generic"), url));
    assert_false(client_carries_limit(&arena, must_find("generic"), words));
    assert_true(
        client_carries_limit(&arena, must_find("generic"), must_read("host=h connection_limit=3")));
    assert_false(client_carries_limit(&arena, must_find("node-postgres"), url));
}

static void each_client_gets_its_snippet(void **state)
{
    (void)state;
    static const struct {
        const char *id, *usual, *everything;
    } rows[] = {
        {"prisma", "", ""},
        {"prisma-7",
         "new PrismaClient({ adapter: new PrismaPg({ connectionString: process.env.DATABASE_URL, "
         "max: 7, "
         "connectionTimeoutMillis: 20000 }) })",
         "new PrismaClient({ adapter: new PrismaPg({ connectionString: process.env.DATABASE_URL, "
         "max: 3, "
         "connectionTimeoutMillis: 2500, idleTimeoutMillis: 60000, maxLifetimeSeconds: 1800 }) })"},
        {"node-postgres",
         "new Pool({ connectionString: process.env.DATABASE_URL, max: 7, connectionTimeoutMillis: "
         "20000 })",
         "new Pool({ connectionString: process.env.DATABASE_URL, max: 3, connectionTimeoutMillis: "
         "2500, "
         "idleTimeoutMillis: 60000, maxLifetimeSeconds: 1800 })"},
        {"sqlalchemy",
         "create_engine(os.environ[\"DATABASE_URL\"], pool_size=7, max_overflow=0, "
         "pool_timeout=20, "
         "pool_pre_ping=True)",
         "create_engine(os.environ[\"DATABASE_URL\"], pool_size=3, max_overflow=0, pool_timeout=3, "
         "pool_recycle=1800, pool_pre_ping=True)"},
        {"go-database-sql", "db.SetMaxOpenConns(7); db.SetMaxIdleConns(7)",
         "db.SetMaxOpenConns(3); db.SetMaxIdleConns(3); db.SetConnMaxIdleTime(60 * time.Second); "
         "db.SetConnMaxLifetime(1800 * time.Second)"},
        {"generic", "", ""},
        {"postgres-js", "postgres(process.env.DATABASE_URL, { max: 7, connect_timeout: 10 })",
         "postgres(process.env.DATABASE_URL, { max: 3, connect_timeout: 1, idle_timeout: 60, "
         "max_lifetime: 1800 })"},
        {"drizzle",
         "drizzle({ connection: { connectionString: process.env.DATABASE_URL, max: 7, "
         "connectionTimeoutMillis: 20000 } })",
         "drizzle({ connection: { connectionString: process.env.DATABASE_URL, max: 3, "
         "connectionTimeoutMillis: 2500, idleTimeoutMillis: 60000, maxLifetimeSeconds: 1800 } })"},
        {"typeorm",
         "new DataSource({ type: \"postgres\", url: process.env.DATABASE_URL, poolSize: 7, "
         "connectTimeoutMS: 20000 })",
         "new DataSource({ type: \"postgres\", url: process.env.DATABASE_URL, poolSize: 3, "
         "connectTimeoutMS: 2500, extra: { idleTimeoutMillis: 60000, maxLifetimeSeconds: 1800 } "
         "})"},
        {"sequelize",
         "new Sequelize(process.env.DATABASE_URL, { pool: { max: 7, min: 0, acquire: 20000 } })",
         "new Sequelize(process.env.DATABASE_URL, { pool: { max: 3, min: 0, acquire: 2500, "
         "idle: 60000 } })"},
        {"knex",
         "knex({ client: \"pg\", connection: process.env.DATABASE_URL, pool: { min: 0, max: 7, "
         "createTimeoutMillis: 10000 }, acquireConnectionTimeout: 20000 })",
         "knex({ client: \"pg\", connection: process.env.DATABASE_URL, pool: { min: 0, max: 3, "
         "createTimeoutMillis: 1, idleTimeoutMillis: 60000, maxConnectionLifetimeMillis: 1800000 "
         "}, acquireConnectionTimeout: 2500 })"},
        {"sqlalchemy-async",
         "create_async_engine(os.environ[\"DATABASE_URL\"], pool_size=7, max_overflow=0, "
         "pool_timeout=20, connect_args=dict(timeout=10), pool_pre_ping=True)",
         "create_async_engine(os.environ[\"DATABASE_URL\"], pool_size=3, max_overflow=0, "
         "pool_timeout=3, pool_recycle=1800, connect_args=dict(timeout=1), pool_pre_ping=True)"},
        {"psycopg-pool",
         "ConnectionPool(os.environ[\"DATABASE_URL\"], min_size=0, max_size=7, timeout=20)",
         "ConnectionPool(os.environ[\"DATABASE_URL\"], min_size=0, max_size=3, timeout=3, "
         "max_idle=60, max_lifetime=1800)"},
        {"asyncpg",
         "await asyncpg.create_pool(os.environ[\"DATABASE_URL\"], min_size=0, max_size=7, "
         "timeout=10)",
         "await asyncpg.create_pool(os.environ[\"DATABASE_URL\"], min_size=0, max_size=3, "
         "timeout=1, max_inactive_connection_lifetime=60)"},
        {"django",
         "DATABASES[\"default\"].setdefault(\"OPTIONS\", dict())[\"pool\"] = dict(min_size=0, "
         "max_size=7, timeout=20)",
         "DATABASES[\"default\"].setdefault(\"OPTIONS\", dict())[\"pool\"] = dict(min_size=0, "
         "max_size=3, timeout=3, max_idle=60, max_lifetime=1800)"},
        {"hikaricp",
         "spring.datasource.url=${DATABASE_URL}\nspring.datasource.hikari.maximumPoolSize=7\n"
         "spring.datasource.hikari.connectionTimeout=20000",
         "spring.datasource.url=${DATABASE_URL}\nspring.datasource.hikari.maximumPoolSize=3\n"
         "spring.datasource.hikari.connectionTimeout=2500\n"
         "spring.datasource.hikari.minimumIdle=0\nspring.datasource.hikari.idleTimeout=60000\n"
         "spring.datasource.hikari.maxLifetime=1800000"},
        {"r2dbc-pool", "", ""},
        {"pgxpool", "", ""},
        {"rails", "", ""},
        {"npgsql", "", ""},
        {"sqlx",
         "PgPoolOptions::new().max_connections(7).acquire_timeout(Duration::from_secs(20))"
         ".connect(&std::env::var(\"DATABASE_URL\")?).await?",
         "PgPoolOptions::new().max_connections(3).acquire_timeout(Duration::from_secs(3))"
         ".idle_timeout(Duration::from_secs(60)).max_lifetime(Duration::from_secs(1800))"
         ".connect(&std::env::var(\"DATABASE_URL\")?).await?"},
        {"deadpool",
         "let mut config = deadpool_postgres::Config::new(); config.url = "
         "Some(std::env::var(\"DATABASE_URL\")?); config.pool = Some(PoolConfig { max_size: 7, "
         "timeouts: Timeouts { wait: Some(Duration::from_secs(20)), ..Default::default() }, "
         "..Default::default() });",
         "let mut config = deadpool_postgres::Config::new(); config.url = "
         "Some(std::env::var(\"DATABASE_URL\")?); config.pool = Some(PoolConfig { max_size: 3, "
         "timeouts: Timeouts { wait: Some(Duration::from_secs(3)), ..Default::default() }, "
         "..Default::default() });"},
        {"bb8",
         "bb8::Pool::builder().max_size(7).connection_timeout(Duration::from_secs(20))"
         ".build(PostgresConnectionManager::new_from_stringlike(std::env::var(\"DATABASE_URL\")?, "
         "NoTls /* or a TLS connector */)?).await?",
         "bb8::Pool::builder().max_size(3).connection_timeout(Duration::from_secs(3))"
         ".idle_timeout(Some(Duration::from_secs(60))).max_lifetime(Some(Duration::from_secs(1800))"
         ")"
         ".build(PostgresConnectionManager::new_from_stringlike(std::env::var(\"DATABASE_URL\")?, "
         "NoTls /* or a TLS connector */)?).await?"},
        {"r2d2",
         "r2d2::Pool::builder().max_size(7).connection_timeout(Duration::from_secs(20))"
         ".build(ConnectionManager::<PgConnection>::new(std::env::var(\"DATABASE_URL\")?))?",
         "r2d2::Pool::builder().max_size(3).connection_timeout(Duration::from_secs(3))"
         ".min_idle(Some(0)).idle_timeout(Some(Duration::from_secs(60)))"
         ".max_lifetime(Some(Duration::from_secs(1800)))"
         ".build(ConnectionManager::<PgConnection>::new(std::env::var(\"DATABASE_URL\")?))?"},
        {"ecto", "", ""},
        {"php", "pm.max_children = 7", "pm.max_children = 3"},
    };
    assert_int_equal(sizeof rows / sizeof rows[0], client_count()); /* a new row brings its own */
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_string_equal(snippet_made(rows[i].id, &usual), rows[i].usual);
        assert_string_equal(snippet_made(rows[i].id, &everything), rows[i].everything);
    }
}

static void seconds_round_up_and_nothing_is_zero(void **state)
{
    (void)state;
    const struct client_setting seconds = {.quantity = POOL_TIMEOUT, .unit = UNIT_SECONDS};
    const struct client_setting ms = {.quantity = POOL_TIMEOUT, .unit = UNIT_MILLISECONDS};
    const int64_t given[] = {-1, 0, 1, 999, 1000, 1001, 20000, INT64_MAX};
    const int64_t as_seconds[] = {-1, 1, 1, 1, 1, 2, 20, INT64_MAX / 1000 + 1};
    const int64_t as_ms[] = {-1, 1, 1, 999, 1000, 1001, 20000, INT64_MAX};
    for (size_t i = 0; i < sizeof given / sizeof given[0]; i++) {
        const struct pool_settings pool = {.pool_timeout_ms = given[i]};
        assert_int_equal(client_setting_value(&seconds, &pool), as_seconds[i]);
        assert_int_equal(client_setting_value(&ms, &pool), as_ms[i]);
    }
    /* HikariCP takes its default for less. */
    const struct client_setting bounded = {
        .quantity = POOL_TIMEOUT, .unit = UNIT_MILLISECONDS, .at_least = 250};
    assert_int_equal(client_setting_value(&bounded, &(struct pool_settings){.pool_timeout_ms = 1}),
                     250);
    const struct client_setting least = {.quantity = POOL_LEAST};
    assert_int_equal(client_setting_value(&least, &nothing), -1);
    assert_int_equal(client_setting_value(&least, &everything), 0);
    const struct client_setting constant = {.quantity = POOL_CONSTANT, .constant = 0};
    assert_int_equal(client_setting_value(&constant, &nothing), 0);
}

static void a_limit_counts_only_where_the_client_obeys(void **state)
{
    (void)state;
    static const struct {
        const char *id, *url;
        int64_t limit;
        const char *ignored;
    } rows[] = {
        {"prisma", "postgresql://h/d?connection_limit=5", 5, NULL},
        {"prisma", "postgresql://h/d?connection_limit=5&connection_limit=6", 6, NULL},
        {"prisma", "postgresql://h/d", -1, NULL},
        {"prisma", "postgresql://h/d?connection_limit=0", -1, NULL},
        {"prisma", "postgresql://h/d?connection_limit=many", -1, NULL},
        {"prisma", "postgresql://h/d?connection_limit=-3", -1, NULL},
        {"prisma", "postgresql://h/d?connection_limit", -1, NULL},
        {"prisma", "postgresql://h/d?max=5", -1, "max"},
        {"prisma-7", "postgresql://h/d?connection_limit=5", -1, "connection_limit"},
        {"node-postgres", "postgresql://h/d?connection_limit=5", -1, "connection_limit"},
        {"node-postgres", "postgresql://h/d?max=5", -1, "max"},
        {"node-postgres", "postgresql://h/d?pool_timeout=5&schema=s", -1, NULL},
        {"sqlalchemy", "postgresql://h/d?pool_size=5", -1, "pool_size"},
        {"go-database-sql", "host=h connection_limit=5", -1, "connection_limit"},
        {"generic", "postgresql://h/d?connection_limit=5&max=4", 5, NULL},
        {"rails", "postgresql://h/d?pool=5", 5, NULL},
        {"rails", "postgresql://h/d?connection_limit=5", -1, "connection_limit"},
        {"pgxpool", "postgresql://h/d?pool_max_conns=5", 5, NULL},
        {"ecto", "postgresql://h/d?pool_size=5", 5, NULL},
        {"postgres-js", "postgresql://h/d?max=5", -1, "max"},
        {"hikaricp", "jdbc:postgresql://h/d?maximumPoolSize=5", -1, "maximumPoolSize"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct client *client = must_find(rows[i].id);
        const struct url *url = must_read(rows[i].url);
        assert_int_equal(client_limit_in_url(&arena, client, url), rows[i].limit);
        const char *ignored = client_ignored_in_url(&arena, client, url);
        assert_string_equal(ignored == NULL ? "" : ignored,
                            rows[i].ignored == NULL ? "" : rows[i].ignored);
    }
}

static void the_template_is_left_alone(void **state)
{
    (void)state;
    const struct url *template = must_read(CORE "?connection_limit=5&schema=s");
    for (size_t i = 0; i < client_count(); i++) {
        (void)client_url(&arena, client_at(i), template, &everything);
        assert_string_equal(url_string(&arena, template, URL_REVEALED),
                            CORE "?connection_limit=5&schema=s");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(every_row_is_complete, teardown),
        cmocka_unit_test_teardown(no_mark_is_left_in_a_snippet, teardown),
        cmocka_unit_test_teardown(defaults_are_those_of_the_clients, teardown),
        cmocka_unit_test_teardown(each_client_gets_its_url, teardown),
        cmocka_unit_test_teardown(passwords_are_masked_in_every_form, teardown),
        cmocka_unit_test_teardown(what_is_left_out_is_named, teardown),
        cmocka_unit_test_teardown(a_dialect_becomes_another, teardown),
        cmocka_unit_test_teardown(only_key_value_strings_have_no_place_for_a_limit, teardown),
        cmocka_unit_test_teardown(each_client_gets_its_snippet, teardown),
        cmocka_unit_test_teardown(seconds_round_up_and_nothing_is_zero, teardown),
        cmocka_unit_test_teardown(a_limit_counts_only_where_the_client_obeys, teardown),
        cmocka_unit_test_teardown(the_template_is_left_alone, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
