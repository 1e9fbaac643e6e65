#include "talk.h"

#include "advice.h"
#include "client.h"
#include "facts_read.h"
#include "lookup.h"
#include "observer.h"
#include "reason.h"
#include "text.h"

#include <inttypes.h>
#include <libpq-fe.h>
#include <string.h>
#include <time.h>

enum { SECRET_LEAST_BYTES = 4 /* masking "a" everywhere would show it */ };

int64_t clock_now_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int talk_socket(const struct talk *talk)
{
    if (talk->stage == TALK_LOOKING_UP)
        return lookup_socket(talk->lookup);
    return talk->connection == NULL ? -1 : PQsocket(talk->connection);
}

/* --- the end --- */

void talk_end(struct talk *talk)
{
    gathering_clear(&talk->gathering);
    lookup_end(talk->lookup);
    talk->lookup = NULL;
    PQfinish(talk->connection);
    talk->connection = NULL;
    talk->stage = TALK_DONE;
}

static bool says_idle(const char *sqlstate)
{
    return sqlstate != NULL && strcmp(sqlstate, "57P05") == 0;
}

static void talk_fail(struct talk *talk, struct reason reason)
{
    struct facts *facts = talk->facts;
    talk->was_idle |= says_idle(reason.sqlstate);
    const char *role = PQuser(talk->connection), *database = PQdb(talk->connection);
    if (facts->observation != NULL) { /* what it said before still holds */
        facts->observation->lost = reason.text;
        talk_end(talk);
        return;
    }
    facts_clear(facts);
    facts->answer = reason.is_full ? ANSWER_FULL : ANSWER_UNREACHABLE;
    facts->full_kind = reason.full_kind;
    facts->reason = arena_printf(talk->arena, "%s%s", talk->given_up, reason.text);
    facts->advice = advice_find(&reason);
    facts->refused = reason.sqlstate != NULL;
    if (reason.is_full && role != NULL && database != NULL) {
        facts->role = reason_line(talk->arena, role, NULL);
        facts->database = reason_line(talk->arena, database, NULL);
    }
    talk_end(talk);
}

static void talk_unreachable(struct talk *talk, const char *text)
{
    talk_fail(talk, (struct reason){.text = reason_line(talk->arena, text, talk->secret)});
}

static void connection_failed(struct talk *talk)
{
    const char *message = PQerrorMessage(talk->connection);
    if (message[0] == '\0')
        message = "the connection failed";
    if (talk->is_looked_up)
        message = lookup_names_put(talk->arena, &talk->hosts, message);
    talk_fail(talk, reason_read(talk->arena, message, talk->secret));
}

/* --- connecting --- */

/* The password, unless it is a word that messages say anyhow. */
static const char *secret_find(struct talk *talk)
{
    const char *password = PQpass(talk->connection);
    const char *spoken[] = {PQuser(talk->connection), PQdb(talk->connection),
                            PQhost(talk->connection)};
    if (password == NULL || strlen(password) < SECRET_LEAST_BYTES)
        return NULL;
    for (size_t i = 0; i < sizeof spoken / sizeof spoken[0]; i++) {
        if (spoken[i] != NULL && strcmp(spoken[i], password) == 0)
            return NULL;
    }
    return arena_strdup(talk->arena, password);
}

static bool string_equals(const char *a, const char *b)
{
    return strcmp(a == NULL ? "" : a, b == NULL ? "" : b) == 0;
}

static const char *url_password(struct arena *arena, const struct url *url)
{
    const char *password = url_parameter(arena, url, "password");
    if (password == NULL && url->password != NULL)
        password = url_decode(arena, url->password);
    return password;
}

/* libpq quotes what it cannot read. When it takes a part of the password for a host, because of an
 * `@` or
 * `/` in it, its messages would show that part. */
static const char *string_complaint(struct arena *arena, const struct url *url, const char *string)
{
    char *message = NULL;
    PQconninfoOption *options = PQconninfoParse(string, &message);
    const char *complaint = NULL, *password = NULL;
    for (const PQconninfoOption *option = options; option && option->keyword; option++) {
        if (strcmp(option->keyword, "password") == 0)
            password = option->val;
    }
    if (url_has_password(url) && options == NULL)
        complaint = "libpq cannot read the connection string";
    else if (options == NULL)
        complaint = arena_strdup(arena, message == NULL ? "out of memory" : message);
    else if (!string_equals(password, url_password(arena, url)))
        complaint = "a character of the user name or password must be percent-encoded "
                    "(%40 for @, %2F for /)";
    PQconninfoFree(options);
    PQfreemem(message);
    return complaint;
}

