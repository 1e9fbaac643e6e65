#include "allocate_server.h"

#include "budget.h"
#include "contexts.h"
#include "gain.h"

/* The rows of one server: for each of its moments the budget, then each role and database limit. */
struct rows {
    struct allocate_row *rows;
    size_t count, contexts;
};

static struct rows rows_make(struct arena *arena, const struct server_sizing *server)
{
    struct rows made = {.contexts = context_count(server)};
    made.count = made.contexts * (server->cap_count + 1);
    made.rows = ARENA_ARRAY(arena, made.count, struct allocate_row);
    for (size_t context = 0; context < made.contexts; context++) {
        int64_t extra = context_row_extra(server, 0, context, MOMENT_PEAK);
        made.rows[context] = (struct allocate_row){
            .kind = ALLOCATE_BUDGET,
            .limit = server->budget.budget - extra,
            .has_surplus_limit = true,
            .surplus_limit = budget_alert_room(&server->budget) - extra,
        };
        for (size_t i = 0; i < server->cap_count; i++)
            made.rows[(i + 1) * made.contexts + context] = (struct allocate_row){
                .kind = ALLOCATE_CAP,
                .limit =
                    server->caps[i].limit - context_row_extra(server, i + 1, context, MOMENT_PEAK),
            };
    }
    return made;
}

/* A class is in its server's rows, and in those of its role and database. */
enum { ROWS_OF_CLASS = 3 };

static void class_problem(const struct server_sizing *server, const struct pool_class *class,
                          struct allocate_class *ret_class, struct allocate_term *terms)
{
    size_t count = 0, contexts = context_count(server);
    for (size_t context = 0; context < contexts; context++) {
        int64_t pools = context_pools(server, class, context, MOMENT_PEAK);
        const size_t rows[ROWS_OF_CLASS] = {0, class->role_row, class->database_row};
        for (size_t i = 0; i < ROWS_OF_CLASS; i++)
            if (rows[i] != NO_ROW)
                terms[count++] =
                    (struct allocate_term){(i == 0 ? 0 : rows[i] + 1) * contexts + context, pools};
    }
    *ret_class = (struct allocate_class){
        .at_least = class->at_least,
        .at_most = class->at_most,
        .has_need = class->need != UNKNOWN,
        .need = class->need != UNKNOWN ? class->need : ALLOCATE_NOMINAL_NEED,
        .weight = class->service->weight,
        .terms = terms,
        .term_count = count,
    };
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
    size_t terms_each = ROWS_OF_CLASS * rows.contexts;
    struct allocate_term *terms =
        ARENA_ARRAY(&scratch, terms_each * server->class_count + 1, struct allocate_term);
    for (size_t i = 0; i < server->class_count; i++) {
        class_problem(server, server->classes[i], &problem.classes[i], terms + terms_each * i);
        if (objective == OBJECTIVE_WAIT)
            class_gains_make(&scratch, server->classes[i], server->budget.budget,
                             &problem.classes[i]);
    }
    bool done = allocate(&scratch, &problem, &server->fits, fail);
    for (size_t i = 0; done && i < server->class_count; i++) {
        server->classes[i]->limit = server->fits ? problem.classes[i].limit : UNKNOWN;
        server->classes[i]->reason = problem.classes[i].reason;
        server->classes[i]->stopped_by = problem.classes[i].stopped_by / rows.contexts;
    }
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
