/* verb_board.c - yx board GROUP: a window of a ranking as a table. */
#include "clients/cli/board_table.h"
#include "clients/cli/session.h"
#include "clients/cli/verb.h"
#include "clients/cli/view_options.h"

#include <stdio.h>

#define BOARD_TEXT_MAX (4u * 1024u * 1024u)

static const struct argp_option options[] = { VIEW_OPTIONS, { 0 } };

static error_t on_option(int key, const char *value, void *input)
{
    return view_option(input, key, value);
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

static exit_t show(const cli_t *cli, const query_t *query)
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
    words_t words;
    usage_t usage = verb_usage(cli, verb, "GROUP");
    usage.options = options;
    usage.words_min = usage.words_max = 1;
    usage.option = on_option;
    usage.input = &query.board;
    cli_parse(cli, &usage, argc, argv, &words);
    query.board.group = view_text(words.words[0]);
    return show(cli, &query);
}
