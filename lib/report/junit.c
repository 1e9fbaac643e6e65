/*
 * A test report, as the strictest of its readers takes it (junit-10.xsd of Jenkins' xunit plugin):
 * a suite for each server, in it a test for the server and for each of its services. A finding of
 * severity error is a failure; warnings and notes are what the test printed.
 */
#include "finding_parts.h"

#include <string.h>

enum { NOBODY = -1 };

/* The findings of each test, and the services of each server: lists by index, in order. */
struct suites {
    const struct report *report;
    struct name_table subjects;      /* of tests, "services/api" -> the first finding */
    size_t *next_finding;            /* by finding; finding_count: none */
    ptrdiff_t *first, *next_service; /* by server; by service */
    struct text words;               /* scratch */
};

static const char *subject_of(const struct suites *suites, const char *section, const char *name)
{
    return arena_printf(suites->report->arena, "%s/%s", section, name);
}

/* What is wrong with a server is its own failure, wherever it could be mended. */
static const char *test_of(const struct suites *suites, const struct finding *finding)
{
    return finding->server != NULL ? subject_of(suites, "servers", finding->server->server->name)
                                   : finding->subject;
}

static void findings_list(struct suites *suites)
{
    const struct sizing *sizing = suites->report->sizing;
    size_t none = sizing->finding_count;
    size_t *last = ARENA_ARRAY(suites->report->arena, none + 1, size_t); /* by first finding */
    suites->next_finding = ARENA_ARRAY(suites->report->arena, none + 1, size_t);
    for (size_t i = 0; i < none; i++) {
        size_t first = i;
        suites->next_finding[i] = none;
        if (!finding_counts(suites->report, &sizing->findings[i]))
            continue;
        if (!name_table_add(&suites->subjects, suites->report->arena,
                            test_of(suites, &sizing->findings[i]), i, &first))
            suites->next_finding[last[first]] = i;
        last[first] = i;
    }
}

static void services_list(struct suites *suites)
{
    const struct topology *topology = suites->report->sizing->topology;
    struct arena *arena = suites->report->arena;
    suites->first = ARENA_ARRAY(arena, topology->server_count + 1, ptrdiff_t);
    suites->next_service = ARENA_ARRAY(arena, topology->service_count + 1, ptrdiff_t);
    for (size_t i = 0; i < topology->server_count; i++)
        suites->first[i] = NOBODY;
    for (size_t i = topology->service_count; i-- > 0;) {
        const struct service *service = topology->services[i];
        size_t server = service->target_count > 0 ? service->targets[0].server : service->server;
        suites->next_service[i] = suites->first[server];
        suites->first[server] = (ptrdiff_t)i;
    }
}

/* Its first finding; finding_count where it has none. */
static size_t first_finding(const struct suites *suites, const char *subject)
{
    size_t first = suites->report->sizing->finding_count;
    (void)name_table_find(&suites->subjects, subject, &first);
    return first;
}

/* Where findings of errors stand first, the first one decides. */
static bool is_failed(const struct suites *suites, const char *subject)
{
    const struct sizing *sizing = suites->report->sizing;
    size_t first = first_finding(suites, subject);
    return first < sizing->finding_count &&
           sizing->findings[first].rule->severity == SEVERITY_ERROR;
}

static void attribute_put(struct text *text, const char *name, const char *value)
{
    text_printf(text, " %s=\"", name);
    text_put_xml(text, value);
    text_put_char(text, '"');
}

/* "over-budget (PGS001, error): what is wrong", what to do, and where. */
static void finding_put(struct suites *suites, const struct finding *finding, struct text *text)
{
    struct text *words = &suites->words;
    const char *path = report_path(suites->report, finding->file);
    words->length = 0;
    text_printf(words, "%s (%s, %s): ", finding->rule->name, finding->rule->id,
                severity_name(finding->rule->severity));
    finding_sentence_put(finding, words);
    text_put_xml(text, words->bytes);
    text_put_char(text, '\n');
    if (finding_way_out(finding) != NULL) {
        text_put_xml(text, finding_way_out(finding));
        text_put_char(text, '\n');
    }
    text_put_xml(text, path != NULL ? path : finding->pointer);
    if (path != NULL)
        text_printf(text, ":%u:%u", finding->line, finding->column);
    text_put_char(text, '\n');
}

