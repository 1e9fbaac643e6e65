/*
 * The tables of inspect: who holds a server's slots, and who may still come in.
 */
#include "demands.h"
#include "inspect_parts.h"
#include "sessions.h"

#include <inttypes.h>
#include <string.h>

/* Of services a screen shows more than of what stands behind them. */
enum { SERVICES_SHOWN = 10, OTHERS_SHOWN = 5 };

static const struct {
    const char *heading, *nameless;
    bool has_states; /* a state itself has none */
    size_t most;
} kinds[USE_KINDS] = {
    [USE_BY_SERVICE] = {"SERVICE", "(unnamed)", true, SERVICES_SHOWN},
    [USE_BY_ROLE] = {"ROLE", "(not let in yet)", true, OTHERS_SHOWN},
    [USE_BY_DATABASE] = {"DATABASE", "(none)", true, OTHERS_SHOWN},
    [USE_BY_ADDRESS] = {"CLIENT ADDRESS", "(unix socket)", true, OTHERS_SHOWN},
    [USE_BY_STATE] = {"STATE", "(not said)", false, OTHERS_SHOWN},
};

const struct facts *before_of(const struct report *report, const struct server_sizing *server)
{
    return report->before == NULL ? NULL : report->before[server - report->sizing->servers];
}

/* --- columns --- */

static void column_add(struct section *section, struct column column)
{
    section->columns[section->column_count++] = column;
}

static bool shows_limits(const struct section *section)
{
    return section->by == USE_BY_ROLE || section->by == USE_BY_DATABASE ||
           (section->by == USE_BY_SERVICE && section->report->sizing->topology->service_count > 0);
}

static void use_columns(struct section *section)
{
    bool has_before = before_of(section->report, section->server) != NULL;
    bool is_by_application = section->by == USE_BY_SERVICE && !shows_limits(section);
    column_add(section,
               (struct column){is_by_application ? "APPLICATION" : kinds[section->by].heading,
                               TEXT_LEFT, NAME_MAX_WIDTH, .least = 12});
    if (has_before)
        column_add(section, (struct column){"BEFORE", TEXT_RIGHT});
    column_add(section, (struct column){has_before ? "NOW" : "SESSIONS", TEXT_RIGHT});
    if (kinds[section->by].has_states) {
        column_add(section, (struct column){"ACTIVE", TEXT_RIGHT, .may_go = true});
        column_add(section, (struct column){"IDLE", TEXT_RIGHT});
        column_add(section, (struct column){"IDLE IN TX", TEXT_RIGHT});
    }
    column_add(section, (struct column){"OLDEST", TEXT_LEFT, .is_last = !shows_limits(section)});
    if (shows_limits(section))
        column_add(section, (struct column){section->by == USE_BY_SERVICE ? "DECLARED" : "LIMIT",
                                            TEXT_LEFT, 0, true, .least = 10});
}

static void pair_columns(struct section *section)
{
    column_add(section, (struct column){"ROLE", TEXT_LEFT, NAME_MAX_WIDTH, .least = 12});
    column_add(section, (struct column){"DATABASE", TEXT_LEFT, NAME_MAX_WIDTH, .least = 12});
    column_add(section, (struct column){"SESSIONS", TEXT_RIGHT});
    column_add(section, (struct column){"ROOM FOR", TEXT_RIGHT});
    column_add(section, (struct column){"STOPPED BY", TEXT_LEFT, 0, true, .least = 10});
}

/* --- cells --- */

static int64_t limit_of(const struct section *section, enum cap_kind kind, const char *name)
{
    size_t row;
    const struct server_sizing *server = section->server;
    bool is_known = name != NULL && name_table_find(&server->cap_names[kind], name, &row) &&
                    !server->caps[row].of_plan;
    return is_known ? server->caps[row].limit : UNKNOWN;
}

