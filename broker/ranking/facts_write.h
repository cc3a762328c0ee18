/* facts_write.h - bytes, names and order for the facts digest. For facts_*.c only.
 *
 * A writer collects bytes and hands them on; `order` and `spare` are scratch for the
 * short lists inside a row, `list_room` entries each.
 */
#ifndef YX_RANKING_FACTS_WRITE_H
#define YX_RANKING_FACTS_WRITE_H

#include "broker/ranking/board.h"

#define FACTS_BUFFER_BYTES 1024u

typedef struct {
    const state_t *state;
    const boards_t *boards;
    state_bytes_visitor *visit;
    void *context;
    uint32_t *order, *spare;
    uint32_t list_room;
    uint32_t used;
    uint8_t bytes[FACTS_BUFFER_BYTES];
} facts_writer_t;

void facts_flush(facts_writer_t *writer);
/* Eight bytes, little endian; a negative number in two's complement. */
void facts_put_number(facts_writer_t *writer, uint64_t value);
/* `room` bytes, padded with zeros. */
void facts_put_text(facts_writer_t *writer, const char *text, uint32_t room);
/* The key of a row; zeros for row 0. */
void facts_put_name(facts_writer_t *writer, const table_t *table, uint32_t index);
/* Sorts the first `count` of writer->order by name and writes count and names. */
void facts_put_names(facts_writer_t *writer, const table_t *table, uint32_t count);

/* Sorts rows of a keyed table by key; `spare` has room for as many as `order`. */
void facts_sort(const table_t *table, uint32_t *order, uint32_t *spare, uint32_t count);

#endif
