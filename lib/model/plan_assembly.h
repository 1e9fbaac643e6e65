/*
 * What putting a provider together from its file needs in several places: where something stands,
 * sources by their number, and claims. Inside lib/model/plan_*.c only.
 */
#ifndef PGSIZE_PLAN_ASSEMBLY_H
#define PGSIZE_PLAN_ASSEMBLY_H

#include "plan_rows.h"

/* A provider being put together. */
struct assembly {
    struct plan_reader reader;
    const struct raw_provider *raw;
};

static inline struct plan_path path_of(const struct plan_path *parent, const char *key)
{
    return (struct plan_path){.parent = parent, .key = key};
}

/* Always false: what is wrong with the member `key` of what stands at `parent`. */
bool member_fail(const struct assembly *assembly, const struct plan_path *parent, const char *key,
                 const char *message);

bool source_check(const struct assembly *assembly, const struct plan_path *path,
                  int64_t source) MUST_USE;

/* Whether each says something and who says it; and with their sources in words. */
bool claims_check(const struct assembly *assembly, const struct plan_path *owner,
                  const struct raw_claims *claims) MUST_USE;
struct claim *claims_resolve(const struct assembly *assembly, const struct raw_claims *claims);

/* All plans of the file, with what follows from formulas. */
bool plans_assemble(const struct assembly *assembly, struct provider *ret_provider) MUST_USE;

#endif
