/*
 * Rules about what is known of a server, and what its entry in the topology says.
 */
#include "budget.h"
#include "rule.h"
#include "sessions.h"

#include <inttypes.h>
#include <string.h>

#define SERVICE "\"services\": {\"api\": {\"connection_limit\": 5}}}"
#define SNAPSHOT(FACTS)                                                                            \
    "{\"format\": 1, \"servers\": [{\"name\": \"main\", \"source\": \"live\", \"version\": "       \
    "150018, " FACTS "}]}"

static bool has_answered(const struct server_sizing *server)
{
    enum answer answer = server->input.facts->answer;
    return answer == ANSWER_LIVE || answer == ANSWER_SNAPSHOT;
}

/* A formula gives a nominal value, an upper bound of what a server will have. */
static bool differs_from_plan(const struct plan *plan, int64_t live)
{
    if (plan->nominal)
        return live > plan->formula_value || live * 100 < plan->formula_value * 70;
    return live != plan->max_connections;
}

static void setting_differs(struct judge *judge, const struct server_sizing *server,
                            const char *key, int64_t live, int64_t declared)
{
    if (declared == UNKNOWN || live == UNKNOWN || live == declared)
        return;
    struct text path = {.arena = judge->arena};
    text_printf(&path, "/%s", key);
    text_printf(&judge->help, "the live value is used; write %" PRId64 " in the topology", live);
    find_server(judge, server, path.bytes,
                "%s is %" PRId64 " on the server, %" PRId64 " in the topology", key, live,
                declared);
    text_free(&path);
}

/* CONNECTION LIMITs that the topology states; the live ones are the server's rows. */
static void limits_differ(struct judge *judge, const struct server_sizing *server,
                          enum cap_kind kind, const char *key, const struct named_count *declared,
                          size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t row;
        const char *name = declared[i].name;
        bool found =
            name_table_find(&server->cap_names[kind], name, &row) && !server->caps[row].of_plan;
        if (found && server->caps[row].limit == declared[i].count)
            continue;
        if (found) {
            text_printf(&judge->help, "the live value is used; write %" PRId64 " in the topology",
                        server->caps[row].limit);
            find_server(judge, server, key,
                        "%s \"%s\" has CONNECTION LIMIT %" PRId64 " on the server, %" PRId64
                        " in the topology",
                        cap_word(kind), name, server->caps[row].limit, declared[i].count);
        } else {
            text_put(&judge->help, "the live value is used: none; remove it from the topology");
            find_server(judge, server, key,
                        "%s \"%s\" has no CONNECTION LIMIT on the server, %" PRId64
                        " in the topology",
                        cap_word(kind), name, declared[i].count);
        }
    }
}

/* A plan that limits roles: what the server says of those that services log in as. */
static void role_plan_differs(struct judge *judge, const struct server_sizing *server)
{
    int64_t limit = budget_role_limit(&server->budget, &server->input);
    bool *is_seen = ARENA_ARRAY(judge->arena, server->cap_count + 1, bool);
    for (size_t i = 0; limit != UNKNOWN && i < server->class_count; i++) {
        const struct pool_class *class = server->classes[i];
        if (class->target->role == NULL || class->role_row == NO_ROW || is_seen[class->role_row])
            continue;
        const struct cap *cap = &server->caps[class->role_row];
        is_seen[class->role_row] = true;
        if (cap->of_plan) {
            text_put(&judge->help, "the plan's limit is kept to; is this the server of that plan?");
            find_server(judge, server, "/plan",
                        "role \"%s\" has no CONNECTION LIMIT on the server, %" PRId64 " in plan %s",
                        cap->name, limit, server->server->plan);
        } else if (cap->limit != limit) {
            text_put(&judge->help, "the live value is used; is this the plan that is paid for?");
            find_server(judge, server, "/plan",
                        "role \"%s\" has CONNECTION LIMIT %" PRId64 " on the server, %" PRId64
                        " in plan %s",
                        cap->name, cap->limit, limit, server->server->plan);
        }
    }
}

