#include "allocate_server.h"

#include "budget.h"
#include "contexts.h"
#include "gain.h"
#include "landed.h"
#include "pooler.h"
#include "poolers.h"

#include <stdlib.h>

/* A server of those that are sized together, and where its rows begin. */
struct member {
    struct server_sizing *server;
    size_t first_row;
};

/* A server that follows nobody, and all its standbys. Of each member there are, for each of its
 * moments, the budget, then each role and database limit. */
struct group {
    struct member *members;
    size_t member_count;
    struct pool_class **classes; /* own ones of all members, in file order */
    size_t class_count;
    size_t *numbers; /* index in `classes` of each member's own class; NULL: its place */
    struct allocate_row *rows;
    size_t row_count;
};

/* What of pools that share a limit is not there: at the size that is given, or at the least of what
 * pgsize finds. A larger one than that is found only where their limit cuts nothing off. */
static int64_t row_excess(const struct server_sizing *server, size_t row)
{
    struct class_list classes = row_classes(server, row);
    struct shared shared = {0};
    int64_t excess = 0;
    for (size_t i = 0; i < classes.count; i++) {
        const struct pool_class *class = classes.at[i];
        if (class->together != NO_ROW)
            excess += shared_excess(&shared, class, class->at_least);
    }
    return excess;
}

static void rows_make(const struct server_sizing *server, struct allocate_row *rows)
{
    size_t contexts = context_count(server);
    for (size_t row = 0; row <= server->cap_count; row++) {
        int64_t excess = row_excess(server, row);
        for (size_t context = 0; context < contexts; context++) {
            int64_t taken = context_row_extra(server, row, context, MOMENT_PEAK) - excess;
            rows[row * contexts + context] =
                row > 0 ? (struct allocate_row){.kind = ALLOCATE_CAP,
                                                .limit = server->caps[row - 1].limit - taken}
                        : (struct allocate_row){
                              .kind = ALLOCATE_BUDGET,
                              .limit = server->budget.budget - taken,
                              .has_surplus_limit = true,
                              .surplus_limit = budget_alert_room(&server->budget) - taken,
                          };
        }
    }
}

/* --- who is sized together --- */

static void member_add(struct group *group, struct server_sizing *server)
{
    group->members[group->member_count++] = (struct member){server, group->row_count};
    server->first_class = group->class_count;
    group->row_count += context_count(server) * (server->cap_count + 1);
    group->class_count += server->class_count;
}

/* A class, and its number among those of the members. */
struct numbered {
    struct pool_class *class;
    size_t number;
};

/* Classes lie in file order. */
static int numbered_compare(const void *left, const void *right)
{
    const struct numbered *a = left, *b = right;
    return a->class < b->class ? -1 : a->class > b->class;
}

static void classes_gather(struct arena *scratch, struct group *group)
{
    struct numbered *all = ARENA_ARRAY(scratch, group->class_count + 1, struct numbered);
    size_t count = 0;
    for (size_t i = 0; i < group->member_count; i++) {
        const struct server_sizing *server = group->members[i].server;
        for (size_t k = 0; k < server->class_count; k++, count++)
            all[count] = (struct numbered){server->classes[k], count};
    }
    if (count > 1)
        qsort(all, count, sizeof *all, numbered_compare);
    group->classes = ARENA_ARRAY(scratch, count + 1, struct pool_class *);
    group->numbers = ARENA_ARRAY(scratch, count + 1, size_t);
    for (size_t i = 0; i < count; i++) {
        group->classes[i] = all[i].class;
        group->numbers[all[i].number] = i;
    }
}

static struct group group_make(struct arena *scratch, struct server_sizing *server)
{
    struct group group = {0};
    group.members = ARENA_ARRAY(scratch, server->standby_count + 1, struct member);
    member_add(&group, server);
    for (size_t i = 0; i < server->standby_count; i++)
        if (server_is_sizable(server->standbys[i]))
            member_add(&group, server->standbys[i]);
    group.classes = server->classes;
    if (group.member_count > 1)
        classes_gather(scratch, &group);
    group.rows = ARENA_ARRAY(scratch, group.row_count, struct allocate_row);
    for (size_t i = 0; i < group.member_count; i++)
        rows_make(group.members[i].server, group.rows + group.members[i].first_row);
    return group;
}

/* The member that a row is of. */
static const struct member *member_of_row(const struct group *group, size_t row)
{
    size_t first = 0, end = group->member_count;
    while (end - first > 1) {
        size_t middle = first + (end - first) / 2;
        if (group->members[middle].first_row <= row)
            first = middle;
        else
            end = middle;
    }
    return &group->members[first];
}

/* --- terms --- */

/* A class is in its server's rows, and in those of its role and database. */
enum { ROWS_OF_CLASS = 3 };

