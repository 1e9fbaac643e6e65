#include "facts.h"

#include "topology.h"

const struct facts facts_unknown = {
    .max_connections = UNKNOWN,
    .superuser_reserved_connections = UNKNOWN,
    .reserved_connections = UNKNOWN,
    .sessions = UNKNOWN,
};
