/* wire_epoch_answers.c - how answers on epochs, frozen boards, plans, attention lie. */
#include "proto/answer.h"
#include "proto/wire_answer.h"
#include "wire.pb-c.h"

static const row_t epoch_rows[] = {
    ROW(1, FORM_TEXT, epoch_info_t, code),
    ROW(2, FORM_TEXT, epoch_info_t, account),
    ROW(3, FORM_NUMBER, epoch_info_t, state),
    ROW_LIST(4, FORM_TEXTS, epoch_info_t, groups, group_count, 0),
    ROW(5, FORM_NUMBER_64, epoch_info_t, cutoff),
    ROW(6, FORM_TEXT, epoch_info_t, asked_by),
    ROW(7, FORM_TEXT, epoch_info_t, settled_by),
    ROW(8, FORM_NUMBER_64, epoch_info_t, settled),
    ROW(9, FORM_NUMBER, epoch_info_t, parts),
    ROW_SIZED(10, FORM_KEY, epoch_info_t, hash, HASH_BYTES),
    ROW(11, FORM_NUMBER, epoch_info_t, progress),
    ROW(12, FORM_NUMBER, epoch_info_t, status),
};
static const shape_t shape_epoch =
    SHAPE(yx__epoch_info__descriptor, epoch_rows, epoch_info_t);

static const row_t epochs_rows[] = {
    ROW_ROWS(1, epochs_answer_t, epochs, epoch_count, 0, shape_epoch),
};
const shape_t shape_epochs =
    SHAPE(yx__epochs_answer__descriptor, epochs_rows, epochs_answer_t);

static const row_t frozen_rows[] = {
    ROW(1, FORM_TEXT, frozen_info_t, code),
    ROW(2, FORM_TEXT, frozen_info_t, account),
    ROW(3, FORM_TEXT, frozen_info_t, group),
    ROW(4, FORM_NUMBER, frozen_info_t, state),
    ROW(5, FORM_NUMBER_64, frozen_info_t, cutoff),
    ROW(6, FORM_TEXT, frozen_info_t, asked_by),
    ROW(7, FORM_TEXT, frozen_info_t, epoch),
    ROW(8, FORM_NUMBER, frozen_info_t, interval),
    ROW(9, FORM_NUMBER, frozen_info_t, rows),
    ROW_SIZED(10, FORM_KEY, frozen_info_t, hash, HASH_BYTES),
    ROW(11, FORM_NUMBER, frozen_info_t, status),
};
static const shape_t shape_frozen =
    SHAPE(yx__frozen_info__descriptor, frozen_rows, frozen_info_t);

static const row_t frozen_list_rows[] = {
    ROW_ROWS(1, frozen_list_answer_t, boards, board_count, 0, shape_frozen),
};
const shape_t shape_frozen_list =
    SHAPE(yx__frozen_list_answer__descriptor, frozen_list_rows, frozen_list_answer_t);

static const row_t visit_rows[] = {
    ROW(1, FORM_TEXT, plan_visit_t, subject),
    ROW(2, FORM_TEXT, plan_visit_t, name),
    ROW(3, FORM_TEXT, plan_visit_t, unit),
    ROW(4, FORM_TEXT, plan_visit_t, unit_name),
    ROW(5, FORM_TEXT, plan_visit_t, team),
    ROW(6, FORM_FLAG, plan_visit_t, link),
    ROW(7, FORM_NUMBER, plan_visit_t, reason),
    ROW(8, FORM_NUMBER, plan_visit_t, ratings),
    ROW(9, FORM_NUMBER, plan_visit_t, inspectors),
    ROW(10, FORM_NUMBER, plan_visit_t, ratings_after),
    ROW(11, FORM_NUMBER_64, plan_visit_t, error_before),
    ROW(12, FORM_NUMBER_64, plan_visit_t, error_after),
};
static const shape_t shape_plan_visit =
    SHAPE(yx__plan_row__descriptor, visit_rows, plan_visit_t);

static const row_t plan_rows[] = {
    ROW(1, FORM_TEXT, plan_answer_t, account),
    ROW(2, FORM_TEXT, plan_answer_t, group),
    ROW(3, FORM_NUMBER, plan_answer_t, subjects),
    ROW(4, FORM_NUMBER, plan_answer_t, ranked_before),
    ROW(5, FORM_NUMBER, plan_answer_t, ranked_after),
    ROW(6, FORM_NUMBER, plan_answer_t, components_before),
    ROW(7, FORM_NUMBER, plan_answer_t, components_after),
    ROW(8, FORM_NUMBER, plan_answer_t, thin_before),
    ROW(9, FORM_NUMBER, plan_answer_t, thin_after),
    ROW(10, FORM_NUMBER, plan_answer_t, links_before),
    ROW(11, FORM_NUMBER, plan_answer_t, links_after),
    ROW_ROWS(12, plan_answer_t, rows, row_count, 0, shape_plan_visit),
};
const shape_t shape_plan = SHAPE(yx__plan_answer__descriptor, plan_rows, plan_answer_t);

static const row_t item_rows[] = {
    ROW(1, FORM_TEXT, attention_info_t, code),
    ROW(2, FORM_NUMBER, attention_info_t, rule),
    ROW(3, FORM_NUMBER, attention_info_t, state),
    ROW(4, FORM_NUMBER_64, attention_info_t, opened),
    ROW(5, FORM_TEXT, attention_info_t, epoch),
    ROW(6, FORM_TEXT, attention_info_t, group),
    ROW(7, FORM_NUMBER, attention_info_t, dimension),
    ROW(8, FORM_TEXT, attention_info_t, inspector),
    ROW(9, FORM_TEXT, attention_info_t, inspector_name),
    ROW(10, FORM_TEXT, attention_info_t, other),
    ROW(11, FORM_TEXT, attention_info_t, other_name),
    ROW(12, FORM_TEXT, attention_info_t, unit),
    ROW(13, FORM_TEXT, attention_info_t, unit_name),
    ROW(14, FORM_TEXT, attention_info_t, subject),
    ROW(15, FORM_TEXT, attention_info_t, subject_name),
    ROW(16, FORM_NUMBER_64, attention_info_t, figure),
    ROW(17, FORM_NUMBER_64, attention_info_t, bound),
    ROW(18, FORM_NUMBER, attention_info_t, count),
    ROW(19, FORM_TEXT, attention_info_t, assigned),
    ROW(20, FORM_TEXT, attention_info_t, closed_by),
    ROW(21, FORM_NUMBER_64, attention_info_t, closed),
};
static const shape_t shape_item =
    SHAPE(yx__attention_info__descriptor, item_rows, attention_info_t);

static const row_t attention_rows[] = {
    ROW(1, FORM_NUMBER, attention_answer_t, matching),
    ROW_ROWS(2, attention_answer_t, items, item_count, 0, shape_item),
};
const shape_t shape_attention =
    SHAPE(yx__attention_answer__descriptor, attention_rows, attention_answer_t);
