#include "url_view.h"

#include "client.h"
#include "decimal.h"

#include <inttypes.h>
#include <string.h>

/* --- parts --- */

/* Decoded; as it is written where it cannot be. */
static const char *plain(struct arena *arena, const char *written)
{
    const char *decoded = url_decode(arena, written);
    return decoded != NULL ? decoded : written;
}

/* NULL: none. A `password` parameter wins, as in libpq. */
static const char *password_show(const struct view *view)
{
    if (!url_has_password(view->parts))
        return NULL;
    if (view->secrets == URL_MASKED)
        return "***";
    const char *written = view->parts->password;
    for (size_t i = 0; i < view->parts->parameter_count; i++) {
        const struct url_parameter *parameter = &view->parts->parameters[i];
        if (parameter->value != NULL && strcmp(plain(view->arena, parameter->key), "password") == 0)
            written = parameter->value;
    }
    return plain(view->arena, written);
}

static const char *parameter_show(const struct view *view, const struct url_parameter *parameter)
{
    if (parameter->value == NULL || *parameter->value == '\0')
        return parameter->value;
    if (view->secrets == URL_MASKED && url_parameter_is_secret(parameter))
        return "***";
    return plain(view->arena, parameter->value);
}

static bool is_for_libpq(const struct view *view, const struct url_parameter *parameter)
{
    return url_libpq_knows(plain(view->arena, parameter->key));
}

/* A host that is not written may be said by a parameter. */
static const char *host_show(const struct view *view, const struct url_host *host)
{
    static const char *const keys[] = {"host", "hostaddr", "service"};
    if (*host->host != '\0')
        return plain(view->arena, host->host);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (url_parameter(view->arena, view->parts, keys[i]) != NULL)
            return arena_printf(view->arena, "(as ?%s says)", keys[i]);
    }
    return "(default)";
}

static int64_t port_find(const struct url_host *host)
{
    int64_t port;
    return host->port != NULL && count_read(host->port, &port) ? port : -1;
}

/* --- as a table --- */

struct part {
    const char *name, *value;
};
struct parts {
    struct part *items;
    size_t count;
};

static void part_add(struct parts *parts, const char *name, const char *value)
{
    parts->items[parts->count++] = (struct part){name, value};
}

static void hosts_add(const struct view *view, struct parts *parts)
{
    for (size_t i = 0; i < view->parts->host_count; i++) {
        const struct url_host *host = &view->parts->hosts[i];
        const char *name = host_show(view, host);
        if (port_find(host) >= 0)
            name = arena_printf(view->arena, "%s, port %" PRId64, name, port_find(host));
        part_add(parts, "host", name);
    }
}

static void parameters_add(const struct view *view, struct parts *parts)
{
    for (size_t i = 0; i < view->parts->parameter_count; i++) {
        const struct url_parameter *parameter = &view->parts->parameters[i];
        const char *value = parameter_show(view, parameter);
        part_add(parts, arena_printf(view->arena, "?%s", plain(view->arena, parameter->key)),
                 arena_printf(view->arena, "%s%s%s", value != NULL ? value : "(no value)",
                              value != NULL && *value == '\0' ? "(empty)" : "",
                              is_for_libpq(view, parameter) ? "" : "  (unknown to libpq)"));
    }
}

static void part_fill(const void *content, size_t index, struct row *row)
{
    const struct parts *parts = content;
    text_put(&row->cells[0], parts->items[index].name);
    text_put(&row->cells[1], parts->items[index].value);
}

static bool scheme_shows_client(const struct url *url)
{
    const struct url_scheme *row = url->scheme != NULL ? url_scheme_find(url->scheme) : NULL;
    return row != NULL && row->client != NULL;
}

void view_table(const struct page *page, const void *content, struct text *text)
{
    enum { OTHER_PARTS = 7 };
    static const struct column columns[] = {{.heading = ""}, {.heading = "", .is_last = true}};
    const struct view *view = content;
    const struct url *url = view->parts;
    const struct client *client = client_of_url(view->url);
    const char *user = url_user(view->arena, url), *database = url_database(view->arena, url);
    const char *password = password_show(view);
    struct parts parts = {.items = ARENA_ARRAY(view->arena,
                                               OTHER_PARTS + url->host_count + url->parameter_count,
                                               struct part)};
    part_add(&parts, "url", url_string(view->arena, view->url, view->secrets));
    part_add(&parts, "scheme",
             view->url->scheme != NULL ? view->url->scheme
             : view->url->is_dotnet    ? "none (Key=value;...)"
                                       : "none (key=value ...)");
    part_add(&parts, "user", user != NULL ? user : "none");
    part_add(&parts, "password", password != NULL ? password : "none");
    hosts_add(view, &parts);
    part_add(&parts, "database", database != NULL ? database : "none");
    parameters_add(view, &parts);
    if (url->fragment != NULL)
        part_add(&parts, "fragment", plain(view->arena, url->fragment));
    if (client != NULL)
        part_add(&parts, "client",
                 arena_printf(view->arena, "%s, by its %s", client->id,
                              view->url->is_dotnet             ? "form"
                              : scheme_shows_client(view->url) ? "scheme"
                                                               : "parameters"));
    rows_put(page,
             &(struct rows){.columns = columns,
                            .column_count = sizeof columns / sizeof columns[0],
                            .content = &parts,
                            .count = parts.count,
                            .fill = part_fill},
             text);
}

/* The rewritten URL: for a program as it is, for a terminal without what could move the cursor. */
void view_line(const struct page *page, const void *content, struct text *text)
{
    const struct view *view = content;
    const char *string = url_string(view->arena, view->url, view->secrets);
    if (page->on_terminal)
        text_put_visible(text, string);
    else
        text_put(text, string);
    text_put_char(text, '\n');
}

/* --- as JSON --- */

void view_json(struct json_writer *writer, const void *content)
{
    const struct view *view = content;
    const struct url *url = view->parts;
    const struct client *client = client_of_url(view->url);
    json_write_open(writer, NULL, '{');
    json_write_string(writer, "url", url_string(view->arena, view->url, view->secrets));
    json_write_string(writer, "scheme", view->url->scheme);
    json_write_string(writer, "user", url_user(view->arena, url));
    json_write_string(writer, "password", password_show(view));
    json_write_open(writer, "hosts", '[');
    for (size_t i = 0; i < url->host_count; i++) {
        json_write_open(writer, NULL, '{');
        json_write_string(writer, "host", plain(view->arena, url->hosts[i].host));
        json_write_count(writer, "port", port_find(&url->hosts[i]));
        json_write_close(writer, '}');
    }
    json_write_close(writer, ']');
    json_write_string(writer, "database", url_database(view->arena, url));
    json_write_open(writer, "parameters", '[');
    for (size_t i = 0; i < url->parameter_count; i++) {
        json_write_open(writer, NULL, '{');
        json_write_string(writer, "key", plain(view->arena, url->parameters[i].key));
        json_write_string(writer, "value", parameter_show(view, &url->parameters[i]));
        json_write_bool(writer, "libpq", is_for_libpq(view, &url->parameters[i]));
        json_write_close(writer, '}');
    }
    json_write_close(writer, ']');
    json_write_string(writer, "fragment", url->fragment);
    json_write_string(writer, "client", client != NULL ? client->id : NULL);
    json_write_close(writer, '}');
}
