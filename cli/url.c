/*
 * pgsize url: takes a DATABASE_URL apart, or rewrites it for a client. How it is rewritten is the
 * library's affair (client_url).
 */
#include "client_option.h"
#include "input.h"
#include "url_notes.h"
#include "url_view.h"

#include "client.h"
#include "decimal.h"

#include <inttypes.h>
#include <string.h>

enum { MOST_CONNECTIONS = 262143 };

/* --- rewriting --- */

static bool pool_read(const struct run *run, struct change *change, struct fail *fail)
{
    struct pool_settings *pool = &change->pool;
    *pool = (struct pool_settings){-1, -1, -1, -1, -1};
    for (size_t i = 0; i < pool_option_count; i++) {
        enum option_id option = pool_options[i].option;
        int64_t *value = pool_settings_at(pool, pool_options[i].quantity);
        change->of_pool |= option_given(&run->arguments, option);
        if (option == OPTION_CONNECTION_LIMIT
                ? !option_count(&run->arguments, option, 1, MOST_CONNECTIONS, value, fail)
                : !option_duration(&run->arguments, option, value, fail))
            return false;
    }
    return true;
}

static bool change_read(const struct run *run, const struct url *url, struct change *ret_change,
                        struct fail *fail)
{
    const struct client *named;
    if (!client_option_read(run, &named, fail))
        return false;
    *ret_change = (struct change){
        .database = option_value(&run->arguments, OPTION_DATABASE),
        .client = named != NULL ? named : client_of_url(url),
        .of_pool = named != NULL,
    };
    if (ret_change->database != NULL && *ret_change->database == '\0')
        return fail_set(fail, FAIL_USAGE, "--database: the name is missing");
    if (!pool_read(run, ret_change, fail))
        return false;
    if (named != NULL && named->foreign != FOREIGN_UNKNOWN && named != client_of_url(url))
        client_pool_in_url(run->arena, url, &ret_change->pool);
    ret_change->any = ret_change->of_pool || ret_change->database != NULL;
    return true;
}

static struct url *change_apply(struct arena *arena, struct change *change, const struct url *url)
{
    if (change->client == NULL)
        change->client = client_find("generic");
    struct url *made = change->of_pool ? client_url(arena, change->client, url, &change->pool)
                                       : url_copy(arena, url);
    if (change->database != NULL)
        url_database_set(arena, made, change->database);
    return made;
}

/* --- the command --- */

/* The first line of standard input. */
static bool line_read(struct run *run, const char **ret_line, struct fail *fail)
{
    struct json_text input;
    if (!file_read(run->arena, "-", "", &input, fail))
        return false;
    const char *end = memchr(input.bytes, '\n', input.length);
    size_t length = end != NULL ? (size_t)(end - input.bytes) : input.length;
    if (length > 0 && input.bytes[length - 1] == '\r')
        length--;
    if (memchr(input.bytes, '\0', length) != NULL)
        return fail_set(fail, FAIL_INPUT, "standard input: there is a NUL byte in the URL");
    *ret_line = arena_strndup(run->arena, input.bytes, length);
    return true;
}

/* DATABASE_URL is named where it is wrong: nobody typed it here. */
static bool variable_url_read(struct run *run, const char *string, struct url **ret_url,
                              struct fail *fail)
{
    struct fail why = {0};
    if (url_read(run->arena, string, ret_url, &why))
        return true;
    (void)fail_set(fail, why.kind, "DATABASE_URL: %s", why.message);
    return *why.hint == '\0' ? false : fail_hint(fail, "%s", why.hint);
}

static bool url_find(struct run *run, struct url **ret_url, struct fail *fail)
{
    const char *string =
        run->arguments.word_count > 0 ? run->arguments.words[0] : variable(run, "DATABASE_URL");
    if (string == NULL) {
        (void)fail_set(fail, FAIL_USAGE, "there is no URL, and DATABASE_URL is not set");
        (void)fail_hint(fail, "pgsize url 'postgresql://user@host:5432/database', or - to read "
                              "it from standard input");
        return false;
    }
    if (run->arguments.word_count == 0)
        return variable_url_read(run, string, ret_url, fail);
    if (strcmp(string, "-") == 0 && !line_read(run, &string, fail))
        return false;
    return url_read(run->arena, string, ret_url, fail);
}

int url_run(struct run *run, struct fail *fail)
{
    struct url *url;
    const struct url *template;
    struct change change;
    bool reveal = option_given(&run->arguments, OPTION_REVEAL);
    if (!url_find(run, &url, fail) || !change_read(run, url, &change, fail))
        return 0;
    template = url;
    if (change.any)
        url = change_apply(run->arena, &change, url);
    const struct view view = {
        .arena = run->arena,
        .url = url,
        .parts = url->is_keywords ? url_from_keywords(run->arena, url) : url,
        .secrets = reveal ? URL_REVEALED : URL_MASKED,
    };
    const struct showing showing = {
        .content = &view,
        .table = change.any ? view_line : view_table,
        .json = view_json,
        .is_secret = reveal,
    };
    if (!show_write(run, &showing, fail))
        return 0;
    if (!option_given(&run->arguments, OPTION_QUIET))
        url_notes_say(run, &change, template, url);
    return 0;
}
