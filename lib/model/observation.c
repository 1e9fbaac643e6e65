#include "observation.h"

const char *observed_state_name(enum observed_state state)
{
    static const char *const names[] = {
        [OBSERVED_GOOD] = "observed",   [OBSERVED_ABSENT] = "absent",
        [OBSERVED_HIDDEN] = "hidden",   [OBSERVED_CENSORED] = "censored",
        [OBSERVED_COUNTED] = "counted", [OBSERVED_SHARED] = "shared",
    };
    return names[state];
}
