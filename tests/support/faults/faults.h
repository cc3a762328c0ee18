/* faults.h - a test's hold on the fault shim: makes the control file and arms it.
 *
 * Threads: none of its own. Everything ends the test when it fails.
 */
#ifndef YX_TESTS_FAULTS_H
#define YX_TESTS_FAULTS_H

#include "tests/support/faults/control.h"

/* Makes the control file `path` and maps it; names it in this process's environment, so
 * that children that are started with the shim obey it. */
fault_control_t *faults_create(const char *path);
/* Unmaps; the file stays the folder's. */
void faults_destroy(fault_control_t **control);

/* The nth call of `calls` from now on does `action`; every later one too if asked. */
void faults_arm(fault_control_t *control, uint32_t calls, uint32_t action, int error,
                uint32_t nth);
void faults_disarm(fault_control_t *control);

#endif
