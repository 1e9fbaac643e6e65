#include "variants.h"

#include "input.h"
#include "jobs.h"
#include "range.h"
#include "servers.h"
#include "setting.h"
#include "sizing_options.h"
#include "topology_again.h"
#include "what_if.h"
#include "zones.h"

#include <string.h>

/* One run: PATH=VALUE settings behind those of --set. */
struct variant {
    const char *option; /* "--curve PATH=VALUE", for errors */
    const char *label;
    const char **sets;
    size_t set_count;
};

static bool topology_again(struct arena *arena, const struct variant_base *base,
                           const struct variant *variant, struct topology *ret_topology,
                           struct fail *fail)
{
    struct topology_input input = *base->input;
    struct faults *faults = ARENA_NEW(arena, struct faults);
    const char **sets = ARENA_ARRAY(arena, input.set_count + variant->set_count + 1, const char *);
    for (size_t i = 0; i < input.set_count; i++)
        sets[i] = input.sets[i];
    for (size_t i = 0; i < variant->set_count; i++)
        sets[input.set_count++] = variant->sets[i];
    input.sets = sets;
    /* What is worked out about a text while it is read lives no longer than this run. */
    input.texts = ARENA_ARRAY(arena, input.text_count + 1, struct json_text);
    memcpy(input.texts, base->input->texts, input.text_count * sizeof *input.texts);
    input.labels.set = variant->option;
    input.keep = NULL;
    if (topology_read_again(arena, base->input->keep, &input, ret_topology, faults))
        return true;
    const struct fault *first = &faults->items[0];
    (void)fail_set(fail, FAIL_USAGE, "%s%s%s", first->file == NULL ? "" : variant->option,
                   first->file == NULL ? "" : ": ", first->message);
    return first->hint[0] == '\0' ? false : fail_hint(fail, "%s", first->hint);
}

static bool point_find(struct run *run, const struct variant_base *base,
                       const struct report *report, const struct variant *variant,
                       struct what_if_point *ret_point, struct fail *fail)
{
    struct arena arena = {.on_out_of_memory = run->arena->on_out_of_memory};
    struct topology topology;
    struct sizing sizing;
    bool good = topology_again(&arena, base, variant, &topology, fail);
    if (good) {
        struct server_input *inputs =
            ARENA_ARRAY(&arena, topology.server_count + 1, struct server_input);
        struct recommend_options options;
        good = sizing_options_make(run, PURPOSE_RECOMMEND, &topology, &options, fail) &&
               servers_again(run, &arena, base->topology, base->inputs, &topology, inputs, fail) &&
               zones_read(run, &arena, &topology, fail) &&
               jobs_find_again(&arena, base->topology, base->inputs, &topology, base->begin_s,
                               inputs, fail) &&
               recommend(&arena, &topology, inputs, &options, &sizing, fail);
    }
    if (good) {
        rules_judge_unplaced(&arena, &sizing);
        *ret_point = what_if_point_make(run->arena, report, &sizing, variant->label);
    }
    arena_free(&arena);
    return good;
}

/* "services.api.instances.max" and "/services/api/instances/max" lie in the service api; NULL: in
 * none. What is wrong with a path is said where it is set. */
static const char *service_of(struct arena *arena, const char *path)
{
    const char *argument = arena_printf(arena, "%s=", path);
    struct settings settings;
    struct fail ignored = {0};
    if (!settings_read(arena, NULL, &argument, 1, &settings, &ignored) ||
        strcmp(settings.items[0].path[0], "services") != 0)
        return NULL;
    return settings.items[0].path[1];
}

static struct what_if *what_if_new(struct run *run, const char *title, const char *heading,
                                   size_t count)
{
    struct what_if *what_if = ARENA_NEW(run->arena, struct what_if);
    *what_if = (struct what_if){.title = title, .heading = heading};
    what_if->points = ARENA_ARRAY(run->arena, count, struct what_if_point);
    return what_if;
}

static bool curve_make(struct run *run, const struct variant_base *base, struct report *report,
                       struct fail *fail)
{
    const char *argument = option_value(&run->arguments, OPTION_CURVE);
    const char *equals = argument == NULL ? NULL : strchr(argument, '=');
    struct range range;
    struct text text = {.arena = run->arena};
    if (argument == NULL)
        return true;
    if (equals == NULL || equals == argument) {
        (void)fail_set(fail, FAIL_USAGE, "%s: expected PATH=FROM..TO[:STEP], got \"%.60s\"",
                       option_label(&run->arguments, OPTION_CURVE), argument);
        return fail_hint(fail, "for example --curve services.api.instances.max=1..20");
    }
    struct fail why = {0};
    if (!range_read(equals + 1, &range, &why)) {
        (void)fail_set(fail, FAIL_USAGE, "%s: %s", option_label(&run->arguments, OPTION_CURVE),
                       why.message);
        return fail_hint(fail, "%s", why.hint);
    }
    const char *path = arena_strndup(run->arena, argument, (size_t)(equals - argument));
    struct what_if *curve = what_if_new(run, path, "VALUE", range.count);
    curve->is_curve = true;
    curve->service = service_of(run->arena, path);
    bool good = true;
    for (size_t i = 0; good && i < range.count; i++) {
        text.length = 0;
        range_put(&range, i, &text);
        const char *label = arena_strdup(run->arena, text.bytes);
        const char *set = arena_printf(run->arena, "%s=%s", path, label);
        struct variant variant = {option_label(&run->arguments, OPTION_CURVE), label, &set, 1};
        good = point_find(run, base, report, &variant, &curve->points[curve->point_count++], fail);
    }
    text_free(&text);
    report->curve = curve;
    return good;
}

