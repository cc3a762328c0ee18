/* memory_faults.h - the n-th request for memory of this process gets nothing.
 *
 * Stands in front of malloc, calloc and realloc: of everything in the process, libraries
 * too; in builds with sanitizers, whose allocator must stay in front, only of the code
 * that is linked into the test (the linker's --wrap).
 *
 * Threads: counts over all of them.
 */
#ifndef YX_TESTS_MEMORY_FAULTS_H
#define YX_TESTS_MEMORY_FAULTS_H

#include <stdbool.h>
#include <stdint.h>

/* 1 = the next request fails, and only that one. */
void memory_faults_arm(uint32_t nth);
/* Returns whether one failed. */
bool memory_faults_disarm(void);

#endif
