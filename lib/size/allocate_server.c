#include "allocate_server.h"

#include "budget.h"
#include "gain.h"

/* The rows of one server: its budget, then its role and database limits. */
static struct allocate_row *rows_make(struct arena *arena, const struct server_sizing *server)
{
    struct allocate_row *rows = ARENA_ARRAY(arena, server->cap_count + 1, struct allocate_row);
    rows[0] = (struct allocate_row){
        .kind = ALLOCATE_BUDGET,
        .limit = server->budget.budget - server->extra_at_peak,
        .has_surplus_limit = true,
        .surplus_limit = budget_alert_room(&server->budget) - server->extra_at_peak,
    };
    for (size_t i = 0; i < server->cap_count; i++)
        rows[i + 1] = (struct allocate_row){
            .kind = ALLOCATE_CAP,
            .limit = server->caps[i].limit - server->caps[i].extra_at_peak,
        };
    return rows;
}

static void class_problem(const struct pool_class *class, struct allocate_class *ret_class,
                          struct allocate_term *terms)
{
    size_t count = 0;
    terms[count++] = (struct allocate_term){0, class->pools_at_peak};
    if (class->role_row != NO_ROW)
        terms[count++] = (struct allocate_term){class->role_row + 1, class->pools_at_peak};
    if (class->database_row != NO_ROW)
        terms[count++] = (struct allocate_term){class->database_row + 1, class->pools_at_peak};
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

static bool allocate_once(struct arena *arena, struct server_sizing *server,
                          enum allocate_mode mode, enum objective objective, struct fail *fail)
{
    struct arena scratch = {.on_out_of_memory = arena->on_out_of_memory};
    struct allocate_problem problem = {
        .classes = ARENA_ARRAY(&scratch, server->class_count + 1, struct allocate_class),
        .class_count = server->class_count,
        .rows = rows_make(&scratch, server),
        .row_count = server->cap_count + 1,
        .mode = mode,
    };
    struct allocate_term *terms =
        ARENA_ARRAY(&scratch, 3 * server->class_count + 1, struct allocate_term);
    for (size_t i = 0; i < server->class_count; i++) {
        class_problem(server->classes[i], &problem.classes[i], terms + 3 * i);
        if (objective == OBJECTIVE_WAIT)
            class_gains_make(&scratch, server->classes[i], server->budget.budget,
                             &problem.classes[i]);
    }
    bool done = allocate(&scratch, &problem, &server->fits, fail);
    for (size_t i = 0; done && i < server->class_count; i++) {
        server->classes[i]->limit = server->fits ? problem.classes[i].limit : UNKNOWN;
        server->classes[i]->reason = problem.classes[i].reason;
        server->classes[i]->stopped_by = problem.classes[i].stopped_by;
    }
    server->objective = objective;
    server->short_by = problem.rows[0].short_by;
    for (size_t i = 0; i < server->cap_count; i++)
        server->caps[i].short_by = problem.rows[i + 1].short_by;
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
