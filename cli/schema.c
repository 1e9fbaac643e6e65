/*
 * pgsize schema: the JSON Schema of the topology.
 */
#include "command.h"

#include "topology.h"

int schema_run(struct run *run, struct fail *fail)
{
    struct output output;
    if (!output_open(run->arena, NULL, false, &run->screen, &output, fail))
        return 0;
    topology_schema(&output.text);
    return output_close(&output, fail) ? 0 : 1;
}
