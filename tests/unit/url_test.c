/* The URL reader against RFC 3986, libpq's documentation (34.1.1), and libpq itself. */
#include "url.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <libpq-fe.h>

static struct arena arena;

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static struct url *must_read(const char *string)
{
    struct url *url = NULL;
    struct fail fail = {0};
    if (!url_read(&arena, string, &url, &fail))
        fail_msg("%s: refused: %s", string, fail.message);
    return url;
}

/* What libpq makes of url_for_libpq(); NULL stands for a part that is not there or empty. */
struct accepted {
    const char *string;
    const char *user, *password, *host, *port, *database;
    const char *masked; /* NULL: as `string` */
    const char *libpq;  /* NULL: as `string` */
};

/* Most rows have no need of the last columns. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
static const struct accepted accepted[] = {
    /* libpq's documentation */
    {"postgresql://"},
    {"postgresql://localhost", .host = "localhost"},
    {"postgresql://localhost:5433", .host = "localhost", .port = "5433"},
    {"postgresql://localhost/mydb", .host = "localhost", .database = "mydb"},
    {"postgresql://user@localhost", .user = "user", .host = "localhost"},
    {"postgresql://user:secret@localhost", "user", "secret", "localhost",
     .masked = "postgresql://user:***@localhost"},
    {"postgresql://other@localhost/otherdb?connect_timeout=10&application_name=myapp", "other",
     NULL, "localhost", NULL, "otherdb"},
    {"postgresql://host1:123,host2:456/somedb?target_session_attrs=any&application_name=myapp",
     .host = "host1,host2", .port = "123,456", .database = "somedb"},
    {"postgresql:///mydb?host=localhost&port=5433", .host = "localhost", .port = "5433",
     .database = "mydb"},
    {"postgresql://[2001:db8::1234]/database", .host = "2001:db8::1234", .database = "database"},
    {"postgresql:///dbname?host=/var/lib/postgresql", .host = "/var/lib/postgresql",
     .database = "dbname"},
    {"postgresql://%2Fvar%2Flib%2Fpostgresql/dbname", .host = "/var/lib/postgresql",
     .database = "dbname"},
    {"postgresql://user@localhost:5433/mydb?options=-c%20synchronous_commit%3Doff", "user", NULL,
     "localhost", "5433", "mydb"},

    /* user and password */
    {"postgres://app:pw@db.internal:5432/core", "app", "pw", "db.internal", "5432", "core",
     .masked = "postgres://app:***@db.internal:5432/core"},
    {"postgresql://u:p%40ss@h/d", "u", "p@ss", "h", NULL, "d", .masked = "postgresql://u:***@h/d"},
    {"postgresql://u:p%2Fss@h/d", "u", "p/ss", "h", NULL, "d", .masked = "postgresql://u:***@h/d"},
    {"postgresql://u:p%3Ass@h/d", "u", "p:ss", "h", NULL, "d", .masked = "postgresql://u:***@h/d"},
    {"postgresql://u:p%25ss@h/d", "u", "p%ss", "h", NULL, "d", .masked = "postgresql://u:***@h/d"},
    {"postgresql://u:p%23s%3f@h/d", "u", "p#s?", "h", NULL, "d",
     .masked = "postgresql://u:***@h/d"},
    {"postgresql://u:p:ss@h/d", "u", "p:ss", "h", NULL, "d", .masked = "postgresql://u:***@h/d"},
    {"postgresql://u:p#ss@h/d", "u", "p#ss", "h", NULL, "d", .masked = "postgresql://u:***@h/d"},
    {"postgresql://u:p?ss@h/d", "u", "p?ss", "h", NULL, "d", .masked = "postgresql://u:***@h/d"},
    {"postgresql://u:a+b&c=d,e;f!$'()*~[]@h", "u", "a+b&c=d,e;f!$'()*~[]", "h",
     .masked = "postgresql://u:***@h"},
    {"postgresql://u:\\^{}|\"<>`@h", "u", "\\^{}|\"<>`", "h", .masked = "postgresql://u:***@h"},
    {"postgresql://us%C3%A9r:p%C3%A4ss@h/d", "us\303\251r", "p\303\244ss", "h", NULL, "d",
     .masked = "postgresql://us%C3%A9r:***@h/d"},
    {"postgresql://us\303\251r:p\303\244ss@h/d", "us\303\251r", "p\303\244ss", "h", NULL, "d",
     .masked = "postgresql://us\303\251r:***@h/d"},
    {"postgresql://u:%ff%FE@h", "u", "\377\376", "h", .masked = "postgresql://u:***@h"},
    {"postgresql://u%20v@h", .user = "u v", .host = "h"},
    {"postgresql://me%40tenant:pw@h/d", "me@tenant", "pw", "h", NULL, "d",
     .masked = "postgresql://me%40tenant:***@h/d"},
    {"postgresql://postgres.abcdef:pw@aws-0-eu.pooler.example.com:6543/postgres", "postgres.abcdef",
     "pw", "aws-0-eu.pooler.example.com", "6543", "postgres",
     .masked = "postgresql://postgres.abcdef:***@aws-0-eu.pooler.example.com:6543/postgres"},
    {"postgresql://u:@h/d", .user = "u", .host = "h", .database = "d"},
    {"postgresql://:pw@h/d", NULL, "pw", "h", NULL, "d", .masked = "postgresql://:***@h/d"},
    {"postgresql://:@h", .host = "h"},
    {"postgresql://@h/d", .host = "h", .database = "d"},
    {"postgresql://u@/d", .user = "u", .database = "d"},
    {"postgresql://u:pw@", "u", "pw", .masked = "postgresql://u:***@"},
    {"postgresql://u:pw@/", "u", "pw", .masked = "postgresql://u:***@/"},
    {"postgresql://u:***@h", "u", "***", "h"},

    /* hosts and ports */
    {"postgresql://h:/d", .host = "h", .database = "d"},
    {"postgresql://h:1", .host = "h", .port = "1"},
    {"postgresql://h:65535/", .host = "h", .port = "65535"},
    {"postgresql://h:05432/", .host = "h", .port = "05432"},
    {"postgresql://:5432/d", .port = "5432", .database = "d"},
    {"postgresql://127.0.0.1:5432/d", .host = "127.0.0.1", .port = "5432", .database = "d"},
    {"postgresql://[::1]", .host = "::1"},
    {"postgresql://[::1]:5432/d", .host = "::1", .port = "5432", .database = "d"},
    {"postgresql://u:p@[fe80::1%25eth0]:5432/d", "u", "p", "fe80::1%eth0", "5432", "d",
     .masked = "postgresql://u:***@[fe80::1%25eth0]:5432/d"},
    {"postgresql://[::ffff:10.0.0.1]?sslmode=require", .host = "::ffff:10.0.0.1"},
    {"postgresql://[::1]:1,[::2]:2/d", .host = "::1,::2", .port = "1,2", .database = "d"},
    {"postgresql://[::1],h2/d", .host = "::1,h2", .port = ",", .database = "d"},
    {"postgresql://h1,h2,h3/d", .host = "h1,h2,h3", .port = ",,", .database = "d"},
    {"postgresql://h1,h2:5433/d", .host = "h1,h2", .port = ",5433", .database = "d"},
    {"postgresql://u:p@h1:5432,h2:5433/d?target_session_attrs=read-write", "u", "p", "h1,h2",
     "5432,5433", "d",
     .masked = "postgresql://u:***@h1:5432,h2:5433/d?target_session_attrs=read-write"},
    {"postgresql://,h2/d", .host = ",h2", .port = ",", .database = "d"},
    {"postgresql://u@%2Fvar%2Frun:5433/d", "u", NULL, "/var/run", "5433", "d"},
    {"postgresql://%2Fvar%2Frun", .host = "/var/run"},
    {"postgresql:///db?host=/var/run/postgresql", .host = "/var/run/postgresql", .database = "db"},
    {"postgresql://u:p@/db?host=/cloudsql/project:region:instance", "u", "p",
     "/cloudsql/project:region:instance", NULL, "db",
     .masked = "postgresql://u:***@/db?host=/cloudsql/project:region:instance"},
    {"postgresql://localhost/db?host=%2Fvar%2Frun&port=5433", .host = "/var/run", .port = "5433",
     .database = "db"},
    {"postgresql://a_b.EXAMPLE.com./d", .host = "a_b.EXAMPLE.com.", .database = "d"},

    /* database */
    {"postgresql:///", NULL},
    {"postgresql:///db", .database = "db"},
    {"postgresql://h/my%20db", .host = "h", .database = "my db"},
    {"postgresql://h/a%2Fb", .host = "h", .database = "a/b"},
    {"postgresql://h/a/b", .host = "h", .database = "a/b"},
    {"postgresql://h/a:b=c&d", .host = "h", .database = "a:b=c&d"},
    {"postgresql://h/%C3%BC", .host = "h", .database = "\303\274"},
    {"postgresql://h/d#top", .host = "h", .database = "d", .libpq = "postgresql://h/d"},
    {"postgresql://h#", .host = "h", .libpq = "postgresql://h"},
    {"postgresql://h/d?#", .host = "h", .database = "d", .libpq = "postgresql://h/d"},

    /* parameters: those of libpq override, those of others are dropped for libpq */
    {"postgresql://h/d?", .host = "h", .database = "d", .libpq = "postgresql://h/d"},
    {"postgresql://h?sslmode=require", .host = "h"},
    {"postgresql://u:p@h/d?user=v&password=q&dbname=e&host=i&port=2", "v", "q", "i", "2", "e",
     .masked = "postgresql://u:***@h/d?user=v&password=***&dbname=e&host=i&port=2"},
    {"postgresql://h/d?user=a&user=b", .user = "b", .host = "h", .database = "d"},
    {"postgresql://h/d?%75ser=x", .user = "x", .host = "h", .database = "d"},
    {"postgresql://h/d?p%61ssword=geheim", .password = "geheim", .host = "h", .database = "d",
     .masked = "postgresql://h/d?p%61ssword=***"},
    {"postgresql://h/d?user=me@tenant", .user = "me@tenant", .host = "h", .database = "d"},
    {"postgresql://h/d?password=p@s?s/:", .password = "p@s?s/:", .host = "h", .database = "d",
     .masked = "postgresql://h/d?password=***"},
    {"postgresql://h/d?user=&dbname=", .host = "h"},
    {"postgresql://h/d?user=a+b", .user = "a+b", .host = "h", .database = "d"},
    {"postgresql://h/d?sslpassword=geheim&sslcert=c", .host = "h", .database = "d",
     .masked = "postgresql://h/d?sslpassword=***&sslcert=c"},
    {"postgresql://h/d?ssl=true", .host = "h", .database = "d"},
    {"postgresql://h/d?ssl=false", .host = "h", .database = "d", .libpq = "postgresql://h/d"},
    {"postgresql://h/d?requiressl=1", .host = "h", .database = "d"},
    {"postgresql://h/d?schema=public", .host = "h", .database = "d", .libpq = "postgresql://h/d"},
    {"postgresql://h/d?schema=public&sslmode=require&pgbouncer=true&connect_timeout=5", .host = "h",
     .database = "d", .libpq = "postgresql://h/d?sslmode=require&connect_timeout=5"},
    {"postgresql://h/d?connection_limit=5&sslaccept=strict", .host = "h", .database = "d",
     .libpq = "postgresql://h/d"},
    {"postgresql://h/d?pgbouncer", .host = "h", .database = "d", .libpq = "postgresql://h/d"},
    {"postgresql://h/d?sslmode", .host = "h", .database = "d", .libpq = "postgresql://h/d"},
    {"postgresql://u:pw@h/d?user&dbname", "u", "pw", "h", NULL, "d",
     .masked = "postgresql://u:***@h/d?user&dbname", .libpq = "postgresql://u:pw@h/d"},
    {"postgresql://u:pw@h/d?password", "u", "pw", "h", NULL, "d",
     .masked = "postgresql://u:***@h/d?password", .libpq = "postgresql://u:pw@h/d"},
    {"postgresql://h/d?sslmode=require&", .host = "h", .database = "d",
     .libpq = "postgresql://h/d?sslmode=require"},
    {"postgresql://h/d?&&sslmode=require", .host = "h", .database = "d",
     .libpq = "postgresql://h/d?sslmode=require"},
    {"postgresql://h/d?options=-c%20a=b", .host = "h", .database = "d",
     .libpq = "postgresql://h/d?options=-c%20a%3Db"},
    {"postgresql://h/d?Schema=a&SSLMODE=x", .host = "h", .database = "d",
     .libpq = "postgresql://h/d"},
    {"postgresql://h/d?sslnegotiation=direct", .host = "h", .database = "d",
     .libpq = "postgresql://h/d"},
    {"postgresql://h/d?=x", .host = "h", .database = "d", .libpq = "postgresql://h/d"},
    {"postgresql://h/d?api_key=geheim&shadowDatabaseUrl=postgresql%3A%2F%2Fu%3Aa%40b%2Fc",
     .host = "h", .database = "d", .libpq = "postgresql://h/d",
     .masked = "postgresql://h/d?api_key=***&shadowDatabaseUrl=***"},
    {"postgresql://h/d?PWD=geheim&authToken=geheim", .host = "h", .database = "d",
     .libpq = "postgresql://h/d", .masked = "postgresql://h/d?PWD=***&authToken=***"},
    {"postgresql://app:pw@db.internal:5432/core?schema=public&sslmode=verify-full&sslrootcert=/etc/"
     "ca.pem",
     "app", "pw", "db.internal", "5432", "core",
     .masked = "postgresql://app:***@db.internal:5432/core?schema=public&sslmode=verify-full&"
               "sslrootcert=/etc/ca.pem",
     .libpq =
         "postgresql://app:pw@db.internal:5432/core?sslmode=verify-full&sslrootcert=/etc/ca.pem"},

    /* other schemes that mean PostgreSQL */
    {"postgresql+psycopg2://u:pw@h/d", "u", "pw", "h", NULL, "d",
     .masked = "postgresql+psycopg2://u:***@h/d", .libpq = "postgresql://u:pw@h/d"},
    {"postgresql+psycopg://h/d", .host = "h", .database = "d", .libpq = "postgresql://h/d"},
    {"postgresql+psycopg_async://h/d", .host = "h", .database = "d", .libpq = "postgresql://h/d"},
    {"postgresql+asyncpg://h/d?ssl=require", .host = "h", .database = "d",
     .libpq = "postgresql://h/d"},
    {"postgresql+pg8000://h/d", .host = "h", .database = "d", .libpq = "postgresql://h/d"},
    {"jdbc:postgresql://h1:1,h2/db?user=x&password=y", "x", "y", "h1,h2", "1,", "db",
     .masked = "jdbc:postgresql://h1:1,h2/db?user=x&password=***",
     .libpq = "postgresql://h1:1,h2/db?user=x&password=y"},
    {"jdbc:postgresql://srv.example.com:5432/db?user=me@srv&currentSchema=s&ssl=true",
     .user = "me@srv", .host = "srv.example.com", .port = "5432", .database = "db",
     .libpq = "postgresql://srv.example.com:5432/db?user=me@srv&ssl=true"},

    {"jdbc:postgresql://h/d?user=u&password=a+b%2Bc", "u", "a b+c", "h", NULL, "d",
     .masked = "jdbc:postgresql://h/d?user=u&password=***",
     .libpq = "postgresql://h/d?user=u&password=a%20b%2Bc"},

    /* key=value */
    {"host=h", .host = "h"},
    {"host=h port=5432 dbname=d user=u password=pw", "u", "pw", "h", "5432", "d",
     .masked = "host=h port=5432 dbname=d user=u password=***"},
    {"  host = h   port= 5432 dbname =d ", .host = "h", .port = "5432", .database = "d",
     .libpq = "host = h   port= 5432 dbname =d "},
    {"user='a b' password='it\\'s \\\\ x' host=h", "a b", "it's \\ x", "h",
     .masked = "user='a b' password=*** host=h"},
    {"host='h'user=u", .user = "u", .host = "h"},
    {"password=a\\ b\\'c host=h", .password = "a b'c", .host = "h",
     .masked = "password=*** host=h"},
    {"user=u password= host=h", .user = "u", .password = "host=h",
     .masked = "user=u password= ***"},
    {"host=h password=", .host = "h"},
    {"host='' user=u", .user = "u"},
    {"user=a user=b", .user = "b"},
    {"host=h1,h2 port=1,2", .host = "h1,h2", .port = "1,2"},
    {"host=/var/run/postgresql dbname=d", .host = "/var/run/postgresql", .database = "d"},
    {"host=h password=a;b,c@d/e", .password = "a;b,c@d/e", .host = "h",
     .masked = "host=h password=***"},
    {"host=h sslpassword=geheim", .host = "h", .masked = "host=h sslpassword=***"},
    {"schema=public host=h pool_max_conns=3 user=u", .user = "u", .host = "h",
     .libpq = "host=h user=u"},
    {"host='h'x='1'user=u", .user = "u", .host = "h", .libpq = "host='h'user=u"},
    {"host=h x='1'user=u", .user = "u", .host = "h", .libpq = "host=h user=u"},

    /* R2DBC's: `+` is a blank, but not in the path */
    {"r2dbc:pool:postgresql://u+v:p+q@h:1/d+e?maxSize=3", "u v", "p q", "h", "1", "d+e",
     .masked = "r2dbc:pool:postgresql://u+v:***@h:1/d+e?maxSize=3",
     .libpq = "postgresql://u%20v:p%20q@h:1/d+e"},
    {"r2dbc:postgresql:failover://h1:1,h2:2/d", .host = "h1,h2", .port = "1,2", .database = "d",
     .libpq = "postgresql://h1:1,h2:2/d"},
};

