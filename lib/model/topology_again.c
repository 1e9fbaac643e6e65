#include "topology_again.h"

#include "setting.h"
#include "topology_link.h"
#include "topology_rows.h"

#include <string.h>

/* One reading. */
struct again {
    const struct topology_kept *kept;
    const struct topology_input *input;
    struct reader reader;
    struct settings settings;
};

/* A member of a section, and the rows that read it. */
struct member {
    const char *section, *name;
    const struct origin *origin;
    const struct field *fields;
    size_t field_count;
};

void topology_keep(struct arena *arena, const struct topology *topology, size_t set_count,
                   struct topology_kept *ret_kept)
{
    *ret_kept = (struct topology_kept){
        .texts = topology->texts,
        .set_count = set_count,
        .formula = topology->formula,
        .formula_given = topology->formula_given,
        .servers = ARENA_ARRAY(arena, topology->server_count + 1, struct server),
        .server_count = topology->server_count,
        .services = ARENA_ARRAY(arena, topology->service_count + 1, struct service),
        .service_count = topology->service_count,
        .poolers = ARENA_ARRAY(arena, topology->pooler_count + 1, struct pooler),
        .pooler_count = topology->pooler_count,
        .ignored = topology->ignored,
        .ignored_count = topology->ignored_count,
    };
    for (size_t i = 0; i < topology->server_count; i++)
        ret_kept->servers[i] = *topology->servers[i];
    for (size_t i = 0; i < topology->service_count; i++)
        ret_kept->services[i] = *topology->services[i];
    for (size_t i = 0; i < topology->pooler_count; i++)
        ret_kept->poolers[i] = *topology->poolers[i];
}

/* The same place in this reading's own copy of the text. */
static struct origin origin_again(const struct again *again, const struct origin *origin)
{
    if (origin->text == NULL)
        return *origin;
    return (struct origin){&again->input->texts[origin->text - again->kept->texts], origin->offset};
}

/* Whether an added setting is about this member; what it changes is used up. */
static bool is_changed(struct again *again, const struct member *member)
{
    bool changed = false;
    for (size_t i = again->kept->set_count; i < again->settings.count; i++) {
        struct setting *setting = &again->settings.items[i];
        if (strcmp(setting->path[0], member->section) != 0 || setting->depth < 2 ||
            strcmp(setting->path[1], member->name) != 0)
            continue;
        setting->used = changed = true;
    }
    return changed;
}

/* Reads a member from its text, with all settings, into a struct of defaults. False where anything
 * is wrong, or nothing is left of it. */
static bool member_read(struct again *again, const struct member *member, void *into)
{
    struct path section = {NULL, member->section}, path = {&section, member->name};
    const char *place[] = {member->section, member->name};
    struct json *value;
    struct json_error error;
    struct fail fail = {0};
    size_t end;
    reader_at(&again->reader, member->origin, &path);
    if (!json_read(member->origin->text, member->origin->offset, &value, &end, &error))
        return false;
    bool good =
        settings_apply(&again->settings, place, 2, &value, &fail) && value != NULL &&
        fields_read(&again->reader, &path, value, member->fields, member->field_count, into);
    json_release(value);
    return good;
}

static bool server_again(struct again *again, const struct server *kept, struct server *ret_server)
{
    struct origin origin = origin_again(again, &kept->origin);
    struct member member = {"servers", kept->name, &origin, server_fields, server_field_count};
    if (!is_changed(again, &member)) {
        *ret_server = *kept;
        ret_server->origin = origin;
        return true;
    }
    server_defaults(ret_server);
    ret_server->name = kept->name;
    ret_server->origin = origin;
    return member_read(again, &member, ret_server);
}

static bool service_again(struct again *again, const struct service *kept,
                          struct service *ret_service)
{
    struct arena *arena = again->reader.arena;
    struct origin origin = origin_again(again, &kept->origin);
    struct member member = {"services", kept->name, &origin, service_fields, service_field_count};
    if (is_changed(again, &member)) {
        service_defaults(ret_service);
        ret_service->name = kept->name;
        ret_service->origin = origin;
        return member_read(again, &member, ret_service);
    }
    *ret_service = *kept;
    ret_service->origin = origin;
    /* Who finds the zones of schedules writes them there. */
    if (kept->schedule_count > 0) {
        ret_service->schedules = ARENA_ARRAY(arena, kept->schedule_count, struct schedule);
        memcpy(ret_service->schedules, kept->schedules,
               kept->schedule_count * sizeof *kept->schedules);
    }
    return true;
}

