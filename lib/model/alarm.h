/*
 * When to raise the alarm, and when it is over: hysteresis, so that a server at the line does not
 * ring every second. It is over when used connections exceed the line (or the server refuses for
 * want of slots), and under again only ALARM_CLEAR_PERCENT of max_connections below the line. A
 * moment of which nothing is known changes nothing.
 */
#ifndef PGSIZE_ALARM_H
#define PGSIZE_ALARM_H

#include "sample.h"

#include <stdbool.h>
#include <stdint.h>

enum { ALARM_CLEAR_PERCENT = 5 };

struct alarm {
    bool is_share;
    int64_t at; /* thousandths of a percent of max_connections, or connections */
    bool is_over;
};

enum alarm_change { ALARM_SAME, ALARM_OVER, ALARM_UNDER };
enum alarm_change alarm_take(struct alarm *alarm, const struct sample *sample);

/* Connections that may be used without it being over: 80 % of 100 is 80, of 21 is 16. -1: it is
 * not known of how many. */
int64_t alarm_line(const struct alarm *alarm, int64_t max_connections);

/* Connections at which it is under again: 80 % of 100: 75; of 20: 15. Never fewer than what the
 * server keeps, below which nothing falls. */
int64_t alarm_clear_line(const struct alarm *alarm, const struct sample *sample);

/* sessions + superuser_reserved_connections + reserved_connections, the number that is compared
 * with the line; -1: not known. Worked: 41 + 3 + 0 = 44. */
int64_t sample_used(const struct sample *sample);

/* 1000 x used / max_connections, rounded half up: 44 of 100 is 440. -1: not known. */
int64_t sample_permille(const struct sample *sample, int64_t used);

#endif