/* The findings from `first` on that are errors, or that are not; false: none, and nothing put. */
static bool findings_put(struct suites *suites, size_t first, bool are_errors, const char *element,
                         struct text *text)
{
    const struct sizing *sizing = suites->report->sizing;
    bool any = false;
    for (size_t i = first; i < sizing->finding_count; i = suites->next_finding[i]) {
        const struct finding *finding = &sizing->findings[i];
        if ((finding->rule->severity == SEVERITY_ERROR) != are_errors)
            continue;
        if (!any) {
            text_printf(text, "      <%s", element);
            if (are_errors) {
                attribute_put(text, "type", finding->rule->name);
                attribute_put(text, "message", finding->message);
            }
            text_put_char(text, '>');
        }
        finding_put(suites, finding, text);
        any = true;
    }
    if (any)
        text_printf(text, "</%s>\n", element);
    return any;
}

static void test_put(struct suites *suites, const char *suite, const char *subject,
                     struct text *text)
{
    size_t first = first_finding(suites, subject);
    text_put(text, "    <testcase");
    attribute_put(text, "classname", suite);
    attribute_put(text, "name", subject);
    if (first == suites->report->sizing->finding_count) {
        text_put(text, "/>\n");
        return;
    }
    text_put(text, ">\n");
    (void)findings_put(suites, first, true, "failure", text);
    (void)findings_put(suites, first, false, "system-out", text);
    text_put(text, "    </testcase>\n");
}

static void counts_put(struct text *text, size_t tests, size_t failures)
{
    text_printf(text, " tests=\"%zu\" failures=\"%zu\" errors=\"0\"", tests, failures);
}

/* How many tests there are of a server, and how many of them failed. */
static void suite_count(const struct suites *suites, size_t index, size_t *tests, size_t *failures)
{
    const struct topology *topology = suites->report->sizing->topology;
    *tests += 1;
    *failures += is_failed(suites, subject_of(suites, "servers", topology->servers[index]->name));
    for (ptrdiff_t i = suites->first[index]; i != NOBODY; i = suites->next_service[i]) {
        const struct service *service = topology->services[i];
        if (!report_shows(suites->report, service))
            continue;
        *tests += 1;
        *failures += is_failed(suites, subject_of(suites, "services", service->name));
    }
    for (size_t i = 0; i < topology->pooler_count; i++) {
        if (topology->poolers[i]->server != index)
            continue;
        *tests += 1;
        *failures += is_failed(suites, subject_of(suites, "poolers", topology->poolers[i]->name));
    }
}

static void suite_put(struct suites *suites, size_t index, struct text *text)
{
    const struct topology *topology = suites->report->sizing->topology;
    const struct server *server = topology->servers[index];
    const struct json_text *origin = server->origin.text;
    const char *path = report_path(suites->report, origin == NULL ? NULL : origin->name);
    size_t tests = 0, failures = 0;
    suite_count(suites, index, &tests, &failures);
    text_put(text, "  <testsuite");
    attribute_put(text, "name", server->name);
    counts_put(text, tests, failures);
    if (path != NULL)
        attribute_put(text, "file", path);
    text_put(text, ">\n");
    test_put(suites, server->name, subject_of(suites, "servers", server->name), text);
    for (ptrdiff_t i = suites->first[index]; i != NOBODY; i = suites->next_service[i])
        if (report_shows(suites->report, topology->services[i]))
            test_put(suites, server->name,
                     subject_of(suites, "services", topology->services[i]->name), text);
    for (size_t i = 0; i < topology->pooler_count; i++)
        if (topology->poolers[i]->server == index)
            test_put(suites, server->name,
                     subject_of(suites, "poolers", topology->poolers[i]->name), text);
    text_put(text, "  </testsuite>\n");
}

void junit_render(const struct report *report, struct text *text)
{
    const struct sizing *sizing = report->sizing;
    struct arena arena = {.on_out_of_memory = report->arena->on_out_of_memory};
    struct report scratch = *report;
    struct suites suites = {.report = &scratch, .words = {.arena = &arena}};
    size_t tests = 0, failures = 0;
    scratch.arena = &arena;
    findings_list(&suites);
    services_list(&suites);
    for (size_t i = 0; i < sizing->topology->server_count; i++)
        suite_count(&suites, i, &tests, &failures);
    text_put(text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites");
    attribute_put(text, "name", arena_printf(&arena, "pgsize %s", purpose_name(sizing->purpose)));
    counts_put(text, tests, failures);
    text_put(text, ">\n");
    for (size_t i = 0; i < sizing->topology->server_count; i++)
        suite_put(&suites, i, text);
    text_put(text, "</testsuites>\n");
    text_free(&suites.words);
    arena_free(&arena);
}
