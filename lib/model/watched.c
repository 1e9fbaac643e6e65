#include "watched.h"

#include "alarm.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

enum { SLOT_LEAST_MS = 10000 };

int64_t watched_slot_ms(int64_t interval_ms)
{
    return interval_ms < SLOT_LEAST_MS     ? SLOT_LEAST_MS
           : interval_ms > WATCHED_HOUR_MS ? WATCHED_HOUR_MS
                                           : interval_ms;
}

/* --- who --- */

static struct watched_user *user_find(struct watched *watched, const char *name, size_t length)
{
    for (size_t i = 0; i < watched->user_count; i++) {
        struct watched_user *user = &watched->users[i];
        if (!user->is_rest && strlen(user->name) == length && memcmp(user->name, name, length) == 0)
            return user;
    }
    return NULL;
}

/* Of those who have no sessions now, the one whose peak was least: he makes room. */
static struct watched_user *user_least(struct watched *watched)
{
    struct watched_user *least = NULL;
    for (size_t i = 0; i < WATCHED_MOST_USERS - 1; i++) {
        struct watched_user *user = &watched->users[i];
        if (user->sessions == 0 && (least == NULL || user->peak < least->peak))
            least = user;
    }
    return least;
}

static struct watched_user *user_rest(struct watched *watched)
{
    struct watched_user *rest = &watched->users[WATCHED_MOST_USERS - 1];
    watched->user_count = WATCHED_MOST_USERS;
    rest->is_rest = true;
    return rest;
}

static struct watched_user *user_new(struct watched *watched, const char *name, size_t length)
{
    struct watched_user *user = watched->user_count < WATCHED_MOST_USERS - 1
                                    ? &watched->users[watched->user_count++]
                                    : user_least(watched);
    if (user == NULL)
        return user_rest(watched);
    *user = (struct watched_user){.name = ""};
    memcpy(user->name, name, length);
    return user;
}

static void user_add(struct watched_user *user, const struct sample_group *group)
{
    user->sessions += group->sessions;
    user->active += group->active;
    user->idle += group->idle;
    user->idle_in_transaction += group->idle_in_transaction;
}

static struct watched_user *user_of(struct watched *watched, const struct sample_group *group,
                                    const char *owner, bool may_be_new)
{
    const char *name = owner == NULL ? "" : owner;
    size_t length = utf8_cut(name, strlen(name), WATCHED_NAME_BYTES - 1);
    struct watched_user *user = group->is_rest ? NULL : user_find(watched, name, length);
    if (user != NULL || !may_be_new)
        return user;
    return group->is_rest ? user_rest(watched) : user_new(watched, name, length);
}

/* Those who are known come first: who is new may take the row only of one who has gone. */
static void users_take(struct watched *watched, const struct sample *sample,
                       const char *const *owners)
{
    bool is_placed[SAMPLE_MOST_GROUPS] = {false};
    for (size_t i = 0; i < watched->user_count; i++) {
        struct watched_user *user = &watched->users[i];
        user->sessions = user->active = user->idle = user->idle_in_transaction = 0;
    }
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < sample->group_count && i < SAMPLE_MOST_GROUPS; i++) {
            const struct sample_group *group = &sample->groups[i];
            struct watched_user *user =
                is_placed[i] ? NULL : user_of(watched, group, owners[i], pass == 1);
            if (user == NULL)
                continue;
            user_add(user, group);
            is_placed[i] = true;
        }
    }
    for (size_t i = 0; i < watched->user_count; i++) {
        struct watched_user *user = &watched->users[i];
        if (user->sessions <= user->peak)
            continue;
        user->peak = user->sessions;
        user->peak_at_ms = sample->at_ms;
    }
}

/* qsort knows no order but the one that its function has. */
static int by_sessions(const void *left, const void *right)
{
    const struct watched_user *a = *(const struct watched_user *const *)left,
                              *b = *(const struct watched_user *const *)right;
    if (a->is_rest != b->is_rest)
        return a->is_rest ? 1 : -1;
    if (a->sessions != b->sessions)
        return a->sessions < b->sessions ? 1 : -1;
    if (a->peak != b->peak)
        return a->peak < b->peak ? 1 : -1;
    return strcmp(a->name, b->name);
}

