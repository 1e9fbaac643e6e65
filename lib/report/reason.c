/*
 * Why a limit is what it is: a word for scripts, a sentence for people.
 */
#include "budget.h"
#include "demands.h"
#include "gain.h"
#include "landed.h"
#include "pooler.h"
#include "report.h"

#include <inttypes.h>

static const struct cap *stopping_cap(const struct sizing *sizing, const struct pool_class *class)
{
    return class->stopped_by == 0 ? NULL
                                  : &sizing->servers[class->stopped_at].caps[class->stopped_by - 1];
}

/* " of standby": where it is not its own server that stops it, but one that it would land on. */
static void elsewhere_put(const struct sizing *sizing, const struct pool_class *class,
                          const char *word, struct text *text)
{
    if (class->stopped_at != class->server)
        text_printf(text, "%s%s", word, sizing->servers[class->stopped_at].server->name);
}

static void alert_put(const struct sizing *sizing, const struct pool_class *class,
                      const char *before, const char *behind, struct text *text)
{
    text_put(text, before);
    elsewhere_put(sizing, class, " of ", text);
    text_put(text, behind);
}

static void row_put(const struct sizing *sizing, const struct pool_class *class, struct text *text)
{
    const struct cap *cap = stopping_cap(sizing, class);
    if (cap == NULL)
        text_put(text, class->service->via != NULL ? "max_client_conn" : "budget");
    else
        text_printf(text, "%s %s", cap_word(cap->kind), cap->name);
    elsewhere_put(sizing, class, " of ", text);
}

/* The classic formulas are about a server's slots: not about a pooler's clients, and a pooler's own
 * pools count as reserved. */
static bool is_by_formula(const struct sizing *sizing, const struct pool_class *class)
{
    return sizing->formula != FORMULA_FAIR && class->service->via == NULL;
}

/* The size of a pooler's pools, where pgsize does not find it. */
static bool is_given(const struct sizing *sizing, const struct pool_class *class)
{
    return class->service->pooler != NULL &&
           (!pooler_is_sized(class->service->pooler) || sizing->formula != FORMULA_FAIR);
}

static void given_why(const struct pool_class *class, struct text *text)
{
    const struct pooler *pooler = class->service->pooler;
    if (pooler->default_pool_size != UNKNOWN)
        text_put(text, "given: default_pool_size");
    else if (pooler->preset.size_is_fixed)
        text_printf(text, "set by %s", pooler->preset.source);
    else if (pooler_is_sized(pooler))
        text_printf(text, "the default of %s: this formula does not size it",
                    pooler_own_size_source(pooler));
    else
        text_printf(text, "%s: one for each of its clients", pooler->kind->client.limit_setting);
}

void class_reason_put(const struct sizing *sizing, const struct pool_class *class,
                      struct text *text)
{
    static const char *const words[] = {
        [ALLOCATE_NEED_MET] = "need met", [ALLOCATE_AT_MOST] = "max reached",
        [ALLOCATE_REFUSED] = NULL,        [ALLOCATE_HEADROOM] = NULL,
        [ALLOCATE_STOPPED] = "stopped",
    };
    if (class->limit == UNKNOWN)
        text_put(text,
                 server_is_sizable(&sizing->servers[class->server]) ? "does not fit" : "not known");
    else if (class->service->at_most == 0)
        text_put(text, words[ALLOCATE_AT_MOST]);
    else if (is_given(sizing, class))
        text_put(text, "given");
    else if (is_by_formula(sizing, class))
        text_put(text, formula_name(sizing->formula));
    else if (words[class->reason] != NULL)
        text_put(text, words[class->reason]);
    else if (class->reason == ALLOCATE_HEADROOM && class->stopped_by == 0)
        alert_put(sizing, class, "alert", "", text);
    else
        row_put(sizing, class, text);
}

static void formula_why(const struct sizing *sizing, const struct pool_class *class,
                        struct text *text)
{
    const struct server_sizing *server = &sizing->servers[class->stopped_at];
    const struct budget *budget = &server->budget;
    int64_t pools = formula_pools(server), extra = formula_extra(server);
    const char *noun = plural(pools, "pool", "pools");
    if (pools == 0) {
        text_put(text, "no instances: costs nothing");
    } else if (sizing->formula == FORMULA_DIVISOR) {
        text_printf(text, "%" PRId64 " / (%" PRId64 " %s + %" PRId64 " kept back",
                    budget->max_connections, pools, noun, budget->kept);
        if (extra > 0)
            text_printf(text, " + %" PRId64 " extra", extra);
        text_put_char(text, ')');
    } else if (extra > 0) {
        text_printf(text, "(%" PRId64 " available - %" PRId64 " extra) / %" PRId64 " %s / 2",
                    budget->budget, extra, pools, noun);
    } else {
        text_printf(text, "%" PRId64 " available / %" PRId64 " %s / 2", budget->budget, pools,
                    noun);
    }
    elsewhere_put(sizing, class, ", at failover on ", text);
}

static void bound_why(const struct pool_class *class, struct text *text)
{
    switch (class->bound) {
    case BOUND_THREADS:
        text_printf(text, "its %" PRId64 " %s no more", class->service->threads,
                    plural(class->service->threads, "thread uses", "threads use"));
        break;
    case BOUND_NOMINAL:
        text_put(text, "said no need: at most 10");
        break;
    case BOUND_CLIENTS:
        text_printf(text, "its clients use no more than %" PRId64, class->at_most);
        break;
    case BOUND_AT_MOST:
        if (class->service->pooler != NULL) {
            text_printf(text, "max_db_connections %" PRId64 " lets each have %" PRId64,
                        class->service->pooler->max_db_connections, class->at_most);
            break;
        }
        __attribute__((fallthrough));
    case BOUND_NONE:
        text_printf(text, "at_most %" PRId64, class->at_most);
        break;
    }
}