static void plan_differs(struct judge *judge, const struct server_sizing *server)
{
    const struct facts *facts = server->input.facts;
    const struct server *declared = server->server;
    const struct plan *plan = server->input.plan;
    if (!has_answered(server))
        return;
    setting_differs(judge, server, "max_connections", facts->max_connections,
                    declared->max_connections);
    setting_differs(judge, server, "superuser_reserved_connections",
                    facts->superuser_reserved_connections,
                    declared->superuser_reserved_connections);
    setting_differs(judge, server, "reserved_connections", facts->reserved_connections,
                    declared->reserved_connections);
    limits_differ(judge, server, CAP_ROLE, "/role_limits", declared->role_limits,
                  declared->role_limit_count);
    limits_differ(judge, server, CAP_DATABASE, "/database_limits", declared->database_limits,
                  declared->database_limit_count);
    role_plan_differs(judge, server);
    if (plan == NULL || server->input.provider->limits_role || plan->max_connections == UNKNOWN ||
        facts->max_connections == UNKNOWN || !differs_from_plan(plan, facts->max_connections))
        return;
    text_put(&judge->help, "the live value is used; is this the plan that is paid for?");
    find_server(judge, server, "/plan",
                "max_connections is %" PRId64 " on the server, %s%" PRId64 " in plan %s",
                facts->max_connections, plan->nominal ? "at most " : "",
                plan->nominal ? plan->formula_value : plan->max_connections, declared->plan);
}

/* Whether a role that may use reserved slots could be inside though ordinary ones are refused.
 * Before 16 there is none: who is no superuser got in as an ordinary role. */
static bool may_be_full(const struct facts *facts)
{
    int64_t used = sessions_used(facts);
    bool has_reserved_slots = facts->reserved_connections > 0;
    return has_reserved_slots && used != UNKNOWN && used >= facts->max_connections;
}

static void hidden_sessions(struct judge *judge, const struct server_sizing *server)
{
    const struct facts *facts = server->input.facts;
    if (!has_answered(server) || !facts->hidden)
        return;
    const char *role = facts->role != NULL ? facts->role : "?";
    const char *more = facts_count_is_exact(facts) ? ""
                       : may_be_full(facts)
                           ? ", the count of sessions is an upper bound, and whether an ordinary "
                             "role would be refused now is not known"
                           : ", and the count of sessions is an upper bound";
    text_put(&judge->help, "GRANT pg_read_all_stats TO ");
    text_put_sql_identifier(&judge->help, role);
    find_server(judge, server, "",
                "role \"%s\" may not see other roles' sessions: their states and addresses are "
                "missing%s",
                role, more);
}

/* Once for each service: on several servers it may log in as several roles. */
static bool is_first_superuser(const struct pool_class *class)
{
    const struct pool_class *other = class - (class->target - class->service->targets);
    while (!other->superuser && other != class)
        other++;
    return other == class && class->superuser;
}

static void superuser_service(struct judge *judge, const struct pool_class *class)
{
    if (!is_first_superuser(class))
        return;
    text_put(&judge->help, "give the service a role of its own, without SUPERUSER");
    find_service(judge, class->service, "/role",
                 "logs in as superuser \"%s\": no CONNECTION LIMIT holds for it, and it takes the "
                 "slots kept "
                 "for emergencies",
                 class->target->role);
}

static bool is_superuser(const struct facts *facts, const char *role)
{
    for (size_t i = 0; role != NULL && i < facts->superuser_count; i++)
        if (strcmp(facts->superusers[i], role) == 0)
            return true;
    return false;
}

