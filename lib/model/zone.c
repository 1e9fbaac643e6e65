#include "zone.h"

#include "calendar.h"
#include "zone_rule.h"

#include <string.h>

enum { HEADER_BYTES = 44, TYPE_BYTES = 6, MOST_OFFSET_S = 26 * 3600 };

struct zone {
    int32_t first_offset_s; /* before the first change */
    struct zone_change *changes;
    size_t change_count;
    bool has_rule;
    struct zone_rule rule;
};

/* What is left to read; `what` and `fail` for the one message. */
struct reader {
    const uint8_t *at;
    size_t left;
    const char *what;
    struct fail *fail;
};

struct header {
    uint8_t version; /* as written: 0, '2', '3', '4' */
    size_t ut_count, standard_count, leap_count, change_count, type_count, name_bytes;
};

static bool refuse(const struct reader *reader, const char *why)
{
    (void)fail_set(reader->fail, FAIL_INPUT, "time zone %.80s: %s", reader->what, why);
    return fail_hint(reader->fail, "a zone is a TZif file, as those in /usr/share/zoneinfo");
}

static const uint8_t *bytes_take(struct reader *reader, size_t count)
{
    const uint8_t *bytes = reader->at;
    if (count > reader->left)
        return NULL;
    reader->at += count;
    reader->left -= count;
    return bytes;
}

