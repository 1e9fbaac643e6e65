/* Any text as a cron expression, in both dialects: read into fields that hold together, or refused
 * with a message. */
#include "arena.h"
#include "cron.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool holds)
{
    if (!holds)
        abort();
}

static void cron_holds_together(const struct cron *cron)
{
    demand(cron->every_s >= 0);
    if (cron->every_s > 0) {
        demand(cron->dialect == CRON_KUBERNETES && !cron_never_fires(cron));
        return;
    }
    demand(cron->minutes != 0 && cron->minutes >> 60 == 0);
    demand(cron->hours != 0 && cron->hours >> 24 == 0);
    demand(cron->days != 0 && (cron->days & 1) == 0);
    demand(cron->months != 0 && cron->months >> 13 == 0 && (cron->months & 1) == 0);
    demand(cron->weekdays != 0 && cron->weekdays >> 7 == 0);
    demand(!cron->catches_up || cron->dialect == CRON_VIXIE);
    /* Whatever never fires asks for days that no month of it has. */
    if (cron_never_fires(cron))
        demand(cron->both_days && (cron->days & 0x1ffffffe) == 0);
}

static void text_read(const char *text, enum cron_dialect dialect)
{
    struct cron cron;
    struct fail fail = {0};
    if (cron_read(text, dialect, &cron, &fail)) {
        demand(fail.kind == FAIL_NONE);
        demand(cron.dialect == dialect);
        cron_holds_together(&cron);
    } else {
        demand(fail.kind == FAIL_INPUT && strncmp(fail.message, "cron: ", 6) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    const char *text = arena_strndup(&arena, (const char *)data, size);
    text_read(text, CRON_VIXIE);
    text_read(text, CRON_KUBERNETES);
    arena_free(&arena);
    return 0;
}