/* Npgsql's strings, by the rules of .NET's DbConnectionStringBuilder. */
static const struct {
    const char *string, *masked, *libpq;
} dotnet[] = {
    {"Host=h;Database=d;Username=u;Password=p", "Host=h;Database=d;Username=u;Password=***",
     "postgresql://u:p@h/d"},
    {"host=h;password=p", "host=h;password=***", "postgresql://:p@h"},
    {"SERVER=h;Port=5433;DB=d;user id=u;PWD=p", "SERVER=h;Port=5433;DB=d;user id=u;PWD=***",
     "postgresql://u:p@h:5433/d"},
    {" ; Host = h ;; UID = u v ; Psw = p ; ", " ; Host = h ;; UID = u v ; Psw = *** ; ",
     "postgresql://u%20v:p@h"},
    {"Host=h;User Name='a;''b';Password=\"x;\"\"y'=z\" ;Database=d",
     "Host=h;User Name='a;''b';Password=*** ;Database=d",
     "postgresql://a%3B%27b:x%3B%22y%27%3Dz@h/d"},
    {"Host=h;Password=a=b c\303\274", "Host=h;Password=***", "postgresql://:a%3Db%20c%C3%BC@h"},
    {"Host=a;Host=b;Password=x;Password=", "Host=a;Host=b;Password=***;Password=",
     "postgresql://b"},
    {"Host=h1:1,h2 , [::1]:3,::2;Port=9;Username=u", NULL,
     "postgresql://u@h1:1,h2:9,[::1]:3,[::2]:9"},
    {"Host=[::1,[a b],[],x:y:z", NULL, "postgresql://%5B%3A%3A1,%5Ba%20b%5D,%5B%5D,x%3Ay%3Az"},
    {"Host=/run/pg;Port=5433;Username=u", NULL, "postgresql://u@:5433?host=%2Frun%2Fpg"},
    {"Host=h;SSL Password=p;Options=-c search_path=s",
     "Host=h;SSL Password=***;Options=-c search_path=s", "postgresql://h"},
    {"Host=h;Password=\"a\nb\"", "Host=h;Password=***", "postgresql://:a%0Ab@h"},
    {"Host=h;Unheard Of=1", NULL, "postgresql://h"},
};

