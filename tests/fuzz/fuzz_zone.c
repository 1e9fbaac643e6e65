/* Any bytes as a time zone, and as the rule of one: what is read tells an offset for every instant,
 * and changes only where it says so. */
#include "zone.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool holds)
{
    if (!holds)
        abort();
}

static const int64_t instants_s[] = {
    INT64_MIN,           INT64_C(-4000000000), -1,       0, INT64_C(1790000000),
    INT64_C(4102444800), INT64_C(13000000000), INT64_MAX};

static void zone_holds_together(const struct zone *zone)
{
    for (size_t i = 0; i < sizeof instants_s / sizeof instants_s[0]; i++) {
        struct zone_change change;
        int64_t at_s = instants_s[i];
        int32_t offset_s = zone_offset(zone, at_s);
        demand(offset_s > -26 * 3600 && offset_s < 26 * 3600);
        for (int k = 0; k < 4 && zone_next_change(zone, at_s, &change); k++) {
            demand(change.at_s > at_s && change.at_s <= ZONE_AT_MOST_S);
            demand(change.offset_s != offset_s);
            demand(zone_offset(zone, change.at_s - 1) == offset_s);
            demand(zone_offset(zone, change.at_s) == change.offset_s);
            at_s = change.at_s;
            offset_s = change.offset_s;
        }
    }
    demand(zone_last_listed_s(zone) <= ZONE_AT_MOST_S);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct fail fail = {0}, rule_fail = {0};
    const struct zone *zone;
    if (zone_read(&arena, "f", data, size, &zone, &fail))
        zone_holds_together(zone);
    else
        demand(fail.kind == FAIL_INPUT && strncmp(fail.message, "time zone f: ", 13) == 0);
    const char *rule = arena_strndup(&arena, (const char *)data, size);
    if (zone_read_rule(&arena, "f", rule, &zone, &rule_fail))
        zone_holds_together(zone);
    else
        demand(rule_fail.kind == FAIL_INPUT);
    arena_free(&arena);
    return 0;
}
