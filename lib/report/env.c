/*
 * NAME=value lines for a shell, a .env file or a platform's variables.
 */
#include "consumed.h"

void env_render(const struct report *report, struct text *text)
{
    const struct sizing *sizing = report->sizing;
    struct handing handing;
    handing_begin(&handing, report, false);
    for (size_t i = 0; i < sizing->class_count; i++) {
        const struct pool_class *class = &sizing->classes[i];
        if (!class_is_handed(report, class))
            continue;
        const char *url = handing_url(&handing, class);
        if (url != NULL) {
            service_variable(class->service, class->target, VARIABLE_URL, text);
            text_put_char(text, '=');
            text_put_shell(text, url);
            text_put_char(text, '\n');
        }
        service_variable(class->service, class->target, VARIABLE_LIMIT, text);
        text_put_char(text, '=');
        text_put_int(text, class->limit);
        text_put_char(text, '\n');
    }
    handing_end(&handing);
}
