/* The URL reader on hostile strings: nothing is lost, no password is shown, and libpq's share can
 * be made. */
#include "client.h"
#include "url.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct arena arena;

static void must(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "fuzz_url: %s\n", what);
    abort();
}

/* A copy of `string` without every `part`. */
static const char *without(const char *string, const char *part)
{
    char *rest = arena_strdup(&arena, string);
    size_t length = strlen(part);
    for (char *found; (found = strstr(rest, part)) != NULL;)
        memmove(found, found + length, strlen(found + length) + 1);
    return rest;
}

/* A password that is also a word of the rest (`host`) proves nothing when it is seen there. */
static void password_must_be_hidden(const struct url *url, const char *string, const char *password)
{
    if (password == NULL || strlen(password) < 4)
        return;
    const char *masked = url_string(&arena, url, URL_MASKED);
    const char *found = strstr(string, password);
    if (found == NULL || strstr(found + 1, password) != NULL)
        return;
    must(strstr(masked, password) == NULL || strstr(without(string, password), password) != NULL,
         "the password is shown");
}

static void passwords_must_be_hidden(const struct url *url, const char *string)
{
    password_must_be_hidden(url, string, url->password);
    for (size_t i = 0; i < url->parameter_count; i++) {
        const struct url_parameter *parameter = &url->parameters[i];
        if (strcmp(parameter->key, "password") == 0)
            password_must_be_hidden(url, string,
                                    url->is_keywords ? parameter->written : parameter->value);
    }
}

static void parameter_must_come_back(const struct url *url, const char *value)
{
    static const char *const keys[] = {"connection_limit", "host", "password", "x"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        struct url *copy = url_copy(&arena, url);
        url_parameter_set(&arena, copy, keys[i], value);
        must(strcmp(url_parameter(&arena, copy, keys[i]), value) == 0, "a parameter was not kept");
        (void)url_string(&arena, copy, URL_REVEALED);
        url_parameter_remove(copy, keys[i]);
        must(url_parameter(&arena, copy, keys[i]) == NULL, "a parameter was not removed");
    }
}

static void clients_must_get_readable_urls(const struct url *url)
{
    const struct pool_settings pool = {.limit = 7, .pool_timeout_ms = 1, .max_lifetime_ms = -1};
    for (size_t i = 0; i < client_count(); i++) {
        const struct client *client = client_at(i);
        struct fail fail = {0};
        struct url *again;
        const char *made = url_string(&arena, client_url(&arena, client, url, &pool), URL_REVEALED);
        bool has_room =
            url->parameter_count + 8 < URL_MAX_PARAMETERS && strlen(made) <= URL_MAX_BYTES;
        /* `password=@` may stand in a key=value string, and so on: only URLs must stay readable. */
        if (has_room && !url->is_keywords)
            must(url_read(&arena, made, &again, &fail), "what a client gets cannot be read");
    }
}

/* From whatever dialect to every other: it ends, and no password of it is listed. */
static void conversions_must_end(const struct url *url)
{
    struct pool_settings pool = {-1, -1, -1, -1, -1};
    struct text list = {.arena = &arena};
    client_pool_in_url(&arena, url, &pool);
    must(pool.limit != 0 && pool.pool_timeout_ms != 0, "a pool of nothing was read");
    (void)url_for_libpq(&arena, client_libpq_url(&arena, url));
    for (size_t i = 0; i < client_count(); i++) {
        const struct url *made = client_url(&arena, client_at(i), url, &pool);
        (void)url_string(&arena, made, URL_MASKED);
        client_left_out(&arena, client_at(i), url, made, &pool, &list);
        client_inexact(&arena, client_at(i), url, made, &pool, &list);
    }
    text_free(&list);
}

static void role_must_come_back(const struct url *url, const char *role)
{
    struct url *copy = url_copy(&arena, url);
    if (role[0] == '\0')
        return;
    url_role_set(&arena, copy, role);
    const char *user = url_user(&arena, copy);
    must(user != NULL && strcmp(user, role) == 0, "a role was not kept");
    (void)url_string(&arena, copy, URL_REVEALED);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *string = arena_strndup(&arena, (const char *)data, size);
    struct fail fail = {0};
    struct url *url;
    if (url_read(&arena, string, &url, &fail)) {
        must(strcmp(url_string(&arena, url, URL_REVEALED), string) == 0,
             "what was read is not what is written");
        passwords_must_be_hidden(url, string);
        (void)url_for_libpq(&arena, url);
        (void)url_user(&arena, url);
        (void)url_database(&arena, url);
        parameter_must_come_back(url, string);
        role_must_come_back(url, string);
        if (url->parameter_count < 32)
            clients_must_get_readable_urls(url);
        if (url->parameter_count < 32)
            conversions_must_end(url);
    } else {
        must(fail.kind == FAIL_INPUT && fail.message[0] != '\0', "refused without a word");
    }
    arena_free(&arena);
    return 0;
}
