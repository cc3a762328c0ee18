/* export_records.h - yx export KIND: registry and observations as this reader sees them.
 *
 * Reads the feed from its beginning to the head that it has when it is first asked.
 * Threads: one.
 */
#ifndef YX_EXPORT_RECORDS_H
#define YX_EXPORT_RECORDS_H

#include "clients/cli/session.h"
#include "clients/sheets/record_columns.h"

/* Tells its own trouble, and what this reader does not get or what was taken out. */
exit_t export_records(session_t *session, const record_kind_t *kind, const char *path);

#endif
