/* wire_epochs.c - how commands on epochs, frozen boards and attention items lie. */
#include "attention.pb-c.h"
#include "epochs.pb-c.h"
#include "frozen.pb-c.h"
#include "proto/wire_shape.h"

/* ---- epochs ---- */

static const row_t calibrate_rows[] = {
    ROW(1, FORM_CODE, calibrate_t, code),
    ROW(2, FORM_CODE, calibrate_t, account),
    ROW_LIST(3, FORM_LABELS, calibrate_t, groups, group_count, GROUPS_MAX),
};
const shape_t shape_calibrate =
    SHAPE(yx__calibrate__descriptor, calibrate_rows, calibrate_t);

static const row_t component_rows[] = {
    ROW(1, FORM_CODE, epoch_component_t, first_subject),
    ROW(2, FORM_NUMBER, epoch_component_t, subjects),
    ROW(3, FORM_NUMBER, epoch_component_t, inspectors),
    ROW_LIST(4, FORM_CODES, epoch_component_t, teams, team_count, EPOCH_TEAMS_MAX),
};
static const shape_t shape_component =
    SHAPE(yx__component__descriptor, component_rows, epoch_component_t);

static const row_t fit_rows[] = {
    ROW(1, FORM_LABEL, epoch_fit_t, group),
    ROW(2, FORM_NUMBER, epoch_fit_t, dimension),
    ROW(3, FORM_NUMBER_64, epoch_fit_t, mu),
    ROW(4, FORM_NUMBER, epoch_fit_t, kappa),
    ROW(5, FORM_NUMBER, epoch_fit_t, s2),
    ROW(6, FORM_NUMBER, epoch_fit_t, rho),
    ROW(7, FORM_NUMBER, epoch_fit_t, u),
    ROW(8, FORM_NUMBER_64, epoch_fit_t, var_subject),
    ROW(9, FORM_NUMBER_64, epoch_fit_t, var_unit),
    ROW(10, FORM_NUMBER_64, epoch_fit_t, var_inspector),
    ROW(11, FORM_NUMBER_64, epoch_fit_t, var_team),
    ROW(12, FORM_NUMBER_64, epoch_fit_t, residual),
    ROW(13, FORM_NUMBER, epoch_fit_t, sweeps),
    ROW(14, FORM_NUMBER, epoch_fit_t, kept),
    ROW(15, FORM_NUMBER_64, epoch_fit_t, ratings),
    ROW(16, FORM_NUMBER, epoch_fit_t, pairs),
    ROW(17, FORM_NUMBER, epoch_fit_t, repeated_pairs),
    ROW(18, FORM_NUMBER, epoch_fit_t, subjects),
    ROW(19, FORM_NUMBER, epoch_fit_t, inspectors),
    ROW(20, FORM_NUMBER, epoch_fit_t, components),
    ROW_ROWS(21, epoch_fit_t, largest, largest_count, EPOCH_COMPONENTS_MAX,
             shape_component),
    ROW_LIST(22, FORM_CODES, epoch_fit_t, thin_teams, thin_team_count, EPOCH_TEAMS_MAX),
    ROW(23, FORM_NUMBER, epoch_fit_t, thin),
    ROW_SIZED(24, FORM_KEY, epoch_fit_t, covariance, HASH_BYTES),
};
static const shape_t shape_fit =
    SHAPE(yx__epoch_fit__descriptor, fit_rows, epoch_fit_t);

static const row_t offset_rows[] = {
    ROW(1, FORM_CODE, epoch_offset_t, inspector),
    ROW(2, FORM_NUMBER_64, epoch_offset_t, offset),
    ROW(3, FORM_NUMBER_64, epoch_offset_t, error),
};
static const shape_t shape_offset =
    SHAPE(yx__epoch_offset__descriptor, offset_rows, epoch_offset_t);

static const row_t offsets_rows[] = {
    ROW(1, FORM_LABEL, epoch_offsets_t, group),
    ROW(2, FORM_NUMBER, epoch_offsets_t, dimension),
    ROW_ROWS(3, epoch_offsets_t, offsets, offset_count, EPOCH_OFFSETS_MAX,
             shape_offset),
};
static const shape_t shape_offsets =
    SHAPE(yx__epoch_offsets__descriptor, offsets_rows, epoch_offsets_t);

