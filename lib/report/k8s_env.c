/*
 * Kubernetes: a Secret for each service, whose keys are the service's variables, for `kubectl
 * apply` and a container's `envFrom`. What Kubernetes does not take as a name is refused before
 * anything is written: a Secret under another name would be nobody's.
 */
#include "consumed.h"
#include "name.h"

#include <string.h>

#define NAME_BYTES 253 /* of an object, and of a key (k8s.io/apimachinery, util/validation) */

static const char prefix[] = "pgsize-";

static const char head[] = "# Made by pgsize; it holds passwords. kubectl apply -f FILE, and in a "
                           "container of each service:\n"
                           "#   envFrom: [{secretRef: {name: pgsize-SERVICE}}]\n";

/* Lower case; every other character becomes `-`, of which none is last. Empty where no letter or
 * digit is left. */
static void secret_name_put(const struct service *service, struct text *text)
{
    text_put(text, prefix);
    for (const char *name = service->name; *name != '\0'; name++) {
        char c = *name;
        if (((unsigned char)c & 0xc0) == 0x80)
            continue; /* one - for each character, not for each byte of it */
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        bool good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        text_put_char(text, good ? c : '-');
    }
    while (text->bytes[text->length - 1] == '-')
        text->bytes[--text->length] = '\0';
}

static void secret_begin(const struct service *service, struct text *text)
{
    struct text name = {.arena = text->arena};
    secret_name_put(service, &name);
    text_put(text, "---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: ");
    text_put_yaml(text, name.bytes);
    text_put(text, "\n  labels:\n    app.kubernetes.io/managed-by: pgsize\ntype: Opaque\n"
                   "stringData:\n");
    text_free(&name);
}

static void key_put(const struct pool_class *class, enum variable variable, struct text *text)
{
    text_put(text, "  \"");
    service_variable(class->service, class->target, variable, text);
    text_put(text, "\": ");
}

static void variables_put(struct handing *handing, const struct pool_class *class,
                          struct text *text)
{
    const char *url = handing_url(handing, class);
    if (url != NULL) {
        key_put(class, VARIABLE_URL, text);
        text_put_yaml(text, url);
        text_put_char(text, '\n');
    }
    key_put(class, VARIABLE_LIMIT, text);
    text_put_char(text, '"');
    text_put_int(text, class->limit);
    text_put(text, "\"\n");
}

void k8s_env_render(const struct report *report, struct text *text)
{
    const struct sizing *sizing = report->sizing;
    const struct service *service = NULL; /* the classes of one stand together */
    struct handing handing;
    handing_begin(&handing, report, true);
    for (size_t i = 0; i < sizing->class_count; i++) {
        const struct pool_class *class = &sizing->classes[i];
        if (!class_is_handed(report, class))
            continue;
        if (service == NULL)
            text_put(text, head);
        if (service != class->service)
            secret_begin(class->service, text);
        service = class->service;
        variables_put(&handing, class, text);
    }
    handing_end(&handing);
}

/* --- what Kubernetes takes --- */

static const char rename_hint[] =
    "rename the service, or leave it out: --only with the names of the others";

static size_t length_of(const char *string)
{
    return string == NULL ? 0 : strlen(string);
}

/* Whether a variable could be too long, from what it is made of: almost none could, and it is made
 * for none of the others. */
static bool may_be_long(const struct pool_class *class)
{
    enum { REST_BYTES = 32 }; /* _CONNECTION_LIMIT, and what stands between the parts */
    const struct service *service = class->service;
    return length_of(service->name) + length_of(service->env_url) + length_of(service->env_limit) +
               length_of(class->target->place) + length_of(class->target->database) >
           NAME_BYTES - REST_BYTES;
}

static bool keys_hold(const struct pool_class *class, struct text *name, struct fail *fail)
{
    static const enum variable variables[] = {VARIABLE_URL, VARIABLE_LIMIT};
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
        name->length = 0;
        service_variable(class->service, class->target, variables[i], name);
        if (name->length <= NAME_BYTES)
            continue;
        (void)fail_set(fail, FAIL_INPUT,
                       "--format k8s-env: %.80s: Kubernetes takes names of variables of %d "
                       "characters, this one has %zu",
                       class->service->name, NAME_BYTES, name->length);
        return fail_hint(fail,
                         "give it shorter ones, \"env\": {\"url\": ..., \"limit\": ...}; or %s",
                         rename_hint);
    }
    return true;
}

static bool name_holds(const struct service *service, const char *name, struct fail *fail)
{
    const size_t most = NAME_BYTES - (sizeof prefix - 1);
    bool is_empty = strlen(name) < sizeof prefix - 1;
    if (!is_empty && strlen(name) <= NAME_BYTES)
        return true;
    if (is_empty)
        (void)fail_set(fail, FAIL_INPUT,
                       "--format k8s-env: %.80s: Kubernetes takes letters from a to z and digits "
                       "as names, and it has none",
                       service->name);
    else
        (void)fail_set(fail, FAIL_INPUT,
                       "--format k8s-env: %.80s: Kubernetes takes names of %zu characters behind "
                       "%s, this one has %zu",
                       service->name, most, prefix, strlen(name) - (sizeof prefix - 1));
    return fail_hint(fail, "%s", rename_hint);
}

static bool name_is_new(struct name_table *seen, struct arena *arena, const struct sizing *sizing,
                        size_t index, const char *name, struct fail *fail)
{
    size_t first;
    if (name_table_add(seen, arena, name, index, &first))
        return true;
    (void)fail_set(
        fail, FAIL_INPUT, "--format k8s-env: %.80s and %.80s would both be the Secret %.80s",
        sizing->classes[first].service->name, sizing->classes[index].service->name, name);
    return fail_hint(fail, "rename one of the services, or write a file for each with --only");
}

static bool names_hold(const struct report *report, struct arena *arena, struct fail *fail)
{
    const struct sizing *sizing = report->sizing;
    const struct service *service = NULL;
    struct name_table seen = {0};
    struct text text = {.arena = arena};
    bool holds = true;
    for (size_t i = 0; i < sizing->class_count && holds; i++) {
        const struct pool_class *class = &sizing->classes[i];
        if (!class_is_handed(report, class))
            continue;
        if (service == NULL || service != class->service) {
            text.length = 0;
            secret_name_put(class->service, &text);
            const char *name = arena_strdup(arena, text.bytes);
            holds = name_holds(class->service, name, fail) &&
                    name_is_new(&seen, arena, sizing, i, name, fail);
        }
        service = class->service;
        holds = holds && (!may_be_long(class) || keys_hold(class, &text, fail));
    }
    text_free(&text);
    return holds;
}

bool k8s_env_holds(const struct report *report, struct fail *fail)
{
    struct arena arena = {.on_out_of_memory = report->arena->on_out_of_memory};
    bool holds = names_hold(report, &arena, fail) && handed_urls_hold(report, "k8s-env", fail);
    arena_free(&arena);
    return holds;
}
