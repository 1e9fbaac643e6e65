/*
 * libmicrohttpd without threads of its own: it is asked which sockets it waits for, and run when
 * one of them is ready. It closes a connection on which nothing happens; one that trickles a byte
 * now and then would stay, so every connection ends after a time of ours, whatever it does.
 */
#include "listen.h"

#include "listen_address.h"
#include "listen_answer.h"

#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>

enum {
    REQUEST_BYTES = 8 * 1024, /* for its line and headers, and for those of the answer */
    LIFE_S = 10,
    LEAST_LIFE_MS = 1000, /* before a connection must make room for another */
    FULL_LOOK_MS = 250,   /* how often it is looked whether somebody waits for room, or finds it */
    BACKLOG = 128,
};

/* A connection that is open. */
struct caller {
    int fd; /* -1: none */
    int64_t began_at_ms;
};

struct listener {
    struct answering answering;
    struct MHD_Daemon *daemon;
    const char *where;
    int fd;                /* that is listened on */
    int64_t rest_until_ms; /* nobody is accepted before: there was no descriptor left */
    struct caller callers[LISTEN_MOST_CONNECTIONS];
};

/* It never goes back. */
static int64_t clock_ms(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* --- who is connected --- */

static void connection_notify(void *closure, struct MHD_Connection *connection, void **context,
                              enum MHD_ConnectionNotificationCode what)
{
    struct listener *listener = closure;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
        struct caller *caller = *context;
        if (caller != NULL)
            caller->fd = -1;
        return;
    }
    for (size_t i = 0; i < LISTEN_MOST_CONNECTIONS && info != NULL; i++) {
        struct caller *caller = &listener->callers[i];
        if (caller->fd >= 0)
            continue;
        *caller = (struct caller){info->connect_fd, clock_ms()};
        *context = caller;
        return;
    }
}

static size_t room_count(const struct listener *listener)
{
    size_t count = 0;
    for (size_t i = 0; i < LISTEN_MOST_CONNECTIONS; i++)
        count += listener->callers[i].fd < 0;
    return count;
}

/* Nothing more is read from it or sent to it; libmicrohttpd sees its end, and closes it. */
static void caller_end(struct caller *caller)
{
    (void)shutdown(caller->fd, SHUT_RDWR);
}

static struct caller *oldest_find(struct listener *listener)
{
    struct caller *oldest = NULL;
    for (size_t i = 0; i < LISTEN_MOST_CONNECTIONS; i++) {
        struct caller *caller = &listener->callers[i];
        if (caller->fd >= 0 && (oldest == NULL || caller->began_at_ms < oldest->began_at_ms))
            oldest = caller;
    }
    return oldest;
}

static void overdue_end(struct listener *listener)
{
    int64_t now_ms = clock_ms();
    struct pollfd waiting = {.fd = listener->fd, .events = POLLIN};
    for (size_t i = 0; i < LISTEN_MOST_CONNECTIONS; i++) {
        struct caller *caller = &listener->callers[i];
        if (caller->fd >= 0 && now_ms - caller->began_at_ms >= LIFE_S * 1000)
            caller_end(caller);
    }
    struct caller *oldest = oldest_find(listener);
    if (oldest != NULL && room_count(listener) == 0 &&
        now_ms - oldest->began_at_ms >= LEAST_LIFE_MS && poll(&waiting, 1, 0) > 0)
        caller_end(oldest);
}

static void callers_accept(struct listener *listener)
{
    for (size_t room = room_count(listener); room > 0; room--) {
        struct sockaddr_storage from;
        socklen_t length = sizeof from;
        int fd =
            accept4(listener->fd, (struct sockaddr *)&from, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) {
            if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
                listener->rest_until_ms = clock_ms() + FULL_LOOK_MS;
            return;
        }
        /* It closes the socket where it does not take it. */
        (void)MHD_add_connection(listener->daemon, fd, (struct sockaddr *)&from, length);
    }
}

/* --- opening --- */

static bool address_fail(const char *label, const char *where, struct fail *fail)
{
    int reason = errno;
    (void)fail_set(fail, FAIL_USAGE, "%s: cannot listen on %s: %s", label, where, strerror(reason));
    if (reason == EADDRINUSE)
        return fail_hint(fail, "something listens there already: choose another port, or end it");
    if (reason == EACCES)
        return fail_hint(fail, "ports below 1024 are for root: choose another, such as 9187");
    if (reason == EADDRNOTAVAIL)
        return fail_hint(fail, "this machine has no such address: 0.0.0.0 stands for all it has");
    return false;
}

