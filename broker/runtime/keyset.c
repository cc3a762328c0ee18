/* keyset.c - see keyset.h. At most half of the slots are used; removing moves later
 * keys of the run back, so that no marks of deleted keys pile up. */
#include "broker/runtime/keyset.h"

#include "proto/check.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    uint8_t key[KEY_BYTES];
    bool used;
} slot_t;

struct keyset {
    slot_t *slots;
    uint32_t limit, count, mask;
    uint8_t seed[crypto_shorthash_KEYBYTES];
};

keyset_t *keyset_create(uint32_t limit)
{
    CHECK(limit > 0 && limit <= 1u << 24);
    uint32_t slots = 2;
    while (slots < 2 * limit)
        slots *= 2;
    keyset_t *set = calloc(1, sizeof *set);
    if (set == NULL)
        return NULL;
    set->limit = limit;
    set->mask = slots - 1;
    set->slots = calloc(slots, sizeof *set->slots);
    if (set->slots == NULL)
        keyset_destroy(&set);
    else
        randombytes_buf(set->seed, sizeof set->seed);
    return set;
}

void keyset_destroy(keyset_t **set)
{
    CHECK(set != NULL);
    if (*set == NULL)
        return;
    free((*set)->slots);
    free(*set);
    *set = NULL;
}

static uint32_t home_of(const keyset_t *set, const uint8_t key[KEY_BYTES])
{
    uint8_t hash[crypto_shorthash_BYTES];
    CHECK(crypto_shorthash(hash, key, KEY_BYTES, set->seed) == 0);
    uint32_t value;
    memcpy(&value, hash, sizeof value);
    return value & set->mask;
}

/* The slot of the key, or the free one where it belongs. */
static uint32_t slot_of(const keyset_t *set, const uint8_t key[KEY_BYTES])
{
    uint32_t at = home_of(set, key);
    while (set->slots[at].used && memcmp(set->slots[at].key, key, KEY_BYTES) != 0)
        at = (at + 1) & set->mask;
    return at;
}

bool keyset_add(keyset_t *set, const uint8_t key[KEY_BYTES])
{
    CHECK(set != NULL);
    CHECK(key != NULL);
    slot_t *slot = &set->slots[slot_of(set, key)];
    if (slot->used)
        return true;
    if (set->count == set->limit)
        return false;
    memcpy(slot->key, key, KEY_BYTES);
    slot->used = true;
    set->count++;
    return true;
}

void keyset_remove(keyset_t *set, const uint8_t key[KEY_BYTES])
{
    CHECK(set != NULL);
    CHECK(key != NULL);
    uint32_t hole = slot_of(set, key);
    if (!set->slots[hole].used)
        return;
    for (uint32_t at = (hole + 1) & set->mask; set->slots[at].used;
         at = (at + 1) & set->mask) {
        uint32_t home = home_of(set, set->slots[at].key);
        /* a key may move into the hole when its home does not lie behind it */
        if (((at - home) & set->mask) >= ((at - hole) & set->mask)) {
            set->slots[hole] = set->slots[at];
            hole = at;
        }
    }
    set->slots[hole] = (slot_t){ .used = false };
    set->count--;
}

bool keyset_has(const keyset_t *set, const uint8_t key[KEY_BYTES])
{
    CHECK(set != NULL);
    CHECK(key != NULL);
    return set->slots[slot_of(set, key)].used;
}

uint32_t keyset_count(const keyset_t *set)
{
    CHECK(set != NULL);
    return set->count;
}
