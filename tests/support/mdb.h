/* mdb.h - reaching into a journal's LMDB file behind the journal's back.
 *
 * The journal must be closed. Threads: none of its own. Ends the test when it fails.
 */
#ifndef YX_TESTS_MDB_H
#define YX_TESTS_MDB_H

#include <stddef.h>
#include <stdint.h>

/* folder/journal/data.mdb */
void mdb_data_path(const char *folder, char *path);

/* A copy of the value under `seq`; free() it. */
uint8_t *mdb_read_value(const char *folder, uint64_t seq, size_t *size);
void mdb_write_value(const char *folder, uint64_t seq, const void *value, size_t size);
void mdb_delete_value(const char *folder, uint64_t seq);

/* Flips one bit of the value under `seq` in the file itself, where it lies. */
void mdb_flip_bit(const char *folder, uint64_t seq, size_t bit);
/* Overwrites the whole page that the value under `seq` lies in with noise. */
void mdb_spoil_page(const char *folder, uint64_t seq);

#endif
