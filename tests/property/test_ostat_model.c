/* Goal: the order statistic equals a sorted array under any run of changes.
 * Method: seeded walks that insert and remove at random in two sets of one pool, with
 * few distinct values (long ties) and with many; after each batch every position, count
 * and the shape are compared with a sorted array. OSTAT_SEED replays a run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "broker/ranking/ostat.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define IDS     6000u
#define BATCHES 60u
#define BATCH   1500u
#define SETS    2u

typedef struct {
    int64_t value;
    uint32_t id;
} entry_t;

typedef struct {
    ostat_pool_t *pool;
    ostat_t sets[SETS];
    bool present[SETS][IDS];
    int64_t values[SETS][IDS];
    entry_t sorted[IDS];
    uint32_t count;
    uint64_t random;
} model_t;

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * 2685821657736338717u;
}

static int compare(const void *a, const void *b)
{
    const entry_t *x = a, *y = b;
    if (x->value != y->value)
        return x->value > y->value ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

static void sort_model(model_t *model, uint32_t set)
{
    model->count = 0;
    for (uint32_t id = 0; id < IDS; id++)
        if (model->present[set][id])
            model->sorted[model->count++] =
                (entry_t){ .value = model->values[set][id], .id = id };
    qsort(model->sorted, model->count, sizeof(entry_t), compare);
}

static bool follow(void *context, int64_t value, uint32_t id)
{
    model_t *model = context;
    assert_true(model->sorted[model->count].value == value);
    assert_int_equal(model->sorted[model->count].id, id);
    model->count++;
    return true;
}

static void compare_positions(model_t *model, const ostat_t *set)
{
    for (uint32_t i = 0; i < set->count; i += 7) {
        const entry_t *entry = &model->sorted[i];
        uint32_t above = i, below = i;
        while (above > 0 && model->sorted[above - 1].value == entry->value)
            above--;
        while (below < set->count && model->sorted[below].value == entry->value)
            below++;
        assert_int_equal(ostat_count_above(model->pool, set, entry->value), above);
        assert_int_equal(ostat_count_below(model->pool, set, entry->value),
                         set->count - below);
        assert_int_equal(ostat_position(model->pool, set, entry->value, entry->id), i);
        assert_true(ostat_value_at(model->pool, set, i) == entry->value);
    }
}

static void compare_set(model_t *model, uint32_t index)
{
    const ostat_t *set = &model->sets[index];
    sort_model(model, index);
    uint32_t count = model->count;
    assert_true(ostat_sane(model->pool, set));
    assert_int_equal(set->count, count);
    uint32_t from = (uint32_t)(next_random(&model->random) % (count + 1));
    model->count = from;
    ostat_walk(model->pool, set, from, follow, model);
    assert_int_equal(model->count, count);
    compare_positions(model, set);
}

static void change(model_t *model, uint32_t bias, uint64_t distinct)
{
    uint32_t set = (uint32_t)(next_random(&model->random) % SETS);
    uint32_t id = (uint32_t)(next_random(&model->random) % IDS);
    bool wanted = next_random(&model->random) % 100 < bias;
    if (model->present[set][id] == wanted)
        return;
    if (!wanted) {
        ostat_remove(model->pool, &model->sets[set], model->values[set][id], id);
    } else {
        int64_t value =
            (int64_t)(next_random(&model->random) % distinct) - (int64_t)(distinct / 2);
        model->values[set][id] = value;
        ostat_insert(model->pool, &model->sets[set], value, id);
    }
    model->present[set][id] = wanted;
}

static void run(uint64_t seed, uint64_t distinct)
{
    size_t bytes = ostat_pool_bytes(IDS * SETS, SETS);
    void *memory = calloc(1, bytes);
    model_t *model = calloc(1, sizeof *model);
    assert_non_null(memory);
    assert_non_null(model);
    model->pool = ostat_pool_init(memory, IDS * SETS, SETS);
    model->random = seed;
    for (uint32_t batch = 0; batch < BATCHES; batch++) {
        static const uint32_t biases[] = { 90, 50, 20, 60, 5, 95 };
        for (uint32_t i = 0; i < BATCH; i++)
            change(model, biases[(batch / 4) % 6], distinct);
        for (uint32_t set = 0; set < SETS; set++)
            compare_set(model, set);
    }
    free(model);
    free(memory);
}

static void set__under_random_changes__equals_a_sorted_array(void **unused)
{
    (void)unused;
    const char *given = getenv("OSTAT_SEED");
    uint64_t seed = given != NULL ? strtoull(given, NULL, 10) : 20240701u;
    print_message("OSTAT_SEED=%llu\n", (unsigned long long)seed);
    run(seed, 3);
    run(seed, 400);
    run(seed, UINT64_C(1) << 62);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(set__under_random_changes__equals_a_sorted_array),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
