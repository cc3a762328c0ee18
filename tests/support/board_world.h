/* board_world.h - a state whose rows are laid by hand, for the tests of broker/ranking.
 *
 * No decide, no apply: subjects, observations and moves are written into the tables the
 * way apply leaves them, so that scores and boards can be tested on their own. One
 * scheme with the default prior; group i has `dimensions` dimensions of its own and
 * equal weights. Failures end the test. Threads: one.
 */
#ifndef YX_SUPPORT_BOARD_WORLD_H
#define YX_SUPPORT_BOARD_WORLD_H

#include "broker/ranking/board.h"
#include "broker/runtime/memory.h"

typedef struct {
    state_t state;
    memory_t memory;
    boards_t *boards;
    uint32_t account; /* the first; A1, 20240701 to 20250630 */
    uint32_t scheme;
    uint32_t groups[GROUPS_MAX]; /* words: g0, g1 ... */
    uint32_t visit;              /* one visit for all observations */
    uint32_t dimensions;
    uint64_t seq;
} board_world_t;

/* Channels: 1 weighs 1000, 2 weighs 500, 3 weighs 0. */
board_world_t *board_world_create(uint32_t groups, uint32_t dimensions);
void board_world_destroy(board_world_t **world);
/* A second boards object over the same state. */
boards_t *board_world_boards(board_world_t *world);

scheme_row_t *board_world_scheme(board_world_t *world);
uint32_t board_world_account(board_world_t *world, const char *code);
uint32_t board_world_word(board_world_t *world, const char *label);
uint32_t board_world_unit(board_world_t *world, const char *code, uint32_t parent);
uint32_t board_world_inspector(board_world_t *world, const char *code);
/* `group`: which of the scheme's, from 0. */
uint32_t board_world_subject(board_world_t *world, const char *code, uint32_t unit,
                             uint32_t group);
/* An assignment to a new project. */
uint32_t board_world_assign(board_world_t *world, const char *code, uint32_t subject,
                            uint32_t front, uint32_t category, uint32_t from,
                            uint32_t to);

typedef struct {
    const char *code; /* NULL = numbered */
    uint32_t account, subject, inspector, channel;
    uint32_t rated; /* bit k: values[k] */
    uint16_t values[GROUP_DIMENSIONS_MAX];
} board_sheet_t;

/* A confirmed observation; starts a standing when there is none. */
uint32_t board_world_observe(board_world_t *world, const board_sheet_t *sheet);
/* The same with one value in all dimensions, channel 1, first account. */
uint32_t board_world_rate(board_world_t *world, uint32_t subject, uint32_t inspector,
                          uint32_t value_centi);
void board_world_retract(board_world_t *world, uint32_t observation);
/* Ends the running standings, as a move does. */
void board_world_move(board_world_t *world, uint32_t subject, uint32_t unit,
                      uint32_t group);
uint32_t board_world_standing(const board_world_t *world, uint32_t subject,
                              uint32_t account);

#endif
