/*
 * What a watch would expose, without a server: prints it, or listens until it is ended.
 *
 *   metrics_look print openmetrics|prometheus SCENE
 *   metrics_look listen WHERE SCENE      says where on standard output
 *
 * SCENE: none (no look yet), seen, full, lost, stale (seen, but long ago), hostile, many.
 */
#include "listen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { INTERVAL_MS = 10000 };

static struct sample_group groups[SAMPLE_MOST_GROUPS + 1];
static char names[SAMPLE_MOST_GROUPS + 1][64];
static const char *owners[SAMPLE_MOST_GROUPS + 1];

static void group_add(struct sample *sample, const char *name, const char *owner)
{
    owners[sample->group_count] = owner;
    groups[sample->group_count++] = (struct sample_group){.application_name = name,
                                                          .role = name,
                                                          .database = name,
                                                          .sessions = 10,
                                                          .active = 1,
                                                          .idle = 6,
                                                          .idle_in_transaction = 1};
    sample->sessions += 10;
}

static void hostile_add(struct sample *sample)
{
    static const char *const hostile[] = {
        "\"",
        "\\",
        "\\\"",
        "\n",
        "\r\n",
        "\x1b[31m",
        "\\x1b[31m",
        "\xff",
        "\xfe\xff",
        "a{b=\"c\"} 1",
        "# EOF",
        "# TYPE pgsize_up counter",
        "\xe2\x80\xa8",
        "\xf0\x9f\x90\x98",
        "::error::x",
        " ",
        "",
        "{{ query \"up\" }}",
        "$server",
        "\xc3\x28",
        "1e3",
        "\xef\xbf\xbf",
    };
    for (size_t i = 0; i < sizeof hostile / sizeof hostile[0]; i++)
        group_add(sample, hostile[i], hostile[i]);
    group_add(sample, NULL, NULL);
}

static void many_add(struct sample *sample)
{
    for (size_t i = 0; i < SAMPLE_MOST_GROUPS; i++) {
        (void)snprintf(names[i], sizeof names[i], "application-%zu", i);
        group_add(sample, names[i], i % 2 == 0 ? names[i] : NULL);
    }
    group_add(sample, NULL, NULL);
    groups[sample->group_count - 1].is_rest = true;
}

static void scene_add(struct metrics *metrics, const char *scene)
{
    bool is_lost = strcmp(scene, "lost") == 0, is_full = strcmp(scene, "full") == 0;
    bool is_stale = strcmp(scene, "stale") == 0;
    struct sample sample = {.at_ms = ((int64_t)time(NULL) - (is_stale ? 600 : 0)) * 1000,
                            .max_connections = 100,
                            .superuser_reserved_connections = 3,
                            .groups = groups};
    if (strcmp(scene, "hostile") == 0)
        hostile_add(&sample);
    else if (strcmp(scene, "many") == 0)
        many_add(&sample);
    else {
        group_add(&sample, "api", "api");
        groups[0].active = 3; /* so that no state is hidden: only then is it known who waits */
        groups[0].waiting = 1;
    }
    metrics_add(metrics, &sample, owners);
    sample.group_count = 0;
    sample.sessions = UNKNOWN;
    sample.kind = is_full ? SAMPLE_FULL : SAMPLE_LOST;
    sample.reason = "the server said nothing";
    if (is_lost || is_full || is_stale)
        metrics_add(metrics, &sample, NULL);
}

static int print(const struct metrics *metrics, const char *exposition)
{
    struct arena arena = {0};
    struct text text = {.arena = &arena};
    openmetrics_put(metrics, 1,
                    strcmp(exposition, "prometheus") == 0 ? EXPOSITION_PROMETHEUS
                                                          : EXPOSITION_OPENMETRICS,
                    &text);
    (void)fwrite(text.bytes, 1, text.length, stdout);
    text_free(&text);
    return 0;
}

/* Standard input that ends is the sign to end. */
static int listen_until_end(const struct metrics *metrics, const char *where)
{
    struct arena arena = {0};
    struct fail fail = {0};
    struct listener *listener;
    const struct listen_content content = {metrics, 1, INTERVAL_MS};
    if (!listen_open(&arena, "--listen", where, &content, &listener, &fail)) {
        (void)fprintf(stderr, "%s\n%s\n", fail.message, fail.hint);
        arena_free(&arena);
        return (int)fail.kind;
    }
    (void)printf("%s\n", listen_where(listener));
    (void)fflush(stdout);
    for (;;) {
        struct pollfd fds[LISTEN_MOST_FDS + 1] = {{.fd = 0, .events = POLLIN}};
        size_t count = listen_fds(listener, fds + 1);
        (void)poll(fds, count + 1, listen_timeout_ms(listener));
        if (fds[0].revents != 0)
            break;
        listen_turn(listener);
    }
    listen_close(listener);
    arena_free(&arena);
    return 0;
}

int main(int argc, char **argv)
{
    struct metrics metrics = {.server = "core", .alert_connections = 80};
    if (argc != 4)
        return 2;
    if (strcmp(argv[3], "none") != 0)
        scene_add(&metrics, argv[3]);
    int status = strcmp(argv[1], "print") == 0 ? print(&metrics, argv[2])
                                               : listen_until_end(&metrics, argv[2]);
    metrics_free(&metrics);
    return status;
}
