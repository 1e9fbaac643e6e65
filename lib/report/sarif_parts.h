/*
 * The parts of the format sarif that are files of their own. Inside this room.
 */
#ifndef PGSIZE_SARIF_PARTS_H
#define PGSIZE_SARIF_PARTS_H

#include "json_write.h"
#include "rule.h"

/* All rules, by id. */
struct sarif_rules {
    const struct rule **at;
    size_t count;
};
struct sarif_rules sarif_rules_make(struct arena *arena);
size_t sarif_rule_index(const struct sarif_rules *rules, const struct rule *rule);

/* Puts the member "rules". */
void sarif_rules_put(struct json_writer *writer, const struct sarif_rules *rules);

/* Puts the member `key`: {"text": words}. */
void sarif_message_put(struct json_writer *writer, const char *key, const char *words);

#endif
