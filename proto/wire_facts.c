/* wire_facts.c - how explanations and facts lie; and a command without its rater. */
#include "command.pb-c.h"
#include "proto/check.h"
#include "proto/wire.h"
#include "proto/wire_answer.h"
#include "wire.pb-c.h"

static const row_t line_rows[] = {
    ROW(1, FORM_NUMBER_64, explanation_line_t, seq),
    ROW(2, FORM_TEXT, explanation_line_t, observation),
    ROW(3, FORM_TEXT, explanation_line_t, inspector),
    ROW(4, FORM_NUMBER_64, explanation_line_t, observed_ms),
    ROW(5, FORM_NUMBER, explanation_line_t, channel),
    ROW(6, FORM_NUMBER, explanation_line_t, value),
    ROW(7, FORM_NUMBER_64, explanation_line_t, channel_offset),
    ROW(8, FORM_NUMBER_64, explanation_line_t, offset),
    ROW(9, FORM_NUMBER_64, explanation_line_t, adjusted),
    ROW(10, FORM_NUMBER, explanation_line_t, weight),
    ROW(11, FORM_NUMBER_64, explanation_line_t, m),
    ROW(12, FORM_NUMBER_64, explanation_line_t, g),
    ROW(13, FORM_NUMBER_64, explanation_line_t, contribution),
    ROW(14, FORM_FLAG, explanation_line_t, unknown),
};
static const shape_t shape_line =
    SHAPE(yx__explain_line__descriptor, line_rows, explanation_line_t);

static const row_t dimension_rows[] = {
    ROW(1, FORM_NUMBER, explanation_dimension_t, dimension),
    ROW(2, FORM_TEXT, explanation_dimension_t, name),
    ROW(3, FORM_NUMBER, explanation_dimension_t, weight),
    ROW(4, FORM_NUMBER_64, explanation_dimension_t, mu),
    ROW(5, FORM_NUMBER, explanation_dimension_t, kappa),
    ROW(6, FORM_NUMBER_64, explanation_dimension_t, w),
    ROW(7, FORM_NUMBER_64, explanation_dimension_t, score),
    ROW(8, FORM_NUMBER, explanation_dimension_t, ratings),
    ROW(9, FORM_NUMBER, explanation_dimension_t, inspectors),
    ROW_ROWS(10, explanation_dimension_t, lines, line_count, 0, shape_line),
    ROW(11, FORM_NUMBER_64, explanation_dimension_t, s2),
    ROW(12, FORM_NUMBER, explanation_dimension_t, u),
    ROW(13, FORM_NUMBER, explanation_dimension_t, rho),
};
static const shape_t shape_dimension =
    SHAPE(yx__explain_dimension__descriptor, dimension_rows, explanation_dimension_t);

static const row_t explain_rows[] = {
    ROW(1, FORM_TEXT, explain_answer_t, account),
    ROW(2, FORM_TEXT, explain_answer_t, group),
    ROW(3, FORM_TEXT, explain_answer_t, scheme),
    ROW(4, FORM_FLAG, explain_answer_t, provisional),
    ROW_INLINE(5, explain_answer_t, row, shape_board_row),
    ROW(6, FORM_NUMBER_64, explain_answer_t, ledger),
    ROW_ROWS(7, explain_answer_t, dimensions, dimension_count, 0, shape_dimension),
    ROW(8, FORM_NUMBER_64, explain_answer_t, now_ms),
    ROW_INLINE(9, explain_answer_t, demo, shape_demo_clock),
    ROW(10, FORM_TEXT, explain_answer_t, epoch),
};
const shape_t shape_explain =
    SHAPE(yx__explain_answer__descriptor, explain_rows, explain_answer_t);

