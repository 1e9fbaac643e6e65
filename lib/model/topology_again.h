/*
 * Reading a topology again with more settings, as --curve and --scenario do hundreds of times. What
 * no further setting changes is taken as the first reading left it; the answer is that of
 * topology_read(), which this falls back to wherever it could be another.
 */
#ifndef PGSIZE_TOPOLOGY_AGAIN_H
#define PGSIZE_TOPOLOGY_AGAIN_H

#include "topology.h"

/* Servers and services as they were read, before they were linked: linking changes them. It is
 * filled by topology_read() where the input asks for it, and lives as long as that topology. */
struct topology_kept {
    const struct json_text *texts;
    size_t set_count; /* settings that are in it */
    enum formula formula;
    bool formula_given;
    struct server *servers;
    size_t server_count;
    struct service *services;
    size_t service_count;
    struct pooler *poolers;
    size_t pooler_count;
    const struct ignored *ignored;
    size_t ignored_count;
};

/* Copies what topology_read() has read; to be called before it is linked. */
void topology_keep(struct arena *arena, const struct topology *topology, size_t set_count,
                   struct topology_kept *ret_kept);

/* topology_read() of an input that is the kept one's but for settings that were added behind, and
 * for what they are called. Its texts are copies of the kept one's. */
bool topology_read_again(struct arena *arena, const struct topology_kept *kept,
                         const struct topology_input *input, struct topology *ret_topology,
                         struct faults *ret_faults) MUST_USE;

#endif
