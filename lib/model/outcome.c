#include "outcome.h"

#include "name.h"
#include "snapshot_values.h"

#include <stdio.h>
#include <string.h>

#define KEYS_CHECK(READER, OBJECT, KEYS)                                                           \
    snapshot_keys((READER), (OBJECT), (KEYS), sizeof(KEYS) / sizeof(KEYS)[0])

static bool string_need(struct snapshot_reader *reader, const struct json *object, const char *key,
                        const char **ret_string)
{
    return snapshot_string(reader, object, key, ret_string) &&
           (*ret_string != NULL || snapshot_wrong(reader, key, "there"));
}

static bool server_read(struct snapshot_reader *reader, const struct json *object, void *into)
{
    static const char *const keys[] = {"name", "max_connections", "used_at_peak"};
    struct outcome_server *server = into;
    server->max_connections = server->used = UNKNOWN;
    return KEYS_CHECK(reader, object, keys) && string_need(reader, object, "name", &server->name) &&
           snapshot_integer(reader, object, "max_connections", 1, MAX_CONNECTIONS_LIMIT,
                            &server->max_connections) &&
           snapshot_integer(reader, object, "used_at_peak", 0, INT64_MAX, &server->used);
}

static bool service_read(struct snapshot_reader *reader, const struct json *object, void *into)
{
    static const char *const keys[] = {"name", "server", "database", "today", "limit", "peak"};
    struct outcome_service *service = into;
    service->limit = service->today = service->peak = UNKNOWN;
    return KEYS_CHECK(reader, object, keys) &&
           string_need(reader, object, "name", &service->name) &&
           snapshot_string(reader, object, "server", &service->server) &&
           snapshot_string(reader, object, "database", &service->database) &&
           snapshot_integer(reader, object, "today", 0, INT64_MAX, &service->today) &&
           snapshot_integer(reader, object, "limit", 0, INT64_MAX, &service->limit) &&
           snapshot_integer(reader, object, "peak", 0, INT64_MAX, &service->peak);
}

static bool finding_read(struct snapshot_reader *reader, const struct json *object, void *into)
{
    static const char *const keys[] = {"rule", "subject", "severity"};
    static const char *const severities[] = {"note", "warning", "error"};
    struct outcome_finding *finding = into;
    if (!KEYS_CHECK(reader, object, keys) || !string_need(reader, object, "rule", &finding->rule) ||
        !string_need(reader, object, "subject", &finding->subject) ||
        !string_need(reader, object, "severity", &finding->severity))
        return false;
    for (size_t i = 0; i < sizeof severities / sizeof severities[0]; i++)
        if (strcmp(finding->severity, severities[i]) == 0)
            return true;
    return snapshot_wrong(reader, "severity", "note, warning or error");
}

static bool uncounted_read(struct snapshot_reader *reader, const struct json *object, void *into)
{
    static const char *const keys[] = {"rule", "subject"};
    struct outcome_finding *finding = into;
    return KEYS_CHECK(reader, object, keys) &&
           string_need(reader, object, "rule", &finding->rule) &&
           string_need(reader, object, "subject", &finding->subject);
}

static bool head_read(struct snapshot_reader *reader, const struct json *document,
                      struct outcome *outcome)
{
    int64_t format = 0;
    if (json_kind_of(document) != JSON_KIND_OBJECT)
        return snapshot_wrong(reader, "", "an object");
    if (!snapshot_string(reader, document, "command", &outcome->command))
        return false;
    if (outcome->command == NULL ||
        (strcmp(outcome->command, "recommend") != 0 && strcmp(outcome->command, "check") != 0)) {
        (void)snapshot_wrong(reader, "command", "recommend or check");
        return fail_hint(reader->fail, "an earlier result is written by --format json=FILE");
    }
    return snapshot_integer(reader, document, "format", 1, INT32_MAX, &format) &&
           (format == 1 || snapshot_wrong(reader, "format", "1, the only format so far")) &&
           string_need(reader, document, "formula", &outcome->formula);
}

/* A result lists them, be they none. */
static bool arrays_check(struct snapshot_reader *reader, const struct json *document)
{
    static const char *const keys[] = {"servers", "services", "findings"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const struct json *value = json_member(document, keys[i]);
        if (value == NULL || json_kind_of(value) != JSON_KIND_ARRAY)
            return snapshot_wrong(reader, keys[i], "an array");
    }
    return true;
}

static bool servers_check(struct snapshot_reader *reader, const struct outcome *outcome)
{
    struct name_table seen = {0};
    for (size_t i = 0; i < outcome->server_count; i++) {
        if (name_table_add(&seen, reader->arena, outcome->servers[i].name, i, NULL))
            continue;
        (void)snprintf(reader->pointer, sizeof reader->pointer, "/servers/%zu", i);
        return snapshot_wrong(reader, "name", "a name of its own: it is given twice");
    }
    return true;
}

static bool document_read(struct snapshot_reader *reader, const struct json *document,
                          struct outcome *outcome)
{
    if (!head_read(reader, document, outcome) || !arrays_check(reader, document))
        return false;
    outcome->servers = snapshot_objects(reader, document, "servers", sizeof *outcome->servers,
                                        server_read, &outcome->server_count);
    if (outcome->servers == NULL || !servers_check(reader, outcome))
        return false;
    outcome->services = snapshot_objects(reader, document, "services", sizeof *outcome->services,
                                         service_read, &outcome->service_count);
    if (outcome->services == NULL)
        return false;
    outcome->findings = snapshot_objects(reader, document, "findings", sizeof *outcome->findings,
                                         finding_read, &outcome->finding_count);
    if (outcome->findings == NULL)
        return false;
    outcome->uncounted = snapshot_objects(reader, document, "uncounted", sizeof *outcome->uncounted,
                                          uncounted_read, &outcome->uncounted_count);
    return outcome->uncounted != NULL;
}

bool outcome_read(struct arena *arena, struct json_text *text, struct outcome *ret_outcome,
                  struct fail *fail)
{
    struct snapshot_reader reader = {.arena = arena, .text = text, .fail = fail};
    struct json *document = NULL;
    *ret_outcome = (struct outcome){0};
    if (!snapshot_document(&reader, &document))
        return false;
    bool done = document_read(&reader, document, ret_outcome);
    json_release(document);
    if (done && strcmp(ret_outcome->command, "check") == 0)
        for (size_t i = 0; i < ret_outcome->service_count; i++)
            ret_outcome->services[i].limit = ret_outcome->services[i].today;
    return done;
}
