#include "standing.h"

#include "identity.h"
#include "name.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

/* --- what is accepted --- */

static bool is_about(const struct finding *finding, const char *subject)
{
    const char *slash = strchr(finding->subject, '/');
    static const char servers[] = "servers/";
    if (strcmp(finding->subject, subject) == 0 || strcmp(slash + 1, subject) == 0)
        return true;
    if (finding->server == NULL)
        return false;
    const char *server = finding->server->server->name;
    return strcmp(server, subject) == 0 || (strncmp(subject, servers, sizeof servers - 1) == 0 &&
                                            strcmp(server, subject + sizeof servers - 1) == 0);
}

static bool is_accepted(const struct finding *finding, const struct ignored *ignored)
{
    const struct rule *rule = finding->rule;
    return !ignored->is_over &&
           (strcasecmp(rule->name, ignored->rule) == 0 ||
            strcasecmp(rule->id, ignored->rule) == 0) &&
           (ignored->subject == NULL || is_about(finding, ignored->subject));
}

void findings_stand(struct sizing *sizing)
{
    const struct topology *topology = sizing->topology;
    for (size_t i = 0; i < sizing->finding_count; i++) {
        struct finding *finding = &sizing->findings[i];
        for (size_t k = 0; k < topology->ignored_count && finding->ignored == NULL; k++)
            if (is_accepted(finding, &topology->ignored[k]))
                finding->ignored = &topology->ignored[k];
        if (finding->ignored != NULL)
            finding->standing = STANDING_IGNORED;
    }
}

/* --- what was there before --- */

static void worse_say(struct arena *arena, struct finding *finding, int64_t before)
{
    finding->message =
        arena_printf(arena, "%s (off by %" PRId64 "; by %" PRId64 " in the baseline)",
                     finding->message, finding->excess, before);
}

void findings_compare(struct arena *arena, struct sizing *sizing, const struct baseline *baseline,
                      const struct baseline_entry **ret_gone, size_t *ret_gone_count)
{
    struct arena scratch = {.on_out_of_memory = arena->on_out_of_memory};
    const struct identity *identities = identities_make(&scratch, sizing);
    struct name_table found = {0};
    for (size_t i = 0; i < sizing->finding_count; i++)
        (void)name_table_add(&found, &scratch, identities[i].key, i, NULL);
    *ret_gone_count = 0;
    for (size_t i = 0; i < baseline->count; i++) {
        const struct baseline_entry *entry = &baseline->entries[i];
        size_t index;
        if (!name_table_find(&found, entry->key, &index)) {
            ret_gone[(*ret_gone_count)++] = entry;
            continue;
        }
        struct finding *finding = &sizing->findings[index];
        if (finding->standing != STANDING_COUNTS)
            continue;
        if (finding->excess > entry->excess)
            worse_say(arena, finding, entry->excess);
        else
            finding->standing = STANDING_KNOWN;
    }
    arena_free(&scratch);
}
