/*
 * recommend and check: the same reading, the same sizing, judged by other limits.
 */
#include "client_option.h"
#include "control.h"
#include "faults_say.h"
#include "fleet.h"
#include "histories.h"
#include "input.h"
#include "render.h"
#include "servers.h"
#include "sizing_options.h"
#include "sizing_run.h"
#include "variants.h"
#include "workspace.h"
#include "zones.h"

#include "changes.h"
#include "jobs.h"
#include "name.h"
#include "recommend.h"
#include "topology_again.h"

#include <stdio.h>
#include <string.h>

enum { FAIL_ON_NEVER = 3, SERVICES_LISTED = 5, MOST_INSTANCES = 1000000 };

/* Empty is unset, as in a shell's ${DATABASE_URL:-}. */
static const char *database_url(const struct run *run)
{
    const char *url = variable(run, "DATABASE_URL");
    return url != NULL && *url != '\0' ? url : NULL;
}

static bool has_server(const struct run *run)
{
    return option_given(&run->arguments, OPTION_URL) ||
           option_given(&run->arguments, OPTION_PLAN) ||
           option_given(&run->arguments, OPTION_MAX_CONNECTIONS) ||
           option_given(&run->arguments, OPTION_SNAPSHOT) || database_url(run) != NULL ||
           environment_names_server(run);
}

/* The client that the URL at hand shows; generic where it shows none. */
static const char *client_shown(struct run *run)
{
    const char *string = option_value(&run->arguments, OPTION_URL);
    struct url *url;
    struct fail ignored = {0};
    if (string == NULL)
        string = database_url(run);
    if (string == NULL || !url_read(run->arena, string, &url, &ignored))
        return "generic";
    const struct client *client = client_of_url(url);
    return client != NULL ? client->id : "generic";
}

/* Without a topology: one service, with all defaults, whose sessions are everybody's. */
static bool implicit_topology(struct run *run, struct json_text *ret_text, struct fail *fail)
{
    struct text text = {.arena = run->arena};
    if (run->command->bit == FOR_INSPECT) {
        *ret_text = inspect_topology;
        return true;
    }
    const struct client *client;
    int64_t instances = 1;
    if (!client_option_read(run, &client, fail))
        return false;
    if (!option_count(&run->arguments, OPTION_INSTANCES, 0, MOST_INSTANCES, &instances, fail))
        return false;
    text_put(&text, "{\"servers\": {\"server\": {}}, \"services\": {\"app\": {\"client\": ");
    text_put_json(&text, client != NULL ? client->id : client_shown(run));
    text_put(&text, ", \"application_name\": \"*\", \"instances\": ");
    text_put_int(&text, instances);
    text_put(&text, "}}}");
    *ret_text = (struct json_text){.bytes = arena_strndup(run->arena, text.bytes, text.length),
                                   .length = text.length};
    text_free(&text);
    return true;
}

/* Standard input has an end, behind which a second file would be empty. */
static bool standard_input_check(const struct run *run, struct fail *fail)
{
    static const enum option_id files[] = {OPTION_SNAPSHOT, OPTION_HISTORY, OPTION_BASELINE,
                                           OPTION_DIFF, OPTION_BEFORE};
    const struct arguments *arguments = &run->arguments;
    size_t count = 0;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        const struct option_values *values = &arguments->options[files[i]];
        for (size_t k = 0; k < values->count; k++)
            count += strcmp(values->values[k], "-") == 0;
    }
    for (size_t i = 0; i < arguments->word_count; i++)
        count += strcmp(arguments->words[i], "-") == 0;
    if (count < 2)
        return true;
    (void)fail_set(fail, FAIL_USAGE, "standard input can be read only once, and - is given twice");
    return fail_hint(fail, "write one of them to a file");
}

/* `path` as the user typed or left it. */
static bool text_read(struct run *run, const char *path, struct json_text *ret_text,
                      struct fail *fail)
{
    if (strstr(path, "://") == NULL)
        return file_read(run->arena, path,
                         "is that the right place? pgsize reads pgsize.json by default", ret_text,
                         fail);
    (void)fail_set(fail, FAIL_USAGE, "a URL is not a topology file");
    return fail_hint(fail, "give it with --url URL");
}

