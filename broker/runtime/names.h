/* names.h - reads names and posts behind a start from a snapshot, while others are served.
 *
 * The directory is no part of a snapshot (decision 0006). A thread walks the chain of
 * records that carry a name (LINK_DIRECTORY) from the newest that the snapshot knows back
 * to the first; the core thread takes them page by page and learns what it does not know
 * from a newer record. Until the end boards show codes where a name is not there yet.
 * Threads: all calls from the core thread.
 */
#ifndef YX_RUNTIME_NAMES_H
#define YX_RUNTIME_NAMES_H

#include "broker/runtime/directory.h"
#include "storage/journal.h"

#define NAMES_PAGE_RECORDS     256u
#define NAMES_PAGE_ARENA_BYTES (8u * 1024u * 1024u)

typedef struct names names_t;

/* From record `newest` on; 0 = there is nothing to read. STATUS_NO_MEMORY, STATUS_IO. */
status_t names_create(journal_t *journal, uint64_t newest, names_t **names);
/* Stops the thread wherever it is. */
void names_destroy(names_t **names);

/* Learns a page that is ready, at most NAMES_PAGE_RECORDS; never waits. True when there
 * may be more. *learnt counts the records taken, *lost those that memory was short for. */
bool names_turn(names_t *names, directory_t *directory, const state_t *state,
                uint32_t *learnt, uint32_t *lost);
/* Readable when a page is ready. */
int names_fd(const names_t *names);

#endif
