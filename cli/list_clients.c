/*
 * pgsize list clients: what a client's row says, and what pgsize makes of it for an example.
 */
#include "list_clients.h"

#include "client.h"

#include <inttypes.h>
#include <string.h>

#define EXAMPLE_URL "postgresql://app:password@db.example:5432/app"
static const struct pool_settings example = {
    .limit = 10,
    .pool_timeout_ms = 20000,
    .connect_timeout_ms = 10000,
    .idle_timeout_ms = -1,
    .max_lifetime_ms = -1,
};

static const char *const quantity_names[] = {
    [POOL_LIMIT] = "limit",
    [POOL_TIMEOUT] = "pool timeout",
    [POOL_CONNECT_TIMEOUT] = "connect timeout",
    [POOL_IDLE_TIMEOUT] = "idle timeout",
    [POOL_MAX_LIFETIME] = "max lifetime",
    [POOL_LEAST] = "least kept",
    [POOL_CONSTANT] = "constant",
};

static const char *const unit_names[] = {
    [UNIT_COUNT] = NULL,
    [UNIT_SECONDS] = "s",
    [UNIT_MILLISECONDS] = "ms",
    [UNIT_GO] = "Go duration",
    [UNIT_ISO] = "ISO 8601 duration",
};

static const char *const foreign_names[] = {
    [FOREIGN_IGNORED] = "ignored",
    [FOREIGN_REFUSED] = "refused",
    [FOREIGN_UNKNOWN] = "not known",
    [FOREIGN_SENT] = "sent to the server, which refuses the session",
};

size_t client_list_count(void)
{
    return client_count();
}

const char *client_list_id(size_t index)
{
    return client_at(index)->id;
}

const char *client_list_name(size_t index)
{
    return client_at(index)->name;
}

static bool limit_is_in_url(const struct client *client)
{
    const struct client_setting *limit = client_setting_find(client, POOL_LIMIT);
    return limit != NULL && limit->in_url;
}

static void limit_place_put(const struct client *client, struct text *text)
{
    text_printf(text, "%s: %s", limit_is_in_url(client) ? "URL" : "code", client->limit_setting);
}

/* NULL: there is nothing to run. */
static const char *verified_words(const struct client *client)
{
    if (client->foreign == FOREIGN_UNKNOWN)
        return NULL;
    return client->verified ? "run" : "from documentation";
}

/* --- the table --- */

const struct column client_list_columns[] = {
    {"CLIENT", TEXT_LEFT, 0, false},
    {"LANGUAGE", TEXT_LEFT, 0, false},
    {"LIMIT IS SET IN", TEXT_LEFT, 0, false},
    {"DEFAULT", TEXT_LEFT, 0, true},
};

void client_list_fill(size_t index, struct row *row)
{
    const struct client *client = client_at(index);
    text_put(&row->cells[0], client->id);
    text_put(&row->cells[1], client->language);
    limit_place_put(client, &row->cells[2]);
    text_put(&row->cells[3], client->default_words);
    if (!client->verified && client->foreign != FOREIGN_UNKNOWN)
        text_printf(&row->cells[3], " (%s)", verified_words(client));
}

/* --- one client --- */

/* A preset in the client's own unit; -1: it is not a number. */
static int64_t preset_value(const struct client_setting *setting)
{
    if (setting->preset < 0 || setting->unit == UNIT_COUNT || setting->unit == UNIT_MILLISECONDS)
        return setting->preset < 0 ? -1 : setting->preset;
    return setting->preset / 1000;
}

static void preset_put(const struct client_setting *setting, struct text *text)
{
    const char *unit = setting->unit == UNIT_SECONDS        ? " s"
                       : setting->unit == UNIT_MILLISECONDS ? " ms"
                                                            : "";
    if (setting->preset_words != NULL)
        text_put(text, setting->preset_words);
    else if (setting->preset == PRESET_NONE)
        text_put(text, "none");
    else {
        client_setting_put(setting, preset_value(setting), text);
        text_put(text, unit);
    }
}

static const struct column setting_columns[] = {
    {"  SETTING", TEXT_LEFT, 0, false},
    {"IS", TEXT_LEFT, 0, false},
    {"IN", TEXT_LEFT, 0, false},
    {"DEFAULT", TEXT_LEFT, 0, true},
};

static void setting_fill(const void *content, size_t index, struct row *row)
{
    const struct client *client = content;
    const struct client_setting *setting = &client->settings[index];
    text_printf(&row->cells[0], "  %s", setting->name);
    if (setting->quantity == POOL_CONSTANT)
        text_printf(&row->cells[1], "set to %" PRId64, setting->constant);
    else
        text_put(&row->cells[1], quantity_names[setting->quantity]);
    text_put(&row->cells[2], setting->in_url ? "URL" : "code");
    preset_put(setting, &row->cells[3]);
}

