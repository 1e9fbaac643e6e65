#include "plans_view.h"

#include <stdio.h>
#include <string.h>

enum { PLAN, MEMORY, VCPU, CONNECTIONS, CONFIDENCE, COLUMNS };

static const struct column columns[COLUMNS] = {
    [PLAN] = {"PLAN", TEXT_LEFT, 0, false, .least = 20, .overflows = true},
    [MEMORY] = {"MEMORY", TEXT_RIGHT, 0, false},
    [VCPU] = {"VCPU", TEXT_RIGHT, 0, false},
    [CONNECTIONS] = {"CONNECTIONS", TEXT_RIGHT, 0, false},
    [CONFIDENCE] = {"CONFIDENCE", TEXT_LEFT, 0, true},
};

void memory_put(double gib, struct text *text)
{
    char digits[32];
    if (gib < 0) {
        text_put_char(text, '-');
        return;
    }
    (void)snprintf(digits, sizeof digits, "%.1f", gib);
    size_t length = strlen(digits);
    if (length > 2 && strcmp(digits + length - 2, ".0") == 0)
        digits[length - 2] = '\0';
    text_printf(text, "%s GiB", digits);
}

void vcpu_put(const struct plan *plan, struct text *text)
{
    if (plan->vcpu >= 0)
        text_printf(text, "%.6g", plan->vcpu);
    else
        text_put(text, plan->vcpu_text != NULL ? plan->vcpu_text : "-");
}

/* "reported" of "reported-by-users". That a limit is disputed, or only a bound of it known, says
 * more than who said it: that, and when, stands in the detail. */
void confidence_put(const struct plan *plan, struct text *text)
{
    const char *name = confidence_name(plan->confidence);
    if (plan->disputed)
        text_put(text, "disputed");
    else if (plan->nominal)
        text_put(text, plan->max_connections < plan->formula_value ? "least seen" : "upper bound");
    else if (plan->max_connections >= 0)
        text_put_bytes(text, name, strcspn(name, "-"));
    else
        text_put(text, plan_is_pattern(plan) ? "formula" : "-");
}

static void entry_fill(const void *content, size_t index, struct row *row)
{
    const struct catalogue *catalogue = content;
    const struct plan *plan = catalogue->entries[index].plan;
    text_put(&row->cells[PLAN], catalogue->entries[index].id);
    memory_put(plan->memory_gib, &row->cells[MEMORY]);
    vcpu_put(plan, &row->cells[VCPU]);
    if (plan->max_connections >= 0)
        text_put_int(&row->cells[CONNECTIONS], plan->max_connections);
    else
        text_put_char(&row->cells[CONNECTIONS], '-');
    confidence_put(plan, &row->cells[CONFIDENCE]);
}

void catalogue_table(const struct page *page, const void *content, struct text *text)
{
    const struct catalogue *catalogue = content;
    if (catalogue->count == 0) {
        conflicts_table(page, catalogue, text);
        return;
    }
    rows_put(page,
             &(struct rows){.columns = columns,
                            .column_count = COLUMNS,
                            .content = catalogue,
                            .count = catalogue->count,
                            .fill = entry_fill,
                            .one_line = true},
             text);
    for (size_t i = 0; catalogue->detail && i < catalogue->count; i++) {
        text_put_char(text, '\n');
        const struct entry *entry = &catalogue->entries[i];
        bool is_first = i == 0 || entry[-1].provider != entry->provider;
        entry_put(page, entry, is_first && !catalogue->brief, text);
    }
    conflicts_table(page, catalogue, text);
}
