/* board.h - one board per (account, comparison group), kept in order as facts change.
 *
 * boards_refresh() takes the state's changed standings, scores each once and moves it
 * in three order statistics (T, T - se, T + se). Ranks are 1 + number of ranked
 * subjects with a strictly larger total; low and high are those of SCORING.md section
 * 5; equal totals print in code order. Derived from state alone: a rebuild gives the
 * same answers bit for bit. Threads: the owner of the state. Memory: given once.
 */
#ifndef YX_RANKING_BOARD_H
#define YX_RANKING_BOARD_H

#include "broker/ranking/ostat.h"
#include "broker/ranking/score.h"

typedef struct boards boards_t;

/* STATUS_NO_MEMORY. `memory` as for state_init; `standings` = the state's limit, which
 * above 2,097,152 must be at least that of subjects. */
status_t boards_create(const state_memory_t *memory, uint32_t standings,
                       boards_t **boards);

/* Brings the boards up to the state and empties its changed list; ends a refresh under
 * way first. From then on the
 * boards read this state: it stays where it is. */
void boards_refresh(boards_t *boards, state_t *state);
/* The same in steps, so that the owner can do other work in between: begin takes the
 * list over (nothing may be under way), each step does at most `most` standings. A step
 * that ends the refresh also learns of new subjects. */
void boards_begin(boards_t *boards, state_t *state);
void boards_step(boards_t *boards, state_t *state, uint32_t most);
/* Standings that the refresh under way still has to do. */
uint32_t boards_pending(const boards_t *boards);
/* Forgets everything and marks every running standing changed; then refresh. */
void boards_rebuild(boards_t *boards, state_t *state);

typedef struct {
    uint32_t account, group;        /* accounts, words; both must be given */
    uint32_t unit, front, category; /* filter; 0 = any */
    uint32_t around;                /* subjects, in the middle; 0 = use offset */
    uint32_t offset, count;         /* count <= BOARD_WINDOW_MAX */
    bool unranked; /* instead of the ranked: all others of the group, in code order */
    /* Rows outside are left out of what is shown, never out of the ranks (R12). */
    bool (*visible)(const void *context, const state_t *state, uint32_t subject);
    const void *context;
} view_t;

typedef struct {
    uint32_t subject;               /* subjects */
    uint32_t standing;              /* standings; 0 = no fact yet */
    uint32_t rank, low, high, band; /* 0 = not ranked */
    score_t score;
} view_row_t;

typedef struct {
    uint32_t ranked, not_ranked; /* in the whole group */
    uint32_t offset, matching, count;
    uint32_t epoch;            /* epochs: adopted for the group, 0 = none */
    uint32_t components, thin; /* whether it hangs together: epoch_state.h */
    uint32_t reason;           /* reasons: of the override, 0 = none */
} view_head_t;

/* Fills up to view->count rows, as of the last refresh. Without filter O(count + log n),
 * with one O(n). Equal totals stand in code order. Subjects without any fact are listed
 * as not ranked while the account is open or one of the newest two.
 * STATUS_UNKNOWN_GROUP (the account's scheme does not name it), STATUS_WINDOW_TOO_LARGE,
 * STATUS_UNKNOWN_SUBJECT (around: not in this view). */
status_t boards_view(const boards_t *boards, const state_t *state, const view_t *view,
                     view_row_t *rows, view_head_t *head);

/* Rank of one standing, 0 = not ranked: O(log n). */
uint32_t boards_rank(const boards_t *boards, uint32_t standing);
/* The score as of the last refresh; NULL when the standing has none. */
const score_t *boards_score(const boards_t *boards, uint32_t standing);

#endif
