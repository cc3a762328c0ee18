/* wire_answer.h - how the bodies of answers lie; inner part of wire.h. */
#ifndef YX_PROTO_WIRE_ANSWER_H
#define YX_PROTO_WIRE_ANSWER_H

#include "proto/answer.h"
#include "proto/wire_shape.h"

/* Field number of the body of an answer to a query of this kind. */
#define ANSWER_FIELD(kind) ((uint32_t)(kind) + 9u)

/* The shape of answer_t.body for that kind; CHECKs that there is such a kind. */
const shape_t *shape_of_answer(query_kind_t kind);

#endif