/* What a server says unasked is of no interest, but for its last words: they tell why it ends a
 * connection that rests. */
static void notice_take(void *to, const PGresult *notice)
{
    struct talk *talk = to;
    const char *severity = PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED);
    const char *text = PQresultErrorField(notice, PG_DIAG_MESSAGE_PRIMARY);
    if (severity == NULL || text == NULL || talk->last_words != NULL ||
        (strcmp(severity, "FATAL") != 0 && strcmp(severity, "PANIC") != 0))
        return;
    talk->last_words = reason_line(talk->arena, text, talk->secret);
    talk->was_idle = says_idle(PQresultErrorField(notice, PG_DIAG_SQLSTATE));
}

struct keywords {
    const char *names[8], *values[8];
    size_t count;
};

static void keyword_add(struct keywords *keywords, const char *name, const char *value)
{
    if (value == NULL)
        return;
    keywords->names[keywords->count] = name;
    keywords->values[keywords->count++] = value;
}

/* Later keywords win over those of the connection string. */
static void connection_start(struct talk *talk, const char *string)
{
    struct keywords keywords = {.count = 0};
    keyword_add(&keywords, "dbname", string);
    keyword_add(&keywords, "application_name", "pgsize");
    keyword_add(&keywords, "client_encoding", "UTF8");
    if (talk->host_start > 0 || talk->is_looked_up) {
        keyword_add(&keywords, "host", list_tail(talk->hosts.host, talk->host_start));
        keyword_add(&keywords, "hostaddr", list_tail(talk->hosts.hostaddr, talk->host_start));
        keyword_add(&keywords, "port", list_tail(talk->hosts.port, talk->host_start));
    }
    talk->connection = PQconnectStartParams(keywords.names, keywords.values, 1);
}

/* Each host gets its connect_timeout, or its share of the time that is left. */
static void host_arrive(struct talk *talk, size_t host)
{
    int64_t now_ms = clock_now_ms();
    int64_t hosts_left = (int64_t)(talk->hosts.count - host);
    int64_t allowed_ms = (talk->deadline_ms - now_ms) / hosts_left;
    if (talk->hosts.connect_timeout_ms > 0)
        allowed_ms = talk->hosts.connect_timeout_ms;
    talk->host = host;
    talk->host_deadline_ms = now_ms + allowed_ms;
    if (talk->host_deadline_ms > talk->deadline_ms)
        talk->host_deadline_ms = talk->deadline_ms;
}

static void talk_connect(struct talk *talk)
{
    connection_start(talk, talk->string);
    if (talk->connection == NULL) {
        talk_unreachable(talk, "out of memory in libpq");
        return;
    }
    /* Before anything was received: verbose messages hold the SQLSTATE and who refused. */
    (void)PQsetErrorVerbosity(talk->connection, PQERRORS_VERBOSE);
    (void)PQsetNoticeReceiver(talk->connection, notice_take, talk);
    talk->secret = secret_find(talk);
    if (PQstatus(talk->connection) == CONNECTION_BAD) {
        connection_failed(talk);
        return;
    }
    talk->wants_read = false;
    talk->wants_write = true;
    host_arrive(talk, hosts_position(&talk->hosts, talk->connection, talk->host_start));
}

static void lookup_start(struct talk *talk)
{
    hosts_find(talk->arena, talk->string, &talk->hosts);
    talk->lookup = lookup_begin(&talk->hosts);
    if (talk->lookup == NULL) {
        talk_connect(talk);
        return;
    }
    talk->stage = TALK_LOOKING_UP;
    talk->wants_read = true;
}

static void lookup_on_ready(struct talk *talk)
{
    lookup_read(talk->arena, talk->lookup, &talk->hosts, &talk->given_up);
    lookup_end(talk->lookup);
    talk->lookup = NULL;
    talk->is_looked_up = true;
    talk->stage = TALK_CONNECTING;
    if (talk->hosts.count > 0) {
        talk_connect(talk);
        return;
    }
    const char *failed = talk->given_up;
    talk->given_up = "";
    talk_unreachable(talk, arena_strndup(talk->arena, failed, strlen(failed) - strlen("; ")));
}

