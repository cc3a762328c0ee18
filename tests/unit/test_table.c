/* Goal: tables find what was added and nothing else, however they grew.
 * Method: a walk over many keys against a plain array; limits, release and reuse of
 * rows without a key. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "broker/core/table.h"
#include <stdlib.h>
#include <string.h>

#define ROWS 50000u

typedef struct {
    uint64_t key[3]; /* 24 bytes, as a code has */
    uint32_t value, unused;
} keyed_t;

typedef struct {
    uint32_t next, value;
} plain_t;

typedef struct {
    table_t table;
    void *rows, *heads;
} space_t;

static void make(space_t *space, uint32_t row_bytes, uint32_t key_bytes, uint32_t limit)
{
    space->rows = calloc(1, table_bytes(row_bytes, limit));
    space->heads = key_bytes != 0 ? calloc(1, table_heads_bytes(limit)) : NULL;
    assert_non_null(space->rows);
    table_init(&space->table, space->rows, space->heads, row_bytes, key_bytes, limit);
}

static void unmake(space_t *space)
{
    free(space->rows);
    free(space->heads);
}

static void key_of(uint32_t number, uint64_t key[3])
{
    key[0] = number * 0x9e3779b97f4a7c15u;
    key[1] = number % 7; /* much alike, as codes are */
    key[2] = 0;
}

static void keyed__many_rows__each_found_at_every_size(void **unused)
{
    (void)unused;
    space_t space;
    make(&space, sizeof(keyed_t), 24, ROWS);
    table_seed(&space.table, 0x1234567890abcdefu);
    uint64_t key[3];
    for (uint32_t i = 0; i < ROWS; i++) {
        key_of(i, key);
        assert_int_equal(table_find(&space.table, key), 0);
        assert_int_equal(table_add(&space.table, key), i + 1);
        assert_int_equal(table_find(&space.table, key), i + 1);
        key_of(i / 2, key); /* and an old one, through every split */
        assert_int_equal(table_find(&space.table, key), i / 2 + 1);
    }
    for (uint32_t i = 0; i < ROWS; i++) {
        key_of(i, key);
        assert_int_equal(table_find(&space.table, key), i + 1);
        assert_memory_equal(table_row(&space.table, i + 1), key, sizeof key);
    }
    for (uint32_t i = ROWS; i < 2 * ROWS; i++) {
        key_of(i, key);
        assert_int_equal(table_find(&space.table, key), 0);
    }
    unmake(&space);
}

/* With as many buckets as rows a good hash leaves no bucket with more than a few. */
static void keyed__alike_keys__spread(void **unused)
{
    (void)unused;
    space_t space;
    make(&space, sizeof(keyed_t), 24, ROWS);
    table_seed(&space.table, 42);
    for (uint32_t i = 0; i < ROWS; i++) {
        uint64_t key[3] = { 0, 0, i }; /* only the last word differs */
        assert_int_equal(table_add(&space.table, key), i + 1);
    }
    uint32_t longest = 0;
    for (uint32_t bucket = 0; bucket < ROWS; bucket++) {
        uint32_t length = 0;
        for (uint32_t row = space.table.heads[bucket]; row != 0;
             row = space.table.links[row].next)
            length++;
        longest = length > longest ? length : longest;
    }
    assert_in_range(longest, 2, 14);
    unmake(&space);
}

static void keyed__one_row_of_room__fits_until_full(void **unused)
{
    (void)unused;
    space_t space;
    make(&space, sizeof(keyed_t), 24, 2);
    uint64_t key[3] = { 1, 2, 3 };
    assert_true(table_fits(&space.table, 2));
    assert_false(table_fits(&space.table, 3));
    assert_int_equal(table_add(&space.table, key), 1);
    key[0] = 9;
    assert_int_equal(table_add(&space.table, key), 2);
    assert_true(table_fits(&space.table, 0));
    assert_false(table_fits(&space.table, 1));
    unmake(&space);
}

static void plain__released_rows__come_back_zeroed(void **unused)
{
    (void)unused;
    space_t space;
    make(&space, sizeof(plain_t), 0, 3);
    for (uint32_t i = 1; i <= 3; i++) {
        assert_int_equal(table_add(&space.table, NULL), i);
        *TABLE_ROW(plain_t, &space.table, i) = (plain_t){ 7, 8 };
    }
    assert_false(table_fits(&space.table, 1));
    table_release(&space.table, 1);
    table_release(&space.table, 3);
    assert_true(table_fits(&space.table, 2));
    assert_int_equal(table_add(&space.table, NULL), 3); /* the last one given back */
    assert_int_equal(TABLE_ROW(plain_t, &space.table, 3)->next, 0);
    assert_int_equal(TABLE_ROW(plain_t, &space.table, 3)->value, 0);
    assert_int_equal(table_add(&space.table, NULL), 1);
    assert_int_equal(space.table.free_count, 0);
    assert_int_equal(space.table.count, 3);
    unmake(&space);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keyed__many_rows__each_found_at_every_size),
        cmocka_unit_test(keyed__alike_keys__spread),
        cmocka_unit_test(keyed__one_row_of_room__fits_until_full),
        cmocka_unit_test(plain__released_rows__come_back_zeroed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