static void connection_strings_of_npgsql_are_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof dotnet / sizeof dotnet[0]; i++) {
        const struct url *url = must_read(dotnet[i].string);
        const char *masked = dotnet[i].masked == NULL ? dotnet[i].string : dotnet[i].masked;
        assert_true(url->is_dotnet);
        assert_string_equal(url_string(&arena, url, URL_REVEALED), dotnet[i].string);
        assert_string_equal(url_string(&arena, url, URL_MASKED), masked);
        assert_string_equal(url_for_libpq(&arena, url), dotnet[i].libpq);
    }
    static const char *const of_libpq[] = {"host=h", "host=h;", "password=a;b,c@d/e host=h",
                                           "host='a;b' user=u"};
    for (size_t i = 0; i < sizeof of_libpq / sizeof of_libpq[0]; i++)
        assert_false(must_read(of_libpq[i])->is_dotnet);
}

static void a_connection_string_of_npgsql_is_changed_in_place(void **state)
{
    (void)state;
    struct url *url = must_read(" Server=h ;uid=u;pwd=p;MaxPoolSize=3; ");
    url_parameter_set(&arena, url, "Maximum Pool Size", "7");
    url_parameter_set(&arena, url, "Timeout", "20");
    url_database_set(&arena, url, "a;b");
    assert_string_equal(url_string(&arena, url, URL_REVEALED),
                        " Server=h ;uid=u;pwd=p;MaxPoolSize=7;Timeout=20;Database=\"a;b\"; ");
    assert_string_equal(url_first_host(&arena, url), "h");
    url_role_set(&arena, url, "v");
    url_parameter_remove(url, "host");
    assert_string_equal(url_string(&arena, url, URL_REVEALED),
                        "uid=v;MaxPoolSize=7;Timeout=20;Database=\"a;b\"; ");
    assert_string_equal(url_first_host(&arena, must_read("Host=h1:1,h2:2")), "h1");
}

static const char *libpq_value(const PQconninfoOption *options, const char *keyword)
{
    for (; options->keyword != NULL; options++) {
        if (strcmp(options->keyword, keyword) == 0)
            return options->val;
    }
    return NULL;
}

static void same_part(const char *string, const char *part, const char *expected,
                      const char *actual)
{
    expected = expected == NULL ? "" : expected;
    actual = actual == NULL ? "" : actual;
    if (strcmp(expected, actual) != 0)
        fail_msg("%s: %s: expected \"%s\", got \"%s\"", string, part, expected, actual);
}

static void accepted_urls_come_back_byte_for_byte(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof accepted / sizeof accepted[0]; i++) {
        const char *string = accepted[i].string;
        const struct url *url = must_read(string);
        assert_string_equal(url_string(&arena, url, URL_REVEALED), string);
        assert_string_equal(url_string(&arena, url_copy(&arena, url), URL_REVEALED), string);
        const char *masked = accepted[i].masked == NULL ? string : accepted[i].masked;
        assert_string_equal(url_string(&arena, url, URL_MASKED), masked);
    }
}

