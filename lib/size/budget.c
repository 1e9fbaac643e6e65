#include "budget.h"

#include "decimal.h"

enum {
    DEFAULT_MAX_CONNECTIONS = 100,
    DEFAULT_SUPERUSER_RESERVED = 3,
    DEFAULT_ALERT = 80000,
    DEFAULT_MARGIN = 2000,
    ALL = 100000, /* thousandths of a percent */
};

const char *source_name(enum source source)
{
    static const char *const names[] = {
        [SOURCE_NONE] = NULL,           [SOURCE_OPTION] = "option",     [SOURCE_LIVE] = "live",
        [SOURCE_SNAPSHOT] = "snapshot", [SOURCE_TOPOLOGY] = "topology", [SOURCE_PLAN] = "plan",
        [SOURCE_DEFAULT] = "default",
    };
    return names[source];
}

const char *cap_word(enum cap_kind kind)
{
    static const char *const words[CAP_KINDS] = {"role", "database", "pool", "shared pool"};
    return words[kind];
}

const char *cap_limit_word(enum cap_kind kind)
{
    return kind < CAP_POOL ? "CONNECTION LIMIT" : "size";
}

const char *severity_name(enum severity severity)
{
    static const char *const names[] = {"note", "warning", "error"};
    return names[severity];
}

static int64_t first_known(const int64_t *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (values[i] != UNKNOWN)
            return values[i];
    return UNKNOWN;
}

static enum source max_connections_find(const struct server *server,
                                        const struct server_input *input,
                                        int64_t *ret_max_connections)
{
    const struct facts *facts = input->facts;
    bool answered = facts_has_let_in(facts);
    *ret_max_connections = UNKNOWN;
    if (facts->answer == ANSWER_MISSING)
        return SOURCE_NONE;
    const struct {
        enum source source;
        int64_t value;
    } sources[] = {
        {SOURCE_OPTION, server->max_connections_option},
        {facts->answer == ANSWER_LIVE ? SOURCE_LIVE : SOURCE_SNAPSHOT,
         answered ? facts->max_connections : UNKNOWN},
        {SOURCE_TOPOLOGY, server->max_connections},
        {SOURCE_PLAN, input->plan != NULL ? input->plan->max_connections : UNKNOWN},
        /* A server that answered "full" has a limit: a default would be an invention. */
        {SOURCE_DEFAULT, facts->answer == ANSWER_FULL ? UNKNOWN : DEFAULT_MAX_CONNECTIONS},
    };
    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++) {
        if (sources[i].value != UNKNOWN) {
            *ret_max_connections = sources[i].value;
            return sources[i].source;
        }
    }
    return SOURCE_NONE;
}

bool budget_is_of_role(const struct budget *budget, const struct server_input *input)
{
    return budget->source == SOURCE_PLAN && input->provider != NULL && input->provider->limits_role;
}

int64_t budget_role_limit(const struct budget *budget, const struct server_input *input)
{
    bool limits_role = input->plan != NULL && input->provider != NULL &&
                       input->provider->limits_role && budget->source != SOURCE_PLAN;
    return limits_role ? input->plan->max_connections : UNKNOWN;
}

/* What the provider keeps in all, of the plan or of every plan. */
static int64_t provider_reserved(const struct server_input *input, int64_t settings)
{
    if (input->plan == NULL || input->provider == NULL || input->provider->limits_role)
        return 0;
    int64_t total = input->plan->reserved_total != UNKNOWN ? input->plan->reserved_total
                                                           : input->provider->reserved_total;
    return total > settings ? total - settings : 0;
}

int64_t budget_margin(const struct server *server, int64_t max_connections)
{
    if (!server->margin.given) {
        int64_t share = divide_up(max_connections * DEFAULT_MARGIN, ALL);
        return share > 2 ? share : 2;
    }
    return server->margin.is_share ? divide_up(max_connections * server->margin.value, ALL)
                                   : server->margin.value;
}

