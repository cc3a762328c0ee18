/* clock_shim.c - moves the wall clock of a process that is started with it (LD_PRELOAD).
 *
 * The file that YIXIAN_CLOCK_FILE names holds two numbers of 64 bits in the machine's
 * order: nanoseconds to add to CLOCK_REALTIME, which may change while the process runs,
 * and how often the clock was asked since it was made zero. Other clocks are left alone.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define SECOND_NS 1000000000

typedef struct {
    _Atomic int64_t offset_ns;
    _Atomic int64_t asked;
} control_t;

static control_t *control;

__attribute__((constructor)) static void attach(void)
{
    const char *path = getenv("YIXIAN_CLOCK_FILE");
    int fd = path != NULL ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (fd < 0)
        return;
    void *map = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    (void)close(fd); /* the map stays */
    if (map != MAP_FAILED)
        control = map;
}

typedef int clock_function(clockid_t, struct timespec *);

int clock_gettime(clockid_t clock, struct timespec *now)
{
    /* dlsym gives an object pointer; POSIX promises that it holds a function's address */
    union {
        void *object;
        clock_function *function;
    } real = { .object = dlsym(RTLD_NEXT, "clock_gettime") };
    if (real.object == NULL)
        abort();
    int rc = real.function(clock, now);
    if (rc != 0 || clock != CLOCK_REALTIME || control == NULL)
        return rc;
    (void)atomic_fetch_add(&control->asked, 1); /* the old value is no news */
    int64_t time_ns = (int64_t)now->tv_sec * SECOND_NS + now->tv_nsec +
                      atomic_load(&control->offset_ns);
    now->tv_sec = (time_t)(time_ns / SECOND_NS);
    now->tv_nsec = (long)(time_ns % SECOND_NS);
    return rc;
}
