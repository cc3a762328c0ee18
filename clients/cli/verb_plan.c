/* verb_plan.c - yx plan GROUP: whom to visit next, by which team, and what that gives. */
#include "clients/cli/plan_text.h"
#include "clients/cli/session.h"
#include "clients/cli/verb.h"
#include "clients/cli/view_options.h"

#include <errno.h>
#include <stdio.h>

#define PLAN_BYTES_MAX (8u * 1024u * 1024u)
#define KEY_TEAM       2
#define KEY_CSV        3
#define VISITS_USUAL   50u

typedef struct {
    query_t query;
    bool csv;
} wanted_t;

static error_t on_option(int key, const char *value, void *input)
{
    wanted_t *wanted = input;
    switch (key) {
    case VIEW_KEY_ACCOUNT:
        wanted->query.plan.account = view_text(value);
        return 0;
    case KEY_TEAM:
        wanted->query.plan.team = view_text(value);
        return 0;
    case VIEW_KEY_COUNT:
        return view_number(value, &wanted->query.plan.count) ? 0 : EINVAL;
    case KEY_CSV:
        wanted->csv = true;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static void take_part(void *context, const answer_t *answer)
{
    plan_text_add(context, answer);
}

static exit_t print(const cli_t *cli, plan_text_t *text, bool csv)
{
    buffer_t out;
    buffer_init(&out, PLAN_BYTES_MAX);
    status_t status = csv ? text->status : plan_text_write(text, &out);
    if (status == STATUS_OK && !csv)
        printf("%.*s", (int)out.size, (const char *)out.data);
    buffer_fini(&out);
    return status == STATUS_OK ? EXIT_DONE : cli_refuse(cli, status, NULL, NULL);
}

static exit_t show(const cli_t *cli, const wanted_t *wanted)
{
    session_t session;
    plan_text_t text;
    exit_t result = session_open(&session, cli, SESSION_ASKS);
    if (result != EXIT_DONE)
        return result;
    status_t status = plan_text_init(&text, cli->language, wanted->csv ? stdout : NULL);
    if (status != STATUS_OK)
        result = cli_refuse(cli, status, NULL, NULL);
    else if (cli->json)
        result = session_ask(&session, &wanted->query, NULL, NULL);
    else
        result = session_ask(&session, &wanted->query, take_part, &text);
    if (result == EXIT_DONE && !cli->json)
        result = print(cli, &text, wanted->csv);
    plan_text_fini(&text);
    session_close(&session);
    return result;
}

exit_t verb_plan(cli_t *cli, const verb_t *verb, int argc, char **argv)
{
    static const struct argp_option options[] = {
        { "account", VIEW_KEY_ACCOUNT, "CODE", 0, "Another account than the newest",
          0 },
        { "team", KEY_TEAM, "CODE", 0, "Only visits of this team", 0 },
        { "count", VIEW_KEY_COUNT, "N", 0, "So many visits (50, at most 1000)", 0 },
        { "csv", KEY_CSV, NULL, 0, "As CSV", 0 },
        { 0 }
    };
    wanted_t wanted = { .query = { .kind = QUERY_PLAN, .plan.count = VISITS_USUAL } };
    words_t words;
    usage_t usage = verb_usage(cli, verb, "GROUP");
    usage.options = options;
    usage.words_min = usage.words_max = 1;
    usage.option = on_option;
    usage.input = &wanted;
    cli_parse(cli, &usage, argc, argv, &words);
    wanted.query.plan.group = view_text(words.words[0]);
    return show(cli, &wanted);
}
