/* views.h - every distinct (view, scope) that somebody watches, computed once for all.
 *
 * A view is the same for two watchers when board, filter, window and scope are the same
 * bytes (board_scope.h); so nobody ever gets a row that was chosen for another scope.
 * Cost      a plain window costs O(rows + log n), a filtered or scoped one O(n); so a
 *           view rests after it was computed VIEWS_REST times as long as that took: no
 *           view takes more than a twentieth of the core's time. Under a load in which
 *           boards of a million are filtered, versions come seldom, never wrong.
 * Exact     the boards must be up to the state when a view is computed; its version is
 *           the state's seq then, and a board query at that seq gives the same rows. A
 *           view that is computed again and is the same has a newer version, but nobody
 *           who has an older one since it last changed need be told.
 * Bounds    VIEWS_MAX views, VIEWS_ROWS_MAX rows of all their windows together.
 * Threads   the core thread.
 */
#ifndef YX_RUNTIME_VIEWS_H
#define YX_RUNTIME_VIEWS_H

#include "broker/runtime/board_scope.h"
#include "broker/runtime/core.h"
#include "broker/runtime/delta_cache.h"

#define VIEWS_MAX      4096u
#define VIEWS_ROWS_MAX (1u << 18)
#define VIEWS_REST     20

typedef struct views views_t;

/* Monotonic, for costs only. */
typedef int64_t views_clock_us(void);

/* NULL when memory is short. */
views_t *views_create(views_clock_us *clock);
void views_destroy(views_t **views);

/* The view's number, 1 to VIEWS_MAX, made when it is not there; held once more. `view`
 * comes from board_scope_view. STATUS_BUSY: too many views or rows; STATUS_NO_MEMORY. */
status_t views_hold(views_t *views, const view_t *view, const board_scope_t *scope,
                    uint32_t *number);
/* Forgets the view with its last holder. */
void views_release(views_t *views, uint32_t number);

/* What was held; `visible` and `context` are the table's own. */
const view_t *views_view(const views_t *views, uint32_t number);
/* The seq of the state when it was last computed, and the first one at which it was what
 * it is now; 0 = not computed yet. */
uint64_t views_version(const views_t *views, uint32_t number);
uint64_t views_changed(const views_t *views, uint32_t number);
/* When it may be computed: 0 = now, because something was applied since and it has
 * rested; INT64_MAX = nothing was applied since; else that time of the clock. */
int64_t views_due_us(const views_t *views, const core_t *core, uint32_t number);
/* Computes it. A subject in whose middle the view is wanted and who is not in it leaves
 * it without rows (views_around_is_missing). STATUS_NO_MEMORY: it is as it was. */
status_t views_compute(views_t *views, core_t *core, uint32_t number);

bool views_around_is_missing(const views_t *views, uint32_t number);
/* The Delta messages from a version that this view once had, older than its last change
 * (0 = the whole view), to the one it has; parts by views_part. Borrowed until the next call of views_write or
 * views_compute. STATUS_NO_MEMORY, STATUS_TOO_LARGE. */
status_t views_write(views_t *views, core_t *core, uint32_t number, uint64_t from,
                     const delta_written_t **written);
const uint8_t *views_part(const views_t *views, const delta_written_t *written,
                          size_t *at, uint32_t *size);
/* A tick begins: what was written before is forgotten. */
void views_begin_tick(views_t *views);

uint32_t views_count(const views_t *views);

#endif
