/*
 * pgbouncer.ini: the part that follows from the topology. How it listens, and whom it lets in, is
 * its owner's.
 */
#include "pooler.h"
#include "poolers.h"
#include "report.h"

#include <inttypes.h>
#include <string.h>

static const char head[] =
    "; Made by pgsize: what the topology says of PgBouncer. Your pgbouncer.ini begins with\n"
    ";     %include THIS FILE\n"
    "; and goes on, without a line [pgbouncer] (a second one would undo the first), with how it\n"
    "; listens and whom it lets in: listen_addr, listen_port, auth_type, auth_file.\n";

/* A line break would be another setting, in PgBouncer's files as in any ini; and what is printed
 * may be on a screen. */
static bool can_be_written(const char *name)
{
    size_t length = strlen(name), bytes;
    for (uint32_t code_point; length > 0; name += bytes, length -= bytes) {
        bytes = utf8_read(name, length, &code_point);
        if (bytes == 0 || code_point < ' ' || (code_point >= 0x7f && code_point < 0xa0) ||
            utf8_is_invisible(code_point))
            return false;
    }
    return true;
}

#define PLAIN "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"

static bool is_plain(const char *name)
{
    return *name != '\0' && name[strspn(name, PLAIN)] == '\0';
}

/* The value of a setting: other characters stand in quotes, and quotes are doubled. */
static void value_put(struct text *text, const char *value)
{
    if (is_plain(value)) {
        text_put(text, value);
        return;
    }
    text_put_char(text, '\'');
    for (; *value != '\0'; value++) {
        if (*value == '\'')
            text_put_char(text, '\'');
        text_put_char(text, *value);
    }
    text_put_char(text, '\'');
}

/* Where the server is; false where its URL does not say one place. */
static bool address_put(struct arena *arena, const struct url *url, struct text *text)
{
    if (url != NULL && url->is_dotnet)
        url = url_from_keywords(arena, url);
    if (url == NULL || url->host_count > 1)
        return false;
    const char *host = url_parameter(arena, url, "host"), *port = url_parameter(arena, url, "port");
    if (host == NULL && !url->is_keywords && url->host_count == 1)
        host = url->hosts[0].host;
    if (port == NULL && !url->is_keywords && url->host_count == 1)
        port = url->hosts[0].port;
    if (host == NULL || *host == '\0' || strchr(host, '%') != NULL || !can_be_written(host))
        return false;
    char *bare = arena_strdup(arena, host);
    size_t length = strlen(bare);
    if (bare[0] == '[' && bare[length - 1] == ']') { /* an IPv6 address */
        bare[length - 1] = '\0';
        bare++;
    }
    text_put(text, "host=");
    value_put(text, bare);
    if (port != NULL && *port != '\0' && strspn(port, "0123456789") == strlen(port))
        text_printf(text, " port=%s", port);
    return true;
}

enum { NAME_MOST = 63 };

/* Why no line of [databases] can be for it: PgBouncer would not start. NULL: one can. The double
 * quotes of its documentation are what no version reads (1.18, run; lib/usual/cfparser.c). */
static const char *cannot_be_key(const char *name)
{
    return !can_be_written(name)            ? "its name has a character that no terminal shows"
           : strcmp(name, "pgbouncer") == 0 ? "PgBouncer keeps the name pgbouncer for its console; "
                                              "give it another: NAME = ... dbname=pgbouncer"
           : strcmp(name, "*") == 0         ? "a line * would be for every database"
           : strlen(name) > NAME_MOST       ? "its name is longer than 63 bytes"
           : *name == '\0' || strchr(name, '\'') != NULL
               ? "a quote in its name cannot be written; a line * = serves it, and every other"
               : NULL;
}

static void database_put(const char *database, const char *address, struct text *text)
{
    const char *why = database != NULL ? cannot_be_key(database) : NULL;
    if (why != NULL) {
        text_put(text, "; database ");
        text_put_visible(text, database);
        text_printf(text, " is left out: %s\n", why);
        return;
    }
    if (database == NULL)
        text_put_char(text, '*');
    else if (is_plain(database))
        text_put(text, database);
    else
        text_printf(text,
                    "; the quoted name needs PgBouncer 1.25 or later; before it, write * for it\n"
                    "'%s'",
                    database);
    text_printf(text, " = %s", address);
    if (database != NULL) {
        text_put(text, *address != '\0' ? " dbname=" : "dbname=");
        value_put(text, database);
    }
    text_put_char(text, '\n');
}

static bool is_same(const char *left, const char *right)
{
    return left == NULL || right == NULL ? left == right : strcmp(left, right) == 0;
}

static void databases_put(const struct report *report, const struct pooler_sizing *sized,
                          struct text *text)
{
    struct text address = {.arena = report->arena};
    text_put(text, "\n[databases]\n");
    text_put(&address, "");
    if (!address_put(report->arena, sized->behind->server->url, &address))
        text_put(text, "; the topology does not say where the server is: add host= and port=\n");
    for (size_t i = 0; i < sized->back.count; i++) {
        const char *database = sized->back.at[i]->target->database;
        if (i == 0 || !is_same(database, sized->back.at[i - 1]->target->database))
            database_put(database, address.bytes, text);
    }
    text_free(&address);
}

static void settings_put(const struct pooler_sizing *sized, struct text *text)
{
    const struct pooler *pooler = sized->pooler;
    text_printf(text, "\n[pgbouncer]\npool_mode = %s\nmax_client_conn = %" PRId64 "\n",
                pooler_mode_name(pooler->mode), pooler_max_clients(pooler));
    text_printf(text,
                "default_pool_size = %" PRId64 "\nreserve_pool_size = %" PRId64
                "\nmax_db_connections = %" PRId64 "\n",
                sized->back.at[0]->limit, pooler->reserve_pool_size, pooler->max_db_connections);
    if (pooler->max_prepared_statements > 0)
        text_printf(text, "max_prepared_statements = %" PRId64 "\n",
                    pooler->max_prepared_statements);
    if (pooler_client_idle_ms(pooler) > 0)
        text_printf(text, "client_idle_timeout = %" PRId64 "\n",
                    pooler_client_idle_ms(pooler) / 1000);
}

static void name_line_put(const struct pooler_sizing *sized, struct text *text)
{
    const struct pooler *pooler = sized->pooler;
    text_put(text, "\n; ");
    text_put_visible(text, pooler->name);
    text_put(text, ", in front of ");
    text_put_visible(text, sized->behind->server->name);
    if (pooler->instances > 1)
        text_printf(text, "; the same for each of its %" PRId64 " instances", pooler->instances);
    text_put_char(text, '\n');
}

void pgbouncer_render(const struct report *report, struct text *text)
{
    const struct sizing *sizing = report->sizing;
    size_t count = 0;
    for (size_t i = 0; i < sizing->pooler_count; i++)
        count += strcmp(sizing->poolers[i].pooler->kind->id, "pgbouncer") == 0;
    text_put(text, head);
    if (count == 0)
        text_put(text, "; The topology has no pooler of the kind pgbouncer.\n");
    if (count > 1)
        text_put(text, "; Several poolers: each part is a file of its own.\n");
    for (size_t i = 0; i < sizing->pooler_count; i++) {
        const struct pooler_sizing *sized = &sizing->poolers[i];
        if (strcmp(sized->pooler->kind->id, "pgbouncer") != 0)
            continue;
        name_line_put(sized, text);
        if (sized->back.at[0]->limit == UNKNOWN) {
            text_put(text, "; nothing is said here: what is recommended does not fit its server\n");
            continue;
        }
        databases_put(report, sized, text);
        settings_put(sized, text);
    }
}
