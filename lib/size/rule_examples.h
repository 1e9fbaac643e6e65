/*
 * What examples of rules have in common: the rest of a topology, and a snapshot of its server.
 */
#ifndef PGSIZE_RULE_EXAMPLES_H
#define PGSIZE_RULE_EXAMPLES_H

#define SERVICE "\"services\": {\"api\": {\"connection_limit\": 5}}}"
#define SNAPSHOT(FACTS)                                                                            \
    "{\"format\": 1, \"servers\": [{\"name\": \"main\", \"source\": \"live\", \"version\": "       \
    "150018, " FACTS "}]}"

#endif
