/* init.c - see init.h. */
#include "broker/runtime/init.h"

#include "broker/core/access.h"
#include "proto/check.h"
#include "proto/guard.h"
#include "proto/wire.h"
#include "storage/journal.h"
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_BYTES_MAX 1200u
#define KEY_TEXT_MAX   128u

/* A file that holds one secret: a title line, then hexadecimal. */
typedef struct {
    const char *name, *part, *title;
} key_file_t;

static const key_file_t server_file = { "server.key", "server.key.part",
                                        "yixian server key 1\n" };
static const key_file_t signing_file = { "sign.key", "sign.key.part",
                                         "yixian signing key 1\n" };

static status_t status_of_errno(int error)
{
    if (error == ENOSPC || error == EDQUOT)
        return STATUS_STORAGE_FULL;
    return error == ENOENT ? STATUS_NOT_FOUND : STATUS_IO;
}

static status_t join(char out[PATH_BYTES_MAX], const char *folder, const char *name)
{
    int size = snprintf(out, PATH_BYTES_MAX, "%s/%s", folder, name);
    return size > 0 && (size_t)size < PATH_BYTES_MAX ? STATUS_OK : STATUS_IO;
}

static status_t sync_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return status_of_errno(errno);
    status_t status = fsync(fd) == 0 ? STATUS_OK : status_of_errno(errno);
    (void)close(fd); /* read-only: nothing is left to write */
    return status;
}

/* Writes the whole text, synced, to a new file. */
static status_t write_synced(const char *path, const char *text, size_t size)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return status_of_errno(errno);
    status_t status = STATUS_OK;
    ssize_t written = write(fd, text, size);
    if (written < 0 || fsync(fd) != 0)
        status = status_of_errno(errno);
    else if ((size_t)written != size)
        status = STATUS_STORAGE_FULL;
    if (close(fd) != 0 && status == STATUS_OK)
        status = status_of_errno(errno);
    return status;
}

static status_t write_secret(const char *folder, const key_file_t *file,
                             const uint8_t secret[KEY_BYTES])
{
    char path[PATH_BYTES_MAX], part[PATH_BYTES_MAX], text[KEY_TEXT_MAX];
    if (join(path, folder, file->name) != STATUS_OK ||
        join(part, folder, file->part) != STATUS_OK)
        return STATUS_IO;
    size_t at = strlen(file->title);
    memcpy(text, file->title, at);
    sodium_bin2hex(text + at, sizeof text - at, secret, KEY_BYTES);
    text[at + 2 * KEY_BYTES] = '\n';
    status_t status = write_synced(part, text, at + 2 * KEY_BYTES + 1);
    if (status == STATUS_OK && rename(part, path) != 0)
        status = status_of_errno(errno);
    sodium_memzero(text, sizeof text);
    return status == STATUS_OK ? sync_folder(folder) : status;
}

static status_t parse_secret(const char *text, size_t size, const key_file_t *file,
                             uint8_t secret[KEY_BYTES])
{
    size_t title = strlen(file->title), read = 0;
    if (size != title + 2 * KEY_BYTES + 1 || memcmp(text, file->title, title) != 0)
        return STATUS_FORMAT;
    if (sodium_hex2bin(secret, KEY_BYTES, text + title, 2 * KEY_BYTES, NULL, &read,
                       NULL) != 0 ||
        read != KEY_BYTES)
        return STATUS_FORMAT;
    return STATUS_OK;
}

static status_t read_secret(const char *folder, const key_file_t *file,
                            uint8_t secret[KEY_BYTES])
{
    char path[PATH_BYTES_MAX], text[KEY_TEXT_MAX];
    if (join(path, folder, file->name) != STATUS_OK)
        return STATUS_IO;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return status_of_errno(errno);
    struct stat about;
    status_t status = STATUS_OK;
    ssize_t size = read(fd, text, sizeof text);
    if (size < 0 || fstat(fd, &about) != 0)
        status = STATUS_IO;
    else if ((about.st_mode & 077) != 0)
        status = STATUS_FORMAT;
    else
        status = parse_secret(text, (size_t)size, file, secret);
    (void)close(fd); /* read-only */
    sodium_memzero(text, sizeof text);
    return status;
}

status_t init_write_key(const char *folder, const server_key_t *key)
{
    CHECK(folder != NULL && key != NULL);
    return write_secret(folder, &server_file, key->secret_key);
}

status_t init_read_key(const char *folder, server_key_t *key)
{
    CHECK(folder != NULL && key != NULL);
    status_t status = read_secret(folder, &server_file, key->secret_key);
    if (status == STATUS_OK &&
        crypto_scalarmult_base(key->public_key, key->secret_key) != 0)
        status = STATUS_FORMAT;
    return status;
}

status_t init_write_signing_key(const char *folder, const signing_key_t *key)
{
    CHECK(folder != NULL && key != NULL);
    return write_secret(folder, &signing_file, key->seed);
}

