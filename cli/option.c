#include "option.h"

#include "command.h"
#include "decimal.h"
#include "name.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const formulas[] = {"fair", "divisor", "half", NULL};
static const char *const allocations[] = {"fill", "stable", NULL};
static const char *const objectives[] = {"fair", "wait", NULL};
static const char *const severities[] = {"note", "warning", "error", "never", NULL};
static const char *const sorts[] = {"plan", "connections", "memory", NULL};
static const char *const colours[] = {"auto", "always", "never", NULL};

const struct option_row option_rows[OPTION_COUNT] = {
    [OPTION_URL] = {"url", 0, OPTION_KIND_LIST, "[NAME=]URL", NULL, FOR_JUDGING | FOR_WATCH,
                    "ask this server; NAME where the topology has several"},
    [OPTION_SNAPSHOT] =
        {"snapshot",
         0,
         OPTION_KIND_LIST,
         "FILE",
         NULL,
         FOR_JUDGING | FOR_PLANS,
         "facts taken earlier (--format json) instead of a live server; given "
         "twice, what was counted between two reports of --observe is the demand",
         {{FOR_CHECK | FOR_INSPECT, "facts taken earlier (--format json) instead of a live server"},
          {FOR_PLANS, "which plans the servers of an earlier report (--format json) look like"}}},
    [OPTION_OFFLINE] = {"offline",
                        0,
                        OPTION_KIND_FLAG,
                        NULL,
                        NULL,
                        FOR_JUDGING | FOR_PLANS,
                        "never connect",
                        {{FOR_PLANS, "--identify goes by the host name alone"}}},
    [OPTION_OBSERVE] = {"observe", 0, OPTION_KIND_VALUE, "DURATION", NULL, FOR_RECOMMEND,
                        "watch the servers for so long (60s), and size by what was in use where no "
                        "demand is declared"},
    [OPTION_HISTORY] = {"history", 0, OPTION_KIND_LIST, "[NAME=]FILE", NULL, FOR_JUDGING,
                        "what pgsize watch --record wrote: the most sessions of each service, and "
                        "when; it changes no limit"},
    [OPTION_RECORD] = {"record", 0, OPTION_KIND_VALUE, "FILE", NULL, FOR_WATCH,
                       "append every look to this file, for --history; goes on with one that is "
                       "there"},
    [OPTION_RECORD_SIZE] = {"record-size", 0, OPTION_KIND_VALUE, "SIZE", NULL, FOR_WATCH,
                            "thin the old looks of the record when it has grown to so much, from "
                            "64KiB on (16MiB)"},
    [OPTION_OPENMETRICS] = {"openmetrics", 0, OPTION_KIND_VALUE, "FILE", NULL, FOR_WATCH,
                            "keep the figures of the last look in this file, for Prometheus; "
                            "*.prom is for node_exporter's textfile collector"},
    [OPTION_LISTEN] = {"listen", 0, OPTION_KIND_VALUE, "[ADDRESS:]PORT", NULL, FOR_WATCH,
                       "answer http://ADDRESS:PORT/metrics, and /healthz; without an address on "
                       "127.0.0.1 alone"},
    [OPTION_SERVER] = {"server", 0, OPTION_KIND_VALUE, "NAME", NULL, FOR_WATCH,
                       "the server to watch, where the topology has several"},
    [OPTION_INTERVAL] = {"interval", 0, OPTION_KIND_VALUE, "DURATION", NULL, FOR_WATCH,
                         "look so often, from 100ms on (5s)"},
    [OPTION_FOR] = {"for", 0, OPTION_KIND_VALUE, "DURATION", NULL, FOR_WATCH,
                    "end after so long: 48h (until it is stopped)"},
    [OPTION_ALERT] = {"alert", 0, OPTION_KIND_VALUE, "COMMAND", NULL, FOR_WATCH,
                      "run by /bin/sh when use goes above the alert, and when it is back 5 % of "
                      "max_connections below; PGSIZE_STATE (over, under), PGSIZE_SERVER, "
                      "PGSIZE_USED, PGSIZE_MAX_CONNECTIONS, PGSIZE_PERCENT and PGSIZE_ALERT_AT "
                      "tell it what is so"},
    [OPTION_UNTIL_ALERT] = {"until-alert", 0, OPTION_KIND_FLAG, NULL, NULL, FOR_WATCH,
                            "end when use goes above the alert, with exit status 1"},
    [OPTION_BREAKER_FAILURES] = {"breaker-failures", 0, OPTION_KIND_VALUE, "N", NULL, FOR_WATCH,
                                 "after so many failures in a row, stop asking for a while (5)"},
    [OPTION_BREAKER_TIME] = {"breaker-time", 0, OPTION_KIND_VALUE, "DURATION", NULL, FOR_WATCH,
                             "how long nobody asks then, and the longest wait between tries "
                             "before (60s)"},
    [OPTION_BREAKER_SUCCESSES] = {"breaker-successes", 0, OPTION_KIND_VALUE, "N", NULL, FOR_WATCH,
                                  "so many answers in a row make all normal again (2)"},
    [OPTION_PLAN] = {"plan", 0, OPTION_KIND_VALUE, "PROVIDER/PLAN", NULL, FOR_SIZING,
                     "the provider's plan, instead of the topology's (pgsize plans)"},
    [OPTION_MAX_CONNECTIONS] = {"max-connections", 0, OPTION_KIND_VALUE, "N", NULL, FOR_SIZING,
                                "max_connections of the server, whatever others say"},
    [OPTION_SET] = {"set", 0, OPTION_KIND_LIST, "PATH=VALUE", NULL, FOR_JUDGING | FOR_WATCH,
                    "change the topology first: services.api.instances.max=3"},
    [OPTION_CLIENT] = {"client",
                       0,
                       OPTION_KIND_VALUE,
                       "ID",
                       NULL,
                       FOR_SIZING | FOR_URL,
                       "the client, without a topology (pgsize list clients)",
                       {{FOR_URL,
                         "write the settings as this client reads them (pgsize list clients)"}}},
    [OPTION_INSTANCES] = {"instances", 0, OPTION_KIND_VALUE, "N", NULL, FOR_SIZING,
                          "how many instances, without a topology"},
    [OPTION_FORMULA] = {"formula", 0, OPTION_KIND_VALUE, "NAME", formulas, FOR_SIZING,
                        "how to divide (fair)"},
    [OPTION_ALLOCATION] = {"allocation", 0, OPTION_KIND_VALUE, "MODE", allocations, FOR_SIZING,
                           "use what fits, or never let a limit fall when the budget grows (fill)"},
    [OPTION_OBJECTIVE] = {"objective", 0, OPTION_KIND_VALUE, "NAME", objectives, FOR_SIZING,
                          "short of room, share fairly or wait least in all (fair)"},
    [OPTION_FORMAT] =
        {"format",
         'f',
         OPTION_KIND_LIST,
         "NAME[=FILE]",
         NULL,
         FOR_JUDGING | FOR_SHOWING,
         "the form of the answer, here or in a file; repeatable; \"pgsize list formats\" "
         "names them (table)",
         {{FOR_SHOWING, "table or json; to a file as well, repeatable (table)"}}},
    [OPTION_FAIL_ON] = {"fail-on", 0, OPTION_KIND_VALUE, "SEVERITY", severities,
                        FOR_JUDGING | FOR_WATCH,
                        "exit 1 for findings of this severity and above (error)"},
    [OPTION_IGNORE] = {"ignore", 0, OPTION_KIND_LIST, "RULE[:SUBJECT]", NULL, FOR_JUDGING,
                       "accept what a rule finds, or finds of one service or server; repeatable"},
    [OPTION_BASELINE] = {"baseline", 0, OPTION_KIND_VALUE, "FILE", NULL, FOR_JUDGING,
                         "only what is not in this file counts, or has become worse"},
    [OPTION_WRITE_BASELINE] = {"write-baseline", 0, OPTION_KIND_FLAG, NULL, NULL, FOR_JUDGING,
                               "write what is found to the baseline's file, and exit 0"},
    [OPTION_DIFF] = {"diff", 0, OPTION_KIND_VALUE, "FILE", NULL, FOR_SIZING,
                     "say what changed since an earlier result of this command (--format json)"},
    [OPTION_BEFORE] = {"before", 0, OPTION_KIND_VALUE, "FILE", NULL, FOR_INSPECT,
                       "show beside each figure what it was in this file (--format json)"},
    [OPTION_IDLE_AFTER] =
        {"idle-after", 0, OPTION_KIND_VALUE, "DURATION", NULL, FOR_JUDGING,
         "idle for longer than this is a leak, where most of a service are (10m)"},
    [OPTION_ONLY] = {"only",
                     0,
                     OPTION_KIND_LIST,
                     "SERVICE",
                     NULL,
                     FOR_JUDGING,
                     "show this service alone; the sizing stays the same",
                     {{FOR_INSPECT, "show this service alone, among the services"}}},
    [OPTION_CURVE] = {"curve", 0, OPTION_KIND_VALUE, "PATH=FROM..TO[:STEP]", NULL, FOR_RECOMMEND,
                      "one line for each value: services.api.instances.max=1..20"},
    [OPTION_SCENARIO] = {"scenario", 0, OPTION_KIND_LIST, "NAME:PATH=VALUE[,PATH=VALUE]", NULL,
                         FOR_RECOMMEND,
                         "size with this set as well, side by side; repeatable; a value with a "
                         "comma is a JSON string: PATH=\"0,30 3 * * *\""},
    [OPTION_EXPLAIN] = {"explain", 0, OPTION_KIND_FLAG, NULL, NULL, FOR_SIZING,
                        "every step of the arithmetic, and the formulas side by side"},
    [OPTION_CONNECTION_LIMIT] = {"connection-limit", 0, OPTION_KIND_VALUE, "N", NULL, FOR_URL,
                                 "connections of the pool"},
    [OPTION_POOL_TIMEOUT] = {"pool-timeout", 0, OPTION_KIND_VALUE, "DURATION", NULL, FOR_URL,
                             "how long to wait for a connection of the pool"},
    [OPTION_CONNECT_TIMEOUT] = {"connect-timeout", 0, OPTION_KIND_VALUE, "DURATION", NULL, FOR_URL,
                                "how long opening a connection may take"},
    [OPTION_IDLE_TIMEOUT] = {"idle-timeout", 0, OPTION_KIND_VALUE, "DURATION", NULL, FOR_URL,
                             "how long an idle connection is kept"},
    [OPTION_MAX_LIFETIME] = {"max-lifetime", 0, OPTION_KIND_VALUE, "DURATION", NULL, FOR_URL,
                             "how long any connection is kept"},
    [OPTION_DATABASE] = {"database", 0, OPTION_KIND_VALUE, "NAME", NULL, FOR_URL,
                         "another database"},
    [OPTION_SORT] = {"sort", 0, OPTION_KIND_VALUE, "BY", sorts, FOR_PLANS,
                     "plan, connections or memory (plan: in the providers' order)"},
    [OPTION_DISPUTED] = {"disputed", 0, OPTION_KIND_FLAG, NULL, NULL, FOR_PLANS,
                         "only figures that sources disagree about, with all sides"},
    [OPTION_FIT] = {"fit", 0, OPTION_KIND_VALUE, "TOPOLOGY", NULL, FOR_PLANS,
                    "the smallest plan of each provider that holds what is recommended"},
    [OPTION_IDENTIFY] = {"identify", 0, OPTION_KIND_VALUE, "URL", NULL, FOR_PLANS,
                         "which plan this server looks like, and why"},
    [OPTION_REVEAL] = {"reveal", 0, OPTION_KIND_FLAG, NULL, NULL, FOR_SIZING | FOR_URL,
                       "show passwords"},
    [OPTION_TIMEOUT] = {"timeout",
                        0,
                        OPTION_KIND_VALUE,
                        "DURATION",
                        NULL,
                        FOR_JUDGING | FOR_WATCH | FOR_PLANS,
                        "for connecting and asking together (10s)",
                        {{FOR_WATCH, "for connecting, and for each answer (10s)"}}},
    [OPTION_COLOR] = {"color", 0, OPTION_KIND_VALUE, "WHEN", colours,
                      FOR_JUDGING | FOR_WATCH | FOR_PLANS | FOR_LIST | FOR_EXPLAIN,
                      "auto, always or never (auto; NO_COLOR is honoured)"},
    [OPTION_QUIET] = {"quiet", 'q', OPTION_KIND_FLAG, NULL, NULL,
                      FOR_JUDGING | FOR_SHOWING | FOR_WATCH,
                      "nothing on standard error but errors"},
    [OPTION_VERBOSE] =
        {"verbose",
         'v',
         OPTION_KIND_FLAG,
         NULL,
         NULL,
         FOR_JUDGING | FOR_PLANS | FOR_LIST,
         "say what is read and asked",
         {{FOR_PLANS, "notes and sources of every plan, as for a single one"},
          {FOR_LIST, "all there is: settings of clients, SQL of queries"}}},
    [OPTION_HELP] = {"help", 'h', OPTION_KIND_FLAG, NULL, NULL, FOR_ALL, "this"},
    [OPTION_VERSION] = {"version", 'V', OPTION_KIND_FLAG, NULL, NULL, FOR_ALL, "the version"},
};

