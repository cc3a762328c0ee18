/* table.h - arrays of fixed rows addressed by index, with a hash over a key.
 *
 * Shape      rows 1..count in one piece of address space that never moves; row 0 is
 *            always zero and means "none". A keyed row starts with its key. The hash
 *            is linear (one bucket splits per row added), so that no insertion is ever
 *            slow; it lies in a second piece, densely, because looking a key up is
 *            mostly waiting for memory. No pointers inside rows: a table can be
 *            written out and mapped, and its hash made anew.
 * Memory     the caller provides zeroed address space once (table_bytes, heads_bytes);
 *            the tables neither allocate nor free.
 * Threads    one owner.
 */
#ifndef YX_CORE_TABLE_H
#define YX_CORE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A keyed row's place in the hash. */
typedef struct {
    uint32_t hash, next;
} table_link_t;

typedef struct {
    uint8_t *rows;
    uint32_t *heads;     /* first row of every bucket; NULL for a table without key */
    table_link_t *links; /* of every row, by index; likewise */
    uint64_t seed;       /* keys the hash, so that nobody can choose collisions */
    uint32_t row_bytes;
    uint32_t key_bytes; /* 0 for a table without key */
    uint32_t limit;     /* rows at most */
    uint32_t count;     /* rows used; the newest has this index */
    uint32_t free_head; /* list of released rows, through their first 4 bytes */
    uint32_t free_count;
} table_t;

/* Address space that `limit` rows (and row 0), and their heads, need. */
size_t table_bytes(uint32_t row_bytes, uint32_t limit);
size_t table_heads_bytes(uint32_t limit);

/* Both pieces zeroed. key_bytes 0: `heads` is NULL. */
void table_init(table_t *table, void *rows, void *heads, uint32_t row_bytes,
                uint32_t key_bytes, uint32_t limit);
/* Before the first row is added. */
void table_seed(table_t *table, uint64_t seed);

/* Whether `rows` more fit: decide asks, so that add cannot fail. */
bool table_fits(const table_t *table, uint32_t rows);
/* Index of a new zeroed row; CHECKs that it fits. Keyed tables: the key must be new. */
uint32_t table_add(table_t *table, const void *key);
/* Gives an unkeyed row back for reuse; it is zeroed but for the free list. */
void table_release(table_t *table, uint32_t index);
/* 0 when there is none. `key` has key_bytes bytes. */
uint32_t table_find(const table_t *table, const void *key);
/* CHECKs 1 <= index <= count. */
void *table_row(const table_t *table, uint32_t index);

/* Typed access: TABLE_ROW(unit_row_t, &state->units, index). */
#define TABLE_ROW(type, table, index) ((type *)table_row((table), (index)))

#endif
