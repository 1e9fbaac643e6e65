/* The rows of a provider: what surrounds its plans. */
#include "plan_rows.h"

enum { PORTS = 65535, TEN_YEARS_S = 315360000 };

const char *const plan_pool_mode_names[] = {[PLAN_POOL_SESSION] = "session",
                                            [PLAN_POOL_TRANSACTION] = "transaction",
                                            [PLAN_POOL_STATEMENT] = "statement",
                                            NULL};
const char *const plan_sign_kind_names[] = {[PLAN_SIGN_ROLE] = "role",
                                            [PLAN_SIGN_EXTENSION] = "extension",
                                            [PLAN_SIGN_SETTING] = "setting",
                                            [PLAN_SIGN_VERSION] = "version",
                                            NULL};
static const char *const LIMIT_OF_WORDS[] = {
    [LIMIT_OF_SERVER] = "server", [LIMIT_OF_ROLE] = "role", NULL};

#define CHANGE_EMPTY                                                                               \
    {                                                                                              \
        .possible = SAID_NOTHING, .follows_resize = SAID_NOTHING, .min = -1, .max = -1             \
    }
static const struct plan_change CHANGE_NOTHING = CHANGE_EMPTY;
#define KEEP_CHANGE(member) KEEP(struct plan_change, member)
static const struct plan_field CHANGE_FIELDS[] = {
    {"possible", KIND_SAID, KEEP_CHANGE(possible)},
    {"how", KIND_TEXT, KEEP_CHANGE(how), .max = TEXT_BYTES},
    {"min", KIND_INTEGER, KEEP_CHANGE(min), .min = 1, .max = SLOTS},
    {"max", KIND_INTEGER, KEEP_CHANGE(max), .min = 1, .max = SLOTS},
    {"follows_resize", KIND_SAID, KEEP_CHANGE(follows_resize)},
};
static const struct plan_object CHANGE = OBJECT_OF(CHANGE_FIELDS, CHANGE_NOTHING);

static const struct raw_reserved RESERVED_EMPTY = {.superuser = -1, .others = -1, .total = -1};
#define KEEP_RESERVED(member) KEEP(struct raw_reserved, member)
static const struct plan_field RESERVED_FIELDS[] = {
    {"superuser_reserved_connections", KIND_INTEGER, KEEP_RESERVED(superuser), .min = 0,
     .max = SLOTS},
    {"reserved_connections", KIND_INTEGER, KEEP_RESERVED(others), .min = 0, .max = SLOTS},
    {"settings", KIND_COUNTS, .min = 0, .max = SLOTS},
    {"internal", KIND_TEXT, KEEP_RESERVED(internal), .max = TEXT_BYTES},
    {"total", KIND_INTEGER, KEEP_RESERVED(total), .min = 0, .max = SLOTS},
    CLAIM_ROWS(struct raw_reserved),
    {"basis", KIND_TEXT, KEEP_RESERVED(basis), .max = TEXT_BYTES},
    {"notes", KIND_TEXT, KEEP_RESERVED(notes), .max = TEXT_BYTES},
};
static const struct plan_object RESERVED = OBJECT_OF(RESERVED_FIELDS, RESERVED_EMPTY);

static const struct plan_formula FORMULA_EMPTY = {.expression = NULL};
#define KEEP_FORMULA(member) KEEP(struct plan_formula, member)
static const struct plan_field FORMULA_FIELDS[] = {
    {"expression", KIND_TEXT, .required = true, KEEP_FORMULA(expression), .max = TEXT_BYTES},
    {"upper_bound", KIND_FLAG, KEEP_FORMULA(is_bound)},
    {"lower_expression", KIND_TEXT, KEEP_FORMULA(lower), .max = TEXT_BYTES},
    {"rounding", KIND_TEXT, KEEP_FORMULA(rounding), .max = TEXT_BYTES},
    {"status", KIND_TEXT, KEEP_FORMULA(status), .max = TEXT_BYTES},
};
static const struct plan_object FORMULA = OBJECT_OF(FORMULA_FIELDS, FORMULA_EMPTY);

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

