/* wake.c - see wake.h. */
#include "broker/runtime/wake.h"

#include "proto/check.h"
#include <errno.h>
#include <stddef.h>
#include <sys/eventfd.h>
#include <unistd.h>

int wake_open(void)
{
    return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

void wake_close(int *fd)
{
    CHECK(fd != NULL);
    if (*fd >= 0)
        CHECK(close(*fd) == 0);
    *fd = -1;
}

void wake_ring(int fd)
{
    CHECK(fd >= 0);
    /* the only refusal is a counter at its ceiling, and then the bell rings already */
    int rc = eventfd_write(fd, 1);
    CHECK(rc == 0 || errno == EAGAIN);
}

void wake_clear(int fd)
{
    CHECK(fd >= 0);
    eventfd_t rings;
    int rc = eventfd_read(fd, &rings);
    CHECK(rc == 0 || errno == EAGAIN);
}
