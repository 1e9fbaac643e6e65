/*
 * What makes a finding the same one tomorrow: its rule, whom it is about and which key, but neither
 * its line, which moves, nor its numbers, which change. Reports that are compared over time (SARIF,
 * GitLab, a baseline) know findings by it.
 */
#ifndef PGSIZE_IDENTITY_H
#define PGSIZE_IDENTITY_H

#include "sizing.h"

struct identity {
    const char *key;      /* "PGS009 services/api /services/api/connection_limit role app" */
    uint64_t fingerprint; /* of the key: FNV-1a, 64 bits */
};

/* One for each finding of the sizing, in their order; no two keys are equal. */
const struct identity *identities_make(struct arena *arena, const struct sizing *sizing);

#endif