static void libpq_reads_the_same_parts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof accepted / sizeof accepted[0]; i++) {
        const struct accepted *row = &accepted[i];
        const struct url *url = must_read(row->string);
        const char *string = url_for_libpq(&arena, url);
        assert_string_equal(string, row->libpq == NULL ? row->string : row->libpq);
        char *error = NULL;
        PQconninfoOption *options = PQconninfoParse(string, &error);
        if (options == NULL)
            fail_msg("%s: libpq refuses %s: %s", row->string, string, error);
        same_part(string, "user", row->user, libpq_value(options, "user"));
        same_part(string, "password", row->password, libpq_value(options, "password"));
        same_part(string, "host", row->host, libpq_value(options, "host"));
        same_part(string, "port", row->port, libpq_value(options, "port"));
        same_part(string, "dbname", row->database, libpq_value(options, "dbname"));
        PQconninfoFree(options);

        same_part(string, "url_user", row->user, url_user(&arena, url));
        same_part(string, "url_database", row->database, url_database(&arena, url));
        assert_int_equal(url_has_password(url), row->password != NULL);
    }
}

/* The parts of the authority as this reader sees them, put together as libpq does. */
static void authority_is_read_as_libpq_reads_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof accepted / sizeof accepted[0]; i++) {
        const struct accepted *row = &accepted[i];
        struct url *url = must_read(row->string);
        url_plus_to_blank(&arena, url);
        if (url->is_keywords || url_parameter(&arena, url, "host") != NULL)
            continue;
        struct text hosts = {.arena = &arena}, ports = {.arena = &arena};
        for (size_t host = 0; host < url->host_count; host++) {
            const char *name = url->hosts[host].host;
            bool brackets = name[0] == '[';
            text_put(&hosts, host > 0 ? "," : "");
            text_put_bytes(&hosts, name + brackets, strlen(name) - 2 * (size_t)brackets);
            text_put(&ports, host > 0 ? "," : "");
            text_put(&ports, url->hosts[host].port == NULL ? "" : url->hosts[host].port);
        }
        same_part(row->string, "hosts", row->host, url_decode(&arena, hosts.bytes));
        same_part(row->string, "ports", row->port, ports.bytes);
        if (url->password != NULL)
            same_part(row->string, "password", row->password, url_decode(&arena, url->password));
        text_free(&hosts);
        text_free(&ports);
    }
}

/* Pieces that strings are made of at random, with all that has a meaning somewhere. */
static const char *const pieces[] = {
    "postgresql://",
    "postgres://",
    "u",
    ":",
    "p",
    "@",
    "h",
    "/",
    "d",
    "?",
    "&",
    "=",
    "#",
    ",",
    "[::1]",
    "[fe80::1%25e]",
    "5432",
    "1",
    "%2F",
    "%40",
    "%",
    "user=a",
    "password=",
    "host=",
    "dbname=x",
    "port=",
    "ssl=",
    "schema",
    "a b",
    " ",
    "'",
    "\\",
    "host=h ",
    "user=u ",
    "%23",
    "\303\274",
    "true",
    "sslmode=require",
};

static const char *string_made(uint32_t *random)
{
    struct text text = {.arena = &arena};
    *random = *random * 1664525 + 1013904223;
    if (*random >> 30 != 0)
        text_put(&text, *random >> 31 ? "postgresql://" : "host=h ");
    for (uint32_t count = 1 + (*random >> 12) % 12; count > 0; count--) {
        *random = *random * 1664525 + 1013904223;
        text_put(&text, pieces[(*random >> 16) % (sizeof pieces / sizeof pieces[0])]);
    }
    return text_keep(&text);
}

/* Whatever is read, libpq reads the same in what it is given of it. */
static void libpq_agrees_about_strings_made_at_random(void **state)
{
    (void)state;
    uint32_t random = 1;
    size_t read_count = 0;
    for (int i = 0; i < 100000; i++) {
        const char *string = string_made(&random);
        struct url *url;
        struct fail fail = {0};
        if (url_read(&arena, string, &url, &fail)) {
            const char *given = url_for_libpq(&arena, url);
            char *error = NULL;
            PQconninfoOption *options = PQconninfoParse(given, &error);
            if (options == NULL)
                fail_msg("%s: libpq refuses %s: %s", string, given, error);
            same_part(string, "user", libpq_value(options, "user"), url_user(&arena, url));
            same_part(string, "dbname", libpq_value(options, "dbname"), url_database(&arena, url));
            const char *password = libpq_value(options, "password");
            assert_int_equal(url_has_password(url), password != NULL && *password != '\0');
            PQconninfoFree(options);
            read_count++;
        }
        arena_clear(&arena);
    }
    assert_true(read_count > 10000);
}

