#include "allocate_server.h"

#include "budget.h"
#include "contexts.h"
#include "gain.h"
#include "pooler.h"
#include "poolers.h"

/* The rows of one server: for each of its moments the budget, then each role and database limit. */
struct rows {
    struct allocate_row *rows;
    size_t count, contexts;
};

/* What of pools that share a limit is not there, at a size that is given. */
static int64_t row_excess(const struct server_sizing *server, size_t row)
{
    struct class_list classes = row_classes(server, row);
    struct shared shared = {0};
    int64_t excess = 0;
    for (size_t i = 0; i < classes.count; i++) {
        const struct pool_class *class = classes.at[i];
        if (class->together != NO_ROW && !pooler_is_sized(class->service->pooler))
            excess += shared_excess(&shared, class, class->at_least);
    }
    return excess;
}

static struct rows rows_make(struct arena *arena, const struct server_sizing *server)
{
    struct rows made = {.contexts = context_count(server)};
    made.count = made.contexts * (server->cap_count + 1);
    made.rows = ARENA_ARRAY(arena, made.count, struct allocate_row);
    for (size_t row = 0; row <= server->cap_count; row++) {
        int64_t excess = row_excess(server, row);
        for (size_t context = 0; context < made.contexts; context++) {
            int64_t taken = context_row_extra(server, row, context, MOMENT_PEAK) - excess;
            made.rows[row * made.contexts + context] =
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
    return made;
}

/* A class is in its server's rows, and in those of its role and database. */
enum { ROWS_OF_CLASS = 3 };

/* Puts the terms of a class behind those there are. Of pools that are one for everybody each row
 * has one term. */
static size_t terms_put(const struct server_sizing *server, const struct pool_class *class,
                        struct allocate_term *terms, size_t count)
{
    size_t contexts = context_count(server);
    bool is_one =
        class->service->pooler != NULL && class->service->pooler->kind->scope == POOL_OF_ALL;
    for (size_t context = 0; context < contexts; context++) {
        int64_t pools = context_pools(server, class, context, MOMENT_PEAK);
        const size_t rows[ROWS_OF_CLASS] = {0, class->role_row, class->database_row};
        for (size_t i = 0; i < ROWS_OF_CLASS; i++) {
            if (rows[i] == NO_ROW)
                continue;
            size_t row = (i == 0 ? 0 : rows[i] + 1) * contexts + context;
            bool is_there = false;
            for (size_t k = 0; is_one && k < count; k++)
                is_there |= terms[k].row == row;
            if (!is_there)
                terms[count++] = (struct allocate_term){row, pools};
        }
    }
    return count;
}

/* The pools of a pooler that pgsize sizes have one size: the first stands for all of them. */
static bool is_tied(const struct pool_class *class)
{
    return class->service->pooler != NULL && pooler_is_sized(class->service->pooler);
}

static bool is_follower(const struct pool_class *class)
{
    return is_tied(class) && class->target != class->service->targets;
}

/* Those whose one size the class stands for; none: another class stands for it. */
static struct class_list tied_to(const struct server_sizing *server, const struct pool_class *class)
{
    size_t count = is_follower(class) ? 0 : is_tied(class) ? class->service->target_count : 1;
    return (struct class_list){server->classes + class->place, count};
}

/* How many terms it has at most: few have a role or a database with a limit, and there are many
 * classes. */
static size_t terms_most(const struct server_sizing *server, const struct pool_class *class)
{
    struct class_list tied = tied_to(server, class);
    size_t rows = 0;
    for (size_t i = 0; i < tied.count; i++)
        rows += 1 + (size_t)(tied.at[i]->role_row != NO_ROW) +
                (size_t)(tied.at[i]->database_row != NO_ROW);
    return rows * context_count(server);
}

static void class_problem(const struct server_sizing *server, const struct pool_class *class,
                          struct allocate_class *ret_class, struct allocate_term *terms)
{
    struct class_list tied = tied_to(server, class);
    *ret_class = (struct allocate_class){
        .at_least = class->at_least,
        .at_most = class->at_most,
        .has_need = class->need != UNKNOWN,
        .need = class->need != UNKNOWN ? class->need : ALLOCATE_NOMINAL_NEED,
        .weight = class->service->weight,
        .terms = terms,
    };
    for (size_t i = 0; i < tied.count; i++)
        ret_class->term_count = terms_put(server, tied.at[i], terms, ret_class->term_count);
}

/* Each class from its own answer, a follower from that of its pooler's first. */
static void answers_take(struct server_sizing *server, const struct allocate_problem *problem,
                         size_t contexts)
{
    for (size_t i = 0; i < server->class_count; i++) {
        struct pool_class *class = server->classes[i];
        size_t at = is_follower(class) ? i - (size_t)(class->target - class->service->targets) : i;
        class->limit = server->fits ? problem->classes[at].limit : UNKNOWN;
        class->reason = problem->classes[at].reason;
        class->stopped_by = problem->classes[at].stopped_by / contexts;
    }
}

/* The most by which the floors alone exceed a row, at any moment. */
static void short_by_find(struct server_sizing *server, const struct rows *rows)
{
    server->short_by = 0;
    for (size_t i = 0; i < server->cap_count; i++)
        server->caps[i].short_by = 0;
    for (size_t i = 0; i < rows->count; i++) {
        size_t row = i / rows->contexts;
        int64_t *short_by = row == 0 ? &server->short_by : &server->caps[row - 1].short_by;
        *short_by = rows->rows[i].short_by > *short_by ? rows->rows[i].short_by : *short_by;
    }
}

static bool allocate_once(struct arena *arena, struct server_sizing *server,
                          enum allocate_mode mode, enum objective objective, struct fail *fail)
{
    struct arena scratch = {.on_out_of_memory = arena->on_out_of_memory};
    struct rows rows = rows_make(&scratch, server);
    struct allocate_problem problem = {
        .classes = ARENA_ARRAY(&scratch, server->class_count + 1, struct allocate_class),
        .class_count = server->class_count,
        .rows = rows.rows,
        .row_count = rows.count,
        .mode = mode,
    };
    size_t term_count = 0;
    for (size_t i = 0; i < server->class_count; i++)
        term_count += terms_most(server, server->classes[i]);
    struct allocate_term *terms = ARENA_ARRAY(&scratch, term_count + 1, struct allocate_term);
    for (size_t i = 0; i < server->class_count; i++) {
        class_problem(server, server->classes[i], &problem.classes[i], terms);
        terms += terms_most(server, server->classes[i]);
        if (objective == OBJECTIVE_WAIT)
            class_gains_make(&scratch, server->classes[i], server->budget.budget,
                             &problem.classes[i]);
    }
    bool done = allocate(&scratch, &problem, &server->fits, fail);
    if (done)
        answers_take(server, &problem, rows.contexts);
    server->objective = objective;
    short_by_find(server, &rows);
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

bool server_allocate(struct arena *arena, struct server_sizing *server, enum allocate_mode mode,
                     enum objective objective, struct fail *fail)
{
    if (objective == OBJECTIVE_FAIR || mode == ALLOCATE_STABLE)
        return allocate_once(arena, server, mode, objective, fail);
    if (!allocate_once(arena, server, mode, OBJECTIVE_FAIR, fail))
        return false;
    struct waiting_total by_fair = waiting_total_find(server);
    if (!server->fits || by_fair.by_gain == 0)
        return true;
    if (!allocate_once(arena, server, mode, objective, fail))
        return false;
    struct waiting_total own = waiting_total_find(server);
    return !waits_less(&by_fair, &own) || allocate_once(arena, server, mode, OBJECTIVE_FAIR, fail);
}
