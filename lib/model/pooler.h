/*
 * Connection poolers as products: what each holds by default, per what, and which settings of a
 * client its transactions forbid. What a topology says of one is struct pooler (topology.h); what
 * follows from it is sized in the room `size`.
 */
#ifndef PGSIZE_POOLER_H
#define PGSIZE_POOLER_H

#include "topology.h"

/* What one pool of a pooler is for. */
enum pooler_scope {
    POOL_OF_PAIR,   /* each database and role */
    POOL_OF_ALL,    /* one, for all databases and roles together */
    POOL_OF_CLIENT, /* each client, for each database and role: as many as there may be clients */
};

struct pooler_kind {
    const char *id;
    struct client client; /* as its server sees it */
    bool modes[POOLER_STATEMENT + 1];
    enum pooler_mode mode; /* where nobody says */
    enum pooler_scope scope;
    int64_t max_client_conn; /* of an instance; UNKNOWN: no limit */
    bool has_reserve;        /* reserve_pool_size and max_db_connections */
    bool has_prepared;       /* max_prepared_statements */
    /* What ends clients that are idle, in its own words; NULL: nothing does. */
    const char *client_idle_setting;
    bool client_idle_in_session; /* in session mode alone */
    int64_t client_idle_ms;      /* where nobody says; 0: it ends none */
    const char *source;
};

extern const struct pooler_kind pooler_kinds[];
extern const size_t pooler_kind_count;
const struct pooler_kind *pooler_kind_find(const char *id);

extern const char *const pooler_modes[]; /* by enum pooler_mode; NULL at the end */

/* Clients of each instance: given, or the kind's own; UNKNOWN: there is no limit. */
int64_t pooler_max_clients(const struct pooler *pooler);

/* The size of a pool that nobody gave, where pgsize must not find it: what the product does then;
 * UNKNOWN: no limit. */
int64_t pooler_own_size(const struct pooler *pooler);
const char *pooler_own_size_source(const struct pooler *pooler);

/* Whether pgsize finds the size of its pools. */
bool pooler_is_sized(const struct pooler *pooler);

/* Whether it has one pool for all databases and roles. */
static inline bool pooler_is_of_all(const struct pooler *pooler)
{
    return pooler->kind->scope == POOL_OF_ALL;
}

/* Whether it is of a size that its provider sets, and no customer. */
static inline bool pooler_size_is_providers(const struct pooler *pooler)
{
    return pooler->preset.size_is_fixed && pooler->default_pool_size == UNKNOWN;
}

/* The same of max_client_conn. */
static inline bool pooler_clients_are_providers(const struct pooler *pooler)
{
    return pooler->preset.max_client_conn != UNKNOWN && pooler->max_client_conn == UNKNOWN;
}

/* After how long it ends a client that is idle; 0: it does not. */
int64_t pooler_client_idle_ms(const struct pooler *pooler);

/* Whether clients share server connections between transactions. */
static inline bool pooler_shares(const struct pooler *pooler)
{
    return pooler->mode != POOLER_SESSION;
}

/* What a client must be told behind a pooler that hands each transaction any server connection. */
struct prepared_need {
    const char *client;      /* its id */
    const char *words;       /* what to set, in its own language */
    const char *key, *value; /* the same as a parameter of its URL; NULL: it has none */
    bool is_added;           /* that parameter is put into the URL that is recommended */
    const char *undone_by;   /* a parameter that makes the client prepare all the same, unless 0 */
    const char *scheme;      /* of the URL, which names the driver that needs it; NULL: any */
};

/* `url` is the template of the service's URLs (NULL: none). NULL: nothing need be set. */
const struct prepared_need *prepared_need_find(const struct client *client, const struct url *url);

/* Whether the URL has what makes the client prepare although its key says otherwise. */
bool prepared_need_undone(struct arena *arena, const struct prepared_need *need,
                          const struct url *url);

/* The same of a service whose pooler forbids it and whose URL and topology do not say it already;
 * `url` as above. */
const struct prepared_need *prepared_need_of(struct arena *arena, const struct service *service,
                                             const struct url *url);

#endif
