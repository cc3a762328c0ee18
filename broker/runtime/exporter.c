/* exporter.c - see exporter.h. */
#include "broker/runtime/exporter.h"

#include "broker/runtime/exposition.h"
#include "broker/runtime/stats.h"
#include "proto/check.h"
#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct exporter {
    struct MHD_Daemon *daemon;
    pthread_mutex_t lock; /* of what follows */
    counter_t counters[STATS_MAX];
    uint32_t count, growing;
    histogram_t acknowledge;
    char address[EXPORTER_ADDRESS_MAX];
};

typedef union {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
} address_t;

/* ---- addresses ---- */

static bool read_port(const char *text, in_port_t *port)
{
    char *end = NULL;
    unsigned long number = strtoul(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || number > 65535)
        return false;
    *port = htons((uint16_t)number);
    return true;
}

static bool read_v4(const char *host, const char *port, address_t *out)
{
    out->v4 = (struct sockaddr_in){ .sin_family = AF_INET };
    return inet_pton(AF_INET, host, &out->v4.sin_addr) == 1 &&
           (ntohl(out->v4.sin_addr.s_addr) >> 24) == 127 &&
           read_port(port, &out->v4.sin_port);
}

static bool read_v6(const char *host, const char *port, address_t *out)
{
    out->v6 = (struct sockaddr_in6){ .sin6_family = AF_INET6,
                                     .sin6_addr = IN6ADDR_LOOPBACK_INIT };
    return strcmp(host, "[::1]") == 0 && read_port(port, &out->v6.sin6_port);
}

static bool read_address(const char *text, address_t *out)
{
    char host[EXPORTER_ADDRESS_MAX];
    const char *colon = strrchr(text, ':');
    if (colon == NULL || (size_t)(colon - text) >= sizeof host)
        return false;
    memcpy(host, text, (size_t)(colon - text));
    host[colon - text] = '\0';
    return host[0] == '[' ? read_v6(host, colon + 1, out)
                          : read_v4(host, colon + 1, out);
}

bool exporter_address_fits(const char *address)
{
    address_t unused;
    return read_address(address, &unused);
}

/* ---- answering ---- */

static enum MHD_Result reply_text(struct MHD_Connection *connection, unsigned code,
                                  const char *type, const void *bytes, size_t size)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(
        size, (void *)(uintptr_t)bytes, MHD_RESPMEM_MUST_COPY);
    if (response == NULL)
        return MHD_NO;
    enum MHD_Result result =
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    if (code == MHD_HTTP_METHOD_NOT_ALLOWED)
        result = MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
    if (result == MHD_YES)
        result = MHD_queue_response(connection, code, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result reply_words(struct MHD_Connection *connection, unsigned code,
                                   const char *words)
{
    return reply_text(connection, code, "text/plain; charset=utf-8", words,
                      strlen(words));
}

static enum MHD_Result reply_figures(struct MHD_Connection *connection,
                                     exporter_t *exporter)
{
    buffer_t text;
    buffer_init(&text, EXPOSITION_BYTES_MAX);
    CHECK(pthread_mutex_lock(&exporter->lock) == 0);
    const exposition_t what = { exporter->counters, exporter->count, exporter->growing,
                                &exporter->acknowledge };
    status_t status = exposition_write(&text, &what);
    CHECK(pthread_mutex_unlock(&exporter->lock) == 0);
    enum MHD_Result result =
        status == STATUS_OK
            ? reply_text(connection, MHD_HTTP_OK,
                         "text/plain; version=0.0.4; charset=utf-8", text.data,
                         text.size)
            : reply_words(connection, MHD_HTTP_INTERNAL_SERVER_ERROR, "no memory\n");
    buffer_fini(&text);
    return result;
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection,
                                  const char *path, const char *method,
                                  const char *version, const char *body,
                                  size_t *body_size, void **state)
{
    (void)version;
    (void)body;
    (void)state;
    *body_size = 0; /* nobody sends us anything worth reading */
    if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 &&
        strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
        return reply_words(connection, MHD_HTTP_METHOD_NOT_ALLOWED,
                           "only GET and HEAD\n");
    if (strcmp(path, "/metrics") != 0)
        return reply_words(connection, MHD_HTTP_NOT_FOUND,
                           "the figures are at /metrics\n");
    return reply_figures(connection, context);
}

/* ---- life ---- */

static void note_address(exporter_t *exporter, const char *asked)
{
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(exporter->daemon, MHD_DAEMON_INFO_BIND_PORT);
    int host_size = (int)(strrchr(asked, ':') - asked);
    (void)snprintf(exporter->address, sizeof exporter->address, "%.*s:%u", host_size,
                   asked, info != NULL ? info->port : 0u); /* fits: it was read */
}

status_t exporter_start(const char *address, exporter_t **out)
{
    CHECK(address != NULL && out != NULL);
    *out = NULL;
    address_t bound;
    if (!read_address(address, &bound))
        return STATUS_CONFIG;
    exporter_t *exporter = calloc(1, sizeof *exporter);
    if (exporter == NULL)
        return STATUS_NO_MEMORY;
    CHECK(pthread_mutex_init(&exporter->lock, NULL) == 0);
    unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL;
    if (bound.any.sa_family == AF_INET6)
        flags |= MHD_USE_IPv6;
    exporter->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, on_request, exporter, MHD_OPTION_SOCK_ADDR, &bound.any,
        MHD_OPTION_CONNECTION_LIMIT, EXPORTER_CONNECTIONS_MAX,
        MHD_OPTION_CONNECTION_TIMEOUT, EXPORTER_TIMEOUT_S, MHD_OPTION_END);
    if (exporter->daemon == NULL) {
        exporter_stop(&exporter);
        return STATUS_CONFIG;
    }
    note_address(exporter, address);
    *out = exporter;
    return STATUS_OK;
}

void exporter_stop(exporter_t **exporter)
{
    CHECK(exporter != NULL);
    if (*exporter == NULL)
        return;
    if ((*exporter)->daemon != NULL)
        MHD_stop_daemon((*exporter)->daemon);
    CHECK(pthread_mutex_destroy(&(*exporter)->lock) == 0);
    free(*exporter);
    *exporter = NULL;
}

const char *exporter_address(const exporter_t *exporter)
{
    CHECK(exporter != NULL);
    return exporter->address;
}

void exporter_take(exporter_t *exporter, const counter_t *counters, uint32_t count,
                   uint32_t growing, const histogram_t *acknowledge)
{
    CHECK(exporter != NULL);
    CHECK(count <= STATS_MAX && growing <= count);
    CHECK(pthread_mutex_lock(&exporter->lock) == 0);
    memcpy(exporter->counters, counters, count * sizeof *counters);
    exporter->count = count;
    exporter->growing = growing;
    exporter->acknowledge = *acknowledge;
    CHECK(pthread_mutex_unlock(&exporter->lock) == 0);
}
