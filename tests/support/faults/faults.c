/* faults.c - see faults.h. */
#include "tests/support/faults/faults.h"

#include "proto/check.h"
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

fault_control_t *faults_create(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    CHECK(fd >= 0);
    CHECK(ftruncate(fd, sizeof(fault_control_t)) == 0);
    fault_control_t *control =
        mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    CHECK(control != MAP_FAILED);
    CHECK(close(fd) == 0);
    control->magic = FAULT_MAGIC;
    CHECK(setenv(FAULT_ENVIRONMENT, path, 1) == 0);
    return control;
}

void faults_destroy(fault_control_t **control)
{
    if (*control == NULL)
        return;
    CHECK(unsetenv(FAULT_ENVIRONMENT) == 0);
    CHECK(munmap(*control, sizeof **control) == 0);
    *control = NULL;
}

void faults_arm(fault_control_t *control, uint32_t calls, uint32_t action, int error,
                uint32_t nth)
{
    faults_disarm(control);
    control->calls = calls;
    control->action = action;
    control->error = error;
    control->nth = nth;
    atomic_store(&control->count, 0);
    atomic_store(&control->hits, 0);
    atomic_store(&control->armed, 1);
}

void faults_disarm(fault_control_t *control)
{
    atomic_store(&control->armed, 0);
}
