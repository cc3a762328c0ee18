/* scheme_rules.h - what a proposed scheme must keep, by itself: R18, names, bounds.
 *
 * Looks at the command alone, so that a tool can check a scheme before it is sent.
 */
#ifndef YX_CORE_SCHEME_RULES_H
#define YX_CORE_SCHEME_RULES_H

#include "proto/answer.h"
#include "proto/command.h"

#define PARAMETER_COUNT_MAX 10000u    /* minimum data: ratings, inspectors ... */
#define KAPPA_MAX           1000000u  /* mille */
#define S2_MAX              25000000u /* centi-points squared: 50 points */
#define REPLY_DAYS_MAX      365u

/* STATUS_OK, STATUS_UNKNOWN_REVISION, STATUS_PARAMETER_RANGE, STATUS_NUMBER_TWICE,
 * STATUS_UNKNOWN_DIMENSION, STATUS_WEIGHTS_DO_NOT_SUM; *fault tells the place. */
status_t scheme_check(const propose_scheme_t *scheme, fault_t *fault);

/* Weight in basis points of the k-th dimension of a group that scheme_check() passed:
 * the given one, or floor(10000 / n) and the remainder one each to the first. */
uint32_t scheme_weight(const scheme_group_t *group, uint32_t k);

#endif
