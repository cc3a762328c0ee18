/* copies.h - yxd backup, yxd verify, yxd restore: words around storage/backup.h.
 *
 * A backup folder holds the journal's records and the broker's two keys: enough to serve again
 * on another machine, so it is to be kept like the data folder. Threads: one.
 */
#ifndef YX_BROKER_COPIES_H
#define YX_BROKER_COPIES_H

#include "broker/config.h"

/* Exit codes: 0 done, 1 refused or damaged; what is wrong is told on standard error. */
int copies_backup(const config_t *config, const char *folder);
int copies_verify(const char *folder);
/* dry_run: verifies and says what would be made. */
int copies_restore(const config_t *config, const char *folder, bool dry_run);

#endif
