/* control.h - what a test and the fault shim share: one small mapped file.
 *
 * A process that was started with the shim (linked in front of the C library, or by
 * LD_PRELOAD) looks for the file that the environment variable YIXIAN_FAULT_FILE names
 * and does what it says: the nth call of the kinds asked for fails. Without the variable
 * every call passes. Only regular files and folders count, and of opens only those for
 * writing, so that sockets, pipes and terminals are left alone.
 *
 * Threads    fields marked atomic may change while the process runs; set the others
 *            first and `armed` last.
 */
#ifndef YX_TESTS_FAULTS_CONTROL_H
#define YX_TESTS_FAULTS_CONTROL_H

#include <stdatomic.h>
#include <stdint.h>

#define FAULT_ENVIRONMENT "YIXIAN_FAULT_FILE"
#define FAULT_MAGIC       0x59584654u

/* Kinds of calls, bits of `calls`. */
enum {
    FAULT_OPEN = 1 << 0,   /* open for writing; openat, fopen likewise */
    FAULT_WRITE = 1 << 1,  /* write, writev; fwrite, fflush, fclose of a stream */
    FAULT_PWRITE = 1 << 2, /* pwrite, pwritev */
    FAULT_SYNC = 1 << 3,   /* fsync, fdatasync */
    FAULT_MSYNC = 1 << 4,
    FAULT_TRUNCATE = 1 << 5, /* ftruncate */
    FAULT_ALLOCATE = 1 << 6, /* fallocate, posix_fallocate */
    FAULT_RENAME = 1 << 7,   /* rename, renameat */
    FAULT_EVERY = (1 << 8) - 1
};

/* What happens at the nth call. */
enum {
    FAULT_FAIL = 0,  /* it returns `error` */
    FAULT_SHORT = 1, /* a write writes half of its bytes and says so; others fail */
    FAULT_KILL = 2,  /* SIGKILL before the call */
    FAULT_TORN = 3,  /* a write writes half of its bytes, then SIGKILL */
    FAULT_SLOW = 4   /* it waits `error` milliseconds and passes */
};

typedef struct {
    uint32_t magic;
    uint32_t calls;    /* FAULT_OPEN | ... */
    uint32_t action;   /* FAULT_FAIL ... */
    int32_t error;     /* an errno, or milliseconds */
    uint32_t nth;      /* 1 = the next call */
    uint32_t for_ever; /* not 0: all calls from the nth on */
    char path[64];     /* only files whose path holds this text; empty = all */
    atomic_uint armed; /* 0: nothing is counted */
    atomic_uint count; /* calls counted since armed */
    atomic_uint hits;  /* calls that failed */
} fault_control_t;

/* Looks for the file now: for a test that is linked with the shim and makes the file
 * itself. A process started with the variable needs no call. */
void fault_attach(void);

#endif