/* Puts the terms of a class, which counts on the member, behind those there are of whoever has its
 * limit. Of pools that are one for everybody each row has one term. */
static void terms_put(const struct member *member, const struct pool_class *class,
                      struct allocate_class *taker, struct allocate_term *terms)
{
    const struct server_sizing *server = member->server;
    size_t contexts = context_count(server);
    bool is_one =
        class->service->pooler != NULL && class->service->pooler->kind->scope == POOL_OF_ALL;
    for (size_t context = 0; context < contexts; context++) {
        int64_t pools = context_pools(server, class, context, MOMENT_PEAK);
        const size_t rows[ROWS_OF_CLASS] = {0, class->role_row, class->database_row};
        for (size_t i = 0; i < ROWS_OF_CLASS; i++) {
            if (rows[i] == NO_ROW)
                continue;
            size_t row = member->first_row + (i == 0 ? 0 : rows[i] + 1) * contexts + context;
            bool is_there = false;
            for (size_t k = 0; is_one && k < taker->term_count; k++)
                is_there |= terms[k].row == row;
            if (!is_there)
                terms[taker->term_count++] = (struct allocate_term){row, pools};
        }
    }
}

/* The pools of a pooler that pgsize sizes have one size: that of the first. */
static bool is_tied(const struct pool_class *class)
{
    return class->service->pooler != NULL && pooler_is_sized(class->service->pooler);
}

/* The number of the class that has the limit of one which counts on a server: that class itself,
 * the one that it stands for, or the first of its pooler's. */
static size_t taker_of(const struct group *group, const struct server_sizing *server,
                       const struct pool_class *class)
{
    const struct server_sizing *home = landed_home(server, class);
    const struct pool_class *own = landed_from(server, class);
    size_t number =
        group->numbers == NULL ? own->place : group->numbers[home->first_class + own->place];
    return is_tied(own) ? number - (size_t)(own->target - own->service->targets) : number;
}

/* How many terms it has at most: few have a role or a database with a limit, and there are many
 * classes. */
static size_t terms_most(const struct server_sizing *server, const struct pool_class *class)
{
    size_t rows = 1 + (size_t)(class->role_row != NO_ROW) + (size_t)(class->database_row != NO_ROW);
    return rows * context_count(server);
}

static void class_problem(const struct pool_class *class, struct allocate_class *ret_class)
{
    *ret_class = (struct allocate_class){
        .at_least = class->at_least,
        .at_most = class->at_most,
        .has_need = class->need != UNKNOWN,
        .need = class->need != UNKNOWN ? class->need : ALLOCATE_NOMINAL_NEED,
        .weight = class->service->weight,
    };
}

/* Each class that counts somewhere gives its terms to whoever has its limit. They are counted
 * first: `term_count` is how many there may be, until they are put. */
static void terms_make(struct arena *scratch, const struct group *group,
                       struct allocate_class *takers)
{
    size_t total = 0;
    for (size_t i = 0; i < group->member_count; i++) {
        const struct server_sizing *server = group->members[i].server;
        for (size_t k = 0; k < server->counted_count; k++) {
            const struct pool_class *class = server->classes[k];
            size_t most = terms_most(server, class);
            takers[taker_of(group, server, class)].term_count += most;
            total += most;
        }
    }
    struct allocate_term *terms = ARENA_ARRAY(scratch, total + 1, struct allocate_term),
                         *at = terms;
    for (size_t i = 0; i < group->class_count; i++) {
        takers[i].terms = at;
        at += takers[i].term_count;
        takers[i].term_count = 0;
    }
    for (size_t i = 0; i < group->member_count; i++) {
        const struct member *member = &group->members[i];
        for (size_t k = 0; k < member->server->counted_count; k++) {
            const struct pool_class *class = member->server->classes[k];
            struct allocate_class *taker = &takers[taker_of(group, member->server, class)];
            terms_put(member, class, taker, terms + (taker->terms - terms));
        }
    }
}

/* --- the answer --- */

/* In stable mode: the budget that stopped all others, for none refuses after it; 0: none did. */
static size_t stopping_all(const struct allocate_problem *problem)
{
    for (size_t i = 0; i < problem->class_count; i++) {
        const struct allocate_class *class = &problem->classes[i];
        bool is_refused = class->reason == ALLOCATE_REFUSED || class->reason == ALLOCATE_HEADROOM;
        if (is_refused && problem->rows[class->stopped_by].kind == ALLOCATE_BUDGET)
            return class->stopped_by;
    }
    return 0;
}

