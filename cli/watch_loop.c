#include "watch_loop.h"

#include "sessions.h"
#include "signals.h"

#include <inttypes.h>
#include <limits.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

int64_t wall_now_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void end_with(struct watch *watch, enum watch_end end)
{
    if (watch->end == WATCH_GOES_ON)
        watch->end = end;
}

void watch_event(struct watch *watch, const char *words)
{
    for (size_t i = 0; i < watch->sink_count; i++)
        if (watch->sinks[i].event != NULL)
            watch->sinks[i].event(watch->sinks[i].to, wall_now_ms(), words);
}

/* --- what is seen goes to the sinks --- */

static void moment_tell(struct watch *watch, const struct moment *moment, struct fail *fail)
{
    for (size_t i = 0; i < watch->sink_count; i++)
        if (!watch->sinks[i].take(watch->sinks[i].to, moment, fail))
            end_with(watch, fail->kind == FAIL_NONE ? WATCH_STOPPED : WATCH_FAILED);
}

/* Whose each group is: for people, and the service alone. */
static void owners_find(struct watch *watch, const struct sample *sample, const char **ret_owners,
                        const char **ret_services)
{
    const struct sizing *sizing = watch->target->owners;
    const struct server_sizing *server = &sizing->servers[watch->target->server];
    for (size_t i = 0; i < sample->group_count; i++) {
        const struct sample_group *group = &sample->groups[i];
        const char *name = group->application_name == NULL ? "" : group->application_name;
        const struct session_group key = {.application_name = group->application_name,
                                          .role = group->role,
                                          .database = group->database};
        const struct service *owner = group->is_rest ? NULL : session_owner(sizing, server, &key);
        bool is_alone = owner != NULL && service_is_implicit(owner);
        ret_services[i] = owner == NULL || is_alone ? NULL : owner->name;
        ret_owners[i] = is_alone        ? name
                        : owner != NULL ? owner->name
                                        : arena_printf(&watch->scratch, "%s (not declared)",
                                                       *name == '\0' ? "no name" : name);
    }
}

static void alarm_say(struct watch *watch, const struct sample *sample, enum alarm_change change)
{
    struct arena *arena = &watch->scratch;
    int64_t used = sample_used(sample);
    const char *words =
        used < 0 ? sample->reason
                 : arena_printf(arena, "%" PRId64 " of %" PRId64, used, sample->max_connections);
    int64_t line = alarm_line(&watch->alarm, sample->max_connections);
    const char *at = line < 0 ? "" : arena_printf(arena, " of %" PRId64, line);
    watch_event(watch, arena_printf(arena, "%s the alert%s: %s",
                                    change == ALARM_OVER ? "above" : "back below", at, words));
}

static void sample_take(struct watch *watch, const struct sample *sample, struct fail *fail)
{
    static const char *owners[SAMPLE_MOST_GROUPS], *services[SAMPLE_MOST_GROUPS];
    arena_clear(&watch->scratch);
    owners_find(watch, sample, owners, services);
    watched_take(&watch->watched, sample, owners);
    enum alarm_change change = alarm_take(&watch->alarm, sample);
    watch->watched.over_count += change == ALARM_OVER;
    const struct moment moment = {
        .server = watch->target->name,
        .sample = sample,
        .services = services,
        .watched = &watch->watched,
        .alarm = &watch->alarm,
        .change = change,
    };
    if (change != ALARM_SAME)
        alarm_say(watch, sample, change);
    moment_tell(watch, &moment, fail);
    alert_take(&watch->alert, &moment);
    if (change == ALARM_OVER && watch->options->until_alert)
        end_with(watch, WATCH_ALERTED);
}

/* --- asking, or not --- */

static uint64_t random_number(void)
{
    uint64_t number = 0;
    (void)!getrandom(&number, sizeof number, 0);
    return number;
}