/* Where a setting ends: at a comma that is in no string, array or object of its value. Brackets and
 * quotes in a path, or in a value that is no JSON, are what they are. */
static size_t setting_length(const char *from)
{
    int depth = 0;
    bool in_string = false;
    size_t value = strcspn(from, "=,");
    if (from[value] != '=')
        return value;
    value += 1 + strspn(from + value + 1, " ");
    if (from[value] == '\0' || strchr("\"[{", from[value]) == NULL)
        return value + strcspn(from + value, ",");
    for (size_t i = value;; i++) {
        char at = from[i];
        if (at == '\0' || (at == ',' && depth <= 0 && !in_string))
            return i;
        if (at == '"')
            in_string = !in_string;
        else if (in_string && at == '\\' && from[i + 1] != '\0')
            i++;
        else if (!in_string && (at == '{' || at == '['))
            depth++;
        else if (!in_string && (at == '}' || at == ']'))
            depth--;
    }
}

/* What is behind a comma and no setting is the rest of a value, or a comma too much. */
static bool rest_check(const struct variant *variant, const char *rest, struct fail *fail)
{
    if (strchr(rest, '=') != NULL)
        return true;
    if (*rest == '\0')
        (void)fail_set(fail, FAIL_USAGE, "%s: nothing is behind a comma", variant->option);
    else
        (void)fail_set(fail, FAIL_USAGE, "%s: behind a comma, expected PATH=VALUE, got \"%.60s\"",
                       variant->option, rest);
    return fail_hint(fail, "commas separate settings; write a value that holds one as a JSON "
                           "string: PATH=\"0,30 3 * * *\"");
}

/* NAME:PATH=VALUE[,PATH=VALUE]. */
static bool scenario_read(struct run *run, const char *argument, struct variant *ret_variant,
                          struct fail *fail)
{
    const char *colon = strchr(argument, ':');
    if (colon == NULL || colon == argument || strchr(colon, '=') == NULL) {
        (void)fail_set(fail, FAIL_USAGE,
                       "--scenario: expected NAME:PATH=VALUE[,PATH=VALUE], got \"%.60s\"",
                       argument);
        (void)fail_hint(fail, "for example --scenario big:servers.core.max_connections=200");
        return false;
    }
    size_t most = 1;
    for (const char *at = colon; *at != '\0'; at++)
        most += *at == ',';
    *ret_variant = (struct variant){
        .label = arena_strndup(run->arena, argument, (size_t)(colon - argument)),
        .sets = ARENA_ARRAY(run->arena, most, const char *),
    };
    ret_variant->option = arena_printf(run->arena, "--scenario %s", ret_variant->label);
    for (const char *at = colon + 1;;) {
        size_t length = setting_length(at);
        const char *set = arena_strndup(run->arena, at, length);
        if (at != colon + 1 && !rest_check(ret_variant, set, fail))
            return false;
        ret_variant->sets[ret_variant->set_count++] = set;
        if (at[length] == '\0')
            return true;
        at += length + 1;
    }
}

static bool scenarios_make(struct run *run, const struct variant_base *base, struct report *report,
                           struct fail *fail)
{
    const struct option_values *arguments = &run->arguments.options[OPTION_SCENARIO];
    if (arguments->count == 0)
        return true;
    struct what_if *what_if = what_if_new(run, "scenarios", "SCENARIO", arguments->count + 1);
    what_if->points[what_if->point_count++] =
        what_if_point_make(run->arena, report, report->sizing, "as it is");
    for (size_t i = 0; i < arguments->count; i++) {
        struct variant variant = {0};
        if (!scenario_read(run, arguments->values[i], &variant, fail))
            return false;
        for (size_t k = 0; k < what_if->point_count; k++)
            if (strcmp(what_if->points[k].label, variant.label) == 0)
                return fail_set(fail, FAIL_USAGE, "%s: the name is given twice", variant.option);
        if (!point_find(run, base, report, &variant, &what_if->points[what_if->point_count++],
                        fail))
            return false;
    }
    report->scenarios = what_if;
    return true;
}

bool variants_make(struct run *run, const struct variant_base *base, struct report *report,
                   struct fail *fail)
{
    return curve_make(run, base, report, fail) && scenarios_make(run, base, report, fail);
}
