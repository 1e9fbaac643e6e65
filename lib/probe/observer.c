#include "observer.h"

#include "facts_read.h"

#include <time.h>

enum {
    GAP_LEAST_MS = 100,
    GAP_MOST_MS = 1000,
    SAMPLES_WANTED = 300, /* the largest of 299 exceeds the 99 % quantile, in 95 % of all cases */
};

/* Equal parts of the window, as many as are wanted and a server does not notice. */
static int64_t slots_find(int64_t window_ms)
{
    int64_t gap_ms = window_ms / SAMPLES_WANTED;
    gap_ms = gap_ms < GAP_LEAST_MS ? GAP_LEAST_MS : gap_ms > GAP_MOST_MS ? GAP_MOST_MS : gap_ms;
    int64_t slots = window_ms / gap_ms;
    return slots < OBSERVE_MOST_SAMPLES ? slots : OBSERVE_MOST_SAMPLES;
}

/* splitmix64: moments that keep step with nothing, not secrets. */
static int64_t random_below(struct observer *observer, int64_t most)
{
    uint64_t z = observer->random += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (int64_t)((z ^ z >> 31) % (uint64_t)most);
}

static void observation_begin(struct talk *talk)
{
    struct observer *observer = talk->observer;
    struct timespec now;
    struct observation *observation = ARENA_NEW(talk->arena, struct observation);
    (void)clock_gettime(CLOCK_REALTIME, &now);
    observer->random = (uint64_t)now.tv_nsec * UINT64_C(0x100000001b3) ^ (uint64_t)now.tv_sec ^
                       (uint64_t)(uintptr_t)talk;
    observer->slots = slots_find(observer->window_ms);
    observation->sample_at_ms = ARENA_ARRAY(talk->arena, (size_t)observer->slots, int64_t);
    talk->facts->observation = observation;
    talk_ask(talk, QUERY_COUNT);
}

/* Rests until a random moment of the next slot that has not begun, or until the end. */
static void sample_plan(struct talk *talk, int64_t now_ms)
{
    struct observer *observer = talk->observer;
    int64_t gap_ms = observer->window_ms / observer->slots,
            begun = (now_ms - observer->start_ms) / gap_ms;
    if (now_ms > observer->start_ms && observer->slot <= begun)
        observer->slot = begun + 1;
    if (observer->ends || talk->facts->observation->is_full || observer->slot >= observer->slots) {
        observer->slot = observer->slots;
        talk_rest(talk, observer->ends || talk->facts->observation->is_full
                            ? now_ms
                            : observer->start_ms + observer->window_ms);
        return;
    }
    talk_rest(talk, observer->start_ms + observer->slot * gap_ms + random_below(observer, gap_ms));
    observer->slot++;
}

static void observation_end(struct talk *talk, int64_t now_ms)
{
    struct observation *observation = talk->facts->observation;
    observation->window_ms = now_ms - talk->observer->start_ms;
    observation->counted_ms = observation->counters_known ? observation->window_ms : 0;
    talk_end(talk);
}

void observer_on_answer(struct talk *talk)
{
    int64_t now_ms = clock_now_ms();
    if (talk->occasion == QUERY_ONCE) {
        observation_begin(talk);
    } else if (talk->occasion == QUERY_COUNT && talk->observer->start_ms > 0) {
        observation_end(talk, now_ms);
    } else {
        if (talk->occasion == QUERY_COUNT)
            talk->observer->start_ms = now_ms;
        sample_plan(talk, now_ms);
    }
}

void observer_on_time(struct talk *talk)
{
    struct observer *observer = talk->observer;
    struct observation *observation = talk->facts->observation;
    int64_t now_ms = clock_now_ms();
    bool is_over = observer->ends || observation->is_full ||
                   now_ms >= observer->start_ms + observer->window_ms ||
                   observation->sample_count == (size_t)observer->slots;
    if (!is_over)
        observation->sample_at_ms[observation->sample_count] = now_ms - observer->start_ms;
    talk_ask(talk, is_over ? QUERY_COUNT : QUERY_SAMPLE);
}

void observer_stop(struct talk *talk)
{
    talk->observer->ends = true;
    if (talk->stage == TALK_RESTING)
        talk->host_deadline_ms = 0;
}
