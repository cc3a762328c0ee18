/* verb_board.c - yx board GROUP: a window of a ranking as a table. */
#include "clients/cli/board_table.h"
#include "clients/cli/session.h"
#include "clients/cli/verb.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_USUAL     50u
#define BOARD_TEXT_MAX (4u * 1024u * 1024u)

enum {
    KEY_ACCOUNT = 'a',
    KEY_UNIT = 'u',
    KEY_FRONT = 'f',
    KEY_CATEGORY = 'c',
    KEY_TOP = 't',
    KEY_OFFSET = 'o',
    KEY_COUNT = 'n',
    KEY_AROUND = 'r',
    KEY_UNRANKED = 1
};

static const struct argp_option options[] = {
    { "account", KEY_ACCOUNT, "CODE", 0, "Another account than the newest", 0 },
    { "unit", KEY_UNIT, "CODE", 0, "Only this unit and those below it", 0 },
    { "front", KEY_FRONT, "LABEL", 0, "Only with an assignment on this front", 0 },
    { "category", KEY_CATEGORY, "LABEL", 0, "Only with one in this category", 0 },
    { "top", KEY_TOP, "N", 0, "The first N rows", 0 },
    { "offset", KEY_OFFSET, "N", 0, "Begin N rows further down", 0 },
    { "count", KEY_COUNT, "N", 0, "So many rows (50, at most 1000)", 0 },
    { "around", KEY_AROUND, "SUBJECT", 0, "With this subject in the middle", 0 },
    { "unranked", KEY_UNRANKED, NULL, 0, "Those without a rank, and what is missing",
      0 },
    { 0 }
};

static text_t text_of(const char *value)
{
    return (text_t){ .data = value, .size = (uint32_t)strlen(value) };
}

static bool read_number(const char *value, uint32_t *out)
{
    char *end = NULL;
    unsigned long number = strtoul(value, &end, 10);
    *out = (uint32_t)number;
    return end != value && *end == '\0' && value[0] != '-' && number <= UINT32_MAX;
}

static error_t set_text(board_query_t *board, int key, const char *value)
{
    switch (key) {
    case KEY_ACCOUNT:
        board->account = text_of(value);
        return 0;
    case KEY_UNIT:
        board->unit = text_of(value);
        return 0;
    case KEY_FRONT:
        board->front = text_of(value);
        return 0;
    case KEY_CATEGORY:
        board->category = text_of(value);
        return 0;
    case KEY_AROUND:
        board->around = text_of(value);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static error_t on_option(int key, const char *value, void *input)
{
    board_query_t *board = input;
    switch (key) {
    case KEY_TOP:
        board->offset = 0;
        return read_number(value, &board->count) ? 0 : EINVAL;
    case KEY_OFFSET:
        return read_number(value, &board->offset) ? 0 : EINVAL;
    case KEY_COUNT:
        return read_number(value, &board->count) ? 0 : EINVAL;
    case KEY_UNRANKED:
        board->unranked = true;
        return 0;
    default:
        return set_text(board, key, value);
    }
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
    query_t query = { .kind = QUERY_BOARD, .board.count = ROWS_USUAL };
    words_t words;
    usage_t usage = verb_usage(cli, verb, "GROUP");
    usage.options = options;
    usage.words_min = usage.words_max = 1;
    usage.option = on_option;
    usage.input = &query.board;
    cli_parse(cli, &usage, argc, argv, &words);
    query.board.group = text_of(words.words[0]);
    return show(cli, &query);
}
