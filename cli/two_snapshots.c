#include "two_snapshots.h"

#include "moments.h"
#include "servers.h"

/* One of the two files, and what it has of a server; NULL: nothing. */
struct moment {
    struct json_text text;
    struct snapshot snapshot;
    const struct facts *facts;
};

bool two_snapshots_check(const struct run *run, struct fail *fail)
{
    const struct arguments *arguments = &run->arguments;
    size_t count = arguments->options[OPTION_SNAPSHOT].count;
    const char *label = option_label(arguments, OPTION_SNAPSHOT);
    if (count > 2) {
        (void)fail_set(fail, FAIL_USAGE, "%s: at most two snapshots, got %zu", label, count);
        return fail_hint(fail, "one for the facts of a server; a second, of another moment, for "
                               "what was counted in between");
    }
    if (count < 2 || run->command->bit == FOR_RECOMMEND)
        return true;
    (void)fail_set(fail, FAIL_USAGE, "%s: %s takes one snapshot, got two", label,
                   run->command->name);
    return fail_hint(fail, "demand is counted by recommend: give the later one alone");
}

/* "monday.json:7:3: servers/0/live/counters/2: MESSAGE" */
static bool moment_fail(struct run *run, struct moment *moment, const char *part,
                        const char *message, struct fail *fail)
{
    size_t offset;
    unsigned line, column;
    const char *pointer =
        arena_printf(run->arena, "/servers/%td%s", moment->facts - moment->snapshot.facts, part);
    (void)json_locate(&moment->text, 0, pointer, JSON_PART_VALUE, &offset);
    json_position(&moment->text, run->arena, offset, &line, &column);
    return fail_set(fail, FAIL_INPUT, "%s:%u:%u: %s: %s", moment->text.name, line, column,
                    pointer + 1, message);
}

static bool has_answered(const struct facts *facts)
{
    return facts != NULL && facts->answer != ANSWER_NOT_ASKED;
}

/* Where one of the two holds nothing to count, the facts of the other one are all there is; where a
 * server was full, those that are younger. */
static const struct facts *single_find(const struct moment *moments)
{
    const struct facts *a = moments[0].facts, *b = moments[1].facts;
    if (!has_answered(a) || !has_answered(b))
        return has_answered(a) ? a : b;
    return a->taken_at_s > b->taken_at_s ? a : b;
}

static void single_say(const struct run *run, const struct server *server,
                       const struct moment *moments, const struct facts *single)
{
    if (option_given(&run->arguments, OPTION_QUIET))
        return;
    for (size_t i = 0; i < 2; i++)
        snapshot_lack_say(run, moments[i].text.name, server, moments[i].facts);
    if (has_answered(single))
        say("%s: one snapshot alone says what it has, so nothing is counted between two",
            server_words(run, server));
}

static bool counters_check(struct run *run, struct moment *moment, struct fail *fail)
{
    const struct facts *facts = moment->facts;
    if (facts->counted != NULL)
        return true;
    if (facts->version > 0 && facts->version < OBSERVE_COUNTERS_VERSION) {
        (void)moment_fail(run, moment, "/version",
                          arena_printf(run->arena,
                                       "PostgreSQL %d does not count times held, 14 does",
                                       facts->version / 10000),
                          fail);
        return fail_hint(fail, "give one snapshot alone, or observe the server: recommend "
                               "--observe 60s");
    }
    (void)moment_fail(run, moment, "/live",
                      "holds no counters, and what was counted between two snapshots is asked for",
                      fail);
    return fail_hint(fail, "take both with recommend --observe 10s --format json=FILE, or give one "
                           "snapshot alone");
}

static bool moments_join(struct run *run, const struct topology *topology, size_t server,
                         struct moment *moments, struct server_input *input, struct fail *fail)
{
    if (!counters_check(run, &moments[0], fail) || !counters_check(run, &moments[1], fail))
        return false;
    size_t last = moments[1].facts->counted->at_us >= moments[0].facts->counted->at_us;
    const struct counted *earlier = moments[!last].facts->counted;
    struct facts *facts = ARENA_NEW(run->arena, struct facts);
    *facts = *moments[last].facts;
    facts->earlier = earlier;
    input->facts = facts;
    const char *part, *why = moments_refused(run->arena, topology, server, facts, earlier, &part);
    if (why == NULL)
        return true;
    (void)moment_fail(run, &moments[last], part,
                      arena_printf(run->arena, "%s (%s and %s)", why, moments[!last].text.name,
                                   moments[last].text.name),
                      fail);
    return fail_hint(fail, "take two reports a minute or more apart, without "
                           "pg_stat_reset() or a crash in between");
}

bool two_snapshots_use(struct run *run, const struct topology *topology,
                       struct server_input *inputs, struct fail *fail)
{
    struct moment *moments = ARENA_ARRAY(run->arena, 2, struct moment);
    for (size_t i = 0; i < 2; i++)
        if (!snapshot_file_read(run, run->arguments.options[OPTION_SNAPSHOT].values[i],
                                &moments[i].text, &moments[i].snapshot, fail))
            return false;
    for (size_t i = 0; i < topology->server_count; i++) {
        const struct server *server = topology->servers[i];
        bool both_answered = true;
        for (size_t k = 0; k < 2; k++) {
            moments[k].facts =
                snapshot_find(&moments[k].snapshot, server->name, topology->server_count);
            both_answered &=
                moments[k].facts != NULL && moments[k].facts->answer == ANSWER_SNAPSHOT;
        }
        if (both_answered) {
            if (!moments_join(run, topology, i, moments, &inputs[i], fail))
                return false;
            continue;
        }
        const struct facts *single = single_find(moments);
        if (single != NULL)
            inputs[i].facts = single;
        single_say(run, server, moments, single);
    }
    return true;
}
