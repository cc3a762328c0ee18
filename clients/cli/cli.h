/* cli.h - what every verb of yx shares: options, words, exit codes.
 *
 * Threads: one. Results go to standard output, everything else to standard error.
 */
#ifndef YX_CLI_H
#define YX_CLI_H

#include "proto/words.h"
#include <argp.h>
#include <stdbool.h>

#define CLI_WORDS_MAX  128u
#define CLI_TIMEOUT_MS 10000

typedef enum {
    EXIT_DONE = 0,
    EXIT_REFUSED = 1,     /* by a rule */
    EXIT_USAGE = 2,       /* the command line or the profile cannot be used */
    EXIT_UNREACHABLE = 3, /* no answer from the broker */
    EXIT_NOT_ALLOWED = 4,
    EXIT_DAMAGED = 5, /* data */
    EXIT_PARTLY = 6,  /* some of it was done */
    EXIT_KEPT = 7     /* not sent yet: it waits in the outbox */
} exit_t;

typedef struct {
    const char *profile; /* --profile, or NULL */
    const char *broker;  /* --broker, or NULL */
    int timeout_ms;      /* without an answer, then a verb gives up */
    bool json;           /* one object a line instead of words */
    bool colour;         /* standard output takes escape sequences */
    language_t language;
} cli_t;

/* Options from the environment: language, colour. */
void cli_init(cli_t *cli);
/* The one of two texts that the user reads. */
const char *cli_pick(const cli_t *cli, const char *english, const char *chinese);
exit_t cli_exit_of(status_t status);
/* Tells a refusal in words on standard error; fault and source may be NULL. */
exit_t cli_refuse(const cli_t *cli, status_t status, const fault_t *fault,
                  const char *source);
/* Likewise, with the offending value. */
exit_t cli_refuse_value(const cli_t *cli, status_t status, const char *place,
                        const char *value);

/* ---- command lines ---- */

/* The words of a command line that are no options. */
typedef struct {
    const char *words[CLI_WORDS_MAX];
    unsigned count;
} words_t;

/* How one verb is called. `option` gets the verb's own options and may be NULL. */
typedef struct {
    const char *name; /* "admin invite" */
    const char *args; /* "GROUP" */
    const char *help, *example;
    const struct argp_option *options;
    unsigned words_min, words_max;
    error_t (*option)(int key, const char *value, void *input);
    void *input;
} usage_t;

/* Parses the words behind the verb; ends the process with EXIT_USAGE on a mistake and
 * with EXIT_DONE after --help. */
void cli_parse(cli_t *cli, const usage_t *usage, int argc, char **argv, words_t *words);
/* Parses what stands before the verb; returns its index in argv, argc when there is
 * none. *help is set by --help. */
int cli_parse_global(cli_t *cli, int argc, char **argv, bool *help);

#endif
