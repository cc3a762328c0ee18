/* refuse_number.h - refusals whose detail is a number; see refuse.h. */
#ifndef YX_CORE_REFUSE_NUMBER_H
#define YX_CORE_REFUSE_NUMBER_H

#include "broker/core/refuse.h"

/* The detail is the number in decimal. */
status_t refuse_number(fault_t *fault, status_t status, const char *place,
                       uint64_t number);
status_t refuse_number_at(fault_t *fault, status_t status, const char *list,
                          uint32_t index, const char *field, uint64_t number);
/* The detail is a rating in points with two decimals: 10100 centi-points = "101.00". */
status_t refuse_points_at(fault_t *fault, status_t status, const char *list,
                          uint32_t index, const char *field, uint32_t centi);

#endif
