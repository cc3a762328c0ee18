/* verb_history.c - yx history THING CODE: the records that concern one thing. */
#include "clients/cli/fact_words.h"
#include "clients/cli/session.h"
#include "clients/cli/verb.h"
#include "clients/cli/view_options.h"

#include "proto/json.h"
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FACTS_USUAL    50u
#define FACT_BYTES_MAX (1024u * 1024u)

typedef struct {
    uint32_t count;
    uint64_t before;
} wanted_t;

typedef struct {
    const cli_t *cli;
    names_t names;
    uint32_t shown, count;
    uint64_t below;  /* nothing from here on is shown, 0 = no such bound */
    uint64_t before; /* ask on with; 0 = nothing is older */
    status_t status; /* the first thing that went wrong */
} showing_t;

static bool read_seq(const char *value, uint64_t *seq)
{
    char *end = NULL;
    errno = 0;
    *seq = strtoull(value, &end, 10);
    return value[0] >= '0' && value[0] <= '9' && *end == '\0' && errno == 0;
}

static error_t on_option(int key, const char *value, void *input)
{
    wanted_t *wanted = input;
    switch (key) {
    case 'n':
        return view_number(value, &wanted->count) && wanted->count > 0 ? 0 : EINVAL;
    case 'b':
        return read_seq(value, &wanted->before) && wanted->before > 0 ? 0 : EINVAL;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* ---- showing ---- */

static status_t print_fact(const showing_t *showing, const fact_t *fact)
{
    buffer_t json, line;
    buffer_init(&json, FACT_BYTES_MAX);
    buffer_init(&line, FACT_BYTES_MAX);
    status_t status = json_from_fact(fact, &json, NULL);
    if (status == STATUS_OK && !showing->cli->json)
        status = fact_words(showing->cli->language, &showing->names.dimensions,
                            (const char *)json.data, json.size, &line);
    const buffer_t *out = showing->cli->json ? &json : &line;
    if (status == STATUS_OK)
        printf("%.*s\n", (int)out->size, (const char *)out->data);
    buffer_fini(&json);
    buffer_fini(&line);
    return status;
}

static void take_part(void *context, const answer_t *answer)
{
    showing_t *showing = context;
    const history_answer_t *history = &answer->body.history;
    showing->before = history->before;
    for (uint32_t i = 0; i < history->fact_count && showing->status == STATUS_OK; i++) {
        const fact_t *fact = &history->facts[i];
        if (showing->below != 0 && fact->seq >= showing->below)
            continue;
        if (showing->shown == showing->count) {
            showing->before = history->facts[i - 1].seq;
            return;
        }
        showing->status = print_fact(showing, fact);
        showing->shown++;
    }
}

static exit_t ask_page(session_t *session, showing_t *showing, query_t *query)
{
    uint32_t left = showing->count - showing->shown;
    bool whole = showing->below != 0 || left > HISTORY_FACTS_MAX;
    query->chain.count = whole ? HISTORY_FACTS_MAX : left;
    exit_t result = session_ask_quietly(session, query, take_part, showing);
    if (result == EXIT_DONE && showing->status != STATUS_OK)
        result = cli_refuse(session->cli, showing->status, NULL, NULL);
    query->chain.before = showing->before;
    return result;
}

/* The broker goes on from records of the chain only. From any other seq we go down from
 * the newest record and pass over what is above. */
static void begin(session_t *session, showing_t *showing, query_t *query,
                  uint64_t before)
{
    query->chain.before = before;
    query->chain.count = 1;
    if (before == 0 || session_try(session, query, NULL, NULL))
        return;
    query->chain.before = 0;
    showing->below = before;
}

static void tell_end(const cli_t *cli, const showing_t *showing)
{
    if (cli->json)
        return;
    if (showing->shown == 0)
        puts(cli_pick(cli, "no record that you may see", "没有您可以查看的记录"));
    else if (showing->before != 0)
        fprintf(stderr, "%s --before %" PRIu64 "\n",
                cli_pick(cli, "older ones:", "更早的记录："), showing->before);
}

/* Pages until enough was shown or nothing is older; a page may hold nothing for us. */
static exit_t show(session_t *session, showing_t *showing, query_t *query,
                   uint64_t before)
{
    exit_t result;
    begin(session, showing, query, before);
    do {
        result = ask_page(session, showing, query);
    } while (result == EXIT_DONE && showing->before != 0 &&
             showing->shown < showing->count);
    if (result == EXIT_DONE)
        tell_end(session->cli, showing);
    return result;
}

static bool find_kind(const char *name, query_kind_t *kind)
{
    static const struct {
        const char *name;
        query_kind_t kind;
    } kinds[] = { { "subject", QUERY_HISTORY_SUBJECT },
                  { "project", QUERY_HISTORY_PROJECT },
                  { "inspector", QUERY_HISTORY_INSPECTOR },
                  { "visit", QUERY_HISTORY_VISIT },
                  { "epoch", QUERY_HISTORY_EPOCH },
                  { "attention", QUERY_HISTORY_ATTENTION } };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(kinds[i].name, name) == 0) {
            *kind = kinds[i].kind;
            return true;
        }
    }
    return false;
}

exit_t verb_history(cli_t *cli, const verb_t *verb, int argc, char **argv)
{
    static const struct argp_option options[] = {
        { "count", 'n', "N", 0, "So many records (50)", 0 },
        { "before", 'b', "SEQ", 0, "Only records below this seq", 0 },
        { 0 }
    };
    wanted_t wanted = { .count = FACTS_USUAL };
    showing_t showing = { .cli = cli };
    session_t session;
    query_t query = { .kind = QUERY_NONE };
    words_t words;
    usage_t usage =
        verb_usage(cli, verb, "subject|project|inspector|visit|epoch|attention CODE");
    usage.options = options;
    usage.words_min = usage.words_max = 2;
    usage.option = on_option;
    usage.input = &wanted;
    cli_parse(cli, &usage, argc, argv, &words);
    if (!find_kind(words.words[0], &query.kind))
        return cli_refuse_value(cli, STATUS_USAGE, NULL, words.words[0]);
    query.chain.code = view_text(words.words[1]);
    exit_t result = session_open(&session, cli, SESSION_ASKS);
    if (result != EXIT_DONE)
        return result;
    if (!cli->json)
        names_ask(&session, &showing.names);
    showing.count = wanted.count;
    result = show(&session, &showing, &query, wanted.before);
    session_close(&session);
    return result;
}
