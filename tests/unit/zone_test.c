/* Time zones: offsets of real ones at instants that another program knows (Python's zoneinfo),
 * rules by themselves, and files that are none. */
#include "calendar.h"
#include "zone.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char FILES[] = "tests/fuzz/corpus/zone/"; /* tests run at the root of the sources */

static size_t file_read(const char *name, unsigned char *bytes, size_t room)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s%s", FILES, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        fail_msg("%s cannot be read", path);
    size_t length = fread(bytes, 1, room, file);
    assert_true(length < room);
    (void)fclose(file);
    return length;
}

static const struct zone *zone_of(struct arena *arena, const char *name)
{
    unsigned char bytes[8192];
    struct fail fail = {0};
    const struct zone *zone;
    if (!zone_read(arena, name, bytes, file_read(name, bytes, sizeof bytes), &zone, &fail))
        fail_msg("%s: %s", name, fail.message);
    return zone;
}

static const struct zone *rule_of(struct arena *arena, const char *rule)
{
    struct fail fail = {0};
    const struct zone *zone;
    if (!zone_read_rule(arena, rule, rule, &zone, &fail))
        fail_msg("%s", fail.message);
    return zone;
}

static const struct known {
    const char *zone;
    int64_t at_s;
    int32_t offset_s;
} known[] = {
    {"berlin", INT64_C(-3786825600), 3208},     /* 1850-01-01 00:00:00 */
    {"berlin", INT64_C(-776561400), 10800},     /* 1945-05-24 00:30:00 */
    {"berlin", INT64_C(323830799), 3600},       /* 1980-04-06 00:59:59 */
    {"berlin", INT64_C(323830800), 7200},       /* 1980-04-06 01:00:00 */
    {"berlin", INT64_C(1774745999), 3600},      /* 2026-03-29 00:59:59 */
    {"berlin", INT64_C(1774746000), 7200},      /* 2026-03-29 01:00:00 */
    {"berlin", INT64_C(1792889999), 7200},      /* 2026-10-25 00:59:59 */
    {"berlin", INT64_C(1792890000), 3600},      /* 2026-10-25 01:00:00 */
    {"berlin", INT64_C(4109878799), 3600},      /* 2100-03-28 00:59:59 */
    {"berlin", INT64_C(4109878800), 7200},      /* 2100-03-28 01:00:00 */
    {"berlin", INT64_C(13585190400), 7200},     /* 2400-07-01 00:00:00 */
    {"berlin-fat", INT64_C(-3786825600), 3208}, /* 1850-01-01 00:00:00 */
    {"berlin-fat", INT64_C(-776561400), 10800}, /* 1945-05-24 00:30:00 */
    {"berlin-fat", INT64_C(1792889999), 7200},  /* 2026-10-25 00:59:59 */
    {"berlin-fat", INT64_C(1792890000), 3600},  /* 2026-10-25 01:00:00 */
    {"berlin-fat", INT64_C(4109878800), 7200},  /* 2100-03-28 01:00:00 */
    {"new_york", INT64_C(1772953199), -18000},  /* 2026-03-08 06:59:59 */
    {"new_york", INT64_C(1772953200), -14400},  /* 2026-03-08 07:00:00 */
    {"new_york", INT64_C(1793512799), -14400},  /* 2026-11-01 05:59:59 */
    {"new_york", INT64_C(1793512800), -18000},  /* 2026-11-01 06:00:00 */
    {"new_york", INT64_C(13564735199), -14400}, /* 2399-11-07 05:59:59 */
    {"new_york", INT64_C(13564735200), -18000}, /* 2399-11-07 06:00:00 */
    {"casablanca", INT64_C(1771120799), 3600},  /* 2026-02-15 01:59:59 */
    {"casablanca", INT64_C(1771120800), 0},     /* 2026-02-15 02:00:00 */
    {"casablanca", INT64_C(1774144799), 0},     /* 2026-03-22 01:59:59 */
    {"casablanca", INT64_C(1774144800), 3600},  /* 2026-03-22 02:00:00 */
    {"casablanca", INT64_C(3699907200), 0},     /* 2087-03-31 00:00:00 */
    {"casablanca", INT64_C(3703536000), 3600},  /* 2087-05-12 00:00:00 */
    {"casablanca", INT64_C(10413792000), 3600}, /* 2300-01-01 00:00:00 */
    {"lord_howe", INT64_C(1775314799), 39600},  /* 2026-04-04 14:59:59 */
    {"lord_howe", INT64_C(1775314800), 37800},  /* 2026-04-04 15:00:00 */
    {"lord_howe", INT64_C(1791041399), 37800},  /* 2026-10-03 15:29:59 */
    {"lord_howe", INT64_C(1791041400), 39600},  /* 2026-10-03 15:30:00 */
    {"lord_howe", INT64_C(7289654400), 39600},  /* 2201-01-01 00:00:00 */
    {"dublin", INT64_C(1767225600), 0},         /* 2026-01-01 00:00:00 */
    {"dublin", INT64_C(1774745999), 0},         /* 2026-03-29 00:59:59 */
    {"dublin", INT64_C(1774746000), 3600},      /* 2026-03-29 01:00:00 */
    {"dublin", INT64_C(1792889999), 3600},      /* 2026-10-25 00:59:59 */
    {"dublin", INT64_C(1792890000), 0},         /* 2026-10-25 01:00:00 */
    {"dublin", INT64_C(5396284799), 0},         /* 2140-12-31 23:59:59 */
    {"kathmandu", INT64_C(1767225600), 20700},  /* 2026-01-01 00:00:00 */
    {"kathmandu", INT64_C(16738272000), 20700}, /* 2500-06-01 00:00:00 */
    {"gaza", INT64_C(3786912000), 7200},        /* 2090-01-01 00:00:00 */
    {"gaza", INT64_C(3802550400), 10800},       /* 2090-07-01 00:00:00 */
    {"gaza", INT64_C(5688057600), 10800},       /* 2150-04-01 00:00:00 */
    {"gaza", INT64_C(5706288000), 7200},        /* 2150-10-29 00:00:00 */
    {"santiago", INT64_C(1767225600), -10800},  /* 2026-01-01 00:00:00 */
    {"santiago", INT64_C(1775357999), -10800},  /* 2026-04-05 02:59:59 */
    {"santiago", INT64_C(1775358000), -14400},  /* 2026-04-05 03:00:00 */
    {"santiago", INT64_C(1788667199), -14400},  /* 2026-09-06 03:59:59 */
    {"santiago", INT64_C(1788667200), -10800},  /* 2026-09-06 04:00:00 */
    {"santiago", INT64_C(11486102400), -10800}, /* 2333-12-25 00:00:00 */
    {"utc", INT64_C(0), 0},
};