status_t init_read_signing_key(const char *folder, signing_key_t *key)
{
    CHECK(folder != NULL && key != NULL);
    status_t status = read_secret(folder, &signing_file, key->seed);
    if (status == STATUS_OK)
        CHECK(crypto_sign_seed_keypair(key->public_key, key->secret_key, key->seed) ==
              0);
    return status;
}

status_t init_own_signing_key(const char *folder, signing_key_t *key, bool *made)
{
    CHECK(made != NULL);
    status_t status = init_read_signing_key(folder, key);
    *made = status == STATUS_NOT_FOUND;
    if (!*made)
        return status;
    randombytes_buf(key->seed, sizeof key->seed);
    CHECK(crypto_sign_seed_keypair(key->public_key, key->secret_key, key->seed) == 0);
    return init_write_signing_key(folder, key);
}

/* Makes the folder and those above it, like mkdir -p. */
static status_t make_folder(const char *folder)
{
    char path[PATH_BYTES_MAX];
    if (join(path, folder, "") != STATUS_OK)
        return STATUS_IO;
    for (char *at = strchr(path + 1, '/'); at != NULL; at = strchr(at + 1, '/')) {
        *at = '\0';
        if (mkdir(path, 0700) != 0 && errno != EEXIST)
            return status_of_errno(errno);
        *at = '/';
    }
    return STATUS_OK;
}

static status_t own_key(const char *folder, server_key_t *key)
{
    status_t status = init_read_key(folder, key);
    if (status != STATUS_NOT_FOUND)
        return status;
    if (crypto_box_keypair(key->public_key, key->secret_key) != 0)
        return STATUS_IO;
    return init_write_key(folder, key);
}

static status_t own_signing_key(const char *folder)
{
    signing_key_t key;
    bool made;
    status_t status = init_own_signing_key(folder, &key, &made);
    sodium_memzero(&key, sizeof key);
    return status;
}

static status_t append_genesis(journal_t *journal, const init_options_t *options,
                               const uint8_t admitted[KEY_BYTES])
{
    uint8_t id[JOURNAL_ID_BYTES], seed[JOURNAL_ID_BYTES];
    randombytes_buf(id, sizeof id);
    randombytes_buf(seed, sizeof seed);
    const bool demo = options->demo_rate != 0;
    const command_t command = { .kind = COMMAND_GENESIS,
                                .body.genesis = {
                                    .journal_id = id,
                                    .hash_seed = seed,
                                    .administrator = options->administrator,
                                    .key = admitted,
                                    .demo_from_ms = demo ? options->demo_from_ms : 0,
                                    .demo_started_ms = demo ? options->now_ms : 0,
                                    .demo_rate = options->demo_rate } };
    if (!genesis_sane(&command))
        return STATUS_PARAMETER_RANGE;
    buffer_t bytes;
    buffer_init(&bytes, PUBLIC_BYTES_MAX);
    status_t status = wire_write_command(&bytes, &command, NULL, NULL);
    if (status == STATUS_OK) {
        const record_t record = { .time_ms =
                                      demo ? options->demo_from_ms : options->now_ms,
                                  .public_part = bytes.data,
                                  .public_size = (uint32_t)bytes.size };
        status = journal_append(journal, 0, &record, 1);
    }
    buffer_fini(&bytes);
    return status;
}

/* A journal without its genesis record is what an interrupted init leaves behind. */
static status_t open_empty_journal(const init_options_t *options, journal_t **journal)
{
    journal_options_t how = { .mode = JOURNAL_CREATE, .map_bytes = options->map_bytes };
    status_t status = journal_open(options->path, &how, journal);
    if (status != STATUS_EXISTS)
        return status;
    how.mode = JOURNAL_WRITE;
    status = journal_open(options->path, &how, journal);
    if (status == STATUS_OK && journal_head(*journal) != 0) {
        journal_close(journal);
        return STATUS_EXISTS;
    }
    return status;
}

status_t init_folder(const init_options_t *options, uint8_t seed[SEED_BYTES],
                     server_key_t *key)
{
    CHECK(options != NULL);
    CHECK(seed != NULL);
    if (sodium_init() < 0)
        return STATUS_NO_MEMORY;
    status_t status = guard_code(options->administrator);
    if (status != STATUS_OK)
        return status;
    journal_t *journal = NULL;
    uint8_t admitted[KEY_BYTES], unused[KEY_BYTES];
    status = make_folder(options->path);
    if (status == STATUS_OK)
        status = open_empty_journal(options, &journal);
    if (status == STATUS_OK)
        status = own_key(options->path, key);
    if (status == STATUS_OK)
        status = own_signing_key(options->path);
    if (status != STATUS_OK)
        goto done;
    randombytes_buf(seed, SEED_BYTES);
    if (crypto_box_seed_keypair(admitted, unused, seed) != 0)
        status = STATUS_IO;
    else
        status = append_genesis(journal, options, admitted);
    sodium_memzero(unused, sizeof unused);

done:
    journal_close(&journal);
    return status;
}
