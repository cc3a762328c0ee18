/* frozen_list.c - see frozen_list.h. */
#include "clients/cli/frozen_list.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LIST_BYTES_MAX (4u * 1024u * 1024u)
#define COLUMNS        8u

static const char *state_word(const said_t *said, const frozen_info_t *board)
{
    switch (board->state) {
    case FROZEN_ASKED:
        return said_pick(said, "asked for", "计算中");
    case FROZEN_DONE:
        return said_pick(said, "frozen", "已定榜");
    default:
        return said_pick(said, status_text((status_t)board->status),
                         status_text_zh((status_t)board->status));
    }
}

static void add_board(said_t *said, table_t *table, const frozen_info_t *board)
{
    char code[CODE_BYTES_MAX + 1], group[LABEL_BYTES_MAX + 1], seq[24], rows[16];
    char epoch[CODE_BYTES_MAX + 1], asker[CODE_BYTES_MAX + 1];
    const char *interval = "";
    said_copy(code, sizeof code, board->code);
    said_copy(group, sizeof group, board->group);
    said_copy(epoch, sizeof epoch, board->epoch);
    said_copy(asker, sizeof asker, board->asked_by);
    (void)snprintf(seq, sizeof seq, "%" PRIu64, board->cutoff);
    (void)snprintf(rows, sizeof rows, "%" PRIu32, board->rows);
    if (board->state == FROZEN_DONE)
        interval = board->interval == INTERVAL_SETS
                       ? said_pick(said, "95% rank sets", "95% 名次集")
                       : said_pick(said, "wide", "宽区间");
    said_row(said, table,
             (const char *const[]){ code, group, state_word(said, board), seq, rows,
                                    interval, epoch, asker });
}

void frozen_list_write(said_t *said, const frozen_list_answer_t *list)
{
    if (list->board_count == 0) {
        said_words(said, "%s\n", said_pick(said, "no frozen boards", "没有定榜"));
        return;
    }
    table_t *table = cli_table_create(COLUMNS, 1u << 3 | 1u << 4);
    said_row(
        said, table,
        (const char *const[]){
            said_pick(said, "code", "编码"), said_pick(said, "group", "比选组"),
            said_pick(said, "state", "状态"), said_pick(said, "cut at seq", "截至"),
            said_pick(said, "rows", "行数"), said_pick(said, "intervals", "名次区间"),
            said_pick(said, "epoch", "校准"), said_pick(said, "asked by", "提出人") });
    for (uint32_t i = 0; i < list->board_count; i++)
        add_board(said, table, &list->boards[i]);
    said_table(said, &table);
}

typedef struct {
    buffer_t bytes;
    said_t said;
} shown_t;

static void take_part(void *context, const answer_t *answer)
{
    shown_t *shown = context;
    if (answer->kind != QUERY_FROZEN_LIST)
        return;
    if (answer->part == 0)
        buffer_clear(&shown->bytes); /* it may come again */
    frozen_list_write(&shown->said, &answer->body.frozen_list);
}

exit_t frozen_list_show(const cli_t *cli, const char *account)
{
    session_t session;
    shown_t shown = { .said = { .language = cli->language, .out = &shown.bytes } };
    query_t query = { .kind = QUERY_FROZEN_LIST };
    if (account != NULL)
        query.account.account =
            (text_t){ .data = account, .size = (uint32_t)strlen(account) };
    exit_t result = session_open(&session, cli, SESSION_ASKS);
    if (result != EXIT_DONE)
        return result;
    buffer_init(&shown.bytes, LIST_BYTES_MAX);
    result = session_ask(&session, &query, take_part, &shown);
    if (result == EXIT_DONE && !cli->json && said_print(&shown.said) != STATUS_OK)
        result = cli_refuse(cli, shown.said.status, NULL, NULL);
    buffer_fini(&shown.bytes);
    session_close(&session);
    return result;
}
