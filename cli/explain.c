/*
 * pgsize explain RULE: what a rule says, why, and its two examples, which are judged while one
 * reads.
 */
#include "show.h"

#include "history.h"
#include "jobs.h"
#include "recommend.h"
#include "rule.h"
#include "snapshot.h"

#include <stdio.h>
#include <string.h>

/* An example, and what is found in it; NULL: nothing. */
struct example {
    const char *document, *facts, *history;
    const struct finding *finding;
};

struct explanation {
    const struct rule *rule;
    struct example bad, good;
};

/* How a server fails to answer in an example; ANSWER_NOT_ASKED: it does not fail. */
static enum answer failure_of(const char *said)
{
    static const struct {
        const char *said;
        enum answer answer;
    } failures[] = {{RULE_UNREACHABLE, ANSWER_UNREACHABLE}, {RULE_MISSING, ANSWER_MISSING}};
    for (size_t i = 0; said != NULL && i < sizeof failures / sizeof failures[0]; i++)
        if (strcmp(said, failures[i].said) == 0)
            return failures[i].answer;
    return ANSWER_NOT_ASKED;
}

/* What the servers of an example say: a snapshot, or that they are not reached. */
static bool facts_read(struct run *run, const char *said, const struct topology *topology,
                       struct server_input *inputs, struct fail *fail)
{
    struct facts *unreachable = ARENA_NEW(run->arena, struct facts);
    *unreachable = facts_unknown;
    unreachable->answer = failure_of(said);
    unreachable->reason = "connection refused";
    bool is_snapshot = said != NULL && unreachable->answer == ANSWER_NOT_ASKED;
    struct snapshot *snapshot = ARENA_NEW(run->arena, struct snapshot);
    struct json_text *text = ARENA_NEW(run->arena, struct json_text);
    *text = (struct json_text){.name = "example", .bytes = said};
    text->length = is_snapshot ? strlen(said) : 0;
    if (is_snapshot && !snapshot_read(run->arena, text, snapshot, fail))
        return false;
    for (size_t i = 0; i < topology->server_count; i++) {
        const struct facts *found =
            is_snapshot
                ? snapshot_find(snapshot, topology->servers[i]->name, topology->server_count)
            : said != NULL ? unreachable
                           : &facts_unknown;
        inputs[i].facts = found != NULL ? found : &facts_unknown;
    }
    return true;
}

static bool example_judge(struct run *run, const struct rule *rule, struct example *example,
                          struct fail *fail)
{
    static const char *const no_environment[] = {NULL};
    struct json_text *text = ARENA_NEW(run->arena, struct json_text);
    *text = (struct json_text){.name = "example", .bytes = example->document};
    text->length = strlen(example->document);
    struct topology_input input = {.texts = text,
                                   .text_count = 1,
                                   .environment = no_environment,
                                   .max_connections = UNKNOWN,
                                   .now_s = RULE_EXAMPLE_NOW_S};
    struct topology *topology = ARENA_NEW(run->arena, struct topology);
    struct faults *faults = ARENA_NEW(run->arena, struct faults);
    struct sizing *sizing = ARENA_NEW(run->arena, struct sizing);
    const struct recommend_options options = {.purpose = rule->purpose};
    if (!topology_read(run->arena, &input, topology, faults))
        return fail_set(fail, FAIL_INTERNAL, "%s: its example is wrong: %s", rule->id,
                        faults->items[0].message);
    struct server_input *inputs =
        ARENA_ARRAY(run->arena, topology->server_count, struct server_input);
    if (example->history != NULL)
        inputs[0].history =
            history_of_text(run->arena, topology, 0, example->history, strlen(example->history));
    if (!facts_read(run, example->facts, topology, inputs, fail) ||
        !jobs_find(run->arena, topology, RULE_EXAMPLE_NOW_S, inputs, fail) ||
        !recommend(run->arena, topology, inputs, &options, sizing, fail))
        return false;
    rules_judge(run->arena, sizing);
    for (size_t i = 0; i < sizing->finding_count && example->finding == NULL; i++)
        if (sizing->findings[i].rule == rule)
            example->finding = &sizing->findings[i];
    return true;
}

/* --- for people --- */

enum { LINE = 78, STEP = 2, FIRST_INDENT = 4 };

/* The members of an object or array, each behind `before`. */
static void members_put(struct text *text, const struct json *value, size_t indent, bool on_lines);

/* A value on one line where it fits, else each member on its own. */
static void value_put(struct text *text, const struct json *value, size_t indent, size_t column)
{
    char line[LINE];
    enum json_kind kind = json_kind_of(value);
    if (kind != JSON_KIND_OBJECT && kind != JSON_KIND_ARRAY) {
        json_show(value, line, sizeof line);
        text_put(text, line);
        return;
    }
    size_t before = text->length;
    members_put(text, value, indent, false);
    if (column + text->length - before <= LINE && column > FIRST_INDENT)
        return;
    text->length = before;
    members_put(text, value, indent, true);
}

