#include "sampler.h"

#include "facts_read.h"

#include <poll.h>
#include <time.h>

void sampler_init(struct sampler *sampler, const struct url *url, int64_t timeout_ms,
                  void (*on_out_of_memory)(void))
{
    *sampler = (struct sampler){.url = url, .timeout_ms = timeout_ms};
    sampler->connection_arena.on_out_of_memory = on_out_of_memory;
    sampler->sample_arena.on_out_of_memory = on_out_of_memory;
    sampler->talk.stage = TALK_DONE;
    sampler->sample = (struct sample){
        .max_connections = -1, .superuser_reserved_connections = -1, .reserved_connections = -1};
}

static int64_t wall_now_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* --- asking --- */

/* What the limits are holds until the server starts anew, and then this connection ends. */
static void sample_begin(struct sampler *sampler)
{
    struct sample *sample = &sampler->sample;
    *sample = (struct sample){
        .at_ms = wall_now_ms(),
        .sessions = -1,
        .max_connections = sample->max_connections,
        .superuser_reserved_connections = sample->superuser_reserved_connections,
        .reserved_connections = sample->reserved_connections,
    };
}

static void connection_begin(struct sampler *sampler)
{
    arena_clear(&sampler->sample_arena);
    arena_clear(&sampler->connection_arena);
    facts_clear(&sampler->facts);
    int64_t deadline_ms = clock_now_ms() + sampler->timeout_ms;
    sampler->talk = (struct talk){
        .arena = &sampler->connection_arena,
        .url = sampler->url,
        .facts = &sampler->facts,
        .timeout_ms = sampler->timeout_ms,
        .deadline_ms = deadline_ms,
        .host_deadline_ms = deadline_ms,
        .is_kept = true,
    };
    sampler->is_open = true;
    sampler->has_seen = false;
    talk_start(&sampler->talk);
}

static void sample_ask(struct sampler *sampler)
{
    arena_clear(&sampler->sample_arena);
    sampler->talk.arena = &sampler->sample_arena;
    sampler->facts.sample = &sampler->sample;
    sampler->sample.at_ms = wall_now_ms();
    talk_ask(&sampler->talk, QUERY_WATCH);
}

void sampler_ask(struct sampler *sampler)
{
    sampler->is_asking = true;
    sample_begin(sampler);
    if (sampler->talk.stage == TALK_RESTING)
        sample_ask(sampler);
    else
        connection_begin(sampler);
}

/* --- what comes of it --- */

static void limits_keep(struct sampler *sampler)
{
    const struct facts *facts = &sampler->facts;
    struct sample *sample = &sampler->sample;
    sample->max_connections = facts->max_connections;
    sample->superuser_reserved_connections = facts->superuser_reserved_connections;
    sample->reserved_connections = facts->reserved_connections;
}

static int64_t known(int64_t value)
{
    return value < 0 ? 0 : value;
}

/* Sessions that there are at least where a server of these limits refused one more. */
static int64_t full_sessions(const struct sample *sample, enum full_kind kind)
{
    int64_t kept =
        known(sample->superuser_reserved_connections) + known(sample->reserved_connections);
    if (sample->max_connections < 0 || (kind != FULL_SLOTS && kind != FULL_RESERVED))
        return -1;
    return sample->max_connections - kept;
}

static const struct sample *lost_make(struct sampler *sampler)
{
    const struct facts *facts = &sampler->facts;
    if (!sampler->is_asking) /* between two looks */
        sample_begin(sampler);
    struct sample *sample = &sampler->sample;
    sample->kind = facts->answer == ANSWER_FULL ? SAMPLE_FULL : SAMPLE_LOST;
    sample->reason = facts->reason;
    sample->groups = NULL;
    sample->group_count = 0;
    sample->sessions = sample->kind == SAMPLE_FULL ? full_sessions(sample, facts->full_kind) : -1;
    sampler->is_open = sampler->is_asking = false;
    return sample;
}

/* The server is there: it ended a session that nobody used. A new one may be told so only once it
 * was of use, so this is no circle. */
static const struct sample *idle_end(struct sampler *sampler)
{
    sampler->is_open = false;
    if (sampler->is_asking)
        connection_begin(sampler);
    return NULL;
}

static const struct sample *seen_make(struct sampler *sampler)
{
    sampler->sample.kind = SAMPLE_SEEN;
    sampler->sample.sessions_are_upper_bound = !facts_count_is_exact(&sampler->facts);
    sampler->is_asking = false;
    sampler->has_seen = true;
    return &sampler->sample;
}

/* After the first round trip of a connection, which says what the limits are, comes the look. */
static const struct sample *rested(struct sampler *sampler)
{
    if (!sampler->is_asking)
        return NULL;
    if (sampler->talk.occasion == QUERY_WATCH && sampler->facts.sample != NULL)
        return seen_make(sampler);
    limits_keep(sampler);
    sample_ask(sampler);
    return NULL;
}

const struct sample *sampler_turn(struct sampler *sampler, bool is_ready)
{
    struct talk *talk = &sampler->talk;
    if (talk->stage != TALK_DONE) {
        if (clock_now_ms() >= talk->host_deadline_ms)
            talk_on_late(talk);
        else if (is_ready)
            talk_on_ready(talk);
    }
    const struct sample *sample = talk->stage == TALK_RESTING ? rested(sampler) : NULL;
    if (talk->stage == TALK_DONE && sampler->is_open)
        sample = talk->was_idle && sampler->has_seen ? idle_end(sampler) : lost_make(sampler);
    return sample;
}

struct pollfd sampler_poll(const struct sampler *sampler)
{
    const struct talk *talk = &sampler->talk;
    if (talk->stage == TALK_DONE) /* poll(2) passes over a negative descriptor */
        return (struct pollfd){.fd = -1};
    int events = (talk->wants_read ? POLLIN : 0) | (talk->wants_write ? POLLOUT : 0);
    return (struct pollfd){.fd = talk_socket(talk), .events = (short)events};
}

int64_t sampler_until_ms(const struct sampler *sampler)
{
    if (sampler->talk.stage == TALK_DONE)
        return sampler->is_open ? 0 : INT64_MAX;
    return sampler->talk.host_deadline_ms;
}

void sampler_end(struct sampler *sampler)
{
    if (sampler->talk.stage != TALK_DONE)
        talk_end(&sampler->talk);
    arena_free(&sampler->sample_arena);
    arena_free(&sampler->connection_arena);
}
