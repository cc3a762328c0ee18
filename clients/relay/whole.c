/* whole.c - see whole.h. */
#include "clients/relay/whole.h"

#include "proto/check.h"
#include "proto/wire.h"

/* Upper bounds of what a part holds beside texts: numbers, tags and lengths. */
#define ROW_FIXED_BYTES  160u
#define HEAD_FIXED_BYTES 512u
#define ROW_BYTES_MAX    (ROW_FIXED_BYTES + 2 * LABEL_BYTES_MAX + 3 * 4 * NAME_CHARS_MAX)
#define PART_ROWS_MIN    ((ANSWER_PART_BYTES_MAX - HEAD_FIXED_BYTES) / ROW_BYTES_MAX)

_Static_assert(BOARD_WINDOW_MAX <= (WHOLE_PARTS_MAX - 1) * PART_ROWS_MIN,
               "the largest view fits into the parts");

void whole_init(whole_t *whole)
{
    CHECK(whole != NULL);
    *whole = (whole_t){ .parts = 0 };
    buffer_init(&whole->bytes, WHOLE_PARTS_MAX * FRAME_BYTES_MAX);
}

void whole_fini(whole_t *whole)
{
    CHECK(whole != NULL);
    buffer_fini(&whole->bytes);
}

static size_t row_bytes(const board_row_t *row)
{
    return ROW_FIXED_BYTES + row->subject.size + row->name.size + row->unit.size +
           row->unit_name.size + row->post.size;
}

/* Rows from `from` that fit into one part; at least one when there is any. */
static uint32_t rows_of_part(const board_answer_t *board, uint32_t from)
{
    size_t bytes = HEAD_FIXED_BYTES;
    uint32_t count = 0;
    while (from + count < board->row_count) {
        bytes += row_bytes(&board->rows[from + count]);
        if (count > 0 && bytes > ANSWER_PART_BYTES_MAX)
            break;
        count++;
    }
    return count;
}

/* Where each part begins, its end behind the last one; an empty view has one part. */
static uint32_t split(const board_answer_t *board, uint32_t begins[WHOLE_PARTS_MAX + 1])
{
    uint32_t parts = 0, at = 0;
    do {
        begins[parts++] = at;
        at += rows_of_part(board, at);
    } while (at < board->row_count && parts < WHOLE_PARTS_MAX);
    begins[parts] = at;
    return at == board->row_count ? parts : 0;
}

static status_t write_parts(whole_t *whole, const mirror_t *mirror, uint32_t parts,
                            const uint32_t *begins)
{
    const board_answer_t *board = mirror_board(mirror);
    status_t status = STATUS_OK;
    for (uint32_t part = 0; part < parts && status == STATUS_OK; part++) {
        delta_t delta = { .version = mirror_version(mirror),
                          .part = part,
                          .parts = parts,
                          .board = *board };
        delta.board.rows = board->rows + begins[part];
        delta.board.row_count = begins[part + 1] - begins[part];
        status = wire_write_delta(&whole->bytes, &delta);
        whole->ends[part] = whole->bytes.size;
    }
    return status;
}

status_t whole_build(whole_t *whole, const mirror_t *mirror)
{
    CHECK(whole != NULL);
    CHECK(mirror_version(mirror) != 0);
    uint32_t begins[WHOLE_PARTS_MAX + 1];
    if (whole->version == mirror_version(mirror))
        return STATUS_OK;
    buffer_clear(&whole->bytes);
    whole->version = 0;
    whole->parts = split(mirror_board(mirror), begins);
    if (whole->parts == 0)
        return STATUS_TOO_LARGE;
    status_t status = write_parts(whole, mirror, whole->parts, begins);
    if (status == STATUS_OK)
        whole->version = mirror_version(mirror);
    return status;
}

const uint8_t *whole_part(const whole_t *whole, uint32_t part, size_t *size)
{
    CHECK(whole != NULL);
    CHECK(part < whole->parts);
    size_t begin = part > 0 ? whole->ends[part - 1] : 0;
    *size = whole->ends[part] - begin;
    return whole->bytes.data + begin;
}
