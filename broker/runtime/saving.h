/* saving.h - when snapshots of the state are made.
 *
 * One after every snapshot_records new records, and one when the broker is stopped and
 * enough is new, if the disk has room for it beside the low-water mark. A snapshot that
 * fails costs nothing but the time of the next start; it is logged and tried again with
 * the next records. Threads: the core thread.
 */
#ifndef YX_RUNTIME_SAVING_H
#define YX_RUNTIME_SAVING_H

#include "broker/runtime/core.h"
#include "broker/runtime/snapshotter.h"

#define SAVING_STOP_RECORDS 10000u /* new records that make a last snapshot worth it */

struct saving {
    snapshotter_t *snapshotter;
    uint64_t every_records; /* 0 = never */
    uint64_t low_water_bytes;
    uint64_t saved_seq, tried_seq;
};

/* Every turn, behind the commit: takes what ended, tells a child what it waits for, and
 * begins when it is time. */
void saving_turn(core_t *core);
/* After draining: makes a last snapshot and waits for it. */
void saving_last(core_t *core);

#endif
