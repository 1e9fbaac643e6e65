#include "baseline.h"

#include "name.h"
#include "snapshot_values.h"

#include <stdio.h>
#include <string.h>

enum { MOST_ENTRIES = 100000 };

static bool keys_check(struct snapshot_reader *reader, const struct json *object,
                       const char *const *known, size_t count)
{
    for (void *i = json_first(object); i != NULL; i = json_next(object, i)) {
        bool found = strncmp(json_key(i), "//", 2) == 0;
        for (size_t k = 0; k < count; k++)
            found |= strcmp(json_key(i), known[k]) == 0;
        if (!found)
            return snapshot_wrong(reader, json_key(i), "absent: a baseline has no such key");
    }
    return true;
}

static bool entry_read(struct snapshot_reader *reader, const struct json *object,
                       struct baseline_entry *ret_entry)
{
    static const char *const known[] = {"key", "rule", "message", "excess"};
    *ret_entry = (struct baseline_entry){.rule = "", .message = ""};
    if (json_kind_of(object) != JSON_KIND_OBJECT)
        return snapshot_wrong(reader, "", "an object");
    if (!keys_check(reader, object, known, sizeof known / sizeof known[0]) ||
        !snapshot_string(reader, object, "key", &ret_entry->key) ||
        !snapshot_string(reader, object, "rule", &ret_entry->rule) ||
        !snapshot_string(reader, object, "message", &ret_entry->message) ||
        !snapshot_integer(reader, object, "excess", 0, INT64_MAX, &ret_entry->excess))
        return false;
    return ret_entry->key != NULL || snapshot_wrong(reader, "key", "there");
}

static bool entries_read(struct snapshot_reader *reader, const struct json *findings,
                         struct baseline *baseline)
{
    struct name_table seen = {0};
    size_t count = json_size(findings);
    if (count > MOST_ENTRIES)
        return snapshot_wrong(reader, "findings", "an array of at most 100000");
    baseline->entries = ARENA_ARRAY(reader->arena, count + 1, struct baseline_entry);
    for (size_t i = 0; i < count; i++) {
        struct baseline_entry *entry = &baseline->entries[baseline->count++];
        (void)snprintf(reader->pointer, sizeof reader->pointer, "/findings/%zu", i);
        if (!entry_read(reader, json_element(findings, i), entry))
            return false;
        if (!name_table_add(&seen, reader->arena, entry->key, i, NULL))
            return snapshot_wrong(reader, "key", "a key of its own: it is given twice");
    }
    return true;
}

static bool document_read(struct snapshot_reader *reader, const struct json *document,
                          struct baseline *baseline)
{
    static const char *const known[] = {"pgsize", "format", "baseline", "findings"};
    const struct json *findings;
    int64_t format = 0;
    if (json_kind_of(document) != JSON_KIND_OBJECT)
        return snapshot_wrong(reader, "", "an object");
    if (!snapshot_string(reader, document, "baseline", &baseline->command))
        return false;
    if (baseline->command == NULL) {
        (void)snapshot_wrong(reader, "baseline", "there");
        return fail_hint(reader->fail, "a baseline is written by --baseline FILE --write-baseline");
    }
    if (!keys_check(reader, document, known, sizeof known / sizeof known[0]) ||
        !snapshot_integer(reader, document, "format", 1, INT32_MAX, &format) ||
        !snapshot_many(reader, document, "findings", JSON_KIND_ARRAY, &findings))
        return false;
    if (format != 1)
        return snapshot_wrong(reader, "format", "1, the only format so far");
    if (findings == NULL)
        return snapshot_wrong(reader, "findings", "there");
    return entries_read(reader, findings, baseline);
}

bool baseline_read(struct arena *arena, struct json_text *text, struct baseline *ret_baseline,
                   struct fail *fail)
{
    struct snapshot_reader reader = {.arena = arena, .text = text, .fail = fail};
    struct json *document = NULL;
    *ret_baseline = (struct baseline){0};
    if (!snapshot_document(&reader, &document))
        return false;
    bool done = document_read(&reader, document, ret_baseline);
    json_release(document);
    return done;
}
