/*
 * NAME=value lines for a shell, a .env file or a platform's variables.
 */
#include "report.h"

void env_render(const struct report *report, struct text *text)
{
    const struct sizing *sizing = report->sizing;
    struct text value = {.arena = report->arena};
    struct report scratch = *report;
    struct arena arena = {.on_out_of_memory = report->arena->on_out_of_memory};
    scratch.arena = &arena;
    for (size_t i = 0; i < sizing->class_count; i++) {
        const struct pool_class *class = &sizing->classes[i];
        if (!report_shows(report, class->service) || class->limit == UNKNOWN || class->limit == 0)
            continue;
        value.length = 0;
        arena_clear(&arena);
        if (class_url_put(&scratch, class, true, &value)) {
            service_variable(class->service, class->target, VARIABLE_URL, text);
            text_put_char(text, '=');
            text_put_shell(text, value.bytes);
            text_put_char(text, '\n');
        }
        service_variable(class->service, class->target, VARIABLE_LIMIT, text);
        text_put_char(text, '=');
        text_put_int(text, class->limit);
        text_put_char(text, '\n');
    }
    text_free(&value);
    arena_free(&arena);
}
