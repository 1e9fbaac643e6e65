/*
 * Why a server could not be asked, made of what libpq says: one line for people, and what a program
 * needs from it. libpq gives no SQLSTATE for a connection that failed; but with PQERRORS_VERBOSE
 * its message holds the SQLSTATE and the function of the server that refused, in whatever language
 * the server speaks:
 *
 *     connection to server at "db", port 5432 failed: FATAL:  53300: désolé, trop de clients ...
 *     LOCATION:  InitProcess, proc.c:357
 *
 * This file works on text alone and does not connect.
 */
#ifndef PGSIZE_REASON_H
#define PGSIZE_REASON_H

#include "arena.h"
#include "facts.h"

#include <stdbool.h>

struct reason {
    const char *text; /* one line, without control characters, SQLSTATE and location */
    const char *sqlstate, *function; /* of the server, where it refused; NULL: not known */
    bool is_full;                    /* SQLSTATE 53300 */
    enum full_kind full_kind;
};

/* Takes libpq's verbose message apart, and leaves out its own hints. Where several hosts refused,
 * it is the last one's SQLSTATE, unless one is full. Whatever equals `secret` (NULL: nothing) is
 * masked. */
struct reason reason_read(struct arena *arena, const char *message, const char *secret);

/* What an SQLSTATE and the server's function (either may be NULL) say; `text` is not set. */
struct reason reason_classify(const char *sqlstate, const char *function);

/* `text` as one line for people: lines joined with "; ", control characters and bytes that are not
 * UTF-8 replaced, `secret` masked, at most REASON_MAX_BYTES. */
enum { REASON_MAX_BYTES = 400 };
const char *reason_line(struct arena *arena, const char *text, const char *secret);

#endif
