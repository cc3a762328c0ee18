/* wire_answer.h - how the bodies of answers lie; inner part of wire.h. */
#ifndef YX_PROTO_WIRE_ANSWER_H
#define YX_PROTO_WIRE_ANSWER_H

#include "proto/answer.h"
#include "proto/wire_shape.h"

/* Field number of the body of an answer to a query of this kind. */
#define ANSWER_FIELD(kind) ((uint32_t)(kind) + 9u)

/* Of board_answer_t, also within an update, and of demo_clock_t. */
extern const shape_t shape_board, shape_demo_clock;
/* wire_facts.c: of answers that tell of single facts. */
extern const shape_t shape_explain, shape_history, shape_feed, shape_subscribers,
    shape_receipts;
/* wire_epoch_answers.c */
extern const shape_t shape_epochs, shape_frozen_list, shape_plan, shape_attention;
/* wire_overview.c */
extern const shape_t shape_units, shape_schemes, shape_projects, shape_rounds,
    shape_visits;
/* wire_update.c: of delta_t. */
extern const shape_t shape_delta;
/* Of board_row_t. */
extern const shape_t shape_board_row;

/* The shape of answer_t.body for that kind; CHECKs that there is such a kind. */
const shape_t *shape_of_answer(query_kind_t kind);

#endif
