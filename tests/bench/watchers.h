/* watchers.h - many watchers in one thread: a CURVE connection each, one watch on it.
 *
 * Written on raw sockets, so that a thousand fit beside the broker on two cores: of an
 * update most watchers read number, base and version only, and every WATCHERS_SAMPLE-th
 * one keeps a whole copy by the rules of PROTOCOL.md section 5. Any trouble ends the
 * process with words. Threads: one owner. Times: measure_now.
 */
#ifndef YX_BENCH_WATCHERS_H
#define YX_BENCH_WATCHERS_H

#include "clients/lib/profile.h"
#include "proto/query.h"
#include <stdbool.h>
#include <stddef.h>

#define WATCHERS_SAMPLE 25u

typedef struct watchers watchers_t;

typedef struct {
    const profile_t *profiles; /* keys and broker, taken in turn */
    const board_query_t *views;
    uint32_t count, profile_count;
    uint32_t view_count; /* the last `spread` watchers take views 1 and up in turn, */
    uint32_t spread;     /* all others view 0 */
    uint32_t credit;     /* updates that may be under way to one watcher */
} watchers_options_t;

typedef struct {
    uint64_t updates, bytes, differences, holes;
} watchers_counts_t;

typedef struct {
    uint64_t seq, heard_at; /* an outcome and when its submitter had it */
} watchers_probe_t;

/* Connects all and sends their Watch. Views and profiles are borrowed. */
watchers_t *watchers_open(const watchers_options_t *options);
void watchers_close(watchers_t **watchers);

/* Takes updates and grants credit until `until`, or until `descriptor` (-1 = none) is
 * readable; true then. */
bool watchers_run(watchers_t *watchers, uint64_t until, int descriptor);
/* Whether each of them was shown its view. */
bool watchers_all_shown(const watchers_t *watchers);
watchers_counts_t watchers_counts(const watchers_t *watchers);

/* From each probe to each watcher's first update that holds it, into `samples` (room for
 * probe_count x watchers); returns how many. `probes` are in order of seq. *missing
 * counts pairs without such an update. */
size_t watchers_delays(const watchers_t *watchers, const watchers_probe_t *probes,
                       size_t probe_count, uint64_t *samples, size_t *missing);

/* Asks for the board of each watcher that keeps a copy, until all copies equal what was
 * answered; false at `until`. Returns how many in *compared. */
bool watchers_verify(watchers_t *watchers, uint64_t until, uint32_t *compared);

#endif
