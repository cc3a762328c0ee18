/* facts_write.c - bytes, names and order for the facts digest; see facts_rows.h. */
#include "broker/ranking/facts_write.h"

#include "proto/check.h"
#include <string.h>

void facts_flush(facts_writer_t *writer)
{
    if (writer->used > 0)
        writer->visit(writer->context, writer->bytes, writer->used);
    writer->used = 0;
}

static void put_bytes(facts_writer_t *writer, const void *bytes, uint32_t size)
{
    CHECK(size <= FACTS_BUFFER_BYTES);
    if (writer->used + size > FACTS_BUFFER_BYTES)
        facts_flush(writer);
    memcpy(&writer->bytes[writer->used], bytes, size);
    writer->used += size;
}

void facts_put_number(facts_writer_t *writer, uint64_t value)
{
    uint8_t bytes[8];
    for (uint32_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(value >> (8 * i));
    put_bytes(writer, bytes, sizeof bytes);
}

void facts_put_text(facts_writer_t *writer, const char *text, uint32_t room)
{
    put_bytes(writer, text, room);
}

static const uint8_t *key_of(const table_t *table, uint32_t index)
{
    return table_row(table, index);
}

void facts_put_name(facts_writer_t *writer, const table_t *table, uint32_t index)
{
    static const uint8_t none[LABEL_BYTES_MAX + 1];
    CHECK(table->key_bytes <= sizeof none);
    put_bytes(writer, index == 0 ? none : key_of(table, index), table->key_bytes);
}

/* Merges two runs that each stand in order; a table filled in code order costs one
 * comparison per merge. */
static void merge(const table_t *table, uint32_t *order, uint32_t *spare, uint32_t left,
                  uint32_t count)
{
    uint32_t i = 0, j = left, out = 0;
    if (memcmp(key_of(table, order[left - 1]), key_of(table, order[left]),
               table->key_bytes) <= 0)
        return;
    memcpy(spare, order, left * sizeof *order);
    while (i < left && j < count)
        order[out++] = memcmp(key_of(table, spare[i]), key_of(table, order[j]),
                              table->key_bytes) <= 0
                           ? spare[i++]
                           : order[j++];
    memcpy(&order[out], &spare[i], (left - i) * sizeof *order);
}

/* 32 levels deep at most. */
void facts_sort(const table_t *table, uint32_t *order, uint32_t *spare, uint32_t count)
{
    CHECK(table->key_bytes != 0);
    if (count < 2)
        return;
    uint32_t left = count / 2;
    facts_sort(table, order, spare, left);
    facts_sort(table, order + left, spare, count - left);
    merge(table, order, spare, left, count);
}

void facts_put_names(facts_writer_t *writer, const table_t *table, uint32_t count)
{
    CHECK(count <= writer->list_room);
    facts_sort(table, writer->order, writer->spare, count);
    facts_put_number(writer, count);
    for (uint32_t i = 0; i < count; i++)
        facts_put_name(writer, table, writer->order[i]);
}