/* A string that is refused: what the message must name, and that no word of it is quoted. */
static const struct {
    const char *string, *message;
} refused[] = {
    {"", "empty"},
    {"mydb", "character 1 of the URL: there is no scheme"},
    {"kSECRET", "no scheme"},
    {"'postgresql://h/d'", "no scheme"},
    {"//h/d", "no scheme"},
    {"/var/run", "no scheme"},
    {"app:kSECRET@h/d", "not a scheme"},
    {"postgres:kSECRET@h", "`://` is expected"},
    {"postgresql:db", "character 11 of the URL: `://`"},
    {"postgresql:/h/d", "`://`"},
    {"jdbc:postgresql:db", "character 16 of the URL: `://`"},
    {"foo://u:kSECRET@h/d", "not a scheme"},
    {"postgresql+kSECRET://h", "not a scheme"},
    {"prisma://accelerate.prisma-data.net/?api_key=kSECRET", "prisma: "},
    {"prisma+postgres://localhost:51213/?api_key=kSECRET", "prisma+postgres: "},
    {"mysql://u:kSECRET@h/d", "mysql: "},
    {"mysql+pymysql://u:kSECRET@h/d", "mysql: "},
    {"jdbc:mysql://h/d", "mysql: "},
    {"jdbc:sqlserver://h;databaseName=d;password=kSECRET", "sqlserver: "},
    {"mariadb://h/d", "mariadb: "},
    {"sqlite:///kSECRET.db", "sqlite: "},
    {"sqlite:kSECRET.db", "sqlite: "},
    {"file:./dev.db", "file: "},
    {"sqlserver://h:1433;database=d", "sqlserver: "},
    {"mongodb://u:kSECRET@h/d", "mongodb: "},
    {"mongodb+srv://u:kSECRET@h/d", "mongodb: "},
    {"redis://:kSECRET@h", "redis: "},
    {"http://h/d", "http: "},
    {"HTTPS://h/d", "https: "},
    {"POSTGRES://u:kSECRET@h/d", "capital letters"},
    {"PostgreSQL://h/d", "capital letters"},
    {"postgresql+AsyncPG://h/d", "capital letters"},
    {"jdbc:PostgreSQL://h/d", "capital letters"},
    {"cockroachdb://h/d", "cockroachdb: "},
    {"ecto://u:kSECRET@h/d", "ecto: "},
    {"r2dbc:mysql://u:kSECRET@h/d", "not a scheme"},

    /* passwords that needed percent-encoding */
    {"postgresql://u:ab@kSECRET@h/d", "character 18 of the URL: an unencoded `@`"},
    {"postgresql://u:kSECRET@x@h:5432/d", "an unencoded `@`"},
    {"postgresql://u:ab@kSECRET:1@h/d", "an unencoded `@`"},
    {"postgresql://u:kSECRET/x@h/d", "character 23 of the URL: `/` before an unencoded `@`"},
    {"postgresql://u:1234/kSECRET@h/d", "write / as %2F"},
    {"postgresql://u:/kSECRET@h/d", "write / as %2F"},
    {"postgresql://u:12?kSECRET/x@h/d", "an unencoded `@`"},
    {"postgresql://u:12/x?kSECRET@h/d", "an unencoded `@`"},
    {"postgresql://u:12/x?y=kSECRET@h/d", "an unencoded `@`"},
    {"postgresql://u:12/x#kSECRET@h/d", "an unencoded `#`"},
    {"postgresql://u:12#kSECRET/x@h/d", "an unencoded `#`"},
    {"postgresql://u:p@x/kSECRET@h/d", "an unencoded `@`"},
    {"postgresql://u:p?x=kSECRET@h/d", "character 17 of the URL: `?` and `=`"},
    {"postgresql://u:p?x=kSECRET@h/d", "write ? as %3F"},
    {"postgresql://u:kSECRET@x@h/d", "write it as %40"},
    {"postgresql://u:kSECRET%@h/d", "write it as %25"},
    {"postgresql://h/d@kSECRET", "write it as %40"},
    {"postgresql://h?password=k@SECRET", "`?` and `=`"},
    {"postgresql://u:kSECRET%@h/d", "character 23 of the URL: `%`"},
    {"postgresql://u:%kSECRET@h/d", "`%`"},
    {"postgresql://u:kSECRET%4@h/d", "`%`"},
    {"postgresql://u:kSECRET%zz@h/d", "`%`"},
    {"postgresql://u:kSECRET%00@h/d", "`%`"},
    {"postgresql://u:k SECRET@h/d", "character 17 of the URL: a blank"},
    {"postgresql://u:kSECRET", "the port"},
    {"postgresql://\303\251:kSECRET/@h", "character 23 of the URL: `/`"},
    {"postgresql://h/d?password=a#kSECRET", "`#`"},
    {"postgresql://h/d?password=a&kSECRET", "a parameter without `=`"},
    {"postgresql://h/d?password=a&x=1&kSECRET", "a parameter without `=`"},
    {"postgresql://h/d?schema=a@kSECRET", "`@`"},
    {"postgresql://h?schema=a/b&user=x@kSECRET",
     "`@`"}, /* without schema, libpq would read host kSECRET */

    /* bytes */
    {"postgresql://h/d\n", "character 17 of the URL: a control character"},
    {"postgresql://h\t/d", "control character"},
    {"\033postgresql://h/d", "control character"},
    {"postgresql://h/d\177", "control character"},
    {" postgresql://h/d", "no scheme"},
    {"postgresql://h/d ", "a blank"},
    {"postgresql://h/my db", "a blank"},
    {"postgresql://h/d%", "`%`"},
    {"postgresql://h/d%2", "`%`"},
    {"postgresql://%zz/d", "`%`"},
    {"postgresql://h/d?a%=b", "`%`"},
    {"postgresql://h/d?a=%G1", "`%`"},
    {"postgresql://h/d?a=%00", "`%`"},
    {"postgresql://h/d?a=b#x?y", "`#`"},

    /* hosts and ports */
    {"postgresql://h:0/d", "the port"},
    {"postgresql://h:65536/d", "the port"},
    {"postgresql://h:99999999999999999999/d", "the port"},
    {"postgresql://h:-1/d", "the port"},
    {"postgresql://h:+5432/d", "the port"},
    {"postgresql://h:5432x/d", "the port"},
    {"postgresql://h:%35432/d", "the port"},
    {"postgresql://h1:1,h2:x/d", "character 22 of the URL: the port"},
    {"postgresql://::1/d", "the port"},
    {"postgresql:///d?port=0", "the port"},
    {"postgresql://h?port=70000", "the port"},
    {"postgresql:///d?port=1,x", "the port"},
    {"postgresql://[::1/d", "IPv6"},
    {"postgresql://[::1", "IPv6"},
    {"postgresql://[]/d", "IPv6"},
    {"postgresql://[::1]x/d", "IPv6"},
    {"postgresql://[[::1]]/d", "IPv6"},

    /* key=value */
    {"host=h port=70000", "the port"},
    {"host=h password='kSECRET", "has no end"},
    {"host=h password='kSECRET\\", "has no end"},
    {"host=h password=k SECRET", "a key and `=`"},
    {"host=h password=k SECRET=x", "a key that libpq does not know"},
    {"host=h password='k'SECRET=x", "a key that libpq does not know"},
    {"host=h =x", "a key and `=`"},
    {"application_name=a;password=kSECRET", "`;`"},

    /* Npgsql's */
    {"Host=h;Password=\"kSECRET", "has no end"},
    {"Host=h;Password='kSECRET''", "has no end"},
    {"Host=h;Password=\"k\"SECRET;Database=d", "a `;` is expected"},
    {"Host=h;Password=k;SECRET", "a key and `=`"},
    {"Host=h;Password=k;SECRET;Database=d", "a key and `=`"},
    {"Host=h;Password=k;SECRET=x", "a key that Npgsql does not know"},
    {"host=h;password=k;SECRET=x", "a key that Npgsql does not know"},
    {"Host=h;Password=kSECRET\"", "quotation mark"},
    {"Host=h;a==SECRET=x", "a key and `=`"},
    {"Host=h Password=kSECRET", "character 6 of the URL: a key and `=` within"},
    {"Host=h pass=kSECRET;Database=d", "a key and `=` within"},
    {"Host=h;Options=x Password=kSECRET", "a key and `=` within"},
    {"user=a;b=c password=kSECRET", "`;` does not part"},
    {"Host=h;Port=70000;Password=kSECRET", "the port"},
    {"Host=h:x;Password=kSECRET", "the port"},
    {"Host=h1:1,h2:;Password=kSECRET", "no port behind it"},
    {"Host=h\n;Password=kSECRET", "control character"},
    {"Host=h;\tPassword=kSECRET", "control character"},
    {"DATABASE_URL=postgresql://u:kSECRET@h/d", "none of the keys"},
    {"host=h\nuser=u", "control character"},
};

static void refusals_say_where_and_never_quote(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct url *url = NULL;
        struct fail fail = {0};
        if (url_read(&arena, refused[i].string, &url, &fail))
            fail_msg("%s: accepted", refused[i].string);
        assert_null(url);
        assert_int_equal(fail.kind, FAIL_INPUT);
        if (strstr(fail.message, refused[i].message) == NULL)
            fail_msg("%s: %s", refused[i].string, fail.message);
        assert_null(strstr(fail.message, "SECRET"));
        assert_null(strstr(fail.hint, "SECRET"));
        assert_null(strchr(fail.message, '\n'));
    }
}

/* Whatever punctuation a password holds without encoding: refused or masked, never shown in part.
 * Only a parameter behind a `&` cannot be told from a part of a password:
 * `password=y&currentSchema=z`. */
