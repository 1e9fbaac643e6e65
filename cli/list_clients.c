/*
 * pgsize list clients: what a client's row says, and what pgsize makes of it for an example.
 */
#include "list_clients.h"

#include "list_clients_parts.h"

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

static const char *const foreign_names[] = {
    [FOREIGN_IGNORED] = "ignored",
    [FOREIGN_REFUSED] = "refused",
    [FOREIGN_UNKNOWN] = "not known",
    [FOREIGN_SENT] = "sent to the server, which refuses the session",
};

const char *quantity_words(enum pool_quantity quantity)
{
    return quantity_names[quantity];
}

const char *foreign_words(enum foreign_parameters foreign)
{
    return foreign_names[foreign];
}

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

bool limit_is_in_url(const struct client *client)
{
    const struct client_setting *limit = client_setting_find(client, POOL_LIMIT);
    return limit != NULL && limit->in_url;
}

static void limit_place_put(const struct client *client, struct text *text)
{
    text_printf(text, "%s: %s", limit_is_in_url(client) ? "URL" : "code", client->limit_setting);
}

static bool is_from_documentation(const struct client *client)
{
    return !client->verified && client->foreign != FOREIGN_UNKNOWN;
}

const char *verified_words(const struct client *client)
{
    if (is_from_documentation(client))
        return "from documentation";
    return client->verified ? "run" : NULL;
}

/* --- the table --- */

const struct column client_list_columns[] = {
    {"CLIENT", TEXT_LEFT, 0, false},
    {"LANG", TEXT_LEFT, 0, false},
    {"LIMIT IS SET IN", TEXT_LEFT, 0, false},
    {"DEFAULT", TEXT_LEFT, 0, true},
};

void client_list_fill(size_t index, struct row *row)
{
    const struct client *client = client_at(index);
    text_printf(&row->cells[0], "%s%s", client->id, is_from_documentation(client) ? " *" : "");
    text_put(&row->cells[1], client->language);
    limit_place_put(client, &row->cells[2]);
    text_put(&row->cells[3], client->default_words);
}

const char *client_list_note(const struct selection *selection)
{
    for (size_t i = 0; i < selection->count; i++)
        if (is_from_documentation(client_at(selection->indices[i])))
            return "* from documentation: not run against a real server";
    return NULL;
}

/* --- one client --- */

int64_t preset_value(const struct client_setting *setting)
{
    if (setting->preset < 0 || setting->unit == UNIT_COUNT || setting->unit == UNIT_MILLISECONDS)
        return setting->preset < 0 ? -1 : setting->preset;
    return setting->preset / 1000;
}

void preset_put(const struct client_setting *setting, struct text *text)
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

void example_url_put(const struct client *client, struct arena *arena, struct text *text)
{
    struct url *template;
    struct fail fail = {0};
    if (url_read(arena, EXAMPLE_URL, &template, &fail))
        url_write(client_url(arena, client, template, &example), URL_REVEALED, text);
}

void example_snippet_put(const struct client *client, struct text *text)
{
    client_snippet(client, &example, "DATABASE_URL", text);
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
    fact_put(page, text, "other keys", foreign_words(client->foreign));
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
    example_snippet_put(client, &words);
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
