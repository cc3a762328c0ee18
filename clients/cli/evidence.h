/* evidence.h - the SHA-256 of files that accompany an observation.
 *
 * Threads: none of its own.
 */
#ifndef YX_EVIDENCE_H
#define YX_EVIDENCE_H

#include "proto/answer.h"
#include <jansson.h>

/* Adds the hash of each file to object.evidence and its name without folders to
 * object.evidence_names. STATUS_BAD_INPUT: a file cannot be read (the fault names it);
 * STATUS_NO_MEMORY. */
status_t evidence_add(json_t *object, const char *const *paths, unsigned count,
                      fault_t *fault);

#endif
