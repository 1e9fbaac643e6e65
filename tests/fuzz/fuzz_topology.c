/*
 * Any bytes as a topology file: either faults with a place inside the text, or a topology that
 * holds together. The first byte chooses whether --set and options take part.
 */
#include "topology.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool holds)
{
    if (!holds)
        abort();
}

static void place_is_inside(const struct json_text *text, const struct fault *fault)
{
    const char *line = text->bytes, *end = text->bytes + text->length;
    demand(fault->line >= 1 && fault->column >= 1);
    for (unsigned i = 1; i < fault->line; i++) {
        line = memchr(line, '\n', (size_t)(end - line));
        demand(line != NULL);
        line++;
    }
    const char *line_end = memchr(line, '\n', (size_t)(end - line));
    demand(fault->column <= (size_t)((line_end != NULL ? line_end : end) - line) + 1);
}

static void faults_hold(const struct json_text *text, const struct faults *faults)
{
    /* the password of the variables must not be shown; what the text itself says elsewhere may be
     */
    bool given = memmem(text->bytes, text->length, "hunter2", 7) != NULL;
    demand(faults->count <= TOPOLOGY_MAX_FAULTS);
    demand(faults->more == 0 || faults->count == TOPOLOGY_MAX_FAULTS);
    for (size_t i = 0; i < faults->count; i++) {
        const struct fault *fault = &faults->items[i];
        demand(fault->message[0] != '\0' &&
               memchr(fault->message, '\0', sizeof fault->message) != NULL);
        demand(given || strstr(fault->message, "url: ") == NULL ||
               strstr(fault->message, "hunter2") == NULL);
        demand(fault->kind == FAIL_INPUT || fault->kind == FAIL_USAGE);
        demand((fault->kind == FAIL_INPUT) == (fault->file != NULL));
        if (fault->file != NULL)
            place_is_inside(text, fault);
    }
}

static void service_holds(const struct topology *topology, const struct service *service)
{
    demand(service->name != NULL && service->name[0] != '\0' && service->client != NULL);
    demand(service->instances_min >= 0 && service->instances_min <= service->instances_max);
    demand(service->processes >= 1 && service->pools >= 1);
    demand(service->weight >= 1 && service->weight <= 1000000);
    demand(service->at_most == UNKNOWN || service->at_least <= service->at_most);
    demand(service->is_job == (service->concurrent != UNKNOWN || service->schedule_count > 0));
    demand(service->rollout.strategy <= ROLLOUT_BLUE_GREEN);
    demand(service->target_count == 0 || service->server < topology->server_count);
    for (size_t i = 0; i < service->target_count; i++)
        demand(service->targets[i].server < topology->server_count);
}

static void topology_holds(struct arena *arena, const struct topology *topology)
{
    const char *file;
    unsigned line, column;
    demand(topology->server_count >= 1);
    demand(topology->service_count <= TOPOLOGY_MAX_SERVICES);
    demand(topology->formula <= FORMULA_HALF);
    for (size_t i = 0; i < topology->server_count; i++)
        demand(topology->servers[i]->max_connections != 0 && topology->servers[i]->cores != 0);
    for (size_t i = 0; i < topology->service_count; i++) {
        service_holds(topology, topology->services[i]);
        demand(origin_place(arena, &topology->services[i]->origin, "/instances/max", &file, &line,
                            &column));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const environment[] = {"A=a", "EMPTY=", "DB_PASSWORD=hunter2",
                                              "URL=postgresql://u:hunter2@h/d", NULL};
    static const char *const sets[] = {"services.api.instances.max=2", "services.api.want=3",
                                       "formula=half", "servers.core.reserved.admin=4",
                                       "services.api.pool.timeout=null"};
    static const char *const urls[] = {"postgresql://u:hunter2@h/d"};
    struct arena arena = {0};
    unsigned choice = size > 0 ? data[0] : 0;
    bool chosen = choice >= '1' && choice <= '3';
    struct json_text text = {
        .name = "f.json", .bytes = (const char *)data + chosen, .length = size - (chosen ? 1 : 0)};
    struct topology_input input = {
        .texts = &text, .text_count = 1, .environment = environment, .max_connections = UNKNOWN};
    if (choice == '1' || choice == '3') {
        input.sets = sets;
        input.set_count = sizeof sets / sizeof sets[0];
    }
    if (choice == '2' || choice == '3') {
        input.urls = urls;
        input.url_count = 1;
        input.plan = "scaleway/db-gp-s";
    }
    static struct faults faults;
    faults.count = faults.more = 0;
    struct topology topology;
    if (topology_read(&arena, &input, &topology, &faults)) {
        demand(faults.count == 0 && faults.more == 0);
        topology_holds(&arena, &topology);
    } else {
        demand(faults.count > 0);
        faults_hold(&text, &faults);
    }
    arena_free(&arena);
    return 0;
}
