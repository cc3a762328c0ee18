/* wire_samples_epochs.h - full commands and answers on epochs, frozen boards, plans and
 * attention items; part of wire_samples.h. */
#ifndef YX_TESTS_WIRE_SAMPLES_EPOCHS_H
#define YX_TESTS_WIRE_SAMPLES_EPOCHS_H

#include "tests/support/wire_samples.h"

/* False: the kind is none of these. */
bool sample_epoch_command(sample_t *sample);
bool sample_epoch_answer(query_kind_t kind, const board_answer_t *board,
                         answer_t *answer);

#endif
