/* Preloaded into a server that always listens on all addresses: binds its sockets to the loopback address. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

int bind(int descriptor, const struct sockaddr *address, socklen_t length)
{
    int (*real)(int, const struct sockaddr *, socklen_t) = dlsym(RTLD_NEXT, "bind");
    struct sockaddr_storage copy;

    if (length > sizeof copy)
        return real(descriptor, address, length);
    memcpy(&copy, address, length);
    if (copy.ss_family == AF_INET) {
        ((struct sockaddr_in *)&copy)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    } else if (copy.ss_family == AF_INET6) {
        /* A dual-stack socket accepts IPv4 connections only on the mapped address. */
        inet_pton(AF_INET6, "::ffff:127.0.0.1", &((struct sockaddr_in6 *)&copy)->sin6_addr);
    }
    return real(descriptor, (struct sockaddr *)&copy, length);
}
