#include "topology.h"

#include "ignore_rows.h"
#include "name.h"
#include "setting.h"
#include "topology_again.h"
#include "topology_link.h"
#include "topology_rows.h"
#include "unique_names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* No server or service is larger; jansson takes up to forty times the size of what it reads. */
enum { MEMBER_MAX_BYTES = 4 * 1024 * 1024 };

/* What is being gathered, over all files. */
struct gather {
    struct topology *topology;
    struct settings settings;
    struct server *first_server, **server_end;
    struct service *first_service, **service_end;
    struct pooler *first_pooler, **pooler_end;
    struct arena scratch; /* for what is not needed once all is read */
    struct unique_names server_names, service_names, pooler_names;
    bool broken; /* a file was not read to its end: what else it says is not known */
};

/* One named member of a section. */
struct member {
    struct gather *gather;
    struct reader *reader;
    struct path path; /* of the member */
};

static bool value_skip(struct reader *reader, size_t offset, size_t *ret_end)
{
    struct json_error error;
    return json_skip(reader->text, offset, ret_end, &error) || fault_json(reader, &error);
}

static bool value_read(struct reader *reader, size_t offset, struct json **ret_value,
                       size_t *ret_end)
{
    struct json_text window = *reader->text;
    if (window.length - offset > MEMBER_MAX_BYTES)
        window.length = offset + MEMBER_MAX_BYTES;
    struct json_error error;
    if (json_read(&window, offset, ret_value, ret_end, &error))
        return true;
    if (window.length < reader->text->length) {
        if (!value_skip(reader, offset, ret_end))
            return false;
        if (*ret_end > window.length)
            return fault_at_offset(reader, offset, NULL, "larger than 4 MiB");
    }
    return fault_json(reader, &error);
}

/* The value of a member with what --set says of it; NULL when --set removes it. */
static bool member_value(struct member *member, struct json **ret_value, size_t *ret_end)
{
    struct reader *reader = member->reader;
    if (!value_read(reader, reader->offset, ret_value, ret_end))
        return false;
    const char *place[] = {member->path.above->name, member->path.name};
    struct fail fail = {0};
    if (!settings_apply(&member->gather->settings, place, 2, ret_value, &fail))
        (void)fault_usage(reader, fail.hint, "%s", fail.message);
    return true;
}

static bool name_twice(struct reader *reader, const struct path *path, const struct origin *first)
{
    unsigned line, column;
    const char *hint = first->text == reader->text
                           ? "rename one of them, or remove it"
                           : "several files make one fleet: names are unique";
    json_position(first->text, reader->arena, first->offset, &line, &column);
    return fault_at(reader, path, FAULT_KEY, hint, "this name is given twice, first at %s:%u:%u",
                    first->text->name, line, column);
}

static struct origin member_origin(const struct member *member)
{
    return (struct origin){member->reader->text, (uint32_t)member->reader->offset};
}

/* False when a member must not be read: its name is no name, or one too many. */
static bool name_good(struct member *member, struct unique_names *names)
{
    struct reader *reader = member->reader;
    struct path *path = &member->path;
    if (path->name[0] == '\0')
        return fault_at(reader, path, FAULT_KEY, NULL, "a name must not be empty");
    if (!name_check(reader, path, FAULT_KEY, path->name))
        return false;
    const struct origin *first =
        unique_names_add(names, &member->gather->scratch, path->name,
                         (struct origin){reader->text, (uint32_t)reader->key_offset});
    return first == NULL || name_twice(reader, path, first);
}

static void *server_add(struct member *member)
{
    struct gather *gather = member->gather;
    struct server *server = ARENA_NEW(member->reader->arena, struct server);
    server_defaults(server);
    server->name = member->path.name;
    server->origin = member_origin(member);
    *gather->server_end = server;
    gather->server_end = &server->next;
    gather->topology->server_count++;
    return server;
}

static void *service_add(struct member *member)
{
    struct gather *gather = member->gather;
    struct service *service = ARENA_NEW(member->reader->arena, struct service);
    service_defaults(service);
    service->name = member->path.name;
    service->origin = member_origin(member);
    *gather->service_end = service;
    gather->service_end = &service->next;
    gather->topology->service_count++;
    return service;
}

static void *pooler_add(struct member *member)
{
    struct gather *gather = member->gather;
    struct pooler *pooler = ARENA_NEW(member->reader->arena, struct pooler);
    pooler_defaults(pooler);
    pooler->name = member->path.name;
    pooler->origin = member_origin(member);
    *gather->pooler_end = pooler;
    gather->pooler_end = &pooler->next;
    gather->topology->pooler_count++;
    return pooler;
}

