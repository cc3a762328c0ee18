/* folder.h - a folder of one's own for a test, and children that may die.
 *
 * Threads: none of its own. Everything ends the test when it fails.
 */
#ifndef YX_TESTS_FOLDER_H
#define YX_TESTS_FOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FOLDER_PATH_MAX 512u

/* Makes an empty folder under $TMPDIR or /tmp. */
void folder_make(char path[FOLDER_PATH_MAX]);
/* Removes a folder with everything in it; one that is gone is fine. */
void folder_remove(const char *path);
/* path = folder/name */
void folder_join(char path[FOLDER_PATH_MAX], const char *folder, const char *name);

/* The whole file; free() the result. */
uint8_t *folder_read_file(const char *path, size_t *size);
/* Writes `size` bytes into an existing file. */
void folder_patch_file(const char *path, uint64_t offset, const void *bytes,
                       size_t size);

/* Runs `body` in a child process, without standard error. The child's exit status, or
 * 256 + the signal that killed it. */
int folder_in_child(int (*body)(void *), void *context);

#endif