static void no_part_of_a_password_is_ever_shown(void **state)
{
    (void)state;
    static const char *const heads[] = {"Kopf", "1234", ""};
    static const char *const shapes[] = {
        "postgresql://app:%s%c%s%c%s@db.internal:5432/core?schema=x",
        "postgres://app:%s%c%s%c%s@h",
        "host=h password=%s%c%s%c%s",
        "postgresql://h/d?user=u&password=%s%c%s%c%s",
        "Host=h;Password=%s%c%s%c%s;Database=d",
        "host=h;user id=u;pwd=%s%c%s%c%s"};
    static const char punctuation[] = "@/:#?%&=,;+ '\"\\[]{}|^`!$()*~-<>";
    for (size_t shape = 0; shape < sizeof shapes / sizeof shapes[0]; shape++) {
        for (size_t i = 0; i < 3 * (sizeof punctuation - 1) * (sizeof punctuation - 1); i++) {
            char string[200];
            struct url *url = NULL;
            struct fail fail = {0};
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
            (void)snprintf(string, sizeof string, shapes[shape], heads[i % 3],
                           punctuation[i / 3 % (sizeof punctuation - 1)], "Rumpf",
                           punctuation[i / 3 / (sizeof punctuation - 1)], "Schwanz");
#pragma GCC diagnostic pop
            const char *ampersand = strchr(string + strlen("postgresql://h/d?user=u&"), '&');
            if (shape == 3 && ampersand != NULL && strchr(ampersand, '=') != NULL)
                continue;
            bool read = url_read(&arena, string, &url, &fail);
            const char *shown = read ? url_string(&arena, url, URL_MASKED) : fail.message;
            if (strstr(shown, "Kopf") || strstr(shown, "Rumpf") || strstr(shown, "Schwanz"))
                fail_msg("%s is shown as %s", string, shown);
            if (read)
                assert_string_equal(url_string(&arena, url, URL_REVEALED), string);
        }
        arena_free(&arena);
    }
}

static void limits_hold_at_their_edges(void **state)
{
    (void)state;
    struct text text = {.arena = &arena};
    struct url *url;
    struct fail fail = {0};
    text_put(&text, "postgresql://h/");
    text_repeat(&text, "d", URL_MAX_BYTES - text.length);
    assert_string_equal(url_string(&arena, must_read(text.bytes), URL_REVEALED), text.bytes);
    text_put(&text, "d");
    assert_false(url_read(&arena, text.bytes, &url, &fail));
    assert_non_null(strstr(fail.message, "65536 bytes"));

    text.length = 0;
    text_put(&text, "postgresql://h");
    text_repeat(&text, ",h", URL_MAX_HOSTS - 1);
    assert_int_equal(must_read(text.bytes)->host_count, URL_MAX_HOSTS);
    text_put(&text, ",h");
    fail = (struct fail){0};
    assert_false(url_read(&arena, text.bytes, &url, &fail));
    assert_non_null(strstr(fail.message, "more than 64 hosts"));

    text.length = 0;
    text_put(&text, "postgresql:///d?host=h");
    text_repeat(&text, ",h", URL_MAX_HOSTS - 1);
    (void)must_read(text.bytes);
    text_put(&text, ",h");
    fail = (struct fail){0};
    assert_false(url_read(&arena, text.bytes, &url, &fail));
    assert_non_null(strstr(fail.message, "more than 64 hosts"));
    fail = (struct fail){0};
    assert_false(url_read(&arena, text.bytes + strlen("postgresql:///d?"), &url, &fail));
    assert_non_null(strstr(fail.message, "more than 64 hosts"));

    text.length = 0;
    text_put(&text, "postgresql://h?a=1");
    text_repeat(&text, "&a=1", URL_MAX_PARAMETERS - 1);
    assert_int_equal(must_read(text.bytes)->parameter_count, URL_MAX_PARAMETERS);
    text_put(&text, "&a=1");
    fail = (struct fail){0};
    assert_false(url_read(&arena, text.bytes, &url, &fail));
    assert_non_null(strstr(fail.message, "more than 256 parameters"));

    text.length = 0;
    text_put(&text, "Host=h;Options=");
    text_repeat(&text, "a=", (URL_MAX_BYTES - text.length) / 2); /* in no time */
    (void)must_read(text.bytes);
    text.length = 0;
    text_repeat(&text, "Host=h;", URL_MAX_PARAMETERS);
    assert_int_equal(must_read(text.bytes)->parameter_count, URL_MAX_PARAMETERS);
    text_put(&text, "Host=h");
    fail = (struct fail){0};
    assert_false(url_read(&arena, text.bytes, &url, &fail));

    text.length = 0;
    text_repeat(&text, "host=h ", URL_MAX_PARAMETERS);
    assert_int_equal(must_read(text.bytes)->parameter_count, URL_MAX_PARAMETERS);
    text_put(&text, "host=h");
    fail = (struct fail){0};
    assert_false(url_read(&arena, text.bytes, &url, &fail));
    text_free(&text);
}

static void parts_are_kept_as_written(void **state)
{
    (void)state;
    const struct url *url =
        must_read("postgresql://u%40x:p%2f@[::1]:5432,h2:/d%20b?a=%20&b&a=2&=#frag");
    assert_string_equal(url->scheme, "postgresql");
    assert_string_equal(url->user, "u%40x");
    assert_string_equal(url->password, "p%2f");
    assert_true(url->has_at);
    assert_int_equal(url->host_count, 2);
    assert_string_equal(url->hosts[0].host, "[::1]");
    assert_string_equal(url->hosts[0].port, "5432");
    assert_string_equal(url->hosts[1].host, "h2");
    assert_string_equal(url->hosts[1].port, "");
    assert_string_equal(url->database, "d%20b");
    assert_int_equal(url->parameter_count, 4);
    assert_string_equal(url->parameters[0].value, "%20");
    assert_null(url->parameters[1].value);
    assert_string_equal(url->parameters[3].key, "");
    assert_string_equal(url->parameters[3].value, "");
    assert_string_equal(url->fragment, "frag");
    assert_string_equal(url_parameter(&arena, url, "a"), "2");
    assert_string_equal(url_parameter(&arena, url, "b"), "");
    assert_null(url_parameter(&arena, url, "c"));

    url = must_read("postgresql://h");
    assert_null(url->user);
    assert_null(url->password);
    assert_null(url->database);
    assert_false(url->has_at || url->has_query);
    url = must_read("postgresql://:@h/");
    assert_string_equal(url->user, "");
    assert_string_equal(url->password, "");
    assert_string_equal(url->database, "");
}

