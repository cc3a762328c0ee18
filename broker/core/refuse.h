/* refuse.h - refusals with their place, alike in every family.
 *
 * Each returns the status it was given, so that a rule reads `return refuse(...)`.
 */
#ifndef YX_CORE_REFUSE_H
#define YX_CORE_REFUSE_H

#include "proto/answer.h"
#include "proto/status.h"

/* The place is a field path, the detail the code or text that is wrong. */
status_t refuse(fault_t *fault, status_t status, const char *place, text_t detail);
/* The place ends in [index], then `field` (may be ""): observe.ratings[2].value. */
status_t refuse_at(fault_t *fault, status_t status, const char *list, uint32_t index,
                   const char *field, text_t detail);

#endif
