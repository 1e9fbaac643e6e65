/*
 * Writes a record as a watcher would, from samples by a seed:
 *
 *   record_writer FILE SIZE SEED FROM UNTIL
 *
 * puts those behind FROM, up to UNTIL, into a record of at most SIZE bytes, and says after each how
 * many there are. tests/record kills it.
 */
#include "random_samples.h"
#include "record_file.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int64_t number(const char *word)
{
    return (int64_t)strtoll(word, NULL, 10);
}

static int fail_say(const struct fail *fail)
{
    (void)fprintf(stderr, "%s\n%s\n", fail->message, fail->hint);
    return (int)fail->kind;
}

int main(int count, char **words)
{
    struct record_file file;
    struct fail fail = {0};
    if (count != 6)
        return FAIL_USAGE;
    if (!record_open(words[1], "main", SAMPLES_EVERY_MS, number(words[2]), NULL, &file, &fail))
        return fail_say(&fail);
    struct sample_source source = sample_source_of((uint64_t)number(words[3]));
    int64_t from = number(words[4]), until = number(words[5]);
    bool good = true;
    for (int64_t i = 0; good && i < until; i++) {
        const struct sample *sample = sample_next(&source);
        if (i < from)
            continue;
        good = record_append(&file, sample, SAMPLES_EVERY_MS, &fail);
        if (good)
            (void)printf("%" PRId64 "\n", i + 1);
        (void)fflush(stdout);
    }
    return record_close(&file, &fail) && good ? 0 : fail_say(&fail);
}
