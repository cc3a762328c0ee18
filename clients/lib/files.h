/* files.h - small files that are there whole or not at all.
 *
 * Threads: none of its own. errno of the failed call is left for the caller's words.
 */
#ifndef YX_FILES_H
#define YX_FILES_H

#include "proto/status.h"
#include <stddef.h>

#define FILES_PATH_MAX 1100u

/* folder + "/" + name. STATUS_PROFILE: too long. */
status_t files_join(char out[FILES_PATH_MAX], const char *folder, const char *name);
/* Makes the folder (0700) and those above it, like mkdir -p. STATUS_PROFILE. */
status_t files_make_folder(const char *folder);
/* Writes under another name (0600), syncs, renames, syncs the folder.
 * STATUS_STORAGE_FULL, STATUS_PROFILE. */
status_t files_write(const char *folder, const char *name, const char *text,
                     size_t size);
status_t files_remove(const char *folder, const char *name);
/* Reads at most room - 1 bytes and ends them with NUL; *mode is the file's.
 * STATUS_NOT_FOUND, STATUS_TOO_LARGE, STATUS_PROFILE. */
status_t files_read(const char *folder, const char *name, char *text, size_t room,
                    unsigned *mode);
status_t files_sync_folder(const char *folder);
status_t files_status_of_errno(int error);

#endif
