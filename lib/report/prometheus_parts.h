/*
 * A file of Prometheus' alerting rules, as YAML: what the two halves of the format prometheus-rules
 * share. Expressions stand in single quotes, where YAML reads nothing but the quote itself; what
 * stands there has been through label_shown(), so that no line ends in it.
 */
#ifndef PGSIZE_PROMETHEUS_PARTS_H
#define PGSIZE_PROMETHEUS_PARTS_H

#include "families.h"
#include "report.h"

/* One server, and where its rules go. */
struct rules_page {
    const struct report *report;
    const struct server_sizing *server;
    const char *name;   /* of the server, as label_shown() shows it */
    const char *source; /* "pgsize" or "postgres_exporter": the label `source` */
    struct text *text;
    struct arena *scratch; /* cleared before each service */
};

/* An alert. Its texts are templates of Prometheus': names go through template_of(). */
struct alert {
    const char *name, *severity;
    const char *expression;
    const char *hold;    /* how long it must hold: "5m"; NULL: once is enough */
    const char *service; /* as label_shown() shows it; NULL: it is about the server */
    const char *summary, *description;
};
void alert_put(const struct rules_page *page, const struct alert *alert);

/* Opens the group of a server and source. */
void group_put(const struct rules_page *page);

/* A name for a summary or a description: braces would begin an expression there. */
const char *template_of(struct arena *arena, const char *shown);

/* The alerts that both halves have, each with its own expression: `used`, of the connections that
 * the alert is compared with, where that is known. */
void over_alert_put(const struct rules_page *page, const char *used);
void full_alert_put(const struct rules_page *page, const char *expression, const char *description);

/* A service that opens pools to the server, with what all of them hold at peak by the limits that
 * the command is about. */
struct service_peak {
    const struct pool_class *class; /* its first */
    int64_t peak;                   /* UNKNOWN: a limit of it is not known */
};

/* `sessions`: the expression of those that it holds. */
void service_alert_put(const struct rules_page *page, const struct service_peak *service,
                       const char *sessions);

/* Puts the alert of each service of the server that --only shows and whose peak is known. */
void service_alerts_put(const struct rules_page *page,
                        void (*put)(const struct rules_page *page,
                                    const struct service_peak *service));

/* The same alerts on what postgres_exporter exposes. */
void exporter_rules_put(struct rules_page *page);

/* How postgres_exporter names a server: the host and port of the URL that it connects to. The
 * server's own name where no URL says them. */
const char *exporter_server(struct arena *arena, const struct server *server);

#endif
