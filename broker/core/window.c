/* window.c - see window.h. */
#include "broker/core/window.h"

#include "proto/check.h"

static uint32_t find_instance(const state_t *state, uint32_t key, uint64_t instance)
{
    const instance_key_t id = { .instance = instance, .key = key };
    return table_find(&state->instances, &id);
}

static window_slot_t *slot_of(const state_t *state, const instance_row_t *row,
                              uint64_t number)
{
    window_row_t *window = TABLE_ROW(window_row_t, &state->windows, row->window);
    return &window->slots[number % WINDOW_NUMBERS];
}

static status_t check_room(const state_t *state, uint32_t key)
{
    const key_row_t *row = TABLE_ROW(key_row_t, &state->keys, key);
    bool room = row->instance_count < INSTANCES_PER_KEY_MAX &&
                table_fits(&state->instances, 1) && table_fits(&state->windows, 1);
    return room ? STATUS_OK : STATUS_TOO_MANY_INSTANCES;
}

status_t window_check(const state_t *state, const origin_t *origin,
                      uint64_t *duplicate_seq)
{
    CHECK(origin != NULL);
    *duplicate_seq = 0;
    if (origin->number == 0)
        return STATUS_UNKNOWN_VALUE;
    uint32_t index = find_instance(state, origin->key, origin->instance);
    if (index == 0)
        return check_room(state, origin->key);
    const instance_row_t *row = TABLE_ROW(instance_row_t, &state->instances, index);
    if (row->window == 0)
        return STATUS_KEY_REVOKED; /* its windows were given back */
    const window_slot_t *slot = slot_of(state, row, origin->number);
    if (slot->number == origin->number) {
        if (slot->hash != origin->hash)
            return STATUS_NUMBER_REUSED;
        *duplicate_seq = slot->seq;
        return STATUS_OK;
    }
    bool below = row->highest >= WINDOW_NUMBERS &&
                 origin->number <= row->highest - WINDOW_NUMBERS;
    return below ? STATUS_SETTLED : STATUS_OK;
}

static uint32_t create_instance(state_t *state, const event_t *event)
{
    const instance_key_t id = { .instance = event->instance, .key = event->key };
    key_row_t *key = TABLE_ROW(key_row_t, &state->keys, event->key);
    uint32_t index = table_add(&state->instances, &id);
    instance_row_t *row = TABLE_ROW(instance_row_t, &state->instances, index);
    row->window = table_add(&state->windows, NULL);
    row->next = key->instances;
    key->instances = index;
    key->instance_count++;
    return index;
}

void window_apply(state_t *state, const event_t *event)
{
    CHECK(event->number != 0);
    uint32_t index = find_instance(state, event->key, event->instance);
    if (index == 0)
        index = create_instance(state, event);
    instance_row_t *row = TABLE_ROW(instance_row_t, &state->instances, index);
    if (event->number > row->highest)
        row->highest = event->number;
    *slot_of(state, row, event->number) = (window_slot_t){ .number = event->number,
                                                           .seq = event->seq,
                                                           .hash = event->hash };
}

void window_release(state_t *state, uint32_t key)
{
    uint32_t index = TABLE_ROW(key_row_t, &state->keys, key)->instances;
    while (index != 0) {
        instance_row_t *row = TABLE_ROW(instance_row_t, &state->instances, index);
        if (row->window != 0)
            table_release(&state->windows, row->window);
        row->window = 0;
        index = row->next;
    }
}

uint64_t window_highest(const state_t *state, uint32_t key, uint64_t instance)
{
    uint32_t index = find_instance(state, key, instance);
    if (index == 0)
        return 0;
    return TABLE_ROW(instance_row_t, &state->instances, index)->highest;
}

uint64_t window_seq(const state_t *state, uint32_t key, uint64_t instance,
                    uint64_t number)
{
    uint32_t index = find_instance(state, key, instance);
    if (index == 0 || number == 0)
        return 0;
    const instance_row_t *row = TABLE_ROW(instance_row_t, &state->instances, index);
    if (row->window == 0)
        return 0; /* given back */
    const window_slot_t *slot = slot_of(state, row, number);
    return slot->number == number ? slot->seq : 0;
}
