#include "ignore_rows.h"

#include "calendar.h"
#include "name.h"
#include "topology_link.h"

#include <stdio.h>
#include <string.h>

enum { MOST_IGNORES = 1000 };

/* As written. */
struct said {
    const char *rule, *subject, *reason, *until;
};

const struct field ignore_fields[IGNORE_FIELD_COUNT] = {
    {.name = "rule",
     .kind = FIELD_STRING,
     .offset = offsetof(struct said, rule),
     .required = true,
     .what = "Whose findings are accepted: the rule's name or id."},
    {.name = "subject",
     .kind = FIELD_STRING,
     .offset = offsetof(struct said, subject),
     .what = "Only those of this service, server or pooler (all of the rule): api, services/api."},
    {.name = "reason",
     .kind = FIELD_STRING,
     .offset = offsetof(struct said, reason),
     .required = true,
     .what = "Why, for whoever reads it next."},
    {.name = "until",
     .kind = FIELD_STRING,
     .offset = offsetof(struct said, until),
     .what = "The last day it holds (UTC), such as 2027-01-31."},
};

/* Ids differ in a digit: a guess at one would say nothing, so only names are guessed. */
static const char *rule_hint(const struct reader *reader, const char *rule, char *buffer,
                             size_t size)
{
    const char *guess =
        name_guess(rule, reader->input->rule_names, reader->input->rule_count, sizeof(char *));
    (void)snprintf(buffer, size, "did you mean %s?", guess != NULL ? guess : "");
    return guess != NULL ? buffer : "pgsize list rules shows them";
}

static bool rule_exists(const struct reader *reader, const char *rule)
{
    const struct topology_input *input = reader->input;
    for (size_t i = 0; i < input->rule_count; i++)
        if (strcasecmp(input->rule_names[i], rule) == 0 ||
            strcasecmp(input->rule_ids[i], rule) == 0)
            return true;
    return input->rule_count == 0;
}

static int digits_read(const char *digits, size_t count)
{
    int number = 0;
    for (size_t i = 0; i < count; i++)
        number = number * 10 + (digits[i] - '0');
    return number;
}

/* YYYY-MM-DD, a day that there is; `ret_end_s` is when it is over. */
static bool until_read(const char *until, int64_t *ret_end_s)
{
    static const char form[] = "0000-00-00";
    if (strlen(until) != sizeof form - 1)
        return false;
    for (size_t i = 0; form[i] != '\0'; i++)
        if (form[i] == '-' ? until[i] != '-' : until[i] < '0' || until[i] > '9')
            return false;
    int year = digits_read(until, 4), month = digits_read(until + 5, 2),
        day = digits_read(until + 8, 2);
    if (month < 1 || month > 12 || day < 1)
        return false;
    int64_t number = date_day(year, month, day);
    struct date date = date_of_day(number);
    *ret_end_s = (number + 1) * DAY_S;
    return date.month == month && date.day == day;
}

/* It is shown in reports; nobody means a password in it to be. */
static const char *reason_of(struct reader *reader, const char *said)
{
    struct text masked = {.arena = reader->arena};
    if (said == NULL)
        return NULL;
    text_put_masked(&masked, said);
    return text_keep(&masked);
}

static bool ignore_read(struct reader *reader, const struct path *path, const struct json *value,
                        size_t index, struct ignored *ret_ignored)
{
    struct said said = {0};
    struct path rule = {path, "rule"}, until = {path, "until"};
    char hint[80];
    bool good = fields_read(reader, path, value, ignore_fields, IGNORE_FIELD_COUNT, &said);
    *ret_ignored = (struct ignored){
        .rule = said.rule,
        .subject = said.subject,
        .reason = reason_of(reader, said.reason),
        .until = said.until,
        .origin = {reader->text, (uint32_t)reader->offset},
        .index = index,
    };
    if (said.rule != NULL && !rule_exists(reader, said.rule))
        good = fault_at(reader, &rule, FAULT_VALUE, rule_hint(reader, said.rule, hint, sizeof hint),
                        "there is no rule \"%.60s\"", said.rule);
    int64_t end_s = INT64_MAX;
    if (said.until != NULL && !until_read(said.until, &end_s))
        good = fault_at(reader, &until, FAULT_VALUE, NULL,
                        "must be a day such as 2027-01-31, got \"%.40s\"", said.until);
    ret_ignored->is_over = end_s <= reader->input->now_s;
    return good;
}

/* Puts them behind those there are. */
static void ignored_add(struct arena *arena, struct topology *topology, const struct ignored *more,
                        size_t count)
{
    size_t before = topology->ignored_count;
    struct ignored *all = ARENA_ARRAY(arena, before + count + 1, struct ignored);
    for (size_t i = 0; i < before + count; i++)
        all[i] = i < before ? topology->ignored[i] : more[i - before];
    topology->ignored = all;
    topology->ignored_count = before + count;
}

