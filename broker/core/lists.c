/* lists.c - see lists.h. */
#include "broker/core/lists.h"

#include "proto/check.h"
#include <string.h>

static void release(state_t *state, uint32_t list)
{
    while (list != 0) {
        uint32_t next = TABLE_ROW(node_row_t, &state->nodes, list)->next;
        table_release(&state->nodes, list);
        list = next;
    }
}

void list_replace(state_t *state, uint32_t *list, const uint32_t *values,
                  uint32_t count)
{
    CHECK(values != NULL || count == 0);
    release(state, *list);
    *list = 0;
    for (uint32_t i = count; i > 0; i--) {
        uint32_t index = table_add(&state->nodes, NULL);
        node_row_t *node = TABLE_ROW(node_row_t, &state->nodes, index);
        node->value = values[i - 1];
        node->next = *list;
        *list = index;
    }
}

uint32_t word_of_label(state_t *state, text_t label)
{
    CHECK(label.size <= LABEL_BYTES_MAX);
    if (label.size == 0)
        return 0;
    uint32_t known = state_find_word(state, label);
    if (known != 0)
        return known;
    char key[LABEL_BYTES_MAX + 1] = { 0 };
    memcpy(key, label.data, label.size);
    return table_add(&state->words, key);
}