/* What the client connects with, for the example. */
static void example_url_put(const struct client *client, struct arena *arena, struct text *text)
{
    struct url *template;
    struct fail fail = {0};
    if (url_read(arena, EXAMPLE_URL, &template, &fail))
        url_write(client_url(arena, client, template, &example), URL_REVEALED, text);
}

static void client_full(const struct page *page, const struct client *client, struct text *text)
{
    struct arena *arena = page->lines.arena;
    struct text words = {.arena = arena};
    text_put_visible(text, client->id);
    text_put_char(text, '\n');
    fact_put(page, text, "name", client->name);
    fact_put(page, text, "language", client->language);
    limit_place_put(client, &words);
    fact_put(page, text, "limit is in", words.bytes);
    words.length = 0;
    text_printf(&words, "%s, for each %s", client->default_words, client->scope);
    fact_put(page, text, "default", words.bytes);
    if (client->place != NULL)
        fact_put(page, text, "code is", client->place);
    words.length = 0;
    example_url_put(client, arena, &words);
    fact_put(page, text, "URL", words.bytes);
    fact_put(page, text, "other keys", foreign_names[client->foreign]);
    if (verified_words(client) != NULL)
        fact_put(page, text, "verified", verified_words(client));
    fact_put(page, text, "source", client->source);
    rows_put(page,
             &(struct rows){.columns = setting_columns,
                            .column_count = sizeof setting_columns / sizeof setting_columns[0],
                            .content = client,
                            .count = client->setting_count,
                            .fill = setting_fill},
             text);
    words.length = 0;
    client_snippet(client, &example, "DATABASE_URL", &words);
    if (words.length > 0)
        text_printf(text, "%s\n", words.bytes);
    text_free(&words);
}

void client_list_full(const struct page *page, const struct selection *selection, struct text *text)
{
    for (size_t i = 0; i < selection->count; i++) {
        text_put(text, i > 0 ? "\n" : "");
        client_full(page, client_at(selection->indices[i]), text);
    }
}

/* --- json --- */

static void setting_json(const struct client *client, const struct client_setting *setting,
                         struct json_writer *writer)
{
    struct text words = {.arena = writer->text->arena};
    preset_put(setting, &words);
    json_write_open(writer, NULL, '{');
    json_write_string(writer, "name", setting->name);
    json_write_string(writer, "quantity", quantity_names[setting->quantity]);
    json_write_string(writer, "unit", unit_names[setting->unit]);
    json_write_count(writer, "default", preset_value(setting));
    json_write_string(writer, "default_words", words.bytes);
    json_write_count(writer, "constant",
                     setting->quantity == POOL_CONSTANT ? setting->constant : -1);
    json_write_count(writer, "at_least", setting->at_least > 0 ? setting->at_least : -1);
    json_write_bool(writer, "in_url", setting->in_url);
    json_write_string(writer, "where", setting->in_url ? "URL" : client->place);
    json_write_close(writer, '}');
    text_free(&words);
}

/* null: it is empty. */
static void words_json(struct json_writer *writer, const char *key, const struct text *words)
{
    json_write_string(writer, key, words->length > 0 ? words->bytes : NULL);
}

void client_list_json(size_t index, struct json_writer *writer)
{
    const struct client *client = client_at(index);
    struct text words = {.arena = writer->text->arena};
    json_write_string(writer, "id", client->id);
    json_write_string(writer, "name", client->name);
    json_write_string(writer, "language", client->language);
    json_write_string(writer, "scope", client->scope);
    json_write_string(writer, "limit_setting", client->limit_setting);
    json_write_bool(writer, "limit_in_url", limit_is_in_url(client));
    json_write_string(writer, "default", client->default_words);
    json_write_count(writer, "default_limit", client_default_limit(client, -1, -1));
    json_write_string(writer, "verified", verified_words(client));
    json_write_open(writer, "settings", '[');
    for (size_t i = 0; i < client->setting_count; i++)
        setting_json(client, &client->settings[i], writer);
    json_write_close(writer, ']');
    json_write_string(writer, "other_parameters", foreign_names[client->foreign]);
    example_url_put(client, writer->text->arena, &words);
    words_json(writer, "url", &words);
    words.length = 0;
    client_snippet(client, &example, "DATABASE_URL", &words);
    words_json(writer, "snippet", &words);
    json_write_string(writer, "source", client->source);
    text_free(&words);
}