static bool texts_read(struct run *run, struct json_text **ret_texts, size_t *ret_count,
                       struct fail *fail)
{
    const struct arguments *arguments = &run->arguments;
    const char *found = arguments->word_count == 0 ? topology_default(run->arena) : NULL;
    bool implicit = arguments->word_count == 0 && found == NULL;
    *ret_count = arguments->word_count > 0 ? arguments->word_count : 1;
    *ret_texts = ARENA_ARRAY(run->arena, *ret_count, struct json_text);
    if (implicit && !has_server(run) && run->command->bit == FOR_INSPECT)
        return inspect_no_server(fail);
    if (implicit && !has_server(run)) {
        (void)fail_set(fail, FAIL_INPUT,
                       "there is no topology: no pgsize.json here or above, and no server");
        return fail_hint(fail,
                         "write pgsize.json: {\"servers\": {\"main\": {\"max_connections\": 100}}, "
                         "\"services\": {\"api\": {\"instances\": 3}}}; or give --url URL");
    }
    if (implicit)
        return implicit_topology(run, *ret_texts, fail);
    if (option_typed(arguments, OPTION_CLIENT) || option_typed(arguments, OPTION_INSTANCES)) {
        (void)fail_set(fail, FAIL_USAGE,
                       "--client and --instances describe a service without a topology");
        return fail_hint(fail,
                         "use --set services.NAME.client=ID, --set services.NAME.instances=N");
    }
    if (found != NULL && !option_given(arguments, OPTION_QUIET))
        say("using %s", found);
    for (size_t i = 0; i < *ret_count; i++) {
        const char *path = found != NULL ? found : arguments->words[i];
        if (option_given(arguments, OPTION_VERBOSE) && found == NULL)
            say("reading %s", path);
        if (!text_read(run, path, &(*ret_texts)[i], fail))
            return false;
    }
    return true;
}

/* All of them at once, each a line and its hint; the first gives the exit status. */
void faults_say(const struct faults *faults, struct fail *fail)
{
    fail->kind = faults->items[0].kind;
    for (size_t i = 0; i < faults->count; i++) {
        const struct fault *fault = &faults->items[i];
        if (fault->file != NULL && fault->line > 0)
            say("%s:%u:%u: %s", fault->file, fault->line, fault->column, fault->message);
        else
            say("%s", fault->message);
        if (fault->hint[0] != '\0')
            say_more(fault->hint);
        if (fault->kind == FAIL_INPUT)
            fail->kind = FAIL_INPUT;
    }
    if (faults->more > 0)
        say("and %zu more", faults->more);
}

bool topology_find(struct run *run, int64_t now_s, struct topology_input *ret_input,
                   struct topology *ret_topology, struct fail *fail)
{
    struct topology_input input = {
        .environment = run->environment, .max_connections = UNKNOWN, .now_s = now_s};
    struct faults *faults = ARENA_NEW(run->arena, struct faults);
    if (!texts_read(run, &input.texts, &input.text_count, fail) ||
        !option_count(&run->arguments, OPTION_MAX_CONNECTIONS, 1, MAX_CONNECTIONS_LIMIT,
                      &input.max_connections, fail))
        return false;
    input.sets = run->arguments.options[OPTION_SET].values;
    input.set_count = run->arguments.options[OPTION_SET].count;
    input.urls = run->arguments.options[OPTION_URL].values;
    input.url_count = run->arguments.options[OPTION_URL].count;
    input.fallback_url = database_url(run);
    input.plan = option_value(&run->arguments, OPTION_PLAN);
    if (option_given(&run->arguments, OPTION_CURVE) ||
        option_given(&run->arguments, OPTION_SCENARIO))
        input.keep = ARENA_NEW(run->arena, struct topology_kept);
    input.labels = (struct input_labels){
        .set = option_label(&run->arguments, OPTION_SET),
        .url = option_label(&run->arguments, OPTION_URL),
        .plan = option_label(&run->arguments, OPTION_PLAN),
        .max_connections = option_label(&run->arguments, OPTION_MAX_CONNECTIONS),
    };
    ignores_give(run, &input);
    *ret_input = input;
    if (topology_read(run->arena, &input, ret_topology, faults))
        return true;
    faults_say(faults, fail);
    return false;
}

