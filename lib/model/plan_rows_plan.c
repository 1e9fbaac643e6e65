/* The rows of a plan, and of the claims that stand beside figures. */
#include "plan_rows.h"

enum { MEMORY_GIB = 1000000, VCPUS = 10000 };

/* In the order of enum confidence; "none" is said by leaving it out. */
static const char *const CONFIDENCE_WORDS[] = {"none",    "documented",        "recorded",
                                               "formula", "reported-by-users", NULL};

static const struct raw_claim CLAIM_EMPTY = {.value = -1, .source = -1};
static const struct plan_field CLAIM_FIELDS[] = {
    {"value", KIND_INTEGER, KEEP(struct raw_claim, value), .min = 1, .max = CLIENTS},
    {"source", KIND_INTEGER, KEEP(struct raw_claim, source), .min = 0, .max = SOURCES},
    {"as_of", KIND_TEXT, KEEP(struct raw_claim, as_of), .max = NAME_BYTES},
    {"note", KIND_TEXT, KEEP(struct raw_claim, note), .max = TEXT_BYTES},
};
const struct plan_object claim_rows = OBJECT_OF(CLAIM_FIELDS, CLAIM_EMPTY);

static const struct sighting SIGHTING_EMPTY = {.value = -1};
static const struct plan_field SIGHTING_FIELDS[] = {
    {"value", KIND_INTEGER, KEEP(struct sighting, value), .min = 1, .max = SLOTS},
    {"text", KIND_TEXT, KEEP(struct sighting, text), .max = TEXT_BYTES},
    {"when", KIND_TEXT, KEEP(struct sighting, when), .max = NAME_BYTES},
    {"how", KIND_TEXT, .required = true, KEEP(struct sighting, how), .max = TEXT_BYTES},
};
static const struct plan_object SIGHTING = OBJECT_OF(SIGHTING_FIELDS, SIGHTING_EMPTY);

static const struct raw_plan PLAN_EMPTY = {
    .plan = {.memory_gib = -1,
             .vcpu = -1,
             .compute_units = -1,
             .max_connections = -1,
             .least = -1,
             .most = -1,
             .formula_value = -1,
             .reserved_total = -1,
             .pooler_max_clients = -1,
             .pooler_pool_size = -1,
             .pooler_reserve_pool = -1},
    .usable = -1,
};
#define KEEP_PLAN(member) KEEP(struct raw_plan, member)
static const struct plan_field PLAN_FIELDS[] = {
    {"id", KIND_ID, .required = true, KEEP_PLAN(plan.id), .max = ID_BYTES},
    {"name", KIND_TEXT, KEEP_PLAN(plan.name), .max = NAME_BYTES},
    {"not_sold", KIND_FLAG, KEEP_PLAN(plan.is_not_sold)},
    {"memory_gib", KIND_NUMBER, KEEP_PLAN(plan.memory_gib), .max = MEMORY_GIB},
    {"memory_note", KIND_TEXT, .max = TEXT_BYTES},
    {"vcpu", KIND_NUMBER, KEEP_PLAN(plan.vcpu), .max = VCPUS},
    {"vcpu_text", KIND_TEXT, KEEP_PLAN(plan.vcpu_text), .max = NAME_BYTES},
    {"compute_units", KIND_NUMBER, KEEP_PLAN(plan.compute_units), .max = VCPUS},
    {"max_connections", KIND_INTEGER, KEEP_PLAN(plan.max_connections), .min = 1, .max = SLOTS},
    {"max_connections_min", KIND_INTEGER, KEEP_PLAN(plan.least), .min = 0, .max = SLOTS},
    {"max_connections_max", KIND_INTEGER, KEEP_PLAN(plan.most), .min = 0, .max = SLOTS},
    {"expression", KIND_TEXT, KEEP_PLAN(plan.expression), .max = TEXT_BYTES},
    {"observed", KIND_OBJECTS, KEEP_LIST(struct raw_plan, sightings, plan.sighting_count),
     .object = &SIGHTING},
    {"reserved", KIND_INTEGER, KEEP_PLAN(plan.reserved_total), .min = 0, .max = SLOTS},
    {"usable", KIND_INTEGER, KEEP_PLAN(usable), .min = 0, .max = SLOTS},
    {"pooler_max_clients", KIND_INTEGER, KEEP_PLAN(plan.pooler_max_clients), .min = 1,
     .max = CLIENTS},
    {"pooler_pool_size", KIND_INTEGER, KEEP_PLAN(plan.pooler_pool_size), .min = 1, .max = SLOTS},
    {"pooler_reserve_pool", KIND_INTEGER, KEEP_PLAN(plan.pooler_reserve_pool), .min = 0,
     .max = SLOTS},
    {"confidence", KIND_WORD, KEEP_PLAN(confidence), .words = CONFIDENCE_WORDS},
    CLAIM_ROWS(struct raw_plan),
    {"sources", KIND_INTEGERS, KEEP_LIST(struct raw_plan, sources, source_count), .min = 0,
     .max = SOURCES},
    {"as_of", KIND_TEXT, KEEP_PLAN(plan.as_of), .max = NAME_BYTES},
    {"notes", KIND_TEXT, KEEP_PLAN(plan.notes), .max = TEXT_BYTES},
};
const struct plan_object plan_rows = OBJECT_OF(PLAN_FIELDS, PLAN_EMPTY);

const char *confidence_name(enum confidence confidence)
{
    return CONFIDENCE_WORDS[confidence];
}
