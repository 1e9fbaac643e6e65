/*
 * Rules about who logs in: superusers, and passwords that are in the wrong place or missing.
 */
#include "rule.h"
#include "rule_examples.h"
#include "sessions.h"

#include <string.h>

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

const struct rule login_rules[] = {
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
};
const size_t login_rule_count = sizeof login_rules / sizeof login_rules[0];
