/* command_frames.h - commands on schemes, accounts, rounds and visits as plain C.
 *
 * Part of command.h, which tells the rules of all of them.
 */
#ifndef YX_PROTO_COMMAND_FRAMES_H
#define YX_PROTO_COMMAND_FRAMES_H

#include "proto/text.h"
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    text_t name;
    uint32_t number, mu_centi, kappa, s2, rho, u;
} scheme_dimension_t;

typedef struct {
    uint32_t dimension;
    int64_t offset; /* micro-points */
} scheme_offset_t;

typedef struct {
    text_t name;
    const scheme_offset_t *offsets;
    uint32_t number, weight, offset_count;
} scheme_channel_t;

typedef struct {
    uint32_t dimension, weight;
    bool has_weight;
} scheme_group_dimension_t;

typedef struct {
    text_t name;
    const scheme_group_dimension_t *dimensions;
    uint32_t dimension_count;
    uint32_t min_ratings, min_inspectors, min_observations, enough_ratings;
} scheme_group_t;

typedef struct {
    text_t code;
    const scheme_dimension_t *dimensions;
    const scheme_channel_t *channels;
    const scheme_group_t *groups;
    uint32_t dimension_count, channel_count, group_count;
    uint32_t scoring_revision, review_below;
    uint32_t cap_positive, cap_negative, cap_achievement, achievement_weight;
    uint32_t reply_window_days;
} propose_scheme_t;

/* Commands that name one thing: approve_scheme, close_account, retract. */
typedef struct {
    text_t code;
} named_t;

typedef struct {
    text_t code, scheme;
    uint32_t from, to;
} open_account_t;

enum { STAGE_PLANNED = 1, STAGE_OPEN = 2, STAGE_CLOSED = 3, STAGE_SEALED = 4 };

typedef struct {
    text_t code, account;
    uint32_t kind, from, to, coverage_target;
} put_round_t;

typedef struct {
    text_t code;
    int64_t at_ms;
    uint32_t stage;
    bool has_at;
} move_t; /* move_round (never has_at), move_visit */

typedef struct {
    text_t code, round, team, unit, project;
    const text_t *inspectors;
    uint32_t inspector_count, place_kind;
    int64_t opened_ms, closed_ms;
    bool announced, has_opened, has_closed;
} put_visit_t;

#endif