static void setting_a_parameter_changes_nothing_else(void **state)
{
    (void)state;
    static const struct {
        const char *before, *key, *value, *after;
    } rows[] = {
        {"postgresql://h/d", "a", "1", "postgresql://h/d?a=1"},
        {"postgresql://h", "a", "1", "postgresql://h?a=1"},
        {"postgresql://h/d?", "a", "1", "postgresql://h/d?a=1"},
        {"postgresql://h/d?x=%7e", "a", "1", "postgresql://h/d?x=%7e&a=1"},
        {"postgresql://h/d?x=1&", "a", "1", "postgresql://h/d?x=1&a=1"},
        {"postgresql://h/d?x=1#f", "a", "1", "postgresql://h/d?x=1&a=1#f"},
        {"postgresql://h/d?a=9&x=1", "a", "1", "postgresql://h/d?a=1&x=1"},
        {"postgresql://h/d?a&x=1", "a", "1", "postgresql://h/d?a=1&x=1"},
        {"postgresql://h/d?%61=9&x=1&a=8&y", "a", "1", "postgresql://h/d?%61=1&x=1&y"},
        {"postgresql://h/d", "a", "b c&d=%/\303\274",
         "postgresql://h/d?a=b%20c%26d%3D%25%2F%C3%BC"},
        {"host=h", "a", "1", "host=h a=1"},
        {"host=h ", "a", "1", "host=h a=1 "},
        {"host=h  password='x y' user=u", "user", "v", "host=h  password='x y' user=v"},
        {"host = h user=u", "host", "it's", "host = 'it\\'s' user=u"},
        {"host='h'user=u", "host", "i", "host=i user=u"},
        {"host=h password=", "a", "1", "host=h password='' a=1"},
        {"user=a host=h user=b", "user", "", "user='' host=h"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct url *original = must_read(rows[i].before);
        struct url *url = url_copy(&arena, original);
        url_parameter_set(&arena, url, rows[i].key, rows[i].value);
        assert_string_equal(url_string(&arena, url, URL_REVEALED), rows[i].after);
        assert_string_equal(url_parameter(&arena, url, rows[i].key), rows[i].value);
        assert_string_equal(url_string(&arena, original, URL_REVEALED), rows[i].before);
        assert_string_equal(url_parameter(&arena, must_read(rows[i].after), rows[i].key),
                            rows[i].value);
    }
}

static void removing_a_parameter_leaves_no_trace(void **state)
{
    (void)state;
    static const struct {
        const char *before, *key, *after;
    } rows[] = {
        {"postgresql://h/d?a=1", "a", "postgresql://h/d"},
        {"postgresql://h/d?a=1&b=2", "a", "postgresql://h/d?b=2"},
        {"postgresql://h/d?b=2&a=1&c&a=3", "a", "postgresql://h/d?b=2&c"},
        {"postgresql://h/d?%61=1&b=2#f", "a", "postgresql://h/d?b=2#f"},
        {"postgresql://h/d?b=2", "a", "postgresql://h/d?b=2"},
        {"postgresql://h/d?", "a", "postgresql://h/d?"},
        {"postgresql://h/d?ab=1", "a", "postgresql://h/d?ab=1"},
        {"a=1 host=h", "a", "host=h"},
        {"host=h a=1 user=u", "a", "host=h user=u"},
        {"host=h a='1'user=u", "a", "host=h user=u"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct url *url = url_copy(&arena, must_read(rows[i].before));
        url_parameter_remove(url, rows[i].key);
        assert_string_equal(url_string(&arena, url, URL_REVEALED), rows[i].after);
    }
}

static void the_database_is_replaced_where_it_is_said(void **state)
{
    (void)state;
    static const struct {
        const char *before, *database, *after;
    } rows[] = {
        {"postgresql://h/d?x=1", "e", "postgresql://h/e?x=1"},
        {"postgresql://u:p@h", "e f/g", "postgresql://u:p@h/e%20f%2Fg"},
        {"postgresql://h?x=1", "e", "postgresql://h/e?x=1"},
        {"postgresql://h/d?dbname=x", "e", "postgresql://h/d?dbname=e"},
        {"host=h dbname=d", "e", "host=h dbname=e"},
        {"host=h", "e f", "host=h dbname='e f'"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct url *url = url_copy(&arena, must_read(rows[i].before));
        url_database_set(&arena, url, rows[i].database);
        assert_string_equal(url_string(&arena, url, URL_REVEALED), rows[i].after);
        assert_string_equal(url_database(&arena, url), rows[i].database);
    }
}

static void the_first_host_is_found(void **state)
{
    (void)state;
    static const struct {
        const char *url, *host;
    } rows[] = {
        {"postgresql://u@a:1,b:2/d", "a"},
        {"postgresql://u@h%2Dx/d", "h-x"},
        {"postgresql://u@h/d?host=/cloudsql/p%3Ar%3Ai", "/cloudsql/p:r:i"},
        {"postgresql://u@h/d?host=a,b", "a"},
        {"postgresql://u@h/d?host=", NULL}, /* a socket, as for libpq */
        {"host=a,b user=u", "a"},
        {"postgresql:///d", NULL},
        {"dbname=d", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        same_part(rows[i].url, "host", rows[i].host,
                  url_first_host(&arena, must_read(rows[i].url)));
}

static void keywords_become_a_url(void **state)
{
    (void)state;
    static const struct {
        const char *keywords, *url;
    } rows[] = {
        {"host=h port=5432 dbname=d user=u password='p@ s' sslmode=require",
         "postgresql://u:p%40%20s@h:5432/d?sslmode=require"},
        {"dbname=d", "postgresql:///d"},
        {"host=::1 user=u", "postgresql://u@[::1]"},
        {"host=a,b,c port=1,2,3", "postgresql://a:1,b:2,c:3"},
        {"host=a,b port=5433 schema=s", "postgresql://a:5433,b:5433?schema=s"},
        {"host=/var/run dbname=d port=5433", "postgresql://localhost:5433/d?host=%2Fvar%2Frun"},
        {"host=/var/run dbname=d", "postgresql:///d?host=%2Fvar%2Frun"},
        {"host=/var/run user=u", "postgresql://u@localhost?host=%2Fvar%2Frun"},
        {"host='' user=u password=''", "postgresql://u@localhost"},
        {"user=a user=b host=h", "postgresql://b@h"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct url *url = url_from_keywords(&arena, must_read(rows[i].keywords));
        assert_string_equal(url_string(&arena, url, URL_REVEALED), rows[i].url);
        assert_string_equal(url_string(&arena, must_read(rows[i].url), URL_REVEALED), rows[i].url);
    }
}

static void parts_move_to_where_most_clients_look(void **state)
{
    (void)state;
    static const struct {
        const char *before, *after;
    } rows[] = {
        {"postgresql://u:p@h:1/d?x=1", "postgresql://u:p@h:1/d?x=1"},
        {"postgresql:///?user=u%20v&password=p%40&host=h&port=2&dbname=d%2Fe&x=1",
         "postgresql://u%20v:p%40@h:2/d%2Fe?x=1"},
        {"postgresql://a:b@h:1/d?user=u&password=p", "postgresql://u:p@h:1/d"},
        {"postgresql://a:b@h:1/d?host=i", "postgresql://a:b@i:1/d"},
        {"postgresql://h/d?user=a&user=b&user", "postgresql://b@h/d"},
        {"postgresql://u@h/d?user=", "postgresql://@h/d"},
        {"postgresql://h/d?user", "postgresql://h/d"},
        {"postgresql:///d?host=a,b&port=1,2", "postgresql://a:1,b:2/d"},
        {"postgresql:///d?host=a,b&port=5", "postgresql://a:5,b:5/d"},
        {"postgresql://a:1,b:2/d?x=1", "postgresql://a:1,b:2/d?x=1"},
        {"postgresql:///d?host=::1", "postgresql://[::1]/d"},
        {"postgresql:///d?host=%2Frun", "postgresql:///d?host=%2Frun"},
        {"postgresql://u@/d?host=/run", "postgresql://u@localhost/d?host=/run"},
        {"postgresql://u@%2Frun:5/d", "postgresql://u@localhost:5/d?host=%2Frun"},
        {"postgresql://u@h/d?host=/run#f", "postgresql://u@h/d?host=/run#f"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct url *url = url_copy(&arena, must_read(rows[i].before));
        url_authority_fill(&arena, url);
        assert_string_equal(url_string(&arena, url, URL_REVEALED), rows[i].after);
        url_authority_fill(&arena, url);
        assert_string_equal(url_string(&arena, url, URL_REVEALED), rows[i].after);
    }
}

/* Moving changes no part for libpq, save that an empty host becomes the one it stands for. */
static void moved_parts_are_the_same_to_libpq(void **state)
{
    static const char *const parts[] = {"user", "password", "dbname", "host", "port"};
    (void)state;
    for (size_t i = 0; i < sizeof accepted / sizeof accepted[0]; i++) {
        struct url *url = must_read(accepted[i].string);
        if (!url->is_keywords && url_scheme_is_jdbc(url->scheme))
            url_plus_to_blank(&arena, url);
        PQconninfoOption *before = PQconninfoParse(url_for_libpq(&arena, url), NULL);
        struct url *moved = url->is_keywords ? url_from_keywords(&arena, url) : url;
        url_authority_fill(&arena, moved);
        url_userinfo_encode(&arena, moved);
        PQconninfoOption *after = PQconninfoParse(url_for_libpq(&arena, moved), NULL);
        assert_non_null(after);
        for (size_t k = 0; k < sizeof parts / sizeof parts[0]; k++) {
            const char *expected = libpq_value(before, parts[k]);
            const char *actual = libpq_value(after, parts[k]);
            bool is_default = (expected == NULL || *expected == '\0') && actual != NULL &&
                              strcmp(actual, "localhost") == 0;
            bool is_for_all = expected != NULL && strcmp(parts[k], "port") == 0;
            if (!is_default && !(is_for_all && strspn(expected, ",") == strlen(expected)))
                same_part(accepted[i].string, parts[k], expected, actual);
        }
        PQconninfoFree(before);
        PQconninfoFree(after);
    }
}

static void a_role_takes_no_other_roles_password(void **state)
{
    (void)state;
    static const struct {
        const char *before, *role, *after;
    } rows[] = {
        {"postgresql://app:pw@h/d?x=1", "app", "postgresql://app:pw@h/d?x=1"},
        {"postgresql://a%70p:pw@h/d", "app", "postgresql://a%70p:pw@h/d"},
        {"postgresql://app:pw@h/d?x=1", "job", "postgresql://job@h/d?x=1"},
        {"postgresql://app@h/d", "job o'1", "postgresql://job%20o%271@h/d"},
        {"postgresql://h/d", "job", "postgresql://job@h/d"},
        {"postgresql://:pw@h/d", "job", "postgresql://job:pw@h/d"},
        {"postgresql://h/d?user=app&password=pw&x=1", "job", "postgresql://h/d?user=job&x=1"},
        {"postgresql://a:pw@h/d?user=app", "job", "postgresql://a@h/d?user=job"},
        {"host=h user=app password=pw", "job", "host=h user=job"},
        {"password=pw user=app host=h", "it's", "user='it\\'s' host=h"},
        {"host=h password=pw", "job", "host=h password=pw user=job"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct url *url = url_copy(&arena, must_read(rows[i].before));
        url_role_set(&arena, url, rows[i].role);
        assert_string_equal(url_string(&arena, url, URL_REVEALED), rows[i].after);
        assert_string_equal(url_user(&arena, url), rows[i].role);
    }
}

static void user_and_password_are_written_for_everyone(void **state)
{
    (void)state;
    static const struct {
        const char *before, *after;
    } rows[] = {
        {"postgresql://u:p@h", "postgresql://u:p@h"},
        {"postgresql://u:p:q%23%2f@h", "postgresql://u:p:q%23%2f@h"},
        {"postgresql://u:-._~!$&'()*+,;=%20@h", "postgresql://u:-._~!$&'()*+,;=%20@h"},
        {"postgresql://a#b:c?d@h", "postgresql://a%23b:c%3Fd@h"},
        {"postgresql://u:[]{}|\\^\"<>`@h", "postgresql://u:%5B%5D%7B%7D%7C%5C%5E%22%3C%3E%60@h"},
        {"postgresql://\303\274:\303\244@h", "postgresql://%C3%BC:%C3%A4@h"},
        {"postgresql://h", "postgresql://h"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct url *url = url_copy(&arena, must_read(rows[i].before));
        url_userinfo_encode(&arena, url);
        assert_string_equal(url_string(&arena, url, URL_REVEALED), rows[i].after);
    }
}

static void encoding_is_that_of_rfc_3986(void **state)
{
    (void)state;
    assert_string_equal(url_encode(&arena, "AZaz09-._~"), "AZaz09-._~");
    assert_string_equal(url_encode(&arena, "p@ss/w:rd?#%"), "p%40ss%2Fw%3Ard%3F%23%25");
    assert_string_equal(url_encode(&arena, "\303\274 +"), "%C3%BC%20%2B");
    assert_string_equal(url_decode(&arena, "%41%c3%BC+%2b"), "A\303\274++");
    assert_string_equal(url_decode(&arena, ""), "");
    assert_null(url_decode(&arena, "%"));
    assert_null(url_decode(&arena, "%4"));
    assert_null(url_decode(&arena, "%4g"));
    assert_null(url_decode(&arena, "a%00"));
    for (int byte = 1; byte < 256; byte++) {
        const char string[] = {(char)byte, '\0'};
        assert_string_equal(url_decode(&arena, url_encode(&arena, string)), string);
    }
}

/* Every keyword of the libpq that is linked, as far as libpq 15 has it, is known; nothing else is.
 */
static void libpq_keys_are_those_of_libpq_15(void **state)
{
    (void)state;
    PQconninfoOption *options = PQconndefaults();
    assert_non_null(options);
    for (const PQconninfoOption *option = options; option->keyword != NULL; option++) {
        if (PQlibVersion() / 10000 == 15 && !url_libpq_knows(option->keyword))
            fail_msg("libpq knows %s", option->keyword);
    }
    PQconninfoFree(options);
    static const char *const others[] = {
        "schema", "connection_limit", "pool_timeout", "pgbouncer", "ssl", "Host",
        "",       "sslnegotiation",   "max"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        assert_false(url_libpq_knows(others[i]));
}

static void schemes_are_found(void **state)
{
    (void)state;
    assert_true(url_scheme_find("postgres")->handled);
    assert_string_equal(url_scheme_find("PostgreSQL+AsyncPG")->client, "sqlalchemy-async");
    assert_string_equal(url_scheme_find("prisma")->client, "prisma");
    assert_false(url_scheme_find("mysql+aiomysql")->handled);
    assert_null(url_scheme_find("postgresql+unheard"));
    assert_null(url_scheme_find("jdbc:"));
    assert_null(url_scheme_find("p"));
    assert_null(url_scheme_find(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(accepted_urls_come_back_byte_for_byte, teardown),
        cmocka_unit_test_teardown(libpq_reads_the_same_parts, teardown),
        cmocka_unit_test_teardown(connection_strings_of_npgsql_are_read, teardown),
        cmocka_unit_test_teardown(a_connection_string_of_npgsql_is_changed_in_place, teardown),
        cmocka_unit_test_teardown(authority_is_read_as_libpq_reads_it, teardown),
        cmocka_unit_test_teardown(libpq_agrees_about_strings_made_at_random, teardown),
        cmocka_unit_test_teardown(refusals_say_where_and_never_quote, teardown),
        cmocka_unit_test_teardown(no_part_of_a_password_is_ever_shown, teardown),
        cmocka_unit_test_teardown(limits_hold_at_their_edges, teardown),
        cmocka_unit_test_teardown(parts_are_kept_as_written, teardown),
        cmocka_unit_test_teardown(setting_a_parameter_changes_nothing_else, teardown),
        cmocka_unit_test_teardown(removing_a_parameter_leaves_no_trace, teardown),
        cmocka_unit_test_teardown(the_database_is_replaced_where_it_is_said, teardown),
        cmocka_unit_test_teardown(the_first_host_is_found, teardown),
        cmocka_unit_test_teardown(keywords_become_a_url, teardown),
        cmocka_unit_test_teardown(parts_move_to_where_most_clients_look, teardown),
        cmocka_unit_test_teardown(moved_parts_are_the_same_to_libpq, teardown),
        cmocka_unit_test_teardown(a_role_takes_no_other_roles_password, teardown),
        cmocka_unit_test_teardown(user_and_password_are_written_for_everyone, teardown),
        cmocka_unit_test_teardown(encoding_is_that_of_rfc_3986, teardown),
        cmocka_unit_test_teardown(libpq_keys_are_those_of_libpq_15, teardown),
        cmocka_unit_test_teardown(schemes_are_found, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
