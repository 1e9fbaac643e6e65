/*
 * What must hold of every record, tried on random ones: what is read of it is what was sampled, and
 * thinning it, any number of times and by any windows, changes nothing of that. The truth is
 * computed here from the samples themselves.
 */
#include "harness.h"
#include "random_samples.h"
#include "record_thin.h"

enum { MOST_SAMPLES = 400, MOST_NAMES = SAMPLES_NAMES + 1 };

/* All that is asked of a whole record. */
struct whole {
    int64_t seen, full, lost, gap_ms, changes, full_ms, from_ms, to_ms;
    struct record_peak sessions;
    struct record_peak groups[MOST_NAMES], in_use[MOST_NAMES]; /* as the source names them; rest */
    int64_t limits[3];
    int64_t breaker; /* enum breaker_state */
};

struct trial {
    struct random random;
    struct arena arena;
    struct text text; /* the record */
    int64_t sample_count;
    uint64_t seed;
    struct whole truth;
    char why[200];
};

static bool same(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static size_t name_of(const char *application_name, const char *role, const char *database)
{
    size_t i = 0;
    for (; i < SAMPLES_NAMES; i++) {
        const struct sample_group group = sample_group_named(i);
        if (same(group.application_name, application_name) && same(group.role, role) &&
            same(group.database, database))
            break;
    }
    return i;
}

static void peak_see(struct record_peak *peak, int64_t value, int64_t at_ms)
{
    if (value > peak->value)
        *peak = (struct record_peak){value, at_ms};
}

static struct whole whole_new(void)
{
    struct whole whole = {.full_ms = -1, .sessions = {.value = -1}, .limits = {-1, -1, -1}};
    return whole;
}

/* --- the truth --- */

static void truth_group(struct whole *truth, const struct sample *sample,
                        const struct sample_group *group)
{
    size_t name = group->is_rest ? SAMPLES_NAMES
                                 : name_of(group->application_name, group->role, group->database);
    peak_see(&truth->groups[name], group->sessions, sample->at_ms);
    peak_see(&truth->in_use[name], group->active + group->idle_in_transaction, sample->at_ms);
}

/* An observation stands for five seconds. */
static void truth_gap(struct whole *truth, const struct sample *sample, int64_t *last_ms,
                      bool *lost)
{
    bool is_lost = sample->kind == SAMPLE_LOST;
    int64_t between_ms = sample->at_ms - (*last_ms < 0 ? truth->from_ms : *last_ms);
    int64_t gap_ms = between_ms - (*last_ms < 0 ? 0 : SAMPLES_EVERY_MS);
    if (!is_lost && gap_ms > 0 && (*lost || between_ms > 2 * SAMPLES_EVERY_MS))
        truth->gap_ms += gap_ms;
    if (!is_lost)
        *last_ms = sample->at_ms;
    *lost = is_lost;
}

static void trial_make(struct trial *trial)
{
    struct random *random = &trial->random;
    struct record record = record_new(&trial->arena);
    trial->seed = random_next(random);
    struct sample_source source = sample_source_of(trial->seed);
    struct whole *truth = &trial->truth;
    int64_t last_ms = -1;
    bool lost = false;
    *truth = whole_new();
    trial->text.arena = &trial->arena;
    trial->sample_count = pick(random, 1, MOST_SAMPLES);
    record_header_put(&record, "core", SAMPLES_EVERY_MS, &trial->text);
    for (int64_t i = 0; i < trial->sample_count; i++) {
        const struct sample *sample = sample_next(&source);
        record_sample_put(&record, sample, SAMPLES_EVERY_MS, &trial->text);
        if (i == 0)
            truth->from_ms = sample->at_ms;
        truth_gap(truth, sample, &last_ms, &lost);
        truth->seen += sample->kind == SAMPLE_SEEN;
        truth->full += sample->kind == SAMPLE_FULL;
        truth->lost += sample->kind == SAMPLE_LOST;
        truth->full_ms = sample->kind == SAMPLE_FULL ? sample->at_ms : truth->full_ms;
        truth->changes += (int64_t)sample->breaker != truth->breaker;
        truth->breaker = sample->breaker;
        truth->to_ms = sample->at_ms;
        peak_see(&truth->sessions, sample->sessions, sample->at_ms);
        for (size_t k = 0; k < sample->group_count; k++)
            truth_group(truth, sample, &sample->groups[k]);
        if (sample->kind == SAMPLE_SEEN)
            truth->limits[0] = sample->max_connections;
    }
    truth->limits[1] = truth->seen > 0 ? 3 : -1;
    truth->limits[2] = truth->seen > 0 ? 0 : -1;
    int64_t rest_ms = truth->to_ms - (last_ms < 0 ? truth->from_ms : last_ms + SAMPLES_EVERY_MS);
    truth->gap_ms += lost && rest_ms > 0 ? rest_ms : 0;
}

/* --- what is read --- */

static bool lines_read(struct trial *trial, const struct text *text, struct whole *ret_whole)
{
    struct record record = record_new(&trial->arena);
    struct record_span all = {.observed_ms = UNKNOWN, .full_ms = UNKNOWN, .sessions = {-1, 0}};
    *ret_whole = whole_new();
    for (const char *at = text->bytes, *end; *at != '\0'; at = end + 1) {
        struct record_line line;
        const char *why;
        end = strchr(at, '\n');
        if (!record_line_read(&record, &trial->arena, at, (size_t)(end - at), &line, &why))
            return because(trial, "%s: %.*s", why, (int)(end - at), at);
        if (line.kind != RECORD_SAMPLE && line.kind != RECORD_SPAN)
            continue;
        record_span_add(&all, &line.span);
        for (size_t i = 0; i < line.span.use_count; i++) {
            const struct record_use *use = &line.span.uses[i];
            const struct record_group *group = &record.groups[use->group];
            size_t name = use->group == 0
                              ? SAMPLES_NAMES
                              : name_of(group->application_name, group->role, group->database);
            record_peak_add(&ret_whole->groups[name], &use->sessions);
            record_peak_add(&ret_whole->in_use[name], &use->in_use);
        }
    }
    ret_whole->seen = all.seen;
    ret_whole->full = all.full;
    ret_whole->lost = all.lost;
    ret_whole->gap_ms = all.gap_ms + record_gap_at_end(&record);
    ret_whole->changes = all.changes;
    ret_whole->full_ms = all.full_ms;
    ret_whole->sessions = all.sessions;
    ret_whole->from_ms = record.first_ms;
    ret_whole->to_ms = record.last_ms;
    ret_whole->breaker = record.breaker;
    memcpy(ret_whole->limits, record.limits, sizeof record.limits);
    return true;
}

static bool is_truth(struct trial *trial, const struct text *text)
{
    struct whole whole;
    const struct whole *truth = &trial->truth;
    if (!lines_read(trial, text, &whole))
        return false;
    if (whole.sessions.value < 0)
        whole.sessions.at_ms = 0;
    if (memcmp(&whole.sessions, &truth->sessions, sizeof whole.sessions) != 0)
        return because(trial, "sessions %" PRId64 " at %" PRId64, whole.sessions.value,
                       whole.sessions.at_ms);
    for (size_t i = 0; i < MOST_NAMES; i++)
        if (memcmp(&whole.groups[i], &truth->groups[i], sizeof whole.groups[i]) != 0 ||
            memcmp(&whole.in_use[i], &truth->in_use[i], sizeof whole.in_use[i]) != 0)
            return because(trial, "group %zu: %" PRId64 " at %" PRId64, i, whole.groups[i].value,
                           whole.groups[i].at_ms);
    return memcmp(&whole, truth, sizeof whole) == 0 ||
           because(trial,
                   "seen %" PRId64 " full %" PRId64 " lost %" PRId64 " gap %" PRId64
                   " changes %" PRId64,
                   whole.seen, whole.full, whole.lost, whole.gap_ms, whole.changes);
}

/* --- properties --- */

static bool record_is_the_truth(struct trial *trial)
{
    trial_make(trial);
    bool holds = is_truth(trial, &trial->text);
    text_free(&trial->text);
    return holds;
}

/* The lines up to a place become windows, those behind it stay. */
static void thin(struct trial *trial, const struct text *text, struct text *thinned)
{
    static const int64_t windows[] = {1, 7000, 60000, 300000, 3600000, 86400000};
    int64_t line = 0, keep = pick(&trial->random, 0, trial->sample_count * 2);
    struct record_thinning thinning =
        record_thinning_new(&trial->arena, windows[pick(&trial->random, 0, 5)]);
    for (const char *at = text->bytes, *end; *at != '\0'; at = end + 1, line++) {
        end = strchr(at, '\n');
        record_thin(&thinning, at, (size_t)(end - at), line >= keep, thinned);
    }
    record_thin_end(&thinning, thinned);
}

static bool thinning_changes_nothing(struct trial *trial)
{
    bool holds = true;
    trial_make(trial);
    for (int64_t times = pick(&trial->random, 1, 4); holds && times > 0; times--) {
        struct text thinned = {.arena = &trial->arena};
        thin(trial, &trial->text, &thinned);
        holds = is_truth(trial, &thinned);
        text_free(&trial->text);
        trial->text = thinned;
    }
    text_free(&trial->text);
    return holds;
}

static const struct property properties[] = {
    {"what is read is what was sampled", record_is_the_truth},
    {"thinning changes no peak, count, time or gap of the whole", thinning_changes_nothing},
};

static void trial_print(const struct trial *trial)
{
    print_error("%" PRId64 " samples of seed %" PRIu64 ": %s\n", trial->sample_count, trial->seed,
                trial->why);
}

static struct trial state;

struct suite suite = {.seed = 20261101,
                      .instances = 120,
                      PROPERTIES(properties),
                      TRIAL(state),
                      .arena = &state.arena,
                      .print = trial_print};
