#include "listen_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

enum { MOST_PORT = 65535, MOST_PORT_DIGITS = 5 };

static bool port_read(const char *digits, in_port_t *ret_port)
{
    unsigned port = 0;
    size_t length = strlen(digits);
    if (length == 0 || length > MOST_PORT_DIGITS || strspn(digits, "0123456789") != length)
        return false;
    for (; *digits != '\0'; digits++)
        port = port * 10 + (unsigned)(*digits - '0');
    *ret_port = htons((in_port_t)port);
    return port <= MOST_PORT;
}

static bool four_read(const char *host, in_port_t port, struct listen_address *ret_address)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = port};
    if (inet_pton(AF_INET, host, &at.sin_addr) != 1)
        return false;
    memcpy(&ret_address->at, &at, sizeof at);
    ret_address->length = sizeof at;
    return true;
}

static bool six_read(const char *host, in_port_t port, struct listen_address *ret_address)
{
    struct sockaddr_in6 at = {.sin6_family = AF_INET6, .sin6_port = port};
    char bare[INET6_ADDRSTRLEN];
    size_t length = strlen(host);
    if (length < 4 || length - 2 >= sizeof bare || host[0] != '[' || host[length - 1] != ']')
        return false;
    memcpy(bare, host + 1, length - 2);
    bare[length - 2] = '\0';
    if (inet_pton(AF_INET6, bare, &at.sin6_addr) != 1)
        return false;
    memcpy(&ret_address->at, &at, sizeof at);
    ret_address->length = sizeof at;
    return true;
}

static bool host_read(const char *host, in_port_t port, struct listen_address *ret_address)
{
    bool is_loopback = host[0] == '\0' || strcmp(host, "localhost") == 0;
    return four_read(is_loopback ? "127.0.0.1" : host, port, ret_address) ||
           six_read(host, port, ret_address);
}

bool listen_address_read(const char *label, const char *where, struct listen_address *ret_address,
                         struct fail *fail)
{
    const char *colon = strrchr(where, ':');
    char host[INET6_ADDRSTRLEN + 2] = "";
    in_port_t port = 0;
    size_t length = colon != NULL ? (size_t)(colon - where) : 0;
    *ret_address = (struct listen_address){0};
    if (length < sizeof host && port_read(colon != NULL ? colon + 1 : where, &port)) {
        memcpy(host, where, length);
        host[length] = '\0';
        if (host_read(host, port, ret_address))
            return true;
    }
    (void)fail_set(fail, FAIL_USAGE, "%s: must be ADDRESS:PORT, got \"%.80s\"", label, where);
    return fail_hint(fail, "for example 9187 (on this machine alone), 0.0.0.0:9187 or [::1]:9187");
}

const char *listen_address_show(struct arena *arena, const struct listen_address *address)
{
    char host[INET6_ADDRSTRLEN] = "";
    struct sockaddr_in four;
    struct sockaddr_in6 six;
    if (address->at.ss_family == AF_INET) {
        memcpy(&four, &address->at, sizeof four);
        (void)inet_ntop(AF_INET, &four.sin_addr, host, sizeof host);
        return arena_printf(arena, "%s:%u", host, (unsigned)ntohs(four.sin_port));
    }
    memcpy(&six, &address->at, sizeof six);
    (void)inet_ntop(AF_INET6, &six.sin6_addr, host, sizeof host);
    return arena_printf(arena, "[%s]:%u", host, (unsigned)ntohs(six.sin6_port));
}