static uint32_t read32(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* Two's complement, as the file has it. */
static int64_t signed_read(const uint8_t *bytes, size_t width)
{
    if (width == 4)
        return (int32_t)read32(bytes);
    return (int64_t)((uint64_t)read32(bytes) << 32 | read32(bytes + 4));
}

static bool header_read(struct reader *reader, struct header *ret_header)
{
    const uint8_t *bytes = bytes_take(reader, HEADER_BYTES);
    if (bytes == NULL || memcmp(bytes, "TZif", 4) != 0)
        return refuse(reader, "this is not a TZif file");
    *ret_header = (struct header){
        .version = bytes[4],
        .ut_count = read32(bytes + 20),
        .standard_count = read32(bytes + 24),
        .leap_count = read32(bytes + 28),
        .change_count = read32(bytes + 32),
        .type_count = read32(bytes + 36),
        .name_bytes = read32(bytes + 40),
    };
    return true;
}

/* Of what follows a header whose times have `width` bytes. All counts are 32 bits wide. */
static size_t data_bytes(const struct header *header, size_t width)
{
    return header->change_count * (width + 1) + header->type_count * TYPE_BYTES +
           header->name_bytes + header->leap_count * (width + 4) + header->standard_count +
           header->ut_count;
}

static bool offset_read(const uint8_t *type, int32_t *ret_offset_s)
{
    *ret_offset_s = (int32_t)read32(type);
    return *ret_offset_s > -MOST_OFFSET_S && *ret_offset_s < MOST_OFFSET_S && type[4] <= 1;
}

static bool change_read(const uint8_t *times, const uint8_t *indices, const uint8_t *types,
                        const struct header *header, size_t i, size_t width,
                        struct zone_change *ret_change)
{
    ret_change->at_s = signed_read(times + i * width, width);
    return indices[i] < header->type_count &&
           offset_read(types + (size_t)indices[i] * TYPE_BYTES, &ret_change->offset_s);
}

static bool data_read(struct reader *reader, struct arena *arena, const struct header *header,
                      size_t width, struct zone *zone)
{
    const uint8_t *times = bytes_take(reader, data_bytes(header, width));
    if (times == NULL)
        return refuse(reader, "the file is cut off");
    if (header->leap_count > 0)
        return refuse(reader, "it counts leap seconds; take the one without \"right/\"");
    const uint8_t *indices = times + header->change_count * width;
    const uint8_t *types = indices + header->change_count;
    if (header->type_count == 0 || !offset_read(types, &zone->first_offset_s))
        return refuse(reader, "its first offset is not possible");
    struct zone_change *changes = ARENA_ARRAY(arena, header->change_count, struct zone_change);
    for (size_t i = 0; i < header->change_count; i++) {
        if (!change_read(times, indices, types, header, i, width, &changes[i]))
            return refuse(reader, "an offset in it is not possible");
        if (i > 0 && changes[i].at_s <= changes[i - 1].at_s)
            return refuse(reader, "its changes are not in order");
    }
    zone->changes = changes;
    zone->change_count = header->change_count;
    return true;
}

/* A line feed, the rule or nothing, a line feed. */
static bool footer_read(struct reader *reader, struct zone *zone)
{
    const uint8_t *start = bytes_take(reader, 1);
    const uint8_t *end = start == NULL || *start != '\n' || reader->left == 0
                             ? NULL
                             : memchr(reader->at, '\n', reader->left);
    if (end == NULL)
        return refuse(reader, "the rule at its end is cut off");
    zone->has_rule = end > reader->at;
    if (zone->has_rule &&
        !zone_rule_read((const char *)reader->at, (size_t)(end - reader->at), &zone->rule))
        return refuse(reader, "the rule at its end is not a POSIX TZ string");
    return true;
}

static int64_t instant_within(int64_t at_s)
{
    if (at_s < ZONE_AT_LEAST_S)
        return ZONE_AT_LEAST_S;
    return at_s > ZONE_AT_MOST_S ? ZONE_AT_MOST_S : at_s;
}

/* Where the list and the rule differ about the time from the last change on, the rule counts. */
static void rule_join(struct zone *zone)
{
    if (!zone->has_rule || zone->change_count == 0)
        return;
    struct zone_change *last = &zone->changes[zone->change_count - 1];
    last->offset_s = zone_rule_offset(&zone->rule, instant_within(last->at_s));
}

static bool parts_read(struct reader *reader, struct arena *arena, struct zone *zone)
{
    struct header header = {0};
    if (!header_read(reader, &header))
        return false;
    if (header.version == 0)
        return data_read(reader, arena, &header, 4, zone);
    if (header.version < '2' || header.version > '4')
        return refuse(reader, "it is of a version later than 4");
    /* The first part is for readers of version 1. */
    if (bytes_take(reader, data_bytes(&header, 4)) == NULL)
        return refuse(reader, "the file is cut off");
    return header_read(reader, &header) && data_read(reader, arena, &header, 8, zone) &&
           footer_read(reader, zone);
}

static bool times_are_near(const struct reader *reader, const struct zone *zone)
{
    for (size_t i = 0; i < zone->change_count; i++)
        if (zone->changes[i].at_s > ZONE_AT_MOST_S)
            return refuse(reader, "a change in it is too far ahead");
    return true;
}

bool zone_read(struct arena *arena, const char *what, const void *bytes, size_t length,
               const struct zone **ret_zone, struct fail *fail)
{
    struct zone *zone = ARENA_NEW(arena, struct zone);
    struct reader reader = {.at = bytes, .left = length, .what = what, .fail = fail};
    *ret_zone = zone;
    if (length > ZONE_MAX_BYTES)
        return refuse(&reader, "the file is larger than a mebibyte");
    if (!parts_read(&reader, arena, zone) || !times_are_near(&reader, zone))
        return false;
    rule_join(zone);
    return true;
}

bool zone_read_rule(struct arena *arena, const char *what, const char *rule,
                    const struct zone **ret_zone, struct fail *fail)
{
    struct zone *zone = ARENA_NEW(arena, struct zone);
    *ret_zone = zone;
    zone->has_rule = true;
    if (zone_rule_read(rule, strlen(rule), &zone->rule))
        return true;
    return fail_set(fail, FAIL_INPUT, "time zone %.80s: this is not a POSIX TZ string", what);
}

/* How many changes are at `at_s` or before: by halves. */
static size_t changes_until(const struct zone *zone, int64_t at_s)
{
    size_t least = 0, most = zone->change_count;
    while (least < most) {
        size_t middle = least + (most - least) / 2;
        if (zone->changes[middle].at_s <= at_s)
            least = middle + 1;
        else
            most = middle;
    }
    return least;
}

int32_t zone_offset(const struct zone *zone, int64_t at_s)
{
    at_s = instant_within(at_s);
    size_t count = changes_until(zone, at_s);
    if (zone->has_rule && count == zone->change_count)
        return zone_rule_offset(&zone->rule, at_s);
    return count == 0 ? zone->first_offset_s : zone->changes[count - 1].offset_s;
}

bool zone_next_change(const struct zone *zone, int64_t after_s, struct zone_change *ret_change)
{
    int64_t at_s;
    after_s = instant_within(after_s);
    size_t next = changes_until(zone, after_s);
    int32_t offset_s = zone_offset(zone, after_s);
    for (; next < zone->change_count; next++) {
        *ret_change = zone->changes[next];
        if (ret_change->offset_s != offset_s)
            return true;
    }
    int64_t rule_after_s = zone_last_listed_s(zone) > after_s ? zone_last_listed_s(zone) : after_s;
    if (!zone->has_rule || !zone_rule_next(&zone->rule, rule_after_s, &at_s) ||
        at_s > ZONE_AT_MOST_S)
        return false;
    *ret_change = (struct zone_change){at_s, zone_rule_offset(&zone->rule, at_s)};
    return true;
}

int64_t zone_last_listed_s(const struct zone *zone)
{
    return zone->change_count == 0 ? ZONE_AT_LEAST_S : zone->changes[zone->change_count - 1].at_s;
}
