#include "plan_rows.h"

enum {
    TEXT_BYTES = 2000,
    ID_BYTES = 48,
    NAME_BYTES = 100,
    SLOTS = 262143, /* PostgreSQL's MAX_BACKENDS */
    CLIENTS = 10000000,
    MEMORY_GIB = 1000000,
    VCPUS = 10000,
    PORTS = 65535,
    TEN_YEARS_S = 315360000,
    SOURCES = 999,
};

static const char *const MODE_WORDS[] = {"session", "transaction", "statement", NULL};
static const char *const LIMIT_OF_WORDS[] = {
    [LIMIT_OF_SERVER] = "server", [LIMIT_OF_ROLE] = "role", NULL};
/* In the order of enum confidence; "none" is said by leaving it out. */
static const char *const CONFIDENCE_WORDS[] = {"none",    "documented",        "recorded",
                                               "formula", "reported-by-users", NULL};

/* An object of which nothing is kept still needs a struct. */
struct forgotten {
    char nothing;
};
static const struct forgotten FORGOTTEN = {0};

/* --- claims --- */

static const struct raw_claim CLAIM_EMPTY = {.value = -1, .source = -1};
static const struct plan_field CLAIM_FIELDS[] = {
    {"value", KIND_INTEGER, KEEP(struct raw_claim, value), .min = 1, .max = CLIENTS},
    {"source", KIND_INTEGER, KEEP(struct raw_claim, source), .min = 0, .max = SOURCES},
    {"as_of", KIND_TEXT, KEEP(struct raw_claim, as_of), .max = NAME_BYTES},
    {"note", KIND_TEXT, KEEP(struct raw_claim, note), .max = TEXT_BYTES},
};
static const struct plan_object CLAIM = OBJECT_OF(CLAIM_FIELDS, CLAIM_EMPTY);

#define CLAIM_ROWS(type)                                                                           \
    {"disputed", KIND_FLAG, KEEP(type, claims.disputed)},                                          \
    {                                                                                              \
        "claims", KIND_OBJECTS, KEEP_LIST(type, claims.items, claims.count), .object = &CLAIM      \
    }

/* --- plans --- */

static const struct raw_observed OBSERVED_EMPTY = {.value = -1};
static const struct plan_field OBSERVED_FIELDS[] = {
    {"value", KIND_INTEGER, KEEP(struct raw_observed, value), .min = 1, .max = SLOTS},
    {"text", KIND_TEXT, KEEP(struct raw_observed, text), .max = TEXT_BYTES},
    {"when", KIND_TEXT, .max = NAME_BYTES},
    {"how", KIND_TEXT, .required = true, .max = TEXT_BYTES},
};
static const struct plan_object OBSERVED = OBJECT_OF(OBSERVED_FIELDS, OBSERVED_EMPTY);

static const struct raw_plan PLAN_EMPTY = {
    .plan = {.memory_gib = -1,
             .vcpu = -1,
             .max_connections = -1,
             .reserved_total = -1,
             .pooler_max_clients = -1,
             .pooler_pool_size = -1},
    .nominal = -1,
    .least = -1,
    .most = -1,
    .usable = -1,
};
#define KEEP_PLAN(member) KEEP(struct raw_plan, member)
static const struct plan_field PLAN_FIELDS[] = {
    {"id", KIND_ID, .required = true, KEEP_PLAN(plan.id), .max = ID_BYTES},
    {"name", KIND_TEXT, KEEP_PLAN(plan.name), .max = NAME_BYTES},
    {"memory_gib", KIND_NUMBER, KEEP_PLAN(plan.memory_gib), .max = MEMORY_GIB},
    {"memory_note", KIND_TEXT, .max = TEXT_BYTES},
    {"vcpu", KIND_NUMBER, KEEP_PLAN(plan.vcpu), .max = VCPUS},
    {"vcpu_text", KIND_TEXT, KEEP_PLAN(plan.vcpu_text), .max = NAME_BYTES},
    {"max_connections", KIND_INTEGER, KEEP_PLAN(plan.max_connections), .min = 1, .max = SLOTS},
    {"max_connections_min", KIND_INTEGER, KEEP_PLAN(least), .min = 0, .max = SLOTS},
    {"max_connections_max", KIND_INTEGER, KEEP_PLAN(most), .min = 0, .max = SLOTS},
    {"nominal", KIND_INTEGER, KEEP_PLAN(nominal), .min = 1, .max = SLOTS},
    {"observed", KIND_OBJECTS, KEEP_LIST(struct raw_plan, observed, observed_count),
     .object = &OBSERVED},
    {"reserved", KIND_INTEGER, KEEP_PLAN(plan.reserved_total), .min = 0, .max = SLOTS},
    {"usable", KIND_INTEGER, KEEP_PLAN(usable), .min = 0, .max = SLOTS},
    {"pooler_max_clients", KIND_INTEGER, KEEP_PLAN(plan.pooler_max_clients), .min = 1,
     .max = CLIENTS},
    {"pooler_pool_size", KIND_INTEGER, KEEP_PLAN(plan.pooler_pool_size), .min = 1, .max = SLOTS},
    {"pooler_reserve_pool", KIND_INTEGER, .min = 0, .max = SLOTS},
    {"confidence", KIND_WORD, KEEP_PLAN(confidence), .words = CONFIDENCE_WORDS},
    CLAIM_ROWS(struct raw_plan),
    {"sources", KIND_INTEGERS, KEEP_LIST(struct raw_plan, sources, source_count), .min = 0,
     .max = SOURCES},
    {"as_of", KIND_TEXT, KEEP_PLAN(plan.as_of), .max = NAME_BYTES},
    {"notes", KIND_TEXT, KEEP_PLAN(plan.notes), .max = TEXT_BYTES},
};
static const struct plan_object PLAN = OBJECT_OF(PLAN_FIELDS, PLAN_EMPTY);

