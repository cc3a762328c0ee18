/* numbers.c - see numbers.h. The file is RECORD_BYTES: title, instance, next number
 * (both little endian), and 16 bytes of BLAKE2b over these. */
#include "clients/lib/numbers.h"

#include "clients/lib/files.h"
#include "proto/check.h"
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define TITLE        "yxnumb1\n"
#define TITLE_BYTES  (sizeof TITLE - 1)
#define SUM_BYTES    16u
#define BODY_BYTES   (TITLE_BYTES + 16u)
#define RECORD_BYTES (BODY_BYTES + SUM_BYTES)

struct numbers {
    int fd;
    uint64_t instance;
    uint64_t next;     /* not used yet */
    uint64_t reserved; /* one behind the last that the file gives us */
};

static void put_number(uint8_t *at, uint64_t value)
{
    for (unsigned i = 0; i < 8; i++)
        at[i] = (uint8_t)(value >> (8 * i));
}

static uint64_t get_number(const uint8_t *at)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < 8; i++)
        value |= (uint64_t)at[i] << (8 * i);
    return value;
}

static void checksum(const uint8_t *record, uint8_t sum[SUM_BYTES])
{
    CHECK(crypto_generichash(sum, SUM_BYTES, record, BODY_BYTES, NULL, 0) == 0);
}

/* Stores that everything below `through` may have been used. */
static status_t store(numbers_t *numbers, uint64_t through)
{
    uint8_t record[RECORD_BYTES];
    memcpy(record, TITLE, TITLE_BYTES);
    put_number(record + TITLE_BYTES, numbers->instance);
    put_number(record + TITLE_BYTES + 8, through);
    checksum(record, record + BODY_BYTES);
    ssize_t written = pwrite(numbers->fd, record, sizeof record, 0);
    if (written < 0)
        return errno == ENOSPC || errno == EDQUOT ? STATUS_STORAGE_FULL : STATUS_IO;
    if ((size_t)written != sizeof record)
        return STATUS_STORAGE_FULL;
    if (fdatasync(numbers->fd) != 0)
        return STATUS_IO;
    numbers->reserved = through;
    return STATUS_OK;
}

static bool load(numbers_t *numbers)
{
    uint8_t record[RECORD_BYTES + 1], sum[SUM_BYTES];
    ssize_t size = pread(numbers->fd, record, sizeof record, 0);
    if (size != (ssize_t)RECORD_BYTES || memcmp(record, TITLE, TITLE_BYTES) != 0)
        return false;
    checksum(record, sum);
    if (memcmp(sum, record + BODY_BYTES, SUM_BYTES) != 0)
        return false;
    numbers->instance = get_number(record + TITLE_BYTES);
    numbers->next = numbers->reserved = get_number(record + TITLE_BYTES + 8);
    return numbers->next > 0 && numbers->next < UINT64_MAX - NUMBERS_BLOCK;
}

/* A file that is lost or damaged begins anew, as another outbox. */
static status_t begin_anew(numbers_t *numbers)
{
    randombytes_buf(&numbers->instance, sizeof numbers->instance);
    numbers->next = numbers->reserved = 1;
    if (ftruncate(numbers->fd, 0) != 0)
        return STATUS_IO;
    return store(numbers, 1);
}

/* STATUS_LOCKED: another process holds it. */
static status_t open_locked(const char *path, int *out)
{
    *out = -1;
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return errno == ENOSPC || errno == EDQUOT ? STATUS_STORAGE_FULL
                                                  : STATUS_PROFILE;
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        int error = errno;
        (void)close(fd); /* nothing was written */
        return error == EWOULDBLOCK ? STATUS_LOCKED : STATUS_IO;
    }
    *out = fd;
    return STATUS_OK;
}

static status_t open_first_free(const char *folder, int *fd)
{
    status_t status = STATUS_LOCKED;
    for (unsigned i = 1; i <= NUMBERS_FILES_MAX && status == STATUS_LOCKED; i++) {
        char path[FILES_PATH_MAX], name[32];
        (void)snprintf(name, sizeof name, i == 1 ? "numbers" : "numbers-%u", i);
        status = files_join(path, folder, name);
        if (status == STATUS_OK)
            status = open_locked(path, fd);
    }
    return status;
}

status_t numbers_open(const char *folder, numbers_t **out)
{
    CHECK(folder != NULL);
    CHECK(out != NULL);
    *out = NULL;
    numbers_t *numbers = calloc(1, sizeof *numbers);
    if (numbers == NULL || sodium_init() < 0) {
        free(numbers);
        return STATUS_NO_MEMORY;
    }
    status_t status = open_first_free(folder, &numbers->fd);
    if (status != STATUS_OK) {
        free(numbers);
        return status;
    }
    if (!load(numbers)) {
        status = begin_anew(numbers);
        if (status == STATUS_OK)
            status = files_sync_folder(folder);
    }
    if (status != STATUS_OK) {
        (void)close(numbers->fd); /* what it holds is damaged as it was before */
        free(numbers);
        return status;
    }
    *out = numbers;
    return STATUS_OK;
}

void numbers_close(numbers_t **out)
{
    CHECK(out != NULL);
    numbers_t *numbers = *out;
    if (numbers == NULL)
        return;
    /* When this fails a block of numbers stays unused, which costs nothing. */
    if (numbers->next < numbers->reserved)
        (void)store(numbers, numbers->next);
    (void)close(numbers->fd); /* all was synced */
    free(numbers);
    *out = NULL;
}

uint64_t numbers_instance(const numbers_t *numbers)
{
    CHECK(numbers != NULL);
    return numbers->instance;
}

uint64_t numbers_next(const numbers_t *numbers)
{
    CHECK(numbers != NULL);
    return numbers->next;
}

status_t numbers_take(numbers_t *numbers)
{
    CHECK(numbers != NULL);
    CHECK(numbers->next <= numbers->reserved);
    if (numbers->next == numbers->reserved) {
        status_t status = store(numbers, numbers->reserved + NUMBERS_BLOCK);
        if (status != STATUS_OK)
            return status;
    }
    numbers->next++;
    return STATUS_OK;
}
