/* raw_append.c - the limit of bench ingest: LMDB append of values of the same size.
 *
 * usage: raw_append FOLDER RECORDS BYTES BATCH ...
 * Appends RECORDS values of BYTES octets under rising 8-byte keys, one synced
 * transaction per BATCH, with the environment flags that the journal uses, and prints
 * "batch records_per_second" for every BATCH given. Knows nothing of records or chains.
 */
#include "tests/bench/measure.h"
#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MAP_BYTES (16ull << 30)

static void must(int rc, const char *what)
{
    if (rc != 0) {
        (void)fprintf(stderr, "%s: %s\n", what, mdb_strerror(rc));
        exit(1);
    }
}

static void append_batch(MDB_env *env, MDB_dbi dbi, uint64_t first, unsigned count,
                         size_t bytes, uint64_t *random)
{
    MDB_txn *txn = NULL;
    must(mdb_txn_begin(env, NULL, 0, &txn), "begin");
    for (unsigned i = 0; i < count; i++) {
        uint64_t key = __builtin_bswap64(first + i);
        MDB_val k = { sizeof key, &key }, v = { bytes, NULL };
        must(mdb_put(txn, dbi, &k, &v, MDB_APPEND | MDB_RESERVE), "put");
        for (size_t at = 0; at + 8 <= bytes; at += 8) {
            uint64_t word = measure_random(random);
            memcpy((char *)v.mv_data + at, &word, sizeof word);
        }
    }
    must(mdb_txn_commit(txn), "commit");
}

static double run(const char *folder, unsigned long records, size_t bytes,
                  unsigned batch)
{
    char path[1024];
    (void)snprintf(path, sizeof path, "%s/raw-%u", folder, batch);
    if (mkdir(path, 0700) != 0)
        must(-1, path);
    MDB_env *env = NULL;
    MDB_txn *txn = NULL;
    MDB_dbi dbi = 0;
    must(mdb_env_create(&env), "create");
    must(mdb_env_set_mapsize(env, MAP_BYTES), "map size");
    must(mdb_env_open(env, path, 0, 0600), "open");
    must(mdb_txn_begin(env, NULL, 0, &txn), "begin");
    must(mdb_dbi_open(txn, NULL, 0, &dbi), "database");
    must(mdb_txn_commit(txn), "commit");

    uint64_t random = 88172645463325252u, start = measure_now();
    unsigned long done = 0;
    while (done < records) {
        unsigned count = batch < records - done ? batch : (unsigned)(records - done);
        append_batch(env, dbi, done + 1, count, bytes, &random);
        done += count;
    }
    double seconds = (double)(measure_now() - start) / 1e9;
    mdb_env_close(env);
    return (double)done / seconds;
}

int main(int argc, char **argv)
{
    if (argc < 5) {
        (void)fprintf(stderr, "usage: raw_append FOLDER RECORDS BYTES BATCH ...\n");
        return 2;
    }
    unsigned long records = strtoul(argv[2], NULL, 10);
    size_t bytes = strtoul(argv[3], NULL, 10);
    for (int i = 4; i < argc; i++) {
        unsigned batch = (unsigned)strtoul(argv[i], NULL, 10);
        unsigned long wanted = batch == 1 && records > 3000 ? 3000 : records;
        printf("%u %.0f\n", batch, run(argv[1], wanted, bytes, batch));
    }
    return 0;
}