static const row_t shift_row_rows[] = {
    ROW(1, FORM_CODE, shift_row_t, subject),
    ROW(2, FORM_NUMBER, shift_row_t, before),
    ROW(3, FORM_NUMBER, shift_row_t, after),
    ROW(4, FORM_NUMBER_64, shift_row_t, total_before),
    ROW(5, FORM_NUMBER_64, shift_row_t, total_after),
    ROW(6, FORM_NUMBER, shift_row_t, dimension),
    ROW(7, FORM_NUMBER_64, shift_row_t, change),
    ROW(8, FORM_CODE, shift_row_t, inspector),
};
static const shape_t shape_shift_row =
    SHAPE(yx__shift_row__descriptor, shift_row_rows, shift_row_t);

static const row_t shift_rows[] = {
    ROW(1, FORM_LABEL, epoch_shift_t, group),
    ROW(2, FORM_NUMBER, epoch_shift_t, ranked),
    ROW(3, FORM_NUMBER, epoch_shift_t, moved),
    ROW(4, FORM_NUMBER, epoch_shift_t, largest),
    ROW(5, FORM_NUMBER_64, epoch_shift_t, tau),
    ROW_ROWS(6, epoch_shift_t, rows, row_count, EPOCH_ROWS_MAX, shape_shift_row),
};
static const shape_t shape_shift =
    SHAPE(yx__epoch_shift__descriptor, shift_rows, epoch_shift_t);

static const row_t part_rows[] = {
    ROW(1, FORM_CODE, epoch_part_t, epoch),
    ROW(2, FORM_NUMBER, epoch_part_t, part),
    ROW_ROWS(3, epoch_part_t, fits, fit_count, GROUP_DIMENSIONS_MAX, shape_fit),
    ROW_ROWS(4, epoch_part_t, offsets, offsets_count, GROUP_DIMENSIONS_MAX,
             shape_offsets),
    ROW_ROWS(5, epoch_part_t, shifts, shift_count, 1, shape_shift),
};
const shape_t shape_epoch_part =
    SHAPE(yx__epoch_part__descriptor, part_rows, epoch_part_t);

static const row_t propose_rows[] = {
    ROW(1, FORM_CODE, propose_epoch_t, epoch),
    ROW(2, FORM_NUMBER, propose_epoch_t, parts),
    ROW_SIZED(3, FORM_KEY, propose_epoch_t, hash, HASH_BYTES),
};
const shape_t shape_propose_epoch =
    SHAPE(yx__propose_epoch__descriptor, propose_rows, propose_epoch_t);

static const row_t adopt_rows[] = {
    ROW(1, FORM_CODE, adopt_epoch_t, code),
    ROW_SIZED(2, FORM_KEY, adopt_epoch_t, hash, HASH_BYTES),
};
const shape_t shape_adopt_epoch =
    SHAPE(yx__adopt_epoch__descriptor, adopt_rows, adopt_epoch_t);

static const row_t fail_rows[] = {
    ROW(1, FORM_CODE, fail_epoch_t, epoch),
    ROW(2, FORM_NUMBER, fail_epoch_t, status),
};
const shape_t shape_fail_epoch =
    SHAPE(yx__fail_epoch__descriptor, fail_rows, fail_epoch_t);

static const row_t override_rows[] = {
    ROW(1, FORM_CODE, override_links_t, account),
    ROW(2, FORM_LABEL, override_links_t, group),
    ROW(3, FORM_TEXT, override_links_t, reason),
};
const shape_t shape_override_links =
    SHAPE(yx__override_links__descriptor, override_rows, override_links_t);

static const row_t drop_rows[] = {
    ROW(1, FORM_CODE, named_t, code),
};
const shape_t shape_drop_epoch = SHAPE(yx__drop_epoch__descriptor, drop_rows, named_t);

/* ---- frozen boards ---- */

static const row_t freeze_rows[] = {
    ROW(1, FORM_CODE, freeze_board_t, code),
    ROW(2, FORM_CODE, freeze_board_t, account),
    ROW(3, FORM_LABEL, freeze_board_t, group),
};
const shape_t shape_freeze_board =
    SHAPE(yx__freeze_board__descriptor, freeze_rows, freeze_board_t);

