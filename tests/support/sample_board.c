/* sample_board.c - see sample_board.h. */
#include "tests/support/sample_board.h"

#include "proto/check.h"
#include <stdio.h>
#include <string.h>

text_t sample_text(const char *text)
{
    return (text_t){ .data = text, .size = (uint32_t)strlen(text) };
}

static void fill_row(sample_board_t *sample, uint32_t i, uint32_t count)
{
    static const char *const names[] = { "张澜清", "李云渡", "王石湾",   "赵知远",
                                         "陈行舟", "周守成", "欧阳敬之", "吴涛" };
    static const char *const units[] = { "青岚镇", "云渡镇", "石湾街道" };
    (void)snprintf(sample->codes[i], sizeof sample->codes[i], "C%02u", (unsigned)i + 1);
    sample->rows[i] = (board_row_t){
        .subject = sample_text(sample->codes[i]),
        .name = sample_text(names[i % 8]),
        .unit = sample_text("U010"),
        .unit_name = sample_text(units[i % 3]),
        .post = sample_text("项目专员"),
        .total = (95 - (int64_t)i) * SAMPLE_POINT,
        .error = 3 * SAMPLE_POINT,
        .standing = STANDING_PROVISIONAL,
        .rank = i + 1,
        .low = i > 1 ? i - 1 : 1,
        .high = i + 3 < count ? i + 3 : count,
        .band = i / 3 + 1,
        .observations = 31,
        .inspectors = 6,
        .ratings = 20,
    };
}

void sample_board_fill(sample_board_t *sample, uint32_t count)
{
    CHECK(count <= SAMPLE_ROWS_MAX);
    memset(sample, 0, sizeof *sample);
    for (uint32_t i = 0; i < count; i++)
        fill_row(sample, i, count);
    sample->board = (board_answer_t){ .account = sample_text("A2025"),
                                      .group = sample_text("领办专员"),
                                      .scheme = sample_text("town-1"),
                                      .rows = sample->rows,
                                      .row_count = count,
                                      .ranked = count,
                                      .not_ranked = 2,
                                      .matching = count,
                                      .provisional = true,
                                      .now_ms = 1795311065000 };
}