static bool pooler_again(struct again *again, const struct pooler *kept, struct pooler *ret_pooler)
{
    struct origin origin = origin_again(again, &kept->origin);
    struct member member = {"poolers", kept->name, &origin, pooler_fields, pooler_field_count};
    *ret_pooler = *kept;
    if (is_changed(again, &member)) {
        if (kept->origin.text == NULL) /* an option made it */
            return false;
        pooler_defaults(ret_pooler);
        if (!member_read(again, &member, ret_pooler))
            return false;
    }
    ret_pooler->origin = origin;
    return true;
}

static bool poolers_again(struct again *again, struct topology *topology)
{
    const struct topology_kept *kept = again->kept;
    struct arena *arena = again->reader.arena;
    struct pooler *poolers = ARENA_ARRAY(arena, kept->pooler_count + 1, struct pooler);
    topology->poolers = ARENA_ARRAY(arena, kept->pooler_count + 1, struct pooler *);
    for (size_t i = 0; i < kept->pooler_count; i++) {
        if (!pooler_again(again, &kept->poolers[i], &poolers[i]))
            return false;
        topology->poolers[topology->pooler_count++] = &poolers[i];
    }
    return true;
}

/* Of the document itself, or of what is not there, a setting changes more than one member. */
static bool all_used(const struct again *again)
{
    for (size_t i = again->kept->set_count; i < again->settings.count; i++)
        if (!again->settings.items[i].used)
            return false;
    return true;
}

static bool members_again(struct again *again, struct topology *topology)
{
    const struct topology_kept *kept = again->kept;
    struct arena *arena = again->reader.arena;
    struct server *servers = ARENA_ARRAY(arena, kept->server_count + 1, struct server);
    struct service *services = ARENA_ARRAY(arena, kept->service_count + 1, struct service);
    topology->servers = ARENA_ARRAY(arena, kept->server_count + 1, struct server *);
    topology->services = ARENA_ARRAY(arena, kept->service_count + 1, struct service *);
    for (size_t i = 0; i < kept->server_count; i++) {
        if (!server_again(again, &kept->servers[i], &servers[i]))
            return false;
        topology->servers[topology->server_count++] = &servers[i];
    }
    for (size_t i = 0; i < kept->service_count; i++) {
        if (!service_again(again, &kept->services[i], &services[i]))
            return false;
        topology->services[topology->service_count++] = &services[i];
    }
    return poolers_again(again, topology) && all_used(again);
}

/* False where something is wrong, or a whole reading is needed. */
static bool changes_read(struct arena *arena, const struct topology_kept *kept,
                         const struct topology_input *input, struct topology *ret_topology,
                         struct faults *faults)
{
    struct again again = {.kept = kept, .input = input};
    struct fail fail = {0};
    again.reader = (struct reader){
        .arena = arena, .input = input, .settings = &again.settings, .faults = faults};
    *ret_topology = (struct topology){.texts = input->texts,
                                      .text_count = input->text_count,
                                      .formula = kept->formula,
                                      .formula_given = kept->formula_given,
                                      .ignored = kept->ignored,
                                      .ignored_count = kept->ignored_count};
    if (!settings_read(arena, input->labels.set, input->sets, input->set_count, &again.settings,
                       &fail) ||
        !members_again(&again, ret_topology))
        return false;
    topology_link(&again.reader, ret_topology);
    return faults->count == 0;
}

/* What is refused is refused by the whole reading, which sees all that is wrong, in its order. */
bool topology_read_again(struct arena *arena, const struct topology_kept *kept,
                         const struct topology_input *input, struct topology *ret_topology,
                         struct faults *ret_faults)
{
    if (changes_read(arena, kept, input, ret_topology, ret_faults))
        return true;
    *ret_faults = (struct faults){0};
    return topology_read(arena, input, ret_topology, ret_faults);
}