static const struct raw_pooler POOLER_EMPTY = {
    .pooler = {.default_mode = PLAN_POOL_MODES,
               .port = -1,
               .max_clients = -1,
               .pool_size = -1,
               .max_prepared_statements = -1,
               .configurable = SAID_NOTHING},
};
#define KEEP_POOLER(member) KEEP(struct raw_pooler, pooler.member)
static const struct plan_field POOLER_FIELDS[] = {
    {"name", KIND_TEXT, .required = true, KEEP_POOLER(name), .max = NAME_BYTES},
    {"kind", KIND_ID, KEEP_POOLER(kind), .max = ID_BYTES},
    {"modes", KIND_WORDS, KEEP_POOLER(modes), .words = plan_pool_mode_names},
    {"mode_note", KIND_TEXT, KEEP_POOLER(mode_note), .max = TEXT_BYTES},
    {"default_mode", KIND_WORD, KEEP_POOLER(default_mode), .words = plan_pool_mode_names},
    {"port", KIND_INTEGER, KEEP_POOLER(port), .min = 1, .max = PORTS},
    {"ports", KIND_COUNTS, .min = 1, .max = PORTS},
    {"host", KIND_TEXT, KEEP_POOLER(host), .max = NAME_BYTES},
    {"max_clients", KIND_INTEGER, KEEP_POOLER(max_clients), .min = 1, .max = CLIENTS},
    {"max_clients_rule", KIND_TEXT, KEEP_POOLER(max_clients_rule), .max = TEXT_BYTES},
    {"pool_size", KIND_INTEGER, KEEP_POOLER(pool_size), .min = 1, .max = SLOTS},
    {"pool_size_rule", KIND_TEXT, KEEP_POOLER(pool_size_rule), .max = TEXT_BYTES},
    {"max_prepared_statements", KIND_INTEGER, KEEP_POOLER(max_prepared_statements), .min = 0,
     .max = CLIENTS},
    {"scope", KIND_TEXT, KEEP_POOLER(scope), .max = TEXT_BYTES},
    {"availability", KIND_TEXT, KEEP_POOLER(availability), .max = TEXT_BYTES},
    {"configurable", KIND_SAID, KEEP_POOLER(configurable)},
    {"configurable_only", KIND_TEXT, KEEP_POOLER(configurable_only), .max = NAME_BYTES},
    CLAIM_ROWS(struct raw_pooler),
    {"basis", KIND_TEXT, KEEP_POOLER(basis), .max = TEXT_BYTES},
    {"notes", KIND_TEXT, KEEP_POOLER(notes), .max = TEXT_BYTES},
};
static const struct plan_object POOLER = OBJECT_OF(POOLER_FIELDS, POOLER_EMPTY);

static const struct raw_sign SIGN_EMPTY = {.source = -1};
static const struct plan_field SIGN_FIELDS[] = {
    {"kind", KIND_WORD, .required = true, KEEP(struct raw_sign, kind),
     .words = plan_sign_kind_names},
    {"name", KIND_TEXT, .required = true, KEEP(struct raw_sign, name), .max = NAME_BYTES},
    {"source", KIND_INTEGER, .required = true, KEEP(struct raw_sign, source), .min = 0,
     .max = SOURCES},
};
static const struct plan_object SIGN = OBJECT_OF(SIGN_FIELDS, SIGN_EMPTY);

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
    .provider = {.change = CHANGE_EMPTY},
    .reserved = {.superuser = -1, .others = -1, .total = -1},
};
#define KEEP_PROVIDER(member) KEEP(struct raw_provider, member)
#define KEEP_PROVIDER_LIST(list, count) KEEP_LIST(struct raw_provider, list, count)
static const struct plan_field PROVIDER_FIELDS[] = {
    {"id", KIND_ID, .required = true, KEEP_PROVIDER(provider.id), .max = ID_BYTES},
    {"name", KIND_TEXT, .required = true, KEEP_PROVIDER(provider.name), .max = NAME_BYTES},
    {"notes", KIND_TEXT, KEEP_PROVIDER(provider.notes), .max = TEXT_BYTES},
    {"limit_of", KIND_WORD, KEEP_PROVIDER(limit_of), .words = LIMIT_OF_WORDS},
    {"hosts", KIND_TEXTS, KEEP_PROVIDER_LIST(hosts, provider.host_pattern_count),
     .max = NAME_BYTES},
    {"hosts_unverified", KIND_TEXTS,
     KEEP_PROVIDER_LIST(hosts_unverified, provider.host_unverified_count), .max = NAME_BYTES},
    {"ports", KIND_TEXT, KEEP_PROVIDER(provider.ports), .max = TEXT_BYTES},
    {"change", KIND_OBJECT, KEEP_PROVIDER(provider.change), .object = &CHANGE},
    {"reserved", KIND_OBJECT, KEEP_PROVIDER(reserved), .object = &RESERVED},
    {"formula", KIND_OBJECT, KEEP_PROVIDER(provider.formula), .object = &FORMULA},
    {"idle_timeouts", KIND_OBJECTS, KEEP_PROVIDER_LIST(idle_timeouts, provider.idle_timeout_count),
     .object = &IDLE},
    {"poolers", KIND_OBJECTS, KEEP_PROVIDER_LIST(poolers, provider.pooler_count),
     .object = &POOLER},
    {"signs", KIND_OBJECTS, KEEP_PROVIDER_LIST(signs, provider.sign_count), .object = &SIGN},
    {"sources", KIND_OBJECTS, .required = true, KEEP_PROVIDER_LIST(sources, source_count),
     .object = &SOURCE},
    {"conflicts", KIND_TEXTS, KEEP_PROVIDER_LIST(conflicts, provider.conflict_count),
     .max = TEXT_BYTES},
    {"not_found", KIND_TEXTS, KEEP_PROVIDER_LIST(not_found, provider.not_found_count),
     .max = TEXT_BYTES},
    {"plans", KIND_OBJECTS, .required = true, KEEP_PROVIDER_LIST(plans, plan_count),
     .object = &plan_rows},
};
const struct plan_object provider_rows = OBJECT_OF(PROVIDER_FIELDS, PROVIDER_EMPTY);
