/*
 * The variables that services get their URL and limit in: how they are called where nobody says,
 * and that no two are called the same.
 */
#include "topology_link.h"

#include "name.h"

#include <string.h>

/* Upper case; every character that cannot stand in a variable becomes `_`, and one more stands
 * before a digit that would begin it. */
static void variable_put(struct text *text, const char *name, bool begins)
{
    if (begins && *name >= '0' && *name <= '9')
        text_put_char(text, '_');
    char piece[64];
    size_t length = 0;
    for (; *name != '\0'; name++) {
        char c = *name;
        if (((unsigned char)c & 0xc0) == 0x80)
            continue; /* one _ for each character, not for each byte of it */
        if (c >= 'a' && c <= 'z')
            c = (char)(c - 'a' + 'A');
        bool good = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        piece[length++] = good ? c : '_';
        if (length == sizeof piece) {
            text_put_bytes(text, piece, length);
            length = 0;
        }
    }
    text_put_bytes(text, piece, length);
}

void service_variable(const struct service *service, const struct target *target,
                      enum variable variable, struct text *text)
{
    const char *own = variable == VARIABLE_URL ? service->env_url : service->env_limit;
    if (own != NULL) {
        text_put(text, own);
        return;
    }
    variable_put(text, service->name, true);
    if (service->target_count > 1 && target->database != NULL) {
        if (target->place != NULL) {
            text_put_char(text, '_');
            variable_put(text, target->place, false);
        }
        text_put_char(text, '_');
        variable_put(text, target->database, false);
    }
    text_put(text, variable == VARIABLE_URL ? "_DATABASE_URL" : "_CONNECTION_LIMIT");
}

void variables_distinguish(struct arena *arena, const struct topology *topology,
                           struct service *service)
{
    struct name_table seen = {0};
    struct text name = {.arena = arena};
    for (size_t i = 0; i < service->target_count && service->target_count > 1; i++) {
        struct target *target = &service->targets[i];
        size_t first;
        name.length = 0;
        text_put(&name, "");
        variable_put(&name, target->database, false);
        if (name_table_add(&seen, arena, arena_strdup(arena, name.bytes), i, &first))
            continue;
        target->place = topology->servers[target->server]->name;
        service->targets[first].place = topology->servers[service->targets[first].server]->name;
    }
    text_free(&name);
}

void service_pool_name(const struct service *service, const struct target *target,
                       struct text *text)
{
    const char *role = service->pooler != NULL ? target->role : NULL;
    text_put(text, service->name);
    if (service->target_count < 2 || (target->database == NULL && role == NULL))
        return;
    text_put_char(text, '/');
    if (target->place != NULL)
        text_printf(text, "%s:", target->place);
    text_put(text, target->database != NULL ? target->database : "?");
    if (role != NULL)
        text_printf(text, "/%s", role);
}

/* Whose a variable is. */
struct variable_use {
    uint32_t service, target; /* indices */
    enum variable variable;
    bool taken;
};

/* An open table of them. Their names are not kept, but made again where two could be the same:
 * 100,000 services have 200,000. */
struct variable_table {
    const struct topology *topology;
    struct variable_use *uses;
    size_t capacity; /* a power of two, more than all names */
    struct text name, other;
};

static size_t variable_hash(const struct text *name)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < name->length; i++)
        hash = (hash ^ (unsigned char)name->bytes[i]) * UINT64_C(1099511628211);
    return (size_t)(hash ^ hash >> 32);
}

static void variable_name(const struct topology *topology, const struct variable_use *use,
                          struct text *text)
{
    const struct service *service = topology->services[use->service];
    text->length = 0;
    service_variable(service, &service->targets[use->target], use->variable, text);
}

/* NULL when nobody has used the name before, else who did; table->name is then the name. */
static const struct variable_use *variable_add(struct variable_table *table,
                                               struct variable_use use)
{
    variable_name(table->topology, &use, &table->name);
    size_t slot = variable_hash(&table->name) & (table->capacity - 1);
    for (; table->uses[slot].taken; slot = (slot + 1) & (table->capacity - 1)) {
        variable_name(table->topology, &table->uses[slot], &table->other);
        if (strcmp(table->name.bytes, table->other.bytes) == 0)
            return &table->uses[slot];
    }
    table->uses[slot] = use;
    table->uses[slot].taken = true;
    return NULL;
}

static void variable_twice(struct reader *reader, const struct variable_table *table, size_t index,
                           const struct variable_use *other)
{
    const struct service *service = table->topology->services[index];
    struct path section = {NULL, "services"}, path = {&section, service->name},
                env = {&path, "env"};
    bool is_itself = other->service == index;
    reader_at(reader, &service->origin, &path);
    (void)fault_at(reader, &env, FAULT_VALUE,
                   is_itself && service->target_count > 1
                       ? "make one of these databases a service of its own"
                       : "give each its own: \"env\": {\"url\": ..., \"limit\": ...}",
                   "variable %.80s is also used by %.60s", table->name.bytes,
                   is_itself ? "this service itself"
                             : table->topology->services[other->service]->name);
}

/* `env` names one URL and one limit, a service with several databases has one of each for each. */
static bool env_check(struct reader *reader, const struct service *service)
{
    const struct {
        const char *key, *name, *what;
    } rows[] = {
        {"url", service->env_url, "URL"},
        {"limit", service->env_limit, "limit"},
    };
    struct path section = {NULL, "services"}, path = {&section, service->name},
                env = {&path, "env"};
    bool holds = true;
    reader_at(reader, &service->origin, &path);
    for (size_t i = 0; i < 2 && service->target_count > 1; i++) {
        struct path here = {&env, rows[i].key};
        if (rows[i].name != NULL)
            holds = fault_at(reader, &here, FAULT_VALUE,
                             "remove it, each has its own (<SERVICE>_<DATABASE>_...); or make a "
                             "service of each database",
                             "one variable for the %s of %zu databases", rows[i].what,
                             service->target_count);
    }
    return holds;
}

void variables_check(struct reader *reader, const struct topology *topology)
{
    struct variable_table table = {.topology = topology, .capacity = 16};
    struct arena scratch = {.on_out_of_memory = reader->arena->on_out_of_memory};
    size_t names = 0;
    for (size_t i = 0; i < topology->service_count; i++)
        names += 2 * topology->services[i]->target_count;
    while (table.capacity < names + names / 2)
        table.capacity *= 2;
    table.uses = ARENA_ARRAY(&scratch, table.capacity, struct variable_use);
    table.name.arena = table.other.arena = reader->arena;
    for (size_t i = 0; i < topology->service_count; i++) {
        if (!env_check(reader, topology->services[i]))
            continue;
        for (size_t k = 0; k < 2 * topology->services[i]->target_count; k++) {
            struct variable_use use = {(uint32_t)i, (uint32_t)(k / 2),
                                       k % 2 == 0 ? VARIABLE_URL : VARIABLE_LIMIT, false};
            const struct variable_use *other = variable_add(&table, use);
            if (other != NULL)
                variable_twice(reader, &table, i, other);
        }
    }
    text_free(&table.name);
    text_free(&table.other);
    arena_free(&scratch);
}
