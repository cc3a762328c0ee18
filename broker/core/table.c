/* table.c - see table.h. Linear hashing after Litwin (1980): with n rows there are n
 * buckets; the row that makes the n-th bucket necessary splits exactly one. */
#include "broker/core/table.h"

#include "proto/check.h"
#include <string.h>

size_t table_bytes(uint32_t row_bytes, uint32_t limit)
{
    return (size_t)row_bytes * ((size_t)limit + 1);
}

size_t table_heads_bytes(uint32_t limit)
{
    return (sizeof(uint32_t) + sizeof(table_link_t)) * ((size_t)limit + 1);
}

void table_init(table_t *table, void *rows, void *heads, uint32_t row_bytes,
                uint32_t key_bytes, uint32_t limit)
{
    CHECK(rows != NULL);
    CHECK((heads != NULL) == (key_bytes != 0));
    CHECK(key_bytes % 8 == 0);
    CHECK(limit < UINT32_MAX);
    table_link_t *links = heads; /* first, for their alignment */
    if (links != NULL)
        heads = links + limit + 1;
    *table = (table_t){ .rows = rows,
                        .heads = heads,
                        .links = links,
                        .row_bytes = row_bytes,
                        .key_bytes = key_bytes,
                        .limit = limit };
}

void table_seed(table_t *table, uint64_t seed)
{
    CHECK(table->count == 0);
    table->seed = seed;
}

bool table_fits(const table_t *table, uint32_t rows)
{
    return rows <= table->limit - table->count + table->free_count;
}

void *table_row(const table_t *table, uint32_t index)
{
    CHECK(index >= 1);
    CHECK(index <= table->count);
    return table->rows + (size_t)index * table->row_bytes;
}

/* ---- the hash ---- */

static uint64_t mix(uint64_t a, uint64_t b)
{
    __uint128_t product = (__uint128_t)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint32_t hash_key(const table_t *table, const void *key)
{
    uint64_t hash = table->seed ^ 0x9e3779b97f4a7c15u;
    for (uint32_t at = 0; at < table->key_bytes; at += 8) {
        uint64_t word;
        memcpy(&word, (const uint8_t *)key + at, sizeof word);
        hash = mix(hash ^ word, 0xd6e8feb86659fd93u) + table->seed;
    }
    hash = mix(hash ^ (hash >> 29), 0xbf58476d1ce4e5b9u);
    return (uint32_t)(hash ^ (hash >> 32));
}

/* Largest power of two that is at most `buckets`. */
static uint32_t level_of(uint32_t buckets)
{
    return 1u << (31 - __builtin_clz(buckets));
}

static uint32_t bucket_of(uint32_t hash, uint32_t buckets)
{
    uint32_t level = level_of(buckets);
    uint32_t bucket = hash & (2 * level - 1);
    return bucket < buckets ? bucket : hash & (level - 1);
}

/* With `buckets` there, moves to the new one what now belongs to it. Chains keep their
 * order, so that the same rows always make the same chains. */
static void split(table_t *table, uint32_t buckets)
{
    if (buckets == 1)
        return;
    uint32_t from = (buckets - 1) - level_of(buckets - 1);
    uint32_t *old_end = &table->heads[from], *new_end = &table->heads[buckets - 1];
    uint32_t index = *old_end;
    *new_end = 0;
    while (index != 0) {
        table_link_t *link = &table->links[index];
        uint32_t next = link->next;
        uint32_t **end = bucket_of(link->hash, buckets) == from ? &old_end : &new_end;
        **end = index;
        *end = &link->next;
        index = next;
    }
    *old_end = 0;
    *new_end = 0;
}

uint32_t table_find(const table_t *table, const void *key)
{
    CHECK(table->heads != NULL);
    if (table->count == 0)
        return 0;
    uint32_t hash = hash_key(table, key);
    uint32_t index = table->heads[bucket_of(hash, table->count)];
    while (index != 0) {
        const table_link_t *link = &table->links[index];
        if (link->hash == hash &&
            memcmp(table_row(table, index), key, table->key_bytes) == 0)
            return index;
        index = link->next;
    }
    return 0;
}

static void insert(table_t *table, uint32_t index, const void *key)
{
    CHECK(index == table->count); /* keyed rows are never released */
    split(table, table->count);
    table_link_t *link = &table->links[index];
    link->hash = hash_key(table, key);
    memcpy(table_row(table, index), key, table->key_bytes);
    uint32_t *bucket = &table->heads[bucket_of(link->hash, table->count)];
    link->next = *bucket;
    *bucket = index;
}

/* ---- rows ---- */

static uint32_t take_free(table_t *table)
{
    uint32_t index = table->free_head;
    uint32_t *link = table_row(table, index);
    table->free_head = *link;
    table->free_count--;
    *link = 0;
    return index;
}

uint32_t table_add(table_t *table, const void *key)
{
    CHECK(table_fits(table, 1));
    CHECK((key != NULL) == (table->key_bytes != 0));
    if (table->free_head != 0)
        return take_free(table);
    uint32_t index = ++table->count;
    if (key != NULL)
        insert(table, index, key);
    return index;
}

void table_release(table_t *table, uint32_t index)
{
    CHECK(table->key_bytes == 0);
    uint32_t *link = table_row(table, index);
    memset(link, 0, table->row_bytes);
    *link = table->free_head;
    table->free_head = index;
    table->free_count++;
}
