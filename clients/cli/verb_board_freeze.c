/* verb_board_freeze.c - yx board freeze GROUP, yx board frozen, yx board override GROUP.
 */
#include "clients/cli/verb_board_freeze.h"

#include "clients/cli/frozen_list.h"
#include "clients/cli/job_wait.h"
#include "clients/cli/submit_object.h"
#include "clients/cli/subwords.h"
#include "clients/cli/view_options.h"
#include <errno.h>
#include <string.h>

typedef struct {
    const char *account, *code, *name, *reason;
    bool wait, lift;
    board_query_t view; /* of a frozen board */
} wanted_t;

enum { KEY_CODE = 2, KEY_NAME, KEY_REASON, KEY_WAIT, KEY_LIFT };

static error_t on_option(int key, const char *value, void *input)
{
    wanted_t *wanted = input;
    switch (key) {
    case VIEW_KEY_ACCOUNT:
        wanted->account = value;
        return 0;
    case KEY_CODE:
        wanted->code = value;
        return 0;
    case KEY_NAME:
        wanted->name = value;
        return 0;
    case KEY_REASON:
        wanted->reason = value;
        return 0;
    case KEY_WAIT:
        wanted->wait = true;
        return 0;
    case KEY_LIFT:
        wanted->lift = true;
        return 0;
    default:
        return view_option(&wanted->view, key, value);
    }
}

#define ACCOUNT_OPTION                                                                 \
    {                                                                                  \
        "account", VIEW_KEY_ACCOUNT, "CODE", 0, "Another account than the newest", 0   \
    }

/* ---- freeze ---- */

static bool is_code(text_t text, const char *code)
{
    return strlen(code) == text.size && memcmp(text.data, code, text.size) == 0;
}

static void look(void *context, const answer_t *answer, job_look_t *seen)
{
    const frozen_list_answer_t *list = &answer->body.frozen_list;
    for (uint32_t i = 0; answer->kind == QUERY_FROZEN_LIST && i < list->board_count;
         i++) {
        const frozen_info_t *board = &list->boards[i];
        if (!is_code(board->code, context))
            continue;
        seen->done = board->state != FROZEN_ASKED;
        seen->failed =
            board->state == FROZEN_FAILED ? (status_t)board->status : STATUS_OK;
    }
}

static exit_t freeze(session_t *session, const wanted_t *wanted, const char *group)
{
    char account[CODE_BYTES_MAX + 1], code[CODE_BYTES_MAX + 1];
    exit_t result = submit_account(session, wanted->account, account);
    if (result != EXIT_DONE)
        return result;
    result = submit_object(session, "freeze_board",
                           json_pack("{s:s, s:s, s:s, s:s*}", "code", wanted->code,
                                     "account", account, "group", group, "name",
                                     wanted->name));
    if (result != EXIT_DONE || !wanted->wait)
        return result;
    query_t query = { .kind = QUERY_FROZEN_LIST,
                      .account.account = view_text(account) };
    (void)stpncpy(code, wanted->code, CODE_BYTES_MAX);
    code[CODE_BYTES_MAX] = '\0';
    return job_wait(session, &query, look, code);
}

exit_t board_freeze(cli_t *cli, const verb_t *verb, int argc, char **argv)
{
    static const struct argp_option options[] = {
        ACCOUNT_OPTION,
        { "code", KEY_CODE, "CODE", 0, "Code of the frozen board", 0 },
        { "name", KEY_NAME, "TEXT", 0, "What it is called", 0 },
        { "wait", KEY_WAIT, NULL, 0, "Until it is done", 0 },
        { 0 }
    };
    wanted_t wanted = { .account = NULL };
    session_t session;
    words_t words;
    usage_t usage = subword_usage(cli, verb, "board freeze", "GROUP --code CODE");
    usage.options = options;
    usage.words_min = usage.words_max = 1;
    usage.option = on_option;
    usage.input = &wanted;
    cli_parse(cli, &usage, argc, argv, &words);
    if (wanted.code == NULL)
        return cli_refuse_value(cli, STATUS_USAGE, NULL, "--code");
    exit_t result = session_open(&session, cli, SESSION_SUBMITS);
    if (result != EXIT_DONE)
        return result;
    result = freeze(&session, &wanted, words.words[0]);
    session_close(&session);
    return result;
}

/* ---- override ---- */

exit_t board_override(cli_t *cli, const verb_t *verb, int argc, char **argv)
{
    static const struct argp_option options[] = {
        ACCOUNT_OPTION,
        { "reason", KEY_REASON, "TEXT", 0, "Why it is shown; stands with the board",
          0 },
        { "lift", KEY_LIFT, NULL, 0, "Take it back", 0 },
        { 0 }
    };
    wanted_t wanted = { .account = NULL };
    session_t session;
    words_t words;
    char account[CODE_BYTES_MAX + 1];
    usage_t usage = subword_usage(cli, verb, "board override", "GROUP --reason TEXT");
    usage.options = options;
    usage.words_min = usage.words_max = 1;
    usage.option = on_option;
    usage.input = &wanted;
    cli_parse(cli, &usage, argc, argv, &words);
    bool given = wanted.reason != NULL && wanted.reason[0] != '\0';
    if (given == wanted.lift)
        return cli_refuse_value(cli, STATUS_USAGE, NULL, "--reason | --lift");
    exit_t result = session_open(&session, cli, SESSION_SUBMITS);
    if (result != EXIT_DONE)
        return result;
    result = submit_account(&session, wanted.account, account);
    if (result == EXIT_DONE)
        result = submit_object(&session, "override_links",
                               json_pack("{s:s, s:s, s:s}", "account", account, "group",
                                         words.words[0], "reason",
                                         wanted.lift ? "" : wanted.reason));
    session_close(&session);
    return result;
}

/* ---- frozen boards ---- */

exit_t board_frozen(cli_t *cli, const verb_t *verb, int argc, char **argv)
{
    static const struct argp_option options[] = {
        ACCOUNT_OPTION,
        { "top", VIEW_KEY_TOP, "N", 0, "The first N rows", 0 },
        { "offset", VIEW_KEY_OFFSET, "N", 0, "Begin N rows further down", 0 },
        { "count", VIEW_KEY_COUNT, "N", 0, "So many rows (50, at most 1000)", 0 },
        { "unranked", VIEW_KEY_UNRANKED, NULL, 0, "Those without a rank", 0 },
        { 0 }
    };
    wanted_t wanted = { .view.count = VIEW_ROWS_USUAL };
    words_t words;
    usage_t usage = subword_usage(cli, verb, "board frozen", "[CODE]");
    usage.options = options;
    usage.words_max = 1;
    usage.option = on_option;
    usage.input = &wanted;
    cli_parse(cli, &usage, argc, argv, &words);
    if (words.count == 0)
        return frozen_list_show(cli, wanted.account);
    const query_t query = { .kind = QUERY_FROZEN,
                            .board = wanted.view,
                            .frozen = { .code = view_text(words.words[0]),
                                        .offset = wanted.view.offset,
                                        .count = wanted.view.count,
                                        .unranked = wanted.view.unranked } };
    return board_show(cli, &query);
}
