/* verb_review.c - yx review OBSERVATION confirm|return, yx retract OBSERVATION. */
#include "clients/cli/session.h"
#include "clients/cli/verb.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const char *reviewer, *text;
} said_t;

enum { KEY_REVIEWER = 'r', KEY_TEXT = 't' };

static error_t on_option(int key, const char *value, void *input)
{
    said_t *said = input;
    switch (key) {
    case KEY_REVIEWER:
        said->reviewer = value;
        return 0;
    case KEY_TEXT:
        said->text = value;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

#define TEXT_OPTION                                                                    \
    {                                                                                  \
        "text", KEY_TEXT, "TEXT", 0, "The reason", 0                                   \
    }

static const struct argp_option review_options[] = {
    { "reviewer", KEY_REVIEWER, "CODE", 0, "Staff code of the reviewer", 0 },
    TEXT_OPTION,
    { 0 }
};
static const struct argp_option retract_options[] = { TEXT_OPTION, { 0 } };

/* Submits and frees the object. */
static exit_t submit(const cli_t *cli, const char *verb, json_t *object)
{
    char *text = object != NULL ? json_dumps(object, JSON_COMPACT) : NULL;
    exit_t result = text != NULL ? session_submit_and_tell(cli, verb, text)
                                 : cli_refuse(cli, STATUS_NOT_UTF8, NULL, NULL);
    free(text);
    json_decref(object);
    return result;
}

exit_t verb_review(cli_t *cli, const verb_t *verb, int argc, char **argv)
{
    said_t said = { NULL, NULL };
    words_t words;
    usage_t usage = verb_usage(cli, verb, "OBSERVATION confirm|return");
    usage.options = review_options;
    usage.words_min = usage.words_max = 2;
    usage.option = on_option;
    usage.input = &said;
    cli_parse(cli, &usage, argc, argv, &words);
    bool confirm = strcmp(words.words[1], "confirm") == 0;
    if (!confirm && strcmp(words.words[1], "return") != 0)
        return cli_refuse_value(cli, STATUS_USAGE, NULL, words.words[1]);
    if (said.reviewer == NULL)
        return cli_refuse_value(cli, STATUS_USAGE, NULL, "--reviewer");
    return submit(cli, "review",
                  json_pack("{s:s, s:s, s:s, s:s*}", "observation", words.words[0],
                            "decision", confirm ? "CONFIRM" : "RETURN", "reviewer",
                            said.reviewer, "text", said.text));
}

exit_t verb_retract(cli_t *cli, const verb_t *verb, int argc, char **argv)
{
    said_t said = { NULL, NULL };
    words_t words;
    usage_t usage = verb_usage(cli, verb, "OBSERVATION");
    usage.options = retract_options;
    usage.words_min = usage.words_max = 1;
    usage.option = on_option;
    usage.input = &said;
    cli_parse(cli, &usage, argc, argv, &words);
    return submit(
        cli, "retract",
        json_pack("{s:s, s:s*}", "observation", words.words[0], "text", said.text));
}
