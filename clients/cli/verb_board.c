/* verb_board.c - yx board GROUP: a window of a ranking as a table. */
#include "clients/cli/board_table.h"
#include "clients/cli/session.h"
#include "clients/cli/subwords.h"
#include "clients/cli/verb_board_freeze.h"
#include "clients/cli/view_options.h"

#include <stdio.h>

#define BOARD_TEXT_MAX (4u * 1024u * 1024u)

#define KEY_FROZEN     2

static const struct argp_option options[] = {
    VIEW_OPTIONS, { "frozen", KEY_FROZEN, "CODE", 0, "This frozen board", 0 }, { 0 }
};

static error_t on_option(int key, const char *value, void *input)
{
    query_t *query = input;
    if (key != KEY_FROZEN)
        return view_option(&query->board, key, value);
    query->kind = QUERY_FROZEN;
    query->frozen.code = view_text(value);
    return 0;
}

static void take_part(void *context, const answer_t *answer)
{
    board_table_add(context, answer);
}

static exit_t print_board(const cli_t *cli, const board_table_t *table)
{
    buffer_t text;
    buffer_init(&text, BOARD_TEXT_MAX);
    status_t status = board_table_write(table, cli->colour, &text);
    exit_t result = EXIT_DONE;
    if (status == STATUS_OK)
        printf("%.*s", (int)text.size, (const char *)text.data);
    else
        result = cli_refuse(cli, status, NULL, NULL);
    buffer_fini(&text);
    return result;
}

exit_t board_show(const cli_t *cli, const query_t *query)
{
    session_t session;
    board_table_t table;
    exit_t result = session_open(&session, cli, SESSION_ASKS);
    if (result != EXIT_DONE)
        return result;
    status_t status = board_table_init(&table, cli->language, query->board.unranked);
    result = status == STATUS_OK ? session_ask(&session, query, take_part, &table)
                                 : cli_refuse(cli, status, NULL, NULL);
    if (result == EXIT_DONE && !cli->json)
        result = print_board(cli, &table);
    board_table_fini(&table);
    session_close(&session);
    return result;
}

exit_t verb_board(cli_t *cli, const verb_t *verb, int argc, char **argv)
{
    query_t query = { .kind = QUERY_BOARD, .board.count = VIEW_ROWS_USUAL };
    static const subword_t further[] = { { "freeze", board_freeze },
                                         { "frozen", board_frozen },
                                         { "override", board_override } };
    words_t words;
    exit_t result;
    if (subword_run(cli, verb, further, 3, true, argc, argv, &result))
        return result;
    usage_t usage =
        verb_usage(cli, verb, "GROUP | freeze GROUP | frozen [CODE] | override GROUP");
    usage.options = options;
    usage.words_min = usage.words_max = 1;
    usage.option = on_option;
    usage.input = &query;
    cli_parse(cli, &usage, argc, argv, &words);
    query.board.group = view_text(words.words[0]);
    query.frozen.offset = query.board.offset;
    query.frozen.count = query.board.count;
    query.frozen.unranked = query.board.unranked;
    return board_show(cli, &query);
}
