/* export_schemes.h - which scheme names the numbers of an observation.
 *
 * A visit is of a round, a round of an account, an account of a scheme: each is kept as
 * the records tell it. Threads: one owner.
 */
#ifndef YX_EXPORT_SCHEMES_H
#define YX_EXPORT_SCHEMES_H

#include "clients/cli/name_list.h"
#include <jansson.h>

typedef struct export_schemes export_schemes_t;

/* `usual` is for visits that are not known; copied. NULL: no memory. */
export_schemes_t *export_schemes_create(const names_t *usual);
void export_schemes_destroy(export_schemes_t **schemes);

/* Takes propose_scheme, open_account, round and visit; passes over anything else.
 * STATUS_NO_MEMORY. */
status_t export_schemes_take(export_schemes_t *schemes, const char *kind,
                             const json_t *command);
/* Never NULL. */
const names_t *export_schemes_of_visit(const export_schemes_t *schemes,
                                       const char *visit);
/* The dimensions of the schemes that accounts have, or of the usual names when there are
 * none, each once; returns how many, at most `room`. */
uint32_t export_schemes_dimensions(const export_schemes_t *schemes, const char **names,
                                   uint32_t room);

#endif
