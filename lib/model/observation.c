#include "observation.h"

const char *observed_state_name(enum observed_state state)
{
    static const char *const names[] = {
        [OBSERVED_GOOD] = "observed",
        [OBSERVED_ABSENT] = "absent",
        [OBSERVED_HIDDEN] = "hidden",
        [OBSERVED_CENSORED] = "censored",
    };
    return names[state];
}
