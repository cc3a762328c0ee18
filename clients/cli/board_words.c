/* board_words.c - see board_words.h. */
#include "clients/cli/board_words.h"

#include "proto/check.h"
#include "proto/text_scan.h"
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *pick(language_t language, const char *english, const char *chinese)
{
    return language == LANGUAGE_CHINESE ? chinese : english;
}

void board_words_text(text_t text, text_t otherwise, char cell[BOARD_CELL_BYTES_MAX])
{
    text_t shown = text.size > 0 ? text : otherwise;
    size_t size = text_cut(shown.data, shown.size, BOARD_CELL_BYTES_MAX - 1);
    CHECK(size < BOARD_CELL_BYTES_MAX);
    if (size > 0)
        memcpy(cell, shown.data, size);
    cell[size] = '\0';
}

void board_words_count(uint32_t count, char cell[BOARD_CELL_BYTES_MAX])
{
    cell[0] = '\0';
    if (count > 0)
        (void)snprintf(cell, BOARD_CELL_BYTES_MAX, "%" PRIu32, count); /* fits */
}

void board_words_set(const board_row_t *row, char cell[BOARD_CELL_BYTES_MAX])
{
    cell[0] = '\0';
    if (row->rank > 0)
        (void)snprintf(cell, BOARD_CELL_BYTES_MAX, "%" PRIu32 "–%" PRIu32, row->low,
                       row->high); /* fits */
}

void board_words_looks(language_t language, const board_row_t *row,
                       char cell[BOARD_CELL_BYTES_MAX])
{
    (void)snprintf(cell, BOARD_CELL_BYTES_MAX,
                   language == LANGUAGE_CHINESE ? "%" PRIu32 "次·%" PRIu32 "人"
                                                : "%" PRIu32 "/%" PRIu32,
                   row->observations, row->inspectors); /* fits */
}

/* What a rank still needs, for those that have none. */
static void put_missing(language_t language, const board_row_t *row, char *cell)
{
    struct {
        uint32_t count;
        const char *words;
    } missing[] = {
        { row->missing_ratings, pick(language, " more looks", " 次") },
        { row->missing_inspectors, pick(language, " more inspectors", " 名考察员") },
        { row->missing_observations,
          pick(language, " more observations", " 条考察记录") },
    };
    size_t at = strlen(cell);
    const char *between = pick(language, ": ", "：差 ");
    for (size_t i = 0; i < 3 && at < BOARD_CELL_BYTES_MAX; i++) {
        if (missing[i].count == 0)
            continue;
        int added = snprintf(cell + at, BOARD_CELL_BYTES_MAX - at, "%s%" PRIu32 "%s",
                             between, missing[i].count, missing[i].words);
        at += added > 0 ? (size_t)added : 0;
        between = pick(language, ", ", "、");
    }
}

void board_words_state(language_t language, const board_row_t *row,
                       char cell[BOARD_CELL_BYTES_MAX])
{
    const char *word = pick(language, "not ranked", "缺");
    if (row->standing == STANDING_RANKED)
        word = pick(language, "ranked", "实");
    else if (row->standing == STANDING_PROVISIONAL)
        word = pick(language, "provisional", "暂");
    (void)snprintf(cell, BOARD_CELL_BYTES_MAX, "%s", word); /* ours, and short */
    if (row->standing == STANDING_NOT_RANKED)
        put_missing(language, row, cell);
}

__attribute__((format(printf, 3, 4))) static void put_line(char *head, size_t room,
                                                           const char *format, ...)
{
    size_t at = strlen(head);
    va_list arguments;
    va_start(arguments, format);
    if (at < room)
        (void)vsnprintf(head + at, room - at, format, arguments); /* cut at the end */
    va_end(arguments);
}

static void put_links(language_t language, const board_answer_t *board, char *head,
                      size_t room)
{
    bool chinese = language == LANGUAGE_CHINESE;
    if (board->components > 1 || board->thin > 0)
        put_line(head, room,
                 chinese ? "评分互不连通：%" PRIu32 " 块，弱连接考察组 %" PRIu32 " 个\n"
                         : "does not hang together: %" PRIu32
                           " components, thin teams: %" PRIu32 "\n",
                 board->components, board->thin);
    if (board->override.size > 0)
        put_line(head, room,
                 chinese ? "例外显示，理由：%.*s\n" : "shown because: %.*s\n",
                 (int)board->override.size, board->override.data);
}

void board_words_sureness(language_t language, const board_answer_t *board, char *head,
                          size_t room)
{
    bool chinese = language == LANGUAGE_CHINESE;
    CHECK(board != NULL && head != NULL);
    if (board->frozen.size > 0)
        put_line(head, room,
                 chinese ? "定榜 %.*s，截至序号 %" PRIu64 "\n"
                         : "frozen board %.*s, cut at seq %" PRIu64 "\n",
                 (int)board->frozen.size, board->frozen.data, board->frozen_seq);
    if (board->epoch.size > 0)
        put_line(head, room, "%s %.*s\n", chinese ? "校准" : "calibration",
                 (int)board->epoch.size, board->epoch.data);
    if (board->interval == INTERVAL_SETS)
        put_line(head, room, "%s\n",
                 chinese ? "名次区间：95% 名次集（后验抽样）"
                         : "set: 95% sets of ranks from the posterior");
    else
        put_line(head, room, "%s\n",
                 chinese ? "名次区间：实时宽区间" : "set: wide live interval");
    put_links(language, board, head, room);
}
