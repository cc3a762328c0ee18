/* answer_board.h - boards as plain C: rows, heads, and what changed in a view.
 *
 * Part of answer.h, which tells the rules of all answers. Totals and errors are
 * micro-points x basis points (SCORING.md section 2).
 */
#ifndef YX_PROTO_ANSWER_BOARD_H
#define YX_PROTO_ANSWER_BOARD_H

#include "proto/limits.h"
#include "proto/text.h"
#include <stdbool.h>
#include <stdint.h>

/* A demonstration's clock: from_ms + rate * (real time - started_ms); rate 0 = none. */
typedef struct {
    int64_t from_ms, started_ms;
    uint32_t rate;
} demo_clock_t;

enum { STANDING_NOT_RANKED = 1, STANDING_PROVISIONAL = 2, STANDING_RANKED = 3 };

typedef struct {
    text_t subject, name, unit, unit_name, post;
    int64_t total, error;
    uint32_t standing, rank, low, high, band; /* rank 0 = none */
    uint32_t observations, inspectors, ratings;
    uint32_t missing_ratings, missing_inspectors, missing_observations;
    bool enough;
} board_row_t;

typedef struct {
    text_t account, group, scheme;
    text_t epoch;    /* adopted for the group; empty = none */
    text_t override; /* why it is shown although it falls apart */
    text_t frozen;   /* code of the frozen board; empty = live */
    const board_row_t *rows;
    uint32_t row_count, ranked, not_ranked, offset, matching;
    uint32_t interval;         /* INTERVAL_*; 0 = wide */
    uint32_t components, thin; /* of its worst dimension; 0 = not looked at, none */
    uint64_t frozen_seq;
    bool provisional;
    int64_t now_ms;
    demo_clock_t demo;
} board_answer_t;

/* One part of what changed in a view from version `base` (0 = the whole view is told)
 * to `version`, which is the seq that it was built from. */
typedef struct {
    uint64_t base, version;
    uint32_t part, parts;
    board_answer_t board;
    const text_t *gone; /* subjects that left the view */
    uint32_t gone_count;
} delta_t;

typedef struct {
    uint64_t number; /* of the update within its watch */
    delta_t delta;
    const uint8_t *bytes; /* the Delta message as it came */
    uint32_t size;
} update_t;

#endif
