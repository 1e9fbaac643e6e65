/*
 * The options: one row each. Parsing, PGSIZE_* variables and the help of every command are made
 * from the rows.
 */
#ifndef PGSIZE_OPTION_H
#define PGSIZE_OPTION_H

#include "arena.h"
#include "fail.h"
#include "text.h"

#include <stdbool.h>
#include <stddef.h>

/* Which commands take an option. */
enum command_bit {
    FOR_RECOMMEND = 1 << 0,
    FOR_CHECK = 1 << 1,
    FOR_PLANS = 1 << 2,
    FOR_URL = 1 << 3,
    FOR_LIST = 1 << 4,
    FOR_SCHEMA = 1 << 5,
    FOR_EXPLAIN = 1 << 6,
    FOR_INSPECT = 1 << 7,
    FOR_WATCH = 1 << 8,
    FOR_SIZING = FOR_RECOMMEND | FOR_CHECK,
    FOR_JUDGING = FOR_SIZING | FOR_INSPECT,
    FOR_SHOWING = FOR_PLANS | FOR_URL | FOR_LIST | FOR_EXPLAIN,
    FOR_ALL = (1 << 9) - 1,
};

enum option_id {
    OPTION_URL,
    OPTION_SNAPSHOT,
    OPTION_OFFLINE,
    OPTION_OBSERVE,
    OPTION_HISTORY,
    OPTION_RECORD,
    OPTION_RECORD_SIZE,
    OPTION_OPENMETRICS,
    OPTION_LISTEN,
    OPTION_SERVER,
    OPTION_INTERVAL,
    OPTION_FOR,
    OPTION_ALERT,
    OPTION_UNTIL_ALERT,
    OPTION_BREAKER_FAILURES,
    OPTION_BREAKER_TIME,
    OPTION_BREAKER_SUCCESSES,
    OPTION_PLAN,
    OPTION_MAX_CONNECTIONS,
    OPTION_SET,
    OPTION_CLIENT,
    OPTION_INSTANCES,
    OPTION_FORMULA,
    OPTION_ALLOCATION,
    OPTION_OBJECTIVE,
    OPTION_FORMAT,
    OPTION_FAIL_ON,
    OPTION_IGNORE,
    OPTION_BASELINE,
    OPTION_WRITE_BASELINE,
    OPTION_DIFF,
    OPTION_BEFORE,
    OPTION_IDLE_AFTER,
    OPTION_ONLY,
    OPTION_CURVE,
    OPTION_SCENARIO,
    OPTION_EXPLAIN,
    OPTION_CONNECTION_LIMIT,
    OPTION_POOL_TIMEOUT,
    OPTION_CONNECT_TIMEOUT,
    OPTION_IDLE_TIMEOUT,
    OPTION_MAX_LIFETIME,
    OPTION_DATABASE,
    OPTION_SORT,
    OPTION_DISPUTED,
    OPTION_FIT,
    OPTION_IDENTIFY,
    OPTION_REVEAL,
    OPTION_TIMEOUT,
    OPTION_COLOR,
    OPTION_QUIET,
    OPTION_VERBOSE,
    OPTION_HELP,
    OPTION_VERSION,
    OPTION_COUNT,
};

enum option_kind {
    OPTION_KIND_FLAG,
    OPTION_KIND_VALUE, /* two different ones are refused */
    OPTION_KIND_LIST,  /* repeatable */
};

struct option_row {
    const char *name; /* without its dashes */
    char letter;      /* 0: none */
    enum option_kind kind;
    const char *value; /* "URL", for the help */
    const char *const *choices;
    unsigned commands;
    const char *what;
    struct {
        unsigned commands;
        const char *what;
    } but[3]; /* what it is for these commands instead */
};
extern const struct option_row option_rows[OPTION_COUNT];

/* PGSIZE_MAX_CONNECTIONS for max-connections. */
const char *option_variable(struct arena *arena, const struct option_row *row);

/* What an option is for a command, in words. */
const char *option_what(const struct option_row *row, unsigned command);

/* What was given on the command line, or else in the environment. */
struct option_values {
    const char **values;
    size_t count;
    bool from_environment;
};

struct arguments {
    struct option_values options[OPTION_COUNT];
    struct arena *arena; /* of labels */
    const char **words;  /* everything that is not an option */
    size_t word_count;
};

struct command;

/* Takes the words behind the command's name apart; unknown options are guessed at. Variables of the
 * environment that begin with PGSIZE_ stand in for options that were not given; a repeatable one
 * has one value a line. */
bool arguments_read(struct arena *arena, const struct command *command, int count, char **words,
                    const char *const *environment, struct arguments *ret_arguments,
                    struct fail *fail) MUST_USE;

static inline bool option_given(const struct arguments *arguments, enum option_id id)
{
    return arguments->options[id].count > 0;
}

/* Whether it was given for this very run: a variable may be there for another command. */
static inline bool option_typed(const struct arguments *arguments, enum option_id id)
{
    return option_given(arguments, id) && !arguments->options[id].from_environment;
}

/* What errors call it: "--max-connections", or "PGSIZE_MAX_CONNECTIONS" where that gave it. */
const char *option_label(const struct arguments *arguments, enum option_id id);

/* The value that counts; NULL: not given. */
static inline const char *option_value(const struct arguments *arguments, enum option_id id)
{
    const struct option_values *values = &arguments->options[id];
    return values->count > 0 ? values->values[values->count - 1] : NULL;
}

/* A value as an index of its row's choices; `otherwise` where it was not given. Choices were
 * checked. */
int option_choice(const struct arguments *arguments, enum option_id id, int otherwise);

/* A value as a number of bytes; as option_count(). */
bool option_bytes(const struct arguments *arguments, enum option_id id, int64_t minimum,
                  int64_t *ret_bytes, struct fail *fail) MUST_USE;

/* A value as a count or duration; false and a FAIL_USAGE where it is none. Not given: nothing is
 * changed. */
bool option_count(const struct arguments *arguments, enum option_id id, int64_t minimum,
                  int64_t maximum, int64_t *ret_count, struct fail *fail) MUST_USE;
bool option_duration(const struct arguments *arguments, enum option_id id, int64_t *ret_ms,
                     struct fail *fail) MUST_USE;

#endif
