/* wire_samples_overview.h - full answers on units, schemes, projects, rounds and visits;
 * part of wire_samples.h. */
#ifndef YX_TESTS_WIRE_SAMPLES_OVERVIEW_H
#define YX_TESTS_WIRE_SAMPLES_OVERVIEW_H

#include "tests/support/wire_samples.h"

/* False: the kind is none of these. */
bool sample_overview_answer(query_kind_t kind, const propose_scheme_t *scheme,
                            answer_t *answer);

#endif