/* What one more for each pool of a limit takes: the pools of a pooler have one size, and where they
 * are one for everybody that is a single pool. */
static int64_t step_of(const struct sizing *sizing, const struct pool_class *class)
{
    const struct pooler *pooler = class->service->pooler;
    if (pooler == NULL || !pooler_is_sized(pooler) || pooler_is_of_all(pooler))
        return class->pools_at_peak;
    struct class_list all = service_classes(&sizing->servers[class->server], class);
    int64_t pools = 0;
    for (size_t i = 0; i < all.count; i++)
        pools += all.at[i]->pools_at_peak;
    return pools;
}

/* "1 connection free, one more each needs 2". */
static void refused_why(const struct sizing *sizing, const struct pool_class *class,
                        struct text *text)
{
    const struct server_sizing *server = &sizing->servers[class->stopped_at];
    const struct cap *cap = stopping_cap(sizing, class);
    if (cap != NULL) {
        text_printf(text, "stopped by %s \"%s\"", cap_word(cap->kind), cap->name);
        elsewhere_put(sizing, class, " on ", text);
        text_printf(text, " %s %" PRId64 " (%" PRId64 " used)",
                    cap->kind >= CAP_POOL ? "of" : cap_limit_word(cap->kind), cap->limit,
                    cap->peak);
        return;
    }
    text_printf(text, "%" PRId64 " free", server->budget.budget - server->peak);
    elsewhere_put(sizing, class, " at failover on ", text);
    text_printf(text, ", one more each needs %" PRId64, step_of(sizing, class));
}

/* More than it wants is what it must have. */
static void met_why(const struct pool_class *class, struct text *text)
{
    bool is_more = class->limit > class->need;
    if (is_more && class->limit == class->deadlock_floor)
        text_printf(text, "fewer than %" PRId64 " could deadlock", class->limit);
    else if (is_more && class->limit == class->at_least)
        text_printf(text, "at_least %" PRId64, class->limit);
    else
        text_put(text, "met");
}

/* "needs 7 for p99 wait 10 ms (3.0 ms); met"; false where it is not, and why must follow. */
static bool need_why(const struct pool_class *class, struct text *text)
{
    struct waiting waiting;
    bool wants = class->service->want != UNKNOWN, met = class->limit >= class->need;
    bool waits = class->limit != UNKNOWN && class_waiting_at(class, class->limit, &waiting) &&
                 class->demand->load.erlangs > 0;
    if (class->need != UNKNOWN)
        text_printf(text, wants ? "wants %" PRId64 : "needs %" PRId64, class->need);
    if (class->need != UNKNOWN && !wants && class->demand == NULL) {
        text_put(text, ", one for each client");
    } else if (class->need != UNKNOWN && !wants) {
        text_put(text, class->demand->is_observed ? " as observed, for " : " for ");
        need_put(class->demand, text);
    }
    if (waits && met && class->need != UNKNOWN && !waiting.is_overloaded) {
        text_put(text, " (");
        if (wants || !need_reached_put(class->demand, &waiting, text))
            waiting_put(&waiting, text);
        text_put(text, ")");
    } else if (waits) {
        text_put(text, class->need != UNKNOWN ? "; " : "");
        waiting_put(&waiting, text);
    }
    text_put(text, class->need != UNKNOWN || waits ? "; " : "");
    if (class->need != UNKNOWN && met)
        met_why(class, text); /* as asked for, which may still be too few */
    return class->need != UNKNOWN && met;
}

static void fair_why(const struct sizing *sizing, const struct pool_class *class, struct text *text)
{
    if (class->pools_at_peak == 0) {
        text_put(text, class->service->at_most == 0 ? "switched off: costs nothing"
                                                    : "no instances: costs nothing");
        return;
    }
    if (need_why(class, text))
        return;
    if (sizing->servers[class->server].objective == OBJECTIVE_WAIT && class_goes_by_gain(class) &&
        class->limit >= class_first(class) && class->reason != ALLOCATE_AT_MOST)
        text_put(text, "least waiting in all: ");
    switch (class->reason) {
    case ALLOCATE_AT_MOST:
    case ALLOCATE_NEED_MET:
        bound_why(class, text);
        break;
    case ALLOCATE_HEADROOM:
        if (class->stopped_by == 0 && class->limit == class->at_least)
            alert_put(sizing, class, "smallest limit: the alert", " is reached", text);
        else if (class->stopped_by == 0)
            alert_put(sizing, class, "its share up to the alert", "", text);
        else
            refused_why(sizing, class, text);
        break;
    case ALLOCATE_REFUSED:
        refused_why(sizing, class, text);
        break;
    case ALLOCATE_STOPPED:
        text_put(text, "stopped with the others (stable)");
        break;
    }
}

void class_why_put(const struct sizing *sizing, const struct pool_class *class, struct text *text)
{
    if (class->limit == UNKNOWN)
        class_reason_put(sizing, class, text);
    else if (is_given(sizing, class))
        given_why(class, text);
    else if (is_by_formula(sizing, class))
        formula_why(sizing, class, text);
    else
        fair_why(sizing, class, text);
}