static void breaker_say(struct watch *watch, enum breaker_state before, const char *reason)
{
    enum breaker_state now = watch->breaker.state;
    const struct breaker *breaker = &watch->breaker;
    char span[32];
    const char *why = "";
    if (now == BREAKER_OPEN)
        why = arena_printf(&watch->scratch, "; not asked for %s: %s",
                           span_show(breaker->open_ms, span), reason == NULL ? "" : reason);
    else if (now == BREAKER_HALF_OPEN)
        why = "; asked again";
    else
        why = "; the server answers again";
    watch_event(watch, arena_printf(&watch->scratch, "breaker %s -> %s%s",
                                    breaker_state_names[before], breaker_state_names[now], why));
}

/* A server that is lost, or is there again: said once, not at each try. */
static void lost_say(struct watch *watch, const struct sample *sample, bool was_lost)
{
    bool is_lost = sample->kind == SAMPLE_LOST;
    if (is_lost && !was_lost)
        watch_event(watch, arena_printf(&watch->scratch, "no data: %s",
                                        sample->reason == NULL ? "" : sample->reason));
    else if (!is_lost && was_lost)
        watch_event(watch, "data again");
}

static void looked(struct watch *watch, struct fail *fail)
{
    struct sample *sample = &watch->sampler.sample;
    struct breaker *breaker = &watch->breaker;
    enum breaker_state before = breaker->state;
    bool was_lost = watch->watched.gap_since_ms != 0;
    if (sample->kind == SAMPLE_SEEN)
        breaker_on_success(breaker);
    else if (sample->kind == SAMPLE_FULL)
        breaker_on_full(breaker, clock_now_ms());
    else
        breaker_on_failure(breaker, clock_now_ms(), random_number());
    sample->breaker = breaker->state;
    lost_say(watch, sample, was_lost);
    if (breaker->state != before)
        breaker_say(watch, before, sample->reason);
    sample_take(watch, sample, fail);
}

/* The breaker lets one look through again, which is told at once: the look may take a while. */
static void half_open_tell(struct watch *watch, struct fail *fail)
{
    const struct sample sample = {
        .at_ms = wall_now_ms(),
        .kind = SAMPLE_LOST,
        .breaker = watch->breaker.state,
        .reason = "asked again",
        .max_connections = -1,
        .superuser_reserved_connections = -1,
        .reserved_connections = -1,
        .sessions = -1,
    };
    const struct moment moment = {
        .server = watch->target->name,
        .sample = &sample,
        .watched = &watch->watched,
        .alarm = &watch->alarm,
    };
    arena_clear(&watch->scratch);
    breaker_say(watch, BREAKER_OPEN, NULL);
    moment_tell(watch, &moment, fail);
}

/* A look is due. The moments of the others stay where they are, however late it is. */
static void look(struct watch *watch, int64_t now_ms, struct fail *fail)
{
    int64_t due = (now_ms - watch->start_ms) / watch->options->interval_ms;
    enum breaker_state before = watch->breaker.state;
    watch->watched.skipped += due - watch->next;
    watch->next = due + 1;
    if (watch->sampler.is_asking) {
        watch->watched.skipped++;
    } else if (breaker_allows(&watch->breaker, now_ms)) {
        if (watch->breaker.state != before)
            half_open_tell(watch, fail);
        sampler_ask(&watch->sampler);
    }
}

/* --- waiting --- */

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Unix time would not do: it may be set. INT64_MAX: it does not end by itself. */
static int64_t end_ms(const struct watch *watch)
{
    return watch->options->for_ms == 0 ? INT64_MAX : watch->start_ms + watch->options->for_ms;
}

static int64_t due_ms(const struct watch *watch)
{
    int64_t at_ms = watch->start_ms + watch->next * watch->options->interval_ms;
    return at_ms < end_ms(watch) ? at_ms : INT64_MAX;
}

