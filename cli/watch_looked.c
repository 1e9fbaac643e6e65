/* watch: what is made of a look, and who is told. */
#include "watch_looked.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/random.h>

void watch_end_with(struct watch *watch, enum watch_end end)
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
            watch_end_with(watch, fail->kind == FAIL_NONE ? WATCH_STOPPED : WATCH_FAILED);
}

/* Whose each group is: for people, and the service alone. */
static void groups_own(struct watch *watch, const struct sample *sample, const char **ret_owners,
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
        const struct service *owner =
            group->is_rest ? NULL : owners_find(&watch->owners, sizing, server, &key);
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
    groups_own(watch, sample, owners, services);
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
        watch_end_with(watch, WATCH_ALERTED);
}

/* --- the breaker --- */

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

void watch_looked(struct watch *watch, struct fail *fail)
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
    if (sample->kind == SAMPLE_LOST)
        (void)snprintf(watch->lost_reason, sizeof watch->lost_reason, "%s",
                       sample->reason == NULL ? "" : sample->reason);
    lost_say(watch, sample, was_lost);
    if (breaker->state != before)
        breaker_say(watch, before, sample->reason);
    sample_take(watch, sample, fail);
}

void watch_half_open_tell(struct watch *watch, struct fail *fail)
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