static void offsets_are_the_known_ones(void **state)
{
    (void)state;
    struct arena arena = {0};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        int32_t offset_s = zone_offset(zone_of(&arena, known[i].zone), known[i].at_s);
        if (offset_s != known[i].offset_s)
            fail_msg("%s at %lld: %d", known[i].zone, (long long)known[i].at_s, offset_s);
    }
    arena_free(&arena);
}

/* From change to change the offset is the same, and at each it becomes another. */
static void changes_are_where_offsets_change(void **state)
{
    (void)state;
    static const char *const names[] = {"berlin",    "berlin-fat", "new_york", "casablanca",
                                        "lord_howe", "dublin",     "gaza",     "santiago"};
    struct arena arena = {0};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const struct zone *zone = zone_of(&arena, names[i]);
        int64_t at_s = INT64_C(1767225600), until_s = INT64_C(4200000000);
        struct zone_change change;
        int32_t offset_s = zone_offset(zone, at_s);
        while (zone_next_change(zone, at_s, &change) && change.at_s < until_s) {
            assert_true(change.at_s > at_s);
            assert_int_not_equal(change.offset_s, offset_s);
            for (int64_t between_s = at_s; between_s < change.at_s; between_s += 6 * 3600)
                assert_int_equal(zone_offset(zone, between_s), offset_s);
            assert_int_equal(zone_offset(zone, change.at_s - 1), offset_s);
            assert_int_equal(zone_offset(zone, change.at_s), change.offset_s);
            at_s = change.at_s;
            offset_s = change.offset_s;
        }
        assert_true(at_s > INT64_C(1767225600));
    }
    arena_free(&arena);
}

/* Behind the list all is as it was 400 years before. */
static void rules_repeat_after_400_years(void **state)
{
    (void)state;
    static const char *const names[] = {"berlin", "new_york", "lord_howe", "gaza", "santiago"};
    const int64_t cycle_s = (int64_t)CALENDAR_CYCLE_DAYS * DAY_S;
    struct arena arena = {0};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const struct zone *zone = zone_of(&arena, names[i]);
        struct zone_change change, later;
        int64_t at_s = zone_last_listed_s(zone);
        for (int k = 0; k < 900; k++) {
            assert_true(zone_next_change(zone, at_s, &change));
            assert_true(zone_next_change(zone, at_s + cycle_s, &later));
            assert_int_equal(later.at_s, change.at_s + cycle_s);
            assert_int_equal(later.offset_s, change.offset_s);
            at_s = change.at_s;
        }
    }
    arena_free(&arena);
}

