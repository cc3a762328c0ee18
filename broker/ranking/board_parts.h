/* board_parts.h - what the board_*.c files share; nobody else includes it.
 *
 * A board is found by (account, number of the group in the account's scheme). It holds
 * the running standings: the ranked ones in three order statistics, the others among
 * those who wait, by subject and in code order. Subjects of the registry without a
 * running standing wait too, on boards of the accounts that follow the registry: those
 * open, and the newest two (SCORING.md section 3: the open and the previous one).
 */
#ifndef YX_RANKING_BOARD_PARTS_H
#define YX_RANKING_BOARD_PARTS_H

#include "broker/ranking/board.h"

#define BOARD_ACCOUNTS_MAX 256u   /* the limit of the table of accounts */
#define FOLLOWING_MAX      4u     /* accounts that follow the registry */
#define FOLLOWING_NEWEST   2u     /* follow it whether open or not */
#define BAND_SUBJECTS_MAX  10000u /* live bands: SCORING.md section 5 */

/* Positions at which bands start, known from the top down to `through`. */
typedef struct {
    uint32_t *starts;
    int64_t threshold; /* who can reach no more than this ends the newest band */
    uint32_t count, through;
} bands_t;

typedef struct {
    ostat_t totals, lows, highs; /* standings by T, T - se, T + se */
    ostat_t waiting;             /* subjects not ranked, value 0 */
    bands_t *bands;              /* a cache, filled by views */
} board_t;

/* Where a subject waits without a standing: 1 + group in the scheme, per account that
 * follows the registry; 0 = nowhere. */
typedef struct {
    uint32_t group; /* words: as the boards know it */
    uint8_t waiting[FOLLOWING_MAX];
} member_t;

struct boards {
    const state_t *state; /* of the last refresh: codes are read for ties */
    ostat_pool_t *totals, *bounds, *waiting;
    void *pool_memory[3];
    score_t *scores;   /* by standing; standing 0 = not known or ended */
    member_t *members; /* by subject */
    board_t *boards;
    uint32_t following[FOLLOWING_MAX]; /* accounts, 0 = a free place */
    uint32_t limit;                    /* standings, subjects at most */
    uint32_t standings, subjects;      /* how far the boards have seen */
    uint32_t regrouped;                /* changed_t.regrouped as seen */
    uint32_t *pending;                 /* standings of the refresh under way */
    uint32_t pending_at, pending_count;
};

static inline board_t *board_at(const boards_t *boards, uint32_t account,
                                uint32_t scheme_group)
{
    return &boards->boards[(account - 1) * GROUPS_MAX + scheme_group];
}

static inline bool score_ranks(const score_t *score)
{
    return score->standing == STANDING_RANKED ||
           score->standing == STANDING_PROVISIONAL;
}

static inline bool score_waits(const score_t *score)
{
    return score->standing == STANDING_NOT_RANKED;
}

/* The subject's running standing in an account, 0 = none. */
uint32_t board_running(const state_t *state, uint32_t subject, uint32_t account);
/* 1 + index of a group (words) in the account's scheme, 0 = the scheme has none. */
uint32_t board_group(const state_t *state, uint32_t account, uint32_t group);

/* 1 + group in the scheme on whose board the subject waits, 0 = nowhere. */
uint32_t board_waits(const boards_t *boards, const state_t *state, uint32_t subject,
                     uint32_t account);

/* After the boards learnt of a standing, or that it ended: whether its subject waits
 * there without one. */
void board_settle(boards_t *boards, const state_t *state, uint32_t subject,
                  uint32_t account);
/* Accounts opened and closed; before the changed standings are taken. */
void board_follow_accounts(boards_t *boards, const state_t *state);
/* New subjects, subjects that changed group; after the changed standings. */
void board_settle_registry(boards_t *boards, const state_t *state);

/* SCORING.md section 5, by two counts. */
void board_interval(const boards_t *boards, const board_t *board, const score_t *score,
                    uint32_t *low, uint32_t *high);
/* The band of the ranked subject at a position, 0 when the group is too large. */
uint32_t board_band(const boards_t *boards, const board_t *board, uint32_t position);

#endif
