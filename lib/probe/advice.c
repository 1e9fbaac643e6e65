#include "advice.h"

#include <stddef.h>
#include <string.h>

#define AUTHORITY "sslrootcert=FILE names the authority that signed the server's certificate"
#define NO_WAY "no way leads from here to that address: check it, the network, and the VPN"
#define NOT_POSTGRESQL "something else than PostgreSQL seems to listen there: check the port"
#define NOT_ITS_ANSWER                                                                             \
    "that is not PostgreSQL's own answer: give the URL of the server, not of what stands before "  \
    "it"
#define ENDED "somebody stopped the server or ended this session: ask again, its log says more"

/* The first one that fits; NULL fits all. */
static const struct advice {
    const char *sqlstate, *function, *words;
    const char *text;
} advices[] = {
    {.sqlstate = "28P01",
     .text = "check user and password: in the URL, PGPASSWORD, or the password file (~/.pgpass)"},
    {.sqlstate = "28000",
     .function = "InitializeSessionUserId",
     .text = "check the user, or let it in: CREATE ROLE, or ALTER ROLE ... LOGIN"},
    {.sqlstate = "28000",
     .text = "the server's pg_hba.conf must let this user in from here; where it wants TLS, "
             "sslmode=require"},
    {.sqlstate = "3D000", .text = "check the name of the database"},
    {.sqlstate = "55000",
     .function = "CheckMyDatabase",
     .text = "name another database: nobody gets into one with ALLOW_CONNECTIONS false"},
    {.sqlstate = "42501",
     .function = "CheckMyDatabase",
     .text = "name another database, or GRANT CONNECT ON DATABASE to this user"},
    {.sqlstate = "42501", .text = "pgsize list queries shows what this user must be allowed"},
    {.sqlstate = "57P03",
     .text = "it starts, stops, recovers, or is a standby without hot_standby: "
             "ask again later"},
    {.sqlstate = "57P01", .text = ENDED},
    {.sqlstate = "57P02", .text = ENDED},
    {.sqlstate = "57014",
     .text = "somebody cancelled it, or it takes longer than --timeout allows: "
             "ask again, with more"},
    {.words = "no password supplied",
     .text = "give a password: in the URL, PGPASSWORD, or the password file (~/.pgpass)"},
    {.words = "could not translate host name",
     .text = "check the host's name, and whether this machine can look it up"},
    {.words = "was not looked up",
     .text = "check the host's name, and whether the servers in /etc/resolv.conf answer"},
    {.words = "Connection refused",
     .text = "nobody listens there: check host and port, and the server's listen_addresses"},
    {.words = "No such file or directory",
     .text = "no server has its socket there: check host and port"},
    {.words = "Network is unreachable", .text = NO_WAY},
    {.words = "No route to host", .text = NO_WAY},
    {.words = "server does not support SSL",
     .text = "sslmode=prefer goes without TLS where the server has none"},
    {.words = "certificate verify failed", .text = AUTHORITY},
    {.words = "root certificate file", .text = AUTHORITY},
    {.words = "does not match host name",
     .text = "name the host as the certificate does; hostaddr=ADDRESS says where it is"},
    {.words = "response to SSL negotiation", .text = NOT_POSTGRESQL},
    {.words = "expected authentication request", .text = NOT_POSTGRESQL},
    {.words = "closed the connection unexpectedly", .text = "ask again; the server's log says why"},
    {.words = "Too many open files",
     .text = "ulimit -n raises how many servers can be asked at once"},
    {.words = "definition of service",
     .text = "check the name, and the service file (~/.pg_service.conf, PGSERVICEFILE)"},
    {.words = "no answer to query", .text = NOT_ITS_ANSWER},
    {.words = "unexpected answer", .text = NOT_ITS_ANSWER},
    {.words = "more answers than", .text = NOT_ITS_ANSWER},
    {.words = "lost synchronization", .text = NOT_ITS_ANSWER},
    {.words = "no answer to the queries",
     .text = "a lock on a catalog, or a busy server: ask again, --timeout 30s gives it more time"},
    {.words = "no answer",
     .text = "a firewall that drops packets looks like this; --timeout 30s gives it more time"},
};

static bool fits(const char *wanted, const char *got)
{
    return wanted == NULL || (got != NULL && strcmp(wanted, got) == 0);
}

const char *advice_find(const struct reason *reason)
{
    for (size_t i = 0; i < sizeof advices / sizeof advices[0]; i++) {
        const struct advice *advice = &advices[i];
        if (fits(advice->sqlstate, reason->sqlstate) && fits(advice->function, reason->function) &&
            (advice->words == NULL || strstr(reason->text, advice->words) != NULL))
            return advice->text;
    }
    return NULL;
}