/* Each class from its own answer, of a pooler's pools from that of the first. */
static void answers_take(const struct group *group, const struct allocate_problem *problem,
                         bool fits)
{
    size_t for_all = stopping_all(problem);
    for (size_t i = 0; i < group->class_count; i++) {
        struct pool_class *class = group->classes[i];
        size_t number = is_tied(class) ? i - (size_t)(class->target - class->service->targets) : i;
        const struct allocate_class *answer = &problem->classes[number];
        size_t row = answer->reason == ALLOCATE_STOPPED ? for_all : answer->stopped_by;
        const struct member *stopping = member_of_row(group, row);
        class->limit = fits ? answer->limit : UNKNOWN;
        class->reason = answer->reason;
        class->stopped_by =
            (uint32_t)((row - stopping->first_row) / context_count(stopping->server));
        class->stopped_at = group->member_count > 1 ? (uint32_t)stopping->server->server->index
                                                    : (uint32_t) class->server;
    }
}

/* The most by which the floors alone exceed a row, at any moment. */
static void short_by_find(struct server_sizing *server, const struct allocate_row *rows)
{
    size_t contexts = context_count(server);
    server->short_by = 0;
    for (size_t i = 0; i < server->cap_count; i++)
        server->caps[i].short_by = 0;
    for (size_t i = 0; i < contexts * (server->cap_count + 1); i++) {
        size_t row = i / contexts;
        int64_t *short_by = row == 0 ? &server->short_by : &server->caps[row - 1].short_by;
        *short_by = rows[i].short_by > *short_by ? rows[i].short_by : *short_by;
    }
}

static void gains_make(struct arena *scratch, const struct group *group,
                       struct allocate_class *takers)
{
    for (size_t i = 0; i < group->member_count; i++) {
        const struct member *member = &group->members[i];
        for (size_t k = 0; k < member->server->class_count; k++) {
            struct pool_class *class = member->server->classes[k];
            size_t number = group->numbers == NULL
                                ? k
                                : group->numbers[member->server->first_class + class->place];
            class_gains_make(scratch, class, member->server->budget.budget, &takers[number]);
        }
    }
}

static bool allocate_once(struct arena *arena, struct server_sizing *server,
                          enum allocate_mode mode, enum objective objective, struct fail *fail)
{
    struct arena scratch = {.on_out_of_memory = arena->on_out_of_memory};
    struct group group = group_make(&scratch, server);
    struct allocate_problem problem = {
        .classes = ARENA_ARRAY(&scratch, group.class_count + 1, struct allocate_class),
        .class_count = group.class_count,
        .rows = group.rows,
        .row_count = group.row_count,
        .mode = mode,
    };
    for (size_t i = 0; i < group.class_count; i++)
        class_problem(group.classes[i], &problem.classes[i]);
    terms_make(&scratch, &group, problem.classes);
    if (objective == OBJECTIVE_WAIT)
        gains_make(&scratch, &group, problem.classes);
    bool fits, done = allocate(&scratch, &problem, &fits, fail);
    if (done)
        answers_take(&group, &problem, fits);
    for (size_t i = 0; i < group.member_count; i++) {
        struct member *member = &group.members[i];
        member->server->fits = done && fits;
        member->server->objective = objective;
        short_by_find(member->server, group.rows + member->first_row);
    }
    arena_free(&scratch);
    return done;
}

/* Fewer queues without end, or as many and less waiting; rounding decides nothing. */
static bool waits_less(const struct waiting_total *one, const struct waiting_total *other)
{
    if (one->overloaded != other->overloaded)
        return one->overloaded < other->overloaded;
    return one->weighted < other->weighted * (1 - 1e-9);
}

static struct waiting_total group_waiting(const struct server_sizing *server)
{
    struct waiting_total all = waiting_total_find(server);
    for (size_t i = 0; i < server->standby_count; i++) {
        if (!server_is_sizable(server->standbys[i]))
            continue;
        struct waiting_total own = waiting_total_find(server->standbys[i]);
        all.overloaded += own.overloaded;
        all.weighted += own.weighted;
        all.by_gain += own.by_gain;
    }
    return all;
}

bool server_allocate(struct arena *arena, struct server_sizing *server, enum allocate_mode mode,
                     enum objective objective, struct fail *fail)
{
    if (objective == OBJECTIVE_FAIR || mode == ALLOCATE_STABLE)
        return allocate_once(arena, server, mode, objective, fail);
    if (!allocate_once(arena, server, mode, OBJECTIVE_FAIR, fail))
        return false;
    struct waiting_total by_fair = group_waiting(server);
    if (!server->fits || by_fair.by_gain == 0)
        return true;
    if (!allocate_once(arena, server, mode, objective, fail))
        return false;
    struct waiting_total own = group_waiting(server);
    return !waits_less(&by_fair, &own) || allocate_once(arena, server, mode, OBJECTIVE_FAIR, fail);
}
