#include "facts.h"

#include "topology.h"

const struct facts facts_unknown = {
    .max_connections = UNKNOWN,
    .superuser_reserved_connections = UNKNOWN,
    .reserved_connections = UNKNOWN,
    .sessions = UNKNOWN,
};

const char *const full_kind_names[] = {
    [FULL_UNKNOWN] = "unknown", [FULL_SLOTS] = "slots",       [FULL_RESERVED] = "reserved",
    [FULL_ROLE] = "role",       [FULL_DATABASE] = "database", NULL,
};
