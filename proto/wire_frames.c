/* wire_frames.c - how commands on schemes, accounts, rounds and visits lie. */
#include "proto/wire_shape.h"
#include "rounds.pb-c.h"

static const row_t dimension_rows[] = {
    ROW(1, FORM_NUMBER, scheme_dimension_t, number),
    ROW(2, FORM_LABEL, scheme_dimension_t, name),
    ROW(3, FORM_NUMBER, scheme_dimension_t, mu_centi),
    ROW(4, FORM_NUMBER, scheme_dimension_t, kappa),
    ROW(5, FORM_NUMBER, scheme_dimension_t, s2),
    ROW(6, FORM_NUMBER, scheme_dimension_t, rho),
    ROW(7, FORM_NUMBER, scheme_dimension_t, u),
};
static const shape_t shape_dimension =
    SHAPE(yx__dimension__descriptor, dimension_rows, scheme_dimension_t);

static const row_t offset_rows[] = {
    ROW(1, FORM_NUMBER, scheme_offset_t, dimension),
    ROW(2, FORM_NUMBER_64, scheme_offset_t, offset),
};
static const shape_t shape_offset =
    SHAPE(yx__channel_offset__descriptor, offset_rows, scheme_offset_t);

static const row_t channel_rows[] = {
    ROW(1, FORM_NUMBER, scheme_channel_t, number),
    ROW(2, FORM_LABEL, scheme_channel_t, name),
    ROW(3, FORM_NUMBER, scheme_channel_t, weight),
    ROW_ROWS(4, scheme_channel_t, offsets, offset_count, DIMENSIONS_MAX, shape_offset),
};
static const shape_t shape_channel =
    SHAPE(yx__channel__descriptor, channel_rows, scheme_channel_t);

static const row_t group_dimension_rows[] = {
    ROW(1, FORM_NUMBER, scheme_group_dimension_t, dimension),
    ROW_HAS(2, FORM_NUMBER, scheme_group_dimension_t, weight, has_weight),
};
static const shape_t shape_group_dimension = SHAPE(
    yx__group_dimension__descriptor, group_dimension_rows, scheme_group_dimension_t);

static const row_t group_rows[] = {
    ROW(1, FORM_LABEL, scheme_group_t, name),
    ROW_ROWS(2, scheme_group_t, dimensions, dimension_count, GROUP_DIMENSIONS_MAX,
             shape_group_dimension),
    ROW(3, FORM_NUMBER, scheme_group_t, min_ratings),
    ROW(4, FORM_NUMBER, scheme_group_t, min_inspectors),
    ROW(5, FORM_NUMBER, scheme_group_t, min_observations),
    ROW(6, FORM_NUMBER, scheme_group_t, enough_ratings),
};
static const shape_t shape_group =
    SHAPE(yx__group__descriptor, group_rows, scheme_group_t);

static const row_t propose_scheme_rows[] = {
    ROW(1, FORM_CODE, propose_scheme_t, code),
    ROW(2, FORM_NUMBER, propose_scheme_t, scoring_revision),
    ROW_ROWS(3, propose_scheme_t, dimensions, dimension_count, DIMENSIONS_MAX,
             shape_dimension),
    ROW_ROWS(4, propose_scheme_t, channels, channel_count, CHANNELS_MAX, shape_channel),
    ROW_ROWS(5, propose_scheme_t, groups, group_count, GROUPS_MAX, shape_group),
    ROW(6, FORM_NUMBER, propose_scheme_t, review_below),
    ROW(7, FORM_NUMBER, propose_scheme_t, cap_positive),
    ROW(8, FORM_NUMBER, propose_scheme_t, cap_negative),
    ROW(9, FORM_NUMBER, propose_scheme_t, cap_achievement),
    ROW(10, FORM_NUMBER, propose_scheme_t, achievement_weight),
    ROW(11, FORM_NUMBER, propose_scheme_t, reply_window_days),
};
const shape_t shape_propose_scheme =
    SHAPE(yx__propose_scheme__descriptor, propose_scheme_rows, propose_scheme_t);

static const row_t named_rows[] = {
    ROW(1, FORM_CODE, named_t, code),
};
const shape_t shape_approve_scheme =
    SHAPE(yx__approve_scheme__descriptor, named_rows, named_t);
const shape_t shape_close_account =
    SHAPE(yx__close_account__descriptor, named_rows, named_t);

static const row_t open_account_rows[] = {
    ROW(1, FORM_CODE, open_account_t, code),
    ROW(2, FORM_CODE, open_account_t, scheme),
    ROW(3, FORM_NUMBER, open_account_t, from),
    ROW(4, FORM_NUMBER, open_account_t, to),
};
const shape_t shape_open_account =
    SHAPE(yx__open_account__descriptor, open_account_rows, open_account_t);

static const row_t round_rows[] = {
    ROW(1, FORM_CODE, put_round_t, code),
    ROW(2, FORM_CODE, put_round_t, account),
    ROW(3, FORM_NUMBER, put_round_t, kind),
    ROW(4, FORM_NUMBER, put_round_t, from),
    ROW(5, FORM_NUMBER, put_round_t, to),
    ROW(6, FORM_NUMBER, put_round_t, coverage_target),
};
const shape_t shape_round = SHAPE(yx__put_round__descriptor, round_rows, put_round_t);

static const row_t move_round_rows[] = {
    ROW(1, FORM_CODE, move_t, code),
    ROW(2, FORM_NUMBER, move_t, stage),
};
const shape_t shape_move_round =
    SHAPE(yx__move_round__descriptor, move_round_rows, move_t);

static const row_t visit_rows[] = {
    ROW(1, FORM_CODE, put_visit_t, code),
    ROW(2, FORM_CODE, put_visit_t, round),
    ROW(3, FORM_CODE, put_visit_t, team),
    ROW_LIST(4, FORM_CODES, put_visit_t, inspectors, inspector_count,
             VISIT_INSPECTORS_MAX),
    ROW(5, FORM_NUMBER, put_visit_t, place_kind),
    ROW(6, FORM_CODE, put_visit_t, unit),
    ROW(7, FORM_CODE, put_visit_t, project),
    ROW(8, FORM_FLAG, put_visit_t, announced),
    ROW_HAS(9, FORM_NUMBER_64, put_visit_t, opened_ms, has_opened),
    ROW_HAS(10, FORM_NUMBER_64, put_visit_t, closed_ms, has_closed),
};
const shape_t shape_visit = SHAPE(yx__put_visit__descriptor, visit_rows, put_visit_t);

static const row_t move_visit_rows[] = {
    ROW(1, FORM_CODE, move_t, code),
    ROW(2, FORM_NUMBER, move_t, stage),
    ROW_HAS(3, FORM_NUMBER_64, move_t, at_ms, has_at),
};
const shape_t shape_move_visit =
    SHAPE(yx__move_visit__descriptor, move_visit_rows, move_t);