static void members_put(struct text *text, const struct json *value, size_t indent, bool on_lines)
{
    bool is_object = json_kind_of(value) == JSON_KIND_OBJECT;
    void *member = is_object ? json_first(value) : NULL;
    text_put_char(text, is_object ? '{' : '[');
    for (size_t i = 0; i < json_size(value); i++) {
        text_put(text, i == 0 ? "" : on_lines ? "," : ", ");
        if (on_lines) {
            text_put_char(text, '\n');
            text_repeat(text, " ", indent + STEP);
        }
        size_t before = text->length;
        if (is_object) {
            text_put_json(text, json_key(member));
            text_put(text, ": ");
        }
        value_put(text, is_object ? json_value(member) : json_element(value, i), indent + STEP,
                  on_lines ? indent + STEP + text->length - before : 1 + FIRST_INDENT);
        member = is_object ? json_next(value, member) : NULL;
    }
    if (on_lines) {
        text_put_char(text, '\n');
        text_repeat(text, " ", indent);
    }
    text_put_char(text, is_object ? '}' : ']');
}

static void document_put(struct arena *arena, const char *document, struct text *text)
{
    struct json_text whole = {.name = "example", .bytes = document, .length = strlen(document)};
    struct json_error error;
    struct json *value;
    if (!json_read_whole(&whole, &value, &error))
        return;
    struct text laid_out = {.arena = arena};
    value_put(&laid_out, value, FIRST_INDENT, FIRST_INDENT);
    json_release(value);
    text_repeat(text, " ", FIRST_INDENT);
    text_put(text, laid_out.bytes);
    text_put_char(text, '\n');
    text_free(&laid_out);
}

/* Lines, which stay whole. */
static void record_example_put(const char *record, struct text *text)
{
    text_put(text, "  where the record says (--history)\n");
    while (*record != '\0') {
        size_t length = strcspn(record, "\n");
        text_repeat(text, " ", FIRST_INDENT);
        text_put_bytes(text, record, length + 1);
        record += length + 1;
    }
}

static void example_put(const struct page *page, const char *title, const struct example *example,
                        struct text *text)
{
    text_printf(text, "\n%s\n", title);
    document_put(page->lines.arena, example->document, text);
    if (failure_of(example->facts) != ANSWER_NOT_ASKED)
        text_put(text, "  where the server cannot be reached\n");
    else if (example->facts != NULL) {
        text_put(text, "  where the server says (--snapshot)\n");
        document_put(page->lines.arena, example->facts, text);
    }
    if (example->history != NULL)
        record_example_put(example->history, text);
    if (example->finding == NULL)
        return;
    text_put(text, "  ");
    (void)wrap_put(&page->lines, text, example->finding->message, 2, 2);
    text_put(text, "\n  ");
    (void)wrap_put(&page->lines, text, example->finding->help, 2, 2);
    text_put_char(text, '\n');
}

static void explanation_table(const struct page *page, const void *content, struct text *text)
{
    const struct explanation *explanation = content;
    const struct rule *rule = explanation->rule;
    text_printf(text, "%s  %s  %s\n", rule->id, rule->name, severity_name(rule->severity));
    (void)wrap_put(&page->lines, text, rule->help, 0, 0);
    text_put(text, "\n\n");
    (void)wrap_put(&page->lines, text, rule->why, 0, 0);
    text_put_char(text, '\n');
    char title[80];
    (void)snprintf(title, sizeof title, "pgsize %s finds it in", purpose_name(rule->purpose));
    example_put(page, title, &explanation->bad, text);
    example_put(page, "and not in", &explanation->good, text);
    text_printf(text,
                "\nTo accept it, in the topology\n"
                "    \"ignore\": [{\"rule\": \"%s\", \"reason\": \"WHY\"}]\n",
                rule->name);
}

/* --- for programs --- */

static void example_json(struct json_writer *writer, const char *key, const struct example *example)
{
    json_write_open(writer, key, '{');
    json_write_string(writer, "topology", example->document);
    json_write_string(writer, "snapshot", example->facts);
    json_write_string(writer, "record", example->history);
    json_write_string(writer, "message",
                      example->finding == NULL ? NULL : example->finding->message);
    json_write_string(writer, "help", example->finding == NULL ? NULL : example->finding->help);
    json_write_close(writer, '}');
}

static void explanation_json(struct json_writer *writer, const void *content)
{
    const struct explanation *explanation = content;
    const struct rule *rule = explanation->rule;
    json_write_open(writer, NULL, '{');
    json_write_string(writer, "id", rule->id);
    json_write_string(writer, "name", rule->name);
    json_write_string(writer, "severity", severity_name(rule->severity));
    json_write_string(writer, "help", rule->help);
    json_write_string(writer, "why", rule->why);
    example_json(writer, "bad", &explanation->bad);
    example_json(writer, "good", &explanation->good);
    json_write_close(writer, '}');
}

static void rule_unmatched(const struct run *run, const char *word)
{
    size_t count = rule_count();
    const char **names = ARENA_ARRAY(run->arena, count, const char *);
    for (size_t i = 0; i < count; i++)
        names[i] = rule_at(i)->name;
    nothing_matches(run, word, names, count, "pgsize list rules");
}

int explain_run(struct run *run, struct fail *fail)
{
    const char *word = run->arguments.words[0];
    const struct rule *rule = rule_find(word);
    struct explanation explanation = {.rule = rule};
    const struct showing showing = {
        .content = &explanation,
        .table = explanation_table,
        .json = explanation_json,
    };
    if (rule == NULL) {
        rule_unmatched(run, word);
        return 1;
    }
    explanation.bad = (struct example){rule->bad, rule->bad_facts, rule->bad_history, NULL};
    explanation.good = (struct example){rule->good, rule->good_facts, rule->good_history, NULL};
    return example_judge(run, rule, &explanation.bad, fail) &&
                   example_judge(run, rule, &explanation.good, fail) &&
                   show_write(run, &showing, fail)
               ? 0
               : 1;
}
