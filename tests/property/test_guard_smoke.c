/* Goal: whatever bytes arrive, the guard and protobuf-c agree and no read is harmed.
 * Method: a seeded walk of mutations over valid messages of every kind, the small and
 * repeatable sister of tests/fuzz/fuzz_guard.c. YIXIAN_SEED=<number> gives another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "proto/limits.h"
#include "tests/support/guard_agreement.h"
#include "tests/support/wire_seeds.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define MUTANTS_OF_EACH 5000u
#define MUTANT_BYTES    4096u
#define SEED            UINT64_C(20240928)

typedef struct {
    uint8_t bytes[MUTANT_BYTES];
    size_t size;
    uint64_t random;
} mutant_t;

/* splitmix64 (Steele, Lea, Flood 2014). */
static uint64_t next_random(mutant_t *mutant)
{
    uint64_t z = (mutant->random += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static size_t below(mutant_t *mutant, size_t limit)
{
    return limit == 0 ? 0 : (size_t)(next_random(mutant) % limit);
}

/* Bytes that mean something on the wire: tags, lengths, ends of numbers, halves of
 * characters. */
static uint8_t telling_byte(mutant_t *mutant)
{
    static const uint8_t telling[] = { 0x00, 0x01, 0x7f, 0x80, 0xff, 0x08, 0x0a,
                                       0x0b, 0x0c, 0x0d, 0x09, 0x12, 0xc0, 0xe4,
                                       0xed, 0xf4, 0x1f, 0x10, 0x18, 0x92 };
    if (next_random(mutant) % 2 == 0)
        return (uint8_t)next_random(mutant);
    return telling[below(mutant, sizeof telling)];
}

static void insert_some(mutant_t *mutant, const uint8_t *bytes, size_t count)
{
    if (mutant->size + count > MUTANT_BYTES)
        return;
    size_t at = below(mutant, mutant->size + 1);
    memmove(mutant->bytes + at + count, mutant->bytes + at, mutant->size - at);
    memcpy(mutant->bytes + at, bytes, count);
    mutant->size += count;
}

static void remove_some(mutant_t *mutant, size_t count)
{
    if (count > mutant->size)
        return;
    size_t at = below(mutant, mutant->size - count + 1);
    memmove(mutant->bytes + at, mutant->bytes + at + count, mutant->size - at - count);
    mutant->size -= count;
}

static void mutate(mutant_t *mutant, const wire_seed_t *other)
{
    uint8_t copy[64];
    size_t at = below(mutant, mutant->size);
    size_t count = 1 + below(mutant, sizeof copy);
    switch (next_random(mutant) % 7) {
    case 0:
        if (mutant->size > 0)
            mutant->bytes[at] ^= (uint8_t)(1u << next_random(mutant) % 8);
        break;
    case 1:
        if (mutant->size > 0)
            mutant->bytes[at] = telling_byte(mutant);
        break;
    case 2:
        copy[0] = telling_byte(mutant);
        insert_some(mutant, copy, 1);
        break;
    case 3:
        remove_some(mutant, 1);
        break;
    case 4:
        remove_some(mutant, count);
        break;
    case 5: /* a piece of itself once more */
        count = count < mutant->size - at ? count : mutant->size - at;
        memcpy(copy, mutant->bytes + at, count);
        insert_some(mutant, copy, count);
        break;
    default: /* a piece of another message */
        at = below(mutant, other->bytes.size);
        count = count < other->bytes.size - at ? count : other->bytes.size - at;
        if (count > 0)
            insert_some(mutant, other->bytes.data + at, count);
        break;
    }
}

static const char *try_mutant(guard_function_t guard, guard_kind_t kind,
                              const mutant_t *mutant)
{
    /* A block of its own, so that the sanitizer sees a read behind it. */
    uint8_t *bytes = malloc(mutant->size + 1);
    assert_non_null(bytes);
    memcpy(bytes, mutant->bytes, mutant->size);
    const char *wrong = guard_disagreement(guard, kind, bytes, mutant->size);
    free(bytes);
    return wrong;
}

static const char *walk(guard_function_t guard, uint64_t seed, uint32_t *passed)
{
    const char *wrong = NULL;
    for (uint32_t i = 0; i < WIRE_SEEDS && wrong == NULL; i++) {
        wire_seed_t own = wire_seed(i);
        wire_seed_t other = wire_seed((uint32_t)((seed + i * 7) % WIRE_SEEDS));
        mutant_t mutant = { .random = seed + i };
        for (uint32_t n = 0; n < MUTANTS_OF_EACH && wrong == NULL; n++) {
            mutant.size = own.bytes.size;
            if (mutant.size > 0)
                memcpy(mutant.bytes, own.bytes.data, mutant.size);
            for (uint64_t times = next_random(&mutant) % 4; times > 0; times--)
                mutate(&mutant, &other);
            *passed +=
                guard_check(own.kind, mutant.bytes, mutant.size, NULL) == STATUS_OK;
            wrong = try_mutant(guard, own.kind, &mutant);
        }
        buffer_fini(&own.bytes);
        buffer_fini(&other.bytes);
    }
    return wrong;
}

static void guard__mutated_messages__agrees_with_protobuf_c(void **unused)
{
    (void)unused;
    const char *given = getenv("YIXIAN_SEED");
    uint64_t seed = given != NULL ? strtoull(given, NULL, 10) : SEED;
    uint32_t passed = 0;
    print_message("seed %" PRIu64 "\n", seed);
    const char *wrong = walk(guard_check, seed, &passed);
    if (wrong != NULL)
        print_message("%s\n", wrong);
    assert_null(wrong);
    /* Were all mutants broken, nothing behind the guard would have been tried. */
    print_message("%u of %u mutants passed the guard\n", passed,
                  WIRE_SEEDS * MUTANTS_OF_EACH);
    assert_true(passed > WIRE_SEEDS * MUTANTS_OF_EACH / 10);
}

static status_t let_all_pass(guard_kind_t kind, const uint8_t *bytes, size_t size,
                             fault_t *fault)
{
    (void)kind;
    (void)bytes;
    (void)size;
    (void)fault;
    return STATUS_OK;
}

static status_t refuse_all(guard_kind_t kind, const uint8_t *bytes, size_t size,
                           fault_t *fault)
{
    (void)let_all_pass(kind, bytes, size, fault); /* the same, turned round */
    return STATUS_MALFORMED;
}

static void guard__that_is_no_guard__is_found_out(void **unused)
{
    (void)unused;
    uint32_t passed = 0;
    assert_non_null(walk(let_all_pass, SEED, &passed));
    assert_non_null(walk(refuse_all, SEED, &passed));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(guard__mutated_messages__agrees_with_protobuf_c),
        cmocka_unit_test(guard__that_is_no_guard__is_found_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
