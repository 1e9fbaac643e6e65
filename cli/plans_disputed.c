/* pgsize plans --disputed: in words, where the sources of a provider disagree. */
#include "plans_view.h"

#include <inttypes.h>

static void pooler_claims_put(const struct page *page, const struct plan_pooler *pooler,
                              struct text *text)
{
    for (size_t i = 0; pooler->disputed && i < pooler->claim_count; i++) {
        const struct claim *claim = &pooler->claims[i];
        struct text line = {.arena = page->lines.arena};
        text_printf(&line, "%s:", pooler->name);
        if (claim->value >= 0)
            text_printf(&line, " %" PRId64, claim->value);
        if (claim->note != NULL)
            text_printf(&line, " (%s)", claim->note);
        fact_put(page, text, "pooler", line.bytes);
        text_free(&line);
    }
}

void conflicts_table(const struct page *page, const struct catalogue *catalogue, struct text *text)
{
    for (size_t i = 0; i < catalogue->conflict_count; i++) {
        const struct provider *provider = catalogue->conflicts[i];
        text_put(text, i > 0 || catalogue->count > 0 ? "\n" : "");
        colour_on(&page->lines, text, COLOUR_BOLD);
        text_put_visible(text, provider->id);
        colour_off(&page->lines, text, COLOUR_BOLD);
        text_put(text, "  ");
        text_put_visible(text, provider->name);
        text_put_char(text, '\n');
        for (size_t k = 0; k < provider->conflict_count; k++)
            fact_put(page, text, "disputed", provider->conflicts[k]);
        for (size_t k = 0; k < provider->pooler_count; k++)
            pooler_claims_put(page, &provider->poolers[k], text);
    }
}

void disputed_json(struct json_writer *writer, const void *content)
{
    const struct catalogue *catalogue = content;
    json_write_open(writer, NULL, '{');
    json_write_open(writer, "plans", '[');
    for (size_t i = 0; i < catalogue->count; i++)
        entry_json(writer, &catalogue->entries[i]);
    json_write_close(writer, ']');
    json_write_open(writer, "conflicts", '[');
    for (size_t i = 0; i < catalogue->conflict_count; i++) {
        const struct provider *provider = catalogue->conflicts[i];
        for (size_t k = 0; k < provider->conflict_count; k++) {
            json_write_open(writer, NULL, '{');
            json_write_string(writer, "provider", provider->id);
            json_write_string(writer, "text", provider->conflicts[k]);
            json_write_close(writer, '}');
        }
    }
    json_write_close(writer, ']');
    json_write_close(writer, '}');
}
