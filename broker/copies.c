/* copies.c - see copies.h. */
#include "broker/copies.h"

#include "broker/runtime/init.h"
#include "proto/check.h"
#include "storage/backup.h"
#include <errno.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define GIB (1ull << 30)

/* What is wrong, where, what to do next, the code at the end. */
static int refuse(status_t status, const char *where)
{
    (void)fprintf(stderr, "yxd: %s: %s. %s [E%u]\n", where, status_text(status),
                  status_next(status), (unsigned)status);
    return 1;
}

static int refuse_result(status_t status, const backup_result_t *result)
{
    (void)fprintf(stderr, "yxd: %s. %s [E%u]\n", result->message, status_next(status),
                  (unsigned)status);
    return 1;
}

static void tell(const char *what, const backup_result_t *result)
{
    printf("%s: %" PRIu64 " records in %" PRIu32 " files", what, result->records,
           result->files);
    if (result->records > 0) {
        printf(", newest chain value ");
        for (size_t i = 0; i < 8; i++)
            printf("%02x", result->chain[i]);
        printf("...");
    }
    printf("\n");
}

/* ---- the broker's keys ---- */

/* A folder that an earlier release made has none: the next start makes it. */
static status_t copy_signing_key(const char *from, const char *to)
{
    signing_key_t key;
    status_t status = init_read_signing_key(from, &key);
    if (status == STATUS_OK)
        status = init_write_signing_key(to, &key);
    else if (status == STATUS_NOT_FOUND)
        status = STATUS_OK;
    sodium_memzero(&key, sizeof key);
    return status;
}

static status_t copy_key(void *from, const char *to)
{
    server_key_t key;
    status_t status = init_read_key(from, &key);
    if (status == STATUS_OK)
        status = init_write_key(to, &key);
    sodium_memzero(&key, sizeof key);
    return status == STATUS_OK ? copy_signing_key(from, to) : status;
}

/* ---- verbs ---- */

static status_t make_folder(const char *folder)
{
    return mkdir(folder, 0700) == 0 || errno == EEXIST ? STATUS_OK : STATUS_IO;
}

int copies_backup(const config_t *config, const char *folder)
{
    CHECK(config != NULL);
    CHECK(folder != NULL);
    const journal_options_t how = { .mode = JOURNAL_READ,
                                    .map_bytes = config->map_gib * GIB };
    journal_t *journal = NULL;
    char from[CONFIG_PATH_MAX];
    backup_result_t result;
    status_t status = make_folder(folder);
    if (status != STATUS_OK)
        return refuse(status, folder);
    status = journal_open(config->data, &how, &journal);
    if (status != STATUS_OK)
        return refuse(status, config->data);
    status = backup_add(folder, journal, &result);
    journal_close(&journal);
    if (status != STATUS_OK)
        return refuse_result(status, &result);
    memcpy(from, config->data, sizeof from);
    status = copy_key(from, folder);
    if (status != STATUS_OK)
        return refuse(status, "server.key, sign.key");
    printf("%" PRIu64 " records added\n", result.added);
    tell(folder, &result);
    return 0;
}

int copies_verify(const char *folder)
{
    CHECK(folder != NULL);
    backup_result_t result;
    status_t status = backup_verify(folder, &result);
    if (status != STATUS_OK)
        return refuse_result(status, &result);
    tell(folder, &result);
    return 0;
}

int copies_restore(const config_t *config, const char *folder, bool dry_run)
{
    CHECK(config != NULL);
    CHECK(folder != NULL);
    backup_result_t result;
    char from[CONFIG_PATH_MAX];
    if (snprintf(from, sizeof from, "%s", folder) >= (int)sizeof from)
        return refuse(STATUS_IO, folder);
    if (dry_run) {
        int code = copies_verify(folder);
        if (code == 0)
            printf("nothing was written; without --dry-run %s would be made\n",
                   config->data);
        return code;
    }
    status_t status = backup_restore(folder, config->data, config->map_gib * GIB,
                                     copy_key, from, &result);
    if (status != STATUS_OK)
        return refuse_result(status, &result);
    tell(config->data, &result);
    return 0;
}
