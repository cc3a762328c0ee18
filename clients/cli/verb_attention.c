/* verb_attention.c - yx attention: what a rule noticed, who looks into it, what came of
 * it. */
#include "clients/cli/attention_text.h"
#include "clients/cli/fact_words.h"
#include "clients/cli/submit_object.h"
#include "clients/cli/subwords.h"
#include "clients/cli/view_options.h"

#include "proto/json.h"
#include <stdio.h>
#include <string.h>

#define LIST_BYTES_MAX (16u * 1024u * 1024u)
#define FACT_BYTES_MAX (1024u * 1024u)

enum { KEY_OPEN = 2, KEY_ASSIGNED, KEY_CLOSED, KEY_TEXT };

typedef struct {
    said_t said;
    const char *code; /* the only one that is shown, or NULL */
    const names_t *names;
    size_t page_begin; /* where the page that is being read begins in the text */
    uint32_t page, page_seen, seen, shown, matching;
} listing_t;

static bool wanted(const listing_t *listing, const attention_info_t *item)
{
    return listing->code == NULL ||
           (strlen(listing->code) == item->code.size &&
            memcmp(listing->code, item->code.data, item->code.size) == 0);
}

static void take_part(void *context, const answer_t *answer)
{
    listing_t *listing = context;
    const attention_answer_t *body = &answer->body.attention;
    if (answer->kind != QUERY_ATTENTION)
        return;
    if (answer->part == 0) { /* it may come again */
        listing->said.out->size = listing->page_begin;
        listing->page = listing->page_seen = 0;
    }
    listing->matching = body->matching;
    for (uint32_t i = 0; i < body->item_count; i++) {
        listing->page_seen++;
        if (!wanted(listing, &body->items[i]))
            continue;
        attention_text_item(&listing->said, &body->items[i],
                            &listing->names->dimensions);
        listing->page++;
    }
}

/* Every page of the list. */
static exit_t read_all(session_t *session, uint32_t state, listing_t *listing)
{
    query_t query = { .kind = QUERY_ATTENTION,
                      .attention = { .count = ATTENTION_ITEMS_MAX, .state = state } };
    exit_t result;
    do {
        query.attention.offset = listing->seen;
        listing->page_begin = listing->said.out->size;
        result = session->cli->json
                     ? session_ask(session, &query, take_part, listing)
                     : session_ask_quietly(session, &query, take_part, listing);
        listing->seen += listing->page_seen;
        listing->shown += listing->page;
    } while (result == EXIT_DONE && listing->page_seen > 0 &&
             listing->seen < listing->matching);
    return result;
}

/* ---- history ---- */

typedef struct {
    const cli_t *cli;
    const names_t *names;
    uint64_t before;
    status_t status;
} records_t;

static void print_fact(records_t *records, const fact_t *fact)
{
    buffer_t json, line;
    buffer_init(&json, FACT_BYTES_MAX);
    buffer_init(&line, FACT_BYTES_MAX);
    records->status = json_from_fact(fact, &json, NULL);
    if (records->status == STATUS_OK)
        records->status =
            fact_words(records->cli->language, &records->names->dimensions,
                       (const char *)json.data, json.size, &line);
    if (records->status == STATUS_OK)
        printf("%.*s\n", (int)line.size, (const char *)line.data);
    buffer_fini(&json);
    buffer_fini(&line);
}

static void take_facts(void *context, const answer_t *answer)
{
    records_t *records = context;
    const history_answer_t *history = &answer->body.history;
    records->before = history->before;
    for (uint32_t i = 0; i < history->fact_count && records->status == STATUS_OK; i++)
        print_fact(records, &history->facts[i]);
}

static exit_t print_history(session_t *session, const char *code, const names_t *names)
{
    const cli_t *cli = session->cli;
    records_t records = { .cli = cli, .names = names };
    query_t query = { .kind = QUERY_HISTORY_ATTENTION,
                      .chain = { .code = view_text(code),
                                 .count = HISTORY_FACTS_MAX } };
    if (cli->json)
        return session_ask(session, &query, NULL, NULL);
    exit_t result;
    do {
        result = session_ask_quietly(session, &query, take_facts, &records);
        query.chain.before = records.before;
    } while (result == EXIT_DONE && records.status == STATUS_OK && records.before != 0);
    return records.status == STATUS_OK ? result
                                       : cli_refuse(cli, records.status, NULL, NULL);
}

/* ---- list and show ---- */

