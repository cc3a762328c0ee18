/* verb_export.c - yx export: boards, observations and the registry as table files. */
#include "clients/cli/export_board.h"
#include "clients/cli/export_records.h"
#include "clients/cli/verb.h"
#include "clients/cli/view_options.h"

#include <string.h>

#define KEY_OUT    'o'
#define KEY_FROZEN 2

typedef struct {
    query_t query;             /* of a board, live or frozen */
    const record_kind_t *kind; /* NULL: a board */
    const char *path;
} wanted_t;

static const struct argp_option options[] = {
    { "out", KEY_OUT, "FILE", 0, "Where to: .xlsx, .csv or .ndjson by its name", 0 },
    { "account", VIEW_KEY_ACCOUNT, "CODE", 0, "Boards: another account than the newest",
      0 },
    { "unit", VIEW_KEY_UNIT, "CODE", 0, "Boards: only this unit and those below it",
      0 },
    { "front", VIEW_KEY_FRONT, "LABEL", 0,
      "Boards: only with an assignment on this front", 0 },
    { "category", VIEW_KEY_CATEGORY, "LABEL", 0,
      "Boards: only with one in this category", 0 },
    { "frozen", KEY_FROZEN, "CODE", 0, "Boards: this frozen one; needs no GROUP", 0 },
    { "unranked", VIEW_KEY_UNRANKED, NULL, 0,
      "Boards: those without a rank, and what is missing", 0 },
    { 0 }
};

static error_t on_option(int key, const char *value, void *input)
{
    wanted_t *wanted = input;
    if (key == KEY_OUT)
        wanted->path = value;
    else if (key == KEY_FROZEN)
        wanted->query = (query_t){ .kind = QUERY_FROZEN,
                                   .board = wanted->query.board,
                                   .frozen.code = view_text(value) };
    else
        return view_option(&wanted->query.board, key, value);
    return 0;
}

static exit_t export_to(session_t *session, const wanted_t *wanted)
{
    if (wanted->kind != NULL)
        return export_records(session, wanted->kind, wanted->path);
    return export_board(session, &wanted->query, wanted->path);
}

exit_t verb_export(cli_t *cli, const verb_t *verb, int argc, char **argv)
{
    wanted_t wanted = { .query.kind = QUERY_BOARD };
    session_t session;
    words_t words;
    usage_t usage = verb_usage(cli, verb, "board GROUP | board --frozen CODE | KIND");
    usage.options = options;
    usage.words_min = 1;
    usage.words_max = 2;
    usage.option = on_option;
    usage.input = &wanted;
    cli_parse(cli, &usage, argc, argv, &words);
    bool board = strcmp(words.words[0], "board") == 0;
    wanted.kind = record_kind_find(words.words[0]);
    bool frozen = wanted.query.kind == QUERY_FROZEN;
    bool good = board ? words.count == 2 || frozen : words.count == 1 && !frozen;
    if (!good || board == (wanted.kind != NULL))
        return cli_refuse_value(cli, STATUS_USAGE, "export", words.words[0]);
    if (wanted.path == NULL)
        return cli_refuse_value(cli, STATUS_USAGE, "export", "-o FILE");
    wanted.query.frozen.unranked = wanted.query.board.unranked;
    if (board && words.count == 2)
        wanted.query.board.group = view_text(words.words[1]);
    exit_t result = session_open(&session, cli, SESSION_ASKS);
    if (result != EXIT_DONE)
        return result;
    result = export_to(&session, &wanted);
    session_close(&session);
    return result;
}
