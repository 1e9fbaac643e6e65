/*
 * What a server has to give: B = MC - SR - RC - reserved - margin (sizing.md 1), and the inverse.
 * Live sessions never change it, or the gate would answer differently from minute to minute.
 */
#ifndef PGSIZE_BUDGET_H
#define PGSIZE_BUDGET_H

#include "sizing.h"

/* Each figure from the first source that has it: option, live or snapshot, topology, plan, default.
 */
struct budget budget_make(const struct server *server, const struct server_input *input);

/* Some providers publish not the server's limit but that of the customer's role: nothing is kept
 * out of it, and where nobody knows the server's it is the budget. */
bool budget_is_of_role(const struct budget *budget, const struct server_input *input);

/* What the plan lets one role hold, where it limits roles and not the server, and is not the budget
 * itself for want of any other source; else UNKNOWN. */
int64_t budget_role_limit(const struct budget *budget, const struct server_input *input);

/* Connections kept free when max_connections is `max_connections`: a count, a share rounded up, or
 * the larger of 2 and 2 %. Worked: 100 -> 2; 174 -> 4. */
int64_t budget_margin(const struct server *server, int64_t max_connections);

/* Whether `peak` connections of services cross the alert line: 100000 * used > alert * MC. */
bool budget_over_alert(const struct budget *budget, int64_t peak);

/* Connections of services up to the alert line; may be negative. */
int64_t budget_alert_room(const struct budget *budget);

/* The smallest max_connections at which `peak` stays within the budget, and within the alert if
 * asked; UNKNOWN when none does. */
int64_t budget_needed(const struct server *server, const struct budget *budget, int64_t peak,
                      bool within_alert);

/* 1000 * used / MC in percent, rounded half up: 62.5 % is 625. */
int64_t budget_permille(const struct budget *budget, int64_t used);

#endif
