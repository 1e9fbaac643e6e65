#include "families.h"

#include <inttypes.h>
#include <string.h>

static const struct {
    const char *name, *type, *unit, *help;
} families[] = {
    [FAMILY_UP] =
        {"pgsize_up", "gauge", NULL,
         "1 if the server answered the last look, also by refusing it because it is full; "
         "0 if nothing is known of that moment."},
    [FAMILY_SAMPLES] = {"pgsize_samples", "counter", NULL,
                        "Looks at the server, by outcome: seen, full (it refused the connection), "
                        "or lost."},
    [FAMILY_LAST_SAMPLE] = {"pgsize_last_sample_timestamp_seconds", "gauge", "seconds",
                            "When the server was last seen, or seen to be full."},
    [FAMILY_BREAKER] =
        {"pgsize_breaker_state", "gauge", NULL,
         "1 for the state of the circuit breaker: while it is open, a lost server is "
         "not asked."},
    [FAMILY_MAX_CONNECTIONS] = {"pgsize_max_connections", "gauge", NULL,
                                "max_connections of the server."},
    [FAMILY_SUPERUSER_RESERVED] = {"pgsize_superuser_reserved_connections", "gauge", NULL,
                                   "superuser_reserved_connections of the server."},
    [FAMILY_RESERVED] = {"pgsize_reserved_connections", "gauge", NULL,
                         "reserved_connections of the server."},
    [FAMILY_ORDINARY] =
        {"pgsize_ordinary_connections", "gauge", NULL,
         "max_connections without what is reserved: at so many sessions an ordinary "
         "role is refused."},
    [FAMILY_SESSIONS] = {"pgsize_sessions", "gauge", NULL,
                         "Sessions of clients, without the one that counts them."},
    [FAMILY_UPPER_BOUND] = {"pgsize_sessions_upper_bound", "gauge", NULL,
                            "1 if the sessions are at most so many: the role may not see all."},
    [FAMILY_USED] = {"pgsize_connections_used", "gauge", NULL,
                     "Sessions and the slots reserved by the server: what the alert is compared "
                     "with."},
    [FAMILY_USED_PEAK] = {"pgsize_connections_used_peak", "gauge", NULL,
                          "The most that was used since the watch began."},
    [FAMILY_WAITING] = {"pgsize_sessions_waiting", "gauge", NULL,
                        "Active sessions that wait for a lock; not there where states are hidden."},
    [FAMILY_CONNECTIONS] = {"pgsize_connections", "gauge", NULL,
                            "Sessions by the service that owns them, application name, role, "
                            "database and state; rest: those of all smaller groups."},
    [FAMILY_ALERT] = {"pgsize_connections_alert", "gauge", NULL,
                      "The alert line: used connections above it are too many."},
    [FAMILY_BUDGET] = {"pgsize_budget", "gauge", NULL,
                       "Connections that the services of the topology may hold together."},
    [FAMILY_SIZED_MAX] = {"pgsize_sized_max_connections", "gauge", NULL,
                          "max_connections that the topology was sized for."},
    [FAMILY_SERVER_PEAK] = {"pgsize_server_peak", "gauge", NULL,
                            "Connections of all services at peak, by the limits that are declared "
                            "today or recommended."},
    [FAMILY_LIMIT] = {"pgsize_limit", "gauge", NULL,
                      "Connections that a pool may hold, as declared today or recommended; with a "
                      "pooler, to that one."},
    [FAMILY_PEAK] = {"pgsize_peak", "gauge", NULL,
                     "Connections of a service to a database at peak, by its declared or "
                     "recommended limit."},
    [FAMILY_POOLER_CLIENTS] = {"pgsize_pooler_clients", "gauge", NULL,
                               "Clients that all instances of a pooler let connect."},
    [FAMILY_POOLER_PEAK] = {"pgsize_pooler_clients_peak", "gauge", NULL,
                            "Clients of a pooler at peak, by the limits that are declared today or "
                            "recommended."},
    [FAMILY_FINDINGS] = {"pgsize_findings", "gauge", NULL, "Findings that count, by severity."},
};