static const row_t fact_rows[] = {
    ROW(1, FORM_NUMBER_64, fact_t, seq),
    ROW(2, FORM_NUMBER_64, fact_t, time_ms),
    ROW_SIZED(3, FORM_BYTES, fact_t, hash, HASH_BYTES),
    ROW(4, FORM_NUMBER, fact_t, kind),
    ROW(5, FORM_TEXT, fact_t, principal),
    ROW_HAS(6, FORM_SPAN, fact_t, public_part, public_size),
    ROW_HAS(7, FORM_SPAN, fact_t, private_part, private_size),
    ROW(8, FORM_FLAG, fact_t, late),
    ROW(9, FORM_FLAG, fact_t, under_review),
    ROW_LIST(10, FORM_TEXTS, fact_t, withheld, withheld_count, 0),
};
static const shape_t shape_fact = SHAPE(yx__fact__descriptor, fact_rows, fact_t);

static const row_t history_rows[] = {
    ROW(1, FORM_TEXT, history_answer_t, code),
    ROW_ROWS(2, history_answer_t, facts, fact_count, 0, shape_fact),
    ROW(3, FORM_NUMBER_64, history_answer_t, before),
};
const shape_t shape_history =
    SHAPE(yx__history_answer__descriptor, history_rows, history_answer_t);

static const row_t feed_rows[] = {
    ROW(1, FORM_NUMBER_64, feed_answer_t, next),
    ROW(2, FORM_NUMBER_64, feed_answer_t, head),
    ROW_ROWS(3, feed_answer_t, facts, fact_count, 0, shape_fact),
};
const shape_t shape_feed = SHAPE(yx__feed_answer__descriptor, feed_rows, feed_answer_t);

static const row_t subscribers_rows[] = {
    ROW(1, FORM_NUMBER_64, subscribers_answer_t, access),
    ROW(2, FORM_NUMBER_64, subscribers_answer_t, allowed),
};
const shape_t shape_subscribers =
    SHAPE(yx__subscribers_answer__descriptor, subscribers_rows, subscribers_answer_t);

static const row_t receipt_rows[] = {
    ROW(1, FORM_NUMBER_64, receipt_t, seq),
    ROW(2, FORM_NUMBER_64, receipt_t, instance),
    ROW(3, FORM_NUMBER_64, receipt_t, number),
    ROW(4, FORM_NUMBER_64, receipt_t, time_ms),
    ROW_SIZED(5, FORM_BYTES, receipt_t, record, HASH_BYTES),
    ROW_SIZED(6, FORM_BYTES, receipt_t, command, HASH_BYTES),
    ROW_SIZED(7, FORM_BYTES, receipt_t, signature, SIGNATURE_BYTES),
};
static const shape_t shape_receipt =
    SHAPE(yx__receipt__descriptor, receipt_rows, receipt_t);

static const row_t receipts_rows[] = {
    ROW_SIZED(1, FORM_BYTES, receipts_answer_t, journal_id, JOURNAL_ID_BYTES),
    ROW_SIZED(2, FORM_BYTES, receipts_answer_t, key, KEY_BYTES),
    ROW(3, FORM_NUMBER_64, receipts_answer_t, next),
    ROW_ROWS(4, receipts_answer_t, receipts, receipt_count, 0, shape_receipt),
};
const shape_t shape_receipts =
    SHAPE(yx__receipts_answer__descriptor, receipts_rows, receipts_answer_t);

/* ---- a command without its rater ---- */

static status_t write_packed(buffer_t *out, const Yx__Command *command)
{
    size_t size = yx__command__get_packed_size(command);
    status_t status = buffer_reserve(out, size);
    if (status == STATUS_OK) {
        size_t written = yx__command__pack(command, out->data + out->size);
        CHECK(written == size);
        out->size += size;
    }
    return status;
}

status_t wire_write_without_rater(buffer_t *out, const uint8_t *public_part,
                                  size_t size)
{
    CHECK(out != NULL);
    CHECK(public_part != NULL);
    /* it passed the guard before it was stored */
    Yx__Command *command = yx__command__unpack(NULL, size, public_part);
    if (command == NULL)
        return STATUS_DAMAGED;
    status_t status;
    if (command->body_case == YX__COMMAND__BODY_OBSERVE) {
        char nobody[] = "", *inspector = command->observe->inspector;
        command->observe->inspector = nobody;
        status = write_packed(out, command);
        command->observe->inspector = inspector;
    } else {
        status = buffer_append(out, public_part, size);
    }
    yx__command__free_unpacked(command, NULL);
    return status;
}