bool ignores_read(struct reader *reader, const struct path *path, const struct json *value,
                  void *into)
{
    struct topology *topology = into;
    if (json_kind_of(value) != JSON_KIND_ARRAY)
        return fault_wrong(reader, path, value, "an array of what is ignored");
    size_t count = json_size(value), read = 0;
    if (count > MOST_IGNORES || topology->ignored_count + count > MOST_IGNORES)
        return fault_at(reader, path, FAULT_VALUE, NULL, "more than %d of them", MOST_IGNORES);
    struct ignored *more = ARENA_ARRAY(reader->arena, count + 1, struct ignored);
    for (size_t i = 0; i < count; i++) {
        char index[24];
        (void)snprintf(index, sizeof index, "%zu", i);
        struct path here = {path, index};
        read += ignore_read(reader, &here, json_element(value, i), i, &more[read]);
    }
    ignored_add(reader->arena, topology, more, read);
    return read == count;
}

bool ignores_of_options(struct reader *reader, struct topology *topology)
{
    const struct topology_input *input = reader->input;
    struct ignored *more = ARENA_ARRAY(reader->arena, input->ignore_count + 1, struct ignored);
    char hint[80];
    size_t read = 0;
    for (size_t i = 0; i < input->ignore_count; i++) {
        const char *word = input->ignores[i], *colon = strchr(word, ':');
        const char *rule =
            colon == NULL ? word : arena_strndup(reader->arena, word, (size_t)(colon - word));
        more[read].rule = rule;
        more[read].subject = colon == NULL ? NULL : colon + 1;
        read += rule_exists(reader, rule);
        /* The whole word: what looks like a URL in it is masked. */
        if (!rule_exists(reader, rule))
            (void)fault_usage(reader, rule_hint(reader, rule, hint, sizeof hint),
                              "%s: there is no rule \"%.60s\"", input->labels.ignore, word);
    }
    ignored_add(reader->arena, topology, more, read);
    return read == input->ignore_count;
}

/* The names of each section. */
struct sections {
    struct name_table services, servers, poolers;
};

/* The name behind "services/", "servers/" or "poolers/"; the subject itself where it is a bare
 * name. */
static bool subject_exists(const char *subject, const struct sections *sections)
{
    const struct {
        const char *before;
        const struct name_table *names;
    } rows[] = {{"services/", &sections->services},
                {"servers/", &sections->servers},
                {"poolers/", &sections->poolers}};
    size_t ignored;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t length = strlen(rows[i].before);
        if (name_table_find(rows[i].names, subject, &ignored) ||
            (strncmp(subject, rows[i].before, length) == 0 &&
             name_table_find(rows[i].names, subject + length, &ignored)))
            return true;
    }
    return false;
}

static void subject_fault(struct reader *reader, const struct topology *topology,
                          const struct ignored *ignored)
{
    char hint[256], index[24];
    struct path section = {NULL, "ignore"}, entry = {&section, index}, here = {&entry, "subject"};
    size_t count = 0;
    size_t most = topology->service_count + topology->server_count + topology->pooler_count;
    const char **names = ARENA_ARRAY(reader->arena, most + 1, const char *);
    for (size_t i = 0; i < topology->service_count; i++)
        names[count++] = topology->services[i]->name;
    for (size_t i = 0; i < topology->server_count; i++)
        names[count++] = topology->servers[i]->name;
    for (size_t i = 0; i < topology->pooler_count; i++)
        names[count++] = topology->poolers[i]->name;
    const char *slash = strchr(ignored->subject, '/');
    const char *guess = names_hint(slash == NULL ? ignored->subject : slash + 1, "name", names,
                                   count, hint, sizeof hint);
    if (ignored->reason == NULL) {
        (void)fault_usage(reader, guess, "%s %s:%.60s: there is no such service or server",
                          reader->input->labels.ignore, ignored->rule, ignored->subject);
        return;
    }
    (void)snprintf(index, sizeof index, "%zu", ignored->index);
    reader_at(reader, &ignored->origin, &section);
    (void)fault_at(reader, &here, FAULT_VALUE, guess, "there is no service or server \"%.60s\"",
                   ignored->subject);
}

void ignores_link(struct reader *reader, const struct topology *topology)
{
    struct arena scratch = {.on_out_of_memory = reader->arena->on_out_of_memory};
    struct sections sections = {0};
    bool asked = false;
    for (size_t i = 0; i < topology->ignored_count; i++)
        asked |= topology->ignored[i].subject != NULL;
    for (size_t i = 0; asked && i < topology->server_count; i++)
        (void)name_table_add(&sections.servers, &scratch, topology->servers[i]->name, i, NULL);
    for (size_t i = 0; asked && i < topology->service_count; i++)
        (void)name_table_add(&sections.services, &scratch, topology->services[i]->name, i, NULL);
    for (size_t i = 0; asked && i < topology->pooler_count; i++)
        (void)name_table_add(&sections.poolers, &scratch, topology->poolers[i]->name, i, NULL);
    for (size_t i = 0; asked && i < topology->ignored_count && !faults_full(reader); i++) {
        const struct ignored *ignored = &topology->ignored[i];
        if (ignored->subject != NULL && !subject_exists(ignored->subject, &sections))
            subject_fault(reader, topology, ignored);
    }
    arena_free(&scratch);
}
