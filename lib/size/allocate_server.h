/*
 * The recommended limits of one server and its standbys, by the formula fair: their classes,
 * budgets and limits as a problem of the allocation (allocate.h), and the answer back. It knows no
 * other formula, and sums nothing up.
 */
#ifndef PGSIZE_ALLOCATE_SERVER_H
#define PGSIZE_ALLOCATE_SERVER_H

#include "sizing.h"

/* Of a server that follows nobody. Its standbys are allocated with it, for its classes count there
 * too; no class counts in two such groups. OBJECTIVE_WAIT hands out by gain what fair shares leave
 * to the classes that go by gain (gain.h), and keeps the fair answer where that waits less after
 * all: what is left over at the end may suit it better, and where not even every load fits, it may
 * share the shortage better. In stable mode neither looks at the fair answer, and a `want` comes
 * whole, before gains: so no limit falls when the budget grows, whatever the objective. */
bool server_allocate(struct arena *arena, struct server_sizing *server, enum allocate_mode mode,
                     enum objective objective, struct fail *fail) MUST_USE;

#endif