void talk_start(struct talk *talk)
{
    const char *complaint = NULL;
    talk->stage = TALK_CONNECTING;
    talk->given_up = "";
    if (talk->url != NULL) {
        const struct url *own = client_libpq_url(talk->arena, talk->url);
        talk->string = url_for_libpq(talk->arena, own);
        complaint = string_complaint(talk->arena, own, talk->string);
    }
    if (complaint != NULL)
        talk_unreachable(talk, complaint);
    else
        lookup_start(talk);
}

/* --- asking --- */

static bool queries_send(struct talk *talk)
{
    int major = PQserverVersion(talk->connection) / 10000;
    talk->facts->greeted_by = PQbackendPID(talk->connection);
    int64_t left_ms = talk->deadline_ms - clock_now_ms();
    struct text text = {.arena = talk->arena};
    unsigned occasions = talk->occasion;
    if (talk->signs && talk->occasion == QUERY_ONCE)
        occasions |= QUERY_SIGNS;
    talk->asked_count =
        queries_put(&text, occasions, major, left_ms > 0 ? left_ms : 1, talk->asked);
    bool sent = PQsetnonblocking(talk->connection, 1) == 0 &&
                PQsendQuery(talk->connection, text.bytes) == 1 &&
                PQsetSingleRowMode(talk->connection) == 1;
    text_free(&text);
    return sent;
}

static void queries_ask(struct talk *talk, enum query_occasion occasion)
{
    talk->occasion = occasion;
    talk->stage = TALK_ASKING;
    talk->answered = 0;
    talk->last_words = NULL;
    talk->was_idle = false;
    talk->host_deadline_ms = talk->deadline_ms;
    talk->wants_read = talk->wants_write = true;
    if (!queries_send(talk))
        connection_failed(talk);
}

void talk_ask(struct talk *talk, enum query_occasion occasion)
{
    talk->deadline_ms = clock_now_ms() + talk->timeout_ms;
    queries_ask(talk, occasion);
}

void talk_rest(struct talk *talk, int64_t until_ms)
{
    talk->stage = TALK_RESTING;
    talk->host_deadline_ms = until_ms;
    talk->wants_read = true;
    talk->wants_write = false;
}

/* Why a server cannot be asked, going by its version; NULL: it can. */
static const char *version_complaint(const struct talk *talk)
{
    int version = PQserverVersion(talk->connection);
    const char *told = PQparameterStatus(talk->connection, "server_version");
    if (told != NULL && strstr(told, "/bouncer") != NULL)
        return "this is PgBouncer's console: name a database it serves";
    if (version == 0)
        return "it does not say which PostgreSQL it is";
    if (version < PROBE_OLDEST_MAJOR * 10000)
        return arena_printf(talk->arena, "PostgreSQL %d.%d: pgsize can ask %d and later",
                            version / 10000, version / 100 % 100, PROBE_OLDEST_MAJOR);
    return NULL;
}

static void ask(struct talk *talk)
{
    const char *complaint = version_complaint(talk);
    if (complaint != NULL)
        talk_unreachable(talk, complaint);
    else
        queries_ask(talk, QUERY_ONCE);
}

static void connect_on(struct talk *talk)
{
    PostgresPollingStatusType status = PQconnectPoll(talk->connection);
    if (status == PGRES_POLLING_FAILED) {
        connection_failed(talk);
        return;
    }
    talk->secret = secret_find(talk); /* each host may have its own, in a password file */
    if (status == PGRES_POLLING_OK) {
        ask(talk);
    } else {
        talk->wants_read = status == PGRES_POLLING_READING;
        talk->wants_write = !talk->wants_read;
        size_t host = hosts_position(&talk->hosts, talk->connection, talk->host);
        if (host != talk->host)
            host_arrive(talk, host);
    }
}

/* --- reading the answers --- */

static void query_failed(struct talk *talk, const struct query *query, const PGresult *result)
{
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    struct reason reason =
        reason_classify(state, PQresultErrorField(result, PG_DIAG_SOURCE_FUNCTION));
    if (text == NULL)
        text = PQresultErrorMessage(result);
    text = reason_line(talk->arena, text, talk->secret);
    reason.text = arena_printf(talk->arena, "query %s: %s", query->name, text);
    talk_fail(talk, reason);
}

/* The end of an answer. */
static bool answer_read(struct talk *talk, const struct query *query, const PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);
    if (query->read == NULL)
        return status == PGRES_COMMAND_OK && talk->gathering.rows == NULL;
    return status == PGRES_TUPLES_OK &&
           query->read(talk->arena, gathering_rows(&talk->gathering, result), talk->facts);
}

