#include "lookup.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    MOST_HOSTS = 64,
    MOST_ADDRESSES = 16, /* of one name */
    ADDRESS_BYTES = 64,  /* of an IPv6 address with the name of an interface */
    STACK_BYTES = 256 * 1024,
};

struct host_name {
    char *name; /* NULL: not to be looked up */
    int error;
    struct addrinfo *addresses;
};

/* Owned by the thread and by who waits for it, and freed by the last of them. */
struct lookup {
    atomic_int owners;
    int pipe[2];
    size_t count;
    struct host_name hosts[];
};

static void lookup_free(struct lookup *lookup)
{
    for (size_t i = 0; i < lookup->count; i++) {
        free(lookup->hosts[i].name);
        if (lookup->hosts[i].addresses != NULL)
            freeaddrinfo(lookup->hosts[i].addresses);
    }
    (void)close(lookup->pipe[0]);
    (void)close(lookup->pipe[1]);
    free(lookup);
}

void lookup_end(struct lookup *lookup)
{
    if (lookup != NULL && atomic_fetch_sub(&lookup->owners, 1) == 1)
        lookup_free(lookup);
}

/* --- the thread --- */

static void *lookup_run(void *given)
{
    struct lookup *lookup = given;
    const struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    for (size_t i = 0; i < lookup->count; i++) {
        struct host_name *host = &lookup->hosts[i];
        if (host->name != NULL)
            host->error = getaddrinfo(host->name, NULL, &hints, &host->addresses);
        if (host->error != 0)
            host->addresses = NULL;
    }
    (void)!write(lookup->pipe[1], "", 1);
    lookup_end(lookup);
    return NULL;
}

/* Signals are the main thread's. */
static bool thread_start(struct lookup *lookup)
{
    pthread_t thread;
    pthread_attr_t attributes;
    sigset_t all, before;
    if (pthread_attr_init(&attributes) != 0)
        return false;
    (void)pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    (void)pthread_attr_setstacksize(&attributes, STACK_BYTES);
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    bool started = pthread_create(&thread, &attributes, lookup_run, lookup) == 0;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    (void)pthread_attr_destroy(&attributes);
    return started;
}

/* --- who waits for it --- */

/* Neither the directory of a socket nor an address. */
static bool is_name(const char *host)
{
    struct in6_addr address;
    return host[0] != '\0' && host[0] != '/' && host[0] != '@' &&
           inet_pton(AF_INET, host, &address) != 1 && inet_pton(AF_INET6, host, &address) != 1;
}

/* The host at `index`; on the heap, since the thread may outlive every arena. */
static char *host_copy(const char *list, size_t index)
{
    const char *host = host_list_count(list) > 1 ? list_tail(list, index) : list;
    char *copy = strndup(host, strcspn(host, ","));
    if (copy != NULL && is_name(copy))
        return copy;
    free(copy);
    return NULL;
}

/* NULL: there is no name among them. */
static struct lookup *lookup_new(const struct hosts *hosts)
{
    struct lookup *lookup = calloc(1, sizeof *lookup + hosts->count * sizeof lookup->hosts[0]);
    bool any = false;
    if (lookup == NULL)
        return NULL;
    lookup->count = hosts->count;
    atomic_init(&lookup->owners, 2);
    for (size_t i = 0; i < hosts->count; i++) {
        lookup->hosts[i].name = host_copy(hosts->host, i);
        any |= lookup->hosts[i].name != NULL;
    }
    if (any && pipe2(lookup->pipe, O_CLOEXEC) == 0)
        return lookup;
    for (size_t i = 0; i < hosts->count; i++)
        free(lookup->hosts[i].name);
    free(lookup);
    return NULL;
}

struct lookup *lookup_begin(const struct hosts *hosts)
{
    if (hosts->hostaddr != NULL || host_list_count(hosts->host) != hosts->count ||
        hosts->count > MOST_HOSTS)
        return NULL;
    struct lookup *lookup = lookup_new(hosts);
    if (lookup == NULL || thread_start(lookup))
        return lookup;
    lookup_free(lookup);
    return NULL;
}

int lookup_socket(const struct lookup *lookup)
{
    return lookup->pipe[0];
}

/* Adds a host to the lists, of which the ports may be fewer. */
static void host_add(struct arena *arena, struct hosts *to, const struct hosts *from, size_t index,
                     const char *address)
{
    const char *comma = to->count == 0 ? "" : ",", *host = list_tail(from->host, index);
    to->host = arena_printf(arena, "%s%s%.*s", to->count == 0 ? "" : to->host, comma,
                            (int)strcspn(host, ","), host);
    to->hostaddr =
        arena_printf(arena, "%s%s%s", to->count == 0 ? "" : to->hostaddr, comma, address);
    if (host_list_count(from->port) > 1) {
        const char *port = list_tail(from->port, index);
        to->port = arena_printf(arena, "%s%s%.*s", to->count == 0 ? "" : to->port, comma,
                                (int)strcspn(port, ","), port);
    }
    to->count++;
}

static void addresses_add(struct arena *arena, struct hosts *to, const struct hosts *from,
                          size_t index, const struct addrinfo *address)
{
    char shown[ADDRESS_BYTES];
    for (size_t i = 0; i < MOST_ADDRESSES && address != NULL; i++, address = address->ai_next) {
        if (getnameinfo(address->ai_addr, address->ai_addrlen, shown, sizeof shown, NULL, 0,
                        NI_NUMERICHOST) == 0)
            host_add(arena, to, from, index, shown);
    }
}

void lookup_read(struct arena *arena, const struct lookup *lookup, struct hosts *hosts,
                 const char **ret_failed)
{
    struct hosts found = *hosts;
    found.count = 0;
    *ret_failed = "";
    for (size_t i = 0; i < lookup->count; i++) {
        const struct host_name *host = &lookup->hosts[i];
        if (host->name == NULL)
            host_add(arena, &found, hosts, i, "");
        else if (host->addresses != NULL)
            addresses_add(arena, &found, hosts, i, host->addresses);
        else
            *ret_failed =
                arena_printf(arena, "%scould not translate host name \"%s\" to address: %s; ",
                             *ret_failed, host->name, gai_strerror(host->error));
    }
    if (found.count == 0)
        found.host = found.hostaddr = "";
    *hosts = found;
}

/* `server at "10.0.0.7"` becomes `server at "db" (10.0.0.7)`. */
static const char *name_put(struct arena *arena, const char *message, const char *name,
                            size_t name_length, const char *address, size_t length)
{
    const char *libpqs = arena_printf(arena, "server at \"%.*s\"", (int)length, address);
    const char *at = strstr(message, libpqs);
    if (length == 0 || at == NULL)
        return message;
    return arena_printf(arena, "%.*sserver at \"%.*s\" (%.*s)%s", (int)(at - message), message,
                        (int)name_length, name, (int)length, address, at + strlen(libpqs));
}

const char *lookup_names_put(struct arena *arena, const struct hosts *hosts, const char *message)
{
    for (size_t i = 0; i < hosts->count; i++) {
        const char *name = list_tail(hosts->host, i), *address = list_tail(hosts->hostaddr, i);
        message =
            name_put(arena, message, name, strcspn(name, ","), address, strcspn(address, ","));
    }
    return message;
}