/* The members of the document that hold named objects. */
static const struct section {
    const char *name;
    const struct field *fields;
    const size_t *field_count;
    size_t names;                  /* place of their struct unique_names in struct gather */
    void *(*add)(struct member *); /* a new object behind those there are */
} sections[] = {
    {"servers", server_fields, &server_field_count, offsetof(struct gather, server_names),
     server_add},
    {"services", service_fields, &service_field_count, offsetof(struct gather, service_names),
     service_add},
    {"poolers", pooler_fields, &pooler_field_count, offsetof(struct gather, pooler_names),
     pooler_add},
};

static const struct section *section_find(const char *name)
{
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++)
        if (strcmp(sections[i].name, name) == 0)
            return &sections[i];
    return NULL;
}

static bool member_read(struct member *member, const struct section *section, size_t *ret_end)
{
    struct reader *reader = member->reader;
    struct unique_names *names =
        (struct unique_names *)(void *)((char *)member->gather + section->names);
    struct json *value = NULL;
    if (names->table.count == TOPOLOGY_MAX_SERVICES)
        return fault_at_offset(
            reader, reader->key_offset, NULL,
            arena_printf(reader->arena, "more than %d %s", TOPOLOGY_MAX_SERVICES, section->name));
    if (!name_good(member, names))
        return value_skip(reader, reader->offset, ret_end);
    if (!member_value(member, &value, ret_end))
        return false;
    if (value == NULL)
        return true;
    (void)fields_read(reader, &member->path, value, section->fields, *section->field_count,
                      section->add(member));
    json_release(value);
    return true;
}

/* The members of a section, one at a time, so that a large file is never held twice. */
static bool section_read(struct gather *gather, struct reader *reader,
                         const struct section *section, size_t offset, size_t *ret_end)
{
    struct path path = {NULL, section->name};
    size_t open;
    struct json_error error;
    if (!json_opens_object(reader->text, offset, &open)) {
        if (!value_skip(reader, offset, ret_end))
            return false;
        char found[40];
        (void)json_found(reader->text, open, found, sizeof found);
        const char *message = arena_printf(reader->arena, "%s: must be an object of names, got %s",
                                           section->name, found);
        (void)fault_at_offset(reader, open, NULL, message);
        return true;
    }
    struct json_walk walk = {.at = open};
    for (;;) {
        if (!json_walk_next(reader->text, &walk, reader->arena, &error))
            return fault_json(reader, &error);
        if (walk.done)
            break;
        if (strncmp(walk.key, "//", 2) == 0) {
            if (!value_skip(reader, walk.value_offset, &walk.at))
                return false;
            continue;
        }
        struct member member = {gather, NULL, {&path, walk.key}};
        struct reader inner = *reader;
        inner.base = &member.path;
        inner.offset = walk.value_offset;
        inner.key_offset = walk.key_offset;
        member.reader = &inner;
        if (!member_read(&member, section, &walk.at))
            return false;
    }
    *ret_end = walk.at;
    return true;
}

static void document_value(struct gather *gather, struct reader *reader, const char *key,
                           struct json *value)
{
    /* The document's scalars are one object of one member, so that the same rows read them. */
    const char *path[] = {key};
    struct json *object = json_empty_object();
    if (object == NULL || !json_put(object, path, 1, value))
        arena_out_of_memory(reader->arena);
    const struct topology before = *gather->topology;
    if (fields_read(reader, NULL, object, document_fields, document_field_count,
                    gather->topology) &&
        strcmp(key, "formula") == 0) {
        struct path here = {NULL, key};
        gather->topology->formula_given = true;
        if (before.formula_given && before.formula != gather->topology->formula)
            (void)fault_at(reader, &here, FAULT_VALUE, "one fleet is sized by one formula",
                           "is %s here and %s in another file",
                           formula_name(gather->topology->formula), formula_name(before.formula));
    }
    json_release(object);
}

static bool document_scalar(struct gather *gather, struct reader *reader,
                            const struct json_walk *walk, size_t *ret_end)
{
    struct path path = {NULL, walk->key};
    struct reader inner = *reader;
    inner.base = &path;
    inner.offset = walk->value_offset;
    inner.key_offset = walk->key_offset;
    struct json *value = NULL;
    struct fail fail = {0};
    if (!value_read(&inner, walk->value_offset, &value, ret_end))
        return false;
    if (!settings_apply(&gather->settings, &path.name, 1, &value, &fail))
        (void)fault_usage(&inner, fail.hint, "%s", fail.message);
    if (value != NULL)
        document_value(gather, &inner, path.name, value);
    return true;
}

