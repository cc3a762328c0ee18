/* numbers.h - durable numbers of what is sent past the outbox: none is ever given twice.
 *
 * One small file holds a random instance and the next free number, with a checksum. A
 * block of numbers is written and synced before the first of it is used, so a process
 * that is killed leaves a gap and never a number that another command may get. The file
 * is locked while it is open; a second process at the same time takes the next of
 * NUMBERS_FILES_MAX files (numbers, numbers-2, ...), each an instance of its own,
 * because the broker settles numbers far below the highest (ARCHITECTURE.md law 4).
 * A lost or damaged file becomes a new one with a new instance. Threads: one owner.
 */
#ifndef YX_NUMBERS_H
#define YX_NUMBERS_H

#include "proto/status.h"

#define NUMBERS_FILES_MAX 8u
#define NUMBERS_BLOCK     16384u /* numbers reserved by one write */

typedef struct numbers numbers_t;

/* Opens the first file in `folder` that no other process holds, making it if needed.
 * STATUS_LOCKED: all are held; STATUS_PROFILE: the folder cannot be used; STATUS_IO,
 * STATUS_STORAGE_FULL, STATUS_NO_MEMORY. *numbers is NULL unless STATUS_OK. */
status_t numbers_open(const char *folder, numbers_t **numbers);
/* Gives unused numbers back. */
void numbers_close(numbers_t **numbers);

uint64_t numbers_instance(const numbers_t *numbers);
/* The next number, 1 or more; not used up by asking. */
uint64_t numbers_next(const numbers_t *numbers);
/* Uses up the next number; it may be sent when this returns STATUS_OK. STATUS_IO,
 * STATUS_STORAGE_FULL: it is not used up. */
status_t numbers_take(numbers_t *numbers);

#endif
