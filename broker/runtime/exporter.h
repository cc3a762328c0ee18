/* exporter.h - GET /metrics on an address of this machine, for Prometheus.
 *
 * The core hands a copy of its figures over once a second; a thread of libmicrohttpd
 * answers from the newest copy, so that nobody who asks holds the core up. Nothing but
 * loopback addresses is listened on: there is no key on this door and no figure of a
 * person behind it.
 * Threads: exporter_take by the core thread; the rest is locked.
 */
#ifndef YX_RUNTIME_EXPORTER_H
#define YX_RUNTIME_EXPORTER_H

#include "broker/runtime/histogram.h"
#include "proto/answer.h"
#include <stdbool.h>

#define EXPORTER_CONNECTIONS_MAX 16u
#define EXPORTER_TIMEOUT_S       10u
#define EXPORTER_ADDRESS_MAX     64u

typedef struct exporter exporter_t;

/* Whether `address` is one that exporter_start takes: 127.x.x.x:PORT or [::1]:PORT. */
bool exporter_address_fits(const char *address);
/* STATUS_CONFIG: the address does not fit or cannot be listened on; STATUS_NO_MEMORY.
 * Port 0 = the system chooses. Figures are zero until the first exporter_take. */
status_t exporter_start(const char *address, exporter_t **exporter);
void exporter_stop(exporter_t **exporter);
/* The address with the real port. */
const char *exporter_address(const exporter_t *exporter);

/* The first `growing` of `count` are counters; copied (at most STATS_MAX). */
void exporter_take(exporter_t *exporter, const counter_t *counters, uint32_t count,
                   uint32_t growing, const histogram_t *acknowledge);

#endif
