/*
 * What to do about a server that could not be asked: one sentence for whoever reads the reason. It
 * goes by the SQLSTATE and the function of the server that refused, which are the same in every
 * language, and else by libpq's own words, which are English: this program sets no LC_MESSAGES.
 *
 * It does not say why (reason.h does), and a reason that it does not know has no advice.
 */
#ifndef PGSIZE_ADVICE_H
#define PGSIZE_ADVICE_H

#include "reason.h"

/* NULL: none. */
const char *advice_find(const struct reason *reason);

#endif