static bool document_member(struct gather *gather, struct reader *reader,
                            const struct json_walk *walk, size_t *ret_end)
{
    const char *key = walk->key;
    if (strncmp(key, "//", 2) == 0)
        return value_skip(reader, walk->value_offset, ret_end);
    const struct section *section = section_find(key);
    return section != NULL ? section_read(gather, reader, section, walk->value_offset, ret_end)
                           : document_scalar(gather, reader, walk, ret_end);
}

/* A byte order mark is not JSON, but editors write it. */
static size_t mark_length(const struct json_text *text)
{
    return text->length >= 3 && memcmp(text->bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

static bool key_first(struct reader *reader, struct name_table *seen, const struct json_walk *walk)
{
    struct json_error error = {.offset = walk->key_offset, .is_second = true};
    if (strncmp(walk->key, "//", 2) == 0 ||
        name_table_add(seen, reader->arena, walk->key, walk->key_offset, &error.first))
        return true;
    (void)snprintf(error.message, sizeof error.message, "key \"%.*s\" is given twice",
                   (int)utf8_cut(walk->key, strlen(walk->key), 60), walk->key);
    return fault_json(reader, &error);
}

/* Finds the `{` of the document. */
static bool document_open(struct reader *reader, size_t *ret_open)
{
    static const char hint[] = "a topology is a JSON object: {\"servers\": ..., \"services\": ...}";
    char found[40], message[100];
    struct json_error error;
    if (!json_check_limits(reader->text, &error))
        return fault_json(reader, &error);
    if (json_opens_object(reader->text, reader->offset, ret_open))
        return true;
    if (*ret_open == reader->text->length)
        return fault_at_offset(reader, 0, hint, "the file is empty");
    const char *better = json_found(reader->text, *ret_open, found, sizeof found);
    (void)snprintf(message, sizeof message, "expected an object, got %s", found);
    return fault_at_offset(reader, *ret_open, better != NULL ? better : hint, message);
}

/* False when the text is not read to its end. */
static bool document_read(struct gather *gather, struct reader *reader)
{
    struct json_error error;
    struct name_table seen = {0};
    size_t open;
    if (!document_open(reader, &open))
        return false;
    struct json_walk walk = {.at = open};
    for (;;) {
        if (!json_walk_next(reader->text, &walk, reader->arena, &error))
            return fault_json(reader, &error);
        if (walk.done)
            break;
        (void)key_first(reader, &seen, &walk);
        if (!document_member(gather, reader, &walk, &walk.at))
            return false;
    }
    size_t behind = json_skip_blanks(reader->text, walk.at);
    if (behind == reader->text->length)
        return true;
    char found[40], message[100];
    const char *hint = json_found(reader->text, behind, found, sizeof found);
    (void)snprintf(message, sizeof message, "expected nothing behind the topology, got %s", found);
    return fault_at_offset(reader, behind, hint, message);
}

/* --set of a key of the document that no file has. */
static void setting_of_document(struct gather *gather, struct reader *reader,
                                struct setting *setting)
{
    struct json *value = NULL;
    struct fail fail = {0};
    if (!settings_apply(&gather->settings, setting->path, 1, &value, &fail))
        (void)fault_usage(reader, fail.hint, "%s", fail.message);
    if (value != NULL)
        document_value(gather, reader, setting->path[0], value);
}

/* --set of a server or service that no file has: nothing can be put there. */
static void setting_of_nothing(struct reader *reader, const struct setting *setting,
                               const struct unique_names *known, const char *noun)
{
    char hint[256], shown[200];
    struct path first = {NULL, setting->path[0]}, second = {&first, setting->path[1]};
    (void)fault_usage(
        reader,
        names_hint(setting->path[1], noun, known->in_order, known->table.count, hint, sizeof hint),
        "%s: %s: there is no such %s", setting->label, path_show(&second, shown, sizeof shown),
        noun);
}

/* --set of a pooler that no file has puts it there: it is how one is tried. */
static void setting_of_pooler(struct gather *gather, struct reader *reader,
                              const struct setting *setting)
{
    struct path section = {NULL, "poolers"};
    struct member member = {gather, reader, {&section, setting->path[1]}};
    const char *place[] = {"poolers", setting->path[1]};
    struct json *value = json_empty_object();
    struct fail fail = {0};
    reader->offset = reader->key_offset = 0;
    if (!name_good(&member, &gather->pooler_names))
        return;
    if (!settings_apply(&gather->settings, place, 2, &value, &fail))
        (void)fault_usage(reader, fail.hint, "%s", fail.message);
    else if (value != NULL)
        (void)fields_read(reader, &member.path, value, pooler_fields, pooler_field_count,
                          pooler_add(&member));
    json_release(value);
}

static void settings_finish(struct gather *gather, struct reader *reader)
{
    reader->text = NULL;
    reader->base = NULL;
    for (size_t i = 0; i < gather->settings.count && !faults_full(reader); i++) {
        struct setting *setting = &gather->settings.items[i];
        if (setting->used)
            continue;
        if (strcmp(setting->path[0], "servers") == 0)
            setting_of_nothing(reader, setting, &gather->server_names, "server");
        else if (strcmp(setting->path[0], "services") == 0)
            setting_of_nothing(reader, setting, &gather->service_names, "service");
        else if (strcmp(setting->path[0], "poolers") == 0)
            setting_of_pooler(gather, reader, setting);
        else
            setting_of_document(gather, reader, setting);
    }
}

static void arrays_make(struct gather *gather, struct arena *arena)
{
    struct topology *topology = gather->topology;
    topology->servers = ARENA_ARRAY(arena, topology->server_count + 1, struct server *);
    topology->services = ARENA_ARRAY(arena, topology->service_count + 1, struct service *);
    topology->poolers = ARENA_ARRAY(arena, topology->pooler_count + 1, struct pooler *);
    size_t i = 0;
    for (struct server *server = gather->first_server; server != NULL; server = server->next)
        topology->servers[i++] = server;
    i = 0;
    for (struct service *service = gather->first_service; service != NULL;
         service = service->next) {
        service->index = i;
        topology->services[i++] = service;
    }
    i = 0;
    for (struct pooler *pooler = gather->first_pooler; pooler != NULL; pooler = pooler->next) {
        pooler->index = i;
        topology->poolers[i++] = pooler;
    }
}

static int fault_compare(const void *left, const void *right)
{
    const struct fault *a = left, *b = right;
    if (a->file != b->file)
        return a->file == NULL ? -1 : b->file == NULL ? 1 : strcmp(a->file, b->file);
    if (a->line != b->line)
        return a->line < b->line ? -1 : 1;
    return a->column < b->column ? -1 : a->column > b->column;
}

bool topology_read(struct arena *arena, const struct topology_input *input,
                   struct topology *ret_topology, struct faults *ret_faults)
{
    *ret_topology = (struct topology){.texts = input->texts, .text_count = input->text_count};
    struct gather gather = {.topology = ret_topology,
                            .scratch = {.on_out_of_memory = arena->on_out_of_memory}};
    gather.server_end = &gather.first_server;
    gather.service_end = &gather.first_service;
    gather.pooler_end = &gather.first_pooler;
    struct reader reader = {
        .arena = arena, .input = input, .settings = &gather.settings, .faults = ret_faults};
    struct fail fail = {0};
    if (!settings_read(arena, input->labels.set, input->sets, input->set_count, &gather.settings,
                       &fail))
        return fault_usage(&reader, fail.hint, "%s", fail.message);
    (void)ignores_of_options(&reader, ret_topology);
    for (size_t i = 0; i < input->text_count; i++) {
        reader.text = &input->texts[i];
        reader.base = NULL;
        reader.offset = mark_length(reader.text);
        gather.broken |= !document_read(&gather, &reader);
    }
    if (!gather.broken)
        settings_finish(&gather, &reader);
    arena_free(&gather.scratch);
    arrays_make(&gather, arena);
    if (input->keep != NULL)
        topology_keep(arena, ret_topology, input->set_count, input->keep);
    if (ret_faults->count == 0 || (!gather.broken && ret_topology->server_count > 0))
        topology_link(&reader, ret_topology);
    if (ret_faults->count > 1)
        qsort(ret_faults->items, ret_faults->count, sizeof ret_faults->items[0], fault_compare);
    return ret_faults->count == 0;
}

bool origin_place(struct arena *arena, const struct origin *origin, const char *pointer,
                  const char **ret_file, unsigned *ret_line, unsigned *ret_column)
{
    size_t offset;
    if (origin->text == NULL || origin->text->name == NULL)
        return false;
    (void)json_locate(origin->text, origin->offset, pointer, JSON_PART_VALUE, &offset);
    *ret_file = origin->text->name;
    json_position(origin->text, arena, offset, ret_line, ret_column);
    return true;
}