static void value_add(struct arena *arena, struct option_values *values, const char *value)
{
    const char **more = ARENA_ARRAY(arena, values->count + 1, const char *);
    if (values->count > 0)
        memcpy(more, values->values, values->count * sizeof *more);
    more[values->count++] = value;
    values->values = more;
}

const char *option_what(const struct option_row *row, unsigned command)
{
    for (size_t i = 0; i < sizeof row->but / sizeof row->but[0]; i++)
        if ((row->but[i].commands & command) != 0)
            return row->but[i].what;
    return row->what;
}

const char *option_variable(struct arena *arena, const struct option_row *row)
{
    char *name = arena_printf(arena, "PGSIZE_%s", row->name);
    for (char *at = name; *at != '\0'; at++)
        *at = *at == '-' ? '_' : (char)toupper((unsigned char)*at);
    return name;
}

const char *option_label(const struct arguments *arguments, enum option_id id)
{
    const struct option_row *row = &option_rows[id];
    return arguments->options[id].from_environment
               ? option_variable(arguments->arena, row)
               : arena_printf(arguments->arena, "--%s", row->name);
}

static bool choice_check(const struct arguments *arguments, const struct option_row *row,
                         const char *value, struct fail *fail)
{
    char list[128] = "";
    if (row->choices == NULL)
        return true;
    size_t count = 0;
    for (; row->choices[count] != NULL; count++) {
        if (strcmp(row->choices[count], value) == 0)
            return true;
        size_t length = strlen(list);
        (void)snprintf(list + length, sizeof list - length, "%s%s", count > 0 ? ", " : "",
                       row->choices[count]);
    }
    const char *guess = name_guess(value, row->choices, count, sizeof row->choices[0]);
    (void)fail_set(fail, FAIL_USAGE, "%s: must be one of %s, got \"%.40s\"",
                   option_label(arguments, (enum option_id)(row - option_rows)), list, value);
    return guess == NULL ? false : fail_hint(fail, "did you mean %s?", guess);
}

