/* wire_samples_facts.h - full answers that tell of single facts; part of wire_samples.h. */
#ifndef YX_TESTS_WIRE_SAMPLES_FACTS_H
#define YX_TESTS_WIRE_SAMPLES_FACTS_H

#include "proto/answer.h"

/* Explanation, histories, feed, subscribers. */
void sample_facts(query_kind_t kind, const board_row_t *row, answer_t *answer);

#endif