static bool is_counter(enum family family)
{
    return strcmp(families[family].type, "counter") == 0;
}

const char *family_sample_name(enum family family)
{
    return family == FAMILY_SAMPLES ? "pgsize_samples_total" : families[family].name;
}

static bool is_spelled(const char *value, size_t at, uint32_t code_point)
{
    if (text_is_of_command(value, at))
        return true;
    if (code_point == '\\') /* it begins what looks like a spelling */
        return value[at + 1] != '\0' && strchr("xuU", value[at + 1]) != NULL;
    bool is_control = code_point < 0x20 || (code_point >= 0x7f && code_point < 0xa0);
    bool is_none =
        (code_point & 0xfffe) == 0xfffe || (code_point >= 0xfdd0 && code_point <= 0xfdef);
    return is_control || is_none || utf8_is_invisible(code_point);
}

static void spelling_put(struct text *text, uint32_t code_point)
{
    if (code_point < 0x80)
        text_printf(text, "\\x%02" PRIx32, code_point);
    else if (code_point < 0x10000)
        text_printf(text, "\\u%04" PRIx32, code_point);
    else
        text_printf(text, "\\U%08" PRIx32, code_point);
}

/* Almost every name: nothing of it is spelled out or quoted. */
static bool is_plain(const char *value)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789 _-./@";
    return value[strspn(value, letters)] == '\0';
}

char *label_shown(struct arena *arena, const char *value)
{
    if (is_plain(value))
        return arena_strdup(arena, value);
    struct text text = {.arena = arena};
    size_t length = strlen(value), size;
    for (size_t at = 0; at < length; at += size) {
        uint32_t code_point;
        size = utf8_read(value + at, length - at, &code_point);
        if (size == 0) {
            text_printf(&text, "\\x%02x", (unsigned)(unsigned char)value[at]);
            size = 1;
        } else if (is_spelled(value, at, code_point))
            spelling_put(&text, code_point);
        else
            text_put_bytes(&text, value + at, size);
    }
    return text_keep(&text);
}

void label_value_put(struct text *text, const char *shown)
{
    for (;;) {
        size_t length = strcspn(shown, "\"\\");
        text_put_bytes(text, shown, length);
        shown += length;
        if (*shown == '\0')
            return;
        text_put_char(text, '\\');
        text_put_char(text, *shown++);
    }
}

static void value_put(struct text *text, const char *value)
{
    struct arena scratch = {.on_out_of_memory = text->arena->on_out_of_memory};
    if (is_plain(value))
        text_put(text, value);
    else
        label_value_put(text, label_shown(&scratch, value));
    arena_free(&scratch);
}

void labels_put(struct text *text, const struct label *labels, size_t count)
{
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        if (labels[i].value == NULL || labels[i].value[0] == '\0')
            continue;
        text_put(text, any ? "," : "");
        text_put(text, labels[i].name);
        text_put(text, "=\"");
        value_put(text, labels[i].value);
        text_put_char(text, '"');
        any = true;
    }
}

void family_put(enum family family, enum exposition exposition, struct text *text)
{
    /* OpenMetrics names a counter without `_total`; to Prometheus' text format that is another
     * metric. */
    bool is_short = is_counter(family) && exposition == EXPOSITION_OPENMETRICS;
    const char *name = is_short ? families[family].name : family_sample_name(family);
    text_printf(text, "# HELP %s %s\n# TYPE %s %s\n", name, families[family].help, name,
                families[family].type);
    if (families[family].unit != NULL)
        text_printf(text, "# UNIT %s %s\n", name, families[family].unit);
}

void family_sample_put(enum family family, const char *labels, int64_t value, struct text *text)
{
    text_put(text, family_sample_name(family));
    text_put_char(text, '{');
    text_put(text, labels != NULL ? labels : "");
    text_put(text, "} ");
    text_put_int(text, value);
    text_put_char(text, '\n');
}