static void some_never_change_again(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct zone_change change;
    assert_false(zone_next_change(zone_of(&arena, "utc"), 0, &change));
    assert_false(zone_next_change(zone_of(&arena, "kathmandu"), INT64_C(1767225600), &change));
    assert_true(zone_next_change(zone_of(&arena, "kathmandu"), 0, &change));
    /* Morocco's list ends in 2087. */
    assert_false(zone_next_change(zone_of(&arena, "casablanca"), INT64_C(3713644800), &change));
    /* Summer all year: RFC 8536 3.3.1 and what zic writes. */
    const struct zone *zone = rule_of(&arena, "EST5EDT,0/0,J365/25");
    assert_int_equal(zone_offset(zone, INT64_C(1767225600)), -4 * 3600);
    assert_int_equal(zone_offset(zone, INT64_C(1767243600)), -4 * 3600);
    assert_false(zone_next_change(zone, INT64_C(1767225600), &change));
    arena_free(&arena);
}

static void rules_of_all_kinds_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *rule;
        int64_t at_s; /* of a change */
        int32_t before_s, after_s;
    } rows[] = {
        /* J60 is 1 March in any year, 59 is 29 February in a leap year. */
        {"AAA0BBB,J60/0,J300", 1835481600, 0, 3600},                     /* 2028-03-01 00:00 */
        {"AAA0BBB,59/0,J300", 1835395200, 0, 3600},                      /* 2028-02-29 00:00 */
        {"AAA0BBB,59/0,J300", 1772323200, 0, 3600},                      /* 2026-03-01 00:00 */
        {"AAA0BBB-2,M3.2.0,M10.5.0", 1772935200, 0, 7200},               /* 2026-03-08 02:00 */
        {"<-03>3<-02>,M3.5.0/-2,M10.5.0/-1", 1774746000, -10800, -7200}, /* 03-29 01:00 */
        {"EET-2EEST,M3.4.4/50,M10.4.4/50", 1774656000, 7200, 10800},     /* 2026-03-28 00:00 */
        {"AAA0:30:15BBB,M3.5.0,M10.5.0/3:04:05", 1774751415, -1815, 1785},
    };
    struct arena arena = {0};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct zone_change change;
        const struct zone *zone = rule_of(&arena, rows[i].rule);
        if (zone_offset(zone, rows[i].at_s - 1) != rows[i].before_s ||
            zone_offset(zone, rows[i].at_s) != rows[i].after_s)
            fail_msg("%s", rows[i].rule);
        assert_true(zone_next_change(zone, rows[i].at_s - 1, &change));
        assert_int_equal(change.at_s, rows[i].at_s);
    }
    arena_free(&arena);
}

static void wrong_rules_are_refused(void **state)
{
    (void)state;
    static const char *const rules[] = {
        "",
        "AB0",
        "CET",
        "CET-25",
        "CET-1:60",
        "CET-1CEST",
        "CET-1CEST,",
        "CET-1CEST,M3.5.0",
        "CET-1CEST,M13.5.0,M10.5.0",
        "CET-1CEST,M3.6.0,M10.5.0",
        "CET-1CEST,M3.5.7,M10.5.0",
        "CET-1CEST,J0,J1",
        "CET-1CEST,J366,J1",
        "CET-1CEST,366,1",
        "CET-1CEST,M3.5.0/168,M10.5.0",
        "CET-1CEST,M3.5.0,M10.5.0x",
        "<CET-1",
        "<>0",
        "CET-1 ",
    };
    struct arena arena = {0};
    const struct zone *zone;
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        struct fail fail = {0};
        if (zone_read_rule(&arena, "x", rules[i], &zone, &fail))
            fail_msg("%s was read", rules[i]);
        assert_int_equal(fail.kind, FAIL_INPUT);
    }
    arena_free(&arena);
}

/* The part for readers of version 1, as a file of its own: no rule, and the last offset stays. */
static void version_1_is_read(void **state)
{
    (void)state;
    unsigned char bytes[8192];
    struct arena arena = {0};
    struct fail fail = {0};
    const struct zone *zone;
    struct zone_change change;
    size_t length = file_read("berlin-fat", bytes, sizeof bytes), end = 1;
    while (end < length && memcmp(bytes + end, "TZif", 4) != 0)
        end++;
    assert_true(end < length);
    bytes[4] = 0;
    assert_true(zone_read(&arena, "v1", bytes, end, &zone, &fail));
    assert_int_equal(zone_offset(zone, 1774746000), 7200);
    assert_int_equal(zone_offset(zone, 1792890000), 3600);
    assert_int_equal(zone_offset(zone, INT64_C(4109878800)), 3600);
    assert_false(zone_next_change(zone, INT64_C(4109878800), &change));
    arena_free(&arena);
}

