/* signals.c - see signals.h. */
#include "clients/cli/signals.h"

#include "proto/check.h"
#include <signal.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <unistd.h>

int signals_open(int resize)
{
    sigset_t taken;
    CHECK(sigemptyset(&taken) == 0);
    CHECK(sigaddset(&taken, SIGINT) == 0);
    CHECK(sigaddset(&taken, SIGTERM) == 0);
    CHECK(sigaddset(&taken, SIGHUP) == 0);
    if (resize)
        CHECK(sigaddset(&taken, SIGWINCH) == 0);
    CHECK(sigprocmask(SIG_BLOCK, &taken, NULL) == 0);
    return signalfd(-1, &taken, SFD_CLOEXEC | SFD_NONBLOCK);
}

void signals_close(int *descriptor)
{
    CHECK(descriptor != NULL);
    if (*descriptor >= 0)
        (void)close(*descriptor); /* nothing was written */
    *descriptor = -1;
}

signals_t signals_take(int descriptor)
{
    struct signalfd_siginfo signal;
    if (read(descriptor, &signal, sizeof signal) != (ssize_t)sizeof signal)
        return SIGNALS_NONE;
    return signal.ssi_signo == SIGWINCH ? SIGNALS_RESIZE : SIGNALS_STOP;
}