static bool is_for(const struct option_row *row, const struct command *command)
{
    return (row->commands & command->bit) != 0;
}

static bool option_unknown(const struct command *command, const char *word, struct fail *fail)
{
    const char *names[OPTION_COUNT];
    size_t count = 0, length = strcspn(word, "=");
    char name[64];
    (void)snprintf(name, sizeof name, "%.*s", (int)(length < 63 ? length : 63), word);
    for (size_t i = 0; i < OPTION_COUNT; i++)
        if (is_for(&option_rows[i], command))
            names[count++] = option_rows[i].name;
    const char *guess = name_guess(name, names, count, sizeof names[0]);
    (void)fail_set(fail, FAIL_USAGE, "%s takes no option --%s", command->name, name);
    if (guess != NULL)
        return fail_hint(fail, "did you mean --%s?", guess);
    return fail_hint(fail, "pgsize %s --help lists them", command->name);
}

static const struct option_row *option_find(const struct command *command, const char *word)
{
    size_t length = strcspn(word, "=");
    for (size_t i = 0; i < OPTION_COUNT; i++)
        if (is_for(&option_rows[i], command) && strlen(option_rows[i].name) == length &&
            strncmp(option_rows[i].name, word, length) == 0)
            return &option_rows[i];
    return NULL;
}

