/* export_fold.h - records of the journal folded to the newest state of each code.
 *
 * Takes records in order and keeps, for one kind, the newest command of every code in
 * the order in which the codes first appeared. Reviews, retractions and moves of visits
 * change what they are about. For observations it keeps the schemes as well: numbers of
 * dimensions and channels have their names from the scheme of the visit's account.
 * Memory: the JSON text of each newest command. Threads: one owner.
 */
#ifndef YX_EXPORT_FOLD_H
#define YX_EXPORT_FOLD_H

#include "clients/cli/name_list.h"
#include "clients/sheets/record_columns.h"
#include <jansson.h>

typedef struct export_fold export_fold_t;

/* `usual`: names where the records do not tell the scheme; copied. NULL: no memory. */
export_fold_t *export_fold_create(const record_kind_t *kind, const names_t *usual);
void export_fold_destroy(export_fold_t **fold);

/* One record as json_from_fact writes it. STATUS_NO_MEMORY, STATUS_BAD_INPUT. */
status_t export_fold_take(export_fold_t *fold, const char *json, size_t size);

typedef struct {
    uint64_t withheld; /* records of this kind whose content this reader does not get */
    uint64_t taken_out; /* observations retracted or returned: they are not visited */
} export_fold_counts_t;
export_fold_counts_t export_fold_counts(const export_fold_t *fold);

/* Names of dimensions, of all schemes that may be met, in their order; at most `room`.
 * They live as long as the fold. */
uint32_t export_fold_dimensions(const export_fold_t *fold, const char **names,
                                uint32_t room);
/* The names that the numbers of this observation have. */
const names_t *export_fold_names(const export_fold_t *fold, const json_t *command);

/* Each newest command, with what came later put into it: reviewer and reviewed_ms of a
 * confirmed review, opened_ms and closed_ms of a moved visit. Ends at the first status
 * that is not STATUS_OK and returns it; STATUS_NO_MEMORY. */
typedef status_t export_fold_visitor(void *context, const json_t *command);
status_t export_fold_visit(const export_fold_t *fold, export_fold_visitor *visit,
                           void *context);

#endif