static int socket_open(const struct listen_address *address)
{
    int fd = socket(address->at.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const int yes = 1;
    if (fd < 0)
        return -1;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (address->at.ss_family == AF_INET6)
        (void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes);
    if (bind(fd, (const struct sockaddr *)&address->at, address->length) == 0 &&
        listen(fd, BACKLOG) == 0)
        return fd;
    int reason = errno;
    (void)close(fd);
    errno = reason;
    return -1;
}

static struct MHD_Daemon *daemon_start(struct listener *listener)
{
    return MHD_start_daemon(MHD_USE_NO_LISTEN_SOCKET, 0, NULL, NULL, request_answer,
                            &listener->answering, MHD_OPTION_CONNECTION_LIMIT,
                            (unsigned)LISTEN_MOST_CONNECTIONS, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
                            (size_t)REQUEST_BYTES, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)LIFE_S,
                            MHD_OPTION_NOTIFY_CONNECTION, connection_notify, listener,
                            MHD_OPTION_END);
}

bool listen_open(struct arena *arena, const char *label, const char *where,
                 const struct listen_content *content, struct listener **ret_listener,
                 struct fail *fail)
{
    struct listen_address address;
    if (!listen_address_read(label, where, &address, fail))
        return false;
    int fd = socket_open(&address);
    if (fd < 0)
        return address_fail(label, listen_address_show(arena, &address), fail);
    (void)getsockname(fd, (struct sockaddr *)&address.at, &address.length);
    struct listener *listener = ARENA_NEW(arena, struct listener);
    *listener = (struct listener){
        .answering = {arena, content}, .where = listen_address_show(arena, &address), .fd = fd};
    for (size_t i = 0; i < LISTEN_MOST_CONNECTIONS; i++)
        listener->callers[i].fd = -1;
    listener->daemon = daemon_start(listener);
    if (listener->daemon == NULL) {
        (void)close(fd);
        return fail_set(fail, FAIL_INTERNAL, "%s: libmicrohttpd does not start", label);
    }
    *ret_listener = listener;
    return true;
}

const char *listen_where(const struct listener *listener)
{
    return listener->where;
}

/* --- waiting --- */

size_t listen_fds(struct listener *listener, struct pollfd *fds)
{
    fd_set reads, writes, excepts;
    int highest = -1;
    size_t count = 0;
    if (room_count(listener) > 0 && clock_ms() >= listener->rest_until_ms)
        fds[count++] = (struct pollfd){.fd = listener->fd, .events = POLLIN};
    FD_ZERO(&reads);
    FD_ZERO(&writes);
    FD_ZERO(&excepts);
    if (MHD_get_fdset(listener->daemon, &reads, &writes, &excepts, &highest) != MHD_YES)
        return count;
    for (int fd = 0; fd <= highest && count < LISTEN_MOST_FDS; fd++) {
        int events = (FD_ISSET(fd, &reads) ? POLLIN : 0) | (FD_ISSET(fd, &writes) ? POLLOUT : 0);
        if (events != 0)
            fds[count++] = (struct pollfd){.fd = fd, .events = (short)events};
    }
    return count;
}

int listen_timeout_ms(struct listener *listener)
{
    MHD_UNSIGNED_LONG_LONG theirs;
    const struct caller *oldest = oldest_find(listener);
    int64_t now_ms = clock_ms(), least_ms = INT64_MAX;
    if (listener->rest_until_ms > now_ms)
        least_ms = listener->rest_until_ms - now_ms;
    if (oldest == NULL)
        return least_ms < INT64_MAX ? (int)least_ms : -1;
    if (MHD_get_timeout(listener->daemon, &theirs) == MHD_YES && theirs < INT_MAX &&
        (int64_t)theirs < least_ms)
        least_ms = (int64_t)theirs;
    int64_t left_ms = oldest->began_at_ms + LIFE_S * 1000 - now_ms;
    if (room_count(listener) == 0 && left_ms > FULL_LOOK_MS)
        left_ms = FULL_LOOK_MS;
    if (left_ms < least_ms)
        least_ms = left_ms > 0 ? left_ms : 0;
    return (int)least_ms;
}

void listen_turn(struct listener *listener)
{
    overdue_end(listener);
    callers_accept(listener);
    (void)MHD_run(listener->daemon);
}

void listen_close(struct listener *listener)
{
    if (listener == NULL || listener->daemon == NULL)
        return;
    MHD_stop_daemon(listener->daemon);
    (void)close(listener->fd);
    listener->daemon = NULL;
}