static const struct option_row *letter_find(const struct command *command, char letter)
{
    for (size_t i = 0; i < OPTION_COUNT; i++)
        if (is_for(&option_rows[i], command) && option_rows[i].letter == letter)
            return &option_rows[i];
    return NULL;
}

/* The words still to be read. */
struct words {
    char **words;
    int count, next;
};

/* Of two values one would be ignored. */
static bool once_check(const struct option_row *row, const struct option_values *values,
                       const char *value, struct fail *fail)
{
    if (row->kind != OPTION_KIND_VALUE || values->count == 0 ||
        strcmp(values->values[values->count - 1], value) == 0)
        return true;
    (void)fail_set(fail, FAIL_USAGE, "--%s is given twice: \"%.60s\" and \"%.60s\"", row->name,
                   values->values[values->count - 1], value);
    return fail_hint(fail, "it takes one value: leave one of them out");
}

static bool option_take(struct arena *arena, const struct option_row *row, const char *value,
                        struct words *words, struct arguments *arguments, struct fail *fail)
{
    struct option_values *values = &arguments->options[row - option_rows];
    if (row->kind == OPTION_KIND_FLAG) {
        if (value != NULL)
            return fail_set(fail, FAIL_USAGE, "--%s takes no value", row->name);
        value_add(arena, values, "1");
        return true;
    }
    if (value == NULL && words->next < words->count)
        value = words->words[words->next++];
    if (value == NULL || *value == '\0') {
        (void)fail_set(fail, FAIL_USAGE, "--%s: a value is missing: %s", row->name, row->value);
        return value != NULL && fail_hint(fail, "it is empty: a variable that is not set, perhaps");
    }
    if (!once_check(row, values, value, fail))
        return false;
    value_add(arena, values, value);
    return choice_check(arguments, row, value, fail);
}

