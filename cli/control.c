#include "control.h"

#include "input.h"
#include "standing.h"

#include <string.h>

void ignores_give(struct run *run, struct topology_input *input)
{
    const struct option_values *ignored = &run->arguments.options[OPTION_IGNORE];
    size_t count = rule_count();
    const char **names = ARENA_ARRAY(run->arena, count + 1, const char *);
    const char **ids = ARENA_ARRAY(run->arena, count + 1, const char *);
    const struct rule **rules = rules_by_id(run->arena);
    for (size_t i = 0; i < count; i++) {
        names[i] = rules[i]->name;
        ids[i] = rules[i]->id;
    }
    input->rule_names = names;
    input->rule_ids = ids;
    input->rule_count = count;
    input->ignores = ignored->values;
    input->ignore_count = ignored->count;
    input->labels.ignore = option_label(&run->arguments, OPTION_IGNORE);
}

bool baseline_find(struct run *run, const struct baseline **ret_baseline, struct fail *fail)
{
    const struct arguments *arguments = &run->arguments;
    const char *path = option_value(arguments, OPTION_BASELINE);
    *ret_baseline = NULL;
    if (path == NULL && option_given(arguments, OPTION_WRITE_BASELINE)) {
        (void)fail_set(fail, FAIL_USAGE, "%s: which file?",
                       option_label(arguments, OPTION_WRITE_BASELINE));
        return fail_hint(fail, "name it: --baseline pgsize.baseline.json --write-baseline");
    }
    if (path == NULL || option_given(arguments, OPTION_WRITE_BASELINE))
        return true;
    struct json_text *text = ARENA_NEW(run->arena, struct json_text);
    struct baseline *baseline = ARENA_NEW(run->arena, struct baseline);
    if (!file_read(run->arena, path, "write it with --write-baseline", text, fail) ||
        !baseline_read(run->arena, text, baseline, fail))
        return false;
    *ret_baseline = baseline;
    if (strcmp(baseline->command, run->command->name) == 0)
        return true;
    (void)fail_set(fail, FAIL_INPUT, "%s: the baseline is that of %.40s, not of %s", path,
                   baseline->command, run->command->name);
    return fail_hint(fail, "keep one for each command");
}

void baseline_apply(struct run *run, const struct baseline *baseline, struct sizing *sizing,
                    struct report *report)
{
    if (baseline == NULL)
        return;
    report->baseline = option_value(&run->arguments, OPTION_BASELINE);
    report->gone = ARENA_ARRAY(run->arena, baseline->count + 1, const struct baseline_entry *);
    findings_compare(run->arena, sizing, baseline, report->gone, &report->gone_count);
}

bool earlier_find(struct run *run, const struct outcome **ret_earlier, struct fail *fail)
{
    const char *path = option_value(&run->arguments, OPTION_DIFF);
    *ret_earlier = NULL;
    if (path == NULL)
        return true;
    struct json_text *text = ARENA_NEW(run->arena, struct json_text);
    struct outcome *earlier = ARENA_NEW(run->arena, struct outcome);
    if (!file_read(run->arena, path, "an earlier result is written by --format json=FILE", text,
                   fail) ||
        !outcome_read(run->arena, text, earlier, fail))
        return false;
    *ret_earlier = earlier;
    if (strcmp(earlier->command, run->command->name) == 0)
        return true;
    (void)fail_set(fail, FAIL_INPUT, "%s: the result is that of %s, not of %s", path,
                   earlier->command, run->command->name);
    return fail_hint(fail, "its limits are others: keep a result of each command");
}
