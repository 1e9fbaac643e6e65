/* Says of each URL on standard input, one on a line, what pgsize reads in it, and what it makes of
 * it for the clients named, a line of JSON each, for parsers_test.py:
 *
 *     url_look CLIENT...
 */
#include "client.h"
#include "json_write.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void hosts_write(struct arena *arena, struct json_writer *writer, const struct url *own)
{
    const char *directory = url_parameter(arena, own, "host");
    struct text hosts = {.arena = arena}, ports = {.arena = arena};
    text_put(&hosts, "");
    text_put(&ports, "");
    for (size_t i = 0; i < own->host_count; i++) {
        const char *host = directory != NULL ? directory : url_decode(arena, own->hosts[i].host);
        bool brackets = directory == NULL && own->hosts[i].host[0] == '[';
        if (directory != NULL)
            hosts.length = 0;
        text_put(&hosts, i > 0 && directory == NULL ? "," : "");
        text_put_bytes(&hosts, host + brackets, strlen(host) - 2 * (size_t)brackets);
        text_printf(&ports, "%s%s", i > 0 ? "," : "",
                    own->hosts[i].port != NULL ? own->hosts[i].port : "");
    }
    json_write_string(writer, "host", text_keep(&hosts));
    json_write_string(writer, "port", text_keep(&ports));
}

static void parts_write(struct arena *arena, struct json_writer *writer, const struct url *url)
{
    struct url *own = client_libpq_url(arena, url);
    own = own->is_keywords ? url_from_keywords(arena, own) : own;
    const char *user = url_user(arena, own), *database = url_database(arena, own);
    const char *password = url_parameter(arena, own, "password");
    if (password == NULL)
        password = own->password != NULL ? url_decode(arena, own->password) : "";
    json_write_string(writer, "user", user != NULL ? user : "");
    json_write_string(writer, "password", password);
    json_write_string(writer, "database", database != NULL ? database : "");
    /* `user`, `port` and so on are moved to the authority, which also puts in "localhost". */
    bool has_host = own->host_count > 1 || own->hosts[0].host[0] != '\0' ||
                    url_parameter(arena, own, "host") != NULL;
    url_authority_fill(arena, own);
    if (!has_host)
        own->hosts[0].host = "";
    hosts_write(arena, writer, own);
}

static void url_look(struct arena *arena, const char *string, char **clients, struct text *text)
{
    static const struct pool_settings nothing = {-1, -1, -1, -1, -1};
    struct json_writer writer = {.text = text};
    struct fail fail = {0};
    struct url *url;
    json_write_open(&writer, NULL, '{');
    if (url_read(arena, string, &url, &fail)) {
        parts_write(arena, &writer, url);
        for (; *clients != NULL; clients++)
            json_write_string(&writer, *clients,
                              url_string(arena,
                                         client_url(arena, client_find(*clients), url, &nothing),
                                         URL_REVEALED));
    } else {
        json_write_string(&writer, "error", fail.message);
    }
    json_write_close(&writer, '}');
}

int main(int argc, char **argv)
{
    char *line = NULL;
    size_t size = 0;
    (void)argc;
    for (ssize_t length; (length = getline(&line, &size, stdin)) > 0;) {
        struct arena arena = {0};
        struct text text = {.arena = &arena};
        line[length - (line[length - 1] == '\n')] = '\0';
        url_look(&arena, line, argv + 1, &text);
        for (char *end = text.bytes; (end = strchr(end, '\n')) != NULL;)
            *end = ' ';
        puts(text.bytes);
        text_free(&text);
        arena_free(&arena);
    }
    free(line);
    return 0;
}