static void alert_make(const struct server *server, struct budget *budget)
{
    const struct amount *alert = &server->alert_at;
    if (alert->given && !alert->is_share) {
        budget->alert_connections = alert->value;
        budget->alert_thousandths =
            (alert->value * ALL * 2 + budget->max_connections) / (2 * budget->max_connections);
        return;
    }
    budget->alert_thousandths = alert->given ? alert->value : DEFAULT_ALERT;
    budget->alert_connections = budget->alert_thousandths * budget->max_connections / ALL;
}

struct budget budget_make(const struct server *server, const struct server_input *input)
{
    struct budget budget;
    const struct facts *facts = input->facts;
    bool answered = facts_has_let_in(facts);
    budget.source = max_connections_find(server, input, &budget.max_connections);
    const int64_t superuser[] = {
        answered ? facts->superuser_reserved_connections : UNKNOWN,
        server->superuser_reserved_connections,
        input->provider != NULL ? input->provider->superuser_reserved_connections : UNKNOWN,
        budget_is_of_role(&budget, input) ? 0 : DEFAULT_SUPERUSER_RESERVED,
    };
    const int64_t reserved[] = {
        answered ? facts->reserved_connections : UNKNOWN,
        server->reserved_connections,
        input->provider != NULL ? input->provider->reserved_connections : UNKNOWN,
        0,
    };
    budget.superuser_reserved_connections = first_known(superuser, 4);
    budget.reserved_connections = first_known(reserved, 4);
    budget.provider = provider_reserved(input, budget.superuser_reserved_connections +
                                                   budget.reserved_connections);
    budget.reserved = budget.provider;
    for (size_t i = 0; i < server->reserved_count; i++)
        budget.reserved += server->reserved[i].count;
    budget.margin = budget.kept = budget.budget = UNKNOWN;
    budget.alert_thousandths = budget.alert_connections = UNKNOWN;
    if (budget.max_connections == UNKNOWN)
        return budget;
    budget.margin = budget_margin(server, budget.max_connections);
    budget.kept = budget.superuser_reserved_connections + budget.reserved_connections +
                  budget.reserved + budget.margin;
    budget.budget = budget.max_connections - budget.kept;
    alert_make(server, &budget);
    return budget;
}

bool budget_over_alert(const struct budget *budget, int64_t peak)
{
    return peak + budget->kept > budget->alert_connections;
}

int64_t budget_alert_room(const struct budget *budget)
{
    return budget->alert_connections - budget->kept;
}

/* What of each further connection goes to the margin, in thousandths of a percent; never more than
 * it does. */
static int64_t margin_slope(const struct server *server)
{
    if (!server->margin.given)
        return DEFAULT_MARGIN;
    return server->margin.is_share ? server->margin.value : 0;
}

/* Counting up begins where a margin without rounding would fit: `most` x (line - slope) >= ALL x
 * the rest, where the line is the budget's or the alert's. */
int64_t budget_needed(const struct server *server, const struct budget *budget, int64_t peak,
                      bool within_alert)
{
    int64_t settings = budget->superuser_reserved_connections + budget->reserved_connections;
    int64_t without_margin = peak + settings + budget->reserved;
    bool alert_is_count = server->alert_at.given && !server->alert_at.is_share;
    int64_t alert = server->alert_at.given ? server->alert_at.value : DEFAULT_ALERT;
    int64_t line = (within_alert && !alert_is_count ? alert : ALL) - margin_slope(server);
    if (line < 0 || (line == 0 && without_margin > 0))
        return UNKNOWN;
    int64_t start = line > 0 ? without_margin * ALL / line : 0;
    if (start <= settings)
        start = settings + 1;
    for (int64_t most = start; most <= MAX_CONNECTIONS_LIMIT; most++) {
        int64_t used = without_margin + budget_margin(server, most);
        if (within_alert && alert_is_count && used > alert)
            return UNKNOWN; /* and the margin only grows */
        if (used <= most && (!within_alert || alert_is_count || used * ALL <= alert * most))
            return most;
    }
    return UNKNOWN;
}

int64_t budget_permille(const struct budget *budget, int64_t used)
{
    return (used * 2000 + budget->max_connections) / (2 * budget->max_connections);
}
