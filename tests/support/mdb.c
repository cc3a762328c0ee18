/* mdb.c - see mdb.h. */
#include "tests/support/mdb.h"

#include "proto/check.h"
#include "tests/support/folder.h"
#include <endian.h>
#include <lmdb.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAP_BYTES (256u << 20)

typedef struct {
    MDB_env *env;
    MDB_txn *txn;
    MDB_dbi dbi;
} opened_t;

static opened_t open_env(const char *folder)
{
    char path[FOLDER_PATH_MAX];
    folder_join(path, folder, "journal");
    opened_t opened;
    CHECK(mdb_env_create(&opened.env) == 0);
    CHECK(mdb_env_set_mapsize(opened.env, MAP_BYTES) == 0);
    CHECK(mdb_env_open(opened.env, path, 0, 0600) == 0);
    CHECK(mdb_txn_begin(opened.env, NULL, 0, &opened.txn) == 0);
    CHECK(mdb_dbi_open(opened.txn, NULL, 0, &opened.dbi) == 0);
    return opened;
}

static void close_env(opened_t *opened)
{
    CHECK(mdb_txn_commit(opened->txn) == 0);
    mdb_env_close(opened->env);
}

void mdb_data_path(const char *folder, char *path)
{
    folder_join(path, folder, "journal/data.mdb");
}

uint8_t *mdb_read_value(const char *folder, uint64_t seq, size_t *size)
{
    opened_t opened = open_env(folder);
    uint64_t key_bytes = htobe64(seq);
    MDB_val key = { sizeof key_bytes, &key_bytes }, value;
    CHECK(mdb_get(opened.txn, opened.dbi, &key, &value) == 0);
    uint8_t *copy = malloc(value.mv_size);
    CHECK(copy != NULL);
    memcpy(copy, value.mv_data, value.mv_size);
    *size = value.mv_size;
    close_env(&opened);
    return copy;
}

void mdb_write_value(const char *folder, uint64_t seq, const void *value, size_t size)
{
    opened_t opened = open_env(folder);
    uint64_t key_bytes = htobe64(seq);
    uint8_t *copy = malloc(size + 1);
    CHECK(copy != NULL);
    memcpy(copy, value, size);
    MDB_val key = { sizeof key_bytes, &key_bytes }, put = { size, copy };
    CHECK(mdb_put(opened.txn, opened.dbi, &key, &put, 0) == 0);
    close_env(&opened);
    free(copy);
}

void mdb_delete_value(const char *folder, uint64_t seq)
{
    opened_t opened = open_env(folder);
    uint64_t key_bytes = htobe64(seq);
    MDB_val key = { sizeof key_bytes, &key_bytes };
    CHECK(mdb_del(opened.txn, opened.dbi, &key, NULL) == 0);
    close_env(&opened);
}

/* A page may be there twice, the older copy in a page that is free: flip both. */
void mdb_flip_bit(const char *folder, uint64_t seq, size_t bit)
{
    size_t size, file_size, found = 0;
    uint8_t *value = mdb_read_value(folder, seq, &size);
    char path[FOLDER_PATH_MAX];
    mdb_data_path(folder, path);
    uint8_t *file = folder_read_file(path, &file_size);
    CHECK(bit / 8 < size);
    uint8_t byte = value[bit / 8] ^ (uint8_t)(1u << bit % 8);
    for (uint8_t *at = memmem(file, file_size, value, size); at != NULL;
         at = memmem(at + 1, file_size - (size_t)(at + 1 - file), value, size)) {
        folder_patch_file(path, (uint64_t)(at - file) + bit / 8, &byte, 1);
        found++;
    }
    CHECK(found > 0);
    free(file);
    free(value);
}

/* Of a value within one page; pages are those of the machine. */
void mdb_spoil_page(const char *folder, uint64_t seq)
{
    size_t size, file_size, page_bytes = (size_t)sysconf(_SC_PAGESIZE), found = 0;
    uint8_t *value = mdb_read_value(folder, seq, &size);
    char path[FOLDER_PATH_MAX];
    mdb_data_path(folder, path);
    uint8_t *file = folder_read_file(path, &file_size);
    uint8_t *noise = malloc(page_bytes);
    CHECK(noise != NULL);
    memset(noise, 0xA5, page_bytes);
    for (uint8_t *at = memmem(file, file_size, value, size); at != NULL;
         at = memmem(at + 1, file_size - (size_t)(at + 1 - file), value, size)) {
        uint64_t offset = (uint64_t)(at - file) / page_bytes * page_bytes;
        folder_patch_file(path, offset, noise, page_bytes);
        found++;
    }
    CHECK(found > 0);
    free(noise);
    free(file);
    free(value);
}