static bool word_read(struct arena *arena, const struct command *command, const char *word,
                      struct words *words, struct arguments *arguments, struct fail *fail)
{
    if (strncmp(word, "--", 2) == 0) {
        const struct option_row *row = option_find(command, word + 2);
        const char *equals = strchr(word, '=');
        if (row == NULL)
            return option_unknown(command, word + 2, fail);
        return option_take(arena, row, equals != NULL ? equals + 1 : NULL, words, arguments, fail);
    }
    for (const char *letter = word + 1; *letter != '\0'; letter++) {
        const struct option_row *row = letter_find(command, *letter);
        if (row == NULL) {
            (void)fail_set(fail, FAIL_USAGE, "%s takes no option -%c", command->name,
                           isprint((unsigned char)*letter) ? *letter : '?');
            return fail_hint(fail, "pgsize %s --help lists them", command->name);
        }
        const char *value = row->kind != OPTION_KIND_FLAG && letter[1] != '\0' ? letter + 1 : NULL;
        if (!option_take(arena, row, value, words, arguments, fail))
            return false;
        if (value != NULL)
            return true;
    }
    return true;
}

static const char *variable_find(struct arena *arena, const struct option_row *row,
                                 const char *const *environment)
{
    const char *name = option_variable(arena, row);
    size_t length = strlen(name);
    for (; *environment != NULL; environment++)
        if (strncmp(*environment, name, length) == 0 && (*environment)[length] == '=')
            return *environment + length + 1;
    return NULL;
}

static bool is_no(const char *value)
{
    static const char *const words[] = {"", "0", "no", "false", "off"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcasecmp(value, words[i]) == 0)
            return true;
    return false;
}

