/* stats.h - all that the broker can be asked about itself, by name.
 *
 * The same list answers `yx admin stats` and the exporter. Threads: the core thread.
 */
#ifndef YX_RUNTIME_STATS_H
#define YX_RUNTIME_STATS_H

#include "broker/runtime/core.h"

/* Counters first (they only grow within a process), then gauges. */
#define STATS_MAX     (METRICS_COUNT + TABLE_COUNT + 20u)

#define STATS_GROWING (METRICS_COUNT + 2u)

/* Fills at most STATS_MAX; returns how many. The first STATS_GROWING are counters. */
uint32_t stats_list(const core_t *core, counter_t *out);

#endif