static bool is_among(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; name != NULL && i < count; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static void role_limit_put(const struct section *section, const char *name, struct text *text)
{
    const struct facts *facts = section->server->input.facts;
    int64_t limit = limit_of(section, CAP_ROLE, name);
    if (is_among(name, facts->superusers, facts->superuser_count))
        text_put(text, "superuser");
    else if (limit != UNKNOWN)
        text_printf(text, "%" PRId64, limit);
    if (facts->reserved_connections > 0 &&
        is_among(name, facts->reserved_roles, facts->reserved_role_count))
        text_printf(text, "%sreserved role", text->length > 0 ? ", " : "");
}

/* What it may hold by what is declared, over all its databases here; UNKNOWN: nobody knows. */
static int64_t declared_most(const struct server_sizing *server, const struct service *service)
{
    struct class_list classes = classes_of_sessions(server);
    int64_t most = 0;
    for (size_t i = 0; i < classes.count; i++) {
        if (classes.at[i]->service != service)
            continue;
        int64_t one = class_declared_most(classes.at[i]);
        most = one == UNKNOWN || most == UNKNOWN ? UNKNOWN : most + one;
    }
    return most;
}

static void declared_put(const struct section *section, const struct use *use, struct text *text)
{
    if (use->service == NULL) {
        text_put(text, "not declared");
        return;
    }
    int64_t most = declared_most(section->server, use->service);
    if (most == UNKNOWN)
        text_put(text, "no limit known");
    else
        text_printf(text, "at most %" PRId64, most);
}

static void limit_put(const struct section *section, const struct use *use, struct text *text)
{
    if (section->by == USE_BY_SERVICE)
        declared_put(section, use, text);
    else if (section->by == USE_BY_ROLE)
        role_limit_put(section, use->name, text);
    else if (limit_of(section, CAP_DATABASE, use->name) != UNKNOWN)
        text_printf(text, "%" PRId64, limit_of(section, CAP_DATABASE, use->name));
}

static void name_put(const struct section *section, const struct use *use, struct text *text)
{
    bool is_hidden = section->server->input.facts->hidden &&
                     (section->by == USE_BY_ADDRESS || section->by == USE_BY_STATE);
    if (use->name == NULL || (*use->name == '\0' && section->by == USE_BY_SERVICE))
        text_put(text, is_hidden ? "(hidden)" : kinds[section->by].nameless);
    else
        text_put(text, use->name);
}

/* Where states are hidden there may be more. */
static void state_put(const struct use *use, int64_t count, struct text *text)
{
    if (use->stateless > 0 && count == 0)
        text_put(text, "-");
    else
        text_printf(text, "%s%" PRId64, use->stateless > 0 ? ">= " : "", count);
}

static void age_put(int64_t age_s, struct text *text)
{
    if (age_s == UNKNOWN)
        text_put(text, "-");
    else if (age_s == 0)
        text_put(text, "0 s");
    else
        wait_put((double)age_s * 1000, text);
}

static void use_row(const struct section *section, const struct use *use, struct row *row)
{
    size_t cell = 0;
    name_put(section, use, &row->cells[cell++]);
    if (before_of(section->report, section->server) != NULL)
        text_put_int(&row->cells[cell++], use->before);
    text_put_int(&row->cells[cell++], use->sessions);
    if (kinds[section->by].has_states) {
        state_put(use, use->active, &row->cells[cell++]);
        state_put(use, use->idle, &row->cells[cell++]);
        state_put(use, use->in_transaction, &row->cells[cell++]);
    }
    age_put(use->oldest_s, &row->cells[cell]);
    if (shows_limits(section))
        limit_put(section, use, &row->cells[cell + 1]);
}

static void stop_put(const struct section *section, const struct pair *pair, struct text *text)
{
    static const char *const slots[] = {
        [ADMIT_ORDINARY] = "slots for ordinary roles",
        [ADMIT_RESERVED_ROLE] = "slots for reserved roles",
        [ADMIT_SUPERUSER] = "max_connections",
    };
    (void)section;
    if (pair->stop == STOP_SLOTS)
        text_put(text, slots[pair->admission]);
    else
        text_printf(text, "the %s's limit, %" PRId64, stop_names[pair->stop], pair->limit);
}

static void pair_row(const struct section *section, const struct pair *pair, struct row *row)
{
    text_put(&row->cells[0], pair->role);
    text_put(&row->cells[1], pair->database != NULL ? pair->database : "-");
    text_put_int(&row->cells[2], pair->sessions);
    text_printf(&row->cells[3], "%s%" PRId64, pair->is_least ? ">= " : "", pair->more);
    stop_put(section, pair, &row->cells[4]);
}

void section_row(const struct section *section, size_t index, struct row *row)
{
    if (section->pairs.count > 0)
        pair_row(section, &section->pairs.at[index], row);
    else
        use_row(section, &section->uses.at[index], row);
}

void section_rest_put(const struct section *section, size_t shown, struct text *text)
{
    int64_t sessions = 0;
    if (shown >= section->count)
        return;
    for (size_t i = shown; i < section->count; i++)
        sessions +=
            section->pairs.count > 0 ? section->pairs.at[i].sessions : section->uses.at[i].sessions;
    text_printf(text, "and %zu more with %" PRId64 " %s", section->count - shown, sessions,
                plural(sessions, "session", "sessions"));
}

/* --- sections --- */

/* --only: those of others, and of nobody, are left out. */
static void hidden_drop(const struct report *report, struct uses *uses)
{
    size_t kept = 0;
    for (size_t i = 0; i < uses->count; i++)
        if (report->only_count == 0 ||
            (uses->at[i].service != NULL && report_shows(report, uses->at[i].service)))
            uses->at[kept++] = uses->at[i];
    uses->count = kept;
}

/* Else the room of all roles says it all. */
static bool is_any_limited(const struct pairs *pairs)
{
    for (size_t i = 0; i < pairs->count; i++)
        if (pairs->at[i].stop != STOP_SLOTS)
            return true;
    return false;
}

size_t sections_make(struct arena *arena, const struct report *report,
                     const struct server_sizing *server, struct section ret_sections[SECTIONS])
{
    size_t made = 0;
    if (sessions_used(server->input.facts) == UNKNOWN)
        return 0; /* nobody would be shown, which is not what is known */
    for (size_t by = 0; by < USE_KINDS; by++) {
        struct section *section = &ret_sections[made];
        *section = (struct section){
            .report = report, .server = server, .by = (enum use_by)by, .most = kinds[by].most};
        section->uses =
            uses_make(arena, report->sizing, server, section->by, before_of(report, server));
        if (by == USE_BY_SERVICE)
            hidden_drop(report, &section->uses);
        section->count = section->uses.count;
        use_columns(section);
        made += section->count > 0;
    }
    struct section *section = &ret_sections[made];
    *section = (struct section){.report = report, .server = server, .most = OTHERS_SHOWN};
    section->pairs = pairs_make(arena, server);
    section->count = is_any_limited(&section->pairs) ? section->pairs.count : 0;
    pair_columns(section);
    return made + (section->count > 0);
}
