/*
 * terraform.tfvars: the value of one variable, a map of objects by the name of the pool. Laid out
 * as `terraform fmt` would.
 */
#include "consumed.h"
#include "name.h"

static const char head[] = "# Made by pgsize; it holds passwords. To be declared as:\n"
                           "#   variable \"pgsize\" {\n"
                           "#     type = map(object({\n"
                           "#       connection_limit = number\n"
                           "#       database_url     = string\n"
                           "#       variables        = map(string)\n"
                           "#     }))\n"
                           "#     sensitive = true\n"
                           "#   }\n"
                           "pgsize = {\n";

static void text_or_null_put(struct text *text, const char *label, const char *string)
{
    text_put(text, label);
    if (string == NULL)
        text_put(text, "null");
    else
        text_put_hcl(text, string);
    text_put_char(text, '\n');
}

static void variable_put(struct text *text, struct text *name, size_t width)
{
    text_put(text, "      ");
    text_put_hcl(text, name->bytes);
    text_repeat(text, " ", width - name->length);
    text_put(text, " = ");
}

/* As a container's environment has them: strings all. */
static void variables_put(const struct pool_class *class, const char *url, struct text *text)
{
    struct text url_name = {.arena = text->arena}, limit_name = {.arena = text->arena};
    if (url != NULL)
        service_variable(class->service, class->target, VARIABLE_URL, &url_name);
    service_variable(class->service, class->target, VARIABLE_LIMIT, &limit_name);
    size_t width = url_name.length > limit_name.length ? url_name.length : limit_name.length;
    text_put(text, "    variables = {\n");
    if (url != NULL) {
        variable_put(text, &url_name, width);
        text_put_hcl(text, url);
        text_put_char(text, '\n');
    }
    variable_put(text, &limit_name, width);
    text_put_char(text, '"');
    text_put_int(text, class->limit);
    text_put(text, "\"\n    }\n");
    text_free(&url_name);
    text_free(&limit_name);
}

static void pool_put(struct handing *handing, const struct pool_class *class, struct text *text)
{
    struct text name = {.arena = text->arena};
    const char *url = handing_url(handing, class);
    class_name_put(class, &name);
    text_put(text, "  ");
    text_put_hcl(text, name.bytes);
    text_put(text, " = {\n");
    text_or_null_put(text, "    service          = ", class->service->name);
    text_or_null_put(text,
                     "    server           = ", class_server(handing->report.sizing, class)->name);
    text_or_null_put(text, "    database         = ", class->target->database);
    text_put(text, "    connection_limit = ");
    text_put_int(text, class->limit);
    text_put_char(text, '\n');
    text_or_null_put(text, "    database_url     = ", url);
    variables_put(class, url, text);
    text_put(text, "  }\n");
    text_free(&name);
}

void tfvars_render(const struct report *report, struct text *text)
{
    const struct sizing *sizing = report->sizing;
    struct handing handing;
    bool any = false;
    handing_begin(&handing, report, true);
    for (size_t i = 0; i < sizing->class_count; i++) {
        if (!class_is_handed(report, &sizing->classes[i]))
            continue;
        if (!any)
            text_put(text, head);
        any = true;
        pool_put(&handing, &sizing->classes[i], text);
    }
    if (any)
        text_put(text, "}\n");
    handing_end(&handing);
}

/* `api` with a database `x`, and a service `api/x`: a map would keep the last. */
static bool names_hold(const struct report *report, struct arena *arena, struct fail *fail)
{
    const struct sizing *sizing = report->sizing;
    struct name_table seen = {0};
    for (size_t i = 0; i < sizing->class_count; i++) {
        const struct pool_class *class = &sizing->classes[i];
        struct text name = {.arena = arena};
        size_t first;
        if (!class_is_handed(report, class))
            continue;
        class_name_put(class, &name);
        const char *key = text_keep(&name);
        if (name_table_add(&seen, arena, key, i, &first))
            continue;
        (void)fail_set(fail, FAIL_INPUT,
                       "--format tfvars: pools of %.80s and %.80s would both be \"%.80s\"",
                       sizing->classes[first].service->name, class->service->name, key);
        return fail_hint(fail, "rename one of the services, or write a file for each with --only");
    }
    return true;
}

bool tfvars_holds(const struct report *report, struct fail *fail)
{
    struct arena arena = {.on_out_of_memory = report->arena->on_out_of_memory};
    bool holds = names_hold(report, &arena, fail) && handed_urls_hold(report, "tfvars", fail);
    arena_free(&arena);
    return holds;
}
