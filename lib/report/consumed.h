/*
 * What the formats share that are made to be consumed (env, tfvars, k8s-env): who is handed
 * something, and the URL of it with its password. How it is written down is each format's own.
 */
#ifndef PGSIZE_CONSUMED_H
#define PGSIZE_CONSUMED_H

#include "report.h"

/* Whether --only shows it, and a limit is recommended to it. */
bool class_is_handed(const struct report *report, const struct pool_class *class);

/* Makes the URLs of one class after the other, each in the memory of the one before. */
struct handing {
    struct report report;
    struct arena arena;
    struct text url;
    bool is_ascii; /* see handed_urls_hold() */
};
void handing_begin(struct handing *handing, const struct report *report, bool is_ascii);
const char *handing_url(struct handing *handing, const struct pool_class *class); /* NULL: none */
void handing_end(struct handing *handing);

/* A format that holds UTF-8 alone, and may write a character in another form of the same look
 * (Unicode's NFC), would change a password. In a URL, `%C3%A9` is the same in ASCII; elsewhere what
 * is not UTF-8 cannot be handed out: false. */
bool handed_urls_hold(const struct report *report, const char *format, struct fail *fail) MUST_USE;

#endif