static bool only_check(const struct run *run, const struct topology *topology, struct fail *fail)
{
    const struct option_values *only = &run->arguments.options[OPTION_ONLY];
    for (size_t i = 0; i < only->count; i++) {
        bool found = false;
        const char **names = ARENA_ARRAY(run->arena, topology->service_count + 1, const char *);
        for (size_t k = 0; k < topology->service_count; k++) {
            names[k] = topology->services[k]->name;
            found |= strcmp(names[k], only->values[i]) == 0;
        }
        if (found)
            continue;
        const char *guess =
            name_guess(only->values[i], names, topology->service_count, sizeof *names);
        (void)fail_set(fail, FAIL_USAGE, "%s: there is no service \"%.60s\"",
                       option_label(&run->arguments, OPTION_ONLY), only->values[i]);
        if (guess != NULL)
            return fail_hint(fail, "did you mean %s?", guess);
        char list[200];
        name_list(names, topology->service_count, SERVICES_LISTED, list, sizeof list);
        return *list == '\0' ? false : fail_hint(fail, "services here: %s", list);
    }
    return true;
}

static bool sizing_make(struct run *run, enum purpose purpose, const struct topology *topology,
                        const struct server_input *inputs, const struct baseline *baseline,
                        bool explains, struct report *report, struct fail *fail)
{
    struct recommend_options options;
    if (!sizing_options_make(run, purpose, topology, &options, fail))
        return false;
    struct sizing *sizing = ARENA_NEW(run->arena, struct sizing);
    if (!recommend(run->arena, topology, inputs, &options, sizing, fail))
        return false;
    rules_judge(run->arena, sizing);
    baseline_apply(run, baseline, sizing, report);
    report->sizing = sizing;
    if (!explains)
        return true;
    struct sizing *by_formula = ARENA_ARRAY(run->arena, formula_row_count, struct sizing);
    options.objective = OBJECTIVE_FAIR;
    for (size_t i = 0; i < formula_row_count; i++) {
        options.formula = formula_rows[i].formula;
        if (!recommend(run->arena, topology, inputs, &options, &by_formula[options.formula], fail))
            return false;
    }
    report->by_formula = by_formula;
    return true;
}

static int exit_status(const struct run *run, const struct report *report)
{
    enum severity worst;
    if (sizing_is_incomplete(report->sizing))
        return FAIL_SERVER;
    int fail_on = option_choice(&run->arguments, OPTION_FAIL_ON, SEVERITY_ERROR);
    if (fail_on == FAIL_ON_NEVER || option_given(&run->arguments, OPTION_WRITE_BASELINE) ||
        !report_worst(report, &worst))
        return 0;
    return (int)worst >= fail_on ? 1 : 0;
}

/* Whether a format that is written explains; a variable may be meant for another run. */
static bool explain_check(const struct run *run, const struct rendering *renderings, size_t count,
                          bool *ret_explains, struct fail *fail)
{
    bool can = false, always = false;
    for (size_t i = 0; i < count; i++) {
        can |= renderings[i].format->explains != EXPLAINS_NEVER;
        always |= renderings[i].format->explains == EXPLAINS_ALWAYS;
    }
    *ret_explains = always || (can && option_given(&run->arguments, OPTION_EXPLAIN));
    if (can || !option_typed(&run->arguments, OPTION_EXPLAIN))
        return true;
    (void)fail_set(fail, FAIL_USAGE,
                   "--explain is for the formats table, html and markdown, which are not written");
    return fail_hint(fail, "add --format table, or --format table=FILE");
}

/* The same of --diff. */
static bool diff_check(const struct run *run, const struct rendering *renderings, size_t count,
                       struct fail *fail)
{
    bool can = !option_typed(&run->arguments, OPTION_DIFF);
    for (size_t i = 0; i < count; i++)
        can |= renderings[i].format->shows_changes;
    if (can)
        return true;
    (void)fail_set(fail, FAIL_USAGE,
                   "--diff is for the formats table, json, html and markdown, which are not "
                   "written");
    return fail_hint(fail, "add --format table, or --format table=FILE");
}