static bool variable_read(struct arena *arena, const struct option_row *row, const char *value,
                          struct arguments *arguments, struct fail *fail)
{
    struct option_values *values = &arguments->options[row - option_rows];
    values->from_environment = true;
    if (row->kind == OPTION_KIND_FLAG) {
        if (!is_no(value))
            value_add(arena, values, "1");
        return true;
    }
    if (row->kind == OPTION_KIND_VALUE) {
        if (*value != '\0')
            value_add(arena, values, value);
        return *value == '\0' || choice_check(arguments, row, value, fail);
    }
    while (*value != '\0') {
        size_t length = strcspn(value, "\n");
        if (length > 0)
            value_add(arena, values, arena_strndup(arena, value, length));
        value += length;
        value += *value == '\n';
    }
    return true;
}

bool arguments_read(struct arena *arena, const struct command *command, int count, char **words,
                    const char *const *environment, struct arguments *ret_arguments,
                    struct fail *fail)
{
    struct words rest = {.words = words, .count = count};
    *ret_arguments = (struct arguments){
        .words = ARENA_ARRAY(arena, (size_t)count + 1, const char *), .arena = arena};
    bool options_ended = false;
    while (rest.next < count) {
        char *word = words[rest.next++];
        if (!options_ended && strcmp(word, "--") == 0) {
            options_ended = true;
        } else if (*word == '\0') {
            (void)fail_set(fail, FAIL_USAGE, "an argument is empty");
            return fail_hint(fail, "a variable that is not set, perhaps");
        } else if (options_ended || word[0] != '-' || word[1] == '\0') {
            ret_arguments->words[ret_arguments->word_count++] = word;
        } else if (!word_read(arena, command, word, &rest, ret_arguments, fail)) {
            return false;
        }
    }
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *row = &option_rows[i];
        const char *value = variable_find(arena, row, environment);
        if (value == NULL || ret_arguments->options[i].count > 0 || !is_for(row, command) ||
            i == OPTION_HELP || i == OPTION_VERSION)
            continue;
        if (!variable_read(arena, row, value, ret_arguments, fail))
            return false;
    }
    return true;
}

int option_choice(const struct arguments *arguments, enum option_id id, int otherwise)
{
    const char *value = option_value(arguments, id);
    for (int i = 0; value != NULL && option_rows[id].choices[i] != NULL; i++)
        if (strcmp(option_rows[id].choices[i], value) == 0)
            return i;
    return otherwise;
}

bool option_count(const struct arguments *arguments, enum option_id id, int64_t minimum,
                  int64_t maximum, int64_t *ret_count, struct fail *fail)
{
    const char *value = option_value(arguments, id);
    int64_t count;
    if (value == NULL)
        return true;
    if (!count_read(value, &count) || count < minimum || count > maximum)
        return fail_set(fail, FAIL_USAGE,
                        "%s: must be a whole number from %" PRId64 " to %" PRId64 ", got \"%.40s\"",
                        option_label(arguments, id), minimum, maximum, value);
    *ret_count = count;
    return true;
}

bool option_duration(const struct arguments *arguments, enum option_id id, int64_t *ret_ms,
                     struct fail *fail)
{
    const char *value = option_value(arguments, id);
    int64_t ms;
    if (value == NULL)
        return true;
    if (!duration_read(value, &ms) || ms < 1) {
        char sum[24];
        const char *in_one = duration_sum_show(value, sum);
        (void)fail_set(
            fail, FAIL_USAGE,
            "%s: must be a duration with a unit, such as \"500ms\" or \"20s\", got \"%.40s\"",
            option_label(arguments, id), value);
        return in_one == NULL ? false : fail_hint(fail, "write it with one unit: %s", in_one);
    }
    *ret_ms = ms;
    return true;
}

bool option_bytes(const struct arguments *arguments, enum option_id id, int64_t minimum,
                  int64_t *ret_bytes, struct fail *fail)
{
    const char *value = option_value(arguments, id);
    int64_t bytes;
    if (value == NULL)
        return true;
    if (!bytes_read(value, &bytes) || bytes < minimum) {
        (void)fail_set(fail, FAIL_USAGE,
                       "%s: must be a size of %" PRId64
                       " bytes or more, such as \"16MiB\", got \"%.40s\"",
                       option_label(arguments, id), minimum, value);
        return fail_hint(fail, "units are KiB, MiB and GiB");
    }
    *ret_bytes = bytes;
    return true;
}
