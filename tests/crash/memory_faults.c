/* memory_faults.c - see memory_faults.h. File scope holds the count: the callers of
 * malloc do not know of us. */
#include "tests/crash/memory_faults.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>

#ifdef YX_WRAP_MEMORY
#define OURS(name)  __wrap_##name
#define THEIR(name) __real_##name
#else
#define OURS(name)  name
#define THEIR(name) __libc_##name
#endif

void *THEIR(malloc)(size_t size);
void *THEIR(calloc)(size_t count, size_t size);
void *THEIR(realloc)(void *old, size_t size);
void *OURS(malloc)(size_t size);
void *OURS(calloc)(size_t count, size_t size);
void *OURS(realloc)(void *old, size_t size);

static atomic_uint left; /* requests until the one that fails; 0 = none will */
static atomic_bool failed;

void memory_faults_arm(uint32_t nth)
{
    atomic_store(&failed, false);
    atomic_store(&left, nth);
}

bool memory_faults_disarm(void)
{
    atomic_store(&left, 0);
    return atomic_exchange(&failed, false);
}

static bool fails(void)
{
    unsigned now = atomic_load(&left);
    while (now > 0 && !atomic_compare_exchange_weak(&left, &now, now - 1))
        continue;
    if (now != 1)
        return false;
    atomic_store(&failed, true);
    errno = ENOMEM;
    return true;
}

void *OURS(malloc)(size_t size)
{
    return fails() ? NULL : THEIR(malloc)(size);
}

void *OURS(calloc)(size_t count, size_t size)
{
    return fails() ? NULL : THEIR(calloc)(count, size);
}

void *OURS(realloc)(void *old, size_t size)
{
    return fails() ? NULL : THEIR(realloc)(old, size);
}
