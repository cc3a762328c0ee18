/* fields.h - field=value words of a command line as one JSON object.
 *
 * The kind of each field is asked of json_describe, so that a new field of a message
 * needs nothing here. Lists are "a,b"; numbers, dates, times and choices may be written
 * as people do (choices also in small letters, yes and no for flags); amounts and
 * percentages (planned_investment, invested, percent_centi) are read with two decimals.
 * A field of a message within is "scope.units". Threads: none of its own.
 */
#ifndef YX_FIELDS_H
#define YX_FIELDS_H

#include "proto/answer.h"
#include <jansson.h>

/* Adds the words to `object`. A field that the verb has not is STATUS_BAD_INPUT, or is
 * kept as a text when `keep_unknown`. STATUS_USAGE: a word without "=" or no such verb. */
status_t fields_add(const char *verb, const char *const *words, unsigned count,
                    bool keep_unknown, json_t *object, fault_t *fault);
/* Whether the verb has a field of this name. */
bool fields_has(const char *verb, const char *name);
/* "refused" in one place: the fault names `place` and the value. */
status_t fields_refuse(fault_t *fault, status_t status, const char *place,
                       const char *value);

#endif