/* Where nobody said the role of a service, its sessions say it. Once for each service. */
static void superuser_sessions(struct judge *judge, const struct server_sizing *server)
{
    const struct facts *facts = server->input.facts;
    struct arena scratch = {.on_out_of_memory = judge->arena->on_out_of_memory};
    bool *is_said = ARENA_ARRAY(&scratch, server->class_count + 1, bool);
    for (size_t i = 0; i < facts->group_count; i++) {
        if (!is_superuser(facts, facts->groups[i].role))
            continue;
        size_t at = session_class(judge->sizing, server, &facts->groups[i]);
        const struct pool_class *class = at < server->class_count ? server->classes[at] : NULL;
        if (class == NULL || class->target->role != NULL || service_is_implicit(class->service) ||
            is_said[at])
            continue;
        for (size_t k = 0; k < server->class_count; k++)
            is_said[k] |= server->classes[k]->service == class->service;
        text_put(&judge->help, "give the service a role of its own, without SUPERUSER");
        find_service(judge, class->service, "", "its sessions are those of superuser \"%s\"",
                     facts->groups[i].role);
    }
    arena_free(&scratch);
}

/* A server's URL may log in as another role: then the one that is handed out must not carry its
 * password. */
static void password_missing(struct judge *judge, const struct pool_class *class)
{
    const struct server *server = judge->sizing->servers[class->server].server;
    const struct url *url = service_url(judge->sizing->topology, class->service, class->target);
    const char *user = url != NULL ? url_user(judge->arena, url) : NULL;
    const char *role = class->target->role;
    if (user == NULL || role == NULL || strcmp(user, role) == 0 || !url_has_password(url))
        return;
    text_put(&judge->help, "give the service its own \"url\", with that role's password");
    find_service(judge, class->service, "/role",
                 "logs in as \"%.60s\", but the url of server %.60s as \"%.60s\": its "
                 "DATABASE_URL has no password",
                 role, server->name, user);
}

static const char password_help[] =
    "write ${DB_PASSWORD} in its place, and set that in the environment";

static void service_password(struct judge *judge, const struct service *service)
{
    if (!service->password_in_file)
        return;
    text_put(&judge->help, password_help);
    find_service(judge, service, "/url", "the URL holds a clear-text password");
}

/* Services that open no pool have no class, but their passwords stand in the file all the same. */
static void server_password(struct judge *judge, const struct server_sizing *server)
{
    if (server->server->password_in_file) {
        text_put(&judge->help, password_help);
        find_server(judge, server, "/url", "the URL holds a clear-text password");
    }
    for (size_t i = 0; i < server->idle_count; i++)
        service_password(judge, server->idle[i]);
}

static void class_password(struct judge *judge, const struct pool_class *class)
{
    if (is_first_class(class))
        service_password(judge, class->service);
}

/* The other sides of a dispute: their figures, and their words where they have any. */
static void claims_put(const struct plan *plan, struct text *text)
{
    for (size_t i = 0; i < plan->claim_count; i++) {
        const struct claim *claim = &plan->claims[i];
        const char *words = claim->note != NULL ? claim->note : claim->source;
        text_put(text, i == 0 ? "; others say: " : "; ");
        if (claim->value != UNKNOWN && words != NULL)
            text_printf(text, "%" PRId64 " (%s)", claim->value, words);
        else if (claim->value != UNKNOWN)
            text_put_int(text, claim->value);
        else
            text_put(text, words != NULL ? words : "");
    }
}

/* Whether a role is held to the plan's figure, and nobody asked the server. */
static bool plan_limits_a_role(const struct server_sizing *server)
{
    if (has_answered(server))
        return false;
    for (size_t i = 0; i < server->cap_count; i++)
        if (server->caps[i].of_plan)
            return true;
    return false;
}

/* What is known where a formula gives no more than an upper bound. */
static void bound_find(struct judge *judge, const struct server_sizing *server)
{
    const struct plan *plan = server->input.plan;
    struct text seen = {.arena = judge->arena};
    for (size_t i = 0; i < plan->sighting_count; i++)
        if (plan->sightings[i].value != UNKNOWN)
            text_printf(&seen, "%s%" PRId64, seen.length > 0 ? ", " : "", plan->sightings[i].value);
    text_put(&judge->help, "ask the server: SHOW max_connections; or give pgsize its url");
    if (plan->max_connections < plan->formula_value)
        find_server(judge, server, "/plan",
                    "max_connections %" PRId64 " of plan %s is the least that was seen on such "
                    "servers (%s); its formula gives at most %" PRId64,
                    plan->max_connections, server->server->plan, seen.bytes, plan->formula_value);
    else
        find_server(judge, server, "/plan",
                    "max_connections %" PRId64 " of plan %s is an upper bound, by its formula: "
                    "such servers have less, and nobody publishes how much",
                    plan->max_connections, server->server->plan);
    text_free(&seen);
}