static const row_t frozen_row_rows[] = {
    ROW(1, FORM_CODE, frozen_row_spec_t, subject),
    ROW(2, FORM_CODE, frozen_row_spec_t, unit),
    ROW(3, FORM_NUMBER, frozen_row_spec_t, standing),
    ROW(4, FORM_NUMBER, frozen_row_spec_t, rank),
    ROW(5, FORM_NUMBER, frozen_row_spec_t, low),
    ROW(6, FORM_NUMBER, frozen_row_spec_t, high),
    ROW(7, FORM_NUMBER, frozen_row_spec_t, band),
    ROW(8, FORM_NUMBER_64, frozen_row_spec_t, total),
    ROW(9, FORM_NUMBER_64, frozen_row_spec_t, error),
    ROW(10, FORM_NUMBER, frozen_row_spec_t, observations),
    ROW(11, FORM_NUMBER, frozen_row_spec_t, inspectors),
    ROW(12, FORM_NUMBER, frozen_row_spec_t, ratings),
    ROW(13, FORM_NUMBER, frozen_row_spec_t, missing_ratings),
    ROW(14, FORM_NUMBER, frozen_row_spec_t, missing_inspectors),
    ROW(15, FORM_NUMBER, frozen_row_spec_t, missing_observations),
    ROW(16, FORM_FLAG, frozen_row_spec_t, enough),
};
static const shape_t shape_frozen_row =
    SHAPE(yx__frozen_row__descriptor, frozen_row_rows, frozen_row_spec_t);

static const row_t frozen_part_rows[] = {
    ROW(1, FORM_CODE, frozen_part_t, board),
    ROW(2, FORM_NUMBER, frozen_part_t, part),
    ROW_ROWS(3, frozen_part_t, rows, row_count, EPOCH_ROWS_MAX, shape_frozen_row),
};
const shape_t shape_frozen_part =
    SHAPE(yx__frozen_part__descriptor, frozen_part_rows, frozen_part_t);

static const row_t finish_rows[] = {
    ROW(1, FORM_CODE, finish_frozen_t, board),
    ROW(2, FORM_NUMBER, finish_frozen_t, parts),
    ROW_SIZED(3, FORM_KEY, finish_frozen_t, hash, HASH_BYTES),
    ROW(4, FORM_NUMBER, finish_frozen_t, interval),
    ROW(5, FORM_NUMBER, finish_frozen_t, status),
};
const shape_t shape_finish_frozen =
    SHAPE(yx__finish_frozen__descriptor, finish_rows, finish_frozen_t);

/* ---- attention items ---- */

static const row_t open_rows[] = {
    ROW(1, FORM_CODE, open_attention_t, code),
    ROW(2, FORM_NUMBER, open_attention_t, rule),
    ROW(3, FORM_CODE, open_attention_t, epoch),
    ROW(4, FORM_LABEL, open_attention_t, group),
    ROW(5, FORM_NUMBER, open_attention_t, dimension),
    ROW(6, FORM_CODE, open_attention_t, inspector),
    ROW(7, FORM_CODE, open_attention_t, other),
    ROW(8, FORM_CODE, open_attention_t, unit),
    ROW(9, FORM_CODE, open_attention_t, subject),
    ROW(10, FORM_NUMBER_64, open_attention_t, figure),
    ROW(11, FORM_NUMBER_64, open_attention_t, bound),
    ROW(12, FORM_NUMBER, open_attention_t, count),
};
const shape_t shape_open_attention =
    SHAPE(yx__open_attention__descriptor, open_rows, open_attention_t);

static const row_t assign_rows[] = {
    ROW(1, FORM_CODE, assign_attention_t, code),
    ROW(2, FORM_CODE, assign_attention_t, to),
};
const shape_t shape_assign_attention =
    SHAPE(yx__assign_attention__descriptor, assign_rows, assign_attention_t);

static const row_t close_rows[] = {
    ROW(1, FORM_CODE, close_attention_t, code),
    ROW(2, FORM_NUMBER, close_attention_t, reason_chars),
};
const shape_t shape_close_attention =
    SHAPE(yx__close_attention__descriptor, close_rows, close_attention_t);