static exit_t print_listing(const cli_t *cli, listing_t *listing)
{
    if (listing->code != NULL && listing->shown == 0)
        return cli_refuse_value(cli, STATUS_UNKNOWN_ATTENTION, "code", listing->code);
    if (cli->json)
        return EXIT_DONE;
    if (listing->shown == 0)
        said_words(&listing->said, "%s\n",
                   cli_pick(cli, "no attention items", "没有关注事项"));
    else
        attention_text_promise(&listing->said);
    status_t status = said_print(&listing->said);
    return status == STATUS_OK ? EXIT_DONE : cli_refuse(cli, status, NULL, NULL);
}

static exit_t show(const cli_t *cli, uint32_t state, const char *code)
{
    session_t session;
    names_t names;
    buffer_t out;
    listing_t listing = { .said = { .language = cli->language, .out = &out },
                          .code = code,
                          .names = &names };
    exit_t result = session_open(&session, cli, SESSION_ASKS);
    if (result != EXIT_DONE)
        return result;
    buffer_init(&out, LIST_BYTES_MAX);
    names_ask(&session, &names);
    result = read_all(&session, state, &listing);
    if (result == EXIT_DONE)
        result = print_listing(cli, &listing);
    if (result == EXIT_DONE && code != NULL)
        result = print_history(&session, code, &names);
    buffer_fini(&out);
    session_close(&session);
    return result;
}

static exit_t attention_show(cli_t *cli, const verb_t *verb, int argc, char **argv)
{
    words_t words;
    usage_t usage = subword_usage(cli, verb, "attention show", "CODE");
    usage.words_min = usage.words_max = 1;
    cli_parse(cli, &usage, argc, argv, &words);
    return show(cli, 0, words.words[0]);
}

/* ---- assign and close ---- */

static exit_t attention_assign(cli_t *cli, const verb_t *verb, int argc, char **argv)
{
    words_t words;
    usage_t usage = subword_usage(cli, verb, "attention assign", "CODE PRINCIPAL");
    usage.words_min = usage.words_max = 2;
    cli_parse(cli, &usage, argc, argv, &words);
    return submit_alone(
        cli, "assign_attention",
        json_pack("{s:s, s:s}", "code", words.words[0], "to", words.words[1]));
}

static error_t on_text(int key, const char *value, void *input)
{
    const char **text = input;
    if (key != KEY_TEXT)
        return ARGP_ERR_UNKNOWN;
    *text = value;
    return 0;
}

static exit_t attention_close(cli_t *cli, const verb_t *verb, int argc, char **argv)
{
    static const struct argp_option options[] = {
        { "text", KEY_TEXT, "TEXT", 0, "What was found", 0 }, { 0 }
    };
    const char *text = NULL;
    words_t words;
    usage_t usage = subword_usage(cli, verb, "attention close", "CODE --text TEXT");
    usage.options = options;
    usage.words_min = usage.words_max = 1;
    usage.option = on_text;
    usage.input = &text;
    cli_parse(cli, &usage, argc, argv, &words);
    if (text == NULL)
        return cli_refuse_value(cli, STATUS_USAGE, NULL, "--text");
    return submit_alone(cli, "close_attention",
                        json_pack("{s:s, s:s}", "code", words.words[0], "text", text));
}

/* ---- the verb ---- */

static error_t on_state(int key, const char *value, void *input)
{
    uint32_t *state = input;
    (void)value; /* none of them takes one */
    if (key < KEY_OPEN || key > KEY_CLOSED)
        return ARGP_ERR_UNKNOWN;
    *state = (uint32_t)(key - KEY_OPEN) + ATTENTION_OPEN;
    return 0;
}

exit_t verb_attention(cli_t *cli, const verb_t *verb, int argc, char **argv)
{
    static const subword_t further[] = { { "show", attention_show },
                                         { "assign", attention_assign },
                                         { "close", attention_close } };
    static const struct argp_option options[] = {
        { "open", KEY_OPEN, NULL, 0, "Only those that nobody has", 0 },
        { "assigned", KEY_ASSIGNED, NULL, 0, "Only those that somebody has", 0 },
        { "closed", KEY_CLOSED, NULL, 0, "Only those that are closed", 0 },
        { 0 }
    };
    exit_t result;
    uint32_t state = 0;
    words_t words;
    if (subword_run(cli, verb, further, 3, true, argc, argv, &result))
        return result;
    usage_t usage = verb_usage(cli, verb, "[show|assign|close CODE ...]");
    usage.options = options;
    usage.option = on_state;
    usage.input = &state;
    cli_parse(cli, &usage, argc, argv, &words);
    return show(cli, state, NULL);
}
