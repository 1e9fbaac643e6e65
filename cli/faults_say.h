/*
 * What is wrong with a topology, said all at once.
 */
#ifndef PGSIZE_FAULTS_SAY_H
#define PGSIZE_FAULTS_SAY_H

#include "fail.h"
#include "topology.h"

/* Each a line and its hint on standard error; the first gives the kind of `fail`. */
void faults_say(const struct faults *faults, struct fail *fail);

#endif
