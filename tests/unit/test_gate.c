/* Goal: messages leave the gate in order, whole, and never before their seq.
 * Method: named cases, then a seeded walk against a plain queue of copies. */
#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "broker/runtime/gate.h"
#include <stdlib.h>
#include <string.h>

#define BYTES_MAX    4096u
#define MESSAGES_MAX 32u
#define MESSAGE_MAX  512u

static gate_t *new_gate(void)
{
    gate_t *gate = gate_create(BYTES_MAX, MESSAGES_MAX, MESSAGE_MAX);
    assert_non_null(gate);
    return gate;
}

static void push(gate_t *gate, uint64_t seq, uint32_t route, const char *text)
{
    const parcel_t parcel = { .seq = seq,
                              .route = route,
                              .size = (uint32_t)strlen(text),
                              .bytes = (const uint8_t *)text };
    gate_push(gate, &parcel);
}

static void gate__seq_not_durable__stays_shut(void **unused)
{
    (void)unused;
    gate_t *gate = new_gate();
    parcel_t parcel;
    push(gate, 7, 1, "seven");
    assert_false(gate_peek(gate, 6, &parcel));
    assert_true(gate_peek(gate, 7, &parcel));
    assert_memory_equal(parcel.bytes, "seven", 5);
    assert_int_equal(parcel.route, 1);
    gate_destroy(&gate);
    assert_null(gate);
}

static void gate__later_seq_in_front__holds_what_is_behind(void **unused)
{
    (void)unused;
    gate_t *gate = new_gate();
    parcel_t parcel;
    push(gate, 9, 1, "nine");
    push(gate, 3, 2, "three");
    assert_false(gate_peek(gate, 5, &parcel));
    assert_true(gate_peek(gate, 9, &parcel));
    gate_pop(gate);
    assert_true(gate_peek(gate, 5, &parcel));
    assert_int_equal(parcel.seq, 3);
    gate_destroy(&gate);
}

static void gate__full_of_messages__fits_no_more(void **unused)
{
    (void)unused;
    gate_t *gate = new_gate();
    for (uint32_t i = 0; i < MESSAGES_MAX; i++) {
        assert_true(gate_fits(gate, 1, 1));
        push(gate, i, i, "x");
    }
    assert_false(gate_fits(gate, 1, 1));
    gate_pop(gate);
    assert_true(gate_fits(gate, 1, 1));
    gate_destroy(&gate);
}

static void gate__full_of_bytes__fits_no_more(void **unused)
{
    (void)unused;
    gate_t *gate = new_gate();
    char text[MESSAGE_MAX + 1];
    memset(text, 'x', MESSAGE_MAX);
    text[MESSAGE_MAX] = '\0';
    uint32_t pushed = 0;
    while (gate_fits(gate, MESSAGE_MAX, 1)) {
        push(gate, 1, pushed, text);
        pushed++;
    }
    assert_int_equal(pushed, BYTES_MAX / MESSAGE_MAX - 1); /* one gap is kept free */
    assert_int_equal(gate_bytes(gate), pushed * MESSAGE_MAX);
    gate_destroy(&gate);
}

static void gate__emptied__starts_from_the_beginning(void **unused)
{
    (void)unused;
    gate_t *gate = new_gate();
    parcel_t parcel;
    for (uint32_t i = 0; i < 1000; i++) {
        push(gate, 0, i, "round and round");
        assert_true(gate_peek(gate, 0, &parcel));
        gate_pop(gate);
    }
    assert_int_equal(gate_count(gate), 0);
    assert_int_equal(gate_bytes(gate), 0);
    gate_destroy(&gate);
}

static void gate__front_moved_to_the_end__keeps_its_bytes(void **unused)
{
    (void)unused;
    gate_t *gate = new_gate();
    parcel_t parcel;
    push(gate, 0, 1, "first");
    push(gate, 0, 2, "second");
    for (int i = 0; i < 5000; i++) {
        assert_true(gate_peek(gate, 0, &parcel));
        gate_pop(gate);
        gate_push(gate, &parcel);
    }
    assert_true(gate_peek(gate, 0, &parcel));
    assert_int_equal(parcel.size, 5);
    assert_memory_equal(parcel.bytes, "first", 5);
    gate_destroy(&gate);
}

typedef struct {
    uint64_t seq;
    uint32_t size;
    uint8_t fill;
} model_t;

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static void check_front(const gate_t *gate, const model_t *front)
{
    parcel_t parcel;
    assert_true(gate_peek(gate, front->seq, &parcel));
    assert_int_equal(parcel.size, front->size);
    for (uint32_t i = 0; i < parcel.size; i++)
        assert_int_equal(parcel.bytes[i], front->fill);
    if (front->seq > 0)
        assert_false(gate_peek(gate, front->seq - 1, &parcel));
}

static void gate__random_walk__equals_a_queue(void **unused)
{
    (void)unused;
    static model_t model[200000];
    uint32_t seed = 20250101, first = 0, last = 0;
    print_message("seed %u\n", seed);
    gate_t *gate = new_gate();
    for (int step = 0; step < 100000; step++) {
        uint8_t bytes[MESSAGE_MAX];
        uint32_t size = 1 + next_random(&seed) % MESSAGE_MAX;
        if (next_random(&seed) % 2 == 0 && gate_fits(gate, size, 1)) {
            model[last] =
                (model_t){ next_random(&seed) % 9, size, (uint8_t)next_random(&seed) };
            memset(bytes, model[last].fill, size);
            gate_push(gate, &(parcel_t){
                                .seq = model[last].seq, .size = size, .bytes = bytes });
            last++;
        } else if (first < last) {
            check_front(gate, &model[first++]);
            gate_pop(gate);
        }
        assert_int_equal(gate_count(gate), last - first);
    }
    gate_destroy(&gate);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gate__seq_not_durable__stays_shut),
        cmocka_unit_test(gate__later_seq_in_front__holds_what_is_behind),
        cmocka_unit_test(gate__full_of_messages__fits_no_more),
        cmocka_unit_test(gate__full_of_bytes__fits_no_more),
        cmocka_unit_test(gate__emptied__starts_from_the_beginning),
        cmocka_unit_test(gate__front_moved_to_the_end__keeps_its_bytes),
        cmocka_unit_test(gate__random_walk__equals_a_queue),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