static void refused(const unsigned char *bytes, size_t length, const char *part)
{
    struct arena arena = {0};
    struct fail fail = {0};
    const struct zone *zone;
    unsigned char *copy = arena_alloc(&arena, length); /* of that size: an overrun is seen */
    memcpy(copy, bytes, length);
    if (zone_read(&arena, "Some/Where", copy, length, &zone, &fail))
        fail_msg("was read: %s", part);
    assert_int_equal(fail.kind, FAIL_INPUT);
    assert_non_null(strstr(fail.message, "time zone Some/Where: "));
    if (strstr(fail.message, part) == NULL)
        fail_msg("%s", fail.message);
    arena_free(&arena);
}

static void files_cut_anywhere_are_refused(void **state)
{
    (void)state;
    unsigned char bytes[8192];
    size_t length = file_read("new_york", bytes, sizeof bytes);
    for (size_t i = 0; i < length; i++)
        refused(bytes, i, i < 44 ? "this is not a TZif file" : "");
}

static void wrong_files_are_refused(void **state)
{
    (void)state;
    static unsigned char large[ZONE_MAX_BYTES + 1];
    unsigned char bytes[8192], wrong[8192];
    size_t length = file_read("berlin", bytes, sizeof bytes), second = 44;
    refused((const unsigned char *)"#!/bin/sh", 9, "this is not a TZif file");
    refused(large, sizeof large, "larger than a mebibyte");
    while (memcmp(bytes + second, "TZif", 4) != 0)
        second++;
    const struct {
        size_t at;
        unsigned char byte;
        const char *part;
    } rows[] = {
        {4, '5', "later than 4"},
        {4, '1', "later than 4"},
        {second, 'X', "not a TZif"},
        {second + 30, 1, "cut off"},
        {second + 39, 0, "offset"},
        {second + 32, 0xff, "cut off"},
        {second + 44, 0x7f, "in order"},
        {length - 1, ' ', "cut off"},
        {length - 2, ' ', "not a POSIX TZ string"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        memcpy(wrong, bytes, length);
        wrong[rows[i].at] = rows[i].byte;
        refused(wrong, length, rows[i].part);
    }
}

/* A header of version 2 with one type, and as many changes. */
static unsigned char *header_put(unsigned char *at, unsigned char changes)
{
    static const char magic[] = {'T', 'Z', 'i', 'f', '2'};
    memset(at, 0, 44);
    memcpy(at, magic, sizeof magic);
    at[35] = changes;
    at[39] = 1;
    return at + 44;
}

/* Before there was time: old files begin with a "big bang" at -2^59. */
static void changes_long_ago_are_read(void **state)
{
    (void)state;
    static const unsigned char first[] = {0x80, 0xf8, 0xff}; /* of the instant's eight bytes */
    static const char rule[] = "\nCET-1CEST,M3.5.0,M10.5.0/3\n";
    for (size_t i = 0; i < sizeof first; i++) {
        unsigned char bytes[256] = {0}, *at = header_put(bytes, 0);
        struct arena arena = {0};
        struct fail fail = {0};
        const struct zone *zone;
        at = header_put(at + 6, 1); /* behind the type of the first part */
        at[0] = first[i];
        at += 8 + 1 + 6; /* the change, its type, and that */
        memcpy(at, rule, sizeof rule);
        at += strlen(rule);
        assert_true(zone_read(&arena, "old", bytes, (size_t)(at - bytes), &zone, &fail));
        assert_int_equal(zone_offset(zone, 1774745999), 3600);
        assert_int_equal(zone_offset(zone, 1774746000), 7200);
        arena_free(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(offsets_are_the_known_ones),
        cmocka_unit_test(changes_are_where_offsets_change),
        cmocka_unit_test(rules_repeat_after_400_years),
        cmocka_unit_test(some_never_change_again),
        cmocka_unit_test(rules_of_all_kinds_are_read),
        cmocka_unit_test(wrong_rules_are_refused),
        cmocka_unit_test(version_1_is_read),
        cmocka_unit_test(files_cut_anywhere_are_refused),
        cmocka_unit_test(wrong_files_are_refused),
        cmocka_unit_test(changes_long_ago_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
