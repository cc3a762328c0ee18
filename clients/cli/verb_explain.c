/* verb_explain.c - yx explain SUBJECT: where every point of a total comes from. */
#include "clients/cli/explain_text.h"
#include "clients/cli/session.h"
#include "clients/cli/verb.h"
#include "clients/cli/view_options.h"

#include <stdio.h>

#define EXPLAIN_TEXT_MAX (16u * 1024u * 1024u)

static error_t on_option(int key, const char *value, void *input)
{
    explain_query_t *query = input;
    if (key != 'a')
        return ARGP_ERR_UNKNOWN;
    query->account = view_text(value);
    return 0;
}

static void take_part(void *context, const answer_t *answer)
{
    explain_text_add(context, answer);
}

static exit_t print_text(const cli_t *cli, const explain_text_t *text)
{
    buffer_t out;
    buffer_init(&out, EXPLAIN_TEXT_MAX);
    status_t status = explain_text_write(text, &out);
    exit_t result = EXIT_DONE;
    if (status == STATUS_OK)
        printf("%.*s", (int)out.size, (const char *)out.data);
    else
        result = cli_refuse(cli, status, NULL, NULL);
    buffer_fini(&out);
    return result;
}

static exit_t explain(const cli_t *cli, session_t *session, const query_t *query)
{
    names_t names;
    if (cli->json)
        return session_ask(session, query, NULL, NULL);
    names_ask(session, &names);
    explain_text_t *text = explain_text_create(cli->language, &names.channels);
    if (text == NULL)
        return cli_refuse(cli, STATUS_NO_MEMORY, NULL, NULL);
    exit_t result = session_ask(session, query, take_part, text);
    if (result == EXIT_DONE)
        result = print_text(cli, text);
    explain_text_destroy(&text);
    return result;
}

exit_t verb_explain(cli_t *cli, const verb_t *verb, int argc, char **argv)
{
    static const struct argp_option options[] = {
        { "account", 'a', "CODE", 0, "Another account than the newest", 0 }, { 0 }
    };
    query_t query = { .kind = QUERY_EXPLAIN };
    session_t session;
    words_t words;
    usage_t usage = verb_usage(cli, verb, "SUBJECT");
    usage.options = options;
    usage.words_min = usage.words_max = 1;
    usage.option = on_option;
    usage.input = &query.explain;
    cli_parse(cli, &usage, argc, argv, &words);
    query.explain.subject = view_text(words.words[0]);
    exit_t result = session_open(&session, cli, SESSION_ASKS);
    if (result != EXIT_DONE)
        return result;
    result = explain(cli, &session, &query);
    session_close(&session);
    return result;
}
