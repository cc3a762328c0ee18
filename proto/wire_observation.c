/* wire_observation.c - how observations and their reviews lie. */
#include "observation.pb-c.h"
#include "proto/wire_shape.h"

static const row_t rating_rows[] = {
    ROW(1, FORM_NUMBER, rating_t, dimension),
    ROW(2, FORM_NUMBER, rating_t, value),
};
static const shape_t shape_rating =
    SHAPE(yx__rating__descriptor, rating_rows, rating_t);

static const row_t observe_rows[] = {
    ROW(1, FORM_CODE, observe_t, code),
    ROW(2, FORM_CODE, observe_t, visit),
    ROW(3, FORM_CODE, observe_t, inspector),
    ROW(4, FORM_CODE, observe_t, subject),
    ROW(5, FORM_NUMBER, observe_t, channel),
    ROW_ROWS(6, observe_t, ratings, rating_count, GROUP_DIMENSIONS_MAX, shape_rating),
    ROW(7, FORM_NUMBER, observe_t, polarity),
    ROW(8, FORM_NUMBER, observe_t, narrative_chars),
    ROW_COUNT(9, FORM_LABEL_COUNT, observe_t, tag_count, TAGS_MAX),
    ROW_COUNT(10, FORM_HASH_COUNT, observe_t, evidence_count, EVIDENCE_MAX),
    ROW(11, FORM_NUMBER_64, observe_t, observed_ms),
    ROW(12, FORM_NUMBER, observe_t, source),
    ROW(13, FORM_CODE, observe_t, late_approver),
    ROW(14, FORM_NUMBER, observe_t, reason_chars),
};
const shape_t shape_observe = SHAPE(yx__observe__descriptor, observe_rows, observe_t);

static const row_t review_rows[] = {
    ROW(1, FORM_CODE, review_t, observation),
    ROW(2, FORM_NUMBER, review_t, decision),
    ROW(3, FORM_CODE, review_t, reviewer),
    ROW_HAS(4, FORM_NUMBER_64, review_t, reviewed_ms, has_reviewed),
};
const shape_t shape_review = SHAPE(yx__review__descriptor, review_rows, review_t);

static const row_t retract_rows[] = {
    ROW(1, FORM_CODE, named_t, code),
};
const shape_t shape_retract = SHAPE(yx__retract__descriptor, retract_rows, named_t);
