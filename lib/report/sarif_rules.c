/*
 * The rules as SARIF has them, from their rows: readers show them beside every result.
 */
#include "sarif_parts.h"

#include <string.h>

void sarif_message_put(struct json_writer *writer, const char *key, const char *words)
{
    json_write_open(writer, key, '{');
    json_write_string(writer, "text", words);
    json_write_close(writer, '}');
}

struct sarif_rules sarif_rules_make(struct arena *arena)
{
    size_t count = rule_count();
    struct sarif_rules rules = {ARENA_ARRAY(arena, count + 1, const struct rule *), count};
    for (size_t i = 0; i < count; i++)
        rules.at[i] = rule_at(i);
    return rules;
}

size_t sarif_rule_index(const struct sarif_rules *rules, const struct rule *rule)
{
    size_t index = 0;
    while (rules->at[index] != rule)
        index++;
    return index;
}

static const char *severity_sentence(const struct rule *rule)
{
    static const char *const sentences[] = {
        [SEVERITY_NOTE] = "A note: it stops nothing unless --fail-on note is given.",
        [SEVERITY_WARNING] = "A warning: it stops nothing unless --fail-on warning is given.",
        [SEVERITY_ERROR] = "An error: it ends the run with exit status 1.",
    };
    return rule->is_failure ? "An error: the run ends with exit status 4, whatever --fail-on says."
                            : sentences[rule->severity];
}

static void example_put(struct text *text, const char *heading, const char *topology,
                        const char *facts, const char *history, const char *fence)
{
    text_printf(text, "\n\n%s\n\n%s%s%s", heading, fence, *fence == '\0' ? "" : "json\n", topology);
    if (facts != NULL && *facts == '{')
        text_printf(text, "\n%s", facts);
    if (history != NULL) /* without its last line feed */
        text_printf(text, "\n%.*s", (int)strlen(history) - 1, history);
    text_printf(text, "%s%s", *fence == '\0' ? "" : "\n", fence);
}

/* What it means, and a topology (and snapshot, or record) of each kind; in Markdown with fences. */
static void help_put(const struct rule *rule, const char *fence, struct text *text)
{
    text->length = 0;
    text_printf(text, "%s %s\n\n%s", rule->help, severity_sentence(rule), rule->why);
    example_put(text, "It fires on", rule->bad, rule->bad_facts, rule->bad_history, fence);
    example_put(text, "and not on", rule->good, rule->good_facts, rule->good_history, fence);
}

static void rule_put(struct json_writer *writer, const struct rule *rule, struct text *words)
{
    json_write_open(writer, NULL, '{');
    json_write_string(writer, "id", rule->id);
    json_write_string(writer, "name", rule->name);
    sarif_message_put(writer, "shortDescription", rule->help);
    words->length = 0;
    text_printf(words, "%s %s", rule->help, severity_sentence(rule));
    sarif_message_put(writer, "fullDescription", words->bytes);
    json_write_open(writer, "help", '{');
    help_put(rule, "", words);
    json_write_string(writer, "text", words->bytes);
    help_put(rule, "```", words);
    json_write_string(writer, "markdown", words->bytes);
    json_write_close(writer, '}');
    json_write_open(writer, "defaultConfiguration", '{');
    json_write_string(writer, "level", severity_name(rule->severity));
    json_write_close(writer, '}');
    json_write_close(writer, '}');
}

void sarif_rules_put(struct json_writer *writer, const struct sarif_rules *rules)
{
    struct text words = {.arena = writer->text->arena};
    json_write_open(writer, "rules", '[');
    for (size_t i = 0; i < rules->count; i++)
        rule_put(writer, rules->at[i], &words);
    json_write_close(writer, ']');
    text_free(&words);
}