/* --- what surrounds the plans --- */

static const struct raw_change CHANGE_EMPTY = {.min = -1, .max = -1};
static const struct plan_field CHANGE_FIELDS[] = {
    {"possible", KIND_FLAG, .required = false},
    {"how", KIND_TEXT, .max = TEXT_BYTES},
    {"min", KIND_INTEGER, KEEP(struct raw_change, min), .min = 1, .max = SLOTS},
    {"max", KIND_INTEGER, KEEP(struct raw_change, max), .min = 1, .max = SLOTS},
    {"follows_resize", KIND_FLAG, .required = false},
};
static const struct plan_object CHANGE = OBJECT_OF(CHANGE_FIELDS, CHANGE_EMPTY);

static const struct raw_reserved RESERVED_EMPTY = {.superuser = -1, .others = -1, .total = -1};
#define KEEP_RESERVED(member) KEEP(struct raw_reserved, member), .min = 0, .max = SLOTS
static const struct plan_field RESERVED_FIELDS[] = {
    {"superuser_reserved_connections", KIND_INTEGER, KEEP_RESERVED(superuser)},
    {"reserved_connections", KIND_INTEGER, KEEP_RESERVED(others)},
    {"settings", KIND_COUNTS, .min = 0, .max = SLOTS},
    {"internal", KIND_TEXT, .max = TEXT_BYTES},
    {"total", KIND_INTEGER, KEEP_RESERVED(total)},
    CLAIM_ROWS(struct raw_reserved),
    {"basis", KIND_TEXT, .max = TEXT_BYTES},
    {"notes", KIND_TEXT, .max = TEXT_BYTES},
};
static const struct plan_object RESERVED = OBJECT_OF(RESERVED_FIELDS, RESERVED_EMPTY);

static const struct plan_field FORMULA_FIELDS[] = {
    {"expression", KIND_TEXT, .required = true, .max = TEXT_BYTES},
    {"rounding", KIND_TEXT, .max = TEXT_BYTES},
    {"status", KIND_TEXT, .max = TEXT_BYTES},
};
static const struct plan_object FORMULA = OBJECT_OF(FORMULA_FIELDS, FORGOTTEN);

static const struct idle_timeout IDLE_EMPTY = {.seconds = -1};
#define KEEP_IDLE(member) KEEP(struct idle_timeout, member)
static const struct plan_field IDLE_FIELDS[] = {
    {"what", KIND_TEXT, .required = true, KEEP_IDLE(what), .max = TEXT_BYTES},
    {"seconds", KIND_INTEGER, KEEP_IDLE(seconds), .min = 0, .max = TEN_YEARS_S},
    {"ends_sessions", KIND_FLAG, KEEP_IDLE(ends_sessions)},
    {"imposed_by", KIND_TEXT, KEEP_IDLE(imposed_by), .max = NAME_BYTES},
    {"basis", KIND_TEXT, KEEP_IDLE(basis), .max = TEXT_BYTES},
    {"source", KIND_TEXT, KEEP_IDLE(source), .max = TEXT_BYTES},
    {"note", KIND_TEXT, KEEP_IDLE(note), .max = TEXT_BYTES},
};
static const struct plan_object IDLE = OBJECT_OF(IDLE_FIELDS, IDLE_EMPTY);