/* What only some runs have, and only csv shows. */
static bool csv_check(const struct run *run, const struct rendering *renderings, size_t count,
                      struct fail *fail)
{
    for (size_t i = 0; i < count; i++) {
        if (renderings[i].format->render != csv_render ||
            option_given(&run->arguments, OPTION_CURVE) ||
            option_given(&run->arguments, OPTION_SCENARIO))
            continue;
        (void)fail_set(fail, FAIL_USAGE, "%s: csv holds the runs of --curve and --scenario",
                       option_label(&run->arguments, OPTION_FORMAT));
        return fail_hint(fail, "for example recommend --curve services.api.instances.max=1..20");
    }
    return true;
}

/* The limits that it holds are recommended ones: with those of today it would stop who runs now. */
static bool sql_check(const struct run *run, enum purpose purpose,
                      const struct rendering *renderings, size_t count, struct fail *fail)
{
    for (size_t i = 0; purpose == PURPOSE_CHECK && i < count; i++) {
        const struct format *format = renderings[i].format;
        if (format->render != sql_render && format->render != pgbouncer_render)
            continue;
        (void)fail_set(fail, FAIL_USAGE, "%s: %s holds the limits that recommend finds",
                       option_label(&run->arguments, OPTION_FORMAT), format->name);
        return fail_hint(fail, "use pgsize recommend --format %s", format->name);
    }
    return true;
}

int sizing_run(struct run *run, enum purpose purpose, struct fail *fail)
{
    struct rendering *renderings;
    size_t rendering_count;
    struct topology topology;
    struct topology_input input;
    int64_t now_s;
    const struct baseline *baseline;
    const struct outcome *earlier;
    bool explains;
    struct report report = {
        .program_version = PGSIZE_VERSION,
        .arena = run->arena,
        .explain = option_given(&run->arguments, OPTION_EXPLAIN),
        .reveal = option_given(&run->arguments, OPTION_REVEAL),
        .only = run->arguments.options[OPTION_ONLY].values,
        .only_count = run->arguments.options[OPTION_ONLY].count,
    };
    workspace_find(run, &report);
    if (!standard_input_check(run, fail) || !baseline_find(run, &baseline, fail) ||
        !renderings_read(run, &renderings, &rendering_count, fail) ||
        !renderings_spare_inputs(run, renderings, rendering_count, fail) ||
        !explain_check(run, renderings, rendering_count, &explains, fail) ||
        !csv_check(run, renderings, rendering_count, fail) ||
        !sql_check(run, purpose, renderings, rendering_count, fail) ||
        !diff_check(run, renderings, rendering_count, fail) || !earlier_find(run, &earlier, fail) ||
        !schedules_begin(run, &now_s, fail) ||
        !topology_find(run, now_s, &input, &topology, fail) || !only_check(run, &topology, fail) ||
        !objective_check(run, &topology, fail))
        return 0;
    struct server_input *inputs =
        ARENA_ARRAY(run->arena, topology.server_count, struct server_input);
    if (!servers_read(run, &topology, inputs, fail) ||
        (purpose == PURPOSE_INSPECT && (!inspect_read(run, &topology, inputs, &report, fail) ||
                                        !inspect_plans_find(run, &topology, inputs, fail))) ||
        !histories_read(run, &topology, inputs, fail) ||
        !zones_read(run, run->arena, &topology, fail))
        return 0;
    plan_ages_find(&topology, inputs, now_s);
    if (!jobs_find(run->arena, &topology, now_s, inputs, fail) ||
        !sizing_make(run, purpose, &topology, inputs, baseline, explains, &report, fail) ||
        !variants_make(run, &(struct variant_base){&input, &topology, inputs, now_s}, &report,
                       fail))
        return 0;
    if (earlier != NULL)
        report.changes = changes_make(&report, earlier, option_value(&run->arguments, OPTION_DIFF));
    if (!renderings_write(run, &report, renderings, rendering_count, fail))
        return 0;
    return exit_status(run, &report);
}

int recommend_run(struct run *run, struct fail *fail)
{
    return sizing_run(run, PURPOSE_RECOMMEND, fail);
}

int check_run(struct run *run, struct fail *fail)
{
    return sizing_run(run, PURPOSE_CHECK, fail);
}
