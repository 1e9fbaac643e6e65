#include "server_link.h"

#include "name.h"
#include "plan.h"

static const char *option_label(const struct reader *reader)
{
    const char *label = reader->input->labels.max_connections;
    return label != NULL ? label : "--max-connections";
}

/* PostgreSQL refuses to start so. The fault is max_connections', unless --set made it elsewhere. */
static void reserved_check(struct reader *reader, const struct path *path,
                           const struct server *server, int64_t most)
{
    struct path here = {path, "max_connections"},
                superuser = {path, "superuser_reserved_connections"},
                reserved = {path, "reserved_connections"};
    static const char hint[] = "PostgreSQL does not start so";
    int64_t kept = 0;
    if (server->superuser_reserved_connections != UNKNOWN)
        kept += server->superuser_reserved_connections;
    if (server->reserved_connections != UNKNOWN)
        kept += server->reserved_connections;
    if (most > kept)
        return;
    if (server->max_connections_option != UNKNOWN) {
        (void)fault_usage(reader, hint,
                          "%s: must be more than superuser_reserved_connections + "
                          "reserved_connections, %lld, got %lld",
                          option_label(reader), (long long)kept, (long long)most);
        return;
    }
    const struct path *at = path_is_set(reader, &superuser)  ? &superuser
                            : path_is_set(reader, &reserved) ? &reserved
                                                             : &here;
    (void)fault_at(reader, at, FAULT_VALUE, hint,
                   "superuser_reserved_connections + reserved_connections, %lld, must be less than "
                   "max_connections, %lld",
                   (long long)kept, (long long)most);
}

/* Such an alert would never come. */
static void alert_check(struct reader *reader, const struct path *path, const struct server *server,
                        int64_t most)
{
    struct path here = {path, "alert_at"};
    if (!server->alert_at.given || server->alert_at.is_share || server->alert_at.value <= most)
        return;
    if (server->max_connections_option != UNKNOWN)
        (void)fault_usage(reader, "a share moves with it: --set servers.NAME.alert_at=80%",
                          "%s: must be at least alert_at, %lld, got %lld", option_label(reader),
                          (long long)server->alert_at.value, (long long)most);
    else
        (void)fault_at(reader, &here, FAULT_VALUE, "a share moves with it: \"80%\"",
                       "must be at most max_connections, %lld, got %lld", (long long)most,
                       (long long)server->alert_at.value);
}

static void server_at(struct reader *reader, const struct server *server, const struct path *path)
{
    reader->text = server->origin.text;
    reader->offset = reader->key_offset = server->origin.offset;
    reader->base = path;
}

void server_plans_check(struct reader *reader, const struct topology *topology)
{
    struct arena scratch = {.on_out_of_memory = reader->arena->on_out_of_memory};
    struct name_table known = {0};
    for (size_t i = 0; i < topology->server_count && !faults_full(reader); i++) {
        const struct server *server = topology->servers[i];
        struct path section = {NULL, "servers"}, path = {&section, server->name},
                    here = {&path, "plan"};
        const struct provider *provider;
        const struct plan *plan;
        struct fail why = {0};
        if (server->plan == NULL || server->plan_from_option ||
            name_table_find(&known, server->plan, NULL))
            continue;
        server_at(reader, server, &path);
        if (plan_find(&scratch, server->plan, &provider, &plan, &why))
            (void)name_table_add(&known, &scratch, server->plan, i, NULL);
        else
            (void)fault_at(reader, &here, FAULT_VALUE, why.hint[0] != '\0' ? why.hint : NULL, "%s",
                           why.message);
        reader->base = NULL;
    }
    arena_free(&scratch);
}

void server_figures_check(struct reader *reader, const struct server *server)
{
    struct path section = {NULL, "servers"}, path = {&section, server->name};
    int64_t most = server->max_connections_option != UNKNOWN ? server->max_connections_option
                                                             : server->max_connections;
    if (most == UNKNOWN)
        return;
    server_at(reader, server, &path);
    reserved_check(reader, &path, server, most);
    alert_check(reader, &path, server, most);
    reader->base = NULL;
}
