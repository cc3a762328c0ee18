/* board_rows.c - see board_rows.h. */
#include "broker/runtime/board_rows.h"

#include "broker/core/epoch_state.h"
#include "proto/check.h"
#include <string.h>

text_t board_rows_word(const state_t *state, uint32_t word)
{
    CHECK(state != NULL);
    const word_row_t *row = TABLE_ROW(word_row_t, &state->words, word);
    return (text_t){ row->text, (uint32_t)strnlen(row->text, sizeof row->text) };
}

static void tell_unit(const core_t *core, uint32_t unit, board_row_t *row)
{
    if (unit == 0)
        return;
    row->unit = text_of_code(&TABLE_ROW(unit_row_t, &core->state->units, unit)->code);
    row->unit_name = directory_name(core->directory, DIRECTORY_UNIT, unit);
}

void board_rows_tell(const core_t *core, const view_row_t *from, board_row_t *row)
{
    CHECK(core != NULL);
    CHECK(from != NULL && row != NULL);
    const state_t *state = core->state;
    const subject_row_t *subject =
        TABLE_ROW(subject_row_t, &state->subjects, from->subject);
    const score_t *score = &from->score;
    *row = (board_row_t){
        .subject = text_of_code(&subject->code),
        .name = directory_subject_name(core->directory, state, from->subject),
        .post = directory_post(core->directory, DIRECTORY_SUBJECT, from->subject),
        .total = score->total,
        .error = score->error,
        .standing = score->standing != 0 ? score->standing : STANDING_NOT_RANKED,
        .rank = from->rank,
        .low = from->low,
        .high = from->high,
        .band = from->band,
        .inspectors = score->inspectors,
        .ratings = score->ratings,
        .missing_ratings = score->missing_ratings,
        .missing_inspectors = score->missing_inspectors,
        .missing_observations = score->missing_observations,
        .enough = score->enough,
    };
    uint32_t unit = subject->unit;
    if (from->standing != 0) {
        const standing_row_t *standing =
            TABLE_ROW(standing_row_t, &state->standings, from->standing);
        row->observations = standing->confirmed;
        unit = standing->unit;
    }
    tell_unit(core, unit, row);
}

void board_rows_head(const core_t *core, uint32_t account, uint32_t group,
                     const view_head_t *counts, board_answer_t *head)
{
    CHECK(core != NULL);
    CHECK(counts != NULL && head != NULL);
    const state_t *state = core->state;
    const account_row_t *row = TABLE_ROW(account_row_t, &state->accounts, account);
    *head = (board_answer_t){
        .account = text_of_code(&row->code),
        .group = board_rows_word(state, group),
        .scheme =
            text_of_code(&TABLE_ROW(scheme_row_t, &state->schemes, row->scheme)->code),
        .ranked = counts->ranked,
        .not_ranked = counts->not_ranked,
        .offset = counts->offset,
        .matching = counts->matching,
        .override = epoch_reason(state, counts->reason),
        .components = counts->components,
        .thin = counts->thin,
        .interval = INTERVAL_WIDE,
        .provisional = counts->epoch == 0, /* the prior's numbers */
        .now_ms = core->now_ms,
        .demo = state->demo,
    };
    if (counts->epoch != 0)
        head->epoch =
            text_of_code(&TABLE_ROW(epoch_row_t, &state->epochs, counts->epoch)->code);
}

/* Never less than the row needs when written. */
static size_t row_bytes(const board_row_t *row)
{
    return BOARD_ROW_FIXED_BYTES + row->subject.size + row->name.size + row->unit.size +
           row->unit_name.size + row->post.size;
}

uint32_t board_rows_fit(const board_row_t *rows, uint32_t first, uint32_t count,
                        size_t taken_bytes)
{
    CHECK(first <= count);
    size_t bytes = BOARD_HEAD_FIXED_BYTES + taken_bytes;
    uint32_t fitting = 0;
    while (first + fitting < count) {
        bytes += row_bytes(&rows[first + fitting]);
        if (bytes > ANSWER_PART_BYTES_MAX && (fitting > 0 || taken_bytes > 0))
            break;
        fitting++;
    }
    return fitting;
}