static const struct raw_pooler POOLER_EMPTY = {0};
static const struct plan_field POOLER_FIELDS[] = {
    {"name", KIND_TEXT, .required = true, .max = NAME_BYTES},
    {"modes", KIND_WORDS, .words = MODE_WORDS},
    {"mode_note", KIND_TEXT, .max = TEXT_BYTES},
    {"default_mode", KIND_WORD, .words = MODE_WORDS},
    {"port", KIND_INTEGER, .min = 1, .max = PORTS},
    {"ports", KIND_COUNTS, .min = 1, .max = PORTS},
    {"host", KIND_TEXT, .max = NAME_BYTES},
    {"max_clients", KIND_INTEGER, .min = 1, .max = CLIENTS},
    {"max_clients_rule", KIND_TEXT, .max = TEXT_BYTES},
    {"pool_size", KIND_INTEGER, .min = 1, .max = SLOTS},
    {"pool_size_rule", KIND_TEXT, .max = TEXT_BYTES},
    {"scope", KIND_TEXT, .max = TEXT_BYTES},
    {"availability", KIND_TEXT, .max = TEXT_BYTES},
    {"configurable", KIND_FLAG, .required = false},
    {"configurable_only", KIND_TEXT, .max = NAME_BYTES},
    CLAIM_ROWS(struct raw_pooler),
    {"basis", KIND_TEXT, .max = TEXT_BYTES},
    {"notes", KIND_TEXT, .max = TEXT_BYTES},
};
static const struct plan_object POOLER = OBJECT_OF(POOLER_FIELDS, POOLER_EMPTY);

static const struct raw_source SOURCE_EMPTY = {0};
static const struct plan_field SOURCE_FIELDS[] = {
    {"ref", KIND_TEXT, .required = true, KEEP(struct raw_source, ref), .max = TEXT_BYTES},
    {"as_of", KIND_TEXT, .required = true, KEEP(struct raw_source, as_of), .max = NAME_BYTES},
    {"kind", KIND_TEXT, .required = true, .max = NAME_BYTES},
    {"note", KIND_TEXT, .max = TEXT_BYTES},
};
static const struct plan_object SOURCE = OBJECT_OF(SOURCE_FIELDS, SOURCE_EMPTY);

/* --- the file --- */

static const struct raw_provider PROVIDER_EMPTY = {
    .change = {.min = -1, .max = -1},
    .reserved = {.superuser = -1, .others = -1, .total = -1},
};
#define KEEP_PROVIDER(member) KEEP(struct raw_provider, member)
static const struct plan_field PROVIDER_FIELDS[] = {
    {"id", KIND_ID, .required = true, KEEP_PROVIDER(provider.id), .max = ID_BYTES},
    {"name", KIND_TEXT, .required = true, KEEP_PROVIDER(provider.name), .max = NAME_BYTES},
    {"notes", KIND_TEXT, KEEP_PROVIDER(provider.notes), .max = TEXT_BYTES},
    {"limit_of", KIND_WORD, KEEP_PROVIDER(limit_of), .words = LIMIT_OF_WORDS},
    {"hosts", KIND_TEXTS, KEEP_LIST(struct raw_provider, hosts, provider.host_pattern_count),
     .max = NAME_BYTES},
    {"hosts_unverified", KIND_TEXTS, .max = NAME_BYTES},
    {"ports", KIND_TEXT, .max = TEXT_BYTES},
    {"change", KIND_OBJECT, KEEP_PROVIDER(change), .object = &CHANGE},
    {"reserved", KIND_OBJECT, KEEP_PROVIDER(reserved), .object = &RESERVED},
    {"formula", KIND_OBJECT, .object = &FORMULA},
    {"idle_timeouts", KIND_OBJECTS,
     KEEP_LIST(struct raw_provider, idle_timeouts, provider.idle_timeout_count), .object = &IDLE},
    {"poolers", KIND_OBJECTS, KEEP_LIST(struct raw_provider, poolers, pooler_count),
     .object = &POOLER},
    {"sources", KIND_OBJECTS, .required = true,
     KEEP_LIST(struct raw_provider, sources, source_count), .object = &SOURCE},
    {"conflicts", KIND_TEXTS, .max = TEXT_BYTES},
    {"not_found", KIND_TEXTS, .max = TEXT_BYTES},
    {"plans", KIND_OBJECTS, .required = true, KEEP_LIST(struct raw_provider, plans, plan_count),
     .object = &PLAN},
};
const struct plan_object provider_rows = OBJECT_OF(PROVIDER_FIELDS, PROVIDER_EMPTY);

const char *confidence_name(enum confidence confidence)
{
    return CONFIDENCE_WORDS[confidence];
}