static int by_peak(const void *left, const void *right)
{
    const struct watched_user *a = *(const struct watched_user *const *)left,
                              *b = *(const struct watched_user *const *)right;
    if (a->is_rest != b->is_rest || a->peak == b->peak)
        return by_sessions(left, right);
    return a->peak < b->peak ? 1 : -1;
}

size_t watched_users(const struct watched *watched, enum watched_order order,
                     const struct watched_user *ret_users[WATCHED_MOST_USERS])
{
    size_t count = 0;
    for (size_t i = 0; i < watched->user_count; i++)
        if (watched->users[i].peak > 0)
            ret_users[count++] = &watched->users[i];
    qsort(ret_users, count, sizeof ret_users[0], order == WATCHED_BY_PEAK ? by_peak : by_sessions);
    return count;
}

/* --- the numbers --- */

static void slot_take(struct watched *watched, int64_t at_ms, int64_t used)
{
    int64_t number = at_ms / watched->slot_ms;
    struct watched_slot *slot = &watched->slots[number % WATCHED_MOST_SLOTS];
    if (slot->number != number)
        *slot = (struct watched_slot){.number = number, .peak = used};
    else if (used > slot->peak)
        slot->peak = used;
}

static void used_take(struct watched *watched, const struct sample *sample)
{
    int64_t used = sample_used(sample);
    if (used < 0)
        return;
    slot_take(watched, sample->at_ms, used);
    if (watched->peak_at_ms != 0 && used <= watched->peak)
        return;
    watched->peak = used;
    watched->peak_sessions = sample->sessions;
    watched->peak_max_connections = sample->max_connections;
    watched->peak_is_upper_bound = sample->sessions_are_upper_bound;
    watched->peak_at_ms = sample->at_ms;
}

static void gap_begin(struct watched *watched, int64_t at_ms)
{
    if (watched->gap_since_ms == 0)
        watched->gap_since_ms = at_ms;
}

static void gap_end(struct watched *watched, int64_t at_ms)
{
    if (watched->gap_since_ms == 0)
        return;
    watched->gap_ms = watched_gap_ms(watched, at_ms);
    watched->gaps++;
    watched->gap_since_ms = 0;
}

/* A count that is an upper bound is no proof. */
static bool is_full(const struct sample *sample)
{
    int64_t used = sample_used(sample);
    return sample->kind == SAMPLE_FULL ||
           (used >= 0 && sample->max_connections >= 0 && used >= sample->max_connections &&
            !sample->sessions_are_upper_bound);
}

void watched_take(struct watched *watched, const struct sample *sample, const char *const *owners)
{
    if (sample->kind == SAMPLE_LOST) {
        watched->lost++;
        gap_begin(watched, sample->at_ms);
        return;
    }
    gap_end(watched, sample->at_ms);
    watched->seen += sample->kind == SAMPLE_SEEN;
    watched->full += sample->kind == SAMPLE_FULL;
    watched->is_full |= is_full(sample);
    if (watched->first_at_ms == 0)
        watched->first_at_ms = sample->at_ms;
    watched->last_at_ms = sample->at_ms;
    used_take(watched, sample);
    if (sample->kind == SAMPLE_SEEN)
        users_take(watched, sample, owners);
}

/* A clock that was set back makes no gap shorter than nothing. */
int64_t watched_gap_ms(const struct watched *watched, int64_t now_ms)
{
    int64_t since_ms = watched->gap_since_ms;
    return watched->gap_ms + (since_ms != 0 && now_ms > since_ms ? now_ms - since_ms : 0);
}

int64_t watched_peak_between(const struct watched *watched, int64_t from_ms, int64_t until_ms)
{
    int64_t peak = -1;
    for (size_t i = 0; i < WATCHED_MOST_SLOTS; i++) {
        const struct watched_slot *slot = &watched->slots[i];
        int64_t at_ms = slot->number * watched->slot_ms;
        if (slot->number > 0 && at_ms + watched->slot_ms > from_ms && at_ms < until_ms &&
            slot->peak > peak)
            peak = slot->peak;
    }
    return peak;
}