static int64_t until_find(const struct watch *watch, int64_t now_ms)
{
    int64_t until_ms = least(due_ms(watch), sampler_until_ms(&watch->sampler));
    if (end_ms(watch) > now_ms) /* else the last look is waited for */
        until_ms = least(until_ms, end_ms(watch));
    for (size_t i = 0; i < watch->sink_count; i++)
        if (watch->sinks[i].until_ms != NULL)
            until_ms = least(until_ms, watch->sinks[i].until_ms(watch->sinks[i].to));
    return until_ms;
}

enum { OWN_POLLS = 2 };
struct waiting {
    struct pollfd polls[OWN_POLLS + WATCH_MOST_SINKS * SINK_MOST_POLLS];
    size_t counts[WATCH_MOST_SINKS], count;
};

static void waiting_fill(struct watch *watch, struct waiting *waiting)
{
    waiting->polls[0] = (struct pollfd){.fd = signals_fd(), .events = POLLIN};
    waiting->polls[1] = sampler_poll(&watch->sampler);
    waiting->count = OWN_POLLS;
    for (size_t i = 0; i < watch->sink_count; i++) {
        const struct sink *sink = &watch->sinks[i];
        waiting->counts[i] =
            sink->polls == NULL
                ? 0
                : sink->polls(sink->to, waiting->polls + waiting->count, SINK_MOST_POLLS);
        waiting->count += waiting->counts[i];
    }
}

static void sinks_turn(struct watch *watch, const struct waiting *waiting, struct fail *fail)
{
    const struct pollfd *polls = waiting->polls + OWN_POLLS;
    for (size_t i = 0; i < watch->sink_count; i++) {
        const struct sink *sink = &watch->sinks[i];
        if (sink->turn != NULL && !sink->turn(sink->to, polls, waiting->counts[i], fail))
            end_with(watch, fail->kind == FAIL_NONE ? WATCH_STOPPED : WATCH_FAILED);
        polls += waiting->counts[i];
    }
}

static void signals_heed(struct watch *watch)
{
    struct signals signals = signals_take();
    if (signals.stop)
        end_with(watch, WATCH_STOPPED);
    if (signals.child)
        alert_reap(&watch->alert);
    for (size_t i = 0; i < watch->sink_count; i++)
        if (watch->sinks[i].signals != NULL)
            watch->sinks[i].signals(watch->sinks[i].to, &signals);
}

static void turn(struct watch *watch, struct waiting *waiting, struct fail *fail)
{
    waiting_fill(watch, waiting);
    int64_t now_ms = clock_now_ms(), until_ms = until_find(watch, now_ms);
    int64_t wait_ms = until_ms > now_ms ? least(until_ms - now_ms, INT_MAX) : 0;
    if (poll(waiting->polls, (nfds_t)waiting->count, (int)wait_ms) < 0)
        for (size_t i = 0; i < waiting->count; i++)
            waiting->polls[i].revents = 0;
    signals_heed(watch);
    if (sampler_turn(&watch->sampler, waiting->polls[1].revents != 0) != NULL)
        looked(watch, fail);
    sinks_turn(watch, waiting, fail);
}

/* The look at hand is waited for, no longer than an answer may take. */
static bool is_over(const struct watch *watch, int64_t now_ms)
{
    return now_ms >= end_ms(watch) && !watch->sampler.is_asking;
}

void watch_loop(struct watch *watch, struct fail *fail)
{
    struct waiting *waiting = ARENA_NEW(watch->run->arena, struct waiting);
    watch->start_ms = clock_now_ms();
    watch->begun_at_ms = wall_now_ms();
    while (watch->end == WATCH_GOES_ON) {
        int64_t now_ms = clock_now_ms();
        if (now_ms >= due_ms(watch))
            look(watch, now_ms, fail);
        turn(watch, waiting, fail);
        if (is_over(watch, clock_now_ms()))
            end_with(watch, WATCH_OVER);
    }
}