static void assumed_limit(struct judge *judge, const struct server_sizing *server)
{
    const struct budget *budget = &server->budget;
    const struct plan *plan = server->input.plan;
    if (budget->source == SOURCE_DEFAULT) {
        text_put(&judge->help,
                 "say it: \"max_connections\", \"plan\", \"url\", or --max-connections");
        find_server(judge, server, "",
                    "max_connections is assumed to be PostgreSQL's default, %" PRId64
                    ": nobody said what it is%s",
                    budget->max_connections,
                    plan != NULL ? ", and no limit of its plan is published" : "");
        return;
    }
    if (budget->source == SOURCE_PLAN && plan->nominal) {
        bound_find(judge, server);
        return;
    }
    bool doubted = plan != NULL && (plan->disputed || plan->confidence == CONFIDENCE_REPORTED);
    if (!doubted || (budget->source != SOURCE_PLAN && !plan_limits_a_role(server)))
        return;
    struct text claims = {.arena = judge->arena};
    claims_put(plan, &claims);
    bool of_role = server->input.provider->limits_role;
    text_printf(&judge->help, "ask the server: %s; or give pgsize its url",
                of_role ? "SELECT rolconnlimit FROM pg_roles WHERE rolname = current_user"
                        : "SHOW max_connections");
    find_server(judge, server, "/plan", "%s %" PRId64 " of plan %s is %s%s",
                of_role ? "a role's CONNECTION LIMIT" : "max_connections", plan->max_connections,
                server->server->plan, plan->disputed ? "disputed" : "reported by users only",
                claims.length > 0 ? claims.bytes : "");
    text_free(&claims);
}

static void no_admin_slot(struct judge *judge, const struct server_sizing *server)
{
    const struct budget *budget = &server->budget;
    if (budget->reserved - budget->provider > 0 || server->class_count == 0)
        return;
    text_put(&judge->help, "for example \"reserved\": {\"admin\": 2, \"monitoring\": 1}");
    find_server(judge, server, "/reserved",
                "nothing is reserved for administration, migrations or monitoring");
}

static const char *failure_words(const struct facts *facts)
{
    return facts->refused ? "refused" : "did not answer";
}

static void server_unreachable(struct judge *judge, const struct server_sizing *server)
{
    const struct facts *facts = server->input.facts;
    if (facts->answer != ANSWER_UNREACHABLE)
        return;
    if (facts->advice != NULL)
        text_printf(&judge->help, "%s; or ", facts->advice);
    text_put(&judge->help, "--offline says that this is meant");
    find_server(judge, server, "/url", "%s, max_connections is taken from the %s: %s",
                failure_words(facts), source_name(server->budget.source), facts->reason);
}

static void server_missing(struct judge *judge, const struct server_sizing *server)
{
    const struct facts *facts = server->input.facts;
    if (facts->answer != ANSWER_MISSING)
        return;
    text_put(&judge->help, facts->advice != NULL
                               ? facts->advice
                               : "--offline with --max-connections N or --plan sizes without it");
    find_server(judge, server, "/url", "%s, so nothing is said about it: %s", failure_words(facts),
                facts->reason);
}

static void too_many_for_cores(struct judge *judge, const struct server_sizing *server)
{
    int64_t cores = server->server->cores, steady = server_steady(judge->sizing, server);
    /* 4 x (2 x cores): sizing.md 3.7, after HikariCP's and PostgreSQL's starting point for one
     * pool. */
    if (cores == UNKNOWN || steady == UNKNOWN || steady <= 8 * cores)
        return;
    find_server(judge, server, "/cores",
                "the pools allow %" PRId64 " active sessions on %" PRId64
                " %s: a burst slows everybody about %" PRId64 "-fold",
                steady, cores, plural(cores, "core", "cores"), steady / cores);
}