static void result_read(struct talk *talk, const PGresult *result)
{
    if (talk->answered == talk->asked_count) {
        talk_unreachable(talk, "more answers than queries");
        return;
    }
    const struct query *query = talk->asked[talk->answered];
    if (PQresultStatus(result) == PGRES_SINGLE_TUPLE) {
        if (!gathering_add(&talk->gathering, result))
            talk_unreachable(
                talk, arena_printf(talk->arena, "too long an answer to query %s", query->name));
        return;
    }
    talk->answered++;
    if (PQresultStatus(result) == PGRES_FATAL_ERROR) {
        query_failed(talk, query, result);
        return;
    }
    if (!answer_read(talk, query, result))
        talk_unreachable(talk,
                         arena_printf(talk->arena, "unexpected answer to query %s", query->name));
    gathering_clear(&talk->gathering);
}

static void answers_end(struct talk *talk)
{
    if (talk->answered < talk->asked_count) {
        talk_unreachable(talk, arena_printf(talk->arena, "no answer to query %s",
                                            talk->asked[talk->answered]->name));
        return;
    }
    talk->facts->answer = ANSWER_LIVE;
    if (talk->observer != NULL)
        observer_on_answer(talk);
    else if (talk->is_kept)
        talk_rest(talk, INT64_MAX);
    else
        talk_end(talk);
}

static void ask_on(struct talk *talk)
{
    int unsent = PQflush(talk->connection);
    if (unsent < 0 || PQconsumeInput(talk->connection) == 0) {
        connection_failed(talk);
        return;
    }
    talk->wants_write = unsent > 0;
    while (talk->stage == TALK_ASKING && PQisBusy(talk->connection) == 0) {
        PGresult *result = PQgetResult(talk->connection);
        if (result == NULL)
            answers_end(talk);
        else
            result_read(talk, result);
        PQclear(result);
    }
}

/* --- what happens to it --- */

static void rest_on(struct talk *talk)
{
    bool is_there = PQconsumeInput(talk->connection) == 1;
    (void)PQisBusy(talk->connection); /* takes apart what came unasked, so that it is not kept */
    if (is_there)
        return;
    if (talk->last_words != NULL)
        talk_fail(talk, (struct reason){.text = talk->last_words});
    else
        connection_failed(talk);
}

void talk_on_ready(struct talk *talk)
{
    if (talk->stage == TALK_LOOKING_UP)
        lookup_on_ready(talk);
    else if (talk->stage == TALK_CONNECTING)
        connect_on(talk);
    else if (talk->stage == TALK_ASKING)
        ask_on(talk);
    else if (talk->stage == TALK_RESTING)
        rest_on(talk);
}

static const char *time_show(struct arena *arena, int64_t ms)
{
    return ms % 1000 == 0 ? arena_printf(arena, "%" PRId64 " s", ms / 1000)
                          : arena_printf(arena, "%" PRId64 " ms", ms);
}

static const char *host_show(struct talk *talk)
{
    const char *host = PQhost(talk->connection), *port = PQport(talk->connection);
    if (host == NULL || host[0] == '\0')
        return "";
    host = reason_line(talk->arena, host, talk->secret);
    return arena_printf(talk->arena, "server at \"%s\", port %s: ", host, port == NULL ? "" : port);
}

void talk_on_late(struct talk *talk)
{
    struct arena *arena = talk->arena;
    int64_t now_ms = clock_now_ms();
    bool over = now_ms >= talk->deadline_ms;
    int64_t limit_ms = over ? talk->timeout_ms : talk->hosts.connect_timeout_ms;
    /* Which query it is cannot be told: the server keeps short answers back until it has more. */
    const char *text = talk->stage == TALK_ASKING ? "no answer to the queries" : "no answer";
    if (talk->stage == TALK_LOOKING_UP)
        text = arena_printf(arena, "host name \"%s\" was not looked up", talk->hosts.host);
    if (limit_ms > 0)
        text = arena_printf(arena, "%s within %s", text, time_show(arena, limit_ms));
    text = arena_printf(arena, "%s%s", host_show(talk), text);
    if (over || talk->stage != TALK_CONNECTING || talk->host + 1 >= talk->hosts.count) {
        talk_unreachable(talk, text);
        return;
    }
    talk->given_up = arena_printf(arena, "%s%s; ", talk->given_up, text);
    talk->host_start = talk->host + 1;
    PQfinish(talk->connection);
    talk->connection = NULL;
    talk_connect(talk);
}
