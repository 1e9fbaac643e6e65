#include "sizing_options.h"

bool sizing_options_make(const struct run *run, enum purpose purpose,
                         const struct topology *topology, struct recommend_options *ret_options,
                         struct fail *fail)
{
    const struct arguments *arguments = &run->arguments;
    *ret_options = (struct recommend_options){
        .purpose = purpose,
        .formula = (enum formula)option_choice(arguments, OPTION_FORMULA, (int)topology->formula),
        .mode = (enum allocate_mode)option_choice(arguments, OPTION_ALLOCATION, ALLOCATE_FILL),
        .objective = (enum objective)option_choice(arguments, OPTION_OBJECTIVE, OBJECTIVE_FAIR),
        .idle_after_ms = IDLE_AFTER_MS,
    };
    if (!option_duration(arguments, OPTION_IDLE_AFTER, &ret_options->idle_after_ms, fail))
        return false;
    if (ret_options->objective == OBJECTIVE_FAIR || ret_options->formula == FORMULA_FAIR ||
        !option_typed(arguments, OPTION_OBJECTIVE))
        return true;
    (void)fail_set(fail, FAIL_USAGE,
                   "%s: the formula %s gives everybody the same: it knows no objective",
                   option_label(arguments, OPTION_OBJECTIVE), formula_name(ret_options->formula));
    return fail_hint(fail, "leave it out, or use --formula fair");
}

bool objective_check(const struct run *run, const struct topology *topology, struct fail *fail)
{
    const struct arguments *arguments = &run->arguments;
    if (option_choice(arguments, OPTION_OBJECTIVE, OBJECTIVE_FAIR) != OBJECTIVE_WAIT ||
        !option_typed(arguments, OPTION_OBJECTIVE) || option_given(arguments, OPTION_CURVE) ||
        option_given(arguments, OPTION_SCENARIO))
        return true; /* a run beside this one may have a demand */
    for (size_t i = 0; i < topology->service_count; i++)
        if (topology->services[i]->demand != NULL && topology->services[i]->want == UNKNOWN)
            return true;
    (void)fail_set(fail, FAIL_USAGE,
                   "%s: no service has a demand to go by, so nobody's waiting is known",
                   option_label(arguments, OPTION_OBJECTIVE));
    return fail_hint(fail, "give one \"demand\": {\"rate\": 120, \"held\": \"60ms\"}, and no "
                           "\"want\", which beats it; or leave the option out");
}