const struct rule server_rules[] = {
    {
        .id = "PGS014",
        .name = "too-many-for-cores",
        .severity = SEVERITY_NOTE,
        .help = "The pools allow far more active sessions than the cores can run.",
        .why = "Sessions that run at once share the cores, so a burst that fills such pools slows "
               "everybody. It is a note, since pools are rarely full; measure before making them "
               "smaller.",
        .server = too_many_for_cores,
        .purpose = PURPOSE_CHECK,
        .bad = "{\"servers\": {\"main\": {\"max_connections\": 100, \"cores\": 2}}, "
               "\"services\": {\"api\": {\"connection_limit\": 20}}}",
        .good = "{\"servers\": {\"main\": {\"max_connections\": 100, \"cores\": 2}}, "
                "\"services\": {\"api\": {\"connection_limit\": 16}}}",
    },
    {
        .id = "PGS019",
        .name = "plan-differs",
        .severity = SEVERITY_WARNING,
        .help = "The live limits are not the plan's or the topology's.",
        .why = "The file, or the plan, and the server say different things, so one of them is old. "
               "The live value is used; correct the other before it is needed when the server "
               "cannot be asked.",
        .server = plan_differs,
        .judged = JUDGED_ALWAYS,
        .purpose = PURPOSE_CHECK,
        .bad = "{\"servers\": {\"main\": {\"max_connections\": 200}}, " SERVICE,
        .bad_facts = SNAPSHOT("\"max_connections\": 100"),
        .good = "{\"servers\": {\"main\": {\"max_connections\": 100}}, " SERVICE,
        .good_facts = SNAPSHOT("\"max_connections\": 100"),
    },
    {
        .id = "PGS026",
        .name = "hidden-sessions",
        .severity = SEVERITY_NOTE,
        .help = "The role that asked cannot see other roles' sessions.",
        .why = "Counts by service are then too low, though the total is right. Grant "
               "pg_read_all_stats (or pg_monitor) to the role that asks.",
        .server = hidden_sessions,
        .judged = JUDGED_ALWAYS,
        .purpose = PURPOSE_CHECK,
        .bad = "{\"servers\": {\"main\": {}}, " SERVICE,
        .bad_facts =
            SNAPSHOT("\"max_connections\": 100, \"live\": {\"sessions\": 1, \"hidden\": true}"),
        .good = "{\"servers\": {\"main\": {}}, " SERVICE,
        .good_facts =
            SNAPSHOT("\"max_connections\": 100, \"live\": {\"sessions\": 1, \"hidden\": false}"),
    },
    {
        .id = "PGS027",
        .name = "superuser-service",
        .severity = SEVERITY_WARNING,
        .help = "A service logs in as superuser.",
        .why = "It may take the slots kept for superusers, so an administrator cannot get in when "
               "it goes wrong; and no CONNECTION LIMIT holds for it. Give it a role of its own.",
        .server = superuser_sessions,
        .class = superuser_service,
        .judged = JUDGED_ALWAYS,
        .purpose = PURPOSE_CHECK,
        .bad = "{\"servers\": {\"main\": {}}, \"services\": {\"api\": {\"role\": \"postgres\", "
               "\"connection_limit\": 5}}}",
        .bad_facts = SNAPSHOT("\"max_connections\": 100, \"superusers\": [\"postgres\"]"),
        .good = "{\"servers\": {\"main\": {}}, \"services\": {\"api\": {\"role\": \"app\", "
                "\"connection_limit\": 5}}}",
        .good_facts = SNAPSHOT("\"max_connections\": 100, \"superusers\": [\"postgres\"]"),
    },
    {
        .id = "PGS028",
        .name = "password-in-file",
        .severity = SEVERITY_WARNING,
        .help = "The topology holds a clear-text password.",
        .why = "The file is in git, and so is everybody's copy of it. Write ${NAME} and let the "
               "environment hold the password.",
        .server = server_password,
        .class = class_password,
        .purpose = PURPOSE_CHECK,
        .bad = "{\"servers\": {\"main\": {\"url\": "
               "\"postgresql://app:secret@db.example/app\"}}, " SERVICE,
        .good =
            "{\"servers\": {\"main\": {\"url\": \"postgresql://app@db.example/app\"}}, " SERVICE,
    },
    {
        .id = "PGS029",
        .name = "assumed-limit",
        .severity = SEVERITY_WARNING,
        .help = "max_connections is the built-in default, a disputed figure, or a formula's upper "
                "bound: nobody knows.",
        .why = "The answer is only as good as that number. Ask the server (--url), or write "
               "max_connections into the topology.",
        .server = assumed_limit,
        .purpose = PURPOSE_CHECK,
        .bad = "{\"servers\": {\"main\": {}}, " SERVICE,
        .good = "{\"servers\": {\"main\": {\"max_connections\": 100}}, " SERVICE,
    },
    {
        .id = "PGS030",
        .name = "no-admin-slot",
        .severity = SEVERITY_WARNING,
        .help = "Nothing is reserved for administration, migrations or monitoring.",
        .why = "When every slot is given away, a migration, a backup, monitoring or a person with "
               "psql takes one from a service, or is refused. Reserve a few.",
        .server = no_admin_slot,
        .purpose = PURPOSE_CHECK,
        .bad = "{\"servers\": {\"main\": {\"max_connections\": 100}}, " SERVICE,
        .good = "{\"servers\": {\"main\": {\"max_connections\": 100, \"reserved\": {\"admin\": "
                "1}}}, " SERVICE,
    },
    {
        .id = "PGS031",
        .name = "server-unreachable",
        .severity = SEVERITY_WARNING,
        .help = "The server did not answer, and another source was used.",
        .why = "The answer goes by the topology or the plan, and nothing is known of who is "
               "connected.",
        .server = server_unreachable,
        .purpose = PURPOSE_CHECK,
        /* Its facts are made by the test: no snapshot can be taken of a server that does not
           answer. */
        .bad = "{\"servers\": {\"main\": {\"max_connections\": 100}}, " SERVICE,
        .bad_facts = RULE_UNREACHABLE,
        .good = "{\"servers\": {\"main\": {\"max_connections\": 100}}, " SERVICE,
    },
    {
        .id = "PGS033",
        .name = "password-missing",
        .severity = SEVERITY_WARNING,
        .help = "A service's role is not the one whose password the server's URL holds.",
        .why = "The printed DATABASE_URL has no password for that role. Give the service its own "
               "url, with ${NAME} for the password.",
        .class = password_missing,
        .judged = JUDGED_RECOMMEND,
        .purpose = PURPOSE_RECOMMEND,
        .bad = "{\"servers\": {\"main\": {\"url\": "
               "\"postgresql://monitor:secret@db.example/app\", \"max_connections\": 100}}, "
               "\"services\": {\"api\": {\"role\": \"app\"}}}",
        .good = "{\"servers\": {\"main\": {\"url\": "
                "\"postgresql://app:secret@db.example/app\", \"max_connections\": 100}}, "
                "\"services\": {\"api\": {\"role\": \"app\"}}}",
    },
    {
        .id = "PGS041",
        .name = "server-missing",
        .severity = SEVERITY_ERROR,
        .is_failure = true,
        .help = "A server that must answer did not, and others did.",
        .why = "What others answered is shown, and the run ends with exit status 4. A server must "
               "answer where nothing else says max_connections, or where the command line or the "
               "environment names it.",
        .server = server_missing,
        .judged = JUDGED_ALWAYS,
        .purpose = PURPOSE_CHECK,
        .bad = "{\"servers\": {\"main\": {}}, " SERVICE,
        .bad_facts = RULE_MISSING,
        .good = "{\"servers\": {\"main\": {\"max_connections\": 100}}, " SERVICE,
    },
};
const size_t server_rule_count = sizeof server_rules / sizeof server_rules[0];
