#include "listen_answer.h"

#include <string.h>
#include <time.h>

/* Unix time, as samples have it. */
static int64_t now_ms(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct answer_page {
    unsigned status;
    const char *type;
    struct text text;
};

static bool wants_openmetrics(struct MHD_Connection *connection)
{
    const char *accept =
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_ACCEPT);
    return accept != NULL && strstr(accept, "application/openmetrics-text") != NULL;
}

static void metrics_answer(const struct answering *answering, struct MHD_Connection *connection,
                           struct answer_page *page)
{
    static const char *const types[] = {
        [EXPOSITION_OPENMETRICS] = "application/openmetrics-text; version=1.0.0; charset=utf-8",
        [EXPOSITION_PROMETHEUS] = "text/plain; version=0.0.4; charset=utf-8"};
    enum exposition exposition =
        wants_openmetrics(connection) ? EXPOSITION_OPENMETRICS : EXPOSITION_PROMETHEUS;
    page->type = types[exposition];
    openmetrics_put(answering->content->servers, answering->content->count, exposition,
                    &page->text);
}

static void health_answer(const struct answering *answering, struct MHD_Connection *connection,
                          struct answer_page *page)
{
    (void)connection;
    const struct listen_content *content = answering->content;
    if (metrics_are_fresh(content->servers, content->count, now_ms(), content->interval_ms,
                          &page->text))
        text_put(&page->text, "ok");
    else
        page->status = MHD_HTTP_SERVICE_UNAVAILABLE;
    text_put_char(&page->text, '\n');
}

static const struct {
    const char *path;
    void (*answer)(const struct answering *answering, struct MHD_Connection *connection,
                   struct answer_page *page);
} paths[] = {{"/metrics", metrics_answer}, {"/healthz", health_answer}};

static void page_fill(const struct answering *answering, struct MHD_Connection *connection,
                      const char *path, const char *method, struct answer_page *page)
{
    if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0) {
        page->status = MHD_HTTP_METHOD_NOT_ALLOWED;
        text_put(&page->text, "only GET and HEAD\n");
        return;
    }
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
        if (strcmp(path, paths[i].path) == 0) {
            paths[i].answer(answering, connection, page);
            return;
        }
    page->status = MHD_HTTP_NOT_FOUND;
    text_put(&page->text, "there are /metrics and /healthz\n");
}

static enum MHD_Result page_queue(struct MHD_Connection *connection, const struct answer_page *page)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(page->text.length, page->text.bytes, MHD_RESPMEM_MUST_COPY);
    if (response == NULL)
        return MHD_NO;
    enum MHD_Result done =
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, page->type);
    if (page->status == MHD_HTTP_METHOD_NOT_ALLOWED && done == MHD_YES)
        done = MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
    if (done == MHD_YES)
        done = MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
    if (done == MHD_YES)
        done = MHD_queue_response(connection, page->status, response);
    MHD_destroy_response(response);
    return done;
}

enum MHD_Result request_answer(void *closure, struct MHD_Connection *connection, const char *path,
                               const char *method, const char *version, const char *upload,
                               size_t *upload_bytes, void **request)
{
    const struct answering *answering = closure;
    struct answer_page page = {.status = MHD_HTTP_OK,
                               .type = "text/plain; charset=utf-8",
                               .text = {.arena = answering->arena}};
    (void)version;
    (void)upload;
    (void)upload_bytes;
    (void)request;
    page_fill(answering, connection, path, method, &page);
    enum MHD_Result done = page_queue(connection, &page);
    text_free(&page.text);
    return done;
}
