/* verb_list.c - yx list units|schemes|projects|rounds|visits. */
#include "clients/cli/list_text.h"
#include "clients/cli/session.h"
#include "clients/cli/subwords.h"
#include "clients/cli/verb.h"
#include "clients/cli/view_options.h"

#include <errno.h>
#include <string.h>

enum { KEY_STATE = 's', KEY_CODE = 'p' };

typedef struct {
    query_t query;
} wanted_t;

static text_t text_of(const char *words)
{
    return (text_t){ words, (uint32_t)strlen(words) };
}

/* "stalled" to PROJECT_STALLED; 0 = no such state. */
static uint32_t state_of(const char *word)
{
    static const char *const words[] = { "",        "planned", "started",
                                         "stalled", "done",    "cancelled" };
    for (uint32_t i = 1; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(word, words[i]) == 0)
            return i;
    return 0;
}

static error_t on_option(int key, const char *value, void *input)
{
    query_t *query = &((wanted_t *)input)->query;
    switch (key) {
    case VIEW_KEY_ACCOUNT:
        query->account.account = text_of(value);
        return 0;
    case VIEW_KEY_UNIT:
        query->projects.unit = text_of(value);
        return 0;
    case VIEW_KEY_FRONT:
        query->projects.front = text_of(value);
        return 0;
    case VIEW_KEY_CATEGORY:
        query->projects.category = text_of(value);
        return 0;
    case KEY_CODE:
        query->projects.code = text_of(value);
        return 0;
    case KEY_STATE:
        query->projects.state = state_of(value);
        return query->projects.state != 0 ? 0 : EINVAL;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* Where the next page begins, for kinds that have pages. */
static void turn_page(query_t *query, uint32_t offset)
{
    query->units.offset = offset;
    query->projects.offset = offset;
    query->visits.offset = offset;
}

static void take_part(void *context, const answer_t *answer)
{
    list_text_add(context, answer);
}

static exit_t show(const cli_t *cli, wanted_t *wanted)
{
    session_t session;
    list_text_t list;
    uint32_t before;
    exit_t result = session_open(&session, cli, SESSION_ASKS);
    if (result != EXIT_DONE)
        return result;
    list_text_init(&list, cli, wanted->query.kind);
    do {
        before = list.shown;
        turn_page(&wanted->query, before);
        result = session_ask(&session, &wanted->query, take_part, &list);
    } while (result == EXIT_DONE && list.shown > before && list.shown < list.matching);
    if (result == EXIT_DONE && !cli->json)
        list.status = list_text_print(&list);
    if (result == EXIT_DONE && list.status != STATUS_OK)
        result = cli_refuse(cli, list.status, NULL, NULL);
    list_text_fini(&list);
    session_close(&session);
    return result;
}

static exit_t list_units(cli_t *cli, const verb_t *verb, int argc, char **argv)
{
    words_t words;
    wanted_t wanted = { .query = { .kind = QUERY_UNITS, .units.count = UNITS_MAX } };
    usage_t usage = subword_usage(cli, verb, "list units", "");
    cli_parse(cli, &usage, argc, argv, &words);
    return show(cli, &wanted);
}

static exit_t list_schemes(cli_t *cli, const verb_t *verb, int argc, char **argv)
{
    words_t words;
    wanted_t wanted = { .query = { .kind = QUERY_SCHEMES } };
    usage_t usage = subword_usage(cli, verb, "list schemes", "[CODE]");
    usage.words_max = 1;
    cli_parse(cli, &usage, argc, argv, &words);
    if (words.count > 0)
        wanted.query.scheme = text_of(words.words[0]);
    return show(cli, &wanted);
}

static exit_t list_projects(cli_t *cli, const verb_t *verb, int argc, char **argv)
{
    static const struct argp_option options[] = {
        { "unit", VIEW_KEY_UNIT, "CODE", 0, "Of this unit and those below it", 0 },
        { "front", VIEW_KEY_FRONT, "LABEL", 0, "Of this front", 0 },
        { "category", VIEW_KEY_CATEGORY, "LABEL", 0, "Of this category", 0 },
        { "state", KEY_STATE, "STATE", 0, "planned, started, stalled, done, cancelled",
          0 },
        { "project", KEY_CODE, "CODE", 0, "This one alone", 0 },
        { 0 }
    };
    words_t words;
    wanted_t wanted = { .query = { .kind = QUERY_PROJECTS,
                                   .projects.count = PROJECTS_MAX } };
    usage_t usage = subword_usage(cli, verb, "list projects", "");
    usage.options = options;
    usage.option = on_option;
    usage.input = &wanted;
    cli_parse(cli, &usage, argc, argv, &words);
    return show(cli, &wanted);
}

static exit_t list_rounds(cli_t *cli, const verb_t *verb, int argc, char **argv)
{
    static const struct argp_option options[] = {
        { "account", VIEW_KEY_ACCOUNT, "CODE", 0, "Another account than the newest",
          0 },
        { 0 }
    };
    words_t words;
    wanted_t wanted = { .query = { .kind = QUERY_ROUNDS } };
    usage_t usage = subword_usage(cli, verb, "list rounds", "");
    usage.options = options;
    usage.option = on_option;
    usage.input = &wanted;
    cli_parse(cli, &usage, argc, argv, &words);
    return show(cli, &wanted);
}

static exit_t list_visits(cli_t *cli, const verb_t *verb, int argc, char **argv)
{
    words_t words;
    wanted_t wanted = { .query = { .kind = QUERY_VISITS, .visits.count = VISITS_MAX } };
    usage_t usage = subword_usage(cli, verb, "list visits", "ROUND");
    usage.words_min = usage.words_max = 1;
    cli_parse(cli, &usage, argc, argv, &words);
    wanted.query.visits.round = text_of(words.words[0]);
    return show(cli, &wanted);
}

exit_t verb_list_things(cli_t *cli, const verb_t *verb, int argc, char **argv)
{
    static const subword_t subwords[] = { { "units", list_units },
                                          { "schemes", list_schemes },
                                          { "projects", list_projects },
                                          { "rounds", list_rounds },
                                          { "visits", list_visits } };
    exit_t result = EXIT_USAGE;
    if (subword_run(cli, verb, subwords, sizeof subwords / sizeof subwords[0], false,
                    argc, argv, &result))
        return result;
    return subword_missing(cli, verb, "units|schemes|projects|rounds|visits ...", argc,
                           argv);
}
